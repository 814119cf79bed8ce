//! What terms contribute, and how groups of leads compare.

use maud::Markup;

use crate::model::Estimate;
use crate::report::drivers::{Bar, CurveShape, Driver, Effect, EffectOf, Shape, TableShape};
use crate::report::groups::Group;
use crate::report::plot::axis::Axis;
use crate::report::plot::canvas::{Anchor, Canvas, Drawn, Margins, draw, fitted, text_width};
use crate::report::plot::{ACCENT, BAR, GRID, MUTED, TEXT, WARM, WIDTH};
use crate::report::words::signed;

/// What a plot is called in its page and for who can not see it.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Unique in the page.
    pub id: &'a str,
    /// The title.
    pub title: &'a str,
    /// What is to be seen, in sentences.
    pub description: &'a str,
}

/// The height of a curve's plot.
const HEIGHT: f64 = 220.0;
/// The height of a row of an interval plot.
const ROW: f64 = 26.0;
/// Labels beside rows are cut to this width.
const LABEL: f64 = 164.0;
/// More rows than this are not drawn: the first half and the last half of them are.
pub const MOST_ROWS: usize = 16;
/// The share of the height that the histogram may take.
const HISTOGRAM: f64 = 0.16;

impl<'a> Words<'a> {
    pub(super) fn all(self) -> [&'a str; 3] {
        [self.id, self.title, self.description]
    }
}

/// The scale that all curves and tables share, in log-odds: all contributions that are drawn, and their bands as far as
/// these are not much wider.
pub(crate) fn common_scale(drivers: &[Driver]) -> [f64; 2] {
    let drawn = |driver: &Driver| -> Vec<(f64, Option<[f64; 2]>)> {
        match &driver.shape {
            Shape::Curve(curve) => {
                let known = clipped(curve).into_iter().map(|(_, logit, band)| (logit, band));
                known.chain(curve.missing.iter().map(|effect| (effect.logit, effect.band))).collect()
            }
            Shape::Table(table) => table.effects.iter().map(|effect| (effect.logit, effect.band)).collect(),
            // Its scale is that of its colours.
            Shape::Pair(_) => Vec::new(),
        }
    };
    let (mut own, mut bands) = ([0.0_f64; 2], [0.0_f64; 2]);
    for (logit, band) in drivers.iter().flat_map(drawn) {
        own = [own[0].min(logit), own[1].max(logit)];
        let [low, high] = band.unwrap_or([logit; 2]);
        bands = [bands[0].min(low), bands[1].max(high)];
    }
    let air = 0.3 * (own[1] - own[0]);
    [bands[0].max(own[0] - air), bands[1].min(own[1] + air)]
}

/// A curve with its band, over the training leads.
pub fn curve(shape: &CurveShape, field: &str, scale: [f64; 2], words: Words<'_>) -> Markup {
    let y = Axis::odds(scale[0], scale[1], 6);
    let [first, last] = shape.shown;
    let mut x = Axis::numbers(first, last, 5);
    // Missing values stand beside the curve.
    let step = (last - first) * 0.14;
    let beside = shape.missing.as_ref().map(|_| last + step);
    // Whole bars at the ends.
    x.low = shape.histogram.first().map_or(x.low, |bar| bar.from.min(x.low));
    x.high = shape.histogram.last().map_or(x.high, |bar| bar.to.max(x.high));
    if let Some(beside) = beside {
        x.high = beside + 0.5 * step;
        x.ticks.retain(|(at, _)| *at <= last - 0.3 * step);
        x.ticks.push((beside, "not known".into()));
    }
    let left = label_width(&y);
    let margins = Margins { top: 24.0, right: 14.0, bottom: 42.0, left };
    draw(HEIGHT, words.all(), (x, y), margins, |canvas| {
        histogram(canvas, shape)?;
        canvas.y_grid()?;
        canvas.line(&[(canvas.x.low, 0.0), (canvas.x.high, 0.0)], BAR, 1.0)?;
        let knots: Vec<_> = clipped(shape);
        let lower = knots.iter().filter_map(|(x, _, band)| band.map(|band| (*x, band[0])));
        let upper = knots.iter().rev().filter_map(|(x, _, band)| band.map(|band| (*x, band[1])));
        let outline: Vec<_> = lower.chain(upper).collect();
        if outline.len() > 2 {
            canvas.area(&outline, ACCENT, 0.2)?;
        }
        canvas.line(&knots.iter().map(|(x, y, _)| (*x, *y)).collect::<Vec<_>>(), ACCENT, 2.0)?;
        if let (Some(beside), Some(missing)) = (beside, &shape.missing) {
            if let Some([low, high]) = missing.band {
                canvas.line(&[(beside, low), (beside, high)], ACCENT, 2.0)?;
            }
            canvas.dot((beside, missing.logit), ACCENT)?;
        }
        canvas.x_grid(false)?;
        canvas.titles(&fitted(field, WIDTH - 20.0), "Odds of conversion", HEIGHT)
    })
}

