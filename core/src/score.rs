//! Model × lead → score.

mod live;

pub use live::{Crossing, TouchedLead};

use alloc::borrow::Cow;

use crate::error::{Error, ErrorKind, Result, brief, quoted};
use crate::lead::{Lead, Value};
use crate::model::{Grade, Model, Readiness, Reading};
use crate::prelude::*;

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

/// Models of up to so many fields score values without memory of their own.
const FEW_FIELDS: usize = 64;

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
        Ok(self.kernel().score(&self.codes(&self.lead_readings(lead)?)))
    }

    /// Scores values given by the place of their field in [`Model::fields`]: for tables, where names are looked up once.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] where a number was expected and a text is none.
    pub fn score_values(&self, values: &[Value<'_>]) -> Result<Score> {
        let mut few = [0.0; FEW_FIELDS];
        let Some(readings) = few.get_mut(..self.fields().len()) else {
            return Ok(self.kernel().score(&self.read(values)?));
        };
        self.each_reading(values, |place, reading| readings[place] = reading)?;
        Ok(self.kernel().score(readings))
    }

    /// What the [kernel](Model::kernel) reads of values given by the place of their field.
    ///
    /// ```
    /// # use sales_ready::{Model, Value};
    /// # fn run(model: &Model) -> sales_ready::Result<()> {
    /// let readings = model.read(&[Value::from(4), Value::from("software")])?;
    /// assert_eq!(model.kernel().score(&readings), model.score_values(&[Value::from(4), Value::from("software")])?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Model::score_values`].
    pub fn read(&self, values: &[Value<'_>]) -> Result<Vec<f64>> {
        let mut readings = Vec::with_capacity(self.fields().len());
        self.read_into(values, &mut readings)?;
        Ok(readings)
    }

    /// [`Model::read`] into memory that is used again: of numbers, flags and borrowed texts a score then allocates nothing.
    ///
    /// ```
    /// # use sales_ready::{Model, Value};
    /// # fn run(model: &Model, leads: &[(f64, &str)]) -> sales_ready::Result<()> {
    /// let (kernel, mut readings) = (model.kernel(), Vec::new());
    /// for (reviews_read, industry) in leads {
    ///     model.read_into(&[Value::Number(*reviews_read), Value::from(*industry)], &mut readings)?;
    ///     println!("{:.3}", kernel.score(&readings).probability);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Model::score_values`]; the readings are then those of some fields only.
    pub fn read_into(&self, values: &[Value<'_>], readings: &mut Vec<f64>) -> Result<()> {
        readings.clear();
        self.each_reading(values, |_, reading| readings.push(reading))
    }

    /// The log-odds of a lead before calibration.
    ///
    /// # Errors
    /// As [`Model::score`].
    pub fn logit(&self, lead: &Lead<'_>) -> Result<f64> {
        Ok(self.kernel().sum(&self.codes(&self.lead_readings(lead)?)))
    }

    /// The 95 % interval of the rate at which leads convert that score like this one, for display; `None` where the file
    /// does not say how many past leads there were.
    ///
    /// It is the score interval of a rate (Wilson 1927, doi:10.1080/01621459.1927.10502953) among the tenth of the past leads
    /// that score nearest, and so stays narrow where nearly none or nearly all convert. It is about leads like this one, not
    /// about this one.
    pub fn interval(&self, logit: f64) -> Option<[f64; 2]> {
        self.kernel().interval(logit)
    }

    /// The score of a logit: calibrated, graded and decided. The log-odds of a lead are never
    /// `NaN`; of that the probability means nothing, the grade is D, and nobody is flagged.
    pub fn score_logit(&self, logit: f64) -> Score {
        self.kernel().score_logit(logit)
    }

    /// The readings of a lead, by field.
    pub(crate) fn lead_readings<'l>(&self, lead: &'l Lead<'_>) -> Result<Vec<Reading<'l>>> {
        let known = |name: &str| lead.fields().any(|(field, _)| field == name);
        if !self.fields().is_empty() && !self.fields().iter().any(|field| known(&field.name)) {
            let names: Vec<String> =
                self.fields().iter().map(|field| quoted(&field.name).to_string()).collect();
            let message = format!(
                "the lead has none of the model's fields; expected some of {}",
                brief(&names.join(", "))
            );
            return Err(Error::new(ErrorKind::MissingField, message));
        }
        self.readings(|field| lead.get(&self.fields()[field].name))
    }

    /// Takes what the kernel reads of values, field by field.
    fn each_reading(&self, values: &[Value<'_>], mut take: impl FnMut(usize, f64)) -> Result<()> {
        let mut values = values.iter();
        for (place, (field, intake)) in self.fields().iter().zip(self.intakes()).enumerate() {
            let value = values.next().unwrap_or(&Value::Missing);
            let reading = match value {
                Value::Number(number) if intake.is_plain => *number,
                _ => match intake.usual(field, value) {
                    Some(reading) => reading,
                    None => self.code(place, &field.read(value)?),
                },
            };
            take(place, reading);
        }
        Ok(())
    }

    /// The readings of values given by the place of their field.
    pub(crate) fn readings<'v, 'a: 'v>(
        &self,
        value: impl Fn(usize) -> &'v Value<'a>,
    ) -> Result<Vec<Reading<'v>>> {
        self.fields().iter().enumerate().map(|(place, field)| field.read(value(place))).collect()
    }

    /// The logit of readings, one for each of the model's fields.
    #[cfg(feature = "train")]
    pub(crate) fn sum(&self, readings: &[Reading<'_>]) -> f64 {
        self.kernel().sum(&self.codes(readings))
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

/// The logit of a probability: `ln(p / (1 - p))`.
#[cfg(feature = "train")]
pub(crate) fn logit_of(probability: f64) -> f64 {
    libm::log(probability / (1.0 - probability))
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
    } else if probability >= 0.995 {
        Cow::Borrowed("more than 99 of 100 leads like this convert")
    } else {
        // In range by the two tests above.
        let of_100 = (probability * 100.0 + 0.5) as u32;
        let verb = if of_100 == 1 { "converts" } else { "convert" };
        Cow::Owned(format!("about {of_100} of 100 leads like this {verb}"))
    }
}
