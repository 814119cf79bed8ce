//! What is to be said of columns that were left out since they may know the outcome: an inference, which whoever knows
//! how the table came to be may overrule.

use crate::train::audit::{Finding, FindingKind};
use crate::train::shell::option;

/// So many columns are named in a sentence.
const NAMED: usize = 3;
/// Longer names are cut, and not advised to be typed.
const NAME: usize = 60;

/// One sentence without its full stop: which columns were left out since they may know the outcome, why, and what brings
/// them back. `None` where there are none.
pub fn left_out(findings: &[Finding]) -> Option<String> {
    let accused = findings.iter().filter(|finding| finding.kind.accuses() && finding.excluded);
    let accused: Vec<(&str, FindingKind)> =
        accused.filter_map(|finding| Some((finding.field.as_deref()?, finding.kind))).collect();
    let (first, more) = match accused.len() {
        // "and 1 other" takes more room than a name.
        0..=4 => (&accused[..], 0),
        many => (&accused[..NAMED], many - NAMED),
    };
    // Columns with the same evidence share a reason; the first column's reason stands first.
    let mut reasons: Vec<([&str; 2], Vec<&str>)> = Vec::new();
    for (name, kind) in first {
        match reasons.iter_mut().find(|(reason, _)| *reason == why(*kind)) {
            Some((_, names)) => names.push(name),
            None => reasons.push((why(*kind), vec![name])),
        }
    }
    let part = |(place, (reason, names)): (usize, &([&str; 2], Vec<&str>))| {
        let many = names.len() > 1;
        let was = match (place, many) {
            (0, false) => " was left out",
            (0, true) => " were left out",
            _ => "",
        };
        let quoted: Vec<String> = names.iter().map(|name| format!("“{}”", cut(name))).collect();
        format!("{}{was}, because {}", listed(&quoted), reason[usize::from(many)])
    };
    let parts: Vec<String> = reasons.iter().enumerate().map(part).collect();
    let others = if more > 0 { format!("; so were {more} others") } else { String::new() };
    let known = match accused.len() {
        0 => return None,
        1 => "if it is known before the outcome, keep it",
        _ => "keep what is known before the outcome",
    };
    let typed = first.iter().filter(|(name, _)| name.chars().count() <= NAME);
    let flags: Vec<String> = typed.map(|(name, _)| option("--keep", name)).collect();
    let flags = if flags.is_empty() { "--keep".to_owned() } else { flags.join(" ") };
    Some(format!("{}{others}; {known}: {flags}", parts.join("; ")))
}

/// What the evidence says, of one column and of several.
fn why(kind: FindingKind) -> [&'static str; 2] {
    match kind {
        FindingKind::LabelCopy => ["it says the outcome again", "they say the outcome again"],
        FindingKind::OneOutcomeOnly => {
            ["it is filled in for one outcome only", "they are filled in for one outcome only"]
        }
        FindingKind::SettlesBothWays => [
            "some of its values nearly always convert and others nearly never",
            "some of their values nearly always convert and others nearly never",
        ],
        FindingKind::LateName => [
            "it is named like what is written at or after the outcome, and its numbers agree",
            "they are named like what is written at or after the outcome, and their numbers agree",
        ],
        _ => ["it foretells the outcome too well", "they foretell the outcome too well"],
    }
}

fn cut(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, kind: FindingKind, excluded: bool) -> Finding {
        let nothing = String::new();
        let [evidence, done, remedy] = [(); 3].map(|()| nothing.clone());
        Finding { field: Some(name.into()), kind, evidence, done, remedy, excluded }
    }

    #[test]
    fn an_accusation_is_as_strong_as_its_evidence() {
        let strong = found("engagement", FindingKind::DecidesAlone, true);
        assert_eq!(
            left_out(std::slice::from_ref(&strong)).unwrap(),
            "“engagement” was left out, because it foretells the outcome too well; if it is known before the outcome, keep it: --keep engagement"
        );
        let filled = |name| found(name, FindingKind::OneOutcomeOnly, true);
        assert_eq!(
            left_out(&[filled("closed at"), strong.clone(), filled("-won")]).unwrap(),
            "“closed at” and “-won” were left out, because they are filled in for one outcome only; “engagement”, because it foretells the outcome too well; keep what is known before the outcome: --keep 'closed at' --keep engagement --keep='-won'"
        );
        let many: Vec<Finding> = ["a", "b", "c", "d", "e"].map(filled).to_vec();
        assert!(left_out(&many).unwrap().contains(
            "“c” were left out, because they are filled in for one outcome only; so were 2 others; "
        ));
        // Questions, and columns that say nothing, are no accusations that were acted on.
        let others =
            [found("kept", FindingKind::StrongAlone, false), found("id", FindingKind::Identifier, true)];
        assert_eq!(left_out(&others), None);
    }
}
