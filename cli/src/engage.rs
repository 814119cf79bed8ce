//! `sales-ready engage`

use std::path::Path;

use sales_ready::train::leads::Horizon;
use sales_ready::train::touches::engage::{Options, Summary, engage};
use sales_ready::train::touches::log;
use sales_ready::{Error, ErrorKind, Result};

use crate::args::{EngageArgs, grid};
use crate::input;
use crate::output::{Output, aligned, count, json, notes, print, print_aside, shown};
use crate::places::{self, Place};
use crate::progress::Bar;

/// Longer names are cut.
const NAME: usize = 40;
/// So many kinds are listed.
const KINDS: usize = 20;
/// Where no outcomes are given, none is waited for.
const NO_HORIZON: Horizon = Horizon { days: 0 };

pub(crate) fn run(args: &EngageArgs) -> Result<()> {
    let mut inputs: Vec<Place<'_>> = vec![("the touches", &args.touches)];
    inputs.extend(args.outcomes.as_deref().map(|path| ("the outcomes", path)));
    inputs.extend(args.features.as_deref().map(|path| ("the model", path)));
    inputs.extend(args.schema.as_deref().map(|path| ("the schema", path)));
    places::check(&inputs, &[("-o", &args.output)])?;
    let schema = input::schema_file(args.schema.as_deref())?;
    let recipe = args.features.as_deref().map(recipe).transpose()?;
    let outcomes = args.outcomes.as_deref();
    let outcomes = outcomes.map(|path| input::outcomes(path, &args.csv, schema.as_ref())).transpose()?;
    let mut output = Output::create(&args.output)?;
    let reading = log::Options {
        csv: input::csv_options(&args.csv),
        schema,
        keep_bots: args.keep_bots,
        memory: (args.memory as usize) << 20,
    };
    let mut log = input::touches_through(&args.touches, &reading, |source| source)?;
    let grid = grid(args.every, args.as_of);
    let bar = Bar::new();
    let mut progress = |done, total| bar.step("writing", done, total);
    let options = Options { grid, horizon: args.horizon.unwrap_or(NO_HORIZON), until: args.until, recipe };
    let summary = engage(&mut log, outcomes.as_ref(), &options, &mut output, &mut progress)?;
    drop(bar);
    output.finish()?;
    let text = if args.json { json(&summary)? } else { text(&summary, args) };
    if input::is_standard(&args.output) {
        print_aside(&text);
        return Ok(());
    }
    print(&text)
}

/// How a model makes fields of touches.
fn recipe(path: &Path) -> Result<sales_ready::touch::Recipe> {
    input::model(path)?.recipe().cloned().ok_or_else(|| {
        let message = "expected a model with fields that are made of touches, found one without; train one with touches";
        Error::new(ErrorKind::MissingField, message).at(input::name(path), 0, 0)
    })
}

fn text(summary: &Summary, args: &EngageArgs) -> String {
    let log = &summary.log;
    let mut text = format!(
        "{} touches of {} leads became {} rows of {} leads",
        count(log.touches),
        count(log.leads),
        count(summary.snapshots),
        count(summary.leads)
    );
    if let (Some(converted), Some(horizon)) = (summary.converted, args.horizon) {
        text += &format!("; in {} the lead converted within {horizon}", count(converted));
    }
    if !input::is_standard(&args.output) {
        text += &format!(". Wrote {}", args.output.display());
    }
    text.push_str(".\n");
    text += &notes(&summary.notes);
    let mut kinds: Vec<_> = log.kinds.iter().collect();
    kinds.sort_by(|a, b| b.touches.cmp(&a.touches).then_with(|| a.kind.cmp(&b.kind)));
    let mut rows = vec![["kind", "touches", "leads", "side", "stage"].map(str::to_owned).to_vec()];
    rows.extend(kinds.iter().take(KINDS).map(|kind| {
        vec![
            shown(&kind.kind, NAME),
            count(kind.touches),
            count(kind.leads),
            kind.side.map_or("", |side| side.as_str()).to_owned(),
            kind.stage.map_or("", |stage| stage.as_str()).to_owned(),
        ]
    }));
    text += &aligned(&rows);
    if kinds.len() > KINDS {
        text += &format!("  and {} more\n", kinds.len() - KINDS);
    }
    text
}
