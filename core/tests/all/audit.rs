//! The leak audit on made-up tables whose leaks are known.

use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::train::audit::{Finding, FindingKind, audit};
use sales_ready::train::leads::{Column, Dates, Leads, MISSING_LEVEL, Values};

const ROWS: usize = 4_000;

/// A fixed scatter of the rows over 0..1 (the golden-ratio sequence); other `stream`s are other scatters.
fn scatter(row: usize, stream: usize) -> f64 {
    (row as f64 * (0.618_033_988_749_894_9 + 0.1 * stream as f64 * std::f64::consts::SQRT_2)).fract()
}

fn numbers(name: &str, value: impl Fn(usize) -> f64) -> Column {
    let kind = FieldKind::Number(NumberFormat::default());
    Column::new(field(name, kind), Values::Numbers((0..ROWS).map(value).collect()))
}

fn levels(name: &str, levels: &[&str], code: impl Fn(usize) -> u32) -> Column {
    let levels = levels.iter().map(|level| (*level).to_owned()).collect();
    Column::new(
        field(name, FieldKind::Category),
        Values::Levels { levels, codes: (0..ROWS).map(code).collect() },
    )
}

fn field(name: &str, kind: FieldKind) -> Field {
    Field::new(name, kind)
}

fn leads(converted: impl Fn(usize) -> bool, columns: Vec<Column>) -> Leads {
    Leads {
        target: Target::new("converted", "yes"),
        label: (0..ROWS).map(converted).collect(),
        weights: None,
        columns,
        dates: None,
        groups: None,
        excluded: vec![],
    }
}

/// One lead in five converts, more likely where the first scatter is high.
fn converted(row: usize) -> bool {
    scatter(row, 7) < 0.4 * scatter(row, 0)
}

fn findings(column: Column) -> Vec<Finding> {
    audit(&leads(converted, vec![column]), &[], 0)
}

/// The findings about columns beside an honest one, by name, kind, and whether they were left out.
fn of_columns(mut columns: Vec<Column>) -> Vec<(String, FindingKind, bool)> {
    columns.insert(0, numbers("interest", |row| scatter(row, 0)));
    let found = audit(&leads(converted, columns), &[], 0).into_iter();
    found.filter_map(|finding| Some((finding.field?, finding.kind, finding.excluded))).collect()
}

fn of_table(converted: impl Fn(usize) -> bool, dates: Option<Vec<i64>>) -> Vec<Finding> {
    let mut leads = leads(converted, vec![numbers("noise", |row| scatter(row, 1))]);
    leads.dates = dates.map(|seconds| Dates { field: "created".into(), seconds, until: None, span: 0 });
    audit(&leads, &[], 0)
}

#[test]
fn honest_columns_are_left_alone() {
    assert_eq!(findings(numbers("interest", |row| scatter(row, 0))), []);
    assert_eq!(findings(numbers("noise", |row| scatter(row, 1))), []);
    assert_eq!(
        findings(numbers("often missing", |row| if row % 3 == 0 { f64::NAN } else { scatter(row, 1) })),
        []
    );
    assert_eq!(findings(levels("half", &["a", "b"], |row| u32::from(scatter(row, 0) > 0.5))), []);
}

#[test]
fn a_copy_of_the_label_is_a_leak() {
    let nearly = |row: usize| converted(row) ^ row.is_multiple_of(50);
    for column in [
        numbers("amount", |row| if nearly(row) { 100.0 + scatter(row, 1) } else { scatter(row, 1) }),
        levels("stage", &["lost", "won"], |row| u32::from(nearly(row))),
    ] {
        let found = findings(column);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind.accuses(), found[0].excluded), (true, true), "{found:?}");
    }
}

#[test]
fn a_column_filled_for_converted_leads_only_is_a_leak() {
    let code = |row: usize| if converted(row) && row.is_multiple_of(3) { 0 } else { MISSING_LEVEL };
    let found = findings(levels("contract", &["sent"], code));
    assert_eq!(found[0].kind, FindingKind::OneOutcomeOnly);
    assert!(found[0].evidence.contains("filled for"), "{}", found[0].evidence);
}

