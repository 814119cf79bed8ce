//! What can be put into a lead, and what comes out, as Rust has it.

use std::borrow::Cow;

use sales_ready::model::{Grade, Readiness};
use sales_ready::{Lead, Value};

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
