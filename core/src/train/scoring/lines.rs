//! Lines of the output: as the `csv` crate writes them, straight into one buffer.

use crate::train::csv::Delimiter;

/// Lines that are being written.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) text: Vec<u8>,
    delimiter: u8,
}

impl Lines {
    pub(super) fn new(delimiter: Delimiter) -> Self {
        Self { text: Vec::new(), delimiter: delimiter.byte() }
    }

    /// Writes a cell and the sign behind it, in quotes where it must be.
    pub(super) fn cell(&mut self, cell: &str) {
        let special = |byte: u8| byte == self.delimiter || byte == b'"' || byte == b'\n' || byte == b'\r';
        // All of them, which takes less time than to look for the first.
        if cell.bytes().fold(false, |any, byte| any | special(byte)) {
            self.text.push(b'"');
            for (place, part) in cell.split('"').enumerate() {
                if place > 0 {
                    self.text.extend_from_slice(b"\"\"");
                }
                self.text.extend_from_slice(part.as_bytes());
            }
            self.text.push(b'"');
        } else {
            self.text.extend_from_slice(cell.as_bytes());
        }
        self.text.push(self.delimiter);
    }

    /// Writes cells that stand in the input as they would here.
    pub(super) fn cells(&mut self, cells: &str) {
        self.text.extend_from_slice(cells.as_bytes());
        self.text.push(self.delimiter);
    }

    /// Writes a number as `{:?}` does, which has a decimal point and no more digits than tell it from others.
    pub(super) fn number(&mut self, number: f64) {
        let size = number.abs();
        // Of two texts that are equally near, `std` takes the greater. Half-way between two lies only what ends in zeros.
        let half_way = number.to_bits().trailing_zeros() >= 8;
        if (1e-4..1e9).contains(&size) && !half_way {
            self.text.extend_from_slice(zmij::Buffer::new().format_finite(number).as_bytes());
        } else {
            self.text.extend_from_slice(format!("{number:?}").as_bytes());
        }
        self.text.push(self.delimiter);
    }

    /// Ends the line, which has cells.
    pub(super) fn end(&mut self) {
        if let Some(last) = self.text.last_mut() {
            *last = b'\n';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as the `csv` crate writes them.
    fn expected(delimiter: Delimiter, rows: &[&[&str]]) -> Vec<u8> {
        let mut writer =
            ::csv::WriterBuilder::new().delimiter(delimiter.byte()).flexible(true).from_writer(Vec::new());
        for row in rows {
            writer.write_record(*row).unwrap();
        }
        writer.into_inner().unwrap()
    }

    #[test]
    fn cells_are_written_as_the_csv_crate_does() {
        let rows: [&[&str]; 3] = [
            &["", "a b", " ", "a,b", "a;b", "\"", "say \"so\"", "\"\"", "x\ny", "x\ry", "ü|ö", "'=1", "#"],
            &["", ""],
            &["tab\there", "pipe|here"],
        ];
        for delimiter in [Delimiter::COMMA, Delimiter::SEMICOLON, Delimiter::TAB, Delimiter::PIPE] {
            let mut lines = Lines::new(delimiter);
            for row in rows {
                for cell in row {
                    lines.cell(cell);
                }
                lines.end();
            }
            assert_eq!(lines.text, expected(delimiter, &rows));
        }
    }

    #[test]
    fn numbers_are_written_as_std_does() {
        let mut numbers = vec![0.0, -0.0, 1.0, 1e-4, 1e-5, 123_456.789, 1e9, 1e15, 1e16, 1e300, 5e-324];
        numbers.extend([f64::INFINITY, f64::NAN, 0.1 + 0.2, 8.0 + 1.0 / 65_536.0]);
        let mut state = 1_u64;
        for _ in 0..100_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let scale = [1.0, 1e-3, 40.0, 1e9, 1e-300][(state >> 61) as usize % 5];
            numbers.push(((state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0) * scale);
            // Few digits of the binary fraction: half-way between two texts, some of them.
            numbers.push((state >> 40) as f64 / (1_u64 << (state % 30)) as f64);
        }
        for number in numbers {
            let mut lines = Lines::new(Delimiter::COMMA);
            lines.number(number);
            assert_eq!(String::from_utf8(lines.text).unwrap(), format!("{number:?},"));
        }
    }
}
