//! What is known of one call at one carrier, and what it is answered when it asks what to do.
//!
//! Invariants: one request is dealt with at a time; keys count for the question they answer, so that a request that
//! comes twice presses nothing; each signature serves once; a recording is there while it is the newest or the one
//! before it, and as long as the call.

use super::document::{self, Wanted};
use super::event::{Event, Status};
use super::signed::Signature;
use crate::voice::carriers::{Tried, lock};
use crate::voice::sip::answer;
use app::ports::{CallPlan, Key, Next};
use app::script::OWN_NUMBER;
use domain::call::Outcome;
use std::collections::HashSet;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::watch;

/// Questions in one call at most: somebody who never stops pressing is not listened to for ever.
const MOST_TURNS: u32 = 64;
/// Requests with a right signature in one call at most.
const MOST_REQUESTS: usize = 256;
/// Keys of a try.
const KEYS: usize = 6;

/// One call at one carrier.
pub(super) struct Leg {
    plan: CallPlan,
    carrier: String,
    /// Where it is told of.
    pub(super) address: String,
    /// The carrier's name of it, as it was told first.
    id: OnceLock<String>,
    talk: tokio::sync::Mutex<Talk>,
    /// The recordings that were asked to be played: their turns and prompts.
    said: Mutex<Vec<(u32, &'static str)>>,
    used: Mutex<HashSet<Signature>>,
    seen: watch::Sender<Seen>,
}

/// How far it is.
#[derive(Default)]
struct Seen {
    rang: bool,
    answered: bool,
    over: Option<Tried>,
}

/// The conversation.
struct Talk {
    /// The number of the present question.
    turn: u32,
    /// Whether something is said with it.
    says: bool,
    asks_number: bool,
    /// Keys of a try that is not complete.
    pending: usize,
    /// How often in a row nothing was pressed.
    silences: u32,
    ending: bool,
}

/// What of a call a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// It was answered: what now?
    Begin,
    /// What came of this question.
    Turn(u32),
    /// How it stands.
    Status,
}

impl Leg {
    pub(super) fn new(plan: CallPlan, carrier: String, address: String) -> Self {
        Self {
            plan,
            carrier,
            address,
            id: OnceLock::new(),
            talk: tokio::sync::Mutex::new(Talk {
                turn: 0,
                says: false,
                asks_number: false,
                pending: 0,
                silences: 0,
                ending: false,
            }),
            said: Mutex::default(),
            used: Mutex::default(),
            seen: watch::Sender::default(),
        }
    }

    /// Whether it goes over this carrier.
    pub(super) fn goes_over(&self, carrier: &str) -> bool {
        self.carrier == carrier
    }

    /// The carrier's name of it.
    pub(super) fn id(&self) -> Option<&str> {
        self.id.get().map(String::as_str)
    }

    /// Whether this is the carrier's name of it; the first one told is.
    pub(super) fn is(&self, id: &str) -> bool {
        self.id.get_or_init(|| id.to_owned()) == id
    }

    pub(super) fn was_answered(&self) -> bool {
        self.seen.borrow().answered
    }

    /// Whether the carrier said that it is over.
    pub(super) fn is_over(&self) -> bool {
        self.seen.borrow().over.is_some()
    }

    /// Waits until the carrier says that it is over.
    pub(super) async fn over(&self) -> Tried {
        let mut seen = self.seen.subscribe();
        let over = seen.wait_for(|seen| seen.over.is_some()).await;
        let over = over.ok().and_then(|seen| seen.over.clone());
        over.unwrap_or(Tried::Over(Outcome::Failed))
    }

    /// Takes a signature; false if it was used before, or if there were too many.
    pub(super) fn take(&self, signature: Signature) -> bool {
        let mut used = lock(&self.used);
        used.len() < MOST_REQUESTS && used.insert(signature)
    }

