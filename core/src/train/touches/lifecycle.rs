//! What became of the leads (`outcomes.csv`) → lifecycles.
//!
//! A row is a lead. Beside `lead`, any of these columns: `created`, `handed_off`, `converted` and `closed` are dates, empty
//! where it has not happened; `outcome` says whether the lead converted (yes, no, or nothing while it is open), and then the
//! date of it is `converted`, or else `closed`. So a CRM's pair of "Won" and "Close Date" can be read as it is. Names that
//! HubSpot, Salesforce, Dynamics 365 and Mautic give them are known; others are named in the schema file:
//!
//! ```toml
//! [outcomes]
//! lead = "Record ID"
//! converted = { column = "Became a customer date", order = "month-day-year" }
//! outcome = { column = "Status", positive = "Qualified" }
//! closed = "Close Date"
//! ```
//!
//! Rows that say the same of a lead are one; rows that differ are an error, as is a lead that converted before it was
//! created. A lead that has no row is taken as open: not converted so far. Where it could have been forgotten that is a
//! guess, so a note counts such leads.

use std::collections::BTreeMap;
use std::io::Read;

use super::Lifecycle;
use super::columns::{self, Finder, Part, Source};
use super::tally::Tally;
use super::times::{Reading, Times};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::lead::{DAY, Instant};
use crate::model::Positive;
use crate::train::csv::{self, Table, shorten};
use crate::train::schema::{MISSING_MARKERS, SchemaFile, is_marker, is_positive, positive_of};
use crate::train::until::{End, Late, Latest};

/// What became of the leads, by lead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    leads: BTreeMap<String, Lifecycle>,
    last: Option<Instant>,
    notes: Vec<String>,
}

