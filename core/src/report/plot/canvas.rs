//! A drawing area with axes, in data coordinates, and the words that belong to it.

use maud::{Markup, PreEscaped, html};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, Circle, DrawingArea, DrawingAreaErrorKind, IntoDrawingArea, IntoFont, PathElement, Polygon,
    Rectangle, SVGBackend,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, RGBColor, ShapeStyle};

use crate::report::plot::axis::Axis;
use crate::report::plot::{GRID, MUTED, TEXT, WIDTH};

/// plotters places everything on whole pixels: drawn ten times as large, curves are smooth.
const SCALE: f64 = 10.0;
/// The size of the text.
pub(super) const TEXT_SIZE: f64 = 13.0;

/// Drawing into a text can not fail, but plotters can not know.
pub(super) type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// Space around the axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Margins {
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
    pub(super) left: f64,
}

/// Where things are drawn.
pub(super) struct Canvas<'s> {
    root: DrawingArea<SVGBackend<'s>, Shift>,
    area: DrawingArea<SVGBackend<'s>, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
    pub(super) x: Axis,
    pub(super) y: Axis,
}

/// Where a text stands from its place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Below,
    Left,
    Right,
    Center,
}

/// Draws a plot of a height. `id` is unique in the page; `title` and `description` are for who can not see the plot.
pub(super) fn draw(
    height: f64,
    words: [&str; 3],
    axes: (Axis, Axis),
    margins: Margins,
    paint: impl FnOnce(&Canvas<'_>) -> Drawn,
) -> Markup {
    let mut text = String::new();
    let size = (scaled(WIDTH) as u32, scaled(height) as u32);
    let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
    let sides = [margins.top, margins.bottom, margins.left, margins.right].map(scaled);
    let (x, y) = axes;
    // Upwards on the plot is downwards on the page.
    let spec = Cartesian2d::<RangedCoordf64, RangedCoordf64>::new(
        x.low..x.high,
        y.low..y.high,
        (sides[2]..scaled(WIDTH) - sides[3], scaled(height) - sides[1]..sides[0]),
    );
    let canvas = Canvas { area: root.apply_coord_spec(spec), root, x, y };
    // What can not be drawn is left out; the table behind the plot has it all.
    let drawn = paint(&canvas).and_then(|()| canvas.root.present());
    drop(canvas);
    let inner =
        text.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</svg>")).map_or("", |(inner, _)| inner);
    let [id, title, description] = words;
    html! {
        svg viewBox=(format!("0 0 {} {}", size.0, size.1)) role="img" aria-labelledby=(format!("{id}-title {id}-desc"))
            xmlns="http://www.w3.org/2000/svg" data-complete=[drawn.is_err().then_some("no")] {
            title id=(format!("{id}-title")) { (title) }
            desc id=(format!("{id}-desc")) { (description) }
            // Text in it was escaped by plotters.
            (PreEscaped(inner))
        }
    }
}

fn scaled(units: f64) -> i32 {
    (units * SCALE).round() as i32
}

/// About how wide a text is drawn.
pub(super) fn text_width(text: &str) -> f64 {
    let em = |letter: char| match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.32,
        'f' | 't' | 'r' | '(' | ')' | '-' | '/' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.92,
        letter if letter.is_ascii_uppercase() => 0.72,
        // Scripts that fill a square.
        letter
            if u32::from(letter) >= 0x1100
                && u32::from(letter) < 0xFB00
                && !('\u{2000}'..'\u{2E80}').contains(&letter) =>
        {
            1.05
        }
        letter if u32::from(letter) >= 0x1_F000 => 1.2,
        _ => 0.6,
    };
    text.chars().map(em).sum::<f64>() * TEXT_SIZE
}

/// A text cut to a width; what is left out is marked.
pub(super) fn fitted(text: &str, width: f64) -> String {
    let clean: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text_width(&clean) <= width {
        return clean;
    }
    let mut cut = String::new();
    for letter in clean.chars() {
        cut.push(letter);
        if text_width(&cut) + text_width("…") > width {
            cut.pop();
            break;
        }
    }
    cut.truncate(cut.trim_end().len());
    cut + "…"
}

