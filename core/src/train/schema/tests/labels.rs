//! Which value of the label means "converted", and what a person is told of the others.

use super::*;

#[test]
fn the_positive_label_is_inferred_from_words_only() {
    let positive = |a: &str, b: &str| {
        // The positive is the rarer, then the more frequent one.
        let rare = table(&format!("x,won\n1,{a}\n2,{b}\n3,{b}\n"));
        let frequent = table(&format!("x,won\n1,{b}\n2,{a}\n3,{a}\n"));
        let infer = |table: &Table| {
            Schema::infer(table, &options())
                .map(|schema| schema.target.map(|target| target.positive).unwrap())
        };
        let found = infer(&rare);
        assert_eq!(found.is_ok(), infer(&frequent).is_ok());
        if let Ok(found) = &found {
            assert_eq!(*found, infer(&frequent).unwrap());
        }
        found.ok()
    };
    for (yes, no) in [
        ("yes", "no"),
        ("1", "0"),
        ("TRUE", "FALSE"),
        ("Y", "N"),
        ("t", "f"),
        ("Closed Won", "Closed Lost"),
        ("closed-won", "open"),
        ("Converted", "Lead"),
        ("1.0", "0.0"),
        ("Ja", "Nein"),
    ] {
        assert_eq!(positive(yes, no), Some(yes.into()));
    }
    for (a, b) in [("1", "2"), ("A", "B"), ("won", "yes"), ("hot", "cold"), ("0", "2")] {
        assert_eq!(positive(a, b), None, "{a} {b}");
    }
}

#[test]
fn label_errors_say_what_to_do() {
    let error = |text: &str, positive: Option<&str>| {
        let options = Options { positive: positive.map(Into::into), ..options() };
        Schema::infer(&table(text), &options).unwrap_err().to_string()
    };
    let stages = "x,won\n1,Open\n2,Closed Won\n3,Closed Lost\n";
    let message = error(stages, None);
    assert!(message.starts_with("t.csv:1:2: expected two values in the label \"won\", found 3"), "{message}");
    assert!(message.contains("--positive 'Closed Won'"), "{message}");
    assert!(error(stages, Some("Won")).contains("\"Closed Won\" (1 row)"));
    assert!(error("x,won\n1,yes\n2,yes\n", None).contains("every row has \"yes\""));
    assert!(error("x,won\n1,A\n2,B\n", None).contains("--positive A or --positive B"));
    let message = error("x,won\n1,yes\n2,\n3,no\n4,NA\n", None);
    assert!(message.starts_with("t.csv:3:2:") && message.contains("2 of 4 rows"), "{message}");
    assert!(message.contains("remove the rows whose outcome is not known"), "{message}");
    let message = error("x,won\n1,v\n2,\n3,v\n", None);
    assert!(
        message.contains("all others have \"v\": where no value means that the lead did not convert"),
        "{message}"
    );
    let again = "x,won\n1,yes\n2,no\nx,won\n3,no\n";
    for positive in [None, Some("yes")] {
        assert!(
            error(again, positive)
                .starts_with("t.csv:4:2: expected a value of the label \"won\", found its name")
        );
    }
    let message = error("x,won\n1,2024-01-31\n2,\n3,2024-02-01\n", None);
    assert!(message.contains("add a column that says yes where there is one and no where"), "{message}");

    let schema =
        Schema::infer(&table(stages), &Options { positive: Some("closed won".into()), ..options() }).unwrap();
    assert_eq!(schema.target.unwrap().positive, "Closed Won".into());
    let others = "\"Open\", \"Closed Lost\" not converted; if \"Open\" may still convert, remove these rows";
    assert!(schema.target_why.ends_with(others), "{}", schema.target_why);
}

#[test]
fn values_that_read_as_converted_but_count_as_lost_are_told() {
    let why = |values: &str, positive: &str| {
        let rows: Vec<String> = values.split(',').map(|value| format!("1,{value}\n")).collect();
        let options = Options { positive: Some(positive.into()), ..options() };
        Schema::infer(&table(&format!("x,won\n{}", rows.concat())), &options).unwrap().target_why
    };
    let told = why("Won,Closed Won,Closed Won,Gewonnen,Lost,Closed Lost", "Won");
    assert!(
        told.ends_with("; \"Closed Won\" (2 rows), \"Gewonnen\" (1 row) read as converted, too, but count as not: add --positive 'Closed Won', and so for each if they are meant"),
        "{told}"
    );
    let told = why("Demo booked,Demo booked (EU),Lost", "Demo booked");
    assert!(told.ends_with("\"Demo booked (EU)\" (1 row) reads as converted, too, but counts as not: add --positive 'Demo booked (EU)' if it is meant"), "{told}");
    for (values, positive) in [
        ("Won,Not Won,Lost", "Won"),
        ("Won,Lost,Closed Lost", "Won"),
        ("1,10,0", "1"),
        ("yes,no,maybe", "yes"),
        ("Won,Closed Won", "Closed Won"),
        ("Won,Closed Won", "Won"),
    ] {
        assert!(!why(values, positive).contains("as converted"), "{values}");
    }
}
