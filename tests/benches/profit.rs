//! What a model's policy earns beside that of an oracle that knows each lead's true chance:
//! `cargo bench -p sales-ready-tests --bench profit`.

use sales_ready_tests::touched::Settings;
use sales_ready_tests::touched::profit::{self, Earned};

/// As many seeds, unless said otherwise after `--`.
const SEEDS: u64 = 20;
/// Leads to learn from.
const LEADS: usize = 12_000;
/// Leads to earn with.
const LATER: usize = 16_000;
/// What a conversion is worth, where a contact costs 20.
const VALUES: [f64; 3] = [500.0, 1_000.0, 2_000.0];

fn main() {
    let number = |place: usize| std::env::args().filter_map(|word| word.parse::<u64>().ok()).nth(place);
    let seeds = number(0).unwrap_or(SEEDS);
    let leads = number(1).map_or(LEADS, |leads| leads as usize);
    println!("learns from {leads} leads, earns with {LATER}; a contact costs 20");
    println!(
        "{:>5}  {:>6}  {:>9}  {:>9}  {:>9}  {:>9}  {:>13}",
        "seed", "value", "policy", "oracle", "everyone", "left", "left in mean"
    );
    let mut total = [Earned::default(); VALUES.len()];
    for seed in 1..=seeds {
        let settings = Settings { leads, seed, ..Settings::default() };
        let earned = profit::simulate(&settings, LATER, VALUES);
        for (place, one) in earned.iter().enumerate() {
            println!("{seed:>5}  {}", row(VALUES[place], one));
            total[place].add(one);
        }
    }
    for (value, total) in VALUES.into_iter().zip(&total) {
        println!("{:>5}  {}", "all", row(value, total));
    }
}

fn row(value: f64, earned: &Earned) -> String {
    let Earned { policy, oracle, everyone, .. } = earned;
    let [left, mean] = [earned.regret(), earned.expected_regret()].map(|share| 100.0 * share);
    format!("{value:>6.0}  {policy:>9.0}  {oracle:>9.0}  {everyone:>9.0}  {left:>7.2} %  {mean:>11.2} %")
}
