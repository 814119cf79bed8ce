//! Files that fail in the operating system's hands: its own error can be asked for.

use std::error::Error as _;
use std::io::{self, Read, Write};

use sales_ready::handoff::{Action, Decision, Phase};
use sales_ready::train::csv::{Options, Table};
use sales_ready::train::handing::{self, Format};
use sales_ready::train::scoring::score_csv;
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::touches::log::{self, Log};
use sales_ready::{Error, ErrorKind, Instant, Model};

/// Gives some bytes, and fails then.
struct CutOff(&'static [u8]);

impl Read for CutOff {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer) {
            Ok(0) => Err(io::ErrorKind::ConnectionReset.into()),
            read => read,
        }
    }
}

/// A disk with room for some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.0);
        self.0 -= count;
        if count == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(count) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn cause(error: &Error) -> Option<io::ErrorKind> {
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    error.source()?.downcast_ref::<io::Error>().map(io::Error::kind)
}

#[test]
fn what_can_not_be_read_has_its_cause() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}

    let reset = Some(io::ErrorKind::ConnectionReset);
    for text in [&b""[..], b"lead,at,kind\n", b"lead,at,kind\n1,2024-01-02,mail\n"] {
        let table = Table::read(CutOff(text), "leads.csv", &Options::default(), &mut |_| ()).unwrap_err();
        assert_eq!(cause(&table), reset);
        assert!(table.to_string().starts_with("leads.csv: could not read: "), "{table}");
        let log =
            Log::read(CutOff(text), "touches.csv", &log::Options::default(), &mut |_| ()).err().unwrap();
        assert_eq!(cause(&log), reset);
        let outcomes = Outcomes::read(CutOff(text), "outcomes.csv", &Options::default(), None, &mut |_| ());
        assert_eq!(cause(&outcomes.err().unwrap()), reset);
        shared(&table);
        // What is said is compared, and goes on being said.
        let same = Error::new(ErrorKind::Io, table.message()).at("leads.csv", 0, 0);
        assert_eq!((cause(&same), &same), (None, &table));
        assert_eq!(cause(&table.clone()), reset);
    }
}

#[test]
fn what_can_not_be_written_has_its_cause() {
    let full = Some(io::ErrorKind::StorageFull);
    let model = r#"{
      "format": "sales-ready/1", "generator": "test", "intercept": 0.0,
      "fields": [{"name": "visits", "type": {"number": {"decimal": "."}}}],
      "terms": [{"curve": {"field": "visits", "x": [0, 10], "y": [-1, 3]}}],
      "calibration": {"x": [0], "y": [0]}, "golden": [],
      "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]}
    }"#;
    let model = Model::from_json(model).unwrap();
    for room in [0, 60] {
        let leads = "visits\n".to_owned() + &"4\n".repeat(100);
        let score =
            score_csv(&model, leads.as_bytes(), "new.csv", &Options::default(), 1, Full(room), &mut |_| ());
        assert_eq!(cause(&score.unwrap_err()), full);
    }
    let decision = Decision {
        lead: "a".into(),
        action: Action::ToSales,
        state: Phase::SalesReady,
        since: Instant::from_millis(0),
        logit: None,
        probability: None,
        cause: String::new(),
        reason: String::new(),
        rejection: None,
    };
    for format in [Format::Csv, Format::JsonLines] {
        let written = handing::write(&vec![decision.clone(); 1_000], format, false, Full(20));
        assert_eq!(cause(&written.unwrap_err()), full);
    }
}
