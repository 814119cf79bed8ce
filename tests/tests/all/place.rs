//! A lead's place among past leads: its percentile, the interval of its chance, and whether enough is known of it.

use sales_ready::model::Readiness;
use sales_ready::train::{Options, train};
use sales_ready::{Lead, Model, Value};
use sales_ready_tests::sample::{self, Cell, SampleLead};

const PAST: usize = 2_000;
const NEW: usize = 30_000;

fn model(seed: u64) -> Model {
    let leads = sample::generate(seed, PAST).to_leads();
    train(&leads, &Options::default(), &mut |_| {}).expect("a model").model
}

fn lead(model: &Model, from: &SampleLead) -> Lead<'static> {
    let value = |cell| match cell {
        Cell::Missing => Value::Missing,
        Cell::Number(number) => Value::Number(number),
        Cell::Level(level) => Value::from(level),
    };
    model.fields().iter().map(|field| (field.name.clone(), value(from.cell(&field.name)))).collect()
}

/// New leads, by their score.
fn scored(model: &Model, seed: u64) -> Vec<(f64, bool)> {
    let new = sample::generate(seed, NEW).leads;
    let mut scored: Vec<(f64, bool)> =
        new.iter().map(|one| (model.logit(&lead(model, one)).expect("a logit"), one.converted)).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    scored
}

#[test]
fn the_interval_holds_the_rate_of_leads_that_score_alike() {
    let (mut held, mut all) = (0, 0);
    for seed in 0..6 {
        let model = model(900 + seed);
        // Of twentieths of so many leads the rate is known to about ± 0.02.
        for part in scored(&model, 5_000 + seed).chunks_exact(NEW / 20) {
            let rate = part.iter().filter(|(_, converted)| *converted).count() as f64 / part.len() as f64;
            let [low, high] = model.interval(part[part.len() / 2].0).expect("the file has past leads");
            assert!(0.0 < low && low < high && high < 1.0, "{low} {high}");
            all += 1;
            held += u32::from((low..=high).contains(&rate));
        }
    }
    let share = f64::from(held) / f64::from(all);
    println!("the interval holds the rate of {held} of {all} groups of leads");
    assert!(share >= 0.9, "{share}");
}

#[test]
fn the_percentile_is_the_share_of_leads_that_score_lower() {
    let model = model(31);
    let scored = scored(&model, 32);
    for percent in [1, 10, 25, 50, 75, 90, 99] {
        let logit = scored[percent * NEW / 100].0;
        let found = f64::from(model.policy().percentile(logit).expect("the file has past leads"));
        assert!(
            (found - percent as f64).abs() <= 4.0,
            "{found} where {percent} of 100 new leads score lower"
        );
    }
    assert_eq!(model.policy().percentile(f64::NEG_INFINITY), Some(0));
    assert_eq!(model.policy().percentile(f64::INFINITY), Some(99));
}

#[test]
fn a_lead_of_which_too_little_is_known_is_not_flagged() {
    let model = model(31);
    let whole = sample::generate(33, 500).leads;
    let known: Vec<f64> =
        whole.iter().map(|one| model.explain(&lead(&model, one)).expect("an explanation").known).collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    assert!((mean - 1.0).abs() < 0.02, "what is usually known is known of the usual lead: {mean}");
    // One value of many says little, whatever it says.
    let thin = Lead::new().with("articles_read", 8);
    let explanation = model.explain(&thin).expect("an explanation");
    assert!(explanation.known < sales_ready::score::LEAST_KNOWN, "{}", explanation.known);
    assert_eq!(explanation.score.readiness, Readiness::Abstain);
    assert_eq!(model.score(&thin).expect("a score"), explanation.score);
    // Its chance is told all the same.
    assert_eq!(explanation.score.probability, model.score_logit(explanation.score.logit).probability);
}
