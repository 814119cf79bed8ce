//! The scoring half of `sales-ready` for JavaScript: a model, a lead, a score and its reasons.
//!
//! Thin on purpose: [`read`] turns JavaScript values into the core's, [`types`] are what comes back, and nothing here
//! decides anything. Every failure is a JavaScript `Error` with the core's `code`; no input panics.

mod error;
mod parsed;
pub mod read;
pub mod types;

use sales_ready::error::quoted;
use sales_ready::model::{FORMAT, Model};
use sales_ready::{Error, ErrorKind, Score};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::error::{thrown, to_js};
use crate::read::{Columns, Lead, LeadColumns, ModelSource};
use crate::types::{BatchScores, Cross, LeadExplanation, LeadScore, ModelInfo};

/// Grows WebAssembly's memory as needed, and uses again what was freed.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Scores leads with one model.
#[wasm_bindgen]
pub struct LeadScorer {
    model: Model,
    /// The names of the model's fields as JavaScript strings, made once.
    keys: Vec<JsValue>,
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
        Ok(Self { model, keys })
    }

    /// What the model reads and how it decides.
    #[wasm_bindgen(getter)]
    pub fn model(&self) -> Ts<ModelInfo> {
        ModelInfo::new(&self.model).cross()
    }

    /// Scores one lead.
    ///
    /// A field that is absent, `null`, `undefined`, `NaN` or empty is missing; one the model does not know is ignored.
    ///
    /// # Errors
    /// Throws a `SalesReadyError`: `bad-value` where a value is not of its field's type, `missing-field` where the
    /// lead has none of the model's fields.
    pub fn score(&self, lead: &Lead) -> Result<Ts<LeadScore>, JsValue> {
        let values = read::lead(&self.model, &self.keys, lead)?;
        Ok(LeadScore::from(self.model.score_values(&values).map_err(to_js)?).cross())
    }

    /// Scores one lead and says why.
    ///
    /// # Errors
    /// Throws as `score` does.
    pub fn explain(&self, lead: &Lead) -> Result<Ts<LeadExplanation>, JsValue> {
        let values = read::lead(&self.model, &self.keys, lead)?;
        Ok(LeadExplanation::from(self.model.explain_values(&values).map_err(to_js)?).cross())
    }

    /// Scores a table given by its columns: `{ reviews_read: [4, 0], industry: ["software", null] }`.
    ///
    /// Columns are arrays or typed arrays of one length; a `Float64Array` is the fastest. A field without a column is
    /// missing throughout.
    ///
    /// # Errors
    /// Throws as `score` does, and `bad-value` where columns differ in length; the message names the column and the
    /// place in it, counted from 0.
    #[wasm_bindgen(js_name = scoreBatch)]
    pub fn score_batch(&self, columns: &LeadColumns) -> Result<Ts<BatchScores>, JsValue> {
        let columns = Columns::read(&self.model, &self.keys, columns)?;
        let scores = (0..columns.len())
            .map(|row| columns.score(&self.model, row))
            .collect::<Result<Vec<Score>, Error>>()
            .map_err(to_js)?;
        Ok(BatchScores::new(&scores).cross())
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
