//! The hand-off and the replay where a model says little, and where files do not fit together.

use sales_ready::backtest::{self, Backtest};
use sales_ready::handoff::{Action, Desk, Phase, Rounded};
use sales_ready::model::Readiness;
use sales_ready::score::TouchedLead;
use sales_ready::train::touches::Lifecycle;
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::{Money, csv};
use sales_ready::{Instant, Model, Result};
use sales_ready_tests::touched::{self, DAY};
use serde_json::{Value, json};

use crate::handing::{Files, day_of, files};

const NOTHING_SAID: &str = "lead,at,event,reason\n";

/// A model changed as JSON, with the files of the others.
fn changed(change: impl FnOnce(&mut Value)) -> Files {
    let files = files();
    let mut model: Value = serde_json::from_str(&files.model.to_json()).expect("a model is JSON");
    model["golden"] = json!([]);
    change(&mut model);
    Files {
        drawn: files.drawn.clone(),
        model: Model::from_json(&model.to_string()).expect("a sound change"),
        touches: files.touches.clone(),
        leads: files.leads.clone(),
    }
}

/// Nearly all that it asks for is the size of the company, and everybody is above its threshold.
fn of_size() -> Files {
    changed(|model| {
        model["intercept"] = json!(20.0);
        model["terms"] = json!([
            {"curve": {"field": "company_size", "x": [0.0, 5_000.0], "y": [0.0, 9.0], "missing": 0.0}},
            {"curve": {"field": "webinar_recent", "x": [0.0, 1.0], "y": [0.0, 0.01], "missing": 0.0}},
        ]);
    })
}

/// Calls within a week reach a conversion.
fn replay(files: &Files, outcomes: &str) -> Result<Backtest> {
    replay_with(files, outcomes, files.drawn.settings.money, None)
}

fn replay_with(files: &Files, outcomes: &str, money: Money, capacity: Option<u32>) -> Result<Backtest> {
    let horizon = "7d".parse().expect("a horizon");
    let options = backtest::Options { horizon, from: None, to: None, money, capacity, seed: 1 };
    let outcomes =
        Outcomes::read(outcomes.as_bytes(), "outcomes.csv", &csv::Options::default(), None, &mut |_| ())
            .expect("sound outcomes");
    let mut log = files.log();
    let until = outcomes.known_until(log.tally());
    let histories = log.histories().expect("sound files");
    backtest::backtest(&files.model, options, histories, until, &outcomes, Some(&files.known()))
}

#[test]
fn leads_of_one_file_alone_are_told() {
    let files = files();
    let mut text = touched::outcomes_csv(&files.drawn);
    let touched = files.log().histories().unwrap().count();
    let dropped = text.lines().nth(1).unwrap().to_owned() + "\n";
    text = text.replace(&dropped, "") + "Ada,2024-03-20T00:00:00Z,,,\n";
    let outcomes =
        Outcomes::read(text.as_bytes(), "outcomes.csv", &csv::Options::default(), None, &mut |_| ()).unwrap();
    let said = "lead,at,event,reason\nBob,2024-06-02T09:00:00Z,accepted,\n";
    let reviewed = files.review(&mut Desk::starting(day_of(150)), 180, said, None, Some(&outcomes));
    let untouched = files.drawn.leads.len() - touched + 1;
    let told = |part: &str| reviewed.notes.iter().any(|note| note.contains(part));
    assert!(told("1 lead has touches but no row in the outcomes"), "{:?}", reviewed.notes);
    let without = if untouched == 1 { "1 lead has" } else { "leads have" };
    assert!(told(&format!("{without} a row in the outcomes but no touch")), "{:?}", reviewed.notes);
    assert!(told("sales speak of leads that the touches do not have: \"Bob\""), "{:?}", reviewed.notes);
    // Also where nobody says what became of them.
    let mut files = changed(|_| ());
    files.leads = files.leads.replace("\nL-", "\nX-");
    let reviewed = files.review(&mut Desk::default(), 180, NOTHING_SAID, None, None);
    let strangers = format!("{touched} leads have touches but no row in the leads file");
    assert!(reviewed.notes.iter().any(|note| note.starts_with(&strangers)), "{:?}", reviewed.notes);
}

