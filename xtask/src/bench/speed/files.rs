//! What is measured from file to file, as processes of their own: training and scoring.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    Speed,
    parts::{rows_of, shape},
    results::{Found, Row, Table, Target},
    stand::{Contender, Side, Stand},
};
use crate::step;

/// Training, whole: reading, audit, penalties, folds, calibration, metrics, the model file.
pub(super) fn train(stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
    let mut found = Found::default();
    for (kind, rows, fields) in speed.tables(&[("plain", 1_000_000, 20)]) {
        let file = stand.leads(kind, rows, fields, 1)?;
        let unseen = stand.leads(kind, 100_000, fields, 2)?;
        let model = |name: &str| stand.folder.join(name).display().to_string();
        let (ours, linear, trees) = (model("model.json"), model("linear-cv.json"), model("lightgbm.txt"));
        let contenders = [
            trained(stand, &file, &ours),
            peer(stand, LINEAR, "linear-cv", &[&file.display().to_string(), &linear]),
            peer(stand, TREES, "lightgbm", &[&file.display().to_string(), &trees]),
        ];
        let mut measured = stand.alternate(&contenders)?;
        let scored = stand.folder.join("unseen.csv").display().to_string();
        let unseen = unseen.display().to_string();
        let mut score = std::process::Command::new(&stand.program);
        step::run_quietly(score.args(["score", &ours, &unseen, "-o", &scored]))?;
        let questions = [
            json!({ "do": "log_loss", "by": "scored", "file": scored }),
            json!({ "do": "log_loss", "by": "linear", "file": unseen, "model": linear }),
            json!({ "do": "log_loss", "by": "lightgbm", "file": unseen, "model": trees }),
        ];
        for ((row, last), question) in measured.iter_mut().zip(&questions) {
            let loss = stand.ask(Side::Python, question)?["log_loss"].as_f64().context("no log loss")?;
            row.remark = format!("log loss of new leads {loss:.4}; {:.2} GB", gigabytes(last));
        }
        let title = format!("Train on {}", shape(kind, rows, fields));
        found.tables.push(Table::new(&title, rows_of(measured)).beside(LINEAR, 0.5)?);
    }
    Ok(found)
}

const LINEAR: &str = "pandas + LogisticRegressionCV(cv=5, Cs=10)";
const TREES: &str = "pandas + LightGBM, 200 trees of 15 leaves";
const PRODUCT: &str = "polars read + numpy product + polars write";

/// Scoring: all columns of the file and the scores of each lead go to a new file.
pub(super) fn score(stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
    let mut found = Found::default();
    for (kind, rows, fields) in speed.tables(&[("plain", 1_000_000, 20)]) {
        // The time does not depend on what the model has learnt.
        let few = stand.leads(kind, 100_000, fields, 2)?;
        let file = stand.leads(kind, rows, fields, 1)?.display().to_string();
        let [ours, linear, scored, product] =
            ["small-model.json", "small-linear.json", "scored.csv", "product.csv"]
                .map(|name| stand.folder.join(name).display().to_string());
        let learn =
            [trained(stand, &few, &ours), peer(stand, "", "linear", &[&few.display().to_string(), &linear])];
        for contender in learn {
            stand.ask(contender.side, &contender.question)?;
        }
        let score = ["score", &ours, &file, "-o", &scored];
        let plainly = [&score[..], &["--reasons", "0"]].concat();
        let contenders = [
            Contender::process("sales-ready score", &stand.program, &score),
            Contender::process("sales-ready score --reasons 0", &stand.program, &plainly),
            peer(stand, PRODUCT, "score", &[&linear, &file, &product]),
        ];
        let mut measured = stand.alternate(&contenders)?;
        for (row, last) in &mut measured {
            row.remark = format!("{:.2} GB", gigabytes(last));
        }
        let title = format!("Score {}", shape(kind, rows, fields));
        let mut table = Table::new(&title, rows_of(measured)).beside(PRODUCT, 0.7)?;
        table.notes.push(
            "Ours also writes a grade, a verdict and, unless it is told not to, three reasons for each lead; the product writes \
             logit and probability."
                .to_owned(),
        );
        found.tables.push(table);
    }
    Ok(found)
}

