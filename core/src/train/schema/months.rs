//! The months by their names in the languages of most exports, and as these are shortened.

use super::orders::{DAYS, MONTHS};

/// In small letters: German, French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish; with and without their accents.
const FOREIGN: [&[&str]; 12] = [
    &[
        "januar", "jänner", "jän", "janvier", "janv", "enero", "ene", "janeiro", "gennaio", "gen", "januari",
        "styczeń", "stycznia", "sty", "ocak", "oca",
    ],
    &[
        "februar",
        "février",
        "fevrier",
        "févr",
        "fév",
        "febrero",
        "fevereiro",
        "fev",
        "febbraio",
        "februari",
        "luty",
        "lutego",
        "lut",
        "şubat",
        "şub",
    ],
    &[
        "märz", "mär", "maerz", "mrz", "mars", "marzo", "março", "marco", "maart", "mrt", "marzec", "marca",
        "mart",
    ],
    &["avril", "avr", "abril", "abr", "aprile", "kwiecień", "kwietnia", "kwi", "nisan", "nis"],
    &["mai", "mayo", "maio", "maggio", "mag", "mei", "maj", "maja", "mayıs"],
    &["juni", "juin", "junio", "junho", "giugno", "giu", "czerwiec", "czerwca", "cze", "haziran", "haz"],
    &[
        "juli", "juillet", "juil", "julio", "julho", "luglio", "lug", "lipiec", "lipca", "lip", "temmuz",
        "tem",
    ],
    &["août", "aout", "agosto", "ago", "augustus", "sierpień", "sierpnia", "sie", "ağustos", "ağu"],
    &[
        "sept",
        "septembre",
        "septiembre",
        "setembro",
        "set",
        "settembre",
        "wrzesień",
        "września",
        "wrz",
        "eylül",
        "eyl",
    ],
    &[
        "oktober",
        "okt",
        "octobre",
        "octubre",
        "outubro",
        "out",
        "ottobre",
        "ott",
        "październik",
        "października",
        "paź",
        "ekim",
        "eki",
    ],
    &["novembre", "noviembre", "novembro", "listopad", "listopada", "lis", "kasım", "kas"],
    &[
        "dezember",
        "dez",
        "décembre",
        "decembre",
        "déc",
        "diciembre",
        "dic",
        "dezembro",
        "dicembre",
        "grudzień",
        "grudnia",
        "gru",
        "aralık",
        "ara",
    ],
];

/// The number of a month, from 1, by its name in English or the first three letters of that; of September, also four.
pub(super) fn english(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let is_so =
        |month: &&str| *month == name || month[..3] == name || name == "sept" && month.starts_with(&*name);
    numbered(MONTHS.iter().position(is_so))
}

/// The number of a month in one of the other languages.
pub(super) fn foreign(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    numbered(FOREIGN.iter().position(|names| names.contains(&&*name)))
}

/// What follows the day of the week, where a date begins with it and a comma, in English: `Mon, Jan 02, 2023`.
pub(super) fn without_weekday(text: &str) -> &str {
    let is_day = |name: &str| {
        DAYS.iter().any(|day| name.eq_ignore_ascii_case(day) || name.eq_ignore_ascii_case(&day[..3]))
    };
    match text.split_once(',') {
        Some((name, rest)) if name.len() <= 9 && is_day(name) => rest.trim_start(),
        _ => text,
    }
}

fn numbered(place: Option<usize>) -> Option<i8> {
    i8::try_from(place? + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_for_two_months() {
        for (place, names) in FOREIGN.iter().enumerate() {
            let number = i8::try_from(place + 1).ok();
            assert!(
                names.iter().all(
                    |name| foreign(name) == number && english(name).is_none_or(|own| Some(own) == number)
                )
            );
        }
        assert_eq!(
            (foreign("MÄRZ"), english("Aug"), foreign("ma"), english("")),
            (Some(3), Some(8), None, None)
        );
    }
}
