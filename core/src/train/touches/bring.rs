//! A touch log, outcomes and what else is known of leads → leads to train with.

use super::History;
use super::beside::Beside;
use super::candidates::{Candidate, KindTally, candidates, known};
use super::joined::Joined;
use super::lifecycle::Outcomes;
use super::log::{Log, Visit};
use super::table::{HistorySource, Plan, SnapshotTable, table};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::lead::Instant;
use crate::model::{ExcludedField, Looks};
use crate::touch::{Kind, Selection};
use crate::train::brought::{Brought, ColumnRead};
use crate::train::csv::{Table, shorten};
use crate::train::leads::{Column, Horizon, Leads};
use crate::train::schema::Schema;
use crate::train::text::counted;

/// As many snapshots as are learnt from: more take minutes and say little more, as those of a lead are alike.
pub const SNAPSHOTS: usize = 40_000;

/// How a training table is made of touches.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// When leads are looked at.
    pub looks: Looks,
    /// The window after a snapshot in which a conversion counts.
    pub horizon: Horizon,
    /// Up to when outcomes are known; [as the files tell](Outcomes::known_until) where absent.
    pub until: Option<Instant>,
    /// The most snapshots to learn from, such as [`SNAPSHOTS`]; of more, so many are drawn.
    pub most: usize,
    /// Engagement fields that are not to be made.
    pub exclude: Vec<String>,
    /// The seed of the draw.
    pub seed: u64,
}

/// Leads to train with, and what is known of the kinds of their touches.
#[derive(Clone, Debug, PartialEq)]
pub struct Touched {
    /// A row for each snapshot.
    pub brought: Brought,
    /// What is known of kinds, for [`train::Options`](crate::train::Options::kinds).
    pub kinds: Vec<Kind>,
    /// The lead of each row, a place in `names`, and the instant.
    pub snapshots: Vec<(u32, Instant)>,
    /// The leads that have snapshots.
    pub names: Vec<String>,
    /// Whether these are but some of the snapshots, drawn at random.
    pub thinned: bool,
    /// The same rows for who does not know of openings of e-mails; absent where the log has none, or nothing else.
    pub without_opens: Option<Leads>,
}

/// The kind of an opened e-mail.
const OPEN: &str = "email-open";
/// Leads that are counted at once.
const BATCH: usize = 16_384;

/// Makes the training table. `file` is the log's name; `beside` what is known of leads beside their touches, as the
/// schema reads it.
///
/// # Errors
/// As [`table`], [`Beside::read`] and [`Joined::check`]; [`ErrorKind::MissingField`] where `beside` has none of the leads; and
/// where a field of it is called like an engagement field.
pub fn bring(
    log: &mut Log,
    file: &str,
    outcomes: &Outcomes,
    beside: Option<(&Table, &Schema)>,
    options: &Options,
) -> Result<Touched> {
    let tally = log.kinds();
    let kinds = known(&tally);
    let (candidates, left_out): (Vec<Candidate>, Vec<Candidate>) =
        candidates(&tally).into_iter().partition(|candidate| !options.exclude.contains(&candidate.name));
    let known_beside = beside.map(|(table, schema)| Beside::read(table, schema)).transpose()?;
    let until = options.until.unwrap_or_else(|| outcomes.known_until(log.tally()));
    let plan = Plan {
        looks: options.looks,
        horizon: options.horizon,
        until,
        kinds: &kinds,
        candidates: &candidates,
        beside: known_beside.as_ref(),
        blind_to: None,
        most: options.most,
        seed: options.seed,
    };
    let mut joined = Joined::default();
    log.visit(BATCH, &mut |leads: &[Visit<'_>]| {
        for lead in leads {
            joined.add(lead.name, outcomes, None);
        }
        Ok(())
    })?;
    joined.check(outcomes).map_err(|error| error.at(file, 0, 0))?;
    let mut notes: Vec<String> = log.notes().iter().chain(outcomes.notes()).cloned().collect();
    notes.extend(joined.notes(outcomes));
    let lifecycle = |lead: &str| outcomes.get(lead).copied().unwrap_or_default();
    let mut known = Known { log, outcomes };
    let SnapshotTable { mut leads, snapshots, names, all, without, thinned } =
        table(&mut known, &lifecycle, &plan)?;
    if let Some((beside, (table, _))) = known_beside.as_ref().zip(beside) {
        notes.extend(unknown(&names, beside, table.file())?);
    }
    let is_open = |tally: &KindTally| tally.kind.kind == OPEN;
    let without_opens = if tally.len() > 1 && tally.iter().any(is_open) {
        let mut blind = table(&mut known, &lifecycle, &Plan { blind_to: Some(OPEN), ..plan.clone() })?.leads;
        blind.columns.retain(|column| {
            let of = column.engagement.as_ref().map(|made| &made.field.of);
            !matches!(of, Some(Selection::Kind(kind)) if kind == OPEN)
        });
        Some(blind)
    } else {
        None
    };
    let excluded =
        |candidate: Candidate| ExcludedField { field: candidate.name, reason: "you said so".to_owned() };
    leads.excluded.extend(left_out.into_iter().map(excluded));
    let mut columns: Vec<ColumnRead> = leads.columns.iter().filter_map(made).collect();
    if let Some((table, schema)) = beside {
        columns.extend(schema.columns.iter().map(|column| ColumnRead::from_schema(column, table.rows())));
    }
    let mut brought = Brought {
        file: file.to_owned(),
        notes,
        target_why: format!("a lead at an instant; converted within {} after it", options.horizon),
        columns,
        leads,
    };
    brought.notes.extend(told(&brought, options, names.len(), all, without));
    Ok(Touched { brought, kinds, snapshots, names, thinned, without_opens })
}

