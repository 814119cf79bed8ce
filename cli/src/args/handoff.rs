//! The arguments of `handoff` and `backtest`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use sales_ready::Instant;
use sales_ready::train::handing::Format;

use super::CsvArgs;

/// Say which leads go to sales, which come back to marketing, and which stay.
///
/// Leads are reviewed at midnight (UTC), each day since the last run, with what was known then: so it makes no difference
/// how often the command runs. A lead goes to sales when its score reaches the model's threshold, and back when it falls
/// below a lower one, but never before the dwell is over. What sales have handed back comes again only for something new
/// that it does after the cool-down. Each lead has its cause in a sentence.
#[derive(Debug, ClapArgs)]
pub(crate) struct HandoffArgs {
    /// The model file; it must have learnt from touches.
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) log: LogArgs,
    /// The day to review, such as 2024-05-06: with what was known at its first moment (UTC).
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Instant,
    /// A CSV file of what sales say: lead, at, event (accepted, handed-back, converted, closed) and reason.
    #[arg(long, value_name = "FILE")]
    pub(crate) feedback: Option<PathBuf>,
    /// The file that remembers where leads are. It is replaced when all went well, and begun where it is not there yet.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: PathBuf,
    /// Where the state file is not there yet: the day from which on reviews are made up for [default: as of]
    #[arg(long, value_name = "DATE")]
    pub(crate) start: Option<Instant>,
    /// Write only what has changed after this day, for a CRM's import; without, all leads are written.
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<Instant>,
    /// csv or jsonl (one JSON object a line).
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub(crate) format: Format,
    /// Write the leads to this file; `-` is standard output.
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// Print the summary as JSON for machines: `as_of`, actions, states, rejections, notes.
    ///
    /// It goes to standard error where the leads go to standard output.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// The touches, and what else is known of the leads.
#[derive(Debug, ClapArgs)]
pub(crate) struct LogArgs {
    /// The CSV file of touches: lead, at, kind, and where known side, quantity and stage; in any order.
    #[arg(long, value_name = "FILE")]
    pub(crate) touches: PathBuf,
    /// A CSV file of what is known of the leads beside, one a row; needed where the model reads such columns.
    #[arg(long, value_name = "FILE")]
    pub(crate) leads: Option<PathBuf>,
    /// A schema file that says what the columns of the touches are.
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
}

/// When leads change hands.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleArgs {
    /// How many leads sales can take in a week, from Monday on; the highest scores come first [default: any number]
    #[arg(long, value_name = "LEADS")]
    pub(crate) capacity: Option<u32>,
    /// How many days a lead stays with sales at least.
    #[arg(long, value_name = "DAYS", default_value_t = sales_ready::handoff::DWELL)]
    pub(crate) dwell: f64,
    /// How many days after a hand-back nothing that a lead does brings it to sales again.
    #[arg(long, value_name = "DAYS", default_value_t = sales_ready::handoff::COOL_DOWN)]
    pub(crate) cool_down: f64,
    /// How far below the threshold the score must fall before a lead goes back, in log-odds; ln 2, half the odds, if not said.
    #[arg(long, value_name = "LOG-ODDS", default_value_t = sales_ready::handoff::LEAVE_BELOW, hide_default_value = true)]
    pub(crate) leave_below: f64,
}
