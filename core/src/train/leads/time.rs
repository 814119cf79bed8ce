//! When leads were created, and how long they are watched.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::lead::Instant;
use crate::train::until::{End, Latest};

/// Seconds of a day.
const DAY: i64 = crate::lead::DAY / 1_000;

/// The date column that orders the leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dates {
    /// The column's name.
    pub field: String,
    /// Seconds since 1970-01-01T00:00:00 (UTC, or the file's local time where it has no zone), one per lead.
    pub seconds: Vec<i64>,
    /// The second up to which outcomes are known, where that is said; else it is the newest date's, but for a few dates long after
    /// all others.
    pub until: Option<i64>,
    /// A lead may have come so many seconds later than its date says: 30 days where dates are months, 0 where they are days or
    /// instants. Only then does its horizon begin.
    pub span: i64,
}

/// How long after its date a lead is watched for a conversion: the window its label looks into, in whole days.
///
/// ```
/// use sales_ready::train::leads::Horizon;
///
/// assert_eq!("30".parse::<Horizon>()?, "30d".parse()?);
/// assert_eq!("30 days".parse::<Horizon>()?.to_string(), "30d");
/// assert!("a month".parse::<Horizon>().is_err());
/// # Ok::<_, sales_ready::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The days.
    pub days: u32,
}

impl Horizon {
    /// The same in seconds.
    pub fn seconds(self) -> i64 {
        i64::from(self.days) * DAY
    }
}

impl FromStr for Horizon {
    type Err = Error;

    /// Reads a number of days: `30`, `30d` or `30 days`.
    fn from_str(text: &str) -> Result<Self> {
        let number = ["days", "day", "d", ""].iter().find_map(|unit| text.trim().strip_suffix(unit));
        let days = number.and_then(|number| number.trim_end().parse().ok()).filter(|days| *days > 0);
        days.map(|days| Self { days }).ok_or_else(|| {
            let message = format!(
                "expected a number of days from 1 on, such as 30d, found {text}",
                text = quoted(text)
            );
            Error::new(ErrorKind::BadOption, message)
        })
    }
}

impl fmt::Display for Horizon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d", self.days)
    }
}

impl Dates {
    /// When the horizon of the lead at this place is over, however late within its date it came.
    pub(crate) fn over(&self, place: usize, horizon: Horizon) -> i64 {
        self.seconds[place].saturating_add(self.span).saturating_add(horizon.seconds())
    }

    /// The first and the last date, in ISO 8601; `None` where there are none.
    pub fn period(&self) -> Option<[String; 2]> {
        Some([iso_date(*self.seconds.iter().min()?)?, iso_date(*self.seconds.iter().max()?)?])
    }

    /// The calendar day of a row, counted from the first of 1970.
    pub fn day(&self, row: usize) -> i64 {
        self.seconds[row].div_euclid(DAY)
    }

    /// Where the dates end.
    pub(crate) fn end(&self) -> Option<End> {
        self.seconds.iter().copied().collect::<Latest<DAY>>().end()
    }
}

/// An instant's date and time in UTC; nothing beyond the year 9999. (A [`jiff::Timestamp`] ends before that year does, as it is to
/// have a date in every zone.)
pub(crate) fn utc(at: Instant) -> Option<DateTime> {
    const BEGINNING: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    BEGINNING.checked_add(SignedDuration::from_millis(at.millis())).ok()
}

/// A second's date, in ISO 8601; `None` beyond the year 9999.
pub(crate) fn iso_date(second: i64) -> Option<String> {
    let at = Instant::from_millis(second.checked_mul(1_000)?);
    utc(at).map(|time| time.date().to_string())
}
