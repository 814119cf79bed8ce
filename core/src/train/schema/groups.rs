//! Which column says what leads belong together: the leads of one account, of one company's e-mail domain, of one
//! person.

use super::date_names::says_as_of;
use super::group_names::{Named, named, says_domain};
use super::guess::{identifies, says_id};
use super::identifiers::says_key;
use super::people_names::is_name;
use super::personal::{ALIKE_SHARE, is_email, is_phone, is_uuid, share_is, words};
use super::{ColumnSchema, Known, Options, Role};
use crate::error::quoted;
use crate::model::Model;
use crate::train::csv::{Table, TextColumn};

/// Fewer groups than this are a category: a region, a team, a brand.
const FEW_GROUPS: usize = 20;
/// A guess pays where at least this share of the leads has a fellow …
const SHARED: f64 = 0.05;
/// … and says nothing where one group holds more than this share.
const LARGEST: f64 = 0.5;

/// A column that is called like people, but not like their keys, draws circles where these are of few leads …
const MEAN_OF_PEOPLE: f64 = 50.0;
/// … and none of them holds more than this share: `Contact` may say how somebody was reached.
const LARGEST_OF_PEOPLE: f64 = 0.25;
/// How wide a circle ids draw that are not called like accounts or people: the narrowest.
const REPEATED_ID: u8 = 3;
/// Numbers of less digits than this are counts of people rather than keys.
const KEY_DIGITS: usize = 3;

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
    let dated = columns.iter().any(|known| says_as_of(known.column.name()));
    let best = columns
        .iter()
        .enumerate()
        .filter(|(place, known)| {
            let is_one = !matches!(schemas[*place].role, Role::Excluded | Role::Date { .. });
            is_one && !said(known.column.name())
        })
        .filter(|(place, known)| {
            named(&words(known.column.name())) != Some(Named::Person { key: false })
                || is_of_emails(known)
                || holds_people(known, &schemas[*place].role, dated)
        })
        .filter_map(|(place, known)| {
            let is_id = || schemas[place].role == Role::Id && identifies(known) && says_what_repeats(known);
            let rank = rank(known).or_else(|| is_id().then_some(REPEATED_ID))?;
            let counts = Counts::of(known)?;
            // Of ids that nothing else is known of, the one that joins most.
            let few = if rank == REPEATED_ID { counts.groups } else { 0 };
            Some(((rank, few, place), counts))
        })
        // The widest circle first, and the first of equals.
        .min_by_key(|(rank, _)| *rank);
    if let Some(((rank, _, place), counts)) = best {
        let kind = match rank {
            _ if is_of_emails(columns[place]) => {
                "e-mail addresses: leads of one domain (not of common providers)"
            }
            REPEATED_ID => "an id that repeats: rows of one",
            _ => "leads of one value",
        };
        let schema = &mut schemas[place];
        schema.role = Role::Group;
        schema.notable = true;
        schema.why = format!(
            "{kind} stay together when the model is measured, {} groups in {} rows",
            counts.groups, counts.rows
        );
    }
    if !schemas.iter().any(|schema| schema.role == Role::Group) {
        for (schema, known) in schemas.iter_mut().zip(columns) {
            let are_codes = schema.role == Role::Category && says_id(&schema.name) && !said(&schema.name);
            if are_codes && holds_people(known, &schema.role, dated) {
                schema.why += "; if each is one lead or person at several times, say so in a schema file: role = \"group\"";
            }
        }
    }
    // Beside a wider circle people are no levels either.
    for (schema, known) in schemas.iter_mut().zip(columns) {
        let is_person = || matches!(named(&words(&schema.name)), Some(Named::Person { .. }));
        let learnt = schema.role.is_learnt_from() && !said(&schema.name);
        if learnt && is_person() && identifies(known) && holds_people(known, &schema.role, dated) {
            schema.why = format!("people or their keys, {} of them in {} rows", schema.distinct, known.rows);
            schema.role = Role::Id;
            schema.notable = true;
        }
    }
}

