//! Hot paths, one by name, for callgrind to count: `cargo xtask instructions`.
//!
//! `instructions prepare FOLDER` writes what the paths work on. `instructions NAME FOLDER TIMES` takes a path so often;
//! what one time costs is the difference between two times and one, so that preparations cancel out.

use std::fs;
use std::hint::black_box;
use std::io::sink;
use std::path::Path;

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use sales_ready::Model;
use sales_ready::train::basis::{Basis, BasisKind};
use sales_ready::train::csv::{self, Table};
use sales_ready::train::fit::{Accumulator, Design, LogisticParams, Outcomes, Sums};
use sales_ready::train::leads::Leads;
use sales_ready::train::measure::auc;
use sales_ready::train::schema::{self, Schema};
use sales_ready::train::scoring::score_csv;
use sales_ready::train::{Options, train};
use sales_ready_tests::random::Random;
use sales_ready_tests::sample;

type Done = Result<(), Box<dyn std::error::Error>>;

/// Fields of drawn leads.
const FIELDS: usize = 20;

fn main() -> Done {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["prepare", folder] => prepare(Path::new(folder)),
        [name, folder, times] => count(name, Path::new(folder), times.parse()?),
        _ => {
            Err("expected `prepare FOLDER` or `NAME FOLDER TIMES`; `cargo xtask instructions` does both"
                .into())
        }
    }
}

fn prepare(folder: &Path) -> Done {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("sample.csv"), sample::leads_csv())?;
    fs::write(folder.join("numbers.csv"), text(4_000, FIELDS))?;
    let leads = sample::generate(1, 2_000).to_leads();
    let model = train(&leads, &Options::default(), &mut |_| ())?.model;
    fs::write(folder.join("model.json"), model.to_json())?;
    Ok(())
}

fn count(name: &str, folder: &Path, times: usize) -> Done {
    let file = |name: &str| fs::read(folder.join(name));
    match name {
        "read numbers" => repeat(times, &file("numbers.csv")?, |text| leads(text)),
        "read the sample" => repeat(times, &file("sample.csv")?, |text| leads(text)),
        "gradient" => repeat(times, &design(4_096, FIELDS)?, |fit| sums(fit, Sums::Gradient)),
        "hessian" => repeat(times, &design(4_096, FIELDS)?, |fit| sums(fit, Sums::Hessian)),
        // Many columns for so few leads: this is the factor of the Hessian, again and again.
        "fit of few leads" => repeat(times, &design(300, 24)?, |(design, outcomes)| {
            let data = DatasetBase::new(design.clone(), outcomes.clone());
            LogisticParams::new().penalty(1.0).check().and_then(|params| params.fit(&data))
        }),
        "score" => {
            let model = Model::from_json(std::str::from_utf8(&file("model.json")?)?)?;
            repeat(times, &file("sample.csv")?, |text| {
                score_csv(&model, &text[..], "sample.csv", &csv::Options::default(), 3, sink(), &mut |_| ())
            });
        }
        "auc" => {
            let mut random = Random::new(1);
            let scores: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
            let converted: Vec<bool> = scores.iter().map(|score| random.chance(0.1 + 0.02 * score)).collect();
            repeat(times, &vec![1.0; scores.len()], |weights| auc(&scores, &converted, weights));
        }
        other => return Err(format!("there is no path {other:?} to count").into()),
    }
    Ok(())
}

fn repeat<T: ?Sized, R>(times: usize, on: &T, mut path: impl FnMut(&T) -> R) {
    for _ in 0..times {
        black_box(path(black_box(on)));
    }
}

fn leads(text: &[u8]) -> sales_ready::Result<Leads> {
    let table = Table::read(text, "leads.csv", &csv::Options::default(), &mut |_| ())?;
    let said = schema::Options { target: Some("converted".into()), ..schema::Options::default() };
    Schema::infer(&table, &said)?.leads(&table)
}

fn design(rows: usize, fields: usize) -> Result<(Design, Outcomes), Box<dyn std::error::Error>> {
    let leads = leads(text(rows, fields).as_bytes())?;
    let rows: Vec<usize> = (0..leads.len()).collect();
    let basis = Basis::learn(&leads, &rows, BasisKind::Hats { knots: 24 });
    Ok((basis.design(&leads, &rows), Outcomes::unweighted(leads.label.iter().copied())))
}

fn sums((design, outcomes): &(Design, Outcomes), sums: Sums) -> Accumulator {
    Accumulator::over(design, outcomes, &vec![0.01; design.width()], sums)
}

/// Leads of standardised numbers with two decimals.
fn text(rows: usize, fields: usize) -> String {
    let mut random = Random::new(1);
    let header: Vec<String> = (0..fields).map(|field| format!("f{field:02}")).collect();
    let mut text = header.join(",") + ",converted\n";
    for _ in 0..rows {
        let numbers: Vec<f64> = (0..fields).map(|_| random.normal()).collect();
        text.extend(numbers.iter().map(|number| format!("{number:.2},")));
        text += if random.chance(if numbers[0] > 0.0 { 0.3 } else { 0.1 }) { "1\n" } else { "0\n" };
    }
    text
}
