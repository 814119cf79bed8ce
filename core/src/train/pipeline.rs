//! The whole training in one call.

mod candidate;
mod many;
mod period;

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::lead::Instant;
use crate::model::{ExcludedField, Looks, Metrics, Model};
use crate::touch::Kind;
use crate::train::audit::{self, Finding, FindingKind};
use crate::train::baseline::{self, Baseline};
use crate::train::basis::BasisKind;
use crate::train::economics::Money;
use crate::train::leads::{Horizon, Leads};
use crate::train::measure::{Predictions, cross_validated, measure};
use crate::train::schema::nearest;
use crate::train::split::{self, Parts, Split, SplitKind};
use crate::train::{half_lives, wide};
use candidate::Candidate;
use period::Period;

/// What can be chosen about training.
///
/// ```
/// use sales_ready::train::{Money, Options};
///
/// let mut options = Options::default();
/// options.money = Some(Money { cost_per_contact: 20.0, value_per_conversion: 900.0 });
/// options.horizon = Some("30d".parse()?);
/// # Ok::<_, sales_ready::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Columns that stay whatever the audit says: each must be one, if perhaps one that has been left out before.
    pub keep: Vec<String>,
    /// What a contact costs and a conversion is worth; without it the threshold maximises F1.
    pub money: Option<Money>,
    /// How long after its date a lead is watched for a conversion. Needs dates. Leads whose horizon reaches beyond
    /// what is [known](crate::train::leads::Dates::until) are left out, and those whose horizon reaches into the measured period are not learnt from when the
    /// model is measured.
    pub horizon: Option<Horizon>,
    /// Leads before this are neither learnt from nor measured with.
    pub since: Option<Instant>,
    /// The seed of folds and bootstrap.
    pub seed: u64,
    /// Which functions of a number are fitted. Tables with more than some 30 numeric columns get fewer knots each.
    pub basis: BasisKind,
    /// How many pairs of fields may have a term of their own, at most.
    pub pairs: usize,
    /// Whether to measure other ways to score beside the model.
    pub baselines: bool,
    /// What is known of the kinds of touches that columns are made of; sorted by kind.
    pub kinds: Vec<Kind>,
    /// When leads of touches were looked at, for the card.
    pub looks: Option<Looks>,
    /// Whether touches that programs made are among those, for the card.
    pub bots_kept: bool,
    /// Whether the leads are but some of these looks, drawn at random.
    pub thinned: bool,
    /// What wrote the model, for the file.
    pub generator: String,
}

/// How far training is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The step, in words.
    pub step: &'a str,
    /// How much of it is done.
    pub done: u64,
    /// How much there is to do.
    pub total: u64,
}

/// What training gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// The model, with its card.
    pub model: Model,
    /// The rows that were learnt from: all of the table, or those of the [period](Options::since) whose outcome is
    /// [settled](Leads::settled).
    pub learnt: Vec<usize>,
    /// What the audit found.
    pub findings: Vec<Finding>,
    /// Predictions for leads by models that had not seen them; the metrics are taken from these.
    pub held_out: HeldOut,
    /// The same for leads held out in another way: one for each of [`other_splits`](crate::model::Card::other_splits).
    pub other_held_out: Vec<HeldOut>,
    /// Other ways to score, measured on the same leads; empty unless [asked for](Options::baselines).
    pub baselines: Vec<Baseline>,
}

