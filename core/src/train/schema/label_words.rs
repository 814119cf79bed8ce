//! The words by which a label says that a lead converted, and those by which its name says the opposite.

use super::personal::words;

/// Words for a conversion, in small letters with single spaces. Pairs that mean so only together stand in [`PAIRS`].
const POSITIVE: [&str; 37] = [
    "yes",
    "true",
    "won",
    "converted",
    "closed won",
    "closedwon",
    "deal won",
    "is won",
    "customer",
    "became customer",
    "purchased",
    "purchase",
    "bought",
    "sold",
    "sale",
    "signed",
    "subscribed",
    "success",
    "positive",
    "gewonnen",
    "gagné",
    "ganado",
    "ganada",
    "ganho",
    "vinto",
    "ja",
    "oui",
    "sí",
    "si",
    "sim",
    // What spreadsheets write for TRUE in German, French, Spanish, Portuguese, Italian, Dutch and Polish.
    "wahr",
    "vrai",
    "verdadero",
    "verdadeiro",
    "vero",
    "waar",
    "prawda",
];
/// Signs that mean yes beside their opposite.
pub(super) const PAIRS: [(&str, &[&str]); 5] =
    [("1", &["0", "-1"]), ("1.0", &["0.0", "0", "-1.0"]), ("y", &["n"]), ("t", &["f"]), ("j", &["n"])];
/// How words begin that are in the name of a column that says yes to something else than a conversion, or to its opposite.
const OPPOSITE: [&str; 39] = [
    "abandon",
    "abgebrochen",
    "abgelehnt",
    "abgesagt",
    "ablehn",
    "annul",
    "bounc",
    "cancel",
    "churn",
    "dead",
    "declin",
    "disqual",
    "drop",
    "fail",
    "gekündigt",
    "inactive",
    "lose",
    "loss",
    "lost",
    "perd",
    "refus",
    "reject",
    "rechaz",
    "rifiut",
    "storn",
    "unconver",
    "unqual",
    "unresponsive",
    "unsold",
    "unsub",
    "unsuccess",
    "unwon",
    "verfallen",
    "verloren",
    "verlust",
    "withdraw",
    "withdrew",
    "失注",
    "解約",
];
/// And whole words.
const NEGATIONS: [&str; 8] = ["not", "no", "non", "never", "nicht", "kein", "keine", "pas"];
/// How the stages of a sale begin that is not over.
const OPEN: [&str; 34] = [
    "abiert",
    "active",
    "aktiv",
    "angebot",
    "apert",
    "abert",
    "assigned",
    "contacted",
    "discovery",
    "en cours",
    "evaluat",
    "in bearbeitung",
    "in progress",
    "in process",
    "needs analysis",
    "negotiat",
    "neu",
    "new",
    "nurtur",
    "offen",
    "on hold",
    "open",
    "ouvert",
    "pending",
    "perception analysis",
    "presentation",
    "proposal",
    "propuesta",
    "prospecting",
    "qualif",
    "verhandlung",
    "value proposition",
    "working",
    "進行中",
];

/// Whether a value reads as if the outcome were still to come.
pub(super) fn is_open_word(value: &str) -> bool {
    let value = plain(value);
    OPEN.iter().any(|start| value.starts_with(start)) && !value.ends_with("won") && !value.ends_with("lost")
}

/// Whether a value reads as if its leads converted, too, where another means that they did: `Closed Won` beside `Won`.
pub(super) fn is_alike(value: &str, positive: &str) -> bool {
    let (value, positive) = (plain(value), plain(positive));
    let own: Vec<&str> = value.split(' ').collect();
    // Words say more than the signs of pairs do.
    let may_be = positive.len() > 1 && positive.parse::<f64>().is_err();
    let holds = || positive.split(' ').all(|word| own.contains(&word));
    let is_opposite = own
        .iter()
        .any(|word| NEGATIONS.contains(word) || OPPOSITE.iter().any(|start| word.starts_with(start)));
    may_be && !is_opposite && !is_open_word(&value) && (POSITIVE.contains(&&*value) || holds())
}

/// The one of two values that is a word for a conversion.
pub(super) fn inferred<'a>(values: &[&'a str]) -> Option<&'a str> {
    let [a, b] = values else { return None };
    let is_positive = |value: &str, other: &str| {
        let (value, other) = (plain(value), plain(other));
        POSITIVE.contains(&&*value) || PAIRS.iter().any(|(yes, no)| *yes == value && no.contains(&&*other))
    };
    match (is_positive(a, b), is_positive(b, a)) {
        (true, false) => Some(a),
        (false, true) => Some(b),
        _ => None,
    }
}

/// Whether a value says yes to the opposite of a conversion, as the name of its column does: `lost` is `yes`.
pub(super) fn is_opposite(target: &str, value: &str) -> bool {
    let names_conversion =
        matches!(&*plain(value), "won" | "converted" | "closed won" | "closedwon" | "customer");
    let words = words(target);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&&**word));
    // `Converted (yes/no)` says which values there are.
    let is_negated = has(&NEGATIONS) && !has(&["yes", "ja", "oui", "sí", "si", "sim"]);
    // `Won/Lost` says what yes means.
    let names_both = has(&["won", "converted", "customer"]) && !is_negated;
    let is_opposite = words.iter().any(|word| OPPOSITE.iter().any(|start| word.starts_with(start)));
    !names_conversion && !names_both && (is_opposite || is_negated)
}

pub(super) fn is_positive_word(value: &str) -> bool {
    POSITIVE.contains(&&*plain(value))
}

/// Small letters, with single spaces for all else that separates words: `Closed-Won` → `closed won`.
pub(super) fn plain(value: &str) -> String {
    let spaced = value.to_lowercase().replace(['-', '_', '/', ':'], " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    // "-1" and "1.0" are numbers, not words.
    if value.parse::<f64>().is_ok() { value.to_owned() } else { words.join(" ") }
}
