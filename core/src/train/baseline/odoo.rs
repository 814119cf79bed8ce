//! Odoo's predictive lead scoring, from its formula (Odoo 19, `addons/crm/models/crm_lead.py`): naive Bayes over counts
//! of won and lost leads.
//!
//! ```text
//! won  = W / (W + L) · Π w[f,v] / Σ w[f,·]         percent = 100 · won / (won + lost), within 0.01 … 99.99
//! lost = L / (W + L) · Π l[f,v] / Σ l[f,·]
//! ```
//!
//! over the fields f that have a value v. The counts w and l of every value that occurs begin at 0.1, so that none is 0.
//! [`Rule`] says how kinds of fields differ. Odoo keeps such a table for each sales team; here one team has all leads.

use crate::train::leads::{Column, Leads, MISSING_LEVEL, Numbers, Prior, Values};

/// How a field counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A field with one value.
    Value,
    /// Tags, of which a lead may have several. A tag of fewer than 50 leads says nothing.
    Tag,
    /// The stage of the pipeline, its values in the pipeline's order. A won lead has passed all stages, a lost one those
    /// up to its own; shares are of all leads, not of all counts.
    Stage,
}

/// What each count begins at.
const SMOOTHING: f64 = 0.1;
/// A tag of fewer leads than this is ignored.
const TAG_LEADS: f64 = 50.0;
/// Numbers are cut at their tenths.
const BINS: usize = 10;

pub(super) const MADE: &str = "Odoo's predictive lead scoring: naive Bayes over won and lost counts, 0.1 added to each, values that are missing or new left out; numbers are cut into ten bins of equal size, since Odoo knows values only; a column named tags counts from 50 leads on, one named stage whose order is known as a pipeline";

/// Counts of won and lost leads.
///
/// A lead is a list of (field, value), by their places:
///
/// ```
/// use sales_ready::train::baseline::odoo::{Counts, Rule};
///
/// // One field with two values; of the first, three of four leads were won, of the second one of four.
/// let mut counts = Counts::new(&[(Rule::Value, 2)]);
/// for (value, won) in [(0, true), (0, true), (0, true), (0, false), (1, true), (1, false), (1, false), (1, false)] {
///     counts.add(&[(0, value)], won, 1.0);
/// }
/// let bayes = counts.finish();
/// assert_eq!(bayes.percent(&[(0, 0)]), 73.81); // 3.1 ÷ (3.1 + 1.1)
/// assert_eq!(bayes.percent(&[]), 50.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// Won and lost leads.
    all: [f64; 2],
    /// Won and lost leads of each value, without what is added to them.
    fields: Vec<(Rule, Vec<[f64; 2]>)>,
}

/// Scores leads by counts.
#[derive(Clone, Debug, PartialEq)]
pub struct NaiveBayes {
    /// The log-odds of a lead of which nothing is known.
    prior: f64,
    /// The logarithm of each value's likelihood ratio; `None` where it is ignored.
    ratios: Vec<Vec<Option<f64>>>,
}

impl Counts {
    /// No leads yet, and for each field its rule and how many values it has.
    pub fn new(fields: &[(Rule, usize)]) -> Self {
        let field = |(rule, values): &(Rule, usize)| (*rule, vec![[0.0; 2]; *values]);
        Self { all: [0.0; 2], fields: fields.iter().map(field).collect() }
    }

    /// Counts a lead that was won or lost. Fields and values that are not there are passed over.
    pub fn add(&mut self, lead: &[(usize, usize)], won: bool, weight: f64) {
        let class = usize::from(!won);
        self.all[class] += weight;
        for (field, value) in lead {
            let Some((rule, counts)) = self.fields.get_mut(*field) else { continue };
            let last = counts.len();
            let counted = match rule {
                Rule::Stage if won => 0..last,
                Rule::Stage => 0..(value + 1).min(last),
                Rule::Value | Rule::Tag => *value..(value + 1).min(last),
            };
            for count in counts.get_mut(counted).into_iter().flatten() {
                count[class] += weight;
            }
        }
    }

