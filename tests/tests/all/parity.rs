//! Contributions reconcile with the logit bit for bit, whatever the model and the lead.

use sales_ready::model::Term;
use sales_ready::{Model, Value};
use sales_ready_tests::parity::{self, Case};
use sales_ready_tests::random::Random;
use serde_json::json;

#[test]
fn intercept_and_contributions_sum_to_the_logit() {
    for seed in 0..50 {
        let model = parity::model(seed).unwrap();
        let mut random = Random::new(seed);
        for _ in 0..200 {
            let lead = parity::lead(&model, &mut random);
            let explanation = model.explain(&lead).unwrap();
            let sum =
                explanation.contributions.iter().fold(model.intercept(), |sum, reason| sum + reason.logit);
            assert_eq!(sum.to_bits(), model.score(&lead).unwrap().logit.to_bits(), "seed {seed}: {lead:?}");
            assert!(sum.is_finite());
        }
    }
}

/// The kernel scores by codes and cells; the terms of the document, by texts, are another way to the same bits.
#[test]
fn the_kernel_has_the_bits_of_the_document() {
    for seed in 0..20 {
        let model = parity::model(seed).unwrap();
        let mut random = Random::new(seed);
        let leads: Vec<_> = (0..100).map(|_| parity::lead(&model, &mut random)).collect();
        let mut table = vec![0.0; leads.len() * model.fields().len()];
        for (row, lead) in leads.iter().enumerate() {
            let place = |name: &String| model.fields().iter().position(|field| field.name == *name).unwrap();
            let values: Vec<Value<'_>> =
                model.fields().iter().map(|field| lead.get(&field.name).clone()).collect();
            let explanation = model.explain_values(&values).unwrap();
            for (term, found) in model.terms().iter().zip(&explanation.contributions) {
                let own = term.fields().iter().map(place);
                let readings: Vec<_> =
                    own.map(|place| model.fields()[place].read(&values[place]).unwrap()).collect();
                let expected = term.value(&readings.iter().collect::<Vec<_>>());
                assert_eq!(found.logit.to_bits(), expected.to_bits(), "seed {seed}: {lead:?}, {term:?}");
            }
            for (field, reading) in model.read(&values).unwrap().into_iter().enumerate() {
                table[field * leads.len() + row] = reading;
            }
        }
        let single = leads.iter().map(|lead| model.score(lead).unwrap()).collect::<Vec<_>>();
        assert_eq!(model.kernel().score_table(&table, leads.len()), single);
    }
}

#[test]
fn by_name_and_by_place_score_alike() {
    let model = parity::model(1).unwrap();
    let mut random = Random::new(2);
    for _ in 0..1000 {
        let lead = parity::lead(&model, &mut random);
        let values: Vec<Value<'_>> =
            model.fields().iter().map(|field| lead.get(&field.name).clone()).collect();
        assert_eq!(model.score(&lead).unwrap(), model.score_values(&values).unwrap());
        assert_eq!(model.explain(&lead).unwrap(), model.explain_values(&values).unwrap());
    }
}

#[test]
fn a_model_read_back_scores_alike() {
    let model = parity::model(3).unwrap();
    let again = Model::from_json(&model.to_json()).unwrap();
    assert_eq!(model, again);
    let mut random = Random::new(4);
    for _ in 0..1000 {
        let lead = parity::lead(&model, &mut random);
        let (case, other) = (Case::new(&model, &lead).unwrap(), Case::new(&again, &lead).unwrap());
        assert_eq!((case.logit, case.contributions), (other.logit, other.contributions));
    }
}

#[test]
fn the_cases_hold_what_is_rare() {
    let model = parity::model(1).unwrap();
    let mut random = Random::new(2);
    let mut seen = [false; 6];
    for _ in 0..1000 {
        for (name, value) in parity::lead(&model, &mut random).fields() {
            match value {
                Value::Missing => seen[0] = true,
                Value::Number(number) if number.is_nan() => seen[1] = true,
                Value::Number(number) if number.is_infinite() => seen[2] = true,
                Value::Number(number) if number.is_subnormal() => seen[3] = true,
                Value::Flag(_) => seen[4] = true,
                Value::Text(text) => {
                    assert!(!text.starts_with("f64:"));
                    seen[5] |= name == "price in €" && text.contains('.') && text.ends_with('€');
                }
                Value::Number(_) => {}
            }
        }
    }
    assert_eq!(seen, [true; 6]);
}

#[test]
fn the_cases_visit_every_row_and_column_of_every_pair() {
    let model = parity::model(1).unwrap();
    let mut random = Random::new(2);
    let leads: Vec<_> = (0..5000).map(|_| parity::lead(&model, &mut random)).collect();
    let pairs =
        model.terms().iter().filter_map(|term| if let Term::Pair(pair) = term { Some(pair) } else { None });
    for pair in pairs {
        let fields = pair.fields.each_ref().map(|name| {
            model.fields().iter().find(|field| field.name == *name).expect("a field of the model")
        });
        let [rows, columns] = &pair.axes;
        let mut visited = vec![vec![false; columns.cells()]; rows.cells()];
        for lead in &leads {
            let [row, column] = fields.map(|field| field.read(lead.get(&field.name)).unwrap());
            visited[rows.cell(&row)][columns.cell(&column)] = true;
        }
        assert!(visited.iter().all(|row| row.contains(&true)), "{:?}", pair.fields);
        assert!(
            (0..columns.cells()).all(|column| visited.iter().any(|row| row[column])),
            "{:?}",
            pair.fields
        );
    }
}

/// `tests/web/suite/models.mjs` has the same files: all readers draw the line at the same place.
#[test]
fn a_small_file_that_asks_for_much_is_refused() {
    let reads = |fields: usize, levels: usize, pairs: usize, golden: usize| {
        let many = |count: usize, entry: &dyn Fn(usize) -> serde_json::Value| {
            (0..count).map(entry).collect::<Vec<_>>()
        };
        let table = json!({ "field": "f0", "levels": many(levels, &|at| json!({ "level": format!("{at:06}"), "value": 0 })) });
        let pair = |at: usize| json!({ "fields": ["f0", format!("f{}", at + 1)], "axes": [{ "levels": [] }, { "levels": [] }], "values": [[0, 0], [0, 0]] });
        let mut terms = vec![json!({ "table": table })];
        terms.extend(many(pairs, &|at| json!({ "pair": pair(at) })));
        let file = json!({
            "format": "sales-ready/1", "generator": "", "intercept": 0, "terms": terms,
            "fields": many(fields, &|at| json!({ "name": format!("f{at}"), "type": "category" })),
            "calibration": { "x": [0], "y": [0] },
            "policy": { "threshold": 0, "probability": 0.5, "basis": { "f1": { "f1": 0 } }, "grades": [2, 1, 0] },
            "golden": many(golden, &|_| json!({ "lead": { "f0": "x" }, "logit": 0, "bits": "0" })),
        });
        Model::from_json(&file.to_string()).map(drop).map_err(|error| (error.code(), error.to_string()))
    };
    for (fields, levels, pairs, golden) in [(1000, 3000, 999, 0), (1499, 0, 0, 2000)] {
        assert_eq!(reads(fields, levels, pairs, golden), Ok(()));
        let (code, message) =
            reads(fields + 1, levels, pairs + usize::from(pairs > 0), golden + 1).unwrap_err();
        assert_eq!(code, "model-invalid");
        assert!(
            message.contains("train it with fewer levels or pairs, or keep fewer golden vectors"),
            "{message}"
        );
    }
}
