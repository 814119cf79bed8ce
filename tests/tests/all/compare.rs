//! Champion and challenger: figures against their definitions, intervals and verdicts against simulation.

use std::fmt::Write as _;

use sales_ready::Model;
use sales_ready::train::Money;
use sales_ready::train::compare::{Comparison, MARGIN, Paired, Verdict, compare, compare_models};
use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::measure::Predictions;
use sales_ready::train::outcomes::OutcomeColumn;
use sales_ready::{ErrorKind, sigmoid};
use sales_ready_tests::random::Random;
use sales_ready_tests::reference;

const MONEY: Money = Money { cost_per_contact: 40.0, value_per_conversion: 200.0 };

/// Leads drawn from the first of two chances; each model sees its logit with noise and a slope.
struct World {
    random: Random,
    noise: [f64; 2],
    slope: [f64; 2],
}

impl World {
    fn new(seed: u64, noise: [f64; 2], slope: [f64; 2]) -> Self {
        Self { random: Random::new(seed), noise, slope }
    }

    /// The old model's chances, and the new one's with the outcomes.
    fn draw(&mut self, leads: usize) -> (Vec<f64>, Predictions) {
        let mut old = Vec::new();
        let mut new = Predictions::default();
        for _ in 0..leads {
            let logit = 1.2 * self.random.normal() - 1.0;
            let mut seen = |model: usize| {
                sigmoid(self.slope[model] * (logit + self.noise[model] * self.random.normal()))
            };
            old.push(seen(0));
            new.probability.push(seen(1));
            new.converted.push(self.random.chance(sigmoid(logit)));
            new.weight.push(1.0);
        }
        (old, new)
    }
}

fn log_loss(probability: &[f64], new: &Predictions) -> f64 {
    let rows = probability.iter().zip(&new.converted).zip(&new.weight);
    let (sum, all) = rows.fold((0.0, 0.0), |(sum, all), ((probability, converted), weight)| {
        let chance = if *converted { *probability } else { 1.0 - probability };
        (sum - weight * libm::log(chance), all + weight)
    });
    sum / all
}

fn profit(probability: &[f64], new: &Predictions) -> f64 {
    let rows = probability.iter().zip(&new.converted).zip(&new.weight);
    let (sum, all) = rows.fold((0.0, 0.0), |(sum, all), ((probability, converted), weight)| {
        let called = if *probability >= 0.2 { 1.0 } else { 0.0 };
        let worth = if *converted { 200.0 } else { 0.0 };
        (sum + weight * called * (worth - 40.0), all + weight)
    });
    1000.0 * sum / all
}

fn assert_paired(what: &str, found: Paired, old: f64, new: f64) {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
    assert!(
        close(found.old, old) && close(found.new, new),
        "{what}: {found:?}, by definition {old} and {new}"
    );
    assert!(close(found.difference.value, new - old), "{what}: {found:?}");
    assert!(found.difference.low <= found.difference.high, "{what}: {found:?}");
}

#[test]
fn figures_are_what_their_definitions_say() {
    for (seed, weighted) in [(1, false), (2, true)] {
        let mut world = World::new(seed, [0.5, 0.8], [1.0, 0.7]);
        let (mut old, mut new) = world.draw(300);
        // Ties, too.
        for probability in old.iter_mut().chain(&mut new.probability) {
            *probability = (*probability * 20.0).floor() / 20.0 + 0.025;
        }
        if weighted {
            new.weight.iter_mut().for_each(|weight| *weight = world.random.between(0.2, 3.0));
        }
        let found = compare(&old, &new, Some(MONEY), 0);
        assert_eq!(found.leads, 300);
        assert_paired("log loss", found.log_loss, log_loss(&old, &new), log_loss(&new.probability, &new));
        let auc = |probability: &[f64]| reference::auc(probability, &new.converted, &new.weight);
        assert_paired("AUC", found.auc.unwrap(), auc(&old), auc(&new.probability));
        let earned = found.profit.unwrap().per_1000_leads;
        assert_paired("profit", earned, profit(&old, &new), profit(&new.probability, &new));
        let rate = vec![
            new.converted
                .iter()
                .zip(&new.weight)
                .map(|(hit, w)| if *hit { *w } else { 0.0 })
                .sum::<f64>()
                / new.weight.iter().sum::<f64>();
            300
        ];
        let margin = MARGIN * (log_loss(&rate, &new) - log_loss(&old, &new));
        assert!((found.margin - margin).abs() < 1e-12, "{} {margin}", found.margin);
    }
}

