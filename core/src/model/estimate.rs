//! What is estimated, and how well it is known.

use serde::{Deserialize, Serialize};

/// An estimate with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

impl Estimate {
    /// Whether two estimates of different leads are further apart than chance allows at 95 %: than the root of the sum of
    /// the squares of how far their intervals reach (Schenker & Gentleman 2001, doi:10.1198/000313001317097960). Where
    /// they share leads, it takes somewhat more than that.
    pub fn differs_from(&self, other: &Self) -> bool {
        let towards = |from: &Self, to: &Self| {
            if to.value > from.value { from.high - from.value } else { from.value - from.low }
        };
        let (own, its) = (towards(self, other), towards(other, self));
        (self.value - other.value).abs() > libm::sqrt(own * own + its * its)
    }
}
