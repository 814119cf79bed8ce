//! Champion and challenger: two models' predictions of the same leads.
//!
//! A paired bootstrap: each replicate draws leads (or the groups they belong to) once, for both models, so that what
//! makes a lead hard for both cancels. The log loss decides, since no other model than the true one has a better one on
//! average (Gneiting & Raftery 2007, doi:10.1198/016214506000001437); AUC and profit are told beside it, and a profit
//! that is surely lower has a veto. Where there are very many leads, blocks of them are drawn.

mod draws;
mod seen;
mod words;

use serde::{Deserialize, Serialize};

use draws::{Contender, Figures, Units};

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::{Counted, Estimate, Model};
use crate::train::csv::Table;
use crate::train::economics::Money;
use crate::train::measure::{Predictions, percentiles, replicates, surprise};
use crate::train::outcomes::{OutcomeColumn, outcomes};
use crate::train::schema::{is_same_target, learnt_groups};
use crate::train::scoring::TableReadings;

/// Bootstrap replicates: the ends of a 95 % interval then rest on 50 replicates each.
const REPLICATES: usize = 2000;
/// *Not worse* means: of what the old model gains in log loss over knowing the conversion rate alone, the new one surely
/// keeps all but this part (a non-inferiority margin that preserves a share of the effect; ICH E10, 2000).
pub const MARGIN: f64 = 0.05;
/// A margin is no smaller than this, in nats per lead: nobody acts on less.
const LEAST_MARGIN: f64 = 0.0005;
/// With fewer converted leads than this, or fewer others, an interval promises more than it keeps, and nothing is decided.
const LEAST_CLASS: usize = 10;

/// Two models on the same leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Leads both models scored.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// Which model is better.
    pub verdict: Verdict,
    /// Why, in sentences for people.
    pub sentences: Vec<String>,
    /// Mean negative log-likelihood per lead, in nats; lower is better.
    pub log_loss: Paired,
    /// How much greater the new log loss may be and still count as not worse.
    pub margin: f64,
    /// Area under the ROC curve; `None` where all or none converted.
    pub auc: Option<Paired>,
    /// What contacting from cost ÷ value on earns; `None` where no money was given.
    pub profit: Option<PairedProfit>,
    /// What was decided while reading, in sentences for people.
    pub notes: Vec<String>,
}

/// Which of two models is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Both say the same of every lead.
    Same,
    /// The new one.
    Better,
    /// Should the new one be worse, then by less than the margin.
    NotWorse,
    /// The leads are too few to tell; or the new one is not worse, but flags nobody where the old one does.
    CannotTell,
    /// The old one.
    Worse,
}

/// A figure of both models, and new − old with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// The old model's.
    pub old: f64,
    /// The new model's.
    pub new: f64,
    /// New − old.
    pub difference: Estimate,
}

/// What contacting leads earns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedProfit {
    /// What one contact costs.
    pub cost_per_contact: f64,
    /// What one conversion is worth.
    pub value_per_conversion: f64,
    /// Value of the conversions contacted less the cost of all contacts, for 1,000 leads.
    pub per_1000_leads: Paired,
}

impl Verdict {
    /// The verdict's name in output, such as `not-worse`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Better => "better",
            Self::NotWorse => "not-worse",
            Self::CannotTell => "cannot-tell",
            Self::Worse => "worse",
        }
    }

    /// Whether the new model may take the old one's place.
    pub fn is_not_worse(self) -> bool {
        matches!(self, Self::Same | Self::Better | Self::NotWorse)
    }
}

