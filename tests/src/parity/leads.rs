//! Random leads for a given model.

use sales_ready::model::{Axis, Field, FieldKind, NumberFormat, Term};
use sales_ready::{Lead, Model, Value};

use super::write_number;
use crate::random::Random;

/// A random lead the model can score: anything but text that is no number where one is expected.
pub fn lead(model: &Model, random: &mut Random) -> Lead<'static> {
    let mut lead = Lead::new();
    for field in model.fields() {
        // Absent: one way of missing.
        if random.chance(0.9) {
            lead.insert(field.name.clone(), value(model, field, random));
        }
    }
    if random.chance(0.2) {
        lead.insert("a field the model does not know", "anything");
    }
    // A lead with none of the model's fields is refused, so give it one.
    if let Some(first) =
        model.fields().first().filter(|_| !model.fields().iter().any(|f| has(&lead, &f.name)))
    {
        lead.insert(first.name.clone(), Value::Missing);
    }
    lead
}

/// The values at which the terms that read a field change: knots, cuts and levels.
pub fn landmarks(model: &Model, field: &str) -> Vec<Value<'static>> {
    let told = told(model, field);
    let numbers = told.iter().flat_map(|told| &told.numbers).map(|number| Value::Number(*number));
    let levels = told.iter().flat_map(|told| &told.levels).map(|level| Value::from((*level).to_owned()));
    numbers.chain(levels).collect()
}

fn has(lead: &Lead<'_>, name: &str) -> bool {
    lead.fields().any(|(field, _)| field == name)
}

fn value(model: &Model, field: &Field, random: &mut Random) -> Value<'static> {
    match random.below(12) {
        0 => Value::Missing,
        1 => Value::Text(missing(field, random).into()),
        2 => Value::Number(odd_number(random)),
        3 => Value::Flag(random.chance(0.5)),
        _ => {
            let told = told(model, &field.name);
            match (&field.kind, told.is_empty()) {
                (_, true) => Value::Number(random.normal()),
                (FieldKind::Category, _) => Value::Text(level(&random.pick(&told).levels, random).into()),
                (FieldKind::Number(format), _) => number(format, &random.pick(&told).numbers, random),
                _ => Value::Missing,
            }
        }
    }
}

/// The values of a field that a term tells apart.
#[derive(Default)]
struct Told<'m> {
    numbers: Vec<f64>,
    levels: Vec<&'m str>,
}

fn told<'m>(model: &'m Model, field: &str) -> Vec<Told<'m>> {
    let reads = |term: &&Term| term.fields().iter().any(|name| name == field);
    model.terms().iter().filter(reads).map(|term| Told::by(term, field)).collect()
}

impl<'m> Told<'m> {
    fn by(term: &'m Term, field: &str) -> Self {
        let numbers = |numbers: &[f64]| Self { numbers: numbers.to_vec(), levels: vec![] };
        let texts = |levels| Self { levels, numbers: vec![] };
        match term {
            Term::Curve(curve) => numbers(&curve.x),
            Term::Table(table) => texts(table.levels.iter().map(|level| level.level.as_str()).collect()),
            Term::Pair(pair) => match &pair.axes[usize::from(pair.fields[0] != field)] {
                Axis::Cuts(cuts) => numbers(cuts),
                Axis::Levels(levels) => texts(levels.iter().map(String::as_str).collect()),
                _ => Self::default(),
            },
            _ => Self::default(),
        }
    }
}

/// A text that means "not known" in this field.
fn missing(field: &Field, random: &mut Random) -> String {
    if field.missing.is_empty() || random.chance(0.3) {
        return ["", "  ", "\r\n\u{a0}"][random.below(3)].to_owned();
    }
    let marker = random.pick(&field.missing);
    match random.below(3) {
        0 => marker.to_ascii_uppercase(),
        1 => format!("\t{} \n", marker.to_ascii_lowercase()),
        _ => marker.clone(),
    }
}

/// A knot or cut, its neighbour, or a number about them; as a number or as text of the column.
fn number(format: &NumberFormat, knots: &[f64], random: &mut Random) -> Value<'static> {
    if knots.is_empty() {
        return Value::Number(random.normal());
    }
    let knot = *random.pick(knots);
    let number = match random.below(6) {
        0 => knot,
        1 => knot.next_up(),
        2 => knot.next_down(),
        3 => knot * random.between(-3.0, 3.0) + random.normal(),
        // The half sum of halves does not overflow.
        4 => knot / 2.0 + random.pick(knots) / 2.0,
        _ => random.below(30) as f64,
    };
    if number.is_finite() && random.chance(0.3) {
        Value::Text(write_number(format, number).into())
    } else {
        Value::Number(number)
    }
}

fn level(levels: &[&str], random: &mut Random) -> String {
    if levels.is_empty() || random.chance(0.2) {
        let unseen = ["never seen", "NO", "yes", "0", "é", "e\u{301}", "\u{0}", "constructor", "__proto__"];
        return (*random.pick(&unseen)).to_owned();
    }
    let level = *random.pick(levels);
    if random.chance(0.2) { format!("  {level}\u{a0} ") } else { level.to_owned() }
}

fn odd_number(random: &mut Random) -> f64 {
    let odd = [
        f64::NAN,
        -f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e308,
        -1e308,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        f64::from_bits(1),
        -f64::from_bits(1),
        f64::from_bits(0x000f_ffff_ffff_ffff),
        0.0,
        -0.0,
        0.1,
        1.0 / 3.0,
        9_007_199_254_740_993.0,
        1e21,
        1e-7,
        123_456_789.123_456_79,
    ];
    if random.chance(0.2) { f64::from_bits(random.bits()) } else { *random.pick(&odd) }
}
