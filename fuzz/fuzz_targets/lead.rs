//! Any lead against a model with every kind of term: it scores, or the error says which text is no number.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use sales_ready::{ErrorKind, Lead, Model, Value};
use sales_ready_tests::parity;

static MODEL: LazyLock<Model> = LazyLock::new(|| parity::model(1).expect("a sound model"));

#[derive(Arbitrary, Debug)]
enum Cell {
    Missing,
    Number(f64),
    Whole(i16),
    Text(String),
    Flag(bool),
    /// A knot, a cut or a level of a term that reads the field.
    Own(u8),
}

fuzz_target!(|cells: Vec<(u8, Cell)>| {
    let mut lead = Lead::new();
    for (place, cell) in cells {
        let field = &MODEL.fields()[usize::from(place) % MODEL.fields().len()];
        lead.insert(field.name.clone(), value(&field.name, cell));
    }
    match MODEL.explain(&lead) {
        Ok(explanation) => {
            let sum = explanation.contributions.iter().fold(MODEL.intercept(), |sum, one| sum + one.logit);
            assert_eq!(sum.to_bits(), explanation.score.logit.to_bits());
            assert_eq!(Ok(explanation.score), MODEL.score(&lead));
            assert!(sum.is_finite());
        }
        Err(error) => assert!(matches!(error.kind(), ErrorKind::BadValue | ErrorKind::MissingField)),
    }
});

fn value(field: &str, cell: Cell) -> Value<'static> {
    match cell {
        Cell::Missing => Value::Missing,
        Cell::Number(number) => number.into(),
        Cell::Whole(number) => f64::from(number).into(),
        Cell::Text(text) => text.into(),
        Cell::Flag(flag) => flag.into(),
        Cell::Own(place) => {
            let landmarks = parity::landmarks(&MODEL, field);
            let place = usize::from(place).checked_rem(landmarks.len());
            place.map_or(Value::Missing, |place| landmarks[place].clone())
        }
    }
}
