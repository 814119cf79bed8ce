//! The cells of a column → the numbers that the kernel reads.

use hashbrown::HashMap;

use crate::error::Result;
use crate::explain::push_number;
use crate::lead::Value;
use crate::model::{Field, FieldKind, Model, NumberFormat, few_digits};

/// A column that the model reads. Most cells are read by short ways, which say what [`Field::read`] says.
pub(super) struct Column<'m> {
    model: &'m Model,
    /// The place of its field in the model.
    field: usize,
    /// The place of its cells in a row.
    pub(super) place: usize,
    of_touches: bool,
    way: Way<'m>,
}

/// The short way.
enum Way<'m> {
    /// By the digits, with this decimal sign; `marked` where some of them may mean "not known".
    Digits {
        point: u8,
        marked: bool,
    },
    /// By whole cells. Looked up only, so that its order is of no matter.
    Texts(HashMap<&'m str, f64>),
    None,
}

impl<'m> Column<'m> {
    pub(super) fn new(model: &'m Model, field: usize, place: usize) -> Self {
        let way = match &model.fields()[field].kind {
            FieldKind::Number(format) => by_digits(&model.fields()[field], format),
            FieldKind::Category => Way::Texts(texts(model, field)),
        };
        Self { model, field, place, of_touches: model.is_made(field), way }
    }

    /// What the kernel reads of a cell.
    ///
    /// # Errors
    /// [`BadValue`](crate::ErrorKind::BadValue) where a number was expected and the text is none.
    pub(super) fn code(&self, cell: &str) -> Result<f64> {
        match &self.way {
            _ if cell.is_empty() => return Ok(f64::NAN),
            Way::Digits { point, marked } => {
                let text = cell.trim_ascii();
                if let Some(number) = few_digits(text.as_bytes(), *point)
                    && !(*marked && self.field().is_missing(text))
                {
                    return Ok(number);
                }
            }
            Way::Texts(codes) => {
                if let Some(code) = codes.get(cell) {
                    return Ok(*code);
                }
            }
            Way::None => {}
        }
        Ok(self.model.code(self.field, &self.field().read(&Value::from(cell))?))
    }

    /// Writes for people what the kernel reads as `code`.
    pub(super) fn tell(&self, cell: &str, code: f64, text: &mut String) {
        match self.field().kind {
            _ if code.is_nan() => text.push_str("not known"),
            FieldKind::Number(_) => push_number(text, code, self.of_touches),
            FieldKind::Category => text.push_str(cell.trim()),
        }
    }

    fn field(&self) -> &'m Field {
        &self.model.fields()[self.field]
    }
}

fn by_digits(field: &Field, format: &NumberFormat) -> Way<'static> {
    // In a format of one's own making, digits may mean anything.
    let other = |sign: char| !sign.is_ascii_digit() && !matches!(sign, '+' | '-' | '.' | ',');
    let unit = format.unit.as_deref().unwrap_or("").chars().all(other);
    let group =
        format.group.is_none_or(|sign| other(sign) || (matches!(sign, '.' | ',') && sign != format.decimal));
    match format.decimal {
        point @ ('.' | ',') if unit && group => {
            let point = point as u8;
            let marked = field.missing.iter().any(|marker| few_digits(marker.as_bytes(), point).is_some());
            Way::Digits { point, marked }
        }
        _ => Way::None,
    }
}

/// The codes of the texts that the model knows of.
fn texts(model: &Model, field: usize) -> HashMap<&str, f64> {
    let about = &model.fields()[field];
    let levels = model.levels(field).iter().enumerate().map(|(code, level)| (&**level, code as f64));
    let markers = about.missing.iter().map(|marker| (&**marker, f64::NAN));
    let known = levels.filter(|(level, _)| !about.is_missing(level)).chain(markers);
    // Cells are compared without the spaces around them.
    known.filter(|(text, _)| text.trim() == *text).collect()
}
