//! JavaScript values as the core's.

use js_sys::{Array, Float64Array, Reflect, Symbol};
use sales_ready::error::quoted;
use sales_ready::model::Model;
use sales_ready::{Error, ErrorKind, Result, Score, Value};
use wasm_bindgen::prelude::*;

use crate::error::to_js;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** One value of a lead. `null`, `undefined`, `NaN` and the empty text mean "not known". */
export type LeadValue = number | string | boolean | null | undefined;

/** A lead: values by field name. */
export type Lead = { readonly [field: string]: unknown };

/** A table of leads: a column of values by field name. */
export type LeadColumns = { readonly [field: string]: Iterable<LeadValue> };
"#;

#[wasm_bindgen]
extern "C" {
    /// The text of a model file, or what `JSON.parse` made of it.
    #[wasm_bindgen(typescript_type = "string | object")]
    pub type ModelSource;

    /// Values by field name.
    #[wasm_bindgen(typescript_type = "Lead")]
    pub type Lead;

    /// Columns by field name.
    #[wasm_bindgen(typescript_type = "LeadColumns")]
    pub type LeadColumns;

    // The binding of js-sys does not catch, and an iterator may throw.
    #[wasm_bindgen(catch, js_namespace = Array, js_name = from)]
    fn array_from(values: &JsValue) -> Result<Array, JsValue>;
}

/// The lead's values, by the place of their field in the model.
pub(crate) fn lead(model: &Model, keys: &[JsValue], lead: &JsValue) -> Result<Vec<Value<'static>>, JsValue> {
    if !lead.is_object() {
        return Err(bad_value("expected a lead: an object of values by field name"));
    }
    let mut known = keys.is_empty();
    let mut values = Vec::with_capacity(keys.len());
    for (key, field) in keys.iter().zip(model.fields()) {
        let found = Reflect::get(lead, key)?;
        known = known || !found.is_undefined() || Reflect::has(lead, key)?;
        values.push(value(&found).ok_or_else(|| no_value(&quoted(&field.name).to_string(), &found))?);
    }
    if known { Ok(values) } else { Err(no_known_field("the lead", model)) }
}

/// A table's columns, by the place of their field in the model.
pub(crate) struct Columns {
    columns: Vec<Column>,
    len: usize,
}

enum Column {
    Absent,
    Numbers(Vec<f64>),
    Values(Vec<Value<'static>>),
}

impl Columns {
    pub(crate) fn read(model: &Model, keys: &[JsValue], table: &JsValue) -> Result<Self, JsValue> {
        if !table.is_object() {
            return Err(bad_value("expected columns: an object of arrays by field name"));
        }
        let mut first: Option<(&str, usize)> = None;
        let mut columns = Vec::with_capacity(keys.len());
        for (key, field) in keys.iter().zip(model.fields()) {
            let column = Column::read(&field.name, &Reflect::get(table, key)?)?;
            match (column.len(), first) {
                (Some(len), None) => first = Some((&field.name, len)),
                (Some(len), Some((name, expected))) if len != expected => {
                    return Err(bad_value(&format!(
                        "expected columns of one length: {} has {expected} values, {} has {len}",
                        quoted(name),
                        quoted(&field.name)
                    )));
                }
                _ => {}
            }
            columns.push(column);
        }
        match first {
            Some((_, len)) => Ok(Self { columns, len }),
            None => Err(no_known_field("the table", model)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn score(&self, model: &Model, row: usize) -> Result<Score> {
        let values: Vec<Value<'_>> = self.columns.iter().map(|column| column.value(row)).collect();
        model.score_values(&values).map_err(|error| {
            Error::new(error.kind(), format!("at place {row} of the columns: {}", error.message()))
        })
    }
}

impl Column {
    fn read(name: &str, column: &JsValue) -> Result<Self, JsValue> {
        if column.is_undefined() {
            return Ok(Self::Absent);
        }
        if let Some(numbers) = column.dyn_ref::<Float64Array>() {
            return Ok(Self::Numbers(numbers.to_vec()));
        }
        if !column.is_object() || !Reflect::has(column, &Symbol::iterator())? {
            return Err(bad_value(&format!("expected an array of values for {}", quoted(name))));
        }
        let values = array_from(column)?;
        let values = values.iter().enumerate().map(|(row, found)| {
            value(&found)
                .ok_or_else(|| no_value(&format!("{} at place {row} of the columns", quoted(name)), &found))
        });
        Ok(Self::Values(values.collect::<Result<_, _>>()?))
    }

    fn len(&self) -> Option<usize> {
        match self {
            Self::Absent => None,
            Self::Numbers(numbers) => Some(numbers.len()),
            Self::Values(values) => Some(values.len()),
        }
    }

    fn value(&self, row: usize) -> Value<'_> {
        match self {
            Self::Absent => Value::Missing,
            Self::Numbers(numbers) => numbers.get(row).copied().into(),
            Self::Values(values) => match values.get(row) {
                None | Some(Value::Missing) => Value::Missing,
                Some(Value::Number(number)) => Value::Number(*number),
                Some(Value::Flag(flag)) => Value::Flag(*flag),
                Some(Value::Text(text)) => Value::Text(text.as_ref().into()),
            },
        }
    }
}

/// A value as the core takes it; `None` for objects, functions, symbols and big integers.
pub(crate) fn value(found: &JsValue) -> Option<Value<'static>> {
    if found.is_undefined() || found.is_null() {
        return Some(Value::Missing);
    }
    let number = found.as_f64().map(Value::Number);
    number.or_else(|| found.as_string().map(Value::from)).or_else(|| found.as_bool().map(Value::Flag))
}

fn no_value(place: &str, found: &JsValue) -> JsValue {
    let found = found.js_typeof().as_string().unwrap_or_default();
    bad_value(&format!(
        "expected a number, a text, true, false or null for {place}, found a value of type {found}"
    ))
}

fn no_known_field(what: &str, model: &Model) -> JsValue {
    let names: Vec<&str> = model.fields().iter().map(|field| field.name.as_str()).collect();
    let message = format!("{what} has none of the model's fields; expected some of {}", names.join(", "));
    to_js(Error::new(ErrorKind::MissingField, message))
}

fn bad_value(message: &str) -> JsValue {
    to_js(Error::new(ErrorKind::BadValue, message))
}
