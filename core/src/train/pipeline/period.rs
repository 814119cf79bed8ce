//! Which leads are learnt from: those of the period that is asked for, whose outcome is known.

use super::Options;
use crate::error::{Error, ErrorKind, Result};
use crate::train::audit::{self, Finding};
use crate::train::leads::Leads;

/// Some of a table's leads.
pub(super) struct Period {
    /// Their rows.
    pub(super) rows: Vec<usize>,
    /// What there is to say of the others.
    pub(super) findings: Vec<Finding>,
}

impl Period {
    /// `None` where all leads are learnt from.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] where leads are to be left out by dates that they do not have; [`ErrorKind::TooFewLeads`].
    pub(super) fn of(leads: &Leads, options: &Options) -> Result<Option<Self>> {
        let settled = options.horizon.and_then(|horizon| Some((horizon, leads.settled(horizon)?)));
        let recent = match (options.since, &leads.dates) {
            (None, _) => None,
            (Some(since), Some(dates)) => {
                let is_recent = |row: &usize| dates.seconds[*row] >= since.seconds();
                Some((since, (0..leads.len()).filter(is_recent).collect::<Vec<usize>>()))
            }
            (Some(_), None) => {
                let message = "expected a column of dates that orders the leads, as those of some time on are to be learnt from";
                return Err(Error::new(ErrorKind::BadOption, message));
            }
        };
        if settled.is_none() && recent.is_none() {
            return Ok(None);
        }
        let mut findings = Vec::new();
        let mut rows: Vec<usize> = (0..leads.len()).collect();
        if let Some((since, recent)) = recent {
            findings.extend(audit::older(leads, &recent, since)?);
            rows = recent;
        }
        if let Some((horizon, mut settled)) = settled {
            settled.retain(|row| rows.binary_search(row).is_ok());
            findings.extend(audit::not_yet_known(leads, &rows, &settled, horizon)?);
            rows = settled;
        }
        Ok(Some(Self { rows, findings }))
    }
}
