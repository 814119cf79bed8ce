//! The rows of a plain log, taken apart by several threads while those before them are gathered.
//!
//! Whatever is not as in most logs (a quote, a date in another way, a cell that is none) ends the quick way, and the rows
//! are read again with care; so both say the same, errors included.

use std::hash::BuildHasher;
use std::io::Read;

use hashbrown::DefaultHashBuilder;
use rayon::prelude::*;

use super::bots;
use super::columns::Source;
use super::gather::{Rows, written};
use super::names::Names;
use super::rows::{Cells, Layout};
use super::store::Record;
use super::times;
use crate::error::Result;
use crate::train::csv::{Batch, Plain, Reader};

/// Bytes of text that one thread takes apart before it looks for more.
const PART: usize = 256 << 10;

/// A row that is understood but for its lead.
struct Parsed {
    record: Record,
    /// Where the lead stands in the text.
    start: u32,
    length: u32,
    hash: u64,
}

/// Rows that stand together.
#[derive(Default)]
struct Part {
    rows: Vec<Parsed>,
    /// Kinds as they are written, with their channel.
    kinds: Names,
    /// Whether times name a zone, and the first line; `None` without a row.
    zoned: Option<bool>,
    seconds: bool,
    agents: u64,
    /// Leads of rows that are left out: they are leads all the same.
    left_out: Vec<(u32, u32)>,
}

/// The cells of a line.
struct Line<'t> {
    text: &'t str,
    /// Where cells end.
    ends: &'t [usize],
}

impl Cells for Line<'_> {
    fn cell(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends[place - 1] + 1 };
        &self.text[start..self.ends[place]]
    }
}

/// Gathers the rows of a file as long as it is plain. Returns how many there were, and a reader of the rest.
pub(super) fn read<R: Read>(
    reader: Reader<R>,
    rows: &mut Rows,
    progress: &mut dyn FnMut(u64),
) -> Result<(u64, Reader<R>)> {
    let mut plain = match Plain::new(reader) {
        Ok(plain) => plain,
        Err(reader) => return Ok((0, *reader)),
    };
    let mut count = 0;
    let mut zoned = None;
    let mut understood: Option<(Batch, Vec<Part>)> = None;
    loop {
        let batch = plain.lines();
        progress(plain.bytes_read());
        let taker = Taker {
            layout: &rows.layout.clone(),
            hasher: rows.leads.hasher(),
            delimiter: plain.delimiter().byte(),
            width: plain.header().len(),
            keep_bots: rows.keep_bots,
        };
        let before = understood.take();
        let (parts, gathered) = rayon::join(
            || batch.as_ref().and_then(|batch| taker.parts(&batch.text)),
            || before.map_or(Ok(0), |(batch, parts)| rows.gather(&batch, parts)),
        );
        count += gathered?;
        let Some(batch) = batch else {
            return Ok((count, plain.into_reader(Vec::new())));
        };
        let alike = |part: &Part| part.zoned.is_none() || *zoned.get_or_insert(part.zoned) == part.zoned;
        match parts.filter(|parts| parts.iter().all(alike)) {
            Some(parts) => understood = Some((batch, parts)),
            None => return Ok((count, plain.into_reader(vec![batch]))),
        }
    }
}

impl Rows {
    /// Gathers rows that have been taken apart.
    fn gather(&mut self, batch: &Batch, parts: Vec<Part>) -> Result<u64> {
        let mut count = 0;
        for part in parts {
            if let Some(zoned) = part.zoned {
                self.times.take_all(zoned, part.seconds, batch.line);
            }
            let mut kinds = Vec::with_capacity(part.kinds.len());
            for code in 0..part.kinds.len() as u32 {
                kinds.push(
                    self.kind_of(part.kinds.get(code)).map_err(|message| self.misfit(batch.line, message))?,
                );
            }
            let many = || "expected fewer than 4 billion leads".to_owned();
            for row in &part.rows {
                let start = row.start as usize;
                let lead = &batch.text[start..start + row.length as usize];
                let Some(lead) = self.leads.code_of(lead, row.hash) else {
                    return Err(self.misfit(batch.line, many()));
                };
                let kind = kinds[usize::from(row.record.kind)];
                self.gathered.push(lead, Record { kind, ..row.record });
            }
            for (start, length) in &part.left_out {
                let start = *start as usize;
                if self.leads.code(&batch.text[start..start + *length as usize]).is_none() {
                    return Err(self.misfit(batch.line, many()));
                }
            }
            count += (part.rows.len() + part.left_out.len()) as u64;
            self.agents += part.agents;
            if self.gathered.is_full() {
                self.gathered.spill(&self.leads)?;
            }
        }
        Ok(count)
    }
}

