//! How good the model is by period and by segment.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::lead::Instant;
use crate::model::Estimate;
use crate::report::drivers::{Driver, Shape};
use crate::train::HeldOut;
use crate::train::leads::{Leads, MISSING_LEVEL, Values, utc};
use crate::train::measure::{Predictions, Tally, Z95, auc_interval, loss};
use crate::train::together::sums_by_group;

/// A ranking of fewer leads of either class than this is not measured.
const MIN_CLASS: u64 = 10;
/// Segments with fewer held-out leads are not shown one by one.
const MIN_LEADS: usize = 30;
/// A category is worth a look where at least so many of its levels are.
const MIN_LEVELS: usize = 2;
/// Of many levels, the commonest.
const MOST_LEVELS: usize = 10;
/// How many categories are shown.
const CATEGORIES: usize = 2;
/// Parts of a file without dates.
const PARTS: usize = 5;
/// Periods become longer where there would be more.
const MOST_PERIODS: usize = 16;

/// Some of the held-out leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// What they have in common.
    pub name: String,
    /// How many they are.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// Their mean probability.
    pub predicted: f64,
    /// Their conversion rate, with the score interval.
    pub observed: Estimate,
    /// Their AUC, where there are ten of either class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auc: Option<Estimate>,
    /// Their mean log loss, in nats; with the interval of a mean, accounts counting once.
    pub log_loss: Estimate,
}

/// The held-out leads by the levels of a category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The category.
    pub field: String,
    /// What people call it.
    pub title: String,
    /// Its levels with leads enough, the largest first.
    pub groups: Vec<Group>,
}

impl Group {
    fn new(name: String, held_out: &HeldOut, places: &[usize]) -> Self {
        let predictions = &held_out.predictions;
        let tally = Tally::of(predictions, places);
        let enough = tally.conversions.min(tally.leads - tally.conversions) >= MIN_CLASS;
        let auc = enough.then(|| auc_interval(&predictions.pick(places)));
        let loss = |place: &usize| loss(predictions.probability[*place], predictions.converted[*place]);
        Self {
            name,
            leads: tally.leads,
            conversions: tally.conversions,
            predicted: tally.mean_probability(),
            observed: tally.rate(),
            auc,
            log_loss: weighted_mean(predictions, places, loss),
        }
    }
}

/// The mean of what some leads have, with the interval of its linearised variance (Cochran 1977, section 9A.2); what the
/// leads of one account have is summed before it is squared.
fn weighted_mean(predictions: &Predictions, places: &[usize], own: impl Fn(&usize) -> f64) -> Estimate {
    let mass: f64 = places.iter().map(|place| predictions.weight[*place]).sum();
    let value = places.iter().map(|place| predictions.weight[*place] * own(place)).sum::<f64>()
        / mass.max(f64::MIN_POSITIVE);
    let sums = sums_by_group(places.iter().map(|place| {
        // Without accounts, each lead is one.
        let account = predictions.groups.get(*place).copied().unwrap_or(*place as u32);
        (account, [predictions.weight[*place] * (own(place) - value)])
    }));
    let count = sums.len() as f64;
    let squares: f64 = sums.iter().map(|[sum]| sum * sum).sum();
    let reach = if count > 1.0 { Z95 * (squares * count / (count - 1.0)).sqrt() / mass } else { value };
    Estimate { value, low: (value - reach).max(0.0), high: value + reach }
}

/// The held-out leads by period, and in words what the periods are.
pub(super) fn periods(leads: &Leads, held_out: &HeldOut) -> (Vec<Group>, String) {
    let mut order: Vec<usize> = (0..held_out.rows.len()).collect();
    let Some(dates) = &leads.dates else {
        order.sort_by_key(|place| held_out.rows[*place]);
        let size = order.len().div_ceil(PARTS).max(1);
        let first = |part: usize| part * size + 1;
        let groups = order.chunks(size).enumerate().map(|(part, places)| {
            let name = format!("leads {} to {}", first(part), first(part) + places.len() - 1);
            Group::new(name, held_out, places)
        });
        return (groups.collect(), "parts of the file, in its order (there is no date column)".into());
    };
    let date = |place: usize| civil(dates.seconds[held_out.rows[place]]);
    order.sort_by_key(|place| dates.seconds[held_out.rows[*place]]);
    let names = |period: Period| order.iter().map(|place| period.name(date(*place))).collect::<Vec<_>>();
    let all = Tally::of(&held_out.predictions, &order);
    let smaller_class = all.conversions.min(all.leads - all.conversions);
    let enough = |period: &Period| {
        let mut names = names(*period);
        names.dedup();
        names.len() <= MOST_PERIODS && names.len() as u64 * MIN_CLASS <= smaller_class
    };
    // The shortest periods that are not too many and, on average, can be measured.
    let period = Period::ALL.into_iter().find(enough).unwrap_or(Period::Year);
    let names = names(period);
    let mut groups: Vec<Group> = Vec::new();
    let mut start = 0;
    for same in names.chunk_by(|a, b| a == b) {
        groups.push(Group::new(same[0].clone(), held_out, &order[start..start + same.len()]));
        start += same.len();
    }
    (groups, format!("{} by {}", period.plural(), dates.field))
}

/// The held-out leads by the levels of the strongest categories that have enough of them.
pub(super) fn segments(leads: &Leads, held_out: &HeldOut, drivers: &[Driver]) -> Vec<Segment> {
    drivers
        .iter()
        .filter(|driver| matches!(driver.shape, Shape::Table(_)))
        .filter_map(|driver| segment(leads, held_out, driver))
        .take(CATEGORIES)
        .collect()
}

fn segment(leads: &Leads, held_out: &HeldOut, driver: &Driver) -> Option<Segment> {
    let field = driver.fields.first()?;
    let Values::Levels { levels, codes } = &leads.column(field)?.values else { return None };
    let mut places = vec![Vec::new(); levels.len() + 1];
    for (place, row) in held_out.rows.iter().enumerate() {
        let code = codes[*row];
        places[if code == MISSING_LEVEL { levels.len() } else { code as usize }].push(place);
    }
    let mut large: Vec<(usize, Vec<usize>)> =
        places.into_iter().enumerate().filter(|(_, places)| places.len() >= MIN_LEADS).collect();
    large.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    large.truncate(MOST_LEVELS);
    let name = |level: usize| levels.get(level).map_or_else(|| "not known".to_owned(), Clone::clone);
    (large.len() >= MIN_LEVELS).then(|| Segment {
        field: field.clone(),
        title: driver.title.clone(),
        groups: large.iter().map(|(level, places)| Group::new(name(*level), held_out, places)).collect(),
    })
}

#[derive(Clone, Copy)]
enum Period {
    Week,
    Month,
    Quarter,
    Year,
}

impl Period {
    const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Year];

    fn plural(self) -> &'static str {
        match self {
            Self::Week => "weeks",
            Self::Month => "months",
            Self::Quarter => "quarters",
            Self::Year => "years",
        }
    }

    fn name(self, date: Date) -> String {
        match self {
            Self::Week => {
                let since_monday = i64::from(date.weekday().to_monday_zero_offset());
                let monday = date.saturating_sub(jiff::Span::new().days(since_monday));
                format!("week of {monday}")
            }
            Self::Month => format!("{:04}-{:02}", date.year(), date.month()),
            Self::Quarter => format!("{:04} Q{}", date.year(), (date.month() + 2) / 3),
            Self::Year => format!("{:04}", date.year()),
        }
    }
}

fn civil(seconds: i64) -> Date {
    utc(Instant::from_millis(seconds.saturating_mul(1_000))).unwrap_or_default().date()
}
