//! Writes models and leads with their exact scores, for other surfaces to reproduce:
//! `cargo run --release -p sales-ready-tests --bin parity [folder]`, by default `target/parity`.
//!
//! `model.json` uses all a model file can say; `leads.json` holds 10,000 leads for it. `trained/` holds the same for the
//! model that the bundled sample gives.

use std::path::Path;

use sales_ready::Model;
use sales_ready::train::{Options, train};
use sales_ready_tests::parity::{self, Case};
use sales_ready_tests::random::Random;
use sales_ready_tests::sample;

const SEED: u64 = 1;
const LEADS: usize = 10_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/parity".into());
    let folder = Path::new(&folder);
    write(folder, &parity::model(SEED)?)?;
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