/// One lead after the other, from typed values, in a process that runs already.
pub(super) fn lead(stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
    const TIMES: u32 = 1_000_000;
    let mut found = Found::default();
    for (kind, rows, fields) in [("plain", 20_000, 30), ("texts", 20_000, 30)] {
        let fields = speed.fields.unwrap_or(fields);
        let path = stand.leads(kind, rows, fields, 1)?;
        let model = stand.folder.join("lead-model.json").display().to_string();
        let learn = trained(stand, &path, &model);
        stand.ask(learn.side, &learn.question)?;
        let question =
            json!({ "do": "score", "model": model, "file": path.display().to_string(), "times": TIMES });
        let ours = Contender::new("sales-ready, a million leads", Side::Rust, question);
        let mut measured = stand.alternate(&[ours])?;
        for (row, last) in &mut measured {
            row.remark = format!("one by one, on one core; {} fields in the model", last["fields"]);
        }
        let columns = if kind == "texts" { ", 2 of 5 texts" } else { "" };
        let mut table = Table::new(&format!("Score one lead of {fields} fields{columns}"), rows_of(measured));
        let nanoseconds = 1e9 / f64::from(TIMES) * table.rows.first().map_or(f64::NAN, Row::median);
        table.targets.push(target("time", nanoseconds, 300.0, "ns"));
        found.tables.push(table);
    }
    Ok(found)
}

/// Time and memory of training, for ten times as many leads.
pub(super) fn memory(stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
    let [rows, fields] = [speed.rows.unwrap_or(1_000_000), speed.fields.unwrap_or(20)];
    let model = stand.folder.join("memory-model.json").display().to_string();
    let [few, many] = [rows, 10 * rows].map(|rows| (rows, stand.leads("plain", rows, fields, 1)));
    let (few, many) = ((few.0, few.1?), (many.0, many.1?));
    let contender = |(rows, file): &(u64, PathBuf)| {
        let trained = trained(stand, file, &model);
        Contender { name: format!("sales-ready train, {}", shape("plain", *rows, fields)), ..trained }
    };
    let contenders = [contender(&many).at_most(1), contender(&few).at_most(3)];
    let mut measured = stand.alternate(&contenders)?;
    let [grown, peak] = {
        let seconds =
            |place: usize| measured.get(place).map_or(f64::NAN, |(row, _): &(Row, Value)| row.median());
        [seconds(0) / seconds(1), measured.first().map_or(f64::NAN, |(_, last)| gigabytes(last))]
    };
    for (row, last) in &mut measured {
        row.remark = format!("{:.2} GB", gigabytes(last));
    }
    let title = format!("Train on {}", shape("plain", 10 * rows, fields));
    let mut table = Table::new(&title, rows_of(measured));
    table.targets.push(target("most memory at once", peak, 1.5, "GB"));
    table.targets.push(target("time for a tenth of the leads", grown, 11.0, "×"));
    Ok(Found { tables: vec![table], text: String::new() })
}

fn target(what: &str, figure: f64, most: f64, unit: &str) -> Target {
    Target { what: what.to_owned(), figure, most, unit: unit.to_owned() }
}

/// Our training, to a model file.
pub(super) fn trained(stand: &Stand<'_>, file: &Path, model: &str) -> Contender {
    let file = file.display().to_string();
    Contender::process(
        "sales-ready train",
        &stand.program,
        &["train", &file, "--target", "converted", "-o", model],
    )
}

/// A task of `models.py`.
fn peer(stand: &Stand<'_>, name: &str, task: &str, arguments: &[&str]) -> Contender {
    let script = stand.project.root.join("xtask").join("bench").join("models.py").display().to_string();
    let arguments = [&[&script, task], arguments].concat();
    Contender::process(name, &stand.python, &arguments)
}

/// The most memory a process held at once.
fn gigabytes(answer: &Value) -> f64 {
    answer["peak"].as_f64().unwrap_or(f64::NAN) / 1e9
}
