//! Learns a model from a table of leads.
//!
//! The steps, in the order of the data: [`leads`] (the typed table) → [`audit`] (leaks) → [`split`] (what is held out)
//! → [`basis`] (sparse design) → [`fit`] (penalised logistic regression) → [`calibrate`] → [`measure`] → [`economics`]
//! (the policy). [`train()`] runs them all.
//!
//! # What messages advise
//!
//! Errors, findings and guesses advise in the words of the command line, which most people have before them; each flag is a
//! field here. `--target`, `--positive`, `--exclude`, `--keep`, `--missing`, `--engagement` and `--actionable` are those of
//! [`schema::Options`], and `--schema` is its `file`; `--keep` is one of [`Options`] as well, for the audit, and so are
//! `--horizon` and `--since`. `--encoding` and `--delimiter` are those of [`csv::Options`]. `--until` is [`leads::Dates::until`], or
//! the `until` of [`touches::bring::Options`].
//!
//! # Rare conversions, and rows that stand for several leads
//!
//! Nothing is resampled. Where two leads of a hundred convert, probabilities are about two of a hundred, and it is the
//! threshold, not the data, that says from where on a lead is worth a contact.
//!
//! A column with `role = "weight"` in the schema file says how many leads a row stands for; any number above 0 will do.
//! Rates, probabilities and metrics are then those of a table with so many equal rows; how far anything is trusted, a
//! curve's bend as an interval, goes by the rows there are. A weight is right where rows were left out or put together on
//! the way to the table: of an export with every conversion but only one in ten of the other leads, the others weigh 10,
//! and probabilities are those of all leads. It is wrong as a way to make conversions matter more: every probability
//! would come out too high.
//!
//! ```
//! use sales_ready::train::{self, csv, schema::{self, Schema, SchemaFile}};
//!
//! # fn main() -> sales_ready::Result<()> {
//! // 60 conversions, and 60 of the 600 other leads.
//! let row = |lead: u32| match lead % 2 {
//!     0 => format!("{},yes,1\n", 2 + lead % 5),
//!     _ => format!("{},no,10\n", lead % 5),
//! };
//! let text = "pricing_views,converted,stands_for\n".to_owned() + &(0..120).map(row).collect::<String>();
//! let table = csv::Table::read(text.as_bytes(), "leads.csv", &csv::Options::default(), &mut |_| {})?;
//! let file = SchemaFile::from_toml("[columns]\nstands_for = { role = \"weight\" }", "leads.toml")?;
//! let said = schema::Options { target: Some("converted".into()), file: Some(file), ..Default::default() };
//! let leads = Schema::infer(&table, &said)?.leads(&table)?;
//!
//! let held_out = train::train(&leads, &train::Options::default(), &mut |_| {})?.held_out.predictions;
//! let leads: f64 = held_out.weight.iter().sum();
//! let expected: f64 = held_out.probability.iter().zip(&held_out.weight).map(|(p, weight)| p * weight).sum();
//! assert_eq!(leads, 660.0);
//! assert!((expected / leads - 60.0 / 660.0).abs() < 0.02);
//! # Ok(())
//! # }
//! ```

mod hash;
pub mod text;
pub mod shell;
pub(crate) mod until;
pub(crate) mod random;
pub mod leads;
pub mod csv;
pub mod schema;
pub mod brought;
pub mod touches;
pub mod scoring;
pub mod handing;
pub mod outcomes;
pub(crate) mod together;
pub(crate) mod sorted;
pub(crate) mod grouped;
pub mod measure;
pub mod split;
pub mod audit;
mod wide;
pub mod basis;
pub mod fit;
mod learn;
pub mod half_lives;
pub mod calibrate;
pub mod economics;
pub mod compare;
pub mod baseline;
mod golden;
pub(crate) mod reference;
mod pipeline;
pub mod touch_facts;
pub mod replace;

pub use audit::{Finding, FindingKind};
pub use baseline::Baseline;
pub use economics::Money;
pub use pipeline::{HeldOut, Options, Progress, Training, train};
