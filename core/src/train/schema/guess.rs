//! What each column is, judged from all its values.

use rayon::prelude::*;

use super::file::{Entry, RoleName};
use super::guessed_dates::date;
use super::identifiers::{is_of_digits, number_of, says_key, whole};
use super::many::Many;
use super::numbers::{Habit, Shape, is_running, is_sheet_error, shape};
use super::people_names::{is_name, is_text_of_names, may_be_name};
use super::personal::{
    ALIKE_SHARE, holds_email, holds_phone, is_email, is_iban, is_phone, is_uuid, share_is, words,
};
use super::remark::{remark, sheet_errors};
use super::written::key;
use super::{
    ColumnSchema, DateOrder, Known, Options, Role, counted, groups, is_marker, order_of_time, orders,
    own_scores, report_groups,
};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::NumberFormat;
use crate::train::csv::{Delimiter, Table, TextColumn, shorten};
use crate::train::leads::{MIN_LEVEL_LEADS, Prior};

/// With fewer rows than this, "all different" says nothing about a column of numbers.
const FEW_ROWS: u64 = 10;
/// With at most this many different texts a column is a category, however few rows there are.
const FEW_TEXTS: usize = 20;
/// From this share of different texts on, texts identify their row …
const ID_SHARE: f64 = 0.9;
/// … and from this one on if the name of the column says so: such as the customers of a list of orders …
const NAMED_ID_SHARE: f64 = 0.2;
/// … and from this one on they are free text.
const TEXT_SHARE: f64 = 0.5;
/// Where common texts make up this share, they are levels, however many others there are.
const FREQUENT_SHARE: f64 = 0.1;
/// Where common levels make up less than this share, a person should look at what the others are.
const MOSTLY_COMMON: f64 = 0.5;
/// Ids are short; a longer text (mean number of characters) is prose.
const ID_LENGTH: f64 = 40.0;
/// More than this share of the texts must hold an e-mail address or a phone number to be of no use as levels.
const HOLDING_SHARE: f64 = 0.5;
/// Names of columns that end so hold codes, even where most of them are digits.
pub(super) const CODES: [&str; 6] = ["code", "zip", "postcode", "postal", "plz", "version"];

/// A role, why, and whether a person should look at it.
pub(super) type Judgement = (Role, String, bool);

/// What each column but the target is.
pub(super) fn columns(
    table: &Table,
    options: &Options,
    target: Option<&str>,
    missing: &[String],
) -> Result<Vec<ColumnSchema>> {
    let guesser = Guesser { table, options, missing };
    let mut columns: Vec<(Known<'_>, Shape)> = table
        .columns()
        .par_iter()
        .filter(|column| Some(column.name()) != target)
        .map(|column| guesser.look(column))
        .collect();
    let mut habit = Habit { semicolons: table.delimiter() == Delimiter::SEMICOLON, ..Habit::default() };
    for (known, shape) in &columns {
        habit.learn(shape, known);
    }
    for (known, shape) in &mut columns {
        habit.teach(shape, known);
    }
    // Of several errors always the first column's.
    let judged: Vec<Result<ColumnSchema>> =
        columns.par_iter().map(|(known, shape)| guesser.judge(known, shape, habit)).collect();
    let mut schemas = judged.into_iter().collect::<Result<Vec<_>>>()?;
    let all: Vec<&Known<'_>> = columns.iter().map(|(known, _)| known).collect();
    order_of_time::choose(table, options, &all, &mut schemas);
    groups::choose(options, &all, &mut schemas);
    own_scores::leave_out(options, target, &mut schemas);
    for schema in &mut schemas {
        // What is no longer a category or a number has no order.
        if !schema.role.may_have(&schema.prior) {
            schema.prior = Prior::None;
        }
    }
    for (schema, known) in schemas.iter_mut().zip(all) {
        if known.many.is_none() && guesser.said(&schema.name).is_none_or(|entry| entry.role.is_none()) {
            sheet_errors(schema, known, missing);
            report_groups::tell(schema, known);
        }
    }
    Ok(schemas)
}

/// What columns are looked at by.
struct Guesser<'t> {
    table: &'t Table,
    options: &'t Options,
    /// The texts that mean "not known" in every column.
    missing: &'t [String],
}

