//! What to mind where leads that were held out in another way fare worse.

use crate::model::{Estimate, Metrics};
use crate::report::quality::{Level, Quality, of_strangers};
use crate::report::words::{listed, percent, percent_number};
use crate::train::split::LAST_OF_FILE;

/// Whether some of them do.
pub(super) fn is_worse(quality: &Quality) -> bool {
    worse_at_the_end(quality).is_some() || strangers(quality).is_some()
}

/// What to mind then, in a sentence or two.
pub(super) fn warning(quality: &Quality) -> Option<String> {
    strangers(quality).or_else(|| at_the_end(quality, worse_at_the_end(quality)?))
}

/// How it does on leads of whose groups it has met none, where that is clearly worse.
fn strangers(quality: &Quality) -> Option<String> {
    quality.other_splits.iter().find_map(|other| of_new(other, &quality.metrics))
}

fn of_new(other: &Metrics, own: &Metrics) -> Option<String> {
    of_strangers(other).filter(|_| ranks_worse(other, own)).map(|_| {
        format!(
            "Mind who is new: on {}, {}. The other figures are those of leads together with whose like it has learnt.",
            other.held_out,
            ranks(other)
        )
    })
}

/// Where in [`Quality::other_splits`] the last leads of the file stand, if the model is clearly worse on them: leads to come are
/// like these. By dates the newest are measured in the first place, and those at random say nothing of the future.
fn worse_at_the_end(quality: &Quality) -> Option<usize> {
    let own = &quality.metrics;
    let at_own = quality.levels.first()?;
    let worse = |(other, level): (&Metrics, &Level)| {
        other.held_out.starts_with(LAST_OF_FILE)
            && (!level.agrees() || ranks_worse(other, own) || further_off((other, level), (own, at_own)))
    };
    quality.other_splits.iter().zip(quality.levels.iter().skip(1)).position(worse)
}

/// Whether chances are clearly further off there than here, each beside what the rate of the leads alone would lose: where as many
/// convert as do not, every log loss is greater.
fn further_off((there, its): (&Metrics, &Level), (here, own): (&Metrics, &Level)) -> bool {
    let beyond = |metrics: &Metrics, level: &Level| {
        let Estimate { value, low, high } = metrics.log_loss;
        let rate = level.entropy();
        Estimate { value: value - rate, low: low - rate, high: high - rate }
    };
    let [there, here] = [beyond(there, its), beyond(here, own)];
    there.differs_from(&here) && there.value > here.value
}

/// How much worse it is there.
fn at_the_end(quality: &Quality, place: usize) -> Option<String> {
    let (own, other) = (&quality.metrics, quality.other_splits.get(place)?);
    let (at_own, level) = (quality.levels.first()?, quality.levels.get(place + 1)?);
    let mut fails = Vec::new();
    if !level.agrees() {
        fails.push(format!(
            "its chances are too {} ({} converted, {} were predicted)",
            if level.predicted < level.observed.value { "low" } else { "high" },
            percent(level.observed.value),
            percent(level.predicted)
        ));
    }
    if other.log_loss.value > level.entropy() {
        fails.push("they tell less than the plain rate of those leads would".to_owned());
    } else if level.agrees() && further_off((other, level), (own, at_own)) {
        fails.push("its chances are further off".to_owned());
    }
    if ranks_worse(other, own) {
        fails.push(ranks(other));
    }
    // What is worse by less than can be put in figures is not worth a sentence.
    (!fails.is_empty()).then(|| {
        format!(
        "Mind the future: on {}, {}. Until newer leads have been learnt from, trust the order of leads more than their chances.",
        other.held_out,
        listed(&fails)
        )
    })
}

fn ranks_worse(there: &Metrics, here: &Metrics) -> bool {
    there.auc.differs_from(&here.auc) && there.auc.value < here.auc.value
}

fn ranks(metrics: &Metrics) -> String {
    format!("it ranks the right one first only {} times in 100", percent_number(metrics.auc.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::measure::{Predictions, measure};
    use crate::train::split::APART;

    #[test]
    fn what_holds_for_known_groups_alone_is_not_told_of_new_ones() {
        let metrics = |held_out: &str, says_much: bool| {
            let converted: Vec<bool> = (0..400).map(|row| row % 3 == 0).collect();
            let probability = converted.iter().map(|own| if *own == says_much { 0.7 } else { 0.2 }).collect();
            let (weight, groups, parts) = (vec![1.0; 400], vec![], vec![]);
            measure(&Predictions { probability, converted, weight, groups, parts }, held_out, 1)
        };
        let strangers = format!("{APART} (20 %) that shares no \"account\" with the others");
        let own = metrics("the newest fifth", true);
        let said = of_new(&metrics(&strangers, false), &own).unwrap();
        assert!(
            said.starts_with(&format!("Mind who is new: on {strangers}, it ranks the right one first only"))
        );
        assert_eq!(of_new(&metrics("a random fifth of the leads", false), &own), None);
        assert_eq!(of_new(&metrics(&strangers, true), &own), None);
    }
}
