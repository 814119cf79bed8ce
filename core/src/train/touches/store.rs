//! Rows in any order → the touches of one lead after another, in bounded memory.
//!
//! A row is 28 bytes. They are gathered in a chunk of a stated size; a full one is grouped by lead and spilled to a
//! temporary file, and the files are merged lead by lead. A log that fits into one chunk never touches the disk. Leads
//! are put in the order of their names, which does not depend on that of the rows.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::AddAssign;

use rayon::prelude::*;

use super::names::Names;
use crate::error::{Error, ErrorKind, Result};

/// What is kept of a row, but for its lead.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Record {
    /// Milliseconds since 1970.
    pub(super) at: i64,
    pub(super) quantity: f64,
    /// A code of the dictionary of kinds.
    pub(super) kind: u16,
    /// Side and stage, in one number.
    pub(super) marks: u16,
    /// A hash of all cells that are not otherwise kept: rows that differ there are no duplicates.
    pub(super) rest: u32,
}

/// What a record is in a file.
const BYTES: usize = 24;
/// What a row takes in memory: its record and its lead.
const ROW_BYTES: usize = size_of::<Record>() + size_of::<u32>();

impl Record {
    /// In the order of time, then in that of the codes of kinds. Records that are equal are the same touch, twice.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let key = |record: &Self| (record.at, record.kind, record.marks);
        key(self)
            .cmp(&key(other))
            .then_with(|| self.quantity.total_cmp(&other.quantity))
            .then_with(|| self.rest.cmp(&other.rest))
    }

    fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[..8].copy_from_slice(&self.at.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.quantity.to_bits().to_le_bytes());
        bytes[16..18].copy_from_slice(&self.kind.to_le_bytes());
        bytes[18..20].copy_from_slice(&self.marks.to_le_bytes());
        bytes[20..].copy_from_slice(&self.rest.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self {
            at: i64::from_le_bytes(part(&bytes, 0)),
            quantity: f64::from_bits(u64::from_le_bytes(part(&bytes, 8))),
            kind: u16::from_le_bytes(part(&bytes, 16)),
            marks: u16::from_le_bytes(part(&bytes, 18)),
            rest: u32::from_le_bytes(part(&bytes, 20)),
        }
    }
}

fn part<const N: usize>(bytes: &[u8; BYTES], start: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[start..start + N]);
    part
}

/// Puts the records of one lead right: sorts them, drops what is too much, and counts what it does.
pub(super) type Clean<'c, T> = dyn Fn(&mut Vec<Record>, &mut T) + Sync + 'c;

/// Gathers rows.
pub(super) struct Gatherer {
    leads: Vec<u32>,
    records: Vec<Record>,
    most: usize,
    runs: Vec<Run>,
}

impl Gatherer {
    /// `memory` is how many bytes the rows of a chunk may take.
    pub(super) fn new(memory: usize) -> Self {
        Self { leads: Vec::new(), records: Vec::new(), most: (memory / ROW_BYTES).max(1), runs: Vec::new() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.leads.len() >= self.most
    }

    pub(super) fn push(&mut self, lead: u32, record: Record) {
        self.leads.push(lead);
        self.records.push(record);
    }

    /// The records of the chunk.
    pub(super) fn records_mut(&mut self) -> &mut [Record] {
        &mut self.records
    }

    /// How many rows are in the chunk.
    pub(super) fn len(&self) -> usize {
        self.leads.len()
    }

    /// Spills the chunk to a temporary file.
    pub(super) fn spill(&mut self, names: &Names) -> Result<()> {
        let order = names.order();
        let groups = Groups::of(&self.leads, &self.records, names.len(), &order);
        let mut run = Run::create()?;
        for (lead, records) in order.iter().zip(groups.iter()) {
            run.write(*lead, records)?;
        }
        self.runs.push(run);
        self.leads.clear();
        self.records.clear();
        Ok(())
    }

    /// The rows of each lead together, put right; `kinds` has the code to put in the place of each kind's.
    pub(super) fn grouped<T: Default + Send + AddAssign>(
        mut self,
        names: &Names,
        kinds: &[u16],
        clean: &Clean<'_, T>,
    ) -> Result<(Vec<u32>, Store, T)> {
        let order = names.order();
        if self.runs.is_empty() {
            let Self { leads, mut records, .. } = self;
            records.par_iter_mut().for_each(|record| record.kind = kinds[usize::from(record.kind)]);
            let mut groups = Groups::of(&leads, &records, names.len(), &order);
            drop((leads, records));
            let counts = groups.clean(clean);
            return Ok((order, Store::Memory(groups), counts));
        }
        if !self.leads.is_empty() {
            self.spill(names)?;
        }
        drop((self.leads, self.records));
        let mut runs = self.runs.into_iter().map(Run::reader).collect::<Result<Vec<RunReader>>>()?;
        let mut merged = Run::create()?;
        let mut batch: Vec<(u32, Vec<Record>)> = Vec::new();
        let (mut held, mut counted) = (0, T::default());
        for (place, lead) in order.iter().enumerate() {
            let mut records = Vec::new();
            for run in &mut runs {
                run.take(*lead, &mut records)?;
            }
            held += records.len();
            batch.push((*lead, records));
            if held < BATCH && place + 1 < order.len() {
                continue;
            }
            let put_right = |(_, records): &mut (u32, Vec<Record>)| {
                for record in records.iter_mut() {
                    record.kind = kinds[usize::from(record.kind)];
                }
                let mut counts = T::default();
                clean(records, &mut counts);
                counts
            };
            let all: Vec<T> = batch.par_iter_mut().map(put_right).collect();
            for counts in all {
                counted += counts;
            }
            for (lead, records) in batch.drain(..) {
                merged.write(lead, &records)?;
            }
            held = 0;
        }
        Ok((order, Store::Disk(merged), counted))
    }
}

/// So many records are put right at once.
const BATCH: usize = 1 << 16;

/// All touches, lead by lead, in the order of the leads' names.
pub(super) enum Store {
    Memory(Groups),
    Disk(Run),
}

/// Records grouped by lead.
pub(super) struct Groups {
    records: Vec<Record>,
    /// Where each lead's records begin, and how many there are.
    spans: Vec<(usize, usize)>,
}

impl Groups {
    /// Groups rows by a counting sort: two sweeps, whatever their number.
    fn of(leads: &[u32], records: &[Record], known: usize, order: &[u32]) -> Self {
        let mut next = vec![0_usize; known];
        for lead in leads {
            next[*lead as usize] += 1;
        }
        let mut spans = Vec::with_capacity(known);
        let mut start = 0;
        for lead in order {
            let count = std::mem::replace(&mut next[*lead as usize], start);
            spans.push((start, count));
            start += count;
        }
        let mut grouped = vec![Record::default(); records.len()];
        for (lead, record) in leads.iter().zip(records) {
            let place = &mut next[*lead as usize];
            grouped[*place] = *record;
            *place += 1;
        }
        Self { records: grouped, spans }
    }

