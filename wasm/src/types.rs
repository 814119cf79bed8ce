//! What comes back to JavaScript. The TypeScript declarations are generated from these types.
//!
//! The objects are made by hand, without serde, which would weigh more than all of them; a test holds their keys
//! against the declarations.

use js_sys::{Array, Float64Array, Object, Reflect};
use sales_ready::model::{Axis, FieldKind, Grade, Model, Readiness, Term};
use sales_ready::{Contribution, Explanation, Score, Standing, probability_in_words};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A lead's place among the training leads: A is the top tenth, B the next two, C the next three, D the rest. */
export type Grade = "A" | "B" | "C" | "D";

/** The decision. `abstain`: the model learnt from too few leads to flag any. */
export type Readiness = "sales-ready" | "nurture" | "abstain";

/** How a value stands to what the model learnt from. */
export type Standing = "known" | "missing" | "unseen" | "below-range" | "above-range";
"#;

/// A type that crosses to JavaScript as a plain object.
pub(crate) trait Cross: Tsify + Sized {
    /// The object, with the keys of the type's declaration.
    fn object(self) -> JsValue;

    /// The object with its TypeScript type.
    fn cross(self) -> Ts<Self> {
        Ts::new_unchecked(self.object())
    }
}

/// A lead's score.
#[derive(Tsify)]
pub struct LeadScore {
    /// Log-odds before calibration, with the same bits as in every other build of the engine.
    logit: f64,
    /// The calibrated probability of conversion. Display it; decide on `readiness`.
    probability: f64,
    /// The lead's place among the training leads.
    #[tsify(type = "Grade")]
    grade: Grade,
    /// The decision.
    #[tsify(type = "Readiness")]
    readiness: Readiness,
    /// The probability in words.
    words: String,
}

impl From<Score> for LeadScore {
    fn from(score: Score) -> Self {
        let Score { logit, probability, grade, readiness } = score;
        Self { logit, probability, grade, readiness, words: probability_in_words(probability).into_owned() }
    }
}

impl Cross for LeadScore {
    fn object(self) -> JsValue {
        let Self { logit, probability, grade, readiness, words } = self;
        object(&[
            ("logit", logit.into()),
            ("probability", probability.into()),
            ("grade", grade.as_str().into()),
            ("readiness", readiness.as_str().into()),
            ("words", words.into()),
        ])
    }
}

/// A score with its reasons. `intercept` plus the contributions, added in this order, is the logit bit for bit.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LeadExplanation {
    /// The score.
    score: LeadScore,
    /// The logit of the average training lead.
    intercept: f64,
    /// What each term contributes, in the order of the model file.
    contributions: Vec<TermContribution>,
    /// The contributions that speak for conversion, the strongest first.
    reasons_for: Vec<TermContribution>,
    /// The contributions that speak against conversion, the strongest first.
    reasons_against: Vec<TermContribution>,
}

/// What one term of the model contributes, compared with an average lead. An association, never a cause.
#[derive(Tsify)]
pub struct TermContribution {
    /// The field; for an interaction the two fields, which say together what neither says alone.
    #[tsify(type = "[string] | [string, string]")]
    fields: Vec<String>,
    /// The lead's values of these fields, as a person reads them.
    #[tsify(type = "[string] | [string, string]")]
    values: Vec<String>,
    /// In log-odds; positive speaks for conversion.
    logit: f64,
    /// How the value stands to what the model learnt from; of two values, the one that stands worse.
    #[tsify(type = "Standing")]
    standing: Standing,
    /// One sentence for people.
    sentence: String,
}

impl Cross for LeadExplanation {
    fn object(self) -> JsValue {
        let Self { score, intercept, contributions, reasons_for, reasons_against } = self;
        object(&[
            ("score", score.object()),
            ("intercept", intercept.into()),
            ("contributions", objects(contributions)),
            ("reasonsFor", objects(reasons_for)),
            ("reasonsAgainst", objects(reasons_against)),
        ])
    }
}

