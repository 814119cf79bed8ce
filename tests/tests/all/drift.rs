//! Drift on the sample: none where there is none, and what moved where something did.

use std::sync::OnceLock;

use sales_ready::Model;
use sales_ready::drift::{Drift, Severity, drift};
use sales_ready::model::{Reference, Shares};
use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::outcomes::OutcomeColumn;
use sales_ready::train::{Options, train};
use sales_ready_tests::sample::{self, Cell, FIELDS, ROWS, SEED, Sample, SampleLead};

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let leads = sample::generate(SEED, ROWS).to_leads();
        train(&leads, &Options::default(), &mut |_| ()).expect("a model").model
    })
}

fn reference() -> &'static Reference {
    model().card().and_then(|card| card.reference.as_ref()).expect("a reference")
}

/// The leads as a file, each cell as `change` would have it.
fn file(sample: &Sample, change: impl Fn(&SampleLead, &str, Cell) -> String) -> String {
    let mut text = format!("{},converted\n", FIELDS.join(","));
    for lead in &sample.leads {
        for (field, cell) in FIELDS.iter().zip(lead.cells) {
            text.push_str(&change(lead, field, cell));
            text.push(',');
        }
        text.push_str(if lead.converted { "yes\n" } else { "no\n" });
    }
    text
}

fn as_it_is(_: &SampleLead, _: &str, cell: Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Number(number) => number.to_string(),
        Cell::Level(level) => level.to_owned(),
    }
}

fn held_against(text: &str) -> Drift {
    let table =
        Table::read(text.as_bytes(), "new.csv", &CsvOptions::default(), &mut |_| ()).expect("a table");
    drift(model(), &table, &OutcomeColumn::default()).expect("a comparison")
}

#[test]
fn shares_add_up_and_name_no_rare_level() {
    let reference = reference();
    assert_eq!(reference.leads, ROWS as f64);
    assert_eq!(reference.fields.len(), model().fields().len());
    for field in &reference.fields {
        let (known, most) = match &field.known {
            Shares::Numbers(numbers) => {
                assert_eq!(numbers.shares.len(), numbers.cuts.len() + 1);
                assert!(numbers.shares.iter().all(|share| *share > 0.015), "{numbers:?}");
                (numbers.shares.iter().sum::<f64>(), numbers.shares.len())
            }
            Shares::Levels(levels) => {
                let told = levels.levels.iter().map(|level| level.share);
                assert!(told.clone().all(|share| share >= 20.0 / ROWS as f64), "{levels:?}");
                (told.sum::<f64>() + levels.others, 0)
            }
            _ => panic!("a new kind of field"),
        };
        assert!((known + field.missing - 1.0).abs() < 1e-5, "{field:?}");
        assert!(most <= 12, "{field:?}");
    }
    let bands = &reference.score.bands;
    assert!((bands.iter().map(|band| band.share).sum::<f64>() - 1.0).abs() < 1e-5);
    let card = model().card().unwrap();
    assert_eq!(bands.iter().map(|band| band.leads).sum::<u64>(), card.metrics.leads);
    let conversions: f64 = bands.iter().map(|band| band.rate * band.leads as f64).sum();
    assert!((conversions - card.metrics.conversions as f64).abs() < 1e-6);
    assert!(bands.windows(2).all(|pair| pair[0].probability < pair[1].probability), "{bands:?}");
    assert!(!model().to_json().contains("Print advert"));
}

#[test]
fn the_training_leads_have_not_drifted() {
    let drift = held_against(&file(&sample::generate(SEED, ROWS), as_it_is));
    assert_eq!(drift.severity, Severity::Stable);
    // But for the rounding of shares to millionths there is nothing to see.
    assert!(drift.score.psi.abs() < 1e-9, "{:?}", drift.score);
    for field in &drift.fields {
        assert!(field.shift.psi.abs() < 1e-9, "{field:?}");
        let shares = [Some(field.missing), field.unseen, field.out_of_range()];
        for share in shares.into_iter().flatten() {
            assert!((share.then - share.now).abs() < 2e-6, "{field:?}");
        }
        // Terms are centred on these leads.
        assert!(field.logit.is_some_and(|logit| logit.abs() < 1e-9), "{field:?}");
    }
    let calibration = drift.calibration.unwrap();
    assert_eq!(calibration.leads, ROWS as u64);
    assert_eq!(calibration.bands.iter().map(|band| band.leads).sum::<u64>(), calibration.leads);
    assert_eq!(calibration.bands.iter().map(|band| band.conversions).sum::<u64>(), calibration.conversions);
}

