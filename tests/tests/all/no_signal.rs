//! Where the columns say nothing, nothing is invented; where they say little, it is heard.

use sales_ready::model::{AbstentionKind, Readiness};
use sales_ready::train::leads::Leads;
use sales_ready::train::{Options, train};
use sales_ready::{Lead, Model};
use sales_ready_tests::random::Random;
use sales_ready_tests::sample;
use sales_ready_tests::signal::{auc_coverage, leads};

fn model(leads: &Leads) -> Model {
    train(leads, &Options::default(), &mut |_| ()).expect("a sound table").model
}

fn kind(model: &Model) -> Option<AbstentionKind> {
    model.policy().abstains.as_ref().map(|abstains| abstains.kind)
}

/// No terms, the rate of all, and no flag.
fn assert_silent(model: &Model, leads: &Leads) {
    assert!(model.terms().is_empty() && model.fields().is_empty());
    let converted = leads.conversions() as f64;
    let rate = libm::log(converted / (leads.len() as f64 - converted));
    assert!((model.intercept() - rate).abs() < 1e-12);
    let lead = Lead::new().with("number 0", 9.0).with("source", "fair");
    let explanation = model.explain(&lead).expect("no field is read");
    assert_eq!(explanation.score.readiness, Readiness::Abstain);
    assert!((explanation.score.probability - converted / leads.len() as f64).abs() < 1e-12);
    assert!(explanation.contributions.is_empty());
    let again = Model::from_json(&model.to_json()).expect("it reads back as itself");
    assert_eq!(again.to_json(), model.to_json());
}

#[test]
fn of_tables_of_noise_few_pass() {
    const TABLES: u64 = 30;
    let mut passed = 0;
    for seed in 0..TABLES {
        let leads = leads(seed, 300, 0.25, 0.0, seed % 2 == 0);
        let model = model(&leads);
        match kind(&model) {
            None => passed += 1,
            Some(kind) => {
                assert_eq!(kind, AbstentionKind::NoSignal);
                assert_silent(&model, &leads);
            }
        }
    }
    // Were it 2.5 %, more than 4 of 30 would have a chance of 1 in 1,000. `cargo bench --bench coverage` counts more.
    assert!(passed <= 4, "{passed} of {TABLES}");
}

#[test]
fn the_interval_of_the_auc_knows_that_folds_share_their_leads() {
    // At 95 % of 60, fewer than 51 have a chance of 1 in 1,000. Taken for independent, folds give 80 %.
    let covered = auc_coverage(0..60, 300, 0.0, false).covered();
    assert!(covered >= 51, "{covered} of 60");
    // The newest leads in parts are not tied so.
    let covered = auc_coverage(0..60, 500, 0.0, true).covered();
    assert!(covered >= 51, "{covered} of 60");
}

#[test]
fn a_signal_in_few_leads_with_dates_is_not_judged_by_a_newest_fifth_alone() {
    // An AUC of 0.7 in 300 leads, of which 60 newest alone often look like noise. Were one in 25 taken for it, more than 4 of 20
    // would have a chance of 1 in 1,000.
    let silent = (0..20).filter(|seed| model(&leads(*seed, 300, 0.4, 0.75, true)).terms().is_empty()).count();
    assert!(silent <= 4, "{silent} of 20");
}

#[test]
fn a_small_signal_passes_where_there_are_leads_enough() {
    // A slope of 0.35 gives an AUC of 0.6. Of 5 × 400 leads with 500 conversions its error is 0.014; of the newest fifth
    // of 4,000, 0.02.
    for seed in 100..103 {
        for (rows, dated) in [(2_000, false), (4_000, true)] {
            let model = model(&leads(seed, rows, 0.25, 0.35, dated));
            assert_eq!(kind(&model), None, "seed {seed}, {rows} rows");
            assert!(model.terms().iter().any(|term| term.fields() == ["number 0"]));
        }
    }
}

#[test]
fn shuffled_labels_do_not_make_a_model() {
    let mut leads = sample::generate(77, 2_000).to_leads();
    assert_eq!(kind(&model(&leads)), None);
    let mut random = Random::new(7);
    for last in (1..leads.len()).rev() {
        leads.label.swap(last, random.below(last + 1));
    }
    let shuffled = model(&leads);
    assert_eq!(kind(&shuffled), Some(AbstentionKind::NoSignal));
    assert_silent(&shuffled, &leads);
}

#[test]
fn too_few_leads_say_how_many_more_it_takes() {
    // A strong signal, 30 conversions or so: heard, but not flagged by.
    let few = leads(5, 150, 0.05, 2.0, false);
    let heard = model(&few);
    let abstains = heard.policy().abstains.as_ref().expect("fewer than 40 conversions");
    assert_eq!(abstains.kind, AbstentionKind::TooFew);
    assert!(!heard.terms().is_empty() && abstains.auc.low > 0.5, "{abstains:?}");
    // DeLong's variance scaled by the number of leads: (reach / 0.05)² as many.
    let reach = (abstains.auc.high - abstains.auc.low) / 2.0;
    let expected = few.conversions() as f64 * ((reach / 0.05) * (reach / 0.05) - 1.0);
    assert!((abstains.needed_for_auc as f64 / expected - 1.0).abs() < 0.15, "{abstains:?}, about {expected}");
    // No signal in so few: neither heard nor flagged by.
    let noise = leads(6, 150, 0.1, 0.0, false);
    let silent = model(&noise);
    assert_eq!(kind(&silent), Some(AbstentionKind::TooFew));
    assert_silent(&silent, &noise);
}
