//! A score of typed values allocates nothing. By itself in this file, whose program counts its allocations.

use allocation_counter::measure;
use sales_ready::Value;
use sales_ready_tests::thirty;

#[test]
fn a_score_of_typed_values_allocates_nothing() {
    let model = thirty::model().unwrap();
    let leads = thirty::leads(1000);
    let kernel = model.kernel();
    let mut readings = Vec::with_capacity(thirty::FIELDS);
    let (mut sum, mut other) = (0.0, 0.0);
    let counted = measure(|| {
        for lead in &leads {
            model.read_into(lead, &mut readings).unwrap();
            sum += kernel.score(&readings).probability;
        }
    });
    assert_eq!(counted.count_total, 0);
    let counted = measure(|| {
        for lead in &leads {
            other += model.score_values(lead).unwrap().probability;
        }
    });
    assert_eq!(counted.count_total, 0);
    assert_eq!(sum, other);
    assert!(sum > 100.0 && sum < 900.0, "{sum}");
    // It does count: an error has a text.
    let many = [Value::from("many")];
    assert!(measure(|| assert!(model.score_values(&many).is_err())).count_total > 0);
}

#[test]
fn numbers_that_come_as_text_are_read_without_memory() {
    let model = thirty::model().unwrap();
    let lead = ["4", "-0.25", " 12.5 ", "+7", ""].map(Value::from);
    let typed = [Value::from(4), Value::from(-0.25), Value::from(12.5), Value::from(7), Value::Missing];
    let expected = model.score_values(&typed).unwrap();
    let mut found = None;
    assert_eq!(measure(|| found = model.score_values(&lead).ok()).count_total, 0);
    assert_eq!(found, Some(expected));
}
