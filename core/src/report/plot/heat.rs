//! What two fields contribute together, as a grid of colours with their numbers.

use core::f64::consts::LN_2;

use maud::Markup;

use crate::report::pairs::{PairCell, PairShape};
use crate::report::plot::axis::Axis;
use crate::report::plot::canvas::{Anchor, Canvas, Drawn, Margins, draw, fitted, text_width};
use crate::report::plot::shapes::{Words, labels_width, row_middle};
use crate::report::plot::{ACCENT, MUTED, TEXT, WARM, WIDTH};
use crate::report::words::odds;

/// The height of a row.
const ROW: f64 = 26.0;
/// Names of columns are cut to this length where they stand upright.
const UPRIGHT: f64 = 120.0;
/// A cell's colour is full from here on, in log-odds …
const FULL: f64 = 1.5 * LN_2;
/// … at an opacity on which text can be read.
const OPACITY: f64 = 0.5;

/// A grid over two fields.
pub fn pair(shape: &PairShape, words: Words<'_>) -> Markup {
    let (rows, columns) = (shape.rows.len(), shape.columns.len().max(1));
    let left = labels_width(shape.rows.iter().map(String::as_str)) + 10.0;
    let cell = (WIDTH - left - 4.0) / columns as f64;
    let longest = shape.columns.iter().map(|name| text_width(name)).fold(0.0, f64::max);
    let upright = longest > cell - 4.0;
    let below = if upright { longest.min(UPRIGHT) } else { 14.0 };
    let height = ROW * rows as f64 + below + 54.0;
    let numbers = || shape.cells.iter().flatten().filter(|cell| cell.leads > 0).map(|cell| odds(cell.logit));
    // All or none: what is not written is in the table.
    let written = numbers().all(|number| text_width(&number) <= cell - 2.0);
    let margins = Margins { top: 24.0, right: 4.0, bottom: below + 30.0, left };
    let x = Axis { low: 0.0, high: columns as f64, ticks: Vec::new() };
    let y = Axis { low: 0.0, high: rows.max(1) as f64, ticks: Vec::new() };
    draw(height, words.all(), (x, y), margins, |canvas| {
        for (row, (name, cells)) in shape.rows.iter().zip(&shape.cells).enumerate() {
            let middle = row_middle(rows, row);
            canvas.text(&fitted(name, left - 10.0), (0.0, middle), (-8.0, 0.0), Anchor::Left, TEXT)?;
            for (column, own) in cells.iter().enumerate() {
                paint(canvas, (column as f64, middle), own, written)?;
            }
        }
        for (column, name) in shape.columns.iter().enumerate() {
            let at = (column as f64 + 0.5, 0.0);
            if upright {
                canvas.upright(&fitted(name, UPRIGHT), at, (0.0, 8.0), TEXT)?;
            } else {
                canvas.text(name, at, (0.0, 6.0), Anchor::Below, TEXT)?;
            }
        }
        let [first, second] = shape.titles.each_ref().map(|name| fitted(name, WIDTH - 20.0));
        canvas.titles(&second, &first, height)
    })
}

/// A cell; without leads it is empty.
fn paint(canvas: &Canvas<'_>, at: (f64, f64), cell: &PairCell, written: bool) -> Drawn {
    let middle = (at.0 + 0.5, at.1);
    if cell.leads == 0 {
        return canvas.text("·", middle, (0.0, 0.0), Anchor::Center, MUTED);
    }
    let color = if cell.logit < 0.0 { WARM } else { ACCENT };
    let strength = (cell.logit.abs() / FULL).min(1.0) * OPACITY;
    canvas.bar((at.0, at.1 - 0.48), (at.0 + 1.0, at.1 + 0.48), color, strength)?;
    if written {
        canvas.text(&odds(cell.logit), middle, (0.0, 0.0), Anchor::Center, TEXT)?;
    }
    Ok(())
}
