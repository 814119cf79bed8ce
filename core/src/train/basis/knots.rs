//! Where a curve may bend: on quantiles, so that each segment has leads, and around spikes, so that a value many leads
//! share (most often zero) does not drag its neighbours along.

use crate::train::basis::BasisKind;
use crate::train::grouped::in_order;
use crate::train::leads::{Codes, Column, Values, each_row};

/// A value that this share of the leads has is a spike.
const SPIKE: f64 = 0.05;
/// The outermost knots stand at this quantile from either end; one odd lead must not stretch the last segment.
const TAIL: f64 = 0.005;
/// Of what fades, less than this share of a great value is as good as nothing: what is left after ten half-lives. Most
/// leads have so little, in numbers that differ by many powers of ten, and a curve that bends among these would rise and
/// fall long after a lead has fallen silent.
const FAINT: f64 = 1.0 / 1024.0;

/// The knots for a column's known values in some rows.
pub(crate) fn hats(column: &Column, rows: Option<&[usize]>, kind: BasisKind) -> Vec<f64> {
    let Values::Numbers(numbers) = &column.values else { return Vec::new() };
    let fades = column.fades();
    let Some((values, codes)) = numbers.codes() else {
        let numbers = each_row(rows, numbers.len()).map(|row| numbers[row]);
        return place(numbers.filter(|number| !number.is_nan()).collect(), kind, fades);
    };
    if let (BasisKind::Linear, None, false) = (kind, rows, fades)
        && let Some(ends) = ends(values, codes)
    {
        return ends;
    }
    let counts = codes.counts(values.len(), rows).into_iter().map(|count| count as usize);
    let known = values.iter().copied().zip(counts).filter(|(value, count)| !value.is_nan() && *count > 0);
    let mut counted: Vec<(f64, usize)> = known.collect();
    counted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    place_counted(counted.into_iter(), kind, fades)
}

/// The least and the greatest value that some row has, if they are soon found: most often all values occur.
fn ends(values: &[f64], codes: &Codes) -> Option<Vec<f64>> {
    /// Looking for so many costs less than counting all.
    const TRIES: usize = 2;
    let order = in_order(values);
    let has = |code: &&u32| codes.has(**code);
    let (low, high) = (order.iter().take(TRIES).find(has)?, order.iter().rev().take(TRIES).find(has)?);
    let (low, high) = (values[*low as usize], values[*high as usize]);
    Some(if low < high { vec![low, high] } else { vec![low] })
}

/// The knots for a column whose present values are these.
fn place(mut values: Vec<f64>, kind: BasisKind, fades: bool) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    place_counted(values.into_iter().map(|value| (value, 1)), kind, fades)
}

/// The knots for a column whose present values are these, in order, each with how many leads have it.
fn place_counted(values: impl Iterator<Item = (f64, usize)>, kind: BasisKind, fades: bool) -> Vec<f64> {
    let mut distinct = distinct(values);
    if fades {
        let great = FAINT * great(&distinct);
        distinct.retain(|(value, _)| *value == 0.0 || value.abs() >= great);
    }
    match kind {
        BasisKind::Linear => match (distinct.first(), distinct.last()) {
            (Some((low, _)), Some((high, _))) if low < high => vec![*low, *high],
            _ => distinct.iter().map(|(value, _)| *value).collect(),
        },
        BasisKind::Hats { knots } if distinct.len() <= knots => {
            distinct.iter().map(|(value, _)| *value).collect()
        }
        BasisKind::Hats { knots } => quantiles_and_spikes(&distinct, knots),
    }
}

/// The size of the values that are not 0, but for the greatest.
fn great(distinct: &[(f64, usize)]) -> f64 {
    let mut sizes: Vec<(f64, usize)> = distinct
        .iter()
        .filter(|(value, _)| *value != 0.0)
        .map(|(value, count)| (value.abs(), *count))
        .collect();
    sizes.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let above = TAIL * sizes.iter().map(|(_, count)| *count as f64).sum::<f64>();
    let mut before = 0.0;
    let is_counted = |(_, count): &&(f64, usize)| {
        before += *count as f64;
        before > above
    };
    sizes.iter().find(is_counted).map_or(0.0, |(size, _)| *size)
}

