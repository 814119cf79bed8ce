//! Firth's likelihood on every basis, against a slow implementation on columns of full rank.

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::train::basis::{Basis, BasisKind, Shape};
use sales_ready::train::fit::{Design, Fitted, LogisticParams, Outcomes};
use sales_ready::train::leads::{Column, Direction, Leads, MISSING_LEVEL, Prior, Values};
use sales_ready::{ErrorKind, Result};
use sales_ready_tests::random::Random;
use sales_ready_tests::reference;

const LEADS: usize = 80;

/// Few leads: a number with missing values, and a category, one of whose levels converted without exception.
fn leads(seed: u64) -> Leads {
    let mut random = Random::new(seed);
    let visits: Vec<f64> = (0..LEADS)
        .map(|_| if random.chance(0.2) { f64::NAN } else { f64::from(random.poisson(3.0)) })
        .collect();
    let codes: Vec<u32> =
        (0..LEADS).map(|_| if random.chance(0.1) { MISSING_LEVEL } else { random.below(2) as u32 }).collect();
    let label = visits
        .iter()
        .zip(&codes)
        .map(|(visits, code)| *code == 1 || random.chance(0.1 + 0.05 * visits.max(0.0)));
    let field = |name: &str, kind| Field::new(name, kind);
    Leads {
        target: Target::new("converted", "yes"),
        label: label.collect(),
        weights: Some((0..LEADS).map(|row| [1.0, 2.0, 0.5][row % 3]).collect()),
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
        dates: None,
        groups: None,
        excluded: vec![],
    }
}

fn problem(leads: &Leads, kind: BasisKind) -> (Basis, Design, Outcomes) {
    let rows: Vec<usize> = (0..leads.len()).collect();
    let basis = Basis::learn(leads, &rows, kind);
    let outcomes = Outcomes {
        converted: leads.label.iter().map(|converted| f64::from(u8::from(*converted))).collect(),
        weights: rows.iter().map(|row| leads.weight(*row)).collect(),
    };
    let design = basis.design(leads, &rows);
    (basis, design, outcomes)
}

fn fit(design: Design, outcomes: Outcomes, iterations: u64) -> Result<Fitted> {
    let params = LogisticParams::new().penalty(0.0).firth(true).gradient_tolerance(1e-12);
    params.max_iterations(iterations).check()?.fit(&DatasetBase::new(design, outcomes))
}

/// The same columns without the centring's surplus: all of a block but its first, beside the intercept.
fn full_rank(leads: &Leads, basis: &Basis) -> Vec<Vec<f64>> {
    let indicator = |is: bool| f64::from(u8::from(is));
    let row = |row: usize| {
        let mut values = vec![1.0];
        for block in basis.blocks() {
            match (&block.shape, &leads.columns[block.column].values) {
                (Shape::Hats(knots), Values::Numbers(numbers)) => {
                    let x = numbers[row];
                    values.extend((1..knots.len()).map(|knot| {
                        let rise = (x - knots[knot - 1]) / (knots[knot] - knots[knot - 1]);
                        let fall = knots.get(knot + 1).map_or(1.0, |next| (next - x) / (next - knots[knot]));
                        if x.is_nan() { 0.0 } else { rise.min(fall).max(0.0) }
                    }));
                    values.extend(block.missing.map(|_| indicator(x.is_nan())));
                }
                (Shape::Indicators { levels, pooled }, Values::Levels { levels: all, codes }) => {
                    let level = all.get(codes[row] as usize);
                    let stored = |name: &String| level == Some(name);
                    let mut own: Vec<f64> = levels.iter().map(|name| indicator(stored(name))).collect();
                    own.extend(pooled.map(|_| indicator(level.is_some() && !levels.iter().any(stored))));
                    own.extend(block.missing.map(|_| indicator(level.is_none())));
                    values.extend(&own[1..]);
                }
                _ => unreachable!("a column does not change its type"),
            }
        }
        values
    };
    (0..leads.len()).map(row).collect()
}

