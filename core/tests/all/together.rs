//! Leads that belong together, and rows that stand for several leads: what counts, and for how much.

use sales_ready::model::{Field, FieldKind, NumberFormat};
use sales_ready::touch::{EngagementField, Measure, Selection};
use sales_ready::train::audit::{Finding, FindingKind, audit};
use sales_ready::train::leads::{Column, Engagement, Groups, Leads};
use sales_ready::train::{Options, train};

/// A fixed scatter over 0..1; other `stream`s are other scatters.
fn scatter(place: usize, stream: usize) -> f64 {
    let mut bits = (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (stream as u64 + 1) << 40;
    for _ in 0..3 {
        bits = (bits ^ (bits >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// So many leads for each of some groups.
fn grouped(groups: usize, each: usize, converted: impl Fn(usize) -> bool, columns: Vec<Column>) -> Leads {
    let mut leads = Leads::new("won", (0..groups * each).map(converted).collect(), columns);
    let codes = (0..groups * each).map(|row| (row / each) as u32).collect();
    leads.groups = Some(Groups { field: "account".into(), codes });
    leads
}

/// The same, of leads that were looked at so often.
fn looked_at(leads: Leads) -> Leads {
    let groups = leads.groups.map(|groups| Groups { field: "lead_id".into(), ..groups });
    Leads { groups, ..leads }
}

fn left_out(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .filter(|finding| finding.excluded)
        .filter_map(|finding| finding.field.as_deref())
        .collect()
}

#[test]
fn a_level_that_one_lead_has_at_many_times_is_not_stored() {
    let visits = |row: usize| 10.0 * scatter(row, 1);
    let region = |row: usize| match row / 25 {
        7 => "Lighthouse keeper",
        lead if lead % 2 == 0 => "North",
        _ => "South",
    };
    let converted = |row: usize| scatter(row, 2) < 0.05 * visits(row) + if row / 25 == 7 { 0.6 } else { 0.1 };
    let columns = vec![
        Column::numbers("visits", (0..2_500).map(visits)),
        Column::texts("region", (0..2_500).map(region)),
    ];
    let leads = looked_at(grouped(100, 25, converted, columns));
    let model = train(&leads, &Options::default(), &mut |_| ()).unwrap().model;
    let file = model.to_json();
    assert!(file.contains("North") && !file.contains("Lighthouse"), "{file}");
}

#[test]
fn ids_of_leads_that_are_looked_at_often_are_no_category() {
    let column = Column::texts("contact", (0..2_500).map(|row| format!("contact {}", row / 25)));
    let leads = looked_at(grouped(100, 25, |row| scatter(row, 2) < 0.3, vec![column]));
    let found = audit(&leads, &[], 0);
    assert!(found.iter().any(|finding| finding.kind == FindingKind::Identifier), "{found:?}");
}

#[test]
fn what_a_few_accounts_have_settles_nothing() {
    for seed in 0..5 {
        let converted = |row: usize| scatter(row / 60, seed) < 0.5;
        let city = Column::texts("city", (0..3_600).map(|row| format!("c{}", row / 60 % 20)));
        // Some converted accounts alone are partners.
        let partner = |row: usize| {
            if (row / 60).is_multiple_of(8) && converted(row) { "gold" } else { "" }
        };
        let partner = Column::texts("partner", (0..3_600).map(partner));
        let visits = Column::numbers("visits", (0..3_600).map(|row| scatter(row, 9)));
        let found = audit(&grouped(60, 60, converted, vec![city, partner, visits]), &[], 0);
        assert!(left_out(&found).is_empty(), "{seed}: {found:?}");
        assert!(
            !found.iter().any(|finding| finding.kind == FindingKind::OneOutcomeOnly),
            "{seed}: {found:?}"
        );
    }
}

#[test]
fn leaks_are_found_where_leads_belong_together() {
    // Accounts differ, and so do the leads of each; or all leads of an account fare alike.
    for alike in [false, true] {
        let converted = move |row: usize| {
            let own = scatter(row / 60, 3);
            if alike { own < 0.5 } else { scatter(row, 4) < 0.1 + 0.5 * own }
        };
        let status = move |row: usize| match (converted(row), row % 3) {
            (true, 0) => "won",
            (true, _) => "invoiced",
            (false, 0) => "lost",
            (false, _) => "open",
        };
        let filled = move |row: usize| if converted(row) { scatter(row, 5) } else { f64::NAN };
        let columns = vec![
            Column::texts("status", (0..3_600).map(status)),
            Column::numbers("invoice", (0..3_600).map(filled)),
            Column::numbers("visits", (0..3_600).map(|row| scatter(row, 9))),
        ];
        let found = audit(&grouped(60, 60, converted, columns), &[], 0);
        assert_eq!(left_out(&found), ["status", "invoice"], "{alike}: {found:?}");
    }
}

#[test]
fn weights_say_how_often_levels_convert() {
    // Of 60,000 leads all conversions, and one in a hundred of the others with the weight 100.
    let hot = |row: usize| scatter(row, 1) < 0.02;
    let converted = |row: usize| scatter(row, 2) < if hot(row) { 0.4 } else { 0.004 };
    let rows: Vec<usize> = (0..60_000).filter(|row| converted(*row) || row % 100 == 0).collect();
    let source =
        Column::texts("source", rows.iter().map(|row| if hot(*row) { "referral" } else { "search" }));
    let status = Column::texts(
        "status",
        rows.iter().map(|row| match (converted(*row), scatter(*row, 3) < 0.97) {
            (true, true) => "customer",
            (false, true) => "open",
            _ => "unknown",
        }),
    );
    let visits = Column::numbers("visits", rows.iter().map(|row| scatter(*row, 9)));
    let label = rows.iter().map(|row| converted(*row)).collect();
    let mut leads = Leads::new("won", label, vec![source, status, visits]);
    leads.weights = Some(rows.iter().map(|row| if converted(*row) { 1.0 } else { 100.0 }).collect());
    // That a level is commoner among conversions is a question, whatever the others weigh.
    let found = audit(&leads, &[], 0);
    assert_eq!(left_out(&found), ["status"], "{found:?}");
}

#[test]
fn conversions_of_one_lead_at_several_times_are_one() {
    // 60 leads at ten times each, of which 24 convert: 240 snapshots for two columns.
    let noise = |name: &str, stream: usize| {
        Column::numbers(name, (0..600).map(|row| scatter(row, stream)).collect::<Vec<_>>())
    };
    let mut touched = noise("meetings", 1);
    touched.field = Field::new("meetings", FieldKind::Number(NumberFormat::default()));
    let field = EngagementField { name: "meetings".into(), of: Selection::All, measure: Measure::SinceLast };
    touched.engagement = Some(Engagement { field, ways: [].into() });
    let columns = vec![touched, noise("b", 2), noise("c", 3)];
    let found = audit(&grouped(60, 10, |row| row / 10 % 5 < 2, columns), &[], 0);
    let few = found.iter().find(|finding| finding.kind == FindingKind::FewConversions);
    assert!(few.is_some_and(|few| few.evidence.starts_with("there are 24 conversions")), "{found:?}");
}
