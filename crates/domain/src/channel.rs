//! The guard of the channels: settings that carry or protect a recovery, and what a change of them pauses.
//!
//! Configuration is a file, and whoever may write it is not known. So the server compares what it was started with to
//! what was approved: where they differ, the channel is *paused for recovery cases* for a day and until an operator has
//! approved; the file's author is the first person, the operator is the second (decision 0012). Of the settings nothing
//! is kept but names of keys and keyed digests; of the holds, which are no secret, the values, because the stricter of
//! two counts meanwhile.
//!
//! Invariants, each with a test:
//! - what a server runs with and nobody approved pauses, whichever of several servers it is;
//! - a pause ends by approval and time, by the old settings coming back, or, where nobody may decide, by time alone;
//! - what was declined never comes into force; what an approval covers is what was running when it was given;
//! - a hold is never shorter, and a set of proofs never open, because of a change that is not in force.

use crate::clock::Shift;
use crate::operator::{APART, Operator};
use crate::recovery::Ways;
use crate::refusal::{Code, Refusal};
use crate::support::Deed;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A change pauses for so long at least; a setting may lengthen it.
pub const PAUSE: Span = Span::hours(24);
/// A server that did not say for so long what it runs with does not run.
pub const LIVE: Span = Span::minutes(5);
/// Settings in which several servers of one installation differ: an approved value goes on counting beside later ones.
const OF_A_SERVER: [&str; 5] = [
    "voice.http.callback_url",
    "voice.sip.local_address",
    "voice.sip.port",
    "voice.sip.public_address",
    "voice.sip.sound_ports",
];
/// So many values of such a setting are kept.
const MOST_SERVERS: usize = 64;
/// A key that is not set.
const UNSET: &str = "";

/// What belongs together: a channel, or what protects both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// How mail goes.
    Mail,
    /// How calls go, and to which countries.
    Voice,
    /// Which proofs are asked for, and how long is waited.
    Holds,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mail, Self::Voice, Self::Holds];

    /// The word in rows, paths and texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Voice => "voice",
            Self::Holds => "holds",
        }
    }

    /// The part of that word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }
}

/// The settings that protect a recovery by asking for more or by waiting longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holds {
    /// The sets of proofs.
    pub ways: Ways,
    /// The wait of a support case.
    pub wait: Span,
    /// The wait where nothing is left; nothing where nobody is let in then.
    pub long_wait: Option<Span>,
    /// How long a change pauses.
    pub pause: Span,
}

impl Holds {
    /// Whatever is stricter, of each.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            ways: self.ways.narrowed(other.ways),
            wait: self.wait.max(other.wait),
            long_wait: self.long_wait.zip(other.long_wait).map(|(a, b)| a.max(b)),
            pause: self.pause.max(other.pause),
        }
    }
}

/// What a server runs with: of each key that is not at its default, a keyed digest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// The digests, by key.
    pub keys: BTreeMap<String, String>,
    /// The holds, in their own part only.
    pub holds: Option<Holds>,
}

/// Where a server runs with something else than what was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Value {
    keys: BTreeMap<String, String>,
    holds: Option<Holds>,
    at: Timestamp,
}

/// What an operator said to a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is ours.
    Approved,
    /// It is not: the pause stays until the old settings are back.
    Declined,
}

/// A change that is not in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When it was found. Names it: another change has another moment.
    pub since: Timestamp,
    /// It pauses until then at least.
    pub until: Timestamp,
    /// What was said to it.
    pub decided: Option<(Verdict, Deed)>,
    values: Vec<Value>,
}

impl Change {
    /// The keys that differ.
    pub fn keys(&self) -> Vec<&str> {
        let keys = self.values.iter().flat_map(|value| value.keys.keys());
        let keys: BTreeSet<&str> = keys.map(String::as_str).collect();
        keys.into_iter().collect()
    }

    fn verdict(&self) -> Option<Verdict> {
        self.decided.as_ref().map(|(verdict, _)| *verdict)
    }
}

