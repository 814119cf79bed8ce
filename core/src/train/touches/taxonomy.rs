//! The names that CRM programs give to touches → kinds, sides and stages.
//!
//! What is shipped stands in `taxonomy.csv`: one line for a name of HubSpot (engagements, e-mail and analytics events),
//! Salesforce (types of tasks, events, campaigns and their members), Dynamics 365 (types of activities), Pardot (visitor
//! activities), Mautic (events of the timeline) or Google Analytics (events). Names are compared by their letters and
//! digits alone, so `Email Opened`, `email_opened` and `EMAIL-OPENED` are one. Any other name is a kind of its own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::touch::{Kind, Side, Stage};
use crate::train::schema::TouchColumns;

/// What touches of a name are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The kind.
    pub kind: String,
    /// Who is in contact with the lead, where the name says so.
    pub side: Option<Side>,
    /// How far on its way to buying a lead is that does this, where the name says so.
    pub stage: Option<Stage>,
}

/// The names that are known, and what their touches are.
///
/// ```
/// use sales_ready::touch::Side;
/// use sales_ready::train::touches::taxonomy::Taxonomy;
///
/// let taxonomy = Taxonomy::shipped();
/// assert_eq!(taxonomy.find("Email Opened", "").map(|known| &*known.kind), Some("email-open"));
/// // What a channel adds to a name counts before the name alone.
/// assert_eq!(taxonomy.find("open", "E-Mail").map(|known| &*known.kind), Some("email-open"));
/// assert_eq!(taxonomy.find("phone_call", "").and_then(|known| known.side), Some(Side::Sales));
/// assert_eq!(taxonomy.find("Sauna with the board", ""), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    /// By [`plain`] name.
    names: BTreeMap<String, Known>,
}

/// A line of `taxonomy.csv`.
#[derive(Deserialize)]
struct Line {
    name: String,
    kind: String,
    side: Option<Side>,
    stage: Option<Stage>,
}

const SHIPPED: &str = include_str!("taxonomy.csv");

impl Taxonomy {
    /// The names that are shipped.
    pub fn shipped() -> Self {
        static PARSED: LazyLock<Taxonomy> = LazyLock::new(|| {
            let mut reader = ::csv::Reader::from_reader(SHIPPED.as_bytes());
            // A test holds that every line can be read.
            let names = reader.deserialize().filter_map(Result::ok).map(|line: Line| {
                (plain(&line.name), Known { kind: line.kind, side: line.side, stage: line.stage })
            });
            let mut names: BTreeMap<String, Known> = names.collect();
            // A log that has been through this once may go through it again.
            for known in names.values().cloned().collect::<Vec<_>>() {
                names.entry(plain(&known.kind)).or_insert(known);
            }
            Taxonomy { names }
        });
        PARSED.clone()
    }

    /// With what a schema file says of kinds; it comes before what is shipped.
    #[must_use]
    pub(crate) fn with(mut self, said: Option<&TouchColumns>) -> Self {
        for (name, kind) in said.into_iter().flat_map(|said| &said.kinds) {
            let shipped = self.names.get(&plain(name));
            let known = Known {
                kind: kind
                    .kind
                    .clone()
                    .or_else(|| Some(shipped?.kind.clone()))
                    .unwrap_or_else(|| name.clone()),
                side: kind.side.or_else(|| shipped?.side),
                stage: kind.stage.or_else(|| shipped?.stage),
            };
            self.names.insert(plain(name), known);
        }
        self
    }

    /// What touches of a name are, in a channel where one is said.
    pub fn find(&self, name: &str, channel: &str) -> Option<&Known> {
        let (name, channel) = (plain(name), plain(channel));
        let both = if channel.is_empty() { None } else { self.names.get(&(channel + &name)) };
        both.or_else(|| self.names.get(&name))
    }

    /// What a recipe says of a kind, where the kind is known and there is something to say. Where several names of a kind
    /// differ in what they say, nothing is said.
    pub(crate) fn of_kind(&self, kind: &str) -> Option<Kind> {
        let mut all = self.names.values().filter(|known| known.kind == kind);
        let first = all.next()?;
        let (mut side, mut stage) = (first.side, first.stage);
        for other in all {
            side = side.filter(|side| other.side == Some(*side));
            stage = stage.filter(|stage| other.stage == Some(*stage));
        }
        (side.is_some() || stage.is_some()).then(|| Kind { kind: kind.to_owned(), side, stage })
    }
}

/// The letters and digits of a name, small.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_says_one_thing() {
        let mut reader = ::csv::Reader::from_reader(SHIPPED.as_bytes());
        let header: ::csv::StringRecord = ["program", "name", "kind", "side", "stage"].as_slice().into();
        let mut seen: BTreeMap<String, Known> = BTreeMap::new();
        let mut programs = Vec::new();
        for record in reader.records() {
            let record = record.unwrap();
            let line: Line = record.deserialize(Some(&header)).unwrap();
            programs.push(record[0].to_owned());
            let is_kind = |letter: char| letter.is_ascii_lowercase() || letter == '-';
            assert!(!line.kind.is_empty() && line.kind.chars().all(is_kind), "{record:?}");
            assert!(!plain(&line.name).is_empty(), "{record:?}");
            let known = Known { kind: line.kind, side: line.side, stage: line.stage };
            let before = seen.insert(plain(&line.name), known.clone());
            assert!(before.is_none_or(|before| before == known), "two lines of one name differ: {record:?}");
        }
        programs.dedup();
        let all = ["HubSpot", "Salesforce", "Dynamics", "Pardot", "Mautic", "Google Analytics", "any"];
        assert_eq!(programs, all, "the lines of a program stand together");
        let shipped = Taxonomy::shipped();
        assert!(seen.iter().all(|(name, known)| shipped.names.get(name) == Some(known)));
    }

    #[test]
    fn the_names_of_a_kind_agree_on_its_side_and_stage() {
        // A recipe has room for one side and one stage of a kind.
        let shipped = Taxonomy::shipped();
        for known in shipped.names.values() {
            let alone = shipped.of_kind(&known.kind);
            let said = known.side.is_some() || known.stage.is_some();
            assert_eq!(alone.as_ref().and_then(|kind| kind.side), known.side, "{known:?}");
            assert_eq!(alone.as_ref().and_then(|kind| kind.stage), known.stage, "{known:?}");
            assert_eq!(alone.is_some(), said, "{known:?}");
        }
    }

    #[test]
    fn a_kind_is_its_own_name() {
        let shipped = Taxonomy::shipped();
        for known in shipped.names.values() {
            let again = shipped.find(&known.kind, "");
            assert_eq!(again, Some(known));
        }
    }
}
