//! When is a marketing-nurtured lead sales-ready, and why?

pub mod error;
pub mod lead;
pub mod model;
pub mod score;
pub mod explain;
#[cfg(feature = "train")]
pub mod train;

#[doc(inline)]
pub use error::{Error, ErrorKind, Result};
#[doc(inline)]
pub use explain::{Contribution, Explanation, Standing};
#[doc(inline)]
pub use lead::{Lead, Value};
#[doc(inline)]
pub use model::Model;
#[doc(inline)]
pub use score::{Score, probability_in_words, sigmoid};
