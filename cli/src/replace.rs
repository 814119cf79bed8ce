//! `sales-ready train --replace`: the model in place, and what became of it.

use std::path::Path;

use sales_ready::model::Target;
use sales_ready::train::csv::Table;
use sales_ready::train::replace::{Incumbent, Succession};
use sales_ready::{Error, ErrorKind, Result};

use crate::Outcome;
use crate::compare;
use crate::in_place::InPlace;
use crate::input;
use crate::streams;
use crate::text::{aligned, finding, note, notes};

/// The file that is to be replaced, with the model in place; read before time is spent on training.
pub(crate) fn in_place(path: &Path) -> Result<InPlace<'_>> {
    if streams::is_output(path) {
        let message =
            "expected the name of a model file for --replace, found `-`; write to standard output with -o -";
        return Err(Error::new(ErrorKind::BadOption, message));
    }
    InPlace::read(path, input::model_text)
}

/// The model in place, with the table on which it is measured; `None` where there is none yet.
pub(crate) fn incumbent(
    path: &Path,
    before: &InPlace<'_>,
    table: Table,
    target: &Target,
) -> Result<Option<Incumbent>> {
    let Some(text) = before.text() else { return Ok(None) };
    let model = input::model_of(text, path).map_err(|error| {
        let message = format!(
            "{}; it stays as it is: move it away, or publish under another name with -o",
            error.message()
        );
        error.with_message(message)
    })?;
    Incumbent::read(model, table, target).map(Some).map_err(|error| input::placed(error, path))
}

/// What the outcome asks for; where nothing was in place, nothing.
pub(crate) fn outcome(succession: Option<&Succession>) -> Outcome {
    succession.map_or(Outcome::Done, |succession| compare::outcome(succession.verdict))
}

pub(crate) fn text(succession: &Succession) -> String {
    let mut sentences = succession.sentences.iter();
    let mut text = String::from("\n");
    if let Some(verdict) = sentences.next() {
        text += &finding(&note(verdict), outcome(Some(succession)));
    }
    text += &notes(sentences);
    if let Some(comparison) = &succession.comparison {
        text += &aligned(&compare::figures(comparison));
    }
    text
}
