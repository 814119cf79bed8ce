//! Rows that say nearly what another row says: a lead under another id, of which a column or two have been updated since.
//!
//! Where columns are few and coarse, different leads agree in all but one, too, and since columns know of each other it can not be
//! told from how often each value occurs how often they do. Outcomes tell. Those of different leads that agree in so much
//! differ about as often as those of neighbours, which agree in one column less; those of a lead and its copy do not.

use rayon::prelude::*;

use super::repeats::{bits, in_order, of_marks};
use crate::error::quoted;
use crate::train::hash::mixed;
use crate::train::leads::Leads;
use crate::train::measure::{normal_quantile, wilson};

/// Rows that agree in so much are copies where they are this part of the leads, …
const SHARE: f64 = 0.05;
/// … and their outcomes differ no more than this many times as often as those of neighbours: three in four are copies then.
const LEFT: f64 = 0.25;
/// The chance that leads without copies pass for some by that.
const CHANCE: f64 = 0.01;
/// Fewer pairs of neighbours tell nothing.
const LEAST: f64 = 20.0;
/// No more columns than this may be others in a copy, …
const UPDATED: usize = 3;
/// … and where it takes two at once to see any, of no more columns all pairs are tried.
const TRIED: usize = 40;
/// Of several sets of columns so many are held against neighbours: those without which most rows would be copies.
const HELD: usize = 5;
/// So many rows are put in order, over all sets of columns that are tried; of each set all rows of some marks, within these bounds.
const ORDERED: usize = 1_000_000;
const LOOKED_AT: [usize; 2] = [2_000, 50_000];

/// Rows that agree in all but some columns.
pub(super) struct Near {
    /// Rows of one code do.
    pub(super) codes: Vec<u32>,
    /// What they do, in words.
    pub(super) evidence: String,
}

/// Those that are copies; `None` where there are none.
pub(super) fn near(leads: &Leads) -> Option<Near> {
    let marks = Marks::new(leads);
    let count = marks.count;
    let ones: Vec<Vec<usize>> = [vec![]].into_iter().chain((0..count).map(|column| vec![column])).collect();
    let pairs = if count > TRIED { 0 } else { count * count.saturating_sub(1) / 2 };
    let surely = normal_quantile(1.0 - CHANCE / (ones.len() + pairs) as f64);
    let (mut dropped, mut found) = marks.best(ones, surely).or_else(|| {
        if pairs == 0 {
            return None;
        }
        let twos = (0..count).flat_map(|one| (one + 1..count).map(move |other| vec![one, other]));
        let (dropped, _) = marks.best(twos.collect(), surely)?;
        // Of few rows it may be chance.
        marks.best(vec![dropped], surely)
    })?;
    while dropped.len() < UPDATED {
        let further = (0..count).filter(|column| !dropped.contains(column));
        let wider = further.map(|column| [&dropped[..], &[column]].concat()).collect();
        match marks.best(wider, surely) {
            Some((wider, more)) if more.copies - found.copies >= SHARE => (dropped, found) = (wider, more),
            _ => break,
        }
    }
    let own = marks.without(&dropped);
    let codes = of_marks(&own, &in_order(&own));
    let apart = codes.iter().max().map_or(0, |last| *last as usize + 1);
    let names: Vec<String> = dropped.iter().map(|column| quoted(marks.name(*column)).to_string()).collect();
    let but = if names.is_empty() { String::new() } else { format!(" but {}", names.join(" and ")) };
    let evidence = format!(
        "{} of {} rows say in every column{but} what another row says, and nearly always have its outcome: of two such rows one converted and the other did not in {:.1} %, of two that differ in one column more in {:.1} %",
        leads.len() - apart,
        leads.len(),
        100.0 * found.differ,
        100.0 * found.of_neighbours
    );
    Some(Near { codes, evidence })
}

/// Of each row a number for all that it says, from which what any column says can be taken away.
struct Marks<'a> {
    leads: &'a Leads,
    /// Columns, the date among them as the last.
    count: usize,
    all: Vec<u64>,
}

/// What speaks for copies.
struct Found {
    /// How many rows are copies; of what [`Marks::best`] finds, as a part of those that were looked at.
    copies: f64,
    /// In which part of such pairs outcomes differ, and in which of pairs of neighbours.
    differ: f64,
    of_neighbours: f64,
}

/// How outcomes of rows agree, over groups of rows; each counts for as many pairs as it takes to tie its rows together.
#[derive(Clone, Copy, Default)]
struct Agreement {
    pairs: f64,
    differ: f64,
    rows: f64,
    converted: f64,
}

impl Agreement {
    fn add(&mut self, pairs: f64, differ: f64, [others, converted]: [f64; 2]) {
        self.pairs += pairs;
        self.differ += pairs * differ;
        self.rows += others + converted;
        self.converted += converted;
    }

