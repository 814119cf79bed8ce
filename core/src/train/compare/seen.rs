//! Whether models may have learnt from the leads they are compared on, which flatters them.

use crate::model::Model;
use crate::train::csv::Table;
use crate::train::leads::iso_date;
use crate::train::outcomes::Known;
use crate::train::schema::{Options, Role, Schema};

/// What a person should know of leads that the old or the new model may have learnt from.
pub(super) fn notes(models: [&Model; 2], table: &Table, known: &Known) -> Option<String> {
    let days = days(table, &known.rows());
    let seen = models.map(|model| seen(model, days.as_deref(), known));
    let (which, evidence) = match seen {
        [Some(_), Some(of_new)] => ("both models may have learnt from leads", of_new),
        [None, Some(of_new)] => ("the new model may have learnt from leads", of_new),
        [Some(of_old), None] => ("the old model may have learnt from leads", of_old),
        [None, None] => return None,
    };
    Some(format!(
        "{which} that they are compared on, which flatters whoever has: {evidence}; compare them on leads that neither has seen, such as newer ones"
    ))
}

/// Why a model may have.
fn seen(model: &Model, days: Option<&[String]>, known: &Known) -> Option<String> {
    let data = &model.card()?.data;
    let rows = known.rows();
    if let (Some(days), Some([first, last])) = (days, &data.period) {
        let within = days.iter().filter(|day| (first..=last).contains(day)).count();
        return (within > 0).then(|| {
            format!("{within} of {} are from {first} to {last}, as those are that it learnt from", rows.len())
        });
    }
    let converted = rows.iter().filter(|row| known.converted[**row] == Some(true)).count();
    let same = (rows.len() as u64, converted as u64) == (data.leads, data.conversions);
    same.then(|| format!("it learnt from {} leads, too, of which as many converted", rows.len()))
}

/// The day of each of these leads, where a column orders them in time.
fn days(table: &Table, rows: &[usize]) -> Option<Vec<String>> {
    let mut schema = Schema::infer(table, &Options::default()).ok()?;
    schema.columns.retain(|column| matches!(column.role, Role::Date { split: true, .. }));
    let dates = schema.unlabelled(table).ok()?.dates?;
    rows.iter().map(|row| iso_date(dates.seconds[*row])).collect()
}