impl<'t> Guesser<'t> {
    fn said(&self, name: &str) -> Option<&'t Entry> {
        self.options.file.as_ref()?.column(name)
    }

    /// What a column holds.
    fn look(&self, column: &'t TextColumn) -> (Known<'t>, Shape) {
        let entry = self.said(column.name());
        let own = entry.map_or(&[][..], |entry| &entry.missing);
        // What a person has given a role has its markers from there.
        let guessed = entry.is_none_or(|entry| entry.role.is_none());
        let is_known_marker = |text: &str| is_marker(self.missing, text) || is_marker(own, text);
        // A category or a date is made of texts, whatever they look like.
        let may_be_many = entry.and_then(|entry| entry.role).is_none_or(RoleName::is_number)
            && !self.options.keep.iter().any(|name| name == column.name());
        if let Some(many) = Many::of(column, [self.missing, own]).filter(|_| may_be_many) {
            return (Known::of_many(column, self.table.rows(), many), Shape::Sure(NumberFormat::default()));
        }
        let known = Known::new(column, |text| is_known_marker(text) || (guessed && is_sheet_error(text)));
        let shape = shape(&known.texts);
        (known, shape)
    }

    /// What a column is, by what was said of it or else by what it holds.
    fn judge(&self, known: &Known<'_>, shape: &Shape, habit: Habit) -> Result<ColumnSchema> {
        let Self { table, options, .. } = self;
        let name = known.column.name();
        let entry = self.said(name);
        let is_named = |names: &[String]| names.iter().any(|named| named == name);
        let kept = is_named(&options.keep);
        let role = entry.and_then(|entry| entry.role).filter(|role| !kept || role.is_learnt_from());
        let (role, why, notable) = if is_named(&options.exclude) {
            (Role::Excluded, "excluded, as you said".to_owned(), false)
        } else if let (Some(entry), Some(role)) = (entry, role) {
            let (role, mut why) = entry.role(role, known, shape, habit);
            let notable = !why.is_empty();
            why.insert_str(0, "as the schema file says");
            (role, why, notable)
        } else if kept {
            kept_role(table, known, shape, habit)?
        } else {
            guess(table, known, shape, habit)
        };
        let (prior, why) = prior(entry, known, &role, why);
        Ok(ColumnSchema {
            name: name.to_owned(),
            prior,
            title: entry.and_then(|entry| entry.title.clone()),
            role,
            missing: entry.map_or_else(Vec::new, |entry| entry.missing.clone()),
            engagement: is_named(&options.engagement) || entry.is_some_and(|entry| entry.engagement),
            actionable: is_named(&options.actionable) || entry.is_some_and(|entry| entry.actionable),
            why,
            notable,
            distinct: known.distinct(),
            missing_rows: known.missing_rows,
        })
    }
}

/// What is known of the column's effect: what the schema file says, or else the order its levels have.
fn prior(entry: Option<&Entry>, known: &Known<'_>, role: &Role, why: String) -> (Prior, String) {
    match entry {
        Some(entry) if entry.prior != Prior::None || entry.role.is_some() => (entry.prior.clone(), why),
        _ if *role == Role::Category => match orders::recognised(&known.texts) {
            Some((prior, what)) => (prior, format!("{why}: {what}")),
            None => (Prior::None, why),
        },
        _ => (Prior::None, why),
    }
}

fn guess(table: &Table, known: &Known<'_>, shape: &Shape, habit: Habit) -> Judgement {
    if let (Some(_), Shape::Sure(format)) = (&known.many, shape) {
        let days = days(known);
        return (Role::Number(format.clone()), describe(format) + &days, !days.is_empty());
    }
    constant(known)
        .or_else(|| date(table, known))
        .or_else(|| personal(table, known))
        .or_else(|| named_id(known))
        .or_else(|| number(table, known, shape, habit))
        .unwrap_or_else(|| text(known, shape))
}

/// A column the person wants to learn from: what it is if it is neither id nor text.
fn kept_role(table: &Table, known: &Known<'_>, shape: &Shape, habit: Habit) -> Result<Judgement> {
    if let Some(constant) = constant(known) {
        return Ok(constant);
    }
    let as_date = date(table, known).map(|(role, ..)| role);
    // A month is a level, too, where a person would have it so.
    if as_date.is_some_and(|role| !matches!(role, Role::Date { order: Some(DateOrder::Period), .. })) {
        let message = format!(
            "--keep names {}, which holds dates; a model can not learn from a date as such, so add a column with the days until or since it",
            quoted(known.column.name())
        );
        return Err(Error::new(ErrorKind::Schema, message).at(table.file(), 0, 0));
    }
    Ok(match format(shape, habit) {
        Some((format, why)) if known.texts.len() > 1 => {
            (Role::Number(format), ["kept, as you said", &why].concat(), !why.is_empty())
        }
        _ => (Role::Category, "kept, as you said".into(), false),
    })
}

