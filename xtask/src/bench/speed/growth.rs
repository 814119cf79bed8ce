//! How times grow with leads and with fields, in numbers and drawn.

use std::{fmt::Write as _, fs};

use anyhow::Result;
use serde_json::json;

use super::{
    Speed,
    chart::Chart,
    files::trained,
    parts::count,
    results::{Found, short, write_whole},
    stand::{Contender, Side, Stand},
};

const LEADS: [u64; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
const FIELDS: [u64; 6] = [5, 20, 50, 100, 200, 500];
/// Fields where leads grow, and leads where fields grow.
const OF_LEADS: u64 = 20;
const OF_FIELDS: u64 = 100_000;
const WORK: [&str; 3] = ["train", "score", "read"];
/// What takes longer is not asked for more, in seconds.
const PATIENCE: f64 = 150.0;

/// Measures and draws both.
pub(super) fn growth(stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
    // A small trial draws beside its files.
    let most = speed.rows.unwrap_or(u64::MAX);
    let folder = if speed.is_another() { stand.folder.clone() } else { stand.project.root.join("benches") };
    let leads = LEADS.into_iter().filter(|leads| *leads <= most).map(|leads| [leads, OF_LEADS]);
    let of_fields = OF_FIELDS.min(most);
    let fields = FIELDS.into_iter().map(|fields| [of_fields, fields]);
    let (leads, fields): (Vec<_>, Vec<_>) = (leads.collect(), fields.collect());
    let mut text = String::new();
    for (name, shapes, along, title) in [
        ("leads", leads, 0, format!("Time by the number of leads, of {OF_LEADS} fields each")),
        ("fields", fields, 1, format!("Time by the number of fields, of {} leads", count(of_fields))),
    ] {
        let mut lines: Vec<(String, Vec<[f64; 2]>)> =
            WORK.iter().map(|work| ((*work).to_owned(), Vec::new())).collect();
        for shape in shapes {
            for ((_, points), seconds) in lines.iter_mut().zip(measure(stand, shape)?) {
                points.push([shape[along] as f64, seconds]);
            }
            if lines.iter().filter_map(|(_, points)| points.last()).any(|point| point[1] > PATIENCE) {
                break;
            }
        }
        text += &table(name, &lines);
        let marks = lines[0].1.iter().map(|[at, _]| (*at, count(*at as u64))).collect();
        let chart = Chart { title: title.clone(), marks, lines };
        for (dark, ground) in [(false, "light"), (true, "dark")] {
            fs::create_dir_all(&folder)?;
            write_whole(&folder.join(format!("growth-{name}-{ground}.svg")), &chart.svg(dark))?;
        }
        // GitHub shows the one that fits its page.
        let _ = write!(
            text,
            "\n<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"growth-{name}-dark.svg\">\n  <img \
             alt=\"{title}\" src=\"growth-{name}-light.svg\" width=\"800\">\n</picture>\n\n"
        );
    }
    Ok(Found { tables: Vec::new(), text: text.trim().to_owned() })
}

/// Seconds of each work on one table.
fn measure(stand: &mut Stand<'_>, [rows, fields]: [u64; 2]) -> Result<Vec<f64>> {
    let path = stand.leads("plain", rows, fields, 1)?;
    let file = path.display().to_string();
    let [model, scored] =
        ["growth-model.json", "growth-scored.csv"].map(|name| stand.folder.join(name).display().to_string());
    // What takes long is steady enough to be measured once.
    let most = if rows * fields < 20_000_000 { 3 } else { 1 };
    let contenders = [
        trained(stand, &path, &model),
        Contender::process("sales-ready score", &stand.program, &["score", &model, &file, "-o", &scored]),
        Contender::new("sales-ready, reading", Side::Rust, json!({ "do": "read", "file": file })),
    ]
    .map(|contender| contender.at_most(most));
    eprintln!("    {} leads, {fields} fields", count(rows));
    let measured = stand.alternate(&contenders)?;
    fs::remove_file(scored)?;
    Ok(measured.iter().map(|(row, _)| row.median()).collect())
}

fn table(name: &str, lines: &[(String, Vec<[f64; 2]>)]) -> String {
    let mut text = format!("| {name} |");
    for (work, _) in lines {
        // Writing to a string cannot fail.
        let _ = write!(text, " {work}, s |");
    }
    text += "\n|--:|--:|--:|--:|\n";
    for place in 0..lines[0].1.len() {
        let _ = write!(text, "| {} |", count(lines[0].1[place][0] as u64));
        for (_, points) in lines {
            let _ = write!(text, " {} |", short(points[place][1]));
        }
        text.push('\n');
    }
    text
}