#[test]
fn a_model_is_the_same_as_itself_and_the_mirror_image_of_its_rival() {
    let (old, new) = World::new(3, [0.5, 0.8], [1.0, 1.0]).draw(400);
    let itself = compare(&old, &Predictions { probability: old.clone(), ..new.clone() }, Some(MONEY), 5);
    assert_eq!(itself.verdict, Verdict::Same);
    assert_eq!(itself.log_loss.difference.low, 0.0);
    assert_eq!(itself.log_loss.difference.high, 0.0);
    let there = compare(&old, &new, Some(MONEY), 5);
    assert_eq!(there, compare(&old, &new, Some(MONEY), 5));
    let back = compare(&new.probability, &Predictions { probability: old, ..new }, Some(MONEY), 5);
    for figure in [
        |comparison: &Comparison| comparison.log_loss,
        |comparison: &Comparison| comparison.auc.unwrap(),
        |comparison: &Comparison| comparison.profit.unwrap().per_1000_leads,
    ] {
        let [one, other] = [figure(&there).difference, figure(&back).difference];
        assert_eq!((one.value, one.low, one.high), (-other.value, -other.high, -other.low));
    }
}

#[test]
fn intervals_cover_and_verdicts_err_as_rarely_as_they_say() {
    // Both models are equally good: the true difference is 0.
    let mut world = World::new(11, [0.7, 0.7], [0.8, 0.8]);
    let (mut covered, mut better, mut worse) = ([0; 3], 0, 0);
    for seed in 0..150 {
        let (old, new) = world.draw(250);
        let found = compare(&old, &new, Some(MONEY), seed);
        let figures = [found.log_loss, found.auc.unwrap(), found.profit.unwrap().per_1000_leads];
        for (covered, figure) in covered.iter_mut().zip(figures) {
            *covered += u32::from(figure.difference.low <= 0.0 && 0.0 <= figure.difference.high);
        }
        better += u32::from(found.verdict == Verdict::Better);
        worse += u32::from(found.verdict == Verdict::Worse);
    }
    // Of 150 intervals that cover in 94 of 100 cases, 133 to 148 do with a chance of 99.8 %; of 150 models as good as
    // the old one, no more than 11 are called better with a chance of 99.8 % (2.5 in 100), nor more than 16 worse (two
    // tests).
    assert!(covered.iter().all(|covered| (133..=149).contains(covered)), "{covered:?} of 150 cover");
    assert!(better <= 11 && worse <= 16, "{better} better, {worse} worse");
}

#[test]
fn real_differences_are_seen() {
    let verdict = |noise: [f64; 2], leads: usize| {
        let (old, new) = World::new(21, noise, [1.0, 1.0]).draw(leads);
        compare(&old, &new, None, 0).verdict
    };
    assert_eq!(verdict([1.5, 0.2], 1_000), Verdict::Better);
    assert_eq!(verdict([0.2, 1.5], 1_000), Verdict::Worse);
    assert_eq!(verdict([0.5, 0.55], 40), Verdict::CannotTell);
    // Almost the same chances: no worse than the margin, whoever is better.
    let (old, mut new) = World::new(22, [0.3, 0.3], [1.0, 1.0]).draw(2_000);
    new.probability = old.iter().map(|probability| 0.99 * probability + 0.002).collect();
    assert_eq!(compare(&old, &new, None, 0).verdict, Verdict::NotWorse);
}

