//! Features, shares, crossings and changes of touched leads, against slow and obvious ones.

#![expect(clippy::unwrap_used, reason = "a failing helper must fail its test")]

use std::collections::BTreeSet;

use sales_ready::explain::TouchExplanation;
use sales_ready::model::Term;
use sales_ready::score::TouchedLead;
use sales_ready::touch::{EngagementField, Measure, Recipe, Selection, Side, Touch};
use sales_ready::{ErrorKind, Instant, Lead, Model};
use sales_ready_tests::parity;
use sales_ready_tests::random::Random;

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

fn later(at: Instant, millis: i64) -> Instant {
    Instant::from_millis(at.millis() + millis)
}

/// A model, a lead, touches and an instant.
fn case(seed: u64, most: usize) -> (Model, Lead<'static>, Vec<Touch>, Instant) {
    let mut random = Random::new(seed);
    let as_of = Instant::from_millis(1_700_000_000_000 + (random.uniform() * 1e10) as i64);
    let touches = parity::touches(as_of, most, &mut random);
    (parity::touched_model(seed % 20).unwrap(), parity::plain_lead(&mut random), touches, as_of)
}

fn explained(model: &Model, lead: &Lead<'_>, touches: &[Touch], as_of: Instant) -> TouchExplanation {
    model.explain_touches(TouchedLead { lead, touches }, as_of).unwrap()
}

/// A feature by the words of its definition; `NaN` where it is missing.
fn slow_feature(recipe: &Recipe, field: &EngagementField, touches: &[Touch], as_of: Instant) -> f64 {
    let mut own: Vec<&Touch> = touches
        .iter()
        .filter(|touch| touch.at <= as_of)
        .filter(|touch| match &field.of {
            Selection::All => true,
            Selection::Side(side) => recipe.side(touch) == Some(*side),
            Selection::Kind(kind) => *touch.kind == **kind,
            _ => panic!("a selection this test does not know"),
        })
        .collect();
    // As the core breaks ties: by kind, side, stage and quantity.
    own.sort_by(|a, b| {
        let key = |touch: &Touch| (touch.at, touch.kind.clone(), recipe.side(touch), recipe.stage(touch));
        key(a).cmp(&key(b)).then(a.quantity.total_cmp(&b.quantity))
    });
    let age = |touch: &Touch| (as_of.millis() - touch.at.millis()) as f64 / DAY as f64;
    let days: BTreeSet<i64> = own.iter().map(|touch| touch.at.millis().div_euclid(DAY)).collect();
    match field.measure {
        Measure::Decayed { half_life } => {
            own.iter().map(|touch| touch.quantity * (-age(touch) / half_life).exp2()).sum()
        }
        Measure::Window { days } => {
            own.iter().filter(|touch| age(touch) < days).map(|touch| touch.quantity).sum()
        }
        Measure::SinceLast => own.last().map_or(f64::NAN, |touch| age(touch)),
        Measure::SinceFirst => own.first().map_or(f64::NAN, |touch| age(touch)),
        Measure::Kinds => own.iter().map(|touch| &touch.kind).collect::<BTreeSet<_>>().len() as f64,
        Measure::ActiveDays => days.len() as f64,
        Measure::Gap if days.len() < 2 => f64::NAN,
        Measure::Gap => {
            let gaps: Vec<i64> = days.iter().zip(days.iter().skip(1)).map(|(a, b)| b - a).collect();
            gaps.iter().sum::<i64>() as f64 / gaps.len() as f64
        }
        Measure::Alternations => {
            let sides: Vec<Side> = own.iter().filter_map(|touch| recipe.side(touch)).collect();
            sides.windows(2).filter(|pair| pair[0] != pair[1]).count() as f64
        }
        Measure::Stage => {
            let stages = own.iter().filter_map(|touch| recipe.stage(touch));
            stages
                .map(|stage| {
                    1.0 + sales_ready::touch::Stage::ALL.iter().position(|one| *one == stage).unwrap() as f64
                })
                .fold(0.0, f64::max)
        }
        _ => panic!("a measure this test does not know"),
    }
}

