//! The cells of a row → a record, or an error with the place of the cell that is none.

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::NumberFormat;
use crate::touch::{Side, Stage};
use crate::train::csv::{Row, shorten};
use crate::train::hash::fnv1a;
use crate::train::schema::{SaidColumn, TouchColumns};

use super::columns::{self, Finder, Part, Source};

/// A row, however it was read.
pub(super) trait Cells {
    /// The cell of a column, counted from 0.
    fn cell(&self, place: usize) -> &str;
}

impl Cells for Row {
    fn cell(&self, place: usize) -> &str {
        Row::cell(self, place)
    }
}

/// Which cell of a row is which.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) lead: usize,
    pub(super) at: usize,
    pub(super) kind: Source,
    pub(super) side: Option<Source>,
    pub(super) quantity: Option<usize>,
    pub(super) stage: Option<Source>,
    pub(super) channel: Option<Source>,
    pub(super) agent: Option<usize>,
    pub(super) format: NumberFormat,
    /// All other columns, and those whose text says more than what is kept of it.
    pub(super) rest: Vec<usize>,
    /// The columns by their part, for people.
    pub(super) named: Vec<(&'static str, usize)>,
}

impl Layout {
    /// Finds the columns of a touch log.
    pub(super) fn find(file: &str, header: &[String], said: Option<&TouchColumns>) -> Result<Self> {
        let of_part = move |key: &str| -> Option<&SaidColumn> { said?.columns.get(key) };
        let finder = Finder { file, header, section: "touches", said: said.map(|said| &said.columns) };
        let lead = column(&finder.needed(&columns::LEAD, "which lead was touched")?);
        let at = column(&finder.needed(&columns::AT, "when a touch happened")?);
        let kind = finder.needed(&columns::KIND, "what a touch was")?;
        let optional = |part: &Part| finder.find(part);
        let (side, stage) = (optional(&columns::SIDE)?, optional(&columns::STAGE)?);
        let (quantity, agent) = (
            optional(&columns::QUANTITY)?.as_ref().map(column),
            optional(&columns::AGENT)?.as_ref().map(column),
        );
        let channel = optional(&columns::CHANNEL)?;
        let format = of_part("quantity").map(|said| said.format.clone()).unwrap_or_default();
        let place = |source: &Option<Source>| match source {
            Some(Source::Column(place)) => Some(*place),
            _ => None,
        };
        let kept = [Some(lead), Some(at), place(&Some(kind.clone())), place(&side), quantity, place(&stage)];
        let rest = (0..header.len()).filter(|place| !kept.contains(&Some(*place))).collect();
        let keys = ["lead", "at", "kind", "side", "quantity", "stage", "channel", "agent"];
        let mut named = Vec::new();
        for (key, place) in keys.into_iter().zip(kept.into_iter().chain([place(&channel), agent])) {
            let Some(place) = place else { continue };
            if let Some((other, _)) = named.iter().find(|(_, earlier)| *earlier == place) {
                let message = format!(
                    "{} would be both {other} and {key}; say which column is {key} in the schema file (--schema): [touches] {key} = \"…\"",
                    quoted(&header[place])
                );
                return Err(Error::new(ErrorKind::Schema, message).at(file, 1, place as u64 + 1));
            }
            named.push((key, place));
        }
        let layout = Self { lead, at, kind, side, quantity, stage, channel, agent, format, rest, named };
        layout.check_values(said)?;
        Ok(layout)
    }

    /// Which columns were taken for what, in a sentence for people, where their names are not ours.
    pub(super) fn notes(&self, header: &[String]) -> Vec<String> {
        let other = self.named.iter().filter(|(key, place)| header[*place] != *key);
        let taken: Vec<String> =
            other.map(|(key, place)| format!("{key} is {}", quoted(&header[*place]))).collect();
        if taken.is_empty() { Vec::new() } else { vec![taken.join(", ")] }
    }

