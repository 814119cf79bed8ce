//! Prints what it costs to score one lead of thirty fields, beside the least that a linear model can cost: a product of thirty
//! numbers and an `exp`. `cargo bench -p sales-ready-tests --bench one_lead`.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads a clock")]

use std::hint::black_box;
use std::io::{Write as _, stdout};
use std::time::Instant;

use sales_ready::{Result, sigmoid};
use sales_ready_tests::thirty::{self, FIELDS, NUMBERS};

/// Leads, often enough different that a processor does not learn them by heart.
const LEADS: usize = 1_000;
/// Runs over all leads, in turns; the median counts.
const RUNS: usize = 301;

/// What it is, a score of the lead at a place, and the nanoseconds of each run.
type Way<'a> = (&'a str, &'a mut dyn FnMut(usize) -> f64, Vec<f64>);

fn main() -> Result<()> {
    let model = thirty::model()?;
    let kernel = model.kernel();
    let leads = thirty::leads(LEADS);
    let read: Vec<Vec<f64>> = leads.iter().map(|lead| model.read(lead)).collect::<Result<_>>()?;
    let weights: Vec<f64> = (0..FIELDS).map(|field| 0.01 * field as f64 - 0.15).collect();
    let numbers: Vec<Vec<f64>> = read
        .iter()
        .map(|row| row.iter().map(|reading| if reading.is_nan() { 0.0 } else { *reading }).collect())
        .collect();
    let mut readings = Vec::new();
    let mut ways: [Way<'_>; 4] = [
        (
            "typed values, read and scored (`read_into`, `Kernel::score`)",
            &mut |lead| {
                model
                    .read_into(&leads[lead], &mut readings)
                    .map_or(f64::NAN, |()| kernel.score(&readings).probability)
            },
            Vec::new(),
        ),
        (
            "typed values, scored (`score_values`)",
            &mut |lead| model.score_values(&leads[lead]).map_or(f64::NAN, |score| score.probability),
            Vec::new(),
        ),
        ("readings, scored (`Kernel::score`)", &mut |lead| kernel.score(&read[lead]).probability, Vec::new()),
        (
            "a product of thirty numbers and an exp",
            &mut |lead| sigmoid(numbers[lead].iter().zip(&weights).fold(-1.5, |sum, (x, w)| sum + x * w)),
            Vec::new(),
        ),
    ];
    for _ in 0..RUNS {
        for (_, score, times) in &mut ways {
            let begin = Instant::now();
            let mut sum = 0.0;
            for lead in 0..LEADS {
                sum += score(black_box(lead));
            }
            black_box(sum);
            times.push(begin.elapsed().as_secs_f64() * 1e9 / LEADS as f64);
        }
    }
    let mut out = stdout();
    // Where nobody reads on, there is nothing left to do.
    let _ = writeln!(
        out,
        "One lead of {FIELDS} fields, {NUMBERS} of them numbers: median and least of {RUNS} runs"
    );
    for (name, _, mut times) in ways {
        times.sort_by(f64::total_cmp);
        let _ = writeln!(out, "{:>7.0} ns {:>7.0} ns  {name}", times[RUNS / 2], times[0]);
    }
    Ok(())
}