    fn iter(&self) -> impl Iterator<Item = &[Record]> {
        (0..self.spans.len()).map(|place| self.get(place))
    }

    /// The records of the lead at a place of the order.
    pub(super) fn get(&self, place: usize) -> &[Record] {
        let (start, count) = self.spans[place];
        &self.records[start..start + count]
    }

    fn clean<T: Default + Send + AddAssign>(&mut self, clean: &Clean<'_, T>) -> T {
        /// Leads that one thread puts right before it looks for more.
        const TOGETHER: usize = 1024;
        let mut rest = &mut self.records[..];
        let mut parts = Vec::new();
        for spans in self.spans.chunks_mut(TOGETHER) {
            let count = spans.iter().map(|(_, count)| count).sum();
            let (part, behind) = std::mem::take(&mut rest).split_at_mut(count);
            rest = behind;
            parts.push((part, spans));
        }
        let all: Vec<T> = parts
            .into_par_iter()
            .map_init(Vec::new, |group, (part, spans)| {
                let first = spans.first().map_or(0, |(start, _)| *start);
                let mut counts = T::default();
                for (start, count) in spans {
                    let place = *start - first;
                    group.clear();
                    group.extend_from_slice(&part[place..place + *count]);
                    clean(group, &mut counts);
                    // What was dropped leaves a gap.
                    *count = group.len();
                    part[place..place + *count].copy_from_slice(group);
                }
                counts
            })
            .collect();
        let mut counted = T::default();
        for counts in all {
            counted += counts;
        }
        counted
    }
}

/// Leads with their records in a temporary file, which goes when this is dropped.
pub(super) struct Run {
    file: BufWriter<File>,
}

impl Run {
    fn create() -> Result<Self> {
        let file = tempfile::tempfile().map_err(|error| failed("create", error))?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file) })
    }

    fn write(&mut self, lead: u32, records: &[Record]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let head = u64::from(lead) << 32 | records.len() as u64;
        let mut written = self.file.write_all(&head.to_le_bytes());
        for record in records {
            written = written.and_then(|()| self.file.write_all(&record.to_bytes()));
        }
        written.map_err(|error| failed("write", error))
    }

    fn reader(self) -> Result<RunReader> {
        let file = self.file.into_inner().map_err(|error| failed("write", error.into_error()))?;
        RunReader::new(file)
    }

    /// Reads the file from its beginning; several readers must take turns.
    pub(super) fn again(&mut self) -> Result<RunReader> {
        self.file.flush().map_err(|error| failed("write", error))?;
        let file = self.file.get_ref().try_clone().map_err(|error| failed("read", error))?;
        RunReader::new(file)
    }
}

/// Reads a [`Run`].
pub(super) struct RunReader {
    file: BufReader<File>,
    /// The lead whose records are next.
    next: Option<u32>,
    count: usize,
}

impl RunReader {
    fn new(mut file: File) -> Result<Self> {
        file.seek(SeekFrom::Start(0)).map_err(|error| failed("read", error))?;
        let mut reader = Self { file: BufReader::with_capacity(BUFFER, file), next: None, count: 0 };
        reader.head()?;
        Ok(reader)
    }

    fn head(&mut self) -> Result<()> {
        let mut bytes = [0; 8];
        match self.file.read_exact(&mut bytes) {
            Ok(()) => {
                let head = u64::from_le_bytes(bytes);
                self.next = Some((head >> 32) as u32);
                self.count = (head & u64::from(u32::MAX)) as usize;
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.next = None;
                Ok(())
            }
            Err(error) => Err(failed("read", error)),
        }
    }

    /// The records of a lead, if it is the next.
    pub(super) fn take(&mut self, lead: u32, records: &mut Vec<Record>) -> Result<()> {
        if self.next != Some(lead) {
            return Ok(());
        }
        let mut bytes = [0; BYTES];
        for _ in 0..self.count {
            self.file.read_exact(&mut bytes).map_err(|error| failed("read", error))?;
            records.push(Record::from_bytes(bytes));
        }
        self.head()
    }
}

/// Bytes that are read or written at once.
const BUFFER: usize = 1 << 18;

fn failed(what: &str, error: io::Error) -> Error {
    let message = format!(
        "could not {what} a temporary file for a log that is larger than the memory it may take: {error}; make room in the folder for temporary files, or allow more memory"
    );
    Error::new(ErrorKind::Io, message).caused_by(error).at(std::env::temp_dir().display().to_string(), 0, 0)
}
