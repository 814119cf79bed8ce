//! Which sign separates the cells.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

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
            [sign] if sign.is_ascii() && !matches!(sign, b'"' | b'\r' | b'\n' | 0) => Ok(Self(*sign)),
            _ => Err(Error::new(
                ErrorKind::BadOption,
                format!("expected one sign as delimiter, such as ';' or 'tab', found {text:?}"),
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
    let candidates = [Delimiter::COMMA, Delimiter::SEMICOLON, Delimiter::TAB, Delimiter::PIPE];
    let mut best = (Delimiter::COMMA, (false, 0.0, 0));
    for delimiter in candidates {
        let rank = rank(first, truncated, delimiter);
        if rank > best.1 {
            best = (delimiter, rank);
        }
    }
    best.0
}

/// Whether the header has several cells, the share of records with as many, and their number.
fn rank(first: &[u8], truncated: bool, delimiter: Delimiter) -> (bool, f64, usize) {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.byte())
        .from_reader(first);
    let mut record = ::csv::ByteRecord::new();
    let mut widths = Vec::new();
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
            widths.push(record.len());
        }
    }
    if truncated && widths.len() > 1 {
        widths.pop();
    }
    let Some((&header, rows)) = widths.split_first() else { return (false, 0.0, 0) };
    let same = rows.iter().filter(|width| **width == header).count();
    let share = if rows.is_empty() { 1.0 } else { same as f64 / rows.len() as f64 };
    (header > 1, share, header)
}
