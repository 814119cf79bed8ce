//! Columns whose name says that they are written at or after the outcome.
//!
//! The vocabularies are those of Salesforce, `HubSpot` and Dynamics exports and of the grading tools beside them. A name
//! proves nothing; it says which question to ask.

use crate::train::schema::words;

/// What such a column is, in words, if its name is one of these.
pub(super) fn late(name: &str) -> Option<&'static str> {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !FILLERS.contains(word)).collect();
    let rule = |(what, is_so): &(&'static str, fn(&[&str]) -> bool)| is_so(&words).then_some(*what);
    RULES.iter().find_map(rule)
}

type Rule = (&'static str, fn(&[&str]) -> bool);

const RULES: [Rule; 5] = [
    ("its name says that it tells the outcome itself, or what follows it", tells_outcome),
    ("its name says where the lead stands in the sales process, which the outcome moves", is_stage),
    ("its name says that sales judged the lead while working on it, or a tool graded it", is_judgement),
    ("its name says that it is a last state, of which nothing tells the time", is_last_state),
    ("its name says that it measures the contact that may have brought the outcome", measures_contact),
];

/// Words that say nothing about when a column is written.
const FILLERS: [&str; 10] = ["hs", "sf", "a", "the", "of", "is", "has", "date", "current", "new"];
/// Whose state, quality or score it is.
const OF_LEAD: [&str; 9] =
    ["lead", "leads", "contact", "prospect", "deal", "sales", "opportunity", "record", "crm"];

fn has(words: &[&str], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(word))
}

/// `words` is one of `list`, alone or with whose it is: `Status`, `Lead Status`; but not `Marital Status`.
fn of_lead(words: &[&str], list: &[&str]) -> bool {
    match words {
        [word] => list.contains(word),
        [whose @ .., word] => list.contains(word) && whose.iter().all(|word| OF_LEAD.contains(word)),
        [] => false,
    }
}

fn ends(words: &[&str], ending: &[&str]) -> bool {
    words.ends_with(ending)
}

fn tells_outcome(words: &[&str]) -> bool {
    const EVENTS: [&str; 13] = [
        "converted",
        "won",
        "lost",
        "closed",
        "disqualified",
        "disqualification",
        "unqualified",
        "opportunity",
        "opportunities",
        "deals",
        "churned",
        "closedate",
        "dealstage",
    ];
    has(words, &EVENTS)
        || of_lead(words, &["close", "outcome", "result", "disposition"])
        || [&["loss", "reason"], &["close", "reason"], &["became", "customer"], &["customer", "since"]]
            .iter()
            .any(|pair| words.windows(2).any(|two| two == *pair))
}

fn is_stage(words: &[&str]) -> bool {
    let words: Vec<&str> = words.iter().copied().filter(|word| !matches!(*word, "reason" | "sub")).collect();
    has(&words, &["lifecyclestage", "leadstatus", "statecode", "statuscode", "substatus"])
        || ends(&words, &["lifecycle", "stage"])
        || ends(&words, &["pipeline", "stage"])
        || of_lead(&words, &["status", "stage", "state", "phase"]) && words != ["state"]
}

fn is_judgement(words: &[&str]) -> bool {
    const GRADES: [&str; 8] =
        ["quality", "profile", "rating", "grade", "score", "temperature", "priority", "index"];
    const GRADED: [&str; 16] = [
        "lead",
        "leads",
        "contact",
        "prospect",
        "profile",
        "activity",
        "engagement",
        "predictive",
        "behavior",
        "behaviour",
        "behavioral",
        "hubspot",
        "spot",
        "pardot",
        "marketo",
        "einstein",
    ];
    let graded = |words: &[&str]| match words {
        [before @ .., grade] => GRADES.contains(grade) && has(before, &GRADED),
        [] => false,
    };
    graded(words)
        || matches!(words, ["rating" | "grade" | "score" | "leadscore" | "hubspotscore" | "tag" | "tags"])
        || of_lead(words, &["tag", "tags"])
        || words
            .windows(2)
            .any(|two| matches!(two, ["likelihood" | "probability", "to"] | ["win" | "close", "probability"]))
}

fn is_last_state(words: &[&str]) -> bool {
    const STATES: [&str; 24] = [
        "activity",
        "activities",
        "action",
        "call",
        "called",
        "communication",
        "contact",
        "contacted",
        "email",
        "engagement",
        "event",
        "interaction",
        "login",
        "meeting",
        "modified",
        "notable",
        "page",
        "reply",
        "response",
        "seen",
        "touch",
        "touched",
        "update",
        "updated",
    ];
    has(words, &["lastmodifieddate", "lastactivity", "lastcontacted", "lastactivitydate"])
        || matches!(words, ["last" | "latest" | "recent", rest @ ..] if has(rest, &STATES))
}

fn measures_contact(words: &[&str]) -> bool {
    matches!(words, ["duration"])
        || matches!(
            words,
            [
                "call" | "talk" | "contact" | "conversation" | "meeting",
                "duration" | "length" | "time" | "minutes" | "seconds"
            ]
        )
        || matches!(
            words,
            ["call" | "talk", .., "duration" | "time"] | ["call" | "talk", "duration" | "time", ..]
        )
        || words.windows(2).any(|two| {
            matches!(two, ["times", "contacted"] | ["contacted", "notes"] | ["sales", "activities"])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_crm_programs_write_late_are_known() {
        let late_names = [
            "IsConverted",
            "Converted Account",
            "ConvertedOpportunityId",
            "Status",
            "Lead Status",
            "Status Reason",
            "Lifecycle Stage",
            "hs_lifecyclestage_customer_date",
            "Last Modified Date",
            "LastActivityDate",
            "Last Activity",
            "Number of Associated Deals",
            "Lead Score",
            "HubSpot Score",
            "Rating",
            "Tags",
            "Lead Quality",
            "Last Notable Activity",
            "Asymmetrique Activity Index",
            "duration",
            "Call Duration (s)",
            "Deal Stage",
            "Close Date",
            "Closed Won Reason",
            "Loss Reason",
            "Last Page Seen",
            "num_contacted_notes",
            "Became a Customer Date",
            "Disqualification reason",
            "statuscode",
            "lead_stage",
            "Number of times contacted",
            "outcome",
        ];
        let unknown: Vec<_> = late_names.into_iter().filter(|name| late(name).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn names_known_beforehand_are_not_among_them() {
        let early_names = [
            "Marital Status",
            "Employment status",
            "State",
            "Education",
            "Credit Score",
            "Lead Source",
            "Lead Origin",
            "Last Name",
            "Annual Revenue",
            "Number of Employees",
            "campaign",
            "previous",
            "poutcome",
            "contact",
            "default",
            "Total Time Spent on Website",
            "Page Views Per Visit",
            "TotalVisits",
            "What is your current occupation",
            "visit duration",
            "Company Profile",
            "Price Index",
            "cons.price.idx",
            "Funding Stage",
            "Exam Result",
            "Previous Outcome",
            "Do Not Call",
            "Contract Type",
            "Product Quality Interest",
            "Country/Region",
            "City",
            "Last year's revenue",
            "First Conversion",
            "Original Source",
            "Marketing contact status",
            "Profile Language",
        ];
        let accused: Vec<_> = early_names.into_iter().filter(|name| late(name).is_some()).collect();
        assert!(accused.is_empty(), "{accused:?}");
    }
}