    /// What the counts say.
    pub fn finish(&self) -> NaiveBayes {
        let all = self.all.map(|count| count + SMOOTHING);
        let ratios = |(rule, counts): &(Rule, Vec<[f64; 2]>)| {
            let smoothed = |[won, lost]: &[f64; 2]| {
                let count = [won + SMOOTHING, lost + SMOOTHING];
                let known = won + lost > 0.0 && (*rule != Rule::Tag || count[0] + count[1] >= TAG_LEADS);
                known.then_some(count)
            };
            let counts: Vec<Option<[f64; 2]>> = counts.iter().map(smoothed).collect();
            let sum = |class: usize| counts.iter().flatten().map(|count| count[class]).sum::<f64>();
            let total = if *rule == Rule::Stage { all } else { [sum(0), sum(1)] };
            let ratio = |[won, lost]: [f64; 2]| libm::log((won / total[0]) / (lost / total[1]));
            counts.into_iter().map(|count| count.map(ratio)).collect()
        };
        NaiveBayes { prior: libm::log(all[0] / all[1]), ratios: self.fields.iter().map(ratios).collect() }
    }
}

impl NaiveBayes {
    /// How many of a hundred such leads are won, to two decimals, as Odoo shows it. Values that were never counted are
    /// left out.
    pub fn percent(&self, lead: &[(usize, usize)]) -> f64 {
        let ratio = |(field, value): &(usize, usize)| self.ratios.get(*field)?.get(*value).copied().flatten();
        let logit = self.prior + lead.iter().filter_map(ratio).sum::<f64>();
        ((10_000.0 * crate::sigmoid(logit)).round() / 100.0).clamp(0.01, 99.99)
    }
}

/// Odoo's scoring of a table's leads.
///
/// Where the table has no pipeline, all leads are scored at the first stage, which every one of them has passed and which
/// therefore says nothing.
pub(super) struct Scorer {
    bayes: NaiveBayes,
    readers: Vec<Reader>,
}

/// How a column's values are counted.
enum Reader {
    /// A number, by the upper ends of all bins but the last.
    Bins(Vec<f64>),
    /// A category: its levels, or its tags.
    Levels(Rule),
    /// The stages of a pipeline: the place of each level in its order.
    Stages(Vec<Option<usize>>),
}

impl Scorer {
    /// Counts some rows.
    pub(super) fn learn(leads: &Leads, rows: &[usize]) -> Self {
        let readers: Vec<Reader> = leads.columns.iter().map(|column| Reader::of(column, rows)).collect();
        let fields: Vec<(Rule, usize)> =
            leads.columns.iter().zip(&readers).map(|(column, reader)| reader.field(&column.values)).collect();
        let mut counts = Counts::new(&fields);
        for row in rows {
            counts.add(&lead(leads, &readers, *row), leads.label[*row], leads.weight(*row));
        }
        Self { bayes: counts.finish(), readers }
    }

    /// The percentage of a row.
    pub(super) fn percent(&self, leads: &Leads, row: usize) -> f64 {
        self.bayes.percent(&lead(leads, &self.readers, row))
    }
}

impl Reader {
    fn of(column: &Column, rows: &[usize]) -> Self {
        let name = column.field.name.to_lowercase();
        let named = |names: [&str; 3]| names.contains(&name.as_str());
        match (&column.values, &column.prior) {
            (Values::Numbers(numbers), _) => Self::Bins(cuts(numbers, rows)),
            (Values::Levels { levels, .. }, Prior::Ordered { levels: order, cyclic: false })
                if named(["stage", "stages", "stage_id"]) =>
            {
                let place = |level: &String| order.iter().position(|other| other == level);
                Self::Stages(levels.iter().map(place).collect())
            }
            _ if named(["tag", "tags", "tag_ids"]) => Self::Levels(Rule::Tag),
            _ => Self::Levels(Rule::Value),
        }
    }

