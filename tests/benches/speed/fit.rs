//! Leads become coefficients: the basis, the design and the fit, from typed columns in memory.

use std::path::{Path, PathBuf};

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use sales_ready::train::basis::{Basis, BasisKind};
use sales_ready::train::fit::{LogisticParams, Outcomes};
use sales_ready::train::leads::Leads;
use serde_json::{Value, json};

use crate::{Answer, now, read, text};

/// The leads of the last question, since several are asked of the same file.
#[derive(Default)]
pub(crate) struct Kept(Option<(PathBuf, Leads)>);

impl Kept {
    /// Fits one penalty for all terms.
    pub(crate) fn fit(&mut self, question: &Value) -> Answer {
        let kind = match text(question, "basis")? {
            "linear" => BasisKind::Linear,
            "hats" => BasisKind::Hats { knots: 32 },
            other => return Err(format!("no basis is named {other:?}")),
        };
        let leads = self.leads(Path::new(text(question, "file")?))?;
        let start = now();
        let rows: Vec<usize> = (0..leads.len()).collect();
        let basis = Basis::learn(leads, &rows, kind);
        let design = basis.design(leads, &rows);
        let outcomes = Outcomes::unweighted(leads.label.iter().copied());
        let params = LogisticParams::new().penalty(1.0).check();
        let fitted = params.and_then(|params| params.fit(&DatasetBase::new(design, outcomes)));
        let seconds = start.elapsed().as_secs_f64();
        let fitted = fitted.map_err(|error| error.to_string())?;
        Ok(json!({
            "seconds": seconds,
            "log_loss": -fitted.log_likelihood() / leads.len() as f64,
            "iterations": fitted.iterations(),
            "width": basis.width(),
        }))
    }

    /// The leads of a file.
    pub(crate) fn leads(&mut self, path: &Path) -> Result<&Leads, String> {
        if self.0.as_ref().is_none_or(|(kept, _)| kept != path) {
            // Two large tables are not held at once.
            self.0 = None;
            self.0 = Some((path.to_owned(), read::leads(path)?));
        }
        self.0.as_ref().map(|(_, leads)| leads).ok_or_else(|| "no leads".to_owned())
    }
}
