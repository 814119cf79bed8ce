use super::*;
use crate::model::Readiness;

const AUC: Estimate = Estimate { value: 0.8, low: 0.7, high: 0.9 };

fn held_out() -> Predictions {
    Predictions {
        probability: vec![0.9, 0.7, 0.7, 0.4, 0.2, 0.1],
        converted: vec![true, true, false, true, false, false],
        weight: vec![1.0; 6],
        ..Predictions::default()
    }
}

/// The identity between the logits a model can reach.
fn identity(reach: f64) -> Curve {
    let ends = vec![-reach, reach];
    Curve { field: String::new(), x: ends.clone(), y: ends, missing: 0.0, missing_se: None, se: vec![] }
}

fn policy_of(money: impl Into<Option<Money>>, classes: [u64; 2]) -> Policy {
    let calibration = identity(3.0);
    let logits: Vec<f64> = (0..100).map(|place| f64::from(place) / 10.0 - 5.0).collect();
    decide(
        money.into(),
        Evidence {
            held_out: &held_out(),
            logits: &logits,
            outcome: &|place| (logits[place] > 0.0, 1.0),
            groups: &[],
            calibration: &calibration,
            classes,
            auc: AUC,
            looked: None,
            thinned: false,
            seed: 0,
        },
    )
    .0
}

fn money(cost_per_contact: f64, value_per_conversion: f64) -> Money {
    Money { cost_per_contact, value_per_conversion }
}

#[test]
fn a_contact_pays_from_cost_over_value_on() {
    let policy = policy_of(money(40.0, 160.0), [100, 100]);
    let threshold = policy.threshold.unwrap();
    assert!((crate::sigmoid(threshold) - 0.25).abs() < 1e-12);
    assert_eq!(policy.decide(threshold), Readiness::SalesReady);
    assert_eq!(policy.decide(threshold - 1e-9), Readiness::Nurture);
}

#[test]
fn a_contact_dearer_than_any_chance_is_never_made() {
    for value in [40.0, 41.0, 1.0] {
        let policy = policy_of(money(40.0, value), [100, 100]);
        assert_eq!(policy.threshold, None);
        assert_eq!(policy.decide(f64::MAX), Readiness::Nurture);
    }
}

#[test]
fn where_nobody_is_flagged_the_card_counts_nobody() {
    // Held-out leads, of other models, have a chance that the published one never gives.
    let money = Money { cost_per_contact: 40.0, value_per_conversion: 50.0 };
    let calibration = identity(1.0);
    let logits: Vec<f64> = (0..100).map(|place| f64::from(place) / 50.0 - 1.0).collect();
    let decided = |calibration: &Curve, auc| {
        let outcome = |place: usize| (logits[place] > 0.0, 1.0);
        let held_out = &held_out();
        let classes = [100, 100];
        decide(
            Some(money),
            Evidence {
                held_out,
                logits: &logits,
                outcome: &outcome,
                groups: &[],
                calibration,
                classes,
                auc,
                looked: None,
                thinned: false,
                seed: 0,
            },
        )
    };
    let (policy, flagged) = decided(&identity(3.0), AUC);
    assert!(policy.threshold.is_some() && flagged.leads == 1 && flagged.precision.is_some());
    let chance = Estimate { value: 0.5, low: 0.4, high: 0.6 };
    for (calibration, auc) in [(&calibration, AUC), (&identity(3.0), chance)] {
        let (policy, flagged) = decided(calibration, auc);
        assert_eq!((policy.threshold, flagged.logit, flagged.precision), (None, None, None));
        assert_eq!((flagged.leads, flagged.conversions), (0, 0));
        let certainly = |estimate: Estimate| [estimate.value, estimate.low, estimate.high];
        assert_eq!([flagged.share, flagged.recall].map(certainly), [[0.0; 3]; 2]);
        let Profit { per_100_leads, everyone, against_everyone } = flagged.profit.unwrap();
        assert_eq!(certainly(per_100_leads), [0.0; 3]);
        assert_eq!(against_everyone.value, -everyone.value);
        assert_eq!([against_everyone.low, against_everyone.high], [-everyone.high, -everyone.low]);
    }
}

#[test]
fn a_contact_that_costs_next_to_nothing_is_always_made() {
    assert_eq!(policy_of(money(1e-9, 1e9), [100, 100]).threshold, Some(-3.0));
}

#[test]
fn amounts_must_be_positive_numbers() {
    for amount in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(money(amount, 1.0).check().is_err());
        assert!(money(1.0, amount).check().is_err());
    }
}

