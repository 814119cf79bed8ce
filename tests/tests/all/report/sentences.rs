//! The sentences of the page, for tables of which they are easily untrue.

use std::fmt::Write as _;

use sales_ready::report::State;
use sales_ready::train::{Money, Options};
use sales_ready_tests::random::Random;

use super::{Run, run, run_with};

/// Two categories that say nothing alone and much together, a number that says a little, and one that says nothing.
fn together() -> String {
    let mut random = Random::new(7);
    let mut text = "size,region,visits,noise,won\n".to_owned();
    for _ in 0..1_500 {
        let [size, region] = [0, 1].map(|_| random.below(2));
        let visits = random.below(8);
        let chance = if size == region { 0.6 } else { 0.15 } + 0.01 * visits as f64;
        let won = if random.chance(chance) { "yes" } else { "no" };
        let _ = writeln!(
            text,
            "{},{},{visits},{:.3},{won}",
            ["small", "large"][size],
            ["north", "south"][region],
            random.normal()
        );
    }
    text
}

#[test]
fn what_counts_only_together_is_not_said_to_make_no_difference() {
    let Run { report, .. } = run(&together(), "won", &Options::default());
    let strongest = &report.drivers[0];
    assert_eq!(strongest.fields, ["size", "region"], "{:?}", report.drivers);
    let html = report.to_html();
    for sentence in ["These make no difference to the score: ", "Without points: "] {
        let named = html.split(sentence).nth(1).map_or("", |rest| rest.split("</p>").next().unwrap());
        assert!(!named.contains("size") && !named.contains("region"), "{sentence}{named}");
    }
    // The grid is seen without opening anything, in the drivers and in the card.
    let [drivers, points] = ["drivers", "points"].map(|id| {
        let section = html.split(&format!("<section id=\"{id}\"")).nth(1).unwrap();
        section.split("</section>").next().unwrap().split("<details class=\"more\">").next().unwrap()
    });
    assert!(drivers.contains("Two fields together") && drivers.contains(">Size and region<"));
    assert!(points.contains("<caption><bdi>Size and region</bdi></caption>"), "{points}");
}

/// Two columns that say nothing of the outcome, and one that all but decides it.
fn decided(rows: usize) -> String {
    let mut random = Random::new(11);
    let mut text = "visits,region,engagement,won\n".to_owned();
    for _ in 0..rows {
        let won = random.chance(0.3);
        let known = if random.chance(0.95) { won } else { !won };
        let _ = writeln!(
            text,
            "{},{},{},{}",
            random.below(9),
            ["north", "south", "west"][random.below(3)],
            if known { "high" } else { "low" },
            if won { "yes" } else { "no" }
        );
    }
    text
}

#[test]
fn what_was_left_out_and_would_predict_is_named() {
    let Run { report, .. } = run(&decided(600), "won", &Options::default());
    assert_eq!(report.conclusion.state, State::NoSignalLeft, "{:?}", report.findings);
    let [.., last] = &report.conclusion.sentences;
    assert!(
        last.contains("“engagement” was left out, because ") && last.contains("--keep engagement"),
        "{last}"
    );
    assert!(!report.to_html().contains("known only after the outcome"));
    // Of too few leads, it is the same.
    let Run { report, .. } = run(&decided(80), "won", &Options::default());
    assert_eq!(report.conclusion.state, State::Indicative);
    assert!(report.conclusion.sentences[2].contains("--keep engagement"), "{:?}", report.conclusion);
}

#[test]
fn without_a_model_the_page_claims_none() {
    let Run { report, .. } = run(&decided(600), "won", &Options::default());
    assert!(!report.has_terms() && report.flagging.cuts.is_empty());
    let html = report.to_html();
    for claim in [
        "in a hundred",
        "best-scored leads first",
        "Lift by tenth",
        "points card",
        "What drives readiness",
        "What each step of the fit bought",
        "to flag leads",
        "The model tells leads apart",
        "--cost-per-contact",
    ] {
        assert!(!html.contains(claim), "{claim}");
    }
    for fact in [
        "What was tried, and how it ranked",
        "a model that was discarded",
        "of 100 leads",
        "What was excluded, and why",
        "Data quality",
        "How to reproduce it",
    ] {
        assert!(html.contains(fact), "{fact}");
    }
}

