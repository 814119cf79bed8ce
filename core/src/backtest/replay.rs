//! The replay.

use super::{Backtest, Options, Points, RuleResult};
use crate::error::{Error, ErrorKind, Result};
use crate::lead::{Instant, Lead};
use crate::model::{Estimate, Looks, Model, Readiness};
use crate::score::TouchedLead;
use crate::train::Money;
use crate::train::measure::{REPLICATES, percentiles, replicates};
use crate::train::random::Random;
use crate::train::touches::each::each_lead;
use crate::train::touches::joined::Joined;
use crate::train::touches::known::KnownLeads;
use crate::train::touches::lifecycle::Outcomes;
use crate::train::touches::snapshots::snapshots;
use crate::train::touches::{History, Lifecycle};

/// The rules, in the order of the result.
const RULES: [&str; 4] = ["model", "everyone", "points", "last-touch"];

/// A replay that gathers leads.
#[derive(Debug)]
struct Replay<'m> {
    model: &'m Model,
    options: Options,
    /// Up to when outcomes are known.
    until: Instant,
    leads: Vec<Tracked>,
}

/// An open lead on the Mondays of the replay.
#[derive(Clone, Debug)]
struct Tracked {
    name: String,
    weeks: Vec<Week>,
}

#[derive(Clone, Copy, Debug)]
struct Week {
    at: Instant,
    /// What each rule sees, in the order of `RULES`.
    seen: [f64; 4],
    /// Whether the model flags the lead: its score reaches the threshold and does not abstain.
    flagged: bool,
    converted: bool,
}

impl<'m> Replay<'m> {
    /// A replay. `until` is the end of the log: up to there outcomes are known.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] for amounts that are none or a period without days, [`ErrorKind::MissingField`] where the
    /// model does not read touches.
    fn new(model: &'m Model, options: Options, until: Instant) -> Result<Self> {
        options.money.check()?;
        model.needed_recipe()?;
        if let (Some(from), Some(to)) = (options.from, options.to)
            && to < from
        {
            let message = format!("expected a period, found one from {from} to {to}; exchange the two");
            return Err(Error::new(ErrorKind::BadOption, message));
        }
        Ok(Self { model, options, until, leads: Vec::new() })
    }

    /// Looks at a lead on each Monday on which it is open and whose horizon is over; as for training, it is open until it
    /// converts, is closed or is handed to sales.
    ///
    /// # Errors
    /// As [`Model::score_touches`].
    fn score(&self, history: &History, lifecycle: &Lifecycle, lead: &Lead<'_>) -> Result<Option<Tracked>> {
        let recipe = self.model.needed_recipe()?;
        let looks = Looks { every: Some(7), touch_days: false, as_of: None };
        let Options { from, to, horizon, .. } = self.options;
        let mut seen = snapshots(history, lifecycle, &looks, horizon, self.until);
        seen.retain(|seen| from.is_none_or(|from| from <= seen.at) && to.is_none_or(|to| seen.at <= to));
        if seen.is_empty() {
            return Ok(None);
        }
        let touched = TouchedLead { lead, touches: &history.touches };
        let scores = self.model.history(touched, seen.iter().map(|seen| seen.at))?;
        let weeks = seen.iter().zip(scores).map(|(snapshot, (at, score))| {
            let known = history.touches.partition_point(|touch| touch.at <= at);
            let last = known.checked_sub(1).and_then(|place| history.touches.get(place));
            let last = last.map_or(f64::NEG_INFINITY, |last| -at.days_since(last.at));
            let points = Points::default().of(recipe, &history.touches, at);
            let flagged = score.readiness == Readiness::SalesReady;
            Week { at, seen: [score.logit, 0.0, points, last], flagged, converted: snapshot.converted }
        });
        Ok(Some(Tracked { name: history.lead.clone(), weeks: weeks.collect() }))
    }

    /// What the rules came to.
    ///
    /// # Errors
    /// [`ErrorKind::NoRows`] where no lead was open on a Monday whose horizon is over.
    fn finish(mut self) -> Result<Backtest> {
        self.leads.sort_by(|a, b| a.name.cmp(&b.name));
        let times = || self.leads.iter().flat_map(|lead| lead.weeks.iter().map(|week| week.at));
        let (Some(first), Some(last)) = (times().min(), times().max()) else {
            let message = format!(
                "no lead was open on a Monday that is {} before the end of the log, {}; give a shorter horizon or another period",
                self.options.horizon, self.until
            );
            return Err(Error::new(ErrorKind::NoRows, message));
        };
        let called = self.call(first, last);
        let converts = |lead: &Tracked| lead.weeks.iter().any(|week| week.converted);
        let (learnt, seen) = self.learnt(first, last);
        Ok(Backtest {
            from: first.to_string(),
            to: last.to_string(),
            weeks: ((last.day() - first.day()) / 7 + 1) as u64,
            leads: self.leads.len() as u64,
            conversions: self.leads.iter().filter(|lead| converts(lead)).count() as u64,
            horizon_days: self.options.horizon.days,
            cost_per_contact: self.options.money.cost_per_contact,
            value_per_conversion: self.options.money.value_per_conversion,
            capacity: self.options.capacity,
            learnt,
            seen,
            rules: self.results(&called),
            points: Points::default(),
            notes: self.notes(),
        })
    }

