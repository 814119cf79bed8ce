//! What is in a touch log, counted.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::Serialize;

use super::bots::{self, Bots, Mail};
use super::store::Record;
use super::taxonomy::plain;
use crate::error::quoted;
use crate::lead::{DAY, Instant};
use crate::touch::{Side, Stage};
use crate::train::text::some_of;
use crate::train::until::{End, Latest};

/// What is in a touch log.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// The rows of the file.
    pub rows: u64,
    /// The touches that count.
    pub touches: u64,
    /// The leads.
    pub leads: u64,
    /// When the first touch was; absent where there is none.
    pub first: Option<Instant>,
    /// When the last touch was.
    pub last: Option<Instant>,
    /// The last few, where they are long after all others.
    pub late: Option<Late>,
    /// The kinds, in alphabetical order.
    pub kinds: Vec<KindCount>,
    /// Rows that say again what another said, in every cell.
    pub duplicates: u64,
    /// Touches that programs made.
    pub bots: Bots,
    /// Whether those count all the same.
    pub bots_kept: bool,
}

/// Touches long after all others: planned ones, or dates that were mistyped. Outcomes are not taken as known so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Late {
    /// How many they are.
    pub touches: u64,
    /// The last of all others.
    pub after: Instant,
    /// When the first of them was.
    pub from: Instant,
    /// Whole days between these two.
    pub days: u64,
}

/// The touches of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KindCount {
    /// The kind.
    pub kind: String,
    /// How many touches are of it.
    pub touches: u64,
    /// How many leads have any.
    pub leads: u64,
    /// Whether it came from a name that is [known](super::taxonomy::Taxonomy); else it is the name in the log.
    pub known: bool,
    /// Who is in contact with the lead, where that is known of the kind.
    pub side: Option<Side>,
    /// How far on its way to buying a lead is that does this, where that is known of the kind.
    pub stage: Option<Stage>,
}

/// So many unknown kinds are named in a sentence.
const NAMED: usize = 8;

impl Tally {
    /// Up to when the log knows what happened: its last touch, but for late ones.
    pub fn known_until(&self) -> Option<Instant> {
        self.late.map_or(self.last, |late| Some(late.after))
    }

    /// What was left out, and what is not known, in sentences for people. `seconds` says whether times tell seconds.
    pub(super) fn notes(&self, seconds: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if self.duplicates > 0 {
            let (repeat, they) =
                if self.duplicates == 1 { ("repeats", "the two") } else { ("repeat", "they") };
            let rows = rows(self.duplicates);
            notes.push(format!("{rows} {repeat} another row in every cell; {they} count once"));
        }
        if let Some(Late { touches, after, from, days }) = self.late {
            notes.push(format!(
                "the last {} {days} days after all others, from {from} on: planned, or mistyped? They do not say up to when outcomes are known, but the last of all others does, {after}; say another time with --until",
                if touches == 1 { "touch is".to_owned() } else { format!("{touches} touches are") }
            ));
        }
        let did = if self.bots_kept { "counted all the same" } else { "left out" };
        for (count, why) in [
            (self.bots.agents, "whose agent is a scanner's or a crawler's"),
            (self.bots.bursts, "that are clicks in bursts (3 or more within 10 seconds)"),
            (self.bots.openings, "that are mails opened less than a second after they were sent"),
        ] {
            if count > 0 {
                notes.push(format!("{did}: {count} {} {why}", if count == 1 { "touch" } else { "touches" }));
            }
        }
        let mails = self.kinds.iter().any(|kind| matches!(Mail::of(&kind.kind), Mail::Open | Mail::Click));
        if mails && !seconds {
            notes.push(
                "times tell no seconds, so that bursts of clicks and openings under a second can not be told"
                    .into(),
            );
        }
        let unknown: Vec<&KindCount> = self.kinds.iter().filter(|kind| !kind.known).collect();
        if !unknown.is_empty() {
            notes.push(format!(
                "kept under their own names, since they are not known: {}; say what they are in the schema file, under [touches.kinds]",
                some_of(NAMED, unknown.iter().map(|kind| quoted(&kind.kind)))
            ));
        }
        notes.extend(self.alike());
        notes
    }

