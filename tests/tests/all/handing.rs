//! A model of touches × a log with a known truth: the hand-off, from the files to the table.

use std::sync::OnceLock;

use sales_ready::backtest;
use sales_ready::handoff::{Action, Desk, HandoffPolicy, Phase, Rounded};
use sales_ready::score::TouchedLead;
use sales_ready::train::csv;
use sales_ready::train::handing::{self, Format, Reviewed};
use sales_ready::train::touches::feedback;
use sales_ready::train::touches::known::KnownLeads;
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::touches::log::{self, Log};
use sales_ready::{Instant, Model};
use sales_ready_tests::touched::profit;
use sales_ready_tests::touched::{self, DAY, START, Settings, TouchedLeads};

pub(crate) struct Files {
    pub(crate) drawn: TouchedLeads,
    pub(crate) model: Model,
    pub(crate) touches: String,
    pub(crate) leads: String,
}

/// Made once: training takes seconds.
pub(crate) fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let settings = Settings { leads: 1_500, seed: 11, ..Settings::default() };
        let model = touched::model(&touched::generate(&settings));
        let drawn = touched::generate(&Settings { leads: 300, seed: 12, ..settings });
        let (touches, leads) = (touched::touches_csv(&drawn), touched::leads_csv(&drawn));
        Files { drawn, model, touches, leads }
    })
}

impl Files {
    pub(crate) fn known(&self) -> KnownLeads {
        let options = csv::Options::default();
        KnownLeads::read(&self.model, self.leads.as_bytes(), "leads.csv", &options, &mut |_| ())
            .expect("sound files")
    }

    pub(crate) fn log(&self) -> Log {
        Log::read(self.touches.as_bytes(), "touches.csv", &log::Options::default(), &mut |_| ())
            .expect("sound files")
    }

    pub(crate) fn hand_off(&self, desk: &mut Desk, day: i64, said: &str, capacity: Option<u32>) -> Rounded {
        self.hand_off_knowing(desk, day, said, capacity, None)
    }

    pub(crate) fn hand_off_knowing(
        &self,
        desk: &mut Desk,
        day: i64,
        said: &str,
        capacity: Option<u32>,
        outcomes: Option<&Outcomes>,
    ) -> Rounded {
        self.review(desk, day, said, capacity, outcomes).rounded
    }

    pub(crate) fn review(
        &self,
        desk: &mut Desk,
        day: i64,
        said: &str,
        capacity: Option<u32>,
        outcomes: Option<&Outcomes>,
    ) -> Reviewed {
        let events = feedback::read(said.as_bytes(), "feedback.csv", &csv::Options::default(), &mut |_| ())
            .expect("sound feedback");
        let policy = HandoffPolicy { capacity, ..HandoffPolicy::new(self.model.policy()) };
        let options = handing::Options { policy, as_of: day_of(day), since: None };
        let mut log = self.log();
        let histories = log.histories().expect("sound files");
        handing::hand_off(&self.model, desk, histories, Some(&self.known()), outcomes, &events, &options)
            .expect("sound files")
    }
}

pub(crate) fn day_of(day: i64) -> Instant {
    Instant::from_millis(START + day * DAY)
}

#[test]
fn the_hand_off_from_files() {
    let files = files();
    let lead = |handed: &Rounded| {
        handed
            .decisions
            .iter()
            .find(|decision| decision.action == Action::ToSales)
            .map(|decision| decision.lead.clone())
    };
    // In one run and in many, the states are the same, also with what sales say in between.
    let first = files.hand_off(&mut Desk::starting(day_of(150)), 180, "lead,at,event,reason\n", Some(5));
    let lead = lead(&first).expect("somebody is handed over within a month");
    let said = format!(
        "lead,at,event,reason\n{lead},2024-07-02T09:00:00Z,handed-back,=no budget\n{lead},2030-01-01T00:00:00Z,closed,later\n"
    );
    let mut whole = Desk::starting(day_of(150));
    let at_once = files.hand_off(&mut whole, 240, &said, Some(5));
    let mut parts = Desk::starting(day_of(150));
    let mut changes = Vec::new();
    for day in [150, 151, 170, 171, 185, 240] {
        changes.extend(files.hand_off(&mut parts, day, &said, Some(5)).changes);
        parts = Desk::from_json(&parts.to_json(), "state.json").unwrap();
    }
    assert!(whole.leads().eq(parts.leads()));
    assert_eq!(at_once.changes, changes);
    assert!(changes.iter().any(|change| change.lead == lead && change.transition.at > day_of(180)));
    assert_eq!(at_once.rejections, [("=no budget".to_owned(), 1)]);

    // Every score is that of the model at that day, with the touches until then.
    let known = files.known();
    let mut to_sales = 0;
    for decision in &at_once.decisions {
        let lead = files.drawn.leads.iter().find(|lead| lead.history.lead == decision.lead).unwrap();
        let past: Vec<_> =
            lead.history.touches.iter().filter(|touch| touch.at <= day_of(240)).cloned().collect();
        let fields = known.get(&decision.lead);
        let touched = TouchedLead { lead: &fields, touches: &past };
        let score = files.model.score_touches(touched, day_of(240)).unwrap();
        assert_eq!(decision.logit, Some(score.logit), "{}", decision.lead);
        assert!(!decision.cause.is_empty() && !decision.reason.is_empty());
        to_sales += usize::from(decision.action == Action::ToSales);
    }
    assert!(to_sales > 5, "{to_sales}");

    // The table: text of others is no formula, and only changes are written where only these are asked for.
    let mut table = Vec::new();
    handing::write(&at_once.decisions, Format::Csv, true, &mut table).unwrap();
    let rows: Vec<_> =
        ::csv::Reader::from_reader(table.as_slice()).into_records().map(Result::unwrap).collect();
    let news = at_once.decisions.iter().filter(|decision| decision.action != Action::Stay).count();
    assert_eq!(rows.len(), news);
    assert!(rows.iter().all(|row| !row[8].starts_with('=')));
    let mut lines = Vec::new();
    handing::write(&at_once.decisions, Format::JsonLines, false, &mut lines).unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(lines).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), at_once.decisions.len());
    assert_eq!(lines[0]["action"], "to-sales");
}

