//! Numbers that identify: the keys of a program's records, phone numbers, tax numbers, passports.

use super::personal::words;

/// Names of columns that end so identify.
const KEYS: [&str; 22] = [
    "id",
    "uuid",
    "guid",
    "key",
    "number",
    "no",
    "nr",
    "index",
    "phone",
    "mobile",
    "fax",
    "passport",
    "nummer",
    "número",
    "numero",
    "numéro",
    "numer",
    "identyfikator",
    "identifiant",
    "identificador",
    "番号",
    "ナンバー",
];
/// Names of columns of phone numbers …
const PHONES: [&str; 33] = [
    "phone",
    "phones",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "cellphone",
    "fax",
    "whatsapp",
    "telefon",
    "telefonu",
    "telefonnummer",
    "festnetz",
    "mobil",
    "mobilnummer",
    "handy",
    "handynummer",
    "téléphone",
    "portable",
    "teléfono",
    "telefono",
    "móvil",
    "movil",
    "celular",
    "telefone",
    "cellulare",
    "telefoon",
    "telefoonnummer",
    "komórka",
    "gsm",
    "電話",
    "電話番号",
    "携帯電話",
];
/// … and of numbers that a state gives to a person or a company.
const OF_STATES: [&str; 25] = [
    "passport",
    "reisepass",
    "passeport",
    "pasaporte",
    "passaporte",
    "passaporto",
    "paszport",
    "ssn",
    "nip",
    "pesel",
    "regon",
    "krs",
    "cnpj",
    "cpf",
    "siret",
    "siren",
    "vat",
    "tin",
    "ein",
    "nif",
    "cif",
    "dni",
    "ust",
    "ustid",
    "ustidnr",
];
/// Of amounts and counts, that may stand beside these: `Mobile revenue`, `VAT amount`.
const OTHERS: [&str; 18] = [
    "amount", "revenue", "value", "spend", "cost", "sales", "budget", "visits", "sessions", "time", "calls",
    "count", "bytes", "usage", "users", "clicks", "umsatz", "rate",
];
/// Phone numbers of a place, and tax numbers, have at least so many digits.
const DIGITS: usize = 7;

/// Whether the name of a column says that its values identify a row or a person.
pub(super) fn says_key(name: &str) -> bool {
    let words = words(name);
    words.last().is_some_and(|last| KEYS.contains(&&**last)) || number_of(name).is_some()
}

/// What numbers of a person or a company a column holds by its name.
pub(super) fn number_of(name: &str) -> Option<&'static str> {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&&**word));
    let is_tax =
        || words.windows(2).any(|pair| pair[0] == "tax" && matches!(&*pair[1], "id" | "number" | "no"));
    if has(&OTHERS) {
        None
    } else if has(&PHONES) {
        Some("phone numbers")
    } else if has(&OF_STATES) || is_tax() {
        Some("numbers of a register")
    } else {
        None
    }
}

/// Whether a text has the digits of a phone number or a tax number, and beside them only what people write between these.
pub(super) fn is_of_digits(text: &str) -> bool {
    let text = whole(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let between = |sign: char| matches!(sign, '+' | '-' | '(' | ')' | ' ' | '/' | '.');
    // Of other numbers with a fraction.
    let is_decimal = text.matches('.').count() == 1 && !text.contains([' ', '-', '/', '(']);
    // Tax numbers of the European Union begin with the country.
    let bare = text.trim_start_matches(|sign: char| sign.is_ascii_uppercase());
    let country = text.len() - bare.len() <= 3;
    (DIGITS..=20).contains(&digits)
        && country
        && !is_decimal
        && bare.chars().all(|sign| sign.is_ascii_digit() || between(sign))
}

/// A whole number without the fraction of nothing that pandas writes where a cell of the column is empty: `51000017.0`.
pub(super) fn whole(text: &str) -> &str {
    let bare = text.strip_suffix(".0").unwrap_or(text);
    let digits = bare.trim_start_matches('-');
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) { bare } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_told_by_the_name_and_their_digits() {
        for name in [
            "Phone",
            "Mobile",
            "Handy",
            "Telefon",
            "Telefon geschäftlich",
            "Teléfono",
            "Téléphone",
            "Telefone",
            "Cellulare",
            "電話",
            "NIP",
            "CNPJ",
            "CPF do cliente",
            "USt-IdNr",
            "SIRET",
            "VAT",
            "Tax ID",
            "Passport",
        ] {
            assert!(number_of(name).is_some(), "{name}");
        }
        for name in ["Phone calls", "Mobile revenue", "VAT amount", "Visits", "Zip", "Taxonomy", "Sessions"] {
            assert_eq!(number_of(name), None, "{name}");
        }
        for text in
            ["5867412789.0", "8699301656", "01701234567", "59.606.686/0001-34", "DE123456789", "+49 1701234"]
        {
            assert!(is_of_digits(text), "{text}");
        }
        for text in ["12", "19.0", "1234567.89", "ten digits", "1,234,567"] {
            assert!(!is_of_digits(text), "{text}");
        }
        assert_eq!((whole("51.0"), whole("5.5"), whole("-3.0"), whole(".0")), ("51", "5.5", "-3", ".0"));
    }
}
