//! Curves that must not fall: the exact minimum, held against isotonic regression and against what is near it.

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use sales_ready::model::{Field, FieldKind, NumberFormat, Target, Term};
use sales_ready::sigmoid;
use sales_ready::train::basis::{Basis, BasisKind};
use sales_ready::train::fit::{Fitted, LogisticParams, Outcomes};
use sales_ready::train::leads::{Column, Direction, Leads, Prior, Values};
use sales_ready::train::{Options, train};
use sales_ready_tests::random::Random;

const ROWS: usize = 4_000;

/// Leads with two fields of few values, of which the first rises, dips and rises again.
fn leads(seed: u64, prior: Prior) -> Leads {
    let mut random = Random::new(seed);
    let mut whole =
        |below: f64| -> Vec<f64> { (0..ROWS).map(|_| (random.uniform() * below).floor()).collect() };
    let (first, second) = (whole(12.0), whole(5.0));
    let logit = |row: usize| {
        0.25 * first[row] - 3.0 * f64::from(u8::from((5.0..8.0).contains(&first[row]))) - 1.0
            + 0.3 * second[row]
    };
    let label = (0..ROWS).map(|row| random.uniform() < sigmoid(logit(row))).collect();
    let column = |name: &str, values: Vec<f64>| {
        let kind = FieldKind::Number(NumberFormat::default());
        let field = Field::new(name, kind);
        Column::new(field, Values::Numbers(values.into()))
    };
    let mut columns = vec![column("first", first), column("second", second)];
    columns[0].prior = prior;
    let target = Target::new("converted", "yes");
    Leads { target, label, weights: None, columns, dates: None, groups: None, excluded: vec![] }
}

fn fit(leads: &Leads, penalty: f64) -> (Basis, Fitted) {
    let rows: Vec<usize> = (0..leads.len()).collect();
    let basis = Basis::learn(leads, &rows, BasisKind::Hats { knots: 32 });
    let outcomes = Outcomes::unweighted(leads.label.iter().copied());
    let params = LogisticParams::new().penalty(penalty).check().expect("sound parameters");
    let fitted = params.fit(&DatasetBase::new(basis.design(leads, &rows), outcomes)).expect("a fit");
    (basis, fitted)
}

fn curve(leads: &Leads, basis: &Basis, fitted: &Fitted, place: usize) -> Vec<f64> {
    match &basis.terms(leads, fitted).1[place] {
        Term::Curve(curve) => curve.y.clone(),
        _ => panic!("a curve"),
    }
}

/// Pool adjacent violators (Ayer et al. 1955): the non-decreasing rates of greatest likelihood.
fn isotonic(groups: &[(f64, f64)]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (hits, count) in groups {
        pools.push((*hits, *count, 1));
        while let [.., (h0, n0, _), (h1, n1, _)] = pools[..] {
            if h0 / n0 <= h1 / n1 {
                break;
            }
            let (_, _, k1) = pools.pop().expect("two pools");
            let last = pools.last_mut().expect("two pools");
            *last = (h0 + h1, n0 + n1, last.2 + k1);
        }
    }
    pools.iter().flat_map(|(hits, count, size)| std::iter::repeat_n(hits / count, *size)).collect()
}

#[test]
fn without_a_penalty_one_curve_is_isotonic_regression() {
    for (seed, direction) in [(1, Direction::Up), (2, Direction::Down), (3, Direction::Up)] {
        let mut leads = leads(seed, Prior::Monotone(direction));
        leads.columns.truncate(1);
        let Values::Numbers(numbers) = &leads.columns[0].values else { panic!("numbers") };
        let mut groups = vec![(0.0, 0.0); 12];
        for (number, converted) in numbers.iter().zip(&leads.label) {
            groups[*number as usize].0 += f64::from(u8::from(*converted));
            groups[*number as usize].1 += 1.0;
        }
        let rates = if direction == Direction::Up {
            isotonic(&groups)
        } else {
            groups.reverse();
            let mut rates = isotonic(&groups);
            rates.reverse();
            rates
        };
        let (basis, fitted) = fit(&leads, 0.0);
        let intercept = fitted.coefficients()[0];
        for (y, rate) in curve(&leads, &basis, &fitted, 0).iter().zip(&rates) {
            assert!((sigmoid(intercept + y) - rate).abs() < 1e-9, "{} {rate}", sigmoid(intercept + y));
        }
        assert!(fitted.gradient() <= 1e-10);
    }
}

#[test]
fn what_rises_by_itself_is_not_changed() {
    for penalty in [0.0, 1.0] {
        let mut constrained = leads(4, Prior::None);
        constrained.columns[1].prior = Prior::Monotone(Direction::Up);
        // Pooled first: enough leads that the second field rises on its own.
        let free = fit(&leads(4, Prior::None), penalty).1.coefficients();
        let (basis, fitted) = fit(&constrained, penalty);
        let y = curve(&constrained, &basis, &fitted, 1);
        assert!(y.windows(2).all(|pair| pair[0] < pair[1]), "{y:?}");
        let furthest =
            fitted.coefficients().iter().zip(&free).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(furthest < 1e-8, "{furthest}");
    }
}

#[test]
fn no_way_that_keeps_the_order_leads_further_down() {
    let leads = leads(5, Prior::Monotone(Direction::Up));
    let (basis, fitted) = fit(&leads, 0.0);
    let rows: Vec<usize> = (0..ROWS).collect();
    let design = basis.design(&leads, &rows);
    let loss = |y: &[f64]| -> f64 {
        // An independent, slow sum: the first field's curve replaced, all else as fitted.
        let own = curve(&leads, &basis, &fitted, 0);
        let Values::Numbers(numbers) = &leads.columns[0].values else { panic!("numbers") };
        fitted
            .logits(&design)
            .iter()
            .zip(numbers.iter())
            .zip(&leads.label)
            .map(|((logit, number), converted)| {
                let logit = logit - own[*number as usize] + y[*number as usize];
                libm::log1p(libm::exp(if *converted { -logit } else { logit }))
            })
            .sum()
    };
    let y = curve(&leads, &basis, &fitted, 0);
    assert!(y.windows(2).all(|pair| pair[0] <= pair[1]), "{y:?}");
    assert!(y.windows(2).any(|pair| pair[0] == pair[1]), "the dip is tied exactly: {y:?}");
    let least = loss(&y);
    let mut random = Random::new(6);
    for _ in 0..300 {
        let size = 0.1 * random.uniform();
        let mut other: Vec<f64> = y.iter().map(|y| y + size * (random.uniform() - 0.5)).collect();
        for place in 1..other.len() {
            other[place] = other[place].max(other[place - 1]);
        }
        assert!(loss(&other) >= least - 1e-9, "{} below {least}", loss(&other));
    }
}

#[test]
fn a_trained_model_keeps_the_order_in_every_bit() {
    for direction in [Direction::Up, Direction::Down] {
        let training =
            train(&leads(7, Prior::Monotone(direction)), &Options::default(), &mut |_| ()).unwrap();
        let Some(Term::Curve(curve)) = training.model.terms().iter().find(|term| term.fields() == ["first"])
        else {
            panic!("a curve")
        };
        let ordered = |a: f64, b: f64| if direction == Direction::Up { a <= b } else { a >= b };
        assert!(curve.y.windows(2).all(|pair| ordered(pair[0], pair[1])), "{:?}", curve.y);
        let pairs = training.model.terms().iter().filter(|term| matches!(term, Term::Pair(_)));
        assert!(pairs.into_iter().all(|pair| pair.fields().iter().all(|field| field != "first")));
    }
}
