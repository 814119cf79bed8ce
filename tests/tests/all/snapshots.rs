//! Snapshots know nothing of what comes after them.
#![expect(clippy::unwrap_used, reason = "a failing helper must fail its test")]

use std::sync::Arc;

use proptest::prelude::*;
use sales_ready::Instant;
use sales_ready::model::Looks;
use sales_ready::model::{Field, FieldKind, NumberFormat};
use sales_ready::touch::{EngagementField, Kind, Measure, Recipe, Selection, Side, Stage, Touch};
use sales_ready::train::audit::audit;
use sales_ready::train::leads::{Column, Leads, Values};
use sales_ready::train::touches::candidates::{KindTally, candidates};
use sales_ready::train::touches::table::{Plan, SnapshotTable, table};
use sales_ready::train::touches::{History, Lifecycle};
use sales_ready_tests::touched::{DAY, Settings, generate};

const KINDS: [(&str, Side, Option<Stage>); 3] = [
    ("article", Side::Marketing, Some(Stage::Interest)),
    ("pricing-view", Side::Marketing, Some(Stage::Intent)),
    ("call", Side::Sales, None),
];

fn tally() -> Vec<KindTally> {
    let tally = |(kind, side, stage): (&str, Side, Option<Stage>)| KindTally {
        kind: Kind { kind: kind.into(), side: Some(side), stage },
        touches: 100,
        leads: 50,
    };
    KINDS.into_iter().map(tally).collect()
}

fn snapshots(histories: &[History], lifecycles: &[Lifecycle], until: Instant) -> Option<SnapshotTable> {
    some_snapshots(histories, lifecycles, until, usize::MAX)
}

fn some_snapshots(
    histories: &[History],
    lifecycles: &[Lifecycle],
    until: Instant,
    most: usize,
) -> Option<SnapshotTable> {
    let kinds: Vec<Kind> = tally().into_iter().map(|tally| tally.kind).collect();
    let plan = Plan {
        looks: Looks::default(),
        horizon: "14d".parse().unwrap(),
        until,
        kinds: &kinds,
        candidates: &candidates(&tally()),
        beside: None,
        blind_to: None,
        most,
        seed: 0,
    };
    let lifecycle = |lead: &str| lifecycles[lead.parse::<usize>().unwrap()];
    table(&mut histories.to_vec(), &lifecycle, &plan).ok()
}

/// A lead's rows: the instant, and every column in every way, bit by bit.
fn rows(table: &SnapshotTable) -> Vec<(String, Instant, bool, Vec<u64>)> {
    let rows = table.snapshots.iter().enumerate().map(|(row, (lead, at))| {
        let ways = table.leads.columns.iter().flat_map(|column| {
            let Values::Numbers(values) = &column.values else { panic!("engagement is numbers") };
            let ways = column.engagement.iter().flat_map(|made| made.ways.iter()).map(|way| &way.values);
            std::iter::once(values).chain(ways).map(|values| values[row].to_bits()).collect::<Vec<_>>()
        });
        (table.names[*lead as usize].clone(), *at, table.leads.label[row], ways.collect())
    });
    rows.collect()
}

/// Touches of a lead in its first hundred days.
fn touches() -> impl Strategy<Value = Vec<Touch>> {
    let touch = (0..100 * DAY, 0..KINDS.len(), 1..4_u8).prop_map(|(at, kind, quantity)| Touch {
        quantity: f64::from(quantity),
        ..Touch::new(Instant::from_millis(at), Arc::<str>::from(KINDS[kind].0))
    });
    prop::collection::vec(touch, 0..12).prop_map(|mut touches| {
        touches.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.kind.cmp(&b.kind)));
        touches
    })
}

