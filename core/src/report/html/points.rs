//! The points card.

use maud::{Markup, html};

use crate::report::Report;
use crate::report::html::parts::{Grid, Kind, capitalised, section};
use crate::report::points::{PointsCard, PointsChance, PointsField, PointsRow};
use crate::report::words::{counted, listed, percent, significant};

/// So many fields are seen at once.
const FIRST: usize = 12;

pub(super) fn points(report: &Report) -> Markup {
    let PointsCard { points_to_double, base, threshold, fields, chances, rounding } = &report.points;
    let idle = |field: &&PointsField| field.rows.iter().all(|row| row.points == 0);
    let (without, mut with): (Vec<&PointsField>, Vec<_>) = fields.iter().partition(idle);
    // Grids last: they are long.
    with.sort_by_key(|field| field.fields.len());
    let single = with.iter().filter(|field| field.fields.len() == 1).count();
    let without: Vec<String> = without.into_iter().map(|field| field.title.clone()).collect();
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
                        (format!("{:.3}", rounding.auc_points)) ", the model itself with " (format!("{:.3}", rounding.auc_model)) "."
                    }
                    @if !without.is_empty() { p { "Without points: " bdi { (listed(&without)) } "." } }
                }
                (means.markup())
            }
            @let (first, more) = with.split_at(single.min(FIRST));
            div.card { @for field in first { (table(field)) } }
            @if !more.is_empty() {
                details.more {
                    summary { "The points of the other " (counted(more.len() as u64, "field", "fields")) }
                    div.card { @for field in more { (table(field)) } }
                }
            }
        },
    )
}

fn table(field: &PointsField) -> Markup {
    let row = |PointsRow { value, points }: &PointsRow| {
        html! {
            tr {
                th scope="row" { bdi { (value) } }
                td.number { (whole(*points, "+")) }
            }
        }
    };
    html! {
        div.field {
            table {
                caption { bdi { (capitalised(&field.title)) } }
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
