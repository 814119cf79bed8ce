//! Words for people: what a term contributes, a lead's value, a number, a cell of a grid.

use alloc::borrow::Cow;

use crate::error::quoted;
use crate::explain::{Contribution, Standing};
use crate::lead::Value;
use crate::model::{Axis, Field, Model};
use crate::prelude::*;

impl Axis {
    /// What a cell holds, in words: `2 to below 5`, `5 or more`, `"software"`, `a value that is not known`.
    ///
    /// ```
    /// use sales_ready::model::Axis;
    ///
    /// let views = Axis::Cuts(vec![2.0, 5.0]);
    /// let words: Vec<String> = (0..views.cells()).map(|cell| views.in_words(cell)).collect();
    /// assert_eq!(words, ["below 2", "2 to below 5", "5 or more", "a value that is not known"]);
    /// ```
    pub fn in_words(&self, cell: usize) -> String {
        if cell + 1 >= self.cells() {
            return "a value that is not known".into();
        }
        match self {
            Self::Cuts(cuts) => {
                let cut = |place: Option<usize>| {
                    place.and_then(|place| cuts.get(place)).copied().map(display_number)
                };
                match (cut(cell.checked_sub(1)), cut(Some(cell))) {
                    (None, None) => "any number".into(),
                    (None, Some(high)) => format!("below {high}"),
                    (Some(low), Some(high)) => format!("{low} to below {high}"),
                    (Some(low), None) => format!("{low} or more"),
                }
            }
            Self::Levels(levels) => match levels.get(cell) {
                Some(level) => quoted(level).to_string(),
                None => "rare or new values".into(),
            },
        }
    }
}

impl Model {
    /// One sentence for people about a contribution of this model. An association, never a cause.
    ///
    /// ```
    /// # use sales_ready::{Lead, Model};
    /// # fn run(model: &Model) -> sales_ready::Result<()> {
    /// for reason in model.explain(&Lead::new().with("reviews_read", 4))?.reasons(3) {
    ///     println!("{:+.2}  {}", reason.logit, model.sentence(reason));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn sentence(&self, contribution: &Contribution) -> String {
        let Contribution { fields, values, standings, logit, .. } = contribution;
        let mut sentence = self.subject(fields);
        tell_values(&mut sentence, standings, |place, sentence| {
            if let (Some(name), Some(value)) = (fields.get(place), values.get(place)) {
                sentence.push_str(&self.display(name, value));
            }
        });
        tell_effect(&mut sentence, fields.len(), *logit);
        sentence
    }

    /// What a sentence about these fields begins with.
    pub(crate) fn subject(&self, fields: &[String]) -> String {
        let mut subject = String::new();
        for (place, name) in fields.iter().enumerate() {
            let name = self.field(name).map_or(Cow::Borrowed(name.as_str()), Field::display_name);
            let mut letters = name.chars();
            if place > 0 {
                subject.push_str(" together with ");
            } else if let Some(first) = letters.next() {
                subject.extend(first.to_uppercase());
            }
            subject.push_str(letters.as_str());
        }
        subject
    }

    /// A field's value for people.
    fn display(&self, name: &str, value: &Value<'_>) -> String {
        match value {
            Value::Missing => "not known".into(),
            Value::Number(number) => {
                let mut text = String::new();
                push_number(&mut text, *number, self.is_made_of_touches(name));
                text
            }
            Value::Text(text) => text.to_string(),
            Value::Flag(true) => "yes".into(),
            Value::Flag(false) => "no".into(),
        }
    }

    fn is_made_of_touches(&self, name: &str) -> bool {
        self.recipe().is_some_and(|recipe| recipe.fields.iter().any(|field| field.name == name))
    }
}

/// What stands in the sentence of the values: `value` writes that of the field at a place, where it is known.
pub(crate) fn tell_values(
    sentence: &mut String,
    standings: &[Standing],
    mut value: impl FnMut(usize, &mut String),
) {
    if standings.iter().all(|standing| *standing == Standing::Missing) {
        sentence.push_str(if standings.len() > 1 { ": neither is known" } else { " is not known" });
    } else {
        for (place, standing) in standings.iter().enumerate() {
            sentence.push_str(if place > 0 { " and " } else { ": " });
            value(place, sentence);
            if *standing == Standing::Unseen {
                sentence.push_str(" (rare or new to the model)");
            }
        }
    }
    sentence.push_str(". ");
}

