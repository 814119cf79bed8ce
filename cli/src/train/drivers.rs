//! The strongest fields, in the text that `train` prints.

use sales_ready::error::quoted;
use sales_ready::model::{Model, Term};
use sales_ready::report::strengths;
use sales_ready::train::Training;
use sales_ready::train::leads::Leads;

use super::{NAME, section};
use crate::text::{number, shown};

/// How many fields the report names as the strongest.
const DRIVERS: usize = 8;

/// The fields that move leads most, and where leads convert most and least often.
pub(super) fn drivers(training: &Training, leads: &Leads) -> String {
    text(&training.model, &strengths(training, leads))
}

/// The same for a strength of each term.
fn text(model: &Model, strengths: &[f64]) -> String {
    let mut terms: Vec<(&Term, f64)> =
        model.terms().iter().zip(strengths.iter().copied()).filter(|(_, strength)| *strength > 0.0).collect();
    terms.sort_by(|a, b| b.1.total_cmp(&a.1));
    let rows: Vec<Vec<String>> = terms
        .into_iter()
        .take(DRIVERS)
        .filter_map(|(term, _)| {
            let ends = ends(term);
            let by_value = |a: &&(String, f64), b: &&(String, f64)| a.1.total_cmp(&b.1);
            let room = NAME * term.fields().len();
            let (best, worst) = (ends.iter().max_by(by_value)?, ends.iter().min_by(by_value)?);
            Some(vec![
                shown(&term.fields().join(" together with "), room),
                format!("most often with {}", shown(&best.0, room)),
                format!("least often with {}", shown(&worst.0, room)),
            ])
        })
        .collect();
    section(
        "Where leads convert most and least often, other fields being equal; the strongest fields first",
        &rows,
    )
}

/// The places of a term a person can name, with their values.
fn ends(term: &Term) -> Vec<(String, f64)> {
    match term {
        Term::Curve(curve) => {
            let last = curve.x.len().saturating_sub(1);
            let place = |(place, (x, y)): (usize, (&f64, &f64))| {
                let bound = match place {
                    0 if *x != 0.0 => " or less",
                    place if place == last => " or more",
                    _ => "",
                };
                (number(*x) + bound, *y)
            };
            let known = curve.x.iter().zip(&curve.y).enumerate().map(place);
            known.chain([("a value that is not known".to_owned(), curve.missing)]).collect()
        }
        Term::Table(table) => {
            let known = table.levels.iter().map(|level| (quoted(&level.level).to_string(), level.value));
            let others = [
                ("rare or new values".to_owned(), table.unseen),
                ("a value that is not known".to_owned(), table.missing),
            ];
            known.chain(others).collect()
        }
        Term::Pair(pair) => {
            let [first, second] = &pair.axes;
            let name = |row, column| format!("{} and {}", first.in_words(row), second.in_words(column));
            let row = |(row, values): (usize, &Vec<f64>)| -> Vec<(String, f64)> {
                values.iter().enumerate().map(|(column, value)| (name(row, column), *value)).collect()
            };
            pair.values.iter().enumerate().flat_map(row).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_written_as_one() {
        let model = Model::from_json(
            r#"{
              "format": "sales-ready/1", "generator": "test", "intercept": 0.0,
              "fields": [{"name": "year", "type": {"number": {"decimal": "."}}}],
              "terms": [{"curve": {"field": "year", "x": [1997, 2000, 2002], "y": [0.1, 0.9, -0.7]}}],
              "calibration": {"x": [0], "y": [0]}, "golden": [],
              "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]}
            }"#,
        )
        .unwrap();
        let text = text(&model, &[0.5]);
        assert!(
            text.contains("most often with 2000 ") && text.contains("least often with 2002 or more"),
            "{text}"
        );
    }

    #[test]
    fn a_pair_is_a_driver_with_both_its_fields() {
        let model = Model::from_json(
            r#"{
              "format": "sales-ready/1", "generator": "test", "intercept": 0.0,
              "fields": [{"name": "visits", "type": {"number": {"decimal": "."}}}, {"name": "source", "type": "category"}],
              "terms": [{"pair": {"fields": ["visits", "source"], "axes": [{"cuts": [5]}, {"levels": ["fair"]}],
                "values": [[0.1, 0.2, -0.7], [0.9, 0.0, 0.0], [0.3, 0.0, 0.0]]}}],
              "calibration": {"x": [0], "y": [0]}, "golden": [],
              "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]}
            }"#,
        )
        .unwrap();
        assert_eq!(text(&model, &[0.0]), "");
        let text = text(&model, &[0.5]);
        for expected in [
            "visits together with source",
            "most often with 5 or more and \"fair\"",
            "least often with below 5 and a value that is not known",
        ] {
            assert!(text.contains(expected), "{text}");
        }
    }
}
