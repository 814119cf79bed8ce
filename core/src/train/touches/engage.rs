//! Touches and outcomes → the table of snapshots that a training sees, as CSV.

use std::io::Write;

use rayon::prelude::*;
use serde::Serialize;

use super::Lifecycle;
use super::candidates::{candidates, usual_recipe};
use super::compiled::{Compiled, Scratch};
use super::joined::{self, Joined};
use super::known::KnownLeads;
use super::lifecycle::Outcomes;
use super::log::{Log, Visit};
use super::snapshots::of_instants;
use super::tally::Tally;
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::lead::Instant;
use crate::model::{Looks, Target};
use crate::touch::Recipe;
use crate::train::csv::shorten;
use crate::train::leads::{Horizon, utc};
use crate::train::text::counted;

/// Which snapshots are made, and what they say.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// When leads are looked at.
    pub looks: Looks,
    /// How long a lead is watched for a conversion.
    pub horizon: Horizon,
    /// Up to when outcomes are known; [as the files tell](Outcomes::known_until) where absent.
    pub until: Option<Instant>,
    /// How fields are made of touches; those a training begins with where absent.
    pub recipe: Option<Recipe>,
    /// The label's column and its word for a conversion, beside `no`; `converted`, with 1 and 0, where absent.
    pub target: Option<Target>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// The rows: leads at instants.
    pub snapshots: u64,
    /// Those whose lead converted within the horizon; absent where outcomes are not known.
    pub converted: Option<u64>,
    /// The leads that have a row.
    pub leads: u64,
    /// Leads that have touches, but no row in the outcomes: taken as not converted so far.
    pub without_outcome: u64,
    /// Leads of the outcomes that have no touch.
    pub without_touches: u64,
    /// Leads that have a row, but none in the file of what else is known of leads; 0 where none is given.
    pub unknown: u64,
    /// The instant up to which outcomes are taken as known; absent where none are given.
    pub until: Option<Instant>,
    /// What is in the log.
    pub log: Tally,
    /// What was decided or left out, in sentences for people.
    pub notes: Vec<String>,
}

/// Leads that are worked on at once.
const BATCH: usize = 16_384;
/// Leads that one thread works on before it looks for more.
const PART: usize = 256;

