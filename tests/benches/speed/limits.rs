//! What the machine could do at most: copy memory, multiply and add, read a file. And what two sums of a fit come to.

use std::hint::black_box;
use std::io::Read;
use std::thread;

use sales_ready::train::basis::{Basis, BasisKind};
use sales_ready::train::fit::{Accumulator, Outcomes, Sums};
use sales_ready::train::leads::Leads;
use serde_json::{Value, json};

use crate::{Answer, now, text};

/// Bytes that each thread copies: more than caches hold.
const BLOCK: usize = 1 << 28;
/// Numbers that one thread keeps in registers, so that none waits for the one before.
const LANES: usize = 20;
const STEPS: usize = 20_000_000;

/// Bytes a second that all cores together copy, each byte counted twice: it is read and written.
pub(crate) fn copy() -> Value {
    let threads = threads();
    let mut blocks: Vec<[Vec<u8>; 2]> = (0..threads).map(|_| [vec![1; BLOCK], vec![2; BLOCK]]).collect();
    let start = now();
    thread::scope(|scope| {
        for [from, to] in &mut blocks {
            scope.spawn(|| to.copy_from_slice(black_box(from)));
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    black_box(&blocks);
    json!({ "seconds": seconds, "rate": 2.0 * (threads * BLOCK) as f64 / seconds })
}

/// Multiplications and additions of doubles a second, on all cores, with the instructions that every machine of this
/// kind has: those that results may depend on.
pub(crate) fn peak() -> Value {
    let threads = threads();
    let start = now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                black_box(multiply_add(black_box([1.0; LANES]), black_box(0.999), black_box(1e-3)))
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    json!({ "seconds": seconds, "rate": 2.0 * (threads * LANES * STEPS) as f64 / seconds })
}

fn multiply_add(mut lanes: [f64; LANES], factor: f64, term: f64) -> [f64; LANES] {
    for _ in 0..STEPS {
        for lane in &mut lanes {
            *lane = *lane * factor + term;
        }
    }
    lanes
}

/// Bytes a second of a file that the system still has in memory.
pub(crate) fn file(question: &Value) -> Answer {
    let mut file = std::fs::File::open(text(question, "file")?).map_err(|error| error.to_string())?;
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    let start = now();
    loop {
        match file.read(&mut buffer).map_err(|error| error.to_string())? {
            0 => break,
            read => bytes += read,
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({ "seconds": seconds, "rate": bytes as f64 / seconds }))
}

/// One sum over all leads, of curves: what a fit consists of.
pub(crate) fn sums(question: &Value, leads: &Leads) -> Answer {
    let sums = match text(question, "sums")? {
        "gradient" => Sums::Gradient,
        "hessian" => Sums::Hessian,
        other => return Err(format!("no sum is named {other:?}")),
    };
    let rows: Vec<usize> = (0..leads.len()).collect();
    let basis = Basis::learn(leads, &rows, BasisKind::Hats { knots: 32 });
    let design = basis.design(leads, &rows);
    let outcomes = Outcomes::unweighted(leads.label.iter().copied());
    let coefficients = vec![0.01; design.width()];
    let start = now();
    black_box(Accumulator::over(&design, &outcomes, &coefficients, sums));
    let seconds = start.elapsed().as_secs_f64();
    // A lead has two hats in each field, and the intercept.
    let places = 2.0 * basis.blocks().len() as f64 + 1.0;
    let products = match sums {
        Sums::Hessian => places * (places + 1.0) / 2.0 + 2.0 * places,
        _ => 2.0 * places,
    };
    Ok(json!({ "seconds": seconds, "rate": 2.0 * products * leads.len() as f64 / seconds }))
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
