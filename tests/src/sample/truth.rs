//! The truth the sample is drawn from: what each field contributes to the log-odds of conversion.
//!
//! ```text
//! logit(lead) = −4.4 + Σ effect(field)
//! ```
//!
//! | field | effect in log-odds | when missing |
//! |---|---|---|
//! | `articles_read` | `0.7 (1 − e^(−n/5))` | never |
//! | `reviews_read` | `1.2 (1 − e^(−n/2))` | never |
//! | `case_studies_read` | `0.35 min(n, 4)` | never |
//! | `ebooks_downloaded` | `0.15 min(n, 3)` | never |
//! | `white_papers_downloaded` | `0.25 min(n, 3)` | never |
//! | `interviews_watched` | `0.2 min(n, 3)` | never |
//! | `emails_opened` | `0.08 min(n, 8)` | 0.2 (tracking blocked: says nothing) |
//! | `emails_clicked` | `0.25 min(n, 4)` | never |
//! | `webinars_attended` | `0.5 min(n, 2)` | never |
//! | `pricing_views` | `1.5 (1 − e^(−n/1.5))` | never |
//! | `searches` | 0: follows interest, adds nothing | 0 |
//! | `days_since_last_touch` | `−1.8 (1 − e^(−d/25))` | never |
//! | `marketing_touches` | `0.05 min(n, 12) − 0.06 max(0, n − 16)`: too many tire | never |
//! | `sales_touches` | `0.4 min(n, 3)` | never |
//! | `company_size` | `0.3 ln(min(s, 500) / 50) − 0.3 ln(max(s, 1500) / 1500)`: a sweet spot | 0 |
//! | `source`, `industry`, `region` | tables below; `region` is noise | `industry`: −0.8 (left the form empty) |
//!
//! `contract_draft_sent` has no effect: sales fill it in *after* the outcome, so a model must not read it.

use super::{Cell, Sample, SampleLead};

/// The whole truth: an intercept and what each field adds.
#[derive(Clone, Copy, Debug)]
pub struct Truth {
    /// The log-odds where every effect is zero.
    pub intercept: f64,
    /// The effects, in the order of the columns.
    pub terms: &'static [TrueTerm],
}

/// What one field adds to the log-odds.
#[derive(Clone, Copy, Debug)]
pub struct TrueTerm {
    /// The column.
    pub field: &'static str,
    /// Its effect.
    pub effect: Effect,
}

/// An effect, not centred.
#[derive(Clone, Copy, Debug)]
pub enum Effect {
    /// Of a number.
    Curve {
        /// The effect of a known number.
        at: fn(f64) -> f64,
        /// The effect where it is not known.
        missing: f64,
    },
    /// Of a category.
    Table {
        /// The effect of each level.
        levels: &'static [(&'static str, f64)],
        /// The effect where it is not known.
        missing: f64,
    },
}

/// An effect less its mean over some leads: what a centred term of a fitted model should show.
#[derive(Clone, Copy, Debug)]
pub struct Centred {
    effect: Effect,
    mean: f64,
}

/// The truth of the bundled sample.
pub fn truth() -> Truth {
    Truth { intercept: -4.4, terms: TERMS }
}

impl Truth {
    /// The lead's true log-odds.
    pub fn logit(&self, lead: &SampleLead) -> f64 {
        self.terms.iter().fold(self.intercept, |sum, term| sum + term.effect.of(lead.cell(term.field)))
    }

    /// The term of a field.
    pub fn term(&self, field: &str) -> Option<&TrueTerm> {
        self.terms.iter().find(|term| term.field == field)
    }

    /// The mean of the true log-odds: the intercept of a model centred on these leads.
    pub fn centred_intercept(&self, sample: &Sample) -> f64 {
        mean(sample.leads.iter().map(|lead| self.logit(lead)))
    }
}

