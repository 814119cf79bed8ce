//! A schema → the schema file, `leads.toml`.

use std::fmt::Write as _;

use super::{ColumnSchema, Role, Schema};
use crate::train::leads::{Direction, Prior};

/// Writes a schema that reads back as itself.
pub(super) fn to_toml(schema: &Schema, table: &str) -> String {
    let mut text = format!(
        "# What each column of {} is. Correct it, then pass it with --schema.\n#\n\
         # role    number, category, date, weight, group, id, text or exclude; the model learns from numbers and categories\n\
         # title   what people call the column, for the reasons shown to them\n\
         # number  decimal = \",\"  group = \".\"  unit = \"€\"\n\
         #         monotone = \"up\" (or \"down\") where more of it must never speak against (or for) conversion\n\
         # category levels = [\"low\", \"high\"] where they have an order, cyclic = true where the last is next to the first\n\
         # date    order = \"day-month-year\" (or \"number\", of days, as spreadsheets count them, or since 1970; or \"period\", of months, quarters or weeks); split = true on the one column that orders the leads in time\n\
         # group   leads of one value, or of one e-mail domain, stay together when the model is measured; one column only\n\
         # engagement = true where a column says what the lead does, rather than who it is\n\
         # actionable = true where the company can change it, so that people may ask what if\n\
         # missing further texts that mean \"not known\" in this column\n\n",
        table.replace(['\n', '\r'], " ")
    );
    match &schema.target {
        Some(target) => {
            let positive = match target.positive.texts() {
                [only] => quoted(only),
                several => list(several),
            };
            let _ = writeln!(text, "target = {}\npositive = {positive}", quoted(&target.field));
        }
        None => text.push_str(
            "# target = \"the column that says whether the lead converted\"\n# positive = \"yes\" # or several: [\"won\", \"renewed\"]\n",
        ),
    }
    match schema.horizon {
        Some(horizon) => {
            let _ = writeln!(text, "horizon = {}", quoted(&horizon.to_string()));
        }
        None => text
            .push_str("# horizon = \"30d\" # how long after its date a lead is watched for a conversion\n"),
    }
    let _ = writeln!(text, "missing = {}\n\n[columns]", list(&schema.missing));
    let keys: Vec<String> = schema.columns.iter().map(|column| key(&column.name)).collect();
    let values: Vec<String> = schema.columns.iter().map(entry).collect();
    let width = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).min(60);
    let (key_width, value_width) = (width(&keys), width(&values));
    for ((column, key), value) in schema.columns.iter().zip(keys).zip(values) {
        let why = column.why.replace(char::is_control, " ");
        let _ = writeln!(text, "{key:key_width$} = {value:value_width$} # {why}");
    }
    text
}

fn entry(column: &ColumnSchema) -> String {
    let mut text = format!("{{ role = {}", quoted(column.role.as_str()));
    match &column.role {
        Role::Number(format) | Role::Weight(format) => {
            // Always said, so that next month's export is read in the same way.
            let _ = write!(text, ", decimal = {}", quoted(&format.decimal.to_string()));
            if let Some(group) = format.group {
                let _ = write!(text, ", group = {}", quoted(&group.to_string()));
            }
            if let Some(unit) = &format.unit {
                let _ = write!(text, ", unit = {}", quoted(unit));
            }
        }
        Role::Date { order, split } => {
            if let Some(order) = order {
                let _ = write!(text, ", order = {}", quoted(order.as_str()));
            }
            let _ = write!(text, ", split = {split}");
        }
        Role::Category | Role::Group | Role::Id | Role::Text | Role::Excluded => {}
    }
    match &column.prior {
        Prior::Monotone(Direction::Up) => text.push_str(", monotone = \"up\""),
        Prior::Monotone(Direction::Down) => text.push_str(", monotone = \"down\""),
        Prior::Ordered { levels, cyclic } => {
            let _ = write!(text, ", levels = {}", list(levels));
            text.push_str(if *cyclic { ", cyclic = true" } else { "" });
        }
        Prior::None => {}
    }
    if let Some(title) = &column.title {
        let _ = write!(text, ", title = {}", quoted(title));
    }
    if !column.missing.is_empty() {
        let _ = write!(text, ", missing = {}", list(&column.missing));
    }
    text.push_str(if column.engagement { ", engagement = true" } else { "" });
    text.push_str(if column.actionable { ", actionable = true" } else { "" });
    text.push_str(" }");
    text
}

/// A name of a column as it stands in the file.
pub(super) fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if bare { name.to_owned() } else { quoted(name) }
}

/// A basic TOML string on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}
