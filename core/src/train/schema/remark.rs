//! What is wrong with a column that is nearly something else, and how to put it right.

use super::numbers::{Shape, as_accountants_write, with_sign_in_front};
use super::{Known, dates};
use crate::train::csv::shorten;
use crate::train::shell::option;

/// What is to be said of a column of texts, to be added to what it is taken for; empty where nothing is.
pub(super) fn remark(known: &Known<'_>, shape: &Shape) -> String {
    match shape {
        Shape::Mostly { share, other, .. } => {
            // Never "100 %" of a column that is not all numbers.
            let percent = (100.0 * share).min(99.0);
            let advice = match with_sign_in_front(other) {
                Some(negative) => format!("write {negative:?} if that is meant"),
                None => format!("add {} if that means not known", option("--missing", &shorten(other))),
            };
            format!("; {percent:.0} % are numbers, but not {:?}: {advice}", shorten(other))
        }
        Shape::Codes => "; codes with leading zeros".to_owned(),
        _ if dates::are_mixed(&known.texts) => {
            "; dates written in different ways: write all in one way".to_owned()
        }
        _ => match (as_accountants_write(&known.texts), dates::exception(&known.texts)) {
            (Some((text, negative)), _) => {
                format!(
                    "; numbers but for those like {:?}: write {negative:?} if that is meant",
                    shorten(text)
                )
            }
            (None, Some(other)) => {
                format!("; nearly all are dates, but not {:?}: correct it", shorten(other))
            }
            (None, None) => String::new(),
        },
    }
}
