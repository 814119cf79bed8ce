//! How touches count: how they fade, how marketing and sales share the leads, and what openings of e-mails are worth.

use maud::{Markup, html};

use crate::model::Estimate;
use crate::report::html::parts::{Grid, Kind, section};
use crate::report::words::count;
use crate::train::touch_facts::{Fading, Opens, SideMeans, Sides, TouchFacts};

pub(super) fn touches(facts: &TouchFacts) -> Markup {
    let fading = |fading: &Fading| vec![fading.field.clone(), fading.how.clone()];
    let columns = [("Field", Kind::Text), ("How the past counts", Kind::Prose)];
    section(
        "touches",
        "How touches count",
        &html! {
            @if !facts.fading.is_empty() {
                p { "How fast touches fade was learnt from the leads: one half-life for all, but where they insist on another." }
                (Grid::new("How fast touches fade", &columns, facts.fading.iter().map(fading).collect()).markup())
            }
            @if let Some(sides) = &facts.sides { (sides_of(sides)) }
            @if let Some(opens) = &facts.opens { p { (opens.in_words()) } }
        },
    )
}

fn sides_of(sides: &Sides) -> Markup {
    let columns = [
        ("Snapshots", Kind::Text),
        ("Looked at", Kind::Number),
        ("Marketing’s touches", Kind::Number),
        ("Sales’ touches", Kind::Number),
        ("Neither’s", Kind::Number),
    ];
    let row = |name: &str, means: &SideMeans| {
        let mean = |logit: f64| {
            if means.snapshots == 0 { "–".to_owned() } else { format!("{logit:+.2}").replace('-', "−") }
        };
        vec![
            name.to_owned(),
            count(means.snapshots),
            mean(means.marketing),
            mean(means.sales),
            mean(means.neither),
        ]
    };
    let rows = vec![row("all", &sides.all), row("sales-ready", &sides.flagged)];
    html! {
        p {
            "Marketing and sales share the leads. On average, the touches of each add so much to a lead’s log-odds, compared
            with a lead that nobody touched. These are associations, not causes: sales may call whom marketing has warmed."
        }
        (Grid::new("Mean log-odds of the touches of each side", &columns, rows).markup())
    }
}

impl Opens {
    /// What openings of e-mails are worth, in sentences.
    pub fn in_words(&self) -> String {
        let Estimate { value, low, high } = self.excess_log_loss;
        let verdict = if low > 0.0 {
            "they help"
        } else if high < 0.0 {
            "they do harm"
        } else {
            "they make no difference beyond chance"
        };
        format!(
            "With and without openings of e-mails: an AUC of {:.3} and {:.3} on the same held-out snapshots; the log loss without them is {} by {:.4} ({low:.4} to {high:.4}): {verdict}. Mail programs open e-mails that nobody reads; to do without: --exclude email-open_recent, or leave them out of the log.",
            self.with.value,
            self.without.value,
            if value < 0.0 { "lower" } else { "higher" },
            value.abs(),
        )
    }
}
