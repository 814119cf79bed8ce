//! What columns are called that hold accounts, or people, in the languages of most exports.

use super::personal::words;

/// Whom the name of a column says that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Companies, households, customers.
    Account,
    /// People; whether the name speaks of a key (`Contact ID`), or of people only (`Contact`), which says less, as `ID` alone does.
    Person { key: bool },
}

/// What an account is called, alone, behind one of `WHOSE` or before one of `KEYS`; also as parts of German words
/// (`Firmenname`) and of Dynamics' (`parentcustomerid`).
const ACCOUNTS: [&str; 52] = [
    "account",
    "company",
    "organization",
    "organisation",
    "org",
    "customer",
    "client",
    "household",
    "employer",
    "parentaccount",
    "parentcustomer",
    "firma",
    "firmen",
    "firmy",
    "unternehmen",
    "unternehmens",
    "kunde",
    "kunden",
    "konto",
    "entreprise",
    "société",
    "societe",
    "compte",
    "empresa",
    "cuenta",
    "cliente",
    "conta",
    "azienda",
    "bedrijf",
    "bedrijfs",
    "klant",
    "organisatie",
    "organización",
    "organizacion",
    "organização",
    "organizacao",
    "organizzazione",
    "organizacja",
    "klient",
    "klienta",
    "şirket",
    "sirket",
    "şirketi",
    "müşteri",
    "musteri",
    "kurum",
    "会社",
    "会社名",
    "企業",
    "顧客",
    "取引先",
    "取引先企業",
];
/// The same in several words, without the small ones.
const PHRASES: [&str; 8] = [
    "razão social",
    "razao social",
    "razón social",
    "razon social",
    "raison sociale",
    "ragione sociale",
    "denominazione sociale",
    // Odoo has the name of a lead's company there.
    "partner name",
];
/// Whose account it is: `Associated Company`, `Lead - Organization`, `Company / Account`.
const WHOSE: [&str; 18] = [
    "associated",
    "parent",
    "primary",
    "main",
    "potential",
    "lead",
    "contact",
    "person",
    "deal",
    "opportunity",
    "prospect",
    "company",
    "account",
    "organization",
    "organisation",
    "customer",
    "client",
    "osoba",
];
/// And what a person is called: a lead that comes again.
const PEOPLE: [&str; 26] = [
    "lead",
    "contact",
    "person",
    "prospect",
    "visitor",
    "ansprechpartner",
    "ansprechperson",
    "kontakt",
    "kontaktperson",
    "interessent",
    "personne",
    "interlocuteur",
    "contacto",
    "persona",
    "prospecto",
    "contato",
    "pessoa",
    "contatto",
    "referente",
    "contactpersoon",
    "kontaktowa",
    "osoba",
    "kişi",
    "リード",
    "見込み客",
    "取引先責任者",
];
/// The same only with one of `IDS`: a subject may be that of an e-mail, or what is taught.
const KEYED: [&str; 8] =
    ["patient", "subject", "participant", "respondent", "subscriber", "applicant", "student", "borrower"];
/// Behind an account or a person.
const KEYS: [&str; 17] = [
    "id", "ids", "guid", "uuid", "key", "name", "number", "nummer", "no", "nr", "code", "naam", "adı", "adi",
    "unvanı", "名", "名称",
];
/// Those that say nothing else.
const IDS: [&str; 5] = ["id", "ids", "guid", "uuid", "key"];
/// Before one: `Nazwa firmy`, `Nome da empresa`.
const NAMES: [&str; 6] = ["nom", "nombre", "nome", "nazwa", "naam", "name"];
/// Small words between those that matter.
const SMALL: [&str; 18] = [
    "de", "la", "le", "l", "du", "d", "da", "do", "del", "della", "dell", "di", "der", "des", "van", "het",
    "of", "the",
];
/// Where a company is on the web.
const DOMAINS: [&str; 2] = ["domain", "website"];

