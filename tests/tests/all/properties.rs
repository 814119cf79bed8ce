//! What holds for every number, curve, model and lead.

use std::borrow::Cow;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sales_ready::model::{Axis, Curve, NumberFormat, Reading, Term};
use sales_ready::{ErrorKind, Lead, Model, Value};
use sales_ready_tests::parity;
use sales_ready_tests::random::Random;

/// How many units in the last place a few roundings may cost.
const SLACK: f64 = 8.0 * f64::EPSILON;

fn finite() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        finite(),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        any::<u64>().prop_map(f64::from_bits)
    ]
}

fn format() -> impl Strategy<Value = NumberFormat> {
    let marks = prop_oneof![
        Just(('.', None)),
        Just((',', None)),
        Just(('.', Some(','))),
        Just((',', Some('.'))),
        Just(('.', Some('\''))),
        Just((',', Some(' '))),
        Just((',', Some('\u{a0}'))),
    ];
    let unit = prop_oneof![Just(None), Just(Some("€")), Just(Some("%")), Just(Some("CHF"))];
    (marks, unit).prop_map(|((decimal, group), unit)| NumberFormat {
        decimal,
        group,
        unit: unit.map(str::to_owned),
    })
}

/// Knots a person's data could have, and far wilder ones.
fn curve() -> impl Strategy<Value = Curve> {
    let place = prop_oneof![-100.0..100.0, -1e-300..1e-300, -8e307..8e307, (-50..50).prop_map(f64::from)];
    let value = prop_oneof![-5.0..5.0, -1e-300..1e-300, -8e307..8e307, Just(0.0)];
    (prop::collection::vec((place, value), 1..12), -5.0..5.0).prop_map(
        |(mut knots, missing): (Vec<(f64, f64)>, f64)| {
            knots.sort_by(|a, b| a.0.total_cmp(&b.0));
            // Zero and minus zero are one knot.
            knots.dedup_by(|a, b| a.0 <= b.0);
            let (x, y) = knots.into_iter().unzip();
            Curve { field: "x".into(), x, y, missing, missing_se: None, se: vec![] }
        },
    )
}

fn rising() -> impl Strategy<Value = Curve> {
    curve().prop_map(|mut curve| {
        curve.y.sort_by(f64::total_cmp);
        curve
    })
}

fn value() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        Just(Value::Missing),
        any_number().prop_map(Value::Number),
        any::<bool>().prop_map(Value::Flag),
        any::<String>().prop_map(|text| Value::Text(Cow::Owned(text))),
        "[-+ ]{0,2}[0-9.,' €%eE]{0,12}".prop_map(|text| Value::Text(Cow::Owned(text))),
    ]
}

