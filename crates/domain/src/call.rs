//! Phone calls: what is asked of the telephone, what it reports, and how many calls there may be.
//!
//! A call shows six digits on the page and hears them keyed on the phone (R-REC-19): never told by the voice, never
//! typed on the page. It serves recovery and the proof of a number alike, and both count into the same limits.
//!
//! Invariants: only wrong digits count against a person (P-03); a call that never connected counts against cost only;
//! six keys are one try; no code begins with 9, because that key says "this was not me".

mod budget;
mod course;

pub use budget::{Budget, Cost, HOUR, Share, Spent, for_all};
pub use course::{Call, CallView, Heard, forbids_a_call, may_place};

use crate::client::Client;
use crate::dice::Dice;
use crate::ids::{AccountId, CallId, CaseId, FlowId};
use crate::locale::Locale;
use crate::secret::equal;
use crate::time::{Span, Timestamp};
use factors::keypad;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The life of the digits (NIST SP 800-63B-4 section 4.2.1.2: at most ten minutes by voice).
pub const DIGITS_LIFE: Span = Span::minutes(10);
/// The longest call.
pub const LONGEST: Span = Span::seconds(90);
/// A call of which nothing was heard for so long after its longest time is lost.
pub const GRACE: Span = Span::seconds(30);
/// Wrong entries in one call.
pub const WRONG_PER_CALL: u32 = 3;
/// Wrong entries of one account in 24 h.
pub const WRONG_PER_DAY: u32 = 9;
/// Connected calls to one number in 24 h.
pub const PER_NUMBER: u32 = 5;
/// Connected calls for one account in 24 h.
pub const PER_ACCOUNT: u32 = 10;
/// Calls ordered from one address block in an hour.
pub const PER_BLOCK: u32 = 20;
/// Calls of one account that never connected, in an hour.
pub const UNCONNECTED_PER_HOUR: u32 = 3;
/// The same in 24 h.
pub const UNCONNECTED_PER_DAY: u32 = 10;
/// Calls with wrong digits before the first wait.
pub const WRONG_CALLS_FREE: u32 = 3;
/// The waits after the third, the fourth and every further call with wrong digits in 24 h.
pub const WAITS: [Span; 3] = [Span::minutes(15), Span::hours(1), Span::hours(24)];
/// What the daily limits look back over.
pub const DAY: Span = Span::hours(24);

/// Six digits that a page shows and a phone keys. Wiped when dropped, compared in constant time, not printed.
///
/// They are written only into sealed rows: the page must be able to show them again after a restart.
#[derive(Clone, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digits(String);

impl Digits {
    /// Draws six digits of which the first is not 9.
    pub fn draw(dice: &Dice, label: &str) -> Self {
        let code = keypad::CallCode::for_call(dice.bytes(&format!("digits{label}")));
        Self(code.to_text().to_string())
    }

    /// What was keyed: exactly six decimal digits, else nothing.
    pub fn keyed(text: &str) -> Option<Self> {
        (text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())).then(|| Self(text.to_owned()))
    }

    /// The digits. Every call of this is a place to review.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Digits {
    fn eq(&self, other: &Self) -> bool {
        equal(self.0.as_bytes(), other.0.as_bytes())
    }
}
impl Eq for Digits {}

impl std::fmt::Debug for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digits(..)")
    }
}

/// What a call is for; the events of the call go there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Purpose {
    /// The phone proof of a recovery case.
    Recovery(CaseId),
    /// The proof of a number in an account's contact information.
    PhoneProof(FlowId),
    /// A rehearsal of a recovery, which proves nothing.
    Drill(FlowId),
}

impl Purpose {
    /// The word in rows, and the name of the prompt.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Recovery(_) => "recovery",
            Self::PhoneProof(_) => "phone-proof",
            Self::Drill(_) => "drill",
        }
    }
}

/// A call to be placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOrder {
    /// Its id: the outbox dials each at most once.
    pub call: CallId,
    /// What it is for.
    pub purpose: Purpose,
    /// The number in E.164.
    pub to: String,
    /// The language that is spoken.
    pub locale: Locale,
    /// The account whose last four digits are spoken.
    pub account: AccountId,
    /// Who asked for it: place and device are named.
    pub client: Client,
    /// The digits to be keyed.
    pub digits: Digits,
    /// When it was ordered.
    pub at: Timestamp,
    /// Dialled later than this, it is pointless and is not dialled.
    pub until: Timestamp,
}

