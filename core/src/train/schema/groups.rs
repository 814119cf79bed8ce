//! Which column says what leads belong together: the leads of one account, of one company's e-mail domain, of one
//! person.

use super::personal::{ALIKE_SHARE, is_email, share_is, words};
use super::{ColumnSchema, Known, Options, Role};

/// Fewer groups than this are a category: a region, a team, a brand.
const FEW_GROUPS: usize = 20;
/// A guess pays where at least this share of the leads has a fellow …
const SHARED: f64 = 0.05;
/// … and says nothing where one group holds more than this share.
const LARGEST: f64 = 0.5;

/// What an account is called, alone, behind one of `WHOSE` or before one of `KEYS`; in the languages of the widget, and as parts
/// of German words (`Firmenname`) and of Dynamics' (`parentcustomerid`).
const ACCOUNTS: [&str; 29] = [
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
    "会社",
    "会社名",
];
/// Whose account it is: `Associated Company`, `Lead - Organization`.
const WHOSE: [&str; 6] = ["associated", "parent", "primary", "lead", "contact", "person"];
/// And what a person is called, before one of `KEYS` only: a lead that comes again.
const PEOPLE: [&str; 5] = ["lead", "contact", "person", "prospect", "visitor"];
const KEYS: [&str; 11] = ["id", "ids", "guid", "uuid", "key", "name", "number", "nummer", "no", "nr", "code"];
/// Where a company is on the web.
const DOMAINS: [&str; 2] = ["domain", "website"];

/// Common providers of private mailboxes, by the first part of the domain (`yahoo.co.uk`, `gmx.net`) …
const FREE_NAMES: [&str; 14] = [
    "gmail",
    "googlemail",
    "yahoo",
    "ymail",
    "hotmail",
    "outlook",
    "live",
    "msn",
    "aol",
    "gmx",
    "yandex",
    "protonmail",
    "icloud",
    "zoho",
];
/// … or by the whole domain.
const FREE_DOMAINS: [&str; 37] = [
    "126.com",
    "163.com",
    "att.net",
    "bigpond.com",
    "bluewin.ch",
    "bol.com.br",
    "btinternet.com",
    "comcast.net",
    "fastmail.com",
    "foxmail.com",
    "free.fr",
    "freenet.de",
    "hanmail.net",
    "interia.pl",
    "laposte.net",
    "libero.it",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "naver.com",
    "o2.pl",
    "orange.fr",
    "pm.me",
    "proton.me",
    "qq.com",
    "rediffmail.com",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "t-online.de",
    "terra.com.br",
    "uol.com.br",
    "verizon.net",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
];

