//! A clock that jumps: noticed against one that nobody can set, and made up for in everything that protects the owner.
//!
//! A hold of 24 hours is a wait, not a date. Whoever can set the server's clock, or an NTP server that errs, would end
//! it at once. So a jump is kept back ([`Course::read`] goes on as if it had not been) until all that is in force has
//! been moved by as much ([`Shift`]); then the new time counts.
//!
//! Invariants: no jump forward beyond [`JUMP`] makes a wait shorter; a jump back never does either, and it takes back
//! what an earlier jump forward had added, so that a clock that erred for a minute closes nobody out for years.

use crate::time::{Span, Timestamp};

/// What a clock that is set right by NTP never does at once.
pub const JUMP: Span = Span::minutes(5);

/// The course of the clock as this process saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// How far the clock is ahead of the one that cannot be set.
    offset: i64,
    /// Jumps forward that have not been made up for.
    owed: i64,
    /// Jumps back that nobody has been told of.
    back: i64,
    /// What the clock showed at the beginning, until it was compared with what is written.
    began: Option<Timestamp>,
    /// The newest record, if the clock was behind it at the beginning: it was wrong then.
    behind: Option<Timestamp>,
}

/// Jumps that are to be dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jumps {
    /// What the clock shows.
    pub after: Timestamp,
    /// By how much it jumped forward.
    pub forward: Span,
    /// By how much it jumped back.
    pub back: Span,
    /// The newest record, if the clock was behind it when this process began.
    behind: Option<Timestamp>,
}

impl Course {
    /// Begins to watch. `shown` is what the clock shows, `steady` the reading of the one that cannot be set.
    pub const fn begin(shown: Timestamp, steady: Span) -> Self {
        Self {
            offset: shown.millis().saturating_sub(steady.as_millis()),
            owed: 0,
            back: 0,
            began: Some(shown),
            behind: None,
        }
    }

    /// Whether it was not compared yet.
    pub const fn fresh(&self) -> bool {
        self.began.is_some()
    }

    /// Compares the clock of the beginning with the newest audit record, once: a machine without a battery starts in
    /// the past, and what was over by that record does not come back when its clock is put right.
    pub fn compare(&mut self, newest: Option<Timestamp>) {
        if let Some(began) = self.began.take() {
            self.behind = newest.filter(|newest| *newest > began);
        }
    }

    /// The present moment: what the clock shows, but without the jumps that have not been made up for.
    pub fn read(&mut self, shown: Timestamp, steady: Span) -> Timestamp {
        let offset = shown.millis().saturating_sub(steady.as_millis());
        let jump = offset.saturating_sub(self.offset);
        self.offset = offset;
        if jump > JUMP.as_millis() {
            self.owed = self.owed.saturating_add(jump);
        } else if jump < -JUMP.as_millis() {
            // Put right before anything came of it.
            let undone = self.owed.min(jump.saturating_neg());
            self.owed -= undone;
            self.back = self.back.saturating_add(jump.saturating_neg() - undone);
        }
        Timestamp::from_millis(shown.millis().saturating_sub(self.owed))
    }

    /// The jumps that are to be dealt with, if there are any.
    pub fn jumps(&self, shown: Timestamp) -> Option<Jumps> {
        (self.owed > 0 || self.back > 0).then_some(Jumps {
            after: shown,
            forward: Span::millis(self.owed),
            back: Span::millis(self.back),
            behind: self.behind,
        })
    }

    /// Those jumps were dealt with.
    pub fn settled(&mut self, jumps: &Jumps) {
        self.owed = (self.owed - jumps.forward.as_millis()).max(0);
        self.back = (self.back - jumps.back.as_millis()).max(0);
        self.behind = None;
    }
}

/// What moves in the store to make up for a jump: everything that is in force at `from` moves by `by` milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The earlier of the moments before and after the jump.
    pub from: Timestamp,
    /// Forward, or back.
    pub by: i64,
}

impl Shift {
    /// What makes up for these jumps. `added` is what earlier jumps added to what is in force: a jump back takes away
    /// no more than that.
    pub fn of(jumps: &Jumps, added: Span) -> Option<Self> {
        let after = jumps.after.millis();
        let jump = jumps.forward.as_millis() - jumps.back.as_millis();
        if jump < 0 {
            let by = jump.max(-added.as_millis());
            return (by < 0).then_some(Self {
                from: jumps.after,
                by,
            });
        }
        let before = Timestamp::from_millis(after.saturating_sub(jump));
        let from = jumps.behind.map_or(before, |behind| behind.max(before));
        let by = after.saturating_sub(from.millis());
        (by > 0).then_some(Self { from, by })
    }

    /// An end that is still to come is moved.
    #[must_use]
    pub fn end(&self, until: Timestamp) -> Timestamp {
        self.moved(until, until > self.from)
    }

    /// A beginning from which so long a time is counted that is not over.
    #[must_use]
    pub fn beginning(&self, since: Timestamp, counted: Span) -> Timestamp {
        self.moved(since, since > self.from - counted)
    }

    fn moved(&self, at: Timestamp, moves: bool) -> Timestamp {
        match moves {
            true => Timestamp::from_millis(at.millis().saturating_add(self.by)),
            false => at,
        }
    }
}

#[cfg(test)]
mod tests;
