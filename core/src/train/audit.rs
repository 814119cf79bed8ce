//! Table → findings: columns that know the outcome rather than foretell it, columns that say nothing or the same twice,
//! and what the order of the rows tells about the table.
//!
//! What speaks against a column is of two sorts. *Numbers*: the conversion rates of its levels (a number's: its
//! twentieths; missing is a level), and for which outcome it is filled in. *Its name*, where CRM programs write columns
//! of that name at or after the outcome. Numbers that no column known beforehand has leave a column out (a leak); lesser
//! numbers and names are questions (the column stays), but both together leave it out, too.
//!
//! The audit sees all leads, those that are held out later among them. That cannot flatter the metrics: by itself it only
//! takes columns away, for foretelling the outcome too well or for saying what another column says.

mod kind;
mod profile;
mod alone;
mod names;
mod filled;
mod order;
mod copies;
mod second;
mod turns;
mod repeats;
mod near;
mod key;
mod moved;
mod left_out;

pub(crate) use key::keys;
pub use kind::FindingKind;
pub use left_out::left_out;
pub(crate) use repeats::repeats;
pub(crate) use second::{Strengths, contender, joint, rival};
pub(crate) use turns::{Told, turns};

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::lead::Instant;
use crate::train::leads::{Column, Dates, Horizon, Leads, Values, iso_date};
use crate::train::shell::option;
use crate::train::split::MIN_CLASS;
use crate::train::together::classes;
use crate::train::until::{End, Late};
use alone::{Alone, Dealt};
use order::Order;
use profile::Profile;

/// A finding about one column, or about the whole table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The column; `None` where it is about the whole table.
    pub field: Option<String>,
    /// What it is.
    pub kind: FindingKind,
    /// The evidence, in one sentence.
    pub evidence: String,
    /// What was done about it, in one sentence.
    pub done: String,
    /// How to have it otherwise, or what to do about it, in one sentence.
    pub remedy: String,
    /// Whether the model does without the column.
    pub excluded: bool,
}

/// A column whose ranking alone is at least this good, by the lower end of its interval, all but decides the label. A
/// choice, not a law: a field known before the outcome may be so good, which is why `--keep` overrules.
const LEAK_AUC: f64 = 0.90;
/// From here on it deserves a question …
const STRONG_AUC: f64 = 0.85;
/// … and from here on it lends weight to a name.
const WEIGHTY_AUC: f64 = 0.80;
/// With fewer leads of the rarer outcome for each column than this, chance can pass for a pattern: the customary number of
/// events for each variable (Peduzzi et al. 1996, doi:10.1016/S0895-4356(96)00236-3).
const EVENTS_PER_COLUMN: usize = 10;

/// Audits a table. Columns named in `keep` are reported but stay.
///
/// Findings about columns come first, in the order of the table; then those about the whole table.
pub fn audit(leads: &Leads, keep: &[String], seed: u64) -> Vec<Finding> {
    audited(leads, keep, seed).0
}

/// The same, and how strong each column is by itself.
pub(crate) fn audited(leads: &Leads, keep: &[String], seed: u64) -> (Vec<Finding>, Strengths) {
    let dealt = Dealt::new(leads, seed);
    let order = Order::new(leads);
    let looked: Vec<Look> =
        leads.columns.par_iter().map(|column| Look::at(leads, column, &dealt, &order, keep)).collect();
    let names = leads.columns.iter().map(|column| column.field.name.clone());
    let strengths = names.zip(&looked).filter_map(|(name, look)| Some((name, look.strength?))).collect();
    let lacked: Vec<bool> = looked.iter().map(|look| look.is_lacked).collect();
    let mut findings: Vec<Option<Finding>> = looked.into_iter().map(|look| look.finding).collect();
    let stays = |findings: &[Option<Finding>], place: usize| {
        findings[place].as_ref().is_none_or(|finding| !finding.excluded)
    };
    let staying: Vec<usize> = (0..leads.columns.len()).filter(|place| stays(&findings, *place)).collect();
    for (place, kind, evidence, leave_out) in copies::find(leads, &staying) {
        // A question about the column matters more than that it says something twice.
        let name = &leads.columns[place].field.name;
        findings[place].get_or_insert_with(|| Finding::about(name, kind, evidence, leave_out, keep));
    }
    // What a copy says with its original is no second witness.
    let is_lacked = |place: &usize| lacked[*place] && stays(&findings, *place);
    let lacked: Vec<usize> = staying.iter().copied().filter(is_lacked).collect();
    let numbers = staying.iter().map(|place| &leads.columns[*place]);
    let numbers = numbers.filter_map(|column| match &column.values {
        Values::Numbers(numbers) => Some((&*column.field.name, numbers)),
        Values::Levels { .. } => None,
    });
    let moved = moved::moved(leads, &order, numbers);
    let mut findings: Vec<Finding> = findings.into_iter().flatten().collect();
    findings.extend(moved);
    findings.extend(filled::together(leads, &lacked));
    findings.extend(order::finding(leads, &order));
    let left = leads.columns.len() - findings.iter().filter(|finding| finding.excluded).count();
    findings.extend(few_conversions(leads, left));
    (findings, strengths)
}

