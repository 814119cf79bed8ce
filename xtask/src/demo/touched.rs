//! The page's leads with touches: those of the bundled log that are open on the day the page looks at them.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

/// The day on which the page looks at the bundled log; `www/demo/data.ts` has it, too.
const AS_OF: &str = "2024-12-01";
/// As many leads, the first by name, are on the page.
const MOST: usize = 120;

/// The leads as the page reads them, with their touches.
///
/// # Errors
///
/// When a file of the sample can not be read.
pub(super) fn leads(sample: &Path) -> Result<String> {
    let mut touches: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in rows(&sample.join("touches.csv"))? {
        let touch = json!({ "at": row["at"], "kind": row["kind"], "side": row["side"] });
        touches.entry(row["lead"].clone()).or_default().push(touch);
    }
    let mut open: Vec<String> = Vec::new();
    for row in rows(&sample.join("outcomes.csv"))? {
        // Dates in ISO 8601 and UTC are in the order of their texts.
        let before = |column: &str| !row[column].is_empty() && row[column].as_str() < AS_OF;
        if before("created") && !["handed_off", "converted", "closed"].into_iter().any(before) {
            open.push(row["lead"].clone());
        }
    }
    let mut leads: Vec<Value> = Vec::new();
    for row in rows(&sample.join("touched-leads.csv"))? {
        if leads.len() == MOST || !open.contains(&row["lead"]) {
            continue;
        }
        let mut lead = Map::new();
        for (name, cell) in &row {
            let name = if name == "lead" { "lead_id" } else { name };
            lead.insert(name.to_owned(), Value::from(cell.as_str()));
        }
        lead.insert("touches".to_owned(), touches.remove(&row["lead"]).unwrap_or_default().into());
        leads.push(lead.into());
    }
    Ok(serde_json::to_string_pretty(&leads)? + "\n")
}

/// The rows of a CSV file by the names of their columns.
fn rows(path: &Path) -> Result<Vec<BTreeMap<String, String>>> {
    let context = || format!("cannot read {}", path.display());
    let mut reader = csv::Reader::from_path(path).with_context(context)?;
    reader.deserialize().collect::<Result<_, _>>().with_context(context)
}
