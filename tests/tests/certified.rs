//! Estimates against answers certified by mpmath in 60 digits (see `certify` in the data's SOURCE.md).

use sales_ready_tests::certified::{self, Answer};
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