/// The cell by the words of the file format.
fn slow_cell(axis: &Axis, reading: &Reading<'_>) -> usize {
    let yes = ["true", "yes", "1", "y", "t"];
    let no = ["false", "no", "0", "n", "f"];
    match (axis, reading) {
        (_, Reading::Missing) => axis.cells() - 1,
        (Axis::Cuts(cuts), Reading::Number(x)) => cuts.iter().filter(|cut| *cut <= x).count(),
        (Axis::Levels(levels), Reading::Level(text)) => {
            levels.iter().position(|level| level == text).unwrap_or(levels.len())
        }
        (Axis::Levels(levels), Reading::Flag(flag)) => {
            let words = if *flag { yes } else { no };
            let says = |level: &String| words.contains(&level.to_ascii_lowercase().as_str());
            levels.iter().position(says).unwrap_or(levels.len())
        }
        _ => panic!("a field reads a number as a number, and a category as a level or a flag"),
    }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

/// The same cases each time: finding new ones is the fuzzers' work, and a build must not fail by chance.
fn repeatable() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(repeatable())]

    #[test]
    fn a_written_number_reads_back_with_the_same_bits(number in finite(), format in format()) {
        let text = parity::write_number(&format, number);
        prop_assert_eq!(format.parse(&text).map(f64::to_bits), Some(number.to_bits()), "{}", text);
    }

    #[test]
    fn a_unit_may_stand_before_the_number(number in finite(), format in format()) {
        let unit = format.unit.clone().unwrap_or_default();
        let bare = parity::write_number(&NumberFormat { unit: None, ..format.clone() }, number.abs());
        let sign = if number.is_sign_negative() { "-" } else { "" };
        for text in [format!("{sign}{unit} {bare}"), format!("{unit}{sign}{bare}"), format!(" {sign}{bare}{unit} ")] {
            if unit.is_empty() && text.trim() != format!("{sign}{bare}") {
                continue;
            }
            prop_assert_eq!(format.parse(&text).map(f64::to_bits), Some(number.to_bits()), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic_or_give_an_odd_number(text in any::<String>(), format in format()) {
        prop_assert!(format.parse(&text).is_none_or(f64::is_finite));
    }

    #[test]
    fn a_curve_passes_through_its_knots(curve in curve()) {
        for (x, y) in curve.x.iter().zip(&curve.y) {
            prop_assert_eq!(curve.at(*x).to_bits(), y.to_bits());
        }
    }

    #[test]
    fn a_curve_stays_within_its_values(curve in curve(), x in any_number()) {
        let value = curve.at(x);
        let low = curve.y.iter().copied().fold(f64::INFINITY, f64::min);
        let high = curve.y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // y0 + (y1 − y0) may round past y1.
        let slack = SLACK * largest(&curve.y);
        if x.is_nan() {
            prop_assert_eq!(value.to_bits(), curve.missing.to_bits());
        } else {
            prop_assert!(low - slack <= value && value <= high + slack, "{} at {}", value, x);
        }
    }

    #[test]
    fn a_curve_is_flat_outside_its_knots(curve in curve()) {
        let (first, last) = (curve.y[0], curve.y[curve.y.len() - 1]);
        for x in [f64::NEG_INFINITY, f64::MIN, curve.x[0].next_down()] {
            prop_assert_eq!(curve.at(x).to_bits(), first.to_bits());
        }
        for x in [f64::INFINITY, f64::MAX, curve.x[curve.x.len() - 1].next_up()] {
            prop_assert_eq!(curve.at(x).to_bits(), last.to_bits());
        }
    }

    #[test]
    fn a_rising_curve_keeps_the_order_of_leads(curve in rising(), a in any_number(), b in any_number()) {
        prop_assume!(a <= b);
        prop_assert!(curve.at(a) <= curve.at(b) + SLACK * largest(&curve.y));
    }

    #[test]
    fn first_reaching_inverts_a_rising_curve(curve in rising(), share in 0.0..1.0) {
        let (low, high) = (curve.y[0], curve.y[curve.y.len() - 1]);
        let y = low + (high - low) * share;
        prop_assume!(y <= high);
        let Some(x) = curve.first_reaching(y) else { return Err(TestCaseError::fail("never reached")) };
        if x == f64::NEG_INFINITY {
            prop_assert!(low >= y);
            return Ok(());
        }
        let right = curve.x.iter().position(|knot| *knot >= x).unwrap_or(curve.x.len() - 1).max(1);
        let (x0, x1) = (curve.x[right - 1], curve.x[right]);
        let slope = (curve.y[right] - curve.y[right - 1]) / (x1 - x0);
        prop_assert!(curve.x[0] <= x && x <= curve.x[curve.x.len() - 1]);
        // The roundings of y, and those of x carried over by the slope (never more than the whole step).
        let carried = (slope * SLACK * x0.abs().max(x1.abs())).min(curve.y[right] - curve.y[right - 1]);
        let slack = SLACK * largest(&curve.y) + carried;
        prop_assert!((curve.at(x) - y).abs() <= slack, "{} at {}, wanted {}", curve.at(x), x, y);
    }

    #[test]
    fn a_number_is_in_the_cell_between_its_cuts(
        cuts in prop::collection::vec(prop_oneof![finite(), (-3..3).prop_map(f64::from)], 0..6),
        x in prop_oneof![any_number(), (-3..3).prop_map(f64::from)],
    ) {
        let mut cuts = cuts;
        cuts.sort_by(f64::total_cmp);
        // Zero and minus zero are one cut.
        cuts.dedup_by(|a, b| a <= b);
        let axis = Axis::Cuts(cuts.clone());
        let cell = axis.cell(&Reading::Number(x));
        prop_assert_eq!(axis.cells(), cuts.len() + 2);
        if x.is_nan() {
            prop_assert_eq!(cell, axis.cell(&Reading::Missing));
        } else {
            prop_assert!(cell <= cuts.len());
            prop_assert!(cell == 0 || cuts[cell - 1] <= x);
            prop_assert!(cell == cuts.len() || x < cuts[cell]);
        }
    }

    #[test]
    fn a_pair_is_its_table_looked_up(seed in 0_u64..200, values in prop::collection::vec(value(), 2)) {
        let model = parity::model(seed).unwrap();
        for term in model.terms() {
            let Term::Pair(pair) = term else { continue };
            let field = |name: &String| model.fields().iter().find(|field| field.name == *name).unwrap();
            let [Ok(first), Ok(second)] = [0, 1].map(|side| field(&pair.fields[side]).read(&values[side])) else {
                continue;
            };
            let expected = pair.values[slow_cell(&pair.axes[0], &first)][slow_cell(&pair.axes[1], &second)];
            prop_assert_eq!(term.value(&[&first, &second]).to_bits(), expected.to_bits());
            prop_assert_eq!(pair.value(&first, &second).to_bits(), expected.to_bits());
            let (low, high) = term.range();
            prop_assert!(low <= expected && expected <= high);
        }
    }

    #[test]
    fn a_model_file_is_byte_identical_after_a_round_trip(seed in any::<u64>()) {
        let text = parity::model(seed).unwrap().to_json();
        prop_assert_eq!(Model::from_json(&text).unwrap().to_json(), text);
    }

    #[test]
    fn any_value_scores_or_says_what_it_is_not(
        seed in 0_u64..20,
        values in prop::collection::vec(value(), 40),
        names in prop::collection::vec(any::<String>(), 3),
    ) {
        let model = parity::model(seed).unwrap();
        let mut lead: Lead<'_> =
            model.fields().iter().zip(&values).map(|(field, value)| (field.name.clone(), value.clone())).collect();
        lead.insert(names[0].clone(), values[0].clone());
        match model.explain(&lead) {
            Ok(explanation) => {
                prop_assert!(explanation.score.logit.is_finite());
                prop_assert!((0.0..=1.0).contains(&explanation.score.probability));
                prop_assert_eq!(explanation.score, model.score(&lead).unwrap());
            }
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::BadValue),
        }
        for (place, count) in [(0, 0), (1, 1), (5, 40)] {
            let _ = model.score_values(&values[place.min(count)..count]);
        }
    }

    #[test]
    fn a_damaged_model_file_is_refused_or_still_scores(seed in 0_u64..20, place in any::<u64>(), byte in any::<u8>()) {
        let mut bytes = parity::model(seed).unwrap().to_json().into_bytes();
        let place = (place % bytes.len() as u64) as usize;
        bytes[place] = byte;
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(model) = Model::from_json(&text) {
            let mut random = Random::new(seed);
            prop_assert!(model.logit(&parity::lead(&model, &mut random)).is_ok());
        }
    }
}

#[test]
fn a_flag_reads_as_one_or_zero() {
    let curve = Curve {
        field: "x".into(),
        x: vec![0.0, 1.0],
        y: vec![-1.0, 2.0],
        missing: 0.0,
        missing_se: None,
        se: vec![],
    };
    let values = [true, false].map(|flag| curve.value(&Reading::Flag(flag)).to_bits());
    assert_eq!(values, [2.0_f64, -1.0].map(f64::to_bits));
}
