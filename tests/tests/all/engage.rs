//! The table of snapshots, held against the slow way: histories, snapshots and features one by one; and files of outcomes.

#![expect(clippy::unwrap_used, reason = "a failing helper must fail its test")]

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sales_ready::model::Looks;
use sales_ready::touch::{EngagementField, Kind, Measure, Recipe, Selection, Side, Stage};
use sales_ready::train::csv;
use sales_ready::train::schema::SchemaFile;
use sales_ready::train::touches::engage::{Options, Summary, engage};
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::touches::log::{self, Log};
use sales_ready::train::touches::snapshots::snapshots;
use sales_ready::{ErrorKind, Instant};

const DAY: i64 = 86_400_000;

fn read(text: &str, memory: usize) -> Log {
    let options = log::Options { memory, ..log::Options::default() };
    Log::read(text.as_bytes(), "touches.csv", &options, &mut |_| ()).unwrap()
}

fn outcomes(text: &str) -> sales_ready::Result<Outcomes> {
    Outcomes::read(text.as_bytes(), "outcomes.csv", &csv::Options::default(), None, &mut |_| ())
}

fn table(log: &mut Log, outcomes: Option<&Outcomes>, options: &Options) -> (String, Summary) {
    let mut table = Vec::new();
    let summary = engage(log, outcomes, None, options, &mut table, &mut |_, _| ()).unwrap();
    (String::from_utf8(table).unwrap(), summary)
}

/// Every measure of every selection, and sides and stages that differ from those that touches have of their own.
fn recipe() -> Recipe {
    let selections = [
        Selection::All,
        Selection::Side(Side::Sales),
        Selection::Side(Side::Marketing),
        Selection::Kind("call".into()),
        Selection::Kind("never".into()),
    ];
    let measures = [
        Measure::Decayed { half_life: 7.0 },
        Measure::Decayed { half_life: 30.0 },
        Measure::Window { days: 10.0 },
        Measure::SinceLast,
        Measure::SinceFirst,
        Measure::Kinds,
        Measure::ActiveDays,
        Measure::Gap,
        Measure::Alternations,
        Measure::Stage,
    ];
    let fields = selections.iter().enumerate().flat_map(|(of_place, of)| {
        measures.iter().enumerate().map(move |(place, measure)| EngagementField {
            name: format!("f{of_place}_{place}"),
            of: of.clone(),
            measure: *measure,
        })
    });
    let kind = |kind: &str, side, stage| Kind { kind: kind.into(), side, stage };
    let kinds = vec![
        kind("call", Some(Side::Sales), Some(Stage::Consideration)),
        kind("webinar", Some(Side::Marketing), None),
    ];
    Recipe { kinds, fields: fields.collect() }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn the_table_is_what_the_slow_way_makes(
        touches in proptest::collection::vec((0..8_u8, 0..60_i64, 0..3_usize, 0..3_usize, 1..5_u8), 1..80),
        lives in proptest::collection::vec((0..10_u8, 0..60_i64, proptest::option::of(0..90_i64)), 0..8),
        memory in 1..2_000_usize,
        looks in 0..4_u8,
    ) {
        let mut text = "lead,at,kind,side,quantity\n".to_owned();
        for (lead, hours, kind, side, quantity) in &touches {
            // Few instants, so that touches of one instant differ by their side alone.
            let at = 1_700_000_000_000 + hours * DAY / 2;
            let (kind, side) = (["call", "webinar", "other"][*kind], ["", "marketing", "sales"][*side]);
            writeln!(text, "l{lead},{at},{kind},{side},{}", f64::from(*quantity) * 0.3).unwrap();
        }
        let mut ends = "lead,created,converted\n".to_owned();
        let mut seen = Vec::new();
        for (lead, created, after) in &lives {
            if seen.contains(lead) {
                continue;
            }
            seen.push(*lead);
            let created = 1_700_000_000_000 + created * DAY;
            let converted = after.map_or(String::new(), |after| (created + after * DAY).to_string());
            writeln!(ends, "l{lead},{created},{converted}").unwrap();
        }
        // Files of other leads are refused.
        prop_assume!(seen.is_empty() || touches.iter().any(|(lead, ..)| seen.contains(lead)));
        let ends = (!seen.is_empty()).then(|| outcomes(&ends).unwrap());
        let looks = match looks {
            0 => Looks::default(),
            1 => Looks { every: Some(3), touch_days: false, as_of: None },
            2 => Looks { every: None, touch_days: true, as_of: None },
            _ => Looks { as_of: Some(Instant::from_millis(1_700_000_000_000 + 20 * DAY)), ..Looks::default() },
        };
        let recipe = recipe();
        let horizon = "14d".parse().unwrap();
        let options = Options { looks, horizon, until: None, recipe: Some(recipe.clone()), target: None };
        let (found, summary) = table(&mut read(&text, 1 << 20), ends.as_ref(), &options);
        let (small, other) = table(&mut read(&text, memory), ends.as_ref(), &options);
        prop_assert_eq!(&small, &found, "spilled");
        prop_assert_eq!(&other, &summary);

        let mut log = read(&text, 1 << 20);
        let last = log.tally().last.unwrap();
        let until = match (&ends, looks.as_of) {
            (Some(ends), _) => last.max(ends.last().unwrap()),
            (None, at) => Instant::from_millis(at.unwrap_or(last).millis() + 14 * DAY),
        };
        let mut histories: Vec<_> = log.histories().unwrap().map(Result::unwrap).collect();
        for (lead, _) in ends.iter().flat_map(Outcomes::iter) {
            if !histories.iter().any(|history| history.lead == lead) {
                histories.push(sales_ready::train::touches::History { lead: lead.into(), touches: vec![] });
            }
        }
        histories.sort_by(|a, b| a.lead.cmp(&b.lead));
        let mut rows = found.lines();
        let columns = rows.next().unwrap().split(',').count();
        prop_assert_eq!(columns, recipe.fields.len() + 2 + usize::from(ends.is_some()));
        for history in &histories {
            let life = ends.as_ref().and_then(|ends| ends.get(&history.lead).copied()).unwrap_or_default();
            for snapshot in snapshots(history, &life, &looks, horizon, until) {
                let row = rows.next().unwrap();
                let mut cells = row.split(',');
                prop_assert_eq!(cells.next().unwrap(), &history.lead);
                let at: jiff::Timestamp = cells.next().unwrap().parse().unwrap();
                prop_assert_eq!(at.as_millisecond(), snapshot.at.millis());
                if ends.is_some() {
                    prop_assert_eq!(cells.next().unwrap(), if snapshot.converted { "1" } else { "0" });
                }
                for (value, field) in recipe.features(&history.touches, snapshot.at).iter().zip(&recipe.fields) {
                    let cell = cells.next().unwrap();
                    let read = if cell.is_empty() { f64::NAN } else { cell.parse().unwrap() };
                    prop_assert!(read.to_bits() == value.to_bits() || (read.is_nan() && value.is_nan()),
                        "{}: {} is {}, {:?}", row, field.name, value, field);
                }
            }
        }
        prop_assert_eq!(rows.next(), None);
    }
}

