//! A value per cell of a grid over two fields.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::table::place_of;
use crate::model::{FieldKind, Reading};
use crate::prelude::*;

/// An interaction of two fields: a grid of cells.
///
/// It is one summand: what the two fields say together, beyond what the curve or table of each says alone. Missing and
/// unseen values have cells of their own.
///
/// ```
/// use sales_ready::model::{Axis, Pair, Reading};
///
/// let pair = Pair {
///     fields: ["pricing_views".into(), "industry".into()],
///     axes: [Axis::Cuts(vec![3.0]), Axis::Levels(vec!["software".into()])],
///     // Columns: software, any other industry, not known. Rows: below 3 views, from 3 on, not known.
///     values: vec![vec![-0.2, 0.1, 0.0], vec![0.6, -0.1, 0.0], vec![0.0, 0.0, 0.05]],
///     se: vec![],
/// };
/// let software = Reading::Level("software".into());
/// assert_eq!(pair.value(&Reading::Number(3.0), &software), 0.6);
/// assert_eq!(pair.value(&Reading::Number(2.0), &Reading::Level("moon".into())), 0.1);
/// assert_eq!(pair.value(&Reading::Missing, &Reading::Missing), 0.05);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The two fields the pair reads.
    pub fields: [String; 2],
    /// How each of them is cut into cells.
    pub axes: [Axis; 2],
    /// `values[i][j]` belongs to cell `i` of the first axis and cell `j` of the second, in log-odds.
    pub values: Vec<Vec<f64>>,
    /// Standard errors of `values`, of the same shape; empty where they are not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub se: Vec<Vec<f64>>,
}

/// How a field is cut into the cells of a [`Pair`]'s grid.
///
/// ```
/// use sales_ready::model::{Axis, Reading};
///
/// let views = Axis::Cuts(vec![1.0, 5.0]);
/// assert_eq!(views.cells(), 4);
/// let cells = [0.0, 1.0, 4.9, 5.0].map(|number| views.cell(&Reading::Number(number)));
/// assert_eq!(cells, [0, 1, 1, 2]);
/// assert_eq!(views.cell(&Reading::Missing), 3);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Axis {
    /// A number's cuts, finite and strictly increasing: cell `k` holds `cuts[k - 1] <= x < cuts[k]`, so that `n` cuts
    /// make `n + 1` cells. One more cell is for *missing*.
    Cuts(Vec<f64>),
    /// A category's stored levels, sorted by their text, one cell each; then a cell for any other level, and one for
    /// *missing*.
    Levels(Vec<String>),
}

impl Pair {
    /// The pair's value for a reading of its first and of its second field.
    pub fn value(&self, first: &Reading<'_>, second: &Reading<'_>) -> f64 {
        let [rows, columns] = &self.axes;
        let row = self.values.get(rows.cell(first));
        // Of the right shape, once a model has been checked.
        row.and_then(|row| row.get(columns.cell(second))).copied().unwrap_or_default()
    }

    /// Checks that the fields are two, that the axes are well formed and fit the fields' types, and that each cell has
    /// a finite value.
    pub(crate) fn check(&self, kinds: [&FieldKind; 2]) -> Result<()> {
        let [rows, columns] = &self.axes;
        if self.fields[0] == self.fields[1] {
            return Err(self.damaged("expected two different fields"));
        }
        for (axis, kind) in self.axes.iter().zip(kinds) {
            axis.check(kind).map_err(|expected| self.damaged(expected))?;
        }
        let fits = |cells: &[Vec<f64>]| {
            cells.len() == rows.cells() && cells.iter().all(|row| row.len() == columns.cells())
        };
        let finite = |cells: &[Vec<f64>]| cells.iter().flatten().all(|value| value.is_finite());
        if !fits(&self.values) || !finite(&self.values) {
            return Err(self.damaged("expected a finite value for each cell of its axes"));
        }
        let known = fits(&self.se) && finite(&self.se);
        if !self.se.is_empty() && !known {
            return Err(self.damaged("expected a finite standard error for each cell, or none at all"));
        }
        Ok(())
    }

    fn damaged(&self, expected: &str) -> Error {
        let [first, second] = &self.fields;
        let message = format!("the pair of {} and {} is damaged: {expected}", quoted(first), quoted(second));
        Error::new(ErrorKind::ModelInvalid, message)
    }
}

impl Axis {
    /// How many cells there are, the one for missing included.
    pub fn cells(&self) -> usize {
        self.known() + 1
    }

    /// The cell of a reading of the field.
    pub fn cell(&self, reading: &Reading<'_>) -> usize {
        match (self, reading) {
            (Self::Cuts(cuts), Reading::Number(x)) if !x.is_nan() => cuts.partition_point(|cut| *cut <= *x),
            (Self::Cuts(cuts), Reading::Flag(flag)) => {
                let x = f64::from(u8::from(*flag));
                cuts.partition_point(|cut| *cut <= x)
            }
            (_, Reading::Missing) | (Self::Cuts(_), _) => self.known(),
            (Self::Levels(levels), _) => place_of(levels, String::as_str, reading).unwrap_or(levels.len()),
        }
    }

    /// How many cells there are for values that are known.
    fn known(&self) -> usize {
        match self {
            Self::Cuts(cuts) => cuts.len() + 1,
            Self::Levels(levels) => levels.len() + 1,
        }
    }

