//! What is measured in processes that stay: reading, fitting, and what the machine could do at most.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{
    Speed,
    files::trained,
    results::{Found, Row, Table, short},
    stand::{Contender, Side, Stand},
};
use crate::step;

/// A CSV file becomes typed columns, in a process that runs already.
pub(super) fn read(stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
    let mut found = Found::default();
    for (kind, rows, fields) in speed.tables(&[
        ("plain", 1_000_000, 20),
        ("plain", 1_000_000, 50),
        ("levels", 1_000_000, 20),
        ("texts", 1_000_000, 20),
        ("digits", 1_000_000, 20),
    ]) {
        let file = stand.leads(kind, rows, fields, 1)?;
        let size = file.metadata()?.len() as f64 / 1e6;
        let file = file.display().to_string();
        let peer = |name: &str| {
            Contender::new(name, Side::Python, json!({ "do": "read", "by": name, "file": file }))
        };
        let ours = Contender::new("sales-ready", Side::Rust, json!({ "do": "read", "file": file }));
        let measured = stand.alternate(&[ours, peer("polars"), peer("pandas"), peer("duckdb")])?;
        let title = format!("Read {}, {size:.0} MB", shape(kind, rows, fields));
        let mut table = Table::new(&title, rows_of(measured)).beside("polars", 0.8)?;
        for row in &mut table.rows {
            row.remark = format!("{:.0} MB/s", size / row.median());
        }
        found.tables.push(table);
    }
    Ok(found)
}

/// How far apart the log losses of the same optimum may be.
const SAME: f64 = 1e-9;
const LINFA: &str = "linfa-logistic";
const LBFGS: &str = "scikit-learn, lbfgs as it comes";
const OPTIMUM: &str = "scikit-learn, lbfgs to the same optimum";
const EBM: &str = "EBM, main effects";

/// Typed columns become coefficients, by one penalty: straight lines, and curves.
pub(super) fn fit(stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
    let mut found = Found::default();
    for (kind, rows, fields) in speed.tables(&[("plain", 1_000_000, 20), ("plain", 1_000_000, 50)]) {
        let file = stand.leads(kind, rows, fields, 1)?.display().to_string();
        let first = found.tables.is_empty();
        found.tables.push(lines(stand, &file, &shape(kind, rows, fields), first)?);
        if first {
            found.tables.push(curves(stand, &file, &shape(kind, rows, fields), speed.ebm)?);
        }
    }
    Ok(found)
}

fn lines(stand: &mut Stand<'_>, file: &str, shape: &str, with_linfa: bool) -> Result<Table> {
    let ours = Contender::new("sales-ready, straight lines", Side::Rust, fit_by("linear", file));
    let optimum = stand.ask(Side::Rust, &ours.question)?["log_loss"].as_f64().context("no log loss")?;
    let tolerance = tolerance(stand, file, optimum)?;
    let solver = |name: &str, solver: &str| {
        Contender::new(name, Side::Python, json!({ "do": "fit", "by": solver, "file": file }))
    };
    let mut contenders = vec![ours, solver(OPTIMUM, "lbfgs"), solver(LBFGS, "lbfgs")];
    contenders[1].question["tol"] = Value::from(tolerance);
    for other in ["newton-cholesky", "liblinear"] {
        contenders.push(solver(&format!("scikit-learn, {other}"), other).at_most(3));
    }
    if with_linfa {
        let peer = step::step("Build linfa-logistic", || linfa(stand))?;
        contenders.push(Contender::process(LINFA, &peer, &[file]).at_most(1));
    }
    let measured = stand.alternate(&contenders)?;
    let rows = measured.into_iter().map(|(row, last)| losses(row, &last, Some(optimum)));
    let table = Table::new(&format!("Fit {shape}, straight lines"), rows.collect()).beside(OPTIMUM, 0.5)?;
    let mut table = if with_linfa { table.beside(LINFA, 0.03)? } else { table };
    table.notes.push(format!(
        "All minimise the log loss of all leads with a penalty of 1. Ours is {optimum:.12}; the others' difference from it stands \
         beside them. lbfgs reaches it within {SAME:e} at tol={tolerance:e}."
    ));
    Ok(table)
}

fn curves(stand: &mut Stand<'_>, file: &str, shape: &str, with_ebm: bool) -> Result<Table> {
    let by = |by: &str| json!({ "do": "fit", "by": by, "file": file });
    let mut contenders = vec![
        Contender::new("sales-ready, curves of up to 32 knots", Side::Rust, fit_by("hats", file)),
        Contender::new(LBFGS, Side::Python, by("lbfgs")),
    ];
    if with_ebm {
        contenders.push(Contender::new(EBM, Side::Python, by("ebm")).at_most(1));
    }
    let measured = stand.alternate(&contenders)?;
    let rows = measured.into_iter().map(|(row, last)| losses(row, &last, None));
    let table = Table::new(&format!("Fit {shape}, curves"), rows.collect()).beside(LBFGS, 1.0)?;
    if with_ebm { table.beside(EBM, 0.02) } else { Ok(table) }
}

fn fit_by(basis: &str, file: &str) -> Value {
    json!({ "do": "fit", "by": "sales-ready", "basis": basis, "file": file })
}

