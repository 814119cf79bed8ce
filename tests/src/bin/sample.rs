//! Writes the bundled sample data: `cargo run --release -p sales-ready-tests --bin sample`.

use std::path::Path;

use sales_ready_tests::{sample, touched};

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("leads.csv"), sample::leads_csv())?;
    std::fs::write(folder.join("new-leads.csv"), sample::new_leads_csv())?;
    let drawn = touched::generate(&touched::BUNDLED);
    std::fs::write(folder.join("touches.csv"), touched::touches_csv(&drawn))?;
    std::fs::write(folder.join("outcomes.csv"), touched::outcomes_csv(&drawn))?;
    std::fs::write(folder.join("touched-leads.csv"), touched::leads_csv(&drawn))
}
