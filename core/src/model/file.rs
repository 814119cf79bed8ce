//! The model file, `sales-ready/1`: what is written, and the checks every reader makes.

use alloc::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result, brief, quoted};
use crate::kernel;
use crate::lead::Lead;
use crate::model::intake::Intake;
use crate::model::{Card, Curve, Field, FieldKind, Model, PastLeads, Policy, Table, Term, ThresholdBasis};
use crate::prelude::*;
use crate::touch::{EngagementField, Recipe};

/// The format this version reads and writes.
pub const FORMAT: &str = "sales-ready/1";

/// The most that reading a file may take: every pair and table tells of each level of its fields which of its cells that has, and
/// every golden vector is scored. A small file can ask for more than a page's memory by it; all readers have this limit.
const MOST: f64 = 3e6;

/// A model file as it stands in JSON, not yet checked. [`Model::try_from`] checks it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Must be [`FORMAT`].
    pub format: String,
    /// What wrote the file.
    pub generator: String,
    /// The fields the model reads.
    pub fields: Vec<Field>,
    /// The logit of the average training lead.
    pub intercept: f64,
    /// The summands, in the order in which they are added.
    pub terms: Vec<Term>,
    /// How some of the fields are made of touches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touches: Option<Recipe>,
    /// From the logit to the calibrated logit; non-decreasing.
    pub calibration: Curve,
    /// When a lead is sales-ready.
    pub policy: Policy,
    /// Made-up leads with their exact logits; a reader that gets other bits must refuse the file. They hold the sum of the terms:
    /// of calibration and policy a reader checks the form alone.
    pub golden: Vec<Golden>,
    /// How the model came to be and how good it is. Scoring does not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
}

/// A made-up lead and its exact logit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Golden {
    /// The lead.
    pub lead: Lead<'static>,
    /// Its logit, in decimal digits that round-trip.
    pub logit: f64,
    /// The same logit as the sixteen hexadecimal digits of its IEEE 754 bits.
    pub bits: String,
}

impl Golden {
    /// The golden vector of a lead and its logit.
    pub fn new(lead: Lead<'static>, logit: f64) -> Self {
        Self { lead, logit, bits: format!("{:016x}", logit.to_bits()) }
    }
}

impl TryFrom<Document> for Model {
    type Error = Error;

    /// Checks a document and makes a model of it.
    ///
    /// # Errors
    /// [`ErrorKind::ModelFormat`] for another format, [`ErrorKind::ModelInvalid`] where the file contradicts itself,
    /// [`ErrorKind::ModelGolden`] where a golden vector does not reproduce.
    fn try_from(document: Document) -> Result<Self> {
        check_format(&document.format, &document.generator)?;
        let term_fields = check_terms(&document)?;
        let engagement = check_engagement(&document)?;
        check_sum(&document)?;
        check_calibration(&document.calibration)?;
        check_policy(&document.policy)?;
        let levels = kernel::levels(&document, &term_fields);
        check_size(&document, &term_fields, &levels)?;
        let kernel = kernel::compile(&document, &term_fields, &engagement, &levels);
        let intakes =
            document.fields.iter().zip(levels).map(|(field, own)| Intake::new(field, own)).collect();
        let model = Model { document, intakes, kernel };
        model.check_golden()?;
        Ok(model)
    }
}

impl Model {
    /// Reads and checks a model file.
    ///
    /// # Errors
    /// [`ErrorKind::ModelInvalid`] where the text is no JSON of the right shape; else as `Model::try_from`.
    #[cfg(feature = "json")]
    pub fn from_json(text: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Format {
            format: String,
            #[serde(default)]
            generator: String,
        }
        let text = crate::error::without_mark(text);
        let invalid = |error: serde_json::Error| {
            // Behind the sign of an exponent the end is no end to serde, but a wrong digit.
            let before: usize =
                text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let is_at_end = before + error.column() >= text.len();
            Error::of_json(ErrorKind::ModelInvalid, "model", &error, |found| {
                if error.is_eof() || (found == "invalid number" && is_at_end) {
                    format!(
                        "expected a model file ({FORMAT}), but the text ends too early; copy the file again, or train it again"
                    )
                } else {
                    format!("expected a model file ({FORMAT}), found other text: {}", brief(found))
                }
            })
        };
        // The format first: another version's file is of another shape, and "missing field" would mislead.
        let Format { format, generator } = serde_json::from_str(text).map_err(invalid)?;
        check_format(&format, &generator)?;
        serde_json::from_str::<Document>(text).map_err(invalid)?.try_into()
    }

