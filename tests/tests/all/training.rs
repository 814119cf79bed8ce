//! Trained on the sample, the model follows the truth that made it, and is the same on every machine.

use sales_ready::Model;
use sales_ready::model::{Field, FieldKind, Reading, Term};
use sales_ready::train::leads::{Column, Leads, MISSING_LEVEL, Values};
use sales_ready::train::{Options, train};
use sales_ready_tests::reference;
use sales_ready_tests::sample::{self, Cell, Centred, Effect, ROWS, SEED, Sample};

/// One fitted value: where, what it should be, and by how many standard errors it misses.
struct Knot {
    place: String,
    distance: f64,
}

fn knots(sample: &Sample, term: &Term) -> Vec<Knot> {
    let truth = sample::truth();
    let name = &term.fields()[0];
    let centred: Centred = truth.term(name).expect("a field of the sample").centred_on(sample);
    let knot = |place: String, fitted: f64, se: f64, cell: Cell| Knot {
        place: format!("{name} at {place}: {fitted:.3} ± {se:.3}, truly {:.3}", centred.of(cell)),
        distance: (fitted - centred.of(cell)) / se,
    };
    match term {
        Term::Curve(curve) => {
            assert_eq!(curve.se.len(), curve.y.len());
            let values = curve.x.iter().zip(&curve.y).zip(&curve.se);
            values.map(|((x, y), se)| knot(x.to_string(), *y, *se, Cell::Number(*x))).collect()
        }
        Term::Table(table) => {
            let Effect::Table { levels, .. } =
                truth.term(&table.field).expect("a field of the sample").effect
            else {
                panic!("{} is no table", table.field)
            };
            let cell = |level: &str| {
                Cell::Level(levels.iter().find(|(name, _)| *name == level).expect("a level of the sample").0)
            };
            let se = |se: Option<f64>| se.expect("a standard error");
            table
                .levels
                .iter()
                .map(|one| knot(one.level.clone(), one.value, se(one.se), cell(&one.level)))
                .collect()
        }
        _ => panic!("a new kind of term"),
    }
}

#[test]
fn curves_and_tables_follow_the_truth() {
    let sample = sample::generate(31, 12_000);
    let training = train(&sample.to_leads(), &Options::default(), &mut |_| ()).unwrap();
    let model = &training.model;
    let found: Vec<Knot> = model.terms().iter().flat_map(|term| knots(&sample, term)).collect();
    // The standard errors count the penalty's bias in, as a prior's variance (Wahba 1983), so that distances are near
    // standard normal on average over a curve. Of about 180 normal numbers the largest stays below 4.5 with a chance of
    // 99.9 %, and their mean square between 0.5 and 1.5 even if only every third were independent.
    let worst = found.iter().max_by(|a, b| a.distance.abs().total_cmp(&b.distance.abs())).unwrap();
    assert!(worst.distance.abs() < 4.5, "{} is {:.1} standard errors off", worst.place, worst.distance);
    let mean_square =
        found.iter().map(|knot| knot.distance * knot.distance).sum::<f64>() / found.len() as f64;
    assert!((0.5..1.5).contains(&mean_square), "mean square distance {mean_square} standard errors");
    // The intercept is the average lead's logit; its standard error is near 1 / √(n p (1 − p)).
    let rate = training.model.card().unwrap().data.conversions as f64 / 12_000.0;
    let se = 1.0 / (12_000.0 * rate * (1.0 - rate)).sqrt();
    let distance = model.intercept() - sample::truth().centred_intercept(&sample);
    assert!(distance.abs() < 4.5 * se, "the intercept is {distance} off, its standard error {se}");
}

#[test]
fn the_threads_leave_no_trace_in_the_model() {
    let leads = sample::generate(SEED, ROWS).to_leads();
    let model = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| train(&leads, &Options::default(), &mut |_| ()).unwrap().model.to_json())
    };
    let alone = model(1);
    assert!(alone == model(3));
    assert!(Model::from_json(&alone).unwrap().to_json() == alone);
}