    /// The column's rule and how many values it can have.
    fn field(&self, values: &Values) -> (Rule, usize) {
        let levels = if let Values::Levels { levels, .. } = values { levels.len() } else { 0 };
        match self {
            Self::Bins(cuts) => (Rule::Value, cuts.len() + 1),
            Self::Levels(rule) => (*rule, levels),
            Self::Stages(places) => (Rule::Stage, places.iter().flatten().max().map_or(0, |last| last + 1)),
        }
    }

    /// The place of a row's value, unless it is missing.
    fn value(&self, values: &Values, row: usize) -> Option<usize> {
        match (self, values) {
            (Self::Bins(cuts), Values::Numbers(numbers)) => {
                let number = numbers[row];
                (!number.is_nan()).then(|| cuts.partition_point(|cut| *cut < number))
            }
            (Self::Levels(_), Values::Levels { codes, .. }) => {
                (codes[row] != MISSING_LEVEL).then_some(codes[row] as usize)
            }
            (Self::Stages(places), Values::Levels { codes, .. }) => {
                places.get(codes[row] as usize).copied().flatten()
            }
            _ => None,
        }
    }
}

/// A row as a list of fields and values, without those that are missing.
fn lead(leads: &Leads, readers: &[Reader], row: usize) -> Vec<(usize, usize)> {
    let columns = leads.columns.iter().zip(readers).enumerate();
    let value = |(field, (column, reader)): (usize, (&Column, &Reader))| {
        reader.value(&column.values, row).map(|value| (field, value))
    };
    columns.filter_map(value).collect()
}

