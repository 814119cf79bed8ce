//! Estimates against answers certified by mpmath in 60 digits (see `certify` in the data's SOURCE.md).

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use sales_ready::ErrorKind;
use sales_ready::train::basis::{Basis, BasisKind, Shape};
use sales_ready::train::fit::{Fitted, LogisticParams, Outcomes};
use sales_ready_tests::certified::{self, Answer, Problem};
use sales_ready_tests::{reference, shared};

/// Relative, or absolute below one millionth: what "the same number" means here.
fn assert_close(name: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let distance = (found - expected).abs() / expected.abs().max(1e-6);
        assert!(distance <= tolerance, "{name}[{place}]: {found} is {distance:e} from {expected}");
    }
}

fn assert_answer(name: &str, found: &Answer, expected: &Answer) {
    assert_close(&format!("{name} coefficients"), &found.coefficients, &expected.coefficients, 1e-8);
    assert_close(&format!("{name} standard errors"), &found.standard_errors, &expected.standard_errors, 1e-8);
    assert_close(
        &format!("{name} log-likelihood"),
        &[found.log_likelihood],
        &[expected.log_likelihood],
        1e-10,
    );
}

#[test]
fn the_reference_reproduces_the_certified_answers() {
    let Some(folder) = shared::data() else { return };
    for problem in certified::problems(&folder.join("small-logit")).unwrap() {
        let size = problem.names.len() + 1;
        let none = vec![vec![0.0; size]; size];
        let fit = reference::newton(&problem.design(), &problem.converted, &problem.weights, &none).unwrap();
        let found = Answer {
            coefficients: fit.coefficients,
            standard_errors: fit.standard_errors,
            log_likelihood: fit.log_likelihood,
        };
        assert_answer(&problem.name, &found, &problem.answer.unwrap());
    }
}

#[test]
fn the_reference_finds_no_answer_where_none_exists() {
    let Some(folder) = shared::data() else { return };
    let problem = certified::separated(&folder.join("small-logit")).unwrap();
    let none = vec![vec![0.0; 4]; 4];
    assert!(reference::newton(&problem.design(), &problem.converted, &problem.weights, &none).is_none());
}

#[test]
fn the_solver_reproduces_the_certified_answers() {
    let Some(folder) = shared::data() else { return };
    for problem in certified::problems(&folder.join("small-logit")).unwrap() {
        let (basis, fitted) = fit(&problem, false).unwrap();
        assert_answer(
            &problem.name,
            &on_raw_columns(&problem, &basis, &fitted),
            &problem.answer.clone().unwrap(),
        );
    }
}

#[test]
fn a_separated_problem_is_an_error_that_names_the_column() {
    let Some(folder) = shared::data() else { return };
    let problem = certified::separated(&folder.join("small-logit")).unwrap();
    let error = fit(&problem, false).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Separated, "{error}");
    assert!(error.message().contains("\"NV\"") && error.message().contains("Firth"), "{error}");
}

#[test]
fn firth_reproduces_what_brglm2_says_of_the_separated_problem() {
    let Some(folder) = shared::data() else { return };
    let problem = certified::firth(&folder.join("small-logit")).unwrap();
    let expected = problem.answer.clone().unwrap();
    let (basis, fitted) = fit(&problem, true).unwrap();
    assert_answer("the solver's", &on_raw_columns(&problem, &basis, &fitted), &expected);
    let slow = reference::firth(&problem.design(), &problem.converted, &problem.weights).unwrap();
    let found = Answer {
        coefficients: slow.coefficients,
        standard_errors: slow.standard_errors,
        log_likelihood: slow.log_likelihood,
    };
    assert_answer("the reference's", &found, &expected);
}

fn fit(problem: &Problem, firth: bool) -> sales_ready::Result<(Basis, Fitted)> {
    let leads = problem.to_leads();
    let rows: Vec<usize> = (0..leads.len()).collect();
    let basis = Basis::learn(&leads, &rows, BasisKind::Linear);
    let outcomes = Outcomes {
        converted: problem.converted.iter().map(|converted| f64::from(u8::from(*converted))).collect(),
        weights: problem.weights.clone(),
    };
    let params = LogisticParams::new().penalty(0.0).firth(firth).gradient_tolerance(1e-13).check()?;
    let fitted = params.fit(&DatasetBase::new(basis.design(&leads, &rows), outcomes))?;
    Ok((basis, fitted))
}

/// From centred hats to slopes on the raw columns: each is a linear combination of the fit's coefficients.
fn on_raw_columns(problem: &Problem, basis: &Basis, fitted: &Fitted) -> Answer {
    let coefficients = fitted.coefficients();
    let mut combinations = vec![vec![0.0; basis.width()]; 1 + problem.names.len()];
    combinations[0][0] = 1.0;
    for block in basis.blocks() {
        let Shape::Hats(knots) = &block.shape else { panic!("{}: a category", problem.name) };
        let [x0, x1] = knots[..] else { panic!("{}: {} knots", problem.name, knots.len()) };
        // y0 + (y1 − y0) (x − x0) / (x1 − x0), as intercept and slope.
        combinations[0][block.start] = 1.0 + x0 / (x1 - x0);
        combinations[0][block.start + 1] = -x0 / (x1 - x0);
        combinations[1 + block.column][block.start] = -1.0 / (x1 - x0);
        combinations[1 + block.column][block.start + 1] = 1.0 / (x1 - x0);
    }
    let value = |combination: &Vec<f64>| combination.iter().zip(&coefficients).map(|(a, b)| a * b).sum();
    Answer {
        coefficients: combinations.iter().map(value).collect(),
        standard_errors: combinations.iter().map(|combination| fitted.standard_error(combination)).collect(),
        log_likelihood: fitted.log_likelihood(),
    }
}
