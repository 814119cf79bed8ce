//! The bundled sample data: leads drawn from a [truth] that is written down.
//!
//! A hidden *interest* drives how much of everything a lead reads, opens and visits, so the counts have many zeros and
//! move together, as in a real export. The outcome is drawn from the log-odds of the truth, which reads only what the
//! file shows: with enough leads, a fitted curve must follow the true one.

mod names;
mod truth;

pub use truth::{Centred, Effect, TrueTerm, Truth, truth};

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use sales_ready::model::{ExcludedField, Field, FieldKind, NumberFormat, Target};
use sales_ready::sigmoid;
use sales_ready::train::leads::{Column, Dates, Leads, MISSING_LEVEL, Values};
use sales_ready::train::schema::MISSING_MARKERS;

use crate::random::Random;
use names::Names;

/// The seed of the bundled leads.
pub const SEED: u64 = 20_240_108;
/// How many leads `sample/leads.csv` has.
pub const ROWS: usize = 4_000;
/// How many leads `sample/new-leads.csv` has.
pub const NEW_ROWS: usize = 200;

/// The columns between the date and the outcome, in the order of the file.
pub const FIELDS: [&str; 18] = [
    "articles_read",
    "reviews_read",
    "case_studies_read",
    "ebooks_downloaded",
    "white_papers_downloaded",
    "interviews_watched",
    "emails_opened",
    "emails_clicked",
    "webinars_attended",
    "pricing_views",
    "searches",
    "days_since_last_touch",
    "marketing_touches",
    "sales_touches",
    "source",
    "industry",
    "company_size",
    "region",
];

/// Leads of one draw, the oldest first.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The leads.
    pub leads: Vec<SampleLead>,
}

/// A made-up lead.
#[derive(Clone, Debug)]
pub struct SampleLead {
    /// Its identifier.
    pub id: String,
    /// When it came in.
    pub created: Date,
    /// Its values, in the order of [`FIELDS`].
    pub cells: [Cell; FIELDS.len()],
    /// Whether sales noted that a draft contract went out: filled in after the outcome, so it leaks it.
    pub contract_draft_sent: bool,
    /// The outcome.
    pub converted: bool,
}

/// A cell of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// Empty.
    Missing,
    /// A number.
    Number(f64),
    /// A level of a category.
    Level(&'static str),
}

/// Draws leads with outcomes over eighteen months.
pub fn generate(seed: u64, rows: usize) -> Sample {
    draw(seed, rows, 10_001, date(2024, 1, 8), 548)
}

/// The text of `sample/leads.csv`: leads with outcomes.
pub fn leads_csv() -> String {
    let mut text = format!("lead_id,created,{},contract_draft_sent,converted\n", FIELDS.join(","));
    for lead in generate(SEED, ROWS).leads {
        lead.write_known(&mut text);
        let draft = if lead.contract_draft_sent { "yes" } else { "" };
        let outcome = if lead.converted { "yes" } else { "no" };
        let _ = writeln!(text, ",{draft},{outcome}");
    }
    text
}

/// The text of `sample/new-leads.csv`: the three weeks after, without outcomes, with made-up names to show on a page.
pub fn new_leads_csv() -> String {
    let mut text = format!("lead_id,company,contact,created,{}\n", FIELDS.join(","));
    let mut random = Random::new(SEED + 2);
    let mut names = Names::default();
    for lead in draw(SEED + 1, NEW_ROWS, 10_001 + ROWS, date(2025, 7, 9), 21).leads {
        let industry = match lead.cell("industry") {
            Cell::Level(industry) => Some(industry),
            _ => None,
        };
        let company = names.company(&mut random, industry);
        let contact = Names::contact(&mut random);
        let mut known = String::new();
        lead.write_known(&mut known);
        // The names stand between the identifier and the date.
        let (id, rest) = known.split_once(',').unwrap_or((&known, ""));
        let _ = writeln!(text, "{id},{company},{contact},{rest}");
    }
    text
}

impl Sample {
    /// The leads as the trainer takes them, without identifier and leak: no CSV needed.
    pub fn to_leads(&self) -> Leads {
        let columns = FIELDS.iter().enumerate().map(|(place, name)| self.column(place, name)).collect();
        let epoch = date(1970, 1, 1);
        let seconds = self.leads.iter().map(|lead| i64::from((lead.created - epoch).get_days()) * 86_400);
        let reason = "filled in after the outcome".to_owned();
        Leads {
            target: Target {
                open: MISSING_MARKERS.map(str::to_owned).to_vec(),
                ..Target::new("converted", "yes")
            },
            label: self.leads.iter().map(|lead| lead.converted).collect(),
            weights: None,
            columns,
            dates: Some(Dates { field: "created".into(), seconds: seconds.collect(), until: None, span: 0 }),
            groups: None,
            excluded: vec![ExcludedField { field: "contract_draft_sent".into(), reason }],
        }
    }

    fn column(&self, place: usize, name: &str) -> Column {
        let cells = || self.leads.iter().map(|lead| lead.cells[place]);
        let mut levels: Vec<String> = cells()
            .filter_map(|cell| match cell {
                Cell::Level(level) => Some(level.to_owned()),
                _ => None,
            })
            .collect();
        levels.sort_unstable();
        levels.dedup();
        let (kind, values) = if levels.is_empty() {
            let number = |cell| match cell {
                Cell::Number(number) => number,
                _ => f64::NAN,
            };
            let numbers = Values::Numbers(cells().map(number).collect());
            (FieldKind::Number(NumberFormat::default()), numbers)
        } else {
            let code = |cell| match cell {
                Cell::Level(level) => levels.partition_point(|other| other.as_str() < level) as u32,
                _ => MISSING_LEVEL,
            };
            let codes = cells().map(code).collect();
            (FieldKind::Category, Values::Levels { levels, codes })
        };
        Column::new(Field::new(name, kind), values)
    }
}

