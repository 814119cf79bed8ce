//! How often the 95 % intervals hold the truth: samples of a population whose every metric is known.
//!
//! The log-odds of a lead are normal, and the model's are a line of them: it ranks as well as can be and is somewhat
//! miscalibrated, so that the calibration error has a size. The truth is computed on a grid of quantiles, where a lead of
//! chance `p` stands as `p` of a conversion and `1 − p` of none.

use sales_ready::model::{Curve, Estimate, Term};
use sales_ready::sigmoid;
use sales_ready::train::calibrate::{Calibration, Scored};
use sales_ready::train::economics::{flagged, greatest_f1, threshold_interval};
use sales_ready::train::measure::{Predictions, auc, measure};
use sales_ready::train::{Money, Options, train};

use crate::random::Random;
use crate::sample::{self, Cell, SampleLead};

/// A population and how it is sampled.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// What it stands for.
    pub name: &'static str,
    /// Leads in a sample.
    pub rows: usize,
    /// The mean of the true log-odds; their standard deviation is 1.2.
    pub mean: f64,
    /// The model's log-odds: `intercept + slope × truth`.
    pub intercept: f64,
    /// See `intercept`.
    pub slope: f64,
    /// Leads of one account, whose log-odds have a correlation of one half; 1 where each stands alone.
    pub account: usize,
    /// Whether every other lead stands for three.
    pub weighted: bool,
}

/// The scenarios of the table.
pub const SCENARIOS: [Scenario; 4] = [
    Scenario { name: "800 leads, 25 % convert", rows: 800, ..BASE },
    Scenario { name: "2,000 leads, 9 % convert", rows: 2_000, mean: -2.9, ..BASE },
    Scenario { name: "1,600 leads of 200 accounts", rows: 1_600, account: 8, ..BASE },
    Scenario { name: "1,200 leads, weighted", rows: 1_200, weighted: true, ..BASE },
];

const BASE: Scenario =
    Scenario { name: "", rows: 800, mean: -1.4, intercept: -0.1, slope: 0.75, account: 1, weighted: false };

const SPREAD: f64 = 1.2;
/// A contact pays from a chance of one in five on.
const MONEY: Money = Money { cost_per_contact: 1.0, value_per_conversion: 5.0 };

/// How often an interval held the truth, and on which side it missed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// What was estimated.
    pub metric: &'static str,
    /// Samples.
    pub samples: u32,
    /// Samples whose interval lies above the truth.
    pub above: u32,
    /// Samples whose interval lies below the truth.
    pub below: u32,
}

impl Coverage {
    /// Counts one interval.
    pub fn count(&mut self, interval: Estimate, truth: f64) {
        self.samples += 1;
        self.above += u32::from(truth < interval.low);
        self.below += u32::from(interval.high < truth);
    }

    /// Counts what another has counted.
    pub fn add(&mut self, other: &Self) {
        self.samples += other.samples;
        self.above += other.above;
        self.below += other.below;
    }

    /// Samples whose interval held the truth.
    pub fn covered(&self) -> u32 {
        self.samples - self.above - self.below
    }
}

