//! Which value of a label means "converted", as offices write it.

use sales_ready::ErrorKind;
use sales_ready::model::Positive;
use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::schema::{Options, Schema, SchemaFile};

fn table(text: &str) -> Table {
    Table::read(text.as_bytes(), "t.csv", &CsvOptions::default(), &mut |_| ()).expect("a table")
}

fn options() -> Options {
    Options { target: Some("won".into()), ..Options::default() }
}

#[test]
fn the_words_of_other_languages_and_spreadsheets_are_labels() {
    for (yes, no) in [("WAHR", "FALSCH"), ("VRAI", "FAUX"), ("TRUE", "FALSE"), ("VERO", "FALSO")] {
        let table = table(&format!("x,won\n1,{no}\n2,{yes}\n"));
        let target = Schema::infer(&table, &options()).unwrap().target.unwrap();
        assert_eq!(target.positive, yes.into());
    }
    let error = |text: &str| Schema::infer(&table(text), &options()).unwrap_err().to_string();
    let either = error("x,won\n1,cold\n2,hot\n");
    assert!(either.contains("\"cold\" (1 row)"), "{either}");
    assert!(either.contains("--positive cold or --positive hot"), "{either}");
    let three = error("x,won\n1,a\n2,b\n3,c\n");
    assert!(three.contains("--positive VALUE"), "{three}");
}

#[test]
fn spellings_of_one_value_mean_the_same() {
    for (yes, no, positive, expected) in [
        (["yes", "YES", "Yes"], ["no", "No", "NO"], None, "yes"),
        (["yes", "YES", "Yes"], ["no", "No", "NO"], Some("YES"), "YES"),
        (["Ja", "JA", "ja"], ["Nein", "nein", "NEIN"], Some("ja"), "ja"),
        (["1", "1.0", "1"], ["0", "0.0", "0"], None, "1"),
    ] {
        let row = |place: usize| format!("{place},{}\n{place},{}\n", yes[place], no[place]);
        let table = table(&format!("x,won\n{}", (0..3).map(row).collect::<String>()));
        let options = Options { positive: positive.map(Into::into), ..options() };
        let schema = Schema::infer(&table, &options).unwrap();
        assert_eq!(schema.target.as_ref().unwrap().positive, expected.into());
        assert_eq!(schema.leads(&table).unwrap().label, [true, false, true, false, true, false]);
    }
    let one = table("x,won\n1,yes\n2,YES\n");
    let error = Schema::infer(&one, &options()).unwrap_err().to_string();
    assert!(error.contains("\"yes\" (1 row), \"YES\" (1 row)"), "{error}");
}

#[test]
fn several_values_may_mean_converted() {
    let stages = "x,won\n1,Open\n2,Closed Won\n3,Lost\n4,renewal\n5,Renewal\n6,CLOSED WON\n";
    let said = |texts: &[&str]| Options { positive: Positive::of(texts.iter().copied()), ..options() };
    let schema = Schema::infer(&table(stages), &said(&["closed won", " Renewal", "RENEWAL"])).unwrap();
    let target = schema.target.clone().unwrap();
    assert_eq!(Some(target.positive), Positive::of(["Closed Won", "Renewal"]));
    assert_eq!(schema.leads(&table(stages)).unwrap().label, [false, true, false, true, true, true]);
    assert_eq!(
        schema.target_why,
        "\"Closed Won\" (also written \"CLOSED WON\") and \"Renewal\" (also written \"renewal\") mean converted, as you said; \"Open\", \"Lost\" not converted; if \"Open\" may still convert, remove these rows"
    );
    // The schema file says so as well.
    let text = schema.to_toml("t.csv");
    assert!(text.contains("\npositive = [\"Closed Won\", \"Renewal\"]\n"), "{text}");
    let file = SchemaFile::from_toml(&text, "t.toml").unwrap();
    let again = Schema::infer(&table(stages), &Options { file: Some(file), ..Options::default() }).unwrap();
    assert_eq!(again.target, schema.target);
    for odd in ["[]", "3", "[\"a\", 1]"] {
        let error =
            SchemaFile::from_toml(&format!("target = \"won\"\npositive = {odd}\n"), "t.toml").unwrap_err();
        assert!(error.to_string().starts_with("t.toml:2:"), "{error}");
        assert!(error.message().contains("a text that means \"converted\"") || odd == "[]", "{error}");
    }

    for (texts, expected) in [
        (&["Closed Won", "Renewed"][..], "expected \"Renewed\" among the values of \"won\""),
        (
            &["Closed Won", "Renewal", "Open", "Lost"],
            "all its values mean converted, as you said; leave one out",
        ),
    ] {
        let error = Schema::infer(&table(stages), &said(texts)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Label);
        assert!(error.message().contains(expected), "{error}");
    }
}

#[test]
fn the_target_can_not_be_kept() {
    let options = Options { keep: vec!["won".into()], ..options() };
    let error = Schema::infer(&table("x,won\n1,yes\n2,no\n"), &options).unwrap_err();
    assert!(error.to_string().contains("it is the target"), "{error}");
}

#[test]
fn leads_without_an_outcome_are_refused_in_other_tables_too() {
    let schema = Schema::infer(&table("x,won\n1,yes\n2,no\n3,no\n"), &options()).unwrap();
    let other = table("x,won\n1,yes\n2,\n3,no\n4,NA\n");
    let error = schema.leads(&other).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Label);
    let message = error.to_string();
    assert!(
        message.contains(":3:2: expected a value of the label \"won\" in every row, but 2 of 4"),
        "{message}"
    );
    assert_eq!(schema.unlabelled(&other).unwrap().label, [false; 4]);
}
