//! `sales-ready train`

mod drivers;
mod json;
mod source;
mod steps;
mod threshold;
mod touched;

use std::path::Path;

use sales_ready::model::{Card, Estimate, Metrics, Model, ThresholdBasis};
use sales_ready::report::{Level, of_strangers};
use sales_ready::train::brought::Brought;
use sales_ready::train::shell::{argument, option};
use sales_ready::train::touch_facts::facts;
use sales_ready::train::touches::known::fields_beside_touches;
use sales_ready::train::{Baseline, Finding, Options, Progress, Training, train};
use sales_ready::{ErrorKind, Result};

use crate::Outcome;
use crate::args::{self, TrainArgs};
use crate::progress::Bar;
use crate::publish::Prepared;
use crate::replace;
use crate::report;
use crate::streams;
use crate::text::{aligned, count, heading, json, named, note, notes, print_done, shown};
use drivers::drivers;
use json::Report;
use source::Source;
use threshold::threshold;

/// Longer names and values are cut in the report.
const NAME: usize = 40;
/// No list has more entries than this.
const LISTED: usize = 30;
/// Longer sentences name something very long.
const SENTENCE: usize = 1_000;

pub(crate) fn run(args: &TrainArgs) -> Result<Outcome> {
    let output = args.destination();
    report::check(args)?;
    let seen = report::Seen::new(args);
    let source = match &args.touched.touches {
        Some(touches) => source::touched(touches, args, &seen)?,
        None => source::leads(args, &seen)?,
    };
    let Source { brought, kinds, looks, thinned, keep, horizon, before, incumbent, log } = source;
    let leads = &brought.leads;
    let mut options = Options::default();
    options.pairs = usize::from(args.pairs);
    (options.keep, options.horizon, options.since) = (keep, horizon, args.since);
    (options.kinds, options.looks, options.thinned) = (kinds, looks, thinned);
    options.bots_kept = args.touched.keep_bots;
    options.money = args::money(args.cost_per_contact, args.value_per_conversion);
    options.baselines = args.baselines;
    let bar = Bar::new();
    let trained = train(leads, &options, &mut |Progress { step, done, total }| bar.step(step, done, total));
    drop(bar);
    let training = trained.map_err(|error| match error.kind() {
        ErrorKind::BadOption => error,
        _ => error.at(brought.file.clone(), 0, 0),
    })?;
    let succession = incumbent
        .map(|incumbent| incumbent.succeeded_by(&training, leads, options.money, options.seed))
        .transpose()?;
    let published = succession.as_ref().is_none_or(|succession| succession.publish);
    let facts = log.map(|(mut log, touched)| facts(&mut log, &touched, &training, &options)).transpose()?;
    let source = report::Source {
        brought: &brought,
        training: &training,
        touches: facts.as_ref(),
        succession: succession.as_ref(),
    };
    let mut texts = report::texts(args, source, &seen)?;
    if published {
        // Last, so that no model is in place whose report could not be.
        texts.push((output, training.model.to_json()));
    }
    let prepared = Prepared::new(&texts)?;
    match &before {
        Some(before) => prepared.publish_over(before)?,
        None => prepared.publish()?,
    }
    let report = if args.json { json(&Report::new(source))? } else { text(source, args) };
    print_done(&report, report::outputs(args).any(|(_, path)| streams::is_output(path)));
    Ok(replace::outcome(succession.as_ref()))
}