/// What leads of this text have in common; `None` where the text says nothing of others.
///
/// Of an e-mail address it is the domain, or the address itself at a common provider of mailboxes. Of several
/// (`17;23`) the first counts.
fn key(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let text = text.split(';').map(str::trim).find(|part| !part.is_empty())?;
    if is_email(text) {
        let host = text.rsplit('@').next().unwrap_or_default();
        return Some(if is_free(host) { text } else { host }.to_owned());
    }
    let before = ["https://", "http://", "www."].into_iter();
    let host = before.fold(text, |host, start| host.strip_prefix(start).unwrap_or(host));
    let first = host.trim_end_matches('/').trim();
    (!first.is_empty() && !is_free(first)).then(|| first.to_owned())
}

/// Which rows of a table belong together for a model that was learnt with leads of one `field` together: a code for each,
/// and nothing where the table does not say, with a note then.
pub(crate) fn learnt_groups(model: &Model, table: &Table) -> (Vec<u32>, Option<String>) {
    let Some(field) = model.card().and_then(|card| card.data.groups.as_deref()) else {
        return (Vec::new(), None);
    };
    let Some(place) = table.position(field) else {
        let note = format!(
            "the table has no column {field}, by which leads were kept together in training: each counts as one that stands alone, so that chance looks smaller than it is",
            field = quoted(field)
        );
        return (Vec::new(), Some(note));
    };
    let column = &table.columns()[place];
    // Names of leads are no accounts: each is what it is.
    if model.card().is_some_and(|card| card.data.looks.is_some()) {
        return (column.codes().iter().collect(), None);
    }
    // What means that the outcome is not known mostly means so in every column of the table.
    let of_target = |text: &str| model.card().is_some_and(|card| card.target.is_open(text));
    let is_missing = |text: &str| of_target(text) || model.fields().iter().any(|own| own.is_missing(text));
    (codes(column, is_missing), None)
}

/// A code per row; rows that do not say what they belong to get codes of their own.
pub(super) fn codes(column: &TextColumn, is_missing: impl Fn(&str) -> bool) -> Vec<u32> {
    let keys: Vec<Option<String>> =
        column.texts().map(|text| if is_missing(text) { None } else { key(text) }).collect();
    let mut known: Vec<&String> = keys.iter().flatten().collect();
    known.sort_unstable();
    known.dedup();
    let code = |key: &Option<String>| key.as_ref().and_then(|key| known.binary_search(&key).ok());
    let codes: Vec<Option<usize>> = keys.iter().map(code).collect();
    let mut alone = known.len()..;
    column
        .codes()
        .iter()
        // Fewer than the rows, whose number fits.
        .map(|text| codes[text as usize].or_else(|| alone.next()).unwrap_or_default() as u32)
        .collect()
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
    if words.is_empty() || is_of_sales(&words) {
        return None;
    }
    let named = named(&words);
    // "Time spent on website" is none.
    let is_domain = || says_domain(&words) && is_mostly(known, is_host);
    if named == Some(Named::Account) || is_domain() {
        Some(0)
    } else if is_of_emails(known) {
        Some(1)
    } else {
        named.map(|_| 2)
    }
}

/// Whether a column says by its name, or by what it holds, that it identifies something that may come again.
fn says_what_repeats(known: &Known<'_>) -> bool {
    let name = known.column.name();
    let says = says_id(name) || says_key(name) || is_name(name);
    (says || is_mostly(known, is_uuid) || is_mostly(known, is_phone)) && !is_of_sales(&words(name))
}

/// What a sale leaves behind is known after the outcome only.
fn is_of_sales(words: &[String]) -> bool {
    words.iter().any(|word| word == "converted")
}

/// Whether a column that is called like people holds them: many, of few rows each. `dated` where each row is a lead as of
/// a day, so that there may be as many as days.
fn holds_people(known: &Known<'_>, role: &Role, dated: bool) -> bool {
    let Some(counts) = Counts::of(known) else { return false };
    let is_key = |text: &str| text.len() >= KEY_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let are_counts = matches!(role, Role::Number(_)) && !is_mostly(known, is_key);
    let few = known.rows as f64 <= MEAN_OF_PEOPLE * counts.groups as f64
        && counts.largest as f64 <= LARGEST_OF_PEOPLE * known.rows as f64;
    !are_counts && (few || dated)
}

struct Counts {
    groups: usize,
    largest: u64,
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
        worth.then_some(Self { groups: sizes.len(), largest, rows })
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
            ("ann@acme.example; bob@gmail.com", Some("acme.example")),
            ("ACME Ltd.", Some("acme ltd.")),
        ] {
            assert_eq!(key(text).as_deref(), expected, "{text}");
        }
    }
}
