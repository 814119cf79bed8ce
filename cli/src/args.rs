//! The command line: commands, flags and their help texts.

mod handoff;
mod touches;

pub(crate) use handoff::{BacktestArgs, HandoffArgs};
pub(crate) use touches::{EngageArgs, TouchArgs, looks};

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand};
use sales_ready::Instant;
use sales_ready::train::Money;
use sales_ready::train::csv::{Delimiter, Encoding};
use sales_ready::train::leads::Horizon;

/// When is a marketing-nurtured lead sales-ready, and why?
///
/// Learns from a CSV export of past leads which of them converted, and says of new leads how likely they are to, and
/// why. Everything stays on this machine.
#[derive(Debug, Parser)]
#[command(name = "sales-ready", version, max_term_width = 100, after_long_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

// No line is longer than a terminal of 80 columns, so that none is broken where it could not be typed.
const EXAMPLES: &str = "\
Examples:
  sales-ready inspect leads.csv -o leads.toml
  sales-ready train leads.csv --target converted -o model.json \\
    --report report.html
  sales-ready train --touches touches.csv --outcomes outcomes.csv \\
    --horizon 30d -o model.json
  sales-ready score model.json new.csv -o scored.csv
  sales-ready explain model.json new.csv --row 17
  sales-ready drift model.json new.csv
  sales-ready compare old.json new.json holdout.csv
  sales-ready handoff model.json --touches touches.csv --as-of 2024-05-06 \\
    --state state.json -o changes.csv
  sales-ready backtest model.json --touches touches.csv \\
    --outcomes outcomes.csv --horizon 30d \\
    --cost-per-contact 20 --value-per-conversion 500
  sales-ready engage touches.csv --outcomes outcomes.csv --horizon 30d \\
    -o table.csv

Exit codes:
  0  done, all is well
  1  the data is not as expected
  2  the command line is not
  3  a person should look (drift to watch, a comparison that can not tell)
  4  something must be done (drift), or must not be done (a new model is worse)";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Inspect(InspectArgs),
    Train(Box<TrainArgs>),
    Score(ScoreArgs),
    Explain(ExplainArgs),
    Drift(DriftArgs),
    Compare(CompareArgs),
    Handoff(HandoffArgs),
    Backtest(BacktestArgs),
    Engage(EngageArgs),
}

/// Show what each column of a CSV file is taken for, and why.
///
/// Numbers, categories, dates, ids and free text are told apart by looking at whole columns. What is guessed wrongly
/// can be corrected: write the guesses to a schema file with -o, edit it, and pass it to `inspect` and `train` with
/// --schema.
///
/// The schema file may also say what is known of a column's effect: `monotone = "up"` (or "down") on a number whose curve
/// must not fall (or rise), `levels = ["low", "high"]` on a category whose levels have an order, and with them
/// `cyclic = true` where the last is next to the first, as with months.
#[derive(Debug, ClapArgs)]
pub(crate) struct InspectArgs {
    /// The CSV file; `-` is standard input.
    pub(crate) input: PathBuf,
    /// Write the guesses to this schema file (TOML); `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print JSON for machines: file, rows, notes, target, missing, columns.
    #[arg(long, conflicts_with = "output")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// Learn from past leads which of them convert.
///
/// Columns that know the outcome (filled in after it) are found and left out; the rest becomes a model that is a sum of
/// curves and tables. It is measured on leads it has not seen: the newest where a date column orders the leads,
/// else five folds. Of more than 60,000 leads, a sample chooses which terms there are, and is not measured on. The same
/// input gives the same file, byte for byte.
#[derive(Debug, ClapArgs)]
pub(crate) struct TrainArgs {
    /// The CSV file of past leads, one row each; `-` is standard input.
    #[arg(required_unless_present = "touches")]
    pub(crate) input: Option<PathBuf>,
    /// How many days after its date a lead is watched for a conversion, such as 30 or 30d.
    ///
    /// Needs touches, or a column of dates that orders the leads. When the model is measured on the newest leads, it does not learn
    /// from those whose horizon reaches into them. A table says that a lead converted, not when: there, conversions after the
    /// horizon count, too.
    #[arg(long, value_name = "DAYS")]
    pub(crate) horizon: Option<Horizon>,
    /// Learn from leads of this time on, such as 2025-07-01; older ones are left out.
    ///
    /// Where what columns say has changed, leads to come are like the newer ones. Needs touches, or a column of dates that orders
    /// the leads; older touches go on to count for looks at leads since.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Instant>,
    /// Outcomes are known up to this time, such as that of the export: 2026-03-31 or 2026-03-31T12:00:00Z [default: the newest date,
    /// or the last touch or outcome, but for a few long after all others]
    ///
    /// Needs --horizon: leads whose horizon is not over by then are left out, as they may still convert.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Instant>,
    /// What it costs to have sales contact one lead.
    ///
    /// With --value-per-conversion, leads are flagged from the chance on at which a contact pays: cost ÷ value.
    /// Without, from the chance with the best balance of precision and recall (F1).
    #[arg(long, value_name = "AMOUNT", requires = "value_per_conversion", help_heading = "Threshold")]
    pub(crate) cost_per_contact: Option<f64>,
    /// What one conversion is worth, in the same currency.
    #[arg(long, value_name = "AMOUNT", requires = "cost_per_contact", help_heading = "Threshold")]
    pub(crate) value_per_conversion: Option<f64>,
    /// Write the model to this file; an existing one is replaced only when all went well. `-` is standard output.
    #[arg(short, long, value_name = "FILE", required_unless_present = "replace")]
    pub(crate) output: Option<PathBuf>,
    /// Write the model over this one, but only if it is not worse; stands in for -o. Not with --touches.
    ///
    /// Not worse means that on held-out leads it surely keeps 95 % of what the old model gains in log loss over knowing
    /// the conversion rate alone, and does not surely earn less. With dates, only leads newer than those of the old model
    /// count, where there are enough; else the old one may have learnt from them, which favours it. A file that is not
    /// there yet is written. Where the old model can not be read, or can not score this table, nothing is trained.
    /// Exit codes: 0 replaced, or already the same; 3 not replaced, as it can not be told, or as the new model would flag
    /// nobody where the old one does; 4 not replaced, as it is worse.
    #[arg(long, value_name = "MODEL", conflicts_with = "output")]
    pub(crate) replace: Option<PathBuf>,
    /// How many pairs of fields may say something together that neither says alone, at most; 0 for none.
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u16).range(0..=100))]
    pub(crate) pairs: u16,
    /// Measure other ways to score on the same held-out leads, and print how they compare.
    ///
    /// The majority rate, logistic regression on straight lines, and Odoo's predictive lead scoring, as it is and with
    /// Platt scaling.
    #[arg(long)]
    pub(crate) baselines: bool,
    /// Write a report for people to this file: one HTML page with plots, readable anywhere; `-` is standard output.
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(crate) report: Option<PathBuf>,
    /// Write the same report as JSON to this file; `-` is standard output.
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(crate) report_json: Option<PathBuf>,
    /// Print JSON for machines: file, notes, `target_why`, guesses, findings, policy, card, baselines,
    /// touches, succession.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) touched: TouchArgs,
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

