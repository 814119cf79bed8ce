mod both;
mod encodings;

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::train::leads::Codes;

/// Header, rows, their lines, notes.
type Parts = (Vec<String>, Vec<Vec<String>>, Vec<u64>, Vec<String>);

fn read(bytes: &[u8]) -> Result<Parts> {
    read_with(bytes, &Options::default())
}

fn read_with(bytes: &[u8], options: &Options) -> Result<Parts> {
    let mut reader = Reader::new(Trickle(bytes), "t.csv", options)?;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    let mut row = Row::default();
    while reader.read_row(&mut row)? {
        rows.push(row.cells().map(str::to_owned).collect());
        lines.push(row.line());
    }
    Ok((reader.header().to_vec(), rows, lines, reader.notes()))
}

/// Gives few bytes at a time, as a pipe may.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.len().min(buffer.len()).min(7);
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn error(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

#[test]
fn line_ends_and_blank_lines() {
    for (text, lines) in [
        ("a,b\n1,2\n\n\n3,4", [2, 5]),
        ("a,b\r\n1,2\r\n\r\n\r\n3,4\r\n", [2, 5]),
        ("a,b\r1,2\r\r\r3,4\r", [2, 5]),
        ("\n\na,b\n1,2\n3,4\n", [4, 5]),
        ("a,b\n1,2\n , \n3,4\n", [2, 4]),
    ] {
        let (header, rows, found, notes) = read(text.as_bytes()).unwrap();
        assert_eq!(header, ["a", "b"]);
        assert_eq!(rows, [["1", "2"], ["3", "4"]]);
        assert_eq!(found, lines, "{text:?}");
        assert!(!notes.is_empty(), "{text:?}");
    }
    assert!(read(b"a,b\n1,2\n\n3,4\n\n\n").unwrap().3.contains(&"skipped 3 empty rows".to_owned()));
}

#[test]
fn newlines_inside_quotes_count_as_lines() {
    for newline in ["\n", "\r\n", "\r"] {
        let text = ["a,b", "\"x", "", "y\",1", "z,2,3"].join(newline);
        let error = error(text.as_bytes());
        assert!(error.starts_with("t.csv:5:2: expected 2 cells, as in the header, found 3"), "{error}");
    }
}

#[test]
fn delimiters_are_sniffed() {
    for (text, name, first) in [
        ("a,b\n\"x;y\",2\n", "commas", "x;y"),
        ("a;b\n1,5;2,5\n", "semicolons", "1,5"),
        ("a\tb, c\td\n1,5\t2\t3\n", "tabs", "1,5"),
        ("a|b|c\nx, y|2|3\n", "pipes", "x, y"),
        ("note\nhello\n", "commas", "hello"),
        ("note\n\"hello, world\"\n", "commas", "hello, world"),
    ] {
        let reader = Reader::new(text.as_bytes(), "t.csv", &Options::default()).unwrap();
        assert_eq!(reader.delimiter().name(), name, "{text:?}");
        assert_eq!(read(text.as_bytes()).unwrap().1[0][0], first);
    }
    // As Excel names it in a line of its own, which is no header.
    for said in ["sep=;", "\"sep=;\"", "SEP=; ", "sep=;;;", "\"sep=;\";;"] {
        let text = format!("{said}\r\na,x;b\r\n1;2\r\n");
        let (header, rows, lines, _) = read(text.as_bytes()).unwrap();
        assert_eq!(
            (header, rows, lines),
            (vec!["a,x".to_owned(), "b".into()], vec![vec!["1".to_owned(), "2".into()]], vec![3])
        );
    }
    for said in ["sep=\t", "sep=tab", "sep=\\t"] {
        assert_eq!(read(format!("{said}\na;x\tb\n1\t2\n").as_bytes()).unwrap().0, ["a;x", "b"], "{said}");
    }
    // A column may have such a name.
    for name in ["sep=a", "sep=", "sep=;x"] {
        assert_eq!(read(format!("{name},b\n1,2\n").as_bytes()).unwrap().0, [name, "b"]);
    }
    assert_eq!(read(b"\"sep=;\nx\",b\n1,2\n").unwrap().0, ["sep=;\nx", "b"]);
    assert_eq!(read(b"\"sep=a\"\n1\n").unwrap().0, ["sep=a"]);
    assert_eq!(read(b"\"sep=tab\",b\n1,2\n").unwrap().0, ["sep=tab", "b"]);
    let options = Options { delimiter: Some(Delimiter::PIPE), ..Options::default() };
    assert_eq!(read_with(b"a,b\n1,2\n", &options).unwrap().0, ["a,b"]);
    assert!("ab".parse::<Delimiter>().is_err());
}

#[test]
fn lines_above_a_table_are_told() {
    for (above, line) in [
        ("# ----\n# Events: Event name\n# ----\n\n", 5),
        ("Leads of the first quarter\n", 2),
        ("\"Leads, open\"\n\n", 3),
    ] {
        for [delimiter, empty] in [[",", ""], [";", ""], ["\t", "\n"]] {
            let table = ["a,b,c", "1,2,3", "4,5,6", "7,8,9"].join("\n").replace(',', delimiter);
            let found = error(format!("{above}{table}{empty}").as_bytes());
            assert!(
                found.starts_with("t.csv:1: ") && found.contains(&format!("begin in line {line}")),
                "{found}"
            );
        }
    }
    // A column of texts is one.
    assert_eq!(read(b"note\nfirst\nsecond; or third\nfourth\n").unwrap().0, ["note"]);
}

#[test]
fn nameless_columns_at_the_end_are_dropped_while_empty() {
    let (header, rows, _, notes) = read(b"a,b,,\n1,2,,\n3,4,,\n").unwrap();
    assert_eq!((header.len(), rows[1].len()), (2, 2));
    assert_eq!(notes, ["dropped the last 2 columns, which have no names and no values"]);
    assert!(error(b"a,b,\n1,2,\n3,4,5\n").starts_with("t.csv:3:3: expected nothing here"));
}

#[test]
fn damage_is_reported_where_it_is() {
    for (text, expected) in [
        ("", "t.csv: expected a header and rows, found an empty file"),
        ("\n\n", "t.csv: expected a header and rows, found an empty file"),
        ("a,,c\n1,2,3\n", "t.csv:1:2: expected a name for this column"),
        ("a,b,a\n1,2,3\n", "t.csv:1:3: expected different names, but \"a\" is also the name of column 1"),
        ("a,b,c\n1,2\n", "t.csv:2:2: expected 3 cells, as in the header, found 2"),
        ("a,b\n1,2\n1,2,3\n", "t.csv:3:2: expected 2 cells, as in the header, found 3"),
        ("a,b\n1,\"2\n3,4\n", "t.csv:2:2: expected a closing quote before the end of the file"),
        (
            "a,b\n1,\"2\" inch\n",
            "t.csv:2:2: expected a delimiter or the end of the line after the closing quote",
        ),
        ("a,b\n1,\"say \\\"x\\\"\"\n", "t.csv:2:2: expected a delimiter"),
        ("a,b\n1, \"2, 3\"\n", "t.csv:2:2: expected the opening quote at the very start of the cell"),
        // The first of two mistakes, although the second is noticed first.
        ("a,b\n1\n1,\"2\"x\n", "t.csv:2:1: expected 2 cells"),
    ] {
        let error = error(text.as_bytes());
        assert!(error.starts_with(expected), "{text:?}: {error}");
    }
    let table = Table::read(&b"a,b\n"[..], "t.csv", &Options::default(), &mut |_| ());
    assert_eq!(table.unwrap_err().kind(), ErrorKind::NoRows);
}

#[test]
fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
    let endless = "a,b\n1,\"".bytes().chain(std::iter::repeat_n(b'x', 40 << 20)).collect::<Vec<_>>();
    let mut reader = Reader::new(&endless[..], "t.csv", &Options::default()).unwrap();
    let error = reader.read_row(&mut Row::default()).unwrap_err().to_string();
    assert!(error.starts_with("t.csv:2:2: expected a closing quote within 16 MB"), "{error}");
    assert!(reader.bytes_read() < 20 << 20);
}

