//! How good the ranking and the probabilities are.

use maud::Markup;

use crate::report::flagging::{Cut, Flagging};
use crate::report::plot::axis::Axis;
use crate::report::plot::canvas::{Margins, draw};
use crate::report::plot::shapes::{Words, label_width};
use crate::report::plot::{ACCENT, BAR, WARM};
use crate::report::quality::{Bin, RankingPoint, Tenth};
use crate::report::words::significant;

const HEIGHT: f64 = 300.0;
const LOW_HEIGHT: f64 = 240.0;

fn margins(y: &Axis) -> Margins {
    Margins { top: 26.0, right: 18.0, bottom: 44.0, left: label_width(y) }
}

/// The ROC curve.
pub fn roc(points: &[RankingPoint], words: Words<'_>) -> Markup {
    let (x, y) = (Axis::shares(1.0, 5), Axis::shares(1.0, 5));
    let margins = margins(&y);
    draw(HEIGHT, words.all(), (x, y), margins, |canvas| {
        canvas.y_grid()?;
        canvas.x_grid(true)?;
        canvas.line(&[(0.0, 0.0), (1.0, 1.0)], BAR, 1.5)?;
        let line: Vec<_> = points.iter().map(|point| (point.in_vain, point.found)).collect();
        canvas.line(&line, ACCENT, 2.0)?;
        canvas.titles("Others called in vain", "Conversions found", HEIGHT)
    })
}

/// The precision-recall curve, above a line at the rate of all leads.
pub fn precision_recall(points: &[RankingPoint], rate: f64, words: Words<'_>) -> Markup {
    let (x, y) = (Axis::shares(1.0, 5), Axis::shares(1.0, 5));
    let margins = margins(&y);
    draw(HEIGHT, words.all(), (x, y), margins, |canvas| {
        canvas.y_grid()?;
        canvas.x_grid(true)?;
        canvas.line(&[(0.0, rate), (1.0, rate)], BAR, 1.5)?;
        let line: Vec<_> = points.iter().map(|point| (point.found, point.precision)).collect();
        canvas.line(&line, ACCENT, 2.0)?;
        canvas.titles("Conversions found", "Called leads that convert", HEIGHT)
    })
}

/// The lift of each tenth, the best first, with its interval.
pub fn tenths(tenths: &[Tenth], words: Words<'_>) -> Markup {
    let high = tenths.iter().map(|tenth| tenth.lift.high).fold(1.5, f64::max);
    let mut y = Axis::amounts(0.0, high, 5);
    y.ticks.iter_mut().for_each(|(_, text)| *text = format!("×{text}"));
    let count = tenths.len();
    let ticks = (1..=count).map(|place| (place as f64, place.to_string())).collect();
    let x = Axis { low: 0.4, high: count as f64 + 0.6, ticks };
    let margins = margins(&y);
    draw(LOW_HEIGHT, words.all(), (x, y), margins, |canvas| {
        canvas.y_grid()?;
        for (place, tenth) in tenths.iter().enumerate() {
            let at = (place + 1) as f64;
            canvas.bar((at - 0.38, 0.0), (at + 0.38, tenth.lift.value), ACCENT, 0.35)?;
            canvas.line(&[(at, tenth.lift.low), (at, tenth.lift.high)], ACCENT, 2.0)?;
        }
        canvas.line(&[(canvas.x.low, 1.0), (canvas.x.high, 1.0)], BAR, 1.5)?;
        canvas.x_grid(false)?;
        canvas.titles("Tenth of the leads, best-scored first", "Conversion rate ÷ that of all", LOW_HEIGHT)
    })
}

/// Predicted chances against conversion rates.
pub fn reliability(bins: &[Bin], words: Words<'_>) -> Markup {
    let high = bins.iter().map(|bin| bin.observed.high.max(bin.predicted)).fold(0.05, f64::max);
    let axis = Axis::shares(high, 5);
    let margins = margins(&axis);
    draw(HEIGHT, words.all(), (axis.clone(), axis), margins, |canvas| {
        canvas.y_grid()?;
        canvas.x_grid(true)?;
        canvas.line(&[(0.0, 0.0), (canvas.x.high, canvas.x.high)], BAR, 1.5)?;
        for bin in bins {
            let Bin { predicted, observed, .. } = bin;
            canvas.line(&[(*predicted, observed.low), (*predicted, observed.high)], ACCENT, 2.0)?;
            canvas.dot((*predicted, observed.value), ACCENT)?;
        }
        canvas.titles("Predicted chance", "Converted", HEIGHT)
    })
}

/// Profit against the share of leads that are called; only where money was given.
pub fn profit(flagging: &Flagging, words: Words<'_>) -> Option<Markup> {
    let cuts: Vec<&Cut> = flagging.cuts.iter().chain([&flagging.everyone]).collect();
    let point = |cut: &Cut| cut.profit.map(|profit| (cut.share, profit));
    let points: Vec<_> = cuts.iter().filter_map(|cut| point(cut)).collect();
    let flagged = flagging.flagged.as_ref().and_then(point);
    if points.is_empty() {
        return None;
    }
    let values = || points.iter().flat_map(|(_, profit)| [profit.low, profit.high]);
    let mut y = Axis::amounts(values().fold(0.0, f64::min), values().fold(0.0, f64::max), 5);
    y.ticks.iter_mut().for_each(|(at, text)| *text = significant(*at, 3));
    let margins = margins(&y);
    Some(draw(LOW_HEIGHT, words.all(), (Axis::shares(1.0, 5), y), margins, |canvas| {
        canvas.y_grid()?;
        canvas.x_grid(false)?;
        canvas.line(&[(0.0, 0.0), (1.0, 0.0)], BAR, 1.5)?;
        let lower = points.iter().map(|(share, profit)| (*share, profit.low));
        let upper = points.iter().rev().map(|(share, profit)| (*share, profit.high));
        let start = [(0.0, 0.0)];
        let band: Vec<_> = start.into_iter().chain(lower).chain(upper).collect();
        canvas.area(&band, ACCENT, 0.2)?;
        let line: Vec<_> =
            start.into_iter().chain(points.iter().map(|(share, profit)| (*share, profit.value))).collect();
        canvas.line(&line, ACCENT, 2.0)?;
        if let Some((share, profit)) = flagged {
            canvas.line(&[(share, canvas.y.low), (share, canvas.y.high)], WARM, 1.5)?;
            canvas.dot((share, profit.value), WARM)?;
        }
        canvas.titles("Share of leads that are called", "Profit", LOW_HEIGHT)
    }))
}
