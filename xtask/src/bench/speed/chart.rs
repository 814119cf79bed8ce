//! A chart of times as SVG: both axes by powers, each line named at its end.

use std::fmt::Write as _;

use super::results::short;

/// What is drawn.
pub(super) struct Chart {
    /// What the times grow with.
    pub(super) title: String,
    /// Marks below, with their texts.
    pub(super) marks: Vec<(f64, String)>,
    /// Lines, each with its name, from the left.
    pub(super) lines: Vec<(String, Vec<[f64; 2]>)>,
}

/// Colours for one ground.
struct Palette {
    ink: &'static str,
    faint: &'static str,
    lines: [&'static str; 3],
}

/// Told apart also by those who do not see all colours, and of enough contrast on the ground of the page.
const LIGHT: Palette = Palette { ink: "#1f2328", faint: "#d1d9e0", lines: ["#0550ae", "#bc4c00", "#1a7f37"] };
const DARK: Palette = Palette { ink: "#f0f6fc", faint: "#3d444d", lines: ["#79c0ff", "#ffa657", "#7ee787"] };

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 36.0;
/// Names at the ends of lines stand at least so far apart.
const APART: f64 = 19.0;

impl Chart {
    /// The picture for a light or a dark page, whose ground shows through.
    pub(super) fn svg(&self, dark: bool) -> String {
        let palette = if dark { DARK } else { LIGHT };
        let points = || self.lines.iter().flat_map(|(_, points)| points);
        let x = Scale::over(points().map(|point| point[0]), [LEFT, WIDTH - RIGHT], false);
        let y = Scale::over(points().map(|point| point[1]), [HEIGHT - BOTTOM, TOP], true);
        // Writing to a string cannot fail.
        let mut svg = String::new();
        let _ = writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\" \
             font-family=\"system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif\" font-size=\"14\" fill=\"{}\">",
            self.title, palette.ink
        );
        let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"20\" font-weight=\"600\">{}</text>", self.title);
        for power in y.powers() {
            let [at, text] = [format!("{:.1}", y.place(power)), seconds(power)];
            let end = WIDTH - RIGHT;
            let _ = writeln!(svg, "<path d=\"M{LEFT} {at}H{end}\" stroke=\"{}\"/>", palette.faint);
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{at}\" dy=\"5\" text-anchor=\"end\">{text}</text>",
                LEFT - 10.0
            );
        }
        for (mark, text) in &self.marks {
            let at = x.place(*mark);
            let below = HEIGHT - BOTTOM;
            let _ = writeln!(svg, "<path d=\"M{at:.1} {below}v5\" stroke=\"{}\"/>", palette.ink);
            let _ = writeln!(
                svg,
                "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>",
                HEIGHT - 12.0
            );
        }
        for ((_, points), colour) in self.lines.iter().zip(palette.lines) {
            let places: Vec<String> = points
                .iter()
                .map(|[across, up]| format!("{:.1} {:.1}", x.place(*across), y.place(*up)))
                .collect();
            let _ = writeln!(
                svg,
                "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-linejoin=\"round\"/>",
                places.join("L")
            );
            for [across, up] in points {
                let [across, up] = [x.place(*across), y.place(*up)];
                let _ =
                    writeln!(svg, "<circle cx=\"{across:.1}\" cy=\"{up:.1}\" r=\"4\" fill=\"{colour}\"/>");
            }
        }
        for (at, text, colour) in self.names(&palette, &y) {
            let place = WIDTH - RIGHT + 14.0;
            let _ = writeln!(
                svg,
                "<text x=\"{place}\" y=\"{at:.1}\" dy=\"5\" fill=\"{colour}\" font-weight=\"600\">{text}</text>"
            );
        }
        svg += "</svg>\n";
        svg
    }

    /// The names of the lines, beside their ends but not over each other.
    fn names(&self, palette: &Palette, y: &Scale) -> Vec<(f64, String, &'static str)> {
        let mut names: Vec<(f64, String, &str)> = self
            .lines
            .iter()
            .zip(palette.lines)
            .filter_map(|((name, points), colour)| {
                let end = points.last()?[1];
                Some((y.place(end), format!("{name}: {} s", short(end)), colour))
            })
            .collect();
        names.sort_by(|one, other| one.0.total_cmp(&other.0));
        for place in 1..names.len() {
            names[place].0 = names[place].0.max(names[place - 1].0 + APART);
        }
        names
    }
}