/// Writes the table: lead, `as_of`, the label (only where outcomes are given), then the engagement fields, empty
/// where one is missing, and what else is `known` of the leads. Rows are in the order of leads and time; memory does not grow
/// with their number. `progress` is told how many leads of how many are done.
///
/// ```
/// use sales_ready::train::touches::engage::{Options, engage};
/// use sales_ready::train::touches::log::{self, Log};
/// use sales_ready::model::Looks;
///
/// let text = "lead,at,kind\na,2024-03-04,webinar\na,2024-03-18,webinar\n";
/// let mut log = Log::read(text.as_bytes(), "touches.csv", &log::Options::default(), &mut |_| {})?;
/// let at = sales_ready::Instant::from_millis(1_710_720_000_000);
/// let options = Options {
///     looks: Looks { as_of: Some(at), ..Looks::default() },
///     horizon: "30d".parse()?,
///     until: None,
///     recipe: None,
///     target: None,
/// };
/// let mut table = Vec::new();
/// engage(&mut log, None, None, &options, &mut table, &mut |_, _| {})?;
/// let table = String::from_utf8(table).expect("UTF-8");
/// assert!(table.starts_with("lead,as_of,touches_recent,"));
/// // Two weeks ago, half of a touch is left.
/// assert!(table.lines().nth(1).is_some_and(|row| row.starts_with("a,2024-03-18T00:00:00Z,1.5,")));
/// # Ok::<_, sales_ready::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Io`] where the table can not be written, or a temporary file not be read; [`ErrorKind::MissingField`] where `known`
/// has none of the leads, and as [`Joined::check`], after rows have been written, so write to a file that is thrown away on error.
pub fn engage(
    log: &mut Log,
    outcomes: Option<&Outcomes>,
    known: Option<&KnownLeads>,
    options: &Options,
    target: &mut impl Write,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary> {
    let kinds = log.kinds();
    let usual = || usual_recipe(&candidates(&kinds), &kinds);
    let recipe = options.recipe.clone().unwrap_or_else(usual);
    let known_until =
        outcomes.map(|outcomes| options.until.unwrap_or_else(|| outcomes.known_until(log.tally())));
    // Without outcomes there is none to wait for.
    let until = known_until.or_else(|| {
        let end = options.looks.as_of.or(log.tally().last)?;
        Some(end.plus_days(f64::from(options.horizon.days)))
    });
    let maker = Maker {
        compiled: Compiled::new(&recipe, log.kind_names()),
        outcomes,
        known,
        options,
        until: until.unwrap_or_default(),
    };
    write(target, maker.header(&recipe).as_bytes())?;
    let mut summary = Summary {
        converted: outcomes.map(|_| 0),
        until: known_until,
        log: log.tally().clone(),
        notes: log.notes().to_vec(),
        ..Summary::default()
    };
    summary.notes.extend(outcomes.into_iter().flat_map(Outcomes::notes).cloned());
    summary.notes.extend(known.into_iter().flat_map(KnownLeads::notes).cloned());
    // Leads that nobody touched stand between the others, where their names do.
    let mut untouched = outcomes.into_iter().flat_map(Outcomes::iter).peekable();
    let mut joined = Joined::default();
    let total = log.tally().leads;
    let mut done = 0;
    log.visit(BATCH, &mut |leads: &[Visit<'_>]| {
        let mut all: Vec<Visit<'_>> = Vec::with_capacity(leads.len());
        for lead in leads {
            while let Some((name, _)) = untouched.next_if(|(name, _)| *name < lead.name) {
                all.push(Visit { name, records: &[], touched: false });
            }
            untouched.next_if(|(name, _)| *name == lead.name);
            if let Some(outcomes) = outcomes {
                joined.add(lead.name, outcomes, None);
            }
            all.push(*lead);
        }
        maker.write(&all, target, &mut summary)?;
        done += leads.len() as u64;
        progress(done, total);
        Ok(())
    })?;
    loop {
        let rest = untouched.by_ref().take(BATCH);
        let rest: Vec<Visit<'_>> =
            rest.map(|(name, _)| Visit { name, records: &[], touched: false }).collect();
        if rest.is_empty() {
            break;
        }
        maker.write(&rest, target, &mut summary)?;
    }
    outcomes.map_or(Ok(()), |outcomes| joined.check(outcomes))?;
    target.flush().map_err(unwritable)?;
    known.map_or(Ok(()), |known| summary.check(known))?;
    summary.add_notes();
    Ok(summary)
}

impl Summary {
    /// Checks that what else is known is about a lead of the table at least, and tells of how many it is not.
    fn check(&mut self, known: &KnownLeads) -> Result<()> {
        let file = known.file();
        let own = known.names().next();
        if let (true, Some(own)) = (self.unknown == self.leads && self.leads > 0, own) {
            let message = format!(
                "expected leads of the table, found none of its {}, but such as {}; give leads the same names in all files",
                self.leads,
                quoted(&shorten(own))
            );
            return Err(Error::new(ErrorKind::MissingField, message).at(file, 0, 0));
        }
        if self.unknown > 0 {
            self.notes.push(format!(
                "{} of {} {} not in {file}; what else is known of them is missing",
                self.unknown,
                counted(self.leads, "lead", "leads"),
                if self.unknown == 1 { "is" } else { "are" }
            ));
        }
        Ok(())
    }

    fn add_notes(&mut self) {
        if self.snapshots == 0 {
            self.notes.push("no lead can be looked at with a known outcome, so that the table is a header alone; give a shorter horizon, or check the dates of the outcomes".into());
        }
        self.notes.extend(joined::without_outcome(self.without_outcome));
        self.notes.extend(joined::without_touches(self.without_touches));
    }
}

/// Makes rows of leads.
struct Maker<'a> {
    compiled: Compiled,
    outcomes: Option<&'a Outcomes>,
    known: Option<&'a KnownLeads>,
    options: &'a Options,
    until: Instant,
}

/// The rows of some leads.
#[derive(Default)]
struct Part {
    text: Vec<u8>,
    snapshots: u64,
    converted: u64,
    leads: u64,
    without_outcome: u64,
    without_touches: u64,
    unknown: u64,
}

