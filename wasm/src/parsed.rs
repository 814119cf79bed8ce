//! What `JSON.parse` made of a model file, as the core's [`Document`].
//!
//! Written out, where serde could do it: the derived readers are two fifths of the widget's size, and cannot say where
//! in the file something else was expected. A field added to the format does not compile until it is read here, and
//! the golden vectors fail if it is read wrongly.
//!
//! Reading goes on after a fault, with empty parts: so no reader has a second way out, which would weigh a kilobyte.

use std::cell::OnceCell;

use js_sys::{Array, Object, Reflect};
use sales_ready::Lead;
use sales_ready::model::{
    Abstention, AbstentionKind, Axis, Curve, Document, Estimate, Field, FieldKind, Golden, Level,
    NumberFormat, Pair, Policy, Table, Term, ThresholdBasis,
};
use wasm_bindgen::prelude::*;

use crate::read::value;

/// Reads a document.
///
/// # Errors
/// Where a part is absent or of another shape: what was expected, and where: `terms[3].curve.x[2]: expected a number`.
pub(crate) fn document(js: &JsValue) -> Result<Document, String> {
    let fault = OnceCell::new();
    let file = Part { js: js.clone(), place: Place::File, fault: &fault };
    let document = Document {
        format: file.get("format").text(),
        generator: file.get("generator").text(),
        fields: file.get("fields").list(field),
        intercept: file.get("intercept").number(),
        terms: file.get("terms").list(term),
        touches: None,
        calibration: curve(&file.get("calibration")),
        policy: policy(&file.get("policy")),
        golden: file.get("golden").list(golden),
        // Scoring does not read it; a page takes it from the file itself.
        card: None,
    };
    fault.into_inner().map_or(Ok(document), Err)
}

fn field(part: &Part<'_>) -> Field {
    Field {
        name: part.get("name").text(),
        title: part.find("title").map(|title| title.text()),
        kind: field_kind(&part.get("type")),
        missing: part.find("missing").map(|missing| missing.list(text)).unwrap_or_default(),
    }
}

fn field_kind(part: &Part<'_>) -> FieldKind {
    if part.js.as_string().as_deref() == Some("category") {
        return FieldKind::Category;
    }
    let format = part.need("number", "\"category\" or a number format");
    FieldKind::Number(NumberFormat {
        decimal: format.get("decimal").letter(),
        group: format.find("group").map(|group| group.letter()),
        unit: format.find("unit").map(|unit| unit.text()),
    })
}

fn term(part: &Part<'_>) -> Term {
    if let Some(part) = part.find("curve") {
        Term::Curve(curve(&part))
    } else if let Some(part) = part.find("table") {
        Term::Table(table(&part))
    } else {
        Term::Pair(pair(&part.need("pair", "a curve, a table or a pair")))
    }
}

fn curve(part: &Part<'_>) -> Curve {
    Curve {
        field: part.find("field").map(|field| field.text()).unwrap_or_default(),
        x: part.get("x").numbers(),
        y: part.get("y").numbers(),
        missing: part.number_or_zero("missing"),
        missing_se: part.find("missing_se").map(|se| se.number()),
        se: part.find("se").map(|se| se.numbers()).unwrap_or_default(),
    }
}

fn table(part: &Part<'_>) -> Table {
    Table {
        field: part.get("field").text(),
        levels: part.get("levels").list(level),
        unseen: part.number_or_zero("unseen"),
        unseen_se: part.find("unseen_se").map(|se| se.number()),
        missing: part.number_or_zero("missing"),
        missing_se: part.find("missing_se").map(|se| se.number()),
    }
}

fn level(part: &Part<'_>) -> Level {
    Level {
        level: part.get("level").text(),
        value: part.get("value").number(),
        se: part.find("se").map(|se| se.number()),
    }
}

fn pair(part: &Part<'_>) -> Pair {
    Pair {
        fields: part.get("fields").two().map(|field| field.text()),
        axes: part.get("axes").two().map(|part| axis(&part)),
        values: part.get("values").list(numbers),
        se: part.find("se").map(|se| se.list(numbers)).unwrap_or_default(),
    }
}

fn axis(part: &Part<'_>) -> Axis {
    match part.find("cuts") {
        Some(cuts) => Axis::Cuts(cuts.numbers()),
        None => Axis::Levels(part.need("levels", "cuts or levels").list(text)),
    }
}

fn policy(part: &Part<'_>) -> Policy {
    let threshold = part.get("threshold");
    if threshold.js.is_undefined() {
        threshold.expected("something or null, found nothing");
    }
    let grades = part.get("grades");
    Policy {
        threshold: part.find("threshold").map(|threshold| threshold.number()),
        probability: part.get("probability").number(),
        basis: basis(&part.get("basis")),
        grades: grades.or_default(grades.numbers().try_into().ok(), "three numbers"),
        abstains: part.find("abstains").map(|part| abstention(&part)),
    }
}

fn abstention(part: &Part<'_>) -> Abstention {
    let (kind, auc) = (part.get("kind"), part.get("auc"));
    let of = match &*kind.text() {
        "no-signal" => AbstentionKind::NoSignal,
        "too-few" => AbstentionKind::TooFew,
        _ => {
            kind.expected("too-few or no-signal");
            AbstentionKind::TooFew
        }
    };
    Abstention {
        kind: of,
        conversions: part.get("conversions").count(),
        non_conversions: part.get("non_conversions").count(),
        needed: part.get("needed").count(),
        needed_for_auc: part.get("needed_for_auc").count(),
        auc: Estimate {
            value: auc.get("value").number(),
            low: auc.get("low").number(),
            high: auc.get("high").number(),
        },
    }
}