    /// A side or a stage that the schema file says of all rows is one.
    fn check_values(&self, said: Option<&TouchColumns>) -> Result<()> {
        let value = |source: &Option<Source>| match source {
            Some(Source::Value(value)) => value.clone(),
            _ => String::new(),
        };
        let wrong = side(&value(&self.side)).map(drop).and_then(|()| stage(&value(&self.stage)).map(drop));
        let Err(message) = wrong else { return Ok(()) };
        let key = if side(&value(&self.side)).is_err() { "side" } else { "stage" };
        let place =
            said.and_then(|said| said.columns.get(key)).map(|said| said.place.clone()).unwrap_or_default();
        Err(Error::new(ErrorKind::Schema, message).at(place.0, place.1, place.2))
    }

    /// Side and stage of a row, in one number.
    pub(super) fn marks(&self, row: &impl Cells) -> Result<u16, (usize, String)> {
        let side = match &self.side {
            None => None,
            Some(Source::Value(value)) => side(value).map_err(|message| (0, message))?,
            Some(Source::Column(place)) => side(row.cell(*place)).map_err(|message| (*place, message))?,
        };
        let stage = match &self.stage {
            None => None,
            Some(Source::Value(value)) => stage(value).map_err(|message| (0, message))?,
            Some(Source::Column(place)) => stage(row.cell(*place)).map_err(|message| (*place, message))?,
        };
        Ok(marks(side, stage))
    }

    /// The quantity of a row; 1 where none is said.
    pub(super) fn quantity(&self, row: &impl Cells) -> Result<f64, (usize, String)> {
        let Some(place) = self.quantity else { return Ok(1.0) };
        let text = row.cell(place).trim();
        if text.is_empty() {
            return Ok(1.0);
        }
        self.format.parse(text).filter(|number| number.is_finite()).ok_or_else(|| {
            let message = format!(
                "expected a number, or nothing for one contact, found {}; if numbers are written in another way, say how in the schema file: [touches] quantity = {{ column = \"…\", decimal = \",\" }}",
                quoted(&shorten(text)));
            (place, message)
        })
    }

    /// A hash of the cells that tell rows apart beside what is kept of them, folded to 32 bits.
    pub(super) fn rest(&self, row: &impl Cells) -> u32 {
        // A byte that is in no text stands between them.
        let bytes = self.rest.iter().flat_map(|place| row.cell(*place).trim().bytes().chain([0xFF]));
        let hash = fnv1a(bytes.map(u64::from));
        (hash ^ (hash >> 32)) as u32
    }
}

fn column(source: &Source) -> usize {
    match source {
        Source::Column(place) => *place,
        // The schema file allows no value there.
        Source::Value(_) => 0,
    }
}

/// Side and stage in one number, by which they are put in order.
pub(super) fn marks(side: Option<Side>, stage: Option<Stage>) -> u16 {
    let side = match side {
        None => 0,
        Some(Side::Marketing) => 1,
        Some(Side::Sales) => 2,
    };
    side << 3 | stage.map_or(0, |stage| u16::from(stage.rank()))
}

/// What [`marks`] made.
pub(super) fn unmarked(marks: u16) -> (Option<Side>, Option<Stage>) {
    let side = match marks >> 3 {
        1 => Some(Side::Marketing),
        2 => Some(Side::Sales),
        _ => None,
    };
    let stage = usize::from(marks & 7).checked_sub(1).and_then(|place| Stage::ALL.get(place).copied());
    (side, stage)
}

fn side(text: &str) -> Result<Option<Side>, String> {
    let text = text.trim();
    let sides = [Side::Marketing, Side::Sales];
    let side = sides.into_iter().find(|side| side.as_str().eq_ignore_ascii_case(text));
    if side.is_none() && !text.is_empty() {
        return Err(format!(
            "expected marketing, sales or nothing, found {}; if the column is no side, say so in the schema file: [touches] side = \"\"",
            quoted(&shorten(text))
        ));
    }
    Ok(side)
}

fn stage(text: &str) -> Result<Option<Stage>, String> {
    let text = text.trim();
    let stage = Stage::ALL.into_iter().find(|stage| stage.as_str().eq_ignore_ascii_case(text));
    if stage.is_none() && !text.is_empty() {
        let all = Stage::ALL.map(Stage::as_str).join(", ");
        return Err(format!(
            "expected {all} or nothing, found {}; if the column is no such stage, say so in the schema file: [touches] stage = \"\"",
            quoted(&shorten(text))
        ));
    }
    Ok(stage)
}
