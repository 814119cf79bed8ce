//! The training table once its schema is known: a label and typed columns of equal length.

mod in_memory;
mod numbers;
mod rows;
mod time;

pub use numbers::{Codes, Numbers};
pub(crate) use rows::{each_row, over_rows, unless_all};
pub use time::{Dates, Horizon};
pub(crate) use time::{iso_date, utc};

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::{ExcludedField, Field, FieldKind, Target};
use crate::touch::{EngagementField, Measure};

/// Leads with known outcomes, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Leads {
    /// What the label is.
    pub target: Target,
    /// Whether each lead converted.
    pub label: Vec<bool>,
    /// How many leads each row stands for; all 1 where absent.
    pub weights: Option<Vec<f64>>,
    /// What the model may learn from.
    pub columns: Vec<Column>,
    /// When each lead was created, where the table says so for every row.
    pub dates: Option<Dates>,
    /// Which leads belong together, where the table says so.
    pub groups: Option<Groups>,
    /// Columns of the file that are not in `columns`, and why.
    pub excluded: Vec<ExcludedField>,
}

/// One column of leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What the column is.
    pub field: Field,
    /// Its values, one per lead.
    pub values: Values,
    /// What is known of its effect before any lead is seen.
    pub prior: Prior,
    /// How its values are made of touches, where they are.
    pub engagement: Option<Engagement>,
}

/// How a column's values are made of touches, and how else they could be.
#[derive(Clone, Debug, PartialEq)]
pub struct Engagement {
    /// How they are made.
    pub field: EngagementField,
    /// The ways to choose from, the present one among them; empty where there is no choice.
    pub ways: Arc<[Way]>,
}

/// A way in which the past may count.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// The measure.
    pub measure: Measure,
    /// The values it gives, one per lead.
    pub values: Numbers,
}

/// What is known of a column's effect before any lead is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prior {
    /// Nothing.
    #[default]
    None,
    /// A number's curve must not fall, or must not rise. Such a column takes part in no pair.
    Monotone(Direction),
    /// A category's levels have an order, and neighbours are more alike than others.
    Ordered {
        /// The levels in their order; those it lacks have no neighbours.
        levels: Vec<String>,
        /// Whether the last is a neighbour of the first, as December is of January.
        cyclic: bool,
    },
}

/// Which way a curve may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More of it never speaks against conversion.
    Up,
    /// More of it never speaks for conversion.
    Down,
}

impl Leads {
    /// A column's field, with the share of the leads of which it is known, in steps of a millionth.
    pub(crate) fn field(&self, column: &Column) -> Field {
        let is_known = |row: &usize| !column.values.is_missing(*row);
        let all = match &column.values {
            Values::Numbers(numbers) => {
                numbers.codes().is_some_and(|(values, _)| values.iter().all(|number| !number.is_nan()))
            }
            Values::Levels { .. } => false,
        };
        let mass = |rows: &mut dyn Iterator<Item = usize>| match &self.weights {
            Some(weights) => rows.map(|row| weights[row]).sum::<f64>(),
            None => rows.count() as f64,
        };
        let share =
            if all { 1.0 } else { mass(&mut (0..self.len()).filter(is_known)) / mass(&mut (0..self.len())) };
        let known = (share * 1e6).round() / 1e6;
        Field { known: (known < 1.0).then_some(known), ..column.field.clone() }
    }
}

impl Column {
    /// A column of which nothing more is known.
    pub fn new(field: Field, values: Values) -> Self {
        Self { field, values, prior: Prior::None, engagement: None }
    }

    /// Whether its values are sums of what fades.
    pub(crate) fn fades(&self) -> bool {
        let measure = self.engagement.as_ref().map(|engagement| engagement.field.measure);
        matches!(measure, Some(Measure::Decayed { .. }))
    }
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; `NaN` is missing. Infinite values do not occur.
    Numbers(Numbers),
    /// Places in `levels`; [`MISSING_LEVEL`] is missing.
    Levels {
        /// The distinct levels, sorted.
        levels: Vec<String>,
        /// One place per lead.
        codes: Vec<u32>,
    },
}

/// What a row can weigh: how many leads it stands for. Squares of these neither overflow nor vanish.
pub const WEIGHTS: RangeInclusive<f64> = 1e-9..=1e9;

