//! What a model asks of a table that is made of touches: its fields, its label, and how long a lead is watched for it.

use super::known::fields_beside_touches;
use super::table::target;
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::{Looks, Model, Target};
use crate::touch::Recipe;
use crate::train::leads::Horizon;

/// What a table needs so that a model can score it and be held against its outcomes.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// How fields are made of touches.
    pub recipe: Recipe,
    /// How long a lead is watched for a conversion; absent where neither the model nor anybody else says.
    pub horizon: Option<Horizon>,
    /// When the leads that the model learnt from were looked at again and again, where it says so.
    pub looks: Option<Looks>,
    /// The label's column, and its word for a conversion.
    pub target: Option<Target>,
    /// What was decided or is lacking, in sentences for people.
    pub notes: Vec<String>,
}

/// Whether touches that programs made count for a model: where it has learnt from them.
pub fn keeps_bots(model: &Model) -> bool {
    model.card().is_some_and(|card| card.data.bots_kept)
}

impl Wanted {
    /// What a model asks for. `horizon` is what somebody has said; `outcomes` and `leads` are whether a file of outcomes, and one
    /// of what else is known of leads, is given.
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] for a model without fields that are made of touches; [`ErrorKind::BadOption`] where outcomes
    /// are given, and nobody says how long a lead is watched.
    pub fn by(model: &Model, horizon: Option<Horizon>, outcomes: bool, leads: bool) -> Result<Self> {
        let recipe = model.needed_recipe()?.clone();
        let learnt = model.card().and_then(|card| {
            let days = card.data.horizon_days?;
            Some((Horizon { days }, &card.target))
        });
        let horizon = horizon.or(learnt.map(|(learnt, _)| learnt));
        if outcomes && horizon.is_none() {
            let message = "the model does not say how long a lead is watched for a conversion; say it with --horizon DAYS";
            return Err(Error::new(ErrorKind::BadOption, message));
        }
        let own = learnt.filter(|(learnt, _)| Some(*learnt) == horizon);
        let target = own.map(|(_, target)| target.clone()).or_else(|| horizon.map(target));
        let mut notes = Vec::new();
        if let (true, Some(asked), Some(target), Some((learnt, _))) = (outcomes, horizon, &target, learnt) {
            notes.push(if asked == learnt {
                format!(
                    "{} says whether a lead converted, as the model learnt it: {}, or no",
                    quoted(&target.field),
                    target.positive.first()
                )
            } else {
                format!(
                    "the model learnt whether a lead converts within {learnt}, not within {asked}: `drift` and `compare` look at these outcomes only with --target {}, and the model promises something else",
                    quoted(&target.field))
            });
        }
        let beside = fields_beside_touches(model);
        if !leads && !beside.is_empty() {
            let names: Vec<String> = beside.iter().map(|field| quoted(&field.name).to_string()).collect();
            notes.push(format!(
                "the model also reads what no touch tells, and cannot score this table without it: {}; give the file they are in with --leads",
                names.join(", ")
            ));
        }
        // An instant of the past is not the one of this table.
        let looks = model.card().and_then(|card| card.data.looks).filter(Looks::again);
        Ok(Self { recipe, horizon, looks, target, notes })
    }
}