fn histogram(canvas: &Canvas<'_>, shape: &CurveShape) -> Drawn {
    let most = shape.histogram.iter().map(|bar| bar.leads).max().unwrap_or(0).max(1) as f64;
    let full = HISTOGRAM * (canvas.y.high - canvas.y.low);
    for Bar { from, to, leads } in shape.histogram.iter().filter(|bar| bar.leads > 0) {
        // The square root, so that rare values remain visible.
        let height = full * (*leads as f64 / most).sqrt();
        canvas.bar((*from, canvas.y.low), (*to, canvas.y.low + height), BAR, 0.35)?;
    }
    Ok(())
}

/// The knots inside the shown range, and the curve's values at its ends.
fn clipped(shape: &CurveShape) -> Vec<(f64, f64, Option<[f64; 2]>)> {
    let [first, last] = shape.shown;
    let at = |x: f64| {
        let right = shape.knots.partition_point(|knot| knot.x <= x);
        let (before, after) = (shape.knots.get(right.checked_sub(1)?)?, shape.knots.get(right));
        let Some(after) = after else { return Some((x, before.logit, before.band)) };
        let along = (x - before.x) / (after.x - before.x);
        let between = |from: f64, to: f64| from + (to - from) * along;
        let band = before.band.zip(after.band);
        let band = band.map(|(low, high)| [between(low[0], high[0]), between(low[1], high[1])]);
        Some((x, between(before.logit, after.logit), band))
    };
    let inside = shape.knots.iter().filter(|knot| first < knot.x && knot.x < last);
    let inside = inside.map(|knot| (knot.x, knot.logit, knot.band));
    at(first).into_iter().chain(inside).chain(at(last)).collect()
}

/// The effects of a category, the strongest first.
pub fn table(shape: &TableShape, scale: [f64; 2], words: Words<'_>) -> Markup {
    let half = MOST_ROWS / 2;
    let last = shape.effects.len().saturating_sub(half).max(half);
    let drawn = shape.effects.iter().enumerate().filter(|(place, _)| *place < half || *place >= last);
    let rows: Vec<Row> = drawn
        .map(|(_, effect)| Row {
            label: effect_label(effect),
            value: effect.logit,
            band: effect.band,
            other: None,
            pale: !matches!(effect.of, EffectOf::Level(_)),
        })
        .collect();
    rows_plot(&rows, &Axis::odds(scale[0], scale[1], 4), 0.0, "Odds of conversion", words)
}

/// An effect's level, in words.
pub(crate) fn effect_label(effect: &Effect) -> String {
    match &effect.of {
        EffectOf::Level(level) => level.clone(),
        EffectOf::Others => "rare or new".into(),
        EffectOf::Missing => "not known".into(),
    }
}

/// Observed conversion rates of groups, with their intervals, beside what was predicted.
pub fn groups(groups: &[Group], overall: f64, words: Words<'_>) -> Markup {
    let rows: Vec<Row> = groups
        .iter()
        .map(|group| Row {
            label: group.name.clone(),
            value: group.observed.value,
            band: Some([group.observed.low, group.observed.high]),
            other: Some(group.predicted),
            pale: false,
        })
        .collect();
    let highest = |estimate: &Estimate| estimate.high;
    let high = groups.iter().map(|group| highest(&group.observed).max(group.predicted)).fold(0.05, f64::max);
    rows_plot(&rows, &Axis::shares(high, 4), overall, "Conversion rate", words)
}

