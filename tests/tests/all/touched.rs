//! The touched leads are what their generator says.

use sales_ready::touch::{EngagementField, Measure, Recipe, Selection};
use sales_ready_tests::reference;
use sales_ready_tests::touched::{self, BUNDLED, HalfLives, KINDS, Settings, TouchedLeads};

#[test]
fn bundled_files_are_the_generators_output() {
    let advice = "run `cargo run --release -p sales-ready-tests --bin sample` and look at the difference";
    let drawn = touched::generate(&BUNDLED);
    for (bundled, made, name) in [
        (include_str!("../../sample/touches.csv"), touched::touches_csv(&drawn), "touches.csv"),
        (include_str!("../../sample/outcomes.csv"), touched::outcomes_csv(&drawn), "outcomes.csv"),
        (include_str!("../../sample/touched-leads.csv"), touched::leads_csv(&drawn), "touched-leads.csv"),
    ] {
        assert!(bundled == made, "sample/{name} is stale: {advice}");
        assert!(made.len() < 1_100_000, "{name}: {} bytes", made.len());
    }
}

#[test]
fn conversions_follow_the_stated_chances() {
    let leads = touched::generate(&Settings { leads: 6_000, seed: 3, ..Settings::default() });
    let draws = leads.draws();
    for edges in [0.0, 0.01, 0.02, 0.04, 0.08, 0.16, 1.0].windows(2) {
        let (mut count, mut converted, mut expected, mut variance) = (0.0, 0.0, 0.0, 0.0);
        for draw in draws.iter().filter(|draw| (edges[0]..edges[1]).contains(&draw.probability)) {
            let Some(outcome) = draw.converted else { continue };
            count += 1.0;
            converted += f64::from(u8::from(outcome));
            expected += draw.probability;
            variance += draw.probability * (1.0 - draw.probability);
        }
        assert!(count > 1_000.0, "{edges:?} holds {count} draws");
        let distance = (converted - expected) / f64::sqrt(variance);
        assert!(distance.abs() < 4.0, "{edges:?}: {converted} of {count}, expected {expected}");
    }
}

#[test]
fn the_truth_is_the_recipe_of_the_half_lives() {
    let half_lives = HalfLives { odd: Some(("webinar", 56.0)), ..Settings::default().half_lives };
    let settings = Settings { leads: 50, bonus: 1.0, half_lives, ..Settings::default() };
    let drawn = touched::generate(&settings);
    let fields = KINDS.map(|kind| EngagementField {
        name: kind.kind.into(),
        of: Selection::Kind(kind.kind.into()),
        measure: Measure::Decayed { half_life: half_lives.of(&kind) },
    });
    let recipe = Recipe { kinds: vec![], fields: fields.to_vec() };
    let truth = drawn.truth();
    for draw in drawn.draws() {
        let touches = &drawn.leads[draw.lead].history.touches;
        let features = recipe.features(touches, draw.at);
        let sum: f64 = KINDS.iter().zip(features).map(|(kind, value)| kind.effect * value).sum();
        assert!((sum - truth.engagement(touches, draw.at)).abs() < 1e-9);
    }
}

#[test]
fn touches_are_in_order_and_end_with_the_lead() {
    let drawn = touched::generate(&Settings { leads: 400, ..Settings::default() });
    for lead in &drawn.leads {
        let (life, touches) = (&lead.lifecycle, &lead.history.touches);
        assert!(touches.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let last = life.converted.or(life.closed).unwrap_or(drawn.end());
        assert!(touches.iter().all(|touch| lead.created() < touch.at && touch.at <= last));
        assert!(life.converted.is_none() || life.closed.is_none());
        assert!(life.handed_off.is_none_or(|handed| lead.created() < handed && handed <= drawn.end()));
    }
    let more = touched::generate(&Settings { leads: 500, ..Settings::default() });
    assert!(drawn.leads.iter().zip(&more.leads).all(|(a, b)| a.history == b.history));
}

#[test]
fn a_marketer_would_believe_it() {
    let drawn = touched::generate(&Settings::default());
    let leads = drawn.leads.len() as f64;
    let share = |count: usize| count as f64 / leads;
    let converted = share(drawn.leads.iter().filter(|lead| lead.lifecycle.converted.is_some()).count());
    let handed = share(drawn.leads.iter().filter(|lead| lead.lifecycle.handed_off.is_some()).count());
    let closed = share(drawn.leads.iter().filter(|lead| lead.lifecycle.closed.is_some()).count());
    let touches = share(drawn.leads.iter().map(|lead| lead.history.touches.len()).sum());
    println!("{converted} converted, {handed} handed off, {closed} closed, {touches} touches a lead");
    assert!((0.2..0.5).contains(&converted), "{converted}");
    assert!((0.2..0.6).contains(&handed), "{handed}");
    assert!((0.02..0.3).contains(&closed), "{closed}");
    assert!((8.0..30.0).contains(&touches), "{touches}");
    let auc = auc_of_truth(&drawn);
    println!("AUC of the truth {auc}");
    assert!((0.7..0.85).contains(&auc), "{auc}");
}

#[test]
fn daily_draws_tell_of_the_same_leads() {
    let rate = |period: u32| {
        let settings = Settings { leads: 2_000, period, hand_off: false, ..Settings::default() };
        let drawn = touched::generate(&settings);
        drawn.leads.iter().filter(|lead| lead.lifecycle.converted.is_some()).count() as f64 / 2_000.0
    };
    let (weekly, daily) = (rate(7), rate(1));
    assert!((weekly - daily).abs() < 0.06, "{weekly} and {daily}");
}

#[test]
fn sides_and_half_lives_are_those_of_the_settings() {
    let lives = HalfLives::shared(28.0);
    assert!(KINDS.iter().all(|kind| lives.of(kind).total_cmp(&28.0).is_eq()));
    let drawn = touched::generate(&Settings { leads: 100, hand_off: false, ..Settings::default() });
    assert!(drawn.leads.iter().all(|lead| lead.lifecycle.handed_off.is_none()));
    let touches = drawn.leads.iter().flat_map(|lead| &lead.history.touches);
    for touch in touches {
        let kind = KINDS.iter().find(|kind| kind.kind == &*touch.kind).unwrap();
        assert_eq!(touch.side, Some(kind.side));
    }
}

fn auc_of_truth(drawn: &TouchedLeads) -> f64 {
    let known: Vec<_> = drawn.draws().into_iter().filter(|draw| draw.converted.is_some()).collect();
    let chances: Vec<f64> = known.iter().map(|draw| draw.probability).collect();
    let labels: Vec<bool> = known.iter().map(|draw| draw.converted == Some(true)).collect();
    reference::auc(&chances, &labels, &vec![1.0; known.len()])
}
