//! Table → what each column is, and the typed [`Leads`] that follow from it.
//!
//! What the person says wins: options (the command line), then the schema file, then a guess from the whole column.
//! Every guess carries its reason ([`ColumnSchema::why`]) so that it can be printed and overruled.

mod names;
mod units;
mod numbers;
mod plainly;
mod ranges;
mod orders;
mod months;
mod clock;
mod dates;
mod counted;
mod periods;
mod label_words;
mod label;
mod personal;
mod people_names;
mod identifiers;
mod group_names;
mod groups;
mod date_names;
mod order_of_time;
mod durations;
mod remark;
mod report_groups;
mod own_scores;
mod guessed_dates;
mod guess;
mod many;
mod touched;
mod file;
mod written;
mod typed;

pub(crate) use counted::parse as counted;
pub use dates::DateOrder;
pub(crate) use dates::{Stamp, listed as listed_orders};
pub use file::SchemaFile;
pub(crate) use group_names::says_account;
pub(crate) use groups::learnt_groups;
pub(crate) use label::{
    all_spelled, is_named, is_positive, is_same_target, listed as listed_values, positive_of,
};
pub(crate) use names::{nearest, unknown_column};
pub(crate) use own_scores::{REASON, SCORE};
pub(crate) use personal::words;
pub(crate) use touched::{SaidColumn, TouchColumns};

use std::fmt;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::{NumberFormat, Positive, Target};
use crate::train::csv::{Table, TextColumn};
use crate::train::leads::{Horizon, Leads, Prior};
use many::Many;

/// Texts that mean "not known" unless the schema file says otherwise; compared without regard to ASCII case. The empty
/// text always does.
pub const MISSING_MARKERS: [&str; 5] = ["NA", "N/A", "null", "NaN", "-"];

/// What the person has said about a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The label column.
    pub target: Option<String>,
    /// The label's text that means "converted", or several; all others then mean not converted.
    pub positive: Option<Positive>,
    /// Columns the model must not read.
    pub exclude: Vec<String>,
    /// Columns the model must read even if they look like ids or free text.
    pub keep: Vec<String>,
    /// Further texts that mean "not known", in any column.
    pub missing: Vec<String>,
    /// Columns that say what a lead does, rather than who it is.
    pub engagement: Vec<String>,
    /// Columns that the company can change, so that people may ask what if.
    pub actionable: Vec<String>,
    /// The schema file.
    pub file: Option<SchemaFile>,
}

/// What each column of a table is.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The label, where one was named.
    pub target: Option<Target>,
    /// How the positive label was found, and what the other values count as.
    pub target_why: String,
    /// The texts that mean "not known" in every column.
    pub missing: Vec<String>,
    /// The columns, in the order of the file, without the label.
    pub columns: Vec<ColumnSchema>,
    /// How long a lead is watched for a conversion, where the schema file says so.
    pub horizon: Option<Horizon>,
}

/// What one column is.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnSchema {
    /// The name in the header.
    pub name: String,
    /// What people call it.
    pub title: Option<String>,
    /// What it is.
    pub role: Role,
    /// What is known of its effect: that it only rises or falls, or that its levels have an order.
    pub prior: Prior,
    /// Further texts that mean "not known" in this column.
    pub missing: Vec<String>,
    /// Whether it says what the lead does, rather than who it is.
    pub engagement: bool,
    /// Whether the company can change it.
    pub actionable: bool,
    /// Why it is taken for that, in a few words.
    pub why: String,
    /// Whether a person should look at this: the column is left out or read in one of several possible ways.
    pub notable: bool,
    /// How many different values it has.
    pub distinct: u64,
    /// In how many rows it is not known.
    pub missing_rows: u64,
}

/// What a column is for the model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Role {
    /// A number to learn from.
    Number(NumberFormat),
    /// A category to learn from.
    Category,
    /// A date. Not learnt from; one date column may order the leads.
    Date {
        /// In which order day, month and year stand; `None` where the column allows two readings.
        order: Option<DateOrder>,
        /// Whether this is the column that orders the leads, so that the newest can be held out.
        split: bool,
    },
    /// How many leads a row stands for.
    Weight(NumberFormat),
    /// Says which leads belong together, such as those of one account. Not learnt from.
    Group,
    /// Identifies a lead or a person. Not learnt from.
    Id,
    /// Free text. Not learnt from.
    Text,
    /// Left out.
    Excluded,
}

