//! The leads of all files, one after the other.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::History;
use crate::error::Result;

/// Leads that are worked on at once; they bound the memory.
const BATCH: usize = 4_096;

/// What comes of each lead of a log, and then of those that only another file has, which nobody has touched.
///
/// # Errors
/// The first of the histories' and of what is done with a lead.
pub(crate) fn each_lead<'a, T: Send>(
    histories: impl Iterator<Item = Result<History>>,
    others: impl Iterator<Item = &'a str>,
    of: impl Fn(&History) -> Result<Option<T>> + Sync,
) -> Result<Vec<T>> {
    let mut untouched: BTreeSet<&str> = others.collect();
    let mut histories = histories.fuse();
    let mut next = || match histories.next() {
        None => untouched.pop_first().map(|lead| Ok(History { lead: lead.to_owned(), touches: Vec::new() })),
        Some(history) => Some(history.inspect(|history| {
            untouched.remove(&*history.lead);
        })),
    };
    let mut all = Vec::new();
    loop {
        let batch: Vec<History> = std::iter::from_fn(&mut next).take(BATCH).collect::<Result<_>>()?;
        if batch.is_empty() {
            return Ok(all);
        }
        let made: Vec<Result<Option<T>>> = batch.par_iter().map(&of).collect();
        for one in made {
            all.extend(one?);
        }
    }
}
