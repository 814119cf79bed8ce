//! How much is known of a lead, beside what is usually known.

use crate::model::{Document, Reading, Term};

/// How much each field can say, and how much is usually known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Knowledge {
    /// For each field, how far apart its terms' values are, in log-odds. A pair counts half for each of its two.
    weights: Vec<f64>,
    /// The weights of the fields that are known of a training lead, on average.
    usual: f64,
}

impl Knowledge {
    /// That of a document whose terms read these fields.
    pub(super) fn new(document: &Document, term_fields: &[[usize; 2]]) -> Self {
        let mut weights = vec![0.0; document.fields.len()];
        for (term, fields) in document.terms.iter().zip(term_fields) {
            let spread = spread(term);
            // The same field twice where the term reads one.
            for field in fields {
                weights[*field] += spread / 2.0;
            }
        }
        let known = document.fields.iter().map(|field| field.known.unwrap_or(1.0));
        let usual = weights.iter().zip(known).fold(0.0, |sum, (weight, known)| sum + weight * known);
        Self { weights, usual }
    }

    pub(super) fn share(&self, readings: &[Reading<'_>]) -> f64 {
        if self.usual > 0.0 {
            let known = self.weights.iter().zip(readings).fold(0.0, |sum, (weight, reading)| {
                if matches!(reading, Reading::Missing) { sum } else { sum + weight }
            });
            known / self.usual
        } else {
            1.0
        }
    }
}

/// How far apart the values of a term are for what is known.
fn spread(term: &Term) -> f64 {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut seen = |value: f64| (low, high) = (low.min(value), high.max(value));
    match term {
        Term::Curve(curve) => curve.y.iter().copied().for_each(&mut seen),
        Term::Table(table) => {
            table.levels.iter().map(|level| level.value).chain([table.unseen]).for_each(&mut seen);
        }
        Term::Pair(pair) => pair.values.iter().flatten().copied().for_each(&mut seen),
    }
    (high - low).max(0.0)
}