/// Powers of ten along a side of the picture.
struct Scale {
    logs: [f64; 2],
    ends: [f64; 2],
}

impl Scale {
    fn over(numbers: impl Iterator<Item = f64>, ends: [f64; 2], whole: bool) -> Self {
        let [mut least, mut most] = [f64::INFINITY, f64::NEG_INFINITY];
        for number in numbers.map(log) {
            [least, most] = [least.min(number), most.max(number)];
        }
        if whole {
            [least, most] = [least.floor(), most.ceil()];
        }
        Self { logs: [least, most.max(least + 0.1)], ends }
    }

    fn place(&self, number: f64) -> f64 {
        let share = (log(number) - self.logs[0]) / (self.logs[1] - self.logs[0]);
        self.ends[0] + share * (self.ends[1] - self.ends[0])
    }

    fn powers(&self) -> Vec<f64> {
        let mut power = 1e-6;
        let mut powers = Vec::new();
        while power < 1e9 {
            if (self.logs[0] - 0.01..=self.logs[1] + 0.01).contains(&log(power)) {
                powers.push(power);
            }
            power *= 10.0;
        }
        powers
    }
}

#[expect(clippy::disallowed_methods, reason = "the rule protects the core's results; this draws")]
fn log(number: f64) -> f64 {
    number.log10()
}

fn seconds(seconds: f64) -> String {
    if seconds < 0.000_9 {
        return format!("{:.0} µs", 1e6 * seconds);
    }
    if seconds < 0.9 { format!("{:.0} ms", 1e3 * seconds) } else { format!("{seconds:.0} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(ends: [f64; 3]) -> Chart {
        let line = |(place, end): (usize, &f64)| {
            (format!("work {place}"), vec![[10_000.0, 0.02], [100_000.0, 0.3], [1_000_000.0, *end]])
        };
        let lines = ends.iter().enumerate().map(line).collect();
        Chart { title: "Time".to_owned(), marks: vec![(10_000.0, "10,000".to_owned())], lines }
    }

    #[test]
    fn names_stand_apart_in_the_order_of_their_lines() {
        let chart = chart([3.0, 3.1, 2.9]);
        let y = Scale::over([0.01, 10.0].into_iter(), [HEIGHT - BOTTOM, TOP], true);
        let names = chart.names(&LIGHT, &y);
        let texts: Vec<&str> = names.iter().map(|(_, text, _)| text.as_str()).collect();
        assert_eq!(texts, ["work 1: 3.10 s", "work 0: 3.00 s", "work 2: 2.90 s"]);
        assert!(names.windows(2).all(|pair| pair[1].0 - pair[0].0 >= APART));
    }

    #[test]
    fn powers_of_ten_are_equally_far_apart_and_within_the_picture() {
        let scale = Scale::over([0.02, 30.0].into_iter(), [HEIGHT - BOTTOM, TOP], true);
        let places: Vec<f64> = scale.powers().into_iter().map(|power| scale.place(power)).collect();
        assert_eq!(places.len(), 5);
        assert!((places[0] - (HEIGHT - BOTTOM)).abs() < 1e-9 && (places[4] - TOP).abs() < 1e-9);
        assert!(places.windows(2).all(|pair| (pair[0] - pair[1] - (places[0] - places[1])).abs() < 1e-9));
        let svg = chart([1.0, 2.0, 3.0]).svg(true);
        assert_eq!(svg.matches("<circle").count(), 9);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