impl TrainArgs {
    /// The file with what is learnt from: leads, or touches.
    pub(crate) fn source(&self) -> &Path {
        // One of the two is required.
        self.input.as_deref().or(self.touched.touches.as_deref()).unwrap_or(Path::new("-"))
    }

    /// The file that is written.
    pub(crate) fn destination(&self) -> &Path {
        // One of the two is required; `-` would be standard output.
        self.output.as_deref().or(self.replace.as_deref()).unwrap_or(Path::new("-"))
    }
}

/// Score a CSV file of leads.
///
/// Writes all columns of the input, then logit, probability, grade (A to D), `sales_ready` (yes, no, abstain) and
/// `reason_1` …, in the input's order and with its delimiter, as UTF-8. Files of any size are scored in constant memory.
/// Into a file, either all rows are written or none; on standard output, rows before an error have been written.
#[derive(Debug, ClapArgs)]
pub(crate) struct ScoreArgs {
    /// The model file.
    pub(crate) model: PathBuf,
    /// The CSV file of leads, with the columns the model reads; `-` is standard input.
    pub(crate) input: PathBuf,
    /// How many reasons to give for each lead, the strongest first.
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u16).range(0..=100))]
    pub(crate) reasons: u16,
    /// Write the scored leads to this file; `-` is standard output.
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// Print the summary as JSON for machines: leads, `sales_ready`, abstained, notes.
    ///
    /// It goes to standard error where the leads go to standard output.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// Explain the score of one lead.