#[test]
fn the_leak_is_found_and_the_rare_level_is_not_stored() {
    let sample = sample::generate(SEED, ROWS);
    let mut leads = sample.to_leads();
    let codes = sample.leads.iter().map(|lead| if lead.contract_draft_sent { 0 } else { MISSING_LEVEL });
    leads.columns.push(Column::new(
        Field::new("contract_draft_sent", FieldKind::Category),
        Values::Levels { levels: vec!["yes".into()], codes: codes.collect() },
    ));
    let training = train(&leads, &Options::default(), &mut |_| ()).unwrap();
    let left_out: Vec<_> = training.findings.iter().filter(|finding| finding.excluded).collect();
    assert!(
        matches!(left_out[..], [finding] if finding.field.as_deref() == Some("contract_draft_sent")),
        "{:?}",
        training.findings
    );
    assert!(training.model.fields().iter().all(|field| field.name != "contract_draft_sent"));
    // Ten or so leads came from print adverts: too few to store, so the model treats them as any rare source.
    let source = training.model.terms().iter().find(|term| term.fields() == ["source"]).unwrap();
    let Term::Table(source) = source else { panic!("a category") };
    assert_eq!(source.levels.len(), 8);
    assert!(source.levels.iter().all(|level| level.level != "Print advert"));
}

#[test]
fn the_metrics_are_those_of_the_truth() {
    let sample = sample::generate(SEED, ROWS);
    let training = train(&sample.to_leads(), &Options::default(), &mut |_| ()).unwrap();
    let metrics = &training.model.card().unwrap().metrics;
    // The newest fifth is held out; no model can be expected to beat the truth there, and a sound one comes near it.
    let newest = &sample.leads[ROWS - metrics.leads as usize..];
    let truth = sample::truth();
    let logits: Vec<f64> = newest.iter().map(|lead| truth.logit(lead)).collect();
    let labels: Vec<bool> = newest.iter().map(|lead| lead.converted).collect();
    let best = reference::auc(&logits, &labels, &vec![1.0; newest.len()]);
    assert!(
        (best - 0.03..best + 0.01).contains(&metrics.auc.value),
        "{:?}, the truth has {best}",
        metrics.auc
    );
    assert!((metrics.auc.low..metrics.auc.high).contains(&best));
}

#[test]
fn the_intercept_is_the_average_lead_and_contributions_average_to_nothing() {
    let sample = sample::generate(SEED, ROWS);
    let mut leads = sample.to_leads();
    // Rows that stand for several leads move the average.
    leads.weights = Some((0..leads.len()).map(|row| [0.5, 1.0, 3.0][row % 3]).collect());
    let model = train(&leads, &Options::default(), &mut |_| ()).unwrap().model;
    let total: f64 = (0..leads.len()).map(|row| leads.weight(row)).sum();
    for term in model.terms() {
        let value = |row: usize| {
            let readings: Vec<Reading<'_>> =
                term.fields().iter().map(|name| reading(&leads, name, row)).collect();
            term.value(&readings.iter().collect::<Vec<_>>())
        };
        let sum: f64 = (0..leads.len()).map(|row| leads.weight(row) * value(row)).sum();
        assert!((sum / total).abs() < 1e-9, "{:?} averages {}", term.fields(), sum / total);
    }
}

fn reading<'l>(leads: &'l Leads, name: &str, row: usize) -> Reading<'l> {
    let column = leads.columns.iter().find(|column| column.field.name == name).expect("a column");
    match &column.values {
        _ if column.values.is_missing(row) => Reading::Missing,
        Values::Numbers(numbers) => Reading::Number(numbers[row]),
        Values::Levels { levels, codes } => Reading::Level(levels[codes[row] as usize].as_str().into()),
    }
}
