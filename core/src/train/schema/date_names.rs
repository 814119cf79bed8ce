//! What the name of a column of dates says of when it was written: as the lead came, or later.
//!
//! In English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish and Japanese.

use super::personal::words;

/// Words for what is written when or after the outcome is known, or has nothing to do with when the lead came …
const LATER: [&str; 83] = [
    "modified",
    "updated",
    "update",
    "closed",
    "close",
    "won",
    "lost",
    "converted",
    "conversion",
    "last",
    "next",
    "activity",
    "due",
    "dob",
    "end",
    "expires",
    "deleted",
    "bounced",
    "found",
    "founded",
    "founding",
    "founder",
    "incorporated",
    "established",
    "renewal",
    "event",
    "contract",
    "expected",
    "expiry",
    "expiration",
    "deadline",
    "closing",
    "closure",
    "anniversary",
    "fin",
    "fine",
    "ende",
    "son",
    "sonraki",
    "vade",
    "vinto",
    "perso",
    "ganado",
    "perdido",
    "ganho",
    "perda",
    "gagné",
    "perdu",
    "gewonnen",
    "verloren",
    "wygrana",
    "przegrana",
    "ultimo",
    "ultima",
    "último",
    "última",
    "prossimo",
    "prossima",
    "próximo",
    "próxima",
    "proximo",
    "proxima",
    "prochain",
    "prochaine",
    "volgende",
    "échéance",
    "echeance",
    "vencimiento",
    "vencimento",
    "scadenza",
    "évènement",
    "événement",
    "evenement",
    "evento",
    "wydarzenia",
    "veranstaltung",
    "termin",
    "màj",
    "bitiş",
    "etkinlik",
    "umowy",
    "fällig",
    "faellig",
];
/// … and what such words begin with, as they are inflected or joined: `Geburtsdatum`, `ostatniej`.
const LATER_STEMS: [&str; 106] = [
    "birth",
    "modif",
    "letzt",
    "laatst",
    "ostatni",
    "dernier",
    "dernièr",
    "nächst",
    "naechst",
    "następn",
    "nastepn",
    "activit",
    "activid",
    "ativid",
    "attivit",
    "aktivit",
    "aktywn",
    "geburt",
    "geboort",
    "naissance",
    "nacimiento",
    "nascimento",
    "nascita",
    "urodz",
    "doğum",
    "dogum",
    "abschlus",
    "abschließ",
    "abschliess",
    "abgeschloss",
    "geschlossen",
    "schließ",
    "cierre",
    "cerrad",
    "clôtur",
    "clotur",
    "fermetur",
    "fechament",
    "fechad",
    "fecho",
    "encerra",
    "chius",
    "sluit",
    "afsluit",
    "afgeslot",
    "geslot",
    "zamkn",
    "kapan",
    "geänder",
    "änderung",
    "aenderung",
    "geaender",
    "veränder",
    "wijzig",
    "gewijzig",
    "alteraç",
    "alterac",
    "zmian",
    "zmien",
    "değiş",
    "degis",
    "aktualis",
    "aktualiz",
    "actualiz",
    "atualiz",
    "aggiorn",
    "bijgewerk",
    "güncel",
    "guncel",
    "gründ",
    "gegründ",
    "gruend",
    "fondat",
    "fondé",
    "fondaz",
    "fundac",
    "fundaç",
    "opricht",
    "opgericht",
    "założen",
    "zalozen",
    "kuruluş",
    "kurulus",
    "verlänger",
    "verlaenger",
    "renouvel",
    "renovac",
    "renovaç",
    "rinnov",
    "verleng",
    "odnow",
    "yenile",
    "vertrag",
    "contrat",
    "contract",
    "sözleşme",
    "sozlesme",
    "kündig",
    "ablauf",
    "verfall",
    "vervald",
    "konver",
    "convert",
    "konvert",
    "wygas",
    "expira",
];
/// Japanese has no spaces between words.
const LATER_SIGNS: [&str; 19] = [
    "生年月日",
    "誕生",
    "最終",
    "更新",
    "変更",
    "終了",
    "完了",
    "成約",
    "受注",
    "失注",
    "設立",
    "創業",
    "契約",
    "活動",
    "期限",
    "予定",
    "次回",
    "クローズ",
    "締",
];
/// Words for the moment at which a lead was written down …
const CREATED: [&str; 11] = [
    "created",
    "create",
    "creation",
    "createdate",
    "createddate",
    "createdat",
    "createdon",
    "creado",
    "créé",
    "créée",
    "création",
];
/// … and what such words begin with.
const CREATED_STEMS: [&str; 17] = [
    "creat",
    "creaz",
    "creación",
    "creacion",
    "criad",
    "criaç",
    "criac",
    "erstell",
    "angeleg",
    "anlage",
    "aangemaakt",
    "aanmaak",
    "utworz",
    "stworz",
    "założono",
    "oluştur",
    "olustur",
];
/// Words for the moment at which a lead came in …
const RECEIVED: [&str; 7] = ["received", "entered", "entry", "reçu", "recu", "alta", "zgłoszenia"];
/// … and what such words begin with.
const RECEIVED_STEMS: [&str; 31] = [
    "receiv",
    "eingang",
    "eingegang",
    "récept",
    "recept",
    "recib",
    "recepc",
    "receb",
    "ricev",
    "ricez",
    "ontvang",
    "otrzym",
    "wpłyn",
    "wplyn",
    "wpływ",
    "wplyw",
    "eintrag",
    "erfass",
    "entrée",
    "entrada",
    "ingres",
    "inserim",
    "invoer",
    "wprowadz",
    "giriş",
    "kayıt",
    "kayit",
    "alınma",
    "alindi",
    "registr",
    "anfrage",
];

