//! The schema file, `leads.toml`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::numbers::{Habit, Shape};
use super::touched::{OutcomeColumns, RawOutcomes, RawTouches, TouchColumns, decimal, order};
use super::{DateOrder, Known, Role, guess, guessed_dates, names};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::{NumberFormat, Positive};
use crate::train::csv::{Table, shorten};
use crate::train::leads::{Direction, Horizon, Prior};
use crate::train::text::some_of;

/// What a schema file says: the label, the missing markers, and the role of some or all columns.
///
/// ```
/// use sales_ready::train::schema::SchemaFile;
///
/// let text = r#"
/// target = "won"
/// positive = "yes"
/// horizon = "30d"
///
/// [columns]
/// visits = { role = "number", title = "website visits", engagement = true }
/// discount = { role = "number", actionable = true }
/// revenue = { role = "number", decimal = ",", group = ".", unit = "€" }
/// created = { role = "date", order = "day-month-year", split = true }
/// "Account Name" = { role = "group" }
/// "Contact Owner" = { role = "exclude" }
/// "#;
/// assert!(SchemaFile::from_toml(text, "leads.toml").is_ok());
///
/// let error = SchemaFile::from_toml("[columns]\nvisits = { rol = \"number\" }", "leads.toml").unwrap_err();
/// assert!(error.to_string().starts_with("leads.toml:2:"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaFile {
    pub(super) target: Option<String>,
    pub(super) positive: Option<Positive>,
    pub(super) missing: Option<Vec<String>>,
    pub(super) horizon: Option<Horizon>,
    touches: Option<TouchColumns>,
    outcomes: Option<OutcomeColumns>,
    file: String,
    columns: BTreeMap<String, Entry>,
}

/// What the file says about one column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) role: Option<RoleName>,
    pub(super) title: Option<String>,
    pub(super) missing: Vec<String>,
    pub(super) engagement: bool,
    pub(super) actionable: bool,
    pub(super) order: Option<DateOrder>,
    pub(super) split: Option<bool>,
    pub(super) prior: Prior,
    format: Option<NumberFormat>,
    /// Where the entry stands in the file: line and column of text.
    place: (u64, u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RoleName {
    Number,
    Category,
    Date,
    Weight,
    Group,
    Id,
    Text,
    Exclude,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    target: Option<String>,
    positive: Option<Positive>,
    missing: Option<Vec<String>>,
    horizon: Option<Spanned<RawHorizon>>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<RawEntry>>,
    touches: Option<RawTouches>,
    outcomes: Option<RawOutcomes>,
}

/// `horizon = 30` or `horizon = "30d"`.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawHorizon {
    Days(i64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    role: Option<RoleName>,
    title: Option<String>,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    engagement: bool,
    #[serde(default)]
    actionable: bool,
    order: Option<String>,
    split: Option<bool>,
    monotone: Option<String>,
    levels: Option<Vec<String>>,
    cyclic: Option<bool>,
    decimal: Option<char>,
    group: Option<char>,
    unit: Option<String>,
}

impl SchemaFile {
    /// Reads a schema file. `file` is its name in errors.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`] with line and column where the text is no TOML, or says what no schema can.
    pub fn from_toml(text: &str, file: &str) -> Result<Self> {
        let lines = Lines::of(text);
        let fail = |message: &str, span: Option<Range<usize>>| {
            let (line, column) = span.map_or((0, 0), |span| lines.place(span.start));
            Error::new(ErrorKind::Schema, message).at(file, line, column)
        };
        let raw: RawFile = toml::from_str(text).map_err(|error| fail(error.message(), error.span()))?;
        let mut columns = BTreeMap::new();
        let (mut split_by, mut group_by): (Option<String>, Option<String>) = (None, None);
        for (name, entry) in raw.columns {
            let span = entry.span();
            let entry = Entry::check(entry.into_inner(), lines.place(span.start)).map_err(|message| {
                fail(&format!("column {name}: {message}", name = quoted(&name)), Some(span.clone()))
            })?;
            let (is_split, is_group) = (entry.split == Some(true), entry.role == Some(RoleName::Group));
            for (is_so, first, what, said) in [
                (is_split, &mut split_by, "order the leads", "`split = true`"),
                (is_group, &mut group_by, "say which leads belong together", "`role = \"group\"`"),
            ] {
                if is_so && let Some(first) = first.replace(name.clone()) {
                    let (first, name) = (quoted(&first), quoted(&name));
                    let message =
                        format!("only one column can {what}, but both {first} and {name} have {said}");
                    return Err(fail(&message, Some(span)));
                }
            }
            columns.insert(name, entry);
        }
        let horizon = raw.horizon.map(|horizon| {
            let span = horizon.span();
            let text = match horizon.into_inner() {
                RawHorizon::Days(days) => days.to_string(),
                RawHorizon::Text(text) => text,
            };
            text.parse().map_err(|error: Error| fail(error.message(), Some(span)))
        });
        let place_of = |span: Range<usize>| lines.place(span.start);
        let misfit = |(message, span): (String, Range<usize>)| fail(&message, Some(span));
        let touches = raw.touches.map(|raw| raw.check(file, &place_of)).transpose().map_err(misfit)?;
        let outcomes = raw.outcomes.map(|raw| raw.check(file, &place_of)).transpose().map_err(misfit)?;
        Ok(Self {
            target: raw.target,
            positive: raw.positive,
            missing: raw.missing.as_deref().map(trimmed),
            horizon: horizon.transpose()?,
            touches,
            outcomes,
            file: file.to_owned(),
            columns,
        })
    }

    /// What the file says of the columns of a touch log.
    pub(crate) fn touches(&self) -> Option<&TouchColumns> {
        self.touches.as_ref()
    }

    /// What the file says of the columns of a file of outcomes.
    pub(crate) fn outcomes(&self) -> Option<&OutcomeColumns> {
        self.outcomes.as_ref()
    }

    pub(super) fn column(&self, name: &str) -> Option<&Entry> {
        self.columns.get(name)
    }

    /// Every name must be a column of the table, and the target has no other role.
    pub(super) fn check(&self, table: &Table, target: Option<&str>) -> Result<()> {
        for (name, entry) in &self.columns {
            let error = if table.position(name).is_none() {
                names::unknown_column(table, name, "the schema file")
            } else if Some(&**name) == target && entry.is_of_no_target() {
                let message = format!(
                    "the schema file says of {name} what is said of columns that a model may read, but it is the target; remove this line, or name another --target",
                    name = quoted(name)
                );
                Error::new(ErrorKind::Schema, message)
            } else if let Some(message) = entry.levels_of_none(table, name) {
                Error::new(ErrorKind::Schema, message)
            } else {
                continue;
            };
            let (line, column) = entry.place;
            return Err(error.at(&self.file, line, column));
        }
        Ok(())
    }
}

impl RoleName {
    /// Whether its cells are numbers.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Weight)
    }

    pub(super) fn is_learnt_from(self) -> bool {
        matches!(self, Self::Number | Self::Category)
    }
}