/// Where a column is cut: at its tenths, each value on one side only.
fn cuts(numbers: &Numbers, rows: &[usize]) -> Vec<f64> {
    let mut present: Vec<f64> =
        rows.iter().map(|row| numbers[*row]).filter(|number| !number.is_nan()).collect();
    present.sort_unstable_by(f64::total_cmp);
    if present.is_empty() {
        return present;
    }
    let mut cuts: Vec<f64> =
        (1..BINS).map(|tenth| present[(present.len() * tenth / BINS).saturating_sub(1)]).collect();
    cuts.dedup_by(|a, b| a == b);
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, FieldKind};

    /// The fields of Odoo's own test: country, state, source, e-mail quality, phone quality (both unset, which Odoo
    /// counts as a value), and four stages, the last of them won.
    const FIELDS: [(Rule, usize); 6] = [
        (Rule::Value, 3),
        (Rule::Value, 3),
        (Rule::Value, 3),
        (Rule::Value, 1),
        (Rule::Value, 1),
        (Rule::Stage, 4),
    ];

    fn lead([country, region, source, stage]: [usize; 4]) -> [(usize, usize); 6] {
        [(0, country), (1, region), (2, source), (3, 0), (4, 0), (5, stage)]
    }

    /// A lead by country, state, source and stage, and whether it was won.
    type Closed = ([usize; 4], bool);

    /// The closed leads of three teams, the open lead of each that is scored, and what Odoo says of it:
    /// `test_predictive_lead_scoring` of Odoo 19.0, `addons/crm/tests/test_crm_pls.py`.
    #[test]
    fn odoos_own_test_values() {
        let teams: [([Closed; 3], f64); 3] = [
            ([([0, 0, 0, 0], false), ([1, 1, 1, 1], false), ([2, 2, 2, 3], true)], 33.49),
            ([([0, 1, 1, 2], false), ([0, 1, 2, 1], false), ([0, 2, 2, 3], true)], 7.74),
            ([([1, 1, 1, 3], true), ([0, 1, 0, 0], false), ([1, 2, 2, 0], false)], 35.09),
        ];
        for (closed, expected) in teams {
            let mut counts = Counts::new(&FIELDS);
            for (closed, won) in closed {
                counts.add(&lead(closed), won, 1.0);
            }
            assert_eq!(counts.finish().percent(&lead([0, 1, 2, 1])), expected);
        }
    }

    /// The second half of the same test: 147 closed leads with two tags, one of them or both.
    #[test]
    fn odoos_own_test_values_with_tags() {
        let mut counts = Counts::new(&[(Rule::Value, 1), (Rule::Tag, 2), (Rule::Stage, 4)]);
        let tagged =
            |tags: &[usize]| [(0, 0), (2, 0)].into_iter().chain(tags.iter().map(|tag| (1, *tag))).collect();
        for (tags, won, lost) in [(&[0][..], 19, 30), (&[1], 9, 40), (&[0, 1], 14, 35)] {
            let lead: Vec<(usize, usize)> = tagged(tags);
            (0..won).for_each(|_| counts.add(&lead, true, 1.0));
            (0..lost).for_each(|_| counts.add(&lead, false, 1.0));
        }
        let bayes = counts.finish();
        for (tags, expected) in [(&[0][..], 33.69), (&[1], 23.51), (&[0, 1], 28.05), (&[], 28.60)] {
            assert_eq!(bayes.percent(&tagged(tags)), expected, "{tags:?}");
        }
    }

    #[test]
    fn a_tag_of_few_leads_says_nothing() {
        let percent = |leads: f64| {
            let mut counts = Counts::new(&[(Rule::Tag, 2)]);
            counts.add(&[(0, 0)], true, leads);
            counts.add(&[(0, 1)], false, 60.0);
            counts.add(&[(0, 1)], true, 60.0);
            let bayes = counts.finish();
            (bayes.percent(&[(0, 0)]), bayes.percent(&[]))
        };
        // Odoo holds the smoothed counts against 50.
        let (with, without) = percent(49.7);
        assert_eq!(with, without);
        let (with, without) = percent(49.9);
        assert!(with > without);
    }

    #[test]
    fn nothing_is_certain() {
        let mut counts = Counts::new(&[(Rule::Value, 2)]);
        counts.add(&[(0, 0)], true, 1e7);
        counts.add(&[(0, 1)], false, 1e7);
        let bayes = counts.finish();
        assert_eq!([0, 1].map(|value| bayes.percent(&[(0, value)])), [99.99, 0.01]);
        // What was never counted, and fields and values that are not there, are left out.
        assert_eq!(bayes.percent(&[(0, 2), (7, 0)]), 50.0);
    }

    #[test]
    fn tenths_keep_equal_values_together() {
        let numbers = [vec![0.0; 70], (1..=30).map(f64::from).collect(), vec![f64::NAN]].concat();
        let rows: Vec<usize> = (0..101).collect();
        assert_eq!(cuts(&numbers.into(), &rows), [0.0, 10.0, 20.0]);
        assert!(cuts(&vec![f64::NAN].into(), &[0]).is_empty());
    }

    #[test]
    fn tags_and_stages_are_known_by_their_names() {
        let reader = |name: &str, order: Option<[&str; 3]>| {
            let field = Field::new(name, FieldKind::Category);
            let levels = ["contacted", "offered", "unknown"].map(str::to_owned).to_vec();
            let mut column = Column::new(field, Values::Levels { levels, codes: vec![1, 2, MISSING_LEVEL] });
            if let Some(order) = order {
                let levels = order.map(str::to_owned).to_vec();
                column.prior = Prior::Ordered { levels, cyclic: false };
            }
            let reader = Reader::of(&column, &[0, 1, 2]);
            let values = [0, 1, 2].map(|row| reader.value(&column.values, row));
            (reader.field(&column.values), values)
        };
        assert_eq!(reader("Tags", None), ((Rule::Tag, 3), [Some(1), Some(2), None]));
        assert_eq!(reader("source", None), ((Rule::Value, 3), [Some(1), Some(2), None]));
        assert_eq!(reader("stage", None), ((Rule::Value, 3), [Some(1), Some(2), None]));
        let order = Some(["new", "contacted", "offered"]);
        assert_eq!(reader("stage", order), ((Rule::Stage, 3), [Some(2), None, None]));
    }
}
