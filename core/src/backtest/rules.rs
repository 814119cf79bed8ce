//! Rules that need no model.

use serde::Serialize;

use crate::lead::Instant;
use crate::touch::{Recipe, Side, Stage, Touch};

/// How many days a touch keeps its points.
const DAYS: f64 = 30.0;

/// A rule of points as marketing programs have them: each touch of the last thirty days gives those of its stage, or else of
/// its side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Points {
    /// Days that a touch keeps its points.
    pub days: f64,
    /// Of stage awareness, or where no stage is known, but for sales'.
    pub awareness: f64,
    /// Of stage interest.
    pub interest: f64,
    /// Of stage consideration, or of sales where no stage is known.
    pub consideration: f64,
    /// Of stage intent and beyond.
    pub intent: f64,
}

impl Default for Points {
    fn default() -> Self {
        Self { days: DAYS, awareness: 1.0, interest: 3.0, consideration: 5.0, intent: 10.0 }
    }
}

impl Points {
    /// The points of a lead at an instant.
    pub fn of(&self, recipe: &Recipe, touches: &[Touch], at: Instant) -> f64 {
        let counts = |touch: &&Touch| touch.at <= at && at.days_since(touch.at) < self.days;
        let points = |touch: &Touch| match (recipe.stage(touch), recipe.side(touch)) {
            (Some(Stage::Awareness), _) => self.awareness,
            (Some(Stage::Interest), _) => self.interest,
            (Some(Stage::Consideration), _) | (None, Some(Side::Sales)) => self.consideration,
            (Some(_), _) => self.intent,
            (None, _) => self.awareness,
        };
        touches.iter().filter(counts).map(points).sum()
    }

    /// The rule in words.
    pub fn in_words(&self) -> String {
        format!(
            "each touch of the last {:.0} days: awareness {}, interest {}, consideration {}, intent {}; where no stage is \
             known, {} for sales' and {} for all others",
            self.days,
            self.awareness,
            self.interest,
            self.consideration,
            self.intent,
            self.consideration,
            self.awareness
        )
    }
}
