//! Which date column orders the leads in time.

use super::personal::words;
use super::{ColumnSchema, DateOrder, Known, Options, Role, dates};
use crate::error::{ErrorKind, Result};
use crate::train::csv::Table;

/// Chooses the date column that orders the leads, if there is exactly one that can.
pub(super) fn choose(
    table: &Table,
    options: &Options,
    columns: &[&Known<'_>],
    schemas: &mut [ColumnSchema],
) -> Result<()> {
    /// These dates are written when or after the outcome is known, or have nothing to do with when the lead came.
    const LATER: [&str; 19] = [
        "modified",
        "updated",
        "update",
        "closed",
        "close",
        "won",
        "lost",
        "converted",
        "conversion",
        "last",
        "next",
        "activity",
        "due",
        "birth",
        "birthday",
        "end",
        "expires",
        "deleted",
        "bounced",
    ];
    const CREATED: [&str; 7] =
        ["created", "create", "creation", "createdate", "createddate", "createdat", "createdon"];
    let says = |name: &str, list: &[&str]| words(name).iter().any(|word| list.contains(&&**word));
    let file = options.file.as_ref();
    let said = |name: &str| file.and_then(|file| file.column(name)).and_then(|entry| entry.split);
    let full = |place: &usize| {
        let schema: &ColumnSchema = &schemas[*place];
        matches!(schema.role, Role::Date { .. })
            && schema.missing_rows == 0
            && schema.distinct > 1
            && said(&schema.name).is_none()
    };
    let is_date = |place: &usize| matches!(schemas[*place].role, Role::Date { .. });
    let chosen = (0..schemas.len()).find(|place| is_date(place) && said(&schemas[*place].name) == Some(true));
    let chosen = chosen.or_else(|| {
        let mut able: Vec<usize> =
            (0..schemas.len()).filter(full).filter(|place| !says(&schemas[*place].name, &LATER)).collect();
        if able.len() > 1 {
            able.retain(|place| says(&schemas[*place].name, &CREATED));
        }
        if let [only] = able[..] { Some(only) } else { None }
    });
    let Some(place) = chosen else { return Ok(()) };
    let schema = &mut schemas[place];
    if schema.missing_rows > 0 {
        let Known { column, texts, .. } = &columns[place];
        let row = (0..table.rows()).find(|row| texts.iter().all(|known| known.text != column.text(*row)));
        let message = format!(
            "expected a date of {:?} in every row, because it orders the leads, but {} rows have none, this one first; fill it in, or remove `split` from the schema file",
            schema.name, schema.missing_rows
        );
        let column = table.position(&schema.name).unwrap_or(0);
        return Err(table.error(ErrorKind::Schema, message, row.unwrap_or(0), column));
    }
    if let Role::Date { order, split } = &mut schema.role {
        *split = true;
        let order = order.map_or("day-month-year or month-day-year: say which", DateOrder::as_str);
        let also =
            if dates::are_in_two_ways(&columns[place].texts) { ", some of them year-month-day" } else { "" };
        schema.why =
            format!("orders the leads in time ({order}{also}); the newest are held out to measure the model");
        schema.notable = true;
    }
    Ok(())
}
