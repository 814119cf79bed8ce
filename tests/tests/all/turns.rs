//! What fields say may change over the period that was learnt from: this is said, and what does not change is not accused.

use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::train::leads::{Column, Dates, Groups, Leads, Values};
use sales_ready::train::{Finding, FindingKind, Options, train};
use sales_ready::{ErrorKind, Instant, Lead, Model, sigmoid};
use sales_ready_tests::random::Random;

const DAY: i64 = 86_400;
/// Something at a time from 0 to 1.
type Along = fn(f64) -> f64;
/// Leads of one account, where there are accounts.
const EACH: usize = 8;

/// What becomes of tables of a year in which three numbers say something, the first so much at a time from 0 to 1.
struct World {
    leads: usize,
    first: Along,
    /// How the log-odds of all move.
    level: Along,
    accounts: bool,
}

impl World {
    fn draw(&self, seed: u64) -> Leads {
        let mut random = Random::new(seed);
        let accounts: Vec<[f64; 2]> =
            (0..=self.leads / EACH).map(|_| [random.normal(), random.normal()]).collect();
        let mut numbers = vec![Vec::new(); 5];
        let (mut label, mut seconds, mut codes) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..self.leads {
            let time = row as f64 / self.leads as f64;
            let account = random.below(accounts.len());
            let [of_first, of_chance] = accounts[account];
            for own in &mut numbers {
                own.push(random.normal());
            }
            let mut logit = (self.level)(time) + 0.5 * numbers[1][row] - 0.7 * numbers[2][row];
            if self.accounts {
                numbers[0][row] = 0.8 * of_first + 0.6 * numbers[0][row];
                logit += 0.8 * of_chance;
            }
            logit += (self.first)(time) * numbers[0][row];
            label.push(random.chance(sigmoid(logit)));
            seconds.push(1_700_000_000 + (time * 365.0) as i64 * DAY);
            codes.push(account as u32);
        }
        let kind = FieldKind::Number(NumberFormat::default());
        let column = |(place, numbers): (usize, Vec<f64>)| {
            Column::new(Field::new(format!("number {place}"), kind.clone()), Values::Numbers(numbers.into()))
        };
        let groups = self.accounts.then(|| Groups { field: "account".into(), codes });
        Leads {
            target: Target::new("converted", "yes"),
            label,
            weights: None,
            columns: numbers.into_iter().enumerate().map(column).collect(),
            dates: Some(Dates { field: "created".into(), seconds, until: None, span: 0 }),
            groups,
            excluded: vec![],
        }
    }

    fn turns(&self, seed: u64) -> Vec<Finding> {
        turns(train(&self.draw(seed), &Options::default(), &mut |_| ()).expect("a sound table").findings)
    }
}

fn turns(findings: Vec<Finding>) -> Vec<Finding> {
    findings.into_iter().filter(|finding| finding.kind == FindingKind::ConceptDrift).collect()
}

#[test]
fn a_field_that_turns_is_named_and_no_other() {
    let worlds: [(&str, Along); 3] = [
        ("turns at six tenths", |time| if time < 0.6 { 1.0 } else { -0.5 }),
        ("fades", |time| 1.6 * (1.0 - time)),
        ("comes", |time| if time < 0.5 { 0.0 } else { 1.2 }),
    ];
    for (name, first) in worlds {
        let world = World { leads: 2_000, first, level: |_| -1.2, accounts: false };
        for seed in 0..2 {
            let turns = world.turns(seed);
            let fields: Vec<_> = turns.iter().filter_map(|finding| finding.field.as_deref()).collect();
            assert_eq!(fields, ["number 0"], "{name}, {seed}");
            assert!(turns.iter().all(|finding| !finding.excluded && finding.evidence.contains("2024-05-")));
        }
    }
}

#[test]
fn what_does_not_change_is_not_accused() {
    let steady: Along = |_| 1.0;
    let worlds = [
        World { leads: 800, first: steady, level: |_| -1.2, accounts: false },
        // The rate rises eightfold.
        World { leads: 2_000, first: steady, level: |time| -2.2 + 2.2 * time, accounts: false },
        World { leads: 1_600, first: steady, level: |_| -1.2, accounts: true },
    ];
    for (place, world) in worlds.iter().enumerate() {
        let accused = (0..5).filter(|seed| !world.turns(100 + seed).is_empty()).count();
        // If one in a hundred tables were accused, two of five would be with a chance of 0.1 %.
        assert!(accused <= 1, "world {place}: {accused} of 5");
    }
}

#[test]
fn the_newer_leads_alone_say_what_holds_now() {
    let turns_back: Along = |time| if time < 0.5 { 1.0 } else { -1.0 };
    let leads = World { leads: 2_000, first: turns_back, level: |_| -1.2, accounts: false }.draw(5);
    let slope = |model: &Model| {
        let logit = |x: f64| model.logit(&Lead::new().with("number 0", x)).expect("its own field");
        logit(1.0) - logit(-1.0)
    };
    let mut options = Options::default();
    let all = train(&leads, &options, &mut |_| ()).expect("a sound table");
    assert!(!turns(all.findings).is_empty());
    let dates = leads.dates.as_ref().expect("it has dates");
    options.since = Some(Instant::from_millis(dates.seconds[1_000] * 1_000));
    let newer = train(&leads, &options, &mut |_| ()).expect("a sound table");
    let first = dates.seconds.iter().position(|second| *second == dates.seconds[1_000]).expect("its own");
    assert_eq!(newer.learnt, (first..2_000).collect::<Vec<_>>());
    assert!(newer.held_out.rows.iter().all(|row| *row >= first));
    assert_eq!(turns(newer.findings.clone()), []);
    // Its truth is a slope of -1, over two.
    let found = slope(&newer.model);
    assert!((-2.8..-1.2).contains(&found), "{found}");
    let older = newer.findings.iter().find(|finding| finding.kind == FindingKind::Older).expect("it is told");
    assert!(older.evidence.starts_with(&format!("{first} of 2000 leads are older than 2024-")), "{older:?}");
}

#[test]
fn a_time_from_which_nothing_can_be_learnt_is_refused() {
    let mut leads = World { leads: 400, first: |_| 1.0, level: |_| -1.2, accounts: false }.draw(6);
    let mut options = Options::default();
    options.since = Some(Instant::from_millis(4_000_000_000_000));
    let refused = |leads: &Leads| train(leads, &options, &mut |_| ()).expect_err("nobody is left");
    let error = refused(&leads);
    assert_eq!(error.kind(), ErrorKind::TooFewLeads);
    assert!(
        error.message().starts_with("400 of 400 leads are older than 2096-10-02; the others hold 0"),
        "{error}"
    );
    leads.dates = None;
    assert_eq!(refused(&leads).kind(), ErrorKind::BadOption);
}
