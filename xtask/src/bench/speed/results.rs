//! What was measured: kept as JSON in the build folder, part by part, and written to `benches/RESULTS.md`.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

/// What one part of the benchmark found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) tables: Vec<Table>,
    /// Markdown below the tables.
    pub(super) text: String,
}

/// One piece of work, and who did it in what time. The first row is ours.
#[derive(Default)]
pub(super) struct Table {
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
    pub(super) targets: Vec<Target>,
    pub(super) notes: Vec<String>,
}

/// One contender's times.
#[derive(Default)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) seconds: Vec<f64>,
    /// Such as a log loss.
    pub(super) remark: String,
}

/// What a figure should be at most.
pub(super) struct Target {
    /// What the figure is, such as "time of polars".
    pub(super) what: String,
    pub(super) figure: f64,
    pub(super) most: f64,
    /// Such as "×".
    pub(super) unit: String,
}

impl Row {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    pub(super) fn median(&self) -> f64 {
        let mut seconds = self.seconds.clone();
        seconds.sort_by(f64::total_cmp);
        seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn range(&self) -> [f64; 2] {
        let least = self.seconds.iter().copied().fold(f64::INFINITY, f64::min);
        [least, self.seconds.iter().copied().fold(0.0, f64::max)]
    }
}

impl Table {
    pub(super) fn new(title: &str, rows: Vec<Row>) -> Self {
        Self { title: title.to_owned(), rows, ..Self::default() }
    }

    /// Our time is to be at most so many times that of the one with this name.
    pub(super) fn beside(mut self, name: &str, most: f64) -> Result<Self> {
        let [ours, theirs] = [self.rows.first(), self.rows.iter().find(|row| row.name == name)];
        let (ours, theirs) = ours.zip(theirs).with_context(|| format!("{name} was not measured"))?;
        let figure = ours.median() / theirs.median();
        let what = format!("time of {name}");
        self.targets.push(Target { what, figure, most, unit: "×".to_owned() });
        Ok(self)
    }
}

impl Found {
    /// As kept in the build folder, with what is known of the run.
    pub(super) fn to_json(&self, about: &Value) -> Value {
        let row = |row: &Row| json!({ "name": row.name, "seconds": row.seconds, "remark": row.remark });
        let target = |target: &Target| {
            let Target { what, figure, most, unit } = target;
            json!({ "what": what, "figure": figure, "most": most, "unit": unit })
        };
        let table = |table: &Table| {
            let rows: Vec<Value> = table.rows.iter().map(row).collect();
            let targets: Vec<Value> = table.targets.iter().map(target).collect();
            json!({ "title": table.title, "rows": rows, "targets": targets, "notes": table.notes })
        };
        let tables: Vec<Value> = self.tables.iter().map(table).collect();
        json!({ "about": about, "tables": tables, "text": self.text })
    }

    pub(super) fn from_json(value: &Value) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        let row = |row: &Value| Row {
            name: text(&row["name"]),
            seconds: list(&row["seconds"]).iter().map(number).collect(),
            remark: text(&row["remark"]),
        };
        let target = |target: &Value| Target {
            what: text(&target["what"]),
            figure: number(&target["figure"]),
            most: number(&target["most"]),
            unit: text(&target["unit"]),
        };
        let table = |table: &Value| Table {
            title: text(&table["title"]),
            rows: list(&table["rows"]).iter().map(row).collect(),
            targets: list(&table["targets"]).iter().map(target).collect(),
            notes: list(&table["notes"]).iter().map(text).collect(),
        };
        Self { tables: list(&value["tables"]).iter().map(table).collect(), text: text(&value["text"]) }
    }

    /// Its tables in Markdown, with our times from before beside where there are any.
    pub(super) fn markdown(&self, before: Option<&Self>) -> String {
        let mut text = String::new();
        for table in &self.tables {
            let earlier = before.and_then(|before| before.table(&table.title));
            // Writing to a string cannot fail.
            let _ = write!(text, "\n### {}\n\n", table.title);
            text += "| | median, s | from … to | ours takes | |\n|---|--:|--:|--:|---|\n";
            let ours = table.rows.first();
            for (place, row) in table.rows.iter().enumerate() {
                let [least, most] = row.range().map(seconds);
                let takes = ours.filter(|_| place > 0).map_or(String::new(), |ours| ratio(ours, row));
                let median = seconds(row.median());
                let name = if place == 0 { format!("**{}**", row.name) } else { row.name.clone() };
                let _ = writeln!(text, "| {name} | {median} | {least} … {most} | {takes} | {} |", row.remark);
                let earlier = earlier.and_then(|table| table.rows.first()).filter(|_| place == 0);
                if let Some((ours, earlier)) = ours.zip(earlier) {
                    let [least, most] = earlier.range().map(seconds);
                    let (median, takes) = (seconds(earlier.median()), ratio(ours, earlier));
                    let _ = writeln!(text, "| the same before | {median} | {least} … {most} | {takes} | |");
                }
            }
            for note in &table.notes {
                let _ = write!(text, "\n{note}\n");
            }
        }
        if !self.text.is_empty() {
            let _ = write!(text, "\n{}\n", self.text);
        }
        text
    }

