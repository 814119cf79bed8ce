//! What leaves no doubt is split and coded in pieces, and the rest read with care: both must say the same.

use std::fmt::Write as _;

use super::*;

/// All that a table says: its columns (name, texts, counts, first rows, codes), the lines of its rows, its notes.
type Said = (Vec<(String, Vec<String>, Vec<u64>, Vec<usize>, Vec<u32>)>, Vec<u64>, Vec<String>);

fn said(bytes: &[u8], size: usize) -> Result<Said, String> {
    let options = Options::default();
    let table = Table::read_in_pieces(Trickle(bytes), "t.csv", &options, size, &mut |_| ())
        .map_err(|error| format!("{:?} {error}", error.kind()))?;
    let column = |column: &TextColumn| {
        (
            column.name().to_owned(),
            column.texts().map(str::to_owned).collect(),
            column.counts().to_vec(),
            column.first_rows().to_vec(),
            column.codes().iter().collect(),
        )
    };
    let lines = (0..table.rows()).map(|row| table.line(row)).collect();
    Ok((table.columns().iter().map(column).collect(), lines, table.notes().to_vec()))
}

/// Holds a file read in pieces of all sizes against the same read with care.
fn hold(bytes: &[u8], sizes: &[usize]) -> bool {
    let expected = said(bytes, 0);
    for size in sizes {
        assert_eq!(said(bytes, *size), expected, "pieces of {size}: {:?}", String::from_utf8_lossy(bytes));
    }
    expected.is_ok()
}

fn generator(mut state: u32) -> impl FnMut(usize) -> usize {
    move |below| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    }
}

/// A table of random cells, now and then with damage.
fn file(random: &mut impl FnMut(usize) -> usize) -> String {
    let cells = [
        "1.5",
        "-0.25",
        "",
        " ",
        "a",
        "NA",
        "  x ",
        "\u{a0}y\u{a0}",
        "Zürich",
        "\"q\"",
        "\"\"",
        "\" \"",
        "\"a,b\"",
        "\"say \"\"x\"\"\"",
        "\"\"\"\"",
        "\"two\nlines\"",
        "\"two\r\nlines\"",
        "\" x \"",
        "5\" pipe",
        "x\"\"y",
        "12345678",
        "a longer text than a key",
        "\"a longer, quoted text\"",
        "€",
        "0000000",
        "\u{0}",
    ];
    let damage =
        ["\"q\" ", "\"q\"x", " \"q\"", "\"open", "1,2", "\r", "\"a\rb\"", "x\r\r", "1\n", "\n\n", ", ,\n"];
    let ends = [["\n", "\n"], ["\r\n", "\r\n"], ["\n", "\r\n"]][random(3)];
    let width = 1 + random(4);
    let names: Vec<String> = (0..width).map(|place| format!("c{place}")).collect();
    let nameless = if random(8) == 0 { "," } else { "" };
    let mut text = names.join(",") + nameless + ends[0];
    let rare = 2 + random(60);
    for _ in 0..random(30) {
        for place in 0..width {
            text += if place > 0 { "," } else { "" };
            text += if random(rare) == 0 { damage[random(damage.len())] } else { cells[random(cells.len())] };
        }
        text += nameless;
        text += ends[random(2)];
    }
    if random(3) == 0 {
        text.truncate(text.trim_end().len());
    }
    text
}

#[test]
fn random_files_say_the_same_in_pieces_and_with_care() {
    let mut random = generator(5);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..1_500 {
        let text = file(&mut random);
        let sizes = [1, 1 + random(40), 1 + random(200), 1 << 20];
        if hold(text.as_bytes(), &sizes) {
            read += 1;
        } else {
            refused += 1;
        }
    }
    println!("{read} read, {refused} refused");
    assert!(read > 200 && refused > 200);
}

/// Signs in no order, in each of the pieces into which a file of a few of them can be cut.
#[test]
fn signs_in_any_order_say_the_same_in_all_pieces() {
    let mut random = generator(11);
    let signs = ["a", " ", ",", ",", "\n", "\r\n", "\r", "\"", "\"", "\"\"", "é"];
    for _ in 0..1_500 {
        let body: String = (0..random(20)).map(|_| signs[random(signs.len())]).collect();
        let text = format!("x,y\n{body}");
        hold(text.as_bytes(), &(1..=text.len()).step_by(1 + random(4)).collect::<Vec<_>>());
    }
}

/// What is wrong behind the first chunk of text, which is judged as a whole.
#[test]
fn the_first_of_several_mistakes_is_named_either_way() {
    let good = "1.5,web,\"a, b\"\n".repeat(decode::CHUNK / 12);
    let all = ["1,2\n", "1,\"x\"y,3\n", "1,M\u{fc}nchen,3\n", "1,\"open,3\n", "\n", " , ,\n", "1,2,3,4\n"];
    for first in all {
        for second in all {
            for windows in [false, true] {
                let text = format!("a,b,c\n{good}{first}{good}{second}{good}");
                // A character of Windows-1252 behind one of UTF-8 is one of two encodings in a file.
                let mut bytes = text.into_bytes();
                if windows {
                    bytes.extend_from_slice(b"1,K\xF6ln,3\n");
                }
                hold(&bytes, &[3000, 1 << 20]);
            }
        }
    }
}

#[test]
fn many_rows_have_the_same_codes_in_pieces_and_with_care() {
    let mut random = generator(3);
    let mut text = String::from("few,some,many,long\n");
    for row in 0..90_000 {
        let (some, many) = (random(1_000), random(1 << 24));
        writeln!(text, "{},{some},{many},\"a text, of {many} and {}\"", row % 7, some % 300).unwrap();
    }
    hold(text.as_bytes(), &[100_000, 1 << 20]);
    let table = Table::read(text.as_bytes(), "t.csv", &Options::default(), &mut |_| ()).unwrap();
    let wide = table.columns().iter().map(TextColumn::codes);
    let wide: Vec<&str> = wide
        .map(|codes| match codes {
            Codes::Bytes(_) => "bytes",
            Codes::Pairs(_) => "pairs",
            Codes::Words(_) => "words",
        })
        .collect();
    assert_eq!(wide, ["bytes", "pairs", "words", "words"]);
}

/// Columns of many different numbers are kept as numbers; what comes of them is what the file has.
#[test]
fn many_decimals_have_the_texts_of_the_file() {
    let mut random = generator(17);
    let mut text = String::from("number,gaps,turned,whole\n");
    let mut cells: Vec<[String; 4]> = Vec::new();
    for row in 0..30_000 {
        let number = format!("{}.{:08}", random(2_000), random(100_000_000));
        let gap = ["", "NA", "\u{a0}x y "][random(3)].to_owned();
        let gap = if random(9) == 0 { gap } else { format!("-0.{row:05}") };
        // More words than are kept beside numbers, after the column was taken for one of numbers.
        let turned = if row > 20_000 && row % 3 == 0 { format!("word {row}") } else { format!("{row}.50") };
        writeln!(text, "{number},{gap},{turned},\"{row}\"").unwrap();
        cells.push([number, gap.trim().to_owned(), turned, row.to_string()]);
    }
    hold(text.as_bytes(), &[70_000, 1 << 20]);
    let table = Table::read(text.as_bytes(), "t.csv", &Options::default(), &mut |_| ()).unwrap();
    let kept: Vec<bool> = table.columns().iter().map(|column| column.decimals().is_some()).collect();
    assert_eq!(kept, [true, true, false, true]);
    for (row, cells) in cells.iter().enumerate() {
        for (column, cell) in table.columns().iter().zip(cells) {
            assert_eq!(column.text(row), cell);
        }
    }
}
