//! The kinds of touches in a log → the engagement fields a model may read, each with the ways in which the past may count.

use crate::touch::{EngagementField, Kind, Measure, Recipe, Selection, Side};

/// How fast touches may fade: half-lives in days, each twice the one before.
pub const HALF_LIVES: [f64; 8] = [1.75, 3.5, 7.0, 14.0, 28.0, 56.0, 112.0, 224.0];
/// Days for which touches may count in full, and then not at all.
pub const WINDOWS: [f64; 3] = [7.0, 30.0, 90.0];
/// How the past counts before a way is chosen: a touch of two weeks ago counts half.
const USUAL: Measure = Measure::Decayed { half_life: 14.0 };
/// A kind that fewer leads have is no field of its own; it still counts with its side.
const KIND_LEADS: u64 = 20;
/// As many kinds, the most frequent, have a field of their own.
const MOST_KINDS: usize = 30;

/// What a log has of one kind of touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindTally {
    /// The kind, and what is known of it.
    pub kind: Kind,
    /// How many touches there are.
    pub touches: u64,
    /// How many leads have any.
    pub leads: u64,
}

/// An engagement field that a model may read.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its name, which does not depend on how the past counts.
    pub name: String,
    /// Which touches it is made of.
    pub of: Selection,
    /// The ways in which it may be made of them: one, or several to choose from.
    pub measures: Vec<Measure>,
    /// The one that is read before any is chosen.
    pub usual: Measure,
}

/// The fields a model may read.
pub fn candidates(kinds: &[KindTally]) -> Vec<Candidate> {
    let is_there = |side: &Side| kinds.iter().any(|tally| tally.kind.side == Some(*side));
    let both = [Side::Marketing, Side::Sales].iter().all(is_there);
    let sides = if both { vec![Side::Marketing, Side::Sales] } else { Vec::new() };
    let mut frequent: Vec<&KindTally> = kinds.iter().filter(|tally| tally.leads >= KIND_LEADS).collect();
    frequent.sort_by(|a, b| b.touches.cmp(&a.touches).then_with(|| a.kind.kind.cmp(&b.kind.kind)));
    frequent.truncate(MOST_KINDS);
    let mut found = Vec::new();
    // A sum over kinds that are all read one by one says no more, and takes their half-lives from them.
    if frequent.len() < 2 {
        found.push(Candidate::fading("touches", Selection::All));
    } else {
        // Kinds without a field of their own count with their side.
        let is_left = |side: &&Side| {
            kinds.iter().any(|tally| tally.kind.side == Some(**side) && !frequent.contains(&tally))
        };
        let side = |side: &Side| Candidate::fading(side.as_str(), Selection::Side(*side));
        found.extend(sides.iter().filter(is_left).map(side));
        for KindTally { kind: Kind { kind, .. }, .. } in frequent {
            let mut own = Candidate::fading(kind, Selection::Kind(kind.clone()));
            // A kind may be called like a side.
            while found.iter().any(|other: &Candidate| other.name == own.name) {
                own.name.insert_str(0, "kind_");
            }
            found.push(own);
        }
    }
    let since_last = |side: &Side| {
        let name = format!("days_since_last_{}_touch", side.as_str());
        Candidate { of: Selection::Side(*side), ..Candidate::of_all(&name, Measure::SinceLast) }
    };
    found.push(Candidate::of_all("days_since_last_touch", Measure::SinceLast));
    found.extend(sides.iter().map(since_last));
    found.push(Candidate::of_all("days_since_first_touch", Measure::SinceFirst));
    found.push(Candidate::of_all("active_days", Measure::ActiveDays));
    found.push(Candidate::of_all("days_between_active_days", Measure::Gap));
    if kinds.len() > 1 {
        found.push(Candidate::of_all("kinds_of_touches", Measure::Kinds));
    }
    if both {
        found.push(Candidate::of_all("changes_of_side", Measure::Alternations));
    }
    let mut stages: Vec<_> = kinds.iter().map(|tally| tally.kind.stage).collect();
    stages.sort_unstable();
    stages.dedup();
    if stages.len() > 1 {
        found.push(Candidate::of_all("furthest_stage", Measure::Stage));
    }
    found
}

/// A recipe of the fields, each in its usual way.
pub fn usual_recipe(candidates: &[Candidate], kinds: &[KindTally]) -> Recipe {
    Recipe { kinds: known(kinds), fields: candidates.iter().map(Candidate::usual_field).collect() }
}

/// What is known of kinds, for a recipe: sorted, and only those of which something is.
pub fn known(kinds: &[KindTally]) -> Vec<Kind> {
    let is_known = |kind: &&Kind| kind.side.is_some() || kind.stage.is_some();
    let mut known: Vec<Kind> = kinds.iter().map(|tally| &tally.kind).filter(is_known).cloned().collect();
    known.sort_by(|a, b| a.kind.cmp(&b.kind));
    known
}

impl Candidate {
    fn fading(what: &str, of: Selection) -> Self {
        let fading = HALF_LIVES.iter().map(|half_life| Measure::Decayed { half_life: *half_life });
        let windows = WINDOWS.iter().map(|days| Measure::Window { days: *days });
        Self { name: format!("{what}_recent"), of, measures: fading.chain(windows).collect(), usual: USUAL }
    }

    fn of_all(name: &str, measure: Measure) -> Self {
        Self { name: name.to_owned(), of: Selection::All, measures: vec![measure], usual: measure }
    }

    /// The field in its usual way.
    pub fn usual_field(&self) -> EngagementField {
        self.field(self.usual)
    }

    /// The field in some way.
    pub fn field(&self, measure: Measure) -> EngagementField {
        EngagementField { name: self.name.clone(), of: self.of.clone(), measure }
    }
}

/// What people call a field, where its name does not say it.
pub(crate) fn title(field: &EngagementField) -> Option<String> {
    let what = match &field.of {
        Selection::All => "touches".to_owned(),
        Selection::Side(side) => format!("{} touches", side.as_str()),
        Selection::Kind(kind) => kind.replace(['_', '-'], " "),
    };
    match field.measure {
        Measure::Decayed { half_life } => Some(format!("{what} (half-life {half_life} days)")),
        Measure::Window { days } => Some(format!("{what} (last {days} days)")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_names_of_their_own() {
        let tally = |kind: &str, side, leads| KindTally {
            kind: Kind { kind: kind.to_owned(), side: Some(side), stage: None },
            touches: leads,
            leads,
        };
        let kinds = [
            tally("kind_marketing", Side::Marketing, 60),
            tally("marketing", Side::Marketing, 50),
            tally("sales", Side::Sales, 40),
            tally("leaflet", Side::Marketing, 1),
            tally("visit", Side::Sales, 1),
        ];
        let found = candidates(&kinds);
        let mut names: Vec<&str> = found.iter().map(|candidate| &*candidate.name).collect();
        let start = ["marketing_recent", "sales_recent", "kind_marketing_recent"];
        assert_eq!(names[..3], start);
        assert_eq!(names[3..5], ["kind_kind_marketing_recent", "kind_sales_recent"]);
        assert_eq!(found[3].of, Selection::Kind("marketing".into()));
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    }
}
