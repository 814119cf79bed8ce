//! The points card.

use maud::{Markup, html};

use crate::model::Estimate;
use crate::report::Report;
use crate::report::html::parts::{Grid, Kind, capitalised, section};
use crate::report::points::{PointsCard, PointsChance, PointsField, PointsRow};
use crate::report::words::{NAME, counted, percent, range, shortened, significant, titles};

/// So many fields are seen at once.
const FIRST: usize = 12;
const FIRST_GRIDS: usize = 4;

pub(super) fn points(report: &Report) -> Markup {
    let PointsCard { points_to_double, base, threshold, fields, chances, rounding } = &report.points;
    let idle = |field: &&PointsField| field.rows.iter().all(|row| row.points == 0);
    let (without, with): (Vec<&PointsField>, Vec<_>) = fields.iter().partition(idle);
    // A field that has points together with another is not without.
    let in_pair = |field: &&PointsField| with.iter().any(|own| own.fields.contains(&field.fields[0]));
    let (together, without): (Vec<&PointsField>, Vec<_>) = without.into_iter().partition(in_pair);
    let names = |fields: &[&PointsField]| titles(fields.iter().map(|field| field.title.as_str()));
    // The strongest stand first; of grids, which are long, only those among the first few.
    let is_seen = |(place, field): (usize, &PointsField)| {
        place < if field.fields.len() == 1 { FIRST } else { FIRST_GRIDS }
    };
    let (first, more): (Vec<_>, Vec<_>) = with.into_iter().enumerate().partition(|own| is_seen(*own));
    let row = |chance: &PointsChance| vec![whole(chance.points, ""), percent(chance.probability)];
    let columns = [("Points", Kind::Number), ("Chance of conversion", Kind::Number)];
    let means = Grid::new("What a sum of points means", &columns, chances.iter().map(row).collect());
    section(
        "points",
        "The points card",
        &html! {
            div.beside {
                div {
                    p {
                        "The model in whole numbers that can be added by hand: start with " strong { (significant(*base, 3)) }
                        " points, which an average lead has, and add those of each field. Every "
                        (significant(*points_to_double, 3)) " points double the odds, before calibration. "
                        @if let Some(threshold) = threshold {
                            "Leads with " strong { (significant(*threshold, 4)) " points or more" } " are sales-ready."
                        }
                    }
                    p {
                        "Rounding moves a lead by " (significant(rounding.mean_distance, 2)) " points on average, by "
                        (significant(rounding.largest_distance, 2)) " at most. On the leads it was made from, the card ranks with an AUC of "
                        (auc(rounding.auc_points)) ", the model itself with one of " (auc(rounding.auc_model)) "."
                    }
                    @if !together.is_empty() {
                        p { "With points only together with another field: " bdi { (names(&together)) } "." }
                    }
                    @if !without.is_empty() { p { "Without points: " bdi { (names(&without)) } "." } }
                }
                (means.markup())
            }
            div.card { @for (_, field) in &first { (table(field)) } }
            @if !more.is_empty() {
                details.more {
                    summary { "The points of the other " (counted(more.len() as u64, "field", "fields")) }
                    div.card { @for (_, field) in &more { (table(field)) } }
                }
            }
        },
    )
}

/// An AUC with its 95 % interval.
fn auc(auc: Estimate) -> String {
    format!("{:.3} ({})", auc.value, range(auc, 3))
}

fn table(field: &PointsField) -> Markup {
    let row = |PointsRow { value, points }: &PointsRow| {
        html! {
            tr {
                th scope="row" { bdi { (shortened(value, NAME)) } }
                td.number { (whole(*points, "+")) }
            }
        }
    };
    html! {
        div.field {
            table {
                caption { bdi { (shortened(&capitalised(&field.title), NAME)) } }
                thead.hidden { tr { th scope="col" { "Value" } th scope="col" { "Points" } } }
                tbody { @for own in &field.rows { (row(own)) } }
            }
        }
    }
}

/// A whole number with a true minus.
fn whole(points: i64, plus: &str) -> String {
    let sign = match points {
        0 => "",
        1.. => plus,
        _ => "−",
    };
    format!("{sign}{}", points.unsigned_abs())
}
