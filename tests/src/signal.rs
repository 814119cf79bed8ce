//! Tables whose columns say little, or nothing.

use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::train::leads::{Column, Dates, Leads, Values};
use sales_ready::train::{Options, train};
use sales_ready::{Lead, sigmoid};

use crate::coverage::Coverage;
use crate::random::Random;
use crate::reference;

/// Four numbers and a category, of which the first number moves the log-odds by `slope`.
pub fn leads(seed: u64, rows: usize, rate: f64, slope: f64, dated: bool) -> Leads {
    let mut random = Random::new(seed);
    let field = |name: &str, kind: FieldKind| Field::new(name, kind);
    let numbers: Vec<Vec<f64>> = (0..4)
        .map(|place| {
            (0..rows)
                .map(|_| if place < 2 { random.normal() } else { f64::from(random.poisson(1.0)) })
                .collect()
        })
        .collect();
    let codes: Vec<u32> = (0..rows).map(|_| random.below(4) as u32).collect();
    let base = libm::log(rate / (1.0 - rate));
    let label: Vec<bool> =
        (0..rows).map(|row| random.chance(sigmoid(base + slope * numbers[0][row]))).collect();
    let mut columns: Vec<Column> = numbers
        .into_iter()
        .enumerate()
        .map(|(place, numbers)| {
            let kind = FieldKind::Number(NumberFormat::default());
            Column::new(field(&format!("number {place}"), kind), Values::Numbers(numbers.into()))
        })
        .collect();
    let levels = ["fair", "mail", "search", "web"].map(str::to_owned).to_vec();
    columns.push(Column::new(field("source", FieldKind::Category), Values::Levels { levels, codes }));
    let seconds = (0..).take(rows).collect();
    Leads {
        target: Target::new("converted", "yes"),
        label,
        weights: None,
        columns,
        dates: dated.then(|| Dates { field: "created".into(), seconds, until: None, span: 0 }),
        groups: None,
        excluded: vec![],
    }
}

/// Trains on such tables in folds, or by their dates, and counts how often the interval of the AUC holds what the model reaches on leads that
/// come later; ½ where there is nothing to find. A table of little that was taken for nothing has no model to ask.
///
/// # Panics
/// Where training fails.
pub fn auc_coverage(seeds: std::ops::Range<u64>, rows: usize, slope: f64, dated: bool) -> Coverage {
    const LATER: usize = 10_000;
    let mut coverage = Coverage { metric: "AUC", ..Coverage::default() };
    for seed in seeds {
        let learnt = leads(20_000 + seed, rows, 0.25, slope, dated);
        let model = train(&learnt, &Options::default(), &mut |_| ()).expect("a sound table").model;
        let interval = model.card().expect("training writes a card").metrics.auc;
        if slope == 0.0 {
            coverage.count(interval, 0.5);
        } else if model.policy().abstains.is_none() {
            let later = leads(30_000 + seed, LATER, 0.25, slope, false);
            let scores: Vec<f64> = (0..LATER).map(|row| logit(&model, &later, row)).collect();
            coverage.count(interval, reference::auc(&scores, &later.label, &vec![1.0; LATER]));
        }
    }
    coverage
}

fn logit(model: &sales_ready::Model, leads: &Leads, row: usize) -> f64 {
    let mut lead = Lead::new();
    for Column { field, values, .. } in &leads.columns {
        match values {
            Values::Numbers(numbers) => lead.insert(&*field.name, numbers[row]),
            Values::Levels { levels, codes } => lead.insert(&*field.name, &*levels[codes[row] as usize]),
        }
    }
    model.logit(&lead).expect("its own fields")
}
