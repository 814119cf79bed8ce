//! `sales-ready handoff`

use std::collections::BTreeMap;
use std::path::Path;

use sales_ready::handoff::{Action, Desk, Event, HandoffPolicy, Phase, Rounded, Thresholds};
use sales_ready::train::handing;
use sales_ready::train::touches::known::{KnownLeads, fields_beside_touches};
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::touches::log::{self, Log};
use sales_ready::train::touches::{Tally, feedback};
use sales_ready::{Error, ErrorKind, Instant, Model, Result};
use serde::Serialize;

use crate::args::{CsvArgs, HandoffArgs, LogArgs, RuleArgs};
use crate::input;
use crate::output::{aligned, count, heading, json, print, print_aside, shown};
use crate::places::{self, Place};
use crate::publish::Prepared;

/// As many reasons of sales are listed.
const REASONS: usize = 10;
/// So many days after the last touch, a log looks as if it had not been exported anew: hardly any has a gap of four weeks.
const LONG_AFTER: i64 = 28;

pub(crate) fn run(args: &HandoffArgs) -> Result<()> {
    let feedback = args.feedback.as_deref().map(|path| ("the feedback", path));
    let outcomes = args.outcomes.as_deref().map(|path| ("the outcomes", path));
    let mut inputs = args.log.places();
    inputs.extend([("the model", args.model.as_path())].into_iter().chain(feedback).chain(outcomes));
    places::check(&inputs, &[("--state", &args.state), ("-o", &args.output)])?;
    let model = input::model(&args.model)?;
    model.recipe().map(drop).ok_or_else(|| {
        let message = "expected a model that has learnt from touches; train one with --touches";
        Error::new(ErrorKind::MissingField, message).at(input::name(&args.model), 0, 0)
    })?;
    let mut desk = desk(args)?;
    let events = match &args.feedback {
        Some(path) => said(path, &args.csv)?,
        None => Vec::new(),
    };
    let known = args.log.known(&model, &args.csv)?;
    let outcomes = args.outcomes.as_deref().map(|path| args.log.outcomes(path, &args.csv)).transpose()?;
    let mut log = args.log.read(&args.csv)?;
    let options =
        handing::Options { policy: args.rules.policy(&model), as_of: args.as_of, since: args.since };
    let outside = outside(log.tally(), args.as_of);
    let histories = log.histories()?;
    let (known, outcomes) = (known.as_ref(), outcomes.as_ref());
    let rounded = handing::hand_off(&model, &mut desk, histories, known, outcomes, &events, &options)?;
    let mut text = Vec::new();
    handing::write(&rounded.decisions, args.format, args.since.is_some(), &mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let nobody = model.policy().flags_nobody();
    let mut notes: Vec<String> =
        nobody.map(|why| format!("no score brings a lead to sales: {why}")).into_iter().collect();
    notes.extend(log.notes().iter().cloned());
    notes.extend(args.log.unknown_fields(&model));
    notes.extend(known.into_iter().flat_map(KnownLeads::notes).cloned());
    notes.extend(outcomes.into_iter().flat_map(Outcomes::notes).cloned());
    notes.extend(late(&rounded));
    notes.extend(stray(&desk, &rounded, &events));
    notes.extend(outside);
    let summary = Summary::new(args.as_of, &desk, &rounded, notes);
    Prepared::new(&[(&args.output, text), (&args.state, desk.to_json())])?.publish()?;
    let text = if args.json { json(&summary)? } else { summary.text(args) };
    if input::is_standard(&args.output) {
        print_aside(&text);
        return Ok(());
    }
    print(&text)
}

/// The desk in the state file, or a new one.
fn desk(args: &HandoffArgs) -> Result<Desk> {
    if args.state.exists() {
        if args.start.is_some() {
            let message = format!(
                "--start is for a new state file, but {} is there; leave --start out, or name another file",
                args.state.display()
            );
            return Err(Error::new(ErrorKind::BadOption, message));
        }
        return Desk::from_json(&input::text(&args.state)?, &input::name(&args.state));
    }
    match args.start {
        Some(start) if start > args.as_of => {
            let message = format!(
                "expected --start before --as-of, found {start} and {}; exchange the two, or give a later --as-of",
                args.as_of
            );
            Err(Error::new(ErrorKind::BadOption, message))
        }
        Some(start) => Ok(Desk::starting(start)),
        None => Ok(Desk::default()),
    }
}

fn said(path: &Path, csv: &CsvArgs) -> Result<Vec<(String, Event)>> {
    input::read(path, "reading the feedback", |source, name, progress| {
        feedback::read(source, name, &input::csv_options(csv), progress)
    })
}

impl LogArgs {
    /// The files that are read.
    pub(crate) fn places(&self) -> Vec<Place<'_>> {
        let leads = self.leads.as_deref().map(|path| ("the leads", path));
        let schema = self.schema.as_deref().map(|path| ("the schema", path));
        [("the touches", self.touches.as_path())].into_iter().chain(leads).chain(schema).collect()
    }

    /// The touches.
    pub(crate) fn read(&self, csv: &CsvArgs) -> Result<Log> {
        let schema = input::schema_file(self.schema.as_deref())?;
        let options = log::Options { csv: input::csv_options(csv), schema, ..log::Options::default() };
        input::touches_through(&self.touches, &options, |source| source)
    }

    /// What else is known of the leads.
    pub(crate) fn known(&self, model: &Model, csv: &CsvArgs) -> Result<Option<KnownLeads>> {
        let Some(path) = &self.leads else { return Ok(None) };
        input::read(path, "reading the leads", |source, name, progress| {
            KnownLeads::read(model, source, name, &input::csv_options(csv), progress).map(Some)
        })
    }

    /// What became of the leads.
    pub(crate) fn outcomes(&self, path: &Path, csv: &CsvArgs) -> Result<Outcomes> {
        input::outcomes(path, csv, input::schema_file(self.schema.as_deref())?.as_ref())
    }

    /// A note on fields that nobody gave.
    pub(crate) fn unknown_fields(&self, model: &Model) -> Option<String> {
        let fields = fields_beside_touches(model);
        (self.leads.is_none() && !fields.is_empty()).then(|| {
            let names: Vec<String> = fields.iter().map(|field| shown(&field.name, 40)).collect();
            format!("not known of any lead, since there is no --leads: {}", names.join(", "))
        })
    }
}