/// What the telephone reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallEvent {
    /// The far phone rings.
    Ringing,
    /// Somebody or something answered.
    Answered,
    /// Six digits were keyed: one try.
    Keyed(Digits),
    /// 9 was the first key: the person called did not ask for this.
    NotMe,
    /// The call is over.
    Ended(Outcome),
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The digits were right.
    Proved,
    /// Three wrong tries.
    WrongDigits,
    /// The person called pressed 9.
    Objected,
    /// The person called put the receiver down, or the time was over.
    HungUp,
    /// The line was busy.
    Busy,
    /// The call was declined.
    Declined,
    /// Nobody answered.
    NoAnswer,
    /// The network or the phone bars such calls.
    Barred,
    /// The carrier could not connect it.
    Failed,
    /// Nothing more was heard of it, for instance because the server was restarted. Unless it was answered before,
    /// such a call counts nowhere.
    Lost,
    /// The case was closed meanwhile. Counts as not connected, so that closing cases does not make calls free.
    Cancelled,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 11] = [
        Self::Proved,
        Self::WrongDigits,
        Self::Objected,
        Self::HungUp,
        Self::Busy,
        Self::Declined,
        Self::NoAnswer,
        Self::Barred,
        Self::Failed,
        Self::Lost,
        Self::Cancelled,
    ];

    /// The word in rows, records and texts (`call-ended-‹key›`).
    pub const fn key(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::WrongDigits => "wrong-digits",
            Self::Objected => "objected",
            Self::HungUp => "hung-up",
            Self::Busy => "busy",
            Self::Declined => "declined",
            Self::NoAnswer => "no-answer",
            Self::Barred => "barred",
            Self::Failed => "failed",
            Self::Lost => "lost",
            Self::Cancelled => "cancelled",
        }
    }

    /// The outcome of that word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.key() == key)
    }

    /// Whether it follows from what was keyed; no telephone can report it.
    pub const fn decided_here(self) -> bool {
        matches!(self, Self::Proved | Self::WrongDigits | Self::Objected)
    }
}

/// What the voice says next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// Nothing new.
    Nothing,
    /// Thanks; then it puts the receiver down (R-REC-40).
    Thanks,
    /// Those were not the digits; the prompt again.
    Again {
        /// Tries left in this call.
        left: u32,
    },
    /// Too many wrong digits; then it puts the receiver down.
    Goodbye,
    /// Thanks for saying so, it is stopped; then it puts the receiver down.
    Stopped,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", content = "how", rename_all = "kebab-case")]
pub enum Progress {
    /// Ordered; it is being dialled.
    Dialling,
    /// The far phone rings.
    Ringing,
    /// Somebody is on the line.
    Answered,
    /// Over.
    Ended(Outcome),
}

impl Progress {
    /// Whether the call still runs.
    pub const fn running(self) -> bool {
        !matches!(self, Self::Ended(_))
    }

    /// The key of the state line in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Dialling => "dialling",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Ended(outcome) => outcome.key(),
        }
    }
}

/// What is kept of a call for the limits: a row of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// Which.
    pub call: CallId,
    /// For whom.
    pub account: AccountId,
    /// What for.
    pub purpose: Purpose,
    /// The number called, in E.164; the store keeps a keyed hash.
    pub number: String,
    /// The address block it was ordered from.
    pub block: String,
    /// When it was ordered.
    pub placed_at: Timestamp,
    /// The last change.
    pub changed_at: Timestamp,
    /// Whether it was ever answered.
    pub connected: bool,
    /// Wrong tries.
    pub wrong: u32,
    /// Where it stands.
    pub progress: Progress,
    /// What it cost, in the operator's unit.
    pub price: u32,
}

/// A call of the last 24 hours, as the limits see it. Calls that were [`Outcome::Lost`] before an answer are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastCall {
    /// When it was ordered.
    pub placed_at: Timestamp,
    /// Its last change.
    pub changed_at: Timestamp,
    /// Whether it was ever answered.
    pub connected: bool,
    /// Whether no end of it was reported.
    pub running: bool,
    /// Wrong tries.
    pub wrong: u32,
    /// Whether it went to the number in question.
    pub same_number: bool,
    /// Whether it was for the account in question.
    pub same_account: bool,
    /// Whether it was ordered from the address block in question.
    pub same_block: bool,
    /// What it cost, in the operator's unit.
    pub price: u32,
}

impl PastCall {
    /// Whether it runs; a call of which nothing was heard for long does not.
    pub fn live(&self, now: Timestamp) -> bool {
        self.running && now < self.lost_at()
    }