/// The largest tolerance, by tens, at which scikit-learn's lbfgs comes to the same optimum.
fn tolerance(stand: &mut Stand<'_>, file: &str, optimum: f64) -> Result<f64> {
    for tolerance in [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9] {
        let question = json!({ "do": "fit", "by": "lbfgs", "file": file, "tol": tolerance });
        let loss = stand.ask(Side::Python, &question)?["log_loss"].as_f64().context("no log loss")?;
        if (loss - optimum).abs() <= SAME {
            return Ok(tolerance);
        }
    }
    bail!("scikit-learn's lbfgs never came to the log loss of ours, {optimum:.12}, within {SAME:e}")
}

/// Says of a fit what it came to.
fn losses(mut row: Row, last: &Value, optimum: Option<f64>) -> Row {
    let loss = last["log_loss"].as_f64().unwrap_or(f64::NAN);
    let mut remarks = match optimum {
        Some(optimum) if loss != optimum => vec![format!("{:+.1e}", loss - optimum)],
        Some(_) => Vec::new(),
        None => vec![format!("log loss {loss:.6}")],
    };
    remarks.extend(last["iterations"].as_u64().map(|iterations| format!("{iterations} iterations")));
    row.remark = remarks.join(", ");
    row
}

/// The peer in Rust, which only this builds.
fn linfa(stand: &Stand<'_>) -> Result<PathBuf> {
    let manifest = stand.project.root.join("xtask").join("bench").join("linfa").join("Cargo.toml");
    let target = stand.project.target.join("bench").join("linfa");
    let mut build = stand.project.cargo(&["build", "--release", "--locked", "--manifest-path"]);
    step::run_quietly(build.arg(manifest).arg("--target-dir").arg(&target))?;
    Ok(target.join("release").join(format!("linfa-peer{}", std::env::consts::EXE_SUFFIX)))
}

/// What the machine could do at most, and the fraction that ours reach.
pub(super) fn limits(stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
    let [rows, fields] = [speed.rows.unwrap_or(1_000_000), speed.fields.unwrap_or(20)];
    let path = stand.leads("plain", rows, fields, 1)?;
    let (file, bytes) = (path.display().to_string(), path.metadata()?.len() as f64);
    let sum = |sums: &str| json!({ "do": "sums", "sums": sums, "file": file });
    let scored = stand.folder.join("limits-scored.csv");
    let model = stand.folder.join("limits-model.json").display().to_string();
    let few = stand.leads("plain", 10_000, fields, 2)?;
    let learn = trained(stand, &few, &model);
    stand.ask(learn.side, &learn.question)?;
    let score = ["score", &model, &file, "-o", &scored.display().to_string()];
    let contenders = [
        Contender::new("copy", Side::Rust, json!({ "do": "copy" })),
        Contender::new("peak", Side::Rust, json!({ "do": "peak" })),
        Contender::new("file", Side::Rust, json!({ "do": "file", "file": file })),
        Contender::new("read", Side::Rust, json!({ "do": "read", "file": file })),
        Contender::new("gradient", Side::Rust, sum("gradient")),
        Contender::new("hessian", Side::Rust, sum("hessian")),
        Contender::process("score", &stand.program, &score),
    ];
    let rates: Vec<f64> = stand
        .alternate(&contenders)?
        .iter()
        .zip(&contenders)
        .map(|((row, last), contender)| match contender.name.as_str() {
            "read" => bytes / row.median(),
            "score" => (bytes + scored.metadata().map_or(0.0, |file| file.len() as f64)) / row.median(),
            // The rate of the last run, at the speed of the median one.
            _ => {
                last["rate"].as_f64().unwrap_or(f64::NAN) * last["seconds"].as_f64().unwrap_or(f64::NAN)
                    / row.median()
            }
        })
        .collect();
    let &[copy, peak, from_file, read, gradient, hessian, score] = &rates[..] else {
        bail!("expected a rate of each")
    };
    let mut text =
        format!("| {} | rate | limit | fraction |\n|---|--:|--:|--:|\n", shape("plain", rows, fields));
    for (what, rate, limit, unit, name) in [
        ("read to typed columns", read, from_file, "GB/s", "a file that is in memory, by one core"),
        ("read to typed columns", read, copy, "GB/s", "copying memory, by all cores"),
        ("score, bytes read and written", score, copy, "GB/s", "copying memory, by all cores"),
        (
            "a Hessian of curves",
            hessian,
            peak,
            "GFLOP/s",
            "multiplying and adding doubles at once, by all cores",
        ),
        (
            "a gradient of curves",
            gradient,
            peak,
            "GFLOP/s",
            "multiplying and adding doubles at once, by all cores",
        ),
    ] {
        let (share, rate, limit) = (100.0 * rate / limit, short(rate / 1e9), short(limit / 1e9));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {what} | {rate} {unit} | {limit} {unit}: {name} | {share:.1} % |");
    }
    text += "\nThe products of a Hessian and a gradient are counted as a sum lead by lead would take them.";
    Ok(Found { tables: Vec::new(), text })
}

/// What a file holds, in words.
pub(super) fn shape(kind: &str, rows: u64, fields: u64) -> String {
    let columns = match kind {
        "levels" => "columns, 2 of 5 quoted texts of up to 512 values",
        "texts" => "columns, 2 of 5 quoted texts of up to 40,960 values",
        "digits" => "columns of 17 digits",
        _ => "columns",
    };
    format!("{} leads × {fields} {columns}", count(rows))
}

/// 1,000,000.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(super) fn rows_of<T>(measured: Vec<(Row, T)>) -> Vec<Row> {
    measured.into_iter().map(|(row, _)| row).collect()
}
