//! Each term's own strength: what bends may bend, what says nothing is flattened.

use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::sigmoid;
use sales_ready::train::basis::{Basis, BasisKind};
use sales_ready::train::fit::{Outcomes, cross_validate};
use sales_ready::train::leads::{Column, Leads, Values};
use sales_ready::train::split;
use sales_ready_tests::random::Random;

const ROWS: usize = 8_000;

/// A wave, a straight line and noise, each over 0 to 1.
fn leads(seed: u64) -> Leads {
    let mut random = Random::new(seed);
    let mut column = |name: &str| {
        Column::new(
            Field::new(name, FieldKind::Number(NumberFormat::default())),
            Values::Numbers((0..ROWS).map(|_| random.uniform()).collect()),
        )
    };
    let columns = vec![column("wave"), column("line"), column("noise")];
    let at = |place: usize, row: usize| match &columns[place].values {
        Values::Numbers(numbers) => numbers[row],
        Values::Levels { .. } => f64::NAN,
    };
    let logit =
        |row: usize| 1.5 * libm::sin(4.0 * std::f64::consts::TAU * at(0, row)) + 2.0 * at(1, row) - 1.5;
    let label = (0..ROWS).map(|row| random.uniform() < sigmoid(logit(row))).collect();
    let target = Target::new("converted", "yes");
    Leads { target, label, weights: None, columns, dates: None, groups: None, excluded: vec![] }
}

#[test]
fn a_wave_may_bend_and_noise_may_not() {
    for seed in 0..3 {
        let leads = leads(seed);
        let rows: Vec<usize> = (0..ROWS).collect();
        let basis = Basis::learn(&leads, &rows, BasisKind::Hats { knots: 32 });
        let design = basis.design(&leads, &rows);
        let outcomes = Outcomes::unweighted(leads.label.iter().copied());
        let folds = split::folds(&leads, &rows, 0);
        let chosen = cross_validate(&design, &outcomes, &folds, &mut |_, _| ()).expect("a fit");
        // One strength for all must either flatten the wave or let the noise bend: by term is better out of fold.
        assert!(
            chosen.steps().last().is_some_and(|step| step.kept),
            "{:?} {:?}",
            chosen.path,
            chosen.by_term
        );
        let [wave, line, noise] = chosen.strengths.blocks() else { panic!("three blocks") };
        assert!(wave.bend * 3.0 < line.bend, "{wave:?} {line:?}");
        assert!(wave.bend * 3.0 < noise.bend, "{wave:?} {noise:?}");
        assert!(wave.ridge < noise.ridge && line.ridge < noise.ridge, "{chosen:?}");
    }
}
