//! Whether files are about the same leads: a log, the outcomes, what else is known.

use super::lifecycle::Outcomes;
use super::log::{Log, Visit};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::train::csv::shorten;

/// How many leads two files share.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Join {
    /// Leads that both have.
    pub(crate) both: u64,
    /// Leads with touches that have no row in the outcomes, and one of them.
    pub(crate) touched: (u64, String),
    /// Leads of the outcomes that have no touch, and one of them.
    pub(crate) untouched: (u64, String),
}

/// Leads that are looked at at once.
const BATCH: usize = 16_384;

impl Join {
    /// Of a log and the outcomes; both are in the order of names.
    pub(crate) fn of(log: &mut Log, outcomes: &Outcomes) -> Result<Self> {
        let mut join = Self::default();
        let mut left = outcomes.iter().map(|(lead, _)| lead).peekable();
        log.visit(BATCH, &mut |leads: &[Visit<'_>]| {
            for lead in leads {
                while let Some(name) = left.next_if(|name| *name < lead.name) {
                    count(&mut join.untouched, name);
                }
                if left.next_if(|name| *name == lead.name).is_some() {
                    join.both += 1;
                } else {
                    count(&mut join.touched, lead.name);
                }
            }
            Ok(())
        })?;
        left.for_each(|name| count(&mut join.untouched, name));
        Ok(join)
    }

    /// Refuses files that share no lead.
    pub(crate) fn check(&self, log: &str) -> Result<()> {
        let ((touched, one), (untouched, other)) = (&self.touched, &self.untouched);
        if self.both > 0 || *touched == 0 || *untouched == 0 {
            return Ok(());
        }
        let message = format!(
            "expected leads that the outcomes have, too, found none of {touched}: the log calls one {}, the outcomes have one {}; give leads the same names in both",
            quoted(&shorten(one)),
            quoted(&shorten(other))
        );
        Err(Error::new(ErrorKind::MissingField, message).at(log, 0, 0))
    }

    /// What does not match, in sentences for people.
    pub(crate) fn notes(&self) -> Vec<String> {
        notes(self.touched.0, self.untouched.0)
    }
}

/// That so many leads have touches alone, and so many a row in the outcomes alone, in sentences for people.
pub(super) fn notes(touched: u64, untouched: u64) -> Vec<String> {
    let told = [
        (touched, "touches but no row in the outcomes; taken as not converted so far"),
        (untouched, "a row in the outcomes but no touch"),
    ];
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    told.map(|(count, what)| format!("{count} {} {what}", if count == 1 { "lead has" } else { "leads have" }))
        .collect()
}

fn count((count, first): &mut (u64, String), name: &str) {
    if *count == 0 {
        name.clone_into(first);
    }
    *count += 1;
}
