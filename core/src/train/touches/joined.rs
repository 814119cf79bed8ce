//! Whether a log of touches, outcomes and what else is known of leads are about the same leads.
//!
//! Files of two programs often name leads in two ways, and then each is read without a fault, and all leads pass for not
//! converted.

use super::History;
use super::known::KnownLeads;
use super::lifecycle::Outcomes;
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::train::csv::shorten;

/// How many leads of a log the other files have, too.
///
/// ```
/// use sales_ready::train::{csv::Options, touches::{joined::Joined, lifecycle::Outcomes}};
///
/// let text = "lead,converted\nA1,2024-02-01\nA2,\n";
/// let outcomes = Outcomes::read(text.as_bytes(), "outcomes.csv", &Options::default(), None, &mut |_| {})?;
/// let mut joined = Joined::default();
/// joined.add("A1", &outcomes, None);
/// joined.add("B7", &outcomes, None);
/// joined.check(&outcomes)?;
/// assert!(joined.notes(&outcomes)[0].starts_with("1 lead has touches but no row in the outcomes"));
///
/// let mut strangers = Joined::default();
/// strangers.add("a1@example.com", &outcomes, None);
/// assert!(strangers.check(&outcomes).is_err());
/// # Ok::<_, sales_ready::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The first lead that was added.
    first: Option<String>,
    /// Leads with touches.
    touched: u64,
    /// Of these, those with a row in the outcomes.
    with_outcome: u64,
    /// Of these, those without a row in what else is known of leads, where that is given.
    unknown: u64,
}

impl Joined {
    /// Counts a lead that has touches; each is to be counted once.
    pub fn add(&mut self, lead: &str, outcomes: &Outcomes, known: Option<&KnownLeads>) {
        self.first.get_or_insert_with(|| lead.to_owned());
        self.touched += 1;
        self.with_outcome += u64::from(outcomes.get(lead).is_some());
        self.unknown += u64::from(known.is_some_and(|known| !known.has(lead)));
    }

    /// Counts the leads of a log as they pass.
    pub(crate) fn watch<'w>(
        &'w mut self,
        histories: impl Iterator<Item = Result<History>> + 'w,
        outcomes: &'w Outcomes,
        known: Option<&'w KnownLeads>,
    ) -> impl Iterator<Item = Result<History>> + 'w {
        histories.inspect(move |history| {
            if let Ok(history) = history {
                self.add(&history.lead, outcomes, known);
            }
        })
    }

    /// Checks that the log and the outcomes share a lead at least, where both have any.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] with a name of each.
    pub fn check(&self, outcomes: &Outcomes) -> Result<()> {
        let (Some(touched), Some((outcome, _))) = (&self.first, outcomes.iter().next()) else {
            return Ok(());
        };
        if self.with_outcome > 0 {
            return Ok(());
        }
        let message = format!(
            "expected outcomes of the leads in the touches, but no lead is in both files: the touches have {}, the outcomes {}; \
             name leads alike in both, or say in the schema file which columns hold their names",
            quoted(&shorten(touched)),
            quoted(&shorten(outcome))
        );
        Err(Error::new(ErrorKind::BadValue, message))
    }

    /// What one file has and another has not, in sentences for people.
    pub fn notes(&self, outcomes: &Outcomes) -> Vec<String> {
        let untouched = (outcomes.len() as u64).saturating_sub(self.with_outcome);
        let without_outcome = without_outcome(self.touched - self.with_outcome);
        let notes = [without_outcome, without_touches(untouched), without_leads(self.unknown)];
        notes.into_iter().flatten().collect()
    }
}

/// A note on leads that the outcomes do not have.
pub(super) fn without_outcome(count: u64) -> Option<String> {
    let note =
        || format!("{} touches but no row in the outcomes; taken as not converted so far", leads(count));
    (count > 0).then(note)
}

/// A note on leads that the log does not have.
pub(super) fn without_touches(count: u64) -> Option<String> {
    (count > 0).then(|| format!("{} a row in the outcomes but no touch", leads(count)))
}

/// A note on leads that the file of what else is known does not have.
pub(crate) fn without_leads(count: u64) -> Option<String> {
    let note =
        || format!("{} touches but no row in the leads file; nothing else is known of them", leads(count));
    (count > 0).then(note)
}

fn leads(count: u64) -> String {
    format!("{count} {}", if count == 1 { "lead has" } else { "leads have" })
}
