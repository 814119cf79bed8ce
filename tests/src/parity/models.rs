//! Random models that use all a model file can say.

use sales_ready::model::{
    Axis, Curve, Document, FORMAT, Field, FieldKind, Golden, Level, NumberFormat, Pair, PastLeads, Policy,
    Table, Term, ThresholdBasis,
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
    // One field that has no term of its own.
    terms.pop();
    terms.extend(pairs(&fields, &mut random));
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
            abstains: None,
            past: Some(past_leads(&mut random)),
        },
        touches: None,
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

/// Pairs of all kinds of fields; most fields stand in several of them, some in none.
fn pairs(fields: &[Field], random: &mut Random) -> Vec<Term> {
    let place = |name: &str| fields.iter().position(|field| field.name == name);
    let named = [
        ("visits", "yes or no"),
        ("true or false", "yes or no"),
        ("far apart", "subnormal"),
        ("neighbours", "digits"),
        ("größe 🙂", "price in €"),
        ("no levels", "visits"),
    ];
    let mut places: Vec<[usize; 2]> =
        named.iter().filter_map(|(first, second)| Some([place(first)?, place(second)?])).collect();
    for _ in 0..random.below(6) {
        let drawn = [random.below(fields.len()), random.below(fields.len())];
        if drawn[0] != drawn[1] && !places.contains(&drawn) && !places.contains(&[drawn[1], drawn[0]]) {
            places.push(drawn);
        }
    }
    places.into_iter().map(|places| pair(places.map(|place| &fields[place]), random)).collect()
}

fn pair(fields: [&Field; 2], random: &mut Random) -> Term {
    let axes = fields.map(|field| axis(field, random));
    let [rows, columns] = axes.each_ref().map(Axis::cells);
    let mut grid = |draw: fn(&mut Random) -> f64| -> Vec<Vec<f64>> {
        (0..rows).map(|_| (0..columns).map(|_| draw(random)).collect()).collect()
    };
    let (values, errors) = (grid(Random::normal), grid(Random::uniform));
    let se = if random.chance(0.5) { errors } else { vec![] };
    Term::Pair(Pair { fields: fields.map(|field| field.name.clone()), axes, values, se })
}

/// The cuts or levels of a difficult field, or drawn ones; some are not those of the field's own term.
fn axis(field: &Field, random: &mut Random) -> Axis {
    let levels = |levels: &[&str]| Axis::Levels(levels.iter().map(|level| (*level).to_owned()).collect());
    match (field.name.as_str(), &field.kind) {
        ("subnormal", _) => Axis::Cuts(vec![-f64::from_bits(1), 0.0, f64::from_bits(1)]),
        ("neighbours", _) => Axis::Cuts(vec![1.0 - f64::EPSILON / 2.0, 1.0, 1.0 + f64::EPSILON]),
        ("far apart", _) => Axis::Cuts(vec![f64::MIN, -0.0, f64::MAX]),
        ("no levels", _) => levels(&[]),
        ("yes or no", _) => levels(&["Yes", "no"]),
        ("true or false", _) => levels(&["FALSE", "TRUE"]),
        ("digits", _) => levels(&["-0", "1.5"]),
        ("größe 🙂", _) => levels(&["<b>", "\u{fffd}", "🙂"]),
        (_, FieldKind::Category) => {
            let names = (0..9).map(|place| format!("level {place}"));
            Axis::Levels(names.filter(|_| random.chance(0.4)).collect())
        }
        _ => {
            let mut cuts: Vec<f64> = (0..random.below(6))
                .map(|_| if random.chance(0.5) { random.below(20) as f64 } else { 10.0 * random.normal() })
                .collect();
            cuts.sort_unstable_by(f64::total_cmp);
            cuts.dedup();
            Axis::Cuts(cuts)
        }
    }
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
    let term = Term::Curve(Curve {
        field: name.into(),
        x,
        y,
        missing: random.normal(),
        missing_se: se.first().copied(),
        se,
    });
    (field(name, FieldKind::Number(format)), term)
}

fn category(name: &str, levels: &[&str], random: &mut Random) -> (Field, Term) {
    let mut level = |level: &&str| Level {
        level: (*level).into(),
        value: random.normal(),
        se: random.chance(0.5).then(|| random.uniform()),
    };
    let levels = levels.iter().map(&mut level).collect();
    let term = Term::Table(Table {
        field: name.into(),
        levels,
        unseen: random.normal(),
        unseen_se: Some(random.uniform()),
        missing: random.normal(),
        missing_se: Some(random.uniform()),
    });
    (field(name, FieldKind::Category), term)
}

fn field(name: &str, kind: FieldKind) -> Field {
    let title = name.contains("number").then(|| name.to_uppercase());
    let missing = vec!["n/a".into(), "Select".into()];
    // Some are often not known, so that leads of which little is known are tried as well.
    let known = title.is_some().then_some(0.625);
    Field { title, missing, known, ..Field::new(name, kind) }
}

/// The percentiles of some past leads.
pub fn past_leads(random: &mut Random) -> PastLeads {
    let mut percentiles: Vec<f64> = (0..99).map(|_| 2.0 * random.normal()).collect();
    percentiles.sort_by(f64::total_cmp);
    PastLeads { leads: 1_000.0 * random.uniform(), percentiles }
}

fn calibration(random: &mut Random) -> Curve {
    let mut y: Vec<f64> = (0..6).map(|_| 2.0 * random.normal()).collect();
    y.sort_unstable_by(f64::total_cmp);
    Curve {
        field: String::new(),
        x: vec![-8.0, -3.0, -1.0, 0.0, 2.0, 6.0],
        y,
        missing: 0.0,
        missing_se: None,
        se: vec![],
    }
}
