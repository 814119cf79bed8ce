//! Logistic regression as it is taught: a slope for each number, a constant for each level.

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};

use crate::error::{ErrorKind, Result};
use crate::train::basis::{Basis, BasisKind};
use crate::train::fit::{LogisticParams, Outcomes};
use crate::train::leads::{Leads, Prior};

/// The ridge where no unique estimate exists without one, on log-odds per level and per end of a number's range.
const RIDGE: f64 = 1.0;
/// Firth's likelihood inverts a matrix of this size at most.
const FIRTH_WIDTH: usize = 500;

/// How the coefficients were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    MaximumLikelihood,
    Firth,
    Ridge,
}

/// The leads without what was said of their columns: straight lines are drawn as the leads alone have them.
pub(super) fn plain(leads: &Leads) -> Leads {
    let mut leads = leads.clone();
    leads.columns.iter_mut().for_each(|column| column.prior = Prior::None);
    leads
}

/// Probabilities of two lists of rows of [plain] leads by a fit to the rows `fit`, and how that was made.
pub(super) fn predict(leads: &Leads, fit: &[usize], rows: [&[usize]; 2]) -> Result<(Way, [Vec<f64>; 2])> {
    let basis = Basis::learn(leads, fit, BasisKind::Linear);
    let dataset = DatasetBase::new(basis.design(leads, fit), Outcomes::of(leads, fit));
    let fitted = |way: Way| {
        let params = match way {
            Way::MaximumLikelihood => LogisticParams::new().penalty(0.0),
            Way::Firth => LogisticParams::new().penalty(0.0).firth(true),
            Way::Ridge => LogisticParams::new().penalty(RIDGE),
        };
        params.check()?.fit(&dataset).map(|fitted| (way, fitted))
    };
    let (way, fitted) = fitted(Way::MaximumLikelihood)
        .or_else(|error| match error.kind() {
            ErrorKind::Separated if basis.width() <= FIRTH_WIDTH => fitted(Way::Firth),
            _ => Err(error),
        })
        .or_else(|_| fitted(Way::Ridge))?;
    let probabilities =
        |rows: &[usize]| fitted.logits(&basis.design(leads, rows)).into_iter().map(crate::sigmoid).collect();
    Ok((way, rows.map(probabilities)))
}

/// How it is made, in a sentence, by what was needed for the parts of the leads.
pub(super) fn made(ways: &[Way]) -> String {
    let times = |way: Way| ways.iter().filter(|other| **other == way).count();
    let fitted = match (times(Way::Firth), times(Way::Ridge)) {
        (0, 0) => "by maximum likelihood".to_owned(),
        (firth, 0) if firth == ways.len() => {
            "by Firth's likelihood, because a field separates the leads".to_owned()
        }
        (0, ridge) if ridge == ways.len() => {
            "with a ridge of 1, because some columns say the same as others".to_owned()
        }
        (firth, ridge) => format!(
            "by maximum likelihood, but in {firth} of {} parts by Firth's, because a field separates the leads, and in {ridge} with a ridge of 1, because columns say the same as others",
            ways.len()
        ),
    };
    format!(
        "logistic regression with a slope for each number, held within the range it was learnt from, and a constant for each level, for those of few leads together, and for what is missing; {fitted}"
    )
}
