//! The conclusion in three points: can it be trusted, what does it buy, what to mind.

mod elsewhere;

use serde::{Deserialize, Serialize};

use crate::model::{Abstention, AbstentionKind, Counted, Estimate, Metrics, Policy};
use crate::report::data::FindingFacts;
use crate::report::flagging::{Cut, Flagging, Per};
use crate::report::quality::{Bin, Quality};
use crate::report::words::{
    NAME, count, in_100, listed, percent, percent_number, percent_range, shortened, significant,
};
use crate::train::FindingKind;

/// So many columns are named in a sentence.
const NAMED: usize = 3;

/// What the report comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conclusion {
    /// What the model is good for.
    pub state: State,
    /// Whether it can be trusted, what it buys, and what to mind.
    pub sentences: [String; 3],
}

/// What the model is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum State {
    /// It flags leads.
    Flags,
    /// It flags leads, and calling these surely loses money: calling nobody would earn more.
    Loses,
    /// It flags leads, and measured in another way it was clearly worse, or what it says has changed over time: what it says
    /// of leads to come is less sure.
    FlagsWithCare,
    /// It flags leads, and calling these is not shown to earn more than calling everyone.
    AsEveryone,
    /// It flags leads, but none of those that it was measured on.
    NoneReached,
    /// It may rank leads, but no contact is worth its cost.
    NothingPays,
    /// Too few leads are known: it shows directions and flags nobody.
    Indicative,
    /// It was not shown to rank better than chance.
    NoSignal,
    /// The same, without columns that were left out since they may know the outcome.
    NoSignalLeft,
}

impl State {
    /// The state in the words of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flags => "flags",
            Self::Loses => "loses",
            Self::FlagsWithCare => "flags-with-care",
            Self::AsEveryone => "as-everyone",
            Self::NoneReached => "none-reached",
            Self::NothingPays => "nothing-pays",
            Self::Indicative => "indicative",
            Self::NoSignal => "no-signal",
            Self::NoSignalLeft => "no-signal-left",
        }
    }

    /// The state as a headline.
    pub fn headline(self) -> &'static str {
        match self {
            Self::Flags => "Fit to flag leads",
            Self::Loses => "Flags leads at a loss: calling nobody would earn more",
            Self::FlagsWithCare => "Flags leads; mind what may have changed",
            Self::AsEveryone => "Flags leads; not shown to earn more than calling everyone",
            Self::NoneReached => "Flags leads; none of the measured ones was",
            Self::NothingPays => "No contact pays: nobody is flagged",
            Self::Indicative => "Indicative only: nobody is flagged",
            Self::NoSignal => "Not shown to predict conversion",
            Self::NoSignalLeft => "Without the columns left out, nothing was shown to predict conversion",
        }
    }
}

impl Conclusion {
    pub(super) fn new(
        policy: &Policy,
        quality: &Quality,
        flagging: &Flagging,
        findings: &[FindingFacts],
        left_out: Option<&str>,
    ) -> Self {
        let metrics = &quality.metrics;
        let state = match policy.abstains.as_ref().map(|abstains| abstains.kind) {
            Some(AbstentionKind::NoSignal) if left_out.is_some() => State::NoSignalLeft,
            Some(AbstentionKind::NoSignal) => State::NoSignal,
            Some(AbstentionKind::TooFew) => State::Indicative,
            None if policy.threshold.is_none() => State::NothingPays,
            None if flagging.flagged.is_none() => State::NoneReached,
            None if flagging.loses() => State::Loses,
            None if quality.levels.first().is_some_and(|level| !level.agrees())
                || elsewhere::is_worse(quality)
                || turned(findings).is_some() =>
            {
                State::FlagsWithCare
            }
            None if flagging.advantage.is_some_and(|earned| earned.low <= 0.0) => State::AsEveryone,
            None => State::Flags,
        };
        let sentences =
            [trust(state, policy, metrics), buys(state, flagging), mind(policy, quality, findings, left_out)];
        Self { state, sentences }
    }
}