    /// The model file's text: indented JSON with floats that round-trip and a newline at the end.
    #[cfg(feature = "json")]
    pub fn to_json(&self) -> String {
        // Fails only for keys that are no texts, and a document has none.
        let mut text = serde_json::to_string_pretty(&self.document).unwrap_or_default();
        text.push('\n');
        text
    }

    fn check_golden(&self) -> Result<()> {
        for (place, golden) in self.document.golden.iter().enumerate() {
            let bits = self.logit(&golden.lead)?.to_bits();
            if bits != golden.logit.to_bits() || u64::from_str_radix(&golden.bits, 16) != Ok(bits) {
                let message = format!(
                    "golden vector {} of the model does not reproduce: expected the bits {}, got {bits:016x}; the file was changed or damaged, train it again",
                    place + 1,
                    quoted(&brief(&golden.bits))
                );
                return Err(Error::new(ErrorKind::ModelGolden, message));
            }
        }
        Ok(())
    }
}

fn check_format(format: &str, generator: &str) -> Result<()> {
    if format == FORMAT {
        return Ok(());
    }
    let message = format!(
        "expected a model of format {}, found {}; train it again with this version, or score with the version that made it ({})",
        quoted(FORMAT),
        quoted(&brief(format)),
        quoted(&brief(generator))
    );
    Err(Error::new(ErrorKind::ModelFormat, message))
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::ModelInvalid, message)
}

/// Checks fields and terms; for each term, the places of its fields, the same twice where it reads one.
fn check_terms(document: &Document) -> Result<Vec<[usize; 2]>> {
    let mut places = BTreeMap::new();
    for (place, field) in document.fields.iter().enumerate() {
        if places.insert(&field.name, place).is_some() {
            return Err(invalid(format!("field {} stands twice in the model", quoted(&field.name))));
        }
        if !field.known.is_none_or(|known| (0.0..=1.0).contains(&known)) {
            let name = quoted(&field.name);
            return Err(invalid(format!("expected a share from 0 to 1 of leads of which {name} is known")));
        }
    }
    let place_of = |name: &String| {
        let place = places.get(name).copied();
        place
            .ok_or_else(|| invalid(format!("a term reads the field {}, which the model lacks", quoted(name))))
    };
    let mut checked: Vec<[usize; 2]> = Vec::with_capacity(document.terms.len());
    let mut read = BTreeSet::new();
    let mut pairs = false;
    for term in &document.terms {
        let [first, second] = match term {
            Term::Curve(Curve { field, .. }) | Term::Table(Table { field, .. }) => [field; 2],
            Term::Pair(pair) => pair.fields.each_ref(),
        };
        let own = [place_of(first)?, place_of(second)?];
        let is_pair = matches!(term, Term::Pair(_));
        if pairs && !is_pair {
            return Err(invalid("pairs must stand behind curves and tables".into()));
        }
        pairs = is_pair;
        check_term(term, own.map(|place| &document.fields[place].kind))?;
        // The places of a field's own term are equal, those of a pair differ, so that neither is taken for the other.
        if !read.insert([own[0].min(own[1]), own[0].max(own[1])]) {
            let both = if is_pair { format!(" and {} together", quoted(second)) } else { String::new() };
            return Err(invalid(format!("two terms read the field {}{both}", quoted(first))));
        }
        checked.push(own);
    }
    Ok(checked)
}

