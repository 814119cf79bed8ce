//! Slow, obvious implementations to hold the fast ones against. Plain loops over the definitions, no cleverness.

/// A maximum-likelihood or penalised logistic fit.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The coefficients.
    pub coefficients: Vec<f64>,
    /// Their standard errors: square roots of the diagonal of the inverse (penalised) information.
    pub standard_errors: Vec<f64>,
    /// The log-likelihood without the penalty.
    pub log_likelihood: f64,
}

/// Fits `logit p = x·b` by Newton's method, minimising `−Σ w·loglik + ½ bᵀ P b`.
///
/// `design` holds a row per lead, with a column of ones where an intercept is wanted. `None` where it has not settled
/// after 200 steps or the information is singular.
pub fn newton(design: &[Vec<f64>], labels: &[bool], weights: &[f64], penalty: &[Vec<f64>]) -> Option<Fit> {
    let size = penalty.len();
    let mut b = vec![0.0; size];
    for _ in 0..200 {
        let (gradient, information) = derivatives(design, labels, weights, penalty, &b);
        let step = solve(&information, &gradient)?;
        let before = objective(design, labels, weights, penalty, &b);
        // Halve the step until it does not go uphill: Newton's method alone may overshoot.
        let mut scale = 1.0;
        let next = loop {
            let next: Vec<f64> = b.iter().zip(&step).map(|(b, step)| b - scale * step).collect();
            if objective(design, labels, weights, penalty, &next) <= before + 1e-12 * before.abs()
                || scale < 1e-10
            {
                break next;
            }
            scale /= 2.0;
        };
        let moved =
            b.iter().zip(&next).map(|(b, next)| (b - next).abs() / (1.0 + b.abs())).fold(0.0, f64::max);
        b = next;
        if moved < 1e-14 {
            break;
        }
    }
    let (gradient, information) = derivatives(design, labels, weights, penalty, &b);
    let settled =
        solve(&information, &gradient)?.iter().zip(&b).all(|(s, b)| s.abs() < 1e-9 * (1.0 + b.abs()));
    if !settled {
        return None;
    }
    let standard_errors = standard_errors(&information)?;
    let none = vec![vec![0.0; size]; size];
    let log_likelihood = -objective(design, labels, weights, &none, &b);
    Some(Fit { coefficients: b, standard_errors, log_likelihood })
}

/// Fits `logit p = x·b` by Firth's penalised likelihood `Σ w·loglik + ½ log |I|`, whose gradient is taken by its
/// definition, lead by lead. The design must have full rank. `None` as for [`newton`].
pub fn firth(design: &[Vec<f64>], labels: &[bool], weights: &[f64]) -> Option<Fit> {
    let size = design.first()?.len();
    let none = vec![vec![0.0; size]; size];
    let mut b = vec![0.0; size];
    for _ in 0..5_000 {
        let (mut gradient, information) = derivatives(design, labels, weights, &none, &b);
        for (row, weight) in design.iter().zip(weights) {
            let p = 1.0 / (1.0 + libm::exp(-dot(row, &b)));
            let leverage = weight * p * (1.0 - p) * dot(row, &solve(&information, row)?);
            for (slope, x) in gradient.iter_mut().zip(row) {
                *slope -= leverage * (0.5 - p) * x;
            }
        }
        let step = solve(&information, &gradient)?;
        // Never more than 1, as logistf and brglm2 bound it too: far from the maximum a step may overshoot.
        let length = step.iter().fold(1.0, |largest: f64, step| largest.max(step.abs()));
        b.iter_mut().zip(&step).for_each(|(b, step)| *b -= step / length);
        if step.iter().zip(&b).all(|(step, b)| step.abs() < 1e-12 * (1.0 + b.abs())) {
            let standard_errors = standard_errors(&information)?;
            let log_likelihood = -objective(design, labels, weights, &none, &b);
            return Some(Fit { coefficients: b, standard_errors, log_likelihood });
        }
    }
    None
}

/// `−Σ w·log p(label) + ½ bᵀ P b`.
pub fn objective(
    design: &[Vec<f64>],
    labels: &[bool],
    weights: &[f64],
    penalty: &[Vec<f64>],
    b: &[f64],
) -> f64 {
    let mut loss = 0.0;
    for ((row, label), weight) in design.iter().zip(labels).zip(weights) {
        let logit = dot(row, b);
        // −log σ(z) = log(1 + e^−z), taken so that the exponent is never positive.
        let z = if *label { logit } else { -logit };
        let log1p = libm::log1p(libm::exp(-z.abs()));
        loss += weight * if z >= 0.0 { log1p } else { log1p - z };
    }
    loss + 0.5 * b.iter().zip(penalty).map(|(b_j, row)| b_j * dot(row, b)).sum::<f64>()
}

/// The chance that a positive scores above a negative, a tie counting one half: over all pairs.
pub fn auc(scores: &[f64], labels: &[bool], weights: &[f64]) -> f64 {
    let (mut won, mut pairs) = (0.0, 0.0);
    for (i, positive) in labels.iter().enumerate().filter(|(_, label)| **label) {
        debug_assert!(*positive);
        for j in (0..labels.len()).filter(|j| !labels[*j]) {
            let weight = weights[i] * weights[j];
            pairs += weight;
            if scores[i] > scores[j] {
                won += weight;
            } else if scores[i].total_cmp(&scores[j]).is_eq() {
                won += weight / 2.0;
            }
        }
    }
    won / pairs
}

