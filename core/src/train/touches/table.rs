//! Histories and lifecycles → the training table: a row for each snapshot, a column for each field.

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::lead::Instant;
use crate::model::{Field, FieldKind, Looks, NumberFormat, Target};
use crate::touch::{EngagementField, Kind, Measure, Recipe};
use crate::train::leads::{
    Column, Dates, Direction, Engagement, Groups, Horizon, Leads, MISSING_LEVEL, Prior, Values, Way,
};
use crate::train::random::Random;
use crate::train::schema::MISSING_MARKERS;
use crate::train::touches::beside::Beside;
use crate::train::touches::candidates::{Candidate, title};
use crate::train::touches::snapshots::{Snapshot, snapshots};
use crate::train::touches::{History, Lifecycle};

/// Histories that can be gone through more than once, always in the same order.
pub trait HistorySource {
    /// The histories from the first on.
    ///
    /// # Errors
    /// As reading them.
    fn histories(&mut self) -> Result<Box<dyn Iterator<Item = Result<History>> + '_>>;
}

impl HistorySource for Vec<History> {
    fn histories(&mut self) -> Result<Box<dyn Iterator<Item = Result<History>> + '_>> {
        Ok(Box::new(self.iter().cloned().map(Ok)))
    }
}

/// How a table is made.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// When leads are looked at.
    pub looks: Looks,
    /// The window after a snapshot in which a conversion counts.
    pub horizon: Horizon,
    /// The instant up to which outcomes are known.
    pub until: Instant,
    /// What is known of kinds.
    pub kinds: &'a [Kind],
    /// The engagement fields.
    pub candidates: &'a [Candidate],
    /// What is known of leads beside their touches.
    pub beside: Option<&'a Beside>,
    /// Touches of this kind do not count in the fields.
    pub blind_to: Option<&'a str>,
    /// The most snapshots to learn from; of more, so many are drawn.
    pub most: usize,
    /// The seed of the draw.
    pub seed: u64,
}

/// The training table.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotTable {
    /// A row for each snapshot, with the lead as group and the instant as date.
    pub leads: Leads,
    /// The lead of each row, a place in `names`, and the instant.
    pub snapshots: Vec<(u32, Instant)>,
    /// The leads that have snapshots.
    pub names: Vec<String>,
    /// How many snapshots there would be without a limit.
    pub all: u64,
    /// How many leads, touched or not, have no snapshot.
    pub without: u64,
    /// Whether these are but some of the several snapshots of a lead.
    pub thinned: bool,
}

/// The column that says when a snapshot was taken.
pub const AS_OF: &str = "as_of";
/// The column that says of which lead.
pub const LEAD: &str = "lead";
/// As many leads are worked on at once.
const BATCH: usize = 4_096;

/// Makes the table. `lifecycle` says what became of a lead.
///
/// # Errors
/// As reading the histories; [`ErrorKind::TooFewLeads`] where there is no snapshot.
pub fn table(
    histories: &mut dyn HistorySource,
    lifecycle: &(dyn Fn(&str) -> Lifecycle + Sync),
    plan: &Plan<'_>,
) -> Result<SnapshotTable> {
    let taken = |history: &History| {
        snapshots(history, &lifecycle(&history.lead), &plan.looks, plan.horizon, plan.until)
    };
    let (mut all, mut several) = (0, false);
    for history in histories.histories()? {
        let taken = taken(&history?).len();
        all += taken as u64;
        several |= taken > 1;
    }
    if all == 0 {
        let message = format!(
            "no lead can be looked at with a known outcome: expected touches at least {} before {}, up to which outcomes are known, of leads that have not converted or been closed or handed to sales before; give a shorter horizon, or check the dates of the outcomes",
            plan.horizon, plan.until
        );
        return Err(Error::new(ErrorKind::TooFewLeads, message));
    }
    // Each is drawn with the chance that leaves as many as are wanted (Knuth, The Art of Computer Programming 2, 3.4.2,
    // algorithm S).
    let (mut left, mut wanted) = (all, all.min(plan.most as u64));
    let mut random = Random::new(plan.seed, "snapshots");
    let mut is_drawn = || {
        let drawn = random.uniform() * (left as f64) < wanted as f64;
        left -= 1;
        wanted -= u64::from(drawn);
        drawn
    };
    let mut found = Rows::new(plan);
    let mut batch: Vec<(History, Vec<Snapshot>)> = Vec::new();
    for history in histories.histories()? {
        let mut history = history?;
        let mut taken = taken(&history);
        let any = !taken.is_empty();
        taken.retain(|_| is_drawn());
        found.without += u64::from(!any);
        if !taken.is_empty() {
            history.touches.retain(|touch| plan.blind_to != Some(&*touch.kind));
            batch.push((history, taken));
        }
        if batch.len() == BATCH {
            found.add(std::mem::take(&mut batch));
        }
    }
    found.add(batch);
    Ok(found.table(all, several && all > plan.most as u64))
}

