//! Writes the bundled sample data: `cargo run --release -p sales-ready-tests --bin sample`.

use std::path::Path;

use sales_ready_tests::sample;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("leads.csv"), sample::leads_csv())?;
    std::fs::write(folder.join("new-leads.csv"), sample::new_leads_csv())
}
