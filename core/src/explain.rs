//! Why a lead scores as it does: what each field contributes, in numbers and in plain sentences.

use std::fmt::Write as _;

use serde::Serialize;

use crate::error::Result;
use crate::lead::{Lead, Value};
use crate::model::{Field, Model, Reading, Term};
use crate::score::Score;

/// A score with its contributions. Their sum, taken in this order from the intercept, is the logit bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The score.
    pub score: Score,
    /// The logit of the average training lead.
    pub intercept: f64,
    /// What each term contributes, in the order of the file.
    pub contributions: Vec<Contribution>,
}

/// What one field contributes, compared with an average lead.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// The field.
    pub field: String,
    /// The lead's value, as a person reads it.
    pub value: String,
    /// In log-odds; positive speaks for conversion.
    pub logit: f64,
    /// How the value stands to what the model learnt from.
    pub standing: Standing,
    /// One sentence for people. An association, never a cause.
    pub sentence: String,
}

/// How a value stands to what the model learnt from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Standing {
    /// Within what was learnt.
    Known,
    /// Not known for this lead.
    Missing,
    /// A level the training leads did not have, or too rarely.
    Unseen,
    /// A number below the curve's first knot; scored like it.
    BelowRange,
    /// A number above the curve's last knot; scored like it.
    AboveRange,
}

impl Standing {
    /// The standing in the words of the file formats, for example `below-range`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Missing => "missing",
            Self::Unseen => "unseen",
            Self::BelowRange => "below-range",
            Self::AboveRange => "above-range",
        }
    }
}

impl Model {
    /// Explains a lead's score.
    ///
    /// # Errors
    /// As [`Model::score`].
    pub fn explain(&self, lead: &Lead<'_>) -> Result<Explanation> {
        Ok(self.explain_readings(&self.lead_readings(lead)?))
    }

