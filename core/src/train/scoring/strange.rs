//! Values unlike those that the model learnt from: next month's export may have `google` for `Google`, a level under a new
//! name, or `3.740` for 3740.

use std::borrow::Cow;

use hashbrown::HashMap;

use crate::error::quoted;
use crate::model::{Field, FieldKind, Model, Reference, Shares};

/// Where so many leads have a value that the model does not know …
pub(super) const LEAST_LEADS: u64 = 20;
/// … and their share has grown by this …
const MUCH_MORE: f64 = 0.05;
/// … and by so many standard errors, a level may have been renamed: of a thousand columns one seems so by chance.
const ERRORS: f64 = 3.3;
/// So many fractions of three digits, and this share of all numbers but 0, may be thousands where the model learnt from whole
/// numbers.
const LEAST_GROUPED: u64 = 3;
const GROUPED_SHARE: f64 = 0.2;
/// Numbers from here on have groups where numbers are grouped, but for one in so many, as somebody typed it.
const THOUSAND: f64 = 1_000.0;
const TYPED: u64 = 10;

/// What is strange in a column.
pub(super) enum Strange<'m> {
    /// A level that the model has not seen.
    Level {
        /// The known ones by their lower case. Looked up only, so that its order is of no matter.
        levels: HashMap<String, &'m str>,
        /// What the kernel reads of one that is not.
        code: f64,
        /// The share of the training leads that had a rare one, where the model says, and how many leads that were.
        then: f64,
        learnt: f64,
    },
    /// A number written with a fraction, be it of zeros, where the model learnt from numbers that were mostly whole, and reached a
    /// thousand.
    Fraction {
        point: char,
    },
    Nothing,
}

/// Leads with such values in a column.
#[derive(Clone, Default)]
pub(super) struct Found<'m> {
    leads: u64,
    /// Other leads with a number but 0, where such values are numbers, and of these those from a thousand on.
    usual: u64,
    thousands: u64,
    /// Of the strange ones, leads whose value is a level but for its case, or may be a whole number in groups of three digits.
    alike: u64,
    /// Of the first of those the line, the value, and the level.
    first_alike: Option<(u64, String, &'m str)>,
    /// Of the first of the others the line and the value.
    first_other: Option<(u64, String)>,
}

impl<'m> Strange<'m> {
    pub(super) fn new(model: &'m Model, field: usize) -> Self {
        let reference = model.card().and_then(|card| card.reference.as_ref());
        let Field { name, kind, .. } = &model.fields()[field];
        let of_field = |reference: &'m Reference| reference.fields.iter().find(|own| own.field == *name);
        let shares = reference.and_then(of_field).map(|own| &own.known);
        match (kind, shares) {
            (FieldKind::Category, shares) if !model.levels(field).is_empty() => {
                let levels = model.levels(field);
                let then = match shares {
                    Some(Shares::Levels(shares)) => shares.unseen,
                    _ => 0.0,
                };
                let learnt = reference.map_or(f64::INFINITY, |reference| reference.leads);
                Self::Level { levels: by_case(levels), code: levels.len() as f64, then, learnt }
            }
            (FieldKind::Number(format), Some(Shares::Numbers(shares)))
                if shares.cuts.iter().all(|cut| cut.trunc() == *cut)
                    && shares.cuts.last().is_some_and(|cut| *cut >= THOUSAND) =>
            {
                Self::Fraction { point: format.decimal }
            }
            _ => Self::Nothing,
        }
    }

    /// Takes note of a cell that the kernel reads as `code`.
    #[inline]
    pub(super) fn see<'c>(
        &self,
        code: f64,
        line: impl Fn() -> u64,
        cell: impl FnOnce() -> Cow<'c, str>,
        found: &mut Found<'m>,
    ) {
        let level = match self {
            Self::Level { levels, code: unseen, .. } if code == *unseen => Some(levels),
            Self::Fraction { .. } if code.is_finite() => None,
            _ => return,
        };
        let cell = cell();
        // Most cells, and each letter is soon compared.
        if let Self::Fraction { point } = self
            && code.trunc() == code
            && cell.bytes().all(|byte| char::from(byte) != *point)
        {
            found.usual += u64::from(code != 0.0);
            found.thousands += u64::from(code.abs() >= THOUSAND);
            return;
        }
        let cell = cell.trim();
        found.leads += 1;
        let alike = match (self, level) {
            (_, Some(levels)) => levels.get(&cell.to_lowercase()).copied(),
            (Self::Fraction { point }, None) => may_be_grouped(cell, *point).then_some(""),
            _ => None,
        };
        if let Some(level) = alike {
            found.alike += 1;
            found.first_alike.get_or_insert_with(|| (line(), cell.to_owned(), level));
        } else {
            found.first_other.get_or_insert_with(|| (line(), cell.to_owned()));
        }
    }

    /// What a person should know of what was found in so many leads.
    pub(super) fn notes(&self, found: &Found<'_>, leads: u64, field: &str) -> [Option<String>; 2] {
        match self {
            Self::Level { then, learnt, .. } => {
                [found.of_another_case(field), found.of_another_name(field, leads, [*then, *learnt])]
            }
            Self::Fraction { .. } => [found.in_groups(field), None],
            Self::Nothing => [None, None],
        }
    }
}

