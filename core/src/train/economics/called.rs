//! What a threshold would have had called among held-out leads that were looked at again and again.
//!
//! A row is then a lead at an instant, and to count rows would count a lead and its conversion as often as it was looked at.
//! So the looks are replayed, as a desk would have gone through them and as [`backtest`](crate::backtest) does with the log: a
//! lead is called at its first look that reaches the threshold, and not again before the horizon of that call is over. What
//! everyone's calls come to is the whole that shares are of. Replicates draw leads.
//!
//! Whom the desk had called before the first of these looks is not known: to begin with it calls all at once who have been
//! waiting. So how many calls a week brings is told by what comes after a first horizon, and of whole horizons, as those who were
//! called at once are called again at once.

use super::estimated::{Independent, Replicate, Tally, estimated};
use super::flagged::best_cut;
use crate::model::{Counted, Flagged};
use crate::train::HeldOut;
use crate::train::economics::Money;
use crate::train::leads::{Horizon, Leads};
use crate::train::measure::{Mass, Predictions, REPLICATES, Ranked, replicates};
use crate::train::random::Random;

/// Seconds of a day.
#[cfg(feature = "report")]
const DAY: f64 = 86_400.0;
/// What a week brings is told of no less than two weeks …
#[cfg(feature = "report")]
const LEAST_DAYS: f64 = 14.0;
/// … with no fewer calls of everyone.
#[cfg(feature = "report")]
const LEAST_CALLS: usize = 20;

/// Held-out leads at instants.
pub(crate) struct Looked<'a> {
    predictions: &'a Predictions,
    /// The rows of one lead after those of another, each lead's in the order of time.
    rows: Vec<u32>,
    /// Where the rows of each lead begin, and where those of the last end.
    starts: Vec<usize>,
    /// When each row was looked at, in seconds since 1970.
    at: Vec<i64>,
    /// For so many seconds a lead that was called is not called again.
    wait: i64,
}

impl<'a> Looked<'a> {
    /// `None` where the rows are not leads several times each.
    pub(crate) fn new(held_out: &'a HeldOut, leads: &Leads, horizon: Option<Horizon>) -> Option<Self> {
        let HeldOut { rows, predictions } = held_out;
        let (horizon, dates, groups) = (horizon?, leads.dates.as_ref()?, leads.groups.as_ref()?);
        let at = rows.iter().map(|row| dates.seconds[*row]).collect();
        Self::of(predictions, at, |place| groups.codes[rows[place]], horizon.seconds())
    }

    fn of(
        predictions: &'a Predictions,
        at: Vec<i64>,
        lead: impl Fn(usize) -> u32,
        wait: i64,
    ) -> Option<Self> {
        let lead = |row: u32| lead(row as usize);
        let mut rows: Vec<u32> = (0..at.len() as u32).collect();
        rows.sort_by_key(|row| (lead(*row), at[*row as usize]));
        let mut starts = vec![0];
        for of_lead in rows.chunk_by(|a, b| lead(*a) == lead(*b)) {
            starts.push(starts[starts.len() - 1] + of_lead.len());
        }
        let several = starts.len() <= rows.len();
        several.then_some(Self { predictions, rows, starts, at, wait })
    }

    /// The rows at which leads are called from a probability on.
    #[cfg(feature = "report")]
    pub(crate) fn calls(&self, probability: f64) -> Vec<usize> {
        self.leads().flat_map(|rows| self.calls_of(rows, probability)).collect()
    }

    /// How many leads converted.
    #[cfg(feature = "report")]
    pub(crate) fn converted(&self) -> usize {
        self.leads().filter(|rows| self.converts(rows)).count()
    }

    /// How many weeks the whole horizons after the first are, and how many calls a week everyone's are in these; `None` where weeks
    /// or calls are too few to tell.
    #[cfg(feature = "report")]
    pub(crate) fn weekly(&self) -> Option<[f64; 2]> {
        let (first, last) = (*self.at.iter().min()?, *self.at.iter().max()?);
        let from = first.saturating_add(self.wait);
        // The day of the last look is over.
        let horizons = last.saturating_sub(from).saturating_add(DAY as i64) / self.wait.max(1);
        let days = (horizons.max(0) * self.wait) as f64 / DAY;
        let within = from..from.saturating_add(horizons.max(0) * self.wait);
        let calls =
            self.calls(f64::NEG_INFINITY).iter().filter(|row| within.contains(&self.at[**row])).count();
        (days >= LEAST_DAYS && calls >= LEAST_CALLS).then(|| [days / 7.0, 7.0 * calls as f64 / days])
    }

