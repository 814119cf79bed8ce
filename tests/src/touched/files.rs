//! Touched leads as files, for the command line.

use std::fmt::Write as _;

use sales_ready::Instant;
use sales_ready::touch::Side;

use super::TouchedLeads;

/// The log: one touch a line, in the order of time, as a system would write it.
pub fn touches_csv(drawn: &TouchedLeads) -> String {
    let mut touches: Vec<_> = drawn
        .leads
        .iter()
        .flat_map(|lead| lead.history.touches.iter().map(move |touch| (touch, lead.history.lead.as_str())))
        .collect();
    touches.sort_by(|(a, of_a), (b, of_b)| {
        a.at.cmp(&b.at).then_with(|| of_a.cmp(of_b)).then_with(|| a.kind.cmp(&b.kind))
    });
    let mut text = "lead,at,kind,side\n".to_owned();
    for (touch, lead) in touches {
        let side = touch.side.map_or("", Side::as_str);
        let _ = writeln!(text, "{lead},{},{},{side}", written(Some(touch.at)), touch.kind);
    }
    text
}

/// What became of the leads.
pub fn outcomes_csv(drawn: &TouchedLeads) -> String {
    let mut text = "lead,created,handed_off,converted,closed\n".to_owned();
    for lead in &drawn.leads {
        let life = &lead.lifecycle;
        let _ = writeln!(
            text,
            "{},{},{},{},{}",
            lead.history.lead,
            written(life.created),
            written(life.handed_off),
            written(life.converted),
            written(life.closed)
        );
    }
    text
}

/// What is known of the leads beside their touches.
pub fn leads_csv(drawn: &TouchedLeads) -> String {
    let mut text = "lead,industry,company_size,region\n".to_owned();
    for lead in &drawn.leads {
        let _ = writeln!(text, "{},{},{},{}", lead.history.lead, lead.industry, lead.size, lead.region);
    }
    text
}

/// An instant in ISO 8601, in UTC and to the second; nothing for none.
fn written(instant: Option<Instant>) -> String {
    let timestamp = instant.and_then(|at| jiff::Timestamp::from_millisecond(at.millis()).ok());
    timestamp.map_or_else(String::new, |timestamp| timestamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