#[test]
fn who_is_hardly_known_is_not_handed_over() {
    let mut files = of_size();
    let touch = |day| format!("Ada,{}T12:00:00Z,webinar,\n", day_of(day));
    // Not among the leads whose size is known.
    files.touches += &touch(100);
    let known = files.known();
    let log: Vec<_> = files.log().histories().unwrap().map(Result::unwrap).collect();
    let ada = log.iter().find(|history| history.lead == "Ada").unwrap();
    let touched = TouchedLead { lead: &known.get("Ada"), touches: &ada.touches };
    let score = files.model.score_touches(touched, day_of(180)).unwrap();
    assert!(score.readiness == Readiness::Abstain && score.logit > 19.0, "{score:?}");

    let mut desk = Desk::default();
    let handed = files.hand_off(&mut desk, 180, NOTHING_SAID, None);
    let of = |lead: &str| handed.decisions.iter().find(|decision| decision.lead == lead).unwrap();
    assert_eq!((of("Ada").action, of("Ada").state), (Action::Stay, Phase::Nurture));
    assert!(of("Ada").cause.contains("too little is known"), "{}", of("Ada").cause);
    let to_sales = handed.decisions.iter().filter(|decision| decision.action == Action::ToSales);
    assert!(to_sales.count() > 100);
    // Nor after a hand-back, whatever it does.
    files.touches += &touch(225);
    let said = format!("{NOTHING_SAID}Ada,{},handed-back,\n", day_of(181));
    files.hand_off(&mut desk, 240, &said, None);
    let handed = files.hand_off(&mut desk, 241, &said, None);
    let decision = handed.decisions.iter().find(|decision| decision.lead == "Ada").unwrap();
    assert_eq!(decision.state, Phase::HandedBack);
    assert!(
        decision.cause.contains("active since") && decision.cause.contains("too little"),
        "{}",
        decision.cause
    );
}

#[test]
fn who_has_done_nothing_is_not_handed_over() {
    let mut files = of_size();
    let known = files.leads.lines().nth(1).expect("a lead").split_once(',').expect("its values").1;
    files.leads = format!("{}Eve,{known}\n", files.leads);
    let handed = files.hand_off(&mut Desk::default(), 180, NOTHING_SAID, None);
    let eve = handed.decisions.iter().find(|decision| decision.lead == "Eve").expect("a known lead");
    assert!(eve.logit.is_some_and(|logit| logit > 19.0), "{eve:?}");
    assert_eq!((eve.action, eve.state), (Action::Stay, Phase::Nurture));
    assert!(eve.cause.ends_with("but nothing has been done yet."), "{}", eve.cause);
}

#[test]
fn where_no_chance_is_worth_a_contact_the_words_say_so() {
    let worthless = changed(|model| {
        model["policy"]["threshold"] = Value::Null;
    });
    assert!(worthless.model.policy().flags_nobody().is_some_and(|why| why.contains("no chance is worth")));
    assert_eq!(files().model.policy().flags_nobody(), None);
    // Some are with sales from a time at which another model had them go there, and go back when the dwell is over.
    let mut desk = Desk::starting(day_of(150));
    files().hand_off(&mut desk, 180, NOTHING_SAID, None);
    let mut seen = String::new();
    for day in [181, 240] {
        let handed = worthless.hand_off(&mut desk, day, NOTHING_SAID, None);
        assert!(handed.decisions.iter().all(|decision| decision.action != Action::ToSales));
        seen.extend(handed.decisions.iter().map(|decision| decision.cause.clone() + "\n"));
        desk = Desk::from_json(&desk.to_json(), "state.json").unwrap();
    }
    assert!(seen.lines().all(|cause| !cause.contains("100 of 100")), "{seen}");
    for part in ["Stays with marketing: ", "Stays with sales until ", "Back to marketing on "] {
        let cause = seen.lines().find(|cause| cause.starts_with(part)).unwrap_or_default();
        assert!(cause.contains("no chance is worth a contact"), "{part}: {cause}");
    }
    // Zeros have a reason, too.
    let result = replay(&worthless, &touched::outcomes_csv(&worthless.drawn)).unwrap();
    assert_eq!((result.rules[0].calls.value, result.rules[2].calls.value), (0.0, 0.0));
    assert!(
        result.notes.iter().any(|note| note.contains("no chance is worth a contact")),
        "{:?}",
        result.notes
    );
    assert!(result.to_html("test").contains("no chance is worth a contact"));
}

