//! How the training leads were distributed: what drift is measured against. Scoring does not read it.

use crate::prelude::*;
use serde::{Deserialize, Serialize};

/// The training leads' distributions. Shares are of all leads, in steps of a millionth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// How many leads of equal weight the shares are worth: `(Σw)² / Σw²` (Kish 1965), the number of leads where all
    /// weigh the same.
    pub leads: f64,
    /// As many leads that stand alone would tell as much of the conversion rate, where those of a group, such as an account,
    /// convert alike; absent where each stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_worth: Option<f64>,
    /// One for each field of the model, in the order of the file.
    pub fields: Vec<FieldReference>,
    /// The model's own scores.
    pub score: ScoreReference,
}

/// How a field was distributed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldReference {
    /// The field.
    pub field: String,
    /// The share of leads whose value is not known.
    pub missing: f64,
    /// The shares of the known values.
    pub known: Shares,
    /// As many leads that stand alone would tell as much of these shares, where those of a group are alike; absent where each
    /// stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<f64>,
}

/// The shares of known values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Shares {
    /// Of numbers.
    Numbers(NumberShares),
    /// Of levels.
    Levels(LevelShares),
}

/// The shares of a number's bins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberShares {
    /// Bin `k` holds `cuts[k - 1] < x <= cuts[k]`, so that `n` cuts make `n + 1` bins.
    pub cuts: Vec<f64>,
    /// The share of each bin.
    pub shares: Vec<f64>,
    /// The share below the curve's first knot.
    pub below: f64,
    /// The share above the curve's last knot.
    pub above: f64,
}

/// The shares of a category's levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelShares {
    /// The commonest levels, sorted by their text. None has fewer leads than a level of a [`Table`](super::Table).
    pub levels: Vec<LevelShare>,
    /// The share of all other levels.
    pub others: f64,
    /// The share of the levels that the model's table does not store, because they are too rare.
    pub unseen: f64,
}

/// A level and its share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelShare {
    /// The level.
    pub level: String,
    /// Its share.
    pub share: f64,
}

/// How the scores were distributed, and what they were worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreReference {
    /// Band `k` holds `cuts[k - 1] < logit <= cuts[k]`. The calibrated probability rises from cut to cut.
    pub cuts: Vec<f64>,
    /// One band more than there are cuts, from the lowest score to the highest.
    pub bands: Vec<Band>,
    /// As many leads that stand alone would tell as much of the bands' shares, where those of a group are alike; absent where
    /// each stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<f64>,
}

/// A band of scores.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// The share of the training leads.
    pub share: f64,
    /// How many held-out leads a model that had not seen them scored in this band.
    pub leads: u64,
    /// Their mean calibrated probability; 0 where there are none.
    pub probability: f64,
    /// Their conversion rate; 0 where there are none.
    pub rate: f64,
}

impl FieldReference {
    /// How many bins there are: those of known values, and the last for *missing*.
    pub fn bins(&self) -> usize {
        1 + match &self.known {
            Shares::Numbers(numbers) => numbers.shares.len(),
            // The last of them holds all other levels.
            Shares::Levels(levels) => levels.levels.len() + 1,
        }
    }
}

impl NumberShares {
    /// The bin of a number.
    ///
    /// ```
    /// use sales_ready::model::NumberShares;
    ///
    /// let visits = NumberShares { cuts: vec![0.0, 3.0], shares: vec![0.5, 0.3, 0.2], below: 0.0, above: 0.0 };
    /// assert_eq!([-1.0, 0.0, 0.5, 3.0, 9.0].map(|number| visits.bin(number)), [0, 0, 1, 1, 2]);
    /// ```
    pub fn bin(&self, number: f64) -> usize {
        bin(&self.cuts, number)
    }
}

impl ScoreReference {
    /// The band of a logit.
    pub fn band(&self, logit: f64) -> usize {
        bin(&self.cuts, logit)
    }
}

impl LevelShares {
    /// The place of a level among `levels`; `None` where it is one of the others.
    pub fn place(&self, level: &str) -> Option<usize> {
        self.levels.binary_search_by(|known| known.level.as_str().cmp(level)).ok()
    }
}

fn bin(cuts: &[f64], number: f64) -> usize {
    cuts.partition_point(|cut| *cut < number)
}
