//! `cargo xtask bench touches`: a log of touches becomes a training table, beside `DuckDB` and Polars on the same log.
//!
//! All three read the same CSV file and write the same fields of the same leads at the same instant, as programs of their
//! own, on all cores, in turns; medians are compared, and numbers are checked. `engage` does more: it looks for bad cells,
//! duplicates and touches that programs made, and its sums have the same bits on every machine.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result};

use super::environment;
use crate::{
    project::{Company, Project},
    step,
};

/// What is measured.
pub(crate) struct Touches {
    pub(crate) count: u64,
    pub(crate) leads: u64,
    pub(crate) runs: usize,
}

impl Default for Touches {
    fn default() -> Self {
        Self { count: 10_000_000, leads: 500_000, runs: 5 }
    }
}

const KINDS: [&str; 8] =
    ["email-open", "page-view", "email-click", "webinar", "form-submit", "pricing-view", "call", "meeting"];
/// The as-of instant, a month before the last touches.
const AS_OF: &str = "2025-12-01 00:00:00";

/// Measures, and prints a table.
///
/// # Errors
///
/// Where a program fails, or its numbers are not ours.
pub(crate) fn run(project: &Project, bench: &Touches) -> Result<()> {
    let folder = project.target.join("bench");
    fs::create_dir_all(&folder)?;
    let log = folder.join(format!("touches-{}-{}.csv", bench.count, bench.leads));
    if !log.is_file() {
        step::step("Write the log", || write_log(&log, bench))?;
    }
    let python = step::step("Install DuckDB and Polars", || environment(project, &folder))?;
    let ours = project.program("sales-ready-cli", "sales-ready", Company::Alone)?;
    let script = project.root.join("xtask").join("bench").join("touches.py");
    let table = |name: &str| folder.join(format!("{name}.csv"));
    let command = |name: &str| {
        let (log, table) = (log.as_os_str(), table(name).into_os_string());
        if name == "sales-ready" {
            let mut command = Command::new(&ours);
            command.arg("engage").arg(log).args(["--as-of", AS_OF, "-o"]).arg(table);
            return command;
        }
        let mut command = Command::new(&python);
        command.arg(&script).arg(name).arg(log).arg(table).arg(AS_OF);
        command
    };
    let names = ["sales-ready", "duckdb", "polars"];
    let mut seconds = [const { Vec::new() }; 3];
    for run in 0..=bench.runs {
        for (name, seconds) in names.iter().zip(&mut seconds) {
            let start = step::now();
            step::run_quietly(&mut command(name))?;
            // The first run warms the files.
            if run > 0 {
                seconds.push(start.elapsed().as_secs_f64());
            }
        }
    }
    for name in &names[1..] {
        print!("{name}: ");
        let mut check = Command::new(&python);
        step::run(check.arg(&script).arg("check").arg(table("sales-ready")).arg(table(name)))?;
    }
    let medians = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    });
    println!("\n{} touches of {} leads, median of {} runs", bench.count, bench.leads, bench.runs);
    println!("{:<12} {:>8} {:>14} {:>10}", "", "seconds", "touches/s", "ours is");
    for (name, seconds) in names.iter().zip(medians) {
        let rate = bench.count as f64 / seconds;
        let ratio =
            if *name == "sales-ready" { String::new() } else { format!("{:.2} x", seconds / medians[0]) };
        println!("{name:<12} {seconds:>8.2} {rate:>14.0} {ratio:>10}");
    }
    Ok(())
}

/// A log in no order, the same for the same numbers of touches and leads.
fn write_log(path: &Path, bench: &Touches) -> Result<()> {
    // Renamed when whole: an interrupted run must not leave half a log.
    let unfinished = path.with_extension("part");
    let mut file = BufWriter::new(File::create(&unfinished)?);
    let mut state = 20_260_101_u64;
    // SplitMix64 (Steele, Lea and Flood, 2014).
    let mut random = |below: u64| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)) % below
    };
    writeln!(file, "lead,at,kind")?;
    for _ in 0..bench.count {
        let (lead, day, millis) = (random(bench.leads), random(365), random(86_400_000));
        // Some kinds are more frequent than others.
        let kind = KINDS[(random(8).min(random(8))) as usize];
        let (month, day) = month_and_day(day);
        let (seconds, millis) = (millis / 1_000, millis % 1_000);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        writeln!(
            file,
            "L-{lead:07},2025-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z,{kind}"
        )?;
    }
    file.flush()?;
    fs::rename(&unfinished, path).context("cannot put the log in its place")
}

/// Of a day of 2025, counted from 0.
fn month_and_day(mut day: u64) -> (u64, u64) {
    for (month, days) in (1..).zip([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
        if day < days {
            return (month, day + 1);
        }
        day -= days;
    }
    (12, 31)
}
