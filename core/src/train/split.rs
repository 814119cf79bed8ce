//! Rows → what is fitted on and what is held out: by time where a date exists, else in stratified folds.
//!
//! Two things would let a model look at what it is measured on, and are kept out:
//!
//! - A lead's outcome is known a *horizon* after its date. Leads created less than a horizon before the newest ones
//!   have outcomes that reach into the measured period: they are left out of the fit (purged; López de Prado 2018,
//!   ch. 7).
//! - Leads of one *group*, such as an account, share what made them convert: they stay on one side. Snapshots of one lead do
//!   so in folds; by time the older ones are learnt from, since which of them are in the newest fifth, too, depends on the
//!   outcome.

mod grouped;
mod in_time;

pub use grouped::obstacle;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::train::leads::{Groups, Horizon, Leads};
use crate::train::random::Random;

/// Fewer leads of either class than this, and nothing can be held out to measure on.
pub const MIN_CLASS: usize = 5;
/// How many folds there are, where there are leads enough.
pub const FOLDS: usize = 5;
/// A newest fifth with fewer leads of either class than this measures next to nothing: a model that is good would not be told
/// from chance.
const MIN_HELD_OUT: usize = 20;
/// What groups of equal rows are called: a column always has a name.
pub(crate) const REPEATS: &str = "";
/// How the description of what [`Split::beside`] holds out begins where that is the end of the file.
pub(crate) const LAST_OF_FILE: &str = "the last fifth of the file";
/// How the description of what [`Split::beside`] holds out begins where it keeps groups apart that the split itself does not.
pub(crate) const APART: &str = "a random part";
/// More leads than this are dealt into folds hand by hand.
const MANY: usize = 50_000;
/// Where the conversion rate of the file's last fifth differs from that of the leads before it by this many standard
/// errors (a chance under one in ten thousand) and by this factor, the file is taken to be in some order.
const DRIFT_ERRORS: f64 = 4.0;
const DRIFT_FACTOR: f64 = 1.25;

/// Ways to hold leads out, each a list of (rows to fit on, rows to measure on).
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// How leads are held out, in words.
    pub description: String,
    /// By what.
    pub kind: SplitKind,
    /// The parts; every row is measured at most once.
    pub parts: Parts,
}

/// By what leads are held out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SplitKind {
    /// The newest are held out; several parts have each a model of what is older than it.
    Time,
    /// Groups are held out whole.
    Group,
    /// Each row by itself.
    Row,
}

/// Rows to fit on and rows to measure on.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Rows the measured model sees.
    pub fit: Vec<usize>,
    /// Rows it does not see.
    pub test: Vec<usize>,
}

/// The parts of a split. Folds of all rows are kept as the fold of each, in a byte, and listed when they are asked for: as
/// lists, five of them take 40 bytes for each row.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts(Held);

#[derive(Clone, Debug, PartialEq)]
enum Held {
    Listed(Vec<Part>),
    Folds(Vec<u8>, usize),
}

