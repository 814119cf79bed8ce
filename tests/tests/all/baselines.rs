//! Baselines against slow implementations of what they say of themselves, on the leads the model is measured on.

use std::collections::BTreeMap;

use sales_ready::model::{Estimate, Field, FieldKind, NumberFormat, Target};
use sales_ready::train::leads::{Column, Dates, Direction, Leads, Prior, Values};
use sales_ready::train::measure::{Predictions, log_loss_difference};
use sales_ready::train::{Baseline, Options, Training, train};
use sales_ready_tests::random::Random;
use sales_ready_tests::reference;
use sales_ready_tests::sample::{self, ROWS, SEED};

fn trained(leads: &Leads) -> Training {
    let mut options = Options::default();
    options.baselines = true;
    // The audit looks at all leads; whatever it says of the columns, they stay.
    options.keep = leads.columns.iter().map(|column| column.field.name.clone()).collect();
    train(leads, &options, &mut |_| ()).expect("a table that can be learnt from")
}

/// The rows that were not held out.
fn learnt_from(leads: &Leads, training: &Training) -> Vec<usize> {
    (0..leads.len()).filter(|row| !training.held_out.rows.contains(row)).collect()
}

fn labels(leads: &Leads, rows: &[usize]) -> Vec<bool> {
    rows.iter().map(|row| leads.label[*row]).collect()
}

#[track_caller]
fn assert_log_loss(baseline: &Baseline, probabilities: &[f64], labels: &[bool]) {
    let expected = reference::log_loss(probabilities, labels, &vec![1.0; labels.len()]);
    let found = baseline.metrics.log_loss.value;
    assert!((found - expected).abs() < 1e-9, "{}: {found}, expected {expected}", baseline.name);
}

#[test]
fn the_majority_knows_only_the_rate_and_the_model_beats_straight_lines() {
    let leads = sample::generate(SEED, ROWS).to_leads();
    let training = trained(&leads);
    let [majority, linear, odoo, scaled] = &training.baselines[..] else { panic!("four baselines") };
    let known = labels(&leads, &learnt_from(&leads, &training));
    let held_out = labels(&leads, &training.held_out.rows);
    let rate = |labels: &[bool]| labels.iter().filter(|label| **label).count() as f64 / labels.len() as f64;
    assert_eq!(majority.metrics.auc.value, 0.5);
    // The entropy of the held-out rate relative to the known one.
    let (p, q) = (rate(&held_out), rate(&known));
    let entropy = -p * libm::log(q) - (1.0 - p) * libm::log(1.0 - q);
    assert!((majority.metrics.log_loss.value - entropy).abs() < 1e-12);

    let model = training.model.card().unwrap().metrics.log_loss.value;
    for baseline in [majority, linear, odoo, scaled] {
        let Estimate { value, low, high } = baseline.excess_log_loss;
        assert!((value - (baseline.metrics.log_loss.value - model)).abs() < 1e-12, "{}", baseline.name);
        assert!(low < value && value < high && value > 0.0, "{baseline:?}");
    }
    // Naive Bayes counts what fields share twice; a line takes that back, and cannot change the order of leads.
    assert!(odoo.excess_log_loss.low > 0.0 && scaled.metrics.log_loss.value < odoo.metrics.log_loss.value);
    assert_eq!(scaled.metrics.auc, odoo.metrics.auc);
}

#[test]
fn odoo_is_the_product_of_shares() {
    let leads = sample::generate(SEED, 3_000).to_leads();
    let training = trained(&leads);
    let known = learnt_from(&leads, &training);
    let values: Vec<Vec<Option<String>>> =
        leads.columns.iter().map(|column| as_texts(&column.values, &known)).collect();
    // Won and lost leads, by value and in all.
    let counts: Vec<BTreeMap<&String, [f64; 2]>> = values
        .iter()
        .map(|column| {
            let mut counts = BTreeMap::new();
            for (row, value) in known.iter().filter_map(|row| Some((row, column[*row].as_ref()?))) {
                counts.entry(value).or_insert([0.1, 0.1])[usize::from(!leads.label[*row])] += 1.0;
            }
            counts
        })
        .collect();
    let all = [true, false]
        .map(|class| known.iter().filter(|row| leads.label[**row] == class).count() as f64 + 0.1);
    let share = |row: &usize| {
        let mut scores = all;
        for (column, counts) in values.iter().zip(&counts) {
            let Some(count) = column[*row].as_ref().and_then(|value| counts.get(value)) else { continue };
            for class in 0..2 {
                scores[class] *= count[class] / counts.values().map(|count| count[class]).sum::<f64>();
            }
        }
        let percent = 100.0 * scores[0] / (scores[0] + scores[1]);
        ((percent * 100.0).round() / 100.0).clamp(0.01, 99.99) / 100.0
    };
    let shares: Vec<f64> = training.held_out.rows.iter().map(share).collect();
    assert_log_loss(&training.baselines[2], &shares, &labels(&leads, &training.held_out.rows));
}

