use super::psi::psi;
use super::*;
use crate::train::random::Random;

/// Ten bins, a spike among them, and a bin for what is not known.
const THEN: [f64; 11] = [0.35, 0.05, 0.1, 0.1, 0.08, 0.07, 0.06, 0.05, 0.05, 0.04, 0.05];

fn draw(shares: &[f64], leads: usize, random: &mut Random) -> Vec<u64> {
    let mut counts = vec![0; shares.len()];
    for _ in 0..leads {
        let mut left = random.below(1_000_000) as f64 / 1e6;
        let place = shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        counts[place.unwrap_or(shares.len() - 1)] += 1;
    }
    counts
}

#[test]
fn the_index_is_its_definition() {
    // (0.5 − 0.25) ln 2 + (0.5 − 0.75) ln(2/3), as far as half a lead in each bin leaves it.
    let expected = 0.25 * libm::log(2.0) - 0.25 * libm::log(2.0 / 3.0);
    assert!((psi(&[25e6, 75e6], &[50e6, 50e6]) - expected).abs() < 1e-6);
    assert_eq!(psi(&[30.0, 60.0, 10.0], &[30.0, 60.0, 10.0]), 0.0);
    assert!(psi(&[30.0, 0.0], &[0.0, 30.0]).is_finite());
}

#[test]
fn chance_is_what_theory_says() {
    // (B − 1) (1/n + 1/m), to first order; the half lead added to each bin takes a little away.
    for (leads, reference) in [(400_usize, 4_000.0), (800, 800.0)] {
        let mut random = Random::new(7, "leads");
        let now = draw(&THEN, leads, &mut random);
        let shift = Shift::measure(&THEN, reference, &now, None, 19, "test");
        let theory = 10.0 * (1.0 / leads as f64 + 1.0 / reference);
        // A mean of at least 200 shuffles, whose deviation is 0.45 of the mean: 0.03; three of these and the bias.
        assert!((0.85..1.1).contains(&(shift.chance / theory)), "{shift:?}, {theory}");
    }
}

#[test]
fn few_leads_do_not_shout() {
    // 19 tests make one comparison, of which 1 in 100 may raise an alarm: 40 comparisons at each size have more than
    // three with a chance below 1 in 1,000.
    for (leads, reference) in [(30, 4_000.0), (50, 300.0), (200, 4_000.0)] {
        let mut random = Random::new(leads as u64, "leads");
        let alarms = (0..760)
            .filter(|_| {
                let now = draw(&THEN, leads, &mut random);
                Shift::measure(&THEN, reference, &now, None, 19, "test").severity > Severity::Stable
            })
            .count();
        assert!(alarms <= 3, "{alarms} false alarms in 40 comparisons of {leads} leads");
    }
    // The bare index would have called most of these drift.
    let mut random = Random::new(50, "leads");
    let bare = (0..100).filter(|_| {
        let now: Vec<f64> = draw(&THEN, 50, &mut random).iter().map(|count| *count as f64).collect();
        let then = THEN.map(|share| 4_000.0 * share);
        psi(&then, &now) >= WATCH
    });
    assert!(bare.count() > 80);
}

#[test]
fn a_real_shift_is_found() {
    // The spike loses half its leads to the upper bins: an index of about 0.35.
    let now = [0.17, 0.05, 0.1, 0.1, 0.08, 0.07, 0.06, 0.08, 0.12, 0.12, 0.05];
    for (leads, least) in [(100, 15), (300, 30)] {
        let mut random = Random::new(3, "shifted");
        let found = (0..30)
            .filter(|_| {
                let now = draw(&now, leads, &mut random);
                Shift::measure(&THEN, 4_000.0, &now, None, 19, "test").severity > Severity::Stable
            })
            .count();
        assert!(found >= least, "{found} of 30 samples of {leads} leads");
    }
}

#[test]
fn what_was_never_there_counts_but_one_lead_is_no_drift() {
    let then = [0.5, 0.5, 0.0];
    let severity = |now: [u64; 3]| Shift::measure(&then, 4_000.0, &now, None, 19, "test").severity;
    assert_eq!(severity([25, 24, 1]), Severity::Stable);
    assert_eq!(severity([20, 20, 10]), Severity::Drifted);
    // One bin alone can not move.
    assert_eq!(Shift::measure(&[0.0, 1.0], 4_000.0, &[0, 50], None, 19, "test").psi, 0.0);
}

#[test]
fn a_great_table_is_judged_by_the_index() {
    let small = Shift::measure(&[0.5, 0.5], 1e6, &[538_000, 462_000], None, 19, "test");
    assert!((small.psi - 0.0058).abs() < 1e-4 && small.severity == Severity::Stable, "{small:?}");
    assert_eq!(
        Shift::measure(&[0.5, 0.5], 1e6, &[670_000, 330_000], None, 19, "test").severity,
        Severity::Watch
    );
    assert_eq!(
        Shift::measure(&[0.5, 0.5], 1e6, &[760_000, 240_000], None, 19, "test").severity,
        Severity::Drifted
    );
}
