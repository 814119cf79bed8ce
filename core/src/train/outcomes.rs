//! Which leads of a table have converted, as far as that is known: for leads a model did not learn from.

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::{Positive, Target};
use crate::train::csv::Table;
use crate::train::schema::{
    MISSING_MARKERS, all_spelled, is_marker, is_named, is_positive, listed_values, unknown_column,
};

/// Which column says whether a lead converted, where the model's own is not meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutcomeColumn {
    /// The column; the one the model learnt from where absent.
    pub target: Option<String>,
    /// The text that means "converted", or several; those the model learnt from where absent.
    pub positive: Option<Positive>,
}

/// What is known of the outcomes of a table's rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    /// Whether each row converted; `None` where that is not known yet.
    pub(crate) converted: Vec<Option<bool>>,
    /// What was decided, in sentences for people.
    pub(crate) notes: Vec<String>,
}

impl Known {
    /// The rows whose outcome is known.
    pub(crate) fn rows(&self) -> Vec<usize> {
        (0..self.converted.len()).filter(|row| self.converted[*row].is_some()).collect()
    }
}

/// Reads the outcomes of a table; `None` where it lacks the model's target and no other was asked for.
///
/// # Errors
/// [`ErrorKind::MissingField`] for a target that is no column, [`ErrorKind::Label`] where none of several values means
/// "converted".
pub(crate) fn outcomes(
    table: &Table,
    learnt: Option<&Target>,
    asked: &OutcomeColumn,
) -> Result<Option<Known>> {
    let Some(target) = asked.target.as_deref().or(learnt.map(|target| &*target.field)) else {
        return Ok(None);
    };
    let Some(place) = table.position(target) else {
        return if asked.target.is_none() && asked.positive.is_none() {
            Ok(None)
        } else {
            Err(unknown_column(table, target, "--target"))
        };
    };
    let column = &table.columns()[place];
    let fail = |message: String| Error::new(ErrorKind::Label, message).at(table.file(), 1, place as u64 + 1);
    let Some(wanted) = asked.positive.as_ref().or(learnt.map(|target| &target.positive)) else {
        return Err(fail(format!(
            "say which value of {target} means converted, with --positive VALUE",
            target = quoted(target)
        )));
    };
    let is_open = |text: &str| {
        learnt.map_or_else(|| is_marker(&MISSING_MARKERS, text), |target| target.is_open(text))
            && !is_named(wanted, text)
    };
    let values: Vec<&str> = column.texts().filter(|text| !is_open(text)).collect();
    let none_converted = !values.iter().any(|value| is_positive(value, wanted));
    let absent = match &asked.positive {
        Some(asked) => all_spelled(asked, &values).err().map(|absent| quoted(absent).to_string()),
        // Of what a model learnt not all need have come again, and one value alone may well be the one for "not converted".
        None => (none_converted && values.len() > 1).then(|| wanted.to_string()),
    };
    if let Some(absent) = absent {
        return Err(fail(format!(
            "expected {absent}, which means converted, among the values of {target}; they are {}; say which one does with --positive",
            if values.is_empty() { "none".to_owned() } else { listed_values(&values) },
            target = quoted(target)
        )));
    }
    let by_text: Vec<Option<bool>> =
        column.texts().map(|text| (!is_open(text)).then(|| is_positive(text, wanted))).collect();
    let converted: Vec<Option<bool>> = column.codes().iter().map(|code| by_text[code as usize]).collect();
    let mut notes = Vec::new();
    let open = converted.iter().filter(|converted| converted.is_none()).count();
    if open > 0 {
        notes.push(format!(
            "the outcome of {open} of {} leads is not known yet ({target} is empty, or says that it is not known); they are left out where outcomes count",
            table.rows()
        , target = quoted(target)));
    }
    if none_converted && !values.is_empty() {
        notes.push(format!(
            "no lead has {wanted} in {target}, so none counts as converted",
            target = quoted(target)
        ));
    }
    Ok(Some(Known { converted, notes }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::csv::Options;

    fn read(text: &str, asked: &OutcomeColumn) -> Result<Option<Known>> {
        let table = Table::read(text.as_bytes(), "new.csv", &Options::default(), &mut |_| ()).unwrap();
        let open = MISSING_MARKERS.map(str::to_owned).to_vec();
        let learnt = Target { open, ..Target::new("won", "yes") };
        outcomes(&table, Some(&learnt), asked)
    }

    fn asked(target: &str, positive: &str) -> OutcomeColumn {
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        OutcomeColumn { target: said(target), positive: said(positive).map(Positive::from) }
    }

    #[test]
    fn what_is_open_is_not_a_no() {
        let known =
            read("lead,won\n1,yes\n2,no\n3,\n4,n/a\n5,lost\n", &OutcomeColumn::default()).unwrap().unwrap();
        assert_eq!(known.converted, [Some(true), Some(false), None, None, Some(false)]);
        assert!(
            known.notes[0].starts_with("the outcome of 2 of 5 leads is not known yet"),
            "{:?}",
            known.notes
        );
    }

    #[test]
    fn what_the_training_read_as_known_is_so() {
        let table =
            Table::read(&b"lead,won\n1,yes\n2,-\n3,?\n"[..], "new.csv", &Options::default(), &mut |_| ());
        let learnt = Target { open: vec!["?".into()], ..Target::new("won", "yes") };
        let known = outcomes(&table.unwrap(), Some(&learnt), &OutcomeColumn::default()).unwrap().unwrap();
        assert_eq!(known.converted, [Some(true), Some(false), None]);
    }

    #[test]
    fn spellings_of_one_value_mean_the_same() {
        let known =
            read("lead,won\n1,YES\n2,yes\n3,no\n4,Yes\n", &OutcomeColumn::default()).unwrap().unwrap();
        assert_eq!(known.converted, [Some(true), Some(true), Some(false), Some(true)]);
    }

    #[test]
    fn of_several_values_each_means_converted() {
        let table =
            |text: &str| Table::read(text.as_bytes(), "new.csv", &Options::default(), &mut |_| ()).unwrap();
        let several = Positive::of(["won", "renewed"]);
        let learnt = Target::new("stage", several.clone().unwrap());
        let all = table("lead,stage\n1,Won\n2,lost\n3,Renewed\n4,\n");
        let asked = OutcomeColumn { target: None, positive: several };
        for asked in [&asked, &OutcomeColumn::default()] {
            let known = outcomes(&all, Some(&learnt), asked).unwrap().unwrap();
            assert_eq!(known.converted, [Some(true), Some(false), Some(true), None]);
        }
        // Not all that was learnt need have come again, but what is asked for must be there.
        let some = table("lead,stage\n1,Won\n2,lost\n3,open\n");
        let known = outcomes(&some, Some(&learnt), &OutcomeColumn::default()).unwrap().unwrap();
        assert_eq!(known.converted, [Some(true), Some(false), Some(false)]);
        let error = outcomes(&some, Some(&learnt), &asked).unwrap_err();
        assert!(error.message().starts_with("expected \"renewed\", which means converted"), "{error}");
        let none = table("lead,stage\n1,open\n2,lost\n");
        let error = outcomes(&none, Some(&learnt), &OutcomeColumn::default()).unwrap_err();
        assert!(error.message().starts_with("expected \"won\" or \"renewed\", which"), "{error}");
    }

    #[test]
    fn an_absent_target_is_no_error_unless_asked_for() {
        assert_eq!(read("lead,win\n1,yes\n", &OutcomeColumn::default()), Ok(None));
        let error = read("lead,win\n1,yes\n", &asked("won", "")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingField);
        assert!(error.to_string().contains("did you mean \"win\"?"), "{error}");
        let known = read("lead,win\n1,1\n2,0\n", &asked("win", "1")).unwrap().unwrap();
        assert_eq!(known.converted, [Some(true), Some(false)]);
    }

    #[test]
    fn none_may_have_converted_yet_but_a_misspelt_value_shows() {
        let known = read("lead,won\n1,no\n2,no\n", &OutcomeColumn::default()).unwrap().unwrap();
        assert_eq!(known.converted, [Some(false); 2]);
        assert_eq!(known.notes, ["no lead has \"yes\" in \"won\", so none counts as converted"]);
        for (text, asked) in [
            ("lead,won\n1,ja\n2,nein\n", OutcomeColumn::default()),
            ("lead,won\n1,no\n2,no\n", asked("", "ja")),
        ] {
            let error = read(text, &asked).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Label);
            assert!(error.to_string().starts_with("new.csv:1:2: expected \""), "{error}");
        }
        // As written, or in another case.
        let known = read("lead,won\n1,YES\n2,No\n", &OutcomeColumn::default()).unwrap().unwrap();
        assert_eq!(known.converted, [Some(true), Some(false)]);
    }
}
