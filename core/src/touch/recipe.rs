//! Which engagement fields a model reads, and how they are made of touches.

use alloc::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::kernel;
use crate::lead::Instant;
use crate::prelude::*;
use crate::touch::{Side, Stage, Touch};

/// How engagement fields are made of touches.
///
/// ```
/// use sales_ready::touch::{EngagementField, Measure, Recipe, Selection, Touch};
/// use sales_ready::Instant;
///
/// let field = EngagementField {
///     name: "webinars".into(),
///     of: Selection::Kind("webinar".into()),
///     measure: Measure::Decayed { half_life: 10.0 },
/// };
/// let recipe = Recipe { kinds: vec![], fields: vec![field] };
/// let touch = Touch::new(Instant::from_millis(0), "webinar");
/// // One half-life later, a webinar is worth a half.
/// let as_of = Instant::midnight(10);
/// assert_eq!(recipe.features(&[touch], as_of), [0.5]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// What is known of some kinds of touches, sorted by kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// The fields.
    pub fields: Vec<EngagementField>,
}

/// What is known of all touches of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    /// The kind.
    pub kind: String,
    /// Who is in contact with the lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// How far on its way to buying a lead is that does this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
}

/// A field that is made of touches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngagementField {
    /// The field's name in the model.
    pub name: String,
    /// Which touches it is made of.
    pub of: Selection,
    /// What it says of them.
    pub measure: Measure,
}

/// Some of a lead's touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Selection {
    /// All of them.
    All,
    /// Those of one side.
    Side(Side),
    /// Those of one kind.
    Kind(String),
}

/// A number that says something of some touches at an instant. Days are of 24 hours; calendar days are those of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Measure {
    /// `Σ quantity · 2^(−age / half-life)`: what fades.
    Decayed {
        /// Days after which a touch counts half.
        half_life: f64,
    },
    /// The sum of quantities of the touches that are younger than so many days.
    Window {
        /// The days.
        days: f64,
    },
    /// Days since the last touch; missing where there was none.
    SinceLast,
    /// Days since the first touch; missing where there was none.
    SinceFirst,
    /// How many kinds of touches there were.
    Kinds,
    /// On how many calendar days there were touches.
    ActiveDays,
    /// The mean of the days from one active day to the next: the lead's own rhythm. Missing where there was one or none.
    Gap,
    /// How often, in the order of time, the side of a touch was another than that of the one before.
    Alternations,
    /// The furthest stage reached, from 1 for awareness to 6 for loyalty; 0 where none is known.
    Stage,
}

impl Recipe {
    /// The side of a touch: its own, or else that of its kind.
    pub fn side(&self, touch: &Touch) -> Option<Side> {
        touch.side.or_else(|| self.kind(&touch.kind)?.side)
    }

    /// The stage of a touch: its own, or else that of its kind.
    pub fn stage(&self, touch: &Touch) -> Option<Stage> {
        touch.stage.or_else(|| self.kind(&touch.kind)?.stage)
    }

    /// The values of the [fields](Recipe::fields) at an instant, `NaN` where one is missing. Touches after the instant do not
    /// count, and the order in which touches are given does not matter, to the last bit.
    pub fn features(&self, touches: &[Touch], as_of: Instant) -> Vec<f64> {
        let places: Vec<usize> = (0..self.fields.len()).collect();
        let touches = kernel::numbered(&self.kind_names(), touches);
        kernel::made_of(self, &places).features(&touches, kernel::millis(as_of))
    }

    /// The kinds of touches that are named in it, in order.
    pub(crate) fn kind_names(&self) -> Vec<&str> {
        let known = self.kinds.iter().map(|kind| &*kind.kind);
        let selected = self.fields.iter().filter_map(|field| match &field.of {
            Selection::Kind(kind) => Some(&**kind),
            Selection::All | Selection::Side(_) => None,
        });
        let mut names: Vec<&str> = known.chain(selected).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(crate) fn kind(&self, kind: &str) -> Option<&Kind> {
        let place = self.kinds.binary_search_by(|known| known.kind.as_str().cmp(kind)).ok()?;
        self.kinds.get(place)
    }

    /// Checks that kinds are sorted, names distinct, and half-lives and windows positive.
    pub(crate) fn check(&self) -> Result<()> {
        let fail = |what: String| {
            Err(Error::new(
                ErrorKind::ModelInvalid,
                format!("the recipe of engagement fields is damaged: {what}"),
            ))
        };
        if !self.kinds.windows(2).all(|pair| pair[0].kind < pair[1].kind) {
            return fail("expected kinds in order, each once".into());
        }
        let mut names = BTreeSet::new();
        for EngagementField { name, measure, .. } in &self.fields {
            if !names.insert(name) {
                return fail(format!("{} stands there twice", quoted(name)));
            }
            let (Measure::Decayed { half_life: days } | Measure::Window { days }) = measure else { continue };
            if !(days.is_finite() && *days > 0.0) {
                return fail(format!("expected a finite number of days above 0 for {}", quoted(name)));
            }
        }
        Ok(())
    }
}