    /// What is called from a probability on. `money` is what that came from; without it, it is taken for the one with the
    /// [greatest F1](super::greatest_f1) of the rows.
    pub(crate) fn flagged(&self, probability: f64, money: Option<Money>, seed: u64) -> Flagged {
        let of_leads = |probability: f64| -> Vec<Tally> {
            self.leads().map(|rows| self.tally_of(rows, probability)).collect()
        };
        let chosen = of_leads(probability);
        let own = Tally::sum(chosen.iter().map(|tally| (tally, 1.0)));
        let ranked = Ranked::new(self.predictions);
        let lead_of = self.lead_of_rows();
        let replicate = |random: &mut Random| {
            let times: Vec<f64> = random.times(chosen.len()).into_iter().map(f64::from).collect();
            let drawn = |tallies: &[Tally]| Tally::sum(tallies.iter().zip(times.iter().copied()));
            let fixed = drawn(&chosen);
            if money.is_some() {
                return Replicate { probability, there: fixed, here: own, fixed };
            }
            let least = self.best_of(&ranked, &lead_of, &times);
            let again = of_leads(least);
            let here = Tally::sum(again.iter().map(|tally| (tally, 1.0)));
            Replicate { probability: least, there: drawn(&again), here, fixed }
        };
        let replicates = replicates(REPLICATES, seed, "called", replicate);
        let independent = Independent { all: own.all, called: own.called, converted: own.converted };
        let counted = (Counted::Calls, own.called as u64, own.hits as u64);
        estimated(probability, counted, &own, &independent, &replicates, money)
    }

    /// The probability from which on the F1 of the rows is greatest, of leads drawn so many times.
    fn best_of(&self, ranked: &Ranked<'_>, lead_of: &[u32], times: &[f64]) -> f64 {
        let masses = ranked.tied().map(|(_, rows)| {
            rows.iter().fold(Mass::default(), |mut mass, row| {
                let own = times[lead_of[*row as usize] as usize];
                mass.all += own;
                mass.hits += if self.predictions.converted[*row as usize] { own } else { 0.0 };
                mass
            })
        });
        let masses: Vec<Mass> = masses.collect();
        let (place, _) = best_cut(masses.into_iter());
        place.checked_sub(1).and_then(|last| ranked.tied().nth(last)).map_or(1.0, |(last, _)| last)
    }

    fn leads(&self) -> impl Iterator<Item = &[u32]> + '_ {
        self.starts.windows(2).map(|ends| &self.rows[ends[0]..ends[1]])
    }

    fn lead_of_rows(&self) -> Vec<u32> {
        let mut of = vec![0; self.rows.len()];
        for (lead, rows) in self.leads().enumerate() {
            for row in rows {
                of[*row as usize] = lead as u32;
            }
        }
        of
    }

    fn calls_of(&self, rows: &[u32], probability: f64) -> impl Iterator<Item = usize> {
        let mut free = i64::MIN;
        rows.iter().map(|row| *row as usize).filter(move |row| {
            let called = self.at[*row] >= free && self.predictions.probability[*row] >= probability;
            if called {
                free = self.at[*row].saturating_add(self.wait);
            }
            called
        })
    }

    fn converts(&self, rows: &[u32]) -> bool {
        rows.iter().any(|row| self.predictions.converted[*row as usize])
    }

    /// What comes of a lead.
    fn tally_of(&self, rows: &[u32], probability: f64) -> Tally {
        let calls = |probability: f64| {
            self.calls_of(rows, probability).fold((0.0, 0.0), |(made, hits), row| {
                (made + 1.0, hits + f64::from(u8::from(self.predictions.converted[row])))
            })
        };
        let ((called, hits), (all, all_hits)) = (calls(probability), calls(f64::NEG_INFINITY));
        let converted = f64::from(u8::from(self.converts(rows)));
        Tally { all, all_hits, converted, called, hits }
    }
}

#[cfg(all(test, feature = "report"))]
mod tests {
    use super::*;

    const DAYS: i64 = 86_400;

    /// Looks of leads: the lead, the day, the chance and whether it converts within the horizon.
    fn looked(looks: &[(u32, i64, f64, bool)], predictions: &mut Predictions) -> (Vec<i64>, Vec<u32>) {
        for (lead, _, chance, converted) in looks {
            predictions.probability.push(*chance);
            predictions.converted.push(*converted);
            predictions.weight.push(1.0);
            predictions.groups.push(*lead);
        }
        let at = looks.iter().map(|(_, day, ..)| day * DAYS).collect();
        (at, looks.iter().map(|(lead, ..)| *lead).collect())
    }