impl Maker<'_> {
    fn header(&self, recipe: &Recipe) -> String {
        let mut text = b"lead,as_of".to_vec();
        let label = self.options.target.as_ref().map_or("converted", |target| &*target.field);
        let label = self.outcomes.map(|_| label);
        let made = recipe.fields.iter().map(|field| &*field.name);
        for name in label.into_iter().chain(made).chain(self.known.into_iter().flat_map(KnownLeads::columns))
        {
            text.push(b',');
            push_text(&mut text, name);
        }
        text.push(b'\n');
        String::from_utf8_lossy(&text).into_owned()
    }

    fn write(&self, leads: &[Visit<'_>], target: &mut impl Write, summary: &mut Summary) -> Result<()> {
        let parts: Vec<Part> = leads
            .par_chunks(PART)
            .map_init(Scratch::default, |scratch, leads| self.part(leads, scratch))
            .collect();
        for part in parts {
            write(target, &part.text)?;
            summary.snapshots += part.snapshots;
            summary.leads += part.leads;
            summary.without_outcome += part.without_outcome;
            summary.without_touches += part.without_touches;
            summary.unknown += part.unknown;
            if let Some(converted) = &mut summary.converted {
                *converted += part.converted;
            }
        }
        Ok(())
    }

    fn part(&self, leads: &[Visit<'_>], scratch: &mut Scratch) -> Part {
        let mut part = Part::default();
        for lead in leads {
            part.without_touches += u64::from(!lead.touched);
            let lifecycle = self.outcomes.and_then(|outcomes| outcomes.get(lead.name));
            part.without_outcome += u64::from(self.outcomes.is_some() && lifecycle.is_none());
            self.rows(lead, lifecycle.copied().unwrap_or_default(), scratch, &mut part);
        }
        part
    }

    fn rows(&self, lead: &Visit<'_>, lifecycle: Lifecycle, scratch: &mut Scratch, part: &mut Part) {
        let touches: Vec<Instant> =
            lead.records.iter().map(|record| Instant::from_millis(record.at)).collect();
        let Options { looks, horizon, .. } = self.options;
        let snapshots = of_instants(&touches, &lifecycle, looks, *horizon, self.until);
        if snapshots.is_empty() {
            return;
        }
        part.leads += 1;
        part.snapshots += snapshots.len() as u64;
        part.unknown += u64::from(self.known.is_some_and(|known| !known.has(lead.name)));
        self.compiled.look(lead.records, scratch);
        let (yes, no) =
            self.options.target.as_ref().map_or(("1", "0"), |target| (target.positive.first(), "no"));
        for snapshot in snapshots {
            let text = &mut part.text;
            // As it is, although a spreadsheet may take it for a formula: other tables are joined by it.
            push_text(text, lead.name);
            text.push(b',');
            push_instant(text, snapshot.at);
            if self.outcomes.is_some() {
                text.push(b',');
                push_text(text, if snapshot.converted { yes } else { no });
                part.converted += u64::from(snapshot.converted);
            }
            for value in self.compiled.values(snapshot.at, scratch) {
                text.push(b',');
                push_number(text, *value);
            }
            for cell in self.known.into_iter().flat_map(|known| known.cells(lead.name)) {
                text.push(b',');
                push_text(text, cell);
            }
            text.push(b'\n');
        }
    }
}

/// A text as a cell: in quotes where a reader would else take it apart.
fn push_text(line: &mut Vec<u8>, text: &str) {
    let apart = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    if text.bytes().any(apart) {
        line.push(b'"');
        line.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        line.push(b'"');
    } else {
        line.extend_from_slice(text.as_bytes());
    }
}

/// A number with as few digits as tell it from all others; nothing where it is missing.
fn push_number(line: &mut Vec<u8>, number: f64) {
    if number.is_nan() {
        return;
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format(number);
    line.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
}

/// An instant in ISO 8601, in UTC; with milliseconds where there are any.
fn push_instant(line: &mut Vec<u8>, at: Instant) {
    let Some(time) = utc(at) else {
        // Beyond the year 9999: the count itself.
        return push_number(line, at.millis() as f64);
    };
    // Writing to a vector can not fail.
    let _ = write!(line, "{time}Z");
}

fn write(target: &mut impl Write, text: &[u8]) -> Result<()> {
    target.write_all(text).map_err(unwritable)
}

fn unwritable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("could not write the table: {error}")).caused_by(error)
}
