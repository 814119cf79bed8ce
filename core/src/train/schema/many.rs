//! Columns of many different decimal numbers, judged without making texts of them.

use super::group_names::says_group;
use super::guess::says_id;
use super::identifiers::says_key;
use super::numbers::Grouping;
use super::people_names::is_name;
use super::{counted, dates, is_marker};
use crate::model::NumberFormat;
use crate::train::csv::{Decimal, Decimals, TextColumn};

/// What a column of many decimals, written with a point and without groups, is known to be.
pub(super) struct Many<'t> {
    decimals: &'t Decimals,
    pub(super) distinct: u64,
    pub(super) missing_rows: u64,
    pub(super) has_points: bool,
    /// Numbers with an exponent, as they are written.
    pub(super) exponents: Vec<&'t str>,
}

impl<'t> Many<'t> {
    /// `None` where only the texts themselves tell what the column is: cells that are no numbers, numbers that mean "not
    /// known", may have groups or be dates, and what may identify somebody.
    pub(super) fn of(column: &'t TextColumn, markers: [&[String]; 2]) -> Option<Self> {
        let decimals = column.decimals()?;
        let others = decimals.others();
        let is_missing = |text: &str| markers.iter().any(|markers| is_marker(markers, text));
        if markers.into_iter().flatten().any(|marker| decimals.has(marker)) {
            return None;
        }
        let name = column.name();
        if says_id(name) || says_key(name) || is_name(name) || says_group(name) {
            return None;
        }
        let (missing, small): (Vec<_>, Vec<_>) = others.iter().partition(|other| is_missing(&other.text));
        let has_points = decimals.numbers().any(Decimal::has_point);
        let ambiguous = has_points && decimals.numbers().all(Decimal::may_be_grouped);
        if ambiguous || !small.iter().all(|other| has_exponent(&other.text)) {
            return None;
        }
        if dates::are_compact(decimals) || counted::are_counted(column.name(), decimals) {
            return None;
        }
        let distinct = decimals.distinct();
        // Whole numbers of which each is different may be a running number.
        let may_run = !has_points && distinct == decimals.numbers().count();
        if may_run || small.len() > distinct / 4 {
            return None;
        }
        let missing_rows = missing.iter().map(|other| other.count).sum();
        let exponents: Vec<&str> = small.iter().map(|other| other.text.as_str()).collect();
        let has_points = has_points || exponents.iter().any(|text| text.contains('.'));
        Some(Self {
            decimals,
            distinct: (distinct + small.len()) as u64,
            missing_rows,
            has_points,
            exponents,
        })
    }

    /// The numbers, each once or more often; `None` where some are not whole, or below zero.
    pub(super) fn whole_numbers(&self) -> Option<Vec<u64>> {
        let whole = |number: Decimal| {
            let whole = number.whole();
            (number.number() == whole as f64).then_some(whole)
        };
        self.decimals.numbers().map(whole).collect::<Option<Vec<u64>>>().filter(|_| self.exponents.is_empty())
    }

    /// Whether the numbers are all too small to be grouped, and read the same where others are.
    pub(super) fn agrees(&self, grouping: Grouping) -> bool {
        let Grouping::All { decimal, .. } = grouping else { return false };
        (decimal == '.' || !self.has_points) && self.decimals.numbers().all(|number| number.whole() < 1000)
    }
}

/// Whether a text is a number with an exponent, in digits and signs that leave no doubt: `-1.5e-7`.
fn has_exponent(text: &str) -> bool {
    let bare = text.strip_prefix('-').unwrap_or(text);
    bare.starts_with(|sign: char| sign.is_ascii_digit())
        && bare.ends_with(|sign: char| sign.is_ascii_digit())
        && bare.contains(['e', 'E'])
        && NumberFormat::default().parse(text).is_some()
}