#[test]
fn a_second_run_of_a_day_says_what_the_first_did() {
    let files = files();
    for mut desk in [Desk::default(), Desk::starting(day_of(150))] {
        let said = "lead,at,event,reason\n";
        let first = files.hand_off(&mut desk, 180, said, Some(5));
        assert!(first.decisions.iter().any(|decision| decision.action == Action::ToSales));
        let mut again = Desk::from_json(&desk.to_json(), "state.json").unwrap();
        let second = files.hand_off(&mut again, 180, said, Some(5));
        assert_eq!(first.decisions, second.decisions);
        assert_eq!((second.changes, &again), (vec![], &desk));
        // What sales have said since is heard, also on a day that has been reviewed.
        let lead = &first.decisions[0].lead;
        let said = format!("{said}{lead},{},accepted,\n", day_of(180));
        let third = files.hand_off(&mut again, 180, &said, Some(5));
        let taken = third.decisions.iter().find(|decision| decision.lead == *lead).unwrap();
        assert_eq!((taken.action, taken.logit), (Action::Noted, first.decisions[0].logit));
    }
}

#[test]
fn what_sales_say_late_or_within_an_instant_is_heard_or_told() {
    let files = files();
    let header = "lead,at,event,reason\n";
    let mut desk = Desk::starting(day_of(150));
    let first = files.hand_off(&mut desk, 180, header, Some(5));
    let handed: Vec<&str> = first
        .decisions
        .iter()
        .filter(|decision| decision.action == Action::ToSales)
        .map(|decision| decision.lead.as_str())
        .collect();
    let [a, b, c, d, ..] = handed[..] else { panic!("four are handed over") };
    let row = |lead: &str, day: i64, event: &str| format!("{lead},{},{event},\n", day_of(day));
    let said: String = [a, b, c, d].map(|lead| row(lead, 182, "accepted")).concat();
    let heard = format!("{header}{said}");
    assert_eq!(files.hand_off(&mut desk, 183, &heard, Some(5)).late, [""; 0]);
    let phase = |desk: &Desk, lead: &str| desk.lead(lead).unwrap().state.phase;
    assert!([a, b, c, d].iter().all(|lead| phase(&desk, lead) == Phase::Accepted));
    // A conversion of the day before; two words of the same day; a word that another has overtaken; a word of old.
    let more = [
        row(a, 181, "converted"),
        row(a, 182, "handed-back"),
        row(b, 182, "handed-back"),
        row(c, 181, "closed"),
        row(d, 181, "handed-back"),
    ];
    let heard = format!("{heard}{}", more.concat());
    let told = |handed: &Rounded| {
        let of = |lead| handed.decisions.iter().find(|decision| decision.lead == lead);
        [a, b, c, d].map(|lead| of(lead).map(|decision| decision.action))
    };
    let (noted, stay) = (Some(Action::Noted), Some(Action::Stay));
    // What was said of days before the last review is told by the first run that knows of it, and by no later one.
    let news = [noted, Some(Action::ToMarketing), noted, stay];
    for (day, actions) in [(184, news), (184, news), (186, [None, stay, None, stay])] {
        let handed = files.hand_off(&mut desk, day, &heard, Some(5));
        assert_eq!(told(&handed), actions, "day {day}");
        assert_eq!(handed.late, [d.to_owned()]);
        // Of the three rows that hand a lead back one has brought one back, and its lead counts once.
        assert_eq!(handed.rejections, [("no reason given".to_owned(), 1)]);
        let phases = [a, b, c, d].map(|lead| phase(&desk, lead));
        assert_eq!(phases, [Phase::Converted, Phase::HandedBack, Phase::Closed, Phase::Accepted]);
        desk = Desk::from_json(&desk.to_json(), "state.json").unwrap();
    }
    // Sales may open again what is closed, and what they said before that is not heard twice.
    let heard = format!("{heard}{}", row(c, 187, "accepted"));
    for (day, action) in [(187, noted), (188, stay)] {
        assert_eq!(told(&files.hand_off(&mut desk, day, &heard, Some(5)))[2], action, "day {day}");
        assert_eq!(phase(&desk, c), Phase::Accepted);
    }
}

