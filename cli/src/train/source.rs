//! What a training learns from: a table of leads, or a log of touches.

use std::path::Path;

use sales_ready::error::quoted;
use sales_ready::model::Looks;
use sales_ready::touch::Kind;
use sales_ready::train::brought::Brought;
use sales_ready::train::csv::Table;
use sales_ready::train::leads::Horizon;
use sales_ready::train::replace::Incumbent;
use sales_ready::train::schema::SchemaFile;
use sales_ready::train::touches::bring::{Options, SNAPSHOTS, Touched, bring};
use sales_ready::train::touches::log::{self, Log};
use sales_ready::{Error, ErrorKind, Result};

use crate::args::{SchemaArgs, TrainArgs, looks};
use crate::in_place::InPlace;
use crate::input;
use crate::replace;
use crate::report::Seen;

/// What was read.
pub(super) struct Source<'a> {
    pub(super) brought: Brought,
    /// What is known of the kinds of touches.
    pub(super) kinds: Vec<Kind>,
    /// When leads of touches were looked at.
    pub(super) looks: Option<Looks>,
    /// Whether these are but some of the looks.
    pub(super) thinned: bool,
    /// Columns that stay whatever the audit says.
    pub(super) keep: Vec<String>,
    pub(super) horizon: Option<Horizon>,
    /// The file that is to be replaced, as it was.
    pub(super) before: Option<InPlace<'a>>,
    /// The model in place, with the table on which it is measured.
    pub(super) incumbent: Option<Incumbent>,
    /// The log of touches, and what it became.
    pub(super) log: Option<(Log, Touched)>,
}

/// A table of leads.
pub(super) fn leads<'a>(args: &'a TrainArgs, seen: &Seen) -> Result<Source<'a>> {
    let watch = |source| seen.watch("leads", args.source(), source);
    let table = input::table_through(args.source(), &args.csv, watch)?;
    let schema = input::schema(&table, &args.schema, schema_file(args, seen)?)?;
    let mut leads = schema.leads(&table)?;
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
    let keep = input::columns(Some(&table), &args.schema.keep);
    let brought = Brought::from_table(&table, &schema, leads);
    let before = args.replace.as_deref().map(replace::in_place).transpose()?;
    let incumbent = match (&args.replace, &before) {
        (Some(path), Some(before)) => replace::incumbent(path, before, table, &brought.leads.target)?,
        _ => None,
    };
    Ok(Source {
        brought,
        kinds: Vec::new(),
        looks: None,
        thinned: false,
        keep,
        horizon,
        before,
        incumbent,
        log: None,
    })
}

/// What the schema file says.
fn schema_file(args: &TrainArgs, seen: &Seen) -> Result<Option<SchemaFile>> {
    let path = args.schema.schema.as_deref();
    input::schema_file_through(path, |path, source| seen.watch("schema", path, source))
}

/// A log of touches, with outcomes and perhaps a table of what else is known of leads.
pub(super) fn touched(touches: &Path, args: &TrainArgs, seen: &Seen) -> Result<Source<'static>> {
    let schema = schema_file(args, seen)?;
    // Both are required beside a log.
    let (Some(horizon), Some(outcomes)) = (args.horizon, &args.touched.outcomes) else {
        let message = "expected --outcomes and --horizon beside --touches";
        return Err(Error::new(ErrorKind::BadOption, message));
    };
    let outcomes = input::outcomes_through(outcomes, &args.csv, schema.as_ref(), |source| {
        seen.watch("outcomes", outcomes, source)
    })?;
    let reading = log::Options {
        csv: input::csv_options(&args.csv),
        schema: schema.clone(),
        keep_bots: args.touched.keep_bots,
        ..log::Options::default()
    };
    let mut log = input::touches_through(touches, &reading, |source| seen.watch("touches", touches, source))?;
    let table = args
        .touched
        .leads
        .as_deref()
        .map(|path| input::table_through(path, &args.csv, |source| seen.watch("leads", path, source)));
    let table = table.transpose()?;
    let (exclude, of_leads) = apart(&args.schema.exclude, table.as_ref(), &log);
    let (keep, keep_of_leads) = apart(&args.schema.keep, table.as_ref(), &log);
    if let (None, Some(name)) = (&table, of_leads.iter().chain(&keep_of_leads).next()) {
        let message = format!(
            "{name} is no field that is made of the touches; `sales-ready engage` shows which there are",
            name = quoted(name)
        );
        return Err(Error::new(ErrorKind::MissingField, message));
    }
    let said = SchemaArgs { exclude: of_leads, keep: keep_of_leads, ..args.schema.clone() };
    let schema = table.as_ref().map(|table| input::schema(table, &said, schema)).transpose()?;
    let options = Options {
        looks: looks(args.touched.every, args.touched.as_of, None),
        horizon,
        until: args.until,
        most: args.touched.snapshots.map_or(SNAPSHOTS, |most| most as usize),
        exclude,
        seed: 0,
    };
    let beside = table.as_ref().zip(schema.as_ref());
    let made = bring(&mut log, &input::name(touches), &outcomes, beside, &options)?;
    Ok(Source {
        brought: made.brought.clone(),
        kinds: made.kinds.clone(),
        looks: Some(options.looks),
        thinned: made.thinned,
        keep: [keep, said.keep].concat(),
        horizon: Some(horizon),
        before: None,
        incumbent: None,
        log: Some((log, made)),
    })
}

/// The names that are fields made of touches, and the others.
fn apart(texts: &[String], table: Option<&Table>, log: &Log) -> (Vec<String>, Vec<String>) {
    let made = sales_ready::train::touches::candidates::candidates(&log.kinds());
    let names = input::columns(table, texts).into_iter();
    names.partition(|name| made.iter().any(|candidate| candidate.name == *name))
}
