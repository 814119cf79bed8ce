//! What is worked out once of a field, so that its values are read at a fraction of the time.

use crate::lead::Value;
use crate::model::levels::Levels;
use crate::model::{Field, FieldKind};
use crate::prelude::*;

/// How the values of a field become what the kernel reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Intake {
    /// The levels that the terms tell apart; a level's code is its place.
    pub(crate) levels: Levels,
    is_number: bool,
    /// Whether each number is read as it is.
    pub(crate) is_plain: bool,
    /// Numbers that mean "not known".
    markers: Vec<f64>,
    /// The bytes of the longest text that means "not known".
    longest: usize,
}

impl Intake {
    /// Of a field and its sorted, distinct levels.
    pub(crate) fn new(field: &Field, levels: Vec<String>) -> Self {
        let is_number = matches!(field.kind, FieldKind::Number(_));
        let markers: Vec<f64> = field.markers().collect();
        Self {
            levels: Levels::new(levels),
            is_number,
            is_plain: is_number && markers.is_empty(),
            markers,
            longest: field.missing.iter().map(String::len).max().unwrap_or(0),
        }
    }

    /// What the kernel reads of a value of the usual kind: a number of a number, a text of a category. `None` for others,
    /// which [`Field::read`] reads.
    pub(crate) fn usual(&self, field: &Field, value: &Value<'_>) -> Option<f64> {
        match value {
            Value::Missing => Some(f64::NAN),
            Value::Number(number) if self.is_number => {
                Some(if self.markers.contains(number) { f64::NAN } else { *number })
            }
            Value::Text(text) if !self.is_number => Some(self.level(field, text)),
            _ => None,
        }
    }

    fn level(&self, field: &Field, text: &str) -> f64 {
        let text = trimmed(text);
        let is_missing = text.len() <= self.longest && field.is_missing(text);
        if is_missing { f64::NAN } else { self.levels.code_of(text) }
    }
}

/// The same as `trim`, which looks at texts that begin and end in plain sight, too, letter by letter.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NumberFormat;

    #[test]
    fn the_usual_values_are_read_as_all_are() {
        let levels = ["", "a", "reviews", "select one", "\u{e9}t\u{e9}"].map(str::to_owned).to_vec();
        let missing = ["999", "Select", "1e3", "-", "n/a"].map(str::to_owned).to_vec();
        let texts = [
            "",
            " ",
            "a",
            " a",
            "a ",
            "SELECT",
            "select one",
            "\u{3000}reviews\t",
            "\u{e9}t\u{e9}",
            "-",
            "1000",
            "b",
        ];
        let numbers = [999.0, 1000.0, 1e3 + 1e-9, -0.0, f64::NAN, f64::INFINITY, 998.999];
        for kind in [FieldKind::Number(NumberFormat::default()), FieldKind::Category] {
            for missing in [Vec::new(), missing.clone()] {
                let field = Field { missing, ..Field::new("visits", kind.clone()) };
                let intake = Intake::new(&field, levels.clone());
                let values = texts.map(Value::from).into_iter().chain(numbers.map(Value::from));
                for value in values.chain([Value::Missing, Value::Flag(true)]) {
                    if let Some(own) = intake.usual(&field, &value) {
                        let all = intake.levels.code(&field.read(&value).unwrap());
                        assert_eq!(own.to_bits(), all.to_bits(), "{value:?} in {field:?}");
                    }
                }
            }
        }
    }
}
