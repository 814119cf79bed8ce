//! Bootstrap draws: leads with replacement, or whole groups of them, and what each draw holds of every score.
//!
//! A thousand draws of a million leads each are a thousand million. Many leads are dealt at random, once, into
//! [`BLOCKS`] blocks, and the blocks are drawn: a sum over the leads of a block varies as a sum over as many leads drawn
//! one by one, so that the spread of replicates is the same but for the chance of the deal, which moves it by
//! `1/√(2·256)`, or 4 % (the random groups of survey statistics: Wolter 2007, *Introduction to Variance Estimation*,
//! ch. 2). With the normal's quantile in place of Student's for 255 degrees of freedom, 94.9 % are held where 95 % are
//! said. Scores of neighbouring ranks are put together, some 500 of them, so that a draw is a sum of short rows; since that
//! moves a metric a little, replicates tell how far it varies, not where it is.

use rayon::prelude::*;

use crate::train::hash::mixed;
use crate::train::measure::ranked::{Group, Mass, Ranked, points};
use crate::train::measure::{BINS, Points};
use crate::train::random::Random;

/// More leads than this are drawn in blocks.
const MANY: usize = 50_000;
/// Blocks.
const BLOCKS: usize = 256;
/// About how many groups of neighbouring scores there are where leads are drawn in blocks.
const GROUPS: f64 = 512.0;

/// So many replicates, each of random numbers of its own.
pub(crate) fn replicates<T: Send>(
    count: usize,
    seed: u64,
    purpose: &str,
    replicate: impl Fn(&mut Random) -> T + Sync,
) -> Vec<T> {
    let of = |place: usize| replicate(&mut Random::new(seed.wrapping_add(place as u64), purpose));
    (0..count).into_par_iter().map(of).collect()
}

/// What is drawn from.
pub(crate) struct Bootstrap {
    groups: Vec<Group>,
    masses: Vec<Mass>,
    drawn: Drawn,
}

enum Drawn {
    Leads {
        /// The group and the weight of each lead.
        leads: Vec<(u32, f64)>,
        /// Which of them converted.
        converted: Vec<bool>,
        units: Units,
    },
    /// For each block what it holds of each group.
    Blocks(Vec<Vec<Mass>>),
}

impl Bootstrap {
    /// Leads that reach the `cut`, a probability, are not put together with others.
    pub(crate) fn new(ranked: &Ranked<'_>, cut: f64) -> Self {
        if ranked.rows.len() > MANY { Self::of_blocks(ranked, cut) } else { Self::of_leads(ranked) }
    }

    fn of_leads(ranked: &Ranked<'_>) -> Self {
        let predictions = ranked.predictions;
        let (groups, masses) =
            ranked.masses().map(|(probability, mass)| (Group::of(probability), mass)).unzip();
        let leads = ranked.tied().enumerate().flat_map(|(group, (_, rows))| {
            rows.iter().map(move |row| (group as u32, predictions.weight[*row as usize]))
        });
        let accounts = ranked.rows.iter().filter_map(|row| predictions.groups.get(*row as usize).copied());
        let drawn = Drawn::Leads {
            leads: leads.collect(),
            converted: ranked.rows.iter().map(|row| predictions.converted[*row as usize]).collect(),
            units: Units::new(ranked.rows.len(), &accounts.collect::<Vec<_>>()),
        };
        Self { groups, masses, drawn }
    }

    fn of_blocks(ranked: &Ranked<'_>, cut: f64) -> Self {
        let predictions = ranked.predictions;
        let (all, hits) =
            ranked.masses().fold((0.0, 0.0), |(all, hits), (_, mass)| (all + mass.all, hits + mass.hits));
        let deal = Deal::new(&predictions.groups);
        let mut blocks = vec![Vec::new(); deal.blocks];
        // The best leads, who convert most, are told apart most finely.
        let size = |mass: &Mass| mass.all / all + mass.hits / hits.max(f64::MIN_POSITIVE);
        let mut groups: Vec<Open> = Vec::new();
        for (probability, rows) in ranked.tied() {
            let full =
                |open: &Open| size(&open.mass) >= 2.0 / GROUPS || (open.least >= cut && probability < cut);
            if groups.last().is_none_or(full) {
                groups.push(Open::default());
                for block in &mut blocks {
                    block.push(Mass::default());
                }
            }
            let mut mass = Mass::default();
            for row in rows {
                mass.count(predictions, *row);
                if let Some(own) = blocks[deal.of(*row)].last_mut() {
                    own.count(predictions, *row);
                }
            }
            if let Some(open) = groups.last_mut() {
                open.add(probability, mass);
            }
        }
        let (groups, masses) = groups.into_iter().map(|open| (open.group(), open.mass)).unzip();
        Self { groups, masses, drawn: Drawn::Blocks(blocks) }
    }