impl Canvas<'_> {
    fn pixel(&self, x: f64, y: f64) -> (i32, i32) {
        self.area.map_coordinate(&(self.x.clamp(x), self.y.clamp(y)))
    }

    /// A line through points, cut to the axes.
    pub(super) fn line(&self, points: &[(f64, f64)], color: RGBColor, width: f64) -> Drawn {
        let style = ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: scaled(width) as u32 };
        let path: Vec<_> = points.iter().map(|(x, y)| self.pixel(*x, *y)).collect();
        self.root.draw(&PathElement::new(path, style))
    }

    /// A surface.
    pub(super) fn area(&self, outline: &[(f64, f64)], color: RGBColor, opacity: f64) -> Drawn {
        let path: Vec<_> = outline.iter().map(|(x, y)| self.pixel(*x, *y)).collect();
        self.root.draw(&Polygon::new(path, color.mix(opacity).filled()))
    }

    /// A bar between two corners, with a seam to its neighbours.
    pub(super) fn bar(&self, from: (f64, f64), to: (f64, f64), color: RGBColor, opacity: f64) -> Drawn {
        let ((left, bottom), (right, top)) = (self.pixel(from.0, from.1), self.pixel(to.0, to.1));
        let seam = scaled(0.5);
        let corners = [(left + seam, top), ((right - seam).max(left + seam), bottom)];
        self.root.draw(&Rectangle::new(corners, color.mix(opacity).filled()))
    }

    pub(super) fn dot(&self, at: (f64, f64), color: RGBColor) -> Drawn {
        self.root.draw(&Circle::new(self.pixel(at.0, at.1), scaled(3.5), color.filled()))
    }

    /// A text at a place, moved by some units to the right and down.
    pub(super) fn text(
        &self,
        text: &str,
        at: (f64, f64),
        moved: (f64, f64),
        anchor: Anchor,
        color: RGBColor,
    ) -> Drawn {
        let (x, y) = self.pixel(at.0, at.1);
        self.text_on_page(
            text,
            (f64::from(x) / SCALE + moved.0, f64::from(y) / SCALE + moved.1),
            anchor,
            color,
        )
    }

    /// A text at a place of the plot, in its units.
    pub(super) fn text_on_page(&self, text: &str, at: (f64, f64), anchor: Anchor, color: RGBColor) -> Drawn {
        let (horizontal, vertical) = match anchor {
            Anchor::Below => (HPos::Center, VPos::Top),
            Anchor::Left => (HPos::Right, VPos::Center),
            Anchor::Right => (HPos::Left, VPos::Center),
            Anchor::Center => (HPos::Center, VPos::Center),
        };
        let style = ("system-ui, sans-serif", TEXT_SIZE * SCALE)
            .into_font()
            .color(&color)
            .pos(Pos::new(horizontal, vertical));
        self.root.draw_text(text, &style, (scaled(at.0), scaled(at.1)))
    }

    /// A text that reads from below upwards and ends at a place, moved by some units.
    pub(super) fn upright(&self, text: &str, at: (f64, f64), moved: (f64, f64), color: RGBColor) -> Drawn {
        let (x, y) = self.pixel(at.0, at.1);
        let style = ("system-ui, sans-serif", TEXT_SIZE * SCALE)
            .into_font()
            .transform(FontTransform::Rotate270)
            .color(&color)
            .pos(Pos::new(HPos::Right, VPos::Center));
        self.root.draw_text(text, &style, (x + scaled(moved.0), y + scaled(moved.1)))
    }

    /// Lines across at the marks of the y axis, with their texts.
    pub(super) fn y_grid(&self) -> Drawn {
        for (at, text) in &self.y.ticks {
            self.line(&[(self.x.low, *at), (self.x.high, *at)], GRID, 1.0)?;
            self.text(text, (self.x.low, *at), (-6.0, 0.0), Anchor::Left, MUTED)?;
        }
        Ok(())
    }

    /// Lines upwards at the marks of the x axis, if wanted, with their texts.
    pub(super) fn x_grid(&self, lines: bool) -> Drawn {
        for (at, text) in &self.x.ticks {
            if lines {
                self.line(&[(*at, self.y.low), (*at, self.y.high)], GRID, 1.0)?;
            }
            self.text(text, (*at, self.y.low), (0.0, 6.0), Anchor::Below, MUTED)?;
        }
        Ok(())
    }

    /// What the axes mean: above the y axis, and below the x axis.
    pub(super) fn titles(&self, x: &str, y: &str, height: f64) -> Drawn {
        if !y.is_empty() {
            self.text_on_page(y, (0.0, 9.0), Anchor::Right, TEXT)?;
        }
        if x.is_empty() {
            return Ok(());
        }
        let right = f64::from(self.pixel(self.x.high, self.y.low).0) / SCALE;
        let left = f64::from(self.pixel(self.x.low, self.y.low).0) / SCALE;
        let width = text_width(x);
        // Centred under the axis, unless it would leave the plot.
        let middle = (f64::midpoint(left, right)).clamp(width / 2.0, (WIDTH - width / 2.0).max(width / 2.0));
        self.text_on_page(x, (middle, height - 8.0), Anchor::Center, TEXT)
    }
}
