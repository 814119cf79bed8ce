//! What drives readiness: each term of the model, with its band and the leads it rests on.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::{Curve, Field, Model, Reading, Table, Term};
use crate::report::pairs::PairShape;
use crate::report::readings::{Column, columns, contributions};
use crate::train::Training;
use crate::train::half_lives::as_read;
use crate::train::leads::Leads;
use crate::train::measure::Z95;

/// Bars of a histogram; whole numbers have one each where there are no more than this.
const BARS: usize = 24;
/// A curve is drawn up to here and not beyond where the last hundredth of the leads would take most of the width.
const BULK: f64 = 0.99;
const BULK_WIDTH: f64 = 0.6;

/// A term of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// The fields it reads, one or two.
    pub fields: Vec<String>,
    /// What people call them.
    pub title: String,
    /// How much it moves leads: the standard deviation of its contribution over the training leads, in log-odds.
    pub strength: f64,
    /// Its values.
    pub shape: Shape,
}

/// What a term contributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Shape {
    /// Over a number.
    Curve(CurveShape),
    /// Over categories.
    Table(TableShape),
    /// Over two fields together.
    Pair(PairShape),
}

/// What a number contributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveShape {
    /// The curve's knots; it is straight between them.
    pub knots: Vec<Knot>,
    /// The range that is worth drawing; beyond it lies a hundredth of the leads at each end at most.
    pub shown: [f64; 2],
    /// The training leads whose value lies in the shown range.
    pub histogram: Vec<Bar>,
    /// What a missing value contributes, where training leads had some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Effect>,
}

/// Training leads with similar values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Where the bar begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Leads in it.
    pub leads: u64,
}

/// A knot of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Knot {
    /// Its place, in the field's own unit.
    pub x: f64,
    /// Its contribution, in log-odds.
    pub logit: f64,
    /// The 95 % interval of the contribution, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<[f64; 2]>,
}

/// What categories contribute, the strongest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableShape {
    /// The stored levels, rare ones and missing values.
    pub effects: Vec<Effect>,
}

/// What a level contributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Which it is.
    pub of: EffectOf,
    /// Its contribution, in log-odds.
    pub logit: f64,
    /// The 95 % interval of the contribution, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<[f64; 2]>,
    /// Training leads that have it.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
}

/// A level, or what stands for several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EffectOf {
    /// A stored level.
    Level(String),
    /// Levels too rare to store, and levels the training leads did not have.
    Others,
    /// The value is not known.
    Missing,
}

/// How much each term of a trained model moves the leads it has learnt from: the [strength](Driver::strength) of each, in the
/// order of the file. `leads` are those that were given to the training.
pub fn strengths(training: &Training, leads: &Leads) -> Vec<f64> {
    let model = &training.model;
    let leads = as_read(leads, model.recipe());
    let leads =
        if training.learnt.len() == leads.len() { leads } else { Cow::Owned(leads.pick(&training.learnt)) };
    let strength =
        |term: &Term| columns(term, &leads).map_or(0.0, |columns| strength(term, &columns, &leads));
    model.terms().iter().map(strength).collect()
}

/// The terms of a model, the strongest first.
pub(super) fn drivers(model: &Model, leads: &Leads) -> Vec<Driver> {
    let mut drivers: Vec<Driver> =
        model.terms().iter().filter_map(|term| Driver::new(model, term, leads)).collect();
    drivers.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    drivers
}

impl Driver {
    fn new(model: &Model, term: &Term, leads: &Leads) -> Option<Self> {
        let columns = columns(term, leads)?;
        let strength = strength(term, &columns, leads);
        let shape = match (term, columns.as_slice()) {
            (Term::Curve(curve), [column]) => Shape::Curve(CurveShape::new(curve, column)),
            (Term::Table(table), [column]) => Shape::Table(TableShape::new(table, column)),
            (Term::Pair(pair), [first, second]) => Shape::Pair(PairShape::new(pair, [first, second])),
            _ => return None,
        };
        Some(Self { title: title(model, term), fields: term.fields().to_vec(), strength, shape })
    }
}

/// What people call the fields of a term.
pub(super) fn title(model: &Model, term: &Term) -> String {
    let names = term.fields().iter().map(|name| model.field(name).map_or(name.into(), Field::display_name));
    names.collect::<Vec<_>>().join(" and ")
}

