//! Whether what a model says has changed over the period that it was learnt from: concept drift.
//!
//! A model says what holds on average over its leads. Of each half of them, by time, it is asked how many times as much each
//! term should count: one Newton step of a logistic regression of the outcomes on the terms, from the model's own chances on,
//! which are out of fold. Where nothing has changed the halves differ by chance alone: their difference is held against its
//! sandwich standard error (White 1982, doi:10.2307/1912526), with leads of one group taken together (Liang & Zeger 1986,
//! doi:10.1093/biomet/73.1.13).
//!
//! Rates that change are another matter ([`order`](super::order)): terms are centred within eighths of the period.

use std::ops::Range;

use ndarray::Array2;

use super::{Finding, FindingKind};
use crate::train::fit::Factor;
use crate::train::leads::{Leads, iso_date};
use crate::train::measure::normal_quantile;

/// Parts of the period within which terms are centred; halves are made of whole ones.
const PARTS: usize = 8;
/// With fewer conversions, or other leads, in a half nothing is asked.
const LEAST: usize = 50;
/// A term is asked about where as many leads of each half tell of it, if these tell equally much.
const BORNE: f64 = 50.0;
/// The chance that anything is said of leads among which nothing has changed.
const CHANCE: f64 = 0.01;
/// It is said where the halves differ by this many times the term at least …
const TIMES: f64 = 0.5;
/// … and by so many log-odds, in one standard deviation of it.
const LOG_ODDS: f64 = 0.1;
/// At most so many fields are named, the surest.
const NAMED: usize = 5;

/// What a model says of leads, in order of time.
pub(crate) struct Told {
    /// The leads' rows in the table.
    pub(crate) rows: Vec<usize>,
    /// The calibrated logit of each, by a fit that had not seen it.
    pub(crate) logits: Vec<f64>,
    /// The fields that have a term, and what this adds for each lead.
    pub(crate) terms: Vec<(String, Vec<f64>)>,
}

/// What was found, about the whole model first, then about fields; nothing where the leads have no dates.
pub(crate) fn turns(leads: &Leads, told: &Told) -> Vec<Finding> {
    let Some(dates) = &leads.dates else { return Vec::new() };
    let end = |part: usize| part * told.rows.len() / PARTS;
    let half = |first: usize| Half::new(leads, told, std::array::from_fn(|part| end(first + part)));
    let [Some(older), Some(newer)] = [0, PARTS / 2].map(half) else { return Vec::new() };
    let halves = [older, newer];
    let Some(middle) = iso_date(dates.seconds[told.rows[end(PARTS / 2)]]) else { return Vec::new() };
    let surely = normal_quantile(1.0 - 0.5 * CHANCE / (told.terms.len() + 1) as f64);
    let passes = |turn: &Turn| turn.strength() > surely && turn.is_material();
    let whole = Turn::of(&halves, &[&told.logits]).into_iter().map(|(_, turn)| turn);
    let mut findings: Vec<Finding> = whole.filter(passes).map(|turn| turn.finding(None, &middle)).collect();
    let terms: Vec<&[f64]> = told.terms.iter().map(|(_, values)| values.as_slice()).collect();
    let mut of_fields = Turn::of(&halves, &terms);
    of_fields.retain(|(_, turn)| passes(turn));
    of_fields.sort_by(|(_, a), (_, b)| b.strength().total_cmp(&a.strength()));
    let of_field = |(place, turn): (usize, Turn)| turn.finding(Some(&told.terms[place].0), &middle);
    findings.extend(of_fields.into_iter().take(NAMED).map(of_field));
    findings
}

/// How many times as much a term should count among older and newer leads.
struct Turn {
    times: [f64; 2],
    /// The standard error of their difference.
    error: f64,
    /// The standard deviation of the term, in log-odds.
    spread: f64,
}

impl Turn {
    /// Those of the terms that can be asked about, with their places.
    fn of(halves: &[Half; 2], terms: &[&[f64]]) -> Vec<(usize, Self)> {
        let centred: Vec<[Vec<f64>; 2]> =
            terms.iter().map(|term| halves.each_ref().map(|half| half.centred(term))).collect();
        let borne =
            |place: &usize| halves.iter().zip(&centred[*place]).all(|(half, own)| half.borne(own) >= BORNE);
        let places: Vec<usize> = (0..terms.len()).filter(borne).collect();
        let times = [0, 1].map(|half| {
            let asked: Vec<&[f64]> = places.iter().map(|place| centred[*place][half].as_slice()).collect();
            halves[half].times(&asked)
        });
        let [Some(older), Some(newer)] = times else { return Vec::new() };
        let turn = |((place, older), newer): ((usize, [f64; 2]), [f64; 2])| {
            let turn = Self {
                times: [older[0], newer[0]],
                error: libm::sqrt(older[1] + newer[1]),
                spread: deviation(terms[place].iter().copied()),
            };
            (place, turn)
        };
        places.into_iter().zip(older).zip(newer).map(turn).collect()
    }

    fn change(&self) -> f64 {
        (self.times[1] - self.times[0]).abs()
    }

    fn strength(&self) -> f64 {
        self.change() / self.error
    }