/// How many leads the table of what else is known does not have, in words; an error where it has none of them.
fn unknown(names: &[String], beside: &Beside, file: &str) -> Result<Option<String>> {
    let mut unknown = names.iter().filter(|name| !beside.rows.contains_key(*name)).peekable();
    let Some(first) = unknown.peek().map(|name| quoted(&shorten(name)).to_string()) else { return Ok(None) };
    let count = unknown.count();
    if let (true, Some(own)) = (count == names.len(), beside.rows.keys().next()) {
        let message = format!(
            "expected leads that have touches or outcomes, found none of these {count}: they call one {first}, this table has one {}; give leads the same names in all files",
            quoted(&shorten(own))
        );
        return Err(Error::new(ErrorKind::MissingField, message).at(file, 0, 0));
    }
    Ok(Some(format!(
        "{count} of {} {} not in {file}; what else is known of them is missing",
        counted(names.len() as u64, "lead", "leads"),
        if count == 1 { "is" } else { "are" }
    )))
}

/// What was done, in sentences.
fn told(brought: &Brought, options: &Options, names: usize, all: u64, without: u64) -> Vec<String> {
    let mut notes = vec![format!(
        "{} of {}: looked at {}, until they converted, were closed or were handed to sales",
        counted(brought.leads.len() as u64, "snapshot", "snapshots"),
        counted(names as u64, "lead", "leads"),
        options.looks.words()
    )];
    if all > brought.leads.len() as u64 {
        notes.push(format!("{} of {all} snapshots drawn at random, for time", brought.leads.len()));
    }
    if without > 0 {
        notes.push(format!(
            "{} no snapshot: none of an instant whose horizon of {} is over, before they converted, were closed or were handed to sales",
            counted(without, "lead has", "leads have"),
            options.horizon
        ));
    }
    notes
}

fn made(column: &Column) -> Option<ColumnRead> {
    column.engagement.as_ref()?;
    Some(ColumnRead::made(&column.field.name, "made of touches".to_owned(), &column.values))
}

/// The leads of the log, then those of the outcomes that nobody touched.
struct Known<'a> {
    log: &'a mut Log,
    outcomes: &'a Outcomes,
}

impl HistorySource for Known<'_> {
    fn histories(&mut self) -> Result<Box<dyn Iterator<Item = Result<History>> + '_>> {
        let mut left = self.outcomes.iter().map(|(lead, _)| lead).peekable();
        let mut untouched: Vec<&str> = Vec::new();
        let mut touched = self.log.histories()?;
        // Both are in the order of names.
        let next = move || -> Option<Result<History>> {
            if let Some(history) = touched.next() {
                if let Ok(history) = &history {
                    while let Some(lead) = left.next_if(|lead| **lead < *history.lead) {
                        untouched.push(lead);
                    }
                    left.next_if(|lead| **lead == *history.lead);
                }
                return Some(history);
            }
            untouched.extend(left.by_ref());
            untouched.pop().map(|lead| Ok(History { lead: lead.to_owned(), touches: Vec::new() }))
        };
        Ok(Box::new(std::iter::from_fn(next)))
    }
}
