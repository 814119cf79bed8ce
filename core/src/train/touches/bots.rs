//! Touches that no person made.
//!
//! Security programs open every mail and follow every link before the person sees it, and would look like the keenest of
//! leads. What they do is told by three rules; each counts what it found, and none counts a touch that an earlier did:
//!
//! 1. **Agents.** The log has a column with the agent (the browser's name for itself), and it is that of a scanner or
//!    a crawler: a word of [`AGENTS`]. Image proxies (Gmail's, Yahoo's) are people opening a mail, and are kept.
//! 2. **Bursts.** [`BURST`] clicks on links of e-mails by one lead within less than [`BURST_WITHIN`]: all of them. Barracuda,
//!    Mimecast, Proofpoint and Microsoft Defender follow all links of a mail within seconds of each other; HubSpot and
//!    Salesforce Account Engagement filter by the same pattern ("bot filtering", "visitor filters").
//! 3. **Openings under a second.** A mail that is opened less than [`OPENED_AFTER`] after one was sent to the same lead: it
//!    had no time to be delivered.
//!
//! Who reads at a human pace is never touched: two clicks five seconds apart, over and over, make no burst.
//! The last two rules need times with seconds; in a log that tells days or minutes only, they are not applied.

use std::ops::AddAssign;

use serde::Serialize;

/// Parts of agents that are no people, in small letters: crawlers name themselves (`bot`, `crawler`, `spider`), libraries
/// and mail scanners go by their program's name.
pub const AGENTS: [&str; 17] = [
    "bot",
    "crawler",
    "spider",
    "headless",
    "phantomjs",
    "python-requests",
    "python-urllib",
    "curl/",
    "wget/",
    "go-http-client",
    "barracuda",
    "mimecast",
    "proofpoint",
    "safelinks",
    "symantec",
    "forcepoint",
    "messagelabs",
];

/// So many clicks …
pub const BURST: usize = 3;
/// … in less than so many milliseconds are a burst.
pub const BURST_WITHIN: i64 = 10_000;
/// A mail that is opened less than so many milliseconds after it was sent was opened by a program.
pub const OPENED_AFTER: i64 = 1_000;

/// How many touches were made by programs, by what told so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bots {
    /// Their agent is a scanner's.
    pub agents: u64,
    /// Their clicks came in bursts.
    pub bursts: u64,
    /// Their mails were opened under a second after they were sent.
    pub openings: u64,
}

impl Bots {
    /// All of them.
    pub fn all(self) -> u64 {
        self.agents + self.bursts + self.openings
    }
}

impl AddAssign for Bots {
    fn add_assign(&mut self, other: Self) {
        self.agents += other.agents;
        self.bursts += other.bursts;
        self.openings += other.openings;
    }
}

/// Whether an agent is that of a program that is no person's browser. A column of that name may have people in it: of a text without
/// what agents have, a version or a platform, only whole words say what crawlers call themselves, so that Talbot is no bot.
pub fn is_scanner(agent: &str) -> bool {
    const WORDS: [&str; 3] = ["bot", "crawler", "spider"];
    // A make of telephones whose name ends as that of a crawler.
    let agent = agent.to_ascii_lowercase().replace("cubot", "");
    let is_agent = agent.contains(|sign: char| sign.is_ascii_digit() || "/;(".contains(sign));
    let has_word = |part: &str| agent.split(|sign: char| !sign.is_alphanumeric()).any(|word| word == part);
    let says =
        |part: &&str| if is_agent || !WORDS.contains(part) { agent.contains(part) } else { has_word(part) };
    AGENTS.iter().any(says)
}

/// What the rules need to know of a touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mail {
    Sent,
    Open,
    Click,
    Other,
}

impl Mail {
    /// By the kind's name.
    pub(super) fn of(kind: &str) -> Self {
        match kind {
            "email-sent" => Self::Sent,
            "email-open" => Self::Open,
            "email-click" => Self::Click,
            _ => Self::Other,
        }
    }
}

/// Marks the touches of a lead that programs made; they are given in the order of time, in milliseconds.
pub(super) fn find(touches: &[(i64, Mail)], made: &mut Vec<bool>) -> Bots {
    made.clear();
    made.resize(touches.len(), false);
    let mut bots = Bots::default();
    let clicks: Vec<usize> = (0..touches.len()).filter(|place| touches[*place].1 == Mail::Click).collect();
    for burst in clicks.windows(BURST) {
        if touches[burst[BURST - 1]].0 - touches[burst[0]].0 < BURST_WITHIN {
            for place in burst {
                bots.bursts += u64::from(!made[*place]);
                made[*place] = true;
            }
        }
    }
    let mut sent = None;
    let mut from = 0;
    for place in 0..touches.len() {
        // Where a mail was sent and opened in the same millisecond, the sending may stand behind.
        while from < touches.len() && touches[from].0 <= touches[place].0 {
            if touches[from].1 == Mail::Sent {
                sent = Some(touches[from].0);
            }
            from += 1;
        }
        let quick = sent.is_some_and(|sent| touches[place].0 - sent < OPENED_AFTER);
        if touches[place].1 == Mail::Open && quick {
            made[place] = true;
            bots.openings += 1;
        }
    }
    bots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(touches: &[(i64, Mail)]) -> (Vec<bool>, Bots) {
        let mut made = Vec::new();
        let bots = find(touches, &mut made);
        (made, bots)
    }

    #[test]
    fn every_link_within_seconds_is_a_burst() {
        use Mail::{Click, Open, Sent};
        let (made, bots) = marked(&[
            (0, Sent),
            (5_000, Click),
            (6_000, Click),
            (9_000, Open),
            (14_999, Click),
            (15_000, Click),
            (60_000, Click),
        ]);
        assert_eq!(made, [false, true, true, false, true, true, false]);
        assert_eq!(bots, Bots { bursts: 4, ..Bots::default() });
    }

    #[test]
    fn two_clicks_are_a_person_and_so_are_slow_ones() {
        use Mail::Click;
        assert_eq!(marked(&[(0, Click), (1, Click)]).1.all(), 0);
        let slow: Vec<(i64, Mail)> = (0..50).map(|step| (step * 5_000, Click)).collect();
        assert_eq!(marked(&slow).1.all(), 0);
    }

    #[test]
    fn nobody_opens_within_a_second() {
        use Mail::{Open, Other, Sent};
        let (made, bots) = marked(&[
            (0, Open),
            (0, Sent),
            (999, Open),
            (1_000, Open),
            (1_500, Other),
            (2_000, Sent),
            (2_600, Open),
        ]);
        assert_eq!(made, [true, false, true, false, false, false, true]);
        assert_eq!(bots.openings, 3);
    }

    #[test]
    fn scanners_are_known_and_browsers_and_image_proxies_are_not() {
        for agent in ["Mozilla/5.0 (compatible; Googlebot/2.1)", "BarracudaCentral Link Checker", "curl/8.1"]
        {
            assert!(is_scanner(agent), "{agent}");
        }
        for agent in [
            "",
            "Talbot",
            "Anna Abbott",
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
        ] {
            assert!(!is_scanner(agent), "{agent}");
        }
    }
}
