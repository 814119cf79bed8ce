//! What a model foretells: which column, and which of its values.

use serde::{Deserialize, Serialize};

use crate::error::quoted;
use crate::prelude::*;
use core::fmt;

/// The label column and which of its values count as a conversion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The label column.
    pub field: String,
    /// The text, or the texts, that mean "converted".
    pub positive: Positive,
    /// The texts that mean that the outcome is not known, in small and capital letters alike; an empty cell always does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
}

impl Target {
    /// A column of which no text but the empty one means that the outcome is not known.
    ///
    /// ```
    /// use sales_ready::model::Target;
    ///
    /// let target = Target::new("won", "yes");
    /// assert!(target.is_open("") && !target.is_open("pending"));
    /// let target = Target { open: vec!["pending".into()], ..target };
    /// assert!(target.is_open("Pending"));
    /// ```
    pub fn new(field: impl Into<String>, positive: impl Into<Positive>) -> Self {
        Self { field: field.into(), positive: positive.into(), open: Vec::new() }
    }

    /// Whether a text of the column means that the outcome is not known.
    pub fn is_open(&self, text: &str) -> bool {
        text.is_empty() || self.open.iter().any(|open| open.eq_ignore_ascii_case(text))
    }
}

/// The texts of a label that mean "converted": mostly one, or several that count alike.
///
/// A file has one as a text, and several as a list.
///
/// ```
/// use sales_ready::model::Positive;
///
/// assert_eq!(Positive::from("yes").texts(), ["yes"]);
/// let several = Positive::of(["Closed Won", "Renewal"]).expect("at least one");
/// assert_eq!(several.to_string(), r#""Closed Won" or "Renewal""#);
/// assert_eq!(Positive::of([""; 0]), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Positive {
    /// At least one.
    texts: Vec<String>,
}

/// As it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a text that means \"converted\", or a list of such texts")]
enum Written {
    One(String),
    Several(Vec<String>),
}

impl Positive {
    /// Several texts that count alike; `None` where there is none.
    pub fn of<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Option<Self> {
        let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
        (!texts.is_empty()).then_some(Self { texts })
    }

    /// The texts, as a person has named them; at least one.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The first text, for where one must stand for all.
    pub fn first(&self) -> &str {
        // There always is one.
        self.texts.first().map_or("", |first| first)
    }
}

impl From<&str> for Positive {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Positive {
    fn from(text: String) -> Self {
        Self { texts: vec![text] }
    }
}

impl TryFrom<Written> for Positive {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written::One(text) => Ok(text.into()),
            Written::Several(texts) => {
                Self::of(texts).ok_or("expected at least one text that means \"converted\", found none")
            }
        }
    }
}

impl From<Positive> for Written {
    fn from(Positive { mut texts }: Positive) -> Self {
        match texts.pop() {
            Some(only) if texts.is_empty() => Self::One(only),
            last => Self::Several(texts.into_iter().chain(last).collect()),
        }
    }
}

/// In quotation marks, for messages.
impl fmt::Display for Positive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, text) in self.texts.iter().enumerate() {
            let or = if place > 0 { " or " } else { "" };
            write!(f, "{or}{}", quoted(text))?;
        }
        Ok(())
    }
}
