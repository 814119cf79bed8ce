//! Model × touch log × what sales said → who goes to sales and who comes back, as a table for a CRM's import.

mod notes;

pub use notes::outside;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::str::FromStr;

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::handoff::{Action, Decision, Desk, Due, Event, EventKind, HandoffPolicy, Round, Rounded};
use crate::lead::{Instant, Lead};
use crate::model::Model;
use crate::score::TouchedLead;
use crate::train::csv::io_error;
use crate::train::leads::utc;
use crate::train::scoring::no_formula;
use crate::train::touches::each::each_lead;
use crate::train::touches::joined::{Joined, without_leads};
use crate::train::touches::known::KnownLeads;
use crate::train::touches::lifecycle::Outcomes;
use crate::train::touches::{History, Lifecycle};

/// By what rules leads are handed off, and as of when.
#[derive(Clone, Debug)]
pub struct Options {
    /// The rules.
    pub policy: HandoffPolicy,
    /// The day, whose first moment (UTC) is the last review.
    pub as_of: Instant,
    /// Whatever changed after it counts as changed; as [`Round::hold`] where it is not said.
    pub since: Option<Instant>,
}

/// Where every lead is, and what a person should know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reviewed {
    /// What was decided.
    pub rounded: Rounded,
    /// What one file has and another has not, and what of the events did not count; in sentences for people.
    pub notes: Vec<String>,
}

/// Holds the reviews that are due and says where every lead is.
///
/// `histories` are the leads with touches, in alphabetical order; leads that only `known` has are reviewed without any. Of
/// `outcomes` counts what happened to leads of those up to the day: it is heard before `events`, and as they are.
///
/// # Errors
/// As [`Round::new`] and [`Round::score`], with the place of a cell that can not be read; those of the histories; and as
/// [`Joined::check`].
pub fn hand_off(
    model: &Model,
    desk: &mut Desk,
    histories: impl Iterator<Item = Result<History>>,
    known: Option<&KnownLeads>,
    outcomes: Option<&Outcomes>,
    events: &[(String, Event)],
    options: &Options,
) -> Result<Reviewed> {
    let round = Round::new(model, options.policy, desk, options.as_of)?;
    let score = |History { lead: name, touches }: &History| -> Result<Option<Due>> {
        let lead = known.map_or_else(Lead::new, |known| known.get(name));
        let scored = round.score(name, TouchedLead { lead: &lead, touches });
        scored.map_err(|error| match known {
            Some(known) => known.located(error, model, name),
            None => error,
        })
    };
    let others = known.into_iter().flat_map(KnownLeads::names);
    let (rounded, mut notes) = if let Some(outcomes) = outcomes {
        let mut joined = Joined::default();
        let due = each_lead(joined.watch(histories, outcomes, known), others, score)?;
        joined.check(outcomes)?;
        let due_leads: BTreeSet<&str> = due.iter().map(|due| due.lead.as_str()).collect();
        let followed =
            outcomes.iter().filter(|(lead, _)| due_leads.contains(lead) || desk.lead(lead).is_some());
        let mut all: Vec<(String, Event)> = followed.flat_map(|(lead, life)| happened(lead, *life)).collect();
        all.extend_from_slice(events);
        (round.hold(desk, &due, &all, options.since), joined.notes(outcomes))
    } else {
        let mut unknown = 0;
        let count = |history: &Result<History>| {
            let is_unknown = |history: &History| known.is_some_and(|known| !known.has(&history.lead));
            unknown += u64::from(history.as_ref().is_ok_and(is_unknown));
        };
        let due = each_lead(histories.inspect(count), others, score)?;
        (round.hold(desk, &due, events, options.since), without_leads(unknown).into_iter().collect())
    };
    notes.extend(notes::late(&rounded));
    notes.extend(notes::stray(desk, &rounded, events));
    Ok(Reviewed { rounded, notes })
}

/// What became of a lead, as events.
fn happened(lead: &str, life: Lifecycle) -> impl Iterator<Item = (String, Event)> {
    let all = [
        (life.handed_off, EventKind::HandedOff),
        (life.closed, EventKind::Closed),
        (life.converted, EventKind::Converted),
    ];
    let event = |(at, kind): (Option<Instant>, EventKind)| Some(Event { at: at?, kind, reason: None });
    all.into_iter().filter_map(event).map(|event| (lead.to_owned(), event))
}

/// How decisions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A table with a header.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// A decision as it is written.
#[derive(Serialize)]
struct Row<'v> {
    lead: &'v str,
    action: &'static str,
    state: &'static str,
    since: String,
    logit: Option<f64>,
    probability: Option<f64>,
    cause: &'v str,
    reason: &'v str,
    rejection: Option<&'v str>,
}

/// The columns of the table.
const COLUMNS: [&str; 9] =
    ["lead", "action", "state", "since", "logit", "probability", "cause", "reason", "rejection"];

/// Writes decisions. With `changes_only`, leads that stay where they are have no row.
///
/// In a table, sentences and what people have typed are kept from being taken for a formula by a spreadsheet. Names of leads
/// are not: a CRM finds its leads by them.
///
/// # Errors
/// [`ErrorKind::Io`] where nothing can be written.
pub fn write(
    decisions: &[Decision],
    format: Format,
    changes_only: bool,
    mut target: impl Write,
) -> Result<()> {
    let fail = |error: io::Error| {
        Error::new(ErrorKind::Io, format!("could not write the hand-off: {error}")).caused_by(error)
    };
    let of_csv = |error| fail(io_error(error));
    let rows = decisions.iter().filter(|decision| !changes_only || decision.action != Action::Stay).map(row);
    match format {
        Format::Csv => {
            let mut writer = ::csv::Writer::from_writer(target);
            writer.write_record(COLUMNS).map_err(of_csv)?;
            for row in rows {
                let number =
                    |number: Option<f64>| number.map_or_else(String::new, |number| format!("{number:?}"));
                let record = [
                    // As it is: see above.
                    row.lead,
                    row.action,
                    row.state,
                    &row.since,
                    &number(row.logit),
                    &number(row.probability),
                    &no_formula(row.cause),
                    &no_formula(row.reason),
                    &no_formula(row.rejection.unwrap_or("")),
                ];
                writer.write_record(record).map_err(of_csv)?;
            }
            writer.flush().map_err(fail)
        }
        Format::JsonLines => {
            for row in rows {
                serde_json::to_writer(&mut target, &row).map_err(|error| fail(error.into()))?;
                target.write_all(b"\n").map_err(fail)?;
            }
            target.flush().map_err(fail)
        }
    }
}

fn row(decision: &Decision) -> Row<'_> {
    Row {
        lead: &decision.lead,
        action: decision.action.as_str(),
        state: decision.state.as_str(),
        since: utc(decision.since).map_or_else(String::new, |since| format!("{since}Z")),
        logit: decision.logit,
        probability: decision.probability,
        cause: &decision.cause,
        reason: &decision.reason,
        rejection: decision.rejection.as_deref(),
    }
}

impl FromStr for Format {
    type Err = Error;

    /// Reads `csv` or `jsonl`.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::JsonLines),
            _ => {
                let message = format!("expected csv or jsonl, found {text}", text = quoted(text));
                Err(Error::new(ErrorKind::BadOption, message))
            }
        }
    }
}
