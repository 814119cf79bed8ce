//! The scoring half of `sales-ready` for JavaScript: a model in numbers, a lead in numbers, a score in numbers.
//!
//! Thin on purpose: numbers in, numbers out, nothing that can fail. A page's objects are read and made by `www/src/engine`,
//! in the language that does so without weight; the arithmetic is the core's own. `types.d.ts` says what the objects are.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod read;

use alloc::vec::Vec;

use sales_ready::Score;
use sales_ready::explain::{Change, SideShares};
use sales_ready::kernel::{Kernel, TouchParts, TouchedRow};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// Grows WebAssembly's memory as needed, and uses again what was freed.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Stops the module. It is not to happen: whoever calls has checked what is given. The texts and the machinery that the
/// standard library has for it weigh more than a third of the module.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn stop(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// A model in numbers. Of a lead it takes the readings, one for each field; of a touch six numbers: when (milliseconds since
/// 1970), how much, side, stage, kind and the kind's rank among the lead's.
#[wasm_bindgen]
#[expect(missing_debug_implementations, reason = "JavaScript has no use for it, and it would weigh")]
pub struct ModelKernel(Kernel);

#[wasm_bindgen]
impl ModelKernel {
    /// A model of what `compile.ts` writes.
    #[wasm_bindgen(constructor)]
    pub fn new(numbers: &[f64]) -> Self {
        Self(read::kernel(numbers))
    }

    /// Logit, probability, grade, decision, percentile and the ends of the interval; -1 where not known.
    pub fn score(&self, readings: &[f64]) -> Vec<f64> {
        self.placed(self.0.score(readings)).to_vec()
    }

    /// The score, the intercept, how much is known, and of each term its logit and its fields' standings.
    pub fn explain(&self, readings: &[f64]) -> Vec<f64> {
        let mut row = self.score(readings);
        row.extend([self.0.intercept(), self.0.known(readings)]);
        for (term, logit) in self.0.values(readings).enumerate() {
            let [first, second] = self.0.standings(term, readings);
            row.extend([logit, f64::from(first as u8), f64::from(second as u8)]);
        }
        row
    }

    /// Of readings column behind column: logits, probabilities, grades and decisions, column behind column.
    #[wasm_bindgen(js_name = scoreTable)]
    pub fn score_table(&self, columns: &[f64], rows: usize) -> Vec<f64> {
        let mut table = Vec::new();
        table.resize(4 * rows, 0.0);
        for (row, score) in self.0.score_table(columns, rows).into_iter().enumerate() {
            for (column, number) in numbers(score).into_iter().enumerate() {
                table[column * rows + row] = number;
            }
        }
        table
    }

    /// The explanation, and the readings it is of; of each touch side, stage and whether it counts; the departments' five
    /// shares; and of each term that rests on touches its place, what is without touches, what is rounding, and each touch's
    /// share.
    #[wasm_bindgen(js_name = shareOut)]
    pub fn share_out(&self, readings: &[f64], touches: &[f64], as_of: f64) -> Vec<f64> {
        let touches = read::touches(touches);
        let mut readings = readings.to_vec();
        let TouchParts { shares, sides, .. } = self.0.share_out(&mut readings, &touches, as_of);
        let mut row = self.explain(&readings);
        row.extend_from_slice(&readings);
        for touch in &touches {
            let recipe = self.0.recipe();
            let counts = u8::from(touch.at <= as_of);
            row.extend([recipe.side(touch).into(), recipe.stage(touch).into(), f64::from(counts)]);
        }
        let SideShares { marketing, sales, neither, without, fields } = sides;
        row.extend([marketing, sales, neither, without, fields]);
        for term in shares {
            row.extend([term.contribution as f64, term.without, term.rounding]);
            let first = row.len();
            row.resize(first + touches.len(), 0.0);
            for (place, share) in term.touches {
                row[first + place] = share;
            }
        }
        row
    }

    /// Of each point from one instant on, every `step` milliseconds: the instant, logit, probability, grade and decision.
    pub fn history(&self, readings: &[f64], touches: &[f64], from: f64, step: f64, points: u32) -> Vec<f64> {
        let touches = read::touches(touches);
        let instants = (0..points).map(|point| from + f64::from(point) * step);
        let mut row = Vec::new();
        for (at, score) in self.0.history(lead(readings, &touches), instants) {
            row.push(at);
            row.extend(numbers(score));
        }
        row
    }

    /// When the decision changes within so many days: the instant, the decision from then on and the logit; empty where it
    /// does not.
    pub fn crossing(&self, readings: &[f64], touches: &[f64], as_of: f64, days: u32) -> Vec<f64> {
        let touches = read::touches(touches);
        let crossing = self.0.crossing(lead(readings, &touches), as_of, days);
        crossing
            .map_or_else(Vec::new, |found| [found.at, f64::from(found.readiness as u8), found.logit].to_vec())
    }

    /// What has changed since an earlier instant: the score then, the score now, and what faded touches, new touches and
    /// other fields did.
    pub fn change(
        &self,
        before: &[f64],
        since: f64,
        readings: &[f64],
        touches: &[f64],
        as_of: f64,
    ) -> Vec<f64> {
        let touches = read::touches(touches);
        let Change { before, after, decay, touches, fields } =
            self.0.change(before.to_vec(), since, lead(readings, &touches), as_of);
        let mut row = self.placed(before).to_vec();
        row.extend(self.placed(after));
        row.extend([decay, touches, fields]);
        row
    }

    fn placed(&self, score: Score) -> [f64; 7] {
        let [logit, probability, grade, readiness] = numbers(score);
        let percentile = self.0.percentile(score.logit).map_or(-1.0, f64::from);
        let [low, high] = self.0.interval(score.logit).unwrap_or([-1.0; 2]);
        [logit, probability, grade, readiness, percentile, low, high]
    }
}

fn lead<'t>(readings: &[f64], touches: &'t [sales_ready::kernel::Touch]) -> TouchedRow<'t> {
    TouchedRow { readings: readings.to_vec(), touches }
}

/// Logit, probability, and the places of grade and decision in the core's lists.
fn numbers(score: Score) -> [f64; 4] {
    let Score { logit, probability, grade, readiness } = score;
    [logit, probability, f64::from(grade as u8), f64::from(readiness as u8)]
}