/// Compares two models on a table of leads with known outcomes, which neither should have learnt from. They may read
/// different columns of it. Each row counts once, as a column of weights is not read, and rows that the training kept
/// together, such as those of an account, are drawn together. Of models of touches no profit is told, as a lead that is looked
/// at again is not called again each time. Without `money` that of the new model's
/// policy counts, or else that of the old one's.
///
/// # Errors
/// [`ErrorKind::MissingField`] where the table lacks a column that a model reads, or the target;
/// [`ErrorKind::BadValue`] with line and column for a cell that is no number, and where the models make a field of touches in
/// different ways; [`ErrorKind::Label`] where the models learnt different targets and none was asked for, or where no outcome
/// is known; [`ErrorKind::BadOption`] for amounts that are not above 0.
pub fn compare_models(
    [old, new]: [&Model; 2],
    table: &Table,
    asked: &OutcomeColumn,
    money: Option<Money>,
    seed: u64,
) -> Result<Comparison> {
    if let Some(money) = &money {
        money.check()?;
    }
    let fail = |kind, message: String| Err(Error::new(kind, message).at(table.file(), 0, 0));
    let targets = [old, new].map(|model| model.card().map(|card| &card.target));
    if let ([Some(of_old), Some(of_new)], None) = (targets, &asked.target)
        && !is_same_target(of_old, of_new)
    {
        return fail(
            ErrorKind::Label,
            format!(
                "the old model foretells {} = {}, the new one {} = {}; say which outcome counts with --target and --positive",
                quoted(&of_old.field),
                of_old.positive,
                quoted(&of_new.field),
                of_new.positive
            ),
        );
    }
    if let Some(field) = made_otherwise(old, new) {
        let message = format!(
            "the models make {field} of touches in different ways, so that no table is right for both; hold each against the log itself with `sales-ready backtest`",
            field = quoted(field)
        );
        return fail(ErrorKind::BadValue, message);
    }
    let [of_old, of_new] = targets;
    let Some(known) = outcomes(table, of_new.or(of_old), asked)? else {
        let wanted = of_new.or(of_old).map_or("a target", |target| &*target.field);
        return fail(
            ErrorKind::MissingField,
            format!(
                "expected the column {wanted} with the outcomes; name another with --target",
                wanted = quoted(wanted)
            ),
        );
    };
    let rows = known.rows();
    if rows.is_empty() {
        return fail(ErrorKind::Label, "expected leads whose outcome is known, found none".to_owned());
    }
    let probabilities = |model: &Model| -> Result<Vec<f64>> {
        let all = probabilities(model, table)?;
        Ok(rows.iter().map(|row| all[*row]).collect())
    };
    let (mut groups, ungrouped) = learnt_groups(new, table);
    if groups.is_empty() {
        (groups, _) = learnt_groups(old, table);
    }
    let ungrouped = ungrouped.filter(|_| groups.is_empty());
    let predictions = Predictions::of_known(&rows, probabilities(new)?, &known, &groups);
    let money = money.or_else(|| Money::of(new.policy())).or_else(|| Money::of(old.policy()));
    // A lead that is looked at again is not called, and does not pay, each time.
    let looked = |model: &Model| model.card().is_some_and(|card| card.data.counted() == Counted::Looks);
    let again = [old, new].into_iter().any(looked);
    let unpaid = again.then(|| "no profit is told, as the table has leads several times: `sales-ready backtest` replays whom each model calls".to_owned());
    let money = money.filter(|_| !again);
    let silent = [old, new].map(|model| model.policy().flags_nobody());
    let mut comparison = compare_flagging(&probabilities(old)?, &predictions, money, silent, seed);
    let learnt = seen::notes([old, new], table, &known);
    let own = table.notes().iter().cloned();
    comparison.notes = own.chain(learnt).chain(ungrouped).chain(unpaid).chain(known.notes).collect();
    Ok(comparison)
}

/// A field that both models read, but make of touches in different ways: one column can not be both.
fn made_otherwise<'m>(old: &Model, new: &'m Model) -> Option<&'m str> {
    let (of_old, of_new) = (old.recipe()?, new.recipe()?);
    let made = |name: &str| of_old.fields.iter().find(|field| field.name == name);
    let mut read = of_new
        .fields
        .iter()
        .filter(|field| [old, new].iter().all(|model| model.field(&field.name).is_some()));
    read.find(|field| made(&field.name) != Some(field)).map(|field| &*field.name)
}

/// Compares an old model's probabilities with a new one's. Both call whom a contact pays for.
pub fn compare(old: &[f64], new: &Predictions, money: Option<Money>, seed: u64) -> Comparison {
    compare_flagging(old, new, money, [None; 2], seed)
}

