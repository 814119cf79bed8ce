//! The months by their names in the languages of most exports, and as these are shortened.

use super::orders::MONTHS;

/// In small letters: German, French, Spanish, Portuguese, Italian, Dutch; with and without their accents.
const FOREIGN: [&[&str]; 12] = [
    &["januar", "jänner", "jän", "janvier", "janv", "enero", "ene", "janeiro", "gennaio", "gen", "januari"],
    &["februar", "février", "fevrier", "févr", "fév", "febrero", "fevereiro", "fev", "febbraio", "februari"],
    &["märz", "mär", "maerz", "mrz", "mars", "marzo", "março", "marco", "maart", "mrt"],
    &["avril", "avr", "abril", "abr", "aprile"],
    &["mai", "mayo", "maio", "maggio", "mag", "mei"],
    &["juni", "juin", "junio", "junho", "giugno", "giu"],
    &["juli", "juillet", "juil", "julio", "julho", "luglio", "lug"],
    &["août", "aout", "agosto", "ago", "augustus"],
    &["sept", "septembre", "septiembre", "setembro", "set", "settembre"],
    &["oktober", "okt", "octobre", "octubre", "outubro", "out", "ottobre", "ott"],
    &["novembre", "noviembre", "novembro"],
    &["dezember", "dez", "décembre", "decembre", "déc", "diciembre", "dic", "dezembro", "dicembre"],
];

/// The number of a month, from 1, by its name in English or the first three letters of that.
pub(super) fn english(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    numbered(MONTHS.iter().position(|month| *month == name || month[..3] == name))
}

/// The number of a month in one of the other languages.
pub(super) fn foreign(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    numbered(FOREIGN.iter().position(|names| names.contains(&&*name)))
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
