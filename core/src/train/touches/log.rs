//! A touch log (CSV) → histories, lead by lead.
//!
//! A row is a touch. Three columns are needed: `lead`, `at` and `kind`; `side` (marketing, sales), `quantity`, `stage`,
//! `channel` and `agent` may be there. The names that HubSpot, Salesforce, Dynamics 365, Pardot, Mautic and Google
//! Analytics give them are known; others are named in the schema file:
//!
//! ```toml
//! [touches]
//! lead = "customer_id"
//! at = { column = "date", order = "day-month-year" }  # the order, where the column leaves it open
//! kind = { value = "purchase" }                       # all rows are of one kind
//! stage = ""                                          # there is none, whatever the columns are called
//!
//! [touches.kinds]
//! "Webinar attended" = { kind = "webinar", side = "marketing", stage = "interest" }
//! ```
//!
//! Rows may stand in any order. Rows that are equal in every cell are one touch; what programs did is left out
//! ([`bots`]); both are counted in the [`Tally`]. A cell that can not be read is an error with its place.

use std::io::Read;
use std::sync::Arc;

use super::History;
use super::bots::{self, Bots, Mail};
use super::candidates::KindTally;
use super::columns::Source;
use super::names::Names;
use super::rows::{Layout, unmarked};
use super::store::{Gatherer, Record, RunReader, Store};
use super::tally::{Counts, KindCount, Tally};
use super::taxonomy::Taxonomy;
use super::times::{Reading, Times};
use crate::error::{Error, ErrorKind, Result};
use crate::lead::Instant;
use crate::touch::{Kind, Touch};
use crate::train::csv::{self, Reader, Row};
use crate::train::schema::SchemaFile;

/// How a touch log is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// How the file is written.
    pub csv: csv::Options,
    /// What its columns are, in the section `[touches]`.
    pub schema: Option<SchemaFile>,
    /// Whether touches that programs made count all the same.
    pub keep_bots: bool,
    /// How many bytes of memory rows may take; more are spilled to temporary files. Grouping them takes as much again.
    pub memory: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { csv: csv::Options::default(), schema: None, keep_bots: false, memory: 320 << 20 }
    }
}

/// A touch log that has been read: its touches by lead, as often as they are asked for.
pub struct Log {
    leads: Names,
    /// The leads' codes in the order of their names.
    order: Vec<u32>,
    /// The kinds in alphabetical order.
    kinds: Vec<Arc<str>>,
    store: Store,
    tally: Tally,
    notes: Vec<String>,
}

impl Log {
    /// Reads a touch log. `file` is its name in errors; `progress` is told how many bytes have been read.
    ///
    /// ```
    /// use sales_ready::train::touches::log::{Log, Options};
    ///
    /// let text = "lead,at,kind\nb,2024-03-02,Email opened\na,2024-03-01T10:30:00Z,webinar\n".replace("T10:30:00Z", "");
    /// let mut log = Log::read(text.as_bytes(), "touches.csv", &Options::default(), &mut |_| {})?;
    /// let leads = log.histories()?.map(|history| Ok(history?.lead)).collect::<sales_ready::Result<Vec<_>>>()?;
    /// assert_eq!(leads, ["a", "b"]);
    /// assert_eq!(log.tally().kinds[0].kind, "email-open");
    /// # Ok::<_, sales_ready::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where a column that is needed is absent, [`ErrorKind::BadValue`] for a cell that can not
    /// be read or a column of dates that has two readings, and as [`Reader::read_row`].
    pub fn read(
        source: impl Read,
        file: &str,
        options: &Options,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Self> {
        let mut reader = Reader::new(source, file, &options.csv)?;
        let said = options.schema.as_ref().and_then(SchemaFile::touches);
        let layout = Layout::find(file, reader.header(), said)?;
        let order = said.and_then(|said| said.columns.get("at")?.order);
        let mut rows = Rows {
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
            gathered: Gatherer::new(options.memory),
            keep_bots: options.keep_bots,
        };
        let mut row = Row::default();
        let (mut count, mut told) = (0, 0);
        while reader.read_row(&mut row)? {
            count += 1;
            rows.push(&row).map_err(|(place, kind, message)| {
                Error::new(kind, message).at(file, row.line(), place as u64 + 1)
            })?;
            if rows.gathered.is_full() {
                rows.settle(file, reader.header())?;
                rows.gathered.spill(&rows.leads)?;
            }
            let bytes = reader.bytes_read();
            if bytes > told {
                told = bytes;
                progress(bytes);
            }
        }
        if count == 0 {
            let message = "expected touches below the header, found none; export the log again";
            return Err(Error::new(ErrorKind::NoRows, message).at(file, 0, 0));
        }
        rows.settle(file, reader.header())?;
        rows.finish(count, reader.header(), reader.notes())
    }

    /// What is in it.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What was decided or left out, in sentences for people.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The kinds, for the [candidates](super::candidates) of fields.
    pub fn kinds(&self) -> Vec<KindTally> {
        let tally = |count: &KindCount| KindTally {
            kind: Kind { kind: count.kind.clone(), side: count.side, stage: count.stage },
            touches: count.touches,
            leads: count.leads,
        };
        self.tally.kinds.iter().map(tally).collect()
    }

    /// The leads with their touches, in the alphabetical order of the leads, from the first; those whose touches were all
    /// left out have none.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where a temporary file can not be read.
    pub fn histories(&mut self) -> Result<Histories<'_>> {
        let reader = match &mut self.store {
            Store::Memory(_) => None,
            Store::Disk(run) => Some(run.again()?),
        };
        Ok(Histories { log: self, reader, place: 0, records: Vec::new() })
    }
}