#[test]
fn progress_reaches_the_size_of_the_file() {
    let text = format!("a,b\n{}", "1,2\n".repeat(2_500_000));
    let mut told = Vec::new();
    Table::read(text.as_bytes(), "t.csv", &Options::default(), &mut |bytes| told.push(bytes)).unwrap();
    assert!(told.len() > 3 && told.is_sorted());
    assert_eq!(told.last(), Some(&(text.len() as u64)));
}

/// Small files of all kinds of damage: no panic, and what is read is what the `csv` crate reads.
#[test]
fn random_files_are_read_as_by_the_csv_crate_or_refused() {
    let mut state = 7_u32;
    let mut random = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    let (mut compared, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let pieces = ["a", "b", ",", ",", "\n", "\r\n", "\r", "\"", "\"", " ", "é", ";", "\t"];
        let body: String = (0..random(24)).map(|_| pieces[random(13) as usize]).collect();
        let text = format!("x,y\n{body}");
        let options = Options { delimiter: Some(Delimiter::COMMA), ..Options::default() };
        let Ok((_, rows, lines, _)) = read_with(text.as_bytes(), &options) else {
            refused += 1;
            continue;
        };
        let mut plain = ::csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let expected: Vec<Vec<String>> = plain
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty()))
            .collect();
        assert_eq!(rows, expected, "{text:?}");
        // Each row begins on its own line, which begins with its first cell.
        let unified = text.replace("\r\n", "\n").replace('\r', "\n");
        let all: Vec<&str> = unified.split('\n').collect();
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "{text:?}");
        for (row, line) in rows.iter().zip(&lines) {
            let start = all[*line as usize - 1].replace('"', "");
            let cell = row[0].replace("\r\n", "\n").replace('\r', "\n");
            let first = cell.split('\n').next().unwrap().replace('"', "");
            assert!(start.starts_with(&first), "{text:?} line {line}");
        }
        compared += 1;
    }
    println!("{compared} read, {refused} refused");
    assert!(compared > 1000 && refused > 1000);
}