/// A number that says much; from the row `since` on, leads convert far more often.
fn changed(since: usize) -> String {
    let mut random = Random::new(3);
    let mut text = "visits,region,won\n".to_owned();
    for row in 0..1_500 {
        let visits = random.below(8);
        let chance = 0.03 + 0.04 * visits as f64 + if row >= since { 0.45 } else { 0.0 };
        let won = if random.chance(chance) { "yes" } else { "no" };
        let _ = writeln!(text, "{visits},{},{won}", ["north", "south", "west"][random.below(3)]);
    }
    text
}

#[test]
fn a_model_that_fails_on_the_last_leads_is_not_called_fit_without_a_word() {
    let Run { report, .. } = run(&changed(1_200), "won", &Options::default());
    assert_eq!(report.quality.levels.len(), 2, "{:?}", report.quality.other_splits);
    assert_eq!(report.conclusion.state, State::FlagsWithCare);
    let [.., last] = &report.conclusion.sentences;
    assert!(last.starts_with("Mind the future: ") && last.contains("its chances are too low"), "{last}");
    let Run { report, .. } = run(&changed(1_500), "won", &Options::default());
    assert_eq!(report.conclusion.state, State::Flags, "{:?}", report.conclusion);
}

#[test]
fn flags_that_earn_no_more_than_calling_everyone_are_not_called_fit() {
    let mut options = Options::default();
    options.money = Some(Money { cost_per_contact: 1.0, value_per_conversion: 100.0 });
    let Run { report, .. } = run(&changed(1_500), "won", &options);
    assert!(report.flagging.advantage.unwrap().low <= 0.0, "{:?}", report.flagging.advantage);
    assert_eq!(report.conclusion.state, State::AsEveryone);
    options.money = Some(Money { cost_per_contact: 20.0, value_per_conversion: 100.0 });
    let Run { report, .. } = run(&changed(1_500), "won", &options);
    assert_eq!(report.conclusion.state, State::Flags, "{:?}", report.flagging.advantage);
}

/// Leads of 400 days, of which those of the last 160 convert `factor` times as often.
fn dated(factor: f64) -> String {
    let mut random = Random::new(23);
    let mut text = "created,visits,won\n".to_owned();
    for row in 0..4_000 {
        let day = 1_704_067_200 + 86_400 * (row / 10);
        let visits = random.below(10);
        let chance = 0.05 + 0.06 * visits as f64;
        let won = if random.chance(chance * if row >= 2_400 { factor } else { 1.0 }) { "yes" } else { "no" };
        let _ = writeln!(text, "{day},{visits},{won}");
    }
    text
}

#[test]
fn flags_that_surely_lost_money_are_called_so_and_why_is_told() {
    let mut options = Options::default();
    options.money = Some(Money { cost_per_contact: 10.0, value_per_conversion: 50.0 });
    let Run { report, .. } = run(&dated(0.25), "won", &options);
    assert_eq!(report.conclusion.state, State::Loses, "{:?}", report.flagging);
    let [_, buys, mind] = &report.conclusion.sentences;
    assert!(buys.ends_with("and is worth 50, so that calling nobody would earn more."), "{buys}");
    assert!(mind.starts_with("Mind the level: ") && mind.contains("than the plain rate"), "{mind}");
    let html = report.to_html();
    assert!(html.contains("Calling nobody would earn more still: what these calls earn is −"));
    // Of leads that convert another number of times as often another chance is flagged.
    assert!(!html.contains("Leads that truly convert that often get a chance of"));

    // What is held out at random has another log loss where the rate is another one, and is not the future.
    for factor in [0.7, 1.0] {
        let Run { report, .. } = run(&dated(factor), "won", &options);
        let [.., mind] = &report.conclusion.sentences;
        assert_eq!(report.quality.other_splits.len(), 1);
        assert!(!mind.starts_with("Mind the future"), "{mind}");
        let wanted = if factor < 1.0 { State::FlagsWithCare } else { State::Flags };
        assert_eq!(report.conclusion.state, wanted, "{mind}");
        assert_eq!(factor < 1.0, mind.starts_with("Mind the level"), "{mind}");
    }
}

