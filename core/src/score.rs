//! Model × lead → score.

mod live;

pub use live::{Crossing, TouchedLead};

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::lead::{Lead, Value};
use crate::model::{Grade, Model, Readiness, Reading};

/// A lead's score.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Score {
    /// Log-odds before calibration: intercept plus the contributions, in the order of the file.
    pub logit: f64,
    /// The calibrated probability of conversion. Display it; decide on [`Score::readiness`].
    pub probability: f64,
    /// The lead's place among the training leads.
    pub grade: Grade,
    /// The decision. A lead of which too little is known is not flagged, nor is any where the model abstains.
    pub readiness: Readiness,
}

/// Where less than this share of what is usually known is known of a lead, its score says little about the lead itself.
pub const LEAST_KNOWN: f64 = 0.25;

/// Beyond so many standard deviations lie 5 % of a normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;
/// The part of the past leads that stands for a lead's neighbourhood.
const NEIGHBOURS: f64 = 0.1;

impl Model {
    /// Scores a lead.
    ///
    /// ```
    /// # use sales_ready::{Lead, Model};
    /// # fn run(model: &Model) -> sales_ready::Result<()> {
    /// let score = model.score(&Lead::new().with("reviews_read", 4).with("industry", "software"))?;
    /// println!("{:.0} %", 100.0 * score.probability);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] where a number was expected and a text is none; [`ErrorKind::MissingField`] where the
    /// lead has none of the model's fields, which means that the names do not match.
    pub fn score(&self, lead: &Lead<'_>) -> Result<Score> {
        Ok(self.score_readings(&self.lead_readings(lead)?))
    }

    /// Scores values given by the place of their field in [`Model::fields`]: for tables, where names are looked up once.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] where a number was expected and a text is none.
    pub fn score_values(&self, values: &[Value<'_>]) -> Result<Score> {
        let readings = self.readings(|field| values.get(field).unwrap_or(&Value::Missing))?;
        Ok(self.score_readings(&readings))
    }

    /// The log-odds of a lead before calibration.
    ///
    /// # Errors
    /// As [`Model::score`].
    pub fn logit(&self, lead: &Lead<'_>) -> Result<f64> {
        Ok(self.sum(&self.lead_readings(lead)?))
    }

    /// The 95 % interval of the rate at which leads convert that score like this one, for display; `None` where the file
    /// does not say how many past leads there were.
    ///
    /// It is the score interval of a rate (Wilson 1927, doi:10.1080/01621459.1927.10502953) among the tenth of the past leads
    /// that score nearest, and so stays narrow where nearly none or nearly all convert. It is about leads like this one, not
    /// about this one.
    pub fn interval(&self, logit: f64) -> Option<[f64; 2]> {
        let past = self.policy().past.as_ref()?;
        let rate = self.score_logit(logit).probability;
        // `z² / n`, at most that of a single lead.
        let spread = Z_95 * Z_95 / (NEIGHBOURS * past.leads).max(1.0);
        let centre = (rate + spread / 2.0) / (1.0 + spread);
        let reach = libm::sqrt(spread * (rate * (1.0 - rate) + spread / 4.0)) / (1.0 + spread);
        Some([(centre - reach).max(0.0), (centre + reach).min(1.0)])
    }

    /// The score of readings, one for each of the model's fields.
    pub(crate) fn score_readings(&self, readings: &[Reading<'_>]) -> Score {
        self.score_known(self.sum(readings), self.known(readings))
    }

    /// The score of a logit, given how much of what is usually known is known of the lead.
    pub(crate) fn score_known(&self, logit: f64, known: f64) -> Score {
        let score = self.score_logit(logit);
        if known < LEAST_KNOWN { Score { readiness: Readiness::Abstain, ..score } } else { score }
    }

    /// The score of a logit: calibrated, graded and decided.
    pub fn score_logit(&self, logit: f64) -> Score {
        let policy = self.policy();
        let probability = sigmoid(self.calibration().at(logit));
        Score { logit, probability, grade: policy.grade(logit), readiness: policy.decide(logit) }
    }

    /// The readings of a lead, by field.
    pub(crate) fn lead_readings<'l>(&self, lead: &'l Lead<'_>) -> Result<Vec<Reading<'l>>> {
        let known = |name: &str| lead.fields().any(|(field, _)| field == name);
        if !self.fields().is_empty() && !self.fields().iter().any(|field| known(&field.name)) {
            return Err(self.no_known_field("the lead"));
        }
        self.readings(|field| lead.get(&self.fields()[field].name))
    }

    /// That something to be scored has none of the model's fields, which means that the names do not match.
    #[doc(hidden)]
    pub fn no_known_field(&self, what: &str) -> Error {
        let mut message = [what, " has none of the model's fields; expected some of "].concat();
        for (place, field) in self.fields().iter().enumerate() {
            message.push_str(if place > 0 { ", " } else { "" });
            message.push_str(&field.name);
        }
        Error::new(ErrorKind::MissingField, message)
    }

    /// The readings of values given by the place of their field.
    pub(crate) fn readings<'v, 'a: 'v>(
        &self,
        value: impl Fn(usize) -> &'v Value<'a>,
    ) -> Result<Vec<Reading<'v>>> {
        self.fields().iter().enumerate().map(|(place, field)| field.read(value(place))).collect()
    }

    /// The logit of readings, one for each of the model's fields.
    pub(crate) fn sum(&self, readings: &[Reading<'_>]) -> f64 {
        self.terms_with_fields().fold(self.intercept(), |sum, (term, fields)| {
            sum + term.value(&fields.map(|field| &readings[field]))
        })
    }
}

/// The logistic function `1 / (1 + e^-x)`, with the same bits on every platform.
///
/// ```
/// assert_eq!(sales_ready::sigmoid(0.0), 0.5);
/// assert_eq!(sales_ready::sigmoid(-1000.0), 0.0);
/// ```
pub fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-logit))
}

/// A calibrated probability in words: "about 32 of 100 leads like this convert".
///
/// ```
/// assert_eq!(sales_ready::probability_in_words(0.316), "about 32 of 100 leads like this convert");
/// assert_eq!(sales_ready::probability_in_words(0.002), "fewer than 1 of 100 leads like this converts");
/// ```
pub fn probability_in_words(probability: f64) -> Cow<'static, str> {
    if probability < 0.005 {
        Cow::Borrowed("fewer than 1 of 100 leads like this converts")
    } else if probability > 0.995 {
        Cow::Borrowed("more than 99 of 100 leads like this convert")
    } else {
        // In range by the two tests above.
        let of_100 = (probability * 100.0 + 0.5) as u32;
        let verb = if of_100 == 1 { "converts" } else { "convert" };
        Cow::Owned(format!("about {of_100} of 100 leads like this {verb}"))
    }
}
