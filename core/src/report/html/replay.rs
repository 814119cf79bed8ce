//! A replay of the past as one HTML file.

use maud::{Markup, html};

use super::document;
use super::parts::{Grid, Kind, figure, section};
use crate::backtest::Backtest;
use crate::model::Estimate;
use crate::report::plot::{self, Words};
use crate::report::words::count;

/// The page of a replay. `version` is that of the program that made it.
pub(in crate::report) fn page(result: &Backtest, version: &str) -> String {
    let body = html! {
        header {
            p.eyebrow { "sales-ready · backtest" }
            h1 { "What would calling by the score have come to?" }
            p {
                (result.from) " to " (result.to) ": " (count(result.leads)) " leads on " (count(result.weeks))
                " Mondays, of which " (count(result.conversions)) " converted within "
                (count(result.horizon_days.into())) " days."
            }
        }
        main {
            section.verdict id="learnt" aria-labelledby="learnt-title"
                data-state=(if result.seen == Some(false) { "published" } else { "refused" }) {
                h2 id="learnt-title" {
                    @if result.seen == Some(false) { "Not seen before" } @else { "Perhaps too good" }
                }
                p { (result.learnt) }
            }
            (section("rules", "Whom to call", &rules(result)))
            @if !result.notes.is_empty() {
                (section("notes", "Notes", &html! { ul { @for note in &result.notes { li { (note) } } } }))
            }
        }
        footer { p { "Made by " (version) ". It compares rules; what calls change, nobody can replay." } }
    };
    document("Backtest of a lead scoring model", &body)
}

fn rules(result: &Backtest) -> Markup {
    let name = |rule: &str| rule.replace('-', " ");
    let rows = result.rules.iter().map(|rule| {
        let cost = rule.cost_per_acquisition.map_or_else(|| "none".to_owned(), amount);
        let ahead = if rule.rule == "model" { String::new() } else { amount(rule.model_ahead_by) };
        vec![name(rule.rule), amount(rule.calls), amount(rule.reached), cost, amount(rule.profit), ahead]
    });
    let columns = [
        ("Rule", Kind::Text),
        ("Calls", Kind::Number),
        ("Conversions reached", Kind::Number),
        ("Cost of one", Kind::Number),
        ("Profit", Kind::Number),
        ("The model earns more by", Kind::Number),
    ];
    let table = Grid { marked: Some(0), ..Grid::new("Rules, with 95 % intervals", &columns, rows.collect()) };
    let weeks = result.rules.first().map_or(0, |rule| rule.profit_by_week.len());
    let by_week = (0..weeks).map(|week| {
        let profits = result
            .rules
            .iter()
            .map(|rule| rule.profit_by_week.get(week).map_or_else(String::new, |profit| whole(*profit)));
        [(week + 1).to_string()].into_iter().chain(profits).collect()
    });
    let columns: Vec<(&str, Kind)> = [("Week", Kind::Number)]
        .into_iter()
        .chain(result.rules.iter().map(|rule| (rule.rule, Kind::Number)))
        .collect();
    let by_week = Grid::new("Profit up to each week", &columns, by_week.collect());
    let title = "Profit up to each week";
    let words =
        Words { id: "replay", title, description: "A line for each rule; the table has the numbers." };
    html! {
        (table.markup())
        p {
            "A call costs " (result.cost_per_contact) ", a conversion is worth " (result.value_per_conversion)
            ". A conversion is reached if it came within " (count(result.horizon_days.into()))
            " days after a call. “Points” and “last touch” call as many leads each week as the model. Points: "
            (result.points.in_words()) "."
        }
        @if let Some(plot) = plot::replay(&result.rules, words) {
            (figure(3, title, "Conversions count on the day of the call.", &plot, &by_week))
        }
    }
}

fn amount(estimate: Estimate) -> String {
    format!("{} ({} to {})", whole(estimate.value), whole(estimate.low), whole(estimate.high))
}

fn whole(amount: f64) -> String {
    let sign = if amount <= -0.5 { "−" } else { "" };
    format!("{sign}{}", count(amount.abs().round() as u64))
}
