//! What a model that has learnt from touches says of them: how they fade, how marketing and sales share the leads, and what
//! it would be without knowing who opens e-mails.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::lead::{Lead, Value};
use crate::model::{Estimate, Model, Readiness};
use crate::score::TouchedLead;
use crate::touch::{Measure, Touch};
use crate::train::leads::{Leads, MISSING_LEVEL, Values};
use crate::train::measure::{auc_interval, log_loss_difference};
use crate::train::pipeline::{Options, Training, leave_out, sketch};
use crate::train::touches::bring::Touched;
use crate::train::touches::log::Log;

/// What a model says of touches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TouchFacts {
    /// How fast touches fade, by field.
    pub fading: Vec<Fading>,
    /// How marketing's and sales' touches share the log-odds; absent where the log does not tell the two apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sides: Option<Sides>,
    /// What knowing who opens e-mails is worth; absent where the log does not say, or says nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Opens>,
}

/// How fast the touches of a field fade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fading {
    /// The field.
    pub field: String,
    /// In words.
    pub how: String,
}

/// Mean log-odds of the touches of each side. Associations, never causes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sides {
    /// Over all snapshots that were learnt from.
    pub all: SideMeans,
    /// Over those that are sales-ready.
    pub flagged: SideMeans,
}

/// Mean log-odds over some snapshots, compared with leads that nobody touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SideMeans {
    /// How many snapshots were looked at.
    pub snapshots: u64,
    /// Of marketing's touches.
    pub marketing: f64,
    /// Of sales' touches.
    pub sales: f64,
    /// Of touches of which neither is known.
    pub neither: f64,
}

/// A quick fit with openings of e-mails, and one that does not know of them, on the same held-out snapshots. Mail programs
/// that load pictures by themselves open e-mails that nobody reads, so one may want to do without.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opens {
    /// The AUC with them.
    pub with: Estimate,
    /// The AUC without.
    pub without: Estimate,
    /// The log loss without them less that with them: above 0 where they help.
    pub excess_log_loss: Estimate,
}

/// As many snapshots are looked at for the means.
const MOST: usize = 2_000;

/// Gathers the facts, by what the model has learnt from.
///
/// # Errors
/// As reading the log and as the fit.
pub fn facts(log: &mut Log, touched: &Touched, training: &Training, options: &Options) -> Result<TouchFacts> {
    let model = &training.model;
    let knows_sides = touched.kinds.iter().any(|kind| kind.side.is_some());
    let sides =
        if knows_sides && model.recipe().is_some() { Some(sides(log, touched, training)?) } else { None };
    let learnt = |leads: &Leads| {
        let mut learnt = leads.pick(&training.learnt);
        leave_out(&mut learnt, &training.findings);
        learnt
    };
    let without = touched.without_opens.as_ref();
    let opens = without.map(|without| opens(&learnt(&touched.brought.leads), &learnt(without), options));
    Ok(TouchFacts { fading: fading(model), sides, opens: opens.transpose()? })
}

fn fading(model: &Model) -> Vec<Fading> {
    let fields = model.recipe().map_or(&[][..], |recipe| &recipe.fields);
    let fading = fields.iter().filter_map(|field| {
        let how = match field.measure {
            Measure::Decayed { half_life } => format!("a touch counts half after {half_life} days"),
            Measure::Window { days } => format!("a touch counts for {days} days"),
            _ => return None,
        };
        Some(Fading { field: field.name.clone(), how })
    });
    fading.collect()
}

fn sides(log: &mut Log, touched: &Touched, training: &Training) -> Result<Sides> {
    let step = training.learnt.len().div_ceil(MOST).max(1);
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in training.learnt.iter().step_by(step) {
        let (lead, _) = touched.snapshots[*row];
        rows.entry(&touched.names[lead as usize]).or_default().push(*row);
    }
    let mut sides = Sides { all: SideMeans::default(), flagged: SideMeans::default() };
    let mut add = |touches: &[Touch], rows: Vec<usize>| -> Result<()> {
        for row in rows {
            let lead = beside(&touched.brought.leads, row);
            let found = training
                .model
                .explain_touches(TouchedLead { lead: &lead, touches }, touched.snapshots[row].1)?;
            let flagged = found.explanation.score.readiness == Readiness::SalesReady;
            for means in [&mut sides.all].into_iter().chain(flagged.then_some(&mut sides.flagged)) {
                means.snapshots += 1;
                means.marketing += found.sides.marketing;
                means.sales += found.sides.sales;
                means.neither += found.sides.neither;
            }
        }
        Ok(())
    };
    for history in log.histories()? {
        let history = history?;
        add(&history.touches, rows.remove(history.lead.as_str()).unwrap_or_default())?;
    }
    // Leads that nobody touched are not in the log, and have snapshots all the same.
    rows.into_values().try_for_each(|rows| add(&[], rows))?;
    for means in [&mut sides.all, &mut sides.flagged] {
        let count = (means.snapshots as f64).max(1.0);
        for sum in [&mut means.marketing, &mut means.sales, &mut means.neither] {
            *sum /= count;
        }
    }
    Ok(sides)
}

/// What is known of the lead of a row beside its touches.
fn beside(leads: &Leads, row: usize) -> Lead<'_> {
    let known = leads.columns.iter().filter(|column| column.engagement.is_none());
    let value = |values: &Values| match values {
        Values::Numbers(numbers) => Value::Number(numbers[row]),
        Values::Levels { codes, .. } if codes[row] == MISSING_LEVEL => Value::Missing,
        Values::Levels { levels, codes } => Value::from(levels[codes[row] as usize].clone()),
    };
    known.map(|column| (column.field.name.as_str(), value(&column.values))).collect()
}

fn opens(with: &Leads, without: &Leads, options: &Options) -> Result<Opens> {
    let (with, without) = (sketch(with, options)?, sketch(without, options)?);
    Ok(Opens {
        with: auc_interval(&with),
        without: auc_interval(&without),
        excess_log_loss: log_loss_difference(&without, &with, options.seed),
    })
}
