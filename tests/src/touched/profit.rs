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
    /// By contacting whom the model flags, if of those as many converted as their true chances say.
    pub policy_expected: f64,
    /// By contacting whom the true chance says, likewise.
    pub oracle_expected: f64,
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

    /// The same in expectation: without luck.
    pub fn expected_regret(&self) -> f64 {
        1.0 - self.policy_expected / self.oracle_expected
    }

    /// Adds what another has earned.
    pub fn add(&mut self, other: &Self) {
        self.policy += other.policy;
        self.oracle += other.oracle;
        self.everyone += other.everyone;
        self.policy_expected += other.policy_expected;
        self.oracle_expected += other.oracle_expected;
        self.contacts += other.contacts;
        self.draws += other.draws;
    }
}

/// Trains on leads of one seed, and earns with `later` ones of another, for each of some values of a conversion: each week
/// each open lead is contacted or not, a contact has its cost, and a conversion of a contacted lead within the week its
/// value. Model and oracle earn with what happened, so that luck is the same for both.
///
/// # Panics
/// Where training or scoring fails.
pub fn simulate<const N: usize>(settings: &Settings, later: usize, values: [f64; N]) -> [Earned; N] {
    let model = model(&generate(settings));
    let later = generate(&Settings { leads: later, seed: settings.seed + 1_000_000, ..*settings });
    let cost = settings.money.cost_per_contact;
    let mut earned = [Earned::default(); N];
    for draw in open_draws(&later) {
        let lead = &later.leads[draw.lead];
        let touched = TouchedLead { lead: &lead.fields(), touches: &lead.history.touches };
        let score = model.score_touches(touched, draw.at).expect("a sound lead");
        for (earned, value) in earned.iter_mut().zip(values) {
            let profit = if draw.converted == Some(true) { value - cost } else { -cost };
            let expected = draw.probability * value - cost;
            earned.draws += 1;
            earned.everyone += profit;
            // The rule of the model's threshold, at this value.
            if score.probability * value >= cost {
                earned.policy += profit;
                earned.policy_expected += expected;
                earned.contacts += 1;
            }
            if expected >= 0.0 {
                earned.oracle += profit;
                earned.oracle_expected += expected;
            }
        }
    }
    earned
}
