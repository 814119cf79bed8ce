//! The scoring half of `sales-ready` for JavaScript: a model, a lead, a score and its reasons.
//!
//! Thin on purpose: [`read`] turns JavaScript values into the core's, `types.d.ts` says what comes back, and nothing here
//! decides anything. Every failure is a JavaScript `Error` with the core's `code`; no input panics.

mod error;
mod parsed;
pub mod read;
mod shown;
pub mod touches;

use sales_ready::error::quoted;
use sales_ready::model::{FORMAT, Model};
use sales_ready::{Error, ErrorKind};
use wasm_bindgen::prelude::*;

use crate::error::{thrown, to_js};
use crate::read::{Columns, JsLead, LeadColumns, ModelSource, bad_value};
use crate::touches::{Call, InstantLike, LeadAsOf, LeadSince, TouchedLead, get};

/// Grows WebAssembly's memory as needed, and uses again what was freed.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Scores leads with one model.
#[wasm_bindgen]
pub struct LeadScorer {
    model: Model,
    /// The names of the model's fields as JavaScript strings, made once.
    keys: js_sys::Array,
    /// What the file says of the model, as a `ModelInfo`.
    info: JsValue,
}

#[wasm_bindgen]
impl LeadScorer {
    /// Reads and checks a model: the text of a model file, or what `JSON.parse` made of it.
    ///
    /// # Errors
    /// Throws a `SalesReadyError`: `model-format` for another version's file, `model-invalid` where it is no model or
    /// contradicts itself, `model-golden` where this engine does not reproduce its golden vectors bit for bit.
    #[wasm_bindgen(js_name = fromModel)]
    pub fn from_model(model: &ModelSource) -> Result<LeadScorer, JsValue> {
        let parsed = match model.as_string() {
            Some(text) => js_sys::JSON::parse(&text).map_err(|cause| not_a_model(&thrown(&cause)))?,
            None => JsValue::clone(model),
        };
        check_format(&parsed)?;
        let document = parsed::document(&parsed).map_err(|fault| not_a_model(&fault))?;
        let model = Model::try_from(document).map_err(to_js)?;
        let keys = model.fields().iter().map(|field| JsValue::from_str(&field.name)).collect();
        let info = shown::describe(&parsed)?;
        Ok(Self { model, keys, info })
    }

    /// What the model reads and how it decides.
    #[wasm_bindgen(getter, unchecked_return_type = "ModelInfo")]
    pub fn model(&self) -> JsValue {
        self.info.clone()
    }

    /// Scores one lead.
    ///
    /// A field that is absent, `null`, `undefined`, `NaN` or empty is missing; one the model does not know is ignored.
    ///
    /// # Errors
    /// Throws a `SalesReadyError`: `bad-value` where a value is not of its field's type, `missing-field` where the
    /// lead has none of the model's fields.
    #[wasm_bindgen(unchecked_return_type = "LeadScore")]
    pub fn score(&self, lead: &JsLead) -> Result<JsValue, JsValue> {
        let values = read::lead(&self.model, &self.keys, lead)?;
        Ok(shown::score(&self.model, self.model.score_values(&values).map_err(to_js)?))
    }

    /// Scores one lead and says why.
    ///
    /// # Errors
    /// Throws as `score` does.
    #[wasm_bindgen(unchecked_return_type = "LeadExplanation")]
    pub fn explain(&self, lead: &JsLead) -> Result<JsValue, JsValue> {
        let values = read::lead(&self.model, &self.keys, lead)?;
        Ok(shown::explanation(&self.model, self.model.explain_values(&values).map_err(to_js)?))
    }

    /// Scores a table given by its columns: `{ reviews_read: [4, 0], industry: ["software", null] }`.
    ///
    /// Columns are arrays or typed arrays of one length; a `Float64Array` is the fastest. A field without a column is
    /// missing throughout.
    ///
    /// # Errors
    /// Throws as `score` does, and `bad-value` where columns differ in length; the message names the column and the
    /// place in it, counted from 0.
    #[wasm_bindgen(js_name = scoreBatch, unchecked_return_type = "BatchScores")]
    pub fn score_batch(&self, columns: &LeadColumns) -> Result<JsValue, JsValue> {
        let columns = Columns::read(&self.model, &self.keys, columns)?;
        let mut scores = Vec::with_capacity(4 * columns.len());
        for row in 0..columns.len() {
            scores.extend(shown::numbers(columns.score(&self.model, row).map_err(to_js)?));
        }
        Ok(shown::batch(&scores))
    }

