//! A checked document → its kernel: names and texts are looked up once.

use alloc::collections::BTreeSet;

use crate::kernel::{Axis, Curve, Grid, Kernel, Kind, Made, Of, Recipe, Rule, Term, Touch};
use crate::lead::Instant;
use crate::model::{self, Document, says};
use crate::prelude::*;
use crate::touch::{self, Selection, Side, Stage};

/// The kernel of a document whose terms read the fields at these places, and whose recipe makes those at `made`. `levels`:
/// for each field its [`levels`].
pub(crate) fn compile(
    document: &Document,
    term_fields: &[[usize; 2]],
    made: &[usize],
    levels: &[Vec<String>],
) -> Kernel {
    let known: Vec<f64> = document.fields.iter().map(|field| field.known.unwrap_or(1.0)).collect();
    let terms = document.terms.iter().zip(term_fields).map(|(term, fields)| term_of(term, *fields, levels));
    let policy = &document.policy;
    let rule = Rule {
        threshold: policy.threshold,
        abstains: policy.abstains.is_some(),
        grades: policy.grades,
        past: policy.past.as_ref().map_or(0.0, |past| past.leads),
        percentiles: policy.past.as_ref().map_or_else(Vec::new, |past| past.percentiles.clone()),
    };
    let recipe = document.touches.as_ref().map(|recipe| made_of(recipe, made)).unwrap_or_default();
    Kernel::new(&known, document.intercept, terms.collect(), curve_of(&document.calibration), rule, recipe)
}

/// The levels that the terms tell apart of each field, in the order of their texts; a level's code is its place.
pub(crate) fn levels(document: &Document, term_fields: &[[usize; 2]]) -> Vec<Vec<String>> {
    let mut levels = vec![BTreeSet::new(); document.fields.len()];
    for (term, fields) in document.terms.iter().zip(term_fields) {
        match term {
            model::Term::Curve(_) => {}
            model::Term::Table(table) => {
                levels[fields[0]].extend(table.levels.iter().map(|level| level.level.clone()));
            }
            model::Term::Pair(pair) => {
                for (axis, field) in pair.axes.iter().zip(fields) {
                    if let model::Axis::Levels(own) = axis {
                        levels[*field].extend(own.iter().cloned());
                    }
                }
            }
        }
    }
    levels.into_iter().map(|levels| levels.into_iter().collect()).collect()
}

/// A recipe whose fields are at these places.
pub(crate) fn made_of(recipe: &touch::Recipe, places: &[usize]) -> Recipe {
    let names = recipe.kind_names();
    let kind = |name: &&str| {
        let known = recipe.kind(name);
        Kind {
            side: known.map_or(0, |kind| side(kind.side)),
            stage: known.map_or(0, |kind| stage(kind.stage)),
        }
    };
    let fields = recipe.fields.iter().zip(places).map(|(field, place)| Made {
        field: *place,
        of: match &field.of {
            Selection::All => Of::All,
            Selection::Side(of) => Of::Side(side(Some(*of))),
            Selection::Kind(of) => Of::Kind(names.binary_search(&&**of).unwrap_or(usize::MAX)),
        },
        measure: field.measure,
    });
    Recipe { kinds: names.iter().map(kind).collect(), fields: fields.collect() }
}

/// Touches in numbers, for a recipe that tells these kinds apart.
pub(crate) fn numbered(names: &[&str], touches: &[touch::Touch]) -> Vec<Touch> {
    let mut own: Vec<&str> = touches.iter().map(|touch| &*touch.kind).collect();
    own.sort_unstable();
    own.dedup();
    let place = |names: &[&str], kind: &str| names.binary_search(&kind).unwrap_or(usize::MAX);
    let number = |touch: &touch::Touch| Touch {
        at: millis(touch.at),
        quantity: touch.quantity,
        side: side(touch.side),
        stage: stage(touch.stage),
        kind: place(names, &touch.kind),
        rank: place(&own, &touch.kind),
    };
    touches.iter().map(number).collect()
}

/// An instant in numbers.
pub(crate) fn millis(instant: Instant) -> f64 {
    instant.millis() as f64
}

fn side(side: Option<Side>) -> u8 {
    side.map_or(0, |side| side as u8 + 1)
}

fn stage(stage: Option<Stage>) -> u8 {
    stage.map_or(0, Stage::rank)
}

fn curve_of(curve: &model::Curve) -> Curve {
    Curve { x: curve.x.clone(), y: curve.y.clone(), missing: curve.missing }
}

fn term_of(term: &model::Term, fields: [usize; 2], levels: &[Vec<String>]) -> Term {
    match term {
        model::Term::Curve(curve) => Term::Curve { field: fields[0], curve: curve_of(curve) },
        model::Term::Table(table) => {
            let own: Vec<&str> = table.levels.iter().map(|level| &*level.level).collect();
            let values = table.levels.iter().map(|level| level.value).chain([table.unseen, table.missing]);
            let axes = [cells_of(&own, &levels[fields[0]]), Axis::One];
            Term::Grid(Grid { fields, axes, values: values.collect() })
        }
        model::Term::Pair(pair) => {
            let axis = |place: usize| match &pair.axes[place] {
                model::Axis::Cuts(cuts) => Axis::Cuts(cuts.clone()),
                model::Axis::Levels(own) => {
                    let own: Vec<&str> = own.iter().map(|level| &**level).collect();
                    cells_of(&own, &levels[fields[place]])
                }
            };
            Term::Grid(Grid { fields, axes: [axis(0), axis(1)], values: pair.values.concat() })
        }
    }
}

/// Which of its own levels a term takes for each code of a field.
fn cells_of(own: &[&str], levels: &[String]) -> Axis {
    let other = own.len();
    let flag = |yes: bool| own.iter().position(|level| says(level, yes)).unwrap_or(other);
    let cells = levels.iter().map(|level| own.binary_search(&&**level).unwrap_or(other));
    Axis::Levels { cells: cells.chain([other, flag(true), flag(false)]).collect(), levels: other }
}