/// Whether a date is written when or after the outcome is known, or says nothing of when the lead came.
pub(super) fn says_later(name: &str) -> bool {
    has(name, &LATER, &LATER_STEMS) || LATER_SIGNS.iter().any(|sign| name.contains(sign))
}

/// Whether a date is that of the lead's record.
pub(super) fn says_created(name: &str) -> bool {
    has(name, &CREATED, &CREATED_STEMS) || name.contains("作成") || says_as_of(name)
}

/// Whether a date is that of the lead's arrival.
pub(super) fn says_received(name: &str) -> bool {
    let signs = ["受付", "受信", "受領", "登録", "流入", "発生"];
    has(name, &RECEIVED, &RECEIVED_STEMS) || signs.iter().any(|sign| name.contains(sign))
}

/// Whether rows say of which day they are, as those do that `engage` writes.
pub(super) fn says_as_of(name: &str) -> bool {
    words(name) == ["as", "of"]
}

fn has(name: &str, exact: &[&str], stems: &[&str]) -> bool {
    words(name).iter().any(|word| exact.contains(&&**word) || stems.iter().any(|stem| word.starts_with(stem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_birth_of_the_end_and_of_changes_come_later() {
        for name in [
            "Geburtsdatum",
            "Date de naissance",
            "Data de nascimento",
            "Abschlussdatum",
            "Date de clôture",
            "Fecha de cierre",
            "Data di chiusura",
            "Data zamknięcia",
            "Kapanış tarihi",
            "Letzte Änderung",
            "(Nicht ändern) Geändert am",
            "Letzte Aktivität",
            "Data ostatniej aktywności",
            "Laatst gewijzigd",
            "Son etkinlik",
            "Doğum tarihi",
            "最終更新日",
            "生年月日",
            "Founded",
            "Renewal date",
            "Event date",
            "Contract start",
            "Last Modified Date",
            "closed_at",
            "Birthdate",
        ] {
            assert!(says_later(name), "{name}");
        }
        for name in
            ["created", "Erstellt am", "作成日", "seen", "signup", "webinar", "Datum", "as_of", "Contacted"]
        {
            assert!(!says_later(name), "{name}");
        }
    }

    #[test]
    fn dates_of_creation_and_of_receipt_are_known() {
        for name in [
            "CreatedDate",
            "Deal - Deal created",
            "Erstellt am",
            "Anlagedatum",
            "Date de création",
            "Fecha de creación",
            "Data de criação",
            "Data di creazione",
            "Aangemaakt op",
            "Data utworzenia",
            "Oluşturma tarihi",
            "作成日",
            "as_of",
        ] {
            assert!(says_created(name) && !says_later(name), "{name}");
        }
        for name in [
            "Eingangsdatum",
            "Date de réception",
            "Fecha de entrada",
            "Kayıt tarihi",
            "登録日",
            "Received on",
        ] {
            assert!(says_received(name) && !says_later(name), "{name}");
        }
        for name in ["signup", "seen", "Abschlussdatum"] {
            assert!(!says_created(name) && !says_received(name), "{name}");
        }
    }
}
