//! Drift in plain sentences.

use super::{Calibration, Drift, Severity, Shift, WATCH};
use crate::error::quoted;
use crate::model::{Counted, Looks};

/// Fields that are named one by one.
const NAMED: usize = 4;

pub(super) fn sentences(drift: &Drift) -> Vec<String> {
    let mut sentences = vec![first(drift).to_owned()];
    if drift.score.severity > Severity::Stable {
        sentences.push(format!("The scores have moved: {}.", index(&drift.score)));
    }
    sentences.extend(fields(drift));
    if let Some(calibration) = &drift.calibration {
        sentences.extend(outcomes(calibration, drift.counted));
    }
    if drift.score.chance > WATCH {
        sentences.push(format!(
            "So few leads show a PSI of {:.2} for the score without any drift: only what is far beyond that can be seen.",
            drift.score.chance
        ));
    }
    sentences
}

fn first(drift: &Drift) -> &'static str {
    match (drift.of_inputs(), drift.of_outcomes()) {
        (Severity::Stable, Severity::Stable) if drift.score.chance > WATCH => {
            "Nothing to be seen: these leads are too few to tell whether they are like those the model learnt from."
        }
        (Severity::Stable, Severity::Stable) if drift.calibration.is_none() => {
            "Stable: these leads are distributed as those the model learnt from."
        }
        (Severity::Stable, Severity::Stable) => {
            "Stable: these leads are distributed as those the model learnt from, and convert as it predicts."
        }
        (Severity::Drifted, _) => {
            "Drifted: these leads are no longer those the model learnt from; find out what changed, and train it again with recent leads."
        }
        (_, Severity::Drifted) => {
            "Drifted: these leads no longer convert as the model predicts; find out what changed, and train it again with recent leads."
        }
        _ => "Watch: something has moved, not yet so far that the model must be replaced.",
    }
}

/// Why leads of a model of touches may differ from those it learnt from though nothing has changed, and what to compare.
pub(super) fn of_looks(looks: Option<Looks>) -> String {
    let (when, how) = match looks {
        Some(looks) if looks.as_of.is_some() => {
            (" at one instant".to_owned(), "the --as-of of a later day whose horizon is over")
        }
        Some(looks) => (format!(" {}", looks.words()), "without --as-of and --every"),
        None => (
            " at several times each".to_owned(),
            "without --as-of, and with the --every of the training, or without where that had none",
        ),
    };
    format!(
        "the model learnt from leads as they were{when}, before they converted or were closed; leads looked at otherwise differ for that alone: compare a table that `engage --features` makes with --outcomes, {how}"
    )
}

fn index(shift: &Shift) -> String {
    format!("PSI {:.2}, where chance makes {:.2}", shift.psi, shift.chance)
}

fn fields(drift: &Drift) -> Vec<String> {
    let rows = if drift.counted == Counted::Looks { "looks" } else { "leads" };
    let mut moved: Vec<_> =
        drift.fields.iter().filter(|field| field.shift.severity > Severity::Stable).collect();
    moved.sort_by(|a, b| b.shift.psi.total_cmp(&a.shift.psi));
    let more = moved.len().saturating_sub(NAMED);
    let mut sentences: Vec<String> = moved
        .iter()
        .take(NAMED)
        .map(|field| {
            let most = field.most.as_ref().map_or_else(String::new, |most| {
                let (then, now) = (100.0 * most.share.then, 100.0 * most.share.now);
                format!("; {}: {then:.1} % of the {rows} then, {now:.1} % now", most.what)
            });
            format!("{} has moved ({}){most}.", quoted(&field.field), index(&field.shift))
        })
        .collect();
    if more > 0 {
        sentences.push(format!("So {} {more} more.", if more == 1 { "has" } else { "have" }));
    }
    sentences
}

fn outcomes(calibration: &Calibration, counted: Counted) -> Vec<String> {
    let Calibration { leads, conversions, predicted, rate, bands, auc, .. } = calibration;
    // A look is at a lead that has not yet converted.
    let [rows, have] = if counted == Counted::Looks {
        ["looks at leads", "were followed by a conversion"]
    } else {
        ["leads", "converted"]
    };
    let expected = predicted * *leads as f64;
    let verdict = match calibration.severity {
        Severity::Stable => "no difference that matters",
        _ if *predicted > rate.high => "fewer than predicted",
        _ if *predicted < rate.low => "more than predicted",
        _ => "as predicted in sum, but not in every band of the score",
    };
    let mut sentences = vec![format!(
        "Of {leads} {rows} with a known outcome {conversions} {have} ({:.1} %, 95 % interval {:.1} to {:.1}), where the model predicts {expected:.1} ({:.1} %): {verdict}.",
        100.0 * rate.value,
        100.0 * rate.low,
        100.0 * rate.high,
        100.0 * predicted
    )];
    let off = bands.iter().filter(|band| band.fit != super::Fit::AsPredicted).count();
    if off > 0 {
        sentences.push(format!(
            "In {off} of {} bands of the score the rate is surely another than predicted.",
            bands.len()
        ));
    }
    if let Some(auc) = auc {
        let verdict = match auc.severity {
            Severity::Stable => "no difference that matters",
            _ => "the model ranks these leads worse",
        };
        sentences.push(format!(
            "The AUC is {:.3} ({:.3} to {:.3}) on them; it was {:.3} ({:.3} to {:.3}) on held-out leads of the training: {verdict}.",
            auc.now.value, auc.now.low, auc.now.high, auc.then.value, auc.then.low, auc.then.high
        ));
    }
    sentences
}