    /// In which part of the pairs the outcomes differ, and in which they would if these rows were paired at random.
    fn shares(&self) -> [f64; 2] {
        let rate = self.converted / self.rows;
        [self.differ / self.pairs, 2.0 * rate * (1.0 - rate)]
    }
}

impl<'a> Marks<'a> {
    fn new(leads: &'a Leads) -> Self {
        let count = leads.columns.len() + usize::from(leads.dates.is_some());
        let mut marks = Self { leads, count, all: Vec::new() };
        marks.all = (0..leads.len())
            .into_par_iter()
            .map(|row| (0..count).fold(0, |sum: u64, column| sum.wrapping_add(marks.of(column, row))))
            .collect();
        marks
    }

    /// What a row says in a column.
    fn of(&self, column: usize, row: usize) -> u64 {
        let said = match (self.leads.columns.get(column), &self.leads.dates) {
            (Some(column), _) => bits(column, row),
            (None, Some(dates)) => dates.seconds[row].cast_unsigned(),
            (None, None) => 0,
        };
        mixed(said ^ mixed(column as u64))
    }

    fn name(&self, column: usize) -> &str {
        let date = || self.leads.dates.as_ref().map_or("", |dates| &dates.field);
        self.leads.columns.get(column).map_or_else(date, |column| &column.field.name)
    }

    /// What a row says in all other columns.
    fn but(&self, dropped: &[usize], row: usize) -> u64 {
        dropped.iter().fold(self.all[row], |mark, column| mark.wrapping_sub(self.of(*column, row)))
    }

    fn without(&self, dropped: &[usize]) -> Vec<u64> {
        (0..self.all.len()).into_par_iter().map(|row| self.but(dropped, row)).collect()
    }

    /// Of several sets of columns the one without which most rows are copies.
    fn best(&self, sets: Vec<Vec<usize>>, surely: f64) -> Option<(Vec<usize>, Found)> {
        let looked_at = (ORDERED / sets.len().max(1)).clamp(LOOKED_AT[0], LOOKED_AT[1]);
        let one_in = self.all.len().div_ceil(looked_at).max(1) as u64;
        let rows = self.all.len() as f64 / one_in as f64;
        let agree = |dropped: Vec<usize>| {
            let own = self.agreement(&dropped, one_in);
            if own.pairs < SHARE * rows {
                return None;
            }
            let [differ, by_chance] = own.shares();
            let most = wilson(differ, own.pairs, surely).high;
            (most <= LEFT * by_chance).then_some((own.pairs * (1.0 - differ / by_chance), dropped, own, most))
        };
        let mut agree: Vec<_> = sets.into_par_iter().filter_map(agree).collect();
        // Of equals the first.
        agree.sort_by(|a, b| b.0.total_cmp(&a.0));
        agree.truncate(HELD);
        let found = agree.into_iter().rev().filter_map(|(_, dropped, own, most)| {
            let found = self.copies(&dropped, own, most, one_in)?;
            Some((dropped, Found { copies: found.copies / rows, ..found }))
        });
        found.max_by(|a, b| a.1.copies.total_cmp(&b.1.copies))
    }

    /// Whether rows that agree in all columns but these are copies: their outcomes differ in `most` of the pairs at most.
    fn copies(&self, dropped: &[usize], own: Agreement, most: f64, one_in: u64) -> Option<Found> {
        let [differ, by_chance] = own.shares();
        let others: Vec<usize> = (0..self.count).filter(|column| !dropped.contains(column)).collect();
        let mut times: Vec<f64> = others
            .into_par_iter()
            .map(|column| self.neighbours(dropped, column, one_in))
            .filter(|near| near.pairs >= LEAST)
            .map(|near| near.shares())
            .filter(|[_, by_chance]| *by_chance > 0.0)
            .map(|[differ, by_chance]| differ / by_chance)
            .collect();
        times.sort_by(f64::total_cmp);
        // Where nobody else agrees in so much, whoever does is a copy.
        let of_neighbours = by_chance * times.get(times.len() / 2).copied().unwrap_or(1.0);
        (most <= LEFT * of_neighbours).then(|| Found {
            copies: own.pairs * (1.0 - differ / of_neighbours),
            differ,
            of_neighbours,
        })
    }

    /// Of rows that agree in all columns but these.
    fn agreement(&self, dropped: &[usize], one_in: u64) -> Agreement {
        let mut marks: Vec<(u64, bool)> = (0..self.all.len())
            .map(|row| (self.but(dropped, row), self.leads.label[row]))
            .filter(|(mark, _)| mark.is_multiple_of(one_in))
            .collect();
        marks.sort_unstable();
        let mut agreement = Agreement::default();
        for equal in marks.chunk_by(|a, b| a.0 == b.0).filter(|equal| equal.len() > 1) {
            let converted = equal.iter().filter(|(_, converted)| *converted).count() as f64;
            let count = equal.len() as f64;
            let others = count - converted;
            let differ = 2.0 * converted * others / (count * (count - 1.0));
            agreement.add(count - 1.0, differ, [others, converted]);
        }
        agreement
    }

