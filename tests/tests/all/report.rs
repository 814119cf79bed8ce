//! The report says what the model says, and says it as text.

#![expect(clippy::unwrap_used, reason = "a failing helper must fail its test")]

mod page;
mod sentences;

use std::sync::OnceLock;

use sales_ready::model::{Estimate, Model, Term};
use sales_ready::report::{Effect, EffectOf, FileFacts, Per, Report, Reproduction, Shape, Source, State};
use sales_ready::train::brought::Brought;
use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::leads::Leads;
use sales_ready::train::schema::{Options as SchemaOptions, Schema};
use sales_ready::train::{Money, Options, Training, train};
use sales_ready_tests::reference;
use sales_ready_tests::sample;

/// The normal quantile of a 95 % interval, with the digits that R 4.2 prints for `qnorm(0.975)`.
const Z: f64 = 1.959_964;

struct Run {
    leads: Leads,
    training: Training,
    report: Report,
}

fn run(text: &str, target: &str, options: &Options) -> Run {
    run_with(text, target, options, |_| ())
}

/// The same with the report of a training that is not quite what it was.
fn run_with(text: &str, target: &str, options: &Options, alter: fn(&mut Training)) -> Run {
    let table = Table::read(text.as_bytes(), "leads <1>.csv", &CsvOptions::default(), &mut |_| ()).unwrap();
    let said = SchemaOptions { target: Some(target.into()), ..SchemaOptions::default() };
    let schema = Schema::infer(&table, &said).unwrap();
    let leads = schema.leads(&table).unwrap();
    let mut training = train(&leads, options, &mut |_| ()).unwrap();
    alter(&mut training);
    let file = FileFacts {
        role: "leads".into(),
        name: "a&b".into(),
        bytes: text.len() as u64,
        sha256: "0".repeat(64),
    };
    let reproduction =
        Reproduction { command: "sales-ready train 'a&b'".into(), version: "test".into(), files: vec![file] };
    let brought = Brought::from_table(&table, &schema, leads);
    let source = Source { brought: &brought, training: &training, touches: None, succession: None };
    let report = Report::new(source, reproduction).unwrap();
    Run { leads: brought.leads, training, report }
}

/// The newest 1,500 leads of the bundled sample, with money and baselines.
fn sample_run() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| {
        let text = sample::leads_csv();
        let lines: Vec<&str> = text.lines().collect();
        let text = [&lines[..1], &lines[lines.len() - 1_500..]].concat().join("\n");
        let mut options = Options::default();
        options.money = Some(Money { cost_per_contact: 40.0, value_per_conversion: 900.0 });
        options.baselines = true;
        run(&text, "converted", &options)
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * (1.0 + b.abs())
}

#[test]
fn the_drivers_are_the_models_terms() {
    let Run { leads, training, report } = sample_run();
    assert_eq!(report.drivers.len(), training.model.terms().len());
    assert!(report.drivers.windows(2).all(|pair| pair[0].strength >= pair[1].strength));
    for term in training.model.terms() {
        let driver = report.drivers.iter().find(|driver| driver.fields == term.fields()).unwrap();
        match (term, &driver.shape) {
            (Term::Curve(curve), Shape::Curve(shape)) => {
                assert_eq!(shape.knots.iter().map(|knot| knot.x).collect::<Vec<_>>(), curve.x);
                assert_eq!(shape.knots.iter().map(|knot| knot.logit).collect::<Vec<_>>(), curve.y);
                for (knot, se) in shape.knots.iter().zip(&curve.se) {
                    let [low, high] = knot.band.unwrap();
                    assert!(close(low, knot.logit - Z * se) && close(high, knot.logit + Z * se));
                }
                let missing = shape.missing.as_ref().map_or(0, |effect| effect.leads);
                let drawn: u64 = shape.histogram.iter().map(|bar| bar.leads).sum();
                assert!(drawn + missing <= leads.len() as u64);
                assert!((drawn + missing) as f64 >= 0.97 * leads.len() as f64, "{} has {drawn}", curve.field);
            }
            (Term::Table(table), Shape::Table(shape)) => {
                for level in &table.levels {
                    let named = |effect: &&Effect| effect.of == EffectOf::Level(level.level.clone());
                    assert_eq!(shape.effects.iter().find(named).unwrap().logit, level.value);
                }
                assert_eq!(shape.effects.iter().map(|effect| effect.leads).sum::<u64>(), leads.len() as u64);
                let conversions = shape.effects.iter().map(|effect| effect.conversions).sum::<u64>();
                assert_eq!(conversions, leads.conversions() as u64);
            }
            (Term::Pair(pair), Shape::Pair(shape)) => {
                let counted = shape.cells.iter().flatten().map(|cell| cell.leads).sum::<u64>();
                assert_eq!(counted, leads.len() as u64);
                let values: Vec<f64> = pair.values.iter().flatten().copied().collect();
                assert!(shape.cells.iter().flatten().all(|cell| values.contains(&cell.logit)));
            }
            _ => panic!("{} is drawn as something else", driver.title),
        }
    }
}

