//! `sales-ready explain`

use sales_ready::model::{Readiness, ThresholdBasis};
use sales_ready::train::scoring::explain_row;
use sales_ready::{Contribution, Error, ErrorKind, Explanation, Lead, Model, Result, probability_in_words};

use crate::args::ExplainArgs;
use crate::input;
use crate::places;
use crate::text::{heading, json, of_100, print, print_aside, shown};

/// Reasons shown on each side.
const REASONS: usize = 5;
/// A smaller one would be shown as 0.00.
const LEAST: f64 = 0.005;

pub(crate) fn run(args: &ExplainArgs) -> Result<()> {
    let leads = args.input.as_deref().map(|path| ("the leads", path));
    places::check(&[("the model", &*args.model)].into_iter().chain(leads).collect::<Vec<_>>(), &[])?;
    let model = input::model(&args.model)?;
    let explanation = match (&args.lead, &args.input) {
        (Some(lead), _) => {
            let lead = parse(lead)?;
            warn_of_unknown(&model, &lead);
            model.explain(&lead).map_err(|error| error.at("--lead", 0, 0))?
        }
        (None, Some(path)) => {
            let options = input::csv_options(&args.csv);
            input::read(path, "reading", |source, name, _| {
                explain_row(&model, source, name, &options, args.row.unwrap_or(0))
            })?
        }
        (None, None) => {
            return Err(Error::new(ErrorKind::BadOption, "expected a CSV file with --row, or --lead"));
        }
    };
    print(&if args.json { json(&explanation)? } else { text(&model, &explanation) })
}

fn parse(lead: &str) -> Result<Lead<'static>> {
    serde_json::from_str(lead).map_err(|error| {
        let text = error.to_string();
        // The place stands in front of the message already.
        let what = text.split_once(" at line ").map_or(&*text, |(what, _)| what);
        let message =
            format!("expected a JSON object of fields and values, such as {{\"visits\": 4}}: {what}");
        Error::new(ErrorKind::BadOption, message).at("--lead", error.line() as u64, error.column() as u64)
    })
}

/// A misspelt field would silently count as not known.
fn warn_of_unknown(model: &Model, lead: &Lead<'_>) {
    let names = lead.fields().map(|(name, _)| name);
    let unknown: Vec<&str> = names.filter(|name| model.field(name).is_none()).collect();
    if !unknown.is_empty() {
        print_aside(&format!("note: the model does not read {}\n", shown(&unknown.join(", "), 200)));
    }
}

fn text(model: &Model, explanation: &Explanation) -> String {
    let score = &explanation.score;
    let nobody = model.policy().flags_nobody();
    let mut text = heading(&match (score.readiness, nobody) {
        (Readiness::SalesReady, _) => "Sales-ready: hand it to sales".into(),
        (Readiness::Nurture, _) => "Not sales-ready: keep nurturing".into(),
        (_, Some(why)) => format!("No flag: {why}"),
        (_, None) => "No flag: of this lead less than a quarter of what is usually known is known".into(),
    });
    let mut words = probability_in_words(score.probability).into_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text += &format!("{words}. Grade {}.", score.grade.as_str());
    if score.readiness != Readiness::Abstain {
        text += &match nobody {
            Some(why) => format!(" No lead is flagged: {why}."),
            None => format!(" {}", threshold(model)),
        };
    }
    text.push('\n');
    text += &side(model, "Speaks for it", &explanation.reasons_for(REASONS));
    text += &side(model, "Speaks against it", &explanation.reasons_against(REASONS));
    text
}

fn threshold(model: &Model) -> String {
    let policy = model.policy();
    let because = match policy.basis {
        ThresholdBasis::Economics { .. } => ", where a contact begins to pay",
        _ => "",
    };
    format!("Leads are flagged from a chance of {} in 100 on{because}.", of_100(policy.probability))
}

fn side(model: &Model, title: &str, reasons: &[&Contribution]) -> String {
    let mut reasons = reasons.iter().filter(|reason| reason.logit.abs() >= LEAST).peekable();
    if reasons.peek().is_none() {
        return String::new();
    }
    let mut text = format!("\n{}", heading(title));
    for reason in reasons {
        text += &format!("  {:+.2}  {}\n", reason.logit, shown(&model.sentence(reason), 300));
    }
    text
}
