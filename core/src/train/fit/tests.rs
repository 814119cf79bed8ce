//! Sums held against the same taken one row at a time, and fits of some rows against fits without the others.

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2};

use super::*;
use crate::train::leads::Codes;
use crate::train::random::Random;

/// Blocks of every kind: hats with few and with many values, with missing and with unknown ones, lines, levels, a grid.
fn design(rows: usize, random: &mut Random) -> Design {
    let mut placings = Vec::new();
    let mut blocks = Vec::new();
    let mut start = 1;
    let mut add = |hats: usize, levels: usize, values: usize, nowhere: bool, placings: &mut Vec<Placing>| {
        let mut places: Vec<Place> = (0..values)
            .map(|_| {
                let at = random.below(hats.max(levels));
                if hats == 0 || at + 1 == hats {
                    Place::at(start + at)
                } else {
                    Place::between(start + at, random.uniform())
                }
            })
            .collect();
        let width = hats + levels;
        if hats > 0 && levels > 0 {
            // The level behind hats is that of missing values.
            places.push(Place::at(start + hats));
        }
        if nowhere {
            places.push(Place::NONE);
        }
        let codes = (0..rows).map(|_| random.below(places.len()));
        let codes: Vec<usize> = codes.collect();
        placings.push(Placing::by_code(places, Codes::collect(codes.len(), codes.into_iter())));
        blocks.push(DesignBlock {
            start,
            end: start + width,
            name: format!("block {start}"),
            hats,
            neighbours: Vec::new(),
            margins: Vec::new(),
            monotone: None,
        });
        start += width;
    };
    for (hats, levels, values, nowhere) in [
        (5, 0, 40, false),
        (2, 0, 30, false),
        (4, 1, 9, true),
        (0, 6, 6, true),
        (2, 0, 2 * rows, false),
        (7, 0, 2 * rows, true),
        (2, 1, 12, false),
        (0, 1, 1, false),
        (0, 9, 9, true),
        (3, 0, 3, false),
    ] {
        add(hats, levels, values, nowhere, &mut placings);
    }
    Design::new(placings, rows, start, blocks)
}

fn outcomes(rows: usize, random: &mut Random) -> Outcomes {
    Outcomes {
        converted: (0..rows).map(|_| f64::from(u8::from(random.uniform() < 0.3))).collect(),
        weights: (0..rows).map(|_| [0.0, 1.0, 2.5][random.below(3)]).collect(),
    }
}

#[test]
fn sums_are_those_of_single_rows() {
    let mut random = Random::new(7, "sums");
    for rows in [1, 50, 40_000] {
        let design = design(rows, &mut random);
        let outcomes = outcomes(rows, &mut random);
        let b: Vec<f64> = (0..design.width()).map(|_| 2.0 * random.uniform() - 1.0).collect();
        let (mut loss, mut gradient) = (0.0, vec![0.0; design.width()]);
        let mut hessian = Array2::<f64>::zeros((design.width(), design.width()));
        let mut means = Array1::<f64>::zeros(design.width());
        let mut row = Vec::new();
        for index in 0..rows {
            design.row(index, &mut row);
            let (y, weight) = (outcomes.converted[index], outcomes.weights[index]);
            let eta: f64 = row.iter().map(|(column, value)| b[*column] * value).sum();
            let p = crate::sigmoid(eta);
            loss -= weight * libm::log(if y > 0.0 { p } else { 1.0 - p });
            for (i, x) in &row {
                gradient[*i] += weight * (p - y) * x;
                means[*i] += weight * x;
                for (j, other) in &row {
                    hessian[(*i, *j)] += weight * p * (1.0 - p) * x * other;
                }
            }
        }
        let sums = Accumulator::over(&design, &outcomes, &b, Sums::Hessian);
        let near = |own: f64, slow: f64| (own - slow).abs() <= 1e-11 * rows as f64;
        assert!(near(sums.loss, loss), "{rows}: {} and {loss}", sums.loss);
        for i in 0..design.width() {
            assert!(
                near(sums.gradient[i], gradient[i]),
                "{rows}, {i}: {} and {}",
                sums.gradient[i],
                gradient[i]
            );
            for j in 0..=i {
                let (own, slow) = (sums.hessian[(i, j)], hessian[(i, j)]);
                assert!(near(own, slow), "{rows}, ({i}, {j}): {own} and {slow}");
            }
        }
        let total = outcomes.total();
        if total > 0.0 {
            for (own, slow) in design.means(&outcomes.weights).iter().zip(&means) {
                assert!((own - slow / total).abs() < 1e-12, "{own} and {slow}");
            }
        }
        let alone = design.predict(&b);
        let fits: Vec<u8> = (0..rows).map(|row| (row % 3) as u8).collect();
        let zero = vec![0.0; design.width()];
        let each = design.predict_each::<8>(&[&b, &zero], &fits);
        for (row, (own, chosen)) in alone.iter().zip(each).enumerate() {
            assert!((chosen - if row % 3 == 0 { *own } else { 0.0 }).abs() < 1e-12);
        }
    }
}

