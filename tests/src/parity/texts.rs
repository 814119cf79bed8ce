//! Texts and numbers as fields read them: the page's own code must read each as the core does.

use sales_ready::model::{Field, FieldKind, Reading};
use sales_ready::{Model, Value};
use serde::Serialize;

use super::{coded, hex};
use crate::random::Random;

/// A value and how a field reads it.
#[derive(Clone, Debug, Serialize)]
pub struct TextCase {
    /// The field.
    pub field: String,
    /// The value, as in [`Case`](super::Case).
    pub value: serde_json::Value,
    /// The bits of the number, the text of the level, the flag, or null where it is missing; absent where it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<serde_json::Value>,
}

/// What texts are made of: digits, signs, white space of several kinds, units, and what looks like them.
const PIECES: [&str; 48] = [
    "0", "1", "12", "123", "1234", "000", "999", "7", ".", ",", "'", ".", ",", "-", "+", "e", "E", "e5",
    "1e3", "€", "%", "CHF", " ", "  ", "\t", "\u{a0}", "\u{85}", "\u{feff}", "\u{2003}", "\u{200b}", "n/a",
    "N/A", "never", "NaN", "inf", "Infinity", "0x10", "_", "٣", "\u{212a}", "yes", "No", "klein", "mittel",
    "🙂", "\u{2212}", "12,", ",345",
];

impl TextCase {
    /// A random value of a field that some term reads.
    pub fn new(model: &Model, random: &mut Random) -> Self {
        let read: Vec<&Field> = model.fields().iter().filter(|field| reads(model, field)).collect();
        let field = *random.pick(&read);
        let value = value(field, random);
        let read = field.read(&value).ok().map(|reading| match reading {
            Reading::Missing => serde_json::Value::Null,
            Reading::Number(number) => hex(number).into(),
            Reading::Level(level) => level.into(),
            Reading::Flag(flag) => flag.into(),
        });
        Self { field: field.name.clone(), value: coded(&value), read }
    }
}

fn reads(model: &Model, field: &Field) -> bool {
    model.terms().iter().any(|term| term.fields().contains(&field.name))
}

fn value(field: &Field, random: &mut Random) -> Value<'static> {
    match random.below(8) {
        0 if matches!(field.kind, FieldKind::Category) => number(random).into(),
        1 => match field.missing.len() {
            0 => Value::from(""),
            count => Value::from(field.missing[random.below(count)].to_uppercase()),
        },
        2 => match &field.kind {
            FieldKind::Number(format) => Value::from(super::write_number(format, number(random))),
            _ => Value::from(number(random).to_string()),
        },
        _ => {
            let pieces = 1 + random.below(5);
            Value::from((0..pieces).map(|_| *random.pick(&PIECES)).collect::<String>())
        }
    }
}

/// Finite, of any size; whole numbers and round ones often.
fn number(random: &mut Random) -> f64 {
    let any = f64::from_bits(random.bits());
    match random.below(3) {
        0 if any.is_finite() => any,
        1 => (random.normal() * 100.0).trunc(),
        _ => random.normal() * *random.pick(&[1e-10, 1e-7, 1e-5, 0.01, 10.0, 1e3, 1e6, 1e12, 1e15, 1e19]),
    }
}