impl Finding {
    /// A finding about a column, which leaves it out unless it is to be kept.
    fn about(name: &str, kind: FindingKind, evidence: String, leave_out: bool, keep: &[String]) -> Self {
        let kept = keep.iter().any(|keep| keep == name);
        let excluded = leave_out && !kept;
        let done = match (excluded, kept) {
            (true, _) => "left out",
            (false, true) => "kept, as you said",
            (false, false) => "kept",
        };
        let remedy = match (kind.accuses(), excluded) {
            (true, true) => format!("if it is known before the outcome, keep it: {}", option("--keep", name)),
            (true, false) => {
                format!(
                    "if it is written at or after the outcome, leave it out: {}",
                    option("--exclude", name)
                )
            }
            (false, true) => format!("to have it all the same: {}", option("--keep", name)),
            (false, false) => format!("to do without it: {}", option("--exclude", name)),
        };
        Self { field: Some(name.to_owned()), kind, evidence, done: done.to_owned(), remedy, excluded }
    }

    /// A finding about the whole table.
    fn of_table(kind: FindingKind, evidence: String, done: &str, remedy: impl Into<String>) -> Self {
        Self { field: None, kind, evidence, done: done.to_owned(), remedy: remedy.into(), excluded: false }
    }
}

/// What is to be said where leads before some time are left out, and `recent` are not.
///
/// # Errors
/// [`ErrorKind::TooFewLeads`] where those that are left can not be learnt from.
pub(crate) fn older(all: &Leads, recent: &[usize], since: Instant) -> Result<Option<Finding>> {
    let older = all.len() - recent.len();
    if older == 0 {
        return Ok(None);
    }
    let since = iso_date(since.seconds()).unwrap_or_default();
    let evidence = format!("{older} of {} leads are older than {since}", all.len());
    enough(all, recent, &evidence, "learn from an earlier time on")?;
    let (done, remedy) =
        ("neither learnt from nor measured with, as you said", "learn from an earlier time on");
    Ok(Some(Finding::of_table(FindingKind::Older, evidence, done, remedy)))
}

/// What is to be said where some of these leads are too young for their outcome to be known, and it is of the `settled`.
///
/// # Errors
/// [`ErrorKind::TooFewLeads`] where those that are left can not be learnt from.
pub(crate) fn not_yet_known(
    all: &Leads,
    watched: &[usize],
    settled: &[usize],
    horizon: Horizon,
) -> Result<Option<Finding>> {
    let young = watched.len() - settled.len();
    if young == 0 {
        return Ok(None);
    }
    let (until, remark) = all.dates.as_ref().map_or_else(Default::default, known_until);
    let evidence = format!(
        "{young} of {} leads are younger than the horizon of {horizon} at {until}, and may still convert{remark}",
        watched.len()
    );
    enough(all, settled, &evidence, "give a shorter horizon, or older leads")?;
    let remedy =
        "wait until their horizon is over, or give a shorter one with --horizon if leads convert sooner";
    Ok(Some(Finding::of_table(
        FindingKind::NotYetKnown,
        evidence,
        "neither learnt from nor measured with",
        remedy,
    )))
}

/// Whether what is left can be learnt from.
fn enough(all: &Leads, left: &[usize], evidence: &str, remedy: &str) -> Result<()> {
    let [others, conversions] = all.classes(Some(left));
    if conversions.min(others) >= MIN_CLASS {
        return Ok(());
    }
    let message = format!(
        "{evidence}; the others hold {conversions} conversions and {others} other leads, expected {MIN_CLASS} of each; {remedy}"
    );
    Err(Error::new(ErrorKind::TooFewLeads, message))
}

/// Up to when outcomes are known, and what is odd about it.
fn known_until(dates: &Dates) -> (String, String) {
    let iso = |second| iso_date(second).unwrap_or_default();
    let field = &dates.field;
    match (dates.until, dates.end()) {
        (Some(until), _) => (format!("{}, up to which outcomes are known", iso(until)), String::new()),
        (None, None) => Default::default(),
        (None, Some(End { last, late: None })) => {
            (format!("{}, the newest {field}", iso(last), field = quoted(field)), String::new())
        }
        (None, Some(End { last, late: Some(Late { count, from, days }) })) => {
            let which = if count == 1 { "one that is".to_owned() } else { format!("{count} that are") };
            let newest = format!(
                "{}, the newest {field} but for {which} {days} days after all others",
                iso(last),
                field = quoted(field)
            );
            (
                newest,
                format!(
                    "; planned or mistyped, from {} on? Correct such dates, or say with --until up to when outcomes are known",
                    iso(from)
                ),
            )
        }
    }
}

/// A kind, the evidence, and whether the column is to be left out.
type Judgement = (FindingKind, String, bool);

/// What one column shows.
struct Look {
    finding: Option<Finding>,
    /// Whether some lead lacks it.
    is_lacked: bool,
    /// The lower end of its AUC alone; none where it can not be learnt from.
    strength: Option<f64>,
}

