//! A desk's file: what is written, and the checks a reader makes.

use crate::error::{Error, ErrorKind, Result, brief, quoted, without_mark};
use crate::handoff::desk::{Desk, FORMAT};
use crate::lead::Instant;
use crate::prelude::*;

/// The first moment of the year 1 and the last second of the year 9999, in milliseconds: no lead is older, or of later days.
const CALENDAR: core::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_000;

impl Desk {
    /// The desk as a file.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// Reads a desk's file.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] where it is none, or one of another version.
    pub fn from_json(text: &str, file: &str) -> Result<Self> {
        let desk: Self = serde_json::from_str(without_mark(text))
            .map_err(|error| Error::of_json(ErrorKind::BadValue, file, &error, damaged))?;
        if desk.format != FORMAT {
            let message = format!(
                "expected the format {}, found {}; use the version that wrote it, or start again without it",
                quoted(FORMAT),
                quoted(&brief(&desk.format))
            );
            return Err(Error::new(ErrorKind::BadValue, message).at(file, 0, 0));
        }
        desk.check().map_err(|found| Error::new(ErrorKind::BadValue, damaged(&found)).at(file, 0, 0))?;
        Ok(desk)
    }

    /// Checks what the types do not; what is wrong, in words.
    fn check(&self) -> Result<(), String> {
        let sound = |what: &dyn core::fmt::Display, at: Option<Instant>| match at {
            Some(at) if !CALENDAR.contains(&at.millis()) => Err(format!(
                "{what} is {} ms after the beginning of 1970, in no year from 1 to 9999",
                at.millis()
            )),
            _ => Ok(()),
        };
        sound(&"the last review", self.as_of)?;
        sound(&"the review before it", self.told)?;
        for (lead, followed) in &self.leads {
            let name = quoted(lead);
            sound(&format_args!("“since” of the lead {name}"), Some(followed.state.since))?;
            sound(&format_args!("“known” of the lead {name}"), followed.known)?;
            sound(&format_args!("“heard” of the lead {name}"), followed.heard)?;
            for at in followed.said.values() {
                sound(&format_args!("“said” of the lead {name}"), Some(*at))?;
            }
        }
        // Before anybody was handed over, it is the first of 1970.
        let (monday, _) = self.week;
        if monday != 0
            && (Instant::midnight(monday).monday() != monday
                || sound(&"", Some(Instant::midnight(monday))).is_err())
        {
            return Err(format!("“week” begins {monday} days after the beginning of 1970, on no Monday"));
        }
        Ok(())
    }
}

fn damaged(found: &str) -> String {
    format!(
        "expected the state of a hand-off, as this command writes it: {}; put back a copy from before, or if there is none start again without it",
        brief(found)
    )
}
