//! Touched leads with a known truth: leads come in over a year, are touched by marketing and by sales, and convert with a
//! chance that is written down.
//!
//! # What is exactly known
//!
//! Every `period` days from [`START`] on there is a *draw* (by default each Monday at midnight, UTC): each open lead converts
//! within the period that follows with the chance
//!
//! ```text
//! logit(lead, t) = base + fit(industry, company size) + Σ effect(kind) · Σ bonus · 2^(−(t − at) / half-life(kind))
//! ```
//!
//! over its touches at or before the draw `t`, and then at an instant that is uniform in the period. Touches after the draw
//! change only later draws. So at a draw, for a horizon of one period, [`Truth::probability`] is the exact chance given all
//! that is known, whatever makes touches come: a hidden interest, sessions, a hand-off. A longer horizon, or an instant
//! between draws, would need the touches that are still to come, and has no such exact chance. With `period: 1` the draws
//! are daily, and the logit is that of the hazard of a day.
//!
//! # What is in it to be found, or not
//!
//! - The kinds of a side share a half-life; one kind may have its own ([`HalfLives::odd`]).
//! - A call or a meeting within a week after a marketing touch counts more ([`Settings::bonus`]).
//! - `banner-view` and `survey` are noise, and so is the field `region`. A hidden interest makes all kinds come together,
//!   noise as well; it has no effect of its own.
//! - Leads of much interest come back in sessions, of several touches within minutes.
//! - Sales call a few leads unasked. A lead whose pricing views reach two is handed to sales at the next draw with a chance
//!   of one half, and is then called often for six weeks: these calls tell of the hand-off as well as of the lead. Sales
//!   close a tenth of handed-off leads a month as lost.

mod truth;
mod files;
mod table;
pub mod profit;

pub use files::{leads_csv, outcomes_csv, touches_csv};
pub use table::{model, open_draws, table, true_recipe};
pub use truth::{HalfLives, KINDS, TrueKind, Truth};

use std::sync::Arc;

use sales_ready::touch::{Side, Touch};
use sales_ready::train::Money;
use sales_ready::train::touches::{History, Lifecycle};
use sales_ready::{Instant, Lead};

use crate::random::Random;

/// The first day of the log: Monday, the first of January 2024, in milliseconds.
pub const START: i64 = 1_704_067_200_000;
/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

/// The settings of the bundled files `sample/touches.csv`, `sample/outcomes.csv` and `sample/touched-leads.csv`.
pub const BUNDLED: Settings = Settings { leads: 1_000, seed: 20_240_101, ..DEFAULT };

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many leads.
    pub leads: usize,
    /// The seed.
    pub seed: u64,
    /// The half-lives.
    pub half_lives: HalfLives,
    /// Days between draws, and the horizon for which chances are exact.
    pub period: u32,
    /// Weeks in which leads come in.
    pub arrivals: u32,
    /// Weeks of the log; later touches and conversions are not in it.
    pub weeks: u32,
    /// What a sales touch within a week after a marketing touch counts, compared with another: 1 for no such effect.
    pub bonus: f64,
    /// Whether leads are handed to sales. Without, sales call unasked only.
    pub hand_off: bool,
    /// The money a contact costs and a conversion is worth.
    pub money: Money,
}

const DEFAULT: Settings = Settings {
    leads: 2_000,
    seed: 1,
    half_lives: HalfLives { marketing: 14.0, sales: 7.0, odd: None },
    period: 7,
    arrivals: 52,
    weeks: 60,
    bonus: 1.5,
    hand_off: true,
    money: Money { cost_per_contact: 20.0, value_per_conversion: 1_000.0 },
};

impl Default for Settings {
    fn default() -> Self {
        DEFAULT
    }
}

/// Leads of one draw, in the order of their names.
#[derive(Clone, Debug)]
pub struct TouchedLeads {
    /// What was drawn.
    pub settings: Settings,
    /// The leads.
    pub leads: Vec<DrawnLead>,
}