#[test]
fn groups_are_drawn_whole() {
    let (old, new) = World::new(31, [0.5, 0.9], [1.0, 1.0]).draw(200);
    let width =
        |comparison: &Comparison| comparison.log_loss.difference.high - comparison.log_loss.difference.low;
    let alone = width(&compare(&old, &new, None, 0));
    // Every lead four times: nothing more is known.
    let times = |values: &[f64]| values.iter().flat_map(|value| [*value; 4]).collect::<Vec<_>>();
    let mut four = Predictions {
        probability: times(&new.probability),
        converted: new.converted.iter().flat_map(|converted| [*converted; 4]).collect(),
        weight: times(&new.weight),
        groups: (0..200).flat_map(|group| [group; 4]).collect(),
        parts: vec![],
    };
    let grouped = width(&compare(&times(&old), &four, None, 0));
    assert!((grouped / alone - 1.0).abs() < 1e-9, "{grouped} {alone}");
    four.groups.clear();
    let pretended = width(&compare(&times(&old), &four, None, 0));
    assert!((0.42..0.58).contains(&(pretended / alone)), "{pretended} {alone}");
}

#[test]
fn one_class_alone_has_no_auc() {
    let (old, mut new) = World::new(41, [0.5, 0.9], [1.0, 1.0]).draw(50);
    new.converted = vec![false; 50];
    let found = compare(&old, &new, Some(MONEY), 0);
    assert_eq!((found.auc, found.verdict), (None, Verdict::CannotTell));
    assert!(found.log_loss.difference.low.is_finite());
}

/// A model that reads one number, and where it has a card, foretells `target`.
fn model(field: &str, slope: f64, target: &str) -> Model {
    let full = r#"{
      "format": "sales-ready/1", "generator": "test", "intercept": 0.0,
      "fields": [{"name": "FIELD", "type": {"number": {"decimal": "."}}}],
      "terms": [{"curve": {"field": "FIELD", "x": [-5, 5], "y": [LOW, HIGH]}}],
      "calibration": {"x": [-50, 50], "y": [-50, 50]},
      "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]},
      "golden": []
    }"#;
    let text = full
        .replace("FIELD", field)
        .replace("LOW", &(-5.0 * slope).to_string())
        .replace("HIGH", &(5.0 * slope).to_string());
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    if !target.is_empty() {
        let estimate = serde_json::json!({"value": 0.5, "low": 0.4, "high": 0.6});
        value["card"] = serde_json::json!({
            "target": {"field": target, "positive": "yes"},
            "data": {"leads": 9, "conversions": 3, "excluded": []},
            "metrics": {
                "held_out": "", "leads": 9, "conversions": 3, "auc": estimate, "average_precision": estimate,
                "log_loss": estimate, "brier": estimate, "ece": estimate, "lift_at_10": estimate
            },
            "flagged": {
                "leads": 1, "conversions": 1, "probability": estimate, "share": estimate, "recall": estimate
            },
            "training": {
                "penalty": 1.0, "steps": [], "iterations": 1, "gradient": 0.0, "calibration": "none", "seed": 0
            }
        });
    }
    Model::from_json(&value.to_string()).expect("a sound model")
}

fn table() -> Table {
    let mut random = Random::new(51);
    let mut text = "good,bad,won,other\n".to_owned();
    for row in 0..600 {
        let good = random.normal();
        let won = random.chance(sigmoid(2.0 * good));
        let outcome = if row % 10 == 0 { "" } else { ["no", "yes"][usize::from(won)] };
        let bad = good + 2.0 * random.normal();
        let _ = writeln!(text, "{good},{bad},{outcome},{outcome}");
    }
    Table::read(text.as_bytes(), "holdout.csv", &CsvOptions::default(), &mut |_| ()).expect("a table")
}

