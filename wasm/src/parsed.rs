//! What `JSON.parse` made of a model file, as the core's [`Document`].
//!
//! Written out, where serde could do it: the derived readers are two fifths of the widget's size, and cannot say where
//! in the file something else was expected. A field added to the format does not compile until it is read here, and
//! the golden vectors fail if it is read wrongly.

use std::fmt::{self, Display};

use js_sys::{Array, Object, Reflect};
use sales_ready::Lead;
use sales_ready::model::{
    Curve, Document, Field, FieldKind, Golden, Indicative, Level, NumberFormat, Policy, Table, Term,
    ThresholdBasis,
};
use wasm_bindgen::prelude::*;

use crate::read::value;

/// What was expected, and where in the file: `terms[3].curve.x[2]: expected a number`.
pub(crate) struct Fault {
    place: String,
    expected: &'static str,
}

type Read<T> = Result<T, Fault>;

/// Reads a document.
///
/// # Errors
/// Where a part is absent or of another shape.
pub(crate) fn document(js: &JsValue) -> Read<Document> {
    Ok(Document {
        format: get(js, "format", text)?,
        generator: get(js, "generator", text)?,
        fields: get(js, "fields", |js| list(js, field))?,
        intercept: get(js, "intercept", number)?,
        terms: get(js, "terms", |js| list(js, term))?,
        calibration: get(js, "calibration", curve)?,
        policy: get(js, "policy", policy)?,
        golden: get(js, "golden", |js| list(js, golden))?,
        // Scoring does not read it; a page takes it from the file itself.
        card: None,
    })
}

fn field(js: &JsValue) -> Read<Field> {
    Ok(Field {
        name: get(js, "name", text)?,
        title: find(js, "title", text)?,
        kind: get(js, "type", field_kind)?,
        missing: find(js, "missing", |js| list(js, text))?.unwrap_or_default(),
    })
}

fn field_kind(js: &JsValue) -> Read<FieldKind> {
    let other = expected("\"category\" or a number format");
    match js.as_string().as_deref() {
        Some("category") => Ok(FieldKind::Category),
        Some(_) => Err(other),
        None => find(js, "number", number_format)?.map(FieldKind::Number).ok_or(other),
    }
}

fn number_format(js: &JsValue) -> Read<NumberFormat> {
    Ok(NumberFormat {
        decimal: get(js, "decimal", letter)?,
        group: find(js, "group", letter)?,
        unit: find(js, "unit", text)?,
    })
}

fn term(js: &JsValue) -> Read<Term> {
    if let Some(curve) = find(js, "curve", curve)? {
        return Ok(Term::Curve(curve));
    }
    find(js, "table", table)?.map(Term::Table).ok_or(expected("a curve or a table"))
}

fn curve(js: &JsValue) -> Read<Curve> {
    Ok(Curve {
        field: find(js, "field", text)?.unwrap_or_default(),
        x: get(js, "x", numbers)?,
        y: get(js, "y", numbers)?,
        missing: find(js, "missing", number)?.unwrap_or_default(),
        se: find(js, "se", numbers)?.unwrap_or_default(),
    })
}

fn table(js: &JsValue) -> Read<Table> {
    Ok(Table {
        field: get(js, "field", text)?,
        levels: get(js, "levels", |js| list(js, level))?,
        unseen: find(js, "unseen", number)?.unwrap_or_default(),
        missing: find(js, "missing", number)?.unwrap_or_default(),
    })
}

fn level(js: &JsValue) -> Read<Level> {
    Ok(Level {
        level: get(js, "level", text)?,
        value: get(js, "value", number)?,
        se: find(js, "se", number)?,
    })
}

fn policy(js: &JsValue) -> Read<Policy> {
    Ok(Policy {
        threshold: nullable(js, "threshold", number)?,
        probability: get(js, "probability", number)?,
        basis: get(js, "basis", basis)?,
        grades: get(js, "grades", numbers)?.try_into().map_err(|_| expected("three numbers").at("grades"))?,
        indicative: find(js, "indicative", indicative)?,
    })
}

