//! What the file of a desk may say.

use sales_ready::handoff::Desk;
use sales_ready::{ErrorKind, Instant};

const STATE: &str = r#"{"format":"sales-ready-handoff/1","as_of":1733011200000,"week":[20052,1],"leads":{
"a":{"phase":"accepted","since":1719016759000,"cause":{"kind":"accepted"},"known":1719100800000,"heard":1719016759000,"said":{"accepted":1719016759000}},
"b":{"phase":"nurture","since":1733011200000}}}"#;

fn read(text: &str) -> sales_ready::Result<Desk> {
    Desk::from_json(text, "state.json")
}

#[test]
fn a_state_is_read_and_written_the_same() {
    let desk = read(STATE).unwrap();
    assert_eq!(desk.lead("a").and_then(|lead| lead.heard), Some(Instant::from_millis(1_719_016_759_000)));
    assert_eq!(desk.to_json(), STATE.replace('\n', "") + "\n");
    // As some editors write it.
    assert_eq!(read(&format!("\u{feff}{STATE}")), Ok(desk));
}

#[test]
fn what_can_not_be_meant_is_refused_with_what_to_do() {
    for (sound, odd, expected) in [
        ("\"b\":", "\"a\":", "\"a\" stands twice"),
        ("\"accepted\":1719016759000}", "\"accepted\":1,\"accepted\":2}", "Accepted stands twice"),
        ("\"heard\"", "\"herd\"", "unknown field `herd`"),
        ("\"week\"", "\"weak\":1,\"week\"", "unknown field `weak`"),
        ("1719016759000,\"cause\"", "9000000000000000000,\"cause\"", "“since” of the lead \"a\" is 9000"),
        ("\"heard\":1719016759000", "\"heard\":-90000000000000", "“heard” of the lead \"a\" is -9000"),
        ("\"known\":1719100800000", "\"known\":-90000000000000", "“known” of the lead \"a\" is -9000"),
        ("1733011200000,\"week\"", "900000000000000,\"week\"", "the last review is 9000"),
        ("[20052,", "[20051,", "“week” begins 20051 days"),
        ("[20052,", "[9000000000000000000,", "“week” begins 9000"),
        ("\"phase\":\"nurture\",", "", "missing field `phase`"),
    ] {
        assert!(STATE.contains(sound), "{sound}");
        let error = read(&STATE.replacen(sound, odd, 1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadValue);
        assert!(error.message().contains(expected), "{error}");
        assert!(error.message().contains("put back a copy from before"), "{error}");
        // The place stands in front.
        assert!(!error.message().contains(" at line "), "{error}");
    }
    let error = read(&STATE.replace("handoff/1", &"z".repeat(100_000))).unwrap_err();
    assert!(error.message().len() < 1_000);
}