#[test]
fn the_hand_off_is_what_the_threshold_flags() {
    let Run { leads, training, report } = sample_run();
    let card = training.model.card().unwrap();
    let flagged = report.flagging.flagged.as_ref().unwrap();
    assert_eq!(flagged.held_out_leads, card.flagged.leads);
    assert_eq!(flagged.held_out_conversions, card.flagged.conversions);
    assert_eq!(report.flagging.everyone.held_out_leads, card.metrics.leads);
    assert_eq!(report.flagging.per, Per::Week);
    let seconds = &leads.dates.as_ref().unwrap().seconds;
    let measured: Vec<i64> = training.held_out.rows.iter().map(|row| seconds[*row]).collect();
    let days = (measured.iter().max().unwrap() - measured.iter().min().unwrap()) / 86_400 + 1;
    assert!(close(report.flagging.everyone.leads, card.metrics.leads as f64 / (days as f64 / 7.0)));
    // Of a contact that costs 40 and a conversion worth 900.
    let [leads, conversions] = [flagged.held_out_leads as f64, flagged.held_out_conversions as f64];
    assert!(close(flagged.cost_per_acquisition.unwrap().value.unwrap(), 40.0 * leads / conversions));
    assert!(close(flagged.profit.unwrap().value, (900.0 * conversions - 40.0 * leads) * 7.0 / days as f64));
    assert!(report.flagging.cuts.windows(2).all(|pair| pair[0].share < pair[1].share));
}

#[test]
fn the_plots_of_quality_agree_with_the_metrics() {
    let Run { training, report, .. } = sample_run();
    let quality = &report.quality;
    // The trapezoids under a curve of which every sixtieth or so is kept.
    let area: f64 = quality
        .ranking
        .windows(2)
        .map(|pair| (pair[1].in_vain - pair[0].in_vain) * f64::midpoint(pair[0].found, pair[1].found))
        .sum();
    assert!((area - quality.metrics.auc.value).abs() < 0.01, "{area} {:?}", quality.metrics.auc);
    let last = quality.ranking.last().unwrap();
    assert_eq!([last.called, last.found, last.in_vain], [1.0; 3]);
    let counts = [
        quality.tenths.iter().map(|tenth| tenth.leads).sum::<u64>(),
        quality.reliability.iter().map(|bin| bin.leads).sum::<u64>(),
        quality.periods.iter().map(|period| period.leads).sum::<u64>(),
    ];
    assert_eq!(counts, [quality.metrics.leads; 3]);
    let lift: f64 = quality.tenths.iter().map(|tenth| tenth.lift.value * tenth.leads as f64).sum();
    assert!(close(lift, quality.metrics.leads as f64));
    // Each group's AUC by comparing all pairs.
    let held_out = &training.held_out;
    let dates = &sample_run().leads.dates.as_ref().unwrap().seconds;
    let period = quality.periods.iter().find(|period| period.auc.is_some()).unwrap();
    let month = |row: usize| jiff::Timestamp::from_second(dates[row]).unwrap().to_string()[..7].to_owned();
    let places: Vec<usize> =
        (0..held_out.rows.len()).filter(|place| month(held_out.rows[*place]) == period.name).collect();
    assert_eq!(places.len() as u64, period.leads, "{}", period.name);
    let score: Vec<f64> = places.iter().map(|place| held_out.predictions.probability[*place]).collect();
    let converted: Vec<bool> = places.iter().map(|place| held_out.predictions.converted[*place]).collect();
    let slow = reference::auc(&score, &converted, &vec![1.0; places.len()]);
    assert!(close(period.auc.unwrap().value, slow));
}

