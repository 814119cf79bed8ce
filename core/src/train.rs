//! Learns a model from a table of leads.
//!
//! The steps, in the order of the data: [`leads`] (the typed table) → [`audit`] (leaks) → [`split`] (what is held out)
//! → [`basis`] (sparse design) → [`fit`] (penalised logistic regression) → [`calibrate`] → [`measure`] → [`economics`]
//! (the policy). [`train()`] runs them all.

pub mod leads;
pub mod csv;
pub mod schema;
pub mod scoring;
pub mod outcomes;
pub(crate) mod random;
pub mod measure;
pub mod split;
pub mod audit;
mod wide;
pub mod basis;
pub mod fit;
mod learn;
pub mod calibrate;
pub mod economics;
pub mod baseline;
mod golden;
pub(crate) mod reference;
mod pipeline;

pub use audit::{Finding, FindingKind};
pub use baseline::Baseline;
pub use economics::Money;
pub use pipeline::{HeldOut, Options, Progress, Training, train};
