//! The months by their names in the languages of most exports, and as these are shortened.

/// In small letters: English, German, French, Spanish, Portuguese, Italian, Dutch; with and without their accents.
const NAMES: [&[&str]; 12] = [
    &[
        "january", "jan", "januar", "jänner", "jän", "janvier", "janv", "enero", "ene", "janeiro", "gennaio",
        "gen", "januari",
    ],
    &[
        "february",
        "feb",
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
    ],
    &["march", "mar", "märz", "mär", "maerz", "mrz", "mars", "marzo", "março", "marco", "maart", "mrt"],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maio", "maggio", "mag", "mei"],
    &["june", "jun", "juni", "juin", "junio", "junho", "giugno", "giu"],
    &["july", "jul", "juli", "juillet", "juil", "julio", "julho", "luglio", "lug"],
    &["august", "aug", "août", "aout", "agosto", "ago", "augustus"],
    &["september", "sep", "sept", "septembre", "septiembre", "setembro", "set", "settembre"],
    &["october", "oct", "oktober", "okt", "octobre", "octubre", "outubro", "out", "ottobre", "ott"],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &[
        "december",
        "dec",
        "dezember",
        "dez",
        "décembre",
        "decembre",
        "déc",
        "diciembre",
        "dic",
        "dezembro",
        "dicembre",
    ],
];

/// The number of a month, from 1.
pub(super) fn number(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let place = NAMES.iter().position(|names| names.contains(&&*name))?;
    i8::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_for_two_months() {
        for (place, names) in NAMES.iter().enumerate() {
            assert!(names.iter().all(|name| number(name) == i8::try_from(place + 1).ok()));
        }
        assert_eq!(
            (number("MÄRZ"), number("Août"), number("ma"), number("")),
            (Some(3), Some(8), None, None)
        );
    }
}