/// The place of each field that is made of touches.
fn check_engagement(document: &Document) -> Result<Vec<usize>> {
    let Some(recipe) = &document.touches else { return Ok(Vec::new()) };
    recipe.check()?;
    let is_number = |field: &Field| matches!(field.kind, FieldKind::Number(_));
    let numbers = document.fields.iter().enumerate().filter(|(_, field)| is_number(field));
    let places: BTreeMap<&str, usize> = numbers.map(|(place, field)| (&*field.name, place)).collect();
    let place = |made: &EngagementField| {
        places.get(&*made.name).copied().ok_or_else(|| {
            let name = quoted(&made.name);
            invalid(format!("a number is made of touches for the field {name}, which the model lacks"))
        })
    };
    recipe.fields.iter().map(place).collect()
}

fn check_term(term: &Term, kinds: [&FieldKind; 2]) -> Result<()> {
    match (term, kinds[0]) {
        (Term::Curve(curve), FieldKind::Number(_)) => curve.check(&quoted(&curve.field).to_string()),
        (Term::Table(table), FieldKind::Category) => table.check(),
        (Term::Pair(pair), _) => pair.check(kinds),
        (Term::Curve(Curve { field, .. }) | Term::Table(Table { field, .. }), _) => {
            Err(invalid(format!("the term of {} does not fit its field's type", quoted(field))))
        }
    }
}

/// No lead's logit may overflow, whatever its values.
fn check_sum(document: &Document) -> Result<()> {
    let reach = document.terms.iter().fold(document.intercept.abs(), |reach, term| {
        let (low, high) = term.range();
        // How far its values are apart says how much its fields count.
        reach + low.abs().max(high.abs()).max(high - low)
    });
    if reach.is_finite() {
        Ok(())
    } else {
        Err(invalid("the terms of the model do not add up to a finite number".into()))
    }
}

fn check_size(document: &Document, term_fields: &[[usize; 2]], levels: &[Vec<String>]) -> Result<()> {
    let cells = document.terms.iter().zip(term_fields).map(|(term, fields)| match term {
        Term::Curve(_) => 0,
        Term::Table(_) => levels[fields[0]].len(),
        // An axis of a number has no levels.
        Term::Pair(_) => fields.iter().map(|field| levels[*field].len()).sum(),
    });
    let scored = (document.golden.len() as f64) * (document.fields.len() + document.terms.len()) as f64;
    if cells.sum::<usize>() as f64 + scored <= MOST {
        return Ok(());
    }
    let message = "the model is larger than pages and programs can read; train it with fewer levels or pairs, or keep fewer golden vectors";
    Err(invalid(message.into()))
}

fn check_calibration(calibration: &Curve) -> Result<()> {
    calibration.check("the calibration")?;
    if calibration.y.windows(2).all(|pair| pair[0] <= pair[1]) {
        return Ok(());
    }
    Err(invalid("the calibration must not decrease".into()))
}

