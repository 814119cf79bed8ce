//! A comparison in plain sentences.

use super::{Comparison, Paired, Verdict};
use crate::train::text::counted;

/// For a new model that flags nobody, where the old one does.
pub(super) fn of_silent(why: &str) -> String {
    format!("Cannot tell: the new model flags nobody, where the old one flags some: {why}.")
}

/// `veto` says whether a lower profit decides.
pub(super) fn sentences(comparison: &Comparison, veto: bool) -> Vec<String> {
    let Comparison { leads, conversions, verdict, log_loss, margin, profit, .. } = comparison;
    let Paired { difference, .. } = log_loss;
    let loses = profit.as_ref().filter(|profit| veto && profit.per_1000_leads.difference.high < 0.0);
    let first = match verdict {
        Verdict::Same => "The same: both models say the same of every lead.".to_owned(),
        Verdict::Better => "Better: the new model's log loss is surely lower.".to_owned(),
        Verdict::NotWorse => format!(
            "Not worse: the new model's log loss is at most {margin:.4} higher, a margin of no consequence."
        ),
        Verdict::CannotTell => format!(
            "Cannot tell: {}, of which {conversions} converted, {} not show which model is better; bring more.",
            counted(*leads, "lead", "leads"),
            if *leads == 1 { "does" } else { "do" }
        ),
        Verdict::Worse if loses.is_some() => "Worse: the new model earns surely less.".to_owned(),
        Verdict::Worse => "Worse: the new model's log loss is surely higher.".to_owned(),
    };
    let mut sentences = vec![first];
    if *verdict != Verdict::Same {
        sentences.push(format!(
            "New less old, the log loss is {:+.4} (95 % interval {:+.4} to {:+.4}); up to {margin:+.4} counts as not worse.",
            difference.value, difference.low, difference.high
        ));
    }
    if loses.is_some() && difference.high < 0.0 {
        sentences.push("Its log loss is lower nevertheless: look at the money before you decide.".to_owned());
    }
    sentences
}
