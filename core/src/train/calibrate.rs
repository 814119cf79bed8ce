//! Out-of-fold logits → a non-decreasing curve to calibrated logits.
//!
//! Three candidates compete by held-out log loss: none, Platt's line (Platt 1999), and isotonic regression (pool
//! adjacent violators) over bins of equal mass, joined by straight lines so that it has no steps. The simpler one wins
//! ties.

mod piles;

use rayon::prelude::*;

use crate::model::Curve;
pub(crate) use piles::Piles;

/// How scores were calibrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// Not at all: the logits were calibrated already.
    None,
    /// A straight line.
    Platt,
    /// Isotonic regression over bins, joined by straight lines.
    Isotonic,
}

/// Bins of the isotonic regression.
const BINS: usize = 20;
/// A bin holds at least this many converted leads and this many others, so that its rate is known to about a third.
const MIN_BIN_CLASS: f64 = 10.0;

/// A method fitted: a non-decreasing function of the logit.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// What was chosen.
    pub method: Method,
    /// Knots over which it is straight; beyond them it goes on with slope 1.
    knots: Vec<(f64, f64)>,
}

/// A lead's out-of-fold logit, outcome and weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// The logit from a fit that had not seen the lead.
    pub logit: f64,
    /// Whether it converted.
    pub converted: bool,
    /// How many leads it stands for; to calibrate with, how many that stand alone it is worth.
    pub weight: f64,
}

impl Method {
    /// The method's name in the model file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Platt => "platt",
            Self::Isotonic => "isotonic",
        }
    }
}

impl Calibration {
    /// Chooses a method by held-out log loss and fits it to all leads. `folds` gives each lead's fold.
    pub fn choose(leads: &[Scored], folds: &[usize]) -> Self {
        let piles = Piles::of(leads, folds);
        let held_out = |method: Method| -> Option<Vec<f64>> {
            let fitted: Option<Vec<Self>> = (0..piles.folds())
                .into_par_iter()
                .map(|fold| Self::fit(method, &piles.others(fold)))
                .collect();
            Some(piles.losses(&fitted?))
        };
        let mut best = Self::none();
        let Some(mut least) = held_out(Method::None) else { return best };
        for method in [Method::Platt, Method::Isotonic] {
            if let (Some(losses), Some(fitted)) = (held_out(method), Self::fit(method, &piles.all()))
                && piles.improves(&losses, &least)
            {
                (best, least) = (fitted, losses);
            }
        }
        best
    }

    /// No calibration.
    pub fn none() -> Self {
        Self { method: Method::None, knots: vec![(0.0, 0.0)] }
    }

    /// Fits a method; `None` where it does not fit (a falling line, too few leads for bins).
    pub fn fit(method: Method, leads: &[Scored]) -> Option<Self> {
        match method {
            Method::None => Some(Self::none()),
            Method::Platt => platt(leads),
            Method::Isotonic => isotonic(leads),
        }
    }

    /// The calibrated logit.
    pub fn at(&self, logit: f64) -> f64 {
        let (first, last) = (self.knots[0], self.knots[self.knots.len() - 1]);
        if logit <= first.0 {
            return first.1 + (logit - first.0);
        }
        if logit >= last.0 {
            return last.1 + (logit - last.0);
        }
        let right = self.knots.partition_point(|(x, _)| *x <= logit);
        let ((x0, y0), (x1, y1)) = (self.knots[right - 1], self.knots[right]);
        y0 + (y1 - y0) * ((logit - x0) / (x1 - x0))
    }

    /// The calibration as a curve over all logits a model can reach, from `low` to `high`.
    pub fn curve(&self, low: f64, high: f64) -> Curve {
        let inner = self.knots.iter().map(|(x, _)| *x).filter(|x| low < *x && *x < high);
        let ends = if low < high { vec![high] } else { vec![] };
        // With one knot the line has slope 1 throughout, and the knot itself says nothing.
        let inner: Vec<f64> = if self.knots.len() > 1 { inner.collect() } else { vec![] };
        let x: Vec<f64> = std::iter::once(low).chain(inner).chain(ends).collect();
        let y = x.iter().map(|x| self.at(*x)).collect();
        Curve { field: String::new(), x, y, missing: 0.0, missing_se: None, se: Vec::new() }
    }
}

