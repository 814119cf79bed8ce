//! What each step of the fit bought, as text.

use sales_ready::model::{FitStep, TrainingCard};

use crate::text::shown;

/// Rows of a step, its log loss out of fold, and whether it was kept.
pub(super) fn rows(card: &TrainingCard) -> Vec<Vec<String>> {
    let row = |FitStep { step, log_loss, kept }: &FitStep| {
        let verdict = if *kept { "kept" } else { "not kept, as it is no better" };
        vec![shown(step, 60), format!("{log_loss:.4}"), verdict.to_owned()]
    };
    card.steps.iter().map(row).collect()
}