/// Samples a scenario and counts, metric by metric.
///
/// # Panics
/// Where an estimate lies outside its interval.
pub fn simulate(scenario: &Scenario, seeds: std::ops::Range<u64>) -> Vec<Coverage> {
    let population = scenario.population();
    let points = population.points();
    let paying = MONEY.cost_per_contact / MONEY.value_per_conversion;
    let (best, _) = greatest_f1(&population);
    let per_100 = |rate: f64| 100.0 * rate;
    let at_money = Rates::of(&population, paying);
    let everyone = MONEY.value_per_conversion * at_money.converted - MONEY.cost_per_contact;
    // The model's log-odds at which the true ones are those of the paying chance.
    let pays = scenario.intercept + scenario.slope * logit(paying);
    let mut counted: Vec<Coverage> = Vec::new();
    for seed in seeds {
        let (sample, scored) = scenario.sample(seed);
        let metrics = measure(&sample, "", seed);
        let by_f1 = flagged(&sample, greatest_f1(&sample).0, None, seed);
        let by_money = flagged(&sample, paying, Some(MONEY), seed);
        // Precision and recall are those of the threshold that was chosen, whatever it is.
        let chosen = Rates::of(&population, by_f1.probability.value);
        let calibration = Calibration::choose(&scored, &scenario.folds()).curve(-20.0, 20.0);
        let trusted = threshold_interval(&scored, &sample.groups, &calibration, logit(paying));
        let nothing = Estimate { value: 0.0, low: f64::NEG_INFINITY, high: f64::INFINITY };
        let profit = by_money.profit.expect("money was given");
        let estimates = [
            ("AUC", metrics.auc, auc(&population.probability, &population.converted, &population.weight)),
            ("average precision", metrics.average_precision, points.average_precision),
            ("log loss", metrics.log_loss, points.log_loss),
            ("Brier score", metrics.brier, points.brier),
            ("calibration error", metrics.ece, points.ece),
            ("lift at 10 %", metrics.lift_at_10, points.lift_at_10),
            ("F1 threshold", by_f1.probability, best),
            ("F1: flagged", by_f1.share, chosen.called),
            ("F1: precision", by_f1.precision.unwrap_or(nothing), chosen.hits / chosen.called),
            ("F1: recall", by_f1.recall, chosen.hits / chosen.converted),
            ("money: threshold", trusted.unwrap_or(nothing), calibration.at(pays)),
            ("money: flagged", by_money.share, at_money.called),
            ("money: precision", by_money.precision.unwrap_or(nothing), at_money.hits / at_money.called),
            ("money: recall", by_money.recall, at_money.hits / at_money.converted),
            ("profit", profit.per_100_leads, per_100(at_money.profit())),
            ("profit for everyone", profit.everyone, per_100(everyone)),
            ("difference of profits", profit.against_everyone, per_100(at_money.profit() - everyone)),
        ];
        for (place, (metric, interval, truth)) in estimates.into_iter().enumerate() {
            if counted.len() == place {
                counted.push(Coverage { metric, ..Coverage::default() });
            }
            assert!(
                interval.low <= interval.value && interval.value <= interval.high,
                "{metric}: {interval:?}"
            );
            counted[place].count(interval, truth);
        }
    }
    counted
}

