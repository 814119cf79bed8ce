//! Touch logs, held against a slow and obvious reader, in any order of rows and any amount of memory; and what is said of
//! cells that are none.

#![expect(clippy::unwrap_used, clippy::format_push_string, reason = "a failing helper must fail its test")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sales_ready::touch::{Side, Stage, Touch};
use sales_ready::train::csv::Options as CsvOptions;
use sales_ready::train::schema::SchemaFile;
use sales_ready::train::touches::History;
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::touches::log::{Log, Options};
use sales_ready::{ErrorKind, Instant};
use sales_ready_tests::shared;

fn read(text: &str, options: &Options) -> sales_ready::Result<Log> {
    Log::read(text.as_bytes(), "touches.csv", options, &mut |_| ())
}

fn histories(log: &mut Log) -> Vec<History> {
    log.histories().unwrap().map(Result::unwrap).collect()
}

fn said(text: &str) -> Options {
    Options { schema: Some(SchemaFile::from_toml(text, "leads.toml").unwrap()), ..Options::default() }
}

/// One row as it is written.
type Cells = (u8, i64, usize, usize, u8, usize, String);

const KINDS: [(&str, &str); 5] = [
    ("Email opened", "email-open"),
    ("email_click", "email-click"),
    ("Phone call", "call"),
    ("sauna, with the board", "sauna, with the board"),
    ("Séance \"privée\"", "Séance \"privée\""),
];
const SIDES: [&str; 3] = ["", "marketing", "Sales"];
const STAGES: [&str; 3] = ["", "intent", "LOYALTY"];

fn row((lead, millis, kind, side, quantity, stage, note): &Cells) -> String {
    let at = jiff::Timestamp::from_millisecond(*millis).unwrap();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let quantity = if *quantity == 1 { String::new() } else { (f64::from(*quantity) / 4.0).to_string() };
    format!(
        "{},{at},lead {lead},{},{},{quantity},{}\n",
        quoted(KINDS[*kind].0),
        SIDES[*side],
        STAGES[*stage],
        quoted(note)
    )
}

fn log(rows: &[Cells]) -> String {
    "kind,at,lead,side,stage,quantity,note\n".to_owned() + &rows.iter().map(row).collect::<String>()
}

/// What a log says, read row by row into sets: no codes, no chunks, no threads.
fn slow(rows: &[Cells]) -> Vec<(String, Vec<Touch>)> {
    let distinct: BTreeSet<&Cells> = rows.iter().collect();
    let mut leads: BTreeMap<String, Vec<Touch>> = BTreeMap::new();
    for (lead, millis, kind, side, quantity, stage, _) in distinct {
        let touches = leads.entry(format!("lead {lead}")).or_default();
        touches.push(Touch {
            at: Instant::from_millis(*millis),
            kind: KINDS[*kind].1.into(),
            side: [None, Some(Side::Marketing), Some(Side::Sales)][*side],
            quantity: if *quantity == 1 { 1.0 } else { f64::from(*quantity) / 4.0 },
            stage: [None, Some(Stage::Intent), Some(Stage::Loyalty)][*stage],
        });
    }
    for touches in leads.values_mut() {
        touches.sort_by(|a, b| {
            (a.at, &a.kind, a.side, a.stage)
                .cmp(&(b.at, &b.kind, b.side, b.stage))
                .then(a.quantity.total_cmp(&b.quantity))
        });
    }
    leads.into_iter().collect()
}

