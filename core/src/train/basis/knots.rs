//! Where a curve may bend: on quantiles, so that each segment has leads, and around spikes, so that a value many leads
//! share (most often zero) does not drag its neighbours along.

use crate::train::basis::BasisKind;

/// A value that this share of the leads has is a spike.
const SPIKE: f64 = 0.05;
/// The outermost knots stand at this quantile from either end; one odd lead must not stretch the last segment.
const TAIL: f64 = 0.005;

/// The knots for a column's present values.
pub(super) fn place(mut values: Vec<f64>, kind: BasisKind) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let distinct = distinct(&values);
    match kind {
        BasisKind::Linear => match (distinct.first(), distinct.last()) {
            (Some((low, _)), Some((high, _))) if low < high => vec![*low, *high],
            _ => distinct.iter().map(|(value, _)| *value).collect(),
        },
        BasisKind::Hats { knots } if distinct.len() <= knots => {
            distinct.iter().map(|(value, _)| *value).collect()
        }
        BasisKind::Hats { knots } => quantiles_and_spikes(&values, &distinct, knots),
    }
}

fn quantiles_and_spikes(values: &[f64], distinct: &[(f64, usize)], knots: usize) -> Vec<f64> {
    let floor = (values.len() as f64 * SPIKE).max(2.0);
    let is_spike = |count: usize| count as f64 >= floor;
    let mut chosen = Vec::new();
    for (place, (value, count)) in distinct.iter().enumerate() {
        if is_spike(*count) {
            chosen.push(*value);
            chosen.extend(place.checked_sub(1).map(|before| distinct[before].0));
            chosen.extend(distinct.get(place + 1).map(|(after, _)| *after));
        }
    }
    let spread: Vec<f64> = distinct
        .iter()
        .filter(|(_, count)| !is_spike(*count))
        .flat_map(|(value, count)| std::iter::repeat_n(*value, *count))
        .collect();
    if let Some(last) = spread.len().checked_sub(1) {
        let wanted = knots.saturating_sub(chosen.len()).max(knots / 2).max(2);
        chosen.extend((0..wanted).map(|step| {
            let quantile = TAIL + (1.0 - 2.0 * TAIL) * step as f64 / (wanted - 1) as f64;
            spread[(quantile * last as f64 + 0.5) as usize]
        }));
    }
    chosen.sort_unstable_by(f64::total_cmp);
    // `==` also merges -0 and 0, which `total_cmp` tells apart.
    chosen.dedup_by(|a, b| a == b);
    chosen
}

/// The distinct values with their counts, in order.
fn distinct(sorted: &[f64]) -> Vec<(f64, usize)> {
    let mut distinct: Vec<(f64, usize)> = Vec::new();
    for value in sorted {
        match distinct.last_mut() {
            Some((last, count)) if *last == *value => *count += 1,
            _ => distinct.push((*value, 1)),
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_all_knots() {
        assert_eq!(place(vec![2.0, 0.0, 1.0, 0.0], BasisKind::Hats { knots: 8 }), [0.0, 1.0, 2.0]);
    }

    #[test]
    fn a_spike_is_fenced_by_its_neighbours() {
        let mut values = vec![0.0; 500];
        values.extend((1..=500).map(|value| f64::from(value) * 0.5));
        let knots = place(values, BasisKind::Hats { knots: 10 });
        assert_eq!(knots[..2], [0.0, 0.5]);
        assert!(knots.len() <= 12, "{knots:?}");
        assert!(knots.windows(2).all(|pair| pair[0] < pair[1]), "{knots:?}");
    }

    #[test]
    fn an_odd_lead_does_not_stretch_the_last_segment() {
        let mut values: Vec<f64> = (0..10_000).map(f64::from).collect();
        values.push(1e12);
        let knots = place(values, BasisKind::Hats { knots: 10 });
        assert!(knots.last().is_some_and(|last| *last < 1e4), "{knots:?}");
    }

    #[test]
    fn a_line_spans_all_values() {
        assert_eq!(place(vec![3.0, 1.0, 2.0], BasisKind::Linear), [1.0, 3.0]);
        assert_eq!(place(vec![3.0, 3.0], BasisKind::Linear), [3.0]);
        assert!(place(vec![], BasisKind::Linear).is_empty());
    }
}
