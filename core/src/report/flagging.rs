//! What the threshold means for the people who call, and what calling more or fewer would mean.

use serde::{Deserialize, Serialize};

use crate::model::{Counted, Estimate, Flagged, Policy};
use crate::report::ranking::Ranking;
use crate::train::economics::Looked;
use crate::train::leads::Leads;
use crate::train::measure::Tally;
use crate::train::until::Latest;
use crate::train::{HeldOut, Money};

/// The shares of leads that sales might call instead.
const SHARES: [f64; 8] = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8];
const CERTAIN: Estimate = Estimate { value: 1.0, low: 1.0, high: 1.0 };

/// What handing leads to sales would have meant for the held-out leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flagging {
    /// What is counted: where leads were looked at several times, the calls that it takes.
    pub counted: Counted,
    /// What the counts of [`Cut::leads`], [`Cut::conversions`] and [`Cut::profit`] are for.
    pub per: Per,
    /// How many weeks the measured leads span, where they have dates; of calls those of the whole horizons after the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weeks: Option<f64>,
    /// The calibrated chance from which on leads are flagged, if any are; with its interval, as in the model's card.
    pub threshold: Estimate,
    /// What a contact costs and a conversion is worth, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    /// The leads the threshold flags; absent where the model flags nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flagged: Option<Cut>,
    /// How many leads are flagged in a unit of `per`: the share that is flagged, with its interval, of all leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flagged_leads: Option<Estimate>,
    /// What calling the flagged leads earns more than calling everyone, where money was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advantage: Option<Estimate>,
    /// Calling everyone.
    pub everyone: Cut,
    /// Calling the best so many, from few to many.
    pub cuts: Vec<Cut>,
}

/// A unit of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Per {
    /// A week, from the dates of the leads.
    Week,
    /// A hundred leads, or calls of everyone, where there are no dates, or these span too few weeks.
    HundredLeads,
}

/// The best-scored leads down to some chance, as if sales had called them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// The calibrated chance from which on leads are in.
    pub probability: f64,
    /// The share of all leads that are in, by weight; of calls, the share of those that calling everyone takes.
    pub share: f64,
    /// Leads, or calls, in a unit of [`Flagging::per`].
    pub leads: f64,
    /// Conversions among them.
    pub conversions: f64,
    /// The held-out leads, or calls, that this rests on.
    pub held_out_leads: u64,
    /// Of these, converted.
    pub held_out_conversions: u64,
    /// How many of the called convert (precision), with its score interval.
    pub conversion_rate: Estimate,
    /// Which share of all conversions is found among them (recall), with its score interval.
    pub found: Estimate,
    /// Cost per contact ÷ conversion rate; with the rate's interval, and no upper end where that reaches 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_per_acquisition: Option<Cost>,
    /// Leads × (rate × value − cost), with the rate's interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profit: Option<Estimate>,
}

/// A cost with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// The estimate; absent where nobody converted.
    pub value: Option<f64>,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end; absent where there is none.
    pub high: Option<f64>,
}

impl Flagging {
    /// Whether calling the flagged leads surely loses money.
    pub fn loses(&self) -> bool {
        self.flagged.as_ref().and_then(|flagged| flagged.profit).is_some_and(|profit| profit.high < 0.0)
    }

    pub(super) fn new(
        leads: &Leads,
        held_out: &HeldOut,
        ranking: &Ranking<'_>,
        policy: &Policy,
        card: &Flagged,
        looked: Option<&Looked<'_>>,
    ) -> Self {
        // Of a few looks among many nobody can say what they come to in a week, or in money.
        let complete = card.counted != Counted::Looks;
        let money = Money::of(policy);
        let count = held_out.rows.len();
        // Who is called of the best so many.
        let tally = |called: usize| {
            let Some(looked) = looked else { return ranking.tally(0..called) };
            let least = match called {
                0 => f64::INFINITY,
                called if called == count => f64::NEG_INFINITY,
                called => ranking.probability(called - 1),
            };
            Tally::of(&held_out.predictions, &looked.calls(least))
        };
        let all = tally(count);
        let converted = looked.map_or(all.hits, |looked| looked.converted() as f64);
        // Weeks, and how many of all are in a week.
        let weekly = match looked {
            Some(looked) => looked.weekly().map(|[weeks, calls]| (weeks, calls)),
            None => weeks(leads, &held_out.rows).filter(|_| complete).map(|weeks| (weeks, all.mass / weeks)),
        };
        let weeks = weekly.map(|(weeks, _)| weeks);
        let whole = Whole {
            unit: weekly.map_or(100.0, |(_, a_week)| a_week) / all.mass,
            all,
            converted,
            money: money.filter(|_| complete),
        };
        // Of a hundred leads, so many are in a unit.
        let hundreds = whole.unit * all.mass / 100.0;
        let cut = |called: usize| {
            let probability = ranking.probability(called.saturating_sub(1));
            Cut::new(tally(called), probability, called == count && looked.is_none(), &whole)
        };
        let reaching = ranking.reaching(policy.probability);
        let flags = policy.flags_nobody().is_none() && reaching > 0;
        let mut called: Vec<usize> = SHARES.iter().map(|share| ranking.nearest(*share)).collect();
        called.dedup();
        Self {
            counted: card.counted,
            per: if weeks.is_some() { Per::Week } else { Per::HundredLeads },
            weeks,
            threshold: card.probability,
            money,
            flagged: flags.then(|| cut(reaching).with_measured(card, whole.money)),
            flagged_leads: flags.then(|| scaled(card.share, 100.0 * hundreds)),
            advantage: card.profit.filter(|_| flags).map(|profit| scaled(profit.against_everyone, hundreds)),
            everyone: match card.profit {
                Some(profit) => Cut { profit: Some(scaled(profit.everyone, hundreds)), ..cut(count) },
                None => cut(count),
            },
            cuts: called.into_iter().filter(|called| *called < count).map(cut).collect(),
        }
    }
}