    /// Why figures are zeros, and what else decides them.
    fn notes(&self) -> Vec<String> {
        let silent = self.model.policy().flags_nobody().map(|why| {
            format!(
                "the model calls nobody, and so neither do points and last touch, which call as many: {why}"
            )
        });
        let money = self.options.money;
        let percent = |money: Money| format!("{:.1} %", 100.0 * money.break_even());
        let other =
            Money::of(self.model.policy()).filter(|own| percent(*own) != percent(money) && silent.is_none());
        let other = other.map(|own| {
            format!(
                "the model calls where a contact pays that costs {} where a conversion is worth {}: from {} on; with the amounts given one pays from {} on: train with these to have it call so",
                own.cost_per_contact,
                own.value_per_conversion,
                percent(own),
                percent(money),
            )
        });
        let capacity = self.options.capacity.map(|most| {
            format!("\"everyone\" calls all who are open, however many that are; the model calls {most} a week at most, of which the intervals know nothing: they draw leads with the calls that these got, so that those of calls are wider than they should be")
        });
        let asked = self.options.horizon.days;
        let learnt = self.model.card().and_then(|card| card.data.horizon_days).filter(|days| *days != asked);
        let horizon = learnt.map(|days| {
            format!("the model's chances are of conversions within {days} days, and here those within {asked} count: its threshold is for the others")
        });
        [silent, other, capacity, horizon].into_iter().flatten().collect()
    }

    /// Week by week, who is called by each rule.
    fn call(&self, first: Instant, last: Instant) -> Vec<Calls> {
        let mut rules: Vec<Calls> = RULES.iter().map(|_| Calls::new(self.leads.len())).collect();
        // Where each lead is among its weeks.
        let mut next = vec![0; self.leads.len()];
        let mut at = first;
        while at <= last {
            let mut open: Vec<(usize, Week)> = Vec::new();
            for (place, lead) in self.leads.iter().enumerate() {
                if let Some(week) = lead.weeks.get(next[place]).filter(|week| week.at == at) {
                    next[place] += 1;
                    open.push((place, *week));
                }
            }
            let mut by_model = 0;
            for (rule, calls) in rules.iter_mut().enumerate() {
                let free = |place: usize| calls.until[place].is_none_or(|until| until <= at);
                let mut able: Vec<(usize, Week)> =
                    open.iter().filter(|(place, _)| free(*place)).copied().collect();
                // Of equals, the first by name.
                able.sort_by(|a, b| b.1.seen[rule].total_cmp(&a.1.seen[rule]));
                let most = match rule {
                    0 => {
                        able.retain(|(_, week)| week.flagged);
                        let capacity = self.options.capacity.map_or(usize::MAX, |most| most as usize);
                        by_model = able.len().min(capacity);
                        by_model
                    }
                    1 => able.len(),
                    _ => by_model,
                };
                able.truncate(most);
                let until = at.plus_days(f64::from(self.options.horizon.days));
                for (place, week) in &able {
                    calls.until[*place] = Some(until);
                    calls.made[*place] += 1.0;
                    calls.reached[*place] += f64::from(u8::from(week.converted));
                }
                calls.profit_by_week.push(self.profit(calls.made.iter().sum(), calls.reached.iter().sum()));
            }
            at = at.plus_days(7.0);
        }
        rules
    }

    fn profit(&self, made: f64, reached: f64) -> f64 {
        self.options.money.profit(made, reached)
    }

