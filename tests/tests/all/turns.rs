//! What fields say may change over the period that was learnt from: this is said, and what does not change is not accused.

use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::sigmoid;
use sales_ready::train::leads::{Column, Dates, Groups, Leads, Values};
use sales_ready::train::{Finding, FindingKind, Options, train};
use sales_ready_tests::random::Random;

const DAY: i64 = 86_400;
/// Leads of one account, where there are accounts.
const EACH: usize = 8;

/// What becomes of tables of a year in which three numbers say something, the first so much at a time from 0 to 1.
struct World {
    leads: usize,
    first: fn(f64) -> f64,
    /// How the log-odds of all move.
    level: fn(f64) -> f64,
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
            target: Target { field: "converted".into(), positive: "yes".into() },
            label,
            weights: None,
            columns: numbers.into_iter().enumerate().map(column).collect(),
            dates: Some(Dates { field: "created".into(), seconds, until: None }),
            groups,
            excluded: vec![],
        }
    }

    fn turns(&self, seed: u64) -> Vec<Finding> {
        let training = train(&self.draw(seed), &Options::default(), &mut |_| ()).expect("a sound table");
        let turns = |finding: &Finding| finding.kind == FindingKind::ConceptDrift;
        training.findings.into_iter().filter(turns).collect()
    }
}

#[test]
fn a_field_that_turns_is_named_and_no_other() {
    let worlds: [(&str, fn(f64) -> f64); 3] = [
        ("turns at six tenths", |time| if time < 0.6 { 1.0 } else { -0.5 }),
        ("fades", |time| 1.6 * (1.0 - time)),
        ("comes", |time| if time < 0.5 { 0.0 } else { 1.2 }),
    ];
    for (name, first) in worlds {
        let world = World { leads: 2_000, first, level: |_| -1.2, accounts: false };
        for seed in 0..3 {
            let turns = world.turns(seed);
            let fields: Vec<_> = turns.iter().filter_map(|finding| finding.field.as_deref()).collect();
            assert_eq!(fields, ["number 0"], "{name}, {seed}");
            assert!(turns.iter().all(|finding| !finding.excluded && finding.evidence.contains("2024-05-")));
        }
    }
}

#[test]
fn what_does_not_change_is_not_accused() {
    let steady: fn(f64) -> f64 = |_| 1.0;
    let worlds = [
        World { leads: 800, first: steady, level: |_| -1.2, accounts: false },
        // The rate rises eightfold.
        World { leads: 2_000, first: steady, level: |time| -2.2 + 2.2 * time, accounts: false },
        World { leads: 1_600, first: steady, level: |_| -1.2, accounts: true },
    ];
    for (place, world) in worlds.iter().enumerate() {
        let accused = (0..8).filter(|seed| !world.turns(100 + seed).is_empty()).count();
        // If one in a hundred tables were accused, two of eight would be with a chance of 0.3 %.
        assert!(accused <= 1, "world {place}: {accused} of 8");
    }
}
