//! The second look, once a model has been measured: does a column alone reach what all the others reach together?

use std::collections::BTreeMap;

use super::{Finding, FindingKind, alone};
use crate::model::Estimate;
use crate::train::leads::{Column, Leads};
use crate::train::measure::{Predictions, auc_interval};
use crate::train::split::Part;

/// A column whose ranking alone is at least this good, by the lower end of its interval, is held against all the others.
/// Weaker ones beat a table of weak columns without giving cause for a question.
const CONTENDER_AUC: f64 = 0.75;
/// With fewer others, one column may well be all there is to know.
const OTHERS: usize = 3;
/// A model that ranks held-out leads this well, by the lower end of the interval, is better than what is known before
/// the outcome commonly allows.
const TOO_GOOD: f64 = 0.95;

/// How strong each column is by itself: its name, and the lower end of its AUC.
pub(crate) type Strengths = BTreeMap<String, f64>;

/// The column to be held against all the others, where one is strong enough. It is the strongest by itself: for any weaker
/// one, the strongest is among the others.
pub(crate) fn contender(leads: &Leads, findings: &[Finding], strengths: &Strengths) -> Option<usize> {
    if leads.columns.len() <= OTHERS {
        return None;
    }
    // One that can not be learnt from has no strength, and is here only where it is to be kept.
    let strength = |column: &Column| strengths.get(&column.field.name).copied().unwrap_or(0.0);
    let alone: Vec<f64> = leads.columns.iter().map(strength).collect();
    let strongest = (0..alone.len()).max_by(|a, b| alone[*a].total_cmp(&alone[*b]))?;
    let name = Some(&leads.columns[strongest].field.name);
    let asked = |finding: &Finding| {
        finding.field.as_ref() == name && finding.kind.accuses() && finding.kind != FindingKind::StrongAlone
    };
    (alone[strongest] >= CONTENDER_AUC && !findings.iter().any(asked)).then_some(strongest)
}

/// The finding about a column that alone ranks the held-out leads of `part` as well as `others`, a model of all the other
/// columns, does.
pub(crate) fn rival(leads: &Leads, place: usize, part: &Part, others: &Predictions) -> Option<Finding> {
    let column = &leads.columns[place];
    let rates = alone::held_out_rates(leads, &column.values, &part.fit, &part.test);
    let groups = leads.groups_of(&part.test).unwrap_or_default();
    let others = Predictions { groups, ..others.clone() };
    let own = auc_interval(&Predictions { probability: rates, ..others.clone() });
    let joint = auc_interval(&others);
    (own.value >= joint.value).then(|| {
        let with_ends =
            |Estimate { value, low, high }: Estimate| format!("{value:.3} ({low:.3} to {high:.3})");
        let evidence = format!(
            "alone it reaches an AUC of {} on {} held-out leads, a model of all the other columns one of {}",
            with_ends(own),
            part.test.len(),
            with_ends(joint)
        );
        Finding::about(&column.field.name, FindingKind::RivalsTheRest, evidence, false, &[])
    })
}

/// The finding about a model that ranks held-out leads better than one should expect.
pub(crate) fn joint(auc: Estimate) -> Option<Finding> {
    (auc.low >= TOO_GOOD).then(|| {
        Finding::of_table(
            FindingKind::TooGood,
            format!("the model reaches an AUC of {:.3} on held-out leads, which columns known before the outcome rarely allow", auc.value),
            "nothing",
            "ask of the strongest fields when they are filled in, and leave out what is written at or after the outcome, with --exclude",
        )
    })
}
