//! The core's errors as JavaScript ones.

use js_sys::{Error as JsError, JsString, Reflect};
use sales_ready::Error;
use wasm_bindgen::prelude::*;

/// A JavaScript `Error` with the core's code and message.
#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
pub(crate) fn to_js(error: Error) -> JsValue {
    let thrown = JsError::new(&error.to_string());
    thrown.set_name("SalesReadyError");
    // Setting a property of an object made one line above cannot fail.
    let _ = Reflect::set(&thrown, &"code".into(), &error.code().into());
    thrown.into()
}

/// The message of what JavaScript threw.
pub(crate) fn thrown(cause: &JsValue) -> String {
    cause.dyn_ref::<JsError>().map_or_else(String::new, |error| JsString::into(error.message()))
}
