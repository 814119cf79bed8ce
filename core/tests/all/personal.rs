//! No e-mail address and no phone number becomes a level, however often it occurs.

use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::schema::{Options, Schema};

/// The role and the reason of a column whose 40 texts stand in 50 rows each.
fn judged(cell: impl Fn(usize) -> String) -> (&'static str, String) {
    let row = |row: usize| format!("{},{}\n", cell(row % 40), ["yes", "no"][row / 40 % 2]);
    let text = format!("note,won\n{}", (0..2_000).map(row).collect::<String>());
    let table = Table::read(text.as_bytes(), "t.csv", &CsvOptions::default(), &mut |_| ()).expect("a table");
    let options = Options { target: Some("won".into()), ..Options::default() };
    let column = Schema::infer(&table, &options).expect("a schema").columns.swap_remove(0);
    (column.role.as_str(), column.why)
}

#[test]
fn texts_that_hold_addresses_or_phone_numbers_are_no_levels() {
    let odd = |row: usize, text: String| if row.is_multiple_of(3) { format!("nothing {row}") } else { text };
    for (found, why) in [
        (judged(|row| odd(row, format!("write to <p{row}@acme.example>."))), "texts with e-mail addresses"),
        (judged(|row| odd(row, format!("call +49 170 1234{row:02}"))), "texts with phone numbers"),
        (judged(|row| odd(row, format!("call 0170/55{row:02}5"))), "texts with phone numbers"),
        (judged(|row| odd(row, format!("Ann (030) 555 {row:02}99 late"))), "texts with phone numbers"),
        (judged(|row| format!("DE4450010517540732{row:04}")), "bank account numbers"),
    ] {
        assert_eq!(found, ("id", why.to_owned()));
    }
}

#[test]
fn campaigns_ranges_and_dates_inside_texts_stay_levels() {
    for found in [
        judged(|row| format!("webinar 2024-01-{row:02}")),
        judged(|row| format!("fair 01.{:02}.20{row:02}", 1 + row % 12)),
        judged(|row| format!("{}-{} employees", 1_000 * row, 1_000 * row + 999)),
        judged(|row| format!("CMP20240115{row:02}")),
        judged(|row| format!("SKU 12345{row:02}")),
        judged(|row| format!("@handle {row}")),
    ] {
        assert_eq!(found.0, "category", "{}", found.1);
    }
}
