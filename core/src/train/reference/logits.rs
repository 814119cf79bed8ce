//! The logits of all leads of a table: what a model says of each different value is looked up once.

use rayon::prelude::*;

use crate::model::{Axis, Curve, Field, Model, Reading, Term};
use crate::train::leads::{Codes, Numbers, Values};

/// Leads that are summed at once: their logits stay near the processor.
const CHUNK: usize = 4_096;

/// The logit of each lead; `columns` are the values of each of the model's fields, where the table has them.
pub(super) fn logits(model: &Model, columns: &[Option<&Values>], leads: usize) -> Vec<f64> {
    let summands: Vec<Summand<'_>> =
        model.terms().iter().map(|term| Summand::new(term, model.fields(), columns)).collect();
    let mut logits = vec![model.intercept(); leads];
    logits.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, logits)| {
        // In the order of the file, as each sum is made.
        for summand in &summands {
            summand.add(logits, chunk * CHUNK);
        }
    });
    logits
}

/// What a term adds to the logit of each lead.
enum Summand<'a> {
    Of(Lookup<'a, f64>),
    Curve(&'a Numbers, &'a Curve),
    Pair([Lookup<'a, usize>; 2], &'a [Vec<f64>]),
}

/// What follows from the value of one field.
enum Lookup<'a, T> {
    /// The same for all.
    Fixed(T),
    Level(&'a [u32], Vec<T>),
    Code(&'a Codes, Vec<T>),
    /// To be worked out for each lead.
    Number(&'a Numbers, &'a Axis),
}

impl<'a> Summand<'a> {
    fn new(term: &'a Term, fields: &[Field], columns: &[Option<&'a Values>]) -> Self {
        let values = |name: &String| {
            let place = fields.iter().position(|field| field.name == *name)?;
            columns.get(place).copied().flatten()
        };
        match term {
            Term::Curve(curve) => match values(&curve.field) {
                Some(Values::Numbers(numbers)) if numbers.codes().is_none() => Self::Curve(numbers, curve),
                values => Self::Of(Lookup::new(values, |reading| curve.value(&reading))),
            },
            Term::Table(table) => {
                Self::Of(Lookup::new(values(&table.field), |reading| table.value(&reading)))
            }
            Term::Pair(pair) => {
                let lookup = |side: usize| {
                    let axis = &pair.axes[side];
                    match values(&pair.fields[side]) {
                        Some(Values::Numbers(numbers)) if numbers.codes().is_none() => {
                            Lookup::Number(numbers, axis)
                        }
                        values => Lookup::new(values, |reading| axis.cell(&reading)),
                    }
                };
                Self::Pair([lookup(0), lookup(1)], &pair.values)
            }
        }
    }

    /// Adds it to the logits of the leads from `first` on.
    fn add(&self, logits: &mut [f64], first: usize) {
        let rows = || first..first + logits.len();
        match self {
            Self::Of(Lookup::Code(Codes::Bytes(codes), of)) => {
                let codes = &codes[rows()];
                logits.iter_mut().zip(codes).for_each(|(logit, code)| *logit += of[usize::from(*code)]);
            }
            Self::Of(Lookup::Code(Codes::Pairs(codes), of)) => {
                let codes = &codes[rows()];
                logits.iter_mut().zip(codes).for_each(|(logit, code)| *logit += of[usize::from(*code)]);
            }
            Self::Of(lookup) => {
                let rows = rows();
                logits.iter_mut().zip(rows).for_each(|(logit, row)| *logit += lookup.of(row));
            }
            Self::Curve(numbers, curve) => {
                let rows = rows();
                logits.iter_mut().zip(rows).for_each(|(logit, row)| *logit += curve.at(numbers[row]));
            }
            Self::Pair([one, other], values) => {
                let rows = rows();
                logits.iter_mut().zip(rows).for_each(|(logit, row)| {
                    // Of the right shape, as the model has been checked.
                    *logit +=
                        values.get(one.of(row)).and_then(|row_of| row_of.get(other.of(row))).unwrap_or(&0.0);
                });
            }
        }
    }
}

impl<'a, T> Lookup<'a, T> {
    fn new(values: Option<&'a Values>, of: impl Fn(Reading<'_>) -> T) -> Self {
        let number =
            |number: f64| of(if number.is_nan() { Reading::Missing } else { Reading::Number(number) });
        match values {
            Some(Values::Levels { levels, codes }) => {
                let known = levels.iter().map(|level| of(Reading::Level(level.as_str().into())));
                Self::Level(codes, known.chain([of(Reading::Missing)]).collect())
            }
            Some(Values::Numbers(numbers)) => match numbers.codes() {
                Some((values, codes)) => {
                    Self::Code(codes, values.iter().map(|value| number(*value)).collect())
                }
                None => Self::Fixed(of(Reading::Missing)),
            },
            None => Self::Fixed(of(Reading::Missing)),
        }
    }
}

impl Lookup<'_, f64> {
    fn of(&self, row: usize) -> f64 {
        match self {
            Self::Fixed(value) => *value,
            Self::Level(codes, of) => of[(codes[row] as usize).min(of.len() - 1)],
            Self::Code(codes, of) => of[codes.at(row) as usize],
            // Curves are worked out by themselves.
            Self::Number(..) => 0.0,
        }
    }
}

impl Lookup<'_, usize> {
    fn of(&self, row: usize) -> usize {
        match self {
            Self::Fixed(cell) => *cell,
            Self::Level(codes, of) => of[(codes[row] as usize).min(of.len() - 1)],
            Self::Code(codes, of) => of[codes.at(row) as usize],
            Self::Number(numbers, axis) => axis.cell(&match numbers[row] {
                number if number.is_nan() => Reading::Missing,
                number => Reading::Number(number),
            }),
        }
    }
}