/// The same for models that may flag nobody, for the reasons in `silent`, and then earn nothing.
pub(crate) fn compare_flagging(
    old: &[f64],
    new: &Predictions,
    money: Option<Money>,
    silent: [Option<&str>; 2],
    seed: u64,
) -> Comparison {
    let Predictions { converted, weight, groups, .. } = new;
    let units = Units::new(converted, groups);
    let contender = |probability, silent: Option<&str>| {
        Contender::new(probability, new, &units, money.filter(|_| silent.is_none()))
    };
    let contenders = [contender(old, silent[0]), contender(&new.probability, silent[1])];
    let conversions = converted.iter().filter(|converted| **converted).count();
    let both = 0 < conversions && conversions < converted.len();
    let value = contenders.each_ref().map(|contender| contender.figures(&units.once()));
    let replicates = replicates(REPLICATES, seed, "paired bootstrap", |random| {
        let times = units.draw(random);
        contenders.each_ref().map(|contender| contender.figures(&times))
    });
    let paired = |figure: fn(&Figures) -> f64| {
        let difference = |[old, new]: &[Figures; 2]| figure(new) - figure(old);
        let differences = replicates.iter().map(difference).collect();
        Paired {
            old: figure(&value[0]),
            new: figure(&value[1]),
            difference: percentiles(difference(&value), differences),
        }
    };
    let log_loss = paired(|figures| figures.log_loss);
    let profit = money.map(|Money { cost_per_contact, value_per_conversion }| PairedProfit {
        cost_per_contact,
        value_per_conversion,
        per_1000_leads: paired(|figures| figures.profit),
    });
    let margin = margin(log_loss.old, converted, weight);
    let same = old == new.probability;
    // What it does not earn then is no fault of its chances, which are to be told first.
    let falls_silent = silent[1].filter(|_| silent[0].is_none());
    let mut comparison = Comparison {
        leads: converted.len() as u64,
        conversions: conversions as u64,
        verdict: match conversions.min(converted.len() - conversions) {
            _ if same => Verdict::Same,
            ..LEAST_CLASS => Verdict::CannotTell,
            _ => verdict(&log_loss, margin, profit.as_ref().filter(|_| falls_silent.is_none())),
        },
        sentences: vec![],
        log_loss,
        margin,
        auc: both.then(|| paired(|figures| figures.auc)),
        profit,
        notes: vec![],
    };
    comparison.sentences = words::sentences(&comparison, falls_silent.is_none());
    if let Some(why) = falls_silent.filter(|_| comparison.verdict.is_not_worse()) {
        comparison.verdict = Verdict::CannotTell;
        comparison.sentences[0] = words::of_silent(why);
    }
    comparison
}

/// The calibrated probability of each row of a table.
pub(crate) fn probabilities(model: &Model, table: &Table) -> Result<Vec<f64>> {
    let logits = TableReadings::new(model, table)?.logits(model);
    Ok(logits.into_iter().map(|logit| model.score_logit(logit).probability).collect())
}

fn verdict(log_loss: &Paired, margin: f64, profit: Option<&PairedProfit>) -> Verdict {
    let Estimate { low, high, .. } = log_loss.difference;
    if profit.is_some_and(|profit| profit.per_1000_leads.difference.high < 0.0) {
        Verdict::Worse
    } else if high < 0.0 {
        Verdict::Better
    } else if high <= margin {
        Verdict::NotWorse
    } else if low > 0.0 {
        Verdict::Worse
    } else {
        Verdict::CannotTell
    }
}

fn margin(old: f64, converted: &[bool], weight: &[f64]) -> f64 {
    let (hits, all) = converted.iter().zip(weight).fold((0.0, 0.0), |(hits, all), (converted, weight)| {
        (hits + if *converted { *weight } else { 0.0 }, all + weight)
    });
    let rate = hits / all;
    let of_rate = rate * surprise(rate) + (1.0 - rate) * surprise(1.0 - rate);
    (MARGIN * (of_rate - old)).max(LEAST_MARGIN)
}
