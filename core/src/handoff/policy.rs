//! The settings of the hand-off.

use crate::error::{Error, ErrorKind, Result};
use crate::model::Policy;
use crate::prelude::*;

/// How far below `T_hi` the score must fall before a lead goes back, in log-odds: ln 2, half the odds.
///
/// A lead that has just been handed over and does nothing more loses half of what its touches add within one half-life;
/// small ups and downs stay within the band.
pub const LEAVE_BELOW: f64 = core::f64::consts::LN_2;
/// How many days a lead stays with sales at least, whatever its score does: two weeks, time for a call and a second one.
pub const DWELL: f64 = 14.0;
/// How many days after a hand-back nothing that a lead does brings it to sales again: a month.
pub const COOL_DOWN: f64 = 30.0;

/// `T_hi` where no chance is worth a contact: finite, so that a state file can say it.
pub(super) const NEVER: f64 = f64::MAX;

/// When leads change hands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HandoffPolicy {
    /// The thresholds; `None` where the model abstains: then no score moves a lead, and only sales do.
    pub thresholds: Option<Thresholds>,
    /// Days that a lead stays with sales at least.
    pub dwell: f64,
    /// Days after a hand-back in which touches do not count towards another hand-off.
    pub cool_down: f64,
    /// How many leads sales can take in a week, from Monday on in UTC; `None` for any number.
    pub capacity: Option<u32>,
}

/// The thresholds, in log-odds before calibration, as [`Score::logit`](crate::Score::logit).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// `T_hi`: from here on a lead is handed to sales.
    pub enter: f64,
    /// `T_lo`: below this it goes back.
    pub leave: f64,
}

impl HandoffPolicy {
    /// A model's threshold, [`LEAVE_BELOW`], [`DWELL`], [`COOL_DOWN`], and no limit. Where no chance is worth a contact,
    /// `T_hi` is the greatest number.
    ///
    /// ```
    /// # fn run(model: &sales_ready::Model) {
    /// use sales_ready::handoff::HandoffPolicy;
    ///
    /// let policy = HandoffPolicy { capacity: Some(25), ..HandoffPolicy::new(model.policy()) };
    /// # }
    /// ```
    pub fn new(policy: &Policy) -> Self {
        let enter = policy.threshold.unwrap_or(NEVER);
        let thresholds = Thresholds { enter, leave: enter - LEAVE_BELOW };
        Self {
            thresholds: policy.abstains.is_none().then_some(thresholds),
            dwell: DWELL,
            cool_down: COOL_DOWN,
            capacity: None,
        }
    }

    /// Checks that `T_lo` is not above `T_hi`, and that days are not negative.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] that says which.
    pub fn check(&self) -> Result<()> {
        let fail = |message: String| Err(Error::new(ErrorKind::BadOption, message));
        for (days, what) in [(self.dwell, "dwell"), (self.cool_down, "cool-down")] {
            if !(0.0..=36_500.0).contains(&days) {
                return fail(format!("expected a {what} of 0 to 36500 days, found {days}"));
            }
        }
        match self.thresholds {
            Some(Thresholds { enter, leave }) if leave.is_nan() || enter.is_nan() || leave > enter => {
                fail(format!(
                    "expected a threshold to leave that is not above the one to enter, {enter}, found {leave}; \
                     leads would be handed over and back on one day"
                ))
            }
            _ => Ok(()),
        }
    }
}