/// Chooses the column whose leads belong together, if one says so and nobody has said another.
pub(super) fn choose(options: &Options, columns: &[&Known<'_>], schemas: &mut [ColumnSchema]) {
    if schemas.iter().any(|schema| schema.role == Role::Group) {
        return;
    }
    let said = |name: &str| {
        let file = options.file.as_ref().and_then(|file| file.column(name));
        file.is_some_and(|entry| entry.role.is_some())
            || options.keep.iter().chain(&options.exclude).any(|own| own == name)
    };
    let best = columns
        .iter()
        .enumerate()
        .filter(|(place, known)| !said(known.column.name()) && schemas[*place].role != Role::Excluded)
        .filter_map(|(place, known)| Some((rank(known)?, place, Counts::of(known)?)))
        // The widest circle first, and the first of equals.
        .min_by_key(|(rank, place, _)| (*rank, *place));
    if let Some((_, place, counts)) = best {
        let kind = if is_of_emails(columns[place]) {
            "e-mail addresses: leads of one domain (not of common providers)"
        } else {
            "leads of one value"
        };
        let schema = &mut schemas[place];
        schema.role = Role::Group;
        schema.notable = true;
        schema.why = format!(
            "{kind} stay together when the model is measured, {} groups in {} rows",
            counts.groups, counts.rows
        );
    }
}

/// What leads of this text have in common; `None` where the text says nothing of others.
///
/// Of an e-mail address it is the domain, or the address itself at a common provider of mailboxes. Of several ids
/// (`17;23`) it is the first.
pub(super) fn key(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    if is_email(&text) {
        let host = text.rsplit('@').next().unwrap_or_default();
        return Some(if is_free(host) { text } else { host.to_owned() });
    }
    let before = ["https://", "http://", "www."].into_iter();
    let host = before.fold(&*text, |host, start| host.strip_prefix(start).unwrap_or(host));
    let first = host.split(';').next().unwrap_or(host).trim_end_matches('/').trim();
    (!first.is_empty() && !is_free(first)).then(|| first.to_owned())
}

fn is_free(host: &str) -> bool {
    let named = |name: &str| host.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    FREE_DOMAINS.contains(&host)
        || (host.matches('.').count() <= 2 && FREE_NAMES.iter().any(|name| named(name)))
}

fn is_of_emails(known: &Known<'_>) -> bool {
    is_mostly(known, is_email)
}

fn is_mostly(known: &Known<'_>, is_kind: fn(&str) -> bool) -> bool {
    share_is(&known.texts, ALIKE_SHARE, false, is_kind)
}

/// Whether a text ends like a host, with a point and letters: `acme.example`, `https://www.acme.example/`; not `12.5`.
fn is_host(text: &str) -> bool {
    let end = text.trim_end_matches('/').rsplit_once('.').map(|(_, end)| end);
    end.is_some_and(|end| end.starts_with(char::is_alphabetic)) && !text.contains(char::is_whitespace)
}

/// How wide a circle a column draws by its name and its texts, the widest first; `None` where it draws none.
fn rank(known: &Known<'_>) -> Option<u8> {
    let words = words(known.column.name());
    // What a sale leaves behind is known after the outcome only.
    if words.is_empty() || words.iter().any(|word| word == "converted") {
        return None;
    }
    // "Time spent on website" is none.
    let is_domain = || DOMAINS.contains(&words[words.len() - 1].as_str()) && is_mostly(known, is_host);
    match rank_of_name(&words) {
        Some(0) => Some(0),
        _ if is_domain() => Some(0),
        _ if is_of_emails(known) => Some(1),
        rank => rank,
    }
}

/// The same by the name alone.
fn rank_of_name(words: &[String]) -> Option<u8> {
    let [before @ .., last] = words else { return None };
    let names = |list: &[&str]| {
        let joined = list.iter().any(|name| {
            last.strip_prefix(name).is_some_and(|key| KEYS.contains(&key))
                || (before.last().is_some_and(|word| word == name) && KEYS.contains(&last.as_str()))
        });
        joined || (before.last().is_some_and(|word| DOMAINS.contains(&word.as_str())) && last == "name")
    };
    let alone = before.iter().all(|word| WHOSE.contains(&word.as_str())) && ACCOUNTS.contains(&last.as_str());
    // Odoo has the name of a lead's company there.
    let alone = alone || words == ["partner", "name"];
    if names(&ACCOUNTS) || alone { Some(0) } else { names(&PEOPLE).then_some(2) }
}

/// Whether the name of a column says that it draws circles.
pub(super) fn says_group(name: &str) -> bool {
    rank_of_name(&words(name)).is_some()
}

struct Counts {
    groups: usize,
    rows: u64,
}

impl Counts {
    /// The groups of a column, where they are worth keeping together.
    fn of(known: &Known<'_>) -> Option<Self> {
        let mut keyed: Vec<(String, u64)> =
            known.texts.iter().filter_map(|known| Some((key(known.text)?, known.count))).collect();
        keyed.sort_unstable();
        let rows = known.rows + known.missing_rows;
        let sizes = keyed.chunk_by(|a, b| a.0 == b.0).map(|group| group.iter().map(|(_, count)| count).sum());
        let sizes: Vec<u64> = sizes.collect();
        let shared: u64 = sizes.iter().filter(|size| **size > 1).sum();
        let largest = sizes.iter().max().copied().unwrap_or(0);
        let worth = sizes.len() > FEW_GROUPS
            && shared as f64 >= SHARED * rows as f64
            && largest as f64 <= LARGEST * rows as f64;
        worth.then_some(Self { groups: sizes.len(), rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_told_from_what_is_counted_on_a_website() {
        for (text, is_so) in [
            ("acme.example", true),
            ("https://www.acme.example/", true),
            ("12.5", false),
            ("1674", false),
            ("0", false),
            ("Acme Ltd. London", false),
        ] {
            assert_eq!(is_host(text), is_so, "{text}");
        }
    }

    #[test]
    fn mailboxes_of_providers_stand_alone_and_companies_do_not() {
        for (text, expected) in [
            ("Ann@Acme.example", Some("acme.example")),
            ("ann@gmail.com", Some("ann@gmail.com")),
            ("bob@yahoo.co.uk", Some("bob@yahoo.co.uk")),
            ("eve@live.acme-broadcasting.example.com", Some("live.acme-broadcasting.example.com")),
            ("https://www.acme.example/", Some("acme.example")),
            ("gmail.com", None),
            ("17;23", Some("17")),
            ("ACME Ltd.", Some("acme ltd.")),
        ] {
            assert_eq!(key(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn companies_are_known_by_the_names_that_crm_programs_give_them() {
        let names = [
            "partner_name",
            "parentcustomerid",
            "Associated Company",
            "Lead - Organization",
            "org",
            "AccountId",
        ];
        for name in names.into_iter().chain([
            "Firma",
            "Firmenname",
            "Kundennummer",
            "Entreprise",
            "empresa",
            "会社名",
        ]) {
            assert!(says_group(name), "{name}");
        }
        for name in
            ["company size", "partner", "Lead", "organization type", "customer since", "Contact", "kind"]
        {
            assert!(!says_group(name), "{name}");
        }
    }
}
