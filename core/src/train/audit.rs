//! Table → findings: columns that know the outcome rather than foretell it.
//!
//! Each column is judged alone, by conversion rates of its levels (a number's: its twentieths; missing is a level), and
//! by whether it says anything for one class only.

use crate::train::leads::{Column, Leads, MISSING_LEVEL, Values};
use crate::train::measure::{Z95, auc_interval};
use crate::train::split;

/// A finding about one column, or about the whole table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The column; `None` where it is about the whole table.
    pub field: Option<String>,
    /// What it is.
    pub kind: FindingKind,
    /// The evidence, in one sentence.
    pub evidence: String,
    /// What was done about it, in one sentence.
    pub done: String,
    /// How to have it otherwise, or what to do about it, in one sentence.
    pub remedy: String,
    /// Whether the model does without the column.
    pub excluded: bool,
}

/// Kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// The column says the label again in other words, up to a few leads.
    LabelCopy,
    /// The column alone ranks the leads better than what is known before the outcome does.
    DecidesAlone,
    /// The column is filled in for one outcome only.
    OneOutcomeOnly,
    /// Some values of the column nearly always convert, others nearly never.
    SettlesBothWays,
    /// The column is named like one that is written at or after the outcome.
    LateName,
    /// The column alone foretells the label unusually well.
    StrongAlone,
    /// The column alone is as good as a model of all the others.
    RivalsTheRest,
    /// The whole model is better than models of what is known before the outcome are.
    TooGood,
    /// The column counts the rows up or down, or tells the time: an id or a clock.
    Sequence,
    /// Nearly every lead has a value of its own.
    Identifier,
    /// All leads have the same value.
    Constant,
    /// The column says the same as another one.
    Duplicate,
    /// The column says nearly the same as another one.
    NearDuplicate,
    /// Several columns are known for the same leads.
    FilledTogether,
    /// The conversion rate changes along time, or along the file.
    Era,
    /// The file is sorted by the label.
    SortedByLabel,
    /// There are few conversions for so many columns.
    FewConversions,
    /// There are more columns than can be learnt from; the strongest are.
    TooManyColumns,
}

/// A column whose ranking alone is at least this good, by the lower end of its interval, all but decides the label. A
/// choice, not a law: a field known before the outcome may be so good, which is why `--keep` overrules.
const LEAK_AUC: f64 = 0.90;
/// And from here on it deserves a question.
const SUSPECT_AUC: f64 = 0.80;
/// A level is settled where its rate, by the Wilson interval, is surely beyond these …
const SURELY_CONVERTED: f64 = 0.90;
const SURELY_NOT: f64 = 0.05;
/// … and a category that settles at least this share of the leads in *both* directions was written by who knew. Not so a
/// number: the ends of a strong and honest one settle both ways too, without its middle.
const SETTLED_SHARE: f64 = 0.02;
/// A level is blank where it is the commonest and at least this share of the leads has it: `no`, `none`, 0.
const BLANK_SHARE: f64 = 0.5;
/// A column filled (neither missing nor blank) this many times as often in one class as in the other …
const FILLED_RATIO: f64 = 20.0;
/// … and for at least this share of that class, exists for that class only.
const FILLED_SHARE: f64 = 0.05;
/// Groups of a number's values.
const GROUPS: usize = 20;

impl FindingKind {
    /// A short stable name, for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LabelCopy => "label-copy",
            Self::DecidesAlone => "decides-alone",
            Self::OneOutcomeOnly => "one-outcome-only",
            Self::SettlesBothWays => "settles-both-ways",
            Self::LateName => "late-name",
            Self::StrongAlone => "strong-alone",
            Self::RivalsTheRest => "rivals-the-rest",
            Self::TooGood => "too-good",
            Self::Sequence => "sequence",
            Self::Identifier => "identifier",
            Self::Constant => "constant",
            Self::Duplicate => "duplicate",
            Self::NearDuplicate => "near-duplicate",
            Self::FilledTogether => "filled-together",
            Self::Era => "era",
            Self::SortedByLabel => "sorted-by-label",
            Self::FewConversions => "few-conversions",
            Self::TooManyColumns => "too-many-columns",
        }
    }

    /// The name for people, a few words in small letters.
    pub fn title(self) -> &'static str {
        match self {
            Self::LabelCopy => "near-copy of the label",
            Self::DecidesAlone => "decides the outcome alone",
            Self::OneOutcomeOnly => "filled for one outcome only",
            Self::SettlesBothWays => "settles the outcome both ways",
            Self::LateName => "named like what is written late",
            Self::StrongAlone => "unusually strong alone",
            Self::RivalsTheRest => "as good as all others together",
            Self::TooGood => "too good to be true",
            Self::Sequence => "running number or clock",
            Self::Identifier => "identifies its lead",
            Self::Constant => "always the same",
            Self::Duplicate => "copy of another column",
            Self::NearDuplicate => "near-copy of another column",
            Self::FilledTogether => "filled together",
            Self::Era => "conversion rate changes",
            Self::SortedByLabel => "sorted by the label",
            Self::FewConversions => "few conversions",
            Self::TooManyColumns => "too many columns",
        }
    }

    /// Whether it says that a column may know the outcome. Where such a column was left out it is called a leak, where it
    /// was kept it is a question to whoever knows how the table came to be.
    pub fn accuses(self) -> bool {
        matches!(
            self,
            Self::LabelCopy
                | Self::DecidesAlone
                | Self::OneOutcomeOnly
                | Self::SettlesBothWays
                | Self::LateName
                | Self::StrongAlone
                | Self::RivalsTheRest
        )
    }
}

