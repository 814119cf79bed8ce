//! Writes models and leads with their exact scores, for other surfaces to reproduce:
//! `cargo run --release -p sales-ready-tests --bin parity [folder]`, by default `target/parity`.
//!
//! `model.json` uses all a model file can say; `leads.json` holds 10,000 leads for it, `texts.json` how its fields read
//! 20,000 values, and `files.json` which of 5,000 changes of it are still a model. `trained/` holds the same for the
//! model that the bundled sample gives, and `touched/` a model whose fields are made of touches, with 3,000 touched leads
//! and changes of its own.

use std::path::Path;

use sales_ready::train::{Options, train};
use sales_ready::{Instant, Model};
use sales_ready_tests::parity::{self, Case, FileCase, TextCase, TouchedCase};
use sales_ready_tests::random::Random;
use sales_ready_tests::sample;

const SEED: u64 = 1;
const LEADS: usize = 10_000;
const TEXTS: usize = 20_000;
const FILES: usize = 5_000;
const TOUCHED: usize = 3_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/parity".into());
    let folder = Path::new(&folder);
    let model = parity::model(SEED)?;
    write(folder, &model)?;
    write_texts(folder, &model)?;
    write_files(folder, &model)?;
    let touched = parity::touched_model(SEED)?;
    write_touched(&folder.join("touched"), &touched)?;
    write_files(&folder.join("touched"), &touched)?;
    let leads = sample::generate(sample::SEED, sample::ROWS).to_leads();
    write(&folder.join("trained"), &train(&leads, &Options::default(), &mut |_| ())?.model)
}

fn write(folder: &Path, model: &Model) -> Result<(), Box<dyn std::error::Error>> {
    let mut random = Random::new(SEED + 1);
    let cases = (0..LEADS)
        .map(|_| Case::new(model, &parity::lead(model, &mut random)))
        .collect::<Result<Vec<_>, _>>()?;
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("model.json"), model.to_json())?;
    std::fs::write(folder.join("leads.json"), serde_json::to_string(&cases)?)?;
    println!("{}: {LEADS} leads", folder.display());
    Ok(())
}

fn write_texts(folder: &Path, model: &Model) -> Result<(), Box<dyn std::error::Error>> {
    let mut random = Random::new(SEED + 3);
    let cases: Vec<TextCase> = (0..TEXTS).map(|_| TextCase::new(model, &mut random)).collect();
    std::fs::write(folder.join("texts.json"), serde_json::to_string(&cases)?)?;
    let refused = cases.iter().filter(|case| case.read.is_none()).count();
    println!("{}: {TEXTS} values, {refused} of them refused", folder.display());
    Ok(())
}

fn write_files(folder: &Path, model: &Model) -> Result<(), Box<dyn std::error::Error>> {
    let file = serde_json::from_str(&model.to_json())?;
    let mut random = Random::new(SEED + 4);
    let cases: Vec<FileCase> = (0..FILES).map(|_| FileCase::new(&file, &mut random)).collect();
    std::fs::write(folder.join("files.json"), serde_json::to_string(&cases)?)?;
    let refused = cases.iter().filter(|case| case.code.is_some()).count();
    println!("{}: {FILES} changes, {refused} of them refused", folder.display());
    Ok(())
}

fn write_touched(folder: &Path, model: &Model) -> Result<(), Box<dyn std::error::Error>> {
    let mut random = Random::new(SEED + 2);
    let mut cases = Vec::with_capacity(TOUCHED);
    for _ in 0..TOUCHED {
        // Within ten years from 2020.
        let as_of = Instant::from_millis(1_577_836_800_000 + (random.uniform() * 3e11) as i64);
        let touches = parity::touches(as_of, 20, &mut random);
        cases.push(TouchedCase::new(model, &parity::plain_lead(&mut random), touches, as_of)?);
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("model.json"), model.to_json())?;
    std::fs::write(folder.join("leads.json"), serde_json::to_string(&cases)?)?;
    println!("{}: {TOUCHED} touched leads", folder.display());
    Ok(())
}
