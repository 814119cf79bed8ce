//! Random models that use all a model file can say.

use sales_ready::model::{
    Curve, Document, FORMAT, Field, FieldKind, Golden, Level, NumberFormat, Policy, Table, Term,
    ThresholdBasis,
};
use sales_ready::{Model, Result};

use crate::random::Random;

/// A random model: the fields that were difficult once, and some drawn ones.
///
/// # Errors
/// None, unless the core refuses what this module thinks valid.
pub fn model(seed: u64) -> Result<Model> {
    let mut random = Random::new(seed);
    let mut parts = special(&mut random);
    for number in 0..6 + random.below(6) {
        parts.push(drawn_curve(&mut random, &format!("drawn number {number}")));
        parts.push(drawn_table(&mut random, &format!("drawn category {number}")));
    }
    let (fields, mut terms): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    // The order of the terms is not that of the fields.
    for place in (1..terms.len()).rev() {
        terms.swap(place, random.below(place + 1));
    }
    // One field that no term reads.
    terms.pop();
    let document = Document {
        format: FORMAT.into(),
        generator: "sales-ready-tests".into(),
        fields,
        intercept: random.between(-4.0, 1.0),
        terms,
        calibration: calibration(&mut random),
        policy: Policy {
            threshold: Some(random.normal()),
            probability: random.uniform(),
            basis: ThresholdBasis::F1 { f1: random.uniform() },
            grades: [1.0, -0.5, -2.0],
            indicative: None,
        },
        golden: vec![],
        card: None,
    };
    checked(document, &mut random)
}

/// The model with a few golden vectors of its own.
///
/// # Errors
/// As `Model::try_from`.
pub fn checked(document: Document, random: &mut Random) -> Result<Model> {
    let model = Model::try_from(document)?;
    let mut document = model.document().clone();
    for _ in 0..8 {
        // JSON cannot hold infinite numbers, nor NaN.
        let lead: sales_ready::Lead<'static> = super::lead(&model, random)
            .fields()
            .filter(|(_, value)| !matches!(value, sales_ready::Value::Number(x) if !x.is_finite()))
            .map(|(field, value)| (field.to_owned(), owned(value)))
            .collect();
        if lead.fields().next().is_some() {
            let logit = model.logit(&lead)?;
            document.golden.push(Golden::new(lead, logit));
        }
    }
    Model::try_from(document)
}

fn owned(value: &sales_ready::Value<'_>) -> sales_ready::Value<'static> {
    match value {
        sales_ready::Value::Missing => sales_ready::Value::Missing,
        sales_ready::Value::Number(number) => (*number).into(),
        sales_ready::Value::Text(text) => text.clone().into_owned().into(),
        sales_ready::Value::Flag(flag) => (*flag).into(),
    }
}

fn special(random: &mut Random) -> Vec<(Field, Term)> {
    let format =
        |decimal, group, unit: Option<&str>| NumberFormat { decimal, group, unit: unit.map(str::to_owned) };
    let least = f64::from_bits(1);
    let one_up = 1.0 + f64::EPSILON;
    vec![
        number("visits", NumberFormat::default(), vec![0.0, 1.0, 2.0, 5.0, 20.0], random),
        number("price in €", format(',', Some('.'), Some("€")), vec![0.0, 999.5, 12_345.67], random),
        number("share \"opened\"", format('.', None, Some("%")), vec![0.0, 33.3, 100.0], random),
        number("revenue", format('.', Some('\''), Some("CHF")), vec![-1e6, 0.0, 1e6, 1e9], random),
        number("one knot", NumberFormat::default(), vec![3.0], random),
        number("far apart", NumberFormat::default(), vec![-8e307, -1.0, 0.0, 1.0, 8e307], random),
        number("subnormal", NumberFormat::default(), vec![-least, 0.0, least, f64::MIN_POSITIVE], random),
        number("neighbours", NumberFormat::default(), vec![1.0 - f64::EPSILON, 1.0, one_up, 2.0], random),
        category("yes or no", &["No", "Yes"], random),
        category("true or false", &["FALSE", "TRUE"], random),
        category("digits", &["-0", "0", "1", "1.5", "100000000000000000000"], random),
        category("größe 🙂", &["", "<b>", "klein", "mittel", "\u{fffd}", "🙂"], random),
        category("no levels", &[], random),
    ]
}

fn drawn_curve(random: &mut Random, name: &str) -> (Field, Term) {
    let scale = libm::exp(4.0 * random.normal());
    let mut x: Vec<f64> = (0..=random.below(12)).map(|_| scale * random.normal()).collect();
    x.sort_unstable_by(f64::total_cmp);
    x.dedup();
    number(name, NumberFormat::default(), x, random)
}

fn drawn_table(random: &mut Random, name: &str) -> (Field, Term) {
    let levels: Vec<String> = (0..random.below(9)).map(|place| format!("level {place}")).collect();
    category(name, &levels.iter().map(String::as_str).collect::<Vec<_>>(), random)
}

fn number(name: &str, format: NumberFormat, x: Vec<f64>, random: &mut Random) -> (Field, Term) {
    let y = x.iter().map(|_| random.normal()).collect();
    let se = if random.chance(0.5) { x.iter().map(|_| random.uniform()).collect() } else { vec![] };
    let term = Term::Curve(Curve { field: name.into(), x, y, missing: random.normal(), se });
    (field(name, FieldKind::Number(format)), term)
}

fn category(name: &str, levels: &[&str], random: &mut Random) -> (Field, Term) {
    let mut level = |level: &&str| Level {
        level: (*level).into(),
        value: random.normal(),
        se: random.chance(0.5).then(|| random.uniform()),
    };
    let levels = levels.iter().map(&mut level).collect();
    let term =
        Term::Table(Table { field: name.into(), levels, unseen: random.normal(), missing: random.normal() });
    (field(name, FieldKind::Category), term)
}

fn field(name: &str, kind: FieldKind) -> Field {
    let title = name.contains("number").then(|| name.to_uppercase());
    Field { name: name.into(), title, kind, missing: vec!["n/a".into(), "Select".into()] }
}

fn calibration(random: &mut Random) -> Curve {
    let mut y: Vec<f64> = (0..6).map(|_| 2.0 * random.normal()).collect();
    y.sort_unstable_by(f64::total_cmp);
    Curve { field: String::new(), x: vec![-8.0, -3.0, -1.0, 0.0, 2.0, 6.0], y, missing: 0.0, se: vec![] }
}
