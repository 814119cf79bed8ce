//! A model of thirty fields and leads for it: what it costs to score one lead.

use std::fmt::Write as _;

use sales_ready::{Model, Result, Value};

use crate::random::Random;

/// Numbers among the fields; the others are categories.
pub const NUMBERS: usize = 24;
/// All fields.
pub const FIELDS: usize = 30;
/// A curve's knots, and a category's levels.
const KNOTS: usize = 32;
const LEVELS: usize = 12;

/// The levels of the categories.
const INDUSTRIES: [&str; LEVELS] = [
    "agriculture",
    "banking",
    "construction",
    "education",
    "energy",
    "health care",
    "insurance",
    "logistics",
    "manufacturing",
    "retail",
    "software",
    "telecommunications",
];

/// A model of curves with as many knots as training gives them, and tables of a dozen levels.
///
/// # Errors
/// None, unless the model's format has changed.
pub fn model() -> Result<Model> {
    let mut random = Random::new(30);
    let (mut fields, mut terms) = (Vec::new(), Vec::new());
    for field in 0..FIELDS {
        let mut values = |count: usize| -> Vec<f64> { (0..count).map(|_| random.normal() / 4.0).collect() };
        if field < NUMBERS {
            fields.push(format!(r#"{{"name": "n{field}", "type": {{"number": {{"decimal": "."}}}}}}"#));
            let x: Vec<f64> = (0..KNOTS).map(|knot| (knot * knot) as f64 / 10.0).collect();
            let y = values(KNOTS);
            terms.push(format!(
                r#"{{"curve": {{"field": "n{field}", "x": {x:?}, "y": {y:?}, "missing": 0.1}}}}"#
            ));
        } else {
            fields.push(format!(r#"{{"name": "c{field}", "type": "category", "missing": ["unknown"]}}"#));
            let mut levels = String::new();
            for (place, (level, value)) in INDUSTRIES.iter().zip(values(LEVELS)).enumerate() {
                let comma = if place > 0 { ", " } else { "" };
                // Writing to a string can not fail.
                let _ = write!(levels, r#"{comma}{{"level": "{level}", "value": {value:?}}}"#);
            }
            terms.push(format!(
                r#"{{"table": {{"field": "c{field}", "levels": [{levels}], "unseen": -0.2}}}}"#
            ));
        }
    }
    Model::from_json(&format!(
        r#"{{"format": "sales-ready/1", "generator": "test", "intercept": -1.5,
            "fields": [{}], "terms": [{}],
            "calibration": {{"x": [-5, 0, 5], "y": [-4, 0.1, 5]}},
            "policy": {{"threshold": 0, "probability": 0.5, "basis": {{"f1": {{"f1": 0.5}}}}, "grades": [2, 1, 0]}},
            "golden": []}}"#,
        fields.join(", "),
        terms.join(", ")
    ))
}

/// Leads as typed values in the order of the fields; some values are missing, some levels new.
pub fn leads(count: usize) -> Vec<Vec<Value<'static>>> {
    let mut random = Random::new(31);
    let mut value = |field: usize| match random.below(20) {
        0 => Value::Missing,
        1 if field >= NUMBERS => Value::from("shipbuilding"),
        _ if field < NUMBERS => Value::from(random.between(-2.0, 100.0)),
        _ => Value::from(*random.pick(&INDUSTRIES)),
    };
    (0..count).map(|_| (0..FIELDS).map(&mut value).collect()).collect()
}
