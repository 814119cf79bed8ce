//! How many leads would be flagged, how many convert, and what a conversion costs.

use maud::{Markup, html};

use crate::model::{Counted, Estimate};
use crate::report::Report;
use crate::report::flagging::{Cost, Cut, Flagging, Per};
use crate::report::html::parts::{Grid, Kind, figure, section};
use crate::report::plot::{self, Words};
use crate::report::quality::Level;
use crate::report::words::{counted, in_100, percent, percent_range, significant};

pub(super) fn flagging(report: &Report) -> Markup {
    let own = &report.flagging;
    let everyone = significant(own.everyone.leads, 2);
    let of_leads = match (own.counted, own.per) {
        (Counted::Calls, Per::Week) => format!("of {everyone} calls a week that calling everyone takes"),
        (Counted::Calls, Per::HundredLeads) => "of 100 calls that calling everyone takes".to_owned(),
        (Counted::Looks, _) => "of 100 looks at leads".to_owned(),
        (_, Per::Week) => format!("of {everyone} leads a week"),
        (_, Per::HundredLeads) => "of 100 leads".to_owned(),
    };
    section(
        "hand-off",
        "What it means for sales",
        &html! {
            div.beside {
                div {
                    div.tiles {
                        @match &own.flagged {
                            Some(flagged) => {
                                (tile("Flagged", &significant(flagged.leads, 2), &flagged_of(own, &of_leads)))
                                (tile("Of these convert", &percent(flagged.conversion_rate.value),
                                    &format!("95\u{a0}%: {}; {} {}", percent_range(flagged.conversion_rate), of_all(own.counted), percent(own.everyone.conversion_rate.value))))
                                (tile("Conversions found", &percent(flagged.found.value),
                                    &format!("95\u{a0}%: {}, with {} of the {}", percent_range(flagged.found), percent(flagged.share),
                                        if own.counted == Counted::Looks { "looks" } else { "calls" })))
                                @if let (Some(cost), Some(everyone)) = (flagged.cost_per_acquisition, own.everyone.cost_per_acquisition) {
                                    (tile("Cost per acquisition", &amount(cost.value),
                                        &format!("95\u{a0}%: {}; {} when everyone is called", cost_range(cost), amount(everyone.value))))
                                }
                            }
                            None => {
                                (tile("Flagged", "nobody", &of_leads))
                                (tile(&format!("{} convert", if own.counted == Counted::Calls { "Of all calls" } else { "Of all leads" }), &percent(own.everyone.conversion_rate.value),
                                    &format!("95\u{a0}%: {}", percent_range(own.everyone.conversion_rate))))
                                @if let Some(everyone) = own.everyone.cost_per_acquisition {
                                    (tile("Cost per acquisition", &amount(everyone.value), "when everyone is called"))
                                }
                            }
                        }
                    }
                    p { @if report.has_terms() { (basis(own, report.quality.levels.first().is_none_or(Level::agrees))) } @else { "Nobody is flagged: every lead gets the rate of all." } }
                    @if let Some(earned) = own.advantage { p { (advantage(own, earned)) } }
                    p { (rests_on(own)) }
                    @if let Some(sentence) = counts(own.counted) { p { (sentence) } }
                    @if own.money.is_none() && own.flagged.is_some() {
                        p.advice {
                            "What a conversion costs is not known here: give what a contact costs and a conversion is worth, with "
                            code { "--cost-per-contact" } " and " code { "--value-per-conversion" }
                            ", and the threshold goes where a contact begins to pay."
                        }
                    }
                }
                @if report.has_terms() { @if let Some(plot) = profit(own) { (plot) } }
            }
            @if report.has_terms() { (cuts(own).markup()) }
        },
    )
}

/// How many leads are flagged of how many, with the interval.
fn flagged_of(own: &Flagging, of_leads: &str) -> String {
    own.flagged_leads.map_or(of_leads.to_owned(), |Estimate { low, high, .. }| {
        format!("{of_leads}; 95\u{a0}%: {} to {}", significant(low, 2), significant(high, 2))
    })
}

fn tile(name: &str, value: &str, note: &str) -> Markup {
    html! {
        div.tile {
            p.name { (name) }
            p.value { (value) }
            p.note { (note) }
        }
    }
}

/// Where the threshold comes from. `agrees` where chances and rates do, as a whole: else who converts as often as that gets another
/// chance now than among the leads by which the threshold's interval was found.
fn basis(own: &Flagging, agrees: bool) -> String {
    let from = in_100(own.threshold.value);
    let interval = percent_range(own.threshold);
    match (&own.flagged, &own.money) {
        (Some(_), Some(money)) => format!(
            "Leads are flagged from a chance of {from} on, where a contact begins to pay: {} ÷ {}.{}",
            significant(money.cost_per_contact, 6),
            significant(money.value_per_conversion, 6),
            if agrees {
                format!(" Leads that truly convert that often get a chance of {interval}.")
            } else {
                String::new()
            }
        ),
        (Some(_), None) => format!(
            "Leads are flagged from a chance of {from} on ({interval}), where precision and recall balance best (F1). That threshold was chosen on the very leads it is measured on here, which makes it look slightly better than it is; the intervals allow for it."
        ),
        (None, _) => {
            "Nobody is flagged; the table says what calling the best-scored leads would have brought.".into()
        }
    }
}