impl SampleLead {
    /// The cell of a field; empty for a field the sample lacks.
    pub fn cell(&self, field: &str) -> Cell {
        FIELDS.iter().position(|name| *name == field).map_or(Cell::Missing, |place| self.cells[place])
    }

    /// Identifier, date and cells, as the file has them. No cell needs quoting.
    fn write_known(&self, text: &mut String) {
        let _ = write!(text, "{},{}", self.id, self.created);
        for cell in self.cells {
            text.push(',');
            match cell {
                Cell::Missing => {}
                Cell::Number(number) => {
                    let _ = write!(text, "{number}");
                }
                Cell::Level(level) => text.push_str(level),
            }
        }
    }
}

fn draw(seed: u64, rows: usize, first_id: usize, first_day: Date, days: usize) -> Sample {
    let truth = truth();
    let mut random = Random::new(seed);
    let mut created: Vec<i64> = (0..rows).map(|_| random.below(days) as u32).map(i64::from).collect();
    created.sort_unstable();
    let lead = |(place, day): (usize, i64)| {
        let mut lead = SampleLead {
            id: format!("L-{}", first_id + place),
            created: first_day.saturating_add(day.days()),
            cells: draw_cells(&mut random),
            contract_draft_sent: false,
            converted: false,
        };
        lead.converted = random.chance(sigmoid(truth.logit(&lead)));
        lead.contract_draft_sent = random.chance(if lead.converted { 0.93 } else { 0.004 });
        lead
    };
    Sample { leads: created.into_iter().enumerate().map(lead).collect() }
}

/// What a lead did and who it is, in the order of [`FIELDS`].
fn draw_cells(random: &mut Random) -> [Cell; FIELDS.len()] {
    let interest = random.normal();
    let mut count = |rate: f64, pull: f64| random.poisson(rate * libm::exp(pull * interest));
    let articles = count(1.4, 1.0);
    let reviews = count(0.6, 0.9);
    let case_studies = count(0.5, 0.9);
    let ebooks = count(0.5, 0.7);
    let white_papers = count(0.4, 0.8);
    let interviews = count(0.35, 0.8);
    let webinars = count(0.25, 0.8);
    let pricing = count(0.5, 1.0);
    let searches = count(0.8, 0.9);
    let adverts = count(2.0, 0.1);
    let sales = count(0.35, 0.6);
    let sent = random.poisson(9.0);
    let opened = random.binomial(sent, sigmoid(-0.6 + 0.8 * interest));
    let clicked = random.binomial(opened, sigmoid(-1.8 + 0.6 * interest));
    let days = random.exponential(26.0 * libm::exp(-0.35 * interest)).min(240.0);
    // Every mail and advert is a marketing touch, and so is most of what a lead asked for itself.
    let asked = random.binomial(ebooks + white_papers + webinars + interviews, 0.8);
    let source = random.weighted(&SOURCES);
    let industry = random.weighted(&INDUSTRIES);
    let size = libm::exp(4.3 + 1.5 * random.normal()).clamp(1.0, 60_000.0);
    let region = random.weighted(&[("North", 3.0), ("East", 2.0), ("South", 3.0), ("West", 4.0)]);
    let opened_unknown = random.chance(0.05);
    let searches_unknown = random.chance(0.03);
    let industry_unknown = random.chance(sigmoid(-1.9 - 0.4 * interest));
    let size_unknown = random.chance(0.34);
    [
        known(articles),
        known(reviews),
        known(case_studies),
        known(ebooks),
        known(white_papers),
        known(interviews),
        unless(opened_unknown, known(opened)),
        known(clicked),
        known(webinars),
        known(pricing),
        unless(searches_unknown, known(searches)),
        Cell::Number(libm::floor(days)),
        known(sent + adverts + asked),
        known(sales),
        Cell::Level(source),
        unless(industry_unknown, Cell::Level(industry)),
        unless(size_unknown, Cell::Number(people(size))),
        Cell::Level(region),
    ]
}

fn known(count: u32) -> Cell {
    Cell::Number(f64::from(count))
}

fn unless(unknown: bool, cell: Cell) -> Cell {
    if unknown { Cell::Missing } else { cell }
}

/// Company sizes as people state them: exact when small, in tens and hundreds when large.
fn people(size: f64) -> f64 {
    let step = match size {
        size if size < 30.0 => 1.0,
        size if size < 200.0 => 5.0,
        size if size < 2_000.0 => 50.0,
        _ => 500.0,
    };
    libm::round(size / step) * step
}

const SOURCES: [(&str, f64); 9] = [
    ("Web search", 30.0),
    ("Online advert", 18.0),
    ("Social media", 15.0),
    ("Newsletter", 10.0),
    ("Referral", 9.0),
    ("Trade fair", 8.0),
    ("Purchased list", 6.0),
    ("Partner", 3.6),
    // Rare on purpose: a level too rare to store must be pooled.
    ("Print advert", 0.3),
];

const INDUSTRIES: [(&str, f64); 8] = [
    ("Software", 20.0),
    ("Manufacturing", 17.0),
    ("Retail", 14.0),
    ("Finance", 12.0),
    ("Health care", 11.0),
    ("Logistics", 10.0),
    ("Construction", 9.0),
    ("Education", 7.0),
];
