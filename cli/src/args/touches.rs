//! The flags of a training with touches.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use sales_ready::Instant;
use sales_ready::train::leads::Horizon;
use sales_ready::train::touches::snapshots::Grid;

/// When leads are looked at: every so many days, or weekly and on the days of touches; or else at one instant.
pub(crate) fn grid(every: Option<Horizon>, as_of: Option<Instant>) -> Grid {
    let usual = Grid::default();
    Grid { every: every.map_or(usual.every, |every| Some(every.days)), touch_days: every.is_none(), as_of }
}

/// Where touches are, and when leads are looked at.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Touches")]
pub(crate) struct TouchArgs {
    /// Learn from a log of touches (CSV) instead of a table of leads; `sales-ready engage` shows the table it becomes.
    ///
    /// Leads are looked at in snapshots, and the label is whether they convert within the horizon. How fast touches fade
    /// is learnt. For the columns of this file and of the outcomes see `sales-ready engage --help`.
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
    /// Count touches that programs made: clicks in bursts, openings under a second after sending, agents of scanners.
    #[arg(long, requires = "touches")]
    pub(crate) keep_bots: bool,
}
