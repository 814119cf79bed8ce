//! Which column of a file is which: what the schema file says, else the names that CRM programs give.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::train::schema::{SaidColumn, nearest};
use crate::train::touches::taxonomy::plain;

/// Where a part of a row comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A column, counted from 0.
    Column(usize),
    /// The same for all rows.
    Value(String),
}

/// What a file may tell, and by which names its column goes, the likeliest first; compared by their letters and digits.
pub(super) struct Part {
    pub(super) key: &'static str,
    pub(super) names: &'static [&'static str],
}

/// The parts of a touch log. Beside our own words: HubSpot (activities and e-mail events), Salesforce (tasks, events,
/// campaign members), Dynamics 365 (activities), Pardot (visitor activities), Mautic (timeline), Google Analytics (events).
pub(super) const LEAD: Part = Part {
    key: "lead",
    names: &[
        "lead",
        "lead id",
        "contact id",
        "contact",
        "associated contact ids",
        "associated contact id",
        "who id",
        "prospect id",
        "prospect",
        "customer id",
        "customer",
        "regarding",
        "regarding object id",
        "recipient",
        "user id",
        "user pseudo id",
        "client id",
        "visitor id",
        "person id",
        "person",
        "record id",
        "email",
        "email address",
    ],
};
pub(super) const AT: Part = Part {
    key: "at",
    names: &[
        "at",
        "time",
        "timestamp",
        "event timestamp",
        "occurred at",
        "activity date",
        "activity date time",
        "event time",
        "event date",
        "date time",
        "date",
        "actual end",
        "actual start",
        "start date time",
        "completed date time",
        "first responded date",
        "date triggered",
        "date added",
        "created at",
        "created date",
        "created on",
        "created",
        "create date",
    ],
};
pub(super) const KIND: Part = Part {
    key: "kind",
    names: &[
        "kind",
        "event name",
        "event type",
        "activity type",
        "activity type code",
        "type name",
        "task subtype",
        "touch",
        "event",
        "activity",
        "action",
        "type",
        "engagement type",
    ],
};
pub(super) const SIDE: Part = Part { key: "side", names: &["side"] };
pub(super) const QUANTITY: Part = Part { key: "quantity", names: &["quantity"] };
pub(super) const STAGE: Part = Part { key: "stage", names: &["stage"] };
pub(super) const CHANNEL: Part = Part { key: "channel", names: &["channel"] };
pub(super) const AGENT: Part = Part { key: "agent", names: &["agent", "user agent"] };

/// The parts of a file of outcomes.
pub(super) const OUTCOME_LEAD: Part = Part { key: "lead", names: LEAD.names };
pub(super) const CREATED: Part = Part {
    key: "created",
    names: &[
        "created",
        "create date",
        "created date",
        "created at",
        "created on",
        "date added",
        "became a lead date",
    ],
};
pub(super) const HANDED_OFF: Part = Part {
    key: "handed_off",
    names: &[
        "handed off",
        "hand off",
        "handoff",
        "handed off at",
        "hand off date",
        "handed to sales",
        "qualified at",
        "became a sales qualified lead date",
        "hs lifecyclestage salesqualifiedlead date",
        "qualified date",
        "assigned date",
    ],
};
pub(super) const CONVERTED: Part = Part {
    key: "converted",
    names: &[
        "converted",
        "converted at",
        "converted date",
        "conversion date",
        "converted on",
        "won at",
        "won date",
        "became a customer date",
        "hs lifecyclestage customer date",
        "date converted",
    ],
};
pub(super) const CLOSED: Part = Part {
    key: "closed",
    names: &[
        "closed",
        "closed at",
        "closed date",
        "close date",
        "closed on",
        "lost at",
        "lost date",
        "actual close date",
    ],
};
pub(super) const OUTCOME: Part =
    Part { key: "outcome", names: &["outcome", "is converted", "is won", "won"] };

/// What the columns of a file are called, and what the schema file says of them.
pub(super) struct Finder<'a> {
    pub(super) file: &'a str,
    pub(super) header: &'a [String],
    /// The section of the schema file.
    pub(super) section: &'a str,
    pub(super) said: Option<&'a BTreeMap<&'static str, SaidColumn>>,
}

impl Finder<'_> {
    /// Where a part comes from, if anywhere.
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where the schema file names no column of the file.
    pub(super) fn find(&self, part: &Part) -> Result<Option<Source>> {
        let Some(said) = self.said.and_then(|said| said.get(part.key)) else {
            let place = |name: &&str| self.header.iter().position(|column| plain(column) == plain(name));
            return Ok(part.names.iter().find_map(place).map(Source::Column));
        };
        if let Some(value) = &said.value {
            return Ok(Some(Source::Value(value.clone())));
        }
        let Some(name) = &said.column else { return Ok(None) };
        if let Some(place) = self.header.iter().position(|column| column == name) {
            return Ok(Some(Source::Column(place)));
        }
        let columns: Vec<&str> = self.header.iter().map(String::as_str).collect();
        let near = nearest(name, &columns)
            .map_or_else(String::new, |near| format!(" (did you mean {near}?)", near = quoted(near)));
        let message = format!(
            "{} = {name} names no column of {}{near}; the columns are: {}",
            part.key,
            self.file,
            columns.join(", "),
            name = quoted(name)
        );
        let (file, line, column) = &said.place;
        Err(Error::new(ErrorKind::MissingField, message).at(file, *line, *column))
    }

    /// The column or value of a part that must be there.
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where there is none.
    pub(super) fn needed(&self, part: &Part, what: &str) -> Result<Source> {
        if let Some(source) = self.find(part)? {
            return Ok(source);
        }
        let value = if part.key == "kind" {
            ", or kind = { value = \"purchase\" } where all rows are of one"
        } else {
            ""
        };
        let message = format!(
            "expected a column that says {what}, such as {}; the columns are: {}; say which in the schema file (--schema): [{}] {} = \"…\"{value}",
            quoted(part.key),
            self.header.join(", "),
            self.section,
            part.key
        );
        Err(Error::new(ErrorKind::MissingField, message).at(self.file, 1, 0))
    }
}
