//! What went wrong, where, and what to do about it.

use crate::prelude::*;
use alloc::borrow::Cow;
use core::fmt::{self, Write as _};

/// A specialised `Result` for this crate.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// An error for the person who must act: what was expected, where it was not met, and what to do.
///
/// The type is opaque so that a dependency's error never becomes part of this API. Match on [`Error::kind`] in
/// programs; show the [`Display`](fmt::Display) text to people.
///
/// ```
/// use sales_ready::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::BadValue, "expected a number for \"visits\", found \"many\"").at("leads.csv", 17, 4);
/// assert_eq!(error.code(), "bad-value");
/// assert_eq!(error.to_string(), "leads.csv:17:4: expected a number for \"visits\", found \"many\"");
/// ```
///
/// What was to be read or written may have failed in the operating system's hands. Its error is the
/// [source](core::error::Error::source), a `std::io::Error`; its text stands in the message already.
///
/// Two errors are equal if they say the same of the same place, whatever their sources.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    position: Option<Position>,
    /// Shared, since the operating system's errors can not be cloned.
    #[cfg(feature = "train")]
    cause: Option<std::sync::Arc<std::io::Error>>,
}

/// Where in a file an error was found. Lines and columns count from 1; 0 means "not known".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The file as the caller named it.
    pub file: String,
    /// The line of the file, counted from 1.
    pub line: u64,
    /// The column of the table (the field's place in its row), counted from 1.
    pub column: u64,
}

/// The kinds of error, each with a stable [code](ErrorKind::code).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The model file has another format than this version reads.
    ModelFormat,
    /// The model file contradicts itself, for example knots out of order.
    ModelInvalid,
    /// A golden vector of the model file does not reproduce its logit bit for bit.
    ModelGolden,
    /// A value is not of its field's type.
    BadValue,
    /// A column or field that is needed is absent.
    MissingField,
    /// The text is not in the encoding it claims to be in.
    Encoding,
    /// The table's header or one of its rows is malformed.
    Csv,
    /// The table holds no rows.
    NoRows,
    /// The label column has no or several readings.
    Label,
    /// The schema contradicts the table, or itself.
    Schema,
    /// An option is out of its range.
    BadOption,
    /// The solver stopped before its certificate held.
    NotConverged,
    /// Some column decides the label exactly, so that no finite estimate exists without a penalty.
    Separated,
    /// Two columns say the same, so that no unique estimate exists without a penalty.
    Collinear,
    /// Too few leads of one class to fit or to measure anything.
    TooFewLeads,
    /// Reading or writing a file failed.
    Io,
}

/// A text in quotation marks, escaped what would control a terminal or turn the words around it: for names and values in messages.
///
/// Unlike with `{:?}`, letters that are only unusual stay as they are.
///
/// ```
/// assert_eq!(sales_ready::error::quoted("a \"b\"\n").to_string(), r#""a \"b\"\u{a}""#);
/// ```
pub fn quoted(text: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        f.write_char('"')?;
        for letter in text.chars() {
            match letter {
                '"' | '\\' => write!(f, "\\{letter}")?,
                _ if letter.is_control() || turns(letter) => write!(f, "\\u{{{:x}}}", u32::from(letter))?,
                _ => f.write_char(letter)?,
            }
        }
        f.write_char('"')
    })
}

/// Marks that turn the direction of text, and would turn that of the words around it, too (Unicode 16, UAX #9, 2.1 to
/// 2.4). Without them, text reads as its letters say.
pub fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text without the byte order mark that some editors put in front.
#[cfg(feature = "json")]
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A text of a file, cut where it is so long that it would hide the rest of a message: there is room for a sentence.
pub(crate) fn brief(text: &str) -> Cow<'_, str> {
    cut(text, 200)
}

/// So many signs of a text; what is left out is marked.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

impl Error {
    /// An error of the given kind. `message` says what was expected and what to do.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            position: None,
            #[cfg(feature = "train")]
            cause: None,
        }))
    }

    /// The same error with its place in a file.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: u64, column: u64) -> Self {
        self.0.position = Some(Position { file: file.into(), line, column });
        self
    }

    /// The same error in a file of this name, with its line and column where it has them: for whoever has read the file.
    ///
    /// ```
    /// # #[cfg(feature = "json")] {
    /// let error = sales_ready::Model::from_json("{").map_err(|error| error.in_file("lead-model.json")).unwrap_err();
    /// assert!(error.to_string().starts_with("lead-model.json:1:1: expected a model file"));
    /// # }
    /// ```
    #[must_use]
    pub fn in_file(self, file: impl Into<String>) -> Self {
        let (line, column) = self.position().map_or((0, 0), |position| (position.line, position.column));
        self.at(file, line, column)
    }

    /// The error for a text that is no JSON of the right shape, with its place, in the words that `message` makes of what is wrong.
    #[cfg(feature = "json")]
    pub(crate) fn of_json(
        kind: ErrorKind,
        file: &str,
        error: &serde_json::Error,
        message: impl FnOnce(&str) -> String,
    ) -> Self {
        let found = error.to_string();
        // The place stands in front of the message already.
        let found = found.split_once(" at line ").map_or(&*found, |(found, _)| found);
        Self::new(kind, message(found)).at(file, error.line() as u64, error.column() as u64)
    }

    /// The same error in other words: of the same kind, in the same place, with the same source.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// The same error with the operating system's as its source.
    ///
    /// ```
    /// use std::error::Error as _;
    /// use std::io;
    /// use sales_ready::{Error, ErrorKind};
    ///
    /// let cause = io::Error::from(io::ErrorKind::StorageFull);
    /// let error = Error::new(ErrorKind::Io, format!("could not write: {cause}")).caused_by(cause);
    /// let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    /// assert_eq!(source.map(io::Error::kind), Some(io::ErrorKind::StorageFull));
    /// ```
    #[cfg(feature = "train")]
    #[must_use]
    pub fn caused_by(mut self, cause: std::io::Error) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// What kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The kind's stable code, for programs in other languages.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// What was expected and what to do, without the position.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it was found, if it came from a file.
    pub fn position(&self) -> Option<&Position> {
        self.0.position.as_ref()
    }
}

impl ErrorKind {
    /// A short stable name, the same in every language binding.
    pub fn code(self) -> &'static str {
        match self {
            Self::ModelFormat => "model-format",
            Self::ModelInvalid => "model-invalid",
            Self::ModelGolden => "model-golden",
            Self::BadValue => "bad-value",
            Self::MissingField => "missing-field",
            Self::Encoding => "encoding",
            Self::Csv => "csv",
            Self::NoRows => "no-rows",
            Self::Label => "label",
            Self::Schema => "schema",
            Self::BadOption => "bad-option",
            Self::NotConverged => "not-converged",
            Self::Separated => "separated",
            Self::Collinear => "collinear",
            Self::TooFewLeads => "too-few-leads",
            Self::Io => "io",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Position { file, line, column }) = &self.0.position {
            f.write_str(file)?;
            for place in [line, column] {
                if *place > 0 {
                    write!(f, ":{place}")?;
                }
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({}: {self})", self.code())
    }
}

impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        let (Inner { kind, message, position, .. }, other) = (&*self.0, &*other.0);
        (kind, message, position) == (&other.kind, &other.message, &other.position)
    }
}

impl Eq for Error {}

impl core::error::Error for Error {
    #[cfg(feature = "train")]
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        let cause = self.0.cause.as_deref()?;
        Some(cause)
    }
}
