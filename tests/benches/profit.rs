//! What a model's policy earns beside that of an oracle that knows each lead's true chance:
//! `cargo bench -p sales-ready-tests --bench profit`.

use sales_ready_tests::touched::profit::{self, Earned};

/// As many seeds.
const SEEDS: u64 = 20;

fn main() {
    println!("{:>5}  {:>10}  {:>10}  {:>10}  {:>8}", "seed", "policy", "oracle", "everyone", "regret");
    let mut total = Earned::default();
    for seed in 1..=SEEDS {
        let earned = profit::simulate(seed, 4_000);
        println!("{seed:>5}  {}", row(&earned));
        total.add(&earned);
    }
    println!("{:>5}  {}", "all", row(&total));
}

fn row(earned: &Earned) -> String {
    let Earned { policy, oracle, everyone, .. } = earned;
    format!("{policy:>10.0}  {oracle:>10.0}  {everyone:>10.0}  {:>6.2} %", 100.0 * earned.regret())
}
