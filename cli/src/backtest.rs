//! `sales-ready backtest`

use sales_ready::backtest::{self, Backtest};
use sales_ready::model::Estimate;
use sales_ready::train::Money;
use sales_ready::train::touches::known::KnownLeads;
use sales_ready::{Error, ErrorKind, Model, Result};

use crate::Outcome;
use crate::args::{self, BacktestArgs};
use crate::input;
use crate::output::Output;
use crate::places::{self, Place};
use crate::publish;
use crate::text::{aligned, count, counted, finding, heading, json, note, notes, print};

/// The seed of the bootstrap: the same figures for the same files.
const SEED: u64 = 1;

pub(crate) fn run(args: &BacktestArgs) -> Result<()> {
    let mut inputs = args.log.places();
    inputs.extend([("the model", args.model.as_path()), ("the outcomes", args.outcomes.as_path())]);
    let outputs: Vec<Place<'_>> = args.report.iter().map(|path| ("--report", path.as_path())).collect();
    places::check(&inputs, &outputs)?;
    for (_, path) in &outputs {
        Output::check(path)?;
    }
    let model = input::model(&args.model)?;
    let of_model = |error: Error| match error.kind() {
        ErrorKind::MissingField => input::placed(error, &args.model),
        _ => error,
    };
    let options = backtest::Options {
        horizon: args.horizon,
        from: args.from,
        to: args.to,
        money: money(&model, args)?,
        capacity: args.capacity,
        seed: SEED,
    };
    let known = args.log.known(&model, &args.csv)?;
    let schema = input::schema_file(args.log.schema.as_deref())?;
    let outcomes = input::outcomes(&args.outcomes, &args.csv, schema.as_ref())?;
    let mut log = args.log.read(&model, &args.csv, schema)?;
    let mut notes = log.notes().to_vec();
    notes.extend(outcomes.notes().iter().cloned());
    notes.extend(known.iter().flat_map(KnownLeads::notes).cloned());
    notes.extend(args.log.unknown_fields(&model));
    let until = args.until.unwrap_or_else(|| outcomes.known_until(log.tally()));
    let mut result = backtest::backtest(&model, options, log.histories()?, until, &outcomes, known.as_ref())
        .map_err(of_model)?;
    result.notes.extend(notes);
    if let Some(path) = &args.report {
        let version = format!("sales-ready {}", env!("CARGO_PKG_VERSION"));
        publish::write(path, result.to_html(&version))?;
    }
    print(&if args.json { json(&result)? } else { text(&result) })
}

/// What was said, or else what the model's threshold rests on.
fn money(model: &Model, args: &BacktestArgs) -> Result<Money> {
    let said = args::money(args.cost_per_contact, args.value_per_conversion);
    said.or_else(|| Money::of(model.policy())).ok_or_else(|| {
        let message =
            "the model's threshold does not rest on money; say --cost-per-contact and --value-per-conversion";
        Error::new(ErrorKind::BadOption, message)
    })
}

fn text(result: &Backtest) -> String {
    let mut text = heading(&format!(
        "{} to {}: {} on {}, {} converted within {}",
        result.from,
        result.to,
        counted(result.leads, "lead", "leads"),
        counted(result.weeks, "Monday", "Mondays"),
        count(result.conversions),
        counted(u64::from(result.horizon_days), "day", "days")
    ));
    text += &notes(&result.notes);
    let outcome = if result.seen == Some(false) { Outcome::Done } else { Outcome::Look };
    text += &format!("\n{}\n", finding(&note(&result.learnt), outcome));
    let titles = ["", "calls", "conversions reached", "cost of one", "profit", "the model earns more by"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    for rule in &result.rules {
        let ahead = if rule.rule == "model" { String::new() } else { amount(&rule.model_ahead_by) };
        rows.push(vec![
            rule.rule.replace('-', " "),
            amount(&rule.calls),
            amount(&rule.reached),
            rule.cost_per_acquisition.as_ref().map_or_else(|| "none".into(), amount),
            amount(&rule.profit),
            ahead,
        ]);
    }
    text += &aligned(&rows);
    text += &format!(
        "\n  In brackets: 95 % intervals. A call costs {}, a conversion is worth {}.\n",
        result.cost_per_contact, result.value_per_conversion
    );
    text += "  \"points\" and \"last touch\" call as many leads each week as the model. Points: ";
    text += &format!("{}.\n", result.points.in_words());
    text
}

fn amount(estimate: &Estimate) -> String {
    let whole = |amount: f64| {
        let sign = if amount <= -0.5 { "-" } else { "" };
        format!("{sign}{}", count(amount.abs().round() as u64))
    };
    format!("{} ({} to {})", whole(estimate.value), whole(estimate.low), whole(estimate.high))
}