#[test]
fn figures_have_intervals() {
    let Run { report, .. } = run(&changed(1_500), "won", &Options::default());
    let own = &report.flagging;
    let (flagged, leads) = (own.flagged.as_ref().unwrap(), own.flagged_leads.unwrap());
    assert!((leads.value - flagged.leads).abs() < 1e-9, "{leads:?} {}", flagged.leads);
    assert!(leads.low < leads.value && leads.value < leads.high && leads.high < 100.0);
    let rounding = &report.points.rounding;
    for auc in [rounding.auc_model, rounding.auc_points] {
        assert!(0.5 < auc.low && auc.low < auc.value && auc.value < auc.high, "{auc:?}");
    }
    // The parts of the file make up the whole, and their intervals are wider than that of all.
    let quality = &report.quality;
    let of_all = quality.metrics.log_loss;
    let sum: f64 = quality.periods.iter().map(|part| part.log_loss.value * part.leads as f64).sum();
    assert!((sum / quality.metrics.leads as f64 - of_all.value).abs() < 1e-9);
    for part in &quality.periods {
        let width = part.log_loss.high - part.log_loss.low;
        let expected = (of_all.high - of_all.low) * (5.0_f64).sqrt();
        assert!(
            (0.6..1.6).contains(&(width / expected)),
            "{width}, of a fifth of the leads about {expected}"
        );
    }
}

#[test]
fn no_name_turns_the_words_around_it() {
    let text = together()
        .replacen("size,region", "\u{202e}size,\u{2066}region", 1)
        .replace("small", "sm\u{202d}all");
    let html = run(&text, "won", &Options::default()).report.to_html();
    assert!(html.to_lowercase().contains(">size and region<") && html.contains(">small<"));
    assert!(!html.contains(|letter| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')));
}

/// Two numbers that say something over a year, in the last third of which one of them says the contrary.
fn turned() -> String {
    let mut random = Random::new(4);
    let mut text = "created,visits,calls,won\n".to_owned();
    for row in 0..1_500 {
        let (month, day) = (1 + row / 125, 1 + row % 125 / 5);
        let [visits, calls] = [0, 1].map(|_| random.below(8));
        let favoured = if row < 1_000 { visits } else { 7 - visits };
        let chance = 0.02 + 0.05 * favoured as f64 + 0.06 * calls as f64;
        let won = if random.chance(chance) { "yes" } else { "no" };
        let _ = writeln!(text, "2024-{month:02}-{day:02},{visits},{calls},{won}");
    }
    text
}

#[test]
fn what_has_changed_within_the_period_is_minded_first() {
    let Run { report, .. } = run(&turned(), "won", &Options::default());
    assert_eq!(report.conclusion.state, State::FlagsWithCare);
    let [.., last] = &report.conclusion.sentences;
    assert!(last.starts_with("Mind the time: what “visits” says of a lead has changed"), "{last}");
    assert!(report.to_html().contains("says otherwise than before"));
}

#[test]
fn a_threshold_that_no_measured_lead_reached_is_not_said_to_flag_nobody() {
    let mut options = Options::default();
    options.money = Some(Money { cost_per_contact: 20.0, value_per_conversion: 100.0 });
    let Run { report, training, .. } = run_with(&changed(1_500), "won", &options, |training| {
        training.held_out.predictions.probability.iter_mut().for_each(|chance| *chance *= 0.1);
    });
    assert!(training.model.policy().threshold.is_some());
    assert_eq!(report.conclusion.state, State::NoneReached);
    let [_, buys, _] = &report.conclusion.sentences;
    assert!(buys.starts_with("None of the ") && buys.contains("from which on it flags"), "{buys}");
}

/// Leads of accounts that come again all the time, and convert as their account does, which a number names.
fn of_accounts() -> String {
    let mut random = Random::new(41);
    let accounts: Vec<(usize, f64)> =
        (0..90).map(|_| (random.below(100_000), if random.chance(0.5) { 0.7 } else { 0.1 })).collect();
    let mut text = "created,account,revenue,visits,won\n".to_owned();
    for row in 0..3_600 {
        let account = if random.chance(0.3) { 0 } else { random.below(accounts.len()) };
        let (revenue, chance) = accounts[account];
        let won = if random.chance(chance) { "yes" } else { "no" };
        let day = 1_704_067_200 + 86_400 * (row / 10);
        let _ = writeln!(text, "{day},A-{account},{revenue},{},{won}", random.below(9));
    }
    text
}

#[test]
fn of_two_measures_it_is_said_which_one_is_that_of_new_accounts() {
    let Run { report, .. } = run(&of_accounts(), "won", &Options::default());
    let [other] = &report.quality.other_splits[..] else { panic!("{:?}", report.quality.other_splits) };
    assert!(other.held_out.contains("shares no \"account\" with the others"), "{}", other.held_out);
    assert!(report.to_html().contains("go by this one for all who are new"));
}