impl Outcomes {
    /// Reads a file of outcomes. `file` is its name in errors; `progress` is told how many bytes have been read.
    ///
    /// ```
    /// use sales_ready::train::csv::Options;
    /// use sales_ready::train::touches::lifecycle::Outcomes;
    ///
    /// let text = "lead,created,outcome,closed\na,2024-01-01,yes,2024-02-01\nb,2024-01-05,no,2024-03-01\nc,2024-01-09,,\n";
    /// let outcomes = Outcomes::read(text.as_bytes(), "outcomes.csv", &Options::default(), None, &mut |_| {})?;
    /// let [a, b, c] = ["a", "b", "c"].map(|lead| outcomes.get(lead).unwrap());
    /// assert!(a.converted.is_some() && a.closed.is_none());
    /// assert!(b.converted.is_none() && b.closed.is_some());
    /// assert!(c.converted.is_none() && c.closed.is_none());
    /// # Ok::<_, sales_ready::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where a column that is needed is absent, [`ErrorKind::BadValue`] for a cell that can not
    /// be read, [`ErrorKind::Label`] for an outcome of unknown meaning or without a date, and for what can not be;
    /// and as [`Table::read`].
    pub fn read(
        source: impl Read,
        file: &str,
        options: &csv::Options,
        schema: Option<&SchemaFile>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Self> {
        let table = Table::read(source, file, options, progress)?;
        let header: Vec<String> = table.columns().iter().map(|column| column.name().to_owned()).collect();
        let said = schema.and_then(SchemaFile::outcomes).map(|said| &said.columns);
        let finder = Finder { file, header: &header, section: "outcomes", said };
        let Source::Column(lead) = finder.needed(&columns::OUTCOME_LEAD, "which lead a row is about")? else {
            return Ok(Self::default());
        };
        let place = |part: &Part| -> Result<Option<usize>> {
            Ok(match finder.find(part)? {
                Some(Source::Column(place)) => Some(place),
                _ => None,
            })
        };
        let dates = |part: &Part| -> Result<Option<Dates>> {
            let order = said.and_then(|said| said.get(part.key)?.order);
            place(part)?.map(|place| Dates::read(&table, place, part.key, order)).transpose()
        };
        let mut notes = table.notes().to_vec();
        // A column that is named as a date but says yes and no is the outcome.
        let mut outcome = place(&columns::OUTCOME)?;
        let mut says = columns::OUTCOME.key;
        let mut converted = place(&columns::CONVERTED)?;
        if outcome.is_none()
            && let Some(place) = converted.filter(|place| says_yes_and_no(&table, *place))
        {
            (outcome, says, converted) = (Some(place), columns::CONVERTED.key, second(&header, place));
        }
        let order = said.and_then(|said| said.get(columns::CONVERTED.key)?.order);
        let converted =
            converted.map(|place| Dates::read(&table, place, columns::CONVERTED.key, order)).transpose()?;
        let columns = Columns {
            created: dates(&columns::CREATED)?,
            handed_off: dates(&columns::HANDED_OFF)?,
            closed: dates(&columns::CLOSED)?,
            converted,
            outcome: outcome
                .map(|place| {
                    let positive = said.and_then(|said| said.get(says)?.positive.as_ref());
                    Won::read(&table, place, positive)
                })
                .transpose()?,
        };
        columns.check(&table, &header)?;
        notes.extend(columns.notes(&header));
        let mut leads: BTreeMap<String, (Lifecycle, usize)> = BTreeMap::new();
        for row in 0..table.rows() {
            let name = table.columns()[lead].text(row);
            if name.is_empty() {
                let message =
                    "expected a lead, found nothing; say which lead the row is about, or remove the row";
                return Err(table.error(ErrorKind::BadValue, message.into(), row, lead));
            }
            let lifecycle = columns.lifecycle(&table, row)?;
            let (before, first) = *leads.entry(name.to_owned()).or_insert((lifecycle, row));
            if before != lifecycle {
                let message = format!(
                    "line {} says something else of the lead {}; keep the row that is right",
                    table.line(first),
                    quoted(&shorten(name))
                );
                return Err(table.error(ErrorKind::Label, message, row, lead));
            }
        }
        let leads: BTreeMap<_, _> =
            leads.into_iter().map(|(lead, (lifecycle, _))| (lead, lifecycle)).collect();
        let end = end(&leads);
        notes.extend(end.and_then(late));
        Ok(Self { leads, last: end.map(|end| Instant::from_millis(end.last)), notes })
    }

    /// What became of a lead, where the file has it.
    pub fn get(&self, lead: &str) -> Option<&Lifecycle> {
        self.leads.get(lead)
    }

    /// All leads of the file with what became of them, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Lifecycle)> {
        self.leads.iter().map(|(lead, lifecycle)| (lead.as_str(), lifecycle))
    }

    /// The last instant of which the file knows what happened, but for a few long after all others. Dates of closing do not
    /// count: CRM programs write the expected one there, which lies in the future, and leads whose horizon is not over would
    /// pass for lost.
    pub fn last(&self) -> Option<Instant> {
        self.last
    }

    /// Up to when outcomes are known, beside a log that tells of so much: see [`Outcomes::last`] and [`Tally::known_until`].
    pub fn known_until(&self, log: &Tally) -> Instant {
        self.last.max(log.known_until()).unwrap_or_default()
    }

    /// How many leads there are.
    pub fn len(&self) -> usize {
        self.leads.len()
    }

    /// Whether there is no lead.
    pub fn is_empty(&self) -> bool {
        self.leads.is_empty()
    }