    /// The leads as they are.
    pub(crate) fn masses(&self) -> &[Mass] {
        &self.masses
    }

    /// As many draws with replacement as there are leads, groups or blocks of them.
    pub(crate) fn draw(&self, random: &mut Random) -> Vec<Mass> {
        let has = |masses: &[Mass]| {
            [masses.iter().any(|mass| mass.hits > 0.0), masses.iter().any(|mass| mass.all > mass.hits)]
        };
        loop {
            let masses = self.drawn.draw(random, self.groups.len());
            // Metrics of one class alone do not exist; that draw is made again.
            if has(&masses) == [true; 2] || has(&self.masses) != [true; 2] {
                return masses;
            }
        }
    }

    /// The metrics but the AUC, and by how much the probability exceeds the conversion rate in each bin, as a share of all.
    pub(crate) fn points(&self, masses: &[Mass]) -> (Points, [f64; BINS]) {
        points(self.groups.iter().copied().zip(masses.iter().copied()))
    }

    /// The least probability of a group.
    pub(crate) fn least(&self, group: usize) -> f64 {
        self.groups[group].least
    }

    /// How many groups have at least this probability.
    pub(crate) fn reaching(&self, probability: f64) -> usize {
        self.groups.partition_point(|group| group.least >= probability)
    }
}

impl Drawn {
    fn draw(&self, random: &mut Random, groups: usize) -> Vec<Mass> {
        let mut masses = vec![Mass::default(); groups];
        match self {
            Self::Leads { leads, converted, units } => units.draw(random, |place| {
                let (group, weight) = leads[place];
                let mass = &mut masses[group as usize];
                mass.all += weight;
                mass.hits += if converted[place] { weight } else { 0.0 };
            }),
            Self::Blocks(blocks) => {
                let times = random.times(blocks.len());
                for (block, times) in blocks.iter().zip(times).filter(|(_, times)| *times > 0) {
                    let times = f64::from(times);
                    for (mass, own) in masses.iter_mut().zip(block) {
                        mass.hits += times * own.hits;
                        mass.all += times * own.all;
                    }
                }
            }
        }
        masses
    }
}

/// A group that is being filled.
#[derive(Default)]
struct Open {
    mass: Mass,
    probability: f64,
    least: f64,
    /// Sums over those that convert and those that do not.
    losses: [f64; 2],
    squares: [f64; 2],
}

impl Open {
    fn add(&mut self, probability: f64, mass: Mass) {
        self.mass.all += mass.all;
        self.mass.hits += mass.hits;
        self.probability += mass.all * probability;
        self.least = probability;
        let group = Group::of(probability);
        for (class, mass) in [mass.hits, mass.all - mass.hits].into_iter().enumerate() {
            self.losses[class] += mass * group.losses[class];
            self.squares[class] += mass * group.squares[class];
        }
    }

    fn group(&self) -> Group {
        let of = [self.mass.hits, self.mass.all - self.mass.hits];
        let mean = |sums: [f64; 2], class: usize| if of[class] > 0.0 { sums[class] / of[class] } else { 0.0 };
        Group {
            probability: self.probability / self.mass.all,
            least: self.least,
            losses: [0, 1].map(|class| mean(self.losses, class)),
            squares: [0, 1].map(|class| mean(self.squares, class)),
        }
    }
}

/// Into which block each lead goes: those of one group into the same.
struct Deal<'a> {
    groups: &'a [u32],
    /// The codes of the groups, where they are so few that each has a block to itself.
    few: Vec<u32>,
    blocks: usize,
}

impl<'a> Deal<'a> {
    fn new(groups: &'a [u32]) -> Self {
        let mut few: Vec<u32> = Vec::new();
        for group in groups {
            if let Err(place) = few.binary_search(group) {
                if few.len() == BLOCKS {
                    few.clear();
                    break;
                }
                few.insert(place, *group);
            }
        }
        let blocks = if few.is_empty() { BLOCKS } else { few.len() };
        Self { groups, few, blocks }
    }

    fn of(&self, row: u32) -> usize {
        let unit = self.groups.get(row as usize).copied().unwrap_or(row);
        self.few.binary_search(&unit).unwrap_or_else(|_| mixed(unit.into()) as usize % self.blocks)
    }
}

/// What is drawn one by one: each lead by itself, or groups that stay together.
struct Units {
    count: usize,
    /// The places of each group; empty where each lead stands alone.
    groups: Vec<Vec<u32>>,
}

