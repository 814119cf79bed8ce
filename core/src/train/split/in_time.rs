//! Leads that came later, measured by a model of those before them.

use std::fmt::Write as _;

use crate::error::quoted;
use crate::train::leads::{Dates, Groups, Horizon, Leads};
use crate::train::split::{Held, MIN_HELD_OUT, Part, Parts, REPEATS, Split, SplitKind};
use crate::train::split::{all, grouped};

/// What is measured holds at least this many leads of either class where it can: with 100 of each the standard error of an AUC
/// of 0.7 is 0.037 (Hanley & `McNeil` 1982, doi:10.1148/radiology.143.1.7063747), with 20 it is 0.083.
const ENOUGH: usize = 100;
/// A model of less than a third of the leads would be another one.
const LEAST_LEARNT: usize = 3;

/// The newest fifth, by a model of the leads before it; where that is few of a class, the fifth before it, too, by a model of
/// what is older still, and the one before that (a rolling origin: Tashman 2000, doi:10.1016/S0169-2070(00)00065-0). Or why not.
pub(super) fn split(leads: &Leads, dates: &Dates, horizon: Option<Horizon>) -> Result<Split, String> {
    let mut by_date = all(leads);
    by_date.sort_by_key(|row| dates.seconds[*row]);
    let newest = Later::of(leads, dates, horizon, &by_date)?;
    if newest.part.fit.len() * LEAST_LEARNT < leads.len() {
        return Err(format!(
            " (fewer than a third of the leads are old enough by {} to measure the newest)",
            quoted(&dates.field)
        ));
    }
    let mut held = vec![newest];
    let mut measured = held[0].part.test.clone();
    while leads.rarer_class(Some(&measured)) < ENOUGH {
        let rest = &by_date[..by_date.len() - measured.len()];
        let later = Later::of(leads, dates, horizon, rest).ok();
        let Some(later) = later.filter(|later| later.part.fit.len() * LEAST_LEARNT >= leads.len()) else {
            break;
        };
        measured.extend(&later.part.test);
        held.push(later);
    }
    Ok(Split {
        description: described(leads, dates, horizon, &held),
        kind: SplitKind::Time,
        parts: Parts(Held::Listed(held.into_iter().map(|later| later.part).collect())),
    })
}

/// A part, and what it was made by.
struct Later {
    part: Part,
    /// Leads that are not learnt from, because their horizon reaches into it.
    purged: usize,
    /// Leads that share a group with it, and whether they stay nevertheless.
    shared: Option<(usize, bool)>,
}

impl Later {
    /// Of leads by date the last, a fifth of the table, by a model of the others.
    fn of(leads: &Leads, dates: &Dates, horizon: Option<Horizon>, by_date: &[usize]) -> Result<Self, String> {
        let (older, newest) = by_date.split_at(cut(dates, by_date, leads.len() - leads.len() * 4 / 5));
        let border = newest.first().map_or(i64::MAX, |row| dates.seconds[*row]);
        let in_table_order = |rows: &[usize]| {
            let mut rows = rows.to_vec();
            rows.sort_unstable();
            rows
        };
        let (mut fit, test) = (in_table_order(older), in_table_order(newest));
        if leads.rarer_class(Some(&test)).min(leads.rarer_class(Some(&fit))) < MIN_HELD_OUT {
            return Err(format!(
                " (the newest fifth by {} holds too few leads of one kind)",
                quoted(&dates.field)
            ));
        }
        let mut purged = 0;
        if let Some(horizon) = horizon {
            // Dates without a time are the beginning of their day: the horizon ends with the day, not with its beginning.
            fit.retain(|row| dates.over(*row, horizon) < border);
            purged = older.len() - fit.len();
            if leads.rarer_class(Some(&fit)) < MIN_HELD_OUT {
                return Err(format!(
                    " (too few leads of one kind are older than the newest fifth by {} by a horizon of {horizon})",
                    quoted(&dates.field)
                ));
            }
        }
        // A lead that is still open in what is measured has not converted before: without its earlier snapshots the model would
        // learn from those that did. By then it was known what became of them.
        let groups = leads.groups.as_ref().filter(|_| horizon.is_none() || !leads.has_snapshots());
        let shared = groups.map(|groups| part_from(leads, groups, &mut fit, &test));
        Ok(Self { part: Part { fit, test }, purged, shared })
    }
}

/// Where the last `wanted` begin. Leads of one instant stay together: of the two places around the wanted one where the instant
/// changes, the nearer is the cut.
fn cut(dates: &Dates, by_date: &[usize], wanted: usize) -> usize {
    let wanted = by_date.len().saturating_sub(wanted);
    let instant = |place: &usize| dates.seconds[by_date[*place]];
    let before =
        (0..wanted).rev().find(|place| instant(place) != instant(&wanted)).map_or(0, |place| place + 1);
    let after = (wanted..by_date.len()).find(|place| instant(place) != instant(&wanted));
    after.filter(|after| after - wanted < wanted - before).unwrap_or(before)
}

/// Takes from `fit` what shares a group with `test`, unless too few would be left: how many share one, and whether they stay.
fn part_from(leads: &Leads, groups: &Groups, fit: &mut Vec<usize>, test: &[usize]) -> (usize, bool) {
    let apart = grouped::apart(groups, fit, test);
    let shared = fit.len() - apart.len();
    // Where nearly all accounts come again, a model of the others would be another one.
    let stay = 2 * apart.len() < fit.len() || leads.rarer_class(Some(&apart)) < MIN_HELD_OUT;
    if !stay {
        *fit = apart;
    }
    (shared, stay)
}

fn described(leads: &Leads, dates: &Dates, horizon: Option<Horizon>, held: &[Later]) -> String {
    let measured: usize = held.iter().map(|later| later.part.test.len()).sum();
    let percent = 100.0 * measured as f64 / leads.len() as f64;
    let newest = match held.len() {
        1 if (19.5..20.5).contains(&percent) => "the newest fifth".to_owned(),
        // Many leads of one instant make a cut at a fifth impossible.
        _ => format!("the newest {percent:.0} %"),
    };
    let mut description = match held.len() {
        1 => format!("{newest} by {}, measured by a model of the older leads", quoted(&dates.field)),
        parts => {
            format!(
                "{newest} by {} in {parts} parts, each measured by a model of the leads older than it",
                quoted(&dates.field)
            )
        }
    };
    if let Some(horizon) = horizon {
        let purged: usize = held.iter().map(|later| later.purged).sum();
        let _ =
            write!(description, ", without the {purged} of them whose horizon of {horizon} reaches into it");
    }
    let Some(groups) = &leads.groups else { return description };
    let shared = |stay: bool| -> usize {
        let of =
            |later: &Later| later.shared.filter(|(_, stays)| *stays == stay).map_or(0, |(shared, _)| shared);
        held.iter().map(of).sum()
    };
    let (out, stay) = (shared(false), shared(true));
    let tied = match &*groups.field {
        REPEATS => "are equal to one of it".to_owned(),
        field => format!("share a {field} with it", field = quoted(field)),
    };
    if out > 0 {
        let _ = write!(description, ", without the {out} that {tied}");
    }
    if held.iter().any(|later| later.shared.is_some_and(|(_, stays)| stays)) {
        let _ = write!(description, " ({stay} {tied} and stay nevertheless, because too few would be left)");
    }
    description
}