fn constant(known: &Known<'_>) -> Option<Judgement> {
    match &known.texts[..] {
        [] => Some((Role::Excluded, "no row has a value".into(), true)),
        [only] if known.missing_rows == 0 => {
            Some((Role::Excluded, format!("every row has {}", quoted(&shorten(only.text))), true))
        }
        _ => None,
    }
}

/// What identifies a person or a row by its form, whether or not it repeats.
fn personal(table: &Table, known: &Known<'_>) -> Option<Judgement> {
    let mostly = |is_kind| share_is(&known.texts, ALIKE_SHARE, false, is_kind);
    let holding = |is_kind| share_is(&known.texts, HOLDING_SHARE, true, is_kind);
    let name = known.column.name();
    // Beside a first name also few.
    let beside = || table.columns().iter().any(|column| is_name(column.name()));
    let of_people =
        || may_be_name(name) && (known.texts.len() > FEW_TEXTS || beside()) && mostly(is_text_of_names);
    let what = if is_name(name) || of_people() {
        "names of people"
    } else if let Some(what) = number_of(name).filter(|_| mostly(is_of_digits)) {
        what
    } else if mostly(is_email) {
        "e-mail addresses"
    } else if mostly(is_phone) {
        "phone numbers"
    } else if mostly(is_uuid) {
        "universally unique ids"
    } else if mostly(is_iban) {
        "bank account numbers"
    } else if holding(holds_email) {
        "texts with e-mail addresses"
    } else if holding(holds_phone) {
        "texts with phone numbers"
    } else {
        return None;
    };
    Some((Role::Id, what.into(), true))
}

/// An identifier that repeats, as the name of the column says: it must not become levels.
fn named_id(known: &Known<'_>) -> Option<Judgement> {
    let distinct = known.texts.len();
    let is_whole = || known.texts.iter().all(|known| known.text.bytes().all(|byte| byte.is_ascii_digit()));
    // Whole numbers of which each is different are looked at as numbers.
    let may_be = || (distinct as u64) < known.rows || !is_whole();
    let is_id = says_id(known.column.name()) && identifies(known) && may_be();
    is_id.then(|| {
        (Role::Id, format!("the name says id, {distinct} different values in {} rows", known.rows), true)
    })
}

pub(super) fn says_id(name: &str) -> bool {
    let words = words(name);
    words.last().is_some_and(|last| ["id", "uuid", "guid", "uid", "vid"].contains(&&**last))
        || words.starts_with(&["record".to_owned(), "id".to_owned()])
}

/// Whether there are so many different texts that each stands for few rows only.
pub(super) fn identifies(known: &Known<'_>) -> bool {
    let distinct = known.texts.len();
    distinct > FEW_TEXTS && distinct as f64 >= NAMED_ID_SHARE * known.rows as f64
}

fn number(table: &Table, known: &Known<'_>, shape: &Shape, habit: Habit) -> Option<Judgement> {
    let (number_format, why) = format(shape, habit)?;
    let name_words = words(known.column.name());
    let last = name_words.last().map_or("", String::as_str);
    if let Shape::Mostly { other, row, .. } = shape {
        // Some codes have letters.
        if says_key(known.column.name()) || CODES.contains(&last) {
            return None;
        }
        let line = table.line(*row);
        // A cell without the unit of the others is read as theirs.
        let but = if number_format.parse(other).is_some() { "also without their unit" } else { "but not" };
        let why = format!("numbers, {but} {} (line {line}){why}", quoted(&shorten(other)));
        return Some((Role::Number(number_format), why, true));
    }
    let is_whole = known
        .texts
        .iter()
        .all(|known| whole(known.text).trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()));
    let (distinct, rows) = (known.texts.len(), known.rows);
    if is_whole && rows >= FEW_ROWS {
        if rows == distinct as u64 && is_running(known) {
            return Some((Role::Id, "a running number".into(), true));
        }
        let identifies = || says_key(known.column.name()) || says_id(known.column.name());
        if distinct as f64 >= ID_SHARE * rows as f64 && identifies() {
            let different = if rows == distinct as u64 {
                "every value is different".into()
            } else {
                format!("{distinct} different values in {rows} rows")
            };
            return Some((Role::Id, format!("{different}, and the name says that it identifies"), true));
        }
    }
    if is_whole && says_id(known.column.name()) {
        return Some((Role::Category, "codes: the name says id, and values repeat".into(), true));
    }
    if known.texts.len() == 1 {
        return Some((Role::Category, "one value only: known or not".into(), false));
    }
    let days = days(known);
    let notable = !why.is_empty() || !days.is_empty();
    let why = if why.is_empty() { describe(&number_format) } else { why.trim_start_matches("; ").to_owned() };
    Some((Role::Number(number_format), why + &days, notable))
}

