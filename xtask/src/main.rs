//! The tasks of this repository, as `cargo xtask <task>`.
//!
//! Each task does its own set-up, so that a fresh clone needs only rustup, a C compiler (the linker that Rust itself
//! needs) and Node. No task asks a question, and none changes anything outside the repository, but for the target that
//! `rustup target add` installs.

mod project;
mod step;
mod prerequisites;
mod npm;
mod build;
mod serve;
mod browser;
mod demo;
mod test;
mod bench;
mod instructions;
mod tidy;
mod licences;
mod ci;

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    bench::{Bench, Part, Speed, Touches},
    demo::Demo,
    instructions::Counts,
    project::{Company, Project},
};

const HELP: &str = "\
The tasks of sales-ready

Usage: cargo xtask <task> [options]

Tasks
  build    Build the widget: WebAssembly, its JavaScript, the web package in www/dist. Prints its size and
           fails over the budget.
  demo     Train a model on the bundled sample, build the CRM page, serve it on 127.0.0.1 until Ctrl-C.
             --once      everything but serving; the page is in target/demo
             --port N    serve on this port (default: 8420, or any free one when that is taken)
  screenshots
           Build the demo, and take the README's pictures of it and of the playground, to www/demo.
  test     Every test: Rust, documentation, WebAssembly in Node, and the page in a real browser.
  ci       What a change must pass: format, clippy, documentation, tidiness, then `test`.
  bench    Speed beside others, as ratios in one run: `bench` measures reading, fitting, training and scoring beside
           Polars, pandas, DuckDB, scikit-learn, LightGBM and linfa, which it installs into target/bench (needs
           Python 3.11 or newer), and writes benches/RESULTS.md. `bench read …` measures only these parts; the
           others stay in the file as they were last measured.
             parts: read, fit, train, score, lead, memory, limits, growth
             --ebm                fit an EBM too, which takes minutes
             --runs N             of each contender (default: 5)
             --rows N, --fields N another table than the usual ones; printed only
             --as-before          keep the figures in benches/before.json, beside which later ones are shown
           `bench touches` makes a training table of 10 million touches beside DuckDB and Polars.
             --touches N, --leads N, --runs N
           `bench widget` measures the widget's cold start in a page, beside onnxruntime-web, TensorFlow.js and plain
           JavaScript, which it installs into target/bench.
             --runs N   of each, for each speed of the processor (default: 15)
  instructions
           Count the instructions of the hot paths with valgrind, and fail where they are more than on record in
           benches/instructions.json; part of `ci`.
             --record    put the counts on record
  tidy     Only the tidiness checks of `ci`.
  browser  Find or fetch the browser of `test`, and print the environment that a browser test run by hand needs.

Environment of `test`, `ci` and `browser`
  CHROME_PATH              the browser to test in (default: an installed Chrome or Chromium)
  SALES_READY_BROWSER=npm  use the Chromium of the npm registry even where one is installed
";

