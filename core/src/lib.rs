//! When is a marketing-nurtured lead sales-ready, why, and what does it cost to get that wrong?
//!
//! This crate learns the answer from a company's own leads and applies it: an explainable logistic model that is a sum
//! of curves and tables, and of grids over two fields that say more together. A model trained here scores in the browser
//! (crate `sales-ready-wasm`) with the same bits.
//!
//! # A complete program
//!
//! ```
//! use sales_ready::train::{self, csv, schema::{self, Schema}};
//! use sales_ready::{Lead, Model};
//!
//! fn main() -> sales_ready::Result<()> {
//!     // A table of leads with known outcomes; usually a file.
//!     let text: String = std::iter::once("pricing_views,source,converted\n".to_owned())
//!         .chain((0..400).map(|lead| {
//!             let views = lead % 7;
//!             let source = if lead % 3 == 0 { "fair" } else { "search" };
//!             let converted = if (lead * 37) % 100 < 10 + 8 * views { "yes" } else { "no" };
//!             format!("{views},{source},{converted}\n")
//!         }))
//!         .collect();
//!
//!     let table = csv::Table::read(text.as_bytes(), "leads.csv", &csv::Options::default(), &mut |_| {})?;
//!     let said = schema::Options { target: Some("converted".into()), ..Default::default() };
//!     let leads = Schema::infer(&table, &said)?.leads(&table)?;
//!     let training = train::train(&leads, &train::Options::default(), &mut |_| {})?;
//!     std::fs::write(std::env::temp_dir().join("model.json"), training.model.to_json()).expect("a writable folder");
//!
//!     // Anywhere else: load the model, score a lead, say why.
//!     let model = Model::from_json(&training.model.to_json())?;
//!     let lead = Lead::new().with("pricing_views", 6).with("source", "fair");
//!     let explanation = model.explain(&lead)?;
//!     println!("{:?}: {}", explanation.score.readiness, sales_ready::probability_in_words(explanation.score.probability));
//!     for reason in explanation.reasons(3) {
//!         println!("{:+.2}  {}", reason.logit, model.sentence(reason));
//!     }
//!     assert!(explanation.score.probability > model.score(&Lead::new().with("pricing_views", 0))?.probability);
//!     Ok(())
//! }
//! ```
//!
//! # Where to look
//!
//! - **Score**: `Model::from_json` (feature `json`), [`Model::score`], [`Model::explain`]. Values are named; a field that is absent is
//!   missing, and missing is part of the model.
//! - **Train**: `train` (feature `train`) reads CSV, guesses what each column is and says so, looks for leaks, fits, measures
//!   on leads the model has not seen, and sets the threshold from money or F1. Columns in memory go into `train::leads::Leads::new`.
//! - **Touches**: a log of what marketing and sales did becomes a table by `train::touches`, which has a complete program, and a model that learnt from one scores
//!   leads by their touches: [`Model::score_touches`]. [`handoff`] says who holds a lead and when it changes hands; `backtest` replays the log.
//! - **Trust**: [`model::Card`] has the metrics with their intervals; `train::audit` has what was found and excluded.
//! - **Report**: `report` (feature `report`) writes what was found for people: one HTML file, or JSON.
//! - **Watch**: `drift` tells whether new leads are still those a model learnt from, `train::compare` which of two models is better.
//! - **Errors** name file, line, column, what was expected and what to do: [`Error`].
//!
//! # Features
//!
//! - `train` (default): everything that learns. It brings linfa, ndarray and a CSV reader.
//! - `report`: what a training run says to people, as HTML with plots and as JSON. It brings plotters and maud.
//! - `json`: model files from text, without the rest of `train`.
//! - Without either, the crate scores models that something else has parsed into a [`model::Document`]; it then depends
//!   on `serde` and `libm` alone, and needs no standard library.
//!
//! Features only add to the API. What a model says about a lead never depends on them, nor on the platform.

#![cfg_attr(not(feature = "train"), no_std)]

extern crate alloc;

pub mod error;
pub mod lead;
pub mod touch;
pub mod model;
pub mod score;
pub mod kernel;
pub mod explain;
pub mod handoff;
#[cfg(feature = "train")]
pub mod train;
#[cfg(feature = "train")]
pub mod drift;
#[cfg(feature = "train")]
pub mod backtest;
#[cfg(feature = "report")]
pub mod report;

/// What `std` puts into every module by itself. Scoring does without `std`, whose way to report a panic weighs as much in the
/// widget as the panics themselves can ever be worth: there are none.
mod prelude {
    #[allow(unused_imports, reason = "each module uses some of them")]
    pub(crate) use alloc::{
        borrow::ToOwned, boxed::Box, format, string::String, string::ToString, vec, vec::Vec,
    };
}

#[doc(inline)]
pub use error::{Error, ErrorKind, Result};
#[doc(inline)]
pub use explain::{Contribution, Explanation, Standing};
#[doc(inline)]
pub use lead::{Instant, Lead, Value};
#[doc(inline)]
pub use model::Model;
#[doc(inline)]
pub use score::{Score, probability_in_words, sigmoid};

/// The Rust example of the README, run as a test.
#[cfg(all(doctest, feature = "train"))]
#[doc = include_str!("../README.md")]
struct Readme;