/// The standard deviation of a term's contributions.
fn strength(term: &Term, columns: &[Column<'_>], leads: &Leads) -> f64 {
    let contributions = contributions(term, columns);
    let weighted = || contributions.iter().enumerate().map(|(row, own)| (leads.weight(row), own));
    let mass: f64 = weighted().map(|(weight, _)| weight).sum();
    let mean = weighted().map(|(weight, own)| weight * own).sum::<f64>() / mass;
    (weighted().map(|(weight, own)| weight * (own - mean) * (own - mean)).sum::<f64>() / mass).sqrt()
}

pub(super) fn band(logit: f64, se: Option<f64>) -> Option<[f64; 2]> {
    se.map(|se| [logit - Z95 * se, logit + Z95 * se])
}

impl CurveShape {
    fn new(curve: &Curve, column: &Column<'_>) -> Self {
        let knot = |(place, (x, logit)): (usize, (&f64, &f64))| Knot {
            x: *x,
            logit: *logit,
            band: band(*logit, curve.se.get(place).copied()),
        };
        let mut known: Vec<f64> = (0..column.len()).filter_map(|row| column.number(row)).collect();
        known.sort_unstable_by(f64::total_cmp);
        let shown = shown(curve, &known);
        let missing =
            Effect::of(EffectOf::Missing, curve.missing, curve.missing_se, &column.counts(), |_| true);
        Self {
            knots: curve.x.iter().zip(&curve.y).enumerate().map(knot).collect(),
            shown,
            histogram: histogram(&known, shown, column.is_whole()),
            missing: (missing.leads > 0).then_some(missing),
        }
    }
}

/// From the first to the last knot, but that long thin ends are cut.
fn shown(curve: &Curve, known: &[f64]) -> [f64; 2] {
    let (Some(low), Some(high)) = (curve.x.first().copied(), curve.x.last().copied()) else {
        return [0.0, 1.0];
    };
    if known.is_empty() || low >= high {
        return [low, low + 1.0];
    }
    let quantile = |share: f64| known[((share * known.len() as f64) as usize).min(known.len() - 1)];
    let (near, far) = (quantile(1.0 - BULK).max(low), quantile(BULK).min(high));
    let is_bulk = |width: f64| width > 0.0 && width < BULK_WIDTH * (high - low);
    [if is_bulk(high - near) { near } else { low }, if is_bulk(far - low) { far } else { high }]
}

/// The sorted numbers of a range in bars of equal width; a bar of whole numbers has its number in the middle.
fn histogram(known: &[f64], [low, high]: [f64; 2], whole: bool) -> Vec<Bar> {
    let single = whole && high - low < BARS as f64;
    let (first, width) = if single { (low - 0.5, 1.0) } else { (low, (high - low) / BARS as f64) };
    let count = if single { (high - low) as usize + 1 } else { BARS };
    let mut bars: Vec<Bar> = (0..count)
        .map(|place| {
            let from = first + place as f64 * width;
            Bar { from, to: from + width, leads: 0 }
        })
        .collect();
    for number in known.iter().filter(|number| (low..=high).contains(*number)) {
        let place = ((number - first) / width).max(0.0) as usize;
        if let Some(bar) = bars.get_mut(place.min(count - 1)) {
            bar.leads += 1;
        }
    }
    bars
}

impl TableShape {
    fn new(table: &Table, column: &Column<'_>) -> Self {
        let counts = column.counts();
        let mut effects: Vec<Effect> = table
            .levels
            .iter()
            .map(|level| {
                let of = EffectOf::Level(level.level.clone());
                Effect::of(
                    of,
                    level.value,
                    level.se,
                    &counts,
                    |reading| matches!(reading, Reading::Level(text) if *text == level.level),
                )
            })
            .collect();
        effects.push(Effect::of(EffectOf::Others, table.unseen, table.unseen_se, &counts, |reading| {
            *reading != Reading::Missing && table.find(reading).is_none()
        }));
        let missing = Effect::of(EffectOf::Missing, table.missing, table.missing_se, &counts, |reading| {
            *reading == Reading::Missing
        });
        effects.extend((missing.leads > 0).then_some(missing));
        // Ties by name, so that the order is one.
        effects.sort_by(|a, b| b.logit.total_cmp(&a.logit).then_with(|| a.of.cmp(&b.of)));
        Self { effects }
    }
}

impl Effect {
    fn of(
        of: EffectOf,
        logit: f64,
        se: Option<f64>,
        counts: &[(Reading<'_>, [u64; 2])],
        has: impl Fn(&Reading<'_>) -> bool,
    ) -> Self {
        let [leads, conversions] = counts
            .iter()
            .filter(|(reading, _)| has(reading))
            .fold([0, 0], |sum, (_, [leads, conversions])| [sum[0] + leads, sum[1] + conversions]);
        Self { of, logit, band: band(logit, se), leads, conversions }
    }
}