/// Leads with predictions by models that had not seen them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeldOut {
    /// The leads' rows in the table.
    pub rows: Vec<usize>,
    /// The predictions, one for each of `rows`.
    pub predictions: Predictions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keep: Vec::new(),
            money: None,
            horizon: None,
            since: None,
            seed: 0,
            basis: BasisKind::Hats { knots: 32 },
            pairs: 10,
            baselines: false,
            kinds: Vec::new(),
            looks: None,
            bots_kept: false,
            thinned: false,
            generator: concat!("sales-ready ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl Options {
    /// A name that is misspelt would keep nothing.
    fn check(&self, leads: &Leads) -> Result<()> {
        let columns = leads.columns.iter().map(|column| column.field.name.as_str());
        let excluded = leads.excluded.iter().map(|excluded| excluded.field.as_str());
        let dates = leads.dates.iter().map(|dates| dates.field.as_str());
        let groups = leads.groups.iter().map(|groups| groups.field.as_str());
        let names: Vec<&str> = columns.chain(excluded).chain(dates).chain(groups).collect();
        let Some(stray) = self.keep.iter().find(|name| !names.contains(&name.as_str())) else {
            return Ok(());
        };
        let near = nearest(stray, &names)
            .map_or_else(String::new, |near| format!("; did you mean {near}?", near = quoted(near)));
        let message = format!(
            "expected columns of the leads to be kept, found {stray}, which is none{near}",
            stray = quoted(stray)
        );
        Err(Error::new(ErrorKind::MissingField, message))
    }
}

/// Trains a model.
///
/// The metrics come from leads the measured model had not seen: its basis, penalty and calibration were chosen without
/// them. The published model is then fitted to all leads in the same way. Of more than 60,000 leads, a sample of some 50,000,
/// or of more where few convert, chooses terms and penalties; it is not measured on.
///
/// # Errors
/// [`ErrorKind::Schema`] where the table contradicts itself or is too wide; [`ErrorKind::BadOption`];
/// [`ErrorKind::TooFewLeads`]; [`ErrorKind::MissingField`] where no column is left to learn from, or one to keep is none;
/// [`ErrorKind::NotConverged`].
pub fn train(leads: &Leads, options: &Options, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Training> {
    leads.check()?;
    options.check(leads)?;
    if let Some(money) = &options.money {
        money.check()?;
    }
    let Some(Period { rows, findings }) = Period::of(leads, options)? else {
        return train_settled(leads.clone(), options, progress);
    };
    let mut training = train_settled(leads.pick(&rows), options, progress)?;
    for held_out in [&mut training.held_out].into_iter().chain(&mut training.other_held_out) {
        held_out.rows.iter_mut().for_each(|row| *row = rows[*row]);
    }
    training.findings.extend(findings);
    Ok(Training { learnt: rows, ..training })
}

/// Trains on leads whose outcomes are known.
fn train_settled(
    mut leads: Leads,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Training> {
    let repeats = audit::repeats(&leads).map(|(groups, finding)| {
        leads.groups = Some(groups);
        finding
    });
    let (groups, keys) = audit::keys(&leads, &options.keep);
    leads.groups = groups.or(leads.groups);
    leave_out(&mut leads, &keys);
    let obstacle = split::obstacle(&leads);
    if obstacle.is_some() {
        leads.groups = None;
    }
    let mut split = Split::of(&leads, options.horizon, options.seed)?;
    if let Some(obstacle) = obstacle {
        split.description.extend([" (", &obstacle, ")"]);
    }
    progress(Progress { step: "audit", done: 0, total: 1 });
    let (mut findings, strengths) = audit::audited(&leads, &options.keep, options.seed);
    findings.extend(repeats);
    progress(Progress { step: "audit", done: 1, total: 1 });
    leave_out(&mut leads, &findings);
    findings.splice(..0, keys);
    if leads.columns.is_empty() {
        let message =
            "no column is left to learn from; keep one with --keep, or bring a table with more columns";
        return Err(Error::new(ErrorKind::MissingField, message));
    }

    // Many leads are measured by fits that start from the published one.
    let at_once = published_and_measured(&leads, &mut split, options, progress)?;
    let (published, (held_out, metrics)) = match at_once {
        Some((published, measured)) => (Some(published), measured),
        None => (None, measured(&leads, &split, "measuring", options, progress)?),
    };
    let (mut other_splits, mut other_held_out) = (Vec::new(), Vec::new());
    if let Some(other) = split.beside(&leads, options.seed) {
        // Whoever deals leads out by row does not know of groups, and chooses penalties without them, too.
        let unaware = matches!(other.kind, SplitKind::Row).then(|| Leads { groups: None, ..leads.clone() });
        let leads = unaware.as_ref().unwrap_or(&leads);
        let (held_out, metrics) = measured(leads, &other, "measuring in another way", options, progress)?;
        other_splits.push(metrics);
        other_held_out.push(held_out);
    }
    let baselines = if options.baselines {
        baseline::compare(&leads, &split, &held_out, options.seed, &mut |done, total| {
            progress(Progress { step: "measuring baselines", done, total });
        })?
    } else {
        Vec::new()
    };

    let contender = audit::contender(&leads, &findings, &strengths);
    let rival = rival(&leads, contender, &split, options, progress)?;
    // The comparison says more about a column than that it is strong.
    findings.retain(|finding| {
        let of_another = |rival: &Finding| rival.field != finding.field || finding.field.is_none();
        finding.kind == FindingKind::Moved || rival.as_ref().is_none_or(of_another)
    });
    findings.extend(rival.into_iter().chain(audit::joint(metrics.auc)));

    let all: Vec<usize> = (0..leads.len()).collect();
    let read = match many::sample(&leads, &all, options.seed).filter(|_| published.is_some()) {
        Some(sample) => read(&leads, &sample, options)?,
        None => read(&leads, &all, options)?,
    };
    if let Some(narrowed) = wide::finding(&leads, &read, &options.keep) {
        // So few conversions are there for the columns that are read, not for those that are not.
        findings.retain(|finding| finding.kind != FindingKind::FewConversions);
        findings.extend(audit::few_conversions(&read, read.columns.len()));
        findings.push(narrowed);
    }
    let published = match published {
        Some(published) => published,
        None => Candidate::fit(&read, &all, options, &mut |done, total| {
            progress(Progress { step: "fitting all leads", done, total });
        })?,
    };
    findings.extend(published.told(&read).into_iter().flat_map(|told| audit::turns(&read, &told)));
    let model = published.publish(&read, options, &held_out, metrics, other_splits)?;
    Ok(Training { model, learnt: all, findings, held_out, other_held_out, baselines })
}

/// The leads as a model that is fitted to `rows` reads them.
fn read<'a>(leads: &'a Leads, rows: &[usize], options: &Options) -> Result<Cow<'a, Leads>> {
    Ok(match half_lives::choose(leads, rows, &options.kinds, options.seed)? {
        Cow::Borrowed(leads) => wide::narrow(leads, rows, &options.keep),
        Cow::Owned(leads) => Cow::Owned(wide::narrow(&leads, rows, &options.keep).into_owned()),
    })
}