impl Entry {
    fn check(raw: RawEntry, place: (u64, u64)) -> Result<Self, String> {
        let is_number = matches!(raw.role, Some(RoleName::Number | RoleName::Weight));
        let stated = raw.decimal.is_some() || raw.group.is_some() || raw.unit.is_some();
        if stated && !is_number {
            return Err("`decimal`, `group` and `unit` belong to `role = \"number\"` or \"weight\"".into());
        }
        if (raw.order.is_some() || raw.split.is_some()) && raw.role != Some(RoleName::Date) {
            return Err("`order` and `split` belong to `role = \"date\"`".into());
        }
        let prior = prior(&raw)?;
        let decimal = decimal(raw.decimal, raw.group)?;
        let order = raw.order.as_deref().map(order).transpose()?;
        Ok(Self {
            role: raw.role.or(match prior {
                Prior::Monotone(_) => Some(RoleName::Number),
                Prior::Ordered { .. } => Some(RoleName::Category),
                Prior::None => None,
            }),
            title: raw.title.filter(|title| !title.trim().is_empty()),
            missing: trimmed(&raw.missing),
            engagement: raw.engagement,
            actionable: raw.actionable,
            order,
            split: raw.split,
            prior,
            format: stated.then_some(NumberFormat { decimal, group: raw.group, unit: raw.unit }),
            place,
        })
    }

    /// Whether it can not be said of a target, not even where the file was written before there was one.
    fn is_of_no_target(&self) -> bool {
        self.role.is_some_and(|role| !role.is_learnt_from())
            || self.engagement
            || self.actionable
            || matches!(self.prior, Prior::Monotone(_))
    }