fn check_policy(policy: &Policy) -> Result<()> {
    let [a, b, c] = policy.grades;
    let probability = (0.0..=1.0).contains(&policy.probability);
    let basis = match policy.basis {
        ThresholdBasis::Economics { cost_per_contact, value_per_conversion } => {
            cost_per_contact.is_finite() && value_per_conversion.is_finite()
        }
        ThresholdBasis::F1 { f1 } => f1.is_finite(),
    };
    let grades = a.is_finite() && c.is_finite() && a >= b && b >= c;
    let past = policy.past.as_ref().is_none_or(|PastLeads { leads, percentiles }| {
        // Neighbours that do not fall: none is `NaN`, and as they are numbers of a file, none is infinite.
        leads.is_finite()
            && *leads >= 0.0
            && percentiles.len() == 99
            && percentiles.windows(2).all(|pair| pair[0] <= pair[1])
    });
    if grades && past && basis && probability && policy.threshold.is_none_or(f64::is_finite) {
        return Ok(());
    }
    Err(invalid(
        "the policy is damaged: expected non-increasing grades, a finite threshold, a probability and 99 percentiles in order".into(),
    ))
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use super::*;

    /// What is wrong with a model of these terms.
    fn fault(terms: &str) -> String {
        let text = format!(
            r#"{{
              "format": "sales-ready/1", "generator": "test", "intercept": 0.0,
              "fields": [
                {{"name": "visits", "type": {{"number": {{"decimal": "."}}}}}},
                {{"name": "source", "type": "category"}}
              ],
              "terms": [{terms}],
              "calibration": {{"x": [-5, 5], "y": [-5, 5]}},
              "policy": {{"threshold": 0.0, "probability": 0.5, "basis": {{"f1": {{"f1": 0.5}}}}, "grades": [2, 1, 0]}},
              "golden": []
            }}"#
        );
        Model::from_json(&text).map_or_else(|error| error.message().to_owned(), |_| String::new())
    }

    const CURVE: &str = r#"{"curve": {"field": "visits", "x": [0, 10], "y": [-1, 3]}}"#;
    const TABLE: &str = r#"{"table": {"field": "source", "levels": []}}"#;
    const PAIR: &str = r#"{"pair": {"fields": ["visits", "source"], "axes": [{"cuts": [2]}, {"levels": []}],
        "values": [[0, 1], [2, 3], [4, 5]]}}"#;
    const TURNED: &str = r#"{"pair": {"fields": ["source", "visits"], "axes": [{"levels": []}, {"cuts": []}],
        "values": [[0, 1], [2, 3]]}}"#;

    #[test]
    fn a_file_cut_off_anywhere_says_so() {
        let text = r#"{"format": "sales-ready/1", "intercept": -1.5e-7, "fields": [{"name": "ä\u00e4", "type": null}, true, 10.25]}"#;
        for (end, _) in text.char_indices() {
            let error = Model::from_json(&text[..end]).unwrap_err();
            assert!(error.message().contains("ends too early"), "{error} in {}", &text[..end]);
        }
        for odd in ["1e+x, 2", "1e+x", "-x"] {
            let error = Model::from_json(&format!("{{\"format\": {odd}}}")).unwrap_err();
            assert!(error.message().contains("found other text: invalid number"), "{error} in {odd}");
        }
    }

    #[test]
    fn a_mark_in_front_is_read_over_and_a_long_format_is_cut() {
        let text = r#"{"format": "sales-ready/0", "generator": "x"}"#;
        let message = |text: &str| Model::from_json(text).unwrap_err().message().to_owned();
        assert_eq!(message(&format!("\u{feff}{text}")), message(text));
        let long = text.replace("ready/0", &"long".repeat(100_000)).replace('x', &"y".repeat(100_000));
        assert!(message(&long).len() < 1_000, "{}", message(&long).len());
        let odd = format!("{{\"format\": \"{FORMAT}\", \"fields\": \"{}\"}}", "z".repeat(100_000));
        assert!(message(&odd).len() < 1_000, "{}", message(&odd).len());
    }

    #[test]
    fn a_field_has_one_term_of_its_own_and_no_two_fields_have_two_pairs() {
        for sound in [vec![], vec![CURVE, TABLE, PAIR], vec![TABLE, PAIR], vec![TURNED]] {
            assert_eq!(fault(&sound.join(",")), "");
        }
        let absent = PAIR.replace("source", "moon");
        let alone = PAIR.replace("source", "visits");
        let levels = r#"[{"level": "a", "value": 1.7e308}, {"level": "b", "value": -1.7e308}]"#;
        let apart = TABLE.replace("[]", levels);
        let huge = [CURVE.replace('3', "1.7e308"), PAIR.replace("[0, 1]", "[0, 1.7e308]")];
        let cases = [
            (vec![CURVE, CURVE], "two terms read the field \"visits\""),
            (vec![PAIR, PAIR], "two terms read the field \"visits\" and \"source\" together"),
            (vec![PAIR, TURNED], "two terms read the field \"source\" and \"visits\" together"),
            (vec![PAIR, CURVE], "pairs must stand behind curves and tables"),
            (vec![&absent], "a term reads the field \"moon\", which the model lacks"),
            (vec![&alone], "expected two different fields"),
            (vec![&huge[0], &huge[1]], "do not add up to a finite number"),
            (vec![&apart], "do not add up to a finite number"),
        ];
        for (terms, expected) in cases {
            let found = fault(&terms.join(","));
            assert!(found.contains(expected), "expected {expected:?}, found {found:?}");
        }
    }
}
