//! One model: learnt from some leads, applied to others, and published with its card.

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};

use crate::error::Result;
use crate::model::{
    Card, Curve, DataCard, Document, Estimate, FORMAT, Field, FitStep, Flagged, Golden, Metrics, Model,
    Policy, TrainingCard,
};
use crate::touch::{EngagementField, Recipe};
use crate::train::audit::Told;
use crate::train::basis::{Basis, BasisKind};
use crate::train::calibrate::{Calibration, Scored};
use crate::train::economics::{Evidence, Looked, decide, predicts};
use crate::train::fit::{Fitted, LogisticParams, Outcomes};
use crate::train::golden::golden_leads;
use crate::train::leads::{Dates, Leads, Values};
use crate::train::learn::{Fineness, Learnt, Material, learn};
use crate::train::measure::{Predictions, auc};
use crate::train::pipeline::{HeldOut, Options, many};
use crate::train::reference::reference;
use crate::train::split::{self, REPEATS};
use crate::train::together::classes;

/// All curves together have about this many knots at most: time grows with the cube of their number.
const KNOT_BUDGET: usize = 1_000;
/// But none has fewer than this, however many curves there are.
const MIN_KNOTS: usize = 4;
/// Nor fewer than this because of few leads.
const SMALL_KNOTS: usize = 8;
/// Whether a model says otherwise than before, about so many leads tell as well as more.
const TELLING: usize = 50_000;

/// A basis, a penalty, a fit and a calibration, all learnt from the same rows.
pub(super) struct Candidate {
    pub(super) basis: Basis,
    /// The strength of the penalty that is best for all terms together.
    pub(super) penalty: f64,
    pub(super) steps: Vec<FitStep>,
    pub(super) fitted: Fitted,
    pub(super) calibration: Calibration,
    /// Logits out of fold, …
    pub(super) logits: Vec<f64>,
    /// … and the rows of the table that they are of.
    pub(super) rows: Vec<u32>,
}

impl Candidate {
    pub(super) fn fit(
        leads: &Leads,
        rows: &[usize],
        options: &Options,
        tick: &mut dyn FnMut(u64, u64),
    ) -> Result<Self> {
        if let Some(sample) = many::sample(leads, rows, options.seed) {
            return many::fit(leads, rows, &sample, options, false, tick).map(|(candidate, _)| candidate);
        }
        let outcomes = Outcomes::of(leads, rows);
        let folds = split::folds(leads, rows, options.seed);
        let groups = leads.groups_of(rows);
        let material =
            Material { leads, rows, outcomes: &outcomes, folds: &folds, groups: groups.as_deref() };
        let fineness = Fineness { basis: affordable(options.basis, leads, &outcomes), pairs: options.pairs };
        let Learnt { basis, design, cross_validation, steps } = learn(material, fineness, tick)?;
        let scored: Vec<Scored> = rows
            .iter()
            .zip(&cross_validation.logits)
            .zip(&outcomes.weights)
            .map(|((row, logit), weight)| Scored {
                logit: *logit,
                converted: leads.label[*row],
                weight: *weight,
            })
            .collect();
        let calibration = Calibration::choose(&scored, &folds);
        let params = LogisticParams::new()
            .strengths(cross_validation.strengths.clone())
            .start(cross_validation.coefficients.clone())
            .check()?;
        let fitted = params.fit(&DatasetBase::new(design, outcomes))?;
        let penalty = cross_validation.penalty;
        let rows = rows.iter().map(|row| *row as u32).collect();
        Ok(Self { basis, penalty, steps, fitted, calibration, logits: cross_validation.logits, rows })
    }

    pub(super) fn predict(&self, leads: &Leads, rows: &[usize], predictions: &mut Predictions) {
        let logits = self.fitted.logits(&self.basis.design(leads, rows));
        predictions
            .probability
            .extend(logits.iter().map(|logit| crate::sigmoid(self.calibration.at(*logit))));
        predictions.converted.extend(rows.iter().map(|row| leads.label[*row]));
        predictions.weight.extend(rows.iter().map(|row| leads.weight(*row)));
        predictions.groups.extend(leads.groups_of(rows).into_iter().flatten());
    }