/// Whom a column holds by its name alone.
pub(super) fn named(words: &[String]) -> Option<Named> {
    let mut words: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !SMALL.contains(word)).collect();
    // HubSpot says of what a record is behind it: `Record ID - Company`.
    if let ["record", "id", _, ..] = words[..] {
        words.rotate_left(2);
        words.remove(words.len() - 2);
    }
    let [before @ .., last] = &words[..] else { return None };
    let keyed = |list: &[&str], keys: &[&str]| {
        list.iter().any(|name| {
            last.strip_prefix(name).is_some_and(|key| keys.contains(&key))
                || (before.last().is_some_and(|word| word == name) && keys.contains(last))
        })
    };
    let is_domain = before.last().is_some_and(|word| DOMAINS.contains(word)) && *last == "name";
    let alone = |list: &[&str]| {
        before.iter().all(|word| WHOSE.contains(word) || NAMES.contains(word)) && list.contains(last)
    };
    if keyed(&ACCOUNTS, &KEYS) || is_domain || alone(&ACCOUNTS) || PHRASES.contains(&&*words.join(" ")) {
        Some(Named::Account)
    } else if keyed(&PEOPLE, &KEYS) || keyed(&KEYED, &IDS) {
        Some(Named::Person { key: true })
    } else {
        (alone(&PEOPLE) || words == ["id"]).then_some(Named::Person { key: false })
    }
}

/// Whether the name of a column says that it draws circles.
pub(super) fn says_group(name: &str) -> bool {
    named(&words(name)).is_some()
}

/// Whether the name of a column says that it holds accounts, each of several leads.
pub(crate) fn says_account(name: &str) -> bool {
    let words = words(name);
    named(&words) == Some(Named::Account) || says_domain(&words)
}

/// Whether the name of a column ends as those of companies' places on the web do.
pub(super) fn says_domain(words: &[String]) -> bool {
    words.last().is_some_and(|last| DOMAINS.contains(&&**last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companies_are_known_by_the_names_that_crm_programs_give_them() {
        for name in [
            "partner_name",
            "Record ID - Company",
            "parentcustomerid",
            "Associated Company",
            "Lead - Organization",
            "Deal - Organization",
            "Company / Account",
            "Potential Customer",
            "org",
            "AccountId",
            "Firma",
            "Firmenname",
            "Kundennummer",
            "Entreprise",
            "Nom de l'entreprise",
            "empresa",
            "Nazwa firmy",
            "Razão social",
            "Ragione sociale",
            "Şirket",
            "Şirket Adı",
            "Bedrijf",
            "Bedrijfsnaam",
            "会社名",
            "取引先",
            "取引先名",
        ] {
            assert_eq!(named(&words(name)), Some(Named::Account), "{name}");
        }
    }

    #[test]
    fn people_are_known_with_and_without_a_key() {
        for name in [
            "Contact ID",
            "Lead Number",
            "Deal - Contact person name",
            "visitor_id",
            "patient_id",
            "SubjectID",
        ] {
            assert_eq!(named(&words(name)), Some(Named::Person { key: true }), "{name}");
        }
        for name in [
            "Lead",
            "Contact",
            "Person",
            "Prospect",
            "Primary Contact",
            "Associated Contact",
            "Deal - Contact person",
            "Ansprechpartner",
            "Osoba kontaktowa",
            "id",
        ] {
            assert_eq!(named(&words(name)), Some(Named::Person { key: false }), "{name}");
        }
        for name in [
            "company size",
            "partner",
            "organization type",
            "subject",
            "subject_name",
            "student_number",
            "user_id",
            "owner id",
            "customer since",
            "kind",
            "Lead source",
            "Team lead",
            "Contact method",
            "City",
            "Job title",
            "Campaign",
            "Owner",
            "Nombre de visitas",
        ] {
            assert!(!says_group(name), "{name}");
        }
    }
}
