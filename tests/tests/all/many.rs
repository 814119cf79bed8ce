//! Where leads are many, terms are chosen by a sample of them: the model is measured as honestly as one of few.

use std::collections::{BTreeMap, BTreeSet};

use sales_ready::Lead;
use sales_ready::model::Term;
use sales_ready::train::leads::{Column, Groups, Leads, Values};
use sales_ready::train::measure::{Predictions, measure};
use sales_ready::train::{Options, Training, train};
use sales_ready_tests::random::Random;
use sales_ready_tests::signal::leads;

/// More than the sample takes.
const ROWS: usize = 70_000;

fn trained(leads: &Leads) -> Training {
    let mut options = Options::default();
    options.pairs = 0;
    train(leads, &options, &mut |_| ()).expect("a sound table")
}

/// What a model says of leads it can not have seen.
fn predictions(training: &Training, new: &Leads) -> Predictions {
    let mut predictions = Predictions::default();
    for row in 0..new.len() {
        let mut lead = Lead::new();
        for Column { field, values, .. } in &new.columns {
            match values {
                Values::Numbers(numbers) => lead.insert(&*field.name, numbers[row]),
                Values::Levels { levels, codes } => lead.insert(&*field.name, &*levels[codes[row] as usize]),
            }
        }
        let score = training.model.score(&lead).expect("its own fields");
        predictions.probability.push(score.probability);
        predictions.converted.push(new.label[row]);
        predictions.weight.push(1.0);
    }
    predictions
}

#[test]
fn metrics_are_of_leads_outside_the_sample_and_hold_for_new_ones() {
    let learnt = leads(1, ROWS, 0.2, 0.6, false);
    let training = trained(&learnt);
    let card = training.model.card().expect("training writes a card");
    let rows = &training.held_out.rows;
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len(), "no lead is measured twice");
    assert_eq!(card.metrics.leads as usize, rows.len());
    let sampled = ROWS - rows.len();
    assert!(
        (30_000..40_000).contains(&sampled),
        "{sampled} of {ROWS}: half of them, as 50,000 would be more"
    );
    assert!(card.metrics.held_out.contains(&format!("the {sampled} leads")), "{}", card.metrics.held_out);
    let measured = measure(&predictions(&training, &leads(2, ROWS, 0.2, 0.6, false)), "new leads", 0);
    // Both are estimates: their distance has the variance of both, and four standard errors of it are beyond chance.
    for (own, new) in [(card.metrics.log_loss, measured.log_loss), (card.metrics.auc, measured.auc)] {
        let error = (own.high - own.low).hypot(new.high - new.low) / 3.92;
        assert!((own.value - new.value).abs() < 4.0 * error, "{own:?} and {new:?}");
    }
}

#[test]
fn baselines_are_measured_on_the_same_leads() {
    let learnt = leads(5, ROWS, 0.2, 0.6, false);
    let mut options = Options::default();
    (options.pairs, options.baselines) = (0, true);
    let training = train(&learnt, &options, &mut |_| ()).expect("a sound table");
    let metrics = &training.model.card().expect("training writes a card").metrics;
    let [majority, linear, ..] = &training.baselines[..] else { panic!("baselines") };
    for baseline in [majority, linear] {
        assert_eq!(baseline.metrics.leads, metrics.leads);
        let excess = baseline.metrics.log_loss.value - metrics.log_loss.value;
        assert!((baseline.excess_log_loss.value - excess).abs() < 1e-12, "{baseline:?}");
    }
    // Straight lines know nearly as much of these leads; of others than were measured they would know nothing.
    assert!((linear.metrics.auc.value - metrics.auc.value).abs() < 0.02, "{linear:?}, {metrics:?}");
    assert!(
        majority.metrics.log_loss.value - linear.metrics.log_loss.value > 0.02,
        "{majority:?}, {linear:?}"
    );
}

#[test]
fn the_file_does_not_show_the_threads() {
    let learnt = leads(3, ROWS, 0.2, 0.6, false);
    let [one, three] = [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| trained(&learnt).model.to_json())
    });
    assert!(one == three);
}

#[test]
fn a_group_is_in_the_sample_or_measured_as_a_whole() {
    let mut learnt = leads(4, ROWS, 0.2, 0.6, false);
    let codes: Vec<u32> = (0..ROWS as u32).map(|row| row / 7).collect();
    learnt.groups = Some(Groups { field: "account".into(), codes: codes.clone() });
    let training = trained(&learnt);
    let measured: BTreeSet<usize> = training.held_out.rows.iter().copied().collect();
    for row in 1..ROWS {
        if codes[row] == codes[row - 1] {
            assert_eq!(measured.contains(&row), measured.contains(&(row - 1)), "row {row}");
        }
    }
    let parts = &training.held_out.predictions.parts;
    let of_row: BTreeMap<usize, u32> =
        training.held_out.rows.iter().copied().zip(parts.iter().copied()).collect();
    for row in (1..ROWS).filter(|row| codes[*row] == codes[row - 1]) {
        assert_eq!(of_row.get(&row), of_row.get(&(row - 1)), "row {row}");
    }
}

#[test]
fn a_level_too_rare_in_the_sample_has_a_value_of_its_own() {
    let mut learnt = leads(5, ROWS, 0.2, 0.6, false);
    let Values::Levels { levels, codes } = &mut learnt.columns[4].values else { panic!("the source") };
    // 30 leads of 70,000: about 15 in the sample, where 20 are asked for.
    levels.push("zine".into());
    let mut random = Random::new(6);
    for _ in 0..30 {
        codes[random.below(ROWS)] = 4;
    }
    let training = trained(&learnt);
    let Some(Term::Table(table)) = training.model.terms().iter().find(|term| term.fields() == ["source"])
    else {
        panic!("a table for the source")
    };
    assert!(table.levels.iter().any(|level| level.level == "zine"));
}
