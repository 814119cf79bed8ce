//! Columns that are empty where the model learnt from values, and numbers beyond those it learnt from: next month's export may
//! have lost a column, or count hours where it counted days.

use std::borrow::Cow;

use super::strange::{LEAST_LEADS, chance, percent};
use crate::error::quoted;
use crate::model::{Model, Shares};
use crate::train::reference::curve;

/// What the model learnt from in a column.
pub(super) struct Reach {
    /// The share of the training leads without a value, where the model says.
    missing: Option<f64>,
    /// The first and the last knot of a number's curve; what else is read is never beyond.
    ends: [f64; 2],
    /// The shares of the training leads that were beyond these.
    beyond: [f64; 2],
    /// How many leads that were.
    learnt: f64,
}

/// Leads without a value in a column, below the first knot, and above the last.
#[derive(Clone, Default)]
pub(super) struct Outside {
    missing: Leads,
    beyond: [Leads; 2],
}

/// How many, and of the first the line and what stands there.
#[derive(Clone, Default)]
struct Leads {
    count: u64,
    first: Option<(u64, String)>,
}

impl Reach {
    pub(super) fn new(model: &Model, field: usize) -> Self {
        let field = &model.fields()[field];
        let reference = model.card().and_then(|card| card.reference.as_ref());
        let own = reference.and_then(|all| all.fields.iter().find(|own| own.field == field.name));
        let known = own.zip(curve(model, field)).and_then(|(own, curve)| {
            let Shares::Numbers(shares) = &own.known else { return None };
            Some(([*curve.x.first()?, *curve.x.last()?], [shares.below, shares.above]))
        });
        let (ends, beyond) = known.unwrap_or(([f64::NEG_INFINITY, f64::INFINITY], [0.0; 2]));
        Self {
            missing: own.map(|own| own.missing),
            ends,
            beyond,
            learnt: reference.map_or(f64::INFINITY, |reference| reference.leads),
        }
    }

    /// Takes note of a cell that the kernel reads as `code`.
    #[inline]
    pub(super) fn see<'c>(
        &self,
        code: f64,
        line: impl Fn() -> u64,
        cell: impl Fn() -> Cow<'c, str>,
        found: &mut Outside,
    ) {
        // Most cells are known, and within.
        if code >= self.ends[0] && code <= self.ends[1] {
            return;
        }
        let leads = if code.is_nan() {
            &mut found.missing
        } else {
            &mut found.beyond[usize::from(code > self.ends[1])]
        };
        leads.count += 1;
        if leads.first.is_none() {
            leads.first = Some((line(), cell().trim().to_owned()));
        }
    }

    /// What a person should know of what was found in so many leads.
    pub(super) fn notes(&self, found: &Outside, leads: u64, field: &str) -> [Option<String>; 2] {
        let missing = self.missing.and_then(|then| self.lost(&found.missing, then, leads)).map(|(line, _)| {
            format!(
                "{}: {} leads ({:.0} %) have no value, the first of them in line {line}, where {:.0} % of those that the model learnt from had none: look whether the column is still filled, and train anew without it if not",
                quoted(field),
                found.missing.count,
                percent(found.missing.count, leads),
                100.0 * self.missing.unwrap_or(0.0),
            )
        });
        let mut sides = self.ends.into_iter().zip(self.beyond).zip(&found.beyond).zip(["below", "above"]);
        let beyond = sides.find_map(|(((end, then), found), side)| {
            let (line, value) = self.lost(found, then, leads)?;
            Some(format!(
                "{}: {} leads ({:.0} %) have a number {side} {end}, such as {} in line {line}, where {:.0} % of those that the model learnt from had one, so that all count as {end}: look whether it is in the same unit and has the same sign, and train anew if leads have become others",
                quoted(field),
                found.count,
                percent(found.count, leads),
                quoted(value),
                100.0 * then,
            ))
        });
        [missing, beyond]
    }

    /// The first of the leads found, where so many more than of the training leads are so that most of the values that the model
    /// could tell leads apart by are lost. Fewer more are drift.
    fn lost<'f>(&self, found: &'f Leads, then: f64, leads: u64) -> Option<(u64, &'f str)> {
        let now = found.count as f64 / leads as f64;
        let lost = 1.0 - now < (1.0 - then) / 2.0 && now > then + chance(then, leads, self.learnt);
        let (line, value) = found.first.as_ref().filter(|_| lost && found.count >= LEAST_LEADS)?;
        Some((*line, value))
    }
}

impl Outside {
    /// Adds what was found in rows behind these.
    pub(super) fn add(&mut self, behind: &mut Self) {
        let Self { missing, beyond: [below, above] } = std::mem::take(behind);
        self.missing.add(missing);
        self.beyond[0].add(below);
        self.beyond[1].add(above);
    }
}

impl Leads {
    fn add(&mut self, behind: Self) {
        self.count += behind.count;
        self.first = self.first.take().or(behind.first);
    }
}