/// The fit to all leads, with the measure that its folds give; `None` where leads are few, or are not measured in folds.
fn published_and_measured(
    leads: &Leads,
    split: &mut Split,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Option<(Candidate, (HeldOut, Metrics))>> {
    let all: Vec<usize> = (0..leads.len()).collect();
    let in_folds = split.kind != SplitKind::Time && split.parts.len() > 1;
    let Some(sample) = many::sample(leads, &all, options.seed).filter(|_| in_folds) else { return Ok(None) };
    let read = read(leads, &sample, options)?;
    let (published, measured) = many::fit(&read, &all, &sample, options, true, &mut |done, total| {
        progress(Progress { step: "fitting and measuring", done, total });
    })?;
    let Some(many::Measured { held_out, apparent }) = measured else { return Ok(None) };
    drop(all);
    // Others are to be measured as this was.
    split.parts = Parts::of(leads.len(), &held_out.rows, &held_out.predictions.parts);
    let chosen = sample.len().to_string();
    split.description.extend([
        "; the ",
        &chosen,
        " leads by which terms and penalties were chosen are not measured",
    ]);
    progress(Progress { step: "intervals", done: 0, total: 1 });
    let metrics = cross_validated(&held_out.predictions, &split.description, apparent, options.seed);
    progress(Progress { step: "intervals", done: 1, total: 1 });
    Ok(Some((published, (held_out, metrics))))
}

/// Predictions for what a split holds out, and their metrics.
fn measured(
    leads: &Leads,
    split: &Split,
    step: &str,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(HeldOut, Metrics)> {
    let mut held_out = HeldOut::default();
    let mut apparent = 0.0;
    // Where groups are parted on purpose, to show what that would claim, they are parted throughout.
    let learnt_from = if split.kind == SplitKind::Row && leads.groups.is_some() {
        Cow::Owned(Leads { groups: None, ..leads.clone() })
    } else {
        Cow::Borrowed(leads)
    };
    for (place, part) in split.parts.iter().enumerate() {
        let step = match split.parts.len() {
            1 => format!("{step} on held-out leads"),
            parts => format!("{step}, part {} of {parts}", place + 1),
        };
        let read = read(&learnt_from, &part.fit, options)?;
        let fitted = Candidate::fit(&read, &part.fit, options, &mut |done, total| {
            progress(Progress { step: &step, done, total });
        })?;
        fitted.predict(&read, &part.test, &mut held_out.predictions);
        held_out.rows.extend(&part.test);
        apparent += fitted.apparent_auc(&read, &part.fit) / split.parts.len() as f64;
        held_out.predictions.parts.resize(held_out.rows.len(), place as u32);
    }
    held_out.predictions.groups = leads.groups_of(&held_out.rows).unwrap_or_default();
    progress(Progress { step: "intervals", done: 0, total: 1 });
    let metrics = match split.kind {
        // Of two parts only the older is learnt from for the newer: what ties folds to each other is not there.
        SplitKind::Time => measure(&held_out.predictions, &split.description, options.seed),
        _ => cross_validated(&held_out.predictions, &split.description, apparent, options.seed),
    };
    progress(Progress { step: "intervals", done: 1, total: 1 });
    Ok((held_out, metrics))
}

/// Holds the strongest column against a model of all the others, on the first held-out part.
fn rival(
    leads: &Leads,
    contender: Option<usize>,
    split: &Split,
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Option<Finding>> {
    let (Some(place), Some(part)) = (contender, split.parts.first()) else { return Ok(None) };
    let mut others = leads.clone();
    others.columns.remove(place);
    let others = read(&others, &part.fit, options)?;
    let fitted = quick(&others, &part.fit, options, &mut |done, total| {
        progress(Progress { step: "comparing the strongest column with all others", done, total });
    })?;
    let mut predictions = Predictions::default();
    fitted.predict(&others, &part.test, &mut predictions);
    Ok(audit::rival(leads, place, &part, &predictions))
}

/// Predictions of a quick fit for the first part that is held out: enough to compare two tables of the same rows.
///
/// # Errors
/// As [`train()`].
pub(crate) fn sketch(leads: &Leads, options: &Options) -> Result<Predictions> {
    let options = &Options { pairs: 0, ..options.clone() };
    let split = Split::of(leads, options.horizon, options.seed)?;
    let mut predictions = Predictions::default();
    if let Some(part) = split.parts.first() {
        let read = read(leads, &part.fit, options)?;
        quick(&read, &part.fit, options, &mut |_, _| ())?.predict(&read, &part.test, &mut predictions);
    }
    Ok(predictions)
}

/// A fit with few knots.
fn quick(
    leads: &Leads,
    rows: &[usize],
    options: &Options,
    tick: &mut dyn FnMut(u64, u64),
) -> Result<Candidate> {
    /// Enough to rank by.
    const KNOTS: usize = 8;
    let mut options = options.clone();
    if let BasisKind::Hats { knots } = &mut options.basis {
        *knots = KNOTS.min(*knots);
    }
    Candidate::fit(leads, rows, &options, tick)
}

/// Takes out the columns the audit excluded, each with its reason.
pub(crate) fn leave_out(leads: &mut Leads, findings: &[Finding]) {
    for finding in findings.iter().filter(|finding| finding.excluded) {
        let Some(field) = &finding.field else { continue };
        leads.columns.retain(|column| column.field.name != *field);
        let reason = format!("{}: {}", finding.kind.title(), finding.evidence);
        leads.excluded.push(ExcludedField { field: field.clone(), reason });
    }
}
