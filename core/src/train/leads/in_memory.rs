//! Columns as a program has them → [`Leads`].

use std::collections::BTreeMap;

use super::{Column, Leads, MISSING_LEVEL, Values};
use crate::model::{Field, FieldKind, NumberFormat, Target};

impl Leads {
    /// Leads that each stand for themselves, in the order in which the values stand, with neither dates nor weights.
    /// `target` is what the label is called.
    ///
    /// ```
    /// use sales_ready::Lead;
    /// use sales_ready::train::{self, leads::{Column, Leads}};
    ///
    /// let views = |lead: u32| lead % 7;
    /// let source = |lead: u32| if lead % 3 == 0 { "fair" } else { "search" };
    /// let converted = |lead: u32| (lead * 37) % 100 < 10 + 8 * views(lead);
    /// let leads = Leads::new(
    ///     "converted",
    ///     (0..400).map(converted).collect(),
    ///     vec![
    ///         Column::numbers("pricing_views", (0..400).map(|lead| f64::from(views(lead)))),
    ///         Column::texts("source", (0..400).map(source)),
    ///     ],
    /// );
    /// let model = train::train(&leads, &train::Options::default(), &mut |_| {})?.model;
    /// let chance = |views: u32| {
    ///     let lead = Lead::new().with("pricing_views", f64::from(views)).with("source", "fair");
    ///     model.score(&lead).map(|score| score.probability)
    /// };
    /// assert!(chance(6)? > chance(0)?);
    /// # Ok::<_, sales_ready::Error>(())
    /// ```
    pub fn new(target: impl Into<String>, label: Vec<bool>, columns: Vec<Column>) -> Self {
        Self {
            target: Target::new(target, "yes"),
            label,
            weights: None,
            columns,
            dates: None,
            groups: None,
            excluded: Vec::new(),
        }
    }
}

impl Column {
    /// A number for each lead; `NaN` is missing.
    pub fn numbers(name: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let field = Field::new(name.into(), FieldKind::Number(NumberFormat::default()));
        Self::new(field, Values::Numbers(values.into_iter().collect()))
    }

    /// A category's level for each lead, without the blanks around it; an empty text is missing.
    pub fn texts<T: AsRef<str>>(name: impl Into<String>, texts: impl IntoIterator<Item = T>) -> Self {
        // In the order in which they come first; sorted once all are known.
        let mut first: BTreeMap<String, u32> = BTreeMap::new();
        let mut code = |level: &str| {
            if let Some(code) = first.get(level) {
                return *code;
            }
            let code = first.len() as u32;
            first.insert(level.to_owned(), code);
            code
        };
        let codes: Vec<Option<u32>> = texts
            .into_iter()
            .map(|text| Some(text.as_ref().trim()).filter(|level| !level.is_empty()).map(&mut code))
            .collect();
        let mut places = vec![0; first.len()];
        for (place, code) in first.values().enumerate() {
            places[*code as usize] = place as u32;
        }
        let place = |code: Option<u32>| code.map_or(MISSING_LEVEL, |code| places[code as usize]);
        let values = Values::Levels {
            codes: codes.into_iter().map(place).collect(),
            levels: first.into_keys().collect(),
        };
        Self::new(Field::new(name.into(), FieldKind::Category), values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_levels_they_will_be_read_as() {
        let column = Column::texts("source", [" fair ", "", "ad", "fair", "  "]);
        let expected = Values::Levels {
            levels: vec!["ad".into(), "fair".into()],
            codes: vec![1, MISSING_LEVEL, 0, 1, MISSING_LEVEL],
        };
        assert_eq!(column.values, expected);
        let numbers = Column::numbers("visits", [1.0, f64::NAN]);
        Leads::new("won", vec![true, false], vec![numbers]).check().unwrap();
    }
}