/// What cuts are parts of.
struct Whole {
    /// So many units is one lead, or call.
    unit: f64,
    /// All leads, or the calls that it takes to call everyone.
    all: Tally,
    /// The weight of all that converted.
    converted: f64,
    /// What a contact costs and a conversion is worth, where that can be told.
    money: Option<Money>,
}

impl Cut {
    /// The leads of a tally; `certain` where these are all, and so all conversions among them.
    fn new(tally: Tally, probability: f64, certain: bool, whole: &Whole) -> Self {
        let Whole { unit, all, converted, money } = whole;
        let rate = tally.rate();
        let profit = |money: &Money| {
            let of = |rate: f64| unit * tally.mass * money.profit(1.0, rate);
            Estimate { value: of(rate.value), low: of(rate.low), high: of(rate.high) }
        };
        Self {
            probability,
            share: if all.mass > 0.0 { tally.mass / all.mass } else { 0.0 },
            leads: unit * tally.mass,
            conversions: unit * tally.hits,
            held_out_leads: tally.leads,
            held_out_conversions: tally.conversions,
            conversion_rate: rate,
            // Who calls everyone is sure to find all.
            found: if certain { CERTAIN } else { all.share_of(tally.hits, *converted) },
            cost_per_acquisition: money.as_ref().map(|money| cost(rate, money.cost_per_contact)),
            profit: money.as_ref().map(profit),
        }
    }

    /// The cut at the threshold, with the intervals of the model's card: they allow for how it was chosen.
    fn with_measured(mut self, card: &Flagged, money: Option<Money>) -> Self {
        let of_hundred = self.leads / self.share.max(f64::MIN_POSITIVE) / 100.0;
        self.found = card.recall;
        if let Some(precision) = card.precision {
            self.conversion_rate = precision;
            self.cost_per_acquisition = money.map(|money| cost(precision, money.cost_per_contact));
        }
        if let Some(profit) = card.profit {
            self.profit = Some(scaled(profit.per_100_leads, of_hundred));
        }
        self
    }
}

fn scaled(Estimate { value, low, high }: Estimate, by: f64) -> Estimate {
    Estimate { value: by * value, low: by * low, high: by * high }
}

fn cost(Estimate { value, low, high }: Estimate, per_contact: f64) -> Cost {
    let over = |rate: f64| (rate > 0.0).then(|| per_contact / rate);
    Cost { value: over(value), low: per_contact / high.max(f64::MIN_POSITIVE), high: over(low) }
}

/// The weeks that some leads span, from the first day to the last, both included, but for a few dates long before or after all
/// others, such as a year that was mistyped.
fn weeks(leads: &Leads, rows: &[usize]) -> Option<f64> {
    let dates = leads.dates.as_ref()?;
    let last = |sign: i64| {
        let days: Latest<1> = rows.iter().map(|row| sign * dates.day(*row)).collect();
        days.end().map(|end| end.last)
    };
    let span = last(1)? + last(-1)? + 1;
    // Of less than two weeks nobody can say what a week brings.
    (span >= 14).then(|| span as f64 / 7.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::leads::Dates;

    #[test]
    fn a_mistyped_year_makes_no_more_weeks() {
        let mut seconds: Vec<i64> = (0..280).map(|day| day * 86_400).collect();
        let weeks_of = |seconds: &[i64]| {
            let leads = Leads {
                dates: Some(Dates {
                    field: "created".into(),
                    seconds: seconds.to_vec(),
                    until: None,
                    span: 0,
                }),
                ..Leads::new("won", vec![false; seconds.len()], vec![])
            };
            weeks(&leads, &(0..seconds.len()).collect::<Vec<_>>())
        };
        assert_eq!(weeks_of(&seconds), Some(40.0));
        seconds[0] -= 20 * 365 * 86_400;
        seconds[7] += 70 * 365 * 86_400;
        // From the second day on.
        assert_eq!(weeks_of(&seconds), Some(279.0 / 7.0));
        assert_eq!(weeks_of(&seconds[20..30]), None);
    }
}