fn cells() -> impl Strategy<Value = Vec<Cells>> {
    // Few leads and instants, so that rows are equal now and then; times far apart enough to be no bursts.
    let cells = (0..12_u8, 0..40_i64, 0..5_usize, 0..3_usize, 0..3_u8, 0..3_usize, "(a[b,\"\n]?c)?")
        .prop_map(|(lead, day, kind, side, quantity, stage, note)| {
            (lead, 1_700_000_000_123 + day * 3_600_000, kind, side, quantity, stage, note)
        });
    proptest::collection::vec(cells, 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_become_touches_in_any_order_with_any_memory(
        rows in cells(),
        order in any::<proptest::sample::Index>(),
        memory in 1..3_000_usize,
        again in proptest::collection::vec(any::<proptest::sample::Index>(), 0..10),
    ) {
        let keep = Options { keep_bots: true, ..Options::default() };
        let mut first = read(&log(&rows), &keep).unwrap();
        let found = histories(&mut first);
        let expected = slow(&rows);
        let plain: Vec<(String, Vec<Touch>)> =
            found.iter().map(|history| (history.lead.clone(), history.touches.clone())).collect();
        prop_assert_eq!(&plain, &expected);

        // Turned round, with some rows twice, in chunks of a few rows.
        let mut other = rows.clone();
        let middle = order.index(other.len());
        other.rotate_left(middle);
        other.reverse();
        let doubled: Vec<Cells> = again.iter().map(|place| other[place.index(other.len())].clone()).collect();
        other.splice(..0, doubled);
        let small = Options { memory, ..keep };
        let mut second = read(&log(&other), &small).unwrap();
        prop_assert_eq!(&histories(&mut second), &found);
        prop_assert_eq!(&histories(&mut second), &found, "a second pass");

        let (a, b) = (first.tally().clone(), second.tally().clone());
        prop_assert_eq!(a.touches + a.duplicates, rows.len() as u64);
        prop_assert_eq!(b.duplicates - a.duplicates, again.len() as u64);
        prop_assert_eq!(b.rows, other.len() as u64);
        prop_assert_eq!((a.touches, a.leads, a.first, a.last, a.kinds), (b.touches, b.leads, b.first, b.last, b.kinds));
    }

    #[test]
    fn people_at_their_own_pace_are_never_taken_for_programs(
        gaps in proptest::collection::vec((5_000..100_000_i64, 0..3_usize), 1..60),
    ) {
        // A touch every five seconds or slower; a mail is opened at the next touch, so five seconds after it was sent.
        let kinds = ["email sent", "email opened", "email click"];
        let mut at = 1_700_000_000_000_i64;
        let mut text = "lead,at,kind\n".to_owned();
        for (gap, kind) in gaps {
            at += gap;
            text += &format!("a,{at},{}\n", kinds[kind]);
        }
        let log = read(&text, &Options::default()).unwrap();
        prop_assert_eq!(log.tally().bots.all(), 0);
    }
}

#[test]
fn programs_are_left_out_counted_and_kept_if_one_wants() {
    let text = "\
lead,at,kind,user agent
a,2024-03-01T10:00:00.000Z,Email sent,
a,2024-03-01T10:00:00.400Z,Email opened,
a,2024-03-01T10:00:01.000Z,Email click,
a,2024-03-01T10:00:02.000Z,Email click,
a,2024-03-01T10:00:03.000Z,Email click,
a,2024-03-01T10:20:00.000Z,Email opened,Mozilla/5.0 (Windows NT 10.0)
a,2024-03-01T10:20:30.000Z,Email click,Mozilla/5.0 (Windows NT 10.0)
b,2024-03-01T10:20:30.000Z,Page view,Googlebot/2.1
";
    let mut log = read(text, &Options::default()).unwrap();
    let tally = log.tally().clone();
    assert_eq!((tally.bots.agents, tally.bots.bursts, tally.bots.openings), (1, 3, 1));
    assert_eq!((tally.rows, tally.touches, tally.leads), (8, 3, 2));
    let leads = histories(&mut log);
    assert_eq!(
        leads[0].touches.iter().map(|touch| &*touch.kind).collect::<Vec<_>>(),
        ["email-sent", "email-open", "email-click"]
    );
    assert_eq!((leads[1].lead.as_str(), leads[1].touches.len()), ("b", 0), "a lead all the same");
    let kept = read(text, &Options { keep_bots: true, ..Options::default() }).unwrap();
    assert_eq!((kept.tally().bots, kept.tally().touches), (tally.bots, 8));
    // Days tell no seconds, so that three clicks of a day are no burst.
    let days =
        "lead,at,kind\na,2024-03-01,Email click\na,2024-03-01,Email click \na,2024-03-01,EMAIL CLICK\n";
    let log = read(days, &Options::default()).unwrap();
    assert_eq!((log.tally().bots.all(), log.tally().duplicates, log.tally().touches), (0, 2, 1));
    assert!(log.notes().iter().any(|note| note.starts_with("times tell no seconds")), "{:?}", log.notes());
}

#[test]
fn exports_are_read_as_they_are() {
    for (text, kind, side) in [
        (
            "Contact ID,Activity date,Activity type\n7,2024-03-01 10:30,Logged call\n",
            "call",
            Some(Side::Sales),
        ),
        ("WhoId,CreatedDate,TaskSubtype\n7,2024-03-01T10:30:00.000+0000,Call\n", "call", Some(Side::Sales)),
        (
            "Regarding;Activity Type;Created On\n7;Phone Call;1.3.2024 10:30\n8;Phone Call;13.3.2024 10:30\n",
            "call",
            Some(Side::Sales),
        ),
        (
            "prospect_id,type_name,created_at\n7,Form Handler,2024-03-01T10:30:00-05:00\n",
            "form-submit",
            Some(Side::Marketing),
        ),
        (
            "lead_id,event_type,date_added\n7,page.hit,2024-03-01 10:30:00\n",
            "page-view",
            Some(Side::Marketing),
        ),
        (
            "user_pseudo_id,event_name,event_timestamp\n7,page_view,1709289000123456\n",
            "page-view",
            Some(Side::Marketing),
        ),
        ("lead,at,kind,channel\n7,1709289000123,Opened,E-Mail\n", "email-open", Some(Side::Marketing)),
    ] {
        let log = read(text, &Options::default()).unwrap();
        let tally = &log.tally().kinds[0];
        assert_eq!((&*tally.kind, tally.side, tally.known), (kind, side, true), "{text}");
    }
}

#[test]
fn the_schema_file_says_what_columns_and_kinds_are() {
    let text = "customer_id,date,quantity,stage\n1,03/04/2024,\"1,5\",won\n1,03/05/2024,2,lost\n";
    let options = said(
        "[touches]\nlead = \"customer_id\"\nat = { column = \"date\", order = \"month-day-year\" }\n\
         kind = { value = \"Sauna\" }\nquantity = { column = \"quantity\", decimal = \",\" }\nstage = \"\"\n\
         [touches.kinds]\nsauna = { kind = \"retreat\", side = \"sales\" }\n",
    );
    let mut log = read(text, &options).unwrap();
    let touches = &histories(&mut log)[0].touches;
    assert_eq!((&*touches[0].kind, touches[0].quantity), ("retreat", 1.5));
    assert_eq!(touches[0].at.millis(), 1_709_510_400_000);
    assert_eq!(log.kinds()[0].kind.side, Some(Side::Sales));
    for (text, found) in [
        ("[touches]\nlead = 3\n", "leads.toml:2:8: invalid type"),
        ("[touches]\nleed = \"a\"\n", "leads.toml:2:1: unknown field `leed`"),
        ("[touches]\nlead = { value = \"a\" }\n", "leads.toml:2:8: lead: `value` belongs to"),
        (
            "[touches]\nat = { column = \"a\", order = \"odd\" }\n",
            "leads.toml:2:6: at: expected `order` to be",
        ),
        ("[touches.kinds]\na = { side = \"both\" }\n", "leads.toml:2:14: unknown variant `both`"),
    ] {
        let error = SchemaFile::from_toml(text, "leads.toml").unwrap_err();
        assert!(error.to_string().starts_with(found), "{error}");
    }
    let error = read(text, &said("[touches]\nlead = \"custmer_id\"\n")).err().unwrap();
    assert!(
        error.to_string().starts_with("leads.toml:2:8: lead = \"custmer_id\" names no column"),
        "{error}"
    );
    assert!(error.to_string().contains("did you mean \"customer_id\"?"), "{error}");
}

#[test]
fn a_bad_cell_is_an_error_with_its_place() {
    let head = "lead,at,kind,side,quantity,stage\n";
    let good = "a,2024-01-31T10:00:00Z,call,sales,2,intent\n";
    for (row, place, part) in [
        (",2024-01-31T10:00:00Z,call,,,", "3:1", "expected a lead, found nothing"),
        ("a,soon,call,,,", "3:2", "expected a time such as 2024-01-31"),
        ("a,,call,,,", "3:2", "expected a time, found nothing; say when it was, or remove the row"),
        ("a,45322.4375,call,,,", "3:2", "beside the name of the column: order = \"number\""),
        ("a,2024-02-30T10:00:00Z,call,,,", "3:2", "expected a time"),
        ("a,1.70667E+12,call,,,", "3:2", "expected a time"),
        ("a,2024-01-31T10:00:00,call,,,", "3:2", "with a zone, as in line 2"),
        ("a,2024-01-31T10:00:00Z, ,,,", "3:3", "expected what the touch was"),
        ("a,2024-01-31T10:00:00Z,call,both,,", "3:4", "expected marketing, sales or nothing, found \"both\""),
        ("a,2024-01-31T10:00:00Z,call,,many,", "3:5", "expected a number"),
        ("a,2024-01-31T10:00:00Z,call,,inf,", "3:5", "expected a number"),
        ("a,2024-01-31T10:00:00Z,call,,,Proposal", "3:6", "expected awareness, interest"),
        ("a,2024-01-31T10:00:00Z,call", "3:3", "expected 6 cells"),
    ] {
        for memory in [1, 1 << 20] {
            let text = format!("{head}{good}{row}\n{good}");
            let error = read(&text, &Options { memory, ..Options::default() }).err().unwrap();
            let message = error.to_string();
            assert!(
                message.starts_with(&format!("touches.csv:{place}: ")) && message.contains(part),
                "{message}"
            );
        }
    }
    let error = read("lead,at,kind\na,3/4/2024,call\na,4/5/2024,call\n", &Options::default()).err().unwrap();
    assert!(
        error.to_string().starts_with(
            "touches.csv:2:2: the dates of \"at\" can be read as day-month-year or month-day-year"
        ),
        "{error}"
    );
    let error =
        read("lead,at,kind\na,13/4/2024,call\na,4/13/2024,call\n", &Options::default()).err().unwrap();
    assert!(
        error
            .to_string()
            .starts_with("touches.csv:3:2: expected a date in the order day-month-year, as line 2 shows"),
        "{error}"
    );
    for (text, kind, part) in [
        ("", ErrorKind::NoRows, "empty file"),
        ("lead,at,kind\n", ErrorKind::NoRows, "expected touches below the header"),
        ("lead,at\na,b\n", ErrorKind::MissingField, "kind = { value = \"purchase\" }"),
        ("who,at,kind\na,b,c\n", ErrorKind::MissingField, "[touches] lead = \"…\""),
    ] {
        let error = read(text, &Options::default()).err().unwrap();
        assert!(error.kind() == kind && error.to_string().contains(part), "{error}");
    }
}

#[test]
fn dates_are_read_in_the_order_that_a_later_row_shows() {
    // The order shows in the last row, after the first rows have been gathered.
    let text = "lead,at,kind\na,3/4/2024,call\na,4/5/2024,call\nb,4/13/2024,call\n";
    let mut log = read(text, &Options::default()).unwrap();
    let days: Vec<i64> = histories(&mut log)[0].touches.iter().map(|touch| touch.at.day()).collect();
    assert_eq!(days, [19_786, 19_818], "4 March and 5 April 2024");
}

#[test]
fn real_purchases_are_counted_as_their_source_says() {
    let Some(data) = shared::data() else { return };
    let text = std::fs::read_to_string(data.join("cdnow/cdnow_repaired.csv")).unwrap();
    let options = said("[touches]\nlead = \"customer_id\"\nat = \"date\"\nkind = { value = \"purchase\" }\n");
    let mut log = read(&text, &options).unwrap();
    let tally = log.tally().clone();
    assert_eq!((tally.rows, tally.leads), (69_659, 23_570));
    assert_eq!(tally.touches + tally.duplicates, 69_659);
    assert_eq!(tally.first.unwrap().day(), 9_862, "1997-01-01");
    assert_eq!(tally.last.unwrap().day(), 10_407, "1998-06-30");
    assert_eq!(tally.kinds[0].kind, "purchase");
    let discs: f64 =
        histories(&mut log).iter().flat_map(|lead| &lead.touches).map(|touch| touch.quantity).sum();
    let small = histories(&mut read(&text, &Options { memory: 100_000, ..options }).unwrap());
    let again: f64 = small.iter().flat_map(|lead| &lead.touches).map(|touch| touch.quantity).sum();
    assert_eq!(discs, again);
}

#[test]
fn an_expected_closing_is_no_outcome_that_is_known() {
    let text = "lead,created,converted,closed\na,2024-01-01,2024-02-01,\nb,2024-01-05,,2031-12-31\n";
    let outcomes =
        Outcomes::read(text.as_bytes(), "outcomes.csv", &CsvOptions::default(), None, &mut |_| {}).unwrap();
    assert_eq!(outcomes.last(), Some("2024-02-01".parse().unwrap()));
}