    fn results(&self, called: &[Calls]) -> Vec<RuleResult> {
        // Calls and conversions of each rule; a bootstrap draws leads, with what all rules did with them.
        let sums = |leads: &mut dyn Iterator<Item = usize>| -> Vec<[f64; 2]> {
            let mut sums = vec![[0.0; 2]; called.len()];
            for lead in leads {
                for (sum, calls) in sums.iter_mut().zip(called) {
                    sum[0] += calls.made[lead];
                    sum[1] += calls.reached[lead];
                }
            }
            sums
        };
        let count = self.leads.len();
        let replicate = |random: &mut Random| sums(&mut (0..count).map(|_| random.below(count)));
        let replicates = replicates(REPLICATES, self.options.seed, "backtest", replicate);
        let whole = sums(&mut (0..count));
        let estimate = |of: &dyn Fn(&[[f64; 2]]) -> f64| -> Estimate {
            percentiles(of(&whole), replicates.iter().map(|sums| of(sums)).collect())
        };
        let profit = |[made, reached]: [f64; 2]| self.profit(made, reached);
        let result = |(rule, calls): (usize, &Calls)| RuleResult {
            rule: RULES[rule],
            calls: estimate(&|sums| sums[rule][0]),
            reached: estimate(&|sums| sums[rule][1]),
            cost_per_acquisition: (whole[rule][1] > 0.0).then(|| {
                // A replicate without a conversion would have no cost of one: half a conversion bounds it.
                estimate(&|sums| self.options.money.cost_per_contact * sums[rule][0] / sums[rule][1].max(0.5))
            }),
            profit: estimate(&|sums| profit(sums[rule])),
            model_ahead_by: estimate(&|sums| profit(sums[0]) - profit(sums[rule])),
            profit_by_week: calls.profit_by_week.clone(),
        };
        called.iter().enumerate().map(result).collect()
    }

    /// Whether the model has learnt from what is replayed, and what that means.
    fn learnt(&self, first: Instant, last: Instant) -> (String, Option<bool>) {
        let data = self.model.card().map(|card| &card.data);
        let period = data.and_then(|data| data.period.as_ref());
        let end = period.and_then(|[_, end]| end.parse::<Instant>().ok());
        let Some(end) = end else {
            let sentence = "The model does not say from when its leads are: it may have learnt from these weeks, and \
                            figures may be too good.";
            return (sentence.into(), None);
        };
        // Leads of the last day have outcomes up to a horizon after it. Which one, files without `horizon_days` do not say: then
        // that of the replay stands for it.
        let learnt = data.and_then(|data| data.horizon_days).unwrap_or(0);
        let free = end.plus_days(f64::from(learnt.max(self.options.horizon.days)) + 1.0);
        if first >= free {
            return (
                format!("The model has learnt from leads up to {end}: from nothing of these weeks."),
                Some(false),
            );
        }
        let what = if last < free { "all" } else { "some" };
        let remedy = if free <= last {
            format!(
                "Replay from {free} on for figures it has not seen, or train a model on what came before."
            )
        } else {
            "For figures it has not seen, train a model on what came before.".to_owned()
        };
        let sentence = format!(
            "The model has learnt from leads up to {end}, and so from {what} of these weeks: it knows what became of those \
             leads, and its figures are too good. {remedy}"
        );
        (sentence, Some(true))
    }
}

/// Who has been called by a rule.
#[derive(Clone, Debug)]
struct Calls {
    /// Until when a lead is not called again.
    until: Vec<Option<Instant>>,
    made: Vec<f64>,
    reached: Vec<f64>,
    profit_by_week: Vec<f64>,
}

impl Calls {
    fn new(leads: usize) -> Self {
        Self {
            until: vec![None; leads],
            made: vec![0.0; leads],
            reached: vec![0.0; leads],
            profit_by_week: vec![],
        }
    }
}

/// Replays a log. Outcomes are known up to `until`; what the files tell of it says [`Outcomes::known_until`]. Leads of the outcomes
/// that have no touch are open, too.
///
/// # Errors
/// [`ErrorKind::BadOption`] for amounts that are none or a period without days, [`ErrorKind::MissingField`] where the model
/// does not read touches, [`ErrorKind::NoRows`] where no lead was open on a Monday whose horizon is over; as
/// [`Model::score_touches`] and [`Joined::check`], and those of the histories.
pub fn backtest(
    model: &Model,
    options: Options,
    histories: impl Iterator<Item = Result<History>>,
    until: Instant,
    outcomes: &Outcomes,
    known: Option<&KnownLeads>,
) -> Result<Backtest> {
    let mut replay = Replay::new(model, options, until)?;
    let score = |history: &History| {
        let lead = known.map_or_else(Lead::new, |known| known.get(&history.lead));
        let lifecycle = outcomes.get(&history.lead).copied().unwrap_or_default();
        replay.score(history, &lifecycle, &lead).map_err(|error| match known {
            Some(known) => known.located(error, model, &history.lead),
            None => error,
        })
    };
    let mut joined = Joined::default();
    let others = outcomes.iter().map(|(lead, _)| lead);
    let leads = each_lead(joined.watch(histories, outcomes, known), others, score)?;
    joined.check(outcomes)?;
    replay.leads = leads;
    let mut result = replay.finish()?;
    result.notes.extend(joined.notes(outcomes));
    Ok(result)
}
