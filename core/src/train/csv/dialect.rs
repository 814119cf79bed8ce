//! Which sign separates the cells.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::train::csv::decode::line_feeds;

/// What is tried where nobody says it.
const CANDIDATES: [Delimiter; 4] = [Delimiter::COMMA, Delimiter::SEMICOLON, Delimiter::TAB, Delimiter::PIPE];

/// The sign between cells: any ASCII sign but a quote or a line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiter(u8);

impl Delimiter {
    /// `,`
    pub const COMMA: Self = Self(b',');
    /// `;`
    pub const SEMICOLON: Self = Self(b';');
    /// The tabulator.
    pub const TAB: Self = Self(b'\t');
    /// `|`
    pub const PIPE: Self = Self(b'|');

    /// The sign as a byte.
    pub fn byte(self) -> u8 {
        self.0
    }

    /// What people call the sign.
    pub fn name(self) -> String {
        match self.0 {
            b',' => "commas".into(),
            b';' => "semicolons".into(),
            b'\t' => "tabs".into(),
            b'|' => "pipes".into(),
            other => format!("{:?}", char::from(other)),
        }
    }
}

impl FromStr for Delimiter {
    type Err = Error;

    /// Reads a delimiter as it is given on a command line: the sign itself, or `tab`.
    fn from_str(text: &str) -> Result<Self> {
        match text.as_bytes() {
            b"tab" | b"\\t" => Ok(Self::TAB),
            // What numbers and words are made of can not stand between them.
            [sign]
                if sign.is_ascii()
                    && !sign.is_ascii_alphanumeric()
                    && !matches!(sign, b'"' | b'\r' | b'\n' | 0 | b'+' | b'-' | b'.') =>
            {
                Ok(Self(*sign))
            }
            _ => Err(Error::new(
                ErrorKind::BadOption,
                format!(
                    "expected one sign as delimiter, such as ';' or 'tab', found {text}",
                    text = quoted(text)
                ),
            )),
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::TAB { f.write_str("tab") } else { write!(f, "{}", char::from(self.0)) }
    }
}

/// The delimiter that a first line of its own names, as Excel has it: `sep=;`. Programs also write it in quotes, or with
/// blanks or further delimiters behind it.
pub(super) fn said(first: &[u8]) -> Option<Delimiter> {
    let line = std::str::from_utf8(first.split(|byte| matches!(byte, b'\r' | b'\n')).next()?).ok()?;
    let (line, behind) = match line.strip_prefix('"') {
        Some(line) => line.split_once('"')?,
        None => (line, ""),
    };
    let (key, said) = line.split_at_checked(4)?;
    if !key.eq_ignore_ascii_case("sep=") {
        return None;
    }
    // A tab would be trimmed.
    let is_all =
        |sign: &char| said.chars().skip(1).chain(behind.chars()).all(|next| next == *sign || next == ' ');
    match said.chars().next().filter(|sign| !sign.is_ascii_alphanumeric() && is_all(sign)) {
        Some(sign) => sign.to_string().parse().ok(),
        None if behind.trim().is_empty() && said.trim().len() > 1 => said.trim().parse().ok(),
        None => None,
    }
}

/// The delimiter under which most records of the first chunk have as many cells as the header.
///
/// A sign that splits the header is preferred to one that does not, even if rows are ragged under it: a missing
/// delimiter must become an error about that row, not a table of one column. `truncated` says that the chunk ends
/// in the middle of a record.
pub(super) fn sniff(first: &[u8], truncated: bool) -> Delimiter {
    let mut best = (Delimiter::COMMA, (false, 0.0, 0));
    for delimiter in CANDIDATES {
        let rank = rank(first, truncated, delimiter);
        if rank > best.1 {
            best = (delimiter, rank);
        }
    }
    best.0
}

/// The line that a table seems to begin in, where a title or remarks of one cell each stand above it, as in reports that programs
/// export. `delimiter` is what separates the cells, where that is known.
pub(super) fn begins_below(first: &[u8], truncated: bool, delimiter: Option<Delimiter>) -> Option<u64> {
    /// No title has more lines.
    const MOST: usize = 30;
    /// So many of the rows of a table have as many cells as its header.
    const ALIKE: f64 = 0.9;
    let known = delimiter.map(|delimiter| [delimiter]);
    let candidates = known.as_ref().map_or(&CANDIDATES[..], |known| &known[..]);
    // Nearly all tables begin with the names of several columns, which is soon seen.
    let line =
        first.split(|byte| matches!(byte, b'\r' | b'\n')).find(|line| !line.trim_ascii().is_empty())?;
    let mut is_quoted = false;
    let has_cells = line.iter().any(|byte| {
        is_quoted ^= *byte == b'"';
        !is_quoted && candidates.contains(&Delimiter(*byte))
    });
    if has_cells {
        return None;
    }
    candidates.iter().find_map(|delimiter| {
        let mut records = records(first, truncated, *delimiter);
        records.next().filter(|(_, width)| *width == 1)?;
        let (place, header) = records.by_ref().take(MOST).find(|(_, width)| *width > 1)?;
        let (mut rows, mut alike) = (0_u32, 0_u32);
        records.for_each(|(_, width)| {
            rows += 1;
            alike += u32::from(width == header);
        });
        // Empty lines in front of a record are part of it.
        let empty = first[place..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let before = &first[..place + empty];
        let ends = match line_feeds(before) {
            // Old programs end lines with carriage returns alone.
            0 => memchr::memchr_iter(b'\r', before).count() as u64,
            feeds => feeds,
        };
        let line = 1 + ends;
        (rows > 0 && f64::from(alike) >= ALIKE * f64::from(rows)).then_some(line)
    })
}

/// Whether the header has several cells, the share of records with as many, and their number.
fn rank(first: &[u8], truncated: bool, delimiter: Delimiter) -> (bool, f64, usize) {
    let records: Vec<(usize, usize)> = records(first, truncated, delimiter).collect();
    let Some((&(_, header), rows)) = records.split_first() else { return (false, 0.0, 0) };
    let same = rows.iter().filter(|(_, width)| *width == header).count();
    let share = if rows.is_empty() { 1.0 } else { same as f64 / rows.len() as f64 };
    (header > 1, share, header)
}

/// The records of the first chunk that hold anything: where each begins, and how many cells it has.
fn records(first: &[u8], truncated: bool, delimiter: Delimiter) -> impl Iterator<Item = (usize, usize)> {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.byte())
        .from_reader(first);
    let mut record = ::csv::ByteRecord::new();
    let mut next = move || {
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                let place = record.position().map_or(0, ::csv::Position::byte) as usize;
                return Some((place, record.len()));
            }
        }
        None
    };
    let header = next();
    let mut held = next();
    // The last of a chunk that is cut off is no whole one.
    let rows = std::iter::from_fn(move || {
        let following = next();
        let whole = held.filter(|_| following.is_some() || !truncated);
        held = following;
        whole
    });
    header.into_iter().chain(rows)
}