impl RuleArgs {
    /// The rules for a model.
    pub(crate) fn policy(&self, model: &Model) -> HandoffPolicy {
        let policy = HandoffPolicy::new(model.policy());
        let thresholds = policy
            .thresholds
            .map(|Thresholds { enter, .. }| Thresholds { enter, leave: enter - self.leave_below });
        HandoffPolicy { thresholds, dwell: self.dwell, cool_down: self.cool_down, capacity: self.capacity }
    }
}

/// A note on leads that sales speak of and no file has.
fn stray(desk: &Desk, rounded: &Rounded, events: &[(String, Event)]) -> Option<String> {
    let scored: BTreeMap<&str, bool> =
        rounded.decisions.iter().map(|decision| (decision.lead.as_str(), decision.logit.is_some())).collect();
    let mut stray: Vec<&str> = events
        .iter()
        .map(|(lead, _)| lead.as_str())
        .filter(|lead| desk.lead(lead).is_some() && scored.get(lead) == Some(&false))
        .collect();
    stray.sort_unstable();
    stray.dedup();
    let first = stray.first()?;
    let others = if stray.len() > 1 { format!(" and {} others", stray.len() - 1) } else { String::new() };
    Some(format!("sales speak of leads that the touches do not have: {}{others}", shown(first, 40)))
}