    fn is_material(&self) -> bool {
        self.change() >= TIMES && self.change() * self.spread >= LOG_ODDS
    }

    fn finding(&self, field: Option<&str>, middle: &str) -> Finding {
        // Nothing is not less than nothing.
        let [older, newer] = self.times.map(|times| format!("{:.1}", (times * 10.0).round() / 10.0 + 0.0));
        let what = if field.is_some() { "its part should count" } else { "all parts together should count" };
        Finding {
            field: field.map(str::to_owned),
            kind: FindingKind::ConceptDrift,
            evidence: format!(
                "{what} {older} times as much for leads before {middle} and {newer} times for those since, as far from each other as chance hardly brings ({:.1} standard errors)",
                self.strength()
            ),
            done: "nothing: what holds on average over the period is learnt".to_owned(),
            remedy: "learn from newer leads alone, with --since, where they are many enough, and train again often"
                .to_owned(),
            excluded: false,
        }
    }
}

/// The older or the newer half of what is told. Places count from its first lead on.
struct Half {
    parts: [Range<usize>; PARTS / 2],
    /// The weighted residual and the curvature of each lead.
    residuals: Vec<[f64; 2]>,
    /// The group of each lead; one of its own where it stands alone.
    groups: Vec<u32>,
    /// The places of the leads, those of a group one after the other.
    places: Vec<usize>,
    /// Where the half begins.
    first: usize,
}

impl Half {
    /// `None` where it is too small to be asked.
    fn new(leads: &Leads, told: &Told, ends: [usize; PARTS / 2 + 1]) -> Option<Self> {
        let first = ends[0];
        let rows = &told.rows[first..ends[PARTS / 2]];
        if leads.rarer_class(Some(rows)) < LEAST {
            return None;
        }
        let residual = |(row, logit): (&usize, &f64)| {
            let (p, weight) = (crate::sigmoid(*logit), leads.weight(*row));
            [weight * (f64::from(u8::from(leads.label[*row])) - p), weight * p * (1.0 - p)]
        };
        let groups = leads.groups_of(rows).unwrap_or_else(|| (0..rows.len() as u32).collect());
        let mut places: Vec<usize> = (0..rows.len()).collect();
        places.sort_by_key(|place| groups[*place]);
        Some(Self {
            parts: std::array::from_fn(|part| ends[part] - first..ends[part + 1] - first),
            residuals: rows.iter().zip(&told.logits[first..]).map(residual).collect(),
            groups,
            places,
            first,
        })
    }

    /// The half's part of a term, with a mean of 0 in each part of the period.
    fn centred(&self, term: &[f64]) -> Vec<f64> {
        let term = &term[self.first..];
        let of_part = |part: &Range<usize>| {
            let sums = part.clone().fold([0.0; 2], |[sum, mass], place| {
                let [_, curvature] = self.residuals[place];
                [sum + curvature * term[place], mass + curvature]
            });
            let mean = sums[0] / sums[1];
            term[part.clone()].iter().map(move |value| value - mean)
        };
        self.parts.iter().flat_map(of_part).collect()
    }

    /// Places, group by group.
    fn groups(&self) -> impl Iterator<Item = &[usize]> {
        self.places.chunk_by(|a, b| self.groups[*a] == self.groups[*b])
    }

    /// How many groups, if all told equally much, would tell as much of a term.
    fn borne(&self, centred: &[f64]) -> f64 {
        let of_one = |place: &usize| self.residuals[*place][1] * centred[*place] * centred[*place];
        let of_group = |places: &[usize]| -> f64 { places.iter().map(of_one).sum() };
        let sums = self
            .groups()
            .map(of_group)
            .fold([0.0; 2], |[sum, squares], own| [sum + own, squares + own * own]);
        if sums[1] > 0.0 { sums[0] * sums[0] / sums[1] } else { 0.0 }
    }

    /// How many times as much each of some centred terms should count, with the variance of that; `None` where they can not be
    /// told apart.
    fn times(&self, terms: &[&[f64]]) -> Option<Vec<[f64; 2]>> {
        let mut information = Array2::zeros((terms.len(), terms.len()));
        for (row, own) in terms.iter().enumerate() {
            for (column, other) in terms[..=row].iter().enumerate() {
                let products = own.iter().zip(*other).zip(&self.residuals);
                information[(row, column)] =
                    products.map(|((own, other), [_, curvature])| curvature * own * other).sum();
            }
        }
        let factor = Factor::new(information).ok()?;
        let mut times = vec![[1.0, 0.0]; terms.len()];
        let mut score = vec![0.0; terms.len()];
        for group in self.groups() {
            for (sum, own) in score.iter_mut().zip(terms) {
                *sum = group.iter().map(|place| self.residuals[*place][0] * own[*place]).sum();
            }
            for ([times, variance], step) in times.iter_mut().zip(factor.solve(&score)) {
                *times += step;
                *variance += step * step;
            }
        }
        Some(times)
    }
}

fn deviation(values: impl ExactSizeIterator<Item = f64> + Clone) -> f64 {
    let count = values.len() as f64;
    let mean = values.clone().sum::<f64>() / count;
    libm::sqrt(values.map(|value| (value - mean) * (value - mean)).sum::<f64>() / count)
}