#[test]
fn nobody_is_handed_over_for_being_silent() {
    let files = files();
    // Nothing is known of what happens after a day; all that had earned it are handed over on the next.
    let (last, said) = (day_of(150), "lead,at,event,reason\n");
    let lines = files.touches.split_inclusive('\n').enumerate();
    let past: String = lines
        .filter(|(row, line)| {
            *row == 0 || line.split(',').nth(1).unwrap_or_default().parse::<Instant>().unwrap() <= last
        })
        .map(|(_, line)| line)
        .collect();
    let cut = Files {
        drawn: TouchedLeads { leads: vec![], ..files.drawn.clone() },
        model: files.model.clone(),
        touches: past,
        leads: files.leads.clone(),
    };
    let mut desk = Desk::starting(day_of(150));
    let first = cut.hand_off(&mut desk, 151, said, None);
    assert!(first.decisions.iter().any(|decision| decision.action == Action::ToSales));
    // Whoever has fallen silent may go back, and nobody comes.
    for day in [152, 180, 240, 360, 500] {
        let later = cut.hand_off(&mut desk, day, said, None);
        assert!(later.decisions.iter().all(|decision| decision.action != Action::ToSales), "day {day}");
    }
    // A desk that begins late hands over some of these at once, and then nobody.
    let mut late = Desk::starting(day_of(170));
    let begun = cut.hand_off(&mut late, 170, said, None);
    let to_sales = |handed: &Rounded| -> Vec<String> {
        let handed = handed.decisions.iter().filter(|decision| decision.action == Action::ToSales);
        handed.map(|decision| decision.lead.clone()).collect()
    };
    let at_once = to_sales(&first);
    assert!(to_sales(&begun).iter().all(|lead| at_once.contains(lead)));
    for day in [171, 178, 200, 300] {
        assert!(to_sales(&cut.hand_off(&mut late, day, said, None)).is_empty(), "day {day}");
    }
}

#[test]
fn what_does_not_raise_a_score_does_not_end_a_silence() {
    let files = files();
    // A model whose scores rise while nothing happens.
    let mut model: serde_json::Value = serde_json::from_str(&files.model.to_json()).unwrap();
    model["terms"] = serde_json::json!([
        {"curve": {"field": "webinar_recent", "x": [0.0, 1.0], "y": [9.0, -9.0], "missing": 0.0}},
        {"curve": {"field": "pricing-view_recent", "x": [0.0, 1.0, 12.0], "y": [0.0, 0.1, 18.0], "missing": 0.0}},
    ]);
    model["golden"] = serde_json::json!([]);
    let model = Model::from_json(&model.to_string()).unwrap();
    let lead = |day: i64, kind: &str| format!("Ada,{}T12:00:00Z,{kind},\n", day_of(day));
    let sent = |letters: &str| Files {
        drawn: TouchedLeads { leads: vec![], ..files.drawn.clone() },
        model: model.clone(),
        touches: format!("lead,at,kind,side\n{}{letters}", lead(100, "webinar")),
        leads: files.leads.clone(),
    };
    // Of a kind that the model does not know, so that it changes no score; and one that changes it a little.
    for letters in [String::new(), lead(160, "letter-to-all"), lead(160, "pricing-view")] {
        let mut desk = Desk::starting(day_of(100));
        let handed = sent(&letters).hand_off(&mut desk, 200, "lead,at,event,reason\n", None);
        let decision = handed.decisions.iter().find(|decision| decision.lead == "Ada").unwrap();
        assert!(decision.logit > model.policy().threshold, "{decision:?}");
        assert!(handed.changes.iter().all(|change| change.lead != "Ada"), "{decision:?}");
        assert!(decision.cause.contains("only time that has passed"), "{}", decision.cause);
    }
    // What touches add is earned, be it as much as time has added.
    let view = |hour: i64| format!("Ada,{}T{hour:02}:00:00Z,pricing-view,\n", day_of(160));
    let views = (0..20).map(view).collect::<Vec<_>>().concat();
    let handed = sent(&views).hand_off(&mut Desk::starting(day_of(100)), 161, "lead,at,event,reason\n", None);
    let to_sales = handed.changes.iter().filter(|change| change.lead == "Ada");
    assert_eq!(to_sales.map(|change| change.transition.at).collect::<Vec<_>>(), [day_of(161)]);
}