#[test]
fn without_money_the_greatest_f1_decides() {
    // Calling the first four finds 3 of 3 conversions with 4 calls: F1 = 6 / 7, more than at any other cut.
    let policy = policy_of(None, [100, 100]);
    assert_eq!(policy.basis, ThresholdBasis::F1 { f1: 6.0 / 7.0 });
    assert_eq!(policy.probability, 0.4);
    let flagged = flagged(&held_out(), 0.4, None, 0);
    assert_eq!((flagged.leads, flagged.conversions), (4, 3));
    assert_eq!(flagged.share.value, 4.0 / 6.0);
    assert_eq!((flagged.precision.unwrap().value, flagged.recall.value), (0.75, 1.0));
}

#[test]
fn a_certainty_of_rounding_is_within_reach() {
    let certain = Predictions {
        probability: vec![1.0, 1.0, 1e-20],
        converted: vec![true, true, false],
        weight: vec![1.0; 3],
        ..Predictions::default()
    };
    let calibration = identity(50.0);
    let evidence = Evidence {
        held_out: &certain,
        logits: &[45.0, 44.0, -46.0],
        outcome: &|place| (place < 2, 1.0),
        groups: &[],
        calibration: &calibration,
        classes: [100, 100],
        auc: AUC,
        looked: None,
        thinned: false,
        seed: 0,
    };
    let (policy, _) = decide(None, evidence);
    assert_eq!([45.0, 44.0].map(|logit| policy.decide(logit)), [Readiness::SalesReady; 2]);
    assert_eq!(policy.decide(-46.0), Readiness::Nurture);
}

#[test]
fn too_few_of_either_class_abstain() {
    for classes in [[39, 1000], [1000, 39]] {
        let policy = policy_of(None, classes);
        assert!(policy.abstains.is_some());
        assert_eq!(policy.decide(1e9), Readiness::Abstain);
    }
    assert_eq!(policy_of(None, [40, 40]).abstains, None);
}

#[test]
fn a_row_has_the_place_of_all_leads_it_stands_for() {
    let weights: Vec<usize> = (0..70).map(|row| 1 + (row * row) % 9).collect();
    let logits: Vec<f64> = (0..70).map(|row| f64::from(row * 37 % 70) / 10.0).collect();
    let expanded: Vec<f64> =
        logits.iter().zip(&weights).flat_map(|(logit, weight)| vec![*logit; *weight]).collect();
    let calibration = identity(1.0);
    let places = |logits: &[f64], outcome: &dyn Fn(usize) -> (bool, f64)| {
        let evidence = Evidence {
            held_out: &held_out(),
            logits,
            outcome,
            groups: &[],
            calibration: &calibration,
            classes: [100, 100],
            auc: AUC,
            looked: None,
            thinned: false,
            seed: 0,
        };
        evidence.parts_from_the_top()
    };
    let weighted = places(&logits, &|row| (false, weights[row] as f64));
    assert_eq!(weighted, places(&expanded, &|_| (false, 1.0)));
    // Of so many leads the place can be counted.
    let mut sorted = expanded;
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let counted: Vec<f64> = (1..100).map(|percent| sorted[percent * sorted.len() / 100]).collect();
    assert_eq!(weighted, counted);
}

#[test]
fn grades_part_the_leads_by_tenths() {
    let policy = policy_of(None, [100, 100]);
    let logits = (0..100).map(|place| f64::from(place) / 10.0 - 5.0);
    let mut counts = [0; 4];
    logits.for_each(|logit| counts[policy.grade(logit) as usize] += 1);
    assert_eq!(counts, [11, 20, 30, 39]);
}

#[test]
fn leads_of_a_group_that_miss_alike_are_worth_one() {
    let calibration = identity(3.0);
    let logits: Vec<f64> = (0..400).map(|place| f64::from(place / 4) / 50.0 - 1.0).collect();
    let worth = |groups: &[u32], converted: &dyn Fn(usize) -> bool| {
        let evidence = Evidence {
            held_out: &held_out(),
            logits: &logits,
            outcome: &|place| (converted(place), 1.0),
            groups,
            calibration: &calibration,
            classes: [200, 200],
            auc: AUC,
            looked: None,
            thinned: false,
            seed: 0,
        };
        evidence.worth()
    };
    let by_four: Vec<u32> = (0..400).map(|place| place / 4).collect();
    let mut random = crate::train::random::Random::new(4, "worth");
    let drawn: Vec<bool> = logits.iter().map(|logit| random.uniform() < crate::sigmoid(*logit)).collect();
    assert_eq!(worth(&[], &|place| drawn[place]), 400.0);
    let apart = worth(&by_four, &|place| drawn[place]);
    assert!(apart > 300.0, "{apart}");
    let alike = worth(&by_four, &|place| drawn[place / 4 * 4]);
    assert!((75.0..135.0).contains(&alike), "{alike}");
}
