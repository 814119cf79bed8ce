//! JavaScript values as the core's, of what `reads.js` has checked.

use js_sys::{Array, Float64Array};
use sales_ready::model::Model;
use sales_ready::{Error, ErrorKind, Lead, Result, Score, Value};
use wasm_bindgen::prelude::*;

use crate::error::to_js;

#[wasm_bindgen]
extern "C" {
    /// The text of a model file, or what `JSON.parse` made of it.
    #[wasm_bindgen(typescript_type = "string | object")]
    pub type ModelSource;

    /// Values by field name.
    #[wasm_bindgen(typescript_type = "Lead")]
    pub type JsLead;

    /// Columns by field name.
    #[wasm_bindgen(typescript_type = "LeadColumns")]
    pub type LeadColumns;
}

#[wasm_bindgen(module = "/src/reads.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = readLead)]
    fn read_lead(lead: &JsValue, names: &Array, optional: bool) -> Result<Option<Array>, JsValue>;

    #[wasm_bindgen(catch, js_name = readColumns)]
    fn read_columns(table: &JsValue, names: &Array) -> Result<Option<Array>, JsValue>;
}

/// The lead's values, by the place of their field in the model.
pub(crate) fn lead(model: &Model, names: &Array, lead: &JsValue) -> Result<Vec<Value<'static>>, JsValue> {
    match read_lead(lead, names, false)? {
        Some(found) => Ok(values(&found)),
        None => Err(to_js(model.no_known_field("the lead"))),
    }
}

/// The lead's values by name. It may have none: its touches say something, too.
pub(crate) fn named_lead(model: &Model, names: &Array, lead: &JsValue) -> Result<Lead<'static>, JsValue> {
    let values = values(&read_lead(lead, names, true)?.unwrap_or_default());
    let mut lead_by_name = Lead::new();
    for (field, value) in model.fields().iter().zip(values) {
        lead_by_name.insert(field.name.clone(), value);
    }
    Ok(lead_by_name)
}

/// A table's columns, by the place of their field in the model.
pub(crate) struct Columns {
    columns: Vec<Column>,
    len: usize,
}

enum Column {
    Numbers(Vec<f64>),
    Values(Vec<Value<'static>>),
}

impl Columns {
    pub(crate) fn read(model: &Model, names: &Array, table: &JsValue) -> Result<Self, JsValue> {
        let Some(found) = read_columns(table, names)? else {
            return Err(to_js(model.no_known_field("the table")));
        };
        let mut columns = Vec::new();
        for place in 1..found.length() {
            let column = found.get(place);
            columns.push(match column.dyn_ref::<Float64Array>() {
                Some(numbers) => Column::Numbers(numbers.to_vec()),
                // No values where there is no column.
                None => Column::Values(column.dyn_ref().map(values).unwrap_or_default()),
            });
        }
        Ok(Self { columns, len: found.get(0).as_f64().unwrap_or_default() as usize })
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn score(&self, model: &Model, row: usize) -> Result<Score> {
        let mut values: Vec<Value<'_>> = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            values.push(column.value(row));
        }
        model.score_values(&values).map_err(|error| {
            let message = ["at place ", &row.to_string(), " of the columns: ", error.message()].concat();
            Error::new(error.kind(), message)
        })
    }
}

impl Column {
    fn value(&self, row: usize) -> Value<'_> {
        match self {
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

fn values(found: &Array) -> Vec<Value<'static>> {
    let mut values = Vec::with_capacity(found.length() as usize);
    for place in 0..found.length() {
        values.push(value(&found.get(place)));
    }
    values
}

/// A value as the core takes it; anything but numbers, texts and flags is missing.
fn value(found: &JsValue) -> Value<'static> {
    let number = found.as_f64().map(Value::Number);
    let text = number.or_else(|| found.as_string().map(Value::from));
    text.or_else(|| found.as_bool().map(Value::Flag)).unwrap_or_default()
}

pub(crate) fn bad_value(message: &str) -> JsValue {
    to_js(Error::new(ErrorKind::BadValue, message))
}
