//! What a person is told of columns that say less than they could, and what units need no remark.

use super::*;

#[test]
fn several_choices_in_a_cell_are_told() {
    let told = |cells: &[&str]| schema_of("interests", cells).why.contains("several choices in a cell");
    assert!(told(&["Demo;Pricing", "Pricing", "Demo;Pricing;API", "API", "API; Demo"]));
    assert!(told(&["a|b", "b", "a|b|c", "c|b", "c|a"]));
    // Paths and pairs, whose parts have a place of their own.
    assert!(!told(&[
        "Pro | Annual",
        "Pro | Monthly",
        "Team | Annual",
        "Free",
        "Team | Monthly",
        "Pro",
        "Team"
    ]));
    assert!(!told(&[
        "Home|Shoes|Men",
        "Home|Shoes",
        "Home",
        "Home|Hats|Men",
        "Home|Hats",
        "Home|Shoes|Women"
    ]));
    assert!(told(&["a,b", "b", "a,b,c", "c,b", "a", "c"]));
    // Titles, names and places with a comma, and levels that have a sign in their name.
    assert!(!told(&["VP, Sales", "VP, Marketing", "Director, Sales", "Intern", "Director"]));
    assert!(!told(&["Fair; Berlin", "Web", "Fair; Munich"]));
    assert!(!told(&["a;b", "c;b", "a;d"]));
}

#[test]
fn amounts_in_several_units_are_told() {
    let told = |cells: &[&str]| schema_of("budget", cells).why;
    let why = told(&["EUR 5,000", "USD 7,500", "EUR 100"]);
    assert!(why.contains("several units, such as \"EUR 5,000\" and \"USD 7,500\""), "{why}");
    assert!(told(&["0", "€5", "$6"]).contains("several units"));
    assert!(!told(&["10%", "$50", "20%"]).contains("several units"));
    for cells in [["EUR 5", "USD x", "EUR 1"], ["€ 5", "€ 7", "€ 8"], ["a", "b", "c"]] {
        assert!(!told(&cells).contains("several units"), "{cells:?}");
    }
}