#[test]
fn features_are_those_of_the_definitions() {
    let mut seen = [0; 2];
    for seed in 0..600 {
        let (model, _, touches, as_of) = case(seed, 25);
        let recipe = model.recipe().unwrap();
        let found = recipe.features(&touches, as_of);
        for (field, found) in recipe.fields.iter().zip(found) {
            let expected = slow_feature(recipe, field, &touches, as_of);
            let size: f64 = touches.iter().map(|touch| touch.quantity.abs()).sum();
            let close = (found - expected).abs() <= 1e-12 * size.max(expected.abs());
            assert!(
                close || found.is_nan() && expected.is_nan(),
                "seed {seed}, {field:?}: {found}, {expected}"
            );
            seen[usize::from(found.is_nan())] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 300), "{seen:?}");
}

#[test]
fn half_of_a_touch_is_left_after_a_half_life_exactly() {
    for half_life in [0.25, 1.0, 7.0, 30.5] {
        let of = Selection::All;
        let field = EngagementField { name: "x".into(), of, measure: Measure::Decayed { half_life } };
        let recipe = Recipe { kinds: vec![], fields: vec![field] };
        let at = |lives: f64| Instant::from_millis((lives * half_life * DAY as f64) as i64);
        let left = |lives: f64| recipe.features(&[Touch::new(at(0.0), "x")], at(lives))[0];
        let mut expected = 1.0;
        for lives in 0..1000 {
            assert_eq!(left(f64::from(lives)), expected, "{half_life} days, {lives} lives");
            expected /= 2.0;
        }
        assert_eq!(left(1100.0), 0.0);
        assert!((left(0.5) - 0.5_f64.sqrt()).abs() < 1e-15);
    }
}

#[test]
fn neither_order_nor_what_is_to_come_changes_a_bit() {
    for seed in 0..300 {
        let (model, lead, mut touches, as_of) = case(seed, 20);
        let mut random = Random::new(seed + 1000);
        let bits = |touches: &[Touch]| {
            let found = explained(&model, &lead, touches, as_of);
            let features: Vec<u64> = found.features.iter().map(|value| value.to_bits()).collect();
            let contributions: Vec<u64> =
                found.explanation.contributions.iter().map(|one| one.logit.to_bits()).collect();
            (features, contributions)
        };
        let expected = bits(&touches);
        touches.reverse();
        assert_eq!(bits(&touches), expected, "seed {seed}");
        for place in (1..touches.len()).rev() {
            touches.swap(place, random.below(place + 1));
        }
        for days in [0.0, 3.0, 1e5] {
            touches.insert(0, Touch::new(later(as_of, 1 + (days * DAY as f64) as i64), "call"));
        }
        assert_eq!(bits(&touches), expected, "seed {seed}");
    }
}

#[test]
fn shares_reconcile_with_their_contribution_bit_for_bit() {
    let mut shared = 0;
    for seed in 0..600 {
        let (model, lead, touches, as_of) = case(seed, 40);
        let found = explained(&model, &lead, &touches, as_of);
        let without = explained(&model, &lead, &[], as_of);
        let made: Vec<&str> =
            model.recipe().unwrap().fields.iter().map(|field| field.name.as_str()).collect();
        let rests = |term: &Term| term.fields().iter().any(|field| made.contains(&field.as_str()));
        let expected: Vec<usize> = model
            .terms()
            .iter()
            .enumerate()
            .filter(|(_, term)| rests(term))
            .map(|(place, _)| place)
            .collect();
        assert_eq!(found.shares.iter().map(|shares| shares.contribution).collect::<Vec<_>>(), expected);
        for shares in &found.shares {
            let contribution = found.explanation.contributions[shares.contribution].logit;
            for reversed in [false, true] {
                let mut own: Vec<f64> = shares.touches.iter().map(|(_, share)| *share).collect();
                if reversed {
                    own.reverse();
                }
                let sum = own.iter().sum::<f64>() + shares.without + shares.rounding;
                assert_eq!(sum.to_bits(), contribution.to_bits(), "seed {seed}");
            }
            let bare = without.explanation.contributions[shares.contribution].logit;
            assert!((shares.without - bare).abs() < 1e-9 || shares.touches.is_empty(), "seed {seed}");
            assert!(shares.touches.iter().all(|(place, _)| touches[*place].at <= as_of));
            shared += shares.touches.len();
        }
        let sides = found.sides;
        let sum =
            model.intercept() + sides.marketing + sides.sales + sides.neither + sides.without + sides.fields;
        assert!((sum - found.explanation.score.logit).abs() < 1e-9, "seed {seed}");
        let of = |side| {
            let totals = found.totals(touches.len());
            let own =
                touches.iter().zip(totals).filter(|(touch, _)| model.recipe().unwrap().side(touch) == side);
            own.map(|(_, total)| total).sum::<f64>()
        };
        let expected = [of(Some(Side::Marketing)), of(Some(Side::Sales)), of(None)];
        for (found, expected) in [sides.marketing, sides.sales, sides.neither].iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "seed {seed}");
        }
    }
    assert!(shared > 10_000, "{shared}");
}