#[cfg(test)]
mod tests {
    use super::super::score_csv;
    use crate::model::Model;
    use crate::train::csv::Options;

    /// A model of visits, of which it learnt that a tenth is not known and some are beyond 0 and 10, and of a source.
    fn model() -> Model {
        let estimate = serde_json::json!({"value": 0.5, "low": 0.4, "high": 0.6});
        let numbers = serde_json::json!({"cuts": [3.0], "shares": [0.4, 0.5], "below": 0.0, "above": 0.02});
        let levels =
            serde_json::json!({"levels": [{"level": "fair", "share": 1.0}], "others": 0, "unseen": 0});
        let model = serde_json::json!({
            "format": "sales-ready/1", "generator": "test", "intercept": -1.0,
            "fields": [
                {"name": "visits", "type": {"number": {"decimal": "."}}, "missing": ["NA"]},
                {"name": "source", "type": "category"}
            ],
            "terms": [
                {"curve": {"field": "visits", "x": [0, 10], "y": [-1, 3], "missing": -0.5}},
                {"table": {"field": "source", "levels": [{"level": "fair", "value": 0.75}], "unseen": -0.25}}
            ],
            "calibration": {"x": [-5, 5], "y": [-5, 5]},
            "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]},
            "golden": [],
            "card": {
                "target": {"field": "won", "positive": "yes"},
                "data": {"leads": 900, "conversions": 300, "excluded": []},
                "metrics": {
                    "held_out": "", "leads": 9, "conversions": 3, "auc": estimate, "average_precision": estimate,
                    "log_loss": estimate, "brier": estimate, "ece": estimate, "lift_at_10": estimate
                },
                "flagged": {"leads": 1, "conversions": 1, "probability": estimate, "share": estimate, "recall": estimate},
                "training": {"penalty": 1.0, "steps": [], "iterations": 1, "gradient": 0.0, "calibration": "none", "seed": 0},
                "reference": {
                    "leads": 900,
                    "fields": [
                        {"field": "visits", "missing": 0.1, "known": {"numbers": numbers}},
                        {"field": "source", "missing": 0, "known": {"levels": levels}}
                    ],
                    "score": {"cuts": [], "bands": [{"share": 1, "leads": 0, "probability": 0, "rate": 0}]}
                }
            }
        });
        Model::from_json(&model.to_string()).unwrap()
    }

    fn notes(rows: &str) -> Vec<String> {
        let text = format!("visits,source\n{rows}");
        score_csv(&model(), text.as_bytes(), "new.csv", &Options::default(), 1, &mut Vec::new(), &mut |_| ())
            .unwrap()
            .notes
    }

    #[test]
    fn a_column_that_is_empty_is_told() {
        let lost = |field: &str, leads: &str, then: u8| {
            format!(
                "\"{field}\": {leads} have no value, the first of them in line 3, where {then} % of those that the model learnt from had none: look whether the column is still filled, and train anew without it if not"
            )
        };
        let one = "4,fair\n";
        assert_eq!(notes(&format!("{one}{}", ",fair\n".repeat(60))), [lost("visits", "60 leads (98 %)", 10)]);
        assert_eq!(notes(&format!("{one}{}", "NA,fair\n".repeat(60))).len(), 1);
        assert_eq!(notes(&format!("{one}{}", "4,\n".repeat(60))), [lost("source", "60 leads (98 %)", 0)]);
        // Many rows are scored by several threads.
        assert_eq!(
            notes(&format!("{one}{}", "NA,fair\n".repeat(90_000))),
            [lost("visits", "90000 leads (99 %)", 10)]
        );
        // Too few leads to tell, and no more than half of those that should have a value.
        assert_eq!(notes(&",fair\n".repeat(19)), [""; 0]);
        assert_eq!(notes(&format!("{}{}", one.repeat(46), ",fair\n".repeat(54))), [""; 0]);
        assert_eq!(notes(&format!("{}{}", one.repeat(44), ",fair\n".repeat(56))).len(), 1);
    }

    #[test]
    fn numbers_beyond_all_that_were_learnt_from_are_told() {
        let told = |side: &str, end: u8, example: &str, then: u8| {
            format!(
                "\"visits\": 60 leads (98 %) have a number {side} {end}, such as \"{example}\" in line 3, where {then} % of those that the model learnt from had one, so that all count as {end}: look whether it is in the same unit and has the same sign, and train anew if leads have become others"
            )
        };
        assert_eq!(notes(&format!("0,fair\n{}", "-4,fair\n".repeat(60))), [told("below", 0, "-4", 0)]);
        assert_eq!(notes(&format!("10,fair\n{}", "96.5,fair\n".repeat(60))), [told("above", 10, "96.5", 2)]);
        assert_eq!(notes(&"0,fair\n10,fair\n".repeat(60)), [""; 0]);
        assert_eq!(notes(&format!("{}{}", "4,fair\n".repeat(60), "96.5,fair\n".repeat(50))), [""; 0]);
    }
}