///
/// The lead is a row of a CSV file (--row) or a JSON object (--lead). Reasons are associations in past leads, never
/// causes.
#[derive(Debug, ClapArgs)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["row", "lead"]))]
pub(crate) struct ExplainArgs {
    /// The model file.
    pub(crate) model: PathBuf,
    /// The CSV file the lead is in; `-` is standard input.
    #[arg(required_unless_present = "lead", conflicts_with = "lead")]
    pub(crate) input: Option<PathBuf>,
    /// The row to explain, counted from 1 below the header; empty rows do not count.
    #[arg(long, value_name = "NUMBER", requires = "input")]
    pub(crate) row: Option<u64>,
    /// The lead as JSON, such as `'{"reviews_read": 4, "industry": "software"}'`; what is left out is not known.
    #[arg(long, value_name = "JSON")]
    pub(crate) lead: Option<String>,
    /// Print JSON for machines: score, intercept, known, and every contribution in log-odds.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// Tell whether new leads are still those a model learnt from.
///
/// Compares each field and the score with how the training leads were distributed (the population stability index, PSI:
/// from 0.10 on watch, from 0.25 on it is drift), beyond what chance explains of so few leads. Where the file has the
/// outcomes, also whether the predicted chances came true; use leads whose outcome had as long to show as that of the
/// training leads. For a model of touches the table is made by `sales-ready engage --features MODEL --outcomes FILE`, with --leads
/// where the model reads more than touches.
///
/// Rows that belong together, such as those of one account, or of one lead at several times, tell less than as many that do not:
/// so they count where the file has the column by which the training kept leads together. Weights are not read.
#[derive(Debug, ClapArgs)]
#[command(after_long_help = "\
Exit codes: 0 stable; 3 something to watch; 4 drifted; 1 the data is not as expected; 2 the command line is not.")]
pub(crate) struct DriftArgs {
    /// The model file.
    pub(crate) model: PathBuf,
    /// The CSV file of new leads, with the columns the model reads; `-` is standard input.
    pub(crate) input: PathBuf,
    #[command(flatten)]
    pub(crate) outcome: OutcomeArgs,
    /// Print JSON for machines: counted (leads or looks), leads, `reference_leads`, severity, sentences, score, fields, calibration, notes.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// Tell whether a new model is better than an old one.
///
/// Both score the same leads, which neither should have learnt from, and the differences in log loss, AUC and profit are
/// given with 95 % intervals (a paired bootstrap). The log loss decides: the new model is better if its log loss is
/// surely lower, and not worse if it surely keeps 95 % of what the old one gains over knowing the conversion rate alone.
/// A profit that is surely lower makes it worse all the same. The models may read different columns; models that make a field of
/// touches in different ways have no table in common, and are each held against the log by `sales-ready backtest`.
///
/// Rows that belong together, such as those of one account, are drawn together where the file has the column by which the
/// training kept leads together. Weights are not read. Of models of touches no profit is told, as a lead that is looked at again
/// is not called again each time; `backtest` replays that.
#[derive(Debug, ClapArgs)]
#[command(after_long_help = "\
Exit codes: 0 the same, better or not worse; 3 cannot tell; 4 worse; 1 the data is not as expected; 2 the command line is not.")]
pub(crate) struct CompareArgs {
    /// The model in use.
    pub(crate) old: PathBuf,
    /// The model that may take its place.
    pub(crate) new: PathBuf,
    /// The CSV file of leads with known outcomes, with the columns both models read; `-` is standard input.
    pub(crate) input: PathBuf,
    #[command(flatten)]
    pub(crate) outcome: OutcomeArgs,
    /// What it costs to have sales contact one lead [default: that of the new model's threshold, or else the old one's]
    #[arg(long, value_name = "AMOUNT", requires = "value_per_conversion", help_heading = "Profit")]
    pub(crate) cost_per_contact: Option<f64>,
    /// What one conversion is worth, in the same currency.
    #[arg(long, value_name = "AMOUNT", requires = "cost_per_contact", help_heading = "Profit")]
    pub(crate) value_per_conversion: Option<f64>,
    /// Print JSON for machines: leads, conversions, verdict, sentences, `log_loss`, margin, auc, profit, notes.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// The amounts of two flags of which each needs the other.
pub(crate) fn money(cost_per_contact: Option<f64>, value_per_conversion: Option<f64>) -> Option<Money> {
    Some(Money { cost_per_contact: cost_per_contact?, value_per_conversion: value_per_conversion? })
}

/// Where the outcomes of leads stand that the model did not learn from.
#[derive(Debug, ClapArgs)]
pub(crate) struct OutcomeArgs {
    /// The column that says whether the lead converted [default: the one the model learnt, where the file has it]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// The value of it that means converted; again for each where several do [default: those the model learnt]
    #[arg(long, value_name = "VALUE")]
    pub(crate) positive: Vec<String>,
}

/// What the columns of the table are, where the guess is not wanted.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Columns")]
pub(crate) struct SchemaArgs {
    /// The column that says whether the lead converted.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// The value of the target that means converted; again for each where several do. All others then mean not converted.
    ///
    /// Inferred from words such as yes, true, 1, won or converted, never from how often a value occurs.
    #[arg(long, value_name = "VALUE")]
    pub(crate) positive: Vec<String>,
    /// Columns the model must not read, separated by commas.
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) exclude: Vec<String>,
    /// Columns the model must read although they look like an id, like free text or like a leak; separated by commas.
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) keep: Vec<String>,
    /// Texts that mean "not known", beside empty, NA, N/A, null, NaN and `-`; separated by commas.
    #[arg(long, value_name = "TEXTS", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) missing: Vec<String>,
    /// Columns that say what a lead does, rather than who it is, separated by commas; the widget shows the two apart.
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) engagement: Vec<String>,
    /// Columns that the company can change, such as an offered discount, separated by commas; the widget asks what if.
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) actionable: Vec<String>,
    /// A schema file that says what columns are; the flags above come before it. `inspect -o` writes one.
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
}

/// How the CSV file is written, where the guess is not wanted.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "CSV")]
pub(crate) struct CsvArgs {
    /// The sign between cells, such as `;` or `tab` [default: what a first line `sep=;` says, or else guessed from comma, semicolon, tab and pipe]
    #[arg(long, value_name = "SIGN")]
    pub(crate) delimiter: Option<Delimiter>,
    /// The encoding, such as utf-8, utf-16le, windows-1252 or `shift_jis` [default: guessed]
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<Encoding>,
}
