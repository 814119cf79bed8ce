//! The rows of a log that have been read, and what becomes of them: spilled, grouped, put right and counted.

use std::sync::Arc;

use super::bots::{self, Bots, Mail};
use super::columns::Source;
use super::names::Names;
use super::rows::Layout;
use super::store::{Gatherer, Record, Store};
use super::tally::{Counts, KindCount, Tally};
use super::taxonomy::Taxonomy;
use super::times::{Reading, Times};
use crate::error::{Error, ErrorKind, Result};
use crate::lead::Instant;
use crate::train::csv::Row;
use crate::train::schema::{DateOrder, TouchColumns};

/// A kind with its channel, as one text. No reader gives out the sign between them: a file that has it is none.
pub(super) fn written(kind: &str, channel: &str) -> String {
    if channel.is_empty() { kind.to_owned() } else { format!("{kind}\0{channel}") }
}

/// The rows that have been read.
pub(super) struct Rows {
    file: String,
    pub(super) layout: Layout,
    pub(super) times: Times,
    /// Rows of the chunk whose dates have several readings, with one for each order.
    open: Vec<(usize, [i64; 3])>,
    taxonomy: Taxonomy,
    pub(super) leads: Names,
    /// Kinds as they are written, with their channel.
    written: Names,
    kinds: Names,
    /// For each written kind, its kind.
    codes: Vec<u16>,
    /// For each kind, whether its name is known.
    known: Vec<bool>,
    pub(super) agents: u64,
    pub(super) gathered: Gatherer,
    pub(super) keep_bots: bool,
}

/// A log by lead.
pub(super) struct Gathered {
    pub(super) leads: Names,
    /// The leads' codes in the order of their names.
    pub(super) order: Vec<u32>,
    /// The kinds in alphabetical order.
    pub(super) kinds: Vec<Arc<str>>,
    pub(super) store: Store,
    pub(super) tally: Tally,
    /// What was decided or left out, in sentences for people.
    pub(super) notes: Vec<String>,
}

impl Rows {
    /// None yet. `order` is that of dates, where the schema file says it.
    pub(super) fn new(
        file: &str,
        layout: Layout,
        said: Option<&TouchColumns>,
        order: Option<DateOrder>,
        memory: usize,
        keep_bots: bool,
    ) -> Self {
        Self {
            file: file.to_owned(),
            layout,
            times: Times::new(order),
            open: Vec::new(),
            taxonomy: Taxonomy::shipped().with(said),
            leads: Names::default(),
            written: Names::default(),
            kinds: Names::default(),
            codes: Vec::new(),
            known: Vec::new(),
            agents: 0,
            gathered: Gatherer::new(memory),
            keep_bots,
        }
    }

    pub(super) fn push(&mut self, row: &Row) -> Result<(), (usize, ErrorKind, String)> {
        let bad = |(place, message): (usize, String)| (place, ErrorKind::BadValue, message);
        let Layout { lead, at, agent, .. } = self.layout;
        let name = row.cell(lead).trim();
        if name.is_empty() {
            let message = "expected a lead, found nothing; say who was touched, or remove the touches of visitors that are no leads";
            return Err(bad((lead, message.into())));
        }
        let code = self.leads.code(name);
        let code = code.ok_or_else(|| bad((lead, "expected fewer than 4 billion leads".into())))?;
        let text = row.cell(at).trim();
        let reading = self.times.read(text, row.line()).map_err(|message| bad((at, message)))?;
        let record = Record {
            at: match reading {
                Reading::One(millis) => millis,
                Reading::Open(millis) => millis[0],
            },
            quantity: self.layout.quantity(row).map_err(bad)?,
            kind: self.kind(row).map_err(bad)?,
            marks: self.layout.marks(row).map_err(bad)?,
            rest: self.layout.rest(row),
        };
        if agent.is_some_and(|agent| bots::is_scanner(row.cell(agent))) {
            self.agents += 1;
            if !self.keep_bots {
                return Ok(());
            }
        }
        if let Reading::Open(millis) = reading {
            self.open.push((self.gathered.len(), millis));
        }
        self.gathered.push(code, record);
        Ok(())
    }

