//! A value per level of a category.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::Reading;
use crate::prelude::*;

/// A table: a value per level, with values of its own for *unseen* and for *missing*.
///
/// ```
/// use sales_ready::model::{Level, Reading, Table};
///
/// let levels = vec![Level { level: "fair".into(), value: 0.4, se: None }];
/// let table = Table { field: "source".into(), levels, unseen: -0.1, unseen_se: None, missing: 0.0, missing_se: None };
/// assert_eq!(table.value(&Reading::Level("fair".into())), 0.4);
/// assert_eq!(table.value(&Reading::Level("moon".into())), -0.1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The field the table reads.
    pub field: String,
    /// The stored levels, sorted by their text. Rare levels are pooled into `unseen` and never stored.
    pub levels: Vec<Level>,
    /// The value of any other level, in log-odds.
    #[serde(default)]
    pub unseen: f64,
    /// The standard error of `unseen`, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_se: Option<f64>,
    /// The value where the field is missing, in log-odds.
    #[serde(default)]
    pub missing: f64,
    /// The standard error of `missing`, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_se: Option<f64>,
}

/// A level of a category and what it contributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The level's text, trimmed.
    pub level: String,
    /// What it contributes, in log-odds.
    pub value: f64,
    /// The standard error of `value`, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub se: Option<f64>,
}

impl Table {
    /// The table's value for a reading of its field.
    pub fn value(&self, reading: &Reading<'_>) -> f64 {
        match reading {
            Reading::Missing => self.missing,
            _ => self.find(reading).map_or(self.unseen, |level| level.value),
        }
    }

    /// The stored level a reading names, if any.
    pub fn find(&self, reading: &Reading<'_>) -> Option<&Level> {
        self.levels.get(place_of(&self.levels, |level| &level.level, reading)?)
    }

    /// Checks that levels are sorted and distinct and all values finite.
    pub(crate) fn check(&self) -> Result<()> {
        let sorted = self.levels.windows(2).all(|pair| pair[0].level < pair[1].level);
        let errors =
            self.levels.iter().filter_map(|level| level.se).chain(self.unseen_se).chain(self.missing_se);
        let finite =
            self.levels.iter().map(|level| level.value).chain(errors).chain([self.unseen, self.missing]);
        if sorted && finite.into_iter().all(f64::is_finite) {
            return Ok(());
        }
        let message = format!(
            "the table of {} is damaged: expected sorted, distinct levels and finite values",
            quoted(&self.field)
        );
        Err(Error::new(ErrorKind::ModelInvalid, message))
    }
}

/// The place of the level a reading names among levels sorted by their text.
pub(crate) fn place_of<T>(levels: &[T], text: impl Fn(&T) -> &str, reading: &Reading<'_>) -> Option<usize> {
    match reading {
        Reading::Level(named) => levels.binary_search_by(|level| text(level).cmp(named)).ok(),
        Reading::Flag(flag) => levels.iter().position(|level| says(text(level), *flag)),
        Reading::Number(_) | Reading::Missing => None,
    }
}

/// Whether a level is one of the usual words for yes (or for no).
pub(crate) fn says(level: &str, yes: bool) -> bool {
    let words: [&str; 5] = if yes { ["true", "yes", "1", "y", "t"] } else { ["false", "no", "0", "n", "f"] };
    words.iter().any(|word| word.eq_ignore_ascii_case(level))
}
