//! Scores that depend on the instant.

use crate::explain::Change;
use crate::kernel::touches::{Past, until};
use crate::kernel::{Kernel, Touch};
use crate::model::Readiness;
use crate::prelude::*;
use crate::score::Score;

/// A lead with its touches, in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct TouchedRow<'t> {
    /// Its readings; those of fields that are made of touches do not count.
    pub readings: Vec<f64>,
    /// Its touches, in any order.
    pub touches: &'t [Touch],
}

/// When, without further touches, a decision changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// The first minute at which it has changed.
    pub at: f64,
    /// What it is from then on.
    pub readiness: Readiness,
    /// The logit then.
    pub logit: f64,
}

/// In milliseconds.
const MINUTE: f64 = 60_000.0;
const MINUTES_A_DAY: u32 = 1_440;

impl Kernel {
    /// The scores at some instants.
    ///
    /// # Panics
    /// Where there are fewer readings than fields.
    pub fn history(&self, lead: TouchedRow<'_>, instants: impl Iterator<Item = f64>) -> Vec<(f64, Score)> {
        let TouchedRow { mut readings, touches } = lead;
        let past = self.recipe.past(touches, f64::INFINITY);
        let mut scores = Vec::new();
        for at in instants {
            scores.push((at, self.score_at(&mut readings, until(&past, at), at)));
        }
        scores
    }

    /// When the decision changes if nothing more happens, within so many days; `None` where it stays. It is looked for from
    /// day to day, and then to the minute, for 8,000 years at most.
    ///
    /// # Panics
    /// Where there are fewer readings than fields.
    pub fn crossing(&self, lead: TouchedRow<'_>, as_of: f64, days: u32) -> Option<Crossing> {
        if self.rule.abstains {
            return None;
        }
        let TouchedRow { mut readings, touches } = lead;
        let past = self.recipe.past(touches, as_of);
        let mut after = |minutes: u32| {
            let at = as_of + f64::from(minutes) * MINUTE;
            let Score { readiness, logit, .. } = self.score_at(&mut readings, &past, at);
            Crossing { at, readiness, logit }
        };
        let now = after(0).readiness;
        let last = days.min(u32::MAX / MINUTES_A_DAY) * MINUTES_A_DAY;
        let mut changed = 0;
        loop {
            if changed == last {
                return None;
            }
            changed += MINUTES_A_DAY;
            if after(changed).readiness != now {
                break;
            }
        }
        let mut unchanged = changed - MINUTES_A_DAY;
        while changed - unchanged > 1 {
            let middle = unchanged.midpoint(changed);
            if after(middle).readiness == now { unchanged = middle } else { changed = middle }
        }
        Some(after(changed))
    }

    /// What has changed since an earlier instant, at which the readings were those of `before`.
    ///
    /// # Panics
    /// Where there are fewer readings than fields, before or now.
    pub fn change(&self, mut before: Vec<f64>, since: f64, lead: TouchedRow<'_>, as_of: f64) -> Change {
        let TouchedRow { readings: mut after, touches } = lead;
        let all = self.recipe.past(touches, as_of);
        let old = until(&all, since);
        let start = self.score_at(&mut before, old, since);
        let faded = self.score_at(&mut before, old, as_of).logit;
        let touched = self.score_at(&mut before, &all, as_of).logit;
        let end = self.score_at(&mut after, &all, as_of);
        Change {
            before: start,
            after: end,
            decay: faded - start.logit,
            touches: touched - faded,
            fields: end.logit - touched,
        }
    }

    /// Sets the readings of the fields that are made of touches to these values.
    pub(super) fn put(&self, readings: &mut [f64], values: &[f64]) {
        for (made, value) in self.recipe.fields.iter().zip(values) {
            readings[made.field] = *value;
        }
    }

    /// The score of readings with the values that touches give at an instant, all of them at it or before.
    fn score_at(&self, readings: &mut [f64], past: &[Past], at: f64) -> Score {
        self.put(readings, &self.recipe.values(past, at));
        self.score(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Curve, Made, Of, Recipe, Rule, Term};
    use crate::touch::Measure;

    #[test]
    fn a_crossing_is_found_however_far_one_looks() {
        // Above the threshold until ten days after the last touch.
        let curve = |x: &[f64], y: &[f64]| Curve { x: x.into(), y: y.into(), missing: 0.0 };
        let term = Term::Curve { field: 0, curve: curve(&[0.0, 20.0], &[10.0, -10.0]) };
        let rule = Rule {
            threshold: Some(0.0),
            abstains: false,
            grades: [2.0, 1.0, 0.0],
            past: 0.0,
            percentiles: Vec::new(),
        };
        let made = Made { field: 0, of: Of::All, measure: Measure::SinceLast };
        let recipe = Recipe { kinds: Vec::new(), fields: [made].into() };
        let calibration = curve(&[0.0], &[0.0]);
        let kernel = Kernel::new(&[1.0], 0.0, [term].into(), calibration, rule, recipe);
        let touch = Touch { at: 0.0, quantity: 1.0, side: 0, stage: 0, kind: 0, rank: 0 };
        let crossing = |days| {
            let row = TouchedRow { readings: [f64::NAN].into(), touches: &[touch] };
            kernel.crossing(row, 0.0, days).map(|crossing| (crossing.at / MINUTE, crossing.readiness))
        };
        assert_eq!(crossing(9), None);
        let found = crossing(30);
        assert_eq!(found, Some((10.0 * 1_440.0 + 1.0, Readiness::Nurture)));
        // As many minutes as 0, counted in 32 bits.
        assert_eq!(crossing(1 << 27), found);
        assert_eq!(crossing(u32::MAX), found);
    }
}
