//! The security check: what a browser that is not known does before a password is looked at, or a mail ordered, while
//! the risk is raised (R-ROOT-02 to R-ROOT-06, P-26).
//!
//! First a proof of work that the page's script does; without scripts, or at high risk, characters to be typed that are
//! seen in a picture or heard. A right answer ends the check, so it counts once; any other answer makes the set void and
//! draws a new one. The machine knows nothing of the name that was given: it is the same with an account and without.
//!
//! Invariant: the characters never leave the sealed state but as a picture or a sound.

use crate::audit::{Actor, Event, Record};
use crate::guessing::{Level, Risk};
use crate::refusal::{Code, Refusal};
use crate::secret;
use crate::sign_in::Moment;
use crate::time::{Span, Timestamp};
use factors::picture;
use factors::puzzle::Puzzle;
use serde::{Deserialize, Serialize};

/// Characters of a set.
pub const LENGTH: usize = 6;
/// The life of a set, and of a task.
pub const LIFE: Span = Span::minutes(15);
/// Wrong answers after which the check, and what it belongs to, is over.
pub const MOST_WRONG: u32 = 10;
/// Passwords that are looked at after a check.
pub const ADMITS: u32 = 5;

/// A check that waits for its answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    risk: Risk,
    set: Set,
    /// The salt and the bits of the task, as long as work will do.
    work: Option<([u8; 16], u8)>,
    wrong: u32,
}

/// The characters that are asked for now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Set {
    number: u32,
    characters: String,
    /// What the picture is bent and the sound is varied by.
    seed: [u8; 16],
    drawn_at: Timestamp,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Check")
            .field("risk", &self.risk)
            .field("set", &self.set.number)
            .field("work", &self.work.is_some())
            .field("wrong", &self.wrong)
            .finish()
    }
}

/// An answer, as it was sent.
#[derive(Debug, Clone)]
pub enum Answer {
    /// What the script found.
    Work(String),
    /// The characters of a set, by its number.
    Characters {
        /// Which set.
        set: u32,
        /// What was typed.
        typed: String,
    },
}

/// What an answer came to.
#[derive(Debug)]
pub enum Verdict {
    /// Right: the check is over, and this is written down.
    Passed(Box<Record>),
    /// Not right: a new set, and what the person is told.
    Again(Check, Refusal),
    /// Too often not right: what it belongs to is over, and this is written down.
    Over(Box<Record>),
}

/// What a page needs to show of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The number of the set.
    pub set: u32,
    /// The task, where work will do.
    pub work: Option<Puzzle>,
}

/// What the picture and the sound are made of.
#[derive(Clone)]
pub struct Figure {
    /// The characters.
    pub characters: String,
    /// The chance in it.
    pub seed: [u8; 16],
}

impl std::fmt::Debug for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Figure(..)")
    }
}

impl Check {
    /// A check for this risk.
    pub fn new(risk: Risk, work_bits: u8, at: &Moment<'_>) -> Self {
        Self {
            risk,
            set: Set::draw(1, at),
            work: (risk.level == Level::Work).then(|| (at.dice.bytes("check task"), work_bits)),
            wrong: 0,
        }
    }

    /// An answer came.
    pub fn answer(mut self, answer: &Answer, at: &Moment<'_>) -> Verdict {
        let fresh = at.now.since(self.set.drawn_at) < LIFE;
        let (by, right) = match (answer, self.work) {
            (Answer::Work(numbers), Some((salt, bits))) => {
                ("work", Puzzle { salt, bits }.is_solved_by(numbers))
            }
            (Answer::Work(_), None) => ("work", false),
            (Answer::Characters { set, typed }, _) => {
                let typed = picture::typed(typed);
                let same = secret::equal(typed.as_bytes(), self.set.characters.as_bytes());
                ("characters", same && *set == self.set.number)
            }
        };
        if right && fresh {
            let record = self.record(Event::SecurityCheckPassed, at).detail("by", by);
            return Verdict::Passed(Box::new(record));
        }
        let stale = match answer {
            Answer::Work(_) => true,
            Answer::Characters { set, .. } => !fresh || *set != self.set.number,
        };
        self.wrong += 1;
        if self.wrong >= MOST_WRONG {
            let record = self.record(Event::SecurityCheckFailed, at);
            return Verdict::Over(Box::new(record.refused(Code::CheckTooOften)));
        }
        let code = if stale {
            Code::CheckOver
        } else {
            Code::CheckWrong
        };
        Verdict::Again(self.again(at), Refusal::new(code).at("code"))
    }

    /// Another set was asked for; the one before is void, and so is the task: whoever asks wants to type.
    #[must_use]
    pub fn again(mut self, at: &Moment<'_>) -> Self {
        self.set = Set::draw(self.set.number.saturating_add(1), at);
        self.work = None;
        self
    }

    /// What a page shows of it.
    pub fn shown(&self) -> Shown {
        Shown {
            set: self.set.number,
            work: self.work.map(|(salt, bits)| Puzzle { salt, bits }),
        }
    }

    /// What the picture and the sound of a set are made of; nothing for a set that is void.
    pub fn figure(&self, set: u32) -> Option<Figure> {
        (set == self.set.number).then(|| Figure {
            characters: self.set.characters.clone(),
            seed: self.set.seed,
        })
    }

    fn record(&self, event: Event, at: &Moment<'_>) -> Record {
        let record = Record::new(event, Actor::Anonymous).from(at.client);
        self.risk
            .explain(record)
            .detail("wrong", self.wrong.to_string())
    }
}

impl Set {
    fn draw(number: u32, at: &Moment<'_>) -> Self {
        Self {
            number,
            characters: picture::drawn(at.dice.bytes::<LENGTH>("check characters")),
            seed: at.dice.bytes("check seed"),
            drawn_at: at.now,
        }
    }
}

#[cfg(test)]
mod tests;
