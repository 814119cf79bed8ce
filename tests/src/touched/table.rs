//! Touched leads as a training table, made the short way: for tests of what comes after the table.

use sales_ready::Model;
use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::touch::{EngagementField, Kind, Measure, Recipe, Selection};
use sales_ready::train::leads::{Column, Dates, Groups, Leads, Values};
use sales_ready::train::{Options, train};

use super::{Draw, KINDS, TouchedLeads};

/// The fields that say all the truth reads of touches, but for the bonus: each kind with its half-life.
pub fn true_recipe(drawn: &TouchedLeads) -> Recipe {
    let fields = KINDS.map(|kind| EngagementField {
        name: format!("{}_recent", kind.kind),
        of: Selection::Kind(kind.kind.into()),
        measure: Measure::Decayed { half_life: drawn.settings.half_lives.of(&kind) },
    });
    let mut kinds = KINDS.map(|kind| Kind { kind: kind.kind.into(), side: Some(kind.side), stage: None });
    kinds.sort_by(|a, b| a.kind.cmp(&b.kind));
    Recipe { kinds: kinds.into(), fields: fields.into() }
}

/// The draws of leads that have not been handed to sales and whose outcome is known.
pub fn open_draws(drawn: &TouchedLeads) -> Vec<Draw> {
    let is_open = |draw: &Draw| {
        let handed_off = drawn.leads[draw.lead].lifecycle.handed_off;
        draw.converted.is_some() && handed_off.is_none_or(|handed| draw.at < handed)
    };
    drawn.draws().into_iter().filter(is_open).collect()
}

/// A row for each of the draws: engagement fields, industry and size; the lead's rows are a group.
pub fn table(of: &TouchedLeads, draws: &[Draw], recipe: &Recipe) -> Leads {
    let features: Vec<Vec<f64>> =
        draws.iter().map(|draw| recipe.features(&of.leads[draw.lead].history.touches, draw.at)).collect();
    let field = |name: &str, kind| Field::new(name, kind);
    let number = |name: &str, values: Vec<f64>| {
        Column::new(field(name, FieldKind::Number(NumberFormat::default())), Values::Numbers(values.into()))
    };
    let mut columns: Vec<Column> = recipe
        .fields
        .iter()
        .enumerate()
        .map(|(place, made)| number(&made.name, features.iter().map(|row| row[place]).collect()))
        .collect();
    let lead = |draw: &Draw| &of.leads[draw.lead];
    columns.push(number("company_size", draws.iter().map(|draw| lead(draw).size).collect()));
    let mut levels: Vec<String> = of.leads.iter().map(|lead| lead.industry.to_owned()).collect();
    levels.sort_unstable();
    levels.dedup();
    let code = |draw: &Draw| levels.partition_point(|level| level.as_str() < lead(draw).industry) as u32;
    let codes = draws.iter().map(code).collect();
    columns.push(Column::new(field("industry", FieldKind::Category), Values::Levels { levels, codes }));
    Leads {
        target: Target::new("converted", "yes"),
        label: draws.iter().map(|draw| draw.converted == Some(true)).collect(),
        weights: None,
        columns,
        dates: Some(Dates {
            field: "at".into(),
            seconds: draws.iter().map(|draw| draw.at.millis() / 1_000).collect(),
            until: None,
            span: 0,
        }),
        groups: Some(Groups {
            field: "lead".into(),
            codes: draws.iter().map(|draw| draw.lead as u32).collect(),
        }),
        excluded: vec![],
    }
}

/// A model of the true fields, which makes them of touches itself.
///
/// # Panics
/// Where training fails.
pub fn model(drawn: &TouchedLeads) -> Model {
    let recipe = true_recipe(drawn);
    let leads = table(drawn, &open_draws(drawn), &recipe);
    let mut options = Options::default();
    options.money = Some(drawn.settings.money);
    options.pairs = 0;
    let trained = train(&leads, &options, &mut |_| ()).expect("a sound table").model;
    let mut document = trained.document().clone();
    document.touches = Some(recipe);
    Model::try_from(document).expect("the recipe makes fields of the model")
}
