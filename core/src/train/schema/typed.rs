//! Table × schema → [`Leads`].

use super::written::key;
use super::{
    ColumnSchema, DateOrder, Known, Role, Schema, dates, groups, is_marker, is_positive, label, numbers,
    periods, plainly,
};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::{ExcludedField, Field, FieldKind, NumberFormat, Target};
use crate::train::csv::{Table, TextColumn, shorten};
use crate::train::leads::{
    Column, Dates, Groups, Leads, MISSING_LEVEL, NUMBER_LIMIT, Numbers, Values, WEIGHTS,
};
use crate::train::shell::option;

/// Numbers are kept once for all rows that have them where each stands for so many rows, on average.
const OFTEN: usize = 4;

pub(super) fn leads(schema: &Schema, table: &Table) -> Result<Leads> {
    let Some(target) = &schema.target else {
        let message = format!(
            "expected the name of the column that says whether a lead converted; say it with --target, it is one of: {}",
            super::names::listed(table)
        );
        return Err(Error::new(ErrorKind::Label, message).at(table.file(), 0, 0));
    };
    let (place, label) = find(table, &target.field)?;
    label::known(table, place, Some(&target.positive), &schema.missing)?;
    let positive: Vec<bool> = label.texts().map(|text| is_positive(text, &target.positive)).collect();
    let label = label.codes().iter().map(|code| positive[code as usize]).collect();
    columns(schema, table, target.clone(), label)
}

/// The leads with a label that is known already.
pub(super) fn columns(schema: &Schema, table: &Table, target: Target, label: Vec<bool>) -> Result<Leads> {
    let mut leads = Leads {
        target,
        label,
        weights: None,
        columns: Vec::new(),
        dates: None,
        groups: None,
        excluded: Vec::new(),
    };
    for column in &schema.columns {
        let (place, texts) = find(table, &column.name)?;
        let cells = Cells { table, place, texts, missing: schema.missing.as_slice(), column };
        let values = match &column.role {
            Role::Number(format) => Values::Numbers(cells.numbers(format)?),
            Role::Category => cells.levels(),
            Role::Weight(format) => {
                if leads.weights.replace(cells.weights(format)?).is_some() {
                    let message =
                        format!("only one column can be the weight; {} is the second", quoted(&column.name));
                    return Err(Error::new(ErrorKind::Schema, message).at(table.file(), 1, place as u64 + 1));
                }
                leads.exclude(column, "says how many leads a row stands for");
                continue;
            }
            Role::Date { order, split } => {
                if *split {
                    let seconds = cells.dates(order.ok_or_else(|| cells.ambiguous_date())?)?;
                    let span = if *order == Some(DateOrder::Period) { cells.span() } else { 0 };
                    leads.dates = Some(Dates { field: column.name.clone(), seconds, until: None, span });
                }
                leads.exclude(column, &column.why);
                continue;
            }
            Role::Group => {
                leads.groups = Some(Groups {
                    field: column.name.clone(),
                    codes: groups::codes(texts, |text| cells.is_missing(text)),
                });
                leads.exclude(column, &format!("says which leads belong together: {}", column.why));
                continue;
            }
            Role::Excluded => {
                leads.exclude(column, &column.why);
                continue;
            }
            Role::Id | Role::Text => {
                // A remark behind the reason may name a cell; no such text belongs in a model file.
                let why = column.why.split("; ").next().unwrap_or_default();
                leads.exclude(column, &format!("{}: {why}", column.role.as_str()));
                continue;
            }
        };
        let kind = match &column.role {
            Role::Number(format) => FieldKind::Number(format.clone()),
            _ => FieldKind::Category,
        };
        let missing = schema.missing.iter().chain(&column.missing).cloned().collect();
        let field = Field {
            title: column.title.clone(),
            missing,
            engagement: column.engagement,
            actionable: column.actionable,
            ..Field::new(column.name.clone(), kind)
        };
        leads.columns.push(Column { field, values, prior: column.prior.clone(), engagement: None });
    }
    Ok(leads)
}

impl Leads {
    fn exclude(&mut self, column: &ColumnSchema, reason: &str) {
        self.excluded.push(ExcludedField { field: column.name.clone(), reason: reason.to_owned() });
    }
}

fn find<'t>(table: &'t Table, name: &str) -> Result<(usize, &'t TextColumn)> {
    let place =
        table.position(name).ok_or_else(|| super::names::unknown_column(table, name, "the schema"))?;
    Ok((place, &table.columns()[place]))
}

/// One column with all that is needed to read its cells, each distinct text once.
struct Cells<'a> {
    table: &'a Table,
    place: usize,
    texts: &'a TextColumn,
    missing: &'a [String],
    column: &'a ColumnSchema,
}