/// Audits each column. Columns named in `keep` are reported but stay.
pub fn audit(leads: &Leads, keep: &[String], seed: u64) -> Vec<Finding> {
    let rows: Vec<usize> = (0..leads.len()).collect();
    let folds = split::folds(leads, &rows, seed);
    leads
        .columns
        .iter()
        .filter_map(|column| {
            let (kind, evidence) = judge(leads, column, &folds)?;
            Some(Finding::about(&column.field.name, kind, evidence, kind != FindingKind::StrongAlone, keep))
        })
        .collect()
}

impl Finding {
    /// A finding about a column that leaves it out, unless it is to be kept.
    fn about(name: &str, kind: FindingKind, evidence: String, leave_out: bool, keep: &[String]) -> Self {
        let kept = keep.iter().any(|keep| keep == name);
        let excluded = leave_out && !kept;
        let (done, remedy) = if excluded {
            let remedy = format!("if it is known before the outcome, keep it: --keep {}", argument(name));
            ("left out".to_owned(), remedy)
        } else {
            let done = if leave_out { "kept, as you said" } else { "kept" };
            let remedy =
                format!("if it is written after the outcome, leave it out: --exclude {}", argument(name));
            (done.to_owned(), remedy)
        };
        Self { field: Some(name.to_owned()), kind, evidence, done, remedy, excluded }
    }
}

