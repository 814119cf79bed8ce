//! A weight is a number of leads, and probabilities keep to the rate at which these convert.

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use sales_ready::model::{Field, FieldKind, Model, NumberFormat, Target, Term};
use sales_ready::train::basis::{Basis, BasisKind};
use sales_ready::train::fit::{Fitted, LogisticParams, Outcomes, cross_validate};
use sales_ready::train::leads::{Column, Groups, Leads, Values};
use sales_ready::train::{Options, train};
use sales_ready_tests::random::Random;
use sales_ready_tests::sample;

/// Leads of which about two of a hundred convert.
fn rare(count: usize) -> Leads {
    let mut random = Random::new(17);
    let visits: Vec<f64> = (0..count).map(|_| f64::from(random.poisson(2.0))).collect();
    let codes: Vec<u32> = (0..count).map(|_| random.below(3) as u32).collect();
    let label = visits
        .iter()
        .zip(&codes)
        .map(|(visits, code)| random.chance(sales_ready::sigmoid(0.5 * visits + f64::from(*code) - 6.3)));
    let field = |name: &str, kind| Field::new(name, kind);
    let levels = ["fair", "mail", "web"].map(str::to_owned).to_vec();
    Leads {
        target: Target::new("converted", "yes"),
        label: label.collect(),
        weights: None,
        columns: vec![
            Column::new(
                field("visits", FieldKind::Number(NumberFormat::default())),
                Values::Numbers(visits.into()),
            ),
            Column::new(field("source", FieldKind::Category), Values::Levels { levels, codes }),
        ],
        dates: None,
        groups: None,
        excluded: vec![],
    }
}

/// The leads of some rows.
fn only(leads: &Leads, rows: &[usize]) -> Leads {
    let column = |column: &Column| {
        let values = match &column.values {
            Values::Numbers(numbers) => Values::Numbers(rows.iter().map(|row| numbers[*row]).collect()),
            Values::Levels { levels, codes } => {
                Values::Levels { levels: levels.clone(), codes: rows.iter().map(|row| codes[*row]).collect() }
            }
        };
        Column::new(column.field.clone(), values)
    };
    Leads {
        label: rows.iter().map(|row| leads.label[*row]).collect(),
        columns: leads.columns.iter().map(column).collect(),
        ..leads.clone()
    }
}

/// Leads expected to convert by held-out probabilities, and by how many standard deviations of chance the true number
/// differs.
fn expected(leads: &Leads, conversions: f64) -> (f64, f64) {
    let held_out =
        train(leads, &Options::default(), &mut |_| ()).expect("a sound table").held_out.predictions;
    assert_eq!(held_out.probability.len(), leads.len());
    let leads = held_out.probability.iter().zip(&held_out.weight);
    let (sum, variance) = leads.fold((0.0, 0.0), |(sum, variance), (p, weight)| {
        (sum + weight * p, variance + weight * weight * p * (1.0 - p))
    });
    (sum, (sum - conversions) / f64::sqrt(variance))
}

#[test]
fn probabilities_keep_to_a_rate_of_two_in_a_hundred() {
    let leads = rare(8_000);
    let conversions = leads.conversions() as f64;
    assert!((0.015..0.025).contains(&(conversions / 8_000.0)), "{conversions}");
    let (sum, distance) = expected(&leads, conversions);
    assert!(distance.abs() < 3.0, "{sum} expected, {conversions} converted");
    // Fitted to the rate, they come much nearer than chance alone.
    assert!((sum / conversions - 1.0).abs() < 0.03, "{sum} expected, {conversions} converted");
}

#[test]
fn weights_undo_an_export_that_left_leads_out() {
    let all = rare(12_000);
    let mut others = 0;
    let kept: Vec<usize> = (0..all.len())
        .filter(|row| {
            others += usize::from(!all.label[*row]);
            all.label[*row] || others % 10 == 0
        })
        .collect();
    let mut leads = only(&all, &kept);
    let conversions = leads.conversions() as f64;
    leads.weights = Some(leads.label.iter().map(|converted| if *converted { 1.0 } else { 10.0 }).collect());
    let (sum, _) = expected(&leads, conversions);
    // A lead that stands for ten is one lead all the same: which ones were kept moves the sum by some 4 %.
    assert!((sum / conversions - 1.0).abs() < 0.12, "{sum} expected, {conversions} converted");
    // Without them, a probability is that of a table in which every sixth lead converts.
    leads.weights = None;
    let rate = conversions / leads.len() as f64;
    let (sum, _) = expected(&leads, conversions);
    assert!(rate > 0.1 && (sum / leads.len() as f64 - rate).abs() < 0.03 * rate, "{sum} of {}", leads.len());
}