#[test]
fn leads_without_touches_or_outcomes_are_there_and_counted() {
    let mut log = read("lead,at,kind\nb,2024-01-02,webinar\nd,2024-02-01,webinar\n", 1 << 20);
    let ends =
        outcomes("lead,created,converted\na,2024-01-01,\nb,2024-01-01,2024-01-05\nc,2024-01-01,\n").unwrap();
    let looks = Looks { as_of: Some(Instant::from_millis(1_704_240_000_000)), ..Looks::default() };
    let options = Options { looks, horizon: "7d".parse().unwrap(), until: None, recipe: None, target: None };
    let (found, summary) = table(&mut log, Some(&ends), &options);
    let rows: Vec<String> =
        found.lines().map(|row| row.split(',').take(3).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(
        rows,
        [
            "lead,as_of,converted",
            "a,2024-01-03T00:00:00Z,0",
            "b,2024-01-03T00:00:00Z,1",
            "c,2024-01-03T00:00:00Z,0"
        ]
    );
    assert_eq!((summary.without_outcome, summary.without_touches, summary.converted), (1, 2, Some(1)));
    let notes = summary.notes.join("\n");
    assert!(
        notes.contains("1 lead has touches but no row in the outcomes; taken as not converted so far"),
        "{notes}"
    );
    assert!(notes.contains("2 leads have a row in the outcomes but no touch"), "{notes}");
}

#[test]
fn yes_to_lost_leads_is_asked_about() {
    let toml = "[outcomes]\noutcome = \"is_lost\"";
    let file = SchemaFile::from_toml(toml, "s.toml").unwrap();
    let text = "lead,is_lost,closed\na,yes,2024-01-04\nb,no,2024-01-05\n";
    let read = |file: &SchemaFile| {
        Outcomes::read(text.as_bytes(), "outcomes.csv", &csv::Options::default(), Some(file), &mut |_| ())
    };
    let error = read(&file).unwrap_err().to_string();
    assert!(error.contains("leads that did not convert") && error.contains("positive ="), "{error}");
    let said = "[outcomes]\noutcome = { column = \"is_lost\", positive = \"no\" }";
    let outcomes = read(&SchemaFile::from_toml(said, "s.toml").unwrap()).unwrap();
    let converted = |lead: &str| outcomes.get(lead).unwrap().converted.map(|at| at.to_string());
    assert_eq!([converted("a"), converted("b")], [None, Some("2024-01-05".to_owned())]);
}

#[test]
fn outcomes_of_other_leads_are_refused() {
    let ends = outcomes("lead,created,converted\nx,2024-01-01,\n").unwrap();
    let options = Options {
        looks: Looks::default(),
        horizon: "7d".parse().unwrap(),
        until: None,
        recipe: None,
        target: None,
    };
    let mut log = read("lead,at,kind\nb,2024-01-02,webinar\n", 1 << 20);
    let error = engage(&mut log, Some(&ends), None, &options, &mut Vec::new(), &mut |_, _| ()).unwrap_err();
    assert!(error.kind() == ErrorKind::BadValue && error.message().contains("no lead is in both"), "{error}");
}

#[test]
fn outcomes_of_exports_are_read_as_they_are() {
    for text in [
        "lead,created,converted\na,2024-01-01,2024-02-01\nb,2024-01-01,\n",
        // HubSpot.
        "Record ID,Create Date,Became a customer date\na,2024-01-01 00:00,2024-02-01 00:00\nb,2024-01-01 00:00,\n",
        // Salesforce.
        "Lead ID,Created Date,Converted,Converted Date\na,1/1/2024,true,2024-02-01\nb,1/1/2024,false,\nc,1/31/2024,false,\n",
        // A deal that is still open has the day on which it should close.
        "contact,Created On,Won,Close Date\na,2024-01-01,yes,2024-02-01\nb,2024-01-01,,2024-03-01\nc,2024-01-01,no,2024-04-01\n",
        "lead,created,converted,converted_at\na,2024-01-01,1,2024-02-01\nb,2024-01-01,0,\n",
    ] {
        let read = outcomes(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let (a, b) = (read.get("a").unwrap(), read.get("b").unwrap());
        let day = |at: Option<Instant>| at.map(Instant::day);
        assert_eq!(
            (day(a.created), day(a.converted), a.closed),
            (Some(19_723), Some(19_754), None),
            "{text}"
        );
        assert_eq!((day(b.created), b.converted, b.closed), (Some(19_723), None, None), "{text}");
    }
    let said = "[outcomes]\nlead = \"who\"\nconverted = { column = \"when\", order = \"month-day-year\" }\noutcome = { column = \"how\", positive = \"gold\" }\n";
    let schema = SchemaFile::from_toml(said, "leads.toml").unwrap();
    let text = "who,when,how\na,2/1/2024,gold\nb,,lead\nc,,tin\n";
    let read = Outcomes::read(text.as_bytes(), "o.csv", &csv::Options::default(), Some(&schema), &mut |_| ())
        .unwrap();
    assert_eq!(read.get("a").unwrap().converted.map(Instant::day), Some(19_754));
    assert_eq!(read.len(), 3);
    // Several values may count alike; without a day, one converted when it was closed.
    let said = "[outcomes]\nlead = \"who\"\nclosed = \"when\"\noutcome = { column = \"how\", positive = [\"gold\", \"tin\"] }\n";
    let schema = SchemaFile::from_toml(said, "leads.toml").unwrap();
    let text = "who,when,how\na,2024-02-01,gold\nb,2024-02-01,lead\nc,2024-02-01,TIN\n";
    let read = Outcomes::read(text.as_bytes(), "o.csv", &csv::Options::default(), Some(&schema), &mut |_| ())
        .unwrap();
    let converted = ["a", "b", "c"].map(|lead| read.get(lead).unwrap().converted.is_some());
    assert_eq!(converted, [true, false, true]);
    assert!(
        read.notes().iter().any(|note| note.contains("\"gold\" or \"TIN\" means converted")),
        "{:?}",
        read.notes()
    );
}

#[test]
fn outcomes_that_can_not_be_are_errors_with_their_place() {
    for (text, place, part) in [
        ("lead,created,converted\na,2024-03-01,2024-02-01\n", ":2:3: ", "converted before it was created"),
        (
            "lead,created,closed,won\na,2024-03-01,2024-02-01,no\nb,2024-03-01,2024-04-01,yes\n",
            ":2:3: ",
            "was closed before",
        ),
        (
            "lead,converted\na,2024-03-01\nb,\na,2024-03-02\n",
            ":4:1: ",
            "line 2 says something else of the lead \"a\"",
        ),
        ("lead,converted\na,2024-03-01\n ,2024-03-01\n", ":3:1: ", "expected a lead"),
        ("lead,converted\na,2024-03-01\nb,perhaps\nc,2024-03-01\n", ":3:2: ", "expected a time"),
        ("lead,converted\na,03/01/2024\n", ":2:2: ", "can be read as day-month-year or month-day-year"),
        ("lead,won\na,yes\nb,no\n", ":1:2: ", "no column says when"),
        (
            "lead,won,closed\na,yes,\nb,no,2024-03-01\n",
            ":2:2: ",
            "fill in the date, or remove the lead here and from the touches",
        ),
        ("lead,won,closed\na,x,2024-03-01\nb,y,2024-03-01\n", ":1:2: ", "say which value means converted"),
        ("lead,created\na,2024-03-01\n", ":1: ", "expected a column with the day on which a lead converted"),
        ("who,converted\na,2024-03-01\n", ":1: ", "[outcomes] lead ="),
    ] {
        let error = outcomes(text).unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with(&format!("outcomes.csv{place}")) && message.contains(part),
            "{text}: {message}"
        );
    }
    assert_eq!(outcomes("lead,converted\n").unwrap_err().kind(), ErrorKind::NoRows);
    // The same said twice is no contradiction.
    assert_eq!(outcomes("lead,converted\na,2024-03-01\na,2024-03-01\n").unwrap().len(), 1);
}