#[test]
fn models_of_different_columns_are_compared_on_known_outcomes() {
    let table = table();
    let [old, new] = [model("bad", 0.3, ""), model("good", 2.0, "won")];
    let found = compare_models([&old, &new], &table, &OutcomeColumn::default(), None, 0).unwrap();
    assert_eq!((found.leads, found.verdict), (540, Verdict::Better));
    assert!(
        found.notes[0].starts_with("the outcome of 60 of 600 leads is not known yet"),
        "{:?}",
        found.notes
    );
    assert_eq!(found.profit, None);
    let swapped = compare_models([&new, &old], &table, &OutcomeColumn::default(), Some(MONEY), 0).unwrap();
    assert_eq!(swapped.verdict, Verdict::Worse);
    assert!(swapped.profit.is_some());

    // Two targets need a word from the person who asks, and none at all too.
    let other = model("bad", 0.3, "other");
    let error = compare_models([&other, &new], &table, &OutcomeColumn::default(), None, 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Label);
    let asked = OutcomeColumn { target: Some("won".into()), positive: None };
    let found = compare_models([&other, &new], &table, &asked, None, 0).unwrap();
    assert_eq!((found.leads, found.conversions), (540, swapped.conversions));
    let error = compare_models([&old, &old], &table, &OutcomeColumn::default(), None, 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingField);
    let absent = model("good", 2.0, "sold");
    let error = compare_models([&old, &absent], &table, &OutcomeColumn::default(), None, 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingField);
    let money = Money { cost_per_contact: -1.0, value_per_conversion: 1.0 };
    let error = compare_models([&old, &new], &table, &OutcomeColumn::default(), Some(money), 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

#[test]
fn leads_that_the_training_kept_together_are_drawn_together() {
    let [old, new] = [model("bad", 0.3, "won"), model("good", 2.0, "won")];
    let mut text = new.to_json();
    text = text.replacen("\"excluded\"", "\"groups\": \"account\", \"excluded\"", 1);
    let grouped = Model::from_json(&text).expect("a sound model");
    // Every lead four times, as a row of an account of its own.
    let mut random = Random::new(52);
    let mut text = "account,good,bad,won\n".to_owned();
    for account in 0..200 {
        let good = random.normal();
        let won = ["no", "yes"][usize::from(random.chance(sigmoid(2.0 * good)))];
        let row = format!("acme {account},{good},{},{won}\n", good + 2.0 * random.normal());
        text.push_str(&row.repeat(4));
    }
    let read = |text: &str| {
        Table::read(text.as_bytes(), "holdout.csv", &CsvOptions::default(), &mut |_| ()).expect("a table")
    };
    let width = |new: &Model, text: &str| {
        let found = compare_models([&old, new], &read(text), &OutcomeColumn::default(), None, 0).unwrap();
        (found.log_loss.difference.high - found.log_loss.difference.low, found.notes)
    };
    let once: String =
        text.lines().step_by(4).skip(1).fold("account,good,bad,won\n".into(), |all, row| all + row + "\n");
    let (alone, _) = width(&new, &once);
    let (together, notes) = width(&grouped, &text);
    assert!((0.85..1.15).contains(&(together / alone)) && notes.is_empty(), "{together} {alone} {notes:?}");
    // A model that looked at leads again and again is asked for no profit: a call is not made, and does not pay, each time.
    let again = new.to_json().replacen("\"excluded\"", "\"looks\": {\"touch_days\": true}, \"excluded\"", 1);
    let again = Model::from_json(&again).expect("a sound model");
    let profit = |new: &Model| {
        compare_models([&old, new], &read(&once), &OutcomeColumn::default(), Some(MONEY), 0).unwrap()
    };
    assert!(profit(&new).profit.is_some());
    let found = profit(&again);
    assert!(found.profit.is_none() && found.notes[0].contains("`sales-ready backtest`"), "{:?}", found.notes);
    // Without the column each counts for itself, which is said.
    let (apart, notes) = width(&grouped, &text.replacen("account", "label", 1));
    assert!((0.42..0.58).contains(&(apart / alone)), "{apart} {alone}");
    assert!(notes[0].contains("no column \"account\", by which leads were kept together"), "{notes:?}");
}

#[test]
fn a_model_that_flags_nobody_earns_nothing() {
    let table = table();
    let [old, new] = [model("bad", 0.3, ""), model("good", 2.0, "won")];
    let silent = |model: &Model| {
        let mut value: serde_json::Value = serde_json::from_str(&model.to_json()).unwrap();
        value["policy"]["abstains"] = serde_json::json!({
            "kind": "too-few", "conversions": 36, "non_conversions": 100, "needed": 40, "needed_for_auc": 4,
            "auc": {"value": 0.7, "low": 0.6, "high": 0.8}
        });
        Model::from_json(&value.to_string()).unwrap()
    };
    let compared = |old: &Model, new: &Model| {
        compare_models([old, new], &table, &OutcomeColumn::default(), Some(MONEY), 0).unwrap()
    };
    let profit = |found: &Comparison| {
        let profit = found.profit.as_ref().unwrap().per_1000_leads;
        [profit.old, profit.new]
    };
    let both = compared(&old, &new);
    let found = compared(&old, &silent(&new));
    // The better of the two, but of no use.
    assert_eq!((both.verdict, found.verdict), (Verdict::Better, Verdict::CannotTell));
    assert!(
        found.sentences[0].starts_with("Cannot tell: the new model flags nobody"),
        "{:?}",
        found.sentences
    );
    assert_eq!(profit(&found), [profit(&both)[0], 0.0]);
    assert_eq!(compared(&silent(&old), &new).verdict, Verdict::Better);
    assert_eq!(compared(&silent(&old), &silent(&new)).verdict, Verdict::Better);
    // So does one by whose amounts no contact pays.
    let mut unpaid: serde_json::Value = serde_json::from_str(&new.to_json()).unwrap();
    unpaid["policy"]["threshold"] = serde_json::Value::Null;
    let found = compared(&old, &Model::from_json(&unpaid.to_string()).unwrap());
    assert_eq!((found.verdict, profit(&found)[1]), (Verdict::CannotTell, 0.0));
    assert!(found.sentences[0].ends_with("by what the model's threshold rests on."), "{:?}", found.sentences);
    // An old model that flags nobody earns nothing: a new one that surely loses money is worse than that.
    let dear = Money { cost_per_contact: 40.0, value_per_conversion: 60.0 };
    let [worse, eager] = [model("bad", -6.0, ""), model("bad", -4.0, "won")];
    let found = compare_models([&silent(&worse), &eager], &table, &OutcomeColumn::default(), Some(dear), 0);
    assert_eq!(found.as_ref().map(|found| found.verdict), Ok(Verdict::Worse));
    assert!(found.unwrap().sentences[0].starts_with("Worse: the new model earns surely less"));
    // Also where both say the same.
    assert_eq!(compared(&new, &silent(&new)).verdict, Verdict::CannotTell);
}

#[test]
fn many_leads_are_compared_as_few_are() {
    // More than are drawn one by one.
    let (old, new) = World::new(3, [0.5, 0.8], [1.0, 0.7]).draw(60_000);
    let found = compare(&old, &new, Some(MONEY), 0);
    let per_lead = |value: f64, converted: bool| -libm::log(if converted { value } else { 1.0 - value });
    let differences: Vec<f64> = old
        .iter()
        .zip(&new.probability)
        .zip(&new.converted)
        .map(|((old, new), converted)| per_lead(*new, *converted) - per_lead(*old, *converted))
        .collect();
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let variance = differences.iter().map(|own| (own - mean) * (own - mean)).sum::<f64>() / count;
    let half = 1.96 * libm::sqrt(variance / count);
    let difference = found.log_loss.difference;
    assert!((difference.value - mean).abs() < 1e-12);
    // 5,000 blocks know a spread to 1 %, and 2,000 replicates its ends to some 5 %.
    let width = difference.high - difference.low;
    assert!((width / (2.0 * half) - 1.0).abs() < 0.1, "{difference:?} for {half}");
}
