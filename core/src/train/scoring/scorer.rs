//! Rows × model → lines of the output.

use std::borrow::Cow;
use std::io::Write;

use super::column::Column;
use super::lines::Lines;
use super::{Summary, is_formula, write};
use crate::error::{Error, Result};
use crate::explain::{tell_effect, tell_values};
use crate::model::{Model, Readiness};
use crate::train::csv::{Delimiter, Row};

/// All that is needed to score a row.
pub(super) struct Scorer<'m> {
    model: &'m Model,
    /// One for each field of the model.
    columns: Vec<Column<'m>>,
    /// For each term, the places of the fields it reads, and what a sentence about it begins with.
    subjects: Vec<(Vec<usize>, String)>,
    reasons: usize,
    delimiter: Delimiter,
    file: &'m str,
}

/// Scored rows as text, and what was counted.
pub(super) struct Part {
    pub(super) lines: Lines,
    leads: u64,
    sales_ready: u64,
    abstained: u64,
    error: Option<Error>,
    /// Of the row at hand: what the kernel reads, and the terms that contribute most, with what they do.
    codes: Vec<f64>,
    strongest: Vec<(usize, f64)>,
    sentence: String,
}

impl<'m> Scorer<'m> {
    /// A scorer of rows whose cell for each field of the model is at these places.
    pub(super) fn new(
        model: &'m Model,
        places: &[usize],
        reasons: usize,
        delimiter: Delimiter,
        file: &'m str,
    ) -> Self {
        let columns = places.iter().enumerate().map(|(field, place)| Column::new(model, field, *place));
        let terms = model.terms().iter().zip(model.kernel().terms());
        let subjects = terms.map(|(term, numbers)| {
            let names = term.fields();
            (numbers.fields()[..names.len()].to_vec(), model.subject(names))
        });
        Self { model, columns: columns.collect(), subjects: subjects.collect(), reasons, delimiter, file }
    }

    /// A part without rows.
    pub(super) fn part(&self) -> Part {
        Part {
            lines: Lines::new(self.delimiter),
            leads: 0,
            sales_ready: 0,
            abstained: 0,
            error: None,
            codes: Vec::new(),
            strongest: Vec::new(),
            sentence: String::new(),
        }
    }

    /// Scores rows, up to the first that can not be read.
    pub(super) fn rows(&self, rows: &[Row]) -> Part {
        let mut part = self.part();
        for row in rows {
            if !self.read(|place| Cow::Borrowed(row.cell(place)), || row.line(), &mut part) {
                break;
            }
            for cell in row.cells() {
                part.lines.cell(cell);
            }
            self.score(|place| Cow::Borrowed(row.cell(place)), &mut part);
        }
        part
    }

    /// Reads a row's cells into numbers; `false` where one is of the wrong type, which ends the part.
    pub(super) fn read<'c>(
        &self,
        cell: impl Fn(usize) -> Cow<'c, str>,
        line: impl FnOnce() -> u64,
        part: &mut Part,
    ) -> bool {
        part.codes.clear();
        for column in &self.columns {
            match column.code(&cell(column.place)) {
                Ok(code) => part.codes.push(code),
                Err(error) => {
                    part.error = Some(error.at(self.file, line(), column.place as u64 + 1));
                    return false;
                }
            }
        }
        true
    }

    /// Scores the row that was read last, and writes what is appended to its cells.
    pub(super) fn score<'c>(&self, cell: impl Fn(usize) -> Cow<'c, str>, part: &mut Part) {
        let kernel = self.model.kernel();
        part.strongest.clear();
        let mut logit = kernel.intercept();
        for (term, value) in kernel.values(&part.codes).enumerate() {
            logit += value;
            keep_strongest(&mut part.strongest, self.reasons, term, value);
        }
        let score = kernel.score_known(logit, kernel.known(&part.codes));
        part.leads += 1;
        part.sales_ready += u64::from(score.readiness == Readiness::SalesReady);
        part.abstained += u64::from(score.readiness == Readiness::Abstain);
        part.lines.number(score.logit);
        part.lines.number(score.probability);
        part.lines.cells(score.grade.as_str());
        part.lines.cells(answer(score.readiness));
        for place in 0..self.reasons {
            part.sentence.clear();
            if let Some((term, value)) = part.strongest.get(place) {
                self.tell(*term, *value, &cell, &part.codes, &mut part.sentence);
            }
            part.lines.cell(&part.sentence);
        }
        part.lines.end();
    }

    /// Writes [`Model::sentence`] about a term.
    fn tell<'c>(
        &self,
        term: usize,
        value: f64,
        cell: impl Fn(usize) -> Cow<'c, str>,
        codes: &[f64],
        sentence: &mut String,
    ) {
        let (fields, subject) = &self.subjects[term];
        sentence.push_str(subject);
        let standings = &self.model.kernel().standings(term, codes)[..fields.len()];
        tell_values(sentence, standings, |place, sentence| {
            let field = fields[place];
            let column = &self.columns[field];
            column.tell(&cell(column.place), codes[field], sentence);
        });
        tell_effect(sentence, fields.len(), value);
        if is_formula(sentence) {
            sentence.insert(0, '\'');
        }
    }
}

impl Part {
    /// Makes it a part without rows, whose memory is used again.
    pub(super) fn clear(&mut self) {
        self.lines.text.clear();
        (self.leads, self.sales_ready, self.abstained) = (0, 0, 0);
        self.error = None;
    }

    /// Writes its rows, then fails if one of them could not be read.
    pub(super) fn write(&mut self, target: &mut impl Write, summary: &mut Summary) -> Result<()> {
        write(target, &self.lines.text)?;
        summary.leads += self.leads;
        summary.sales_ready += self.sales_ready;
        summary.abstained += self.abstained;
        self.error.take().map_or(Ok(()), Err)
    }
}

/// Keeps a term if it contributes more than one of the `count` that contributed most so far: as
/// [`Explanation::reasons`](crate::Explanation::reasons).
fn keep_strongest(strongest: &mut Vec<(usize, f64)>, count: usize, term: usize, value: f64) {
    let size = value.abs();
    if size == 0.0 || count == 0 {
        return;
    }
    if strongest.len() == count {
        if strongest[count - 1].1.abs() >= size {
            return;
        }
        strongest.pop();
    }
    let place = strongest.iter().rposition(|(_, other)| other.abs() >= size).map_or(0, |last| last + 1);
    strongest.insert(place, (term, value));
}

fn answer(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::SalesReady => "yes",
        Readiness::Nurture => "no",
        Readiness::Abstain => "abstain",
    }
}
