//! What `JSON.parse` made of a model file, as the core's [`Document`].
//!
//! Written out, where serde could do it: the derived readers were two fifths of the widget's size, and cannot say where
//! in the file something else was expected. `model.js` checks the shape of the file, and hands its numbers and texts over in
//! the order in which they are read here. A field added to the format does not compile until it is read here, and the
//! golden vectors fail if it is read wrongly.

use js_sys::{Array, Float64Array};
use sales_ready::model::{
    Abstention, AbstentionKind, Axis, Curve, Document, Estimate, Field, FieldKind, Golden, Level,
    NumberFormat, Pair, PastLeads, Policy, Table, Term, ThresholdBasis,
};
use sales_ready::touch::{EngagementField, Kind, Measure, Recipe, Selection, Side, Stage};
use sales_ready::{Lead, Value};
use wasm_bindgen::prelude::*;

use crate::error::thrown;

#[wasm_bindgen(module = "/src/model.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn flatten(file: &JsValue) -> Result<Array, JsValue>;
}

/// Reads a document.
///
/// # Errors
/// Where a part is absent or of another shape: what was expected, and where: `terms[3].curve.x[2]: expected a number`.
pub(crate) fn document(js: &JsValue) -> Result<Document, String> {
    let rows = flatten(js).map_err(|cause| cause.as_string().unwrap_or_else(|| thrown(&cause)))?;
    let numbers: Float64Array = rows.get(0).unchecked_into();
    let mut file =
        Rows { numbers: numbers.to_vec(), texts: rows.get(1).unchecked_into(), number: 0, text: 0 };
    let file = &mut file;
    Ok(Document {
        format: file.text(),
        generator: file.text(),
        fields: file.list(field),
        intercept: file.number(),
        terms: file.list(term),
        touches: file.maybe(recipe),
        calibration: curve(file),
        policy: policy(file),
        golden: file.list(golden),
        // Scoring does not read it; a page takes it from the file itself.
        card: None,
    })
}

fn field(file: &mut Rows) -> Field {
    Field {
        name: file.text(),
        title: file.maybe(text),
        kind: match file.count() {
            0 => FieldKind::Number(NumberFormat {
                decimal: letter(file),
                group: file.maybe(letter),
                unit: file.maybe(text),
            }),
            _ => FieldKind::Category,
        },
        missing: file.maybe(|file| file.list(text)).unwrap_or_default(),
        known: file.maybe(number),
        // Scoring does not read them; a page takes them from the file itself.
        engagement: false,
        actionable: false,
    }
}

fn term(file: &mut Rows) -> Term {
    match file.count() {
        0 => Term::Curve(curve(file)),
        1 => Term::Table(table(file)),
        _ => Term::Pair(pair(file)),
    }
}

fn curve(file: &mut Rows) -> Curve {
    Curve {
        field: file.maybe(text).unwrap_or_default(),
        x: numbers(file),
        y: numbers(file),
        missing: file.number(),
        missing_se: file.maybe(number),
        se: file.maybe(numbers).unwrap_or_default(),
    }
}

fn table(file: &mut Rows) -> Table {
    Table {
        field: file.text(),
        levels: file.list(level),
        unseen: file.number(),
        unseen_se: file.maybe(number),
        missing: file.number(),
        missing_se: file.maybe(number),
    }
}

fn level(file: &mut Rows) -> Level {
    Level { level: file.text(), value: file.number(), se: file.maybe(number) }
}

fn pair(file: &mut Rows) -> Pair {
    Pair {
        fields: file.two(text),
        axes: file.two(axis),
        values: file.list(numbers),
        se: file.maybe(|file| file.list(numbers)).unwrap_or_default(),
    }
}

fn axis(file: &mut Rows) -> Axis {
    match file.count() {
        0 => Axis::Cuts(numbers(file)),
        _ => Axis::Levels(file.list(text)),
    }
}

fn recipe(file: &mut Rows) -> Recipe {
    Recipe { kinds: file.maybe(|file| file.list(kind)).unwrap_or_default(), fields: file.list(made) }
}

