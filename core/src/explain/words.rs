//! Words for people: what a term contributes, a lead's value, a number, a cell of a grid.

use alloc::borrow::Cow;
use core::fmt::Write as _;

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
        let Contribution { fields, standings, logit, .. } = contribution;
        let mut sentence = String::new();
        for (place, name) in fields.iter().enumerate() {
            let field = self.fields().iter().find(|field| field.name == *name);
            let name = field.map_or(Cow::Borrowed(name.as_str()), Field::display_name);
            let mut letters = name.chars();
            if place > 0 {
                sentence.push_str(" together with ");
            } else if let Some(first) = letters.next() {
                sentence.extend(first.to_uppercase());
            }
            sentence.push_str(letters.as_str());
        }
        if standings.iter().all(|standing| *standing == Standing::Missing) {
            sentence.push_str(if standings.len() > 1 { ": neither is known" } else { " is not known" });
        } else {
            for (place, (value, standing)) in
                self.values_in_words(contribution).iter().zip(standings).enumerate()
            {
                sentence.extend([if place > 0 { " and " } else { ": " }, value]);
                if *standing == Standing::Unseen {
                    sentence.push_str(" (rare or new to the model)");
                }
            }
        }
        sentence.push_str(". ");
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
            _ if *logit > 0.0 => "more often",
            _ => "less often",
        };
        // A contribution holds the other fields fixed, and a pair's leaves out what its fields contribute by themselves;
        // the bare rate of such leads may well go the other way.
        let given = if fields.len() > 1 { "Beyond what each says alone" } else { "All else equal" };
        sentence.extend([given, ", such leads convert ", strength, direction, "."]);
        sentence
    }

    /// The lead's values behind a contribution, as a person reads them.
    pub fn values_in_words(&self, contribution: &Contribution) -> Vec<String> {
        contribution
            .fields
            .iter()
            .zip(&contribution.values)
            .map(|(name, value)| self.display(name, value))
            .collect()
    }

    /// A field's value for people. What has nearly faded is nothing to them.
    fn display(&self, name: &str, value: &Value<'_>) -> String {
        match value {
            Value::Missing => "not known".into(),
            Value::Number(number) if number.abs() < 0.001 && self.is_made_of_touches(name) => "0".into(),
            Value::Number(number) => display_number(*number),
            Value::Text(text) => text.to_string(),
            Value::Flag(true) => "yes".into(),
            Value::Flag(false) => "no".into(),
        }
    }

    fn is_made_of_touches(&self, name: &str) -> bool {
        self.recipe().is_some_and(|recipe| recipe.fields.iter().any(|field| field.name == name))
    }
}

/// A number for people: at most three decimals below 100, else none; groups of three digits from 10,000.
pub(crate) fn display_number(number: f64) -> String {
    let size = number.abs();
    if size >= 1e15 || (size > 0.0 && size < 0.0005) {
        return display_exponent(number);
    }
    let scale: u64 = if size < 100.0 { 1000 } else { 1 };
    let scaled = (size * scale as f64 + 0.5) as u64;
    let (whole, fraction) = (scaled / scale, scaled % scale);
    let mut text = String::new();
    if number < 0.0 && scaled > 0 {
        text.push('-');
    }
    if whole < 10_000 {
        let _ = write!(text, "{whole}");
    } else {
        let digits = whole.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
    }
    if fraction > 0 {
        // Three digits, the zeros at the end left out.
        let digits = [fraction / 100, fraction / 10 % 10, fraction % 10];
        let count = if digits[2] > 0 { 3 } else { 1 + usize::from(digits[1] > 0) };
        text.push('.');
        text.extend(digits[..count].iter().map(|digit| char::from(b'0' + *digit as u8)));
    }
    text
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