impl Look {
    fn at(leads: &Leads, column: &Column, dealt: &Dealt<'_>, order: &Order, keep: &[String]) -> Self {
        let profile = Profile::new(leads, &column.values);
        let is_lacked = profile.missing != [0; 2];
        let about = |(kind, evidence, leave_out): Judgement| {
            Finding::about(&column.field.name, kind, evidence, leave_out, keep)
        };
        if let Some(judgement) = dull(leads, column, &profile, order) {
            return Self { finding: Some(about(judgement)), is_lacked, strength: None };
        }
        let alone = Alone::new(leads, &column.values, dealt);
        let finding = judge(leads, column, &profile, &alone).map(about);
        Self { finding, is_lacked, strength: Some(alone.auc.low) }
    }
}

/// Columns that no model can learn from, whatever the label.
fn dull(leads: &Leads, column: &Column, profile: &Profile, order: &Order) -> Option<Judgement> {
    if let Some(evidence) = profile.constant(leads) {
        return Some((FindingKind::Constant, evidence, true));
    }
    match &column.values {
        Values::Numbers(numbers) => order::counts_rows(numbers, profile, order)
            .map(|evidence| (FindingKind::Sequence, evidence, true)),
        Values::Levels { levels, codes } => copies::identifies(leads, levels.len(), codes, profile)
            .map(|evidence| (FindingKind::Identifier, evidence, true)),
    }
}

/// Whether a column may know the outcome.
fn judge(leads: &Leads, column: &Column, profile: &Profile, alone: &Alone<'_>) -> Option<Judgement> {
    let sure = alone
        .copies_label()
        .map(|evidence| (FindingKind::LabelCopy, evidence))
        .or_else(|| Some((FindingKind::OneOutcomeOnly, filled::for_one_outcome(leads, &column.values, profile, filled::SURELY)?)))
        .or_else(|| {
            (alone.auc.low >= LEAK_AUC).then(|| {
                let evidence = format!(
                    "alone it ranks {:.1} % of pairs of leads rightly (AUC {:.3}), unusual for a field known before the outcome",
                    100.0 * alone.auc.value,
                    alone.auc.value
                );
                (FindingKind::DecidesAlone, evidence)
            })
        })
        .or_else(|| Some((FindingKind::SettlesBothWays, alone.settles(&column.values, alone::SURELY)?)));
    if let Some((kind, evidence)) = sure {
        return Some((kind, evidence, true));
    }
    let late = names::late(&column.field.name);
    let perhaps = filled::for_one_outcome(leads, &column.values, profile, filled::PERHAPS)
        .map(|evidence| (FindingKind::OneOutcomeOnly, evidence))
        .or_else(|| {
            Some((
                FindingKind::OneOutcomeOnly,
                filled::lacked_by_one_outcome(leads, &column.values, profile)?,
            ))
        })
        .or_else(|| Some((FindingKind::SettlesBothWays, alone.settles(&column.values, alone::PERHAPS)?)))
        .or_else(|| Some((FindingKind::AlwaysConverts, alone.always_converts(&column.values)?)))
        .or_else(|| {
            (alone.auc.low >= if late.is_some() { WEIGHTY_AUC } else { STRONG_AUC }).then(|| {
                let evidence = format!(
                    "alone it reaches an AUC of {:.3}, unusually good for a field known before the outcome",
                    alone.auc.value
                );
                (FindingKind::StrongAlone, evidence)
            })
        });
    match (late, perhaps) {
        (Some(name), Some((_, numbers))) => {
            Some((FindingKind::LateName, format!("{name}; and {numbers}"), true))
        }
        (Some(name), None) if alone.auc.low > 0.5 => {
            let evidence = format!("{name}, and alone it reaches an AUC of {:.3}", alone.auc.value);
            Some((FindingKind::LateName, evidence, false))
        }
        (None, Some((kind, evidence))) => Some((kind, evidence, false)),
        (None, None) => Some((FindingKind::NeverConverts, alone.never_converts(&column.values)?, false)),
        (Some(_), None) => None,
    }
}

/// What is to be said where there are few conversions for so many columns.
pub(crate) fn few_conversions(leads: &Leads, columns: usize) -> Option<Finding> {
    let [others, converted] = classes(leads, leads.has_snapshots());
    let rarer = converted.min(others);
    (columns > 0 && rarer < EVENTS_PER_COLUMN * columns).then(|| {
        let what = if rarer == converted { "conversions" } else { "leads that did not convert" };
        let many = if columns == 1 { "column" } else { "columns" };
        Finding::of_table(
            FindingKind::FewConversions,
            format!(
                "there are {rarer} {what} for {columns} {many}, {:.1} for each, where {EVENTS_PER_COLUMN} are customary",
                rarer as f64 / columns as f64
            ),
            "nothing: the penalty holds back what so few leads do not bear out",
            "bring more leads, or leave out columns that can not matter, with --exclude",
        )
    })
}