#[test]
fn a_fit_without_some_folds_is_the_fit_to_the_others() {
    const ROWS: usize = 3_000;
    let mut random = Random::new(8, "without");
    let design = design(ROWS, &mut random);
    let outcomes = outcomes(ROWS, &mut random);
    let folds: Vec<u8> = (0..ROWS).map(|_| random.below(5) as u8).collect();
    let strengths = Strengths::uniform(&design, 3.0);
    let fit = |outcomes: Outcomes| {
        let params = LogisticParams::new().strengths(strengths.clone()).check().unwrap();
        params.fit(&DatasetBase::new(design.clone(), outcomes)).unwrap()
    };
    let fitted = fit(outcomes.clone());
    // Fold 4 is in none: it is always learnt from.
    let whole = Whole {
        design: &design,
        outcomes: &outcomes,
        strengths: &strengths,
        fitted: &fitted,
        folds: &folds,
        count: 4,
    };
    let sets =
        [vec![0], vec![1], vec![2], vec![3], vec![0, 1], vec![0, 2], vec![0, 3], vec![1, 2], vec![2, 3]];
    for (set, own) in sets.iter().zip(whole.without(&sets).unwrap()) {
        let keep =
            |(weight, fold): (&f64, &u8)| if set.contains(&usize::from(*fold)) { 0.0 } else { *weight };
        let weights = outcomes.weights.iter().zip(&folds).map(keep).collect();
        let alone = fit(Outcomes { converted: outcomes.converted.clone(), weights }).coefficients();
        let logits = design.predict(&alone.to_vec());
        for (own, alone) in design.predict(&own).iter().zip(&logits) {
            assert!((own - alone).abs() < 2e-3, "{set:?}: {own} and {alone}");
        }
    }
}

#[test]
fn an_end_of_a_line_where_nobody_stands_tells_nothing() {
    let shares = [0.0, 0.25, 1.0];
    let places = shares.map(|share| if share < 1.0 { Place::between(1, share) } else { Place::at(2) });
    let codes: Vec<usize> = (0..900).map(|row| row % 3).collect();
    let block = DesignBlock {
        start: 1,
        end: 3,
        name: "line".to_owned(),
        hats: 2,
        neighbours: Vec::new(),
        margins: Vec::new(),
        monotone: None,
    };
    for (end, empty) in [(0, 2), (2, 1)] {
        let placing = Placing::by_code(places.to_vec(), Codes::collect(codes.len(), codes.iter().copied()));
        let design = Design::new(vec![placing], codes.len(), 3, vec![block.clone()]);
        let outcomes = Outcomes {
            converted: codes.iter().enumerate().map(|(row, _)| f64::from(u8::from(row % 2 == 0))).collect(),
            weights: codes.iter().map(|code| if *code == end { 0.1 } else { 0.0 }).collect(),
        };
        let sums = Accumulator::over(&design, &outcomes, &[0.1, 0.2, 0.3], Sums::Hessian);
        assert_eq!(sums.hessian.row(empty).iter().chain(sums.hessian.column(empty)).sum::<f64>(), 0.0);
        assert!(sums.hessian[(3 - empty, 3 - empty)] > 1.0);
    }
}

#[test]
fn leads_of_one_outcome_are_refused_whatever_they_weigh() {
    let mut random = Random::new(8, "one outcome");
    for weight in [0.1, 0.7, 1.0] {
        let design = design(1_000, &mut random);
        let outcomes = Outcomes { converted: vec![1.0; 1_000], weights: vec![weight; 1_000] };
        let params = LogisticParams::new().check().unwrap();
        let error = params.fit(&DatasetBase::new(design, outcomes)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooFewLeads);
    }
}

#[test]
fn of_many_rows_of_few_leads_parts_find_strengths_of_their_own() {
    let mut random = Random::new(11, "few");
    let rows = 5_100;
    let (design, outcomes) = (design(rows, &mut random), outcomes(rows, &mut random));
    let folds: Vec<usize> = (0..rows).map(|row| row / 30 % 3).collect();
    let groups: Vec<u32> = (0..rows as u32).map(|row| row / 30).collect();
    let fit = |groups| cross_validate_groups(&design, &outcomes, &folds, groups, &mut |_, _| ()).unwrap();
    let [few, many] = [Some(&groups[..]), None].map(fit);
    // The whole has the same strengths, and the parts do not.
    assert_eq!(few.uniform, many.uniform);
    assert!(few.by_term.unwrap().0 != many.by_term.unwrap().0, "{:?} {:?}", few.by_term, many.by_term);
}
