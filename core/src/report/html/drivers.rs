//! What drives readiness: the terms of the model.

use maud::{Markup, html};

use crate::report::Report;
use crate::report::drivers::{CurveShape, Driver, Effect, Shape, TableShape};
use crate::report::html::parts::{Grid, Kind, capitalised, figure, section};
use crate::report::pairs::{PairCell, PairShape};
use crate::report::plot::{self, Words, common_scale, effect_label};
use crate::report::words::{NAME, count, counted, odds, percent, shortened, signed, significant, titles};

/// So many terms are drawn; the others are in the card, and in the JSON report.
const MOST: usize = 24;
/// So many have a bar, and are seen at once; the others are drawn for who wants to see them.
const FIRST: usize = 12;
/// A term that moves leads less, in log-odds, does not move them.
const STILL: f64 = 0.005;

pub(super) fn drivers(report: &Report) -> Markup {
    let moving = report.drivers.iter().take_while(|driver| driver.strength >= STILL).count();
    let (moving, still) = report.drivers.split_at(moving);
    // What a field says together with another is no less of a difference than what it says alone.
    let in_pair = |driver: &&Driver| moving.iter().any(|own| own.fields.contains(&driver.fields[0]));
    let (together, still): (Vec<&Driver>, Vec<&Driver>) = still.iter().partition(in_pair);
    let drawn = &moving[..moving.len().min(MOST)];
    let scale = common_scale(drawn);
    let names = |drivers: &[&Driver]| titles(drivers.iter().map(|driver| driver.title.as_str()));
    let undrawn: Vec<&Driver> = moving[drawn.len()..].iter().collect();
    let content = html! {
        div.beside {
            div {
                p {
                    "Each field adds to a lead’s score on its own. ×2 means twice the odds of an average lead, ÷2 half of them, all other fields being equal. Bands and bars are 95\u{a0}% intervals, grey columns show how the training leads are spread, and all curves and tables have the same scale."
                }
                p {
                    strong { "These are associations in past leads, not causes." }
                    " To change a field does not by itself change what a lead does."
                }
                @if !together.is_empty() {
                    p { "These count only together with another field: " bdi { (names(&together)) } "." }
                }
                @if !still.is_empty() {
                    p { "These make no difference to the score: " bdi { (names(&still)) } "." }
                }
                @if !undrawn.is_empty() {
                    p { "Not drawn, since they move leads less: " bdi { (names(&undrawn)) } "." }
                }
            }
            @if !drawn.is_empty() { (strengths(drawn)) }
        }
        @let (first, weaker) = drawn.split_at(drawn.len().min(FIRST));
        (kinds(first, 0, scale))
        @if !weaker.is_empty() {
            details.more {
                summary { "The " (counted(weaker.len() as u64, "weaker field", "weaker fields")) ", drawn" }
                (kinds(weaker, first.len(), scale))
            }
        }
    };
    section("drivers", "What drives readiness", &content)
}

/// Terms by their kind, the strongest first, and the kind of the strongest first. `before` are the terms that were
/// drawn before.
fn kinds(drawn: &[Driver], before: usize, scale: [f64; 2]) -> Markup {
    let mut kinds: Vec<(KindWords, Vec<(usize, &Driver)>)> = Vec::new();
    for (place, driver) in drawn.iter().enumerate() {
        let words = kind_of(&driver.shape);
        match kinds.iter_mut().find(|(own, _)| *own == words) {
            Some((_, terms)) => terms.push((place, driver)),
            None => kinds.push((words, vec![(place, driver)])),
        }
    }
    html! {
        @for ([title, note], terms) in &kinds {
            h3 { (title) }
            @if !note.is_empty() { p { (note) } }
            div.figures { @for (place, driver) in terms { (term(before + place, driver, scale)) } }
        }
    }
}

