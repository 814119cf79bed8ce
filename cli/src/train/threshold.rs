//! From where on leads are flagged, or why none is, as text.

use sales_ready::model::{
    Abstention, AbstentionKind, Card, Counted, Estimate, Flagged, Model, ThresholdBasis,
};
use sales_ready::train::Finding;
use sales_ready::train::audit::left_out;
use sales_ready::train::measure::conversions_for_auc;

use crate::text::{aligned, count, counted, heading, of_100};

pub(super) fn threshold(model: &Model, findings: &[Finding]) -> String {
    let policy = model.policy();
    if let Some(abstains) = &policy.abstains {
        return format!("\n{}  {}", heading("Sales-ready"), abstention(abstains, left_out(findings)));
    }
    let of_100 = of_100(policy.probability);
    let basis = match (policy.threshold, &policy.basis) {
        (None, ThresholdBasis::Economics { cost_per_contact, value_per_conversion }) => format!(
            "No lead is flagged: a contact costs {cost_per_contact} and a conversion is worth {value_per_conversion}, so no chance this model gives is worth a contact."
        ),
        (_, ThresholdBasis::Economics { cost_per_contact, value_per_conversion }) => format!(
            "Leads are flagged from a chance of {of_100} in 100 on, where a contact begins to pay: {cost_per_contact} ÷ {value_per_conversion}."
        ),
        (_, ThresholdBasis::F1 { .. }) => format!(
            "Leads are flagged from a chance of {of_100} in 100 on, where precision and recall balance best on held-out leads (F1)."
        ),
        _ => format!("Leads are flagged from a chance of {of_100} in 100 on."),
    };
    let mut text = format!("\n{}  {basis}\n", heading("Sales-ready"));
    if let Some(Card { metrics, flagged, .. }) = model.card() {
        text += &of_held_out(flagged, metrics.leads);
        text += &aligned(&flagged_rows(flagged, policy.flags_nobody().is_some()));
        if flagged.profit.is_some_and(|profit| profit.per_100_leads.high < 0.0) {
            text +=
                "  To contact the flagged ones surely lost money: to call nobody would have earned more.\n";
        }
    }
    text
}

/// How many of so many held-out leads would be flagged.
fn of_held_out(flagged: &Flagged, all: u64) -> String {
    let (all, own, hits) = (count(all), count(flagged.leads), count(flagged.conversions));
    match flagged.counted {
        Counted::Calls => format!(
            "  In {all} held-out looks that would be {own} calls, as a lead is not called again before its horizon is over; {hits} reach a conversion. With 95 % intervals:\n"
        ),
        Counted::Looks => format!(
            "  In {all} held-out looks, drawn from many more, it would be flagged {own} times, {hits} of them before a conversion; how many calls that makes, and what they earn, `sales-ready backtest` tells. With 95 % intervals:\n"
        ),
        _ => {
            // Of leads that weigh differently the figures below are others than those counts give.
            let weigh = |precision: Estimate| {
                (precision.value * flagged.leads as f64 - flagged.conversions as f64).abs() > 0.5
            };
            let weighed = flagged.precision.is_some_and(weigh);
            let with = if weighed { "Below, each counts by its weight, with" } else { "With" };
            format!(
                "  Of the {all} held-out leads that would be {own}, of which {hits} converted. {with} 95 % intervals:\n"
            )
        }
    }
}

/// Why nobody is flagged, and what it would take.
fn abstention(abstains: &Abstention, left_out: Option<String>) -> String {
    let Abstention { kind, conversions, non_conversions, needed, needed_for_auc, auc } = abstains;
    let Estimate { value, low, high } = auc;
    let chance = format!("AUC {value:.3}, {low:.3} to {high:.3}, where 0.5 is chance");
    let mut text = match kind {
        AbstentionKind::NoSignal => format!(
            "{} shown to predict conversion: held-out leads are not surely ranked better than by chance ({chance}). So the model has no terms, gives every lead the rate of all, and flags nobody. {}\n",
            if left_out.is_some() {
                "Without the columns that were left out, the others were not"
            } else {
                "These columns were not"
            },
            // What was left out may be all it takes.
            left_out.as_deref().map_or(
                "Bring columns that say what leads did before their outcome, or more leads.".to_owned(),
                |sentence| format!("{sentence}.")
            )
        ),
        _ => format!(
            "Indicative only: {} conversions and {} other leads are known, {} of each are needed. Until then the model flags nobody.\n",
            count(*conversions),
            count(*non_conversions),
            count(*needed)
        ),
    };
    if *kind != AbstentionKind::NoSignal && *low <= 0.5 {
        text += &format!(
            "  So far these columns were not shown to predict conversion ({chance}), so it has no terms and gives every lead the rate of all.\n"
        );
        text += &left_out.map_or_else(String::new, |sentence| format!("  {sentence}.\n"));
    }
    // Half as wide an interval may be what it takes.
    if *low <= 0.5 && *value > 0.52 {
        let needed = conversions_for_auc(auc, *conversions, value - 0.5).saturating_sub(*conversions);
        text += &format!(
            "  About {}, with other leads in proportion, would show it, if they are ranked as well as these.\n",
            more_conversions(needed.max(1))
        );
    } else if *needed_for_auc > 0 {
        text += &format!(
            "  About {}, with other leads in proportion, would make the AUC known to ± 0.05.\n",
            more_conversions(*needed_for_auc)
        );
    }
    text
}

