//! The published JSON Schema accepts what the core writes, and no more.

use sales_ready::Instant;
use sales_ready::model::{
    Abstention, AbstentionKind, Band, Card, Counted, DataCard, Document, Estimate, ExcludedField,
    FieldReference, FitStep, Flagged, LevelShare, LevelShares, Looks, Metrics, NumberShares, Policy,
    Positive, Profit, Reference, ScoreReference, Shares, Target, ThresholdBasis, TrainingCard,
};
use sales_ready::touch::{EngagementField, Kind, Measure, Recipe, Selection, Side, Stage};
use sales_ready::train::{Money, Options, train};
use sales_ready_tests::{parity, sample};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../core/schema/model.schema.json");

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    jsonschema::draft202012::new(&schema).expect("the schema is one")
}

/// A document in which every optional part is present.
fn full() -> Value {
    let estimate = Estimate { value: 0.5, low: 0.25, high: 0.75 };
    let metrics = Metrics {
        held_out: "the newest fifth".into(),
        leads: 62,
        conversions: 2,
        auc: estimate,
        average_precision: estimate,
        log_loss: estimate,
        brier: estimate,
        ece: estimate,
        lift_at_10: estimate,
    };
    let model = parity::model(11).expect("a sound model");
    let mut document = Document {
        policy: Policy {
            basis: ThresholdBasis::Economics { cost_per_contact: 40.0, value_per_conversion: 900.0 },
            abstains: Some(Abstention {
                kind: AbstentionKind::TooFew,
                conversions: 12,
                non_conversions: 300,
                needed: 40,
                needed_for_auc: 130,
                auc: estimate,
            }),
            ..model.policy().clone()
        },
        card: Some(Card {
            target: Target {
                field: "stage".into(),
                positive: Positive::of(["won", "renewed"]).expect("two"),
                open: vec!["pending".into()],
            },
            data: DataCard {
                leads: 312,
                conversions: 12,
                period: Some(["2024-01-08".into(), "2025-07-08".into()]),
                horizon_days: Some(30),
                groups: Some("account".into()),
                looks: Some(Looks { as_of: Some(Instant::from_millis(0)), ..Looks::default() }),
                bots_kept: true,
                excluded: vec![ExcludedField { field: "draft".into(), reason: "filled in later".into() }],
            },
            metrics: metrics.clone(),
            other_splits: vec![metrics],
            flagged: Flagged {
                counted: Counted::Calls,
                leads: 9,
                conversions: 2,
                probability: estimate,
                logit: Some(estimate),
                share: estimate,
                precision: Some(estimate),
                recall: estimate,
                profit: Some(Profit {
                    per_100_leads: estimate,
                    everyone: estimate,
                    against_everyone: estimate,
                }),
            },
            training: TrainingCard {
                penalty: 0.1,
                steps: vec![FitStep {
                    step: "one smoothness for all terms".into(),
                    log_loss: 0.3,
                    kept: true,
                }],
                iterations: 7,
                gradient: 1e-12,
                calibration: "platt".into(),
                seed: 1,
            },
            reference: Some(reference()),
        }),
        touches: Some(recipe()),
        ..model.document().clone()
    };
    for field in &mut document.fields {
        (field.engagement, field.actionable) = (true, true);
    }
    serde_json::to_value(document).expect("a document is JSON")
}

/// A recipe with every selection and every measure.
fn recipe() -> Recipe {
    let field = |name: &str, of, measure| EngagementField { name: name.into(), of, measure };
    let kind = |kind: &str, side, stage| Kind { kind: kind.into(), side, stage };
    let mut fields = vec![
        field("a", Selection::All, Measure::Decayed { half_life: 7.5 }),
        field("b", Selection::Side(Side::Sales), Measure::Window { days: 30.0 }),
        field("c", Selection::Kind("webinar".into()), Measure::SinceLast),
    ];
    let others = [
        Measure::SinceFirst,
        Measure::Kinds,
        Measure::ActiveDays,
        Measure::Gap,
        Measure::Alternations,
        Measure::Stage,
    ];
    fields.extend(others.map(|measure| field("d", Selection::All, measure)));
    let mut kinds: Vec<Kind> = Stage::ALL.map(|stage| kind(stage.as_str(), None, Some(stage))).into();
    kinds.extend(Side::ALL.map(|side| kind(side.as_str(), Some(side), None)));
    Recipe { kinds, fields }
}

fn reference() -> Reference {
    let numbers = NumberShares { cuts: vec![0.0], shares: vec![0.6, 0.3], below: 0.0, above: 0.01 };
    let levels = vec![LevelShare { level: "fair".into(), share: 0.7 }];
    let levels = LevelShares { levels, others: 0.3, unseen: 0.2 };
    let field = |field: &str, missing, known| FieldReference {
        field: field.into(),
        missing,
        known,
        worth: Some(90.5),
    };
    let band = Band { share: 0.5, leads: 31, probability: 0.04, rate: 0.05 };
    Reference {
        rate_worth: Some(70.0),
        leads: 312.0,
        fields: vec![
            field("visits", 0.1, Shares::Numbers(numbers)),
            field("source", 0.0, Shares::Levels(levels)),
        ],
        score: ScoreReference { cuts: vec![-1.0], bands: vec![band; 2], worth: Some(80.0) },
    }
}

#[test]
fn the_schema_is_valid_itself() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
}

