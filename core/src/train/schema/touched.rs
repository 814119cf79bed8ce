//! The sections `[touches]` and `[outcomes]` of the schema file: which columns say what.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use toml::Spanned;

use super::DateOrder;
use crate::error::quoted;
use crate::model::{NumberFormat, Positive};
use crate::touch::{Side, Stage};

/// What the schema file says of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SaidColumn {
    /// Its name; where absent there is none, and [`value`](Self::value) stands for all rows.
    pub(crate) column: Option<String>,
    /// What stands in all rows.
    pub(crate) value: Option<String>,
    /// The order of day, month and year.
    pub(crate) order: Option<DateOrder>,
    /// The values that mean "converted".
    pub(crate) positive: Option<Positive>,
    /// How numbers are written.
    pub(crate) format: NumberFormat,
    /// The schema file, and line and column of the entry.
    pub(crate) place: (String, u64, u64),
}

/// What the schema file says of names of touches.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaidKind {
    pub(crate) kind: Option<String>,
    pub(crate) side: Option<Side>,
    pub(crate) stage: Option<Stage>,
}

/// The section `[touches]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TouchColumns {
    pub(crate) columns: BTreeMap<&'static str, SaidColumn>,
    /// By the name in the log.
    pub(crate) kinds: BTreeMap<String, SaidKind>,
}

/// The section `[outcomes]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct OutcomeColumns {
    pub(crate) columns: BTreeMap<&'static str, SaidColumn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTouches {
    lead: Option<Spanned<RawColumn>>,
    at: Option<Spanned<RawColumn>>,
    kind: Option<Spanned<RawColumn>>,
    side: Option<Spanned<RawColumn>>,
    quantity: Option<Spanned<RawColumn>>,
    stage: Option<Spanned<RawColumn>>,
    channel: Option<Spanned<RawColumn>>,
    agent: Option<Spanned<RawColumn>>,
    #[serde(default)]
    kinds: BTreeMap<String, SaidKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOutcomes {
    lead: Option<Spanned<RawColumn>>,
    created: Option<Spanned<RawColumn>>,
    handed_off: Option<Spanned<RawColumn>>,
    converted: Option<Spanned<RawColumn>>,
    closed: Option<Spanned<RawColumn>>,
    outcome: Option<Spanned<RawColumn>>,
}

/// `"name"`, or `{ column = "name", … }`, or `{ value = "text" }`.
struct RawColumn(RawTable);

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    column: Option<String>,
    value: Option<String>,
    order: Option<String>,
    positive: Option<Positive>,
    decimal: Option<char>,
    group: Option<char>,
    unit: Option<String>,
}

/// What is wrong, and where in the text.
type Misfit = (String, Range<usize>);

impl RawTouches {
    pub(super) fn check(
        self,
        file: &str,
        place: &dyn Fn(Range<usize>) -> (u64, u64),
    ) -> Result<TouchColumns, Misfit> {
        let all = [
            ("lead", self.lead),
            ("at", self.at),
            ("kind", self.kind),
            ("side", self.side),
            ("quantity", self.quantity),
            ("stage", self.stage),
            ("channel", self.channel),
            ("agent", self.agent),
        ];
        Ok(TouchColumns { columns: checked(all, file, place)?, kinds: self.kinds })
    }
}

impl RawOutcomes {
    pub(super) fn check(
        self,
        file: &str,
        place: &dyn Fn(Range<usize>) -> (u64, u64),
    ) -> Result<OutcomeColumns, Misfit> {
        let all = [
            ("lead", self.lead),
            ("created", self.created),
            ("handed_off", self.handed_off),
            ("converted", self.converted),
            ("closed", self.closed),
            ("outcome", self.outcome),
        ];
        Ok(OutcomeColumns { columns: checked(all, file, place)? })
    }
}

fn checked<const N: usize>(
    all: [(&'static str, Option<Spanned<RawColumn>>); N],
    file: &str,
    place: &dyn Fn(Range<usize>) -> (u64, u64),
) -> Result<BTreeMap<&'static str, SaidColumn>, Misfit> {
    let mut columns = BTreeMap::new();
    for (key, raw) in all {
        let Some(raw) = raw else { continue };
        let span = raw.span();
        let (line, column) = place(span.clone());
        let said = raw.into_inner().0.check(key, (file.to_owned(), line, column));
        columns.insert(key, said.map_err(|message| (format!("{key}: {message}"), span))?);
    }
    Ok(columns)
}

/// The decimal mark of numbers in groups parted by `group`.
pub(super) fn decimal(said: Option<char>, group: Option<char>) -> Result<char, String> {
    let decimal = said.unwrap_or(if group == Some('.') { ',' } else { '.' });
    if !matches!(decimal, '.' | ',') || group == Some(decimal) {
        return Err("expected \".\" or \",\" for `decimal`, and another sign for `group`".into());
    }
    Ok(decimal)
}

/// The order of dates that has this name.
pub(super) fn order(name: &str) -> Result<DateOrder, String> {
    DateOrder::from_name(name).ok_or_else(|| {
        format!(
            "expected `order` to be year-month-day, day-month-year, month-day-year, number or period, found {name}"
        , name = quoted(name))
    })
}

impl RawTable {
    fn check(self, key: &str, place: (String, u64, u64)) -> Result<SaidColumn, String> {
        if self.column.is_some() && self.value.is_some() {
            return Err("`column` and `value` exclude each other; a value stands for all rows".into());
        }
        if self.value.is_some() && !matches!(key, "kind" | "side" | "stage" | "channel") {
            return Err("`value` belongs to `kind`, `side`, `stage` or `channel`".into());
        }
        if self.order.is_some()
            && matches!(key, "lead" | "kind" | "side" | "quantity" | "stage" | "channel" | "agent")
        {
            return Err("`order` belongs to a column of dates".into());
        }
        if self.positive.is_some() && !matches!(key, "outcome" | "converted") {
            return Err("`positive` belongs to `outcome` or `converted`".into());
        }
        let number = self.decimal.is_some() || self.group.is_some() || self.unit.is_some();
        if number && key != "quantity" {
            return Err("`decimal`, `group` and `unit` belong to `quantity`".into());
        }
        let decimal = decimal(self.decimal, self.group)?;
        let order = self.order.as_deref().map(order).transpose()?;
        if order == Some(DateOrder::Period) {
            return Err(
                "`order = \"period\"` belongs to the date of a lead; a touch and an outcome have a day"
                    .into(),
            );
        }
        Ok(SaidColumn {
            column: self.column.filter(|name| !name.is_empty()),
            value: self.value,
            order,
            positive: self.positive,
            format: NumberFormat { decimal, group: self.group, unit: self.unit },
            place,
        })
    }
}

impl<'de> Deserialize<'de> for RawColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawColumnVisitor)
    }
}

struct RawColumnVisitor;

impl<'de> Visitor<'de> for RawColumnVisitor {
    type Value = RawColumn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the name of a column, such as \"Contact ID\", or { column = \"…\", … } or { value = \"…\" }",
        )
    }

    fn visit_str<E>(self, name: &str) -> Result<RawColumn, E> {
        Ok(RawColumn(RawTable { column: Some(name.to_owned()), ..RawTable::default() }))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RawColumn, M::Error> {
        RawTable::deserialize(MapAccessDeserializer::new(map)).map(RawColumn)
    }
}