fn trust(state: State, policy: &Policy, metrics: &Metrics) -> String {
    let Estimate { value, low, high } = metrics.auc;
    let ranks = format!(
        "given one that converted and one that did not, it ranks the right one first {} times in 100 (95\u{a0}% interval {} to {})",
        percent_number(value),
        percent_number(low),
        percent_number(high)
    );
    match (state, &policy.abstains) {
        (State::NoSignal | State::NoSignalLeft, _) => format!(
            "Of leads it had not seen, the model was not shown to rank better than a coin: {ranks}, and a coin does so 50 times; so it has no terms and gives every lead the rate of all."
        ),
        (State::Indicative, Some(Abstention { conversions, non_conversions, needed, auc, .. })) => format!(
            "The model has seen {} conversions and {} other leads and needs {} of each before it may flag. {}: {ranks}.",
            count(*conversions),
            count(*non_conversions),
            count(*needed),
            if auc.low > 0.5 {
                "It shows directions, not decisions"
            } else {
                "So far it was not shown to rank better than a coin, which does so 50 times, and gives every lead the rate of all"
            }
        ),
        _ => format!("The model tells leads apart that it had not seen: {ranks}."),
    }
}

fn buys(state: State, flagging: &Flagging) -> String {
    let everyone = &flagging.everyone;
    let all = match flagging.counted {
        Counted::Calls => "calls",
        Counted::Looks => "looks",
        _ => "leads",
    };
    match (&flagging.flagged, state) {
        (Some(flagged), State::Flags | State::FlagsWithCare | State::AsEveryone | State::Loses) => {
            flagged_in_words(flagging, flagged)
        }
        (_, State::NoneReached) => format!(
            "None of the {} measured leads reached the chance of {} from which on it flags, so what flags are worth is not known; of all {all} {} convert ({}).",
            count(everyone.held_out_leads),
            percent(flagging.threshold.value),
            in_100(everyone.conversion_rate.value),
            percent_range(everyone.conversion_rate)
        ),
        (_, State::NothingPays) => format!(
            "Of all {all} {} convert, and no chance the model gives is worth what a contact costs, so it flags nobody.",
            in_100(everyone.conversion_rate.value)
        ),
        _ => format!(
            "{} nobody is flagged; of all {all} {} convert ({}).",
            if state == State::Indicative { "Until then" } else { "So" },
            in_100(everyone.conversion_rate.value),
            percent_range(everyone.conversion_rate)
        ),
    }
}

fn flagged_in_words(flagging: &Flagging, flagged: &Cut) -> String {
    let (everyone, own) = (significant(flagging.everyone.leads, 2), significant(flagged.leads, 2));
    let begins = match (flagging.counted, flagging.per) {
        (Counted::Calls, Per::Week) => {
            format!("Of the {everyone} calls a week that calling everyone takes it would make {own}")
        }
        (Counted::Calls, Per::HundredLeads) => {
            format!("Of 100 calls that calling everyone takes it would make {own}")
        }
        (Counted::Looks, _) => format!("Of 100 looks at leads it would flag {own}"),
        (_, Per::Week) => format!("Of the {everyone} leads of a week it would hand {own} to sales"),
        (_, Per::HundredLeads) => format!("Of 100 leads it would hand {own} to sales"),
    };
    let words = format!(
        "{begins}; {} of these convert (95\u{a0}% interval {}), against {} of all, and they hold {} of all conversions",
        percent(flagged.conversion_rate.value),
        percent_range(flagged.conversion_rate),
        percent(flagging.everyone.conversion_rate.value),
        percent(flagged.found.value)
    );
    let cost = |cut: &Cut| cut.cost_per_acquisition.and_then(|cost| cost.value);
    match (cost(flagged), cost(&flagging.everyone)) {
        (Some(own), Some(everyone)) => format!(
            "{words}: a conversion costs {} instead of {} when everyone is called{}.",
            significant(own, 3),
            significant(everyone, 3),
            worth(flagging)
        ),
        _ => words + ".",
    }
}

/// What a conversion is worth, where calling nobody would earn more.
fn worth(flagging: &Flagging) -> String {
    match &flagging.money {
        Some(money) if flagging.loses() => format!(
            ", and is worth {}, so that calling nobody would earn more",
            significant(money.value_per_conversion, 6)
        ),
        _ => String::new(),
    }
}

