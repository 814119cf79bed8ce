//! Bytes → table. Nothing may panic, and how the bytes arrive must not matter.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use sales_ready::train::csv::{Options, Reader, Row};

fuzz_target!(|bytes: &[u8]| {
    let whole = read(bytes);
    let trickled = read(Trickle(bytes));
    assert_eq!(whole, trickled);
    match whole {
        Ok((header, rows)) => assert!(rows.iter().all(|row| row.len() == header.len())),
        Err(error) => assert!(error.contains("leads.csv"), "{error}"),
    }
});

type Cells = (Vec<String>, Vec<Vec<String>>);

fn read(source: impl Read) -> Result<Cells, String> {
    let mut reader =
        Reader::new(source, "leads.csv", &Options::default()).map_err(|error| error.to_string())?;
    let (mut row, mut rows, mut line) = (Row::default(), vec![], 0);
    while reader.read_row(&mut row).map_err(|error| error.to_string())? {
        assert!(row.line() > line, "lines must rise: {} after {line}", row.line());
        line = row.line();
        rows.push(row.cells().map(str::to_owned).collect());
    }
    Ok((reader.header().to_vec(), rows))
}

/// Gives a few bytes at a time, as a slow pipe does.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.0.len()).min(1 + self.0.len() % 7);
        let (now, later) = self.0.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}