/// The histories of a [`Log`].
pub struct Histories<'l> {
    log: &'l Log,
    reader: Option<RunReader>,
    place: usize,
    records: Vec<Record>,
}

impl Iterator for Histories<'_> {
    type Item = Result<History>;

    fn next(&mut self) -> Option<Self::Item> {
        let lead = *self.log.order.get(self.place)?;
        let records = match (&self.log.store, &mut self.reader) {
            (Store::Memory(groups), _) => groups.get(self.place),
            (Store::Disk(_), reader) => {
                self.records.clear();
                let read = reader.as_mut().map_or(Ok(()), |reader| reader.take(lead, &mut self.records));
                if let Err(error) = read {
                    self.place = usize::MAX;
                    return Some(Err(error));
                }
                &self.records
            }
        };
        self.place += 1;
        let touch = |record: &Record| {
            let (side, stage) = unmarked(record.marks);
            Touch {
                at: Instant::from_millis(record.at),
                kind: Arc::clone(&self.log.kinds[usize::from(record.kind)]),
                side,
                quantity: record.quantity,
                stage,
            }
        };
        let touches = records.iter().map(touch).collect();
        Some(Ok(History { lead: self.log.leads.get(lead).to_owned(), touches }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.log.order.len().saturating_sub(self.place);
        (left, Some(left))
    }
}

/// The rows that have been read.
struct Rows {
    layout: Layout,
    times: Times,
    /// Rows of the chunk whose dates have several readings, with one for each order.
    open: Vec<(usize, [i64; 3])>,
    taxonomy: Taxonomy,
    leads: Names,
    /// Kinds as they are written, with their channel.
    written: Names,
    kinds: Names,
    /// For each written kind, its kind.
    codes: Vec<u16>,
    /// For each kind, whether its name is known.
    known: Vec<bool>,
    agents: u64,
    gathered: Gatherer,
    keep_bots: bool,
}

impl Rows {
    fn push(&mut self, row: &Row) -> Result<(), (usize, ErrorKind, String)> {
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
        let written = if channel.is_empty() { kind.clone() } else { format!("{kind}\0{channel}") };
        let many = || {
            (
                place,
                "expected fewer than 65,000 kinds; is this the column that says what a touch was?".to_owned(),
            )
        };
        let code = self.written.code(&written).ok_or_else(many)? as usize;
        if code == self.codes.len() {
            let known = self.taxonomy.find(&kind, &channel);
            let name = known.map_or(&*kind, |known| &*known.kind);
            let kind = self.kinds.code(name).and_then(|code| u16::try_from(code).ok()).ok_or_else(many)?;
            if usize::from(kind) == self.known.len() {
                self.known.push(known.is_some());
            }
            self.known[usize::from(kind)] |= known.is_some();
            self.codes.push(kind);
        }
        Ok(self.codes[code])
    }

    /// Decides on the dates of the chunk that have several readings.
    fn settle(&mut self, file: &str, header: &[String]) -> Result<()> {
        let Some(order) = self.times.order() else {
            let place = self.layout.at;
            let (message, line) = self.times.ask("at", &header[place]);
            return Err(Error::new(ErrorKind::BadValue, message).at(file, line, place as u64 + 1));
        };
        let records = self.gathered.records_mut();
        for (row, millis) in self.open.drain(..) {
            records[row].at = millis[order as usize];
        }
        Ok(())
    }

    fn finish(self, rows: u64, header: &[String], mut notes: Vec<String>) -> Result<Log> {
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
        let tally = Tally {
            rows,
            touches: counts.kinds.iter().map(|(touches, _)| touches).sum(),
            leads: self.leads.len() as u64,
            first: counts.period.map(|(first, _)| Instant::from_millis(first)),
            last: counts.period.map(|(_, last)| Instant::from_millis(last)),
            kinds,
            duplicates: counts.duplicates,
            bots: Bots { agents: self.agents, ..counts.bots },
            bots_kept: keep_bots,
        };
        notes.extend(self.layout.notes(header));
        notes.extend(self.times.notes());
        notes.extend(tally.notes(rules));
        Ok(Log {
            leads: self.leads,
            order: order_of_leads,
            kinds: order.iter().map(|code| self.kinds.get(*code).into()).collect(),
            store,
            tally,
            notes,
        })
    }
}