    /// What is wrong with `levels` that no row has.
    fn levels_of_none(&self, table: &Table, name: &str) -> Option<String> {
        let Prior::Ordered { levels, .. } = &self.prior else { return None };
        let column = &table.columns()[table.position(name)?];
        if column.texts().any(|text| levels.iter().any(|level| level == text)) {
            return None;
        }
        let found: Vec<String> = column
            .texts()
            .filter(|text| !text.is_empty())
            .take(5)
            .map(|text| quoted(&shorten(text)).to_string())
            .collect();
        Some(format!(
            "`levels` of {name} names none of its values, which are {}, …; write them as they stand in the file",
            found.join(", "),
            name = quoted(name)
        ))
    }

    /// Which values have no place among the named levels; empty where all have one, or none are named.
    fn without_place(&self, known: &Known<'_>) -> String {
        let Prior::Ordered { levels, .. } = &self.prior else { return String::new() };
        let texts = || known.texts.iter().map(|known| known.text);
        let others: Vec<&str> = texts().filter(|text| levels.iter().all(|level| level != text)).collect();
        let Some(first) = others.first() else { return String::new() };
        let unused: Vec<&str> =
            levels.iter().map(|level| &**level).filter(|level| texts().all(|text| text != *level)).collect();
        let meant = names::nearest(first, &unused).map_or_else(String::new, |level| {
            format!(" (no row has {}: is that meant?)", quoted(&shorten(level)))
        });
        let others = some_of(1, others.iter().map(|other| quoted(&shorten(other)).to_string()));
        format!("; not among the levels: {others}{meant}")
    }

    /// The role this entry names, completed from the column, and what was completed.
    pub(super) fn role(
        &self,
        name: RoleName,
        known: &Known<'_>,
        shape: &Shape,
        habit: Habit,
    ) -> (Role, String) {
        let format = || match &self.format {
            Some(format) => (format.clone(), String::new()),
            None => guess::format(shape, habit).unwrap_or_default(),
        };
        match name {
            RoleName::Number => {
                let (format, why) = format();
                (Role::Number(format), why)
            }
            RoleName::Weight => {
                let (format, why) = format();
                (Role::Weight(format), why)
            }
            RoleName::Date => {
                let order = self.order.or_else(|| guessed_dates::date_order(known));
                (Role::Date { order, split: false }, String::new())
            }
            RoleName::Category => (Role::Category, self.without_place(known)),
            RoleName::Group => (Role::Group, String::new()),
            RoleName::Id => (Role::Id, String::new()),
            RoleName::Text => (Role::Text, String::new()),
            RoleName::Exclude => (Role::Excluded, String::new()),
        }
    }
}

/// What an entry says of the column's effect.
fn prior(raw: &RawEntry) -> Result<Prior, String> {
    // Without a role the key says what the column is.
    if raw.monotone.is_some() && raw.role.is_some_and(|role| role != RoleName::Number) {
        return Err("`monotone` belongs to `role = \"number\"`".into());
    }
    if raw.levels.is_some() && raw.role.is_some_and(|role| role != RoleName::Category) {
        return Err("`levels` belong to `role = \"category\"`".into());
    }
    if raw.cyclic.is_some() && raw.levels.is_none() {
        return Err("`cyclic` belongs to `levels`".into());
    }
    if let Some(levels) = &raw.levels {
        if levels.len() < 2 {
            let found = levels.len();
            return Err(format!(
                "expected two `levels` or more, in their order, found {found}; name them, or leave `levels` out"
            ));
        }
        let twice = levels.iter().enumerate().find(|(place, level)| levels[..*place].contains(level));
        if let Some((_, level)) = twice {
            return Err(format!("`levels` names {level} twice", level = quoted(level)));
        }
        return Ok(Prior::Ordered { levels: levels.clone(), cyclic: raw.cyclic.unwrap_or(false) });
    }
    match raw.monotone.as_deref() {
        None => Ok(Prior::None),
        Some("up") => Ok(Prior::Monotone(Direction::Up)),
        Some("down") => Ok(Prior::Monotone(Direction::Down)),
        Some(other) => Err(format!("expected `monotone` to be \"up\" or \"down\", found {}", quoted(other))),
    }
}

/// As cells are.
fn trimmed(markers: &[String]) -> Vec<String> {
    markers.iter().map(|marker| marker.trim().to_owned()).collect()
}

/// Where the lines of a text begin.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let behind = text.match_indices('\n').map(|(end, _)| end + 1);
        Self { text, starts: std::iter::once(0).chain(behind).collect() }
    }

    /// Line and column, from 1, of a byte.
    fn place(&self, byte: usize) -> (u64, u64) {
        let line = self.starts.partition_point(|start| *start <= byte);
        let before = self.text.get(self.starts[line - 1]..byte).unwrap_or("");
        (line as u64, before.chars().count() as u64 + 1)
    }
}
