//! How the past counts: the half-lives and windows of engagement fields.
//!
//! One half-life is chosen for all fields. Then the fields of one side, and then single fields, get one of their own where
//! the data insist; last, windows take their place if they say more. What is compared is the likelihood of fits that differ
//! in nothing else and have equally many coefficients. As with wide tables, the choice is made by the fitted
//! leads alone: those that measure the fit have no part in it.

use std::borrow::Cow;

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use rayon::prelude::*;

use crate::error::Result;
#[cfg(any(feature = "report", test))]
use crate::touch::Recipe;
use crate::touch::{Kind, Measure, Selection, Side};
use crate::train::basis::{Basis, BasisKind};
use crate::train::fit::{LogisticParams, Outcomes};
use crate::train::leads::{Column, Engagement, Leads, Prior, Values};
use crate::train::random::Random;
use crate::train::split;
use crate::train::touches::candidates::title;

/// As many rows are enough to choose by …
const MOST_ROWS: f64 = 20_000.0;
/// … and for each of the rarer outcome, so many of the other: their weights make up for those left out, and of what they say
/// a sixth is lost.
const OTHERS: f64 = 5.0;
/// And as many knots.
const KNOTS: usize = 5;
/// One of these penalties is near enough to the best.
const PENALTIES: [f64; 2] = [3.0, 30.0];
/// A side's own half-life must be better than that of all by a standard error (Vuong 1989, doi:10.2307/1912557, over
/// leads): there are two sides only, and what people do for one lead may well be remembered otherwise than what reaches many.
const SIDE_INSISTS: f64 = 1.0;
/// A single field's must be by three: there may be dozens.
const FIELD_INSISTS: f64 = 3.0;
/// A single field's own is looked for so many steps around that of its side.
const STEPS: usize = 3;

/// The leads with each column made of touches in the way that suits `rows` best; as they are where there is no choice.
/// `kinds` says of which side kinds are.
///
/// # Errors
/// As the fit, in the ways the columns have.
pub fn choose<'a>(leads: &'a Leads, rows: &[usize], kinds: &[Kind], seed: u64) -> Result<Cow<'a, Leads>> {
    let Some(mut trial) = Trial::new(leads, rows, seed) else { return Ok(Cow::Borrowed(leads)) };
    let mut present = trial.start(seed)?;
    let all: Vec<usize> = (0..trial.columns.len()).collect();
    let (fading, windows) = trial.fading_and_windows();
    // For all alike, the best is the best, however close.
    present = trial.moved(present, &all, &fading, f64::NEG_INFINITY);
    let of_side = |side: Side| -> Vec<usize> {
        let is_of_side = |place: &usize| is_of_side(&leads.columns[trial.columns[*place]], side, kinds);
        all.iter().copied().filter(is_of_side).collect()
    };
    let sides = [Side::Marketing, Side::Sales].map(of_side);
    // What one side gets may change what suits the other.
    for side in sides.iter().chain(&sides).filter(|side| !side.is_empty() && side.len() < all.len()) {
        present = trial.moved(present, side, &fading, SIDE_INSISTS);
    }
    for place in all.iter().filter(|_| all.len() > 1) {
        let around = fading.iter().copied().filter(|way| way.abs_diff(present.ways[*place]) <= STEPS);
        present = trial.moved(present.clone(), &[*place], &around.collect::<Vec<_>>(), FIELD_INSISTS);
    }
    present = trial.moved(present, &all, &windows, FIELD_INSISTS);
    let mut chosen = leads.clone();
    for (column, way) in trial.columns.iter().zip(present.ways) {
        chosen.columns[*column].take(way);
    }
    Ok(Cow::Owned(chosen))
}

/// The leads with each column made of touches in the way that a model's recipe has it.
#[cfg(any(feature = "report", test))]
pub(crate) fn as_read<'l>(leads: &'l Leads, recipe: Option<&Recipe>) -> Cow<'l, Leads> {
    let Some(recipe) = recipe else { return Cow::Borrowed(leads) };
    let mut leads = leads.clone();
    for column in &mut leads.columns {
        let way = column.engagement.as_ref().and_then(|made| {
            let field = recipe.fields.iter().find(|field| field.name == made.field.name)?;
            made.ways.iter().position(|way| way.measure == field.measure)
        });
        if let Some(way) = way {
            column.take(way);
        }
    }
    Cow::Owned(leads)
}

