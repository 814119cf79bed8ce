//! What comes back to JavaScript: rows of numbers and texts, of which `shapes.js` makes the objects.
//!
//! Their types are in `types.d.ts`. Made in Rust, key by key, the objects would weigh three times as much.

use js_sys::Array;
use sales_ready::explain::{Change, Contribution, Explanation, SideShares, TouchExplanation, TouchShares};
use sales_ready::model::Model;
use sales_ready::score::Crossing;
use sales_ready::{Instant, Score, Value};
use wasm_bindgen::prelude::*;

use crate::touches::Call;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[wasm_bindgen(module = "/src/shapes.js")]
extern "C" {
    #[wasm_bindgen(js_name = showScore)]
    fn show_score(numbers: &[f64]) -> JsValue;

    #[wasm_bindgen(js_name = showExplanation)]
    fn show_explanation(numbers: &[f64], cells: &Array) -> JsValue;

    #[wasm_bindgen(js_name = showBatch)]
    fn show_batch(numbers: &[f64]) -> JsValue;

    #[wasm_bindgen(js_name = addTouches)]
    fn add_touches(
        explanation: &JsValue,
        touches: &[f64],
        kinds: &Array,
        shares: &[f64],
        names: &Array,
        features: &[f64],
        sides: &[f64],
    ) -> JsValue;

    #[wasm_bindgen(js_name = showTrend)]
    fn show_trend(points: &[f64]) -> JsValue;

    #[wasm_bindgen(js_name = showCrossing)]
    fn show_crossing(numbers: &[f64]) -> JsValue;

    #[wasm_bindgen(js_name = showChange)]
    fn show_change(before: &JsValue, after: &JsValue, numbers: &[f64]) -> JsValue;

    /// What a model file, as it was parsed, says of its model: a `ModelInfo`.
    #[wasm_bindgen(catch)]
    pub(crate) fn describe(file: &JsValue) -> Result<JsValue, JsValue>;
}

/// A `LeadScore`.
pub(crate) fn score(model: &Model, score: Score) -> JsValue {
    show_score(&placed(model, score))
}

/// A `LeadExplanation`.
pub(crate) fn explanation(model: &Model, found: Explanation) -> JsValue {
    let cells = Array::new();
    let mut row = placed(model, found.score).to_vec();
    row.extend([found.intercept, found.known]);
    for Contribution { fields, values, logit, standings } in found.contributions {
        let [first, last] = [standings.first(), standings.last()].map(|one| one.map_or(0, |one| *one as u8));
        row.extend([logit, fields.len() as f64, first.into(), last.into()]);
        for field in &fields {
            cells.push(&JsValue::from_str(field));
        }
        for value in &values {
            cells.push(&cell(value));
        }
    }
    show_explanation(&row, &cells)
}

fn cell(value: &Value<'_>) -> JsValue {
    match value {
        Value::Missing => JsValue::NULL,
        Value::Number(number) => JsValue::from_f64(*number),
        Value::Text(text) => JsValue::from_str(text),
        Value::Flag(flag) => JsValue::from_bool(*flag),
    }
}

/// `BatchScores`.
pub(crate) fn batch(scores: &[f64]) -> JsValue {
    show_batch(scores)
}

/// A `TouchExplanation`.
pub(crate) fn touch_explanation(model: &Model, call: &Call, found: TouchExplanation) -> JsValue {
    let names = Array::new();
    let (mut touches, mut shares) = (Vec::new(), Vec::new());
    if let Some(recipe) = model.recipe() {
        for field in &recipe.fields {
            names.push(&JsValue::from_str(&field.name));
        }
        let logits = found.totals(call.touches.len());
        for (place, touch) in call.touches.iter().enumerate() {
            // From 1, in the order of the lists that `shapes.js` has as well.
            let side = recipe.side(touch).map_or(0, |side| side as u8 + 1);
            let stage = recipe.stage(touch).map_or(0, |stage| stage as u8 + 1);
            let counts = u8::from(touch.at <= call.instants[0]);
            let (at, kind) = (touch.at.millis() as f64, call.kind[place]);
            touches.extend([at, side.into(), stage.into(), counts.into(), logits[place], kind]);
        }
    }
    for TouchShares { contribution, touches, without, rounding } in found.shares {
        shares.extend([contribution as f64, without, rounding]);
        let first = shares.len();
        shares.resize(first + call.touches.len(), 0.0);
        for (place, share) in touches {
            shares[first + place] = share;
        }
    }
    let SideShares { marketing, sales, neither, without, fields } = found.sides;
    add_touches(
        &explanation(model, found.explanation),
        &touches,
        &call.kinds,
        &shares,
        &names,
        &found.features,
        &[marketing, sales, neither, without, fields],
    )
}

/// A trend: `TrendPoint[]`.
pub(crate) fn trend(points: Vec<(Instant, Score)>) -> JsValue {
    let mut row = Vec::new();
    for (at, score) in points {
        let [logit, probability, _, readiness] = numbers(score);
        row.extend([at.millis() as f64, logit, probability, readiness]);
    }
    show_trend(&row)
}

/// A `LeadCrossing`, or `undefined`.
pub(crate) fn crossing(crossing: Option<Crossing>, as_of: Instant) -> JsValue {
    let Some(Crossing { at, readiness, logit }) = crossing else { return JsValue::UNDEFINED };
    show_crossing(&[at.millis() as f64, at.days_since(as_of), f64::from(readiness as u8), logit])
}

/// A `LeadChange`.
pub(crate) fn change(model: &Model, change: Change) -> JsValue {
    let Change { before, after, decay, touches, fields } = change;
    show_change(&score(model, before), &score(model, after), &[decay, touches, fields])
}

/// The numbers of a score and its place among past leads: percentile and the ends of the interval, -1 where not known.
fn placed(model: &Model, score: Score) -> [f64; 7] {
    let [logit, probability, grade, readiness] = numbers(score);
    let percentile = model.policy().percentile(score.logit).map_or(-1.0, f64::from);
    let [low, high] = model.interval(score.logit).unwrap_or([-1.0; 2]);
    [logit, probability, grade, readiness, percentile, low, high]
}

/// Logit, probability, and the places of grade and decision in the core's lists.
pub(crate) fn numbers(score: Score) -> [f64; 4] {
    let Score { logit, probability, grade, readiness } = score;
    [logit, probability, f64::from(grade as u8), f64::from(readiness as u8)]
}
