//! The columns that `sales-ready score` has appended to a table: answers of another model, and no facts of the lead.

use super::{ColumnSchema, Options, Role};

/// The names of what scoring always appends.
pub(crate) const SCORE: [&str; 4] = ["logit", "probability", "grade", "sales_ready"];
/// What the names of its reasons begin with, before a number.
pub(crate) const REASON: &str = "reason_";

/// Leaves these columns out where nobody has said what they are: together they are a score, and one alone no model could read that is
/// to score a table, as scoring appends it.
pub(super) fn leave_out(options: &Options, target: Option<&str>, schemas: &mut [ColumnSchema]) {
    // The label may be one of them.
    let has = |name: &&str| target == Some(*name) || schemas.iter().any(|schema| schema.name == **name);
    let is_score = SCORE.iter().all(has);
    let why = if is_score {
        "appended by sales-ready score: an answer of an earlier model, no fact of the lead"
    } else {
        "sales-ready score appends a column of this name, and takes no table that has one: rename it if it is a fact of the lead"
    };
    for schema in schemas {
        let file = options.file.as_ref().and_then(|file| file.column(&schema.name));
        let said = file.is_some_and(|entry| entry.role.is_some())
            || options.keep.iter().chain(&options.exclude).any(|own| *own == schema.name);
        let number = schema.name.strip_prefix(REASON).is_some_and(|rest| rest.parse::<u64>().is_ok());
        if !said && (is_score && number || SCORE.contains(&&*schema.name)) {
            schema.role = Role::Excluded;
            schema.why = why.into();
            schema.notable = true;
        }
    }
}