/// Numbers of this size and beyond are refused: differences of two could overflow.
pub const NUMBER_LIMIT: f64 = 1e300;

/// The levels of a category with at least this many leads are stored; rarer ones are pooled. Also a matter of
/// privacy: a level that few people share can identify them. Leads that belong together, such as one at several times, are one.
pub const MIN_LEVEL_LEADS: usize = 20;

/// How many of `part` leads out of `all` are enough to give a level a value of its own: as many fewer as there are fewer of them,
/// but no less than three quarters. What a model of all leads keeps is so kept about as often by the models of four fifths that are measured
/// in its stead.
pub(crate) fn enough_for_a_level(part: usize, all: usize) -> usize {
    (MIN_LEVEL_LEADS * part).div_ceil(all.max(1)).max(MIN_LEVEL_LEADS - MIN_LEVEL_LEADS / 4)
}

/// The code of a missing level.
pub const MISSING_LEVEL: u32 = u32::MAX;

/// Leads that belong together, such as those of one account: what is learnt from some says something of the others, so
/// that a model is not measured on a lead whose fellows it has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// The column's name; none where those belong together whose rows are equal.
    pub field: String,
    /// A code per lead; leads of the same code belong together. A lead that stands alone has a code of its own.
    pub codes: Vec<u32>,
}

impl Leads {
    /// How many leads there are.
    pub fn len(&self) -> usize {
        self.label.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.label.is_empty()
    }

    /// How many of them converted.
    pub fn conversions(&self) -> usize {
        self.classes(None)[1]
    }

    /// How many of these rows (all where there are none) did not convert, and how many did.
    pub(crate) fn classes(&self, rows: Option<&[usize]>) -> [usize; 2] {
        let mut classes = [0; 2];
        each_row(rows, self.len()).for_each(|row| classes[usize::from(self.label[row])] += 1);
        classes
    }

    /// How many of these rows (all where there are none) are of the rarer of the two.
    pub(crate) fn rarer_class(&self, rows: Option<&[usize]>) -> usize {
        let [others, converted] = self.classes(rows);
        others.min(converted)
    }