    /// What it says of the leads that it was learnt from, of so many as tell enough; `None` where these have no dates.
    pub(super) fn told(&self, leads: &Leads) -> Option<Told> {
        let dates = leads.dates.as_ref()?;
        let mut places: Vec<usize> = (0..self.rows.len()).collect();
        places.sort_by_key(|place| dates.seconds[self.rows[*place] as usize]);
        let places: Vec<usize> = places.iter().copied().step_by(places.len().div_ceil(TELLING)).collect();
        let rows: Vec<usize> = places.iter().map(|place| self.rows[*place] as usize).collect();
        let logits = places.iter().map(|place| self.calibration.at(self.logits[*place])).collect();
        let design = self.basis.design(leads, &rows);
        let coefficients = self.fitted.coefficients().to_vec();
        let name = |column: usize| leads.columns[column].field.name.clone();
        let terms = self.basis.blocks().iter().enumerate();
        let terms = terms
            .map(|(place, block)| (name(block.column), design.predict_block(place, &coefficients)))
            .collect();
        Some(Told { rows, logits, terms })
    }

    /// The AUC on the leads that were learnt from.
    pub(super) fn apparent_auc(&self, leads: &Leads, rows: &[usize]) -> f64 {
        let mut own = Predictions::default();
        self.predict(leads, rows, &mut own);
        auc(&own.probability, &own.converted, &own.weight)
    }

    /// The model, with its card, of leads from which all of this was learnt.
    pub(super) fn publish(
        self,
        leads: &Leads,
        options: &Options,
        held_out: &HeldOut,
        metrics: Metrics,
        other_splits: Vec<Metrics>,
    ) -> Result<Model> {
        // What does not predict must not look as if it did.
        let predicts = predicts(&metrics.auc);
        let (intercept, terms) =
            if predicts { self.basis.terms(leads, &self.fitted) } else { (rate(leads), Vec::new()) };
        let (fields, touches) = if predicts { self.reads(leads, options) } else { (Vec::new(), None) };
        let none = Calibration::none();
        let method = if predicts { &self.calibration } else { &none };
        let (low, high) = terms.iter().fold((intercept, intercept), |(low, high), term| {
            let (least, greatest) = term.range();
            (low + least, high + greatest)
        });
        let calibration = method.curve(low, high);
        let (policy, flagged) = self.decided(leads, options, held_out, &calibration, metrics.auc);
        let training = TrainingCard {
            penalty: self.penalty,
            steps: self.steps,
            iterations: self.fitted.iterations(),
            gradient: self.fitted.gradient(),
            calibration: method.method.as_str().to_owned(),
            seed: options.seed,
        };
        // Of many leads these are among the largest lists there are.
        drop((self.rows, self.logits));
        let card = Card {
            target: leads.target.clone(),
            data: data(leads, options),
            metrics,
            other_splits,
            flagged,
            training,
            reference: None,
        };
        let document = Document {
            format: FORMAT.to_owned(),
            generator: options.generator.clone(),
            fields,
            intercept,
            terms,
            calibration,
            policy,
            touches,
            golden: Vec::new(),
            card: Some(card),
        };
        finished(document, leads, &held_out.predictions)
    }

    /// The fields that the terms read, and how some of them are made of touches.
    fn reads(&self, leads: &Leads, options: &Options) -> (Vec<Field>, Option<Recipe>) {
        let read = self.basis.blocks().iter().map(|block| &leads.columns[block.column]);
        let fields = read.clone().map(|column| leads.field(column)).collect();
        let made: Vec<EngagementField> =
            read.filter_map(|column| Some(column.engagement.as_ref()?.field.clone())).collect();
        let touches = (!made.is_empty()).then(|| Recipe { kinds: options.kinds.clone(), fields: made });
        (fields, touches)
    }

    /// From where on leads are flagged, and what that does to held-out leads.
    fn decided(
        &self,
        leads: &Leads,
        options: &Options,
        held_out: &HeldOut,
        calibration: &Curve,
        auc: Estimate,
    ) -> (Policy, Flagged) {
        let groups: Vec<u32> = leads.groups.as_ref().map_or_else(Vec::new, |groups| {
            self.rows.iter().map(|row| groups.codes[*row as usize]).collect()
        });
        let outcome = |place: usize| {
            let row = self.rows[place] as usize;
            (leads.label[row], leads.weight(row))
        };
        let again = options.looks.is_some_and(|looks| looks.again());
        // Of some looks, or looks at leads that are not told apart, nobody knows who would have been called.
        let thinned = again && (options.thinned || leads.groups.is_none());
        let looked = Looked::new(held_out, leads, options.horizon).filter(|_| again && !thinned);
        let evidence = Evidence {
            held_out: &held_out.predictions,
            logits: &self.logits,
            outcome: &outcome,
            groups: &groups,
            calibration,
            classes: classes(leads, again).map(|count| count as u64),
            auc,
            looked: looked.as_ref(),
            thinned,
            seed: options.seed,
        };
        decide(options.money, evidence)
    }
}

