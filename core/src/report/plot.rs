//! Plots as SVG: drawn by plotters, with a title and a description for who can not see them.
//!
//! A plot is 360 units wide and grows with its container; a page shows it at about that width, so that its text is as
//! large as the page's. Its colours are the [`PALETTE`]; a page that has a dark theme maps them to its own with
//! selectors such as `svg [fill="#2B50C8"]`.

mod canvas;
mod axis;
mod shapes;
mod heat;
mod quality;
mod replay;

pub use heat::pair;
pub use quality::{precision_recall, profit, reliability, roc, tenths};
pub use replay::replay;
pub use shapes::{MOST_ROWS, Words, curve, groups, strengths, table};
pub(super) use shapes::{common_scale, effect_label};

use plotters::style::RGBColor;

/// The colours of the plots, by what they are for. Hexadecimal digits are upper case, as in the SVG.
pub const PALETTE: [(&str, &str); 6] = [
    ("text", "#181B22"),
    ("muted", "#5B6170"),
    ("grid", "#E3E5EA"),
    ("accent", "#2B50C8"),
    ("warm", "#B4530A"),
    ("bar", "#8B93A5"),
];

const TEXT: RGBColor = RGBColor(0x18, 0x1B, 0x22);
const MUTED: RGBColor = RGBColor(0x5B, 0x61, 0x70);
const GRID: RGBColor = RGBColor(0xE3, 0xE5, 0xEA);
const ACCENT: RGBColor = RGBColor(0x2B, 0x50, 0xC8);
const WARM: RGBColor = RGBColor(0xB4, 0x53, 0x0A);
const BAR: RGBColor = RGBColor(0x8B, 0x93, 0xA5);

/// The width of a plot.
const WIDTH: f64 = 360.0;
