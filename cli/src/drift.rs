//! `sales-ready drift`

use sales_ready::Result;
use sales_ready::drift::{Calibration, Drift, FieldDrift, Fit, Severity, Shift, ThenNow, drift};
use sales_ready::model::Counted;

use crate::Outcome;
use crate::args::DriftArgs;
use crate::input;
use crate::places;
use crate::text::{aligned, count, counted, finding, heading, json, note, notes, print, shown};

/// Longer names are cut.
const NAME: usize = 40;

pub(crate) fn run(args: &DriftArgs) -> Result<Outcome> {
    places::check(&[("the model", &args.model), ("the leads", &args.input)], &[])?;
    let model = input::model(&args.model)?;
    let table = input::table(&args.input, &args.csv)?;
    let asked = input::outcome_column(&args.outcome);
    let drift = drift(&model, &table, &asked).map_err(|error| input::placed(error, &args.model))?;
    let outcome = outcome(drift.severity);
    print(&if args.json { json(&drift)? } else { text(&drift, table.file(), outcome) })?;
    Ok(outcome)
}

fn outcome(severity: Severity) -> Outcome {
    match severity {
        Severity::Stable => Outcome::Done,
        Severity::Watch => Outcome::Look,
        _ => Outcome::Act,
    }
}

fn text(drift: &Drift, file: &str, outcome: Outcome) -> String {
    let looks = drift.counted == Counted::Looks;
    let mut text = heading(&format!(
        "{file}: {}, held against the {} the model learnt from",
        if looks {
            counted(drift.leads, "look at leads", "looks at leads")
        } else {
            counted(drift.leads, "lead", "leads")
        },
        count(drift.reference_leads.round() as u64)
    ));
    text += &notes(&drift.notes);
    let mut sentences = drift.sentences.iter();
    if let Some(verdict) = sentences.next() {
        text += &format!("\n{}", finding(&note(verdict), outcome));
    }
    text += &notes(sentences);
    text += &format!("\n{}{}", heading("Score and fields, the most changed first"), aligned(&fields(drift)));
    if let Some(calibration) = &drift.calibration {
        text += &format!(
            "\n{}{}",
            heading("What became of them, by band of the score"),
            aligned(&bands(calibration, looks))
        );
    }
    text
}

fn fields(drift: &Drift) -> Vec<Vec<String>> {
    let header = ["", "PSI", "by chance", "", "adds to logit", "not known", "new or rare", "out of range"];
    let mut rows =
        vec![header.map(str::to_owned).to_vec(), row("score", &drift.score, [const { String::new() }; 4])];
    let mut fields: Vec<&FieldDrift> = drift.fields.iter().collect();
    fields.sort_by(|a, b| (b.shift.psi - b.shift.chance).total_cmp(&(a.shift.psi - a.shift.chance)));
    rows.extend(fields.into_iter().map(|field| {
        let cells = [
            field.logit.map_or_else(String::new, |logit| format!("{logit:+.2}")),
            moved(Some(field.missing)),
            moved(field.unseen),
            moved(field.out_of_range()),
        ];
        row(&field.field, &field.shift, cells)
    }));
    rows
}

fn row(name: &str, shift: &Shift, cells: [String; 4]) -> Vec<String> {
    let own = [
        shown(name, NAME),
        format!("{:.3}", shift.psi),
        format!("{:.3}", shift.chance),
        shift.severity.as_str().to_owned(),
    ];
    own.into_iter().chain(cells).collect()
}

/// A share then and now, in percent; nothing where there is none.
fn moved(share: Option<ThenNow>) -> String {
    match share {
        Some(ThenNow { then, now }) if then > 0.0 || now > 0.0 => {
            format!("{:.1} → {:.1} %", 100.0 * then, 100.0 * now)
        }
        _ => String::new(),
    }
}

fn bands(calibration: &Calibration, looks: bool) -> Vec<Vec<String>> {
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    let header = [
        "chance in %",
        if looks { "looks" } else { "leads" },
        "converted",
        "predicted %",
        "rate %",
        "95 % interval",
        "then %",
        "",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(calibration.bands.iter().map(|band| {
        vec![
            format!("{} to {}", percent(band.from), percent(band.to)),
            count(band.leads),
            count(band.conversions),
            percent(band.predicted),
            percent(band.rate.value),
            format!("{} to {}", percent(band.rate.low), percent(band.rate.high)),
            band.rate_then.map_or_else(|| "–".to_owned(), percent),
            match band.fit {
                Fit::Fewer => "fewer than predicted",
                Fit::More => "more than predicted",
                _ if (band.rate.low..=band.rate.high).contains(&band.predicted) => "as predicted",
                // Of several bands one is beyond such an interval now and then, and what was learnt is not certain either.
                _ => "not surely otherwise than predicted",
            }
            .to_owned(),
        ]
    }));
    rows
}