    /// Scores a lead at an instant from its touches, and says why, down to single touches.
    ///
    /// # Errors
    /// Throws a `SalesReadyError`: `missing-field` where the model has no fields that are made of touches, `bad-value`
    /// where a value, a touch or an instant is not what was expected; the message names the touch's place, from 0.
    #[wasm_bindgen(js_name = scoreTouches, unchecked_return_type = "TouchExplanation")]
    pub fn score_touches(&self, lead: &LeadAsOf) -> Result<JsValue, JsValue> {
        let call = self.call(lead, lead, "asOf asOf")?;
        let found = self.model.explain_touches(call.touched(), call.instants[0]).map_err(to_js)?;
        Ok(shown::touch_explanation(&self.model, &call, found))
    }

    /// The scores from one instant to another, every so many days (1 where not given): the trend. At each instant only
    /// the touches until then count.
    ///
    /// # Errors
    /// Throws as `scoreTouches` does, and `bad-value` for more than 1000 points.
    #[wasm_bindgen(unchecked_return_type = "TrendPoint[]")]
    pub fn history(
        &self,
        lead: &TouchedLead,
        from: &InstantLike,
        to: &InstantLike,
        step: Option<f64>,
    ) -> Result<JsValue, JsValue> {
        let instants = js_sys::Array::of2(from, to);
        let call = self.call(lead, &instants, "from to")?;
        // Whole milliseconds.
        let step = days(step, 1.0, "step")? * 86_400_000.0;
        let [from, to] = call.instants;
        Ok(shown::trend(self.model.trend(call.touched(), from, to, step as i64).map_err(to_js)?))
    }

    /// When, without further touches, the decision changes, within so many days (90 where not given); `undefined` where
    /// it stays. It is looked for from day to day, and then to the minute.
    ///
    /// # Errors
    /// Throws as `scoreTouches` does, and `bad-value` for more than ten years.
    #[wasm_bindgen(unchecked_return_type = "LeadCrossing | undefined")]
    pub fn crossing(&self, lead: &LeadAsOf, within: Option<f64>) -> Result<JsValue, JsValue> {
        let call = self.call(lead, lead, "asOf asOf")?;
        let within = days(within, 90.0, "within")?.max(0.0) as u32;
        let crossing = self.model.crossing(call.touched(), call.instants[0], within).map_err(to_js)?;
        Ok(shown::crossing(crossing, call.instants[0]))
    }

    /// What has changed since an earlier instant, divided into new touches, the fading of earlier ones, and other fields.
    ///
    /// # Errors
    /// Throws as `scoreTouches` does.
    #[wasm_bindgen(unchecked_return_type = "LeadChange")]
    pub fn change(&self, lead: &LeadSince) -> Result<JsValue, JsValue> {
        let call = self.call(lead, lead, "asOf since")?;
        let [as_of, since] = call.instants;
        let before = get(lead, "before");
        let before = if before.is_undefined() || before.is_null() { get(lead, "lead") } else { before };
        let before = read::named_lead(&self.model, &self.keys, &before)?;
        let change = self.model.change(&before, since, call.touched(), as_of).map_err(to_js)?;
        Ok(shown::change(&self.model, change))
    }

    fn call(&self, lead: &JsValue, instants: &JsValue, names: &str) -> Result<Call, JsValue> {
        Call::read(&self.model, &self.keys, lead, instants, names)
    }
}

/// A number of days, or what stands for one that is not given.
fn days(given: Option<f64>, otherwise: f64, name: &str) -> Result<f64, JsValue> {
    let days = given.unwrap_or(otherwise);
    if days.is_finite() {
        Ok(days)
    } else {
        Err(bad_value(&["expected a number of days for ", name].concat()))
    }
}

/// The format first: another version's file is of another shape, and "missing field" would mislead.
fn check_format(parsed: &JsValue) -> Result<(), JsValue> {
    if !parsed.is_object() {
        return Err(not_a_model("found no object"));
    }
    let text = |key: &str| js_sys::Reflect::get(parsed, &key.into()).map(|value| value.as_string());
    let generator = text("generator")?.unwrap_or_default();
    match text("format")? {
        Some(format) if format == FORMAT => Ok(()),
        Some(format) => {
            let message = format!(
                "expected a model of format {}, found {} (made by {})",
                quoted(FORMAT),
                quoted(&format),
                quoted(&generator)
            );
            Err(to_js(Error::new(ErrorKind::ModelFormat, message)))
        }
        None => Err(not_a_model("found no \"format\"")),
    }
}

fn not_a_model(found: &str) -> JsValue {
    // A cause may quote the whole file.
    let found: String = found.chars().take(300).collect();
    to_js(Error::new(ErrorKind::ModelInvalid, format!("expected a model file ({FORMAT}): {found}")))
}