fn kind(file: &mut Rows) -> Kind {
    Kind { kind: file.text(), side: file.maybe(side), stage: file.maybe(stage) }
}

fn side(file: &mut Rows) -> Side {
    Side::ALL[file.count() - 1]
}

fn stage(file: &mut Rows) -> Stage {
    Stage::ALL[file.count() - 1]
}

fn made(file: &mut Rows) -> EngagementField {
    EngagementField {
        name: file.text(),
        of: match file.count() {
            0 => Selection::Side(side(file)),
            1 => Selection::Kind(file.text()),
            _ => Selection::All,
        },
        measure: match file.count() {
            0 => Measure::Decayed { half_life: file.number() },
            1 => Measure::Window { days: file.number() },
            2 => Measure::SinceLast,
            3 => Measure::SinceFirst,
            4 => Measure::Kinds,
            5 => Measure::ActiveDays,
            6 => Measure::Gap,
            7 => Measure::Alternations,
            _ => Measure::Stage,
        },
    }
}

fn policy(file: &mut Rows) -> Policy {
    Policy {
        threshold: file.maybe(number),
        probability: file.number(),
        basis: match file.count() {
            0 => ThresholdBasis::Economics {
                cost_per_contact: file.number(),
                value_per_conversion: file.number(),
            },
            _ => ThresholdBasis::F1 { f1: file.number() },
        },
        grades: numbers(file).try_into().unwrap_or_default(),
        abstains: file.maybe(abstention),
        past: file.maybe(|file| PastLeads { leads: file.number(), percentiles: numbers(file) }),
    }
}

fn abstention(file: &mut Rows) -> Abstention {
    Abstention {
        kind: match file.count() {
            1 => AbstentionKind::TooFew,
            _ => AbstentionKind::NoSignal,
        },
        conversions: file.number() as u64,
        non_conversions: file.number() as u64,
        needed: file.number() as u64,
        needed_for_auc: file.number() as u64,
        auc: Estimate { value: file.number(), low: file.number(), high: file.number() },
    }
}

fn golden(file: &mut Rows) -> Golden {
    let mut lead = Lead::new();
    for _ in 0..file.count() {
        let (name, kind) = (file.text(), file.count());
        let value = match kind {
            0 => Value::Missing,
            1 => Value::Number(file.number()),
            2 => Value::from(file.text()),
            _ => Value::Flag(file.number() > 0.0),
        };
        lead.insert(name, value);
    }
    Golden { lead, logit: file.number(), bits: file.text() }
}

fn text(file: &mut Rows) -> String {
    file.text()
}

fn letter(file: &mut Rows) -> char {
    file.text().chars().next().unwrap_or_default()
}

fn number(file: &mut Rows) -> f64 {
    file.number()
}

fn numbers(file: &mut Rows) -> Vec<f64> {
    let count = file.count();
    let numbers = file.numbers[file.number..][..count].to_vec();
    file.number += count;
    numbers
}

/// The numbers and the texts of the file, and how many of them have been read.
struct Rows {
    numbers: Vec<f64>,
    texts: Array,
    number: usize,
    text: u32,
}

impl Rows {
    fn number(&mut self) -> f64 {
        self.number += 1;
        self.numbers[self.number - 1]
    }

    /// A count, a place or a choice.
    fn count(&mut self) -> usize {
        self.number() as usize
    }

    fn text(&mut self) -> String {
        self.text += 1;
        self.texts.get(self.text - 1).as_string().unwrap_or_default()
    }

    fn maybe<T>(&mut self, read: fn(&mut Self) -> T) -> Option<T> {
        if self.count() > 0 { Some(read(self)) } else { None }
    }

    fn list<T>(&mut self, read: fn(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        for _ in 0..self.count() {
            items.push(read(self));
        }
        items
    }

    fn two<T>(&mut self, read: fn(&mut Self) -> T) -> [T; 2] {
        self.count();
        [read(self), read(self)]
    }
}
