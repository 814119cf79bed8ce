//! The arguments of `handoff` and `backtest`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use sales_ready::handoff::{HandoffPolicy, Thresholds};
use sales_ready::train::handing::Format;
use sales_ready::train::leads::Horizon;
use sales_ready::train::schema::SchemaFile;
use sales_ready::train::touches::known::{KnownLeads, fields_beside_touches};
use sales_ready::train::touches::log::{self, Log};
use sales_ready::train::touches::wanted::keeps_bots;
use sales_ready::{Instant, Model, Result};

use super::CsvArgs;
use crate::input;
use crate::places::Place;
use crate::text::shown;

/// Say which leads go to sales, which come back to marketing, and which stay.
///
/// Leads are reviewed at midnight (UTC), each day since the last run, with what was known then: so it makes no difference
/// to where leads are how often the command runs. A change is told by the run that first knows of it, and by no later
/// one; run again for the same day, it says the same again. A lead goes to sales when its score reaches the model's
/// threshold by what was done, not because days have passed, and back when it falls below a lower one, but never before
/// the dwell is over. What sales have handed back comes again only for something new that it does after the cool-down,
/// and what has fallen back must have done something, too. Of whom too little is known nobody goes to sales. Each lead
/// has its cause in a sentence.
#[derive(Debug, ClapArgs)]
pub(crate) struct HandoffArgs {
    /// The model file; it must have learnt from touches.
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) log: LogArgs,
    /// The day to review, such as 2024-05-06: with what was known at its first moment (UTC).
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Instant,
    /// A CSV file of what became of the leads: lead, `handed_off`, converted, closed. What had happened by the day counts: who
    /// had been handed to sales is theirs, and who had converted or was closed is over. What one run has heard stays heard where a
    /// later file no longer has it; `accepted` in the feedback opens again what was closed.
    #[arg(long, value_name = "FILE")]
    pub(crate) outcomes: Option<PathBuf>,
    /// A CSV file of what sales say: lead, at, event (accepted, handed-back, converted, closed) and reason. The first run that
    /// hears something tells what has changed by it, however late that is.
    #[arg(long, value_name = "FILE")]
    pub(crate) feedback: Option<PathBuf>,
    /// The file that remembers where leads are. It is replaced when all went well, and begun where it is not there yet; of two runs
    /// at once, one is refused.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: PathBuf,
    /// Where the state file is not there yet: the day from which on reviews are made up for [default: as of]
    #[arg(long, value_name = "DATE")]
    pub(crate) start: Option<Instant>,
    /// Write only what came to be known after the review of this day, such as that of the last import into a CRM; without, all
    /// leads are written.
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<Instant>,
    /// csv or jsonl (one JSON object a line).
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub(crate) format: Format,
    /// Write the leads to this file; `-` is standard output. Their names are written as they are, so that a CRM finds them, and
    /// all other text so that no spreadsheet takes it for a formula.
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

/// Replay the past week by week: what calling by the model's score would have come to.
///
/// On each Monday every open lead is scored with what was known then, and called if it reaches the threshold and enough is
/// known of it; who has been called is not called again before the horizon is over. Calls, conversions that came within the
/// horizon, their cost and the profit are held against calling everyone, a rule of points and calling those touched last,
/// with 95 % intervals (a bootstrap of leads). It compares rules; what calls change, nobody can replay.
#[derive(Debug, ClapArgs)]
pub(crate) struct BacktestArgs {
    /// The model file; it must have learnt from touches.
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) log: LogArgs,
    /// A CSV file of what became of the leads: lead, created, `handed_off`, converted, closed.
    #[arg(long, value_name = "FILE")]
    pub(crate) outcomes: PathBuf,
    /// How long after a call a conversion counts as reached, such as 30d.
    #[arg(long, value_name = "DAYS")]
    pub(crate) horizon: Horizon,
    /// Outcomes are known up to this time, such as that of the export [default: the last touch or outcome, but for a few long
    /// after all others]
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Instant>,
    /// The first day to replay [default: that of the first touch]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<Instant>,
    /// The last day to replay [default: a horizon before the time up to which outcomes are known]
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<Instant>,
    /// How many leads sales can call in a week; the highest scores come first [default: any number]
    #[arg(long, value_name = "LEADS")]
    pub(crate) capacity: Option<u32>,
    /// What a call costs [default: that of the model's threshold, where this rests on money]
    #[arg(long, value_name = "AMOUNT", requires = "value_per_conversion", help_heading = "Profit")]
    pub(crate) cost_per_contact: Option<f64>,
    /// What one conversion is worth, in the same currency.
    #[arg(long, value_name = "AMOUNT", requires = "cost_per_contact", help_heading = "Profit")]
    pub(crate) value_per_conversion: Option<f64>,
    /// Write the figures, with a plot, to this file: one HTML page, readable anywhere; `-` is standard output.
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(crate) report: Option<PathBuf>,
    /// Print JSON for machines: from, to, weeks, leads, conversions, `horizon_days`, `cost_per_contact`,
    /// `value_per_conversion`, capacity, learnt, seen, rules, points, notes.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

impl LogArgs {
    /// The files that are read.
    pub(crate) fn places(&self) -> Vec<Place<'_>> {
        let leads = self.leads.as_deref().map(|path| ("the leads", path));
        let schema = self.schema.as_deref().map(|path| ("the schema", path));
        [("the touches", self.touches.as_path())].into_iter().chain(leads).chain(schema).collect()
    }

    /// The touches, as the schema file says, those that programs made among them where the model has learnt from these.
    pub(crate) fn read(&self, model: &Model, csv: &CsvArgs, schema: Option<SchemaFile>) -> Result<Log> {
        let options = log::Options {
            csv: input::csv_options(csv),
            schema,
            keep_bots: keeps_bots(model),
            ..log::Options::default()
        };
        input::touches_through(&self.touches, &options, |source| source)
    }

    /// What else is known of the leads.
    pub(crate) fn known(&self, model: &Model, csv: &CsvArgs) -> Result<Option<KnownLeads>> {
        input::known(self.leads.as_deref(), model, csv)
    }

    /// A note on fields that nobody gave.
    pub(crate) fn unknown_fields(&self, model: &Model) -> Option<String> {
        let fields = fields_beside_touches(model);
        (self.leads.is_none() && !fields.is_empty()).then(|| {
            let names: Vec<String> = fields.iter().map(|field| shown(&field.name, 40)).collect();
            format!("not known of any lead, since there is no --leads: {}", names.join(", "))
        })
    }
}

impl RuleArgs {
    /// The rules for a model.
    pub(crate) fn policy(&self, model: &Model) -> HandoffPolicy {
        let policy = HandoffPolicy::new(model.policy());
        let thresholds = policy
            .thresholds
            .map(|Thresholds { enter, .. }| Thresholds { enter, leave: enter - self.leave_below });
        HandoffPolicy { thresholds, dwell: self.dwell, cool_down: self.cool_down, capacity: self.capacity }
    }
}