    /// A line for each target, for the table at the top.
    pub(super) fn targets(&self, before: Option<&Self>) -> String {
        let mut text = String::new();
        for table in &self.tables {
            let earlier = before.and_then(|before| before.table(&table.title));
            for Target { what, figure, most, unit } in &table.targets {
                let earlier = earlier
                    .and_then(|table| table.targets.iter().find(|target| target.what == *what))
                    .map_or(String::new(), |target| format!("{} {unit}", short(target.figure)));
                let verdict = if figure <= most { "met" } else { "**not met**" };
                let (figure, title) = (short(*figure), &table.title);
                let _ = writeln!(
                    text,
                    "| {title} | {what} | {earlier} | {figure} {unit} | ≤ {most} {unit} | {verdict} |"
                );
            }
        }
        text
    }

    fn table(&self, title: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.title == title)
    }
}

/// The parts in a file of JSON; none where there is no such file.
pub(super) fn load(path: &Path) -> Result<Map<String, Value>> {
    if !path.is_file() {
        return Ok(Map::new());
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let parts = serde_json::from_str(&text).with_context(|| {
        format!("{} is not what an earlier run wrote; remove it and measure again", path.display())
    })?;
    Ok(parts)
}

/// Puts one part into a file of JSON, whose other parts stay.
pub(super) fn keep(path: &Path, part: &str, found: Value) -> Result<()> {
    let mut parts = load(path)?;
    parts.insert(part.to_owned(), found);
    write_whole(path, &format!("{:#}\n", Value::Object(parts)))
}

/// Writes a file whole or not at all.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<()> {
    let unfinished = path.with_extension("part");
    let written = fs::write(&unfinished, text).and_then(|()| fs::rename(&unfinished, path));
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// Three digits or so.
pub(super) fn short(number: f64) -> String {
    match number.abs() {
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        size if size >= 0.1 => format!("{number:.2}"),
        _ => format!("{number:.4}"),
    }
}

fn seconds(seconds: f64) -> String {
    short(seconds)
}

fn ratio(ours: &Row, theirs: &Row) -> String {
    format!("{} ×", short(ours.median() / theirs.median()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(ours: [f64; 3]) -> Result<Found> {
        let row = |name: &str, seconds: [f64; 3]| Row { seconds: seconds.to_vec(), ..Row::new(name) };
        let table = Table::new("Read", vec![row("sales-ready", ours), row("polars", [0.9, 5.0, 1.0])])
            .beside("polars", 0.8)?;
        Ok(Found { tables: vec![table], text: "Below.".to_owned() })
    }

    #[test]
    fn medians_are_compared_and_survive_the_file() -> Result<()> {
        let now = Found::from_json(&found([0.7, 0.1, 0.5])?.to_json(&Value::Null));
        let before = found([2.0, 2.0, 2.0])?;
        assert_eq!(
            now.targets(Some(&before)),
            "| Read | time of polars | 2.00 × | 0.50 × | ≤ 0.8 × | met |\n"
        );
        assert!(before.targets(None).ends_with("| ≤ 0.8 × | **not met** |\n"));
        let text = now.markdown(Some(&before));
        assert!(text.contains("| polars | 1.00 | 0.90 … 5.00 | 0.50 × |  |"), "{text}");
        assert!(text.contains("| the same before | 2.00 | 2.00 … 2.00 | 0.25 × | |"), "{text}");
        assert!(text.ends_with("\nBelow.\n"), "{text}");
        Ok(())
    }

    #[test]
    fn a_peer_that_was_not_measured_is_an_error() {
        let table = Table::new("Read", vec![Row::new("sales-ready")]);
        assert!(table.beside("polars", 1.0).is_err_and(|error| error.to_string().contains("polars")));
    }
}