fn more_conversions(number: u64) -> String {
    counted(number, "more conversion", "more conversions")
}

/// What the threshold does, each with its interval.
fn flagged_rows(flagged: &Flagged, nobody: bool) -> Vec<Vec<String>> {
    let row = |name: &str,
               Estimate { value, low, high }: Estimate,
               shown: &dyn Fn(f64) -> String,
               words: &str| {
        vec![name.to_owned(), shown(value), format!("{} to {}", shown(low), shown(high)), words.to_owned()]
    };
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let [of_all, of_flagged, found, unit] = match flagged.counted {
        Counted::Calls => [
            "of the calls that calling everyone takes",
            "of the calls reach a conversion",
            "of the leads that convert are reached",
            "for 100 calls of everyone",
        ],
        Counted::Looks => [
            "of all looks",
            "of the flagged looks are before a conversion",
            "of the looks before one are flagged",
            "",
        ],
        _ => [
            "of all leads",
            "of the flagged leads convert",
            "of the conversions are flagged",
            "for 100 leads",
        ],
    };
    let from = if nobody {
        "chance from which on a contact would pay"
    } else {
        "chance from which on leads are flagged"
    };
    let mut rows = vec![
        row("threshold", flagged.probability, &percent, from),
        row("flagged", flagged.share, &percent, of_all),
    ];
    if let Some(precision) = flagged.precision {
        rows.push(row("precision", precision, &percent, of_flagged));
    }
    rows.push(row("recall", flagged.recall, &percent, found));
    if let Some(profit) = flagged.profit {
        let words = format!("{unit}, where the flagged ones are contacted");
        rows.push(row("profit", profit.per_100_leads, &amount, &words));
        rows.push(row("for everyone", profit.everyone, &amount, &format!("{unit}, where all are contacted")));
        rows.push(row(
            "difference",
            profit.against_everyone,
            &amount,
            "of the two; to call nobody is worth 0",
        ));
    }
    rows
}

/// An amount for people, with as many decimals as its size deserves.
fn amount(amount: f64) -> String {
    let text = match amount.abs() {
        size if size >= 100.0 => {
            return format!("{}{}", if amount < 0.0 { "-" } else { "" }, count(size.round() as u64));
        }
        size if size >= 1.0 => format!("{amount:.2}"),
        _ => format!("{amount:.4}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_leads_that_weigh_differently_are_told_apart_from_their_shares() {
        let of = |value: f64| Estimate { value, low: 0.0, high: 1.0 };
        let text = |precision| {
            let flagged = Flagged {
                counted: Counted::Leads,
                leads: 81,
                conversions: 55,
                probability: of(0.17),
                logit: None,
                share: of(0.2),
                precision: Some(of(precision)),
                recall: of(0.5),
                profit: None,
            };
            of_held_out(&flagged, 287)
        };
        let both = "  Of the 287 held-out leads that would be 81, of which 55 converted. ";
        assert_eq!(text(0.297), format!("{both}Below, each counts by its weight, with 95 % intervals:\n"));
        assert_eq!(text(55.0 / 81.0), format!("{both}With 95 % intervals:\n"));
    }

    #[test]
    fn one_more_conversion_is_one() {
        let text = |needed_for_auc, auc| {
            let (kind, needed) = (AbstentionKind::TooFew, 50);
            let known =
                Abstention { kind, conversions: 49, non_conversions: 90, needed, needed_for_auc, auc };
            abstention(&known, None)
        };
        let known = Estimate { value: 0.7, low: 0.6, high: 0.8 };
        assert!(text(1, known).contains("About 1 more conversion, with"), "{}", text(1, known));
        assert!(text(1_200, known).contains("About 1,200 more conversions, with"));
        let wide = Estimate { value: 0.9, low: 0.5, high: 0.95 };
        assert!(text(0, wide).contains("About 1 more conversion, with"), "{}", text(0, wide));
    }
}