#[test]
fn a_column_filled_for_the_others_only_is_a_leak() {
    let value =
        |row: usize| if !converted(row) && row.is_multiple_of(3) { scatter(row, 1) } else { f64::NAN };
    let found = findings(numbers("days_to_rejection", value));
    assert_eq!(found[0].kind, FindingKind::OneOutcomeOnly);
}

#[test]
fn a_column_that_settles_some_leads_both_ways_is_a_leak() {
    // Known for a quarter of the leads only, so that its ranking alone is far from perfect.
    let code = |row: usize| if row.is_multiple_of(4) { u32::from(converted(row)) } else { MISSING_LEVEL };
    let found = findings(levels("quality", &["worst", "high"], code));
    assert_eq!(found[0].kind, FindingKind::SettlesBothWays);
    assert!(found[0].evidence.contains("both ways"), "{}", found[0].evidence);
}

#[test]
fn an_unusually_good_column_is_a_suspect_and_stays() {
    // Twins of the interest that drives the outcome far harder than usual.
    let driven = |row: usize| scatter(row, 7) < scatter(row, 0) * scatter(row, 0) * scatter(row, 0) * 0.9;
    let found = audit(&leads(driven, vec![numbers("interest", |row| scatter(row, 0))]), &[], 0);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].excluded), (FindingKind::StrongAlone, false), "{found:?}");
}

#[test]
fn what_is_kept_is_still_reported() {
    let stage = levels("stage", &["lost", "won"], |row| u32::from(converted(row)));
    let found = audit(&leads(converted, vec![stage]), &["stage".into()], 0);
    assert_eq!((found[0].kind.accuses(), found[0].excluded), (true, false));
}

#[test]
fn few_leads_accuse_nobody() {
    // Six leads, and a column that orders them perfectly: chance does so often among so few.
    let mut few = leads(converted, vec![numbers("visits", |row| row as f64)]);
    few.label = vec![false, false, false, true, true, true];
    few.columns[0].values = Values::Numbers((0..6).map(f64::from).collect());
    let kinds: Vec<FindingKind> = audit(&few, &[], 0).iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [FindingKind::FewConversions]);
}

#[test]
fn a_few_heavy_leads_accuse_nobody() {
    // Two of the leads weigh all, and every other column of noise has them in order.
    let noise = (1..=10).map(|stream| numbers(&format!("noise {stream}"), move |row| scatter(row, stream)));
    let mut leads = leads(converted, noise.collect());
    let first = |outcome: bool| leads.label.iter().position(|converted| *converted == outcome).unwrap();
    let heavy = [first(true), first(false)];
    leads.weights = Some((0..ROWS).map(|row| if heavy.contains(&row) { 1e9 } else { 1.0 }).collect());
    let excluded =
        |leads: &Leads| audit(leads, &[], 0).into_iter().filter(|finding| finding.excluded).count();
    assert_eq!(excluded(&leads), 0);
}

