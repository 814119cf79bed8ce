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
//! ([`bots`](super::bots)); both are counted in the [`Tally`]. A cell that can not be read is an error with its place.

use std::fmt;
use std::io::Read;
use std::sync::Arc;

use super::History;
use super::candidates::KindTally;
use super::gather::{Gathered, Rows};
use super::quick;
use super::rows::{Layout, unmarked};
use super::store::{Record, RunReader, Store};
use super::tally::{KindCount, Tally};
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
pub struct Log(Gathered);

impl Log {
    /// Reads a touch log. `file` is its name in errors; `progress` is told how many bytes have been read.
    ///
    /// ```
    /// use sales_ready::train::touches::log::{Log, Options};
    ///
    /// let text = "lead,at,kind\nb,2024-03-02,Email opened\na,2024-03-01,webinar\n";
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
        let reader = Reader::new(source, file, &options.csv)?;
        let said = options.schema.as_ref().and_then(SchemaFile::touches);
        let layout = Layout::find(file, reader.header(), said)?;
        let order = said.and_then(|said| said.columns.get("at")?.order);
        let mut rows = Rows::new(file, layout, said, order, options.memory, options.keep_bots);
        let (mut count, mut reader) = quick::read(reader, &mut rows, progress)?;
        let mut row = Row::default();
        let mut told = 0;
        while reader.read_row(&mut row)? {
            count += 1;
            rows.push(&row).map_err(|(place, kind, message)| {
                Error::new(kind, message).at(file, row.line(), place as u64 + 1)
            })?;
            if rows.gathered.is_full() {
                rows.settle(reader.header())?;
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
        rows.settle(reader.header())?;
        rows.finish(count, reader.header(), reader.notes()).map(Self)
    }

    /// What is in it.
    pub fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// What was decided or left out, in sentences for people.
    pub fn notes(&self) -> &[String] {
        &self.0.notes
    }

    /// The kinds, for the [candidates](super::candidates) of fields.
    pub fn kinds(&self) -> Vec<KindTally> {
        let tally = |count: &KindCount| KindTally {
            kind: Kind { kind: count.kind.clone(), side: count.side, stage: count.stage },
            touches: count.touches,
            leads: count.leads,
        };
        self.0.tally.kinds.iter().map(tally).collect()
    }

    /// The names of the kinds, by their codes.
    pub(super) fn kind_names(&self) -> &[Arc<str>] {
        &self.0.kinds
    }

    /// Shows all leads in their order, so many at once.
    pub(super) fn visit(
        &mut self,
        batch: usize,
        see: &mut dyn FnMut(&[Visit<'_>]) -> Result<()>,
    ) -> Result<()> {
        let Gathered { leads, order, store, .. } = &mut self.0;
        let visit = |place: usize| leads.get(order[place]);
        match store {
            Store::Memory(groups) => {
                for start in (0..order.len()).step_by(batch) {
                    let places = start..order.len().min(start + batch);
                    let seen: Vec<Visit<'_>> = places
                        .map(|place| Visit { name: visit(place), records: groups.get(place), touched: true })
                        .collect();
                    see(&seen)?;
                }
            }
            Store::Disk(run) => {
                let mut reader = run.again()?;
                let mut records = vec![Vec::new(); batch];
                for start in (0..order.len()).step_by(batch) {
                    let places = start..order.len().min(start + batch);
                    for (records, place) in records.iter_mut().zip(places.clone()) {
                        records.clear();
                        reader.take(order[place], records)?;
                    }
                    let seen: Vec<Visit<'_>> = places
                        .zip(&records)
                        .map(|(place, records)| Visit { name: visit(place), records, touched: true })
                        .collect();
                    see(&seen)?;
                }
            }
        }
        Ok(())
    }

    /// The leads with their touches, in the alphabetical order of the leads, from the first; those whose touches were all
    /// left out have none.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where a temporary file can not be read.
    pub fn histories(&mut self) -> Result<Histories<'_>> {
        let reader = match &mut self.0.store {
            Store::Memory(_) => None,
            Store::Disk(run) => Some(run.again()?),
        };
        Ok(Histories { log: &self.0, reader, place: 0, records: Vec::new() })
    }
}

/// A lead with what is kept of its touches.
#[derive(Clone, Copy)]
pub(super) struct Visit<'v> {
    pub(super) name: &'v str,
    /// In order.
    pub(super) records: &'v [Record],
    /// Whether the log has the lead.
    pub(super) touched: bool,
}

/// The histories of a [`Log`].
pub struct Histories<'l> {
    log: &'l Gathered,
    reader: Option<RunReader>,
    place: usize,
    records: Vec<Record>,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("leads", &self.0.order.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Histories<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.log.order.len().saturating_sub(self.place);
        f.debug_struct("Histories").field("left", &left).finish_non_exhaustive()
    }
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