/// A guess about a column, as a sentence: `"lead_id" is an id: every value is different`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The column.
    pub column: String,
    /// The name of its role.
    pub role: &'static str,
    /// Why.
    pub why: String,
}

impl Role {
    /// The role's name, as in the schema file.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Category => "category",
            Self::Date { .. } => "date",
            Self::Weight(_) => "weight",
            Self::Group => "group",
            Self::Id => "id",
            Self::Text => "text",
            Self::Excluded => "exclude",
        }
    }

    /// Whether the model learns from such a column.
    pub fn is_learnt_from(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Category)
    }

    /// Whether this may be known of the effect of such a column.
    fn may_have(&self, prior: &Prior) -> bool {
        match prior {
            Prior::None => true,
            Prior::Monotone(_) => matches!(self, Self::Number(_)),
            Prior::Ordered { .. } => matches!(self, Self::Category),
        }
    }
}

impl fmt::Display for Guess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", quoted(&self.column), self.role, self.why)
    }
}

impl Schema {
    /// Finds out what each column of a table is.
    ///
    /// ```
    /// use sales_ready::train::csv::{Options as CsvOptions, Table};
    /// use sales_ready::train::schema::{Options, Role, Schema};
    ///
    /// let text = "lead,visits,source,won\na1,3,fair,yes\nb2,5,web,no\nc3,N/A,fair,no\n";
    /// let table = Table::read(text.as_bytes(), "leads.csv", &CsvOptions::default(), &mut |_| ())?;
    /// let options = Options { target: Some("won".into()), exclude: vec!["lead".into()], ..Options::default() };
    /// let schema = Schema::infer(&table, &options)?;
    /// assert!(matches!(schema.columns[1].role, Role::Number(_)));
    /// let leads = schema.leads(&table)?;
    /// assert_eq!(leads.label, [true, false, false]);
    /// # Ok::<_, sales_ready::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] for names that are no columns, [`ErrorKind::Label`] where the positive label can not
    /// be inferred, [`ErrorKind::Schema`] where options, schema file and table contradict each other.
    pub fn infer(table: &Table, options: &Options) -> Result<Self> {
        let file = options.file.as_ref();
        options.check(table)?;
        let mut missing: Vec<String> = file
            .and_then(|file| file.missing.clone())
            .unwrap_or_else(|| MISSING_MARKERS.map(str::to_owned).to_vec());
        for marker in options.missing.iter().map(|marker| marker.trim()) {
            if !missing.iter().any(|known| known.eq_ignore_ascii_case(marker)) {
                missing.push(marker.to_owned());
            }
        }
        let target = options.target.as_deref().or_else(|| file.and_then(|file| file.target.as_deref()));
        // What a file says of its own target is not meant of another.
        let of_target = file.filter(|file| file.target.is_none() || file.target.as_deref() == target);
        let positive = options.positive.as_ref().or(of_target.and_then(|file| file.positive.as_ref()));
        let find = |target| {
            let own = file.and_then(|file| file.column(target)).map_or(&[][..], |entry| &entry.missing);
            label::find(table, target, positive, &[&missing[..], own].concat())
        };
        let label = target.map(find).transpose()?;
        let (target, target_why) = label.map_or((None, String::new()), |(target, why)| (Some(target), why));
        let columns = guess::columns(table, options, target.as_ref().map(|target| &*target.field), &missing)?;
        let horizon = file.and_then(|file| file.horizon);
        Ok(Self { target, target_why, missing, columns, horizon })
    }

    /// The typed table.
    ///
    /// # Errors
    /// [`ErrorKind::Label`] where no label was named or rows lack it, [`ErrorKind::BadValue`] for a cell that is not of
    /// its column's type, [`ErrorKind::MissingField`] where the table lacks a column of the schema.
    pub fn leads(&self, table: &Table) -> Result<Leads> {
        typed::leads(self, table)
    }