fn is_of_side(column: &Column, side: Side, kinds: &[Kind]) -> bool {
    column.engagement.as_ref().is_some_and(|engagement| match &engagement.field.of {
        Selection::All => false,
        Selection::Side(own) => *own == side,
        Selection::Kind(kind) => kinds.iter().any(|known| known.kind == *kind && known.side == Some(side)),
    })
}

impl Column {
    /// Takes another of its ways.
    fn take(&mut self, way: usize) {
        if let Some(Engagement { field, ways }) = &mut self.engagement {
            field.measure = ways[way].measure;
            self.values = Values::Numbers(ways[way].values.clone());
            self.field.title = title(field);
        }
    }
}

/// Some of the leads, to try ways on.
struct Trial {
    leads: Leads,
    rows: Vec<usize>,
    /// The columns with a choice.
    columns: Vec<usize>,
    /// The ways each of them has: the same ones in the same order.
    ways: Vec<Measure>,
    outcomes: Outcomes,
    /// The lead of each row.
    groups: Vec<u32>,
    penalty: f64,
}

/// The way of each column with a choice, and what each row's outcome then costs.
#[derive(Clone)]
struct Present {
    ways: Vec<usize>,
    losses: Vec<f64>,
}

impl Present {
    fn loss(&self) -> f64 {
        self.losses.iter().sum()
    }
}

impl Trial {
    /// `None` where there is nothing to choose.
    fn new(leads: &Leads, rows: &[usize], seed: u64) -> Option<Self> {
        let ways = |column: &Column| -> Vec<Measure> {
            let made = column.engagement.as_ref();
            made.map_or_else(Vec::new, |made| made.ways.iter().map(|way| way.measure).collect())
        };
        let mut ways: Vec<(usize, Vec<Measure>)> =
            leads.columns.iter().map(ways).enumerate().filter(|(_, ways)| ways.len() > 1).collect();
        let first = ways.first()?.1.clone();
        ways.retain(|(_, own)| *own == first);
        let columns = ways.into_iter().map(|(place, _)| place).collect();
        let (sample, weights) = sample(leads, rows, seed);
        let leads = leads.pick(&sample);
        let rows: Vec<usize> = (0..leads.len()).collect();
        let outcomes = Outcomes::weighing(&leads, &rows, weights);
        let alone = || (0..rows.len() as u32).collect();
        let groups = leads.groups.as_ref().map_or_else(alone, |groups| groups.codes.clone());
        Some(Self { leads, rows, columns, ways: first, outcomes, groups, penalty: PENALTIES[0] })
    }

    /// The places of half-lives among the ways, and those of windows.
    fn fading_and_windows(&self) -> (Vec<usize>, Vec<usize>) {
        (0..self.ways.len()).partition(|way| matches!(self.ways[*way], Measure::Decayed { .. }))
    }

    /// The ways as they are, with the penalty that suits them.
    fn start(&mut self, seed: u64) -> Result<Present> {
        let place = |column: &usize| {
            let made = self.leads.columns[*column].engagement.as_ref();
            made.and_then(|made| self.ways.iter().position(|way| *way == made.field.measure)).unwrap_or(0)
        };
        let ways: Vec<usize> = self.columns.iter().map(place).collect();
        // By leads held out: what is fitted looks best without any penalty. One that can not be fitted so is not chosen.
        let folds: Vec<usize> =
            split::folds(&self.leads, &self.rows, seed).into_iter().map(|fold| fold % 2).collect();
        let held_out = |penalty: f64| -> Result<f64> {
            let mut sum = 0.0;
            for fold in 0..2 {
                let losses = self.losses(&ways, &self.outcomes.without(&folds, fold), penalty)?;
                sum += losses
                    .iter()
                    .zip(&folds)
                    .filter(|(_, of)| **of == fold)
                    .map(|(loss, _)| loss)
                    .sum::<f64>();
            }
            Ok(sum)
        };
        let [weak, strong] = PENALTIES.map(|penalty| held_out(penalty).unwrap_or(f64::INFINITY));
        if strong < weak {
            self.penalty = PENALTIES[1];
        }
        Ok(Present { losses: self.losses(&ways, &self.outcomes, self.penalty)?, ways })
    }

