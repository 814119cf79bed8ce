//! Random models whose fields are made of touches, random touched leads, and what the core says of them.

use std::collections::BTreeMap;

use sales_ready::model::{
    Axis, Curve, Document, FORMAT, Field, FieldKind, Level, NumberFormat, Pair, Policy, Table, Term,
    ThresholdBasis,
};
use sales_ready::score::TouchedLead;
use sales_ready::touch::{EngagementField, Kind, Measure, Recipe, Selection, Side, Stage, Touch};
use sales_ready::{Instant, Lead, Model, Result};
use serde::Serialize;

use super::{checked, coded, hex, past_leads};
use crate::random::Random;

const DAY: f64 = 86_400_000.0;
const KINDS: [&str; 7] = ["call", "demo", "email-open", "größe 🙂", "pricing-view", "webinar", "x"];

/// A touched lead and what the core says of it, as the parity files hold it.
#[derive(Clone, Debug, Serialize)]
pub struct TouchedCase {
    /// The lead, as in [`Case`](super::Case).
    pub values: BTreeMap<String, serde_json::Value>,
    /// Its touches; an instant is milliseconds.
    pub touches: Vec<Touch>,
    /// The instant.
    pub as_of: Instant,
    /// The bits of the features, in the order of the recipe; none where one is missing.
    pub features: Vec<Option<String>>,
    /// The bits of the logit.
    pub logit: String,
    /// The bits of the contributions, in the order of the terms.
    pub contributions: Vec<String>,
    /// For each contribution that rests on touches, the bits of what is without touches, and of what is rounding.
    pub without: Vec<[String; 2]>,
    /// The bits of each touch's shares together, in the order of the touches.
    pub totals: Vec<String>,
    /// When the decision changes within thirty days.
    pub crossing: Option<Instant>,
    /// The bits of decay, new touches and fields since ten days ago.
    pub change: [String; 3],
}

impl TouchedCase {
    /// What the core says natively.
    ///
    /// # Errors
    /// As [`Model::explain_touches`].
    pub fn new(model: &Model, lead: &Lead<'_>, touches: Vec<Touch>, as_of: Instant) -> Result<Self> {
        let both = TouchedLead { lead, touches: &touches };
        let found = model.explain_touches(both, as_of)?;
        let since = Instant::from_millis(as_of.millis() - 10 * DAY as i64);
        let change = model.change(&Lead::new(), since, both, as_of)?;
        Ok(Self {
            values: lead.fields().map(|(field, value)| (field.to_owned(), coded(value))).collect(),
            as_of,
            features: found.features.iter().map(|value| (!value.is_nan()).then(|| hex(*value))).collect(),
            logit: hex(found.explanation.score.logit),
            contributions: found.explanation.contributions.iter().map(|one| hex(one.logit)).collect(),
            without: found.shares.iter().map(|shares| [hex(shares.without), hex(shares.rounding)]).collect(),
            totals: found.totals(touches.len()).into_iter().map(hex).collect(),
            crossing: model.crossing(both, as_of, 30)?.map(|crossing| crossing.at),
            change: [change.decay, change.touches, change.fields].map(hex),
            touches,
        })
    }
}

/// A random model with a recipe of every measure.
///
/// # Errors
/// None, unless the core refuses what this module thinks valid.
pub fn touched_model(seed: u64) -> Result<Model> {
    let mut random = Random::new(seed);
    let recipe = recipe(&mut random);
    let number = |name: &str| Field::new(name, FieldKind::Number(NumberFormat::default()));
    let mut fields: Vec<Field> = recipe.fields.iter().map(|made| number(&made.name)).collect();
    let mut terms: Vec<Term> =
        recipe.fields.iter().map(|made| curve(&made.name, made.measure, &mut random)).collect();
    fields.push(number("size"));
    fields.push(Field::new("source", FieldKind::Category));
    terms.insert(random.below(terms.len()), curve("size", Measure::SinceLast, &mut random));
    let levels =
        ["fair", "search"].map(|level| Level { level: level.into(), value: random.normal(), se: None });
    let missing = random.normal();
    let table = Table {
        field: "source".into(),
        levels: levels.into(),
        unseen: 0.1,
        unseen_se: None,
        missing,
        missing_se: None,
    };
    terms.push(Term::Table(table));
    let made = |place: usize| recipe.fields[place].name.clone();
    for (first, second) in [(made(0), "source".to_owned()), (made(1), made(2)), ("size".into(), made(3))] {
        terms.push(pair([first, second], &mut random));
    }
    let document = Document {
        format: FORMAT.into(),
        generator: "sales-ready-tests".into(),
        fields,
        intercept: random.between(-2.0, 0.5),
        terms,
        touches: Some(recipe),
        calibration: Curve {
            field: String::new(),
            x: vec![-8.0, 0.0, 8.0],
            y: vec![-6.0, 0.1, 7.0],
            missing: 0.0,
            missing_se: None,
            se: vec![],
        },
        policy: Policy {
            threshold: Some(random.between(-1.0, 1.0)),
            probability: 0.5,
            basis: ThresholdBasis::F1 { f1: 0.5 },
            grades: [1.0, -0.5, -2.0],
            abstains: None,
            past: Some(past_leads(&mut random)),
        },
        golden: vec![],
        card: None,
    };
    checked(document, &mut random)
}

