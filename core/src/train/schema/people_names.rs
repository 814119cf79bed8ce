//! What columns with the names of people are called, in the languages of most exports.

use super::personal::words;

/// Names of such columns, or what these end with.
const NAMES: [&str; 54] = [
    "first name",
    "last name",
    "full name",
    "middle name",
    "given name",
    "family name",
    "contact name",
    "contact person",
    "lead name",
    "person name",
    "prospect name",
    "visitor name",
    "firstname",
    "lastname",
    "fullname",
    "forename",
    "surname",
    "vorname",
    "nachname",
    "familienname",
    "ansprechpartner",
    "ansprechpartnerin",
    "ansprechperson",
    "kontaktperson",
    "prénom",
    "prenom",
    "nom de famille",
    "nom complet",
    "nom du contact",
    "apellido",
    "apellidos",
    "nombre completo",
    "nombre de contacto",
    "nombre del contacto",
    "imię",
    "imie",
    "nazwisko",
    "osoba kontaktowa",
    "sobrenome",
    "apelido",
    "nome completo",
    "nome do contato",
    "cognome",
    "nome del contatto",
    "soyad",
    "soyadı",
    "soyisim",
    "voornaam",
    "achternaam",
    "contactpersoon",
    "氏名",
    "姓",
    "名",
    "お名前",
];
/// What is also called so: numbers of something, adverts, products.
const DOUBTFUL: [&str; 8] = ["nom", "nombre", "nome", "naam", "ad", "adı", "isim", "名前"];

/// Whether a column of texts is called what columns with names of people are called.
pub(super) fn is_name(name: &str) -> bool {
    let name = words(name).join(" ");
    NAMES.iter().any(|end| name == *end || name.strip_suffix(end).is_some_and(|start| start.ends_with(' ')))
}

/// Whether a column may be called so for the names of people: its texts decide.
pub(super) fn may_be_name(name: &str) -> bool {
    let words = words(name);
    matches!(&words[..], [only] if DOUBTFUL.contains(&&**only))
}

/// Whether a text may be the name of a person: letters and what stands in names, one to four words.
pub(super) fn is_text_of_names(text: &str) -> bool {
    let is_of = |sign: char| sign.is_alphabetic() || matches!(sign, ' ' | '-' | '\'' | '’' | '.' | '?');
    text.chars().all(is_of) && text.contains(char::is_alphabetic) && text.split_whitespace().count() <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_known_in_many_languages() {
        for name in [
            "First Name",
            "contact_last_name",
            "Vorname",
            "Prénom",
            "Apellidos",
            "Imię",
            "Imię i nazwisko",
            "Cognome",
            "Sobrenome",
            "Soyad",
            "Ad Soyad",
            "Voornaam",
            "Achternaam",
            "Contact Name",
            "Deal - Contact person",
            "Ansprechpartner",
            "氏名",
            "姓",
            "名",
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "Nom de la campagne",
            "Nome do produto",
            "Nombre de visitas",
            "Ad",
            "Nickname",
            "Owner",
            "Ad name",
        ] {
            assert!(!is_name(name) && (name == "Ad" || !may_be_name(name)), "{name}");
        }
        for name in ["Nom", "Nombre", "Nome", "Ad"] {
            assert!(may_be_name(name), "{name}");
        }
        assert!(
            is_text_of_names("José da Silva") && !is_text_of_names("Spring 2024") && !is_text_of_names("17")
        );
    }
}