impl Cross for TermContribution {
    fn object(self) -> JsValue {
        let Self { fields, values, logit, standing, sentence } = self;
        object(&[
            ("fields", texts(fields)),
            ("values", texts(values)),
            ("logit", logit.into()),
            ("standing", standing.as_str().into()),
            ("sentence", sentence.into()),
        ])
    }
}

impl From<Explanation> for LeadExplanation {
    fn from(explanation: Explanation) -> Self {
        let all = |reasons: Vec<&Contribution>| reasons.into_iter().map(TermContribution::from).collect();
        let count = explanation.contributions.len();
        Self {
            reasons_for: all(explanation.reasons_for(count)),
            reasons_against: all(explanation.reasons_against(count)),
            contributions: all(explanation.contributions.iter().collect()),
            intercept: explanation.intercept,
            score: explanation.score.into(),
        }
    }
}

impl From<&Contribution> for TermContribution {
    fn from(contribution: &Contribution) -> Self {
        let Contribution { fields, values, logit, standing, sentence } = contribution.clone();
        Self { fields, values, logit, standing, sentence }
    }
}

/// The scores of a table, by the place of its rows.
#[derive(Tsify)]
pub struct BatchScores {
    /// Log-odds before calibration.
    #[tsify(type = "Float64Array")]
    logits: Float64Array,
    /// Calibrated probabilities.
    #[tsify(type = "Float64Array")]
    probabilities: Float64Array,
    /// Grades.
    #[tsify(type = "Grade[]")]
    grades: Array,
    /// Decisions.
    #[tsify(type = "Readiness[]")]
    readiness: Array,
}

impl Cross for BatchScores {
    fn object(self) -> JsValue {
        let Self { logits, probabilities, grades, readiness } = self;
        object(&[
            ("logits", logits.into()),
            ("probabilities", probabilities.into()),
            ("grades", grades.into()),
            ("readiness", readiness.into()),
        ])
    }
}

impl BatchScores {
    pub(crate) fn new(scores: &[Score]) -> Self {
        let numbers = |number: fn(&Score) -> f64| -> Float64Array {
            scores.iter().map(number).collect::<Vec<f64>>().as_slice().into()
        };
        let texts = |text: fn(&Score) -> &'static str| -> Array {
            scores.iter().map(|score| JsValue::from_str(text(score))).collect()
        };
        Self {
            logits: numbers(|score| score.logit),
            probabilities: numbers(|score| score.probability),
            grades: texts(|score| score.grade.as_str()),
            readiness: texts(|score| score.readiness.as_str()),
        }
    }
}

/// What a model reads and how it decides.
#[derive(Tsify)]
pub struct ModelInfo {
    /// What wrote the model file.
    generator: String,
    /// The fields, in the order of the file.
    fields: Vec<FieldInfo>,
    /// The logit of the average training lead.
    intercept: f64,
    /// The logit from which a lead is sales-ready; absent where no lead is worth its contact.
    #[tsify(optional)]
    threshold: Option<f64>,
    /// The calibrated probability at the threshold.
    probability: f64,
    /// Present where the model flags nobody, whatever the threshold.
    #[tsify(optional)]
    abstains: Option<AbstentionInfo>,
}

/// A field the model reads.
#[derive(Tsify)]
pub struct FieldInfo {
    /// The lead's key.
    name: String,
    /// What people call it.
    title: String,
    /// Its type.
    #[serde(rename = "type")]
    #[tsify(type = r#""number" | "category""#)]
    kind: &'static str,
    /// For a category, the levels the model knows.
    levels: Vec<String>,
    /// For a number, the least and the greatest value the model tells apart.
    #[tsify(optional, type = "[number, number]")]
    range: Option<[f64; 2]>,
}

/// Why the model flags nobody, what it knows and what it would take.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct AbstentionInfo {
    /// Too few leads are known, or there are enough and their fields do not predict conversion.
    #[tsify(type = r#""too-few" | "no-signal""#)]
    kind: &'static str,
    /// Converted leads in the training table.
    conversions: f64,
    /// Leads in the training table that did not convert.
    non_conversions: f64,
    /// How many of each are needed before a flag is raised.
    needed: f64,
    /// About how many more conversions make the 95 % interval of the AUC narrower than ± 0.05.
    needed_for_auc: f64,
    /// The AUC on held-out leads, and the ends of its 95 % interval.
    #[tsify(type = "[number, number, number]")]
    auc: [f64; 3],
}

