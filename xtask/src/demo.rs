//! `cargo xtask demo`: from the bundled sample to a CRM page that flags leads.

mod touched;

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    browser, build,
    project::{Company, Project},
    serve::Site,
    step,
};

/// Too few leads for a model to flag any: 40 conversions are needed, and among these are 19.
const FEW: usize = 120;

/// The sample's columns that say what a lead does.
const ENGAGEMENT: &str = "articles_read,reviews_read,case_studies_read,ebooks_downloaded,white_papers_downloaded,\
                          interviews_watched,emails_opened,emails_clicked,webinars_attended,pricing_views,searches,\
                          days_since_last_touch,marketing_touches,sales_touches";
/// Those that the company can change.
const ACTIONABLE: &str = "webinars_attended,marketing_touches,sales_touches";

/// What `cargo xtask demo` was asked.
pub(crate) struct Demo {
    /// Do everything but serve.
    pub(crate) once: bool,
    /// Serve on this port and no other.
    pub(crate) port: Option<u16>,
}

/// Builds the demo, then serves it until the process is stopped.
///
/// # Errors
///
/// When a step fails, or the port is taken.
pub(crate) fn run(project: &Project, demo: &Demo) -> Result<()> {
    // Before the long steps: a taken port should not be found out after minutes.
    let site = if demo.once {
        None
    } else {
        fs::create_dir_all(project.demo())?;
        Some(Site::bind(&project.demo(), demo.port)?)
    };
    build::build(project)?;
    make(project, Company::Alone)?;
    if let Some(site) = site {
        let address = site.address();
        eprintln!(
            "\nThe CRM page:   {address}\nThe playground: {address}playground/\nThe report:     {address}report.html\n(Ctrl-C stops it)"
        );
        site.serve();
    }
    Ok(())
}

/// Makes the demo and takes the README's pictures of it.
///
/// # Errors
///
/// When a step fails, or there is no browser.
pub(crate) fn screenshots(project: &Project) -> Result<()> {
    run(project, &Demo { once: true, port: None })?;
    let browser = browser::find(project)?;
    let mut node = Command::new("node");
    node.arg(project.root.join("xtask").join("screenshots.mjs")).arg(project.demo());
    node.arg(project.www().join("demo"));
    step::run(node.envs(browser.variables()))
}

/// Makes the page in `target/demo` from the web package, which must have been built.
///
/// # Errors
///
/// When a step fails.
pub(crate) fn make(project: &Project, company: Company) -> Result<()> {
    let demo = project.demo();
    let sample = project.root.join("tests").join("sample");
    empty(&demo)?;
    let sales_ready =
        step::step("Build the command line", || project.program("sales-ready-cli", "sales-ready", company))?;
    // On this terminal, and as the README has it: what it prints is part of the demo.
    step::step("Train on the sample", || {
        let mut train = Command::new(&sales_ready);
        train.arg("train").arg(sample.join("leads.csv")).args(["--target", "converted"]);
        // What the widget shows apart, and what it may ask "what if" about.
        train.args(["--engagement", ENGAGEMENT, "--actionable", ACTIONABLE, "-o"]);
        step::run(train.arg(demo.join("model.json")))
    })?;
    step::step("Report on the sample, with what contacts cost and conversions are worth", || {
        let mut train = Command::new(&sales_ready);
        train.arg("train").arg(sample.join("leads.csv")).args(["--target", "converted", "--baselines"]);
        train.args(["--cost-per-contact", "40", "--value-per-conversion", "900", "-o"]);
        train.arg(demo.join("report-model.json")).arg("--report").arg(demo.join("report.html"));
        step::run_quietly(&mut train)
    })?;
    step::step("Train on the sample's log of touches", || {
        let mut train = Command::new(&sales_ready);
        train.arg("train").arg("--touches").arg(sample.join("touches.csv"));
        train
            .arg("--outcomes")
            .arg(sample.join("outcomes.csv"))
            .arg("--leads")
            .arg(sample.join("touched-leads.csv"));
        train
            .args(["--horizon", "30d", "--every", "14d", "--pairs", "0", "-o"])
            .arg(demo.join("touched-model.json"));
        step::run_quietly(&mut train)
    })?;
    step::step("Write the page to target/demo", || {
        build::replace_changed(&project.www().join("demo").join("dist"), &demo)?;
        // Beside the page, as an integrator would put it.
        build::replace_changed(&project.dist(), &demo)?;
        let leads = leads_json(&sample.join("new-leads.csv"))?;
        fs::write(demo.join("leads.json"), leads).context("cannot write leads.json")?;
        fs::write(demo.join("touched-leads.json"), touched::leads(&sample)?)
            .context("cannot write touched-leads.json")
    })?;
    step::step("Train on a few leads, for the playground", || {
        let few = demo.join("playground").join("few-leads.csv");
        fs::write(&few, head(&sample.join("leads.csv"), FEW)?).context("cannot write few-leads.csv")?;
        let mut train = Command::new(&sales_ready);
        train.arg("train").arg(&few).args(["--target", "converted", "-o"]).arg(few.with_extension("json"));
        step::run_quietly(&mut train)?;
        fs::remove_file(&few).context("cannot remove few-leads.csv")
    })
}

/// The first line of a file and as many as `rows` after it.
fn head(path: &Path, rows: usize) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.split_inclusive('\n').take(rows + 1).collect())
}

/// Empties the folder and keeps it: it may be served while it is made anew.
fn empty(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// A CSV file as an array of objects, in the order of the columns. A column whose every filled cell is a JSON number
/// gives numbers, another gives strings; an empty cell is `null`, which every field reads as missing.
fn leads_json(path: &Path) -> Result<String> {
    let context = || format!("cannot read {}", path.display());
    let mut reader = csv::Reader::from_path(path).with_context(context)?;
    let names = reader.headers().with_context(context)?.clone();
    let rows = reader.records().collect::<Result<Vec<_>, _>>().with_context(context)?;
    ensure!(!rows.is_empty(), "{} has no rows", path.display());
    let numeric: Vec<bool> = (0..names.len())
        .map(|column| rows.iter().all(|row| row[column].is_empty() || number(&row[column]).is_some()))
        .collect();
    let objects: Vec<String> = rows
        .iter()
        .map(|row| {
            let members: Vec<String> = names
                .iter()
                .zip(row)
                .zip(&numeric)
                .map(|((name, cell), &numeric)| format!("{}: {}", Value::from(name), json(cell, numeric)))
                .collect();
            format!("  {{ {} }}", members.join(", "))
        })
        .collect();
    Ok(format!("[\n{}\n]\n", objects.join(",\n")))
}

fn json(cell: &str, numeric: bool) -> String {
    match cell {
        "" => "null".to_owned(),
        // As it was written: parsing and printing again could only lose digits.
        _ if numeric => cell.to_owned(),
        _ => Value::from(cell).to_string(),
    }
}

fn number(cell: &str) -> Option<serde_json::Number> {
    serde_json::from_str(cell).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_leads_as_the_browser_reads_them() {
        let path = std::env::temp_dir().join(format!("sales-ready-leads-{}.csv", std::process::id()));
        fs::write(&path, "id,company,size,code\nL1,\"A \"\"B\"\" \n<C>\",12.50,007\nL2,Ünï,,3\n").unwrap();
        let text = leads_json(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let expected = r#"[
  { "id": "L1", "company": "A \"B\" \n<C>", "size": 12.50, "code": "007" },
  { "id": "L2", "company": "Ünï", "size": null, "code": "3" }
]
"#;
        assert_eq!(text, expected);
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read[1]["size"], Value::Null);
    }
}
