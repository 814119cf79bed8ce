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
/// Registers that one thread keeps numbers in, so that none waits for the one before.
const REGISTERS: usize = 12;
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

/// Multiplications and additions of doubles a second, on all cores, with the widest instructions at hand, which do both at
/// once.
pub(crate) fn peak() -> Value {
    let threads = threads();
    let start = now();
    let lanes = thread::scope(|scope| {
        let dispatched = (0..threads).map(|_| scope.spawn(|| pulp::Arch::new().dispatch(Peak)));
        let dispatched: Vec<_> = dispatched.collect();
        dispatched.into_iter().map(|thread| thread.join().unwrap_or(0)).sum::<usize>()
    });
    let seconds = start.elapsed().as_secs_f64();
    json!({ "seconds": seconds, "rate": 2.0 * (lanes * REGISTERS * STEPS) as f64 / seconds })
}

/// Multiplies and adds, and says how many numbers a register holds.
struct Peak;

impl pulp::WithSimd for Peak {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, simd: S) -> usize {
        let [factor, term] = [0.999, 1e-3].map(|number| simd.splat_f64s(black_box(number)));
        let mut registers = [simd.splat_f64s(1.0); REGISTERS];
        for _ in 0..STEPS {
            for register in &mut registers {
                *register = simd.mul_add_f64s(*register, factor, term);
            }
        }
        black_box(registers);
        S::F64_LANES
    }
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