    /// The best common way of some columns, if it is better than the present ways by so many standard errors. A way whose
    /// fit fails is not chosen.
    fn moved(&self, present: Present, own: &[usize], ways: &[usize], insists: f64) -> Present {
        let others: Vec<Present> = ways
            .into_par_iter()
            .filter_map(|way| {
                let mut ways = present.ways.clone();
                for place in own {
                    ways[*place] = *way;
                }
                let losses = (ways != present.ways)
                    .then(|| self.losses(&ways, &self.outcomes, self.penalty).ok())??;
                Some(Present { ways, losses })
            })
            .collect();
        let best = others.into_iter().min_by(|a, b| a.loss().total_cmp(&b.loss()));
        best.filter(|best| best.loss() < present.loss() && self.errors(&present, best) > insists)
            .unwrap_or(present)
    }

    /// By how many standard errors the losses of the second are lower, lead by lead.
    fn errors(&self, present: &Present, better: &Present) -> f64 {
        let count = self.groups.iter().max().map_or(0, |last| *last as usize + 1);
        let mut gains = vec![0.0; count];
        for ((group, before), after) in self.groups.iter().zip(&present.losses).zip(&better.losses) {
            gains[*group as usize] += before - after;
        }
        let sum: f64 = gains.iter().sum();
        let squares: f64 = gains.iter().map(|gain| gain * gain).sum();
        sum / squares.sqrt()
    }

    /// What each row's outcome costs by a fit to these outcomes.
    fn losses(&self, ways: &[usize], outcomes: &Outcomes, penalty: f64) -> Result<Vec<f64>> {
        let mut leads = self.without_columns();
        for (place, column) in self.leads.columns.iter().enumerate() {
            // What is chosen is much the same without priors, and the fits are faster.
            let mut column = Column { prior: Prior::None, ..column.clone() };
            if let Some(own) = self.columns.iter().position(|own| *own == place) {
                column.take(ways[own]);
            }
            leads.columns.push(column);
        }
        let basis = Basis::learn(&leads, &self.rows, BasisKind::Hats { knots: KNOTS });
        let design = basis.design(&leads, &self.rows);
        let params = LogisticParams::new().penalty(penalty).check()?;
        let fitted = params.fit(&DatasetBase::new(design.clone(), outcomes.clone()))?;
        Ok(self.outcomes.losses(&fitted.logits(&design)).collect())
    }

    fn without_columns(&self) -> Leads {
        Leads {
            target: self.leads.target.clone(),
            label: self.leads.label.clone(),
            weights: None,
            columns: Vec::new(),
            dates: None,
            groups: None,
            excluded: Vec::new(),
        }
    }
}

/// Rows to choose by, no more than are needed, and how many rows each stands for: of each outcome some.
fn sample(leads: &Leads, rows: &[usize], seed: u64) -> (Vec<usize>, Vec<f64>) {
    let counts = leads.classes(Some(rows)).map(|count| count as f64);
    let rarer = counts[0].min(counts[1]);
    let most = MOST_ROWS.min((1.0 + OTHERS) * rarer) - rarer.min(MOST_ROWS / 2.0);
    let shares = counts.map(|count| (most / count).min(1.0));
    let mut random = Random::new(seed, "half-lives");
    let share = |row: usize| shares[usize::from(leads.label[row])];
    let kept: Vec<usize> = rows.iter().copied().filter(|row| random.uniform() < share(*row)).collect();
    let weights = kept.iter().map(|row| leads.weight(*row) / share(*row)).collect();
    (kept, weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::touch::EngagementField;
    use crate::train::leads::Way;

    #[test]
    fn columns_are_read_in_the_way_of_the_model() {
        let [usual, other] = [14.0, 56.0].map(|half_life| Measure::Decayed { half_life });
        let field = |measure| EngagementField { name: "touches_recent".into(), of: Selection::All, measure };
        let way = |measure, value: f64| Way { measure, values: vec![value; 2].into() };
        let made = Engagement { field: field(usual), ways: vec![way(usual, 1.0), way(other, 3.0)].into() };
        let column = Column { engagement: Some(made), ..Column::numbers("touches_recent", [1.0; 2]) };
        let leads = Leads::new("won", vec![true, false], vec![column]);
        let first = |leads: &Leads| match &leads.columns[0].values {
            Values::Numbers(numbers) => numbers[0],
            Values::Levels { .. } => f64::NAN,
        };
        let recipe = Recipe { kinds: vec![], fields: vec![field(other)] };
        let read = as_read(&leads, Some(&recipe));
        assert_eq!([first(&leads), first(&read)], [1.0, 3.0]);
        assert_eq!(read.columns[0].field.title.as_deref(), Some("touches (half-life 56 days)"));
        assert_eq!(*as_read(&leads, None), leads);
    }
}
