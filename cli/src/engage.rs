//! `sales-ready engage`

use sales_ready::train::leads::Horizon;
use sales_ready::train::touches::engage::{Options, Summary, engage};
use sales_ready::train::touches::log;
use sales_ready::train::touches::wanted::{Wanted, keeps_bots};
use sales_ready::{Model, Result};

use crate::args::{EngageArgs, looks};
use crate::input;
use crate::output::{Output, of_output};
use crate::places::{self, Place};
use crate::progress::Bar;
use crate::streams;
use crate::text::{aligned, count, counted, json, named, notes, print_done, shown};

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
    inputs.extend(args.leads.as_deref().map(|path| ("the leads", path)));
    inputs.extend(args.schema.as_deref().map(|path| ("the schema", path)));
    places::check(&inputs, &[("-o", &args.output)])?;
    let schema = input::schema_file(args.schema.as_deref())?;
    let model = args.features.as_deref().map(input::model).transpose()?;
    let wanted = model.as_ref().map(|model| wanted(model, args)).transpose()?;
    let known = model.as_ref().map(|model| input::known(args.leads.as_deref(), model, &args.csv));
    let known = known.transpose()?.flatten();
    let outcomes = args.outcomes.as_deref();
    let outcomes = outcomes.map(|path| input::outcomes(path, &args.csv, schema.as_ref())).transpose()?;
    let mut output = Output::create(&args.output)?;
    let reading = log::Options {
        csv: input::csv_options(&args.csv),
        schema,
        keep_bots: args.keep_bots || model.as_ref().is_some_and(keeps_bots),
        memory: (args.memory as usize) << 20,
    };
    let mut log = input::touches_through(&args.touches, &reading, |source| source)?;
    let looks = looks(args.every, args.as_of, wanted.as_ref().and_then(|wanted| wanted.looks));
    let bar = Bar::new();
    let mut progress = |done, total| bar.step("writing", done, total);
    let horizon = args.horizon.or(wanted.as_ref().and_then(|wanted| wanted.horizon)).unwrap_or(NO_HORIZON);
    let (recipe, target, notes) =
        wanted.map_or_else(Default::default, |wanted| (Some(wanted.recipe), wanted.target, wanted.notes));
    let options = Options { looks, horizon, until: args.until, recipe, target };
    let mut summary =
        engage(&mut log, outcomes.as_ref(), known.as_ref(), &options, &mut output, &mut progress)
            .map_err(|error| of_output(error, &args.output))?;
    summary.notes.splice(0..0, notes);
    drop(bar);
    output.finish()?;
    let text = if args.json { json(&summary)? } else { text(&summary, horizon, args) };
    print_done(&text, streams::is_output(&args.output));
    Ok(())
}

/// What the model asks of the table.
fn wanted(model: &Model, args: &EngageArgs) -> Result<Wanted> {
    let wanted = Wanted::by(model, args.horizon, args.outcomes.is_some(), args.leads.is_some());
    wanted.map_err(|error| match &args.features {
        Some(path) => input::placed(error, path),
        None => error,
    })
}

fn text(summary: &Summary, horizon: Horizon, args: &EngageArgs) -> String {
    let log = &summary.log;
    let mut text = format!(
        "{} of {} became {} of {}",
        counted(log.touches, "touch", "touches"),
        counted(log.leads, "lead", "leads"),
        counted(summary.snapshots, "row", "rows"),
        counted(summary.leads, "lead", "leads")
    );
    if let Some(converted) = summary.converted {
        text += &format!("; in {} the lead converted within {horizon}", count(converted));
    }
    if !streams::is_output(&args.output) {
        text += &format!(". Wrote {}", named(&args.output));
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