#[test]
fn who_is_hardly_known_is_not_called_in_a_replay() {
    let mut files = of_size();
    // Of nobody is the size known.
    let header = files.leads.lines().next().unwrap_or_default().to_owned();
    let outcomes = touched::outcomes_csv(&files.drawn);
    let calls = |files: &Files| {
        replay(files, &outcomes).unwrap().rules.iter().map(|rule| rule.calls.value).collect::<Vec<_>>()
    };
    let [model, everyone, ..] = calls(&files)[..] else { panic!("four rules") };
    assert!(model > 100.0 && model == everyone, "{model} of {everyone}");
    files.leads = format!("{header}\nnobody,,,\n");
    let [model, everyone_then, ..] = calls(&files)[..] else { panic!("four rules") };
    assert_eq!((model, everyone_then), (0.0, everyone));
}

#[test]
fn outcomes_of_other_leads_are_an_error_and_of_some_a_note() {
    let files = files();
    let outcomes = touched::outcomes_csv(&files.drawn);
    let told = replay(files, &outcomes).unwrap().notes;
    assert!(!told.iter().any(|note| note.contains("no row")), "{told:?}");
    // Named in another way, as by another program.
    let (header, rows) = outcomes.split_once('\n').unwrap();
    let rename = |row: &str| format!("crm:{row}\n");
    let renamed: String = rows.lines().map(rename).collect();
    let error = replay(files, &format!("{header}\n{renamed}")).unwrap_err().to_string();
    assert!(error.contains("no lead is in both files") && error.contains("\"crm:"), "{error}");
    // All but one.
    let first = rows.lines().find(|row| files.touches.contains(&row[..=row.find(',').unwrap()])).unwrap();
    let told = replay(files, &format!("{header}\n{first}\n{renamed}")).unwrap().notes;
    let strangers = format!("{} leads have a row in the outcomes but no touch", rows.lines().count());
    assert!(told.contains(&strangers), "{told:?}");
    assert!(
        told.iter().any(|note| note.contains("leads have touches but no row in the outcomes")),
        "{told:?}"
    );
    // Of what else is known of leads, too.
    let few = Files {
        leads: files.leads.lines().take(2).map(|line| line.to_owned() + "\n").collect(),
        drawn: files.drawn.clone(),
        model: files.model.clone(),
        touches: files.touches.clone(),
    };
    let told = replay(&few, &outcomes).unwrap().notes;
    assert!(told.iter().any(|note| note.contains("no row in the leads file")), "{told:?}");
}

#[test]
fn a_replay_within_the_horizon_of_the_training_is_not_vouched_for() {
    let outcomes = touched::outcomes_csv(&files().drawn);
    let first: Instant = replay(files(), &outcomes).unwrap().from.parse().unwrap();
    // Ten days after the last lead that was learnt from.
    let last = Instant::from_millis(first.millis() - 10 * DAY).to_string();
    let learnt_for = |days: Option<u32>| {
        changed(|model| {
            model["card"]["data"]["period"] = json!([last, last]);
            if let Some(days) = days {
                model["card"]["data"]["horizon_days"] = json!(days);
            }
        })
    };
    for (days, seen) in
        [(None, false), (Some(5), false), (Some(9), false), (Some(10), true), (Some(90), true)]
    {
        let result = replay(&learnt_for(days), &outcomes).unwrap();
        assert_eq!(result.seen, Some(seen), "{days:?}: {}", result.learnt);
        // Its chances are of as many days as it has learnt for, which need not be those that are replayed.
        let told = result.notes.iter().any(|note| note.contains("here those within 7 count"));
        assert_eq!(told, days.is_some(), "{:?}", result.notes);
    }
}

