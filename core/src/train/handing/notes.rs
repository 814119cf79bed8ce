//! What a person should know of the files that leads are reviewed by.

use std::collections::BTreeMap;

use crate::error::quoted;
use crate::handoff::{Desk, Event, Rounded};
use crate::lead::Instant;
use crate::train::csv::shorten;
use crate::train::text::counted;
use crate::train::touches::Tally;

/// So many days after the last touch, a log looks as if it had not been exported anew: hardly any has a gap of four weeks.
const LONG_AFTER: i64 = 28;

/// A note on a day of which the log says nothing; `None` where it says something.
///
/// ```
/// use sales_ready::train::handing::outside;
/// use sales_ready::train::touches::log::{Log, Options};
///
/// let text = "lead,at,kind\na,2024-03-01,call\n";
/// let log = Log::read(text.as_bytes(), "touches.csv", &Options::default(), &mut |_| ())?;
/// assert_eq!(outside(log.tally(), "2024-03-05".parse()?), None);
/// assert!(outside(log.tally(), "2024-05-01".parse()?).unwrap().contains("61 days after the last touch"));
/// # Ok::<_, sales_ready::Error>(())
/// ```
pub fn outside(log: &Tally, as_of: Instant) -> Option<String> {
    let (first, last) = (log.first?, log.known_until()?);
    if as_of < first {
        return Some(format!(
            "--as-of, {as_of}, is before the first touch, {first}: no lead had been touched; give a later day"
        ));
    }
    let days = as_of.day() - last.day();
    (days > LONG_AFTER).then(|| {
        format!(
            "--as-of, {as_of}, is {days} days after the last touch, {last}, and scores fade; give an earlier day, or a log that \
             goes on until then"
        )
    })
}

/// Leads that sales speak of and no file has.
pub(super) fn stray(desk: &Desk, rounded: &Rounded, events: &[(String, Event)]) -> Option<String> {
    let scored: BTreeMap<&str, bool> =
        rounded.decisions.iter().map(|decision| (decision.lead.as_str(), decision.logit.is_some())).collect();
    let mut stray: Vec<&str> = events
        .iter()
        .map(|(lead, _)| lead.as_str())
        .filter(|lead| desk.lead(lead).is_some() && scored.get(lead) == Some(&false))
        .collect();
    stray.sort_unstable();
    stray.dedup();
    let first = quoted(&shorten(stray.first()?)).to_string();
    let others = match stray.len() - 1 {
        0 => String::new(),
        others => format!(" and {}", counted(others as u64, "other", "others")),
    };
    Some(format!("sales speak of leads that the touches do not have: {first}{others}"))
}

/// What sales said too late for it to count.
pub(super) fn late(rounded: &Rounded) -> Option<String> {
    let first = quoted(&shorten(rounded.late.first()?)).to_string();
    Some(match rounded.late.len() {
        1 => format!(
            "1 row of feedback is ignored, of the lead {first}: something that was said later had been heard of it before"
        ),
        rows => format!(
            "{rows} rows of feedback are ignored: something that was said later had been heard of their leads before; the first is of {first}"
        ),
    })
}
