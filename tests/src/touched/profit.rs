//! What a policy earns, beside one that knows the truth.

use sales_ready::score::TouchedLead;

use super::{Settings, generate, model, open_draws};

/// Money earned at the draws of leads that no model has seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Earned {
    /// By contacting whom the model flags.
    pub policy: f64,
    /// By contacting whom the true chance says.
    pub oracle: f64,
    /// By contacting everyone.
    pub everyone: f64,
    /// Contacts the model asks for.
    pub contacts: u64,
    /// Draws.
    pub draws: u64,
}

impl Earned {
    /// What the model leaves on the table, as a share of what the oracle earns.
    pub fn regret(&self) -> f64 {
        1.0 - self.policy / self.oracle
    }

    /// Adds what another has earned.
    pub fn add(&mut self, other: &Self) {
        self.policy += other.policy;
        self.oracle += other.oracle;
        self.everyone += other.everyone;
        self.contacts += other.contacts;
        self.draws += other.draws;
    }
}

/// Trains on leads of one seed, and earns with those of another: each week each open lead is contacted or not, a contact
/// has its cost, and a conversion of a contacted lead within the week its value. Both sides earn with what happened, so
/// that luck is the same for both.
///
/// # Panics
/// Where training or scoring fails.
pub fn simulate(seed: u64, leads: usize) -> Earned {
    let settings = Settings { leads, seed, ..Settings::default() };
    let model = model(&generate(&settings));
    let later = generate(&Settings { seed: seed + 1_000_000, ..settings });
    let money = settings.money;
    let pays = money.cost_per_contact / money.value_per_conversion;
    let mut earned = Earned::default();
    let threshold = model.policy().threshold.unwrap_or(f64::INFINITY);
    for draw in open_draws(&later) {
        let lead = &later.leads[draw.lead];
        let touched = TouchedLead { lead: &lead.fields(), touches: &lead.history.touches };
        let score = model.score_touches(touched, draw.at).expect("a sound lead");
        let worth = if draw.converted == Some(true) { money.value_per_conversion } else { 0.0 };
        let profit = worth - money.cost_per_contact;
        earned.everyone += profit;
        earned.draws += 1;
        if score.logit >= threshold {
            earned.policy += profit;
            earned.contacts += 1;
        }
        if draw.probability >= pays {
            earned.oracle += profit;
        }
    }
    earned
}
