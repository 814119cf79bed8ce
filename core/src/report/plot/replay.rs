//! What a replay of the past earned, week by week.

use maud::Markup;
use plotters::style::RGBColor;

use crate::backtest::RuleResult;
use crate::report::plot::axis::Axis;
use crate::report::plot::canvas::{Anchor, Margins, draw, text_width};
use crate::report::plot::shapes::label_width;
use crate::report::plot::{ACCENT, BAR, MUTED, WARM, Words};
use crate::report::words::significant;

const HEIGHT: f64 = 260.0;
/// The least distance between two names.
const LINE: f64 = 15.0;

/// Profit up to each week, a line for each rule with its name at the end.
pub fn replay(rules: &[RuleResult], words: Words<'_>) -> Option<Markup> {
    let weeks = rules.iter().map(|rule| rule.profit_by_week.len()).max().filter(|weeks| *weeks > 1)?;
    let values = || rules.iter().flat_map(|rule| rule.profit_by_week.iter().copied());
    let mut y = Axis::amounts(values().fold(0.0, f64::min), values().fold(0.0, f64::max), 5);
    y.ticks.iter_mut().for_each(|(at, text)| *text = significant(*at, 3));
    let name = |rule: &RuleResult| rule.rule.replace('-', " ");
    let right = rules.iter().map(|rule| text_width(&name(rule))).fold(0.0, f64::max) + 10.0;
    let margins = Margins { top: 26.0, right, bottom: 44.0, left: label_width(&y) };
    let x = Axis::numbers(1.0, weeks as f64, 5);
    Some(draw(HEIGHT, words.all(), (x, y), margins, |canvas| {
        canvas.y_grid()?;
        canvas.x_grid(false)?;
        canvas.line(&[(canvas.x.low, 0.0), (canvas.x.high, 0.0)], BAR, 1.5)?;
        // The model last, above the others.
        for (place, rule) in rules.iter().enumerate().rev() {
            let points: Vec<(f64, f64)> = rule
                .profit_by_week
                .iter()
                .enumerate()
                .map(|(week, profit)| ((week + 1) as f64, *profit))
                .collect();
            let (color, width) = style(place);
            canvas.line(&points, color, width)?;
        }
        let plot = HEIGHT - margins.top - margins.bottom;
        let span = canvas.y.high - canvas.y.low;
        let mut ends: Vec<(f64, usize)> = rules
            .iter()
            .enumerate()
            .filter_map(|(place, rule)| {
                let last = canvas.y.clamp(*rule.profit_by_week.last()?);
                Some((margins.top + plot * (canvas.y.high - last) / span, place))
            })
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut least = f64::NEG_INFINITY;
        for (end, place) in ends {
            let at = end.max(least);
            least = at + LINE;
            let text = name(&rules[place]);
            canvas.text_on_page(
                &text,
                (crate::report::plot::WIDTH - right + 6.0, at),
                Anchor::Right,
                style(place).0,
            )?;
        }
        canvas.titles("Week", "Profit up to the week", HEIGHT)
    }))
}

fn style(place: usize) -> (RGBColor, f64) {
    match place {
        0 => (ACCENT, 3.0),
        1 => (WARM, 2.0),
        2 => (MUTED, 2.0),
        _ => (BAR, 2.0),
    }
}
