//! What a model says of touches.

use sales_ready::train::touch_facts::{Fading, SideMeans, TouchFacts};

use super::{NAME, section};
use crate::text::{count, shown};

pub(super) fn text(facts: &TouchFacts) -> String {
    let fading = |fading: &Fading| vec![shown(&fading.field, NAME), fading.how.clone()];
    let fading: Vec<Vec<String>> = facts.fading.iter().map(fading).collect();
    let mut text = section("How fast touches fade, as the leads have it", &fading);
    if let Some(sides) = &facts.sides {
        let means = |what: &str, means: &SideMeans| {
            let whose = |logit: f64, whose: &str| format!("{whose} {logit:+.2}");
            vec![
                format!("{} {what}", count(means.snapshots)),
                whose(means.marketing, "marketing\u{2019}s"),
                whose(means.sales, "sales\u{2019}"),
                whose(means.neither, "neither\u{2019}s"),
            ]
        };
        let rows = [means("snapshots", &sides.all), means("sales-ready", &sides.flagged)];
        let title = "What the touches of each side add to the log-odds on average; associations, not causes";
        text += &section(title, &rows);
    }
    if let Some(opens) = &facts.opens {
        text += &format!("\n{}\n", opens.in_words());
    }
    text
}