fn basis(js: &JsValue) -> Read<ThresholdBasis> {
    let economics = |js: &JsValue| {
        Ok(ThresholdBasis::Economics {
            cost_per_contact: get(js, "cost_per_contact", number)?,
            value_per_conversion: get(js, "value_per_conversion", number)?,
        })
    };
    if let Some(economics) = find(js, "economics", economics)? {
        return Ok(economics);
    }
    let f1 = |js: &JsValue| Ok(ThresholdBasis::F1 { f1: get(js, "f1", number)? });
    find(js, "f1", f1)?.ok_or(expected("the economics or the F1 behind the threshold"))
}

fn indicative(js: &JsValue) -> Read<Indicative> {
    Ok(Indicative {
        conversions: get(js, "conversions", count)?,
        non_conversions: get(js, "non_conversions", count)?,
        needed: get(js, "needed", count)?,
    })
}

fn golden(js: &JsValue) -> Read<Golden> {
    Ok(Golden {
        lead: get(js, "lead", lead)?,
        logit: get(js, "logit", number)?,
        bits: get(js, "bits", text)?,
    })
}

fn lead(js: &JsValue) -> Read<Lead<'static>> {
    let object = js.dyn_ref::<Object>().ok_or(expected("an object"))?;
    let mut lead = Lead::new();
    for entry in Object::entries(object).iter() {
        let entry: Array = entry.unchecked_into();
        let name = entry.get(0).as_string().unwrap_or_default();
        let found = value(&entry.get(1)).ok_or_else(|| expected("a value of a lead").at(&name))?;
        lead.insert(name, found);
    }
    Ok(lead)
}

/// A part that must be there.
fn get<T>(object: &JsValue, key: &str, read: impl Fn(&JsValue) -> Read<T>) -> Read<T> {
    find(object, key, read)?.ok_or_else(|| expected("something, found nothing").at(key))
}

/// A part that may be `null`, but must not be absent.
fn nullable<T>(object: &JsValue, key: &str, read: impl Fn(&JsValue) -> Read<T>) -> Read<Option<T>> {
    if part(object, key)?.is_undefined() {
        return Err(expected("something or null, found nothing").at(key));
    }
    find(object, key, read)
}

/// A part that may be absent or `null`.
fn find<T>(object: &JsValue, key: &str, read: impl Fn(&JsValue) -> Read<T>) -> Read<Option<T>> {
    let found = part(object, key)?;
    if found.is_undefined() || found.is_null() {
        return Ok(None);
    }
    read(&found).map(Some).map_err(|fault| fault.at(key))
}

fn part(object: &JsValue, key: &str) -> Read<JsValue> {
    if !object.is_object() {
        return Err(expected("an object"));
    }
    Reflect::get(object, &JsValue::from_str(key)).map_err(|_| expected("something that can be read").at(key))
}

fn list<T>(js: &JsValue, read: impl Fn(&JsValue) -> Read<T>) -> Read<Vec<T>> {
    let array = js.dyn_ref::<Array>().ok_or(expected("a list"))?;
    let items = array.iter().enumerate();
    items.map(|(place, item)| read(&item).map_err(|fault| fault.at(&format!("[{place}]")))).collect()
}

fn numbers(js: &JsValue) -> Read<Vec<f64>> {
    list(js, number)
}

fn number(js: &JsValue) -> Read<f64> {
    js.as_f64().ok_or(expected("a number"))
}

fn count(js: &JsValue) -> Read<u64> {
    // Whole, and small enough for a double to hold it exactly.
    let whole =
        js.as_f64().filter(|number| (0.0..9e15).contains(number) && (*number as u64) as f64 == *number);
    whole.map(|number| number as u64).ok_or(expected("a count"))
}

fn text(js: &JsValue) -> Read<String> {
    js.as_string().ok_or(expected("a text"))
}

fn letter(js: &JsValue) -> Read<char> {
    let text = text(js)?;
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(letter),
        _ => Err(expected("one character")),
    }
}

const fn expected(expected: &'static str) -> Fault {
    Fault { place: String::new(), expected }
}

impl Fault {
    /// The same fault, seen from outside: `key` is where the part stands in what surrounds it.
    fn at(self, key: &str) -> Self {
        let dot = if self.place.is_empty() || self.place.starts_with('[') { "" } else { "." };
        Self { place: [key, dot, &self.place].concat(), ..self }
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        f.write_str(if self.place.is_empty() { "expected " } else { ": expected " })?;
        f.write_str(self.expected)
    }
}