fn quantiles_and_spikes(distinct: &[(f64, usize)], knots: usize) -> Vec<f64> {
    let leads: usize = distinct.iter().map(|(_, count)| count).sum();
    let floor = (leads as f64 * SPIKE).max(2.0);
    let is_spike = |count: usize| count as f64 >= floor;
    let mut chosen = Vec::new();
    for (place, (value, count)) in distinct.iter().enumerate() {
        if is_spike(*count) {
            chosen.push(*value);
            chosen.extend(place.checked_sub(1).map(|before| distinct[before].0));
            chosen.extend(distinct.get(place + 1).map(|(after, _)| *after));
        }
    }
    let mut spread = distinct.iter().filter(|(_, count)| !is_spike(*count)).peekable();
    let spread_leads: usize = spread.clone().map(|(_, count)| count).sum();
    if let Some(last) = spread_leads.checked_sub(1) {
        let wanted = knots.saturating_sub(chosen.len()).max(knots / 2).max(2);
        // How many leads stand before the next of the values.
        let mut before = 0;
        for step in 0..wanted {
            let quantile = TAIL + (1.0 - 2.0 * TAIL) * step as f64 / (wanted - 1) as f64;
            let rank = (quantile * last as f64 + 0.5) as usize;
            while let Some((_, count)) = spread.next_if(|(_, count)| before + count <= rank) {
                before += count;
            }
            chosen.extend(spread.peek().map(|(value, _)| *value));
        }
    }
    chosen.sort_unstable_by(f64::total_cmp);
    // `==` also merges -0 and 0, which `total_cmp` tells apart.
    chosen.dedup_by(|a, b| a == b);
    chosen
}

/// The distinct values with their counts, in order.
fn distinct(sorted: impl Iterator<Item = (f64, usize)>) -> Vec<(f64, usize)> {
    let mut distinct: Vec<(f64, usize)> = Vec::new();
    for (value, count) in sorted {
        match distinct.last_mut() {
            Some((last, known)) if *last == value => *known += count,
            _ => distinct.push((value, count)),
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_say_the_same_as_values() {
        let counted = [(-3.0, 2), (-0.0, 5), (0.0, 700), (0.5, 40), (2.0, 1), (7.0, 90), (9.0, 300)];
        let more = (10..400).map(|value| (f64::from(value), 1 + value as usize % 5));
        let counted: Vec<(f64, usize)> = counted.into_iter().chain(more).collect();
        let values: Vec<f64> =
            counted.iter().flat_map(|(value, count)| std::iter::repeat_n(*value, *count)).collect();
        for kind in
            [4, 10, 32, 100].map(|knots| BasisKind::Hats { knots }).into_iter().chain([BasisKind::Linear])
        {
            assert_eq!(
                place_counted(counted.iter().copied(), kind, false),
                place(values.clone(), kind, false)
            );
        }
    }

    #[test]
    fn few_values_are_all_knots() {
        assert_eq!(place(vec![2.0, 0.0, 1.0, 0.0], BasisKind::Hats { knots: 8 }, false), [0.0, 1.0, 2.0]);
    }

    #[test]
    fn a_spike_is_fenced_by_its_neighbours() {
        let mut values = vec![0.0; 500];
        values.extend((1..=500).map(|value| f64::from(value) * 0.5));
        let knots = place(values, BasisKind::Hats { knots: 10 }, false);
        assert_eq!(knots[..2], [0.0, 0.5]);
        assert!(knots.len() <= 12, "{knots:?}");
        assert!(knots.windows(2).all(|pair| pair[0] < pair[1]), "{knots:?}");
    }

    #[test]
    fn an_odd_lead_does_not_stretch_the_last_segment() {
        let mut values: Vec<f64> = (0..10_000).map(f64::from).collect();
        values.push(1e12);
        let knots = place(values, BasisKind::Hats { knots: 10 }, false);
        assert!(knots.last().is_some_and(|last| *last < 1e4), "{knots:?}");
    }

    #[test]
    fn what_has_faded_has_no_knots() {
        // One touch each, of today, yesterday and so on, with a half-life of two days; and leads without any.
        let mut values: Vec<f64> = (0..400).map(|day| (-f64::from(day) / 2.0).exp2()).collect();
        values.extend([0.0; 200]);
        let knots = place(values.clone(), BasisKind::Hats { knots: 10 }, true);
        // Two of them may be odd ones, so that the size to go by is that of the third.
        assert_eq!((knots[0], knots[1], knots[knots.len() - 1]), (0.0, 0.5 / 1024.0, 1.0));
        // Of amounts as of contacts, and of what is taken back.
        let amounts = values.iter().map(|value| -1_000.0 * value).collect();
        let mut scaled = place(amounts, BasisKind::Hats { knots: 10 }, true);
        scaled.reverse();
        assert_eq!(scaled, knots.iter().map(|knot| -1_000.0 * knot).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_spans_all_values() {
        assert_eq!(place(vec![3.0, 1.0, 2.0], BasisKind::Linear, false), [1.0, 3.0]);
        assert_eq!(place(vec![3.0, 3.0], BasisKind::Linear, false), [3.0]);
        assert!(place(vec![], BasisKind::Linear, false).is_empty());
    }
}