/// `Σ (R_k − R_{k−1}) P_k` over the distinct scores as thresholds, from the highest.
pub fn average_precision(scores: &[f64], labels: &[bool], weights: &[f64]) -> f64 {
    let mut thresholds = scores.to_vec();
    thresholds.sort_by(|a, b| b.total_cmp(a));
    thresholds.dedup();
    let total: f64 = labels.iter().zip(weights).filter(|(label, _)| **label).map(|(_, weight)| weight).sum();
    let (mut sum, mut last_recall) = (0.0, 0.0);
    for threshold in thresholds {
        let (mut hits, mut taken) = (0.0, 0.0);
        for place in (0..scores.len()).filter(|place| scores[*place] >= threshold) {
            taken += weights[place];
            hits += if labels[place] { weights[place] } else { 0.0 };
        }
        let recall = hits / total;
        sum += (recall - last_recall) * (hits / taken);
        last_recall = recall;
    }
    sum
}

/// Mean negative log-likelihood, in nats.
pub fn log_loss(probabilities: &[f64], labels: &[bool], weights: &[f64]) -> f64 {
    let loss = |(p, label): (&f64, &bool)| -libm::log(if *label { *p } else { 1.0 - p });
    mean(probabilities.iter().zip(labels).map(loss), weights)
}

/// Mean squared difference between probability and outcome.
pub fn brier(probabilities: &[f64], labels: &[bool], weights: &[f64]) -> f64 {
    let square = |(p, label): (&f64, &bool)| {
        let miss = p - f64::from(u8::from(*label));
        miss * miss
    };
    mean(probabilities.iter().zip(labels).map(square), weights)
}

/// Expected calibration error over bins of equal mass: the mean distance of mean probability and conversion rate.
///
/// Leads are laid side by side from the best score to the worst, each as wide as its weight; those of equal score lie
/// mixed over their common stretch.
pub fn calibration_error(probabilities: &[f64], labels: &[bool], weights: &[f64], bins: usize) -> f64 {
    let total: f64 = weights.iter().sum();
    let size = total / bins as f64;
    let mut distance = 0.0;
    for bin in 0..bins {
        let (start, end) = (size * bin as f64, size * (bin + 1) as f64);
        let mut balance = 0.0;
        for (place, probability) in probabilities.iter().enumerate() {
            let (above, tied) = above_and_tied(probabilities, weights, *probability);
            let overlap = (end.min(above + tied) - start.max(above)).max(0.0) / tied;
            balance += weights[place] * overlap * (probability - f64::from(u8::from(labels[place])));
        }
        distance += balance.abs();
    }
    distance / total
}

/// The conversion rate among the best-scored share of the leads ÷ that of all; leads of equal score share the border.
pub fn lift(scores: &[f64], labels: &[bool], weights: &[f64], share: f64) -> f64 {
    let wanted = share * weights.iter().sum::<f64>();
    let (mut hits, mut converted) = (0.0, 0.0);
    for place in (0..scores.len()).filter(|place| labels[*place]) {
        let (above, tied) = above_and_tied(scores, weights, scores[place]);
        converted += weights[place];
        hits += weights[place] * ((wanted - above) / tied).clamp(0.0, 1.0);
    }
    hits / (share * converted)
}

fn above_and_tied(scores: &[f64], weights: &[f64], score: f64) -> (f64, f64) {
    let (mut above, mut tied) = (0.0, 0.0);
    for (other, weight) in scores.iter().zip(weights) {
        if *other > score {
            above += weight;
        } else if other.total_cmp(&score).is_eq() {
            tied += weight;
        }
    }
    (above, tied)
}

fn mean(values: impl Iterator<Item = f64>, weights: &[f64]) -> f64 {
    values.zip(weights).map(|(value, weight)| value * weight).sum::<f64>() / weights.iter().sum::<f64>()
}

/// Square roots of the diagonal of the inverse; `None` where the matrix is singular.
fn standard_errors(information: &[Vec<f64>]) -> Option<Vec<f64>> {
    let size = information.len();
    let of = |place: usize| {
        let unit: Vec<f64> = (0..size).map(|other| f64::from(u8::from(other == place))).collect();
        solve(information, &unit).map(|column| column[place].sqrt())
    };
    (0..size).map(of).collect()
}

fn derivatives(
    design: &[Vec<f64>],
    labels: &[bool],
    weights: &[f64],
    penalty: &[Vec<f64>],
    b: &[f64],
) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut gradient: Vec<f64> = penalty.iter().map(|row| dot(row, b)).collect();
    let mut information = penalty.to_vec();
    for ((row, label), weight) in design.iter().zip(labels).zip(weights) {
        let p = 1.0 / (1.0 + libm::exp(-dot(row, b)));
        let miss = p - f64::from(u8::from(*label));
        for (j, x_j) in row.iter().enumerate() {
            gradient[j] += weight * miss * x_j;
            for (k, x_k) in row.iter().enumerate() {
                information[j][k] += weight * p * (1.0 - p) * x_j * x_k;
            }
        }
    }
    (gradient, information)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Gaussian elimination with partial pivoting; `None` where the matrix is singular.
fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let size = right.len();
    let mut rows: Vec<Vec<f64>> = matrix.to_vec();
    for (row, value) in rows.iter_mut().zip(right) {
        row.push(*value);
    }
    for column in 0..size {
        let pivot =
            (column..size).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, pivot);
        let head = rows[column].clone();
        if head[column].is_nan() || head[column].abs() < f64::MIN_POSITIVE {
            return None;
        }
        for row in &mut rows[column + 1..] {
            let factor = row[column] / head[column];
            for (value, head) in row.iter_mut().zip(&head) {
                *value -= factor * head;
            }
        }
    }
    let mut solution = vec![0.0; size];
    for column in (0..size).rev() {
        let known: f64 = (column + 1..size).map(|other| rows[column][other] * solution[other]).sum();
        solution[column] = (rows[column][size] - known) / rows[column][column];
    }
    Some(solution)
}