impl Calibration {
    /// Shifted until as many leads are expected to convert as did. Where few convert, probabilities bend upwards between
    /// the bins' means, so that straight lines between them promise too much.
    fn balanced(mut self, leads: &[Scored]) -> Self {
        let mut shift = 0.0;
        // Newton's method on one number, from near by.
        for _ in 0..20 {
            let (mut surplus, mut curvature) = (0.0, 0.0);
            for lead in leads {
                let p = crate::sigmoid(self.at(lead.logit) + shift);
                surplus += lead.weight * (p - f64::from(u8::from(lead.converted)));
                curvature += lead.weight * p * (1.0 - p);
            }
            let step = surplus / curvature;
            if !step.is_finite() {
                return self;
            }
            shift -= step;
            if step.abs() < 1e-12 {
                break;
            }
        }
        self.knots.iter_mut().for_each(|(_, y)| *y += shift);
        self
    }
}

fn loss(lead: &Scored, logit: f64) -> f64 {
    let towards = if lead.converted { logit } else { -logit };
    lead.weight * (libm::log1p(libm::exp(-logit.abs())) + (-towards).max(0.0))
}

fn platt(leads: &[Scored]) -> Option<Calibration> {
    let (a, b) = line(leads)?;
    let (low, high) = leads.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), lead| {
        (low.min(lead.logit), high.max(lead.logit))
    });
    // A falling line would turn the ranking round; a line needs two places to be one.
    (b > 0.0 && low < high)
        .then(|| Calibration { method: Method::Platt, knots: vec![(low, a + b * low), (high, a + b * high)] })
}

/// `(a, b)` of `a + b·logit` by Newton's method on the two coefficients; a step is halved until the loss does not rise, which it does
/// at first where scores are far too sure of themselves.
pub(crate) fn line(leads: &[Scored]) -> Option<(f64, f64)> {
    let (mut a, mut b) = (0.0, 1.0);
    let total = |a: f64, b: f64| leads.iter().map(|lead| loss(lead, a + b * lead.logit)).sum::<f64>();
    let mut least = total(a, b);
    for _ in 0..50 {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for Scored { logit, converted, weight } in leads {
            let p = crate::sigmoid(a + b * logit);
            let residual = weight * (p - f64::from(u8::from(*converted)));
            let curvature = weight * p * (1.0 - p);
            ga += residual;
            gb += residual * logit;
            haa += curvature;
            hab += curvature * logit;
            hbb += curvature * logit * logit;
        }
        let determinant = haa * hbb - hab * hab;
        let (da, db) = ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant);
        if !(da.is_finite() && db.is_finite()) {
            return None;
        }
        let flat = 1e-12 * (1.0 + least);
        let (length, next) = std::iter::successors(Some(1.0), |length| Some(0.5 * length))
            .take(30)
            .map(|length| (length, total(a - length * da, b - length * db)))
            .find(|(_, next)| *next <= least + flat)?;
        (a, b, least) = (a - length * da, b - length * db, next);
        if da.abs().max(db.abs()) < 1e-10 {
            return Some((a, b));
        }
    }
    None
}