    /// What was decided, in sentences for people.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// Where what is known of leads ends.
fn end(leads: &BTreeMap<String, Lifecycle>) -> Option<End> {
    let known =
        |life: &Lifecycle| [life.created, life.handed_off, life.converted].into_iter().flatten().max();
    leads.values().filter_map(known).map(Instant::millis).collect::<Latest<DAY>>().end()
}

/// What is odd about it, in words.
fn late(end: End) -> Option<String> {
    let Late { count, from, days } = end.late?;
    let [from, last] = [from, end.last].map(Instant::from_millis);
    let which = if count == 1 {
        "the last of the outcomes is".to_owned()
    } else {
        format!("the last {count} outcomes are")
    };
    Some(format!(
        "{which} {days} days after all others, from {from} on: mistyped? Outcomes are taken as known up to the last of all others, {last}, or the last touch; say another time with --until"
    ))
}

/// The columns that say something of a lead.
struct Columns {
    created: Option<Dates>,
    handed_off: Option<Dates>,
    converted: Option<Dates>,
    closed: Option<Dates>,
    outcome: Option<Won>,
}

/// A column of dates, by row.
struct Dates {
    place: usize,
    by_code: Vec<Option<Instant>>,
    notes: Vec<String>,
}

/// A column that says whether leads converted; `None` where that is open.
struct Won {
    place: usize,
    by_code: Vec<Option<bool>>,
    why: String,
}

impl Columns {
    /// An outcome needs a date.
    fn check(&self, table: &Table, header: &[String]) -> Result<()> {
        let columns = || header.join(", ");
        if self.converted.is_none() && self.outcome.is_none() {
            let message = format!(
                "expected a column with the day on which a lead converted, such as \"converted\", or one that says whether, such as \"outcome\"; the columns are: {}; say which in the schema file (--schema): [outcomes] converted = \"…\"",
                columns()
            );
            return Err(Error::new(ErrorKind::MissingField, message).at(table.file(), 1, 0));
        }
        if let Some(won) = &self.outcome
            && self.converted.is_none()
            && self.closed.is_none()
        {
            let message = format!(
                "{} says whether a lead converted, but no column says when, and a snapshot must know that; add a column of dates such as \"converted_at\" or \"closed\"; the columns are: {}",
                quoted(&header[won.place]),
                columns()
            );
            return Err(Error::new(ErrorKind::MissingField, message).at(
                table.file(),
                1,
                won.place as u64 + 1,
            ));
        }
        Ok(())
    }

    fn notes(&self, header: &[String]) -> Vec<String> {
        let all = [
            ("created", &self.created),
            ("handed_off", &self.handed_off),
            ("converted", &self.converted),
            ("closed", &self.closed),
        ];
        let mut notes = Vec::new();
        for (key, dates) in all.into_iter().filter_map(|(key, dates)| Some((key, dates.as_ref()?))) {
            if header[dates.place] != key {
                notes.push(format!("{key} is {}", quoted(&header[dates.place])));
            }
            notes.extend(dates.notes.iter().map(|note| format!("{key}: {note}")));
        }
        notes.extend(self.outcome.as_ref().map(|won| won.why.clone()));
        notes
    }