#[test]
fn columns_that_say_nothing_or_the_same_twice_are_named() {
    let whole = |row: usize| (10_000.0 * scatter(row, 1)).floor();
    let state = |row: usize| (scatter(row, 2) * 5.0) as u32;
    let expected = |name: &str, kind: FindingKind, excluded: bool| (name.to_owned(), kind, excluded);
    let found = of_columns(vec![
        numbers("constant", |_| 1.0),
        numbers("all missing", |_| f64::NAN),
        levels("nothing", &["a"], |_| MISSING_LEVEL),
        numbers("lead number", |row| (5 * row + usize::from(row % 3 == 0)) as f64),
        numbers("falling", |row| (9_000_000 - 7 * row) as f64),
        numbers("pounds", whole),
        numbers("kilograms", |row| 0.45 * whole(row)),
        numbers("minus", |row| 5.0 - 3.0 * whole(row)),
        numbers("about as heavy", |row| whole(row) + 300.0 * scatter(row, 3)),
        numbers("as its square", |row| (whole(row) - 5_000.0) * (whole(row) - 5_000.0)),
        levels("state", &["a", "b", "c", "d", "e"], state),
        levels("code", &["1", "2", "3", "4", "5"], |row| 4 - state(row)),
        levels("nearly", &["1", "2", "3", "4", "5"], |row| if row % 200 == 0 { 0 } else { state(row) }),
        numbers("state code", |row| [7.0, 1.0, 3.0, 2.0, 9.0][state(row) as usize]),
    ]);
    assert_eq!(
        found,
        [
            expected("constant", FindingKind::Constant, true),
            expected("all missing", FindingKind::Constant, true),
            expected("nothing", FindingKind::Constant, true),
            expected("lead number", FindingKind::Sequence, true),
            expected("falling", FindingKind::Sequence, true),
            expected("kilograms", FindingKind::Duplicate, true),
            expected("minus", FindingKind::Duplicate, true),
            expected("about as heavy", FindingKind::NearDuplicate, false),
            expected("code", FindingKind::Duplicate, true),
            expected("nearly", FindingKind::NearDuplicate, false),
            expected("state code", FindingKind::NearDuplicate, false),
        ]
    );
    // Sorted, but no id: an amount has no even steps, a share is no whole number.
    assert_eq!(
        of_columns(vec![
            numbers("amount", |row| (row * row) as f64),
            numbers("share", |row| row as f64 / 7.0)
        ]),
        [expected("share", FindingKind::Duplicate, true)]
    );
}

#[test]
fn a_level_for_each_lead_is_an_identifier() {
    let mut leads = leads(converted, vec![levels("company", &[], |row| row as u32)]);
    let Values::Levels { levels, .. } = &mut leads.columns[0].values else { panic!("levels") };
    *levels = (0..ROWS).map(|row| format!("company {row:05}")).collect();
    let found = audit(&leads, &[], 0);
    assert_eq!((found[0].kind, found[0].excluded), (FindingKind::Identifier, true));
    assert_eq!(audit(&leads, &["company".into()], 0)[0].done, "kept, as you said");
}

#[test]
fn a_name_is_a_question_and_with_numbers_more() {
    let half = |row: usize| u32::from(scatter(row, 0) > 0.5);
    let found = findings(levels("Last Activity", &["a", "b"], half));
    assert_eq!((found[0].kind, found[0].excluded), (FindingKind::LateName, false), "{found:?}");
    assert!(found[0].remedy.ends_with("--exclude 'Last Activity'"), "{found:?}");
    // The same name over noise asks nothing.
    assert_eq!(findings(levels("Last Activity", &["a", "b"], |row| u32::from(scatter(row, 1) > 0.5))), []);
    // Numbers that alone are a question, and a name that says why.
    let driven = |row: usize| scatter(row, 7) < scatter(row, 0) * scatter(row, 0) * scatter(row, 0) * 0.9;
    for (name, excluded) in [("session duration", false), ("Call duration", true)] {
        let found = audit(&leads(driven, vec![numbers(name, |row| scatter(row, 0))]), &[], 0);
        assert_eq!(found[0].excluded, excluded, "{found:?}");
    }
}

#[test]
fn columns_filled_by_one_act_are_named_together() {
    let known = |row: usize| row % 5 < 2;
    let column = |name: &str, stream: usize| {
        numbers(name, move |row| if known(row) { scatter(row, stream) } else { f64::NAN })
    };
    let columns = vec![column("a", 1), column("b", 2), numbers("c", |row| scatter(row, 3)), column("d", 4)];
    let found = audit(&leads(converted, columns), &[], 0);
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!((finding.kind, &finding.field), (FindingKind::FilledTogether, &None));
    assert!(
        finding.evidence.starts_with("3 columns are known for the same 1600 of 4000 leads"),
        "{finding:?}"
    );
    assert!(finding.evidence.contains("\"a\", \"b\", \"d\""), "{finding:?}");
}

