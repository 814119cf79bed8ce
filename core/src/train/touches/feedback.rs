//! What sales say of the leads they were handed (`feedback.csv`) → events.
//!
//! A row is something said: `lead`, `at`, `event` (accepted, handed-back, converted, closed) and, where there is one, the
//! `reason` in their own words.

use std::io::Read;

use super::columns::{AT, Finder, LEAD, Part, Source};
use super::times::{Reading, Times};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::handoff::{Event, EventKind};
use crate::lead::Instant;
use crate::train::csv::{self, Table, shorten};

const EVENT: Part = Part { key: "event", names: &["event", "status", "what"] };
const REASON: Part = Part { key: "reason", names: &["reason", "rejection reason", "why"] };

/// Reads a file of feedback. `file` is its name in errors; `progress` is told how many bytes have been read. A file
/// without rows is one in which nothing was said.
///
/// ```
/// use sales_ready::handoff::EventKind;
/// use sales_ready::train::{csv::Options, touches::feedback};
///
/// let text = "lead,at,event,reason\nA1,2024-03-02T10:00:00Z,handed back,no budget\n";
/// let said = feedback::read(text.as_bytes(), "feedback.csv", &Options::default(), &mut |_| {})?;
/// assert_eq!((said[0].0.as_str(), said[0].1.kind), ("A1", EventKind::HandedBack));
/// assert_eq!(said[0].1.reason.as_deref(), Some("no budget"));
/// # Ok::<_, sales_ready::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::MissingField`] where a column is absent, [`ErrorKind::BadValue`] for a cell that can not be read, with its
/// place; else as [`Table::read`].
pub fn read(
    source: impl Read,
    file: &str,
    options: &csv::Options,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<(String, Event)>> {
    let table = match Table::read(source, file, options, progress) {
        Err(error) if error.kind() == ErrorKind::NoRows => return Ok(Vec::new()),
        read => read?,
    };
    let header: Vec<String> = table.columns().iter().map(|column| column.name().to_owned()).collect();
    let finder = Finder { file, header: &header, section: "feedback", said: None };
    let place = |part: &Part| -> Result<Option<usize>> {
        Ok(match finder.find(part)? {
            Some(Source::Column(place)) => Some(place),
            _ => None,
        })
    };
    let needed = |part: &Part, what: &str| -> Result<usize> {
        place(part)?.ok_or_else(|| {
            let message = format!(
                "expected a column {}, which says {what}; the columns are: {}",
                quoted(part.key),
                header.join(", ")
            );
            Error::new(ErrorKind::MissingField, message).at(file, 1, 0)
        })
    };
    let lead = needed(&LEAD, "which lead a row is about")?;
    let at = needed(&AT, "when something was said")?;
    let event = needed(&EVENT, "what was said")?;
    let reason = place(&REASON)?;
    let mut times = Times::new(None);
    let mut said = Vec::with_capacity(table.rows());
    for row in 0..table.rows() {
        let text = |place: usize| table.columns()[place].text(row).trim();
        let bad = |place: usize, message: String| table.error(ErrorKind::BadValue, message, row, place);
        if text(lead).is_empty() {
            return Err(bad(lead, "expected a lead, found nothing; say which, or remove the row".into()));
        }
        let kind = kind(text(event)).ok_or_else(|| {
            let message = format!(
                "expected accepted, handed-back, converted or closed, found {}",
                quoted(&shorten(text(event)))
            );
            bad(event, message)
        })?;
        let time = times.read(text(at), table.line(row)).map_err(|message| bad(at, message))?;
        let reason = reason.map(text).filter(|reason| !reason.is_empty()).map(str::to_owned);
        said.push((text(lead).to_owned(), time, kind, reason));
    }
    let Some(order) = times.order() else {
        let (_, line) = times.ask(AT.key, &header[at]);
        let message = "the dates can be read in several ways; write them as 2024-01-31";
        return Err(Error::new(ErrorKind::BadValue, message).at(file, line, at as u64 + 1));
    };
    let event = |(lead, time, kind, reason): (String, Reading, EventKind, Option<String>)| {
        let millis = match time {
            Reading::One(millis) => millis,
            Reading::Open(millis) => millis[order as usize],
        };
        (lead, Event { at: Instant::from_millis(millis), kind, reason })
    };
    Ok(said.into_iter().map(event).collect())
}

/// What a word means: ours, or one that CRM programs use for it.
fn kind(text: &str) -> Option<EventKind> {
    let plain: String =
        text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect();
    match plain.as_str() {
        "accepted" | "accept" => Some(EventKind::Accepted),
        "handedback" | "rejected" | "returned" | "recycled" => Some(EventKind::HandedBack),
        "converted" | "won" | "closedwon" => Some(EventKind::Converted),
        "closed" | "lost" | "closedlost" => Some(EventKind::Closed),
        _ => None,
    }
}
