//! What pages say about a telephone call, in a recovery and in the proof of a number alike.

use crate::text::T;
use crate::visit::Visit;
use domain::call::{Limit, Outcome, Progress};
use domain::ids::AccountId;
use domain::time::Timestamp;

/// The line that says where the call stands, and its tone as a class. `wrong`: digits were keyed that were not right.
pub(crate) fn line(
    t: T,
    progress: Progress,
    wrong: bool,
    last_four: &str,
) -> (String, &'static str) {
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

/// The last four digits of an account's number, as the voice speaks them: one by one.
pub(crate) fn spoken(account: &AccountId) -> String {
    let digits: Vec<String> = account.last_four().chars().map(String::from).collect();
    digits.join(" ")
}

/// Why no call can be placed now, and until when.
pub(crate) fn blocked(visit: &Visit, limit: Limit, until: Timestamp) -> String {
    let t = visit.t();
    let key = match limit {
        Limit::WrongDigits => "recovery-phone-blocked-wrong-digits",
        Limit::Calls => "recovery-phone-blocked-calls",
        Limit::Unconnected => "recovery-phone-blocked-unconnected",
        Limit::Network => "recovery-phone-blocked-network",
    };
    let wait = t.span(visit.ctx.now.until(until));
    t.f(key, &[("time", visit.when(until).shown), ("wait", wait)])
}