/// What is known of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guarded {
    /// Which part.
    pub part: Part,
    /// The holds that were approved, in their own part.
    pub holds: Option<Holds>,
    /// What differs from what was approved, if anything does.
    pub change: Option<Change>,
    approved: BTreeMap<String, Vec<String>>,
}

/// What a look at the settings brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// A change that was not known.
    Changed,
    /// The old settings are back; the pause is over.
    Restored,
    /// The change is in force: it was approved and its time is over.
    InForce,
    /// The change is in force by time alone: nobody may decide.
    Lapsed,
}

/// The circumstances of a look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// How long a change pauses.
    pub pause: Span,
    /// Whether no other server can run on this store.
    pub alone: bool,
    /// The moment.
    pub now: Timestamp,
}

impl Guarded {
    /// What the first start of an installation finds: it is what the installation is.
    pub fn first(part: Part, seen: &Seen) -> Self {
        let keys = seen.keys.iter();
        Self {
            part,
            holds: seen.holds,
            change: None,
            approved: keys
                .map(|(key, value)| (key.clone(), vec![value.clone()]))
                .collect(),
        }
    }

    /// Where this differs from what was approved.
    pub fn differs(&self, seen: &Seen) -> BTreeMap<String, String> {
        let keys: BTreeSet<&String> = self.approved.keys().chain(seen.keys.keys()).collect();
        let found = keys.into_iter().filter_map(|key| {
            let value = seen.keys.get(key).map_or(UNSET, String::as_str);
            let known = match self.approved.get(key) {
                Some(values) => values.iter().any(|known| known == value),
                None => false,
            };
            let unset = value == UNSET && OF_A_SERVER.contains(&key.as_str());
            (!known && !unset).then(|| (key.clone(), value.to_owned()))
        });
        found.collect()
    }

    /// A server says what it runs with: at its start, and every minute.
    pub fn look(&mut self, seen: &Seen, operators: &[Operator], at: &Look) -> Option<Came> {
        let (keys, now) = (self.differs(seen), at.now);
        let mut change = match self.change.take() {
            Some(change) => change,
            None if keys.is_empty() => return None,
            None => Change {
                since: now,
                until: now,
                decided: None,
                values: Vec::new(),
            },
        };
        let runs = |value: &Value| value.keys == keys || (!at.alone && now.since(value.at) < LIVE);
        // What was approved stays together while any of it runs: a server may be down at the end of the day.
        let approved = change.verdict() == Some(Verdict::Approved) && !at.alone;
        if !approved || !change.values.iter().any(runs) {
            change.values.retain(runs);
        }
        let (mut came, rest) = (None, change.values.len());
        match change.values.iter_mut().find(|value| value.keys == keys) {
            Some(value) => value.at = now,
            None if keys.is_empty() => {}
            None => {
                let holds = seen.holds;
                change.values.push(Value {
                    keys,
                    holds,
                    at: now,
                });
                (change.since, change.until) = (now, now + at.pause);
                // What was said was said of other settings. A no stays while what it was said of still runs.
                if rest == 0 || change.verdict() == Some(Verdict::Approved) {
                    change.decided = None;
                }
                came = Some(Came::Changed);
            }
        }
        if change.values.is_empty() {
            return Some(Came::Restored);
        }
        let over = came.is_none() && now >= change.until;
        let may = |operator: &Operator| may_decide(operator, &change, now).is_ok();
        let came = match change.verdict() {
            Some(Verdict::Approved) if over => Some(Came::InForce),
            None if over && !operators.iter().any(may) => Some(Came::Lapsed),
            _ => came,
        };
        match came {
            Some(Came::InForce | Came::Lapsed) => self.take_over(&change),
            _ => self.change = Some(change),
        }
        came
    }