/// What the flags earn more than calling everyone, and than calling nobody where that is not sure to be more.
fn advantage(own: &Flagging, earned: Estimate) -> String {
    let unit = match own.per {
        Per::Week => "a week",
        Per::HundredLeads => match own.counted {
            Counted::Calls => "per 100 calls of everyone",
            _ => "per 100 leads",
        },
    };
    let more = if earned.value < 0.0 { "less" } else { "more" };
    let text = format!(
        "Calling the flagged leads earns {} {more} {unit} than calling everyone (95\u{a0}%: {} to {}).",
        significant(earned.value.abs(), 2),
        significant(earned.low, 2),
        significant(earned.high, 2)
    );
    match own.flagged.as_ref().and_then(|flagged| flagged.profit) {
        Some(profit) if profit.low <= 0.0 => format!(
            "{text} {}: what these calls earn is {} {unit} (95\u{a0}%: {} to {}).",
            if own.loses() {
                "Calling nobody would earn more still"
            } else {
                "That it earns more than calling nobody is not shown"
            },
            significant(profit.value, 2),
            significant(profit.low, 2),
            significant(profit.high, 2)
        ),
        _ => text,
    }
}

fn rests_on(own: &Flagging) -> String {
    let (one, many) = match own.counted {
        Counted::Calls => ("possible call", "possible calls"),
        Counted::Looks => ("look", "looks"),
        _ => ("lead", "leads"),
    };
    let leads = counted(own.everyone.held_out_leads, one, many);
    let weeks = own.weeks.map(|weeks| significant(weeks, 2));
    let [span, last] = match (weeks, own.counted) {
        // Their weeks are whole horizons, the first left out.
        (Some(weeks), Counted::Calls) => [
            String::new(),
            format!(
                ", and what a week brings on {weeks} of their weeks, without those in which a desk begins"
            ),
        ],
        (Some(weeks), _) => [format!(" over {weeks} weeks"), String::new()],
        (None, _) => [String::new(), String::new()],
    };
    format!(
        "All figures rest on {leads}{span} that the measured model had not seen{last}; intervals are 95\u{a0}%."
    )
}

/// What a rate of everyone is a rate of.
fn of_all(counted: Counted) -> &'static str {
    match counted {
        Counted::Calls => "if everyone is called",
        Counted::Looks => "of all looks",
        _ => "of all leads",
    }
}

/// What is counted, where that is not leads.
fn counts(counted: Counted) -> Option<&'static str> {
    match counted {
        Counted::Calls => Some(
            "Leads were looked at several times: a lead is called at the first look that reaches the threshold, and not again before the horizon of that call is over. What a week brings is told by what comes after a first horizon, as a desk that begins calls all at once who have been waiting.",
        ),
        Counted::Looks => Some(
            "These are looks at leads, drawn from many more: how many calls that makes, and what they earn, is what “sales-ready backtest” replays.",
        ),
        _ => None,
    }
}

fn cost_range(cost: Cost) -> String {
    let high = cost.high.map_or("more than can be said".into(), |high| significant(high, 2));
    format!("{} to {high}", significant(cost.low, 2))
}

fn amount(amount: Option<f64>) -> String {
    amount.map_or("–".into(), |amount| significant(amount, 3))
}

/// All cuts from few leads to many, each once.
fn listed(own: &Flagging) -> Vec<&Cut> {
    // The threshold may be one of the shares, and its intervals allow for how it was chosen: so it is the first of equals.
    let mut all: Vec<&Cut> = own.flagged.iter().chain(&own.cuts).chain([&own.everyone]).collect();
    all.sort_by(|a, b| a.share.total_cmp(&b.share));
    all.dedup_by(|second, first| second.held_out_leads == first.held_out_leads);
    all
}

fn cuts(own: &Flagging) -> Grid<'_> {
    let all: &[(&str, Kind)] = match (own.counted, own.per) {
        (Counted::Calls, Per::Week) => &CALLS_PER_WEEK,
        (Counted::Calls, Per::HundredLeads) => &CALLS_PER_HUNDRED,
        (Counted::Looks, _) => &LOOKS_PER_HUNDRED,
        (_, Per::Week) => &LEADS_PER_WEEK,
        (_, Per::HundredLeads) => &LEADS_PER_HUNDRED,
    };
    let columns = if own.everyone.profit.is_some() { all } else { &all[..PLAIN] };
    let all = listed(own);
    let marked = all.iter().position(|cut| own.flagged.as_ref().is_some_and(|own| core::ptr::eq(*cut, own)));
    let row = |cut: &Cut| {
        let mut row = vec![
            percent(cut.share),
            percent(cut.probability),
            significant(cut.leads, 2),
            significant(cut.conversions, 2),
            format!("{} ({})", percent(cut.conversion_rate.value), percent_range(cut.conversion_rate)),
            format!("{} ({})", percent(cut.found.value), percent_range(cut.found)),
        ];
        if let (Some(cost), Some(profit)) = (cut.cost_per_acquisition, cut.profit) {
            row.push(format!("{} ({})", amount(cost.value), cost_range(cost)));
            let ends = format!("{} to {}", significant(profit.low, 2), significant(profit.high, 2));
            row.push(format!("{} ({ends})", significant(profit.value, 2)));
        }
        row
    };
    let caption = "If sales can call fewer or more: the best-scored leads first";
    let mut grid = Grid::new(caption, columns, all.into_iter().map(row).collect());
    grid.marked = marked;
    grid
}

