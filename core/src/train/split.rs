//! Rows → what is fitted on and what is held out: by time where a date exists, else by row in stratified folds.

use crate::error::{Error, ErrorKind, Result};
use crate::train::leads::Leads;
use crate::train::random::Random;

/// Fewer leads of either class than this, and nothing can be held out to measure on.
pub const MIN_CLASS: usize = 5;
/// How many folds there are, where there are leads enough.
pub const FOLDS: usize = 5;
/// A newest fifth with fewer leads of either class than this measures nothing.
const MIN_HELD_OUT: usize = 10;

/// Ways to hold leads out, each a list of (rows to fit on, rows to measure on).
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// How leads are held out, in words.
    pub description: String,
    /// The parts; every row is measured at most once.
    pub parts: Vec<Part>,
}

/// Rows to fit on and rows to measure on.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Rows the measured model sees.
    pub fit: Vec<usize>,
    /// Rows it does not see.
    pub test: Vec<usize>,
}

impl Split {
    /// The newest fifth where the leads have dates, else stratified folds.
    ///
    /// # Errors
    /// [`ErrorKind::TooFewLeads`] where a class has fewer than [`MIN_CLASS`] leads.
    pub fn of(leads: &Leads, seed: u64) -> Result<Self> {
        let all: Vec<usize> = (0..leads.len()).collect();
        check_classes(leads)?;
        let by_row = || {
            let folds = folds(leads, &all, seed);
            let count = folds.iter().max().map_or(0, |last| last + 1);
            let part = |fold: usize| {
                let (test, fit) = all.iter().partition(|row| folds[**row] == fold);
                Part { fit, test }
            };
            (count, (0..count).map(part).collect::<Vec<_>>())
        };
        let Some(dates) = &leads.dates else {
            let (count, parts) = by_row();
            return Ok(Self {
                description: format!("{count} folds by row, each measured by a model that had not seen it"),
                parts,
            });
        };
        let mut order = all.clone();
        order.sort_by_key(|row| dates.seconds[*row]);
        // Leads of one instant stay together: of the two places around the wanted one where the instant changes, the
        // nearer is the cut.
        let wanted = leads.len() * 4 / 5;
        let instant = |place: &usize| dates.seconds[order[*place]];
        let before =
            (0..wanted).rev().find(|place| instant(place) != instant(&wanted)).map_or(0, |place| place + 1);
        let after = (wanted..order.len()).find(|place| instant(place) != instant(&wanted));
        let cut = after.filter(|after| after - wanted < wanted - before).unwrap_or(before);
        let border = instant(&cut);
        let (fit, test): (Vec<_>, Vec<_>) = all.iter().partition(|row| dates.seconds[**row] < border);
        if smaller_class(leads, &test) >= MIN_HELD_OUT && smaller_class(leads, &fit) >= MIN_HELD_OUT {
            let percent = 100.0 * test.len() as f64 / leads.len() as f64;
            let newest = if (19.5..20.5).contains(&percent) {
                "the newest fifth".to_owned()
            } else {
                // Many leads of one instant make a cut at a fifth impossible.
                format!("the newest {percent:.0} %")
            };
            let description =
                format!("{newest} by {:?}, measured by a model of the older leads", dates.field);
            return Ok(Self { description, parts: vec![Part { fit, test }] });
        }
        let (count, parts) = by_row();
        let description = format!(
            "{count} folds by row (the newest fifth by {:?} holds too few leads of one kind)",
            dates.field
        );
        Ok(Self { description, parts })
    }
}

/// A fold for each of `rows`, from 0: both classes are dealt out in random order, so that each fold has its share.
pub fn folds(leads: &Leads, rows: &[usize], seed: u64) -> Vec<usize> {
    let count = FOLDS.min(smaller_class(leads, rows)).max(2);
    let mut random = Random::new(seed, "folds");
    let mut folds = vec![0; rows.len()];
    for converted in [true, false] {
        let mut places: Vec<usize> =
            (0..rows.len()).filter(|place| leads.label[rows[*place]] == converted).collect();
        random.shuffle(&mut places);
        places.iter().enumerate().for_each(|(turn, place)| folds[*place] = turn % count);
    }
    folds
}

/// Checks that both classes are there in numbers that can be fitted and measured.
fn check_classes(leads: &Leads) -> Result<()> {
    let converted = leads.conversions();
    let others = leads.len() - converted;
    if converted >= MIN_CLASS && others >= MIN_CLASS {
        return Ok(());
    }
    let message = format!(
        "expected at least {MIN_CLASS} converted leads and {MIN_CLASS} that did not convert, found {converted} and {others} (\"converted\" is {:?} = {:?}); bring more leads, or check --target and --positive",
        leads.target.field, leads.target.positive
    );
    Err(Error::new(ErrorKind::TooFewLeads, message))
}

fn smaller_class(leads: &Leads, rows: &[usize]) -> usize {
    let converted = rows.iter().filter(|row| leads.label[**row]).count();
    converted.min(rows.len() - converted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Target;
    use crate::train::leads::Dates;

    /// Leads created in these years, so many in each; every third converted.
    fn leads(years: &[(i64, usize)]) -> Leads {
        let seconds: Vec<i64> =
            years.iter().flat_map(|(year, count)| std::iter::repeat_n(*year, *count)).collect();
        Leads {
            target: Target { field: "converted".into(), positive: "yes".into() },
            label: (0..seconds.len()).map(|row| row % 3 == 0).collect(),
            weights: None,
            columns: vec![],
            dates: Some(Dates { field: "created".into(), seconds }),
            groups: None,
            excluded: vec![],
        }
    }

    fn newest(years: &[(i64, usize)]) -> (usize, String) {
        let split = Split::of(&leads(years), 0).unwrap();
        (split.parts[0].test.len(), split.description)
    }

    #[test]
    fn the_newest_fifth_is_held_out() {
        let (count, description) = newest(&[(1, 400), (2, 400), (3, 200)]);
        assert_eq!(count, 200);
        assert!(description.starts_with("the newest fifth"), "{description}");
    }

    #[test]
    fn leads_of_one_instant_are_parted_at_the_nearer_end() {
        // A fifth begins within year 2: its own end is nearer than its beginning.
        let (count, description) = newest(&[(1, 100), (2, 750), (3, 150)]);
        assert_eq!(count, 150);
        assert!(description.starts_with("the newest 15 %"), "{description}");
        let (count, description) = newest(&[(1, 700), (2, 300)]);
        assert_eq!(count, 300);
        assert!(description.starts_with("the newest 30 %"), "{description}");
    }

    #[test]
    fn one_instant_gives_folds() {
        let split = Split::of(&leads(&[(1, 300)]), 0).unwrap();
        assert_eq!(split.parts.len(), FOLDS);
    }
}
