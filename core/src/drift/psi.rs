//! The population stability index, and how much of it is chance.

use serde::Serialize;

use crate::drift::Severity;
use crate::train::random::Random;

/// From this index on, the trade's custom is to watch (Siddiqi 2006, *Credit Risk Scorecards*).
pub const WATCH: f64 = 0.10;
/// From this index on, it is to act.
pub const DRIFTED: f64 = 0.25;
/// How often a whole comparison may call drift what is chance.
const FALSE_ALARMS: f64 = 0.01;
/// No single test is asked for more certainty than this: beyond 100 fields, a false alarm becomes a little likelier.
const LEAST_LEVEL: f64 = 1e-4;
/// Shuffles from which the index by chance is averaged.
const LEAST_SHUFFLES: u32 = 200;
/// After so many shuffles with an index as great, chance explains it and no more are made (Besag & Clifford 1991,
/// doi:10.1093/biomet/78.2.301).
const ENOUGH: u32 = 10;
/// A shuffle draws no more leads than this: chance then looks greater than it is, and is small all the same.
const MOST_DRAWN: u64 = 1000;

/// How far a distribution has moved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Shift {
    /// The population stability index `Σ (now − then) · ln(now / then)` over the shares of the bins.
    pub psi: f64,
    /// The index that so few leads show on average without any drift.
    pub chance: f64,
    /// How often chance alone shows an index as great.
    pub p: f64,
    /// What to make of it: `psi − chance` against the bounds, where chance does not explain it.
    pub severity: Severity,
}

impl Shift {
    /// Compares counts now with shares then, which are worth `leads`, as the counts are worth `worth` where leads come in
    /// groups. `tests` is the number of comparisons made together, `purpose` names the stream of random numbers.
    ///
    /// Without drift the index is not 0 but, over `B` bins, about `(B − 1) (1/n + 1/m)` (Yurdakul & Naranjo 2020,
    /// doi:10.21314/JRMV.2020.227): 0.22 for 50 new leads beside 500, ten bins and a missing one. So chance is measured, by
    /// shuffling the leads of then and now together and parting them again: drift must exceed it by the bounds *and*
    /// be rarer under chance than 1 in 100 comparisons, all fields taken together (Bonferroni). Leads of a group are alike,
    /// so that they count for no more than they are worth.
    pub(crate) fn measure(
        then: &[f64],
        leads: f64,
        now: &[u64],
        worth: Option<f64>,
        tests: usize,
        purpose: &str,
    ) -> Self {
        // A bin that nobody was ever in is none.
        let occupied = |place: &usize| then[*place] > 0.0 || now[*place] > 0;
        let places: Vec<usize> = (0..now.len()).filter(occupied).collect();
        let then: Vec<f64> = places.iter().map(|place| then[*place] * leads).collect();
        let all: u64 = now.iter().sum();
        let each = worth.map_or(1.0, |worth| worth / all.max(1) as f64);
        let counts: Vec<f64> = places.iter().map(|place| now[*place] as f64 * each).collect();
        let found = psi(&then, &counts);
        let now: Vec<u64> = counts.iter().map(|count| (count + 0.5) as u64).collect();
        let pool: Vec<u64> = then.iter().zip(&now).map(|(then, now)| (then + 0.5) as u64 + now).collect();
        let drawn = now.iter().sum::<u64>().min((leads + 0.5) as u64).min(MOST_DRAWN);

        let level = (FALSE_ALARMS / tests as f64).max(LEAST_LEVEL);
        // Of twice 1/level shuffles one may show as much.
        let most = LEAST_SHUFFLES.max((2.0 / level) as u32);
        let mut random = Random::new(0, purpose);
        let (mut shuffles, mut as_great, mut sum) = (0, 0, 0.0);
        while shuffles < LEAST_SHUFFLES || shuffles < most && as_great < ENOUGH {
            let index = shuffled(&pool, drawn, &mut random);
            shuffles += 1;
            as_great += u32::from(index >= found);
            sum += index;
        }
        let chance = sum / f64::from(shuffles);
        // The data are one of the arrangements too (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585).
        let p = f64::from(as_great + 1) / f64::from(shuffles + 1);
        let severity = match found - chance {
            excess if p <= level && excess >= DRIFTED => Severity::Drifted,
            excess if p <= level && excess >= WATCH => Severity::Watch,
            _ => Severity::Stable,
        };
        Self { psi: found, chance, p, severity }
    }
}

/// The population stability index of two lists of counts. Half a lead is added to each bin, so that an empty one does
/// not make it infinite.
pub(crate) fn psi(then: &[f64], now: &[f64]) -> f64 {
    let total = |counts: &[f64]| counts.iter().sum::<f64>() + 0.5 * counts.len() as f64;
    let (all_then, all_now) = (total(then), total(now));
    then.iter().zip(now).map(|(then, now)| part((then + 0.5) / all_then, (now + 0.5) / all_now)).sum()
}

/// Shares then, as the index has them: with half a lead more in each bin; 0 where nobody ever was.
pub(super) fn smoothed(then: &[f64], leads: f64, now: &[u64]) -> Vec<f64> {
    let occupied = |place: usize| then[place] > 0.0 || now[place] > 0;
    let count = (0..then.len()).filter(|place| occupied(*place)).count() as f64;
    let share = |place: usize| (then[place] * leads + 0.5) / (leads + 0.5 * count);
    (0..then.len()).map(|place| if occupied(place) { share(place) } else { 0.0 }).collect()
}

/// What a bin adds to the index by its shares.
pub(super) fn part(then: f64, now: f64) -> f64 {
    (now - then) * libm::log(now / then)
}

/// The index between `drawn` leads taken from the pool at random and those that are left.
fn shuffled(pool: &[u64], drawn: u64, random: &mut Random) -> f64 {
    let mut left = pool.to_vec();
    let mut total: u64 = left.iter().sum();
    for _ in 0..drawn.min(total) {
        let mut place = random.below(total as usize) as u64;
        for count in &mut left {
            if place < *count {
                *count -= 1;
                break;
            }
            place -= *count;
        }
        total -= 1;
    }
    let taken: Vec<f64> = pool.iter().zip(&left).map(|(all, left)| (all - left) as f64).collect();
    psi(&left.iter().map(|count| *count as f64).collect::<Vec<_>>(), &taken)
}