#[test]
fn levels_that_are_mostly_rare_are_worth_a_look() {
    let cells = |levels: usize| -> Vec<String> { (0..900).map(|row| format!("k{}", row % levels)).collect() };
    let schema = |levels: usize| {
        let cells = cells(levels);
        schema_of("revenue", &cells.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let rare = schema(300);
    assert!(rare.notable && rare.why.contains("most leads have a rare one"), "{}", rare.why);
    assert!(!schema(15).notable && !schema(30).notable);
}

#[test]
fn a_column_that_shows_its_thousands_has_them() {
    // Amounts up to 40,000, as programs in German write whole ones.
    let amounts = (0..200).map(|row: u64| row * row % 40_009);
    let grouped = |sign: &str| -> Vec<String> {
        let text = |amount: u64| match amount {
            0..1_000 => amount.to_string(),
            _ => format!("{}{sign}{:03}", amount / 1_000, amount % 1_000),
        };
        amounts.clone().map(text).collect()
    };
    for sign in [".", ","] {
        let cells = grouped(sign);
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let expected: Vec<f64> = amounts.clone().map(|amount| amount as f64).collect();
        assert_eq!(numbers_of(&cells), expected, "{sign}");
        assert!(schema_of("x", &cells).why.contains("read as thousands"));
    }
    // Fractions: none is whole, or whole ones of a thousand and more have no sign.
    let fractions: Vec<String> =
        (0..100).map(|row| format!("{}.{:03}", row % 9 + 1, row * 7 % 900 + 100)).collect();
    let mut cells: Vec<&str> = fractions.iter().map(String::as_str).collect();
    assert!(schema_of("x", &cells).why.contains("read as fractions"));
    cells.extend(["1", "2", "3", "4", "5", "1200"]);
    assert!(schema_of("x", &cells).why.contains("read as fractions"));
}

#[test]
fn yes_to_a_lost_lead_is_asked_about() {
    let ask = |name: &str, yes: &str| {
        let table = table(&format!("x,{name}\n1,{yes}\n2,no\n"));
        Schema::infer(&table, &Options { target: Some(name.into()), ..Options::default() }).is_err()
    };
    for name in [
        "lost",
        "is_lost",
        "Churned",
        "not converted",
        "Rejected?",
        "unconverted",
        "no_sale",
        "dropped_out",
        "storniert",
        "perdue",
    ] {
        assert!(ask(name, "yes"), "{name}");
    }
    assert!(!ask("converted", "yes") && !ask("won_or_lost", "won") && !ask("converted (yes/no)", "yes"));
}

#[test]
fn a_word_that_means_not_known_is_told_whatever_its_share() {
    for (share, word) in [(10, "(not set)"), (50, "Unknown"), (80, "--")] {
        let cell =
            |row: usize| if row % 100 < share { word.to_owned() } else { (row * row % 997).to_string() };
        let cells: Vec<String> = (0..600).map(cell).collect();
        let schema = schema_of("revenue", &cells.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(schema.notable && schema.why.contains("are numbers, but not"), "{share}: {}", schema.why);
        assert!(schema.why.contains("add --missing"), "{share}: {}", schema.why);
    }
    // Levels that have a few numbers among them, and ranges.
    for cells in [["1", "2", "3", "4", "a", "b", "c", "d"], ["1", "2", "3", "4", "5", "6", "7-9", "10+"]] {
        assert!(!schema_of("size", &cells.repeat(9)).why.contains("--missing"), "{cells:?}");
    }
}

#[test]
fn units_of_many_countries_are_read() {
    for (cells, expected) in [
        (vec!["Rs. 12,34,567", "Rs. 500"], vec![1_234_567.0, 500.0]),
        (vec!["BRL 1.00", "BRL 2.50"], vec![1.0, 2.5]),
        (vec!["1.234.567 TL", "12 TL"], vec![1_234_567.0, 12.0]),
        (vec!["1 234 Kč", "12,5 Kč"], vec![1234.0, 12.5]),
        (vec!["S$1,200.5", "S$80"], vec![1200.5, 80.0]),
        (vec!["MX$1,200.5", "MX$80"], vec![1200.5, 80.0]),
        (vec!["12.5 ₽", "5 ₽"], vec![12.5, 5.0]),
        (vec!["₩1,200,000", "₩500"], vec![1_200_000.0, 500.0]),
        (vec!["1,200,000円", "500円"], vec![1_200_000.0, 500.0]),
        (vec!["RMB 12.5", "RMB 5"], vec![12.5, 5.0]),
    ] {
        assert_eq!(numbers_of(&cells), expected, "{cells:?}");
    }
}

#[test]
fn dates_with_a_zone_that_is_not_read_are_told() {
    let cells: Vec<String> =
        (0..40).map(|row| format!("2024-01-{:02} 10:{row:02} EST", row % 28 + 1)).collect();
    let why = schema_of("Create Date", &cells.iter().map(String::as_str).collect::<Vec<_>>()).why;
    assert!(
        why.ends_with("; dates, but what is behind them is not read: write times as 10:30 or 10:30+01:00"),
        "{why}"
    );
}

#[test]
fn a_bad_cell_makes_amounts_with_a_unit_no_levels() {
    let amounts = |other: &str| -> Vec<String> {
        (0..40).map(|row| if row == 30 { other.to_owned() } else { format!("$1,2{row:02}.50") }).collect()
    };
    let of = |other: &str| {
        let cells = amounts(other);
        schema_of("amount", &cells.iter().map(String::as_str).collect::<Vec<_>>())
    };
    for (other, why) in [
        ("tbd", "numbers, but not \"tbd\" (line 32)"),
        ("1,200.50", "numbers, also without their unit \"1,200.50\" (line 32)"),
        ("-0.00", "numbers written like 1,234.5 $"),
    ] {
        let schema = of(other);
        assert!(
            matches!(&schema.role, Role::Number(format) if format.unit.as_deref() == Some("$")),
            "{other}"
        );
        assert_eq!(schema.why, why);
    }
    assert!(
        of("€ 5.00")
            .why
            .ends_with("amounts in several units, such as \"$1,200.50\" and \"€ 5.00\": convert them to one")
    );
    // Prices without cents are no negative numbers.
    let cells: Vec<String> = (100..140).map(|price| format!("{price}.-")).collect();
    let why = schema_of("price", &cells.iter().map(String::as_str).collect::<Vec<_>>()).why;
    assert!(why.ends_with("numbers but for those like \"100.-\": write \"100\" if that is meant"), "{why}");
}

#[test]
fn numbers_that_are_read_as_texts_are_told() {
    let told = |cell: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = (1..400).map(|row| cell(row * row % 397 + 5).replace('"', "\"\"")).collect();
        let schema = schema_of("val", &cells.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(schema.notable == schema.why.contains("; "), "{}", schema.why);
        schema.why
    };
    for (cell, what) in [
        (
            &(|row: usize| if row > 200 { format!("{row}.5M") } else { format!("{row}K") })
                as &dyn Fn(usize) -> String,
            "words behind",
        ),
        (&|row| format!("{row}.5 {}", ["KB", "MB"][row % 2]), "words behind"),
        (
            &|row: usize| if row.is_multiple_of(3) { row.to_string() } else { format!("~{row}") },
            "if that is meant",
        ),
        (&|row| if row > 250 { ">250".into() } else { row.to_string() }, "write \"250\" if that is meant"),
        (&|row| if row > 250 { "250+".into() } else { row.to_string() }, "write \"250\" if that is meant"),
        (&|row| format!("=\"{row}\""), "if that is meant"),
        (&|row| format!("'{row}"), "if that is meant"),
        (&|row| format!("{row} bps"), "words behind"),
        (
            &|row: usize| if row.is_multiple_of(2) { format!("{row} pts") } else { row.to_string() },
            "words behind",
        ),
        (&|row| format!("{row} days ago"), "words behind"),
        (&|row| format!("{row}.20 {}", ["CR", "DR"][row % 2]), "words behind"),
        (
            &|row| if row.is_multiple_of(2) { format!("{row} %") } else { format!("0.{row}") },
            "with and without a sign",
        ),
        (
            &|row| {
                row.to_string()
                    .chars()
                    .map(|digit| char::from_u32(digit as u32 - 48 + 0xff10).unwrap())
                    .collect()
            },
            "if that is meant",
        ),
        (
            &|row| {
                row.to_string()
                    .chars()
                    .map(|digit| char::from_u32(digit as u32 - 48 + 0x660).unwrap())
                    .collect()
            },
            "if that is meant",
        ),
        (&|row| format!("PT{}H{}M", row % 30, row % 60), "durations"),
    ] {
        let why = told(cell);
        assert!(why.contains(what), "{}: {why}", cell(7));
    }
    // Levels, ranges, and names that have a number.
    for cells in [["1 month", "3 months", "6 months", "12 months", "x"], ["320d", "330i", "118d", "X5", "M3"]]
    {
        assert!(!schema_of("size", &cells.repeat(9)).notable, "{cells:?}");
    }
}

#[test]
fn days_as_spreadsheets_count_them_are_told() {
    let schema = |name: &str, cell: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = (0..3_000).map(cell).collect();
        schema_of(name, &cells.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let days = |row: usize| (44_564 + row * 7_919 % 729).to_string();
    for column in [schema("serial_day", &days), schema("first touch", &|row| days(row / 3))] {
        assert!(matches!(column.role, Role::Number(_)) && column.notable, "{}", column.why);
        assert!(
            column.why.contains("may be days, as spreadsheets count them, from 2022-01-03 to 202"),
            "{}",
            column.why
        );
    }
    // Amounts are called so, have gaps, or reach further.
    for (name, cell) in [
        ("revenue", &days as &dyn Fn(usize) -> String),
        ("x", &|row| (35_000 + row * 7_919 % 30_000).to_string()),
        ("x", &|row| (44_564 + row % 15).to_string()),
        ("x", &|row| (90 + row % 729).to_string()),
        ("x", &|row| format!("{}.5", days(row))),
    ] {
        assert!(!schema(name, cell).notable, "{name}: {}", cell(1));
    }
    let both = |row: usize| {
        if row.is_multiple_of(2) {
            days(row)
        } else {
            format!("2022-{:02}-{:02}", row % 12 + 1, row % 28 + 1)
        }
    };
    let why = schema("created", &both).why;
    assert!(why.contains("; dates, some of them written as a number of days, as spreadsheets count them, such as \"44564\": write all in one way"), "{why}");
}

#[test]
fn a_column_of_a_report_with_groups_is_told() {
    let told = |header: &str, cells: &dyn Fn(usize) -> String| {
        let rows: Vec<String> =
            (0..400).map(|row| format!("{row},{},{}\n", cells(row), ["yes", "no"][row % 2])).collect();
        let table = table(&format!("x,{header},won\n{}", rows.concat()));
        let why = Schema::infer(&table, &options()).unwrap().columns.swap_remove(1).why;
        why.contains("; filled only where its value changes, as in a report with groups")
    };
    let head = |row: usize, of: usize, heads: &[&str]| {
        if row.is_multiple_of(of) { heads[row / of % heads.len()].to_owned() } else { String::new() }
    };
    let sources = ["Cold call", "Event", "Referral", "Web"];
    assert!(told("Lead Source", &|row| head(row, 100, &sources)));
    assert!(told("Lead Source  ↑", &|row| head(row, 100, &["Web", "Event", "Referral", "Cold call"])));
    assert!(told("Country  ↑", &|row| head(row, 20, &sources)));
    // Two values, or a few that are known of whoever it is, and of whom the first is one by chance.
    assert!(!told("Lead Source", &|row| head(row, 200, &sources)));
    assert!(!told("Lead Source", &|row| head(row, 100, &["Web", "Event", "Referral", "Cold call"])));
    assert!(!told("Lead Source", &|row| head(row + 1, 100, &sources)));
    assert!(!told("Lead Source", &|row| head(row, 3, &sources)));
    assert!(!told("Lead Source  ↑", &|row| if row.is_multiple_of(3) {
        sources[row / 100].into()
    } else {
        String::new()
    }));
    assert!(!told("Lead Source  ↑", &|row| sources[row / 100].into()));
    assert!(!told("fire", &|row| head(row, 40, &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"])));
}