fn isotonic(leads: &[Scored]) -> Option<Calibration> {
    let mut order: Vec<&Scored> = leads.iter().collect();
    order.sort_by(|a, b| a.logit.total_cmp(&b.logit));
    let total: f64 = order.iter().map(|lead| lead.weight).sum();
    // (mass, Σ w·logit, converted mass) of each bin; equal logits share a bin.
    let mut bins: Vec<[f64; 3]> = Vec::new();
    let mut open = [0.0; 3];
    for tied in order.chunk_by(|a, b| a.logit == b.logit) {
        for lead in tied {
            open[0] += lead.weight;
            open[1] += lead.weight * lead.logit;
            open[2] += if lead.converted { lead.weight } else { 0.0 };
        }
        if open[0] >= total / BINS as f64 && open[2].min(open[0] - open[2]) >= MIN_BIN_CLASS {
            bins.push(open);
            open = [0.0; 3];
        }
    }
    match bins.last_mut() {
        Some(last) => (0..3).for_each(|part| last[part] += open[part]),
        None => return None,
    }
    // Pool adjacent violators: the rate must rise from one bin to the next, and so must the mean logit, which for nearly
    // equal logits rounding may not let it.
    let mut pooled: Vec<[f64; 3]> = Vec::new();
    for bin in bins {
        pooled.push(bin);
        while let [.., before, last] = pooled.as_mut_slice()
            && (before[2] * last[0] >= last[2] * before[0] || before[1] / before[0] >= last[1] / last[0])
        {
            (0..3).for_each(|part| before[part] += last[part]);
            pooled.pop();
        }
    }
    let knots: Vec<(f64, f64)> =
        pooled.iter().map(|[mass, sum, hits]| (sum / mass, libm::log(hits / (mass - hits)))).collect();
    (knots.len() > 1).then(|| Calibration { method: Method::Isotonic, knots }.balanced(leads))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    /// Leads whose true logit is `truth(logit)`.
    fn leads(count: usize, seed: u64, truth: impl Fn(f64) -> f64) -> (Vec<Scored>, Vec<usize>) {
        let mut random = Random::new(seed, "test");
        let mut uniform = || random.below(1 << 53) as f64 / (1_u64 << 53) as f64;
        let scored = (0..count).map(|_| {
            let logit = 8.0 * uniform() - 5.0;
            Scored { logit, converted: uniform() < crate::sigmoid(truth(logit)), weight: 1.0 }
        });
        (scored.collect(), (0..count).map(|row| row % 5).collect())
    }

    #[test]
    fn what_is_calibrated_stays_as_it_is() {
        let (leads, folds) = leads(20_000, 1, |logit| logit);
        let chosen = Calibration::choose(&leads, &folds);
        assert_eq!(chosen.method, Method::None);
        let curve = chosen.curve(-7.0, 7.0);
        assert!((-70..=70).map(|x| f64::from(x) / 10.0).all(|x| (curve.at(x) - x).abs() < 1e-12));
    }

    #[test]
    fn a_line_is_recovered_within_its_error() {
        let (leads, folds) = leads(20_000, 2, |logit| 0.5 * logit - 1.0);
        let chosen = Calibration::choose(&leads, &folds);
        assert_eq!(chosen.method, Method::Platt);
        // Standard errors of the two coefficients are about 0.03 and 0.01 at this size.
        assert!((chosen.at(0.0) + 1.0).abs() < 0.1 && (chosen.at(2.0) - chosen.at(0.0) - 1.0).abs() < 0.1);
    }

    #[test]
    fn scores_far_too_sure_of_themselves_are_brought_back() {
        let (leads, _) = leads(5_000, 5, |logit| 0.04 * logit - 1.5);
        let line = Calibration::fit(Method::Platt, &leads).unwrap();
        let slope = line.at(1.0) - line.at(0.0);
        assert!((slope - 0.04).abs() < 0.06 && (line.at(0.0) + 1.5).abs() < 0.2, "{line:?}");
        // Ten times as sure: the same line, a tenth as steep.
        let sure: Vec<Scored> =
            leads.iter().map(|lead| Scored { logit: 10.0 * lead.logit, ..*lead }).collect();
        let steep = Calibration::fit(Method::Platt, &sure).unwrap();
        assert!((steep.at(10.0) - line.at(1.0)).abs() < 1e-6, "{steep:?}");
    }

    #[test]
    fn a_bent_truth_takes_the_isotonic_curve() {
        let (leads, folds) = leads(40_000, 3, |logit| if logit < 0.0 { -1.5 } else { -1.5 + 1.5 * logit });
        let chosen = Calibration::choose(&leads, &folds);
        assert_eq!(chosen.method, Method::Isotonic);
        let curve = chosen.curve(-9.0, 9.0);
        assert!(curve.y.windows(2).all(|pair| pair[0] <= pair[1]), "{curve:?}");
        assert!((curve.at(-1.5) + 1.5).abs() < 0.3 && (curve.at(2.0) - 1.5).abs() < 0.3, "{curve:?}");
    }

    #[test]
    fn every_method_expects_as_many_conversions_as_there_were() {
        // Rare, so that between two bins' means the probability bends upwards.
        let (mut leads, _) = leads(4_000, 6, |logit| logit - 2.0);
        for lead in &mut leads {
            lead.weight = if lead.converted { 1.0 } else { 3.0 };
        }
        let converted: f64 = leads.iter().filter(|lead| lead.converted).map(|lead| lead.weight).sum();
        for method in [Method::Platt, Method::Isotonic] {
            let fitted = Calibration::fit(method, &leads).unwrap();
            let expected: f64 =
                leads.iter().map(|lead| lead.weight * crate::sigmoid(fitted.at(lead.logit))).sum();
            assert!((expected / converted - 1.0).abs() < 1e-9, "{method:?}: {expected}, {converted} did");
        }
    }

    #[test]
    fn a_useless_score_is_not_turned_round() {
        let (leads, _) = leads(2_000, 4, |logit| -logit);
        assert_eq!(Calibration::fit(Method::Platt, &leads), None);
        assert_eq!(Calibration::fit(Method::Isotonic, &leads), None);
    }

    #[test]
    fn one_score_for_all_is_no_line() {
        let lead = |converted| Scored { logit: 0.3, converted, weight: 1.0 };
        let leads = [lead(true), lead(false), lead(false)];
        assert_eq!(Calibration::fit(Method::Platt, &leads), None);
        assert_eq!(Calibration::fit(Method::Isotonic, &leads), None);
        let curve = Calibration::choose(&leads, &[0, 1, 2]).curve(0.3, 0.3);
        assert_eq!((curve.x, curve.y), (vec![0.3], vec![0.3]));
    }
}