fn basis(part: &Part<'_>) -> ThresholdBasis {
    if let Some(part) = part.find("economics") {
        return ThresholdBasis::Economics {
            cost_per_contact: part.get("cost_per_contact").number(),
            value_per_conversion: part.get("value_per_conversion").number(),
        };
    }
    let part = part.need("f1", "the economics or the F1 behind the threshold");
    ThresholdBasis::F1 { f1: part.get("f1").number() }
}

fn golden(part: &Part<'_>) -> Golden {
    Golden { lead: lead(&part.get("lead")), logit: part.get("logit").number(), bits: part.get("bits").text() }
}

fn lead(part: &Part<'_>) -> Lead<'static> {
    let object: Object = part.or_default(part.js.dyn_ref().cloned(), "an object");
    let mut lead = Lead::new();
    for name in Object::keys(&object).iter().filter_map(|name| name.as_string()) {
        let part = part.get(&name);
        let found = part.or_default(value(&part.js), "a value of a lead");
        lead.insert(name.clone(), found);
    }
    lead
}

fn text(part: &Part<'_>) -> String {
    part.text()
}

fn number(part: &Part<'_>) -> f64 {
    part.number()
}

fn numbers(part: &Part<'_>) -> Vec<f64> {
    part.numbers()
}

/// One part of the file.
struct Part<'a> {
    js: JsValue,
    place: Place<'a>,
    /// The first fault of the whole file.
    fault: &'a OnceCell<String>,
}

/// Where a part stands.
enum Place<'a> {
    File,
    Key(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, u32),
}

impl Part<'_> {
    /// The part at a key, there or not.
    fn get<'a>(&'a self, key: &'a str) -> Part<'a> {
        let js = if self.js.is_object() {
            Reflect::get(&self.js, &JsValue::from_str(key)).unwrap_or_default()
        } else {
            self.expected("an object");
            JsValue::UNDEFINED
        };
        Part { js, place: Place::Key(&self.place, key), fault: self.fault }
    }

    /// A part that may be absent or `null`.
    fn find<'a>(&'a self, key: &'a str) -> Option<Part<'a>> {
        Some(self.get(key)).filter(|part| !part.is_absent())
    }

    /// A part whose absence means that this one is not what was expected.
    fn need<'a>(&'a self, key: &'a str, expected: &str) -> Part<'a> {
        if !self.js.is_object() || self.find(key).is_none() {
            self.expected(expected);
        }
        self.get(key)
    }

    fn list<T>(&self, read: fn(&Part<'_>) -> T) -> Vec<T> {
        let array: Array = self.or_default(self.js.dyn_ref().cloned(), "a list");
        let mut items = Vec::new();
        for place in 0..array.length() {
            let js = array.get(place);
            items.push(read(&Part { js, place: Place::Item(&self.place, place), fault: self.fault }));
            // A list of holes can be four billion long.
            if self.fault.get().is_some() {
                break;
            }
        }
        items
    }

    /// The entries of a list of two.
    fn two(&self) -> [Part<'_>; 2] {
        let array: Array = self.or_default(self.js.dyn_ref().cloned(), "a list");
        if array.length() != 2 {
            self.expected("two entries");
        }
        [0, 1].map(|place| Part {
            js: array.get(place),
            place: Place::Item(&self.place, place),
            fault: self.fault,
        })
    }

    fn numbers(&self) -> Vec<f64> {
        self.list(number)
    }

    fn number(&self) -> f64 {
        self.or_default(self.js.as_f64(), "a number")
    }

    fn number_or_zero(&self, key: &str) -> f64 {
        self.find(key).map(|part| part.number()).unwrap_or_default()
    }

    fn count(&self) -> u64 {
        // Whole, and small enough for a double to hold it exactly.
        let whole = |number: &f64| (0.0..9e15).contains(number) && (*number as u64) as f64 == *number;
        self.or_default(self.js.as_f64().filter(whole), "a count") as u64
    }

    fn text(&self) -> String {
        self.or_default(self.js.as_string(), "a text")
    }

    fn letter(&self) -> char {
        let text = self.text();
        let mut letters = text.chars();
        let letter = letters.next().filter(|_| letters.as_str().is_empty());
        self.or_default(letter, "one character")
    }

    fn is_absent(&self) -> bool {
        self.js.is_undefined() || self.js.is_null()
    }

    /// What was read; where that is nothing, a fault and an empty value.
    fn or_default<T: Default>(&self, read: Option<T>, expected: &str) -> T {
        if read.is_none() {
            self.expected(if self.is_absent() { "something, found nothing" } else { expected });
        }
        read.unwrap_or_default()
    }

    /// Notes a fault, if it is the first.
    fn expected(&self, expected: &str) {
        let place = self.place.path();
        let colon = if place.is_empty() { "" } else { ": " };
        // A second one follows from the first, or is told once that is mended.
        let _ = self.fault.set([&place, colon, "expected ", expected].concat());
    }
}

impl Place<'_> {
    fn path(&self) -> String {
        match self {
            Place::File => String::new(),
            Place::Key(Place::File, key) => (*key).to_owned(),
            Place::Key(outer, key) => [&outer.path(), ".", key].concat(),
            Place::Item(outer, place) => format!("{}[{place}]", outer.path()),
        }
    }
}