/// What a kind of terms is called, and how it is read.
type KindWords = [&'static str; 2];

fn kind_of(shape: &Shape) -> KindWords {
    match shape {
        Shape::Curve(_) => ["Numbers", ""],
        Shape::Table(_) => ["Categories", ""],
        Shape::Pair(_) => [
            "Two fields together",
            "What the two say together, beyond what each says alone. Blue: more often; orange: less often; a dot: no such lead.",
        ],
    }
}

fn strengths(drivers: &[Driver]) -> Markup {
    let plot = plot::strengths(
        &drivers[..drivers.len().min(FIRST)],
        Words {
            id: "strengths",
            title: "How much each field moves leads",
            description: &format!(
                "Bars, the longest first: {}.",
                drivers
                    .iter()
                    .take(5)
                    .map(|driver| format!("{} {:.2}", driver.title, driver.strength))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        },
    );
    let row = |driver: &Driver| vec![driver.title.clone(), format!("{:.2}", driver.strength)];
    let columns = [("Field", Kind::Text), ("Log-odds", Kind::Number)];
    let table = Grid::new("How much each field moves leads", &columns, drivers.iter().map(row).collect());
    let note = "The typical distance (standard deviation, in log-odds) between a lead’s contribution and the average one; 0.69 doubles the odds.";
    figure(3, "The strongest fields", note, &plot, &table)
}

fn term(place: usize, driver: &Driver, scale: [f64; 2]) -> Markup {
    let id = format!("driver-{}", place + 1);
    let title = shortened(&capitalised(&driver.title), NAME);
    match &driver.shape {
        Shape::Curve(shape) => curve(&id, &title, shape, scale),
        Shape::Table(shape) => table(&id, &title, shape, scale),
        Shape::Pair(shape) => pair(&id, &title, shape),
    }
}

fn curve(id: &str, title: &str, shape: &CurveShape, scale: [f64; 2]) -> Markup {
    let [first, last] = [shape.knots.first(), shape.knots.last()];
    let by_logit = |a: &&crate::report::Knot, b: &&crate::report::Knot| a.logit.total_cmp(&b.logit);
    let place = |knot: Option<&crate::report::Knot>| {
        knot.map_or(String::new(), |knot| format!("{} at {}", odds(knot.logit), significant(knot.x, 4)))
    };
    let description = format!(
        "A curve of the odds of conversion over {title}: from {} to {}; lowest {}, highest {}.",
        place(first),
        place(last),
        place(shape.knots.iter().min_by(by_logit)),
        place(shape.knots.iter().max_by(by_logit))
    );
    let plot = plot::curve(
        shape,
        title,
        scale,
        Words { id, title: &format!("Odds of conversion by {title}"), description: &description },
    );
    let interval = |band: Option<[f64; 2]>| {
        band.map_or("–".into(), |[low, high]| format!("{} to {}", odds(low), odds(high)))
    };
    let mut rows: Vec<Vec<String>> = shape
        .knots
        .iter()
        .map(|knot| vec![significant(knot.x, 6), odds(knot.logit), interval(knot.band), signed(knot.logit)])
        .collect();
    if let Some(missing) = &shape.missing {
        rows.push(vec![
            "not known".into(),
            odds(missing.logit),
            interval(missing.band),
            signed(missing.logit),
        ]);
    }
    let columns = [
        ("Value", Kind::Number),
        ("Odds", Kind::Number),
        ("95\u{a0}%", Kind::Number),
        ("Log-odds", Kind::Number),
    ];
    let caption = format!("Odds of conversion by {title}, straight between the rows");
    figure(4, title, &cut_note(shape), &plot, &Grid::new(&caption, &columns, rows))
}

/// What the drawn range leaves out.
fn cut_note(shape: &CurveShape) -> String {
    let (Some(first), Some(last)) = (shape.knots.first(), shape.knots.last()) else { return String::new() };
    let [low, high] = shape.shown;
    let [under, from, to, most] = [first.x, low, high, last.x].map(|number| significant(number, 3));
    match (low > first.x, high < last.x) {
        (true, true) => format!(
            "Drawn from {from} to {to}; 1 in 100 leads has less, down to {under}, and 1 in 100 more, up to {most}."
        ),
        (false, true) => format!("Drawn up to {to}; 1 in 100 leads has more, up to {most}."),
        (true, false) => format!("Drawn from {from}; 1 in 100 leads has less, down to {under}."),
        (false, false) => String::new(),
    }
}

fn table(id: &str, title: &str, shape: &TableShape, scale: [f64; 2]) -> Markup {
    let named = |effect: Option<&Effect>| {
        effect.map_or(String::new(), |effect| format!("{} {}", effect_label(effect), odds(effect.logit)))
    };
    let description = format!(
        "Intervals, one for each value, the highest first: from {} to {}.",
        named(shape.effects.first()),
        named(shape.effects.last())
    );
    let plot = plot::table(
        shape,
        scale,
        Words { id, title: &format!("Odds of conversion by {title}"), description: &description },
    );
    let row = |effect: &Effect| {
        let interval =
            effect.band.map_or("–".into(), |[low, high]| format!("{} to {}", odds(low), odds(high)));
        let rate = match effect.leads {
            0 => "–".into(),
            leads => percent(effect.conversions as f64 / leads as f64),
        };
        vec![
            effect_label(effect),
            odds(effect.logit),
            interval,
            signed(effect.logit),
            count(effect.leads),
            rate,
        ]
    };
    let columns = [
        ("Value", Kind::Text),
        ("Odds", Kind::Number),
        ("95\u{a0}%", Kind::Number),
        ("Log-odds", Kind::Number),
        ("Leads", Kind::Number),
        ("Converted", Kind::Number),
    ];
    let caption = format!("Odds of conversion by {title}");
    figure(
        4,
        title,
        &rows_note(shape),
        &plot,
        &Grid::new(&caption, &columns, shape.effects.iter().map(row).collect()),
    )
}

/// What the drawn rows leave out.
fn rows_note(shape: &TableShape) -> String {
    match shape.effects.len().saturating_sub(plot::MOST_ROWS) {
        0 => String::new(),
        more => format!(
            "The highest and the lowest; {} in between are in the table.",
            counted(more as u64, "value", "values")
        ),
    }
}

fn pair(id: &str, title: &str, shape: &PairShape) -> Markup {
    let all = || {
        let rows = shape.rows.iter().zip(&shape.cells);
        rows.flat_map(|(first, cells)| {
            shape.columns.iter().zip(cells).map(move |(second, cell)| (first, second, cell))
        })
    };
    let known = || all().filter(|(_, _, cell)| cell.leads > 0);
    let by_logit = |a: &(&String, &String, &PairCell), b: &(&String, &String, &PairCell)| {
        a.2.logit.total_cmp(&b.2.logit)
    };
    let named = |cell: Option<(&String, &String, &PairCell)>| {
        cell.map_or(String::new(), |(first, second, cell)| {
            format!("{} at {first} and {second}", odds(cell.logit))
        })
    };
    let description = format!(
        "A grid of {} by {} cells: highest {}, lowest {}.",
        shape.rows.len(),
        shape.columns.len(),
        named(known().max_by(by_logit)),
        named(known().min_by(by_logit))
    );
    let words =
        Words { id, title: &format!("Odds of conversion by {title} together"), description: &description };
    let [rows, across] = &shape.titles;
    let plot = plot::pair(shape, words);
    let row = |(first, second, cell): (&String, &String, &PairCell)| {
        let interval =
            cell.band.map_or("–".into(), |[low, high]| format!("{} to {}", odds(low), odds(high)));
        vec![first.clone(), second.clone(), odds(cell.logit), interval, signed(cell.logit), count(cell.leads)]
    };
    let columns = [
        (rows.as_str(), Kind::Text),
        (across.as_str(), Kind::Text),
        ("Odds", Kind::Number),
        ("95\u{a0}%", Kind::Number),
        ("Log-odds", Kind::Number),
        ("Leads", Kind::Number),
    ];
    let caption = format!("Odds of conversion by {title}");
    figure(4, title, "", &plot, &Grid::new(&caption, &columns, all().map(row).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Knot;
    use crate::report::drivers::EffectOf;

    #[test]
    fn what_is_not_known_has_its_interval() {
        let knot = |x: f64| Knot { x, logit: 0.0, band: None };
        let missing =
            Effect { of: EffectOf::Missing, logit: 0.0, band: Some([-0.7, 0.7]), leads: 9, conversions: 4 };
        let page = |missing: Effect| {
            let shape = CurveShape {
                knots: vec![knot(0.0), knot(1.0)],
                shown: [0.0, 1.0],
                histogram: vec![],
                missing: Some(missing),
            };
            curve("c", "visits", &shape, [-1.0, 1.0]).into_string()
        };
        let [with, without] = [page(missing.clone()), page(Effect { band: None, ..missing })];
        assert!(with.contains("÷2 to ×2") && !without.contains("÷2 to ×2"), "{with}");
        // As a line through the dot.
        assert_eq!(with.matches("<polyline").count(), without.matches("<polyline").count() + 1);
    }

    #[test]
    fn what_a_drawing_leaves_out_is_told_of_both_ends() {
        let knot = |x: f64| Knot { x, logit: 0.0, band: None };
        let note = |shown| {
            let knots = vec![knot(-900.0), knot(0.0), knot(5_000.0)];
            cut_note(&CurveShape { knots, shown, histogram: vec![], missing: None })
        };
        assert_eq!(note([-900.0, 5_000.0]), "");
        assert_eq!(note([-900.0, 70.0]), "Drawn up to 70; 1 in 100 leads has more, up to 5,000.");
        assert_eq!(note([-3.0, 5_000.0]), "Drawn from −3; 1 in 100 leads has less, down to −900.");
        let both =
            "Drawn from −3 to 70; 1 in 100 leads has less, down to −900, and 1 in 100 more, up to 5,000.";
        assert_eq!(note([-3.0, 70.0]), both);
    }
}
