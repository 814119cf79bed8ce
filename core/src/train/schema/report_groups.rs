//! Columns of reports that CRMs export with groups: what the leads of a group have in common stands in the first row of each only.

use super::{ColumnSchema, Known, Role};

/// What such a report writes behind the name of a column that it is sorted by.
const SORTED: [char; 2] = ['↑', '↓'];
/// More groups than this nobody reads in a report, unless its header says that they are ones.
const MOST_GROUPS: usize = 20;
/// Of so many columns one seems so by chance.
const ONE_IN: f64 = 1_000.0;

/// Says so of a column that is filled like that: elsewhere it would pass for not known.
pub(super) fn tell(schema: &mut ColumnSchema, known: &Known<'_>) {
    if are_group_heads(&schema.role, known) {
        schema.why.push_str(
            "; filled only where its value changes, as in a report with groups, so that it passes for not known in all other rows: fill it down, or export the leads without groups",
        );
        schema.notable = true;
    }
}

fn are_group_heads(role: &Role, known: &Known<'_>) -> bool {
    let texts = &known.texts;
    // A report begins with its first group.
    let begins = texts.first().is_some_and(|first| first.first_row == 0);
    if known.missing_rows == 0 || texts.len() < 2 || !begins {
        return false;
    }
    if known.column.name().trim_end().ends_with(SORTED) {
        return is_never_repeated(known);
    }
    // Dates and amounts that few leads have may well rise from row to row.
    if *role != Role::Category {
        return false;
    }
    // Anywhere else the first row is filled as often as others are, and what is filled stands in no order.
    let ascending = texts.is_sorted_by(|one, other| one.text.to_lowercase() < other.text.to_lowercase());
    let descending = texts.is_sorted_by(|one, other| one.text.to_lowercase() > other.text.to_lowercase());
    let orders =
        if ascending || descending { (3..=texts.len()).map(|count| count as f64).product() } else { 1.0 };
    let filled = known.rows as f64 / (known.rows + known.missing_rows) as f64;
    let once = texts.iter().all(|known| known.count == 1);
    once && texts.len() <= MOST_GROUPS && filled / orders <= 1.0 / ONE_IN
}

/// Whether no filled cell has the text of the one before.
fn is_never_repeated(known: &Known<'_>) -> bool {
    let column = known.column;
    let is_filled = |row: &usize| {
        let first = column.first_rows()[column.codes().at(*row) as usize];
        known.texts.binary_search_by_key(&first, |text| text.first_row).is_ok()
    };
    let mut filled = (0..(known.rows + known.missing_rows) as usize).filter(is_filled);
    let mut last = filled.next();
    filled.all(|row| last.replace(row).is_none_or(|last| column.codes().at(last) != column.codes().at(row)))
}