#[test]
fn shares_are_in_proportion_to_what_each_touch_adds() {
    for seed in 0..200 {
        let (model, lead, mut touches, as_of) = case(seed, 12);
        touches.retain(|touch| touch.quantity.abs() < 1e9);
        let recipe = model.recipe().unwrap();
        let found = explained(&model, &lead, &touches, as_of);
        let without = explained(&model, &lead, &[], as_of);
        for shares in &found.shares {
            let [name] = model.terms()[shares.contribution].fields() else { continue };
            let field = recipe.fields.iter().find(|field| field.name == *name).unwrap();
            // Of sums without order, a touch's part is the sum of it alone.
            if !matches!(field.measure, Measure::Decayed { .. } | Measure::Window { .. }) {
                continue;
            }
            let parts: Vec<f64> = touches
                .iter()
                .map(|touch| slow_feature(recipe, field, std::slice::from_ref(touch), as_of).abs())
                .collect();
            let total: f64 = parts.iter().sum();
            let logit = |found: &TouchExplanation| found.explanation.contributions[shares.contribution].logit;
            let beyond = logit(&found) - logit(&without);
            for (place, part) in parts.iter().enumerate() {
                let share =
                    shares.touches.iter().find(|(own, _)| *own == place).map_or(0.0, |(_, share)| *share);
                let expected = if total > 0.0 { beyond * part / total } else { 0.0 };
                assert!((share - expected).abs() < 1e-9, "seed {seed}: {share}, {expected}");
            }
        }
    }
}

#[test]
fn a_crossing_is_what_a_scan_of_every_minute_finds() {
    let mut found = [0; 2];
    for seed in 0..60 {
        let (model, lead, touches, as_of) = case(seed, 8);
        let past: Vec<Touch> = touches.iter().filter(|touch| touch.at <= as_of).cloned().collect();
        let both = TouchedLead { lead: &lead, touches: &past };
        // Where the logit will be in a day and a half: else few would cross.
        let mut document = model.document().clone();
        document.policy.threshold = Some(model.score_touches(both, later(as_of, 3 * DAY / 2)).unwrap().logit);
        let model = if seed % 4 > 0 { Model::try_from(document).unwrap() } else { model };
        let scan = (0..=3 * 1440).map(|minute| later(as_of, minute * MINUTE));
        let readiness: Vec<_> =
            model.history(both, scan).unwrap().into_iter().map(|(_, score)| score.readiness).collect();
        // Days on which it changes more than once are not what is promised.
        let changes = |day: usize| {
            readiness[day * 1440..=(day + 1) * 1440].windows(2).filter(|pair| pair[0] != pair[1]).count()
        };
        if (0..3).any(|day| changes(day) > 1) {
            continue;
        }
        let expected = readiness.iter().position(|one| *one != readiness[0]);
        let crossing = model.crossing(TouchedLead { touches: &touches, ..both }, as_of, 3).unwrap();
        assert_eq!(
            crossing.map(|one| one.at),
            expected.map(|minute| later(as_of, i64::try_from(minute).unwrap() * MINUTE)),
            "seed {seed}"
        );
        if let Some(crossing) = crossing {
            let score = model.score_touches(both, crossing.at).unwrap();
            assert_eq!(
                (score.logit.to_bits(), score.readiness),
                (crossing.logit.to_bits(), crossing.readiness)
            );
        }
        found[usize::from(crossing.is_some())] += 1;
    }
    assert!(found.iter().all(|count| *count > 3), "{found:?}");
}