    /// When nothing more can be expected of it.
    pub fn lost_at(&self) -> Timestamp {
        self.placed_at + LONGEST + GRACE
    }
}

/// Why no call can be placed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Wrong digits.
    WrongDigits,
    /// Calls to this number or for this account.
    Calls,
    /// Calls that never connected.
    Unconnected,
    /// Calls from this network.
    Network,
}

/// What is shown before each call (P-04): what is left, and the end of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// Calls that may still be answered in these 24 hours.
    pub left: u32,
    /// Wrong entries that are left in these 24 hours.
    pub wrong_left: u32,
    /// Calls with wrong digits in these 24 hours.
    pub wrong_calls: u32,
    /// The block and its end.
    pub block: Option<(Limit, Timestamp)>,
}

/// Whether and when the next call may be placed, from the calls of the last 24 hours.
pub fn outlook(past: &[PastCall], now: Timestamp) -> Outlook {
    let window = |span: Span, fits: &dyn Fn(&PastCall) -> bool, limit: u32| {
        let mut times: Vec<Timestamp> = past
            .iter()
            .filter(|c| fits(c) && now.since(c.placed_at) < span)
            .map(|c| c.placed_at)
            .collect();
        times.sort_unstable();
        let used = u32::try_from(times.len()).unwrap_or(u32::MAX);
        let over = usize::try_from(used.saturating_sub(limit)).unwrap_or(usize::MAX);
        let until = (used >= limit)
            .then(|| times.get(over).map(|t| *t + span))
            .flatten();
        (limit.saturating_sub(used), until)
    };
    let counted = |c: &PastCall| c.connected || c.live(now);
    let (number, number_until) = window(DAY, &|c| c.same_number && counted(c), PER_NUMBER);
    let (account, account_until) = window(DAY, &|c| c.same_account && counted(c), PER_ACCOUNT);
    let missed = |c: &PastCall| c.same_account && !c.connected && !c.running;
    let (_, hour_until) = window(Span::hours(1), &missed, UNCONNECTED_PER_HOUR);
    let (_, day_until) = window(DAY, &missed, UNCONNECTED_PER_DAY);
    let (_, block_until) = window(Span::hours(1), &|c| c.same_block, PER_BLOCK);
    let wrong = wrong_digits(past, now);
    let blocks = [
        (Limit::WrongDigits, wrong.until),
        (Limit::Calls, number_until),
        (Limit::Calls, account_until),
        (Limit::Unconnected, hour_until),
        (Limit::Unconnected, day_until),
        (Limit::Network, block_until),
    ];
    Outlook {
        left: number.min(account),
        wrong_left: WRONG_PER_DAY.saturating_sub(wrong.tries),
        wrong_calls: wrong.calls,
        block: blocks
            .into_iter()
            .filter_map(|(limit, until)| until.filter(|t| *t > now).map(|t| (limit, t)))
            .max_by_key(|(_, until)| *until),
    }
}

/// Wrong digits of the account in the last 24 hours.
struct WrongDigits {
    tries: u32,
    calls: u32,
    until: Option<Timestamp>,
}

fn wrong_digits(past: &[PastCall], now: Timestamp) -> WrongDigits {
    let mut recent: Vec<&PastCall> = past
        .iter()
        .filter(|c| c.same_account && c.wrong > 0 && now.since(c.changed_at) < DAY)
        .collect();
    recent.sort_unstable_by_key(|c| c.changed_at);
    let tries: u32 = recent.iter().map(|c| c.wrong).sum();
    let calls = u32::try_from(recent.len()).unwrap_or(u32::MAX);
    // The oldest calls leave the window one by one; the block ends when what remains is below the limit.
    let mut remaining = tries;
    let mut by_tries = None;
    for call in &recent {
        if remaining < WRONG_PER_DAY {
            break;
        }
        remaining -= call.wrong;
        by_tries = Some(call.changed_at + DAY);
    }
    let by_calls = calls.checked_sub(WRONG_CALLS_FREE).and_then(|over| {
        let step = usize::try_from(over)
            .unwrap_or(usize::MAX)
            .min(WAITS.len() - 1);
        let wait = WAITS.get(step)?;
        recent.last().map(|c| c.changed_at + *wait)
    });
    WrongDigits {
        tries,
        calls,
        until: by_tries.max(by_calls),
    }
}

#[cfg(test)]
mod tests;
