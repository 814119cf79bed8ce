//! Which date column orders the leads in time.

use super::date_names::{says_created, says_later, says_received};
use super::written::key;
use super::{ColumnSchema, DateOrder, Known, Options, Role, counted, dates, periods};
use crate::error::quoted;
use crate::train::csv::Table;

/// Where at most this share of the leads has no date, the others are ordered without asking.
const FEW_WITHOUT: f64 = 0.05;

/// Chooses the date column that orders the leads, if there is exactly one that can.
pub(super) fn choose(table: &Table, options: &Options, columns: &[&Known<'_>], schemas: &mut [ColumnSchema]) {
    let (best, may) = match candidates(options, schemas, table.rows()) {
        Candidates::Chosen(place) => return set(table, columns[place], &mut schemas[place]),
        Candidates::Best { best, may } => (best, may),
    };
    if let [only] = *best {
        return set(table, columns[only], &mut schemas[only]);
    }
    for place in if best.is_empty() { may } else { best.clone() } {
        let others = best.iter().filter(|other| **other != place);
        let others: Vec<String> = others.map(|other| quoted(&schemas[*other].name).to_string()).collect();
        let line = without(table, columns[place]);
        let remark = not_ordering(&schemas[place], &others, line, table.rows());
        let why = &mut schemas[place].why;
        why.truncate(why.find("; ").unwrap_or(why.len()));
        why.push_str(&remark);
    }
}

/// Columns of dates that may order the leads, by their places.
enum Candidates {
    /// The one that a person has named.
    Chosen(usize),
    Best {
        /// Those that can: those named so, else the complete ones, else those that are nearly complete.
        best: Vec<usize>,
        /// Those whose names allow it.
        may: Vec<usize>,
    },
}

fn candidates(options: &Options, schemas: &[ColumnSchema], rows: usize) -> Candidates {
    let said = |name: &str| options.file.as_ref()?.column(name)?.split;
    let dates = |is_so: &dyn Fn(&ColumnSchema) -> bool| -> Vec<usize> {
        let is_date = |schema: &ColumnSchema| matches!(schema.role, Role::Date { .. });
        let places = schemas.iter().enumerate().filter(|(_, schema)| is_date(schema) && is_so(schema));
        places.map(|(place, _)| place).collect()
    };
    if let Some(chosen) = dates(&|schema| said(&schema.name) == Some(true)).first() {
        return Candidates::Chosen(*chosen);
    }
    let able = |schema: &ColumnSchema| {
        schema.distinct > 1 && said(&schema.name).is_none() && !says_later(&schema.name)
    };
    let few = |schema: &ColumnSchema| schema.missing_rows as f64 <= FEW_WITHOUT * rows as f64;
    let tiers = [
        dates(&|schema| able(schema) && few(schema) && says_created(&schema.name)),
        dates(&|schema| able(schema) && few(schema) && says_received(&schema.name)),
        dates(&|schema| able(schema) && schema.missing_rows == 0),
        dates(&|schema| able(schema) && few(schema)),
    ];
    let best = tiers.into_iter().find(|tier| !tier.is_empty()).unwrap_or_default();
    Candidates::Best { best, may: dates(&able) }
}

/// Has a column of dates order the leads, and says so.
fn set(table: &Table, known: &Known<'_>, schema: &mut ColumnSchema) {
    let Role::Date { order, split } = &mut schema.role else { return };
    *split = true;
    let without = without(table, known).map_or_else(String::new, |line| {
        let (rows, are) = match schema.missing_rows {
            1 => ("the lead".to_owned(), "is"),
            rows => (format!("the {rows} leads"), "are"),
        };
        format!("; {rows} without a date (first in line {line}) {are} learnt from, and never held out")
    });
    let also = dates::also(&known.texts, *order);
    let but = match order {
        Some(DateOrder::Counted) => counted::exceptions(table, &known.texts),
        _ => dates::exceptions(table, &known.texts),
    };
    let unread = order.and_then(|order| unread(table, known, order));
    let once = if unread.is_some() { ", once that is corrected" } else { "" };
    if let Some(unread) = unread.filter(|_| but.is_empty()) {
        schema.why = format!("can not order the leads in time: {unread}");
        schema.notable = true;
        return;
    }
    let order = match *order {
        None => match &*dates::orders(&known.texts) {
            [] => "its dates contradict each other: write all in one way".to_owned(),
            orders => format!("{}: say which", dates::listed(orders)),
        },
        Some(DateOrder::Counted) => "written as numbers".to_owned(),
        Some(DateOrder::Period) => {
            format!("{}, read as their first days", periods::described(known).unwrap_or("periods"))
        }
        Some(order) => order.as_str().to_owned(),
    };
    schema.why = format!(
        "orders the leads in time ({order}{also}{but}){once}; the newest are held out to measure the model{without}"
    );
    schema.notable = true;
}

/// That cells of a column can not be read as dates of this order, and that training will not do; without their texts, which may
/// go into a model file.
fn unread(table: &Table, known: &Known<'_>, order: DateOrder) -> Option<String> {
    let unread = || known.texts.iter().filter(|known| order.parse(known.text).is_none());
    let first = unread().next()?;
    let cells: u64 = unread().map(|known| known.count).sum();
    let (are, so) = if cells == 1 { ("cell is no date", "it") } else { ("cells are no dates", "them") };
    Some(format!(
        "{cells} {are} in the order {} (first in line {}), so that training with it ends in an error; write {so} so, say another order, or give the column another role",
        order.as_str(),
        table.line(first.first_row)
    ))
}

/// The line of the first row that has no date.
fn without(table: &Table, known: &Known<'_>) -> Option<u64> {
    let row = (0..table.rows()).find(|row| {
        let first = known.column.first_rows()[known.column.codes().at(*row) as usize];
        known.texts.binary_search_by_key(&first, |text| text.first_row).is_err()
    });
    row.map(|row| table.line(row))
}

/// Why a column of dates does not order the leads, and what would make it.
fn not_ordering(schema: &ColumnSchema, others: &[String], without: Option<u64>, rows: usize) -> String {
    let because = match (others, without) {
        ([], Some(line)) => {
            format!("{} of {rows} rows have no date (first in line {line})", schema.missing_rows)
        }
        _ => format!("neither it nor {} is named as when a lead came", others.join(", ")),
    };
    let to = if others.is_empty() { "learn from those without but never hold them out" } else { "choose it" };
    // Short, for a line of the terminal, with what to write in front of what is long.
    format!(
        "; does not order the leads in time: {because}; to {to}, --schema with {} = {{ role = \"date\", split = true }}",
        key(&schema.name)
    )
}
