//! How marketing and sales share a lead's readiness.

use serde::Serialize;

use crate::explain::words::display_number;
use crate::prelude::*;

/// What a lead's log-odds rest on, by who was in contact with it. Associations, never causes: sales may call whom
/// marketing has warmed, and a lead that comes by itself answers both.
///
/// The intercept and these five add up to the logit, but for rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct SideShares {
    /// The touches of marketing.
    pub marketing: f64,
    /// The touches of sales.
    pub sales: f64,
    /// Touches of which neither is known.
    pub neither: f64,
    /// What the same terms contribute for a lead without touches.
    pub without: f64,
    /// The terms that do not rest on touches.
    pub fields: f64,
}

impl SideShares {
    /// The two departments' shares in one sentence.
    ///
    /// ```
    /// use sales_ready::explain::SideShares;
    ///
    /// let sides = SideShares { marketing: 1.23, sales: 0.4, neither: -0.1, ..SideShares::default() };
    /// assert_eq!(
    ///     sides.in_words(),
    ///     "Marketing's touches and sales' touches: +1.2 and +0.4 (neither's: −0.1); associations, not causes."
    /// );
    /// ```
    pub fn in_words(&self) -> String {
        let neither = signed(self.neither);
        let [open, close] = if neither == "0" { ["", ""] } else { [" (neither's: ", ")"] };
        [
            "Marketing's touches and sales' touches: ",
            &signed(self.marketing),
            " and ",
            &signed(self.sales),
            open,
            if open.is_empty() { "" } else { &neither },
            close,
            "; associations, not causes.",
        ]
        .concat()
    }
}

/// Log-odds with a sign and one decimal; `0` where that says nothing.
fn signed(logit: f64) -> String {
    let tenths = libm::round(logit * 10.0);
    let sign = match tenths {
        tenths if tenths > 0.0 => "+",
        tenths if tenths < 0.0 => "−",
        _ => return "0".into(),
    };
    [sign, &display_number(tenths.abs() / 10.0)].concat()
}
