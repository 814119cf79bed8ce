//! `sales-ready handoff`

use std::collections::BTreeMap;
use std::path::Path;

use sales_ready::handoff::{Action, Desk, Event, Phase, Rounded};
use sales_ready::train::handing::{self, Reviewed};
use sales_ready::train::touches::feedback;
use sales_ready::train::touches::known::KnownLeads;
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::{Error, ErrorKind, Instant, Result};
use serde::Serialize;

use crate::args::{CsvArgs, HandoffArgs};
use crate::in_place::InPlace;
use crate::input;
use crate::places;
use crate::publish::Prepared;
use crate::streams;
use crate::text::{aligned, count, heading, json, named, notes, print_done, shown};

/// As many reasons of sales are listed.
const REASONS: usize = 10;

pub(crate) fn run(args: &HandoffArgs) -> Result<()> {
    if streams::is_input(&args.state) || streams::is_output(&args.state) {
        let message = format!(
            "expected the name of a file for --state, found {}; it is read, and replaced by what the next run reads",
            args.state.display()
        );
        return Err(Error::new(ErrorKind::BadOption, message));
    }
    let feedback = args.feedback.as_deref().map(|path| ("the feedback", path));
    let outcomes = args.outcomes.as_deref().map(|path| ("the outcomes", path));
    let mut inputs = args.log.places();
    inputs.extend([("the model", args.model.as_path())].into_iter().chain(feedback).chain(outcomes));
    places::check(&inputs, &[("--state", &args.state), ("-o", &args.output)])?;
    if let Some(since) = args.since.filter(|since| *since > args.as_of) {
        let message = format!(
            "expected --since before --as-of, found {since} and {}; exchange the two, or give a later --as-of",
            args.as_of
        );
        return Err(Error::new(ErrorKind::BadOption, message));
    }
    let model = input::model(&args.model)?;
    model.needed_recipe().map_err(|error| input::placed(error, &args.model))?;
    let state = InPlace::read(&args.state, input::whole)?;
    let mut desk = desk(args, state.text())?;
    let events = match &args.feedback {
        Some(path) => said(path, &args.csv)?,
        None => Vec::new(),
    };
    let known = args.log.known(&model, &args.csv)?;
    let schema = input::schema_file(args.log.schema.as_deref())?;
    let outcomes = args.outcomes.as_deref();
    let outcomes = outcomes.map(|path| input::outcomes(path, &args.csv, schema.as_ref())).transpose()?;
    let mut log = args.log.read(&model, &args.csv, schema)?;
    let options =
        handing::Options { policy: args.rules.policy(&model), as_of: args.as_of, since: args.since };
    let outside = handing::outside(log.tally(), args.as_of);
    let histories = log.histories()?;
    let (known, outcomes) = (known.as_ref(), outcomes.as_ref());
    let Reviewed { rounded, notes: of_review } =
        handing::hand_off(&model, &mut desk, histories, known, outcomes, &events, &options)?;
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
    notes.extend(of_review);
    notes.extend(outside);
    let summary = Summary::new(args.as_of, &desk, &rounded, notes);
    let prepared = Prepared::new(&[(&args.output, text), (&args.state, desk.to_json())])?;
    prepared.publish_over(&state)?;
    let text = if args.json { json(&summary)? } else { summary.text(args) };
    print_done(&text, streams::is_output(&args.output));
    Ok(())
}

/// The desk in the state file, or a new one.
fn desk(args: &HandoffArgs, state: Option<&str>) -> Result<Desk> {
    if let Some(state) = state {
        if args.start.is_some() {
            let message = format!(
                "--start is for a new state file, but {} is there; leave --start out, or name another file",
                args.state.display()
            );
            return Err(Error::new(ErrorKind::BadOption, message));
        }
        return Desk::from_json(state, &input::name(&args.state));
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
        if !self.notes.is_empty() {
            text += &format!("\n{}", notes(&self.notes));
        }
        if !streams::is_output(&args.output) {
            text += &format!("\nWrote {} and {}.\n", named(&args.output), named(&args.state));
        }
        text
    }
}