    fn lifecycle(&self, table: &Table, row: usize) -> Result<Lifecycle> {
        let at = |dates: &Option<Dates>| dates.as_ref().and_then(|dates| dates.at(table, row));
        let (created, handed_off) = (at(&self.created), at(&self.handed_off));
        let (mut converted, mut closed) = (at(&self.converted), at(&self.closed));
        if let Some(won) = &self.outcome {
            match won.at(table, row) {
                Some(true) => {
                    converted = converted.or(closed);
                    closed = None;
                    if converted.is_none() {
                        // With its row alone removed it would count as not converted.
                        let message = "the lead converted, but no column says when; fill in the date, or remove the lead here and from the touches, for a lead without an outcome counts as not converted";
                        return Err(table.error(ErrorKind::Label, message.into(), row, won.place));
                    }
                }
                // A date beside "no" is that of its end, whatever its column is called.
                Some(false) => (converted, closed) = (None, closed.or(converted)),
                // Of an open deal, the date of its end is what is hoped for.
                None => closed = None,
            }
        } else if converted.is_some() {
            // Closed as won.
            closed = None;
        }
        for (dates, instant, what) in [
            (&self.converted, converted, "converted"),
            (&self.closed, closed, "was closed"),
            (&self.handed_off, handed_off, "was handed off"),
        ] {
            if let (Some(created), Some(instant)) = (created, instant)
                && instant.day() < created.day()
            {
                let place = dates.as_ref().or(self.closed.as_ref()).map_or(0, |dates| dates.place);
                let message = format!(
                    "the lead {what} before it was created; one of the two dates is wrong, or they are written in different ways"
                );
                return Err(table.error(ErrorKind::Label, message, row, place));
            }
        }
        Ok(Lifecycle { created, handed_off, converted, closed })
    }
}

impl Dates {
    fn read(
        table: &Table,
        place: usize,
        key: &str,
        order: Option<crate::train::schema::DateOrder>,
    ) -> Result<Self> {
        let column = &table.columns()[place];
        let mut times = Times::new(order);
        let mut readings = Vec::with_capacity(column.counts().len());
        for (text, row) in column.texts().zip(column.first_rows()) {
            if is_open(text) {
                readings.push(None);
                continue;
            }
            let reading = times.read(text, table.line(*row));
            readings.push(Some(
                reading.map_err(|message| table.error(ErrorKind::BadValue, message, *row, place))?,
            ));
        }
        let Some(order) = times.order() else {
            let (message, line) = times.ask(key, column.name());
            let message = format!("{message}, under [outcomes]");
            return Err(Error::new(ErrorKind::BadValue, message).at(table.file(), line, place as u64 + 1));
        };
        let instant = |reading: Reading| {
            Instant::from_millis(match reading {
                Reading::One(millis) => millis,
                Reading::Open(millis) => millis[order as usize],
            })
        };
        let by_code = readings.into_iter().map(|reading| reading.map(instant)).collect();
        Ok(Self { place, by_code, notes: times.notes() })
    }

    fn at(&self, table: &Table, row: usize) -> Option<Instant> {
        self.by_code[table.columns()[self.place].codes().at(row) as usize]
    }
}

impl Won {
    fn read(table: &Table, place: usize, positive: Option<&Positive>) -> Result<Self> {
        let column = &table.columns()[place];
        let values: Vec<&str> = column.texts().filter(|text| !is_open(text)).collect();
        let (positive, why) = positive_of(column.name(), &values, positive).map_err(|message| {
            let message = format!(
                "{message}, in the schema file: [outcomes] outcome = {{ column = {}, positive = \"…\" }}",
                quoted(column.name())
            );
            Error::new(ErrorKind::Label, message).at(table.file(), 1, place as u64 + 1)
        })?;
        let by_code = column
            .texts()
            .map(|text| {
                (!is_open(text))
                    .then(|| positive.as_ref().is_some_and(|positive| is_positive(text, positive)))
            })
            .collect();
        Ok(Self { place, by_code, why: format!("{}: {why}", quoted(column.name())) })
    }

    fn at(&self, table: &Table, row: usize) -> Option<bool> {
        self.by_code[table.columns()[self.place].codes().at(row) as usize]
    }
}

/// Whether a cell says nothing yet.
fn is_open(text: &str) -> bool {
    is_marker(&MISSING_MARKERS, text)
}

/// Whether the texts of a column are one or two words, none of them a date.
fn says_yes_and_no(table: &Table, place: usize) -> bool {
    let texts: Vec<&str> = table.columns()[place].texts().filter(|text| !is_open(text)).collect();
    (1..=2).contains(&texts.len()) && texts.iter().all(|text| Times::new(None).read(text, 0).is_err())
}

/// Another column with the day of conversion than the one at a place.
fn second(header: &[String], first: usize) -> Option<usize> {
    let plain = super::taxonomy::plain;
    let of_name = |name: &&str| {
        header.iter().enumerate().position(|(place, column)| place != first && plain(column) == plain(name))
    };
    columns::CONVERTED.names.iter().find_map(of_name)
}
