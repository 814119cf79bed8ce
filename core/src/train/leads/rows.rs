//! Some rows of a table, or all of them: `None` stands for all, which need not be looked up one by one.

/// These rows; none where they are all of so many.
pub(crate) fn unless_all(rows: &[usize], count: usize) -> Option<&[usize]> {
    let is_all = rows.len() == count && rows.iter().enumerate().all(|(place, row)| place == *row);
    (!is_all).then_some(rows)
}

/// These rows (all of so many where there are none).
pub(crate) fn each_row(rows: Option<&[usize]>, count: usize) -> impl Iterator<Item = usize> {
    (0..rows.map_or(count, <[usize]>::len)).map(move |place| rows.map_or(place, |rows| rows[place]))
}

/// Calls `each` with every one of these rows (all of so many where there are none).
pub(crate) fn over_rows(rows: Option<&[usize]>, count: usize, each: impl FnMut(usize)) {
    match rows {
        Some(rows) => rows.iter().copied().for_each(each),
        None => (0..count).for_each(each),
    }
}
