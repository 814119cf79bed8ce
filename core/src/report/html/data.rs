//! What was excluded and why, what the data is like, what other ways to score are worth, and how to reproduce it.

use maud::{Markup, html};

use crate::model::{Estimate, FitStep, Metrics};
use crate::report::Report;
use crate::report::data::{BaselineFacts, ColumnFacts, FindingFacts};
use crate::report::html::parts::{Grid, Kind, section};
use crate::report::words::{count, percent, range, significant};

pub(super) fn excluded(report: &Report) -> Markup {
    let finding = |finding: &FindingFacts| {
        let field = finding.field.clone().unwrap_or_else(|| "the table".into());
        vec![
            field,
            finding.title.clone(),
            finding.evidence.clone(),
            finding.done.clone(),
            finding.remedy.clone(),
        ]
    };
    let columns = [
        ("Column", Kind::Text),
        ("Finding", Kind::Text),
        ("Evidence", Kind::Prose),
        ("What was done", Kind::Text),
        ("To override", Kind::Prose),
    ];
    section(
        "excluded",
        "What was excluded, and why",
        &html! {
            @if report.findings.is_empty() {
                p { "No column was found that knows the outcome." }
            } @else {
                (Grid::new("What the audit found", &columns, report.findings.iter().map(finding).collect()).markup())
            }
            @if !report.excluded.is_empty() {
                (Grid::new("Other columns the model does not read", &[("Column", Kind::Text), ("Why", Kind::Prose)],
                    report.excluded.iter().map(|field| vec![field.field.clone(), field.reason.clone()]).collect()).markup())
            }
        },
    )
}

pub(super) fn data(report: &Report) -> Markup {
    let row = |column: &ColumnFacts| {
        vec![
            column.field.clone(),
            column.role.clone(),
            if column.used { "yes" } else { "no" }.to_owned(),
            percent(column.missing),
            count(column.distinct),
            if column.notable { format!("please check: {}", column.why) } else { column.why.clone() },
        ]
    };
    let columns = [
        ("Column", Kind::Text),
        ("Read as", Kind::Text),
        ("In the model", Kind::Text),
        ("Not known", Kind::Number),
        ("Values", Kind::Number),
        ("Why", Kind::Prose),
    ];
    section(
        "data",
        "Data quality",
        &html! {
            @if report.notes.is_empty() {
                p { "The file was read without a remark." }
            } @else {
                ul { @for note in &report.notes { li { bdi { (note) } } } }
            }
            @if report.subject.weighted { p { "Rows stand for several leads, by the weight column; rates and counts per week are weighted." } }
            (Grid::new("The columns of the file", &columns, report.columns.iter().map(row).collect()).markup())
        },
    )
}

pub(super) fn baselines(report: &Report) -> Markup {
    let cells = |metrics: &Metrics| {
        vec![
            format!("{:.3} ({})", metrics.auc.value, range(metrics.auc, 3)),
            format!("{:.4} ({})", metrics.log_loss.value, range(metrics.log_loss, 4)),
            format!("{:.4} ({})", metrics.ece.value, range(metrics.ece, 4)),
            format!("{:.2} ({})", metrics.lift_at_10.value, range(metrics.lift_at_10, 2)),
        ]
    };
    let named = |name: &str, metrics: &Metrics, excess: String| {
        [vec![name.to_owned()], cells(metrics), vec![excess]].concat()
    };
    let other = |own: &BaselineFacts| {
        let Estimate { value, .. } = own.excess_log_loss;
        let ends =
            format!("{} to {}", signed_at(own.excess_log_loss.low), signed_at(own.excess_log_loss.high));
        named(&own.name, &own.metrics, format!("{} ({ends})", signed_at(value)))
    };
    let [name, above] = if report.has_terms() {
        ["this model", "Log loss above this model’s (95\u{a0}%)"]
    } else {
        ["the discarded model", "Log loss above the discarded model’s (95\u{a0}%)"]
    };
    let columns = [
        ("Way", Kind::Text),
        ("AUC (95\u{a0}%)", Kind::Number),
        ("Log loss (95\u{a0}%)", Kind::Number),
        ("Calibration error (95\u{a0}%)", Kind::Number),
        ("Lift at 10\u{a0}% (95\u{a0}%)", Kind::Number),
        (above, Kind::Number),
    ];
    let rows = [named(name, &report.quality.metrics, "–".into())].into_iter();
    let rows = rows.chain(report.baselines.iter().map(other)).collect();
    let mut table = Grid::new("Other ways to score, on the same held-out leads", &columns, rows);
    table.marked = Some(0);
    let step = |step: &FitStep| {
        vec![
            step.step.clone(),
            format!("{:.4}", step.log_loss),
            if step.kept { "yes" } else { "no" }.to_owned(),
        ]
    };
    let steps_columns = [("Step", Kind::Text), ("Log loss out of fold", Kind::Number), ("Kept", Kind::Text)];
    let steps = report.training.steps.iter().map(step).collect();
    let content = html! {
        @if report.baselines.is_empty() {
            p {
                "Other ways to score were not measured; " code { "--baselines" }
                " adds the majority rate, logistic regression and Odoo’s predictive lead scoring."
            }
        } @else {
            (table.markup())
            ul { @for own in &report.baselines { li { (own.name) ": " bdi { (own.made) } "." } } }
        }
        @if report.has_terms() {
            (Grid::new("What each step of the fit bought, on all leads", &steps_columns, steps).markup())
        }
    };
    section("baselines", "Compared with other ways to score", &content)
}

/// A difference of log losses.
fn signed_at(number: f64) -> String {
    format!("{}{:.4}", if number < 0.0 { "−" } else { "+" }, number.abs())
}

pub(super) fn reproduction(report: &Report) -> Markup {
    let own = &report.reproduction;
    let training = &report.training;
    let files = own
        .files
        .iter()
        .map(|file| vec![file.role.clone(), file.name.clone(), count(file.bytes), file.sha256.clone()])
        .collect();
    let columns =
        [("File", Kind::Text), ("Name", Kind::Text), ("Bytes", Kind::Number), ("SHA-256", Kind::Text)];
    section(
        "reproduction",
        "How to reproduce it",
        &html! {
            p { "The same file, options and version give the same model and this same page, byte for byte, on any machine." }
            @if !own.command.is_empty() { pre tabindex="0" { code { (own.command) } } }
            @if !own.files.is_empty() { (Grid::new("Files", &columns, files).markup()) }
            dl {
                dt { "Version" } dd { (own.version) }
                dt { "Seed of folds and bootstrap" } dd { (training.seed) }
                @if report.has_terms() {
                    dt { "Penalty chosen by cross-validation" } dd { (significant(training.penalty, 3)) }
                    dt { "Iterations of the published fit" } dd { (training.iterations) }
                    dt { "Largest gradient at its end (the certificate)" } dd { (format!("{:.1e}", training.gradient)) }
                    dt { "Calibration" } dd { (training.calibration) }
                }
            }
        },
    )
}