    /// Kinds whose names differ in spelling alone: they are not made one, for pages name kinds as the model does, and to the
    /// letter.
    fn alike(&self) -> Option<String> {
        let mut kinds: BTreeMap<String, Vec<&KindCount>> = BTreeMap::new();
        for kind in self.kinds.iter().filter(|kind| !kind.known) {
            kinds.entry(plain(&kind.kind)).or_default().push(kind);
        }
        kinds.retain(|plain, kinds| !plain.is_empty() && kinds.len() > 1);
        let most = |kinds: &[&KindCount]| {
            kinds.iter().rev().max_by_key(|kind| kind.touches).map(|kind| kind.kind.clone())
        };
        let one = kinds.values().find_map(|kinds| most(kinds))?;
        let lists: Vec<String> = kinds
            .values()
            .take(NAMED)
            .map(|kinds| {
                let names: Vec<String> =
                    kinds.iter().take(NAMED).map(|kind| quoted(&kind.kind).to_string()).collect();
                names.join(" and ")
            })
            .collect();
        let more = kinds.len() - lists.len();
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        Some(format!(
            "kinds of their own, although they differ in spelling alone: {}{more}; make one of them in the schema file, under [touches.kinds], such as {one} = {{ kind = {one} }}, which holds for all spellings",
            lists.join(", "),
            one = quoted(&one)
        ))
    }
}

fn rows(count: u64) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}

/// What was counted while touches were put right.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) duplicates: u64,
    pub(super) bots: Bots,
    /// How many touches there are of each kind, and how many leads that have any.
    pub(super) kinds: Vec<(u64, u64)>,
    /// For each kind, the last lead that has any, counted from 1.
    last: Vec<u64>,
    leads: u64,
    /// The first and the last instant, in milliseconds.
    pub(super) period: Option<(i64, i64)>,
    /// Where the instants end, in milliseconds.
    latest: Latest<DAY>,
}

impl Counts {
    /// Puts the touches of a lead in order, each once, without those that programs made.
    pub(super) fn put_right(
        &mut self,
        records: &mut Vec<Record>,
        mails: &[Mail],
        seconds: bool,
        keep_bots: bool,
    ) {
        records.sort_unstable_by(Record::compare);
        let before = records.len();
        records.dedup_by(|a, b| a.compare(b).is_eq());
        self.duplicates += (before - records.len()) as u64;
        let mail = |record: &Record| mails[usize::from(record.kind)];
        if seconds && records.iter().any(|record| matches!(mail(record), Mail::Open | Mail::Click)) {
            let touches: Vec<(i64, Mail)> = records.iter().map(|record| (record.at, mail(record))).collect();
            let mut made = Vec::new();
            self.bots += bots::find(&touches, &mut made);
            let mut made = made.iter();
            if !keep_bots {
                records.retain(|_| !made.next().is_some_and(|made| *made));
            }
        }
        self.leads += 1;
        self.kinds.resize(mails.len(), (0, 0));
        self.last.resize(mails.len(), 0);
        for record in &*records {
            let kind = usize::from(record.kind);
            let (touches, leads) = &mut self.kinds[kind];
            *touches += 1;
            *leads += u64::from(self.last[kind] != self.leads);
            self.last[kind] = self.leads;
        }
        if let (Some(first), Some(last)) = (records.first(), records.last()) {
            self.add_period((first.at, last.at));
        }
        for record in &*records {
            self.latest.keep(record.at);
        }
    }

    /// The last few touches, where they are long after all others.
    pub(super) fn late(&self) -> Option<Late> {
        let End { last, late } = self.latest.end()?;
        late.map(|late| Late {
            touches: late.count,
            after: Instant::from_millis(last),
            from: Instant::from_millis(late.from),
            days: late.days,
        })
    }

    fn add_period(&mut self, (first, last): (i64, i64)) {
        let (earliest, latest) = self.period.unwrap_or((first, last));
        self.period = Some((earliest.min(first), latest.max(last)));
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.duplicates += other.duplicates;
        self.bots += other.bots;
        if self.kinds.len() < other.kinds.len() {
            self.kinds.resize(other.kinds.len(), (0, 0));
        }
        for (count, more) in self.kinds.iter_mut().zip(&other.kinds) {
            count.0 += more.0;
            count.1 += more.1;
        }
        if let Some(period) = other.period {
            self.add_period(period);
        }
        self.latest.merge(other.latest);
    }
}