/// Trains on leads whose outcome hangs on five fields of the [sample], and counts how often value ± 1.96
/// standard errors holds the true effect, lead by lead. The errors count the penalty's bias in on average over the
/// leads (Nychka 1988, doi:10.1080/01621459.1988.10478711), not at each place of a curve.
///
/// # Panics
/// Where training fails.
pub fn curves(seeds: std::ops::Range<u64>) -> Vec<Coverage> {
    const FIELDS: [&str; 5] =
        ["pricing_views", "days_since_last_touch", "marketing_touches", "company_size", "source"];
    let truth = sample::truth();
    let mut counted = FIELDS.map(|metric| Coverage { metric, ..Coverage::default() });
    for seed in seeds {
        let sample = sample::generate(2_000_000 + seed, 1_500);
        let terms = FIELDS.map(|field| truth.term(field).expect("a field of the sample"));
        let mut random = Random::new(seed);
        let mut leads = sample.to_leads();
        let effects =
            |lead: &SampleLead| terms.map(|term| term.effect.of(lead.cell(term.field))).iter().sum::<f64>();
        leads.label = sample.leads.iter().map(|lead| random.chance(sigmoid(effects(lead) - 1.2))).collect();
        leads.columns.retain(|column| FIELDS.contains(&column.field.name.as_str()));
        let mut options = Options::default();
        options.pairs = 0;
        let model = train(&leads, &options, &mut |_| ()).expect("a sound table").model;
        for (coverage, term) in counted.iter_mut().zip(terms) {
            let centred = term.centred_on(&sample);
            let mut count = |value: f64, se: f64, cell: Cell| {
                let reach = 1.96 * se;
                coverage.count(Estimate { value, low: value - reach, high: value + reach }, centred.of(cell));
            };
            match model.terms().iter().find(|fitted| fitted.fields() == [term.field]) {
                Some(Term::Curve(Curve { x, y, se, missing, missing_se, .. })) => {
                    for cell in sample.leads.iter().map(|lead| lead.cell(term.field)) {
                        match (cell, missing_se) {
                            (Cell::Number(at), _) => count(straight(x, y, at), straight(x, se, at), cell),
                            (_, Some(missing_se)) => count(*missing, *missing_se, cell),
                            _ => {}
                        }
                    }
                }
                Some(Term::Table(table)) => {
                    for cell in sample.leads.iter().map(|lead| lead.cell(term.field)) {
                        let (value, se) = match cell {
                            Cell::Level(name) => table
                                .levels
                                .iter()
                                .find(|level| level.level == name)
                                .map_or((table.unseen, table.unseen_se), |level| (level.value, level.se)),
                            _ => (table.missing, table.missing_se),
                        };
                        if let Some(se) = se {
                            count(value, se, cell);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    counted.to_vec()
}

impl Scenario {
    /// The model's probability of a lead with these true log-odds.
    fn score(&self, truth: f64) -> f64 {
        self.intercept + self.slope * truth
    }

    /// Five folds, each of whole accounts.
    fn folds(&self) -> Vec<usize> {
        (0..self.rows).map(|row| row / self.account % 5).collect()
    }

    /// Every lead there is, in its place.
    fn population(&self) -> Predictions {
        const GRID: u32 = 40_000;
        let mut population = Predictions::default();
        for place in 0..GRID {
            let truth = self.mean + SPREAD * normal_quantile((f64::from(place) + 0.5) / f64::from(GRID));
            for converted in [true, false] {
                population.probability.push(sigmoid(self.score(truth)));
                population.converted.push(converted);
                population.weight.push(sigmoid(if converted { truth } else { -truth }));
            }
        }
        population
    }

    /// Some of them, and the model's log-odds of each.
    fn sample(&self, seed: u64) -> (Predictions, Vec<Scored>) {
        let mut random = Random::new(seed + 1_000_000);
        let (mut sample, mut scored) = (Predictions::default(), Vec::new());
        let mut shared = 0.0;
        for row in 0..self.rows {
            if row % self.account == 0 {
                shared = random.normal();
            }
            let own = random.normal();
            let standard = if self.account > 1 { (shared + own) / 2_f64.sqrt() } else { own };
            let truth = self.mean + SPREAD * standard;
            let converted = random.chance(sigmoid(truth));
            let weight = if self.weighted && row % 2 == 0 { 3.0 } else { 1.0 };
            sample.probability.push(sigmoid(self.score(truth)));
            sample.converted.push(converted);
            sample.weight.push(weight);
            if self.account > 1 {
                sample.groups.push((row / self.account) as u32);
            }
            scored.push(Scored { logit: self.score(truth), converted, weight });
        }
        (sample, scored)
    }
}

/// Shares of a population at a threshold.
struct Rates {
    converted: f64,
    called: f64,
    hits: f64,
}

impl Rates {
    fn of(population: &Predictions, threshold: f64) -> Self {
        let total: f64 = population.weight.iter().sum();
        let share = |keep: &dyn Fn(usize) -> bool| {
            let kept = (0..population.weight.len()).filter(|row| keep(*row));
            kept.map(|row| population.weight[row]).sum::<f64>() / total
        };
        let reaches = |row: usize| population.probability[row] >= threshold;
        Self {
            converted: share(&|row| population.converted[row]),
            called: share(&reaches),
            hits: share(&|row| reaches(row) && population.converted[row]),
        }
    }

    /// For one lead.
    fn profit(&self) -> f64 {
        MONEY.value_per_conversion * self.hits - MONEY.cost_per_contact * self.called
    }
}

/// Straight between the knots, flat outside.
fn straight(x: &[f64], y: &[f64], at: f64) -> f64 {
    let right = x.partition_point(|knot| *knot <= at);
    match right {
        0 => y[0],
        right if right == x.len() => y[right - 1],
        right => y[right - 1] + (y[right] - y[right - 1]) * ((at - x[right - 1]) / (x[right] - x[right - 1])),
    }
}

fn logit(probability: f64) -> f64 {
    libm::log(probability / (1.0 - probability))
}

/// The number below which a standard normal one lies with this chance, by bisection.
fn normal_quantile(chance: f64) -> f64 {
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let below = 0.5 * libm::erfc(-middle / 2_f64.sqrt());
        if below < chance { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}