/// The table as it grows.
struct Rows<'a> {
    plan: &'a Plan<'a>,
    recipe: Recipe,
    label: Vec<bool>,
    snapshots: Vec<(u32, Instant)>,
    names: Vec<String>,
    /// For each field of the recipe its values.
    values: Vec<Vec<f64>>,
    without: u64,
}

impl<'a> Rows<'a> {
    fn new(plan: &'a Plan<'a>) -> Self {
        // Every candidate in every way is a field of one long recipe.
        let fields: Vec<EngagementField> = plan
            .candidates
            .iter()
            .flat_map(|candidate| candidate.measures.iter().map(|measure| candidate.field(*measure)))
            .collect();
        let values = vec![Vec::new(); fields.len()];
        let recipe = Recipe { kinds: plan.kinds.to_vec(), fields };
        Self { plan, recipe, label: vec![], snapshots: vec![], names: vec![], values, without: 0 }
    }

    fn add(&mut self, batch: Vec<(History, Vec<Snapshot>)>) {
        let features: Vec<Vec<Vec<f64>>> = batch
            .par_iter()
            .map(|(history, taken)| {
                taken.iter().map(|snapshot| self.recipe.features(&history.touches, snapshot.at)).collect()
            })
            .collect();
        for ((history, taken), features) in batch.into_iter().zip(features) {
            let lead = self.names.len() as u32;
            self.names.push(history.lead);
            for (snapshot, features) in taken.into_iter().zip(features) {
                self.label.push(snapshot.converted);
                self.snapshots.push((lead, snapshot.at));
                self.values.iter_mut().zip(features).for_each(|(column, value)| column.push(value));
            }
        }
    }

    fn table(self, all: u64, thinned: bool) -> SnapshotTable {
        let mut values = self.values.into_iter();
        let mut columns: Vec<Column> = self
            .plan
            .candidates
            .iter()
            .map(|candidate| {
                let measures = candidate.measures.iter();
                let ways = measures
                    .zip(&mut values)
                    .map(|(measure, values)| Way { measure: *measure, values: values.into() });
                column(candidate, ways.collect())
            })
            .collect();
        let mut excluded = Vec::new();
        if let Some(Beside { leads, rows }) = self.plan.beside {
            let of_lead: Vec<Option<usize>> = self.names.iter().map(|name| rows.get(name).copied()).collect();
            let rows: Vec<Option<usize>> =
                self.snapshots.iter().map(|(lead, _)| of_lead[*lead as usize]).collect();
            columns.extend(leads.columns.iter().map(|column| gathered(column, &rows)));
            excluded.extend(leads.excluded.iter().cloned());
        }
        let dates = Dates {
            field: AS_OF.to_owned(),
            seconds: self.snapshots.iter().map(|(_, at)| at.seconds()).collect(),
            // Snapshots whose horizon ends later are not taken.
            until: Some(i64::MAX),
            span: 0,
        };
        let groups =
            Groups { field: LEAD.to_owned(), codes: self.snapshots.iter().map(|(lead, _)| *lead).collect() };
        let leads = Leads {
            target: target(self.plan.horizon),
            label: self.label,
            weights: None,
            columns,
            dates: Some(dates),
            groups: Some(groups),
            excluded,
        };
        SnapshotTable {
            leads,
            snapshots: self.snapshots,
            names: self.names,
            all,
            without: self.without,
            thinned,
        }
    }
}

/// The label of a lead at an instant, whose words are `yes` and `no`.
pub(super) fn target(horizon: Horizon) -> Target {
    let open = MISSING_MARKERS.map(str::to_owned).to_vec();
    Target { open, ..Target::new(format!("converts within {horizon}"), "yes") }
}

/// The column of a candidate in its usual way.
fn column(candidate: &Candidate, mut ways: Vec<Way>) -> Column {
    let usual = ways.iter().position(|way| way.measure == candidate.usual).unwrap_or(0);
    let (field, values) = match ways.len() {
        1 => (candidate.usual_field(), ways.pop().map(|way| way.values).unwrap_or_default()),
        _ => (candidate.field(ways[usual].measure), ways[usual].values.clone()),
    };
    let own = Field {
        title: title(&field),
        ..Field::new(candidate.name.clone(), FieldKind::Number(NumberFormat::default()))
    };
    // Silence is no step towards buying: where it seems to be one, leads that ask for nothing would come to sales by it.
    let prior = match field.measure {
        Measure::SinceLast => Prior::Monotone(Direction::Down),
        _ => Prior::None,
    };
    let engagement = Engagement { field, ways: ways.into() };
    Column { engagement: Some(engagement), prior, ..Column::new(own, Values::Numbers(values)) }
}

/// A column's values at some rows; missing where there is no row.
fn gathered(column: &Column, rows: &[Option<usize>]) -> Column {
    let values = match &column.values {
        Values::Numbers(numbers) => {
            Values::Numbers(rows.iter().map(|row| row.map_or(f64::NAN, |row| numbers[row])).collect())
        }
        Values::Levels { levels, codes } => Values::Levels {
            levels: levels.clone(),
            codes: rows.iter().map(|row| row.map_or(MISSING_LEVEL, |row| codes[row])).collect(),
        },
    };
    Column { values, ..column.clone() }
}
