//! Bytes are read as the text they are, or as an error.

use super::*;

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    [mark, text]
        .concat()
        .encode_utf16()
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

#[test]
fn encodings_give_the_same_cells() {
    let text = "Straße;n\nMünchen;1\nÉté – «x»;2\n";
    let windows = b"Stra\xDFe;n\nM\xFCnchen;1\n\xC9t\xE9 \x96 \xABx\xBB;2\n".to_vec();
    let files = [
        text.as_bytes().to_vec(),
        ["\u{feff}", text].concat().into_bytes(),
        utf16(text, true, true),
        utf16(text, false, true),
        utf16(text, true, false),
        utf16(text, false, false),
        windows,
    ];
    for bytes in files {
        let (header, rows, lines, _) = read(&bytes).unwrap();
        assert_eq!(header, ["Straße", "n"]);
        assert_eq!(rows, [["München", "1"], ["Été – «x»", "2"]]);
        assert_eq!(lines, [2, 3]);
    }
}

#[test]
fn other_encodings_are_guessed_by_some_words_of_them() {
    let words = [
        (
            "windows-1250",
            "Łódź Kraków Gdańsk spółka źródło sprzedaż Wrocław Jarosław Michał Częstochowa Świętochłowice",
        ),
        ("windows-1251", "Москва Санкт-Петербург компания Реклама Звонок"),
        ("windows-1253", "Αθήνα Θεσσαλονίκη εταιρεία πελάτης όχι"),
        (
            "windows-1254",
            "İstanbul Eskişehir Şanlıurfa Ağrı müşteri şirket Muğla Çağrı görüşme değil Beşiktaş",
        ),
        ("Shift_JIS", "東京 大阪 株式会社 資料請求 ウェブサイト 展示会"),
        ("EUC-JP", "東京 大阪 株式会社 資料請求 ウェブサイト 展示会"),
        ("GBK", "北京 上海 公司 网站 推荐 展会 广州 深圳"),
        ("Big5", "臺北 高雄 公司 網站 推薦 展覽 臺中 新竹"),
        ("EUC-KR", "서울 부산 회사 웹사이트 추천 전시회 아니오"),
        (
            "windows-1252",
            "München Köln Größe Händler Zürich Málaga São Señor Besançon Île Göteborg Björn à où déjà",
        ),
    ];
    for (name, text) in words {
        // Behind more ASCII than is read at once, too; the guess waits for what comes behind the first such sign.
        for before in [0, decode::CHUNK / 6, decode::CHUNK / 6 + 2] {
            let lines = (text.replace(' ', ",1\n") + ",1\n").repeat(3);
            let table = format!("a,b\n{}{lines}", "abc,1\n".repeat(before));
            let (bytes, ..) = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap().encode(&table);
            let (_, rows, _, notes) = read(&bytes).unwrap();
            assert_eq!(notes, [format!("read as {name}")], "{before}");
            let found = rows[before..].iter().map(|row| &*row[0]).collect::<Vec<_>>().join(" ");
            assert_eq!(found, [text; 3].join(" "));
        }
    }
    for (name, known) in
        [("sjis", Some("Shift_JIS")), ("latin1", Some("windows-1252")), ("replacement", None), ("?", None)]
    {
        assert_eq!(name.parse::<Encoding>().ok().map(Encoding::as_str), known);
    }
}

#[test]
fn a_character_on_a_chunk_border_survives() {
    for shift in 0..4 {
        let long = format!("{}{}", "x".repeat(decode::CHUNK - 8 + shift), "€".repeat(8));
        let text = format!("a,b\n{long},1\n");
        let (_, rows, ..) = read(text.as_bytes()).unwrap();
        assert_eq!(rows[0][0], long);
    }
}

#[test]
fn two_encodings_in_one_file_are_an_error_either_way() {
    let utf8_first = b"a,b\nM\xC3\xBCnchen,1\nK\xF6ln,2\n";
    assert!(error(utf8_first).starts_with("t.csv:3: expected one encoding"), "{}", error(utf8_first));
    let windows_first = b"a,b\nK\xF6ln,2\nM\xC3\xBCnchen,1\n";
    assert!(error(windows_first).contains("mixes"));
    // The other reading is available by asking for it.
    let options = Options { encoding: Some("windows-1252".parse().unwrap()), ..Options::default() };
    assert_eq!(read_with(utf8_first, &options).unwrap().1[1][0], "Köln");
}

#[test]
fn what_is_no_text_is_named() {
    assert!(error(b"PK\x03\x04rest").contains("Excel"));
    assert!(error(b"a,b\n1,\x00\n").contains("zero bytes"));
    assert!(error(b"\xEF\xBB\xBF\r\n<HTML><table><tr><td>a</td></tr></table>").contains("found HTML"));
    assert!(error(b"[{\"a\": 1},\n{\"a\": 2}]").contains("found JSON"));
    assert!(error(&utf16("a,b\n1,2\n", true, true)[..7]).contains("UTF-16LE"));
}
