//! Half-lives that are known are found again.
#![expect(clippy::unwrap_used, reason = "a failing helper must fail its test")]

use std::collections::{BTreeMap, BTreeSet};

use sales_ready::model::Looks;
use sales_ready::touch::{Kind, Measure};
use sales_ready::train::half_lives::choose;
use sales_ready::train::leads::Leads;
use sales_ready::train::touches::candidates::{HALF_LIVES, KindTally, candidates};
use sales_ready::train::touches::table::{Plan, table};
use sales_ready_tests::touched::{HalfLives, KINDS, Settings, TouchedLeads, generate};

/// Kinds with less effect say too little of their half-life.
const TELLING: f64 = 0.8;

/// What a log has of the kinds.
fn tally(drawn: &TouchedLeads) -> Vec<KindTally> {
    let mut kinds: Vec<KindTally> = KINDS
        .iter()
        .map(|kind| {
            let counts = drawn.leads.iter().map(|lead| {
                lead.history.touches.iter().filter(|touch| &*touch.kind == kind.kind).count() as u64
            });
            KindTally {
                kind: Kind { kind: kind.kind.to_owned(), side: Some(kind.side), stage: None },
                touches: counts.clone().sum(),
                leads: counts.filter(|count| *count > 0).count() as u64,
            }
        })
        .collect();
    kinds.sort_by(|a, b| a.kind.kind.cmp(&b.kind.kind));
    kinds
}

/// Snapshots at the instants at which leads may convert.
fn snapshots(drawn: &TouchedLeads) -> (Leads, Vec<Kind>) {
    let tally = tally(drawn);
    let kinds: Vec<Kind> = tally.iter().map(|tally| tally.kind.clone()).collect();
    let plan = Plan {
        looks: Looks { touch_days: false, ..Looks::default() },
        horizon: "7d".parse().unwrap(),
        until: drawn.end(),
        kinds: &kinds,
        candidates: &candidates(&tally),
        beside: None,
        blind_to: None,
        most: 40_000,
        seed: 0,
    };
    let lifecycles: BTreeMap<&str, _> =
        drawn.leads.iter().map(|lead| (lead.history.lead.as_str(), lead.lifecycle)).collect();
    let mut histories: Vec<_> = drawn.leads.iter().map(|lead| lead.history.clone()).collect();
    let table = table(&mut histories, &|lead| lifecycles[lead], &plan).unwrap();
    (table.leads, kinds)
}

/// The half-lives chosen for the kinds that tell, each with the true one.
fn chosen(seed: u64, half_lives: HalfLives) -> Vec<(&'static str, Measure, f64)> {
    let settings = Settings { leads: 2_000, seed, half_lives, hand_off: false, ..Settings::default() };
    let (leads, kinds) = snapshots(&generate(&settings));
    let rows: Vec<usize> = (0..leads.len()).collect();
    let chosen = choose(&leads, &rows, &kinds, 0).unwrap();
    KINDS
        .iter()
        .filter(|kind| kind.effect >= TELLING)
        .map(|kind| {
            let name = format!("{}_recent", kind.kind);
            let column = chosen.columns.iter().find(|column| column.field.name == name).unwrap();
            let made = column.engagement.as_ref().unwrap();
            assert!(column.field.title.as_ref().unwrap().contains("half-life"));
            (kind.kind, made.field.measure, half_lives.of(kind))
        })
        .collect()
}

fn assert_found(seed: u64, half_lives: HalfLives) {
    let step = |days: f64| HALF_LIVES.iter().position(|own| *own == days).unwrap();
    for (kind, measure, truth) in chosen(seed, half_lives) {
        let Measure::Decayed { half_life } = measure else { panic!("{kind}, seed {seed}: {measure:?}") };
        println!("seed {seed}: {kind} {half_life} days, in truth {truth}");
        assert!(step(half_life).abs_diff(step(truth)) <= 1, "{kind}, seed {seed}: {half_life}, not {truth}");
    }
}

#[test]
fn one_half_life_for_all_is_found_within_one_step() {
    assert_found(1, HalfLives::shared(7.0));
    assert_found(2, HalfLives::shared(28.0));
}

#[test]
fn the_half_lives_of_two_sides_are_found_within_one_step() {
    assert_found(3, HalfLives { marketing: 28.0, sales: 3.5, odd: None });
}

#[test]
fn few_leads_that_convert_may_stand_anywhere_in_the_log() {
    // Of those that convert, each stands at an even place.
    let settings = Settings { leads: 120, hand_off: false, ..Settings::default() };
    let (leads, kinds) = snapshots(&generate(&settings));
    let lead = |row: usize| leads.groups.as_ref().unwrap().codes[row];
    let converts: BTreeSet<u32> = (0..leads.len()).filter(|row| leads.label[*row]).map(lead).collect();
    let stays = |row: &usize| lead(*row) % 2 == 0 || !converts.contains(&lead(*row));
    let rows: Vec<usize> = (0..leads.len()).filter(stays).collect();
    assert!(rows.iter().any(|row| leads.label[*row]) && rows.iter().any(|row| lead(*row) % 2 == 1));
    choose(&leads, &rows, &kinds, 0).unwrap();
}
