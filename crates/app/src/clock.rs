//! The clock as the verbs read it, and what is done when it jumps.
//!
//! A jump of more than five minutes against the clock that nobody can set is kept back until every wait and hold that
//! protects an owner was moved by as much (`store::clock` says which); only then does the new time count. Until then
//! the server is not ready. The operator is alarmed by a record, a line in the log and a finding of `doctor`. People
//! are not mailed: they have nothing to do, and every page shows the time until which a hold lasts now.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::{App, Error};
use domain::audit::{Actor, Event, Record};
use domain::clock::{Course, Jumps, Shift};
use domain::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};

/// The code of the alarm, in the log and of `doctor`.
pub const ALARM: &str = "GL-DOC-026";
/// Nodes that share a clock see one jump: what another has dealt with so lately, and was about as long, is the same one.
const SAME: Span = Span::minutes(1);
const ABOUT: Span = Span::seconds(10);

/// The watch over the clock, one in each process.
#[derive(Debug)]
pub(crate) struct Watch(Mutex<Course>);

/// A jump that was dealt with, as it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jump {
    /// What the clock showed afterwards.
    pub at: Timestamp,
    /// By how many milliseconds it had jumped; negative when it jumped back.
    pub by: i64,
    /// What jumps have added to the waits in force so far, and none has taken back.
    added: Span,
}

impl Watch {
    /// Begins to watch.
    pub(crate) fn new(clock: &dyn crate::ports::Clock) -> Self {
        Self(Mutex::new(Course::begin(clock.now(), clock.steady())))
    }

    fn with<T>(&self, f: impl FnOnce(&mut Course) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// The present moment: the clock, but without a jump that has not been made up for.
    pub fn now(&self) -> Timestamp {
        let clock = &self.ports().clock;
        let (shown, steady) = (clock.now(), clock.steady());
        self.watch().with(|course| course.read(shown, steady))
    }

    /// Whether the clock jumped and that is not dealt with yet.
    pub(crate) fn clock_jumped(&self) -> bool {
        let now = self.now();
        self.watch().with(|course| course.jumps(now).is_some())
    }

    /// Deals with a jump of the clock, if there was one: moves what is in force, and alarms.
    ///
    /// # Errors
    /// What the store says; the jump is kept back then.
    pub async fn see_to_the_clock(&self, ctx: &Ctx) -> Result<Option<Jump>, Error> {
        if self.watch().with(|course| course.fresh()) {
            let newest = self.db().read(store::audit::newest).await?;
            self.watch().with(|course| course.compare(newest));
        }
        let (now, shown) = (self.now(), self.ports().clock.now());
        let jumps = self.watch().with(|course| course.jumps(shown));
        let Some(jumps) = jumps else { return Ok(None) };
        // The record is of the new time: the log goes on with it.
        let mut ctx = ctx.clone();
        ctx.now = now.max(shown);
        let writer = Writer::of(self, &ctx);
        let written = self.db().write(move |tx| dealt_with(tx, &writer, &jumps));
        let (jump, moved) = written.await?;
        self.watch().with(|course| course.settled(&jumps));
        tracing::error!(
            code = ALARM,
            jump_ms = jump.by,
            moved,
            "the clock jumped; waits and holds in force were moved by as much"
        );
        Ok(Some(jump))
    }

    /// The last jump of the clock that this installation saw.
    ///
    /// # Errors
    /// What the store says.
    pub async fn last_clock_jump(&self) -> Result<Option<Jump>, Error> {
        let kept = self.db().read(store::clock::known_jump).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
    }
}

fn dealt_with(
    tx: &mut store::Tx<'_>,
    writer: &Writer,
    jumps: &Jumps,
) -> Result<(Jump, u64), Error> {
    let by = jumps.forward.as_millis() - jumps.back.as_millis();
    let last: Option<Jump> = serde_json::from_str(&store::clock::last_jump(tx)?).ok();
    if let Some(last) = last.filter(|last| same(last, jumps.after, by)) {
        return Ok((last, 0));
    }
    let added = last.map_or(Span::ZERO, |last| last.added);
    let shift = Shift::of(jumps, added);
    let moved = match &shift {
        Some(shift) => store::clock::shift(tx, shift)?,
        None => 0,
    };
    let moves = shift.map_or(0, |shift| shift.by);
    let jump = Jump {
        at: jumps.after,
        by,
        added: Span::millis(added.as_millis().saturating_add(moves).max(0)),
    };
    let kept = serde_json::to_string(&jump).map_err(|_| Error::Fault("a jump is no JSON"))?;
    store::clock::keep_jump(tx, &kept)?;
    let record = Record::new(Event::ClockJumped, Actor::System)
        .detail("jump_ms", by.to_string())
        .detail("moved_by_ms", moves.to_string())
        .detail("rows", moved.to_string());
    writer.audit(tx, 0, &record)?;
    Ok((jump, moved))
}

/// Whether another node has dealt with this jump.
fn same(last: &Jump, at: Timestamp, by: i64) -> bool {
    let lately = at.since(last.at).max(last.at.since(at)) <= SAME;
    lately && last.by.abs_diff(by) <= ABOUT.as_millis().unsigned_abs()
}