    /// The prompt that is to be played at this turn.
    pub(super) fn prompt(&self, turn: u32) -> Option<&'static str> {
        let said = lock(&self.said);
        let mut last = said.iter().rev().take(2);
        last.find(|(at, _)| *at == turn).map(|(_, prompt)| *prompt)
    }

    pub(super) const fn plan(&self) -> &CallPlan {
        &self.plan
    }

    /// Takes in what the carrier tells, and answers with what it is to do; nothing where it does not ask.
    pub(super) async fn told(
        &self,
        about: About,
        event: &Event,
        quiet: Duration,
    ) -> Option<String> {
        let mut talk = self.talk.lock().await;
        if let Some(status) = event.status {
            self.stands(status, event.code).await;
        }
        if about == About::Status {
            return None;
        }
        if self.is_over() {
            return Some(document::end(None));
        }
        let next = match about {
            About::Begin if !self.was_answered() => {
                self.seen.send_modify(|seen| seen.answered = true);
                Some(self.plan.desk.answered().await)
            }
            About::Turn(turn) if turn == talk.turn && turn > 0 && !talk.ending => {
                Some(self.keyed(&mut talk, &event.keys).await)
            }
            // Asked again: it gets the same answer.
            _ => None,
        };
        if let Some(next) = next {
            self.goes_on(&mut talk, next);
        }
        Some(self.document(&talk, quiet))
    }

    /// The carrier told how it stands.
    async fn stands(&self, status: Status, code: Option<u16>) {
        let (rang, answered) = {
            let seen = self.seen.borrow();
            (seen.rang, seen.answered)
        };
        let over = match status {
            Status::Dialled | Status::Answered => return,
            Status::Ringing if rang || answered => return,
            Status::Ringing => {
                self.seen.send_modify(|seen| seen.rang = true);
                return self.plan.desk.ringing().await;
            }
            Status::Completed if answered => Tried::Over(Outcome::HungUp),
            // Somebody picked up, and we were not asked what to say.
            Status::Completed => Tried::Over(Outcome::Failed),
            Status::Busy => Tried::Over(Outcome::Busy),
            Status::NoAnswer | Status::Canceled => Tried::Over(Outcome::NoAnswer),
            Status::Failed => match code {
                Some(code @ 400..700) => answer::tried(code, rang || answered),
                _ if rang || answered => Tried::Over(Outcome::Failed),
                _ => Tried::failed("it could not connect the call"),
            },
        };
        self.seen.send_modify(|seen| {
            seen.over.get_or_insert(over);
        });
    }

    /// What came of the present question.
    async fn keyed(&self, talk: &mut Talk, keys: &[Key]) -> Next {
        if keys.is_empty() {
            // Twice the time of a question is as long as other telephones wait.
            talk.silences += 1;
            if talk.silences % 2 == 1 {
                return Next::Listen;
            }
            talk.pending = 0;
            return self.plan.desk.quiet().await;
        }
        talk.silences = 0;
        let end = talk.asks_number.then_some(&Key::Hash);
        let mut next = Next::Listen;
        for key in keys.iter().chain(end) {
            let said = self.plan.desk.pressed(*key).await;
            talk.pending = match (said, key) {
                (Next::Hush, Key::Digit(_)) => talk.pending + 1,
                (Next::Listen, _) => talk.pending,
                _ => 0,
            };
            match (said, next) {
                (Next::Listen, _) | (Next::Hush, Next::Say(_)) => {}
                _ => next = said,
            }
            if matches!(next, Next::SayAndEnd(_) | Next::End) {
                break;
            }
        }
        next
    }

    /// The next question, or the last words.
    fn goes_on(&self, talk: &mut Talk, next: Next) {
        talk.turn += 1;
        let prompt = match next {
            Next::Listen | Next::Hush | Next::End => None,
            Next::Say(prompt) | Next::SayAndEnd(prompt) => Some(prompt),
        };
        talk.ending = matches!(next, Next::SayAndEnd(_) | Next::End) || talk.turn >= MOST_TURNS;
        talk.says = prompt.is_some();
        if let Some(prompt) = prompt {
            talk.asks_number = prompt == OWN_NUMBER;
            lock(&self.said).push((talk.turn, prompt));
        }
    }

    fn document(&self, talk: &Talk, quiet: Duration) -> String {
        let then = format!("{}/{}", self.address, talk.turn);
        let sound = talk.says.then(|| format!("{then}.wav"));
        if talk.ending {
            return document::end(sound.as_deref());
        }
        let wanted = match talk.asks_number {
            true => Wanted::Number,
            false => Wanted::Digits(KEYS - talk.pending.min(KEYS - 1)),
        };
        document::listen(sound.as_deref(), wanted, quiet / 2, &then)
    }
}