/// What stands in the sentence of so many fields that contribute so much.
pub(crate) fn tell_effect(sentence: &mut String, fields: usize, logit: f64) {
    // Odds ratio e^logit; the same wording for and against.
    let strength = match libm::exp(logit.abs()) {
        odds if odds < 1.05 => "about as often as others",
        odds if odds < 1.5 => "a little ",
        odds if odds < 3.0 => "",
        odds if odds < 10.0 => "much ",
        _ => "very much ",
    };
    let direction = match strength {
        "about as often as others" => "",
        _ if logit > 0.0 => "more often",
        _ => "less often",
    };
    // A contribution holds the other fields fixed, and a pair's leaves out what its fields contribute by themselves;
    // the bare rate of such leads may well go the other way.
    let given = if fields > 1 { "Beyond what each says alone" } else { "All else equal" };
    sentence.extend([given, ", such leads convert ", strength, direction, "."]);
}

/// A field's number for people. Of those that are made of touches, what has nearly faded is nothing to them.
pub(crate) fn push_number(text: &mut String, number: f64, of_touches: bool) {
    if of_touches && number.abs() < 0.001 {
        text.push('0');
    } else {
        push_plain(text, number);
    }
}

/// A number for people: at most three decimals below 100, else none; groups of three digits from 10,000.
pub(crate) fn display_number(number: f64) -> String {
    let mut text = String::new();
    push_plain(&mut text, number);
    text
}

fn push_plain(text: &mut String, number: f64) {
    let size = number.abs();
    if size >= 1e15 || (size > 0.0 && size < 0.0005) {
        text.push_str(&display_exponent(number));
        return;
    }
    let scale: u64 = if size < 100.0 { 1000 } else { 1 };
    let scaled = (size * scale as f64 + 0.5) as u64;
    let (whole, fraction) = (scaled / scale, scaled % scale);
    if number < 0.0 && scaled > 0 {
        text.push('-');
    }
    push_whole(text, whole);
    if fraction > 0 {
        // Three digits, the zeros at the end left out.
        let digits = [fraction / 100, fraction / 10 % 10, fraction % 10];
        let count = if digits[2] > 0 { 3 } else { 1 + usize::from(digits[1] > 0) };
        text.push('.');
        text.extend(digits[..count].iter().map(|digit| char::from(b'0' + *digit as u8)));
    }
}

/// A whole number, in groups of three digits from 10,000.
fn push_whole(text: &mut String, whole: u64) {
    // The last digit first.
    let mut digits = [0; 20];
    let (mut count, mut left) = (0, whole);
    loop {
        digits[count] = b'0' + (left % 10) as u8;
        (count, left) = (count + 1, left / 10);
        if left == 0 {
            break;
        }
    }
    for place in (0..count).rev() {
        text.push(char::from(digits[place]));
        if whole >= 10_000 && place > 0 && place % 3 == 0 {
            text.push(',');
        }
    }
}

/// A number for people with a power of ten: `1.5e20`, for sizes that are too great or too small to write out.
fn display_exponent(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "infinite".into() } else { "minus infinite".into() };
    }
    let (mut digits, mut exponent) = (number, 0);
    while digits.abs() >= 9.9995 {
        digits /= 10.0;
        exponent += 1;
    }
    while digits.abs() < 0.99995 {
        digits *= 10.0;
        exponent -= 1;
    }
    format!("{}e{exponent}", display_number(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_in_words() {
        let words = |axis: Axis| (0..axis.cells()).map(|cell| axis.in_words(cell)).collect::<Vec<_>>();
        assert_eq!(words(Axis::Cuts(vec![])), ["any number", "a value that is not known"]);
        assert_eq!(
            words(Axis::Levels(vec!["fair \"A\"".into()])),
            [r#""fair \"A\"""#, "rare or new values", "a value that is not known"]
        );
    }
}