/// What was learnt from.
fn data(leads: &Leads, options: &Options) -> DataCard {
    DataCard {
        leads: leads.len() as u64,
        conversions: leads.conversions() as u64,
        period: leads.dates.as_ref().and_then(Dates::period),
        horizon_days: options.horizon.map(|horizon| horizon.days),
        groups: leads
            .groups
            .as_ref()
            .filter(|groups| groups.field != REPEATS)
            .map(|groups| groups.field.clone()),
        looks: options.looks,
        bots_kept: options.bots_kept,
        excluded: leads.excluded.clone(),
    }
}

/// The model of a document, with golden vectors and what drift is measured against.
fn finished(document: Document, leads: &Leads, held_out: &Predictions) -> Result<Model> {
    let mut model = Model::try_from(document)?;
    let golden = golden_leads(&model)
        .into_iter()
        .map(|lead| model.logit(&lead).map(|logit| Golden::new(lead, logit)))
        .collect::<Result<_>>()?;
    model.set_golden(golden);
    let reference = reference(&model, leads, held_out);
    model.set_reference(reference);
    Ok(model)
}

/// The log-odds of a lead of which nothing is known.
fn rate(leads: &Leads) -> f64 {
    let mass = |class: bool| -> f64 {
        (0..leads.len()).filter(|row| leads.label[*row] == class).map(|row| leads.weight(row)).sum()
    };
    libm::log(mass(true) / mass(false))
}

/// The basis with no more knots than so many curves can have, and no more than so few leads have use for: all curves together no
/// more than there are leads, but for the fewest that a curve has, as more of them could not be told apart. A penalised
/// curve needs knots in a low power of the number of leads (Claeskens et al. 2009, doi:10.1093/biomet/asp035: a fifth
/// to a third); the root of the leads of either class, as many as there are of the rarer, is more than that.
pub(super) fn affordable(basis: BasisKind, leads: &Leads, outcomes: &Outcomes) -> BasisKind {
    let BasisKind::Hats { knots } = basis else { return basis };
    let curves = leads.columns.iter().filter(|column| matches!(column.values, Values::Numbers(_))).count();
    let total = outcomes.total();
    let share = (KNOT_BUDGET.min(total as usize) / curves.max(1)).max(MIN_KNOTS);
    let converted: f64 = outcomes.converted.iter().zip(&outcomes.weights).map(|(y, weight)| y * weight).sum();
    let rarer = converted.min(total - converted) as usize;
    BasisKind::Hats { knots: knots.min(share).min((2 * rarer).isqrt().max(SMALL_KNOTS)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::leads::Column;

    fn knots_of(curves: usize, each: usize) -> BasisKind {
        let column = |place: usize| Column::numbers(place.to_string(), []);
        let leads = Leads::new("converted", vec![], (0..curves).map(column).collect());
        let converted = [[0.0, 1.0]; 2].concat().repeat(each / 2);
        let outcomes = Outcomes { weights: vec![1.0; converted.len()], converted };
        affordable(BasisKind::Hats { knots: 32 }, &leads, &outcomes)
    }

    #[test]
    fn many_curves_share_a_budget_of_knots() {
        let cases = [(0, 32), (31, 32), (50, 20), (200, 5), (3_000, MIN_KNOTS)];
        for (curves, knots) in cases {
            assert_eq!(knots_of(curves, 1_000), BasisKind::Hats { knots }, "{curves} curves");
        }
        // Few leads have no more than one for each of them.
        for (curves, knots) in [(30, 10), (50, 6), (130, MIN_KNOTS)] {
            assert_eq!(knots_of(curves, 150), BasisKind::Hats { knots }, "{curves} curves");
        }
    }

    #[test]
    fn few_leads_need_few_knots() {
        for (each, knots) in [(10, SMALL_KNOTS), (40, 8), (128, 16), (512, 32), (5_000, 32)] {
            assert_eq!(knots_of(1, each), BasisKind::Hats { knots }, "{each} leads of each class");
        }
    }
}