/// Bytes of no encoding in particular.
#[test]
fn random_bytes_do_no_harm() {
    let mut state = 3_u32;
    for length in 0..3000 {
        let bytes: Vec<u8> = (0..length % 300)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as u8
            })
            .collect();
        if let Err(error) = read(&bytes) {
            assert!(!error.message().is_empty());
        }
    }
}

/// A folder of shared/data, which is not part of the repository.
fn data(path: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(path);
    if folder.exists() {
        return Some(folder);
    }
    println!("skipped: no ../shared/data");
    None
}

#[test]
fn csv_spectrum_reads_as_its_json() {
    let Some(folder) = data("csv-nasty/csv-spectrum") else { return };
    let mut compared = 0;
    for entry in fs::read_dir(folder.join("csvs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (header, rows, ..) =
            read(&fs::read(&path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Its expectation differs from its input.
        if name == "location_coordinates" {
            continue;
        }
        let json = fs::read_to_string(folder.join("json").join(format!("{name}.json"))).unwrap();
        let expected: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&json).unwrap();
        assert_eq!(rows.len(), expected.len(), "{name}");
        for (row, expected) in rows.iter().zip(&expected) {
            assert_eq!(header.len(), expected.len(), "{name}");
            for (column, cell) in header.iter().zip(row) {
                assert_eq!(expected[column], cell.as_str(), "{name}");
            }
        }
        compared += 1;
    }
    assert_eq!(compared, 11);
}

/// Pollock's damaged files: read as their clean table, or refused with the line of the damage; never something else.
#[test]
fn pollock_is_read_right_or_refused() {
    let Some(folder) = data("csv-nasty/pollock/polluted_files") else { return };
    let (mut right, mut refused) = (0, 0);
    for entry in fs::read_dir(folder.join("csv")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // A header over several lines and two tables in one file are well-formed CSV that means something else.
        if name.starts_with("file_header_multirow") || name.starts_with("file_multitable") {
            continue;
        }
        match read(&fs::read(&path).unwrap()) {
            Ok((header, rows, ..)) => {
                let clean = read(&fs::read(folder.join("clean").join(&name)).unwrap()).unwrap();
                assert_eq!(header, clean.0, "{name}");
                assert_eq!(rows, clean.1, "{name}");
                right += 1;
            }
            Err(error) => {
                assert!(error.position().is_some_and(|position| position.line > 0), "{name}: {error}");
                refused += 1;
            }
        }
    }
    println!("pollock: {right} read, {refused} refused");
    assert!(right > 0 && refused > 0);
}

#[test]
fn a_row_of_totals_is_told() {
    let notes = |text: &str| {
        Table::read(text.as_bytes(), "t.csv", &Options::default(), &mut |_| ()).unwrap().notes().to_vec()
    };
    let told = notes("name,visits\nAda,3\nBen,4\nGrand total:,7\n");
    assert_eq!(
        told,
        [
            "the last row (line 4) has \"Grand total:\" in \"name\", as a row of totals has, and is read as a lead: remove it if it is none"
        ]
    );
    // A value that others have, too, and one that is none.
    assert_eq!(notes("plan,visits\nTotal,3\nBasic,4\nTotal,7\n"), [""; 0]);
    assert_eq!(notes("plan,visits\nTotal,3\nBasic,4\nTotally,7\n"), [""; 0]);
}

#[test]
fn x_education_reads_the_same_in_its_three_copies() {
    let Some(folder) = data("xeducation") else { return };
    let table = |name: &str| {
        let bytes = fs::read(folder.join(name)).unwrap();
        Table::read(&bytes[..], name, &Options::default(), &mut |_| ()).unwrap()
    };
    let (trailing, plain) = (table("Leads.csv"), table("Leads.37col.csv"));
    assert_eq!((plain.rows(), plain.columns().len()), (9240, 37));
    assert_eq!(trailing.notes(), ["dropped the last column, which has no name and no values"]);
    for (a, b) in trailing.columns().iter().zip(plain.columns()) {
        assert_eq!(a.name(), b.name());
        assert!((0..plain.rows()).all(|row| a.text(row) == b.text(row)));
    }
    // In the third copy 338 rows stand in quotes as a whole, which a lenient reader takes for empty rows.
    let bytes = fs::read(folder.join("variant_338_blank_rows.ttng51.csv")).unwrap();
    let error = Table::read(&bytes[..], "v.csv", &Options::default(), &mut |_| ()).unwrap_err().to_string();
    assert!(
        error.starts_with("v.csv:24:1: expected 37 cells, as in the header, found 1; the whole row"),
        "{error}"
    );
}