#[test]
fn the_points_card_adds_up() {
    let Run { training, report, .. } = sample_run();
    let model = &training.model;
    let points = |logit: f64| (logit * 20.0 / std::f64::consts::LN_2).round() as i64;
    for term in model.terms() {
        let Term::Table(table) = term else { continue };
        let field = report.points.fields.iter().find(|field| field.fields == term.fields()).unwrap();
        for level in &table.levels {
            let row = field.rows.iter().find(|row| row.value == level.level).unwrap();
            assert_eq!(row.points, points(level.value));
        }
    }
    let chances = &report.points.chances;
    assert!(chances.windows(2).all(|pair| pair[0].probability <= pair[1].probability));
    let average = chances.iter().find(|chance| chance.points == 100).unwrap();
    assert!(close(average.probability, model.score_logit(model.intercept()).probability));
    let threshold = model.policy().threshold.unwrap();
    assert_eq!(report.points.threshold, Some(100.0 + points(threshold - model.intercept()) as f64));
    let rounding = &report.points.rounding;
    assert!((rounding.auc_model.value - rounding.auc_points.value).abs() < 0.01, "{rounding:?}");
    assert!(0.0 < rounding.mean_distance && rounding.mean_distance < 8.0, "{rounding:?}");
}

#[test]
fn the_json_is_the_report_and_makes_the_same_page() {
    let report = &sample_run().report;
    let read: Report = serde_json::from_str(&report.to_json()).unwrap();
    assert!(read == *report);
    assert!(read.to_html() == report.to_html());
}

#[test]
fn too_few_leads_are_called_indicative_first() {
    let text = sample::leads_csv();
    let few: Vec<&str> = text.lines().take(121).collect();
    let Run { report, .. } = run(&few.join("\n"), "converted", &Options::default());
    assert_eq!(report.conclusion.state, State::Indicative);
    assert!(report.flagging.flagged.is_none() && report.points.threshold.is_none());
    assert!(report.conclusion.sentences[0].contains("needs"), "{}", report.conclusion.sentences[0]);
    assert!(report.to_html().contains("Indicative only"));
    // What it costs to call does not matter to a model that flags nobody.
    assert!(!report.to_html().contains("--cost-per-contact"));
}

#[test]
fn without_dates_counts_are_of_a_hundred_leads() {
    let Run { report, training, .. } = run(&page::hostile(), "won", &Options::default());
    assert_eq!(report.flagging.per, Per::HundredLeads);
    assert!(close(report.flagging.everyone.leads, 100.0));
    let Estimate { value, .. } = report.flagging.everyone.conversion_rate;
    let metrics = &training.model.card().unwrap().metrics;
    assert!(close(value, metrics.conversions as f64 / metrics.leads as f64));
    assert_eq!(report.quality.periods.len(), 5);
}

#[test]
fn a_trained_model_alone_says_the_same() {
    // What the page shows of the model is in its file: nothing was changed on the way.
    let Run { training, report, .. } = sample_run();
    let read = Model::from_json(&training.model.to_json()).unwrap();
    let card = read.card().unwrap();
    assert_eq!(report.quality.metrics, card.metrics);
    assert_eq!(report.training, card.training);
    assert_eq!([report.subject.leads, report.subject.conversions], [card.data.leads, card.data.conversions]);
}
