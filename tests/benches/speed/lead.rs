//! One lead after the other is scored from typed values, as a program does that has a model at hand.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use sales_ready::train::leads::{Leads, MISSING_LEVEL, Values};
use sales_ready::{Model, Value as Known};
use serde_json::{Value, json};

use crate::{Answer, now, number, text};

/// So many leads take turns, so that neither memory nor a guess of the processor helps.
const LEADS: usize = 1_000;

/// Scores leads of a table so often as is asked, on one core.
pub(crate) fn score(question: &Value, leads: &Leads) -> Answer {
    let path = Path::new(text(question, "model")?);
    let model = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let model = Model::from_json(&model).map_err(|error| error.to_string())?;
    let times = number(question, "times")?;
    let values: Vec<Vec<Known<'_>>> =
        (0..LEADS.min(leads.len())).map(|row| lead(&model, leads, row)).collect();
    let mut sum = 0.0;
    let start = now();
    for values in values.iter().cycle().take(times) {
        sum += model.score_values(black_box(values)).map_or(f64::NAN, |score| score.probability);
    }
    let seconds = start.elapsed().as_secs_f64();
    if !black_box(sum).is_finite() {
        return Err("a lead could not be scored".to_owned());
    }
    Ok(json!({ "seconds": seconds, "fields": model.fields().len() }))
}

/// What the model reads of a lead, in the order of its fields.
fn lead<'a>(model: &Model, leads: &'a Leads, row: usize) -> Vec<Known<'a>> {
    let value = |name: &String| {
        let column = leads.columns.iter().find(|column| column.field.name == *name);
        match column.map(|column| &column.values) {
            Some(Values::Numbers(numbers)) if !numbers[row].is_nan() => Known::Number(numbers[row]),
            Some(Values::Levels { levels, codes }) if codes[row] != MISSING_LEVEL => {
                Known::from(levels[codes[row] as usize].as_str())
            }
            _ => Known::Missing,
        }
    };
    model.fields().iter().map(|field| value(&field.name)).collect()
}
