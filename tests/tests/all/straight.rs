//! Straight lines where leads tell of no more, curves where they do.

use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::train::basis::BasisKind;
use sales_ready::train::leads::{Column, Leads, Values};
use sales_ready::train::{Options, train};
use sales_ready::{Lead, Model, sigmoid};
use sales_ready_tests::random::Random;

const FIELDS: usize = 8;

/// A lead's numbers and the truth about it.
type Drawn = ([f64; FIELDS], f64);

fn draw(random: &mut Random, logit: fn(&[f64; FIELDS]) -> f64) -> Drawn {
    let numbers = std::array::from_fn(|_| random.normal());
    (numbers, sigmoid(logit(&numbers)))
}

fn leads(random: &mut Random, rows: usize, logit: fn(&[f64; FIELDS]) -> f64) -> Leads {
    let drawn: Vec<Drawn> = (0..rows).map(|_| draw(random, logit)).collect();
    let label = drawn.iter().map(|(_, chance)| random.chance(*chance)).collect();
    let column = |place: usize| {
        let values: Vec<f64> = drawn.iter().map(|(numbers, _)| numbers[place]).collect();
        let kind = FieldKind::Number(NumberFormat::default());
        Column::new(Field::new(format!("f{place}"), kind), Values::Numbers(values.into()))
    };
    let target = Target::new("converted", "yes");
    let columns = (0..FIELDS).map(column).collect();
    Leads { target, label, weights: None, columns, dates: None, groups: None, excluded: vec![] }
}

/// What a model loses on new leads for not knowing the truth: the mean divergence of its chances from theirs.
fn loss(model: &Model, random: &mut Random, logit: fn(&[f64; FIELDS]) -> f64) -> f64 {
    const NEW: usize = 4_000;
    let of_one = || {
        let (numbers, truth) = draw(random, logit);
        let lead: Lead<'_> =
            numbers.iter().enumerate().map(|(place, number)| (format!("f{place}"), *number)).collect();
        let said = model.score(&lead).expect("a sound lead").probability;
        truth * libm::log(truth / said) + (1.0 - truth) * libm::log((1.0 - truth) / (1.0 - said))
    };
    std::iter::repeat_with(of_one).take(NEW).sum::<f64>() / NEW as f64
}

fn trained(leads: &Leads, basis: BasisKind, pairs: usize) -> Model {
    let mut options = Options::default();
    options.basis = basis;
    options.pairs = pairs;
    train(leads, &options, &mut |_| ()).expect("a sound table").model
}

fn is_straight(model: &Model) -> bool {
    let steps = &model.card().expect("a card").training.steps;
    steps.iter().any(|step| step.step.starts_with("straight lines") && step.kept)
}

#[test]
fn few_conversions_that_tell_of_no_bends_are_fitted_as_lines_fit_them() {
    let logit = |x: &[f64; FIELDS]| -3.6 + 0.7 * x[0] - 0.5 * x[1] + 0.4 * x[2] - 0.3 * x[3];
    let (mut own, mut lines, mut straight) = (0.0, 0.0, 0);
    for seed in 0..6 {
        let leads = leads(&mut Random::new(seed), 1_500, logit);
        let [model, linear] =
            [Options::default().basis, BasisKind::Linear].map(|kind| trained(&leads, kind, 10));
        own += loss(&model, &mut Random::new(100 + seed), logit);
        lines += loss(&linear, &mut Random::new(100 + seed), logit);
        straight += usize::from(is_straight(&model));
    }
    assert!(straight >= 4, "{straight} of 6");
    assert!(own < 1.25 * lines, "{own} {lines}");
}

#[test]
fn bends_that_are_there_are_fitted() {
    let logit = |x: &[f64; FIELDS]| {
        -2.0 + 1.5 * libm::tanh(3.0 * x[0]) + if x[1].abs() < 0.5 { 1.0 } else { 0.0 } - 0.5 * x[2]
    };
    let leads = leads(&mut Random::new(0), 2_000, logit);
    let [model, linear] = [Options::default().basis, BasisKind::Linear].map(|kind| trained(&leads, kind, 0));
    let [own, lines] = [&model, &linear].map(|model| loss(model, &mut Random::new(100), logit));
    assert!(own < 0.5 * lines, "{own} {lines}");
}