/// A day of which the log says nothing.
fn outside(log: &Tally, as_of: Instant) -> Option<String> {
    let (first, last) = (log.first?, log.known_until()?);
    if as_of < first {
        return Some(format!(
            "--as-of, {as_of}, is before the first touch, {first}: no lead had been touched; give a later day"
        ));
    }
    let days = as_of.day() - last.day();
    (days > LONG_AFTER).then(|| {
        format!(
            "--as-of, {as_of}, is {days} days after the last touch, {last}, and scores fade; give an earlier day, or a log that \
             goes on until then"
        )
    })
}

/// What sales said too late for it to count.
fn late(rounded: &Rounded) -> Option<String> {
    let first = shown(rounded.late.first()?, 40);
    Some(match rounded.late.len() {
        1 => format!(
            "1 row of feedback is ignored, of the lead {first}: something that was said later had been heard of it before"
        ),
        rows => format!(
            "{rows} rows of feedback are ignored: something that was said later had been heard of their leads before; the first is of {first}"
        ),
    })
}

/// What was decided, in numbers.
#[derive(Serialize)]
struct Summary {
    as_of: String,
    actions: BTreeMap<&'static str, u64>,
    states: BTreeMap<&'static str, u64>,
    rejections: Vec<Rejection>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Rejection {
    reason: String,
    leads: u64,
}

impl Summary {
    fn new(as_of: Instant, desk: &Desk, rounded: &Rounded, notes: Vec<String>) -> Self {
        let mut actions: BTreeMap<&str, u64> =
            [Action::ToSales, Action::ToMarketing, Action::Noted, Action::Stay]
                .map(|action| (action.as_str(), 0))
                .into();
        for decision in &rounded.decisions {
            *actions.entry(decision.action.as_str()).or_default() += 1;
        }
        let mut states: BTreeMap<&str, u64> =
            [Phase::Nurture, Phase::SalesReady, Phase::Accepted, Phase::HandedBack]
                .map(|phase| (phase.as_str(), 0))
                .into();
        for (_, followed) in desk.leads() {
            *states.entry(followed.state.phase.as_str()).or_default() += 1;
        }
        let rejections = rounded.rejections.iter().take(REASONS);
        let rejections =
            rejections.map(|(reason, leads)| Rejection { reason: reason.clone(), leads: *leads }).collect();
        Self { as_of: as_of.to_string(), actions, states, rejections, notes }
    }

    fn text(&self, args: &HandoffArgs) -> String {
        let actions = |action: Action| count(self.actions.get(action.as_str()).copied().unwrap_or(0));
        let mut text = heading(&format!("Hand-off as of {}", self.as_of));
        text += &aligned(&[
            vec![actions(Action::ToSales), "go to sales".into()],
            vec![actions(Action::ToMarketing), "come back to marketing".into()],
            vec![
                actions(Action::Noted),
                "are sales' already: accepted, converted, closed or handed to them otherwise".into(),
            ],
            vec![actions(Action::Stay), "stay where they are".into()],
        ]);
        let states: Vec<Vec<String>> =
            self.states.iter().map(|(state, leads)| vec![count(*leads), (*state).to_owned()]).collect();
        text += &format!("\n{}{}", heading("Where leads are now"), aligned(&states));
        if !self.rejections.is_empty() {
            let rows: Vec<Vec<String>> = self
                .rejections
                .iter()
                .map(|Rejection { reason, leads }| vec![count(*leads), shown(reason, 80)])
                .collect();
            text += &format!("\n{}{}", heading("Why sales handed leads back"), aligned(&rows));
        }
        for (place, note) in self.notes.iter().enumerate() {
            let gap = if place == 0 { "\n" } else { "" };
            text += &format!("{gap}  {}\n", shown(note, 400));
        }
        if !input::is_standard(&args.output) {
            text += &format!("\nWrote {} and {}.\n", args.output.display(), args.state.display());
        }
        text
    }
}