/// A table in which row i stands for 1 + i mod 3 leads, and the table that has them all.
#[test]
fn a_weight_is_as_good_as_repeated_rows() {
    let leads = sample::generate(5, 900).to_leads();
    let times = |row: usize| 1 + row % 3;
    let rows: Vec<usize> = (0..leads.len()).collect();
    let repeated: Vec<usize> = rows.iter().flat_map(|row| std::iter::repeat_n(*row, times(*row))).collect();
    let basis = Basis::learn(&leads, &rows, BasisKind::Hats { knots: 12 });
    let weighted = Outcomes {
        converted: rows.iter().map(|row| f64::from(u8::from(leads.label[*row]))).collect(),
        weights: rows.iter().map(|row| times(*row) as f64).collect(),
    };
    let unweighted = Outcomes::unweighted(repeated.iter().map(|row| leads.label[*row]));
    let fit = |rows: &[usize], outcomes: &Outcomes, penalty: f64| -> Fitted {
        let params = LogisticParams::new().penalty(penalty).check().expect("a penalty");
        let dataset = DatasetBase::new(basis.design(&leads, rows), outcomes.clone());
        params.fit(&dataset).expect("a penalised fit")
    };
    for penalty in [0.1, 10.0] {
        let (a, b) = (fit(&rows, &weighted, penalty), fit(&repeated, &unweighted, penalty));
        assert_close(&a.coefficients().to_vec(), &b.coefficients().to_vec(), 1e-9);
        assert_close(&a.standard_errors().to_vec(), &b.standard_errors().to_vec(), 1e-9);
        assert!((a.log_likelihood() - b.log_likelihood()).abs() < 1e-8);
    }
    // In cross-validation too, where the copies of a row share its fold.
    let folds = |rows: &[usize]| rows.iter().map(|row| row % 5).collect::<Vec<_>>();
    let chosen = |rows: &[usize], outcomes: &Outcomes| {
        cross_validate(&basis.design(&leads, rows), outcomes, &folds(rows), &mut |_, _| ()).expect("a fit")
    };
    let (a, b) = (chosen(&rows, &weighted), chosen(&repeated, &unweighted));
    assert_eq!(a.penalty.total_cmp(&b.penalty), std::cmp::Ordering::Equal);
    // What is near its least loss by so much in either table need not be the same to more digits.
    let losses = |path: &[(f64, f64)]| path.iter().map(|(_, loss)| *loss).collect::<Vec<_>>();
    assert_close(&losses(&a.path), &losses(&b.path), 1e-6);
}

/// Neither a scale of weights nor rows that are there again, by a column that says so, tell more of leads.
#[test]
fn what_is_said_again_is_not_better_known() {
    let mut leads = sample::generate(6, 400).to_leads();
    let alone = (0..400).collect();
    leads.groups = Some(Groups { field: "lead_id".into(), codes: alone });
    leads.dates = None;
    let trained =
        |leads: &Leads| train(leads, &Options::default(), &mut |_| ()).expect("a sound table").model;
    let once = trained(&leads);
    assert!(once.terms().len() > 3, "{:?}", once.card());
    let weighing = trained(&Leads { weights: Some(vec![1000.0; 400]), ..leads.clone() });
    let mut again = only(&leads, &(0..2_000).map(|row| row / 5).collect::<Vec<_>>());
    again.groups = Some(Groups { field: "lead_id".into(), codes: (0..2_000).map(|row| row / 5).collect() });
    let again = trained(&again);
    let told = |model: &Model| -> Vec<f64> {
        model.card().expect("a card").training.steps.iter().map(|step| step.log_loss).collect()
    };
    assert_close(&told(&weighing), &told(&once), 1e-9);
    // Around a rate that the rows tell themselves, 400 groups are worth 399.
    assert_close(&told(&again), &told(&once), 2e-3);
    let errors = |model: &Model| -> Vec<f64> {
        let curves = model.terms().iter().filter_map(|term| match term {
            Term::Curve(curve) => Some(curve.se.clone()),
            _ => None,
        });
        curves.flatten().collect()
    };
    assert_close(&errors(&weighing), &errors(&once), 1e-6);
    assert_close(&errors(&again), &errors(&once), 2e-2);
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (place, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= tolerance, "{place}: {a} and {b}");
    }
}