#[test]
fn every_basis_gives_the_slow_fits_logits() {
    for (seed, kind) in [(1, BasisKind::Linear), (2, BasisKind::Linear), (3, BasisKind::Hats { knots: 8 })] {
        let leads = leads(seed);
        let (basis, design, outcomes) = problem(&leads, kind);
        let columns = full_rank(&leads, &basis);
        let slow = reference::firth(&columns, &leads.label, leads.weights.as_ref().unwrap()).unwrap();
        let fitted = fit(design.clone(), outcomes, 500).unwrap();
        assert!((fitted.log_likelihood() - slow.log_likelihood).abs() < 1e-8, "{kind:?}");
        for (row, (found, x)) in fitted.logits(&design).iter().zip(&columns).enumerate() {
            let expected: f64 = x.iter().zip(&slow.coefficients).map(|(x, b)| x * b).sum();
            assert!((found - expected).abs() < 1e-8, "{kind:?}, row {row}: {found}, expected {expected}");
        }
    }
}

#[test]
fn a_weight_stands_for_repeated_rows() {
    let mut weighted = leads(5);
    let times: Vec<usize> = (0..weighted.len()).map(|row| 1 + row % 3).collect();
    let rows: Vec<usize> = (0..weighted.len()).flat_map(|row| std::iter::repeat_n(row, times[row])).collect();
    weighted.weights = Some(times.iter().map(|times| *times as f64).collect());
    let (basis, design, outcomes) = problem(&weighted, BasisKind::Linear);
    let of_weights = fit(design, outcomes, 500).unwrap();
    let of_rows = fit(
        basis.design(&weighted, &rows),
        Outcomes::unweighted(rows.iter().map(|row| weighted.label[*row])),
        500,
    )
    .unwrap();
    for (a, b) in of_weights.coefficients().iter().zip(&of_rows.coefficients()) {
        assert!((a - b).abs() < 1e-9, "{a} and {b}");
    }
    for (a, b) in of_weights.standard_errors().iter().zip(&of_rows.standard_errors()) {
        assert!((a - b).abs() < 1e-9, "{a} and {b}");
    }
}

/// Where one number decides alone, maximum likelihood runs away; the mirror image of the data must give the mirrored fit.
#[test]
fn complete_separation_has_a_finite_and_symmetric_answer() {
    let mut leads = leads(6);
    leads.columns.truncate(1);
    leads.columns[0].values = Values::Numbers((0..LEADS).map(|row| row as f64 - 39.5).collect());
    leads.label = (0..LEADS).map(|row| row >= 40).collect();
    leads.weights = None;
    let (basis, design, outcomes) = problem(&leads, BasisKind::Linear);
    let plain = LogisticParams::new().penalty(0.0).check().unwrap();
    let error = plain.fit(&DatasetBase::new(design.clone(), outcomes.clone())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Separated, "{error}");
    let fitted = fit(design, outcomes, 500).unwrap();
    let slopes = basis.slopes(&leads, &fitted).unwrap();
    assert!(slopes[0].estimate.abs() < 1e-9, "{slopes:?}");
    assert!(slopes[1].estimate > 0.2 && slopes[1].estimate < 5.0, "{slopes:?}");
}

#[test]
fn what_has_no_answer_is_an_error() {
    let sparse = leads(7);
    let (_, design, outcomes) = problem(&sparse, BasisKind::Linear);
    assert_eq!(fit(design, outcomes, 2).unwrap_err().kind(), ErrorKind::NotConverged);

    let mut twice = leads(8);
    let mut copy = twice.columns[1].clone();
    copy.field.name = "origin".into();
    twice.columns.push(copy);
    let (_, design, outcomes) = problem(&twice, BasisKind::Linear);
    let plain = LogisticParams::new().penalty(0.0).check().unwrap();
    let by_likelihood = plain.fit(&DatasetBase::new(design.clone(), outcomes.clone())).unwrap_err();
    for error in [by_likelihood, fit(design, outcomes, 100).unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Collinear, "{error}");
        assert!(error.message().contains("\"origin\""), "{error}");
    }

    let mut rising = leads(9);
    rising.columns[0].prior = Prior::Monotone(Direction::Up);
    let (_, design, outcomes) = problem(&rising, BasisKind::Linear);
    assert_eq!(fit(design, outcomes, 100).unwrap_err().kind(), ErrorKind::BadOption);

    let both = LogisticParams::new().penalty(1.0).firth(true).check().unwrap_err();
    assert_eq!(both.kind(), ErrorKind::BadOption, "{both}");
}
