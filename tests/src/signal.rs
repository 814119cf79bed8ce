//! Tables whose columns say little, or nothing.

use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::sigmoid;
use sales_ready::train::leads::{Column, Dates, Leads, Values};

use crate::random::Random;

/// Four numbers and a category, of which the first number moves the log-odds by `slope`.
pub fn leads(seed: u64, rows: usize, rate: f64, slope: f64, dated: bool) -> Leads {
    let mut random = Random::new(seed);
    let field = |name: &str, kind: FieldKind| Field { name: name.into(), title: None, kind, missing: vec![] };
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
            Column::new(field(&format!("number {place}"), kind), Values::Numbers(numbers))
        })
        .collect();
    let levels = ["fair", "mail", "search", "web"].map(str::to_owned).to_vec();
    columns.push(Column::new(field("source", FieldKind::Category), Values::Levels { levels, codes }));
    let seconds = (0..).take(rows).collect();
    Leads {
        target: Target { field: "converted".into(), positive: "yes".into() },
        label,
        weights: None,
        columns,
        dates: dated.then(|| Dates { field: "created".into(), seconds }),
        groups: None,
        excluded: vec![],
    }
}