    /// The typed table without a label: none converted.
    ///
    /// # Errors
    /// As [`leads`](Self::leads), but for the label.
    pub fn unlabelled(&self, table: &Table) -> Result<Leads> {
        let target = Target::new("", "");
        typed::columns(self, table, target, vec![false; table.rows()])
    }

    /// The schema as a TOML file that, given back, leads to the same schema.
    pub fn to_toml(&self, table: &str) -> String {
        written::to_toml(self, table)
    }

    /// What was guessed about the columns, in the order of the file.
    pub fn guesses(&self) -> impl Iterator<Item = Guess> {
        self.columns.iter().map(ColumnSchema::guess)
    }

    /// The guesses a person should look at: columns left out, and columns that could be read in another way.
    pub fn notable_guesses(&self) -> impl Iterator<Item = Guess> {
        self.columns.iter().filter(|column| column.notable).map(ColumnSchema::guess)
    }
}

impl ColumnSchema {
    fn guess(&self) -> Guess {
        Guess { column: self.name.clone(), role: self.role.as_str(), why: self.why.clone() }
    }
}

impl Options {
    /// Every name must be a column, and no two options may contradict each other.
    fn check(&self, table: &Table) -> Result<()> {
        let lists = [
            ("--exclude", &self.exclude),
            ("--keep", &self.keep),
            ("--engagement", &self.engagement),
            ("--actionable", &self.actionable),
        ];
        for (option, list) in lists {
            for name in list {
                if table.position(name).is_none() {
                    return Err(names::unknown_column(table, name, option));
                }
            }
        }
        let target = self.target.as_ref().or_else(|| self.file.as_ref()?.target.as_ref());
        let of_fields =
            [("--keep", &self.keep), ("--engagement", &self.engagement), ("--actionable", &self.actionable)];
        for (option, list) in of_fields {
            if let Some(name) = list.iter().find(|name| Some(*name) == target) {
                let message = format!(
                    "{option} names {name}, but it is the target, which a model can not read",
                    name = quoted(name)
                );
                return Err(Error::new(ErrorKind::Schema, message));
            }
        }
        for name in &self.exclude {
            let conflict = if self.keep.contains(name) {
                "--keep names it too"
            } else if Some(name) == target {
                "it is the target"
            } else {
                continue;
            };
            let message =
                format!("--exclude names {name}, but {conflict}; name it once", name = quoted(name));
            return Err(Error::new(ErrorKind::Schema, message));
        }
        self.file.as_ref().map_or(Ok(()), |file| file.check(table, target.map(|target| &**target)))
    }
}

/// The known texts of a column with their row counts and first rows: what is left without the missing markers.
struct Known<'t> {
    column: &'t TextColumn,
    /// None where `many` says what there is to know.
    texts: Vec<KnownText<'t>>,
    many: Option<Many<'t>>,
    rows: u64,
    missing_rows: u64,
}

#[derive(Clone, Copy)]
struct KnownText<'t> {
    text: &'t str,
    count: u64,
    first_row: usize,
}

impl<'t> Known<'t> {
    fn new(column: &'t TextColumn, is_missing: impl Fn(&str) -> bool) -> Self {
        let mut known = Self { column, texts: Vec::new(), many: None, rows: 0, missing_rows: 0 };
        for ((text, &count), &first_row) in column.texts().zip(column.counts()).zip(column.first_rows()) {
            if is_missing(text) {
                known.missing_rows += count;
            } else {
                known.rows += count;
                known.texts.push(KnownText { text, count, first_row });
            }
        }
        known
    }

    /// The same without the texts of a column of many decimals.
    fn of_many(column: &'t TextColumn, rows: usize, many: Many<'t>) -> Self {
        let missing_rows = many.missing_rows;
        Self { column, texts: Vec::new(), rows: rows as u64 - missing_rows, missing_rows, many: Some(many) }
    }

    /// How many texts are different.
    fn distinct(&self) -> u64 {
        self.many.as_ref().map_or(self.texts.len() as u64, |many| many.distinct)
    }
}

/// Whether a text means "not known": an empty one, or one of the markers.
pub(crate) fn is_marker<T: AsRef<str>>(markers: &[T], text: &str) -> bool {
    text.is_empty() || markers.iter().any(|marker| marker.as_ref().eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests;