/// A made-up lead and all that becomes of it within the log.
#[derive(Clone, Debug)]
pub struct DrawnLead {
    /// Its touches, in the order of time, with its name.
    pub history: History,
    /// What became of it.
    pub lifecycle: Lifecycle,
    /// What it is in.
    pub industry: &'static str,
    /// How many people it employs.
    pub size: f64,
    /// Where it is: noise.
    pub region: &'static str,
}

/// A lead at a draw.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    /// The lead's place.
    pub lead: usize,
    /// The instant.
    pub at: Instant,
    /// The exact chance that it converts within the period after it.
    pub probability: f64,
    /// Whether it did; `None` where the log ends before the period does.
    pub converted: Option<bool>,
}

impl TouchedLeads {
    /// What makes a lead convert.
    pub fn truth(&self) -> Truth {
        Truth::new(&self.settings)
    }

    /// The end of the log.
    pub fn end(&self) -> Instant {
        Instant::from_millis(START + i64::from(self.settings.weeks) * 7 * DAY)
    }

    /// Every open lead at every draw, lead by lead. A lead that has converted or was closed is not open.
    pub fn draws(&self) -> Vec<Draw> {
        let (truth, end) = (self.truth(), self.end());
        let period = i64::from(self.settings.period) * DAY;
        let mut draws = Vec::new();
        for (place, lead) in self.leads.iter().enumerate() {
            let last = lead.lifecycle.converted.or(lead.lifecycle.closed).unwrap_or(end).min(end);
            let mut at = truth::next_draw(lead.created(), period);
            while at < last {
                let until = Instant::from_millis(at.millis() + period);
                let converted = lead.lifecycle.converted.is_some_and(|converted| converted <= until);
                draws.push(Draw {
                    lead: place,
                    at,
                    probability: truth.probability(lead, at),
                    converted: (until <= end).then_some(converted),
                });
                at = until;
            }
        }
        draws
    }
}

impl DrawnLead {
    /// When it came in.
    pub fn created(&self) -> Instant {
        self.lifecycle.created.unwrap_or(Instant::from_millis(START))
    }

    /// Its fields beside the touches, as the file has them.
    pub fn fields(&self) -> Lead<'static> {
        Lead::new()
            .with("industry", self.industry)
            .with("company_size", self.size)
            .with("region", self.region)
    }
}

