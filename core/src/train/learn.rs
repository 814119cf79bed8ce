//! Rows → a basis and its fits, step by step: curves and tables with one smoothness, each term's own, finer curves where the
//! residuals ask for them, straight lines instead of curves, pairs of fields. A step is kept where it lowers the log loss out
//! of fold.

mod evidence;
mod finer;
mod pairs;

use crate::error::{Error, ErrorKind, Result};
use crate::model::FitStep;
use crate::train::basis::{Basis, BasisKind};
use crate::train::fit::{CrossValidation, Design, Outcomes, cross_validate_groups};
use crate::train::leads::Leads;

/// Design columns beyond this would need more memory and time than anyone means to spend: the information matrix alone
/// has this number squared.
const MAX_WIDTH: usize = 6_000;

/// A finer curve has so many times as many knots, where there are values enough.
const FINER: usize = 8;

/// What is learnt from.
#[derive(Clone, Copy)]
pub(crate) struct Material<'a> {
    pub(crate) leads: &'a Leads,
    /// The rows of the table that are seen.
    pub(crate) rows: &'a [usize],
    /// What became of them, one for each of `rows`.
    pub(crate) outcomes: &'a Outcomes,
    /// The fold of each of `rows`, …
    pub(crate) folds: &'a [usize],
    /// … and its group, where they have any.
    pub(crate) groups: Option<&'a [u32]>,
}

/// How fine it may become.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fineness {
    pub(crate) basis: BasisKind,
    /// Pairs of fields, at most.
    pub(crate) pairs: usize,
}

/// A basis, its design of the rows, and the fits to it.
pub(crate) struct Learnt {
    pub(crate) basis: Basis,
    pub(crate) design: Design,
    pub(crate) cross_validation: CrossValidation,
    /// What each step bought.
    pub(crate) steps: Vec<FitStep>,
}

/// Learns from some rows. `tick` is called with the number of parts done and of those there are.
///
/// # Errors
/// [`ErrorKind::Schema`] where the table is too wide; else as the fit.
pub(crate) fn learn(
    material: Material<'_>,
    fineness: Fineness,
    tick: &mut dyn FnMut(u64, u64),
) -> Result<Learnt> {
    // Pairs take about as long as all that comes before.
    let mut first_half = |done: u64, total: u64| tick(done, 2 * total);
    let basis = Basis::learn(material.leads, material.rows, fineness.basis);
    check_width(&basis, material.leads)?;
    let mut learnt = Learnt::new(material, basis, &mut first_half)?;
    if let BasisKind::Hats { knots } = fineness.basis
        && let Some(basis) =
            finer::basis(material, &learnt, fineness.basis, BasisKind::Hats { knots: FINER * knots })
    {
        let finer = Learnt::new(material, basis, &mut |_, _| ())?;
        learnt = learnt.or_better(finer, "finer curves where the residuals ask for them", material);
    }
    // What pairs say is asked of the curves' residuals: a bend that straight lines do not have would pass for a pair.
    let promising = pairs::screen(material, &learnt, fineness.pairs);
    learnt = straightened(material, learnt, fineness.basis);
    if let Some((paired, untried)) =
        pairs::choose(material, &learnt, promising, fineness.pairs, &mut |done, total| {
            tick(total + done, 2 * total);
        })?
    {
        let count = paired.basis.grids().len();
        let mut step =
            if count == 1 { "a pair of fields".to_owned() } else { format!("{count} pairs of fields") };
        if untried > 0 {
            step = format!("{step} ({untried} not tried, for time)");
        }
        learnt = learnt.or_better(paired, &step, material);
    }
    tick(1, 1);
    Ok(learnt)
}

/// Straight lines in place of curves, where they are better: few conversions tell little of a curve's bends, and each bend
/// that there is not costs. Where their residuals ask for curves, these fields have some.
fn straightened(material: Material<'_>, curves: Learnt, kind: BasisKind) -> Learnt {
    // Between the values that many leads have; these stand for themselves.
    let straight = BasisKind::Hats { knots: 2 };
    let basis = Basis::learn(material.leads, material.rows, straight);
    if basis.width() >= curves.basis.width() {
        return curves;
    }
    // Where these can not be fitted, there are the curves.
    let fit = |basis: Basis| Learnt::new(material, basis, &mut |_, _| ()).ok();
    let Some(lines) = fit(basis) else { return curves };
    let bent = finer::basis(material, &lines, straight, kind).and_then(fit);
    let learnt = curves.or_better(lines, "straight lines but for frequent values", material);
    match bent {
        Some(bent) => {
            learnt.or_better(bent, "straight lines, and curves where the residuals ask for them", material)
        }
        None => learnt,
    }
}

impl Learnt {
    /// Curves and tables of a basis.
    fn new(material: Material<'_>, basis: Basis, tick: &mut dyn FnMut(u64, u64)) -> Result<Self> {
        let design = basis.design(material.leads, material.rows);
        let Material { outcomes, folds, groups, .. } = material;
        let cross_validation = cross_validate_groups(&design, outcomes, folds, groups, tick)?;
        let steps = cross_validation.steps();
        Ok(Self { basis, design, cross_validation, steps })
    }

    /// Another fit in place of this one, where it is better out of fold; either way the steps tell of it.
    fn or_better(self, other: Self, step: &str, material: Material<'_>) -> Self {
        let [loss, log_loss] =
            [&self, &other].map(|learnt| material.outcomes.log_loss(&learnt.cross_validation.logits));
        let kept = log_loss < loss;
        let mut steps = self.steps.clone();
        steps.push(FitStep { step: step.to_owned(), log_loss, kept });
        Self { steps, ..if kept { other } else { self } }
    }
}

fn check_width(basis: &Basis, leads: &Leads) -> Result<()> {
    if basis.width() <= MAX_WIDTH {
        return Ok(());
    }
    let message = format!(
        "the {} columns make {} design columns (knots and levels), expected at most {MAX_WIDTH}; exclude columns that say little, with --exclude",
        leads.columns.len(),
        basis.width()
    );
    Err(Error::new(ErrorKind::Schema, message))
}
