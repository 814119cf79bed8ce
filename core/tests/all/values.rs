//! What can be put into a lead, and what comes out, as Rust has it.

use std::borrow::Cow;

use sales_ready::model::{Grade, Readiness};
use sales_ready::{Lead, Model, Value};

#[test]
fn numbers_and_texts_of_all_usual_types_are_values() {
    let name = String::from("fair");
    let lead = Lead::new()
        .with("usize", [1, 2, 3].len())
        .with("i64", -3_i64)
        .with("u64", 3_u64)
        .with("f32", 0.5_f32)
        .with("literal", 4)
        .with("none", None::<usize>)
        .with("text", &name)
        .with("cow", Cow::Borrowed("web"));
    for (field, number) in [("usize", 3.0), ("i64", -3.0), ("u64", 3.0), ("f32", 0.5), ("literal", 4.0)] {
        assert_eq!(*lead.get(field), Value::Number(number), "{field}");
    }
    assert_eq!(*lead.get("none"), Value::Missing);
    assert_eq!([lead.get("text"), lead.get("cow")], [&Value::from("fair"), &Value::from("web")]);
    // The nearest number there is.
    assert_eq!(Value::from(u64::MAX), Value::Number(18_446_744_073_709_551_616.0));
    assert_eq!(Value::from(i64::MIN), Value::Number(-9_223_372_036_854_775_808.0));
}

#[test]
fn grades_and_decisions_are_shown_in_the_words_of_the_files() {
    assert_eq!(format!("{} {:>2} {}", Grade::A, Grade::D, Readiness::SalesReady), "A  D sales-ready");
}

#[test]
fn what_a_file_says_is_bounded_where_a_message_quotes_it() {
    let long = "long\u{202e}".repeat(100_000);
    let read = |golden: serde_json::Value| {
        Model::from_json(
            &serde_json::json!({
                "format": "sales-ready/1", "generator": "test", "intercept": 0.0, "terms": [],
                "fields": [{"name": long, "type": "category"}],
                "calibration": {"x": [-5, 5], "y": [-5, 5]},
                "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]},
                "golden": golden
            })
            .to_string(),
        )
    };
    let model = read(serde_json::json!([])).expect("a sound model");
    let nothing = model.score(&Lead::new().with("x", 1)).expect_err("none of its fields");
    let damaged = read(serde_json::json!([{"lead": {&long: "a"}, "logit": 0.0, "bits": long}]));
    for error in [nothing, damaged.expect_err("other bits")] {
        let text = error.to_string();
        assert!(text.contains("long") && text.len() < 2_500 && !text.contains('\u{202e}'), "{}", text.len());
    }
}