/// Draws leads. Each has a stream of its own, so that a lead stays the same where more are drawn.
pub fn generate(settings: &Settings) -> TouchedLeads {
    let truth = Truth::new(settings);
    let leads = (0..settings.leads).map(|place| {
        // The golden ratio's bits tell streams apart; the generator's seeding mixes them.
        let mut random = Random::new(settings.seed ^ (place as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Life::draw(&mut random, settings, &truth, place)
    });
    TouchedLeads { settings: *settings, leads: leads.collect() }
}

const INDUSTRIES: [(&str, f64); 5] =
    [("Software", 5.0), ("Manufacturing", 4.0), ("Retail", 3.0), ("Finance", 3.0), ("Education", 2.0)];

/// A lead as it is drawn, period by period.
struct Life<'a> {
    random: &'a mut Random,
    settings: &'a Settings,
    lead: DrawnLead,
    /// The hidden interest.
    interest: f64,
}

impl Life<'_> {
    fn draw(random: &mut Random, settings: &Settings, truth: &Truth, place: usize) -> DrawnLead {
        let arrivals = f64::from(settings.arrivals) * 7.0;
        let created = seconds(START, random.uniform() * arrivals);
        let industry = random.weighted(&INDUSTRIES);
        let size = libm::round(libm::exp(4.5 + 1.2 * random.normal())).max(1.0);
        let region = *random.pick(&["North", "East", "South", "West"]);
        let interest = random.normal();
        let lead = DrawnLead {
            history: History { lead: format!("L-{:05}", place + 1), touches: vec![] },
            lifecycle: Lifecycle { created: Some(created), ..Lifecycle::default() },
            industry,
            size,
            region,
        };
        let mut life = Life { random, settings, lead, interest };
        life.live(truth, created);
        life.lead
    }

    fn live(&mut self, truth: &Truth, created: Instant) {
        let period = i64::from(self.settings.period) * DAY;
        let end = Instant::from_millis(START + i64::from(self.settings.weeks) * 7 * DAY);
        let first = truth::next_draw(created, period);
        self.touch(created, first);
        let mut at = first;
        while at < end {
            let until = Instant::from_millis(at.millis() + period);
            self.hand_off(at);
            let within = |random: &mut Random| {
                let after = random.uniform() * f64::from(self.settings.period);
                Instant::from_millis(seconds(at.millis(), after).millis() + 1_000)
            };
            if self.random.chance(truth.probability(&self.lead, at)) {
                let converted = within(self.random);
                self.touch(at, converted);
                self.lead.lifecycle.converted = Some(converted).filter(|converted| *converted <= end);
                break;
            }
            let months = f64::from(self.settings.period) / 30.0;
            if self.lead.lifecycle.handed_off.is_some() && self.random.chance(0.1 * months) {
                let closed = within(self.random);
                self.touch(at, closed);
                self.lead.lifecycle.closed = Some(closed).filter(|closed| *closed <= end);
                break;
            }
            self.touch(at, until);
            at = until;
        }
        self.lead.history.touches.retain(|touch| touch.at <= end);
    }

    /// Hands the lead to sales, perhaps, an hour after a draw: so the draw itself cannot know it.
    fn hand_off(&mut self, at: Instant) {
        let views = self.lead.history.touches.iter().filter(|touch| &*touch.kind == "pricing-view").count();
        let asked = self.settings.hand_off && self.lead.lifecycle.handed_off.is_none() && views >= 2;
        if asked && self.random.chance(0.5) {
            self.lead.lifecycle.handed_off = Some(Instant::from_millis(at.millis() + DAY / 24));
        }
    }

    /// Touches after `from`, up to `to`.
    fn touch(&mut self, from: Instant, to: Instant) {
        let days = to.days_since(from);
        let age = from.days_since(self.lead.created());
        // Interest fades, but never dies.
        let interest = libm::exp(0.7 * self.interest) * (0.25 + 0.75 * libm::exp2(-age / 28.0));
        let called = |handed: Instant| from.days_since(handed) < 42.0;
        let worked = self.lead.lifecycle.handed_off.is_some_and(called);
        let mut touches = Vec::new();
        for kind in &KINDS {
            let rate = match kind.side {
                Side::Marketing => kind.rate * interest,
                Side::Sales if worked => 4.0 * kind.rate,
                Side::Sales => kind.rate,
            };
            for _ in 0..self.random.poisson(rate * days) {
                let start = self.random.uniform() * days;
                // A session has several touches, minutes apart; people do not call twice within minutes.
                let more = if kind.side == Side::Marketing { self.random.poisson(0.4) } else { 0 };
                for nth in 0..=more {
                    let after = start + f64::from(nth) * self.random.between(1.0, 6.0) / 1_440.0;
                    let at = Instant::from_millis(seconds(from.millis(), after).millis() + 1_000);
                    if at <= to {
                        touches.push(Touch {
                            side: Some(kind.side),
                            ..Touch::new(at, Arc::<str>::from(kind.kind))
                        });
                    }
                }
            }
        }
        touches.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.kind.cmp(&b.kind)));
        // A log knows one touch of a kind at an instant.
        touches.dedup_by(|a, b| a.at == b.at && a.kind == b.kind);
        self.lead.history.touches.append(&mut touches);
    }
}

/// The instant so many days after `from`, to the second, since that is what files hold.
fn seconds(from: i64, days: f64) -> Instant {
    Instant::from_millis(from + libm::floor(days * 86_400.0) as i64 * 1_000)
}