fn text(source: report::Source<'_>, args: &TrainArgs) -> String {
    let report::Source { brought, training, touches, succession } = source;
    let leads = &brought.leads;
    let model = &training.model;
    let rows = leads.len() as u64;
    let conversions = leads.conversions() as u64;
    let share = 100.0 * conversions as f64 / rows as f64;
    let weighted = leads.weights.as_ref().map_or_else(String::new, |weights| {
        let converted = weights.iter().zip(&leads.label).filter(|(_, converted)| **converted);
        let share = 100.0 * converted.map(|(weight, _)| weight).sum::<f64>() / weights.iter().sum::<f64>();
        format!(", {share:.1} % by weight")
    });
    let mut text = heading(&format!(
        "{}: {} {}, {} converted ({share:.1} %{weighted})",
        brought.file,
        count(rows),
        if args.touched.touches.is_some() { "snapshots" } else { "leads" },
        count(conversions)
    ));
    text += &format!("  {}: {}\n", shown(&leads.target.field, NAME), note(&brought.target_why));
    text += &notes(&brought.notes);
    text += &guesses(brought);
    text += &findings(&training.findings);
    if let Some(card) = model.card() {
        text += &metrics(card, !model.terms().is_empty());
        if !model.terms().is_empty()
            && let Some(warning) = Level::of(&training.held_out).warning(&card.metrics.log_loss)
        {
            text += &format!("  {warning}\n");
        }
        // A model that is not published has bought nothing.
        if !model.terms().is_empty() {
            text += &section(
                "What each step of the fit bought, in log loss out of fold",
                &steps::rows(&card.training),
            );
        }
        text += &baselines(card, !model.terms().is_empty(), &training.baselines);
    }
    text += &touches.map_or_else(String::new, touched::text);
    text += &drivers(training, leads);
    text += &threshold(model, &training.findings);
    text += &succession.map_or_else(String::new, replace::text);
    let published = succession.is_none_or(|succession| succession.publish);
    text += &next(model, training, published.then(|| args.destination()));
    text + &report::written(args)
}

/// What to do with the model, and what would make it better.
fn next(model: &Model, training: &Training, written: Option<&Path>) -> String {
    let mut rows = Vec::new();
    let mut advise = |what: String, why: &str| rows.push(vec![what, why.to_owned()]);
    if training.findings.iter().any(|finding| finding.kind.accuses() && !finding.excluded) {
        advise("--exclude COLUMN".into(), "if a column that may know the outcome is filled in after it");
    }
    let left_out = training.findings.iter().filter(|finding| finding.kind.accuses() && finding.excluded);
    let left_out: Vec<&str> = left_out.filter_map(|finding| finding.field.as_deref()).collect();
    if model.policy().abstains.is_some() && !left_out.is_empty() {
        let keep: Vec<String> = left_out.iter().map(|name| option("--keep", name)).collect();
        advise(
            keep.join(" "),
            "if what was left out for foretelling the outcome too well is known before it",
        );
    }
    if model.policy().abstains.is_none() && matches!(model.policy().basis, ThresholdBasis::F1 { .. }) {
        advise(
            "--cost-per-contact, --value-per-conversion".into(),
            "to flag leads from where a contact begins to pay",
        );
    }
    let mut text = String::new();
    if let Some(written) = written.filter(|path| !streams::is_output(path)) {
        let mut path = written.display().to_string();
        if path.starts_with('-') {
            // Else it would be taken for a flag.
            path.insert_str(0, "./");
        }
        let path = argument(&path);
        if !model.terms().is_empty() {
            let mut table = "new.csv";
            if model.recipe().is_some() {
                let leads = if fields_beside_touches(model).is_empty() { "" } else { " --leads leads.csv" };
                table = "today.csv";
                advise(
                    format!("sales-ready engage touches.csv --features {path}{leads} --as-of DAY -o {table}"),
                    "to have the table of what touches say of leads on a day",
                );
            }
            advise(format!("sales-ready score {path} {table} -o scored.csv"), "to score its leads");
        }
        text += &format!("\nWrote {}.\n", named(written));
    }
    text + &section("What to do next", &rows)
}

fn guesses(brought: &Brought) -> String {
    let mut rows: Vec<Vec<String>> = brought
        .notable_guesses()
        .map(|guess| vec![shown(&guess.column, NAME), guess.role.to_owned(), shown(&guess.why, 200)])
        .collect();
    let more = rows.len().saturating_sub(LISTED);
    rows.truncate(LISTED);
    section("Guessed about columns (correct it with `sales-ready inspect -o` and --schema)", &rows)
        + &further(more, "sales-ready inspect")
}

/// Each finding by name, what speaks for it, what was done, and how to have it otherwise; the graver ones first.
fn findings(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}", heading("What the audit found"));
    let mut ordered: Vec<&Finding> = findings.iter().collect();
    ordered.sort_by_key(|finding| (!finding.kind.accuses(), finding.field.is_some()));
    for finding in ordered.iter().take(LISTED) {
        let about =
            finding.field.as_ref().map_or_else(|| "the whole table".to_owned(), |field| shown(field, NAME));
        text += &format!("  {about}: {}\n", finding.kind.title());
        // What is to be pasted is of no use cut off.
        let rows = [
            ("evidence", &finding.evidence, SENTENCE),
            ("done", &finding.done, SENTENCE),
            ("otherwise", &finding.remedy, usize::MAX),
        ];
        let row =
            |(name, sentence, most): (&str, &String, usize)| vec![format!("  {name}"), shown(sentence, most)];
        text += &aligned(&rows.map(row));
    }
    text + &further(findings.len().saturating_sub(LISTED), "--json")
}

