//! Rows × model → lines of the output.

use std::borrow::Cow;
use std::io::Write;

use super::column::Column;
use super::known::Known;
use super::lines::Lines;
use super::reach::{Outside, Reach};
use super::strange::{Found, Strange};
use super::{Summary, is_formula, write};
use crate::error::{Error, Result};
use crate::explain::{tell_effect, tell_values};
use crate::model::{Field, Model, Readiness};
use crate::train::csv::{Delimiter, Row};

/// The cells of a row.
pub(super) trait Cells {
    fn cell(&self, place: usize) -> Cow<'_, str>;

    /// The cell's text as a number, where it is short.
    fn key(&self, place: usize) -> Option<u128>;

    /// The line on which the row begins.
    fn line(&self) -> u64;
}

/// All that is needed to score a row.
pub(super) struct Scorer<'m> {
    model: &'m Model,
    /// One for each field of the model.
    columns: Vec<Column<'m>>,
    strange: Vec<Strange<'m>>,
    reach: Vec<Reach>,
    /// For each field, the term that reads it alone.
    own: Vec<Option<usize>>,
    /// One for each term of the model.
    subjects: Vec<Subject>,
    reasons: usize,
    delimiter: Delimiter,
    file: &'m str,
}

/// What a term is about.
struct Subject {
    /// The places of the fields it reads; the same twice where it reads one.
    fields: [usize; 2],
    count: usize,
    /// Whether it is [`Scorer::own`] of its field.
    own: bool,
    /// What a sentence about it begins with.
    name: String,
}

/// Scored rows as text, and what was counted.
pub(super) struct Part<'m> {
    pub(super) lines: Lines,
    leads: u64,
    sales_ready: u64,
    abstained: u64,
    error: Option<Error>,
    strange: Vec<Found<'m>>,
    outside: Vec<Outside>,
    /// Of the row at hand: what the kernel reads, what the fields contribute by themselves, and the terms that contribute
    /// most, with what they do.
    codes: Vec<f64>,
    own: Vec<f64>,
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
        let strange = (0..places.len()).map(|field| Strange::new(model, field)).collect();
        let reach = (0..places.len()).map(|field| Reach::new(model, field)).collect();
        let mut own = vec![None; places.len()];
        let terms = model.terms().iter().zip(model.kernel().terms()).enumerate();
        let subjects = terms.map(|(term, (about, numbers))| {
            let (fields, names) = (numbers.fields(), about.fields());
            let alone = names.len() == 1;
            if alone {
                own[fields[0]] = Some(term);
            }
            Subject { fields, count: names.len(), own: alone, name: model.subject(names) }
        });
        let subjects = subjects.collect();
        Self { model, columns: columns.collect(), strange, reach, own, subjects, reasons, delimiter, file }
    }

    /// A part without rows.
    pub(super) fn part(&self) -> Part<'m> {
        Part {
            lines: Lines::new(self.delimiter),
            leads: 0,
            sales_ready: 0,
            abstained: 0,
            error: None,
            strange: vec![Found::default(); self.columns.len()],
            outside: vec![Outside::default(); self.columns.len()],
            codes: Vec::new(),
            own: Vec::new(),
            strongest: Vec::new(),
            sentence: String::new(),
        }
    }

    /// Scores rows, up to the first that can not be read.
    pub(super) fn rows(&self, rows: &[Row]) -> Part<'m> {
        let mut part = self.part();
        for row in rows {
            if !self.read(row, &[], &mut part) {
                break;
            }
            for cell in row.cells() {
                part.lines.cell(cell);
            }
            self.score(row, &mut part);
        }
        part
    }

    /// What there is to know of the texts in these rows, field by field.
    pub(super) fn known<C: Cells>(&self, rows: impl Fn(usize) -> C, count: usize) -> Vec<Known> {
        let fields = self.columns.iter().enumerate();
        let known = fields.map(|(field, column)| {
            let keys = (0..count).map(|row| rows(row).key(column.place));
            let read = |row: usize| self.reading(field, &rows(row).cell(column.place)).ok();
            Known::new(keys, self.columns.len(), read)
        });
        known.collect()
    }

    /// Reads a row's cells into numbers; `false` where one is of the wrong type, which ends the part.
    pub(super) fn read(&self, cells: &impl Cells, known: &[Known], part: &mut Part<'m>) -> bool {
        part.codes.clear();
        part.own.clear();
        for (field, column) in self.columns.iter().enumerate() {
            let known = known.get(field).filter(|known| !known.is_empty());
            let found = known.and_then(|known| known.find(cells.key(column.place)?));
            let (code, own) = match found.map_or_else(|| self.reading(field, &cells.cell(column.place)), Ok) {
                Ok(reading) => reading,
                Err(error) => {
                    part.error = Some(error.at(self.file, cells.line(), column.place as u64 + 1));
                    return false;
                }
            };
            let (line, cell) = (|| cells.line(), || cells.cell(column.place));
            self.strange[field].see(code, line, cell, &mut part.strange[field]);
            self.reach[field].see(code, line, cell, &mut part.outside[field]);
            part.codes.push(code);
            part.own.push(own);
        }
        true
    }

    /// What the kernel reads of a field's cell, and what that contributes by itself.
    fn reading(&self, field: usize, cell: &str) -> Result<(f64, f64)> {
        let code = self.columns[field].code(cell)?;
        let own = self.own[field].map(|term| self.model.kernel().terms()[term].value(code, code));
        Ok((code, own.unwrap_or(0.0)))
    }

    /// Scores the row that was read last, and writes what is appended to its cells.
    pub(super) fn score(&self, cells: &impl Cells, part: &mut Part<'m>) {
        let kernel = self.model.kernel();
        part.strongest.clear();
        let mut logit = kernel.intercept();
        for (term, (subject, numbers)) in self.subjects.iter().zip(kernel.terms()).enumerate() {
            let [first, second] = subject.fields;
            let value = if subject.own {
                part.own[first]
            } else {
                numbers.value(part.codes[first], part.codes[second])
            };
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
                self.tell(*term, *value, cells, &part.codes, &mut part.sentence);
            }
            part.lines.cell(&part.sentence);
        }
        part.lines.end();
    }

    /// Writes [`Model::sentence`] about a term.
    fn tell(&self, term: usize, value: f64, cells: &impl Cells, codes: &[f64], sentence: &mut String) {
        let Subject { fields, count, name, .. } = &self.subjects[term];
        sentence.push_str(name);
        let standings = &self.model.kernel().standings(term, codes)[..*count];
        tell_values(sentence, standings, |place, sentence| {
            let field = fields[place];
            let column = &self.columns[field];
            column.tell(&cells.cell(column.place), codes[field], sentence);
        });
        tell_effect(sentence, *count, value);
        if is_formula(sentence) {
            sentence.insert(0, '\'');
        }
    }
}

