//! Made-up leads that exercise every knot, level and missing value of a model.

use crate::lead::{Lead, Value};
use crate::model::{Field, FieldKind, Model, Term};

/// Leads that between them visit each term's first and last knot, the middle of its segments, its levels, an unseen
/// level and the missing value. No lead of the training table is among them.
pub(crate) fn golden_leads(model: &Model) -> Vec<Lead<'static>> {
    (0..GOLDEN)
        .map(|turn| {
            model
                .terms()
                .iter()
                .enumerate()
                .filter_map(|(place, term)| {
                    let field = model.fields().iter().find(|field| field.name == term.field())?;
                    Some((field.name.clone(), visit(term, field, turn, place)))
                })
                .collect()
        })
        .collect()
}

/// How many golden leads a model has.
const GOLDEN: usize = 12;

fn visit(term: &Term, field: &Field, turn: usize, place: usize) -> Value<'static> {
    match (turn, term) {
        (0, _) => Value::Missing,
        (1, Term::Curve(_)) => Value::Number(-1e308),
        (2, Term::Curve(_)) => Value::Number(1e308),
        (1 | 2, Term::Table(_)) => Value::from(unseen(term, field)),
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

fn unseen(term: &Term, field: &Field) -> String {
    let mut text = "a level no lead had".to_owned();
    if let (Term::Table(table), FieldKind::Category) = (term, &field.kind) {
        while table.levels.iter().any(|level| level.level == text) || field.is_missing(&text) {
            text.push('!');
        }
    }
    text
}