/// What was not listed, and where it is.
fn further(more: usize, place: &str) -> String {
    if more == 0 { String::new() } else { format!("  and {} more; {place} lists all\n", count(more as u64)) }
}

fn metrics(card: &Card, published: bool) -> String {
    let metrics = &card.metrics;
    let row = |name: &str, estimate: Estimate, digits: usize, words: &str| {
        let Estimate { value, low, high } = estimate;
        vec![
            name.to_owned(),
            format!("{value:.digits$}"),
            format!("{low:.digits$} to {high:.digits$}"),
            words.to_owned(),
        ]
    };
    let rows = [
        row("AUC", metrics.auc, 3, "chance that a converted lead scores above one that is not"),
        row("average precision", metrics.average_precision, 3, "precision, averaged over all recalls"),
        row("log loss", metrics.log_loss, 4, "lower is better"),
        row("Brier score", metrics.brier, 4, "lower is better"),
        row("calibration error", metrics.ece, 4, "mean gap between chance and rate"),
        row("lift at 10 %", metrics.lift_at_10, 2, "conversion rate of the best tenth ÷ that of all"),
    ];
    let what = if published { "How good it is" } else { "How good the model was that is discarded" };
    let mut text = section(&format!("{what}, with 95 % intervals ({})", metrics.held_out), &rows);
    for other in &card.other_splits {
        let rows = [
            row("AUC", other.auc, 3, "how well it ranks"),
            row("log loss", other.log_loss, 4, "lower is better"),
        ];
        text.push_str(&section(&format!("Measured in another way: {}", other.held_out), &rows));
        let strangers = of_strangers(other);
        text += &match (metrics.differs_from(other), strangers) {
            (true, Some(strangers)) => format!("  The two differ by more than chance. {strangers}\n"),
            (true, None) => "  The two differ by more than chance: how good it is depends on which leads it meets. New leads are most like the last ones, and like none that the model has met.\n".to_owned(),
            (false, strangers) => {
                let further = strangers.map_or_else(String::new, |strangers| format!(" {strangers}"));
                format!("  The two do not differ by more than chance.{further}\n")
            }
        };
    }
    text
}

/// The model among other ways to score, and how these are made.
fn baselines(card: &Card, published: bool, baselines: &[Baseline]) -> String {
    if baselines.is_empty() {
        return String::new();
    }
    let row = |name: &str, metrics: &Metrics, excess: Option<Estimate>| {
        let excess =
            excess.map(|Estimate { value, low, high }| format!("{value:+.4} ({low:+.4} to {high:+.4})"));
        vec![
            name.to_owned(),
            with_ends(metrics.auc, 3),
            with_ends(metrics.log_loss, 4),
            with_ends(metrics.ece, 4),
            excess.unwrap_or_default(),
        ]
    };
    let [own, above] = if published {
        ["This model", "log loss above this model's"]
    } else {
        ["The discarded model", "log loss above the discarded one's"]
    };
    let head = ["", "AUC", "log loss", "calibration error", above];
    let mut rows = vec![head.map(str::to_owned).to_vec(), row(own, &card.metrics, None)];
    rows.extend(baselines.iter().map(|other| row(other.name, &other.metrics, Some(other.excess_log_loss))));
    let made = baselines.iter().map(|other| format!("  {}: {}.\n", other.name, other.made));
    section("Compared with other ways to score the same held-out leads, with 95 % intervals", &rows)
        + &made.collect::<String>()
}

/// A figure with the ends of its interval.
fn with_ends(Estimate { value, low, high }: Estimate, digits: usize) -> String {
    format!("{value:.digits$} ({low:.digits$} to {high:.digits$})")
}

fn section(title: &str, rows: &[Vec<String>]) -> String {
    if rows.is_empty() { String::new() } else { format!("\n{}{}", heading(title), aligned(rows)) }
}
