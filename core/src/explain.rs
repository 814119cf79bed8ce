//! Why a lead scores as it does: what each term contributes, in numbers and in plain sentences.

mod words;
mod shares;
mod sides;
mod touches;

pub use shares::TouchShares;
pub use sides::SideShares;
pub use touches::{Change, TouchExplanation};

use alloc::borrow::Cow;

use serde::Serialize;

use crate::error::Result;
use crate::lead::{Lead, Value};
use crate::model::{Model, Reading};
use crate::prelude::*;
use crate::score::Score;
#[cfg(feature = "train")]
pub(crate) use words::{display_number, push_number, tell_effect, tell_values};

/// A score with its contributions. Their sum, taken in this order from the intercept, is the logit bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The score.
    pub score: Score,
    /// The logit of the average training lead.
    pub intercept: f64,
    /// What each term contributes, in the order of the file.
    pub contributions: Vec<Contribution>,
    /// What is known of the lead, as a share of what is usually known; below [`LEAST_KNOWN`](crate::score::LEAST_KNOWN) it
    /// is not flagged.
    pub known: f64,
}

/// What one term contributes, compared with an average lead; [`Model::sentence`] puts it in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// The field; for a pair the two fields, which say together what neither says alone.
    pub fields: Vec<String>,
    /// The lead's values of these fields, as the model reads them.
    pub values: Vec<Value<'static>>,
    /// In log-odds; positive speaks for conversion.
    pub logit: f64,
    /// How each value stands to what the model learnt from.
    pub standings: Vec<Standing>,
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
    /// ```
    /// # use sales_ready::{Lead, Model};
    /// # fn run(model: &Model) -> sales_ready::Result<()> {
    /// let explanation = model.explain(&Lead::new().with("reviews_read", 4).with("industry", "software"))?;
    /// for reason in explanation.reasons_against(2) {
    ///     println!("{:+.2}  {}", reason.logit, model.sentence(reason));
    /// }
    /// // What was added up is the score, bit for bit.
    /// let sum = explanation.contributions.iter().fold(explanation.intercept, |sum, one| sum + one.logit);
    /// assert_eq!(sum, explanation.score.logit);
    /// # Ok(())
    /// # }
    /// ```
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

    pub(crate) fn explain_readings(&self, readings: &[Reading<'_>]) -> Explanation {
        let codes = self.codes(readings);
        let values = self.kernel().values(&codes).enumerate();
        Explanation {
            score: self.kernel().score(&codes),
            intercept: self.intercept(),
            contributions: values
                .map(|(term, logit)| self.contribution(term, logit, readings, &codes))
                .collect(),
            known: self.kernel().known(&codes),
        }
    }

    /// What a term contributes.
    fn contribution(&self, term: usize, logit: f64, readings: &[Reading<'_>], codes: &[f64]) -> Contribution {
        let fields = self.terms()[term].fields().to_vec();
        let places = &self.kernel().terms()[term].fields()[..fields.len()];
        Contribution {
            values: places.iter().map(|place| Value::from(&readings[*place])).collect(),
            logit,
            standings: self.kernel().standings(term, codes)[..fields.len()].to_vec(),
            fields,
        }
    }
}

impl From<&Reading<'_>> for Value<'static> {
    fn from(reading: &Reading<'_>) -> Self {
        match reading {
            Reading::Missing => Self::Missing,
            Reading::Number(number) => Self::Number(*number),
            Reading::Level(level) => Self::Text(Cow::Owned(level.to_string())),
            Reading::Flag(flag) => Self::Flag(*flag),
        }
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

    /// The `count` strongest of the contributions that `keep` keeps by their log-odds.
    fn strongest(&self, count: usize, keep: impl Fn(f64) -> bool) -> Vec<&Contribution> {
        let mut strongest: Vec<&Contribution> = Vec::new();
        for one in self.contributions.iter().filter(|one| keep(one.logit)) {
            // Behind its equals, so that they stay in the order of the file. A few dozen at most: a sort would not be faster.
            let place = strongest.partition_point(|other| other.logit.abs() >= one.logit.abs());
            if place < count {
                strongest.insert(place, one);
                strongest.truncate(count);
            }
        }
        strongest
    }
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
        {"table": {"field": "source", "levels": [{"level": "fair", "value": 1}], "unseen": -0.25}},
        {"pair": {"fields": ["visits", "source"], "axes": [{"cuts": [5]}, {"levels": ["fair", "show"]}],
                  "values": [[-0.5, 0.1, 0.2, 0.3], [0.7, -0.2, -0.7, 0.4], [0.25, 0.02, -0.3, -0.9]]}}
      ],
      "calibration": {"x": [-5, 5], "y": [-5, 5]},
      "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]},
      "golden": []
    }"#;

    #[test]
    fn a_pair_is_a_contribution_of_its_own() {
        let model = Model::from_json(MODEL).unwrap();
        let pair = |visits: Value<'static>, source: Value<'static>| {
            let explanation = model.explain_values(&[visits, Value::from(2), source]).unwrap();
            explanation.contributions.into_iter().next_back().unwrap()
        };
        let found = pair(Value::from(7), Value::from("fair"));
        assert_eq!(found.fields, ["visits", "source"]);
        assert_eq!(found.values, [Value::from(7), Value::from("fair")]);
        assert_eq!((found.logit, &found.standings[..]), (0.7, &[Standing::Known; 2][..]));
        let more = "Beyond what each says alone, such leads convert more often.";
        assert_eq!(model.sentence(&found), format!("Visits together with source: 7 and fair. {more}"));
        // The outermost cells have no end: the standing of a number is that of the curve's contribution alone.
        assert_eq!(pair(Value::from(1e9), Value::from("show")).standings, [Standing::Known; 2]);
        let unseen = pair(Value::from(7), Value::from("moon"));
        assert_eq!((unseen.logit, unseen.standings[1]), (-0.7, Standing::Unseen));
        let begin = "Visits together with source: 7 and moon (rare or new to the model). ";
        assert!(model.sentence(&unseen).starts_with(begin));
        let half = pair(Value::Missing, Value::from("moon"));
        assert_eq!((half.logit, &half.standings[..]), (-0.3, &[Standing::Missing, Standing::Unseen][..]));
        let begin = "Visits together with source: not known and moon (rare or new to the model). ";
        assert!(model.sentence(&half).starts_with(begin));
        let nothing = pair(Value::Missing, Value::Missing);
        assert_eq!((nothing.logit, &nothing.standings[..]), (-0.9, &[Standing::Missing; 2][..]));
        assert!(model.sentence(&nothing).starts_with("Visits together with source: neither is known. "));
    }
}