/// Takes text apart.
struct Taker<'l> {
    layout: &'l Layout,
    hasher: DefaultHashBuilder,
    delimiter: u8,
    width: usize,
    keep_bots: bool,
}

impl Taker<'_> {
    /// All rows of a text, or nothing where something is not plain.
    fn parts(&self, text: &str) -> Option<Vec<Part>> {
        let mut pieces = Vec::new();
        let mut start = 0;
        while start < text.len() {
            let wanted = (start + PART).min(text.len());
            let behind = text.as_bytes()[wanted..].iter().position(|byte| *byte == b'\n');
            let end = behind.map_or(text.len(), |place| wanted + place + 1);
            pieces.push((start, &text[start..end]));
            start = end;
        }
        pieces.into_par_iter().map(|(start, piece)| self.part(start, piece)).collect()
    }

    fn part(&self, offset: usize, text: &str) -> Option<Part> {
        let mut part = Part { rows: Vec::with_capacity(text.len() / 32), ..Part::default() };
        let bytes = text.as_bytes();
        let mut ends = Vec::with_capacity(self.width);
        let mut start = 0;
        while start < bytes.len() {
            ends.clear();
            let mut place = start;
            let end = loop {
                match bytes.get(place) {
                    None | Some(b'\n') => break place,
                    Some(byte) if *byte == self.delimiter => ends.push(place - start),
                    // Only before a line feed.
                    Some(b'\r') if bytes.get(place + 1) != Some(&b'\n') => return None,
                    Some(_) => {}
                }
                place += 1;
            };
            let last = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
            ends.push(last - start);
            if ends.len() != self.width {
                return None;
            }
            self.row(offset + start, &Line { text: &text[start..end], ends: &ends }, &mut part)?;
            start = end + 1;
        }
        Some(part)
    }

    fn row(&self, offset: usize, line: &Line<'_>, part: &mut Part) -> Option<()> {
        let cell = line.cell(self.layout.lead);
        let lead = cell.trim();
        if lead.is_empty() {
            return None;
        }
        let within = lead.as_ptr().addr() - line.text.as_ptr().addr();
        let place = (u32::try_from(offset + within).ok()?, u32::try_from(lead.len()).ok()?);
        let stamp = times::plain(line.cell(self.layout.at).trim())?;
        if *part.zoned.get_or_insert(stamp.zoned) != stamp.zoned {
            return None;
        }
        part.seconds |= times::tells_seconds(stamp.millis);
        let record = Record {
            at: stamp.millis,
            quantity: self.layout.quantity(line).ok()?,
            kind: self.kind(line, &mut part.kinds)?,
            marks: self.layout.marks(line).ok()?,
            rest: self.layout.rest(line),
        };
        if self.layout.agent.is_some_and(|agent| bots::is_scanner(line.cell(agent))) {
            part.agents += 1;
            if !self.keep_bots {
                part.left_out.push(place);
                return Some(());
            }
        }
        let hash = self.hasher.hash_one(lead.as_bytes());
        part.rows.push(Parsed { record, start: place.0, length: place.1, hash });
        Some(())
    }

    fn kind(&self, line: &Line<'_>, kinds: &mut Names) -> Option<u16> {
        let of = |source: &Source| -> Option<String> {
            match source {
                Source::Column(place) => Some(line.cell(*place).trim().to_owned()),
                Source::Value(value) => Some(value.clone()),
            }
        };
        let code = match (&self.layout.kind, &self.layout.channel) {
            (Source::Column(place), None) => {
                let kind = line.cell(*place).trim();
                (!kind.is_empty()).then(|| kinds.code(kind))?
            }
            (kind, channel) => {
                let (kind, channel) = (of(kind)?, channel.as_ref().map_or(Some(String::new()), of)?);
                (!kind.is_empty()).then(|| kinds.code(&written(&kind, &channel)))?
            }
        };
        u16::try_from(code?).ok()
    }
}
