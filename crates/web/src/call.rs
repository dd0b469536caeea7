//! What pages say about a telephone call, in a recovery and in the proof of a number alike.

use crate::text::T;
use crate::visit::Visit;
use app::script::Script;
use domain::call::{CallView, Limit, Outcome, Outlook, Progress, WRONG_PER_CALL};
use domain::ids::AccountId;

/// The line that says where the call stands, and its tone as a class. `wrong`: digits were keyed that were not right.
fn line(t: T, progress: Progress, wrong: bool, last_four: &str) -> (String, &'static str) {
    let key = match progress {
        Progress::Answered if wrong => "recovery-call-wrong".to_owned(),
        _ => format!("recovery-call-{}", progress.key()),
    };
    let line = match progress {
        Progress::Dialling | Progress::Ringing => t.f(key, &[("digits", last_four)]),
        Progress::Answered | Progress::Ended(_) => t.s(key),
    };
    let tone = match progress {
        Progress::Ended(Outcome::Proved) => "live-ok",
        Progress::Ended(_) => "live-bad",
        Progress::Answered if wrong => "live-bad",
        _ => "",
    };
    (line, tone)
}

/// A call as a page follows it: the digits to key, how it goes, what the voice says.
pub(crate) struct Part {
    pub(crate) line: String,
    pub(crate) tone: &'static str,
    pub(crate) first: String,
    pub(crate) second: String,
    pub(crate) tries_left: u32,
    /// What the voice says before anything else, where it asks for the number first.
    pub(crate) first_asked: String,
    pub(crate) subtitles: String,
}

impl Part {
    /// The part of the last call, if there was one. `says` is the key of what the voice says, and the account whose
    /// last four digits it speaks.
    pub(crate) fn of(
        visit: &Visit,
        call: &CallView,
        last_four: &str,
        says: (&'static str, &AccountId),
    ) -> Option<Self> {
        let t = visit.t();
        let progress = call.progress?;
        let wrong = call.running && call.tries_left < WRONG_PER_CALL;
        let (line, tone) = line(t, progress, wrong, last_four);
        let digits = call.digits.as_ref().map_or("", |d| d.expose());
        let (first, second) = digits.split_at_checked(3).unwrap_or((digits, ""));
        Some(Self {
            line,
            tone,
            first: first.to_owned(),
            second: second.to_owned(),
            tries_left: call.tries_left,
            first_asked: match visit.app().settings().script {
                Script::Digits => String::new(),
                Script::NumberFirst => t.s("recovery-call-script-number"),
            },
            subtitles: t.f(says.0, &[("digits", spoken(says.1))]),
        })
    }
}

/// The last four digits of an account's number, as the voice speaks them: one by one.
fn spoken(account: &AccountId) -> String {
    let digits: Vec<String> = account.last_four().chars().map(String::from).collect();
    digits.join(" ")
}

/// Why no call can be placed now and until when, if so; and the seconds until then.
pub(crate) fn blocked(visit: &Visit, outlook: &Outlook) -> (Option<String>, u64) {
    let Some((limit, until)) = outlook.block else {
        return (None, 0);
    };
    let t = visit.t();
    let key = match limit {
        Limit::WrongDigits => "recovery-phone-blocked-wrong-digits",
        Limit::Calls => "recovery-phone-blocked-calls",
        Limit::Unconnected => "recovery-phone-blocked-unconnected",
        Limit::Network => "recovery-phone-blocked-network",
    };
    let left = visit.ctx.now.until(until);
    let facts = [("time", visit.when(until).shown), ("wait", t.span(left))];
    let seconds = u64::try_from(left.as_seconds_up()).unwrap_or(0);
    (Some(t.f(key, &facts)), seconds)
}