fn end() -> impl Strategy<Value = Option<Instant>> {
    prop::option::of((1..120 * DAY).prop_map(Instant::from_millis))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn touches_after_an_instant_change_no_row_before_it(
        leads in prop::collection::vec((touches(), touches(), end(), end(), end()), 1..4),
        cut in 1..100_i64,
    ) {
        let cut = Instant::from_millis(cut * DAY);
        let until = Instant::from_millis(200 * DAY);
        let lifecycles: Vec<Lifecycle> = leads
            .iter()
            .map(|(_, _, converted, closed, handed_off)| Lifecycle {
                created: Some(Instant::from_millis(0)),
                handed_off: *handed_off,
                converted: *converted,
                closed: *closed,
            })
            .collect();
        // Two logs that agree up to the cut, and not after it.
        let log = |others_later: bool| -> Vec<History> {
            leads.iter().enumerate().map(|(place, (touches, others, ..))| {
                let before = touches.iter().filter(|touch| touch.at < cut);
                let after = if others_later { others } else { touches };
                let after = after.iter().filter(|touch| touch.at >= cut);
                History { lead: place.to_string(), touches: before.chain(after).cloned().collect() }
            }).collect()
        };
        let one = snapshots(&log(false), &lifecycles, until);
        let other = snapshots(&log(true), &lifecycles, until);
        let known = |table: &Option<SnapshotTable>| -> Vec<_> {
            table.iter().flat_map(rows).filter(|(_, at, ..)| *at < cut).collect()
        };
        prop_assert_eq!(known(&one), known(&other));
        // And nobody is looked at from the hand-off on, when calls tell of it.
        for (lead, at, ..) in one.iter().flat_map(rows) {
            let lifecycle = lifecycles[lead.parse::<usize>().unwrap()];
            let ends = [lifecycle.handed_off, lifecycle.converted, lifecycle.closed];
            prop_assert!(ends.into_iter().flatten().all(|end| at < end));
        }
    }
}

/// The furthest stage a lead reaches, so many days after each snapshot.
#[test]
fn as_many_snapshots_are_drawn_as_are_asked_for() {
    let touch = |day: i64| Touch::new(Instant::from_millis(day * DAY), Arc::<str>::from("article"));
    let history = |lead: i64| History {
        lead: lead.to_string(),
        touches: (0..=lead % 5).map(|place| touch(lead + 7 * place)).collect(),
    };
    let histories: Vec<History> = (0..50).map(history).collect();
    let lifecycles = vec![Lifecycle::default(); 50];
    let drawn =
        |most| some_snapshots(&histories, &lifecycles, Instant::from_millis(100 * DAY), most).unwrap();
    let all = drawn(usize::MAX);
    assert!(all.leads.len() > 200);
    for most in [1, 17, 200, all.leads.len() - 1, all.leads.len(), all.leads.len() + 1] {
        let some = drawn(most);
        assert_eq!(some.leads.len(), most.min(all.leads.len()));
        assert_eq!((some.all, some.without), (all.all, all.without));
    }
    assert_eq!(drawn(200).snapshots, drawn(200).snapshots);
}

fn furthest_stage(histories: &[History], table: &SnapshotTable, later: i64) -> Column {
    let field = EngagementField { name: "stage".into(), of: Selection::All, measure: Measure::Stage };
    let kinds = vec![Kind { kind: "order".into(), side: None, stage: Some(Stage::Purchase) }];
    let recipe = Recipe { kinds, fields: vec![field] };
    let values = table.snapshots.iter().map(|(lead, at)| {
        let history = histories.iter().find(|history| history.lead == table.names[*lead as usize]).unwrap();
        recipe.features(&history.touches, Instant::from_millis(at.millis() + later * DAY))[0]
    });
    let kind = FieldKind::Number(NumberFormat::default());
    let field = Field::new("stage", kind);
    Column::new(field, Values::Numbers(values.collect()))
}

#[test]
fn a_look_ahead_is_caught() {
    let drawn = generate(&Settings { leads: 300, seed: 5, hand_off: false, ..Settings::default() });
    // An order is in the log, too; as of a snapshot it has not come yet.
    let mut histories: Vec<History> = Vec::new();
    let mut lifecycles: Vec<Lifecycle> = Vec::new();
    for (place, lead) in drawn.leads.iter().enumerate() {
        let order = lead.lifecycle.converted.map(|at| Touch::new(at, "order"));
        let touches = lead.history.touches.iter().cloned().chain(order).collect();
        histories.push(History { lead: place.to_string(), touches });
        lifecycles.push(lead.lifecycle);
    }
    let table = snapshots(&histories, &lifecycles, drawn.end()).unwrap();
    let accused = |later: i64| -> Vec<String> {
        let mut leads: Leads = table.leads.clone();
        leads.columns.push(furthest_stage(&histories, &table, later));
        let accused =
            audit(&leads, &[], 0).into_iter().filter(|finding| finding.kind.accuses() && finding.excluded);
        accused.filter_map(|finding| finding.field).collect()
    };
    assert_eq!(accused(0), Vec::<String>::new());
    assert_eq!(accused(14), ["stage"]);
}