/// A column's values as texts, numbers as the tenth they fall in.
fn as_texts(values: &Values, known: &[usize]) -> Vec<Option<String>> {
    match values {
        Values::Levels { levels, codes } => {
            codes.iter().map(|code| levels.get(*code as usize).cloned()).collect()
        }
        Values::Numbers(numbers) => {
            let mut sorted: Vec<f64> =
                known.iter().map(|row| numbers[*row]).filter(|number| !number.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            let ends: Vec<f64> = (1..10).map(|tenth| sorted[sorted.len() * tenth / 10 - 1]).collect();
            let below =
                |number: &f64| ends.iter().filter(|end| *end < number).map(ToString::to_string).next_back();
            numbers
                .iter()
                .map(|number| (!number.is_nan()).then(|| below(number).unwrap_or_default()))
                .collect()
        }
    }
}

/// Leads in the order of time: a number, and a level that decides alone where it is `sure`.
fn small(sure: bool) -> Leads {
    const LEADS: usize = 1_800;
    let mut random = Random::new(11);
    let visits: Vec<f64> = (0..LEADS).map(|_| random.normal()).collect();
    let codes: Vec<u32> = (0..LEADS).map(|_| random.below(2) as u32).collect();
    let label = visits.iter().zip(&codes).map(|(visits, code)| {
        let chance = sales_ready::sigmoid(visits - 0.5 + f64::from(*code));
        random.chance(chance) || (sure && *code == 1)
    });
    let field = |name: &str, kind| Field::new(name, kind);
    Leads {
        target: Target::new("converted", "yes"),
        label: label.collect(),
        weights: None,
        columns: vec![
            Column::new(
                field("visits", FieldKind::Number(NumberFormat::default())),
                Values::Numbers(visits.into()),
            ),
            Column::new(
                field("source", FieldKind::Category),
                Values::Levels { levels: vec!["fair".into(), "web".into()], codes },
            ),
        ],
        dates: Some(Dates {
            field: "created".into(),
            seconds: (0..).take(LEADS).collect(),
            until: None,
            span: 0,
        }),
        groups: None,
        excluded: vec![],
    }
}

#[test]
fn straight_lines_are_fitted_as_they_say() {
    for sure in [false, true] {
        let mut leads = small(sure);
        // They are the same although the model is told better.
        leads.columns[0].prior = Prior::Monotone(Direction::Down);
        let training = trained(&leads);
        let linear = &training.baselines[1];
        let known = learnt_from(&leads, &training);
        let (Values::Numbers(visits), Values::Levels { codes, .. }) =
            (&leads.columns[0].values, &leads.columns[1].values)
        else {
            panic!("a number and a category")
        };
        let range = known.iter().map(|row| visits[*row]);
        let (low, high) =
            (range.clone().fold(f64::INFINITY, f64::min), range.fold(f64::NEG_INFINITY, f64::max));
        let row = |row: &usize| vec![1.0, visits[*row].clamp(low, high), f64::from(codes[*row])];
        let design: Vec<Vec<f64>> = known.iter().map(row).collect();
        let (labelled, weights) = (labels(&leads, &known), vec![1.0; known.len()]);
        let fit = if sure {
            assert!(linear.made.contains("by Firth's likelihood"), "{}", linear.made);
            reference::firth(&design, &labelled, &weights)
        } else {
            assert!(linear.made.ends_with("by maximum likelihood"), "{}", linear.made);
            reference::newton(&design, &labelled, &weights, &vec![vec![0.0; 3]; 3])
        };
        let coefficients = fit.unwrap().coefficients;
        let logit = |place: &usize| row(place).iter().zip(&coefficients).map(|(x, b)| x * b).sum::<f64>();
        let held_out = &training.held_out.rows;
        let probabilities: Vec<f64> = held_out.iter().map(|row| sales_ready::sigmoid(logit(row))).collect();
        assert_log_loss(linear, &probabilities, &labels(&leads, held_out));
    }
    let mut twice = small(false);
    let mut copy = twice.columns[1].clone();
    copy.field.name = "origin".into();
    twice.columns.push(copy);
    let made = &trained(&twice).baselines[1].made;
    assert!(made.contains("a ridge of 1"), "{made}");
}

/// Who has not seen the held-out outcomes orders the leads alike when these are turned round: every AUC becomes what was
/// missing to 1.
#[test]
fn what_is_held_out_teaches_nothing() {
    let leads = sample::generate(SEED, 3_000).to_leads();
    let before = trained(&leads);
    let mut turned = leads.clone();
    before.held_out.rows.iter().for_each(|row| turned.label[*row] = !turned.label[*row]);
    let after = trained(&turned);
    assert_eq!(before.held_out.rows, after.held_out.rows);
    let aucs = |training: &Training| -> Vec<f64> {
        let baselines = training.baselines.iter().map(|baseline| baseline.metrics.auc.value);
        baselines.chain([training.model.card().unwrap().metrics.auc.value]).collect()
    };
    for (before, after) in aucs(&before).into_iter().zip(aucs(&after)) {
        assert!((before + after - 1.0).abs() < 1e-12, "{before}, turned round {after}");
    }
}

#[test]
fn a_paired_interval_is_as_wide_as_theory_says() {
    let mut random = Random::new(3);
    let count = 4_000;
    let truth: Vec<f64> = (0..count).map(|_| sales_ready::sigmoid(1.5 * random.normal() - 1.0)).collect();
    let converted: Vec<bool> = truth.iter().map(|chance| random.chance(*chance)).collect();
    let worse: Vec<f64> = truth
        .iter()
        .map(|p| sales_ready::sigmoid(1.3 * libm::log(p / (1.0 - p)) + 0.2 * random.normal()))
        .collect();
    let predictions = |probability: Vec<f64>, groups: Vec<u32>| Predictions {
        probability,
        converted: converted.clone(),
        weight: vec![1.0; count],
        groups,
        parts: vec![],
    };
    let loss = |p: f64, converted: bool| -libm::log(if converted { p } else { 1.0 - p });
    let differences: Vec<f64> =
        (0..count).map(|row| loss(worse[row], converted[row]) - loss(truth[row], converted[row])).collect();
    let mean = differences.iter().sum::<f64>() / count as f64;
    let variance = differences.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / count as f64;
    let expected = 1.96 * (variance / count as f64).sqrt();

    let alone =
        log_loss_difference(&predictions(worse.clone(), vec![]), &predictions(truth.clone(), vec![]), 1);
    assert!((alone.value - mean).abs() < 1e-12);
    // A percentile of 1,000 replicates is known to some 6 % of the interval's half width.
    let half = (alone.high - alone.low) / 2.0;
    assert!((half / expected - 1.0).abs() < 0.15, "{half}, expected {expected}");

    // Groups of two equal leads: half as many independent ones.
    let twice = |values: &[f64]| values.iter().flat_map(|value| [*value; 2]).collect::<Vec<f64>>();
    let grouped = |probability: &[f64]| Predictions {
        probability: twice(probability),
        converted: converted.iter().flat_map(|converted| [*converted; 2]).collect(),
        weight: vec![1.0; 2 * count],
        groups: (0..count as u32).flat_map(|group| [group; 2]).collect(),
        parts: vec![],
    };
    let paired = log_loss_difference(&grouped(&worse), &grouped(&truth), 1);
    assert!((paired.value - mean).abs() < 1e-12);
    let half = (paired.high - paired.low) / 2.0;
    assert!((half / expected - 1.0).abs() < 0.15, "{half}, expected {expected}");

    let same = predictions(truth, vec![]);
    assert_eq!(log_loss_difference(&same, &same, 1), Estimate { value: 0.0, low: 0.0, high: 0.0 });
}