impl TrueTerm {
    /// The effect, centred on these leads.
    pub fn centred_on(&self, sample: &Sample) -> Centred {
        let mean = mean(sample.leads.iter().map(|lead| self.effect.of(lead.cell(self.field))));
        Centred { effect: self.effect, mean }
    }
}

impl Effect {
    /// The effect of a cell; a level that is not in the table has none.
    pub fn of(&self, cell: Cell) -> f64 {
        match (*self, cell) {
            (Self::Curve { at, .. }, Cell::Number(x)) => at(x),
            (Self::Table { levels, .. }, Cell::Level(text)) => {
                levels.iter().find(|(level, _)| *level == text).map_or(0.0, |(_, value)| *value)
            }
            (Self::Curve { missing, .. } | Self::Table { missing, .. }, _) => missing,
        }
    }
}

impl Centred {
    /// What a cell contributes, compared with the average lead.
    pub fn of(&self, cell: Cell) -> f64 {
        self.effect.of(cell) - self.mean
    }

    /// The true curve at a number, compared with the average lead.
    pub fn at(&self, x: f64) -> f64 {
        self.of(Cell::Number(x))
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len().max(1) as f64;
    values.sum::<f64>() / count
}

const TERMS: &[TrueTerm] = &[
    curve("articles_read", |n| saturating(0.7, 5.0, n)),
    curve("reviews_read", |n| saturating(1.2, 2.0, n)),
    curve("case_studies_read", |n| 0.35 * n.min(4.0)),
    curve("ebooks_downloaded", |n| 0.15 * n.min(3.0)),
    curve("white_papers_downloaded", |n| 0.25 * n.min(3.0)),
    curve("interviews_watched", |n| 0.2 * n.min(3.0)),
    TrueTerm { field: "emails_opened", effect: Effect::Curve { at: |n| 0.08 * n.min(8.0), missing: 0.2 } },
    curve("emails_clicked", |n| 0.25 * n.min(4.0)),
    curve("webinars_attended", |n| 0.5 * n.min(2.0)),
    curve("pricing_views", |n| saturating(1.5, 1.5, n)),
    curve("searches", |_| 0.0),
    curve("days_since_last_touch", |days| -saturating(1.8, 25.0, days)),
    curve("marketing_touches", |n| 0.05 * n.min(12.0) - 0.06 * (n - 16.0).max(0.0)),
    curve("sales_touches", |n| 0.4 * n.min(3.0)),
    TrueTerm {
        field: "source",
        effect: Effect::Table {
            levels: &[
                ("Web search", 0.3),
                ("Referral", 1.0),
                ("Partner", 0.6),
                ("Trade fair", 0.4),
                ("Newsletter", 0.0),
                ("Social media", -0.5),
                ("Online advert", -0.3),
                ("Purchased list", -1.3),
                ("Print advert", -0.2),
            ],
            missing: 0.0,
        },
    },
    TrueTerm {
        field: "industry",
        effect: Effect::Table {
            levels: &[
                ("Software", 0.5),
                ("Manufacturing", 0.2),
                ("Finance", 0.4),
                ("Logistics", 0.0),
                ("Health care", -0.1),
                ("Retail", -0.3),
                ("Construction", -0.2),
                ("Education", -0.6),
            ],
            missing: -0.8,
        },
    },
    curve("company_size", |size| {
        0.3 * libm::log(size.min(500.0) / 50.0) - 0.3 * libm::log(size.max(1500.0) / 1500.0)
    }),
    TrueTerm {
        field: "region",
        effect: Effect::Table {
            levels: &[("North", 0.0), ("East", 0.0), ("South", 0.0), ("West", 0.0)],
            missing: 0.0,
        },
    },
];

const fn curve(field: &'static str, at: fn(f64) -> f64) -> TrueTerm {
    TrueTerm { field, effect: Effect::Curve { at, missing: 0.0 } }
}

/// Rises to `most`; two thirds of the way at `scale`.
fn saturating(most: f64, scale: f64, x: f64) -> f64 {
    -most * libm::expm1(-x / scale)
}