impl Cells for Row {
    fn cell(&self, place: usize) -> Cow<'_, str> {
        Cow::Borrowed(Row::cell(self, place))
    }

    fn key(&self, _: usize) -> Option<u128> {
        None
    }

    fn line(&self) -> u64 {
        Row::line(self)
    }
}

/// What was counted in all parts.
pub(super) struct Total<'m> {
    pub(super) summary: Summary,
    strange: Vec<Found<'m>>,
    outside: Vec<Outside>,
}

impl<'m> Total<'m> {
    pub(super) fn new(scorer: &Scorer<'m>) -> Self {
        let columns = scorer.columns.len();
        let (strange, outside) = (vec![Found::default(); columns], vec![Outside::default(); columns]);
        Self { summary: Summary::default(), strange, outside }
    }

    /// What a person should know of the values.
    pub(super) fn notes(&self, scorer: &Scorer<'m>) -> impl Iterator<Item = String> {
        let leads = self.summary.leads;
        let told = move |(place, field): (usize, &Field)| {
            let of_values = scorer.strange[place].notes(&self.strange[place], leads, &field.name);
            of_values.into_iter().chain(scorer.reach[place].notes(&self.outside[place], leads, &field.name))
        };
        scorer.model.fields().iter().enumerate().flat_map(told).flatten()
    }
}

impl<'m> Part<'m> {
    /// Makes it a part without rows, whose memory is used again.
    pub(super) fn clear(&mut self) {
        self.lines.text.clear();
        (self.leads, self.sales_ready, self.abstained) = (0, 0, 0);
        self.error = None;
    }

    /// Writes its rows, then fails if one of them could not be read.
    pub(super) fn write(&mut self, target: &mut impl Write, total: &mut Total<'m>) -> Result<()> {
        write(target, &self.lines.text)?;
        let Total { summary, strange, outside } = total;
        outside.iter_mut().zip(&mut self.outside).for_each(|(all, own)| all.add(own));
        strange.iter_mut().zip(&mut self.strange).for_each(|(all, own)| all.add(own));
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