#[test]
fn the_replay_counts_what_can_be_counted_by_hand() {
    let files = files();
    let text = touched::outcomes_csv(&files.drawn);
    let options = backtest::Options {
        horizon: "7d".parse().unwrap(),
        from: None,
        to: None,
        money: files.drawn.settings.money,
        capacity: None,
        seed: 1,
    };
    let mut log = files.log();
    let tally = log.tally().clone();
    let known = files.known();
    let mut replay = |text: &str| {
        let read =
            Outcomes::read(text.as_bytes(), "outcomes.csv", &csv::Options::default(), None, &mut |_| ());
        let (histories, read) = (log.histories().unwrap(), read.unwrap());
        let until = read.known_until(&tally);
        backtest::backtest(&files.model, options, histories, until, &read, Some(&known)).unwrap()
    };
    let result = replay(&text);
    // With a horizon of a week, everyone is called on each Monday; so calls are snapshots, and the sums are plain.
    let threshold = files.model.policy().threshold.unwrap();
    let (mut calls, mut reached, mut all, mut converted) = (0.0, 0.0, 0.0, 0.0);
    let until = files.drawn.leads.iter().flat_map(|lead| {
        let life = lead.lifecycle;
        [life.created, life.handed_off, life.converted]
    });
    let until = until.flatten().chain(tally.last).max().unwrap();
    for draw in touched::open_draws(&files.drawn) {
        let lead = &files.drawn.leads[draw.lead];
        if draw.at.millis() + 7 * DAY > until.millis() {
            continue;
        }
        let yes = f64::from(u8::from(draw.converted == Some(true)));
        (all, converted) = (all + 1.0, converted + yes);
        let touched = TouchedLead { lead: &lead.fields(), touches: &lead.history.touches };
        if files.model.score_touches(touched, draw.at).unwrap().logit >= threshold {
            (calls, reached) = (calls + 1.0, reached + yes);
        }
    }
    let [model, everyone, points, last_touch] = &result.rules[..] else { panic!("four rules") };
    assert_eq!((model.calls.value, model.reached.value), (calls, reached));
    assert_eq!((everyone.calls.value, everyone.reached.value), (all, converted));
    // Whom nobody has touched is open, too: for three weeks whose outcome is known.
    let zoe = format!("Zoe,{},,,\n", Instant::from_millis(until.millis() - 28 * DAY));
    let more = replay(&(text + &zoe));
    assert_eq!(more.rules[1].calls.value - all, 3.0);
    // The same effort, so that what differs is whom it goes to.
    assert_eq!((points.calls.value, last_touch.calls.value), (calls, calls));
    assert_eq!(model.profit.value, 1_000.0 * reached - 20.0 * calls);
    assert_eq!(*model.profit_by_week.last().unwrap(), model.profit.value);
    assert!(model.profit.value > everyone.profit.value && model.profit.value > last_touch.profit.value);
    for rule in &result.rules {
        assert!(rule.profit.low < rule.profit.value && rule.profit.value < rule.profit.high);
    }
    // The page has its plot, whole and well formed, a line for each rule, and runs nothing.
    let page = result.to_html("test");
    let svg = &page[page.find("<svg").unwrap()..page.find("</svg>").unwrap() + 6];
    let plot = roxmltree::Document::parse(svg).unwrap();
    let lines = plot.descendants().filter(|node| node.has_tag_name("polyline")).count();
    assert!(lines >= 4 && !svg.contains("data-complete") && !page.contains("<script"));
    let told = page.replace('\u{2212}', "-");
    for rule in &result.rules {
        let shown = format!("{:.0}", rule.profit.value.abs());
        assert!(told.replace(',', "").contains(&shown), "{}: {shown}", rule.rule);
    }
    // The model has learnt from other leads of the same year, which a file can not tell.
    assert_eq!(result.seen, Some(true));
    assert!(result.learnt.contains("too good"), "{}", result.learnt);
}

#[test]
fn the_policy_earns_nearly_what_an_oracle_would() {
    // One small sample; the bench `profit` has twenty larger ones.
    let settings = Settings { leads: 1_500, seed: 1, ..Settings::default() };
    let [earned] = profit::simulate(&settings, 3_000, [1_000.0]);
    println!("{:.2} % of the oracle's profit left", 100.0 * earned.expected_regret());
    assert!((0.0..0.1).contains(&earned.expected_regret()), "{}", earned.expected_regret());
    assert!(earned.everyone < 0.5 * earned.policy, "{earned:?}");
    assert!(0 < earned.contacts && earned.contacts < earned.draws / 2);
}