#[test]
fn an_era_is_told_from_a_file_sorted_by_the_label() {
    assert_eq!(of_table(converted, None), []);
    let later = |row: usize| scatter(row, 7) < if row < 3_200 { 0.06 } else { 0.3 };
    let [era] = &of_table(later, None)[..] else { panic!("one finding") };
    assert_eq!((era.kind, &era.field, era.excluded), (FindingKind::Era, &None, false));
    assert!(era.evidence.contains("file in its order") && era.done.contains("flatter"), "{era:?}");
    // With dates, the order of the file says nothing …
    assert_eq!(of_table(later, Some((0..4_000_i64).map(|row| row * 2_654_435_761 % 4_001).collect())), []);
    // … and that of time says all.
    let [era] = &of_table(later, Some((0..4_000).collect()))[..] else { panic!("one finding") };
    assert!(era.evidence.contains("in order of time") && era.done.contains("newest"), "{era:?}");
    assert!(era.remedy.contains("on leads of the present time only"), "{era:?}");
    // Where it is the newest leads that convert less, they may not be old enough.
    let young = |row: usize| scatter(row, 7) < if row < 3_200 { 0.3 } else { 0.06 };
    let [era] = &of_table(young, Some((0..4_000).collect()))[..] else { panic!("one finding") };
    assert!(
        era.remedy.starts_with("where the newest leads may still convert, say with --horizon"),
        "{era:?}"
    );
    for sorted in [&(|row: usize| row < 500) as &dyn Fn(usize) -> bool, &|row| row % 1_000 < 100] {
        let [finding] = &of_table(sorted, None)[..] else { panic!("one finding") };
        assert_eq!(finding.kind, FindingKind::SortedByLabel, "{finding:?}");
    }
}

#[test]
fn few_conversions_for_many_columns_are_named() {
    let columns = |count: usize| {
        (0..count).map(|place| numbers(&format!("x{place}"), |row| scatter(row, 8 + place))).collect()
    };
    let rare = |row: usize| scatter(row, 7) < 0.02;
    let found = audit(&leads(rare, columns(7)), &[], 0);
    assert_eq!(found, [], "79 conversions for 7 columns");
    let found = audit(&leads(rare, columns(9)), &[], 0);
    assert_eq!(found[0].kind, FindingKind::FewConversions);
    assert!(found[0].evidence.contains("79 conversions for 9 columns, 8.8 for each"), "{found:?}");
}

#[test]
fn levels_that_never_convert_are_asked_about_where_many_should() {
    // Two are written for half of those who did not convert; of a third, rare one nobody did, either.
    let lost = |row: usize| match (converted(row), row % 4) {
        (false, code @ 0..2) => code as u32,
        (false, 2) if row % 100 == 2 => 4,
        (_, code) => 2 + code as u32 % 2,
    };
    let findings = findings(levels("state", &["a", "b", "c", "d", "e"], lost));
    let never =
        findings.iter().find(|finding| finding.kind == FindingKind::NeverConverts).expect("a question");
    assert!(
        !never.excluded && never.evidence.contains("with one of \"b\", \"a\" 0.0 % converted"),
        "{never:?}"
    );
    // Some convert all the same.
    let some = |row: usize| if row % 50 < 2 { row as u32 % 50 } else { lost(row) };
    assert!(
        of_columns(vec![levels("state", &["a", "b", "c", "d", "e"], some)])
            .iter()
            .all(|(_, kind, _)| *kind != FindingKind::NeverConverts)
    );
}

#[test]
fn all_levels_that_always_convert_are_named() {
    let team = |row: usize| match (converted(row), row % 5) {
        (true, code @ 0..2) => code as u32,
        _ => 2 + row as u32 % 2,
    };
    let findings = findings(levels("team", &["CS1", "CS2", "north", "south"], team));
    let always =
        findings.iter().find(|finding| finding.kind == FindingKind::AlwaysConverts).expect("a question");
    assert!(always.evidence.contains("leads with one of \"CS2\", \"CS1\" 100.0 % converted"), "{always:?}");
}