/// That numbers may be days, and what to do if they are.
fn days(known: &Known<'_>) -> String {
    counted::may_be_days(known).map_or_else(String::new, |[first, last]| {
        format!(
            "; may be days, as spreadsheets count them, from {first} to {last}: if so, --schema with {} = {{ role = \"date\", order = \"number\" }}",
            key(known.column.name())
        )
    })
}

fn text(known: &Known<'_>, shape: &Shape) -> Judgement {
    let distinct = known.texts.len();
    let different = distinct as f64 / known.rows as f64;
    let letters: usize = known.texts.iter().map(|known| known.text.chars().count()).sum();
    let length = letters as f64 / distinct as f64;
    let remark = remark(known, shape);
    if distinct > FEW_TEXTS && different >= ID_SHARE && length <= ID_LENGTH {
        return (Role::Id, format!("{distinct} different values in {} rows{remark}", known.rows), true);
    }
    let frequent = || known.texts.iter().filter(|known| known.count >= MIN_LEVEL_LEADS as u64);
    let covered: u64 = frequent().map(|known| known.count).sum();
    let mostly_rare = distinct > FEW_TEXTS && (covered as f64) < MOSTLY_COMMON * known.rows as f64;
    let rare =
        if mostly_rare { "; most leads have a rare one, and all of these are taken for one" } else { "" };
    let is_notable = mostly_rare || !remark.is_empty();
    if distinct > FEW_TEXTS
        && length <= 2.0 * ID_LENGTH
        && covered as f64 >= FREQUENT_SHARE * known.rows as f64
    {
        // Such as job titles: the common ones say something, and the others are pooled.
        let levels = format!("{distinct} levels, {} of them common{rare}{remark}", frequent().count());
        return (Role::Category, levels, is_notable);
    }
    if distinct > FEW_TEXTS && (different > TEXT_SHARE || length > 2.0 * ID_LENGTH) {
        let why = format!("free text, {distinct} different values in {} rows{remark}", known.rows);
        return (Role::Text, why, true);
    }
    let levels =
        if distinct == 1 { "one value only: known or not".into() } else { format!("{distinct} levels") };
    (Role::Category, levels + rare + &remark, is_notable)
}

/// The format of a column of numbers, and what is doubtful about it.
pub(super) fn format(shape: &Shape, habit: Habit) -> Option<(NumberFormat, String)> {
    match shape {
        Shape::Sure(format) => Some((format.clone(), String::new())),
        Shape::Ambiguous { sign, unit, grouped } => {
            let (format, why) = habit.resolve(*sign, unit.clone(), *grouped);
            Some((format, format!("; {why}")))
        }
        // The typed column reports it.
        Shape::TwoWays { unit } => {
            let why = "; numbers that could mean thousands or fractions, some with a point and some with a comma: say which";
            Some((NumberFormat { unit: unit.clone(), ..NumberFormat::default() }, why.into()))
        }
        Shape::Mostly { numbers: Some(numbers), .. } => format(numbers, habit),
        Shape::Mostly { .. } | Shape::Codes | Shape::No => None,
    }
}

fn describe(format: &NumberFormat) -> String {
    let group = format.group.map_or_else(String::new, |group| format!("1{group}"));
    let unit = format.unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
    if *format == NumberFormat::default() {
        "numbers".into()
    } else {
        format!("numbers written like {group}234{}5{unit}", format.decimal)
    }
}