#[test]
fn a_trend_is_the_scores_of_its_instants_and_has_an_end() {
    for seed in 0..50 {
        let (model, lead, touches, as_of) = case(seed, 20);
        let both = TouchedLead { lead: &lead, touches: &touches };
        let trend = model.trend(both, later(as_of, -20 * DAY), later(as_of, 10 * DAY), DAY).unwrap();
        assert_eq!(trend.len(), 31);
        for (at, score) in trend {
            assert_eq!(score, model.score_touches(both, at).unwrap(), "seed {seed}");
        }
    }
    let (model, lead, touches, as_of) = case(1, 20);
    let both = TouchedLead { lead: &lead, touches: &touches };
    let [first, last] = [i64::MIN, i64::MAX].map(Instant::from_millis);
    for (from, to, step) in [
        (as_of, as_of, 0),
        (as_of, as_of, -1),
        (later(as_of, 1), as_of, 1),
        (first, last, i64::MAX),
        (as_of, later(as_of, DAY), 1),
    ] {
        assert_eq!(model.trend(both, from, to, step).unwrap_err().kind(), ErrorKind::BadValue);
    }
    assert_eq!(model.trend(both, last, last, i64::MAX).unwrap().len(), 1);
    assert_eq!(model.crossing(both, as_of, 3661).unwrap_err().kind(), ErrorKind::BadValue);
    assert!(model.crossing(both, last, 3660).is_ok() && model.crossing(both, first, 3660).is_ok());
}

#[test]
fn a_change_is_divided_among_time_touches_and_fields() {
    for seed in 0..200 {
        let (model, lead, touches, as_of) = case(seed, 20);
        let since = later(as_of, -9 * DAY);
        let before = Lead::new().with("size", 0.25);
        let both = TouchedLead { lead: &lead, touches: &touches };
        let change = model.change(&before, since, both, as_of).unwrap();
        let old: Vec<Touch> = touches.iter().filter(|touch| touch.at <= since).cloned().collect();
        let logit = |lead: &Lead<'_>, touches: &[Touch], at| {
            model.score_touches(TouchedLead { lead, touches }, at).unwrap().logit
        };
        let steps = [
            logit(&before, &old, since),
            logit(&before, &old, as_of),
            logit(&before, &touches, as_of),
            logit(&lead, &touches, as_of),
        ];
        assert_eq!([change.before.logit, change.after.logit], [steps[0], steps[3]]);
        let parts = [change.decay, change.touches, change.fields];
        assert_eq!(parts, [steps[1] - steps[0], steps[2] - steps[1], steps[3] - steps[2]], "seed {seed}");
    }
    let (model, lead, touches, as_of) = case(1, 20);
    let both = TouchedLead { lead: &lead, touches: &touches };
    assert_eq!(model.change(&lead, later(as_of, 1), both, as_of).unwrap_err().kind(), ErrorKind::BadValue);
}

#[test]
fn quantities_that_no_sum_can_hold_give_an_answer() {
    let (model, lead, _, as_of) = case(3, 0);
    for quantity in [f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let touches: Vec<Touch> =
            ["call", "x"].map(|kind| Touch { quantity, ..Touch::new(as_of, kind) }).into();
        let found = explained(&model, &lead, &touches, as_of);
        for shares in &found.shares {
            let sum =
                shares.touches.iter().map(|(_, share)| share).sum::<f64>() + shares.without + shares.rounding;
            assert_eq!(sum.to_bits(), found.explanation.contributions[shares.contribution].logit.to_bits());
        }
    }
}