    fn replay(predictions: &Predictions, (at, leads): (Vec<i64>, Vec<u32>), horizon: i64) -> Looked<'_> {
        Looked::of(predictions, at, |row| leads[row], horizon * DAYS).expect("leads several times each")
    }

    #[test]
    fn a_lead_is_called_once_until_its_horizon_is_over() {
        // A horizon of 10 days.
        let looks = [
            // Reached at the second look; the third comes too early for another call.
            (1, 0, 0.1, false),
            (1, 2, 0.6, true),
            (1, 4, 0.9, true),
            // Called in vain, and again when ten days are over.
            (2, 0, 0.7, false),
            (2, 5, 0.7, false),
            (2, 10, 0.7, false),
            (2, 12, 0.2, false),
            // Converts, and is never called from one half on.
            (3, 3, 0.4, true),
        ];
        let mut predictions = Predictions::default();
        let looks = looked(&looks, &mut predictions);
        let looked = replay(&predictions, looks, 10);
        assert_eq!(looked.weekly(), None);
        assert_eq!((looked.calls(0.5), looked.converted()), (vec![1, 3, 5], 2));
        // Everyone: lead 1 at once and in vain, 2 twice, 3 once.
        assert_eq!(looked.calls(f64::NEG_INFINITY), [0, 3, 5, 7]);

        let money = Money { cost_per_contact: 10.0, value_per_conversion: 20.0 };
        let flagged = looked.flagged(0.5, Some(money), 0);
        assert_eq!((flagged.counted, flagged.leads, flagged.conversions), (Counted::Calls, 3, 1));
        assert_eq!((flagged.share.value, flagged.recall.value), (3.0 / 4.0, 0.5));
        assert_eq!(flagged.precision.map(|share| share.value), Some(1.0 / 3.0));
        let profit = flagged.profit.unwrap();
        // 20 − 30 and 20 − 40, of four calls of everyone.
        assert_eq!((profit.per_100_leads.value, profit.everyone.value), (-250.0, -500.0));
        assert_eq!(profit.against_everyone.value, 250.0);
        assert!(
            profit.everyone.low <= profit.everyone.value && profit.everyone.value <= profit.everyone.high
        );
    }

    #[test]
    fn whom_a_desk_calls_at_its_beginning_is_not_what_it_calls_in_a_week() {
        // A look each week at leads that are all flagged, with a horizon of five weeks: they are called at once, and then after
        // five weeks and ten. The weeks of the first horizon do not tell what a week brings.
        let looks: Vec<_> =
            (0..40).flat_map(|lead| (0..14).map(move |week| (lead, 7 * week, 0.8, false))).collect();
        let mut predictions = Predictions::default();
        let looks = looked(&looks, &mut predictions);
        let looked = replay(&predictions, looks, 35);
        assert_eq!(looked.calls(0.5).len(), 120);
        // From day 35 to day 69: each lead once in five weeks.
        assert_eq!(looked.weekly(), Some([5.0, 8.0]));
    }

    #[test]
    fn of_a_wave_that_is_over_no_week_is_told() {
        // Leads of a fair are looked at twice in two weeks, and later but one.
        let mut looks: Vec<_> =
            (0..100).flat_map(|lead| [(lead, 0, 0.2, false), (lead, 14, 0.9, lead % 5 == 0)]).collect();
        looks.extend((4..20).map(|week| (100, 7 * week, 0.2, false)));
        let mut predictions = Predictions::default();
        let looks = looked(&looks, &mut predictions);
        let looked = replay(&predictions, looks, 30);
        assert_eq!(looked.weekly(), None);
        for money in [None, Some(Money { cost_per_contact: 40.0, value_per_conversion: 100.0 })] {
            let flagged = looked.flagged(0.5, money, 0);
            assert_eq!((flagged.leads, flagged.conversions, flagged.recall.value), (100, 20, 1.0));
            assert!(flagged.share.value < 1.0);
            let profit = flagged.profit.map(|profit| profit.per_100_leads);
            assert!(profit.is_none_or(|profit| profit.low.is_finite() && profit.high.is_finite()));
        }
    }

    #[test]
    fn leads_that_are_looked_at_once_are_counted_as_leads() {
        let mut predictions = Predictions::default();
        let (at, leads) = looked(&[(1, 0, 0.5, true), (2, 3, 0.5, false)], &mut predictions);
        assert!(Looked::of(&predictions, at, |row| leads[row], 10 * DAYS).is_none());
    }
}