    /// What was changed counts from now on.
    fn take_over(&mut self, change: &Change) {
        for key in change.keys() {
            let values = change.values.iter().filter_map(|value| value.keys.get(key));
            let mut values: Vec<String> = values.cloned().collect();
            if OF_A_SERVER.contains(&key) {
                let before = self.approved.remove(key).into_iter().flatten();
                values.extend(
                    before
                        .filter(|value| !values.contains(value))
                        .collect::<Vec<_>>(),
                );
                values.truncate(MOST_SERVERS);
            }
            self.approved.insert(key.to_owned(), values);
        }
        self.approved
            .retain(|_, values| values.iter().any(|value| value != UNSET));
        let holds = change.values.iter().filter_map(|value| value.holds);
        self.holds = holds.reduce(Holds::stricter).or(self.holds);
    }

    /// An operator decides about the change that was found then.
    ///
    /// # Errors
    /// `GL-OPER-013` where that change is decided, in force, gone or another; `GL-OPER-014`, `GL-OPER-006` where this
    /// operator may not.
    pub fn decide(
        &mut self,
        since: Timestamp,
        verdict: Verdict,
        operator: &Operator,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let change = self.change.as_mut();
        let Some(change) = change.filter(|c| c.since == since && c.verdict() != Some(verdict))
        else {
            return Err(Code::ChangeOver.into());
        };
        if change.verdict() == Some(Verdict::Declined) {
            return Err(Code::ChangeOver.into());
        }
        may_decide(operator, change, now)?;
        change.values.retain(|value| now.since(value.at) < LIVE);
        if change.values.is_empty() {
            return Err(Code::ChangeOver.into());
        }
        let by = operator.id.as_str().to_owned();
        change.decided = Some((verdict, Deed { by, at: now }));
        Ok(())
    }

    /// Until when it pauses at least, if it does.
    pub fn paused(&self, now: Timestamp) -> Option<Timestamp> {
        let change = self.change.as_ref()?;
        let over = change.verdict() == Some(Verdict::Approved) && now >= change.until;
        (!over).then_some(change.until)
    }

    /// Makes up for a jump of the clock.
    pub fn shift(&mut self, shift: &Shift) {
        if let Some(change) = &mut self.change {
            change.until = shift.end(change.until);
            for value in &mut change.values {
                value.at = shift.beginning(value.at, LIVE);
            }
        }
    }
}

/// May this operator decide about this change? Whoever has the host makes operators: one who got the right, or was set up,
/// after the change was found was perhaps made for it, and stays apart from it for 30 days.
///
/// # Errors
/// `GL-OPER-006` for one who was removed or is not set up, `GL-OPER-014` with the time.
pub fn may_decide(operator: &Operator, change: &Change, now: Timestamp) -> Result<(), Refusal> {
    let (None, Some(set_up)) = (operator.removed_at, operator.set_up_at) else {
        return Err(Code::NoSuchOperator.into());
    };
    let since = operator.granted_at.max(set_up);
    if since > change.since && now.since(since) < APART {
        return Err(Refusal::new(Code::DeciderNew).until(since + APART));
    }
    Ok(())
}

/// Which channels are paused for cases, and until when at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pauses {
    /// Mail.
    pub mail: Option<Timestamp>,
    /// Calls.
    pub voice: Option<Timestamp>,
}

impl Pauses {
    /// Whether cases may use mail.
    ///
    /// # Errors
    /// `GL-OPER-011`, with the time before which it does not end.
    pub fn mail(&self, now: Timestamp) -> Result<(), Refusal> {
        paused(Code::MailPaused, self.mail, now)
    }

    /// Whether cases may use calls.
    ///
    /// # Errors
    /// `GL-OPER-012`, with the time before which it does not end.
    pub fn voice(&self, now: Timestamp) -> Result<(), Refusal> {
        paused(Code::CallsPaused, self.voice, now)
    }
}

fn paused(code: Code, until: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    match until {
        None => Ok(()),
        Some(until) if until > now => Err(Refusal::new(code).until(until)),
        Some(_) => Err(code.into()),
    }
}

#[cfg(test)]
mod tests;
