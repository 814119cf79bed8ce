//! What a training learns from: a table of leads, or a log of touches.

use std::path::Path;

use sales_ready::touch::Kind;
use sales_ready::train::brought::Brought;
use sales_ready::train::csv::Table;
use sales_ready::train::leads::Horizon;
use sales_ready::train::replace::Incumbent;
use sales_ready::train::touches::bring::{Options, Touched, bring};
use sales_ready::train::touches::log::{self, Log};
use sales_ready::{Error, ErrorKind, Result};

use crate::args::{SchemaArgs, TrainArgs, grid};
use crate::input;
use crate::replace;
use crate::report::Seen;

/// Of more snapshots, so many are learnt from: more take minutes and say little more, as those of a lead are alike.
const SNAPSHOTS: u32 = 40_000;

/// What was read.
pub(super) struct Source<'t> {
    pub(super) brought: Brought,
    /// What is known of the kinds of touches.
    pub(super) kinds: Vec<Kind>,
    /// Columns that stay whatever the audit says.
    pub(super) keep: Vec<String>,
    pub(super) horizon: Option<Horizon>,
    /// The model in place.
    pub(super) incumbent: Option<Incumbent<'t>>,
    /// The log of touches, and what it became.
    pub(super) log: Option<(Log, Touched)>,
}

/// A table of leads.
pub(super) fn leads<'t>(table: &'t Table, args: &TrainArgs) -> Result<Source<'t>> {
    let schema = input::schema(table, &args.schema)?;
    let mut leads = schema.leads(table)?;
    let horizon = args.horizon.or(schema.horizon);
    if let Some(until) = args.until {
        if horizon.is_none() {
            let message =
                "expected --horizon beside --until: how many days a lead is watched for a conversion";
            return Err(Error::new(ErrorKind::BadOption, message));
        }
        if let Some(dates) = &mut leads.dates {
            dates.until = Some(until.seconds());
        }
    }
    let incumbent = match &args.replace {
        Some(path) => replace::incumbent(path, table, &leads.target)?,
        None => None,
    };
    Ok(Source {
        brought: Brought::from_table(table, &schema, leads),
        kinds: Vec::new(),
        keep: input::columns(table, &args.schema.keep),
        horizon,
        incumbent,
        log: None,
    })
}

/// A table of leads that is needed no longer once it is read: where no model is in place.
pub(super) fn of_leads(table: &Table, args: &TrainArgs) -> Result<Source<'static>> {
    let Source { brought, kinds, keep, horizon, incumbent: _, log } = leads(table, args)?;
    Ok(Source { brought, kinds, keep, horizon, incumbent: None, log })
}

/// A log of touches, with outcomes and perhaps a table of what else is known of leads.
pub(super) fn touched(touches: &Path, args: &TrainArgs, seen: &Seen) -> Result<Source<'static>> {
    let schema = input::schema_file(args.schema.schema.as_deref())?;
    // Both are required beside a log.
    let (Some(horizon), Some(outcomes)) = (args.horizon, &args.touched.outcomes) else {
        let message = "expected --outcomes and --horizon beside --touches";
        return Err(Error::new(ErrorKind::BadOption, message));
    };
    let outcomes = input::outcomes(outcomes, &args.csv, schema.as_ref())?;
    let reading = log::Options {
        csv: input::csv_options(&args.csv),
        schema,
        keep_bots: args.touched.keep_bots,
        ..log::Options::default()
    };
    let mut log = input::touches_through(touches, &reading, |source| seen.watch(source))?;
    let (exclude, of_leads) = apart(&args.schema.exclude, &log);
    let (keep, keep_of_leads) = apart(&args.schema.keep, &log);
    let table = args.touched.leads.as_deref().map(|path| input::table(path, &args.csv)).transpose()?;
    if let (None, Some(name)) = (&table, of_leads.iter().chain(&keep_of_leads).next()) {
        let message = format!(
            "{name:?} is no field that is made of the touches; `sales-ready engage` shows which there are"
        );
        return Err(Error::new(ErrorKind::MissingField, message));
    }
    let said = SchemaArgs { exclude: of_leads, keep: keep_of_leads, ..args.schema.clone() };
    let schema = table.as_ref().map(|table| input::schema(table, &said)).transpose()?;
    let options = Options {
        grid: grid(args.touched.every, args.touched.as_of),
        horizon,
        until: args.until,
        most: args.touched.snapshots.unwrap_or(SNAPSHOTS) as usize,
        exclude,
        seed: 0,
    };
    let beside = table.as_ref().zip(schema.as_ref());
    let made = bring(&mut log, &input::name(touches), &outcomes, beside, &options)?;
    Ok(Source {
        brought: made.brought.clone(),
        kinds: made.kinds.clone(),
        keep: [keep, said.keep].concat(),
        horizon: Some(horizon),
        incumbent: None,
        log: Some((log, made)),
    })
}

/// The names that are fields made of touches, and the others.
fn apart(texts: &[String], log: &Log) -> (Vec<String>, Vec<String>) {
    let made = sales_ready::train::touches::candidates::candidates(&log.kinds());
    let names = texts.iter().flat_map(|text| text.split(',')).map(|name| name.trim().to_owned());
    names.partition(|name| made.iter().any(|candidate| candidate.name == *name))
}
