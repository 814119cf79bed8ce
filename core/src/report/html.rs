//! The report as one HTML file.

mod parts;
mod flagging;
mod drivers;
mod points;
mod touches;
mod quality;
mod data;
pub(super) mod replay;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::error::turns;
use crate::report::words::{count, percent};
use crate::report::{Conclusion, Report, Subject};
use crate::train::compare::Verdict;
use crate::train::replace::Succession;

const STYLE: &str =
    concat!(include_str!("html/style.css"), include_str!("html/plots.css"), include_str!("html/media.css"));
/// No script, no request: what the page shows can only be text.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const SECTIONS: [(&str, &str); 9] = [
    ("hand-off", "For sales"),
    ("drivers", "Drivers"),
    ("touches", "Touches"),
    ("points", "Points card"),
    ("quality", "How good"),
    ("excluded", "Excluded"),
    ("data", "Data"),
    ("baselines", "Baselines"),
    ("reproduction", "Reproduce"),
];

/// What there is nothing to say in where the model reads no field.
const OF_TERMS: [&str; 3] = ["drivers", "touches", "points"];

pub(super) fn page(report: &Report) -> String {
    let title = format!("Lead scoring report: {}", report.subject.file);
    let has_touches = report.touches.is_some();
    let sections = SECTIONS
        .iter()
        .filter(|(id, _)| report.has_terms() || !OF_TERMS.contains(id))
        .filter(|(id, _)| has_touches || *id != "touches");
    let sections = sections.map(|(id, name)| {
        (id, if *id == "quality" && !report.has_terms() { "What was tried" } else { name })
    });
    let body = html! {
        (head(&report.subject, report.touches.is_some()))
        main {
            @if let Some(own) = &report.succession { (succession(own)) }
            (conclusion(&report.conclusion))
            nav aria-label="Sections" {
                ul { @for (id, name) in sections { li { a href=(format!("#{id}")) { (name) } } } }
            }
            (flagging::flagging(report))
            @if report.has_terms() {
                (drivers::drivers(report))
                @if let Some(facts) = &report.touches { (touches::touches(facts)) }
                (points::points(report))
            }
            (quality::quality(report))
            (data::excluded(report))
            (data::data(report))
            (data::baselines(report))
            (data::reproduction(report))
        }
        footer { p { "Made by " (report.reproduction.version) ". Associations in past leads, not causes." } }
    };
    document(&title, &body)
}

/// A whole page.
fn document(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                // Ours alone: nothing from a file stands in it.
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    // Control characters are no text in HTML, and what turns the direction of text would turn the words around a name,
    // too; a name that holds one is shown without it.
    let mut text = page.into_string();
    text.retain(|letter| letter == '\n' || !(letter.is_control() || turns(letter)));
    text.push('\n');
    text
}

fn head(subject: &Subject, snapshots: bool) -> Markup {
    // The folder is in the list of files.
    let name = subject.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let rate = subject.conversions as f64 / subject.leads.max(1) as f64;
    html! {
        header {
            p.eyebrow { "sales-ready · lead scoring report" }
            h1 { "When is a lead sales-ready?" }
            p {
                "Learnt from " strong { bdi { (name) } } ": " (count(subject.leads)) @if snapshots { " snapshots of leads" } @else { " leads" }
                @if let Some([first, last]) = &subject.period { ", " (first) " to " (last) }
                ", of which " (count(subject.conversions)) " converted (" (percent(rate)) "), by “"
                bdi { (subject.target.field) } "” = “"
                @for (place, text) in subject.target.positive.texts().iter().enumerate() {
                    @if place > 0 { "” or “" }
                    bdi { (text) }
                }
                "”."
            }
            @if snapshots {
                p {
                    "A snapshot is a lead at an instant, with what was known then. Where this page counts leads, it counts
                    snapshots, several of each lead, but for what it means for sales; week by week, and with so many calls a
                    week, "
                    code { "sales-ready backtest" } " replays that."
                }
            }
        }
    }
}

/// Before anything else: what is said of the model below may be said of one that is not in use.
fn succession(succession: &Succession) -> Markup {
    let state = match succession {
        Succession { publish: true, .. } => "published",
        Succession { verdict: Verdict::Same, .. } => "same",
        _ => "refused",
    };
    html! {
        section.verdict id="succession" aria-labelledby="succession-title" data-state=(state) {
            h2 id="succession-title" { (succession.headline()) }
            @for sentence in &succession.sentences { p { bdi { (sentence) } } }
        }
    }
}

fn conclusion(Conclusion { state, sentences }: &Conclusion) -> Markup {
    html! {
        section.verdict id="verdict" aria-labelledby="verdict-title" data-state=(state.as_str()) {
            h2 id="verdict-title" { (state.headline()) }
            @for sentence in sentences { p { bdi { (sentence) } } }
        }
    }
}