    /// Explains values given by the place of their field in [`Model::fields`].
    ///
    /// # Errors
    /// As [`Model::score_values`].
    pub fn explain_values(&self, values: &[Value<'_>]) -> Result<Explanation> {
        Ok(self.explain_readings(&self.readings(|field| values.get(field).unwrap_or(&Value::Missing))?))
    }

    /// The score of values given by the place of their field, and its `count` strongest contributions: the same as
    /// [`Explanation::reasons`], without building the sentences that are not asked for.
    ///
    /// # Errors
    /// As [`Model::score_values`].
    pub fn reasons_values(&self, values: &[Value<'_>], count: usize) -> Result<(Score, Vec<Contribution>)> {
        let readings = self.readings(|field| values.get(field).unwrap_or(&Value::Missing))?;
        let mut logit = self.intercept();
        let terms = self.terms_with_fields().map(|(term, field)| {
            let own = term.value(&readings[field]);
            logit += own;
            (term, field, own)
        });
        let strongest = strongest(terms, |(.., own)| *own, count, |own| own.abs() > 0.0);
        let reasons = strongest
            .into_iter()
            .map(|(term, field, _)| Contribution::new(term, &self.fields()[field], &readings[field]))
            .collect();
        Ok((self.score_logit(logit), reasons))
    }

    fn explain_readings(&self, readings: &[Reading<'_>]) -> Explanation {
        let contributions: Vec<_> = self
            .terms_with_fields()
            .map(|(term, field)| Contribution::new(term, &self.fields()[field], &readings[field]))
            .collect();
        let logit = contributions.iter().fold(self.intercept(), |sum, contribution| sum + contribution.logit);
        Explanation { score: self.score_logit(logit), intercept: self.intercept(), contributions }
    }
}

impl Explanation {
    /// The `count` strongest contributions that speak for conversion, the strongest first.
    pub fn reasons_for(&self, count: usize) -> Vec<&Contribution> {
        self.strongest(count, |logit| logit > 0.0)
    }

    /// The `count` strongest contributions that speak against conversion, the strongest first.
    pub fn reasons_against(&self, count: usize) -> Vec<&Contribution> {
        self.strongest(count, |logit| logit < 0.0)
    }

    /// The `count` strongest contributions either way, the strongest first.
    pub fn reasons(&self, count: usize) -> Vec<&Contribution> {
        self.strongest(count, |logit| logit.abs() > 0.0)
    }

    fn strongest(&self, count: usize, keep: impl Fn(f64) -> bool) -> Vec<&Contribution> {
        strongest(self.contributions.iter(), |reason| reason.logit, count, keep)
    }
}

impl Contribution {
    fn new(term: &Term, field: &Field, reading: &Reading<'_>) -> Self {
        let logit = term.value(reading);
        let standing = standing(term, reading);
        let value = display_reading(reading);
        let sentence = sentence(&field.display_name(), &value, standing, logit);
        Self { field: field.name.clone(), value, logit, standing, sentence }
    }
}

/// The `count` strongest of what `keep` keeps by its log-odds, the strongest first.
fn strongest<T>(
    all: impl Iterator<Item = T>,
    logit: impl Fn(&T) -> f64,
    count: usize,
    keep: impl Fn(f64) -> bool,
) -> Vec<T> {
    let mut strongest: Vec<T> = Vec::new();
    for one in all.filter(|one| keep(logit(one))) {
        // Behind its equals, so that they stay in the order of the file. A few dozen at most: the library's sort
        // would not be faster, and weighs 3 KB in the widget, gzipped.
        let place = strongest.partition_point(|other| logit(other).abs() >= logit(&one).abs());
        if place < count {
            strongest.insert(place, one);
            strongest.truncate(count);
        }
    }
    strongest
}

fn standing(term: &Term, reading: &Reading<'_>) -> Standing {
    match (term, reading) {
        (_, Reading::Missing) => Standing::Missing,
        (Term::Curve(curve), Reading::Number(x)) => match (curve.x.first(), curve.x.last()) {
            (Some(first), _) if x < first => Standing::BelowRange,
            (_, Some(last)) if x > last => Standing::AboveRange,
            _ => Standing::Known,
        },
        (Term::Table(table), reading) if table.find(reading).is_none() => Standing::Unseen,
        _ => Standing::Known,
    }
}

fn sentence(name: &str, value: &str, standing: Standing, logit: f64) -> String {
    let mut sentence = String::new();
    let mut letters = name.chars();
    if let Some(first) = letters.next() {
        // ASCII only: the table of all capitals weighs 4 KB in the widget, gzipped.
        sentence.push(first.to_ascii_uppercase());
        sentence.push_str(letters.as_str());
    }
    match standing {
        Standing::Missing => sentence.push_str(" is not known"),
        Standing::Unseen => sentence.extend([": ", value, " (rare or new to the model)"]),
        _ => sentence.extend([": ", value]),
    }
    sentence.push_str(". ");
    // Odds ratio e^logit, in tenths; the same wording for and against.
    let strength = match libm::exp(logit.abs()) {
        odds if odds < 1.05 => "about as often as",
        odds if odds < 1.5 => "a little",
        odds if odds < 3.0 => "",
        odds if odds < 10.0 => "much",
        _ => "very much",
    };
    let direction = if logit > 0.0 { "more often" } else { "less often" };
    // A contribution holds the other fields fixed; the bare rate of such leads may well go the other way.
    let _ = match strength {
        "about as often as" => {
            write!(sentence, "All else equal, such leads convert about as often as others.")
        }
        "" => write!(sentence, "All else equal, such leads convert {direction}."),
        strength => {
            write!(sentence, "All else equal, such leads convert {strength} {direction}.")
        }
    };
    sentence
}

fn display_reading(reading: &Reading<'_>) -> String {
    match reading {
        Reading::Missing => "not known".into(),
        Reading::Number(number) => display_number(*number),
        Reading::Level(level) => level.to_string(),
        Reading::Flag(true) => "yes".into(),
        Reading::Flag(false) => "no".into(),
    }
}

/// A number for people: at most three decimals below 100, else none; groups of three digits from 10,000.
///
/// Without the formatter of floats, so that the widget need not carry it.
pub(crate) fn display_number(number: f64) -> String {
    let size = number.abs();
    if size >= 1e15 || (size > 0.0 && size < 0.0005) {
        return display_exponent(number);
    }
    let scale: u64 = if size < 100.0 { 1000 } else { 1 };
    let scaled = (size * scale as f64 + 0.5) as u64;
    let (whole, fraction) = (scaled / scale, scaled % scale);
    let mut text = String::new();
    if number < 0.0 && scaled > 0 {
        text.push('-');
    }
    if whole < 10_000 {
        let _ = write!(text, "{whole}");
    } else {
        let digits = whole.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
    }
    if fraction > 0 {
        let _ = write!(text, ".{}", format!("{fraction:03}").trim_end_matches('0'));
    }
    text
}

/// A number for people with a power of ten: `1.5e20`, for sizes that are too great or too small to write out.
fn display_exponent(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "infinite".into() } else { "minus infinite".into() };
    }
    let (mut digits, mut exponent) = (number, 0);
    while digits.abs() >= 9.9995 {
        digits /= 10.0;
        exponent += 1;
    }
    while digits.abs() < 0.99995 {
        digits *= 10.0;
        exponent -= 1;
    }
    format!("{}e{exponent}", display_number(digits))
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use super::*;

    const MODEL: &str = r#"{
      "format": "sales-ready/1", "generator": "test", "intercept": -1.0,
      "fields": [
        {"name": "visits", "type": {"number": {"decimal": "."}}},
        {"name": "calls", "type": {"number": {"decimal": "."}}},
        {"name": "source", "type": "category"}
      ],
      "terms": [
        {"curve": {"field": "visits", "x": [0, 10], "y": [-1, 3], "missing": 0}},
        {"curve": {"field": "calls", "x": [0, 10], "y": [0.5, 1], "missing": -1}},
        {"table": {"field": "source", "levels": [{"level": "fair", "value": 1}], "unseen": -0.25}}
      ],
      "calibration": {"x": [-5, 5], "y": [-5, 5]},
      "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]},
      "golden": []
    }"#;

    #[test]
    fn reasons_alone_are_the_reasons_of_the_explanation() {
        let model = Model::from_json(MODEL).unwrap();
        for values in [
            [Value::from(0), Value::Missing, Value::from("fair")],
            [Value::Missing, Value::from(1e9), Value::from("moon")],
            [Value::from("7"), Value::from(3), Value::Missing],
        ] {
            let explanation = model.explain_values(&values).unwrap();
            for count in 0..5 {
                let (score, reasons) = model.reasons_values(&values, count).unwrap();
                assert_eq!(score.logit.to_bits(), explanation.score.logit.to_bits());
                assert_eq!(score, explanation.score);
                assert_eq!(reasons.iter().collect::<Vec<_>>(), explanation.reasons(count));
            }
        }
        assert!(model.reasons_values(&[Value::from("many")], 3).is_err());
    }
}