    /// The column of a field.
    pub(crate) fn column(&self, field: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.field.name == field)
    }

    /// Checks what the types do not: names of their own, equal lengths, finite numbers, levels that values are read as,
    /// weights above 0.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`] naming the column.
    pub fn check(&self) -> Result<()> {
        let fail = |what: &str, expected: String| {
            Err(Error::new(
                ErrorKind::Schema,
                format!("{what}: expected {expected}; correct the table or exclude it"),
            ))
        };
        let sound_number = |number: &f64| number.is_nan() || number.abs() < NUMBER_LIMIT;
        let mut names = BTreeSet::new();
        for Column { field, values, .. } in &self.columns {
            let name = format!("column {}", quoted(&field.name));
            let (length, sound) = match values {
                Values::Numbers(numbers) => (
                    numbers.len(),
                    // Of numbers that no lead has, none is at fault.
                    numbers.codes().is_some_and(|(values, _)| values.iter().all(sound_number))
                        || numbers.iter().all(sound_number),
                ),
                Values::Levels { levels, codes } => {
                    let known = |code: &u32| *code == MISSING_LEVEL || (*code as usize) < levels.len();
                    (codes.len(), codes.iter().all(known) && levels.windows(2).all(|pair| pair[0] < pair[1]))
                }
            };
            if length != self.len() {
                return fail(&name, format!("{} values, one per lead, found {length}", self.len()));
            }
            if !sound {
                return fail(&name, format!("numbers below {NUMBER_LIMIT:e} in size, or sorted levels"));
            }
            if matches!(values, Values::Numbers(_)) != matches!(field.kind, FieldKind::Number(_)) {
                return fail(&name, "values of the field's type".to_owned());
            }
            // A level that no value is read as would be learnt from leads that score as others do.
            let is_read = |level: &&String| level.trim() == **level && !field.is_missing(level);
            if let Values::Levels { levels, .. } = values
                && let Some(level) = levels.iter().find(|level| !is_read(level))
            {
                let expected = format!(
                    "levels without blanks around them that do not mean \"not known\", found {level}",
                    level = quoted(level)
                );
                return fail(&name, expected);
            }
            if field.name.is_empty() {
                return fail(&name, "a name".to_owned());
            }
            if field.name == self.target.field {
                return fail(&name, "another name than that of the target".to_owned());
            }
            if !names.insert(field.name.as_str()) {
                return fail(&name, "each name once".to_owned());
            }
        }
        let weighed = |weights: &Vec<f64>| {
            weights.len() == self.len() && weights.iter().all(|weight| WEIGHTS.contains(weight))
        };
        if self.weights.as_ref().is_some_and(|weights| !weighed(weights)) {
            return fail("the weights", "a number above 0 (from 1e-9 to 1e9) for each lead".to_owned());
        }
        if self.dates.as_ref().is_some_and(|dates| dates.seconds.len() != self.len()) {
            return fail("the dates", "one for each lead".to_owned());
        }
        if self.groups.as_ref().is_some_and(|groups| groups.codes.len() != self.len()) {
            return fail("the groups", "one code for each lead".to_owned());
        }
        Ok(())
    }

    /// The rows whose outcome is known: a conversion may come until a horizon after the date of a lead, and nobody has
    /// looked later than [`Dates::until`]. `None` where there are no dates. A day that is not over does not count, since
    /// dates without a time are taken for the beginning of theirs: a lead's horizon ends with a day, which must be before that.
    pub fn settled(&self, horizon: Horizon) -> Option<Vec<usize>> {
        let dates = self.dates.as_ref()?;
        let until = dates.until.or_else(|| Some(dates.end()?.last))?;
        let is_settled = |row: &usize| dates.over(*row, horizon) < until;
        Some((0..self.len()).filter(is_settled).collect())
    }

    /// Some of the leads.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        let column = |column: &Column| Column {
            values: match &column.values {
                Values::Numbers(numbers) => Values::Numbers(numbers.pick(rows)),
                Values::Levels { levels, codes } => {
                    Values::Levels { levels: levels.clone(), codes: pick(codes, rows) }
                }
            },
            engagement: column.engagement.as_ref().map(|engagement| Engagement {
                field: engagement.field.clone(),
                ways: engagement.ways.iter().map(|way| way.pick(rows)).collect(),
            }),
            field: column.field.clone(),
            prior: column.prior.clone(),
        };
        Self {
            target: self.target.clone(),
            label: pick(&self.label, rows),
            weights: self.weights.as_ref().map(|weights| pick(weights, rows)),
            columns: self.columns.iter().map(column).collect(),
            dates: self
                .dates
                .as_ref()
                .map(|dates| Dates { seconds: pick(&dates.seconds, rows), ..dates.clone() }),
            groups: self
                .groups
                .as_ref()
                .map(|groups| Groups { field: groups.field.clone(), codes: pick(&groups.codes, rows) }),
            excluded: self.excluded.clone(),
        }
    }

    /// Whether the rows are leads at instants.
    pub(crate) fn has_snapshots(&self) -> bool {
        self.columns.iter().any(|column| column.engagement.is_some())
    }

    /// The group of each of these rows, where there are any.
    pub(crate) fn groups_of(&self, rows: &[usize]) -> Option<Vec<u32>> {
        self.groups.as_ref().map(|groups| pick(&groups.codes, rows))
    }

    /// The weight of a row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }
}

fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|row| values[*row]).collect()
}

impl Way {
    fn pick(&self, rows: &[usize]) -> Self {
        Self { measure: self.measure, values: self.values.pick(rows) }
    }
}

impl Values {
    /// Whether the value of some row is missing.
    pub(crate) fn has_missing(&self, rows: Option<&[usize]>) -> bool {
        if let Self::Numbers(numbers) = self
            && let Some((values, _)) = numbers.codes()
            && !values.iter().any(|value| value.is_nan())
        {
            return false;
        }
        each_row(rows, self.len()).any(|row| self.is_missing(row))
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Levels { codes, .. } => codes.len(),
        }
    }

    /// Whether the value of a row is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Numbers(numbers) => numbers[row].is_nan(),
            Self::Levels { codes, .. } => codes[row] == MISSING_LEVEL,
        }
    }
}