#[test]
fn random_and_full_models_are_valid() {
    let validator = validator();
    for seed in 0..100 {
        let model: Value = serde_json::from_str(&parity::model(seed).unwrap().to_json()).unwrap();
        let errors: Vec<_> = validator.iter_errors(&model).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let errors: Vec<_> = validator.iter_errors(&full()).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn a_trained_model_is_valid() {
    let validator = validator();
    let money = Money { cost_per_contact: 40.0, value_per_conversion: 900.0 };
    let mut with_money = Options::default();
    with_money.money = Some(money);
    // 200 leads have fewer than 40 conversions: such a model abstains.
    for (rows, options) in [(200, Options::default()), (2_000, Options::default()), (2_000, with_money)] {
        let leads = sample::generate(5, rows).to_leads();
        let model = train(&leads, &options, &mut |_| ()).unwrap().model;
        assert_eq!(model.policy().abstains.is_some(), rows == 200);
        let model: Value = serde_json::from_str(&model.to_json()).unwrap();
        let errors: Vec<_> = validator.iter_errors(&model).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn every_property_of_the_schema_is_written() {
    let full = full().to_string();
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut names = vec![];
    property_names(&schema, &mut names);
    for name in names {
        assert!(full.contains(&format!("\"{name}\":")), "the schema has {name:?}, which no model file holds");
    }
}

fn property_names(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                names.extend(properties.keys().filter(|name| *name != "f1").cloned());
            }
            object.values().for_each(|value| property_names(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| property_names(item, names)),
        _ => {}
    }
}

#[test]
fn a_damaged_model_is_not_valid() {
    let validator = validator();
    let sound = full();
    let pair = |part: &str, damage: Value| {
        let mut pair = json!({
            "fields": ["visits", "source"],
            "axes": [{ "cuts": [] }, { "levels": [] }],
            "values": [[0.0, 0.1], [0.2, 0.3]],
        });
        pair[part] = damage;
        json!({ "pair": pair })
    };
    let mut with_pair = sound.clone();
    with_pair["terms"][0] = pair("se", json!([[0.1, 0.1], [0.1, 0.1]]));
    assert!(validator.is_valid(&with_pair));
    let cases: [(&str, Value); 27] = [
        ("/format", json!("sales-ready/2")),
        ("/card/target/positive", json!([])),
        ("/intercept", json!(null)),
        ("/intercept", json!("1")),
        ("/fields/0/name", json!("")),
        ("/fields/0/type", json!("text")),
        ("/fields/0/type", json!({ "number": { "decimal": ".." } })),
        ("/terms/0", json!({ "pair": {} })),
        ("/terms/0", pair("fields", json!(["visits"]))),
        ("/terms/0", pair("fields", json!(["visits", "visits"]))),
        ("/terms/0", pair("axes", json!([{ "cuts": [1.0] }]))),
        ("/terms/0", pair("axes", json!([{ "cuts": [1.0], "levels": ["fair"] }, { "cuts": [] }]))),
        ("/terms/0", pair("values", json!([[0.0, 0.0], [0.0]]))),
        ("/terms/0", pair("se", json!([[0.1, 0.1], [0.1, -0.1]]))),
        ("/terms/0", json!({ "curve": { "field": "visits", "x": [], "y": [] } })),
        ("/terms/0", json!({ "curve": { "x": [1.0], "y": [1.0] } })),
        ("/terms/0", json!({ "table": { "field": "source" } })),
        ("/calibration/y/0", json!(null)),
        ("/policy/grades", json!([1.0, 0.0])),
        ("/policy/probability", json!(1.5)),
        ("/policy/basis", json!({ "f1": { "f1": 0.4 }, "economics": {} })),
        ("/golden/0/bits", json!("3FF0000000000000")),
        ("/golden/0/lead", json!({ "visits": [1] })),
        ("/card/data/leads", json!(-1)),
        ("/card/reference/fields/0/missing", json!(1.5)),
        ("/card/reference/fields/0/known", json!({ "pairs": {} })),
        ("/card/reference/score/bands", json!([])),
    ];
    for (place, damage) in cases {
        let mut damaged = sound.clone();
        *damaged.pointer_mut(place).unwrap() = damage.clone();
        assert!(!validator.is_valid(&damaged), "{place} = {damage} passed");
    }
}

#[test]
fn an_unknown_or_absent_property_is_not_valid() {
    let validator = validator();
    let sound = full();
    let mut places = vec![];
    object_places(&sound, String::new(), &mut places);
    // The leads of golden vectors have any keys; everything else is named in the schema.
    for place in places.iter().filter(|place| !place.ends_with("/lead")) {
        let mut extended = sound.clone();
        let object = extended.pointer_mut(place).unwrap().as_object_mut().unwrap();
        object.insert("surprise".into(), json!(0));
        assert!(!validator.is_valid(&extended), "a property more in {place:?} passed");
    }
    for name in ["format", "generator", "fields", "intercept", "terms", "calibration", "policy", "golden"] {
        let mut reduced = sound.clone();
        reduced.as_object_mut().unwrap().remove(name);
        assert!(!validator.is_valid(&reduced), "without {name:?} it passed");
    }
}

fn object_places(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                object_places(inner, format!("{place}/{name}"), places);
            }
            places.push(place);
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                object_places(inner, format!("{place}/{index}"), places);
            }
        }
        _ => {}
    }
}