#[test]
fn what_outcomes_know_by_the_day_counts_and_nothing_after_it() {
    let files = files();
    let day = day_of(240);
    let lives = || files.drawn.leads.iter().map(|lead| (lead.history.lead.as_str(), lead.lifecycle));
    let by_then = |at: Option<Instant>| at.filter(|at| *at <= day);
    let outcomes = |known: &dyn Fn(Option<Instant>) -> Option<Instant>| {
        let cell = |at| known(at).map_or_else(String::new, |at| at.to_string());
        let row = |(lead, life): (&str, Lifecycle)| {
            format!("{lead},{},{},{}\n", cell(life.handed_off), cell(life.converted), cell(life.closed))
        };
        let rows: String = lives().map(row).collect();
        let text = format!("lead,handed_off,converted,closed\n{rows}");
        Outcomes::read(text.as_bytes(), "outcomes.csv", &csv::Options::default(), None, &mut |_| ()).unwrap()
    };
    let run = |desk: &mut Desk, day, outcomes: &Outcomes| {
        files.hand_off_knowing(desk, day, NOTHING_SAID, None, Some(outcomes))
    };
    let mut desk = Desk::default();
    let handed = run(&mut desk, 240, &outcomes(&|at| at));
    let is_over = |life: &Lifecycle| {
        [life.handed_off, life.converted, life.closed].into_iter().any(|at| by_then(at).is_some())
    };
    let over: Vec<&str> = lives().filter(|(_, life)| is_over(life)).map(|(lead, _)| lead).collect();
    let to_sales = |handed: &Rounded| -> Vec<String> {
        let decisions = handed.decisions.iter().filter(|decision| decision.action == Action::ToSales);
        decisions.map(|decision| decision.lead.clone()).collect()
    };
    assert!(
        to_sales(&handed).len() > 5 && !to_sales(&handed).iter().any(|lead| over.contains(&lead.as_str()))
    );
    // Without outcomes, such leads would go to sales again.
    let blind = files.hand_off(&mut Desk::default(), 240, NOTHING_SAID, None);
    assert!(to_sales(&blind).iter().any(|lead| over.contains(&lead.as_str())));
    // What happens later is not known then.
    let mut cut = Desk::default();
    assert_eq!(run(&mut cut, 240, &outcomes(&by_then)).decisions, handed.decisions);
    assert_eq!(cut, desk);
    // Who was handed over is theirs from then on: its score takes nobody back, and it says since when.
    let theirs = lives().find(|(lead, life)| {
        let phase = desk.lead(lead).map(|followed| followed.state.phase);
        phase == Some(Phase::SalesReady) && by_then(life.handed_off).is_some_and(|at| at < day_of(200))
    });
    let (theirs, life) = theirs.unwrap();
    let since = life.handed_off.unwrap();
    for day in [241, 300, 400] {
        let handed = run(&mut desk, day, &outcomes(&by_then));
        let decision = handed.decisions.iter().find(|decision| decision.lead == theirs).unwrap();
        assert_eq!(
            (decision.action, decision.state, decision.since),
            (Action::Stay, Phase::SalesReady, since)
        );
        assert!(decision.cause.contains("as the outcomes say"), "{}", decision.cause);
    }
    // Sales may hand it back, and what the outcomes say of before is no news then.
    let said = format!("{NOTHING_SAID}{theirs},{},handed-back,\n", day_of(401));
    for day in [402, 403] {
        files.hand_off_knowing(&mut desk, day, &said, None, Some(&outcomes(&by_then)));
        assert_eq!(desk.lead(theirs).unwrap().state.phase, Phase::HandedBack);
    }
}

#[test]
fn what_decides_the_calls_of_a_replay_is_told() {
    let files = files();
    let outcomes = touched::outcomes_csv(&files.drawn);
    let own = files.drawn.settings.money;
    let told =
        |money: Money, capacity| replay_with(files, &outcomes, money, capacity).unwrap().notes.join("\n");
    let usual = told(own, None);
    assert!(!usual.contains("the model calls"), "{usual}");
    // As much for each: the same break-even.
    let twice = Money {
        cost_per_contact: 2.0 * own.cost_per_contact,
        value_per_conversion: 2.0 * own.value_per_conversion,
    };
    assert_eq!(told(twice, None), usual);
    let dear = told(Money { cost_per_contact: 3.0 * own.cost_per_contact, ..own }, None);
    assert!(dear.contains("with the amounts given one pays from"), "{dear}");
    let capped = told(own, Some(2));
    assert_eq!(replay_with(files, &outcomes, own, Some(2)).unwrap().capacity, Some(2));
    assert!(
        capped.contains("\"everyone\" calls all who are open")
            && capped.contains("2 a week at most, of which the intervals know nothing"),
        "{capped}"
    );
}
