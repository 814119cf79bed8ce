//! Random models and leads with their exact scores: whoever scores leads must get the same bits.
//!
//! The models use every kind of term and every number format; the leads hold what real tables hold and what nobody
//! expects: missing in each of its forms, unseen levels, infinities, subnormals, knots and their neighbours.

mod files;
mod leads;
mod models;
mod texts;
mod touched;

pub use files::FileCase;
pub use leads::{landmarks, lead};
pub use models::{checked, model, past_leads};
pub use texts::TextCase;
pub use touched::{TouchedCase, plain_lead, touched_model, touches};

use std::collections::BTreeMap;

use sales_ready::model::NumberFormat;
use sales_ready::{Lead, Model, Result, Value};
use serde::Serialize;

/// A lead and its exact score, as the parity files hold it.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// The lead. A number is written `f64:` and the sixteen hexadecimal digits of its bits, since JSON has no infinity.
    pub values: BTreeMap<String, serde_json::Value>,
    /// The bits of the logit.
    pub logit: String,
    /// The bits of the contributions, in the order of the terms.
    pub contributions: Vec<String>,
    /// The decision.
    pub readiness: &'static str,
    /// The bits of how much is known of the lead.
    pub known: String,
    /// The bits of the probability and of the ends of its interval.
    pub chance: Vec<String>,
    /// How many of a hundred past leads scored lower.
    pub percentile: Option<u8>,
}

impl Case {
    /// Scores and explains the lead natively.
    ///
    /// # Errors
    /// As [`Model::explain`].
    pub fn new(model: &Model, lead: &Lead<'_>) -> Result<Self> {
        let explanation = model.explain(lead)?;
        let score = explanation.score;
        let chance = [score.probability].into_iter().chain(model.interval(score.logit).into_iter().flatten());
        Ok(Self {
            values: lead.fields().map(|(field, value)| (field.to_owned(), coded(value))).collect(),
            logit: hex(score.logit),
            contributions: explanation.contributions.iter().map(|one| hex(one.logit)).collect(),
            readiness: score.readiness.as_str(),
            known: hex(explanation.known),
            chance: chance.map(hex).collect(),
            percentile: model.policy().percentile(score.logit),
        })
    }
}

/// The sixteen hexadecimal digits of a number's bits.
pub fn hex(number: f64) -> String {
    format!("{:016x}", number.to_bits())
}

/// A finite number as text in a column's format: the shortest digits that round-trip, without exponent.
pub fn write_number(format: &NumberFormat, number: f64) -> String {
    let plain = number.abs().to_string();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::new();
    if number.is_sign_negative() {
        text.push('-');
    }
    for (place, digit) in whole.chars().enumerate() {
        if let Some(group) = format.group.filter(|_| place > 0 && (whole.len() - place).is_multiple_of(3)) {
            text.push(group);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(format.decimal);
        text.push_str(fraction);
    }
    if let Some(unit) = &format.unit {
        text.extend([" ", unit]);
    }
    text
}

fn coded(value: &Value<'_>) -> serde_json::Value {
    match value {
        Value::Missing => serde_json::Value::Null,
        Value::Number(number) => format!("f64:{}", hex(*number)).into(),
        Value::Text(text) => text.as_ref().into(),
        Value::Flag(flag) => (*flag).into(),
    }
}
