//! Text and numbers: the nearest double of a decimal text, and the shortest decimal text of a double.
//!
//! Both conversions are exact by their definition, so it does not matter who makes them: the standard library, or in a
//! browser the JavaScript engine, which has them already.

pub(crate) use host::{from_text, to_text};

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod host {
    /// The double nearest to a decimal text of digits, `.`, signs and an exponent; `None` where it is malformed.
    pub(crate) fn from_text(text: &str) -> Option<f64> {
        text.parse().ok()
    }

    /// The shortest decimal text that reads back as the number, without an exponent.
    pub(crate) fn to_text(number: f64) -> String {
        number.to_string()
    }
}

#[cfg(all(target_arch = "wasm32", feature = "js"))]
mod host {
    use wasm_bindgen::JsValue;

    /// As on other hosts. JavaScript reads the empty text as 0, and what is malformed as `NaN`.
    pub(crate) fn from_text(text: &str) -> Option<f64> {
        let number = JsValue::from_str(text).unchecked_into_f64();
        if text.is_empty() || number.is_nan() { None } else { Some(number) }
    }

    /// As on other hosts. JavaScript writes the same digits, but with an exponent below 1e-6 and from 1e21.
    pub(crate) fn to_text(number: f64) -> String {
        let sign = if number.is_sign_negative() { "-" } else { "" };
        if number.is_infinite() {
            return [sign, "inf"].concat();
        }
        let text = String::from(js_sys::Number::from(number.abs()).to_js_string());
        let Some((digits, exponent)) = text.split_once('e') else {
            return [sign, &text].concat();
        };
        let (first, rest) = digits.split_once('.').unwrap_or((digits, ""));
        // At most three digits, written by the engine itself.
        let exponent: i32 = exponent.trim_start_matches('+').parse().unwrap_or_default();
        let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
        if exponent < 0 {
            [sign, "0.", &zeros(-exponent - 1), first, rest].concat()
        } else {
            // From 1e21 a double's shortest digits are at most 17, so that only zeros follow them.
            [sign, first, rest, &zeros(exponent - i32::try_from(rest.len()).unwrap_or_default())].concat()
        }
    }
}
