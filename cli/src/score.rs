//! `sales-ready score`

use sales_ready::train::scoring::{Summary, score_csv};
use sales_ready::{Model, Result};

use crate::args::ScoreArgs;
use crate::input;
use crate::output::{Output, of_output};
use crate::places;
use crate::streams;
use crate::text::{count, counted, json, named, notes, print_done};

pub(crate) fn run(args: &ScoreArgs) -> Result<()> {
    places::check(&[("the model", &args.model), ("the leads", &args.input)], &[("-o", &args.output)])?;
    let model = input::model(&args.model)?;
    let (options, reasons) = (input::csv_options(&args.csv), usize::from(args.reasons));
    let (summary, output) = input::read(&args.input, "scoring", |source, name, progress| {
        let mut output = Output::create(&args.output)?;
        let summary = score_csv(&model, source, name, &options, reasons, &mut output, progress)
            .map_err(|error| of_output(error, &args.output))?;
        Ok((summary, output))
    })?;
    output.finish()?;
    let text = if args.json { json(&summary)? } else { text(&model, &summary, args) };
    print_done(&text, streams::is_output(&args.output));
    Ok(())
}

fn text(model: &Model, summary: &Summary, args: &ScoreArgs) -> String {
    let mut text = format!("Scored {}", counted(summary.leads, "lead", "leads"));
    if let Some(why) = model.policy().flags_nobody() {
        text += &format!("; none is flagged: {why}");
    } else {
        text += &format!(", {} of them sales-ready", count(summary.sales_ready));
        if summary.sales_ready > 0 {
            text += &format!(" ({:.1} %)", 100.0 * summary.sales_ready as f64 / summary.leads as f64);
        }
        if summary.abstained > 0 {
            text += &format!("; of {} too little is known to tell", count(summary.abstained));
        }
    }
    if !streams::is_output(&args.output) {
        text += &format!(". Wrote {}", named(&args.output));
    }
    text.push_str(".\n");
    text += &notes(&summary.notes);
    text
}
