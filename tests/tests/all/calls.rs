//! What the card of a model of touches says of calls is what a replay of other leads comes to.
#![expect(clippy::unwrap_used, reason = "a failing helper must fail its test")]

use sales_ready::Instant;
use sales_ready::backtest::{self, backtest};
use sales_ready::model::{Counted, Estimate, Looks, Model};
use sales_ready::train::csv::Options as CsvOptions;
use sales_ready::train::leads::Horizon;
use sales_ready::train::touches::bring::{Options as Bring, bring};
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::touches::log::{Log, Options as LogOptions};
use sales_ready::train::{Money, Options, train};
use sales_ready_tests::touched::{Settings, generate, outcomes_csv, touches_csv};

const HORIZON: Horizon = Horizon { days: 28 };
const MONEY: Money = Money { cost_per_contact: 20.0, value_per_conversion: 300.0 };

fn read(settings: &Settings) -> (Log, Outcomes) {
    let drawn = generate(settings);
    let (touches, outcomes) = (touches_csv(&drawn), outcomes_csv(&drawn));
    let log = Log::read(touches.as_bytes(), "touches.csv", &LogOptions::default(), &mut |_| ()).unwrap();
    let csv = CsvOptions::default();
    let outcomes = Outcomes::read(outcomes.as_bytes(), "outcomes.csv", &csv, None, &mut |_| ()).unwrap();
    (log, outcomes)
}

/// A model that looks at leads each Monday, as the replay does.
fn model(settings: &Settings) -> Model {
    let (mut log, outcomes) = read(settings);
    let looks = Looks { every: Some(7), touch_days: false, as_of: None };
    let making = Bring { looks, horizon: HORIZON, until: None, most: usize::MAX, exclude: vec![], seed: 0 };
    let made = bring(&mut log, "touches.csv", &outcomes, None, &making).unwrap();
    let mut options = Options::default();
    (options.kinds, options.horizon, options.looks) = (made.kinds, Some(HORIZON), Some(looks));
    (options.money, options.pairs) = (Some(MONEY), 0);
    train(&made.brought.leads, &options, &mut |_| ()).unwrap().model
}

/// Profit for 100 calls of everyone, and the share of the model's calls that reach a conversion, of other leads.
fn replayed(model: &Model, settings: &Settings) -> (f64, f64) {
    let (mut log, outcomes) = read(settings);
    let until = outcomes.known_until(log.tally());
    // The last weeks, as they are measured: at the end of a log, many open leads are those that do not convert.
    let last =
        model.card().and_then(|card| card.data.period.as_ref()).map(|[_, last]| last.parse::<Instant>());
    let from = last.unwrap().unwrap().plus_days(-49.0);
    let (from, to) = (Some(from), None);
    let options = backtest::Options { horizon: HORIZON, from, to, money: MONEY, capacity: None, seed: 0 };
    let result = backtest(model, options, log.histories().unwrap(), until, &outcomes, None).unwrap();
    let [own, everyone, ..] = &result.rules[..] else { panic!("four rules") };
    (100.0 * own.profit.value / everyone.calls.value, own.reached.value / own.calls.value)
}

#[test]
fn what_calls_earn_is_what_a_replay_of_other_leads_earns() {
    let holds = |interval: Estimate, truth: f64| usize::from(interval.low <= truth && truth <= interval.high);
    let (mut profits, mut rates) = (0, 0);
    for seed in 0..3 {
        let settings = Settings { leads: 300, seed: 100 + seed, hand_off: false, ..Settings::default() };
        let model = model(&settings);
        let flagged = model.card().unwrap().flagged;
        assert_eq!(flagged.counted, Counted::Calls);
        let (profit, rate) = replayed(&model, &Settings { leads: 800, seed: 900 + seed, ..settings });
        profits += holds(flagged.profit.unwrap().per_100_leads, profit);
        rates += holds(flagged.precision.unwrap(), rate);
    }
    // Intervals of 95 %, and replays have an error of their own.
    assert!(profits >= 2 && rates >= 2, "{profits} of 3 profits, {rates} of 3 rates");
}
