//! What a field of a lead is, and how its values are read.

use alloc::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result, brief, quoted};
use crate::lead::Value;
use crate::model::{NumberFormat, decimal};
use crate::prelude::*;

/// A field the model reads: its name, its type and what counts as missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The column's name in the training table, and the lead's key when scoring.
    pub name: String,
    /// What people call it; the name with spaces for underscores where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Number or category.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Texts that mean "not known", compared without regard to ASCII case. The empty text always does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The share of the training leads of which it was known; absent means of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<f64>,
    /// Whether it says what the lead does, rather than who it is. Fields that are made of touches always do.
    #[serde(default, skip_serializing_if = "is_false")]
    pub engagement: bool,
    /// Whether the company can change it, so that a person may ask what if.
    #[serde(default, skip_serializing_if = "is_false")]
    pub actionable: bool,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FieldKind {
    /// A number, written in a certain format where it comes as text.
    Number(NumberFormat),
    /// One of a set of levels.
    Category,
}

/// A value as its field reads it.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading<'a> {
    /// Not known.
    Missing,
    /// A number, never `NaN`.
    Number(f64),
    /// The trimmed text of a level.
    Level(Cow<'a, str>),
    /// Yes or no, for a category.
    Flag(bool),
}

impl Field {
    /// A field of which nothing more is said.
    ///
    /// ```
    /// use sales_ready::model::{Field, FieldKind};
    ///
    /// let source = Field { missing: vec!["n/a".into()], ..Field::new("lead_source", FieldKind::Category) };
    /// assert_eq!(source.display_name(), "lead source");
    /// ```
    pub fn new(name: impl Into<String>, kind: FieldKind) -> Self {
        Self {
            name: name.into(),
            title: None,
            kind,
            missing: Vec::new(),
            known: None,
            engagement: false,
            actionable: false,
        }
    }

    /// What people call the field: its title, else its name with spaces for underscores.
    pub fn display_name(&self) -> Cow<'_, str> {
        match &self.title {
            Some(title) => Cow::Borrowed(title),
            None => Cow::Owned(self.name.replace('_', " ")),
        }
    }

    /// Whether a text means "not known" in this field.
    pub fn is_missing(&self, text: &str) -> bool {
        text.is_empty() || self.missing.iter().any(|marker| marker.eq_ignore_ascii_case(text))
    }

    /// Reads a value by the field's type.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] where a number was expected and the text is none.
    pub fn read<'a>(&self, value: &'a Value<'_>) -> Result<Reading<'a>> {
        let text = match value {
            Value::Missing => return Ok(Reading::Missing),
            Value::Number(number) if number.is_nan() => return Ok(Reading::Missing),
            Value::Text(text) => {
                let text = text.trim();
                if self.is_missing(text) {
                    return Ok(Reading::Missing);
                }
                text
            }
            Value::Number(_) | Value::Flag(_) => "",
        };
        match (&self.kind, value) {
            (FieldKind::Number(_), Value::Flag(flag)) => Ok(Reading::Number(f64::from(u8::from(*flag)))),
            (FieldKind::Number(_), Value::Number(number))
                if self.markers().any(|marker| marker == *number) =>
            {
                Ok(Reading::Missing)
            }
            (FieldKind::Number(_), Value::Number(number)) => Ok(Reading::Number(*number)),
            (FieldKind::Number(format), _) => {
                format.parse(text).map(Reading::Number).ok_or_else(|| self.not_a_number(text))
            }
            (FieldKind::Category, Value::Flag(flag)) => Ok(Reading::Flag(*flag)),
            (FieldKind::Category, Value::Number(number)) => {
                let text = decimal::to_text(*number);
                Ok(if self.is_missing(&text) { Reading::Missing } else { Reading::Level(text.into()) })
            }
            (FieldKind::Category, _) => Ok(Reading::Level(text.into())),
        }
    }

    /// The missing markers that are numbers, as in columns where 999 means "never"; none for a category.
    pub(crate) fn markers(&self) -> impl Iterator<Item = f64> {
        let format = match &self.kind {
            FieldKind::Number(format) => Some(format),
            FieldKind::Category => None,
        };
        let numeric = |marker: &&String| marker.bytes().any(|byte| byte.is_ascii_digit());
        let texts = self.missing.iter().filter(numeric);
        format.into_iter().flat_map(move |format| texts.clone().filter_map(|marker| format.parse(marker)))
    }

    fn not_a_number(&self, text: &str) -> Error {
        Error::new(
            ErrorKind::BadValue,
            format!(
                "expected a number for {}, found {}; correct it, or leave it empty if it is not known",
                quoted(&self.name),
                quoted(&brief(text))
            ),
        )
    }
}

/// Whether a part of the file can be left out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde wants")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_missing_as_text_and_as_number() {
        let missing = vec!["999".to_owned(), "Select".to_owned()];
        for kind in [FieldKind::Number(NumberFormat::default()), FieldKind::Category] {
            let field = Field { missing: missing.clone(), ..Field::new("pdays", kind) };
            for value in
                [Value::from("999"), Value::from(999), Value::from(" select "), Value::from(f64::NAN)]
            {
                assert_eq!(field.read(&value), Ok(Reading::Missing), "{value:?}");
            }
            assert_ne!(field.read(&Value::from(99)), Ok(Reading::Missing));
        }
    }

    #[test]
    fn a_message_quotes_the_beginning_of_a_long_text() {
        let field = Field::new("visits", FieldKind::Number(NumberFormat::default()));
        let message = field.read(&Value::from("many ".repeat(1_000_000))).unwrap_err().to_string();
        assert!(message.contains("found \"many many") && message.len() < 400, "{}", message.len());
    }
}