/// The gravest thing to mind.
fn mind(policy: &Policy, quality: &Quality, findings: &[FindingFacts], left_out: Option<&str>) -> String {
    let left_out = left_out.map_or_else(String::new, |sentence| format!(" {sentence}."));
    if let Some(abstains) = &policy.abstains {
        if let Some(sentence) = turned(findings).filter(|_| abstains.kind == AbstentionKind::NoSignal) {
            return sentence;
        }
        // What was left out may be all it takes.
        return match left_out.trim_start() {
            "" => still_needed(abstains),
            sentence if abstains.kind == AbstentionKind::NoSignal => sentence.to_owned(),
            sentence => format!("{sentence} {}", still_needed(abstains)),
        };
    }
    // It explains what follows, and tells how to do without.
    let turned = turned(findings);
    let level = quality.levels.first().and_then(|level| level.warning(&quality.metrics.log_loss));
    if turned.is_some() || level.is_some() {
        return turned.into_iter().chain(level).collect::<Vec<_>>().join(" ");
    }
    if let Some(sentence) = elsewhere::warning(quality) {
        return sentence;
    }
    let suspects = suspects(findings);
    if !suspects.is_empty() {
        return format!(
            "Ask first whether {} {} known before the outcome: if filled in after it, all figures here are too good.",
            few(suspects.clone()),
            if suspects.len() == 1 { "is" } else { "are" }
        );
    }
    format!("{}.{left_out}", calibrated(&quality.reliability))
}

/// What it takes until the AUC is known well enough.
fn still_needed(abstains: &Abstention) -> String {
    match abstains.needed_for_auc {
        0 if abstains.kind == AbstentionKind::TooFew => {
            "How well it ranks is known to within 0.05 of the AUC already: what lacks is leads.".to_owned()
        }
        0 => "How well it ranks is known to within 0.05 of the AUC: it takes columns that say what leads did before their outcome, not more leads.".to_owned(),
        more => format!(
            "To know how well it ranks to within 0.05 of the AUC takes about {} more {}, with other leads in proportion.",
            significant(more as f64, 2),
            if more == 1 { "conversion" } else { "conversions" }
        ),
    }
}

/// Names in a sentence; of many, the first.
fn few(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    if more > 1 {
        names.truncate(NAMED);
        names.push(format!("{more} others"));
    }
    listed(&names)
}

/// The columns that may know the outcome, and were kept.
fn suspects(findings: &[FindingFacts]) -> Vec<String> {
    let of = findings.iter().filter(|finding| finding.accuses && !finding.excluded);
    of.filter_map(|finding| finding.field.as_ref())
        .map(|field| format!("“{}”", shortened(field, NAME)))
        .collect()
}

/// What has changed over the period that was learnt from, if anything.
fn turned(findings: &[FindingFacts]) -> Option<String> {
    let kind = FindingKind::ConceptDrift.as_str();
    let turned = || findings.iter().filter(move |finding| finding.kind == kind);
    turned().next()?;
    let fields = turned().filter_map(|finding| finding.field.as_ref());
    let fields: Vec<String> = fields.map(|field| format!("“{}”", shortened(field, NAME))).collect();
    let what = match fields.len() {
        0 => "the fields say".to_owned(),
        1 => format!("{} says", few(fields)),
        _ => format!("{} say", few(fields)),
    };
    Some(format!(
        "Mind the time: what {what} of a lead has changed over the period; the model learns what held on average, and leads to come are like the newer ones: learn from these alone where they are many enough."
    ))
}

fn calibrated(bins: &[Bin]) -> String {
    let off = bins.iter().filter(|bin| !bin.agrees()).count();
    match off {
        // One of ten is beyond its interval by chance alone, now and then.
        0 | 1 => format!(
            "Its chances can be taken at their word: from the least to the most likely tenth of the leads, predicted and observed rates agree within chance in {} of {}",
            bins.len() - off,
            bins.len()
        ),
        off => format!(
            "Take a single chance with care: in {off} of {} groups of leads, from the least to the most likely, predicted and observed rates differ by more than chance",
            bins.len()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_conversion_is_one() {
        let needs = |needed_for_auc| {
            let auc = Estimate { value: 0.7, low: 0.6, high: 0.8 };
            let (kind, conversions, non_conversions, needed) = (AbstentionKind::TooFew, 49, 90, 50);
            still_needed(&Abstention { kind, conversions, non_conversions, needed, needed_for_auc, auc })
        };
        assert!(needs(1).contains("about 1 more conversion, with"), "{}", needs(1));
        assert!(needs(20).contains("about 20 more conversions, with"), "{}", needs(20));
    }
}
