//! `sales-ready compare`

use sales_ready::Result;
use sales_ready::train::compare::{Comparison, Paired, Verdict, compare_models};

use crate::Outcome;
use crate::args::{self, CompareArgs};
use crate::input;
use crate::places;
use crate::text::{aligned, count, counted, finding, heading, json, note, notes, print};

/// The seed of the bootstrap.
const SEED: u64 = 0;

pub(crate) fn run(args: &CompareArgs) -> Result<Outcome> {
    let models = [("the old model", &*args.old), ("the new model", &*args.new)];
    places::check(&[&models[..], &[("the leads", &args.input)]].concat(), &[])?;
    let models = [input::model(&args.old)?, input::model(&args.new)?];
    let table = input::table(&args.input, &args.csv)?;
    let money = args::money(args.cost_per_contact, args.value_per_conversion);
    let asked = input::outcome_column(&args.outcome);
    let comparison = compare_models(models.each_ref(), &table, &asked, money, SEED)?;
    let outcome = outcome(comparison.verdict);
    print(&if args.json { json(&comparison)? } else { text(&comparison, table.file(), outcome) })?;
    Ok(outcome)
}

/// What a verdict on a new model asks for.
pub(crate) fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Worse => Outcome::Act,
        verdict if verdict.is_not_worse() => Outcome::Done,
        _ => Outcome::Look,
    }
}

fn text(comparison: &Comparison, file: &str, outcome: Outcome) -> String {
    let Comparison { leads, conversions, sentences, .. } = comparison;
    let mut text =
        heading(&format!("{file}: {}, {} converted", counted(*leads, "lead", "leads"), count(*conversions)));
    text += &notes(&comparison.notes);
    let mut sentences = sentences.iter();
    if let Some(verdict) = sentences.next() {
        text += &format!("\n{}", finding(&note(verdict), outcome));
    }
    text += &notes(sentences);
    text + "\n" + &aligned(&figures(comparison))
}

/// Both models' figures and their differences, a row each.
pub(crate) fn figures(comparison: &Comparison) -> Vec<Vec<String>> {
    let row = |name: String, Paired { old, new, difference }: Paired, digits: usize, words: &str| {
        vec![
            name,
            format!("{old:.digits$}"),
            format!("{new:.digits$}"),
            format!("{:+.digits$}", difference.value),
            format!("{:+.digits$} to {:+.digits$}", difference.low, difference.high),
            words.to_owned(),
        ]
    };
    let header = ["", "old", "new", "difference", "95 % interval"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.push(row("log loss".into(), comparison.log_loss, 4, "lower is better"));
    if let Some(auc) = comparison.auc {
        rows.push(row("AUC".into(), auc, 3, "higher is better"));
    }
    if let Some(profit) = &comparison.profit {
        let words = format!(
            "of 1,000 leads, where a contact costs {} and a conversion is worth {}",
            profit.cost_per_contact, profit.value_per_conversion
        );
        rows.push(row("profit".into(), profit.per_1000_leads, 0, &words));
    }
    rows
}
