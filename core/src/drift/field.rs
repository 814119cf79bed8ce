//! One field, then and now.

use super::psi;
use super::{FieldDrift, Moved, Shift, ThenNow};
use crate::error::quoted;
use crate::explain::display_number;
use crate::model::{Field, FieldReference, LevelShares, Model, NumberShares, Reading, Shares, Term};
use crate::train::reference::{bin, curve, is_stored};
use crate::train::scoring::ReadColumn;
use crate::train::together::Together;

impl FieldDrift {
    pub(super) fn measure(
        model: &Model,
        place: usize,
        then: &FieldReference,
        column: &ReadColumn<'_>,
        leads: f64,
        together: Option<&Together<'_>>,
        tests: usize,
    ) -> Self {
        let field = &model.fields()[place];
        let rows: u64 = column.counts.iter().sum();
        let counted = |keep: &dyn Fn(&Reading<'_>) -> bool| -> u64 {
            column
                .readings
                .iter()
                .zip(column.counts)
                .filter(|(reading, _)| keep(reading))
                .map(|(_, count)| count)
                .sum()
        };
        let share = |then: f64, keep: &dyn Fn(&Reading<'_>) -> bool| ThenNow {
            then,
            now: counted(keep) as f64 / rows as f64,
        };
        let shares_then = shares(then);
        let mut now = vec![0; then.bins()];
        let bins: Vec<usize> = column.readings.iter().map(|reading| bin(then, reading)).collect();
        for (bin, count) in bins.iter().zip(column.counts) {
            now[*bin] += count;
        }
        let leads = then.worth.unwrap_or(leads);
        let worth = together.map(|together| {
            let shares = psi::smoothed(&shares_then, leads, &now);
            together.worth_against(&shares, |row| bins[column.code(row)])
        });
        let (mut unseen, mut below, mut above) = (None, None, None);
        match &then.known {
            Shares::Numbers(shares) => {
                let ends = curve(model, field)
                    .and_then(|curve| curve.x.first().copied().zip(curve.x.last().copied()));
                if let Some((first, last)) = ends {
                    below = Some(share(shares.below, &|own| matches!(own, Reading::Number(x) if *x < first)));
                    above = Some(share(shares.above, &|own| matches!(own, Reading::Number(x) if *x > last)));
                }
            }
            Shares::Levels(shares) => {
                let new = |own: &Reading<'_>| matches!(own, Reading::Level(level) if !is_stored(model, field, level));
                unseen = Some(share(shares.unseen, &new));
            }
        }
        Self {
            field: field.name.clone(),
            shift: Shift::measure(
                &shares_then,
                leads,
                &now,
                worth,
                tests,
                &format!("drift of {}", field.name),
            ),
            most: most_moved(then, &shares_then, &now),
            missing: share(then.missing, &|own| matches!(own, Reading::Missing)),
            unseen,
            below,
            above,
            logit: mean_contribution(model, field, column),
        }
    }
}

/// The shares of the bins: those of known values, and the last for *missing*.
fn shares(reference: &FieldReference) -> Vec<f64> {
    let mut then: Vec<f64> = match &reference.known {
        Shares::Numbers(shares) => shares.shares.clone(),
        Shares::Levels(shares) => {
            shares.levels.iter().map(|level| level.share).chain([shares.others]).collect()
        }
    };
    then.push(reference.missing);
    then
}

/// The bin that adds most to the index.
fn most_moved(reference: &FieldReference, then: &[f64], now: &[u64]) -> Option<Moved> {
    let rows = now.iter().sum::<u64>() as f64;
    let share = |place: usize| ThenNow { then: then[place], now: now[place] as f64 / rows };
    let part = |place: &usize| {
        let ThenNow { then, now } = share(*place);
        let half = 0.5 / rows;
        psi::part(then + half, now + half)
    };
    let places = (0..now.len()).filter(|place| now[*place] > 0 || then[*place] > 0.0);
    let most = places.clone().max_by(|a, b| part(a).total_cmp(&part(b)))?;
    (places.count() > 1).then(|| Moved { what: name(reference, most), share: share(most) })
}

/// A bin in words: `3 to 7`, `"Trade fair"`, `not known`.
fn name(reference: &FieldReference, place: usize) -> String {
    match &reference.known {
        Shares::Numbers(NumberShares { cuts, shares, .. }) if place < shares.len() => {
            let from = place.checked_sub(1).map(|before| display_number(cuts[before]));
            match (from, cuts.get(place).map(|cut| display_number(*cut))) {
                (None, Some(to)) => format!("{to} or less"),
                (Some(from), Some(to)) => format!("above {from}, up to {to}"),
                (Some(from), None) => format!("above {from}"),
                (None, None) => "any number".to_owned(),
            }
        }
        Shares::Levels(LevelShares { levels, .. }) if place < levels.len() => {
            quoted(&levels[place].level).to_string()
        }
        Shares::Levels(LevelShares { levels, .. }) if place == levels.len() => {
            "rare or new values".to_owned()
        }
        _ => "not known".to_owned(),
    }
}

fn mean_contribution(model: &Model, field: &Field, column: &ReadColumn<'_>) -> Option<f64> {
    let value = |reading: &Reading<'_>| {
        model.terms().iter().find_map(|term| match term {
            Term::Curve(curve) if curve.field == field.name => Some(curve.value(reading)),
            Term::Table(table) if table.field == field.name => Some(table.value(reading)),
            _ => None,
        })
    };
    let (mut sum, mut rows) = (0.0, 0);
    for (reading, count) in column.readings.iter().zip(column.counts) {
        sum += value(reading)? * *count as f64;
        rows += count;
    }
    Some(sum / rows as f64)
}
