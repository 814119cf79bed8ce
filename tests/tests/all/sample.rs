//! The bundled sample is the generator's, and the generator does what its documentation says.

use sales_ready_tests::reference;
use sales_ready_tests::sample::{self, Cell, Effect, FIELDS, ROWS, SEED};

#[test]
fn bundled_files_are_the_generators_output() {
    let advice = "run `cargo run --release -p sales-ready-tests --bin sample` and look at the difference";
    assert!(
        include_str!("../../sample/leads.csv") == sample::leads_csv(),
        "sample/leads.csv is stale: {advice}"
    );
    assert!(
        include_str!("../../sample/new-leads.csv") == sample::new_leads_csv(),
        "sample/new-leads.csv is stale: {advice}"
    );
}

#[test]
fn no_cell_needs_quoting() {
    for text in [sample::leads_csv(), sample::new_leads_csv()] {
        let columns = text.lines().next().map_or(0, |header| header.split(',').count());
        assert!(text.lines().all(|line| line.split(',').count() == columns));
        assert!(!text.contains(['"', '\r', ';', '\t']));
    }
}

#[test]
fn outcomes_follow_the_stated_log_odds() {
    let truth = sample::truth();
    let sample = sample::generate(7, 40_000);
    // By bands of true probability, the observed rate must be within four standard errors.
    for band in 0..10 {
        let band = f64::from(band) / 10.0..f64::from(band + 1) / 10.0;
        let (mut leads, mut converted, mut expected, mut variance) = (0.0, 0.0, 0.0, 0.0);
        for lead in &sample.leads {
            let probability = sales_ready::sigmoid(truth.logit(lead));
            if band.contains(&probability) {
                leads += 1.0;
                converted += f64::from(u8::from(lead.converted));
                expected += probability;
                variance += probability * (1.0 - probability);
            }
        }
        assert!(leads > 100.0, "{band:?} holds {leads} leads");
        let distance = (converted - expected) / f64::sqrt(variance);
        assert!(distance.abs() < 4.0, "{band:?}: {converted} of {leads}, expected {expected}");
    }
}

#[test]
fn centred_effects_have_mean_zero_and_add_up() {
    let truth = sample::truth();
    let sample = sample::generate(SEED, ROWS);
    assert!(truth.terms.len() == FIELDS.len() && FIELDS.iter().all(|field| truth.term(field).is_some()));
    let centred: Vec<_> = truth.terms.iter().map(|term| (term.field, term.centred_on(&sample))).collect();
    let intercept = truth.centred_intercept(&sample);
    for (field, effect) in &centred {
        let mean = sample.leads.iter().map(|lead| effect.of(lead.cell(field))).sum::<f64>() / ROWS as f64;
        assert!(mean.abs() < 1e-12, "{field}: {mean}");
    }
    for lead in &sample.leads {
        let sum = centred.iter().fold(intercept, |sum, (field, effect)| sum + effect.of(lead.cell(field)));
        assert!((sum - truth.logit(lead)).abs() < 1e-12);
    }
}

#[test]
fn bundled_leads_are_what_a_marketer_would_believe() {
    let sample = sample::generate(SEED, ROWS);
    let share = |count: usize| count as f64 / ROWS as f64;
    let rate = share(sample.leads.iter().filter(|lead| lead.converted).count());
    assert!((0.17..0.19).contains(&rate), "{rate}");
    let missing =
        |field: &str| share(sample.leads.iter().filter(|lead| lead.cell(field) == Cell::Missing).count());
    assert!((0.3..0.4).contains(&missing("company_size")));
    assert!((0.1..0.2).contains(&missing("industry")));
    // No drift: the first and the second half convert alike, within three standard errors.
    let half = |leads: &[sample::SampleLead]| leads.iter().filter(|lead| lead.converted).count() as f64;
    let (early, late) = sample.leads.split_at(ROWS / 2);
    let spread = f64::sqrt(ROWS as f64 * rate * (1.0 - rate));
    assert!((half(early) - half(late)).abs() < 3.0 * spread);
}

#[test]
fn the_truth_can_be_learnt_but_the_leak_decides() {
    let sample = sample::generate(SEED, ROWS);
    let labels: Vec<bool> = sample.leads.iter().map(|lead| lead.converted).collect();
    let truth = sample::truth();
    let best: Vec<f64> = sample.leads.iter().map(|lead| truth.logit(lead)).collect();
    let leak: Vec<f64> =
        sample.leads.iter().map(|lead| f64::from(u8::from(lead.contract_draft_sent))).collect();
    let weights = vec![1.0; ROWS];
    assert!((0.87..0.93).contains(&reference::auc(&best, &labels, &weights)));
    assert!(reference::auc(&leak, &labels, &weights) > 0.95);
}

#[test]
fn leads_for_the_trainer_agree_with_the_csv() {
    let leads = sample::generate(SEED, ROWS).to_leads();
    let text = sample::leads_csv();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|other| other == name).unwrap();
    for (row, record) in reader.into_records().enumerate() {
        let record = record.unwrap();
        assert_eq!(leads.label[row], &record[place("converted")] == "yes");
        for column in &leads.columns {
            let cell = &record[place(&column.field.name)];
            let shown = match &column.values {
                sales_ready::train::leads::Values::Numbers(numbers) if numbers[row].is_nan() => String::new(),
                sales_ready::train::leads::Values::Numbers(numbers) => numbers[row].to_string(),
                sales_ready::train::leads::Values::Levels { levels, codes } => {
                    levels.get(codes[row] as usize).cloned().unwrap_or_default()
                }
            };
            assert_eq!(cell, shown, "row {row}, {}", column.field.name);
        }
    }
}

#[test]
fn noise_has_no_effect() {
    let truth = sample::truth();
    for field in ["searches", "region"] {
        match truth.term(field).unwrap().effect {
            Effect::Curve { at, missing } => {
                assert!((0..50).all(|n| at(f64::from(n)).total_cmp(&missing).is_eq()));
            }
            Effect::Table { levels, missing } => {
                assert!(levels.iter().all(|(_, value)| value.total_cmp(&missing).is_eq()));
            }
        }
    }
}