    /// Of rows that agree in all columns but these, and not in one more.
    fn neighbours(&self, dropped: &[usize], more: usize, one_in: u64) -> Agreement {
        let mut marks: Vec<([u64; 2], bool)> = (0..self.all.len())
            .map(|row| {
                let own = self.but(dropped, row);
                ([own.wrapping_sub(self.of(more, row)), own], self.leads.label[row])
            })
            .filter(|([mark, _], _)| mark.is_multiple_of(one_in))
            .collect();
        marks.sort_unstable();
        let mut agreement = Agreement::default();
        for near in marks.chunk_by(|a, b| a.0[0] == b.0[0]) {
            let (mut parts, mut all, mut within, mut differ) = (0.0, [0.0; 2], 0.0, 0.0);
            for equal in near.chunk_by(|a, b| a.0[1] == b.0[1]) {
                let converted = equal.iter().filter(|(_, converted)| *converted).count() as f64;
                let count = equal.len() as f64;
                parts += 1.0;
                all = [all[0] + count - converted, all[1] + converted];
                within += count * (count - 1.0) / 2.0;
                differ += converted * (count - converted);
            }
            if parts > 1.0 {
                let count = all[0] + all[1];
                let pairs = count * (count - 1.0) / 2.0 - within;
                agreement.add(parts - 1.0, (all[0] * all[1] - differ) / pairs, all);
            }
        }
        agreement
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::leads::Column;
    use crate::train::random::Random;

    /// A lead of few and coarse columns and a finer one, and whether it converts.
    fn lead(random: &mut Random) -> ([f64; 5], bool) {
        let lead = [4, 3, 8, 1_000, 60].map(|bound| random.below(bound) as f64);
        let chance = crate::sigmoid(-3.0 + 0.3 * lead[2] + 0.001 * lead[3]);
        (lead, random.uniform() < chance)
    }

    fn table(rows: &[([f64; 5], bool)]) -> Leads {
        let column =
            |place: usize| Column::numbers(format!("c{place}"), rows.iter().map(move |row| row.0[place]));
        Leads::new("won", rows.iter().map(|row| row.1).collect(), (0..5).map(column).collect())
    }

    #[test]
    fn a_lead_again_with_a_column_updated_is_a_copy() {
        let mut random = Random::new(1, "near");
        let once: Vec<_> = (0..3_000).map(|_| lead(&mut random)).collect();
        // Different leads agree in all but a column often enough.
        assert!(near(&table(&once)).is_none());
        let updated = |row: &([f64; 5], bool), columns: &[usize], random: &mut Random| {
            let mut row = *row;
            for column in columns {
                row.0[*column] = random.below(60) as f64 + 60.0;
            }
            row
        };
        let mut rows = once.clone();
        rows.extend(once[..1_000].iter().map(|row| updated(row, &[4], &mut random)));
        // Nor does another order hide them.
        let mut order: Vec<usize> = (0..4_000).collect();
        random.shuffle(&mut order);
        let rows: Vec<_> = order.iter().map(|row| rows[*row]).collect();
        let found = near(&table(&rows)).expect("copies");
        let mut codes = vec![0; 4_000];
        order.iter().zip(&found.codes).for_each(|(row, code)| codes[*row] = *code);
        assert!((0..1_000).all(|row| codes[row] == codes[3_000 + row]));
        assert!(found.evidence.contains("say in every column but \"c4\" what another"), "{}", found.evidence);
        // The finest columns tell leads apart; two that are updated at once hide no copy.
        let finer: Vec<_> = once
            .iter()
            .map(|(lead, won)| {
                (
                    [lead[0], lead[1], lead[2] + 8.0 * lead[3], lead[3] * 60.0 + lead[4], random.uniform()],
                    *won,
                )
            })
            .collect();
        assert!(near(&table(&finer)).is_none());
        let mut rows = finer.clone();
        rows.extend(finer[..1_000].iter().map(|row| updated(row, &[0, 4], &mut random)));
        let found = near(&table(&rows)).expect("copies");
        assert!(found.evidence.contains("\"c0\" and \"c4\""), "{}", found.evidence);
    }

    #[test]
    fn odd_tables_have_no_copies() {
        assert!(near(&Leads::new("won", vec![], vec![])).is_none());
        assert!(near(&Leads::new("won", vec![true, false, true], vec![])).is_none());
        let same = Column::numbers("same", std::iter::repeat_n(1.0, 400));
        assert!(near(&Leads::new("won", (0..400).map(|row| row % 2 == 0).collect(), vec![same])).is_none());
    }
}