impl Parts {
    /// Folds of some rows, each of these in the one of `folds`; the others of `count` rows are learnt from throughout.
    pub(crate) fn of(count: usize, rows: &[usize], folds: &[u32]) -> Self {
        let none = folds.iter().max().map_or(0, |last| last + 1);
        let mut all = vec![none as u8; count];
        for (row, fold) in rows.iter().zip(folds) {
            all[*row] = *fold as u8;
        }
        Self(Held::Folds(all, none as usize))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Held::Listed(parts) => parts.len(),
            Held::Folds(_, count) => *count,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first.
    pub fn first(&self) -> Option<Part> {
        self.iter().next()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = Part> {
        (0..self.len()).map(|place| match &self.0 {
            Held::Listed(parts) => parts[place].clone(),
            Held::Folds(folds, _) => {
                let (test, fit) = (0..folds.len()).partition(|row| usize::from(folds[*row]) == place);
                Part { fit, test }
            }
        })
    }
}

impl Split {
    /// The newest fifth where the leads have dates, and where that is small what came before it, too; else stratified folds.
    /// Leads of one group stay together.
    ///
    /// # Errors
    /// [`ErrorKind::TooFewLeads`] where a class has fewer than [`MIN_CLASS`] leads; [`ErrorKind::BadOption`] for a
    /// horizon without dates.
    pub fn of(leads: &Leads, horizon: Option<Horizon>, seed: u64) -> Result<Self> {
        check_classes(leads)?;
        let Some(dates) = &leads.dates else {
            return match horizon {
                None => Ok(in_folds(leads, "", seed)),
                Some(horizon) => Err(Error::new(
                    ErrorKind::BadOption,
                    format!(
                        "expected a column of dates that orders the leads, because a horizon of {horizon} counts from them; name it in a schema file (`role = \"date\", split = true`), or give no horizon"
                    ),
                )),
            };
        };
        Ok(in_time::split(leads, dates, horizon).unwrap_or_else(|why| in_folds(leads, &why, seed)))
    }

    /// Another way to hold leads out, to be shown beside this one: in one part, so that it costs one more fit. At random
    /// where this one is by time or by group; by the order of the file where there are no dates but its last leads
    /// convert differently. Snapshots of one lead stay together even then: who knows one of them knows the others. So do groups
    /// where this one measures leads whose group is learnt from, too: one of the two must tell how strangers fare.
    pub fn beside(&self, leads: &Leads, seed: u64) -> Option<Self> {
        let snapshots = leads.has_snapshots();
        if let Some(groups) = leads.groups.as_ref().filter(|groups| !snapshots && self.parts_some(groups)) {
            return apart(leads, groups, seed);
        }
        let (description, last) = match (self.kind, &leads.groups) {
            (SplitKind::Time, Some(_)) if snapshots => ("a random fifth of the leads".to_owned(), None),
            (_, Some(_)) if snapshots => return None,
            (SplitKind::Time, None) => ("a random fifth".to_owned(), None),
            (SplitKind::Time | SplitKind::Group, Some(Groups { field, .. })) => {
                let of = if field == REPEATS {
                    "with equal rows apart".into()
                } else {
                    format!("whatever their {field}", field = quoted(field))
                };
                (format!("a random fifth, {of}"), None)
            }
            _ if leads.dates.is_some() => return None,
            _ => {
                let last = leads.len() - leads.len() / 5;
                (format!("{LAST_OF_FILE}, {}", drift(leads, last)?), Some(last))
            }
        };
        let dealt = |all: &[usize]| {
            if snapshots { folds(leads, all, seed) } else { by_row(leads, all, FOLDS, seed) }
        };
        let folds = last.is_none().then(|| dealt(&all(leads)));
        let (test, fit): (Vec<_>, Vec<_>) = all(leads).into_iter().partition(|row| match (&folds, last) {
            (Some(folds), _) => folds[*row] == 0,
            (None, last) => last.is_some_and(|last| *row >= last),
        });
        let kind = if snapshots { SplitKind::Group } else { SplitKind::Row };
        Self::in_one(leads, &description, kind, Part { fit, test })
    }

    /// A split of one part; `None` where it would measure next to nothing.
    fn in_one(leads: &Leads, description: &str, kind: SplitKind, part: Part) -> Option<Self> {
        let measures =
            [&part.fit, &part.test].iter().all(|rows| leads.rarer_class(Some(rows)) >= MIN_HELD_OUT);
        measures.then(|| Self {
            description: format!("{description}, measured by a model of the other leads"),
            kind,
            parts: Parts(Held::Listed(vec![part])),
        })
    }

    /// Whether leads are measured by a model of others of their group.
    fn parts_some(&self, groups: &Groups) -> bool {
        self.kind == SplitKind::Time
            && self
                .parts
                .iter()
                .any(|part| grouped::apart(groups, &part.fit, &part.test).len() < part.fit.len())
    }
}

/// About a fifth of the leads, of whose groups none is learnt from; `None` where that can not be.
fn apart(leads: &Leads, groups: &Groups, seed: u64) -> Option<Split> {
    let all = all(leads);
    let folds = folds(leads, &all, seed);
    if !grouped::is_kept(groups, &all, &folds) {
        return None;
    }
    let held = grouped::of_most_groups(groups, &folds);
    let (test, fit): (Vec<_>, Vec<_>) = all.into_iter().partition(|row| folds[*row] == held);
    let shares = match &*groups.field {
        REPEATS => "of which no row is equal to one of the others".to_owned(),
        field => format!("that shares no {field} with the others", field = quoted(field)),
    };
    let percent = 100.0 * test.len() as f64 / leads.len() as f64;
    let description = format!("{APART} ({percent:.0} %) {shares}");
    Split::in_one(leads, &description, SplitKind::Group, Part { fit, test })
}

/// A fold for each of `rows`, from 0: both classes are dealt out in random order, so that each fold has its share.
/// Leads of one group get one fold, unless that would leave a fold without a class.
pub fn folds(leads: &Leads, rows: &[usize], seed: u64) -> Vec<usize> {
    let count = FOLDS.min(leads.rarer_class(Some(rows))).max(2);
    let grouped = leads.groups.as_ref().and_then(|groups| grouped::folds(leads, groups, rows, count, seed));
    grouped.unwrap_or_else(|| by_row(leads, rows, count, seed))
}

fn all(leads: &Leads) -> Vec<usize> {
    (0..leads.len()).collect()
}

fn by_row(leads: &Leads, rows: &[usize], count: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed, "folds");
    if rows.len() > MANY {
        return in_hands(leads, rows, count, &mut random);
    }
    let mut folds = vec![0; rows.len()];
    for converted in [true, false] {
        let mut places: Vec<usize> =
            (0..rows.len()).filter(|place| leads.label[rows[*place]] == converted).collect();
        random.shuffle(&mut places);
        places.iter().enumerate().for_each(|(turn, place)| folds[*place] = turn % count);
    }
    folds
}

/// Many leads are dealt out hand by hand, the next so many of a class in random order, so that the folds are even all along
/// the table, too, and nothing is moved about in memory.
fn in_hands(leads: &Leads, rows: &[usize], count: usize, random: &mut Random) -> Vec<usize> {
    /// Leads of a hand in each fold.
    const HAND: usize = 100;
    let hand: Vec<usize> = (0..HAND * count).map(|turn| turn % count).collect();
    let mut hands = [false, true].map(|_| (hand.clone(), 0));
    rows.iter()
        .map(|row| {
            let (hand, next) = &mut hands[usize::from(leads.label[*row])];
            if *next == 0 {
                random.shuffle(hand);
            }
            let fold = hand[*next];
            *next = (*next + 1) % hand.len();
            fold
        })
        .collect()
}

/// Stratified folds of all leads; `why` says why not by time.
fn in_folds(leads: &Leads, why: &str, seed: u64) -> Split {
    let all = all(leads);
    let folds = folds(leads, &all, seed);
    let count = folds.iter().max().map_or(0, |last| last + 1);
    let groups = leads.groups.as_ref().filter(|groups| grouped::is_kept(groups, &all, &folds));
    let (kind, dealt) = groups.map_or_else(
        || (SplitKind::Row, "by row".to_owned()),
        |groups| (SplitKind::Group, format!("with {} together", leads_of_one(groups))),
    );
    Split {
        description: format!("{count} folds {dealt}, each measured by a model that had not seen it{why}"),
        kind,
        parts: Parts(Held::Folds(folds.into_iter().map(|fold| fold as u8).collect(), count)),
    }
}

/// What is kept together, in words.
fn leads_of_one(groups: &Groups) -> String {
    if groups.field == REPEATS {
        "equal rows".to_owned()
    } else {
        format!("leads of one {}", quoted(&groups.field))
    }
}

/// How the leads of the file from `last` on convert, and those before, where the two differ.
fn drift(leads: &Leads, last: usize) -> Option<String> {
    let rate = |labels: &[bool]| {
        labels.iter().filter(|converted| **converted).count() as f64 / labels.len().max(1) as f64
    };
    let (before, after) = leads.label.split_at(last);
    let (old, new, of_all) = (rate(before), rate(after), rate(&leads.label));
    let error = (of_all * (1.0 - of_all) * (1.0 / before.len() as f64 + 1.0 / after.len() as f64)).sqrt();
    let differs = (old - new).abs() > DRIFT_ERRORS * error && old.max(new) > DRIFT_FACTOR * old.min(new);
    differs.then(|| format!("where {:.1} % convert against {:.1} % before it", 100.0 * new, 100.0 * old))
}

/// Checks that both classes are there in numbers that can be fitted and measured.
fn check_classes(leads: &Leads) -> Result<()> {
    let [others, converted] = leads.classes(None);
    if converted >= MIN_CLASS && others >= MIN_CLASS {
        return Ok(());
    }
    let message = format!(
        "expected at least {MIN_CLASS} converted leads and {MIN_CLASS} that did not convert, found {converted} and {others} (\"converted\" is {} = {}); bring more leads, or check --target and --positive",
        quoted(&leads.target.field),
        leads.target.positive
    );
    Err(Error::new(ErrorKind::TooFewLeads, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::leads::Dates;

    /// Leads created in these years, so many in each; every second converted.
    fn leads(years: &[(i64, usize)]) -> Leads {
        let seconds: Vec<i64> =
            years.iter().flat_map(|(year, count)| std::iter::repeat_n(*year, *count)).collect();
        let label = (0..seconds.len()).map(|row| row % 2 == 0).collect();
        let dates = Dates { field: "created".into(), seconds, until: None, span: 0 };
        Leads { dates: Some(dates), ..Leads::new("converted", label, vec![]) }
    }

    fn newest(years: &[(i64, usize)]) -> (usize, String) {
        let split = Split::of(&leads(years), None, 0).unwrap();
        (split.parts.first().unwrap().test.len(), split.description)
    }

    #[test]
    fn the_newest_fifth_is_held_out() {
        let (count, description) = newest(&[(1, 400), (2, 400), (3, 200)]);
        assert_eq!(count, 200);
        assert!(description.starts_with("the newest fifth"), "{description}");
    }

    #[test]
    fn leads_of_one_instant_are_parted_at_the_nearer_end() {
        // A fifth begins within year 2: its own end is nearer than its beginning.
        let (count, description) = newest(&[(1, 200), (2, 1_500), (3, 300)]);
        assert_eq!(count, 300);
        assert!(description.starts_with("the newest 15 %"), "{description}");
        let (count, description) = newest(&[(1, 700), (2, 300)]);
        assert_eq!(count, 300);
        assert!(description.starts_with("the newest 30 %"), "{description}");
    }

    #[test]
    fn one_instant_gives_folds() {
        let split = Split::of(&leads(&[(1, 300)]), None, 0).unwrap();
        assert_eq!(split.parts.len(), FOLDS);
    }
}