/// A name as it is typed in a shell.
fn argument(name: &str) -> String {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if plain && !name.starts_with('-') {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

fn judge(leads: &Leads, column: &Column, folds: &[usize]) -> Option<(FindingKind, String)> {
    let groups = groups(&column.values, leads.len());
    let alone = {
        let weights: Vec<f64> = (0..leads.len()).map(|row| leads.weight(row)).collect();
        auc_interval(&out_of_fold_rates(leads, &groups, folds), &leads.label, &weights)
    };
    if let Some(evidence) = filled_for_one_class(leads, column) {
        return Some((FindingKind::OneOutcomeOnly, evidence));
    }
    if alone.low >= LEAK_AUC {
        let evidence = format!(
            "alone it ranks {:.1} % of pairs of leads rightly (AUC {:.3}), unusual for a field known before the outcome",
            100.0 * alone.value,
            alone.value
        );
        return Some((FindingKind::DecidesAlone, evidence));
    }
    if matches!(column.values, Values::Levels { .. })
        && let Some(evidence) = settles_both_ways(leads, &groups)
    {
        return Some((FindingKind::SettlesBothWays, evidence));
    }
    (alone.low >= SUSPECT_AUC).then(|| {
        let evidence = format!(
            "alone it reaches an AUC of {:.3}, unusually good for a field known before the outcome; is it?",
            alone.value
        );
        (FindingKind::StrongAlone, evidence)
    })
}

/// A group for each lead, from 0: its level or its twentieth; missing last.
fn groups(values: &Values, count: usize) -> Vec<usize> {
    match values {
        Values::Levels { levels, codes } => codes
            .iter()
            .map(|code| if *code == MISSING_LEVEL { levels.len() } else { *code as usize })
            .collect(),
        Values::Numbers(numbers) => {
            let mut order: Vec<usize> = (0..count).filter(|row| !numbers[*row].is_nan()).collect();
            order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
            let mut groups = vec![GROUPS; count];
            let mut before = 0;
            for tied in order.chunk_by(|a, b| numbers[*a] == numbers[*b]) {
                // Equal numbers share a group, that of the middle one.
                let group = (before + tied.len() / 2) * GROUPS / order.len();
                for row in tied {
                    groups[*row] = group;
                }
                before += tied.len();
            }
            groups
        }
    }
}

/// The conversion rate of each lead's group over the other folds, drawn towards the mean by two leads.
fn out_of_fold_rates(leads: &Leads, groups: &[usize], folds: &[usize]) -> Vec<f64> {
    let group_count = groups.iter().max().map_or(0, |last| last + 1);
    let fold_count = folds.iter().max().map_or(0, |last| last + 1);
    let mut sums = vec![[0.0; 2]; group_count * fold_count];
    let mut of_group = vec![[0.0; 2]; group_count];
    let mut of_fold = vec![[0.0; 2]; fold_count];
    let mut all = [0.0; 2];
    for (row, (group, fold)) in groups.iter().zip(folds).enumerate() {
        let hit = f64::from(u8::from(leads.label[row]));
        for sum in
            [&mut sums[group * fold_count + fold], &mut of_group[*group], &mut of_fold[*fold], &mut all]
        {
            sum[0] += hit;
            sum[1] += 1.0;
        }
    }
    groups
        .iter()
        .zip(folds)
        .map(|(group, fold)| {
            let own = sums[group * fold_count + fold];
            let mean = (all[0] - of_fold[*fold][0]) / (all[1] - of_fold[*fold][1]);
            (of_group[*group][0] - own[0] + 2.0 * mean) / (of_group[*group][1] - own[1] + 2.0)
        })
        .collect()
}

fn filled_for_one_class(leads: &Leads, column: &Column) -> Option<String> {
    let filled: Vec<bool> = (0..leads.len()).map(|row| !column.values.is_missing(row)).collect();
    of_one_class(leads, &filled)
        .map(|[much, little]| format!("it is filled for {much} and for {little}"))
        .or_else(|| {
            let (blank, not_blank) = without_blank(&column.values, leads.len())?;
            let [much, little] = of_one_class(leads, &not_blank)?;
            Some(format!("it is other than {blank} for {much} and for {little}"))
        })
}

/// The shares of both classes that `filled` marks, in words, where it marks all but one class only; that class first.
fn of_one_class(leads: &Leads, filled: &[bool]) -> Option<[String; 2]> {
    let mut counts = [0.0; 2];
    for (_, converted) in filled.iter().zip(&leads.label).filter(|(filled, _)| **filled) {
        counts[usize::from(*converted)] += 1.0;
    }
    let converted = leads.conversions() as f64;
    let totals = [leads.len() as f64 - converted, converted];
    let names = ["leads that did not convert", "converted leads"];
    [(0, 1), (1, 0)].into_iter().find_map(|(one, other)| {
        let share = counts[one] / totals[one];
        let (_, rarely) = wilson(counts[other], totals[other]);
        let words =
            |class: usize| format!("{:.1} % of the {}", 100.0 * counts[class] / totals[class], names[class]);
        (share >= FILLED_SHARE && share >= FILLED_RATIO * rarely).then(|| [words(one), words(other)])
    })
}

/// The blank value of a column in words, where it has one, and which leads have another that is not missing.
fn without_blank(values: &Values, count: usize) -> Option<(String, Vec<bool>)> {
    let enough = |common: usize| common as f64 >= BLANK_SHARE * count as f64;
    match values {
        Values::Levels { levels, codes } => {
            let mut counts = vec![0; levels.len()];
            codes.iter().filter(|code| **code != MISSING_LEVEL).for_each(|code| counts[*code as usize] += 1);
            let blank = counts.iter().position(|common| enough(*common))?;
            let other = |code: &u32| *code != MISSING_LEVEL && *code as usize != blank;
            Some((format!("{:?}", levels[blank]), codes.iter().map(other).collect()))
        }
        Values::Numbers(numbers) => {
            enough(numbers.iter().filter(|number| **number == 0.0).count()).then(|| {
                ("0".to_owned(), numbers.iter().map(|number| !number.is_nan() && *number != 0.0).collect())
            })
        }
    }
}

fn settles_both_ways(leads: &Leads, groups: &[usize]) -> Option<String> {
    let group_count = groups.iter().max().map_or(0, |last| last + 1);
    let mut counts = vec![[0.0; 2]; group_count];
    for (row, group) in groups.iter().enumerate() {
        counts[*group][0] += f64::from(u8::from(leads.label[row]));
        counts[*group][1] += 1.0;
    }
    let rate = leads.conversions() as f64 / leads.len() as f64;
    // Where few convert anyway, a low rate settles nothing.
    let surely_not = SURELY_NOT.min(rate / 4.0);
    let surely_converted = SURELY_CONVERTED.max(1.0 - (1.0 - rate) / 4.0);
    let share = |settled: fn((f64, f64), f64) -> bool, border: f64| {
        let mass: f64 =
            counts.iter().filter(|[hits, of]| settled(wilson(*hits, *of), border)).map(|[_, of]| of).sum();
        mass / leads.len() as f64
    };
    let converted = share(|(low, _), border| low >= border, surely_converted);
    let not = share(|(_, high), border| high <= border, surely_not);
    (converted >= SETTLED_SHARE && not >= SETTLED_SHARE).then(|| {
        format!(
            "its values settle the outcome both ways: {:.1} % of the leads have one that nearly always converts, {:.1} % one that nearly never does",
            100.0 * converted,
            100.0 * not
        )
    })
}

/// The 95 % score interval of a proportion (Wilson 1927, doi:10.1080/01621459.1927.10502953).
fn wilson(hits: f64, of: f64) -> (f64, f64) {
    if of == 0.0 {
        return (0.0, 1.0);
    }
    let (rate, z2) = (hits / of, Z95 * Z95);
    let center = (rate + z2 / (2.0 * of)) / (1.0 + z2 / of);
    let reach = Z95 / (1.0 + z2 / of) * (rate * (1.0 - rate) / of + z2 / (4.0 * of * of)).sqrt();
    (center - reach, center + reach)
}