    fn check(&self, kind: &FieldKind) -> Result<(), &'static str> {
        match (self, kind) {
            (Self::Cuts(cuts), FieldKind::Number(_)) => {
                let rising = cuts.windows(2).all(|two| two[0] < two[1]);
                let sound = rising && cuts.iter().all(|cut| cut.is_finite());
                if sound { Ok(()) } else { Err("expected finite, strictly increasing cuts") }
            }
            (Self::Levels(levels), FieldKind::Category) => {
                let sorted = levels.windows(2).all(|two| two[0] < two[1]);
                if sorted { Ok(()) } else { Err("expected sorted, distinct levels") }
            }
            _ => Err("expected cuts for a number and levels for a category"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NumberFormat;

    const NAN: f64 = f64::NAN;

    fn number(x: f64) -> Reading<'static> {
        Reading::Number(x)
    }

    fn level(text: &str) -> Reading<'_> {
        Reading::Level(text.into())
    }

    fn levels(texts: &[&str]) -> Axis {
        Axis::Levels(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn a_cut_belongs_to_the_cell_above_it() {
        let axis = Axis::Cuts(vec![-1.0, 0.0, 2.5]);
        let cases = [
            (f64::NEG_INFINITY, 0),
            ((-1.0_f64).next_down(), 0),
            (-1.0, 1),
            (0.0_f64.next_down(), 1),
            (-0.0, 2),
            (0.0, 2),
            (2.5_f64.next_down(), 2),
            (2.5, 3),
            (f64::INFINITY, 3),
            (NAN, 4),
        ];
        for (x, cell) in cases {
            assert_eq!(axis.cell(&number(x)), cell, "{x}");
        }
        assert_eq!((axis.cells(), axis.cell(&Reading::Missing), axis.cell(&level("1"))), (5, 4, 4));
        // Yes is 1 and no is 0, as on a curve.
        assert_eq!([true, false].map(|flag| Axis::Cuts(vec![1.0]).cell(&Reading::Flag(flag))), [1, 0]);
        let whole = Axis::Cuts(vec![]);
        assert_eq!((whole.cells(), whole.cell(&number(7.0)), whole.cell(&Reading::Missing)), (2, 0, 1));
    }

    #[test]
    fn levels_are_found_as_in_a_table() {
        let axis = levels(&["No", "Yes", "maybe"]);
        assert_eq!(axis.cells(), 5);
        let cells = ["No", "Yes", "maybe", "no", "zebra", ""].map(|text| axis.cell(&level(text)));
        assert_eq!(cells, [0, 1, 2, 3, 3, 3]);
        assert_eq!([true, false].map(|flag| axis.cell(&Reading::Flag(flag))), [1, 0]);
        assert_eq!(levels(&["maybe"]).cell(&Reading::Flag(true)), 1);
        assert_eq!((axis.cell(&number(1.0)), axis.cell(&Reading::Missing)), (3, 4));
        assert_eq!((levels(&[]).cells(), levels(&[]).cell(&level("x"))), (2, 0));
    }

    #[test]
    fn a_damaged_pair_is_refused() {
        let kinds = [FieldKind::Number(NumberFormat::default()), FieldKind::Category];
        let kinds = [&kinds[0], &kinds[1]];
        let sound = Pair {
            fields: ["visits".into(), "source".into()],
            axes: [Axis::Cuts(vec![1.0]), levels(&["fair"])],
            values: vec![vec![0.5, 0.0, -0.5]; 3],
            se: vec![vec![0.1; 3]; 3],
        };
        assert_eq!(sound.check(kinds), Ok(()));
        let cuts = |cuts: Vec<f64>| Pair { axes: [Axis::Cuts(cuts), levels(&["fair"])], ..sound.clone() };
        let named = |texts| Pair { axes: [Axis::Cuts(vec![1.0]), levels(texts)], ..sound.clone() };
        let cases = [
            (cuts(vec![1.0, 2.0]), "finite value for each cell"),
            (cuts(vec![NAN]), "strictly increasing cuts"),
            (cuts(vec![f64::INFINITY]), "strictly increasing cuts"),
            (cuts(vec![1.0, 1.0]), "strictly increasing cuts"),
            (named(&["b", "a"]), "sorted, distinct levels"),
            (named(&["a", "a"]), "sorted, distinct levels"),
            (Pair { values: vec![vec![0.0; 3]; 2], ..sound.clone() }, "finite value for each cell"),
            (Pair { values: vec![vec![0.0; 2]; 3], ..sound.clone() }, "finite value for each cell"),
            (Pair { values: vec![vec![0.0, NAN, 0.0]; 3], ..sound.clone() }, "finite value for each cell"),
            (Pair { fields: ["visits".into(), "visits".into()], ..sound.clone() }, "two different fields"),
            (Pair { se: vec![vec![0.0; 3]; 2], ..sound.clone() }, "finite standard error"),
            (Pair { se: vec![vec![NAN; 3]; 3], ..sound.clone() }, "finite standard error"),
        ];
        for (pair, expected) in cases {
            let error = pair.check(kinds).unwrap_err().to_string();
            assert!(error.starts_with("the pair of \"visits\" and "), "{error}");
            assert!(error.contains(expected), "{error}");
        }
        let turned = sound.check([kinds[1], kinds[0]]).unwrap_err().to_string();
        assert!(turned.contains("cuts for a number and levels for a category"), "{turned}");
    }
}
