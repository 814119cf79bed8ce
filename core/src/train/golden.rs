//! Made-up leads that exercise every knot, level, cell and missing value of a model.

use crate::lead::{Lead, Value};
use crate::model::{Axis, Field, Model, Pair, Term};

/// Leads that between them visit each curve's first and last knot and the middle of its segments, each table's levels,
/// each row and each column of a pair's grid, unseen levels and missing values. No lead of the training table is among
/// them.
pub(crate) fn golden_leads(model: &Model) -> Vec<Lead<'static>> {
    let own = (0..GOLDEN).map(|turn| {
        model
            .terms()
            .iter()
            .enumerate()
            .filter_map(|(place, term)| {
                let [name] = term.fields() else { return None };
                Some((name.clone(), visit(term, model.field(name)?, turn, place)))
            })
            .collect()
    });
    own.chain(pair_leads(model)).filter(|lead: &Lead<'_>| lead.fields().next().is_some()).collect()
}

/// How many golden leads visit curves and tables.
const GOLDEN: usize = 12;

fn visit(term: &Term, field: &Field, turn: usize, place: usize) -> Value<'static> {
    match (turn, term) {
        // Pairs are visited by leads of their own, since those that share a field need different values of it.
        (0, _) | (_, Term::Pair(_)) => Value::Missing,
        (1, Term::Curve(_)) => Value::Number(-1e308),
        (2, Term::Curve(_)) => Value::Number(1e308),
        (1 | 2, Term::Table(table)) => {
            let levels: Vec<&str> = table.levels.iter().map(|level| level.level.as_str()).collect();
            Value::from(unseen(&levels, field))
        }
        (_, Term::Curve(curve)) => {
            // Places between knots, at shares whose arithmetic rounds.
            let at = (turn * 7 + place * 3) % curve.x.len();
            let next = curve.x.get(at + 1).unwrap_or(&curve.x[at]);
            Value::Number(curve.x[at] + (next - curve.x[at]) * ((turn - 2) as f64 / 11.0))
        }
        (_, Term::Table(table)) if table.levels.is_empty() => Value::Missing,
        (_, Term::Table(table)) => {
            Value::from(table.levels[(turn + place) % table.levels.len()].level.clone())
        }
    }
}

/// Leads that visit each row and each column of every pair; one lead serves all pairs that share no field.
fn pair_leads(model: &Model) -> Vec<Lead<'static>> {
    let mut leads: Vec<Lead<'static>> = Vec::new();
    for term in model.terms() {
        let Term::Pair(pair) = term else { continue };
        let mut next = 0;
        for values in pair_visits(model, pair) {
            let taken =
                |lead: &Lead<'_>| lead.fields().any(|(name, _)| pair.fields.iter().any(|own| own == name));
            while leads.get(next).is_some_and(taken) {
                next += 1;
            }
            if next == leads.len() {
                leads.push(Lead::new());
            }
            for (name, value) in pair.fields.iter().zip(values) {
                leads[next].insert(name.clone(), value);
            }
            next += 1;
        }
    }
    leads
}

/// Values that visit the cells along a diagonal of the grid, going round where one side is shorter.
fn pair_visits(model: &Model, pair: &Pair) -> Vec<[Value<'static>; 2]> {
    let sides: Vec<Vec<Value<'static>>> = pair
        .fields
        .iter()
        .zip(&pair.axes)
        .filter_map(|(name, axis)| Some(cell_values(axis, model.field(name)?)))
        .collect();
    let [rows, columns] = &sides[..] else { return Vec::new() };
    let turns = rows.len().max(columns.len());
    (0..turns).map(|turn| [rows, columns].map(|side| side[turn % side.len()].clone())).collect()
}

/// A value in each cell of an axis; a number's are the cuts themselves, where a reader that compares wrongly differs.
fn cell_values(axis: &Axis, field: &Field) -> Vec<Value<'static>> {
    let mut values: Vec<Value<'static>> = match axis {
        Axis::Cuts(cuts) => {
            let below = cuts.first().map_or(0.0, |cut| cut.next_down());
            // JSON has no infinity.
            let below = if below.is_finite() { Value::Number(below) } else { Value::Missing };
            [below].into_iter().chain(cuts.iter().map(|cut| Value::Number(*cut))).collect()
        }
        Axis::Levels(levels) => {
            let texts: Vec<&str> = levels.iter().map(String::as_str).collect();
            let other = Value::from(unseen(&texts, field));
            levels.iter().map(|level| Value::from(level.clone())).chain([other]).collect()
        }
    };
    values.push(Value::Missing);
    values
}

fn unseen(levels: &[&str], field: &Field) -> String {
    let mut text = "a level no lead had".to_owned();
    while levels.contains(&text.as_str()) || field.is_missing(&text) {
        text.push('!');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reading;

    const MODEL: &str = r#"{
      "format": "sales-ready/1", "generator": "test", "intercept": 0.0,
      "fields": [
        {"name": "visits", "type": {"number": {"decimal": "."}}, "missing": ["-1"]},
        {"name": "source", "type": "category", "missing": ["a level no lead had"]},
        {"name": "size", "type": {"number": {"decimal": "."}}}
      ],
      "terms": [
        {"table": {"field": "source", "levels": [{"level": "fair", "value": 1}]}},
        {"pair": {"fields": ["visits", "source"], "axes": [{"cuts": [1, 2, 5]}, {"levels": ["a level no lead had!", "fair"]}],
                  "values": [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16], [17, 18, 19, 20]]}},
        {"pair": {"fields": ["size", "visits"], "axes": [{"cuts": []}, {"cuts": [-1.7976931348623157e308, 0]}],
                  "values": [[1, 2, 3, 4], [5, 6, 7, 8]]}}
      ],
      "calibration": {"x": [-5, 5], "y": [-5, 5]},
      "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]},
      "golden": []
    }"#;

    #[test]
    fn every_row_and_column_of_a_pair_is_visited_and_every_cut_is_hit() {
        let model = Model::from_json(MODEL).unwrap();
        let leads = golden_leads(&model);
        for term in model.terms() {
            let Term::Pair(pair) = term else { continue };
            for (name, axis) in pair.fields.iter().zip(&pair.axes) {
                let field = model.field(name).unwrap();
                let readings: Vec<Reading<'_>> =
                    leads.iter().map(|lead| field.read(lead.get(name)).unwrap()).collect();
                // Below the least of all numbers there is only minus infinity, which a file cannot hold.
                let cells =
                    (0..axis.cells()).filter(|cell| (name.as_str(), *cell, axis.cells()) != ("visits", 0, 4));
                for cell in cells {
                    assert!(readings.iter().any(|reading| axis.cell(reading) == cell), "{name}: cell {cell}");
                }
                let Axis::Cuts(cuts) = axis else { continue };
                assert!(cuts.iter().all(|cut| readings.contains(&Reading::Number(*cut))), "{name}");
            }
        }
        assert!(leads.iter().all(|lead| model.logit(lead).is_ok()));
        let text = serde_json::to_string(&leads).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Lead<'_>>>(&text).unwrap(), leads);
    }
}