impl Units {
    /// For `count` leads; `groups` gives the group of each, or is empty.
    fn new(count: usize, groups: &[u32]) -> Self {
        let mut rows: Vec<u32> = (0..groups.len() as u32).collect();
        rows.sort_by_key(|row| groups[*row as usize]);
        let together = rows.chunk_by(|a, b| groups[*a as usize] == groups[*b as usize]);
        Self { count, groups: together.map(<[u32]>::to_vec).collect() }
    }

    /// One replicate: `each` is called for every place drawn, as often as it is drawn.
    fn draw(&self, random: &mut Random, mut each: impl FnMut(usize)) {
        let draws = if self.groups.is_empty() { self.count } else { self.groups.len() };
        for _ in 0..draws {
            let unit = random.below(draws);
            match self.groups.get(unit) {
                Some(rows) => rows.iter().for_each(|row| each(*row as usize)),
                None => each(unit),
            }
        }
    }
}

/// What is drawn one by one where a draw is a sum, or a walk over the leads: units, which are leads or groups of them, or
/// blocks into which they are dealt where they are more than [`MANY`].
pub(crate) struct Draws {
    /// How many there are to draw from.
    pub(crate) count: usize,
    dealt: bool,
}

impl Draws {
    pub(crate) fn of(units: usize) -> Self {
        let dealt = units > MANY;
        // A walk costs as much for any number of blocks: more of them tell the spread more closely.
        Self { count: if dealt { MANY / 10 } else { units }, dealt }
    }

    /// What is drawn where this unit is.
    pub(crate) fn place(&self, unit: usize) -> usize {
        if self.dealt { mixed(unit as u64) as usize % self.count } else { unit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::measure::{Predictions, deviation};

    /// Leads whose chance is their probability; every fourth pair of them is one account where there are `accounts`.
    fn predictions(count: usize, accounts: bool) -> Predictions {
        let mut random = Random::new(1, "blocks");
        let mut predictions = Predictions::default();
        for row in 0..count {
            let unit = random.uniform();
            let probability = 0.3 * unit * unit + 0.001;
            predictions.probability.push(probability);
            // Both leads of an account fare alike.
            let alike = accounts && row % 2 == 1;
            let converted =
                if alike { predictions.converted[row - 1] } else { random.uniform() < probability };
            predictions.converted.push(converted);
            predictions.weight.push(if row % 3 == 0 { 2.0 } else { 1.0 });
            predictions.groups.extend(accounts.then_some(row as u32 / 2));
        }
        predictions
    }

    fn spreads(bootstrap: &Bootstrap) -> [f64; 4] {
        let replicates: Vec<Points> = (0..400)
            .map(|seed| bootstrap.points(&bootstrap.draw(&mut Random::new(seed, "spread"))).0)
            .collect();
        let of = |metric: fn(&Points) -> f64| deviation(replicates.iter().map(metric));
        [
            of(|points| points.average_precision),
            of(|points| points.log_loss),
            of(|points| points.brier),
            of(|points| points.lift_at_10),
        ]
    }

    #[test]
    fn blocks_vary_as_their_leads_do() {
        for accounts in [false, true] {
            let predictions = predictions(MANY / 4, accounts);
            let ranked = Ranked::new(&predictions);
            let [blocks, leads] = [Bootstrap::of_blocks(&ranked, 0.1), Bootstrap::of_leads(&ranked)];
            // The deal moves a spread by 4 %, and 400 replicates know each of the two to 4 %: a distance of 7 %.
            for (blocks, leads) in spreads(&blocks).into_iter().zip(spreads(&leads)) {
                assert!((blocks / leads - 1.0).abs() < 0.25, "{blocks} for {leads}");
            }
            let reaching = |bootstrap: &Bootstrap| {
                bootstrap.masses[..bootstrap.reaching(0.1)].iter().map(|mass| mass.all).sum::<f64>()
            };
            assert_eq!(reaching(&blocks), reaching(&leads));
            // What they vary around is nearly the same.
            let [coarse, exact] = [&blocks, &leads].map(|bootstrap| bootstrap.points(bootstrap.masses()).0);
            assert!((coarse.log_loss / exact.log_loss - 1.0).abs() < 1e-5);
            assert!((coarse.average_precision / exact.average_precision - 1.0).abs() < 0.01);
        }
    }

    #[test]
    fn few_accounts_are_blocks_of_their_own() {
        let groups: Vec<u32> = (0..900).map(|row| 7 * (row % 90)).collect();
        let deal = Deal::new(&groups);
        assert_eq!(deal.blocks, 90);
        assert!((0..900).all(|row| deal.of(row) == row as usize % 90));
        let many: Vec<u32> = (0..900).map(|row| row % 300).collect();
        let deal = Deal::new(&many);
        assert_eq!(deal.blocks, BLOCKS);
        assert!((0..900).all(|row| deal.of(row) == deal.of(row % 300)));
    }
}