/// What the command line asked for.
enum Task {
    Help,
    Build,
    Demo(Demo),
    Screenshots,
    Test,
    Ci,
    Bench(Bench),
    Instructions(Counts),
    Tidy,
    Browser,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = match parse(&arguments) {
        Ok(task) => task,
        Err(mistake) => {
            eprintln!("error: {mistake}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(&task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    if let Task::Help = task {
        print!("{HELP}");
        return Ok(());
    }
    let project = Project::find()?;
    match task {
        Task::Help => Ok(()),
        Task::Build => {
            prerequisites::check_for_web(&project)?;
            build::build(&project)
        }
        Task::Demo(demo) => {
            prerequisites::check_for_web(&project)?;
            demo::run(&project, demo)
        }
        Task::Screenshots => {
            prerequisites::check_for_web(&project)?;
            demo::screenshots(&project)
        }
        Task::Test => {
            prerequisites::check_for_web(&project)?;
            test::run(&project)
        }
        Task::Ci => {
            prerequisites::check_for_web(&project)?;
            prerequisites::check_for_ci(&project)?;
            ci::run(&project)
        }
        Task::Bench(bench) => {
            if let Bench::Widget { .. } = bench {
                prerequisites::check_for_web(&project)?;
            }
            bench::run(&project, bench)
        }
        Task::Instructions(counts) => instructions::run(&project, *counts, Company::Alone),
        Task::Tidy => tidy::run(&project),
        Task::Browser => {
            for (name, value) in browser::find(&project)?.variables() {
                println!("{name}={}", value.display());
            }
            Ok(())
        }
    }
}

fn parse(arguments: &[String]) -> Result<Task, String> {
    let mut words = arguments.iter().map(String::as_str);
    let task = match words.next() {
        None => return Err("a task is missing".to_owned()),
        Some("help" | "--help" | "-h") => return Ok(Task::Help),
        Some("build") => Task::Build,
        Some("demo") => return parse_demo(words),
        Some("screenshots") => Task::Screenshots,
        Some("test") => Task::Test,
        Some("ci") => Task::Ci,
        Some("bench") => return parse_bench(words),
        Some("instructions") => match words.next() {
            Some("--record") => Task::Instructions(Counts::Record),
            Some("--help" | "-h") => return Ok(Task::Help),
            Some(other) => return Err(format!("`{other}` is not an option of this task")),
            None => Task::Instructions(Counts::Check),
        },
        Some("tidy") => Task::Tidy,
        Some("browser") => Task::Browser,
        Some(other) => return Err(format!("there is no task `{other}`")),
    };
    match words.next() {
        None => Ok(task),
        Some("--help" | "-h") => Ok(Task::Help),
        Some(other) => Err(format!("`{other}` is not an option of this task")),
    }
}

fn parse_demo<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Task, String> {
    let mut demo = Demo { once: false, port: None };
    while let Some(word) = words.next() {
        match word {
            "--once" => demo.once = true,
            "--port" => {
                let port = words.next().ok_or("--port needs a number, such as --port 8420")?;
                demo.port = Some(port.parse().map_err(|_| format!("`{port}` is not a port (0 to 65535)"))?);
            }
            "--help" | "-h" => return Ok(Task::Help),
            other => return Err(format!("`{other}` is not an option of demo")),
        }
    }
    Ok(Task::Demo(demo))
}

fn parse_bench<'a>(words: impl Iterator<Item = &'a str>) -> Result<Task, String> {
    let mut words = words.peekable();
    let mut bench = match words.peek() {
        Some(&"touches") => Bench::Touches(Touches::default()),
        Some(&"widget") => Bench::Widget { runs: 15 },
        _ => Bench::Speed(Speed::default()),
    };
    if !matches!(bench, Bench::Speed(_)) {
        words.next();
    }
    while let Some(word) = words.next() {
        if let "--help" | "-h" = word {
            return Ok(Task::Help);
        }
        let mut number = || -> Result<u64, String> {
            let number = words.next().ok_or_else(|| format!("{word} needs a number"))?;
            let fits = number.parse().ok().filter(|number| *number > 0);
            fits.ok_or_else(|| format!("`{number}` is not a number above 0"))
        };
        match (&mut bench, word) {
            (Bench::Touches(touches), "--touches") => touches.count = number()?,
            (Bench::Touches(touches), "--leads") => touches.leads = number()?,
            (Bench::Touches(touches), "--runs") => touches.runs = number()? as usize,
            (Bench::Widget { runs }, "--runs") => *runs = number()? as usize,
            (Bench::Speed(speed), "--runs") => speed.runs = number()? as usize,
            (Bench::Speed(speed), "--rows") => speed.rows = Some(number()?),
            (Bench::Speed(speed), "--fields") => speed.fields = Some(number()?),
            (Bench::Speed(speed), "--ebm") => speed.ebm = true,
            (Bench::Speed(speed), "--as-before") => speed.as_before = true,
            (Bench::Speed(speed), word) if !word.starts_with('-') => {
                let part = Part::ALL.into_iter().find(|part| part.name() == word);
                let names = Part::ALL.map(Part::name).join(", ");
                speed.parts.push(part.ok_or_else(|| {
                    format!("expected `touches`, `widget` or parts ({names}), found `{word}`")
                })?);
            }
            (_, other) => return Err(format!("`{other}` is not an option of this bench")),
        }
    }
    Ok(Task::Bench(bench))
}