/// How strong terms are, as bars.
pub fn strengths(drivers: &[Driver], words: Words<'_>) -> Markup {
    let high = drivers.iter().map(|driver| driver.strength).fold(0.1, f64::max);
    let x = Axis { low: 0.0, high: 1.18 * high, ticks: Vec::new() };
    let left = labels_width(drivers.iter().map(|driver| driver.title.as_str()));
    let height = ROW * drivers.len() as f64 + 8.0;
    let margins = Margins { top: 4.0, right: 8.0, bottom: 4.0, left: left + 8.0 };
    draw(height, words.all(), (x, rows_axis(drivers.len())), margins, |canvas| {
        for (place, driver) in drivers.iter().enumerate() {
            let middle = row_middle(drivers.len(), place);
            canvas.bar((0.0, middle - 0.28), (driver.strength, middle + 0.28), ACCENT, 0.85)?;
            let label = fitted(&driver.title, left);
            canvas.text(&label, (0.0, middle), (-8.0, 0.0), Anchor::Left, TEXT)?;
            let value = signed(driver.strength);
            canvas.text(
                value.trim_start_matches('+'),
                (driver.strength, middle),
                (6.0, 0.0),
                Anchor::Right,
                MUTED,
            )?;
        }
        Ok(())
    })
}

struct Row {
    label: String,
    value: f64,
    band: Option<[f64; 2]>,
    /// A second value to compare with.
    other: Option<f64>,
    /// Not a level of its own.
    pale: bool,
}

/// Values with intervals, one under the other, beside a line at `origin`.
fn rows_plot(rows: &[Row], x: &Axis, origin: f64, title: &str, words: Words<'_>) -> Markup {
    let left = labels_width(rows.iter().map(|row| row.label.as_str()));
    let height = ROW * rows.len() as f64 + 50.0;
    let margins = Margins { top: 4.0, right: 20.0, bottom: 46.0, left: left + 12.0 };
    draw(height, words.all(), (x.clone(), rows_axis(rows.len())), margins, |canvas| {
        canvas.x_grid(true)?;
        canvas.line(&[(origin, canvas.y.low), (origin, canvas.y.high)], BAR, 1.5)?;
        for (place, row) in rows.iter().enumerate() {
            let middle = row_middle(rows.len(), place);
            let color = if row.pale { MUTED } else { TEXT };
            canvas.text(
                &fitted(&row.label, left),
                (canvas.x.low, middle),
                (-12.0, 0.0),
                Anchor::Left,
                color,
            )?;
            if let Some([low, high]) = row.band {
                canvas.line(&[(low, middle), (high, middle)], ACCENT, 2.0)?;
            }
            canvas.dot((row.value, middle), ACCENT)?;
            if let Some(other) = row.other {
                canvas.line(&[(other, middle - 0.3), (other, middle + 0.3)], WARM, 3.0)?;
            }
        }
        canvas.line(&[(canvas.x.low, canvas.y.low), (canvas.x.high, canvas.y.low)], GRID, 1.0)?;
        canvas.titles(title, "", height)
    })
}

fn rows_axis(rows: usize) -> Axis {
    Axis { low: 0.0, high: rows.max(1) as f64, ticks: Vec::new() }
}

/// The first row is on top.
pub(super) fn row_middle(rows: usize, place: usize) -> f64 {
    (rows - place) as f64 - 0.5
}

pub(super) fn labels_width<'a>(labels: impl Iterator<Item = &'a str>) -> f64 {
    labels.map(text_width).fold(20.0, f64::max).min(LABEL)
}

/// The space that the texts of a y axis need.
pub(super) fn label_width(axis: &Axis) -> f64 {
    axis.ticks.iter().map(|(_, text)| text_width(text)).fold(0.0, f64::max) + 10.0
}