#[test]
fn new_leads_of_the_same_kind_raise_no_alarm() {
    let mut alarms = [0, 0];
    for (runs, rows) in [(20, 50), (15, 400), (5, 2_000)] {
        for run in 0..runs {
            let drift = held_against(&file(&sample::generate(1_000 * rows as u64 + run, rows), as_it_is));
            let moved = |field: &_| matches!(field, Severity::Watch | Severity::Drifted);
            let inputs = drift.fields.iter().map(|field| field.shift.severity).chain([drift.score.severity]);
            alarms[0] += usize::from(inputs.into_iter().any(|severity| moved(&severity)));
            let calibration = drift.calibration.unwrap();
            let auc = calibration.auc.map_or(Severity::Stable, |auc| auc.severity);
            alarms[1] += usize::from(moved(&calibration.severity.max(auc)));
        }
    }
    // Inputs may alarm 1 time in 100, outcomes 3 times (their sum, one of the bands, the AUC): of 40 runs more than 3,
    // and more than 5, do so with a chance below 1 in 1,000.
    assert!(alarms[0] <= 3 && alarms[1] <= 5, "{alarms:?} false alarms");
}

#[test]
fn what_moved_is_named() {
    // A new source that the model has not seen, and sizes that are no longer filled in.
    let change = |lead: &SampleLead, field: &str, cell: Cell| match field {
        "source" if lead.id.ends_with(['0', '1', '2']) => "Chat".to_owned(),
        "company_size" if lead.id.ends_with(['3', '4', '5', '6']) => String::new(),
        _ => as_it_is(lead, field, cell),
    };
    let drift = held_against(&file(&sample::generate(77, 500), change));
    assert_eq!(drift.severity, Severity::Drifted);
    let moved: Vec<&str> = drift
        .fields
        .iter()
        .filter(|field| field.shift.severity > Severity::Stable)
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(moved, ["source", "company_size"]);
    let field = |name: &str| drift.fields.iter().find(|field| field.field == name).unwrap();
    let unseen = field("source").unseen.unwrap();
    assert!(unseen.then < 0.01 && (0.25..0.35).contains(&unseen.now), "{unseen:?}");
    assert_eq!(field("source").most.as_ref().unwrap().what, "rare or new values");
    let missing = field("company_size").missing;
    assert!(missing.now > missing.then + 0.15, "{missing:?}");
    let text = drift.sentences.join("\n");
    assert!(
        text.contains("\"source\" has moved (PSI ") && text.contains("\"company_size\" has moved"),
        "{text}"
    );
}

#[test]
fn a_rate_that_fell_is_seen_though_the_leads_are_the_same() {
    let mut sample = sample::generate(78, 1_500);
    // Every second conversion is lost.
    let mut lost = false;
    for lead in sample.leads.iter_mut().filter(|lead| lead.converted) {
        lost = !lost;
        lead.converted = lost;
    }
    let drift = held_against(&file(&sample, as_it_is));
    assert_eq!(drift.severity, Severity::Drifted);
    assert_eq!(drift.score.severity, Severity::Stable);
    let calibration = drift.calibration.unwrap();
    assert!(calibration.predicted > 1.6 * calibration.rate.value, "{calibration:?}");
    assert!(drift.sentences[0].contains("no longer convert as the model predicts"), "{:?}", drift.sentences);
    assert!(drift.sentences.iter().any(|sentence| sentence.ends_with("fewer than predicted.")));
}

#[test]
fn the_threads_leave_no_trace() {
    let text = file(&sample::generate(79, 300), as_it_is);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| held_against(&text))
    };
    assert_eq!(on(1), on(3));
}
