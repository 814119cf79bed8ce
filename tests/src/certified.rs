//! Small logistic problems with answers certified to sixteen digits by Newton's method in 60-digit arithmetic.

use std::path::Path;

use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::train::leads::{Column, Leads, Values};
use serde::Deserialize;

/// A problem: a design, outcomes and, where it exists, the answer.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The data set.
    pub name: String,
    /// The columns' names, without the intercept.
    pub names: Vec<String>,
    /// The columns, without the intercept.
    pub columns: Vec<Vec<f64>>,
    /// The outcomes. A grouped row is two rows here: its events and its other trials.
    pub converted: Vec<bool>,
    /// How many trials each row stands for.
    pub weights: Vec<f64>,
    /// The certified answer; `None` where the data are separated and maximum likelihood has none.
    pub answer: Option<Answer>,
}

/// A certified answer, the intercept first.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The coefficients.
    pub coefficients: Vec<f64>,
    /// Square roots of the diagonal of the inverse information.
    pub standard_errors: Vec<f64>,
    /// The log-likelihood.
    pub log_likelihood: f64,
}

/// The data sets: name, outcome column and, for grouped data, the column of trials.
const SETS: [(&str, &str, Option<&str>); 8] = [
    ("spector", "grade", None),
    ("lbw", "low", None),
    ("ucla_binary", "admit", None),
    ("affairs", "y", None),
    ("mroz", "inlf", None),
    ("remission", "remiss", None),
    ("ingots", "r", Some("n")),
    ("menarche", "Menarche", Some("Total")),
];

/// The problems that have a maximum-likelihood answer. `folder` holds `certified.json` and the data.
///
/// # Errors
/// Any file that is absent or not of the expected form.
pub fn problems(folder: &Path) -> Result<Vec<Problem>, Box<dyn std::error::Error>> {
    SETS.iter()
        .map(|(name, outcome, trials)| {
            let (names, answer) = answer(folder, name)?;
            Problem::read(folder, name, names, (outcome, *trials), Some(answer))
        })
        .collect()
}

/// The endometrial data: quasi-separated by `NV`, so that no finite maximum-likelihood answer exists.
///
/// # Errors
/// As [`problems`].
pub fn separated(folder: &Path) -> Result<Problem, Box<dyn std::error::Error>> {
    let names = ["NV", "PI", "EH"].map(str::to_owned).to_vec();
    Problem::read(folder, "endometrial", names, ("HG", None), None)
}

/// The endometrial data with the answer that maximises Firth's penalised likelihood (Heinze & Schemper 2002): what
/// `brglm2` prints, in more digits. Its log-likelihood is the plain one at these coefficients.
///
/// # Errors
/// As [`problems`].
pub fn firth(folder: &Path) -> Result<Problem, Box<dyn std::error::Error>> {
    let (names, answer) = answer(folder, "endometrial_firth")?;
    Problem::read(folder, "endometrial", names, ("HG", None), Some(answer))
}

impl Problem {
    /// The rows of the design, each led by the one of the intercept.
    pub fn design(&self) -> Vec<Vec<f64>> {
        let row = |row: usize| std::iter::once(1.0).chain(self.columns.iter().map(move |column| column[row]));
        (0..self.converted.len()).map(|place| row(place).collect()).collect()
    }

    /// The problem as the trainer takes it.
    pub fn to_leads(&self) -> Leads {
        let kind = FieldKind::Number(NumberFormat::default());
        let column = |(name, values): (&String, &Vec<f64>)| {
            Column::new(Field::new(name.clone(), kind.clone()), Values::Numbers(values.clone().into()))
        };
        Leads {
            target: Target::new("outcome", "1"),
            label: self.converted.clone(),
            weights: Some(self.weights.clone()),
            columns: self.names.iter().zip(&self.columns).map(column).collect(),
            dates: None,
            groups: None,
            excluded: vec![],
        }
    }

    fn read(
        folder: &Path,
        name: &str,
        names: Vec<String>,
        (outcome, trials): (&str, Option<&str>),
        answer: Option<Answer>,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let mut reader = csv::Reader::from_path(folder.join(format!("{name}.csv")))?;
        let header = reader.headers()?.clone();
        let place = |column: &str| {
            header
                .iter()
                .position(|other| other == column)
                .ok_or_else(|| format!("{name}.csv lacks {column:?}"))
        };
        let sources = names.iter().map(|name| Source::find(&header, name)).collect::<Result<Vec<_>, _>>()?;
        let outcome = place(outcome)?;
        let trials = trials.map(place).transpose()?;
        let (mut converted, mut weights, mut columns) = (vec![], vec![], vec![vec![]; names.len()]);
        for record in reader.records() {
            let record = record?;
            let events: f64 = record[outcome].parse()?;
            let total = trials.map_or(Ok(1.0), |trials| record[trials].parse())?;
            for (event, weight) in [(true, events), (false, total - events)] {
                if weight > 0.0 {
                    converted.push(event);
                    weights.push(weight);
                    for (column, source) in columns.iter_mut().zip(&sources) {
                        column.push(source.value(&record)?);
                    }
                }
            }
        }
        Ok(Self { name: name.to_owned(), names, columns, converted, weights, answer })
    }
}

/// A certified answer with the names of its columns, but the intercept's.
fn answer(folder: &Path, name: &str) -> Result<(Vec<String>, Answer), Box<dyn std::error::Error>> {
    #[derive(Deserialize)]
    struct Certified {
        names: Vec<String>,
        coef: Vec<String>,
        se: Vec<String>,
        loglik: String,
    }
    let certified: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("certified.json"))?)?;
    let numbers = |texts: &[String]| texts.iter().map(|text| text.parse()).collect::<Result<Vec<f64>, _>>();
    let entry = Certified::deserialize(&certified[name])?;
    let answer = Answer {
        coefficients: numbers(&entry.coef)?,
        standard_errors: numbers(&entry.se)?,
        log_likelihood: entry.loglik.parse()?,
    };
    Ok((entry.names[1..].to_vec(), answer))
}

/// Where a design column comes from.
enum Source {
    /// A column of the file.
    Column(usize),
    /// One where a column of the file has this text, else zero: `race_black`, `rank2`.
    Dummy(usize, String),
}

impl Source {
    fn find(header: &csv::StringRecord, name: &str) -> Result<Self, String> {
        if let Some(place) = header.iter().position(|column| column == name) {
            return Ok(Self::Column(place));
        }
        header
            .iter()
            .enumerate()
            .find_map(|(place, column)| {
                let level = name.strip_prefix(column)?.trim_start_matches('_');
                Some(Self::Dummy(place, level.to_owned()))
            })
            .ok_or_else(|| format!("no column gives {name:?}"))
    }

    fn value(&self, record: &csv::StringRecord) -> Result<f64, std::num::ParseFloatError> {
        match self {
            Self::Column(place) => record[*place].parse(),
            Self::Dummy(place, level) => Ok(f64::from(u8::from(record[*place] == **level))),
        }
    }
}
