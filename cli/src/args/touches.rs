//! The arguments of `engage`, and the flags of a training with touches.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use sales_ready::Instant;
use sales_ready::model::Looks;
use sales_ready::train::leads::Horizon;

use super::CsvArgs;

/// When leads are looked at: every so many days, or at one instant, or as is usual.
pub(crate) fn looks(every: Option<Horizon>, as_of: Option<Instant>, usual: Option<Looks>) -> Looks {
    match every {
        Some(every) => Looks { every: Some(every.days), touch_days: false, as_of: None },
        None if as_of.is_some() => Looks { as_of, ..Looks::default() },
        None => usual.unwrap_or_default(),
    }
}

/// Where touches are, and when leads are looked at.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Touches")]
pub(crate) struct TouchArgs {
    /// Learn from a log of touches (CSV) instead of a table of leads; `sales-ready engage` shows the table it becomes.
    ///
    /// Needs --outcomes and --horizon. Leads are looked at in snapshots, and the label is whether they convert within the horizon,
    /// so that --target and --positive are for tables, and so is --replace: `sales-ready compare` or `backtest` holds a model of
    /// touches against the one in place. How fast touches fade is learnt. For the columns of this file and of the outcomes see `sales-ready engage --help`.
    #[arg(long, value_name = "FILE", requires = "outcomes", requires = "horizon")]
    #[arg(conflicts_with_all = ["input", "target", "positive", "replace"])]
    pub(crate) touches: Option<PathBuf>,
    /// What became of the leads (CSV), and when.
    #[arg(long, value_name = "FILE", requires = "touches")]
    pub(crate) outcomes: Option<PathBuf>,
    /// What else is known of the leads (CSV): a row for each.
    #[arg(long, value_name = "FILE", requires = "touches")]
    pub(crate) leads: Option<PathBuf>,
    /// Look at all leads every so many days, such as 7d, and at no other time [default: weekly, and at the last touch of
    /// each day that has any]
    #[arg(long, value_name = "DAYS", requires = "touches", conflicts_with = "as_of")]
    pub(crate) every: Option<Horizon>,
    /// Look at all leads at this instant alone, such as 2026-03-31 or 2026-03-31T12:00:00Z.
    #[arg(long, value_name = "TIME", requires = "touches")]
    pub(crate) as_of: Option<Instant>,
    /// Learn from no more snapshots than this [default: 40000]; of more, so many are drawn.
    #[arg(long, value_name = "COUNT", requires = "touches", value_parser = clap::value_parser!(u32).range(100..))]
    pub(crate) snapshots: Option<u32>,
    /// Count touches that programs made: clicks in bursts, openings under a second after sending, agents of scanners. The model
    /// remembers it for `handoff`, `backtest` and `engage --features`.
    #[arg(long, requires = "touches")]
    pub(crate) keep_bots: bool,
}

/// Write the table that a log of touches becomes: leads at instants, and what was known of their engagement then.
///
/// The log is a CSV file with a row for each touch: `lead`, `at`, `kind`, and if there are any `side` (marketing, sales),
/// `quantity`, `stage` (awareness, interest, consideration, intent, purchase, loyalty), `channel` and `agent`. The column
/// and event names of HubSpot, Salesforce, Dynamics 365, Pardot, Mautic and Google Analytics are known; others are named
/// in a schema file, under `[touches]`, such as `lead = "customer_id"`, `kind = { value = "purchase" }` or, under
/// `[touches.kinds]`, `"Sauna" = { kind = "retreat", side = "sales", stage = "intent" }`. Rows may stand in any order; those
/// that are equal in every cell count once. Files of any size are read in bounded memory.
///
/// The outcomes are a CSV file with a row for each lead: `lead`, and any of `created`, `handed_off`, `converted` and
/// `closed`, which are dates, and `outcome` (yes or no); others are named under `[outcomes]`.
///
/// A row of the table is a lead at an instant, after its creation and before it converted, was closed or was handed off.
/// `converted` is 1 where it converted within the horizon after that; only touches up to the instant count.
///
/// With --features, the table is one that a model of touches can be given: with its fields, its label (`converts within 30d`,
/// yes or no) in the place of `converted` and, with --leads, what else it reads of leads, looked at as in its training where
/// nobody says otherwise. `score` takes it with --as-of, `drift` and `compare` with --outcomes.
#[derive(Debug, ClapArgs)]
#[command(group = clap::ArgGroup::new("watched").args(["horizon", "features"]).multiple(true))]
pub(crate) struct EngageArgs {
    /// The log of touches (CSV); `-` is standard input.
    pub(crate) touches: PathBuf,
    /// What became of the leads (CSV).
    #[arg(long, value_name = "FILE", requires = "watched")]
    pub(crate) outcomes: Option<PathBuf>,
    /// How many days a lead is watched for a conversion, such as 30 or 30d [default: as many as the model of --features learnt]
    #[arg(long, value_name = "DAYS")]
    pub(crate) horizon: Option<Horizon>,
    /// Outcomes are known up to this time, such as that of the export [default: the last touch or outcome, but for a few long
    /// after all others]
    #[arg(long, value_name = "TIME", requires = "outcomes")]
    pub(crate) until: Option<Instant>,
    /// Look at all leads every so many days, such as 7d, and at no other time [default: as the training of --features did, or
    /// else weekly, and at the last touch of each day that has any]
    #[arg(long, value_name = "DAYS", conflicts_with = "as_of")]
    pub(crate) every: Option<Horizon>,
    /// Look at all leads at this instant alone, such as 2026-03-31 or 2026-03-31T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Instant>,
    /// Make the fields that this model reads, instead of those a training begins with, and its label.
    #[arg(long, value_name = "MODEL")]
    pub(crate) features: Option<PathBuf>,
    /// What else is known of the leads (CSV), a row for each: the columns that the model reads beside touches.
    #[arg(long, value_name = "FILE", requires = "features")]
    pub(crate) leads: Option<PathBuf>,
    /// Count touches that programs made: clicks in bursts, openings under a second after sending, agents of scanners; as is done
    /// for a model of --features that has learnt from them.
    #[arg(long)]
    pub(crate) keep_bots: bool,
    /// How many megabytes of memory the rows of the log may take before they go to disk; to group them takes as much again.
    #[arg(long, value_name = "MB", default_value_t = 320, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) memory: u32,
    /// Write the table to this file; `-` is standard output.
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// Print the summary as JSON for machines: snapshots, converted, leads, `without_outcome`, `without_touches`,
    /// unknown, until, log, notes.
    ///
    /// It goes to standard error where the table goes to standard output.
    #[arg(long)]
    pub(crate) json: bool,
    /// A schema file that says which columns are which.
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}