impl Cross for ModelInfo {
    fn object(self) -> JsValue {
        let Self { generator, fields, intercept, threshold, probability, abstains } = self;
        object(&[
            ("generator", generator.into()),
            ("fields", objects(fields)),
            ("intercept", intercept.into()),
            ("threshold", threshold.into()),
            ("probability", probability.into()),
            ("abstains", abstains.map(Cross::object).into()),
        ])
    }
}

impl Cross for FieldInfo {
    fn object(self) -> JsValue {
        let Self { name, title, kind, levels, range } = self;
        object(&[
            ("name", name.into()),
            ("title", title.into()),
            ("type", kind.into()),
            ("levels", texts(levels)),
            ("range", range.map(|range| range.into_iter().map(JsValue::from).collect::<Array>()).into()),
        ])
    }
}

impl Cross for AbstentionInfo {
    fn object(self) -> JsValue {
        let Self { kind, conversions, non_conversions, needed, needed_for_auc, auc } = self;
        object(&[
            ("kind", kind.into()),
            ("conversions", conversions.into()),
            ("nonConversions", non_conversions.into()),
            ("needed", needed.into()),
            ("neededForAuc", needed_for_auc.into()),
            ("auc", auc.into_iter().map(JsValue::from).collect::<Array>().into()),
        ])
    }
}

impl ModelInfo {
    pub(crate) fn new(model: &Model) -> Self {
        let policy = model.policy();
        Self {
            generator: model.document().generator.clone(),
            fields: model.fields().iter().map(|field| FieldInfo::new(model, field)).collect(),
            intercept: model.intercept(),
            threshold: policy.threshold,
            probability: policy.probability,
            abstains: policy.abstains.as_ref().map(|abstains| AbstentionInfo {
                kind: abstains.kind.as_str(),
                conversions: abstains.conversions as f64,
                non_conversions: abstains.non_conversions as f64,
                needed: abstains.needed as f64,
                needed_for_auc: abstains.needed_for_auc as f64,
                auc: [abstains.auc.value, abstains.auc.low, abstains.auc.high],
            }),
        }
    }
}

impl FieldInfo {
    fn new(model: &Model, field: &sales_ready::model::Field) -> Self {
        // A field's own curve or table stands before the pairs that read it.
        let term = model.terms().iter().find(|term| term.fields().contains(&field.name));
        let ends = |numbers: &[f64]| numbers.first().copied().zip(numbers.last().copied());
        let (levels, range) = match term {
            Some(Term::Table(table)) => {
                (table.levels.iter().map(|level| level.level.clone()).collect(), None)
            }
            Some(Term::Curve(curve)) => (Vec::new(), ends(&curve.x)),
            Some(Term::Pair(pair)) => match &pair.axes[usize::from(pair.fields[0] != field.name)] {
                Axis::Levels(levels) => (levels.clone(), None),
                Axis::Cuts(cuts) => (Vec::new(), ends(cuts)),
                _ => (Vec::new(), None),
            },
            _ => (Vec::new(), None),
        };
        let kind = match field.kind {
            FieldKind::Category => "category",
            _ => "number",
        };
        Self {
            name: field.name.clone(),
            title: field.display_name().into_owned(),
            kind,
            levels,
            range: range.map(|(low, high)| [low, high]),
        }
    }
}

/// An object of the entries that are not `undefined`.
fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in entries.iter().filter(|(_, value)| !value.is_undefined()) {
        // Setting a property of an object made four lines above cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object.into()
}

fn texts(texts: Vec<String>) -> JsValue {
    texts.into_iter().map(JsValue::from).collect::<Array>().into()
}

fn objects<T: Cross>(values: Vec<T>) -> JsValue {
    values.into_iter().map(Cross::object).collect::<Array>().into()
}