    /// The code of a row's kind.
    fn kind(&mut self, row: &Row) -> Result<u16, (usize, String)> {
        let text = |source: &'_ Source| match source {
            Source::Column(place) => (*place, row.cell(*place).trim().to_owned()),
            Source::Value(value) => (0, value.clone()),
        };
        let (place, kind) = text(&self.layout.kind);
        if kind.is_empty() {
            return Err((
                place,
                "expected what the touch was, found nothing; name its kind, or remove the row".into(),
            ));
        }
        let channel = self.layout.channel.as_ref().map_or_else(String::new, |channel| text(channel).1);
        self.kind_of(&written(&kind, &channel)).map_err(|message| (place, message))
    }

    /// The code of a kind that is [`written`] so.
    pub(super) fn kind_of(&mut self, written: &str) -> Result<u16, String> {
        let many =
            || "expected fewer than 65,000 kinds; is this the column that says what a touch was?".to_owned();
        let code = self.written.code(written).ok_or_else(many)? as usize;
        if code == self.codes.len() {
            let (kind, channel) = written.split_once('\0').unwrap_or((written, ""));
            let known = self.taxonomy.find(kind, channel);
            let name = known.map_or(kind, |known| &*known.kind);
            let kind = self.kinds.code(name).and_then(|code| u16::try_from(code).ok()).ok_or_else(many)?;
            if usize::from(kind) == self.known.len() {
                self.known.push(false);
            }
            self.known[usize::from(kind)] |= known.is_some();
            self.codes.push(kind);
        }
        Ok(self.codes[code])
    }

    /// An error somewhere behind a line.
    pub(super) fn misfit(&self, line: u64, message: String) -> Error {
        Error::new(ErrorKind::BadValue, message).at(&self.file, line, 0)
    }

    /// Decides on the dates of the chunk that have several readings.
    pub(super) fn settle(&mut self, header: &[String]) -> Result<()> {
        let Some(order) = self.times.order() else {
            let place = self.layout.at;
            let (message, line) = self.times.ask("at", &header[place]);
            return Err(Error::new(ErrorKind::BadValue, message).at(&self.file, line, place as u64 + 1));
        };
        let records = self.gathered.records_mut();
        for (row, millis) in self.open.drain(..) {
            records[row].at = millis[order as usize];
        }
        Ok(())
    }

    pub(super) fn finish(self, rows: u64, header: &[String], mut notes: Vec<String>) -> Result<Gathered> {
        let order = self.kinds.order();
        let mut ranks = vec![0_u16; order.len()];
        for (rank, code) in (0_u16..).zip(&order) {
            ranks[*code as usize] = rank;
        }
        let mails: Vec<Mail> = order.iter().map(|code| Mail::of(self.kinds.get(*code))).collect();
        let mut kinds: Vec<KindCount> = order
            .iter()
            .map(|code| {
                let name = self.kinds.get(*code);
                let said = self.taxonomy.of_kind(name);
                KindCount {
                    kind: name.to_owned(),
                    touches: 0,
                    leads: 0,
                    known: self.known[*code as usize],
                    side: said.as_ref().and_then(|kind| kind.side),
                    stage: said.as_ref().and_then(|kind| kind.stage),
                }
            })
            .collect();
        let rules = self.times.has_seconds();
        let keep_bots = self.keep_bots;
        let clean = |records: &mut Vec<Record>, counts: &mut Counts| {
            counts.put_right(records, &mails, rules, keep_bots);
        };
        let (order_of_leads, store, counts) = self.gathered.grouped(&self.leads, &ranks, &clean)?;
        for (kind, (touches, leads)) in kinds.iter_mut().zip(&counts.kinds) {
            (kind.touches, kind.leads) = (*touches, *leads);
        }
        // All touches of a kind may have been left out.
        kinds.retain(|kind| kind.touches > 0);
        let touches = counts.kinds.iter().map(|(touches, _)| touches).sum();
        let tally = Tally {
            rows,
            touches,
            leads: self.leads.len() as u64,
            first: counts.period.map(|(first, _)| Instant::from_millis(first)),
            last: counts.period.map(|(_, last)| Instant::from_millis(last)),
            late: counts.late(),
            kinds,
            duplicates: counts.duplicates,
            bots: Bots { agents: self.agents, ..counts.bots },
            bots_kept: keep_bots,
        };
        notes.extend(self.layout.notes(header));
        notes.extend(self.times.notes());
        notes.extend(tally.notes(rules));
        Ok(Gathered {
            leads: self.leads,
            order: order_of_leads,
            kinds: order.iter().map(|code| self.kinds.get(*code).into()).collect(),
            store,
            tally,
            notes,
        })
    }
}