impl Cells<'_> {
    fn is_missing(&self, text: &str) -> bool {
        is_marker(self.missing, text) || is_marker(&self.column.missing, text)
    }

    fn numbers(&self, format: &NumberFormat) -> Result<Numbers> {
        if let Some(numbers) = self.many_numbers(format) {
            return Ok(numbers);
        }
        // A number too great to compute with is named at its cell, too.
        let small = |text: &str| format.parse(text).filter(|number| number.abs() < NUMBER_LIMIT);
        let great = self.texts.texts().any(|text| {
            !self.is_missing(text) && format.parse(text).is_some_and(|number| number.abs() >= NUMBER_LIMIT)
        });
        let expected =
            if great { format!("a number below {NUMBER_LIMIT:e} in size") } else { "a number".into() };
        let values = self
            .read(Some(f64::NAN), &expected, small)
            .map_err(|error| self.in_two_ways().unwrap_or(error))?;
        let few = values.len() <= self.table.rows() / OFTEN;
        Ok(if few {
            Numbers::coded(values.into(), self.texts.codes().clone())
        } else {
            self.of_rows(&values).collect()
        })
    }

    /// The numbers of a column of many decimals; `None` where other cells are none, some of them are markers, or the format
    /// means others by them.
    fn many_numbers(&self, format: &NumberFormat) -> Option<Numbers> {
        let decimals = self.texts.decimals()?;
        let mut markers = self.missing.iter().chain(&self.column.missing);
        let sound =
            format.decimal == '.' && format.unit.is_none() && !markers.any(|marker| decimals.has(marker));
        let other = |text: &str| {
            let number = if self.is_missing(text) { Some(f64::NAN) } else { format.parse(text) };
            number.filter(|number| number.is_nan() || number.abs() < NUMBER_LIMIT)
        };
        let others: Option<Vec<f64>> = decimals.others().iter().map(|known| other(&known.text)).collect();
        Some(decimals.values(&others.filter(|_| sound)?).into())
    }

    /// The error for a column with `1.234` beside `1,234`, which could be the same or a thousand times as much.
    fn in_two_ways(&self) -> Option<Error> {
        let name = &self.column.name;
        let exclude = option("--exclude", name);
        let known = Known::new(self.texts, |text| self.is_missing(text));
        let [point, comma] = numbers::two_ways(&known.texts)?;
        let later = if point.first_row > comma.first_row { point } else { comma };
        let message = format!(
            "the numbers of {name} are written in two ways: {} (line {}) and {} (line {}) could each mean thousands or a fraction; write all in one way, leave them out with {exclude}, or, if the comma stands between thousands and the point before a fraction (or the other way round), say so in a schema file (--schema leads.toml):\n\n    [columns]\n    {} = {{ role = \"number\", decimal = \".\", group = \",\" }}",
            quoted(&shorten(point.text)),
            self.table.line(point.first_row),
            quoted(&shorten(comma.text)),
            self.table.line(comma.first_row),
            key(name),
            name = quoted(name)
        );
        Some(self.table.error(ErrorKind::BadValue, message, later.first_row, self.place))
    }

    fn weights(&self, format: &NumberFormat) -> Result<Vec<f64>> {
        let positive = |text: &str| format.parse(text).filter(|weight| WEIGHTS.contains(weight));
        let [least, most] = [WEIGHTS.start(), WEIGHTS.end()];
        let weights =
            self.read(None, &format!("a weight above zero (from {least:e} to {most:e})"), positive)?;
        Ok(self.of_rows(&weights).collect())
    }

    /// The instants; a lead without a date counts as one of the oldest, so that it is learnt from and never held out.
    fn dates(&self, order: DateOrder) -> Result<Vec<i64>> {
        let expected = match order {
            DateOrder::Period => {
                "a month, a quarter or a week, such as 2024-01, 2024-Q1 or 2024-W05,".to_owned()
            }
            _ => format!("a date ({})", order.as_str()),
        };
        let instants =
            self.read(Some(None), &expected, |text| order.parse(text).map(|stamp| Some(stamp.seconds())))?;
        let oldest = instants.iter().flatten().min().copied().unwrap_or(0);
        Ok(self.of_rows(&instants).map(|instant| instant.unwrap_or(oldest)).collect())
    }

    /// How many seconds after the first day of a period its last begins, of the longest.
    fn span(&self) -> i64 {
        self.texts.texts().filter(|text| !self.is_missing(text)).filter_map(periods::span).max().unwrap_or(0)
    }

    fn ambiguous_date(&self) -> Error {
        let name = &self.column.name;
        let exclude = option("--exclude", name);
        let known = Known::new(self.texts, |text| self.is_missing(text));
        if let Some([day_first, month_first]) = dates::contradiction(&known.texts) {
            let later = if day_first.first_row > month_first.first_row { day_first } else { month_first };
            let message = format!(
                "the dates of {name} contradict each other: {} (line {}) can only be day-month-year, {} (line {}) only month-day-year, and they decide which leads are the newest; write all in one way, or leave them out with {exclude}",
                quoted(&shorten(day_first.text)),
                self.table.line(day_first.first_row),
                quoted(&shorten(month_first.text)),
                self.table.line(month_first.first_row),
                name = quoted(name)
            );
            return self.table.error(ErrorKind::Schema, message, later.first_row, self.place);
        }
        let nearly = dates::nearly(&known.texts);
        let able = dates::orders(nearly.as_ref().map_or(&known.texts, |nearly| &nearly.dates));
        let row = known.texts.first().map_or(0, |first| first.first_row);
        let message = format!(
            "the dates of {name}, such as {}, could be {}, and they decide which leads are the newest; leave them out with {exclude}, or say which in a schema file (--schema leads.toml):\n\n    [columns]\n    {} = {{ role = \"date\", order = {}, split = true }}",
            quoted(&shorten(self.texts.text(row))),
            dates::listed(&able),
            key(name),
            quoted(able.first().copied().unwrap_or(DateOrder::DayMonthYear).as_str()),
            name = quoted(name)
        );
        self.table.error(ErrorKind::Schema, message, row, self.place)
    }

    fn levels(&self) -> Values {
        let mut levels: Vec<&str> = self.texts.texts().filter(|text| !self.is_missing(text)).collect();
        levels.sort_unstable();
        let code_of = |text: &str| {
            let place = levels.binary_search(&text).ok().filter(|_| !self.is_missing(text));
            // There are fewer levels than distinct texts, which have codes of this type.
            place.map_or(MISSING_LEVEL, |place| place as u32)
        };
        let codes: Vec<u32> = self.texts.texts().map(code_of).collect();
        let codes = self.texts.codes().iter().map(|code| codes[code as usize]).collect();
        Values::Levels { levels: levels.into_iter().map(str::to_owned).collect(), codes }
    }

    /// Reads each distinct text; `missing` is the value of a missing one, where it may be missing.
    fn read<T: Copy>(
        &self,
        missing: Option<T>,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>> {
        let values: Vec<Option<T>> = self
            .texts
            .texts()
            .map(|text| if self.is_missing(text) { missing } else { parse(text) })
            .collect();
        // Distinct texts stand in the order of their first rows, so this is the first bad cell of the column.
        if let Some(bad) = values.iter().position(Option::is_none) {
            let row = self.texts.first_rows()[bad];
            let (name, text) = (&self.column.name, self.texts.text(row));
            let found = shorten(text);
            let exclude = option("--exclude", name);
            let counts = values.iter().zip(self.texts.counts());
            let cells: u64 = counts.filter(|(value, _)| value.is_none()).map(|(_, count)| count).sum();
            let more = match cells - 1 {
                0 => String::new(),
                1 => " and 1 more such cell".into(),
                more => format!(" and {more} more such cells"),
            };
            let number = matches!(self.column.role, Role::Number(_) | Role::Weight(_));
            let plainly = plainly::written_plainly(&found).filter(|_| number);
            let correct = plainly.map_or_else(
                || "correct it".into(),
                |text| format!("write {text} if that is meant", text = quoted(&text)),
            );
            let not_known = match missing {
                // What is not shown whole can not be copied from here.
                Some(_) if !found.is_empty() && found == text => {
                    format!("add {} if it means that the value is not known, ", option("--missing", &found))
                }
                _ => String::new(),
            };
            let other = if matches!(self.column.role, Role::Number(_)) { "category" } else { "exclude" };
            let message = format!(
                "expected {expected} for {name}, found {found}{more}; {correct}, {not_known}give the column another role in a schema file (--schema leads.toml), such as {} = {{ role = {other} }} below [columns], or leave the column out with {exclude}",
                key(name),
                name = quoted(name),
                found = quoted(&found),
                other = quoted(other)
            );
            return Err(self.table.error(ErrorKind::BadValue, message, row, self.place));
        }
        Ok(values.into_iter().flatten().collect())
    }

    /// For each row what its text has.
    fn of_rows<'v, T: Copy>(&'v self, values: &'v [T]) -> impl Iterator<Item = T> + 'v {
        self.texts.codes().iter().map(|code| values[code as usize])
    }
}