/// How many of the columns do without money.
const PLAIN: usize = 6;
const LEADS_PER_WEEK: [(&str, Kind); 8] =
    columns("Leads a week", "Conversions a week", "Profit a week (95\u{a0}%)");
const LEADS_PER_HUNDRED: [(&str, Kind); 8] =
    columns("Leads of 100", "Conversions of 100 leads", "Profit per 100 leads (95\u{a0}%)");
const CALLS_PER_WEEK: [(&str, Kind); 8] =
    columns("Calls a week", "Conversions a week", "Profit a week (95\u{a0}%)");
const CALLS_PER_HUNDRED: [(&str, Kind); 8] =
    columns("Calls of 100", "Conversions of 100 calls", "Profit per 100 calls of everyone (95\u{a0}%)");
const LOOKS_PER_HUNDRED: [(&str, Kind); 8] =
    columns("Looks of 100", "Conversions of 100 looks", "Profit per 100 looks (95\u{a0}%)");

const fn columns(
    leads: &'static str,
    conversions: &'static str,
    profit: &'static str,
) -> [(&'static str, Kind); 8] {
    [
        ("Called", Kind::Number),
        ("From a chance of", Kind::Number),
        (leads, Kind::Number),
        (conversions, Kind::Number),
        ("Of the called convert (95\u{a0}%)", Kind::Number),
        ("Conversions found (95\u{a0}%)", Kind::Number),
        ("Cost per acquisition (95\u{a0}%)", Kind::Number),
        (profit, Kind::Number),
    ]
}

fn profit(own: &Flagging) -> Option<Markup> {
    let words = Words {
        id: "profit",
        title: "Profit by the share of leads that are called",
        description: &format!(
            "A line over the share of leads called, the best-scored first, with its 95\u{a0}% band{}.",
            if own.flagged.is_some() { "; an upright line marks the threshold" } else { "" }
        ),
    };
    let plot = plot::profit(own, words)?;
    let per = match own.per {
        Per::Week => "Per week",
        Per::HundredLeads => "Per 100 of all that could be called",
    };
    let line = if own.flagged.is_some() { "upright line is the threshold; the " } else { "" };
    let note = format!("{per}. The {line}band is the 95\u{a0}% interval of the conversion rate.");
    Some(figure(3, "Profit by the number of calls", &note, &plot, &cuts(own)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::flagging::Cost;

    fn flagging(flagged: Option<Cut>) -> Flagging {
        Flagging {
            counted: Counted::Leads,
            per: Per::HundredLeads,
            weeks: None,
            threshold: Estimate { value: 0.5, low: 0.4, high: 0.6 },
            money: None,
            flagged,
            flagged_leads: None,
            advantage: None,
            everyone: cut(100, 0.2),
            cuts: vec![cut(10, 0.3), cut(20, 0.4)],
        }
    }

    fn cut(leads: u64, reach: f64) -> Cut {
        let share = leads as f64 / 100.0;
        let rate = Estimate { value: 0.5, low: 0.5 - reach, high: 0.5 + reach };
        Cut {
            probability: 1.0 - share,
            share,
            leads: leads as f64,
            conversions: 0.5 * leads as f64,
            held_out_leads: leads,
            held_out_conversions: leads / 2,
            conversion_rate: rate,
            found: rate,
            cost_per_acquisition: Some(Cost { value: Some(2.0), low: 1.0, high: None }),
            profit: Some(Estimate { value: share, low: 0.0, high: 1.0 }),
        }
    }

    #[test]
    fn the_marked_row_has_the_intervals_of_the_threshold() {
        let own = flagging(Some(cut(20, 0.1)));
        let grid = cuts(&own);
        assert_eq!((grid.marked, listed(&own).len()), (Some(1), 3));
        assert_eq!(listed(&own)[1].conversion_rate, Estimate { value: 0.5, low: 0.4, high: 0.6 });
        assert_eq!(cuts(&flagging(None)).marked, None);
    }

    #[test]
    fn a_line_is_told_of_only_where_it_is_drawn() {
        let page = |flagged| profit(&flagging(flagged)).map(Markup::into_string).unwrap_or_default();
        assert_eq!(page(Some(cut(20, 0.1))).matches("upright line").count(), 2);
        assert_eq!(page(None).matches("upright line").count(), 0);
    }
}
