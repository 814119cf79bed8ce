//! Touches of JavaScript as the core's.

use std::sync::Arc;

use js_sys::{Array, Float64Array, Reflect};
use sales_ready::model::Model;
use sales_ready::touch::{Side, Stage, Touch};
use sales_ready::{Instant, Lead};
use wasm_bindgen::prelude::*;

use crate::read::named_lead;

#[wasm_bindgen]
extern "C" {
    /// A lead with its touches.
    #[wasm_bindgen(typescript_type = "TouchedLead")]
    pub type TouchedLead;

    /// A lead with its touches at an instant.
    #[wasm_bindgen(typescript_type = "LeadAsOf")]
    pub type LeadAsOf;

    /// A lead with its touches at an instant, and what it was before.
    #[wasm_bindgen(typescript_type = "LeadSince")]
    pub type LeadSince;

    /// An instant.
    #[wasm_bindgen(typescript_type = "InstantLike")]
    pub type InstantLike;
}

#[wasm_bindgen(module = "/src/reads.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = readCall)]
    fn read_call(
        call: &JsValue,
        instants: &JsValue,
        names: &str,
        kinds: &Array,
    ) -> Result<Float64Array, JsValue>;
}

/// What a call is about: a lead, its touches, and two instants.
pub(crate) struct Call {
    pub(crate) lead: Lead<'static>,
    pub(crate) touches: Vec<Touch>,
    /// The touches' kinds, and for each touch the place of its own.
    pub(crate) kinds: Array,
    pub(crate) kind: Vec<f64>,
    pub(crate) instants: [Instant; 2],
}

impl Call {
    /// Reads a call, and of `instants` those of two names.
    pub(crate) fn read(
        model: &Model,
        keys: &Array,
        call: &JsValue,
        instants: &JsValue,
        names: &str,
    ) -> Result<Self, JsValue> {
        let kinds = Array::new();
        let numbers = read_call(call, instants, names, &kinds)?.to_vec();
        let lead = named_lead(model, keys, &get(call, "lead"))?;
        let names: Vec<Arc<str>> =
            kinds.iter().map(|kind| kind.as_string().unwrap_or_default().into()).collect();
        let (mut touches, mut kind) = (Vec::new(), Vec::new());
        // Whole, and far from the ends of what an `i64` can hold.
        let instant = |millis: f64| Instant::from_millis(millis as i64);
        for numbers in numbers[2..].chunks_exact(5) {
            touches.push(Touch {
                at: instant(numbers[0]),
                kind: names[numbers[4] as usize].clone(),
                side: Side::ALL.get((numbers[2] as usize).wrapping_sub(1)).copied(),
                quantity: numbers[1],
                stage: Stage::ALL.get((numbers[3] as usize).wrapping_sub(1)).copied(),
            });
            kind.push(numbers[4]);
        }
        Ok(Self { lead, touches, kinds, kind, instants: [instant(numbers[0]), instant(numbers[1])] })
    }

    pub(crate) fn touched(&self) -> sales_ready::score::TouchedLead<'_> {
        sales_ready::score::TouchedLead { lead: &self.lead, touches: &self.touches }
    }
}

/// What stands at a key of an object, if it can be read.
pub(crate) fn get(from: &JsValue, key: &str) -> JsValue {
    Reflect::get(from, &JsValue::from_str(key)).unwrap_or_default()
}
