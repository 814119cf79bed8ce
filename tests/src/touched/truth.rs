//! What makes a touched lead convert.
//!
//! | kind | side | comes, times a day for average interest | effect in log-odds of one just now |
//! |---|---|---|---|
//! | `article` | marketing | 0.035 | 0.25 |
//! | `email-open` | marketing | 0.05 | 0.15 |
//! | `webinar` | marketing | 0.012 | 0.8 |
//! | `pricing-view` | marketing | 0.02 | 0.9 |
//! | `banner-view` | marketing | 0.03 | 0 |
//! | `call` | sales | 0.02 | 0.9 |
//! | `meeting` | sales | 0.006 | 1.5 |
//! | `survey` | sales | 0.006 | 0 |
//!
//! Fit: `Software` +0.5, `Finance` +0.3, `Retail` −0.2, `Education` −0.8, `Manufacturing` 0; and
//! `0.5 − 0.5 |ln(size / 90)| / 1.2`, a company of about 90 people being just right. The base is −5.7 a week; for other
//! periods, in proportion to the odds.

use sales_ready::touch::{Side, Touch};
use sales_ready::{Instant, sigmoid};

use super::{DAY, DrawnLead, START, Settings};

/// What is true of a kind of touch.
#[derive(Clone, Copy, Debug)]
pub struct TrueKind {
    /// The kind.
    pub kind: &'static str,
    /// Whose it is.
    pub side: Side,
    /// How many come in a day, for a lead of average interest that has just come in.
    pub rate: f64,
    /// What one adds to the log-odds at its instant.
    pub effect: f64,
}

/// The kinds.
pub const KINDS: [TrueKind; 8] = [
    TrueKind { kind: "article", side: Side::Marketing, rate: 0.035, effect: 0.25 },
    TrueKind { kind: "email-open", side: Side::Marketing, rate: 0.05, effect: 0.15 },
    TrueKind { kind: "webinar", side: Side::Marketing, rate: 0.012, effect: 0.8 },
    TrueKind { kind: "pricing-view", side: Side::Marketing, rate: 0.02, effect: 0.9 },
    TrueKind { kind: "banner-view", side: Side::Marketing, rate: 0.03, effect: 0.0 },
    TrueKind { kind: "call", side: Side::Sales, rate: 0.02, effect: 0.9 },
    TrueKind { kind: "meeting", side: Side::Sales, rate: 0.006, effect: 1.5 },
    TrueKind { kind: "survey", side: Side::Sales, rate: 0.006, effect: 0.0 },
];

/// Days after which a touch counts half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HalfLives {
    /// Of marketing's kinds.
    pub marketing: f64,
    /// Of sales' kinds.
    pub sales: f64,
    /// Of one kind that differs.
    pub odd: Option<(&'static str, f64)>,
}

impl HalfLives {
    /// One for all.
    pub fn shared(days: f64) -> Self {
        Self { marketing: days, sales: days, odd: None }
    }

    /// That of a kind.
    pub fn of(&self, kind: &TrueKind) -> f64 {
        match (self.odd, kind.side) {
            (Some((odd, days)), _) if odd == kind.kind => days,
            (_, Side::Marketing) => self.marketing,
            (_, Side::Sales) => self.sales,
        }
    }
}

/// The chance of conversion.
#[derive(Clone, Copy, Debug)]
pub struct Truth {
    half_lives: HalfLives,
    bonus: f64,
    base: f64,
}

impl Truth {
    pub(super) fn new(settings: &Settings) -> Self {
        let base = -5.7 + libm::log(f64::from(settings.period) / 7.0);
        Self { half_lives: settings.half_lives, bonus: settings.bonus, base }
    }

    /// The chance that an open lead converts within the period after a draw.
    pub fn probability(&self, lead: &DrawnLead, at: Instant) -> f64 {
        sigmoid(self.logit(lead, at))
    }

    /// Its log-odds.
    pub fn logit(&self, lead: &DrawnLead, at: Instant) -> f64 {
        self.base + fit(lead) + self.engagement(&lead.history.touches, at)
    }

    /// What touches, in the order of time, add to the log-odds.
    pub fn engagement(&self, touches: &[Touch], at: Instant) -> f64 {
        let mut sum = 0.0;
        let mut marketing: Option<Instant> = None;
        for touch in touches.iter().take_while(|touch| touch.at <= at) {
            let Some(kind) = KINDS.iter().find(|kind| kind.kind == &*touch.kind) else { continue };
            let mut worth = kind.effect * touch.quantity;
            match kind.side {
                Side::Marketing => marketing = Some(touch.at),
                Side::Sales if marketing.is_some_and(|before| touch.at.days_since(before) < 7.0) => {
                    worth *= self.bonus;
                }
                Side::Sales => {}
            }
            sum += worth * libm::exp2(-at.days_since(touch.at) / self.half_lives.of(kind));
        }
        sum
    }
}

fn fit(lead: &DrawnLead) -> f64 {
    let industry = match lead.industry {
        "Software" => 0.5,
        "Finance" => 0.3,
        "Retail" => -0.2,
        "Education" => -0.8,
        _ => 0.0,
    };
    industry + 0.5 - 0.5 * libm::fabs(libm::log(lead.size / 90.0)) / 1.2
}

/// The first draw after a lead has come in.
pub(super) fn next_draw(created: Instant, period: i64) -> Instant {
    let periods = (created.millis() - START).div_euclid(period) + 1;
    debug_assert!(period % DAY == 0, "a period of whole days");
    Instant::from_millis(START + periods * period)
}