/// Random touches about an instant: some at it or at one time, some after it, some of odd quantities.
pub fn touches(as_of: Instant, most: usize, random: &mut Random) -> Vec<Touch> {
    let mut touches: Vec<Touch> = Vec::new();
    for _ in 0..random.below(most + 1) {
        let days = match random.below(10) {
            0 => 0.0,
            1 => -random.exponential(5.0),
            2 => random.below(60) as f64,
            3 => 400.0 * random.exponential(10.0),
            _ => random.exponential(30.0),
        };
        let at = Instant::from_millis(as_of.millis() - (days * DAY) as i64);
        let mut touch = Touch::new(at, *random.pick(&KINDS));
        if let Some(other) = touches.last().filter(|_| random.chance(0.1)) {
            touch.at = other.at;
        }
        touch.side = [None, None, Some(Side::Marketing), Some(Side::Sales)][random.below(4)];
        touch.stage = if random.chance(0.2) { Some(*random.pick(&Stage::ALL)) } else { None };
        touch.quantity = match random.below(8) {
            0 => *random.pick(&[0.0, -0.0, -1.0, 1e300, 1e-300, 5e-324]),
            1 => random.exponential(20.0),
            _ => 1.0,
        };
        touches.push(touch);
    }
    touches
}

/// A lead for such a model.
pub fn plain_lead(random: &mut Random) -> Lead<'static> {
    let mut lead = Lead::new();
    if random.chance(0.8) {
        lead.insert("size", random.normal());
    }
    if random.chance(0.8) {
        lead.insert("source", *random.pick(&["fair", "search", "moon"]));
    }
    lead
}

fn recipe(random: &mut Random) -> Recipe {
    let mut kinds: Vec<Kind> = Vec::new();
    for kind in KINDS {
        if random.chance(0.8) {
            let side = [None, Some(Side::Marketing), Some(Side::Sales)][random.below(3)];
            let stage = if random.chance(0.6) { Some(*random.pick(&Stage::ALL)) } else { None };
            kinds.push(Kind { kind: kind.into(), side, stage });
        }
    }
    let mut fields = Vec::new();
    for measure in [
        Measure::Decayed { half_life: 7.0 },
        Measure::Decayed { half_life: random.exponential(20.0) + 0.1 },
        Measure::Window { days: 30.0 },
        Measure::SinceLast,
        Measure::SinceFirst,
        Measure::Kinds,
        Measure::ActiveDays,
        Measure::Gap,
        Measure::Alternations,
        Measure::Stage,
        Measure::Window { days: random.exponential(20.0) + 0.1 },
        Measure::Decayed { half_life: 0.01 },
    ] {
        let of = match random.below(4) {
            0 => Selection::Side(*random.pick(&Side::ALL)),
            1 => Selection::Kind((*random.pick(&KINDS)).to_owned()),
            _ => Selection::All,
        };
        fields.push(EngagementField { name: format!("made {}", fields.len()), of, measure });
    }
    Recipe { kinds, fields }
}

fn curve(field: &str, measure: Measure, random: &mut Random) -> Term {
    let scale = match measure {
        Measure::SinceLast | Measure::SinceFirst => 60.0,
        _ => 6.0,
    };
    let mut x: Vec<f64> = (0..=random.below(5)).map(|_| scale * random.uniform()).chain([0.0]).collect();
    x.sort_unstable_by(f64::total_cmp);
    x.dedup();
    let y = x.iter().map(|_| random.normal()).collect();
    Term::Curve(Curve { field: field.into(), x, y, missing: random.normal(), missing_se: None, se: vec![] })
}

fn pair(fields: [String; 2], random: &mut Random) -> Term {
    let axes = fields.each_ref().map(|field| match field.as_str() {
        "source" => Axis::Levels(vec!["fair".into(), "search".into()]),
        _ => Axis::Cuts(vec![0.5, 4.0]),
    });
    let [rows, columns] = axes.each_ref().map(Axis::cells);
    let values = (0..rows).map(|_| (0..columns).map(|_| random.normal()).collect()).collect();
    Term::Pair(Pair { fields, axes, values, se: vec![] })
}