impl Found<'_> {
    /// Adds what was found in rows behind these.
    pub(super) fn add(&mut self, behind: &mut Self) {
        let Self { leads, usual, thousands, alike, first_alike, first_other } = std::mem::take(behind);
        self.leads += leads;
        self.usual += usual;
        self.thousands += thousands;
        self.alike += alike;
        self.first_alike = self.first_alike.take().or(first_alike);
        self.first_other = self.first_other.take().or(first_other);
    }

    fn of_another_case(&self, field: &str) -> Option<String> {
        let (line, value, level) = self.first_alike.as_ref()?;
        let one = self.alike == 1;
        let (leads, have) = if one { ("lead", "has a value") } else { ("leads", "have values") };
        Some(format!(
            "{}: {} {leads} {have} that the model knows in another case only, such as {} in line {line} (the model knows {}); they count as rare or new: if the same is meant, write them as the model knows them",
            quoted(field),
            self.alike,
            quoted(value),
            quoted(level),
        ))
    }

    fn of_another_name(&self, field: &str, leads: u64, [then, learnt]: [f64; 2]) -> Option<String> {
        let now = self.leads as f64 / leads as f64;
        if self.leads < LEAST_LEADS || now <= then + MUCH_MORE.max(chance(then, leads, learnt)) {
            return None;
        }
        // Where all are of another case, that has been told.
        let (line, value) = self.first_other.as_ref()?;
        Some(format!(
            "{}: {} leads ({:.0} %) have a rare or new value, such as {} in line {line}, where {:.0} % of those that the model learnt from had a rare one: look whether a level has got another name, and train anew if not",
            quoted(field),
            self.leads,
            percent(self.leads, leads),
            quoted(value),
            100.0 * then,
        ))
    }

    fn in_groups(&self, field: &str) -> Option<String> {
        // Other fractions, and thousands without the sign, show that it stands before a fraction.
        let numbers = self.leads + self.usual;
        let many = self.alike >= LEAST_GROUPED
            && self.alike as f64 >= GROUPED_SHARE * numbers as f64
            && self.alike >= TYPED * self.thousands;
        let (line, value, _) = self.first_alike.as_ref().filter(|_| many && self.alike == self.leads)?;
        let whole: String = value.chars().filter(char::is_ascii_digit).collect();
        Some(format!(
            "{}: {} numbers were read as having a fraction, such as {} in line {line}, where nearly all that the model learnt from were whole; if thousands are meant, write {whole} and score again",
            quoted(field),
            self.alike,
            quoted(value),
        ))
    }
}

/// By how much a share of so many leads may differ from that of the training leads by chance.
pub(super) fn chance(then: f64, leads: u64, learnt: f64) -> f64 {
    ERRORS * libm::sqrt(then * (1.0 - then) * (1.0 / leads as f64 + 1.0 / learnt.max(1.0)))
}

/// Never "100 %" of leads of which some are otherwise.
pub(super) fn percent(count: u64, leads: u64) -> f64 {
    if count == leads { 100.0 } else { (100.0 * count as f64 / leads as f64).min(99.0) }
}

/// Of levels that are alike themselves, none is meant.
fn by_case(levels: &[String]) -> HashMap<String, &str> {
    let mut by_case: HashMap<String, Option<&str>> = HashMap::new();
    for level in levels {
        by_case.entry(level.to_lowercase()).and_modify(|known| *known = None).or_insert(Some(level));
    }
    by_case.into_iter().filter_map(|(text, level)| Some((text, level?))).collect()
}

/// Whether a fraction has three digits, as groups have: `3.740`.
fn may_be_grouped(cell: &str, point: char) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    cell.split_once(point).is_some_and(|(whole, rest)| {
        (1..=3).contains(&digits(whole))
            && digits(rest) == 3
            && !whole.trim_start_matches('-').starts_with('0')
    })
}
