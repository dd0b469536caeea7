//! The desk of a real call: what a telephone tells becomes the events that the machines decide on, and what they answer
//! becomes what the voice does next. The receiver of a trial telephone does the same in the outbox.
//!
//! Invariant: keys are collected here and nowhere else, six to a try, so that no transport counts them in its own way.

use crate::ports::{Desk, Future_, Key, Next};
use crate::{App, Error};
use domain::call::{CallEvent, CallOrder, Digits, Outcome, Say};
use factors::keypad::{Heard, Keyed};
use std::sync::{Mutex, PoisonError};

/// How often the voice repeats itself to somebody who presses nothing.
const REPEATS: u32 = 2;

/// The desk of one call.
pub(crate) struct CallDesk {
    app: App,
    order: CallOrder,
    line: Mutex<Line>,
}

/// What is known of the person on the line.
#[derive(Default)]
struct Line {
    keyed: Keyed,
    /// How often nothing came since the last key.
    silences: u32,
}

impl std::fmt::Debug for CallDesk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CallDesk({})", self.order.call.as_str())
    }
}

impl CallDesk {
    pub(crate) fn new(app: App, order: CallOrder) -> Self {
        Self {
            app,
            order,
            line: Mutex::default(),
        }
    }

    fn with_line<T>(&self, f: impl FnOnce(&mut Line) -> T) -> T {
        f(&mut self.line.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells the machine; nothing when the call is over for it, or when it cannot be told.
    async fn report(&self, event: CallEvent) -> Option<Say> {
        let ctx = self.app.of_call(&self.order);
        match self.app.report_call(&ctx, &self.order.call, event).await {
            Ok(say) => Some(say),
            Err(Error::Refused(_)) => None,
            Err(error) => {
                tracing::error!(call = self.order.call.as_str(), %error, "what a telephone told was not written down");
                None
            }
        }
    }

    async fn decided(&self, event: CallEvent) -> Next {
        match self.report(event).await {
            Some(Say::Nothing) => Next::Listen,
            Some(Say::Again { .. }) => Next::Say("again"),
            Some(Say::Thanks) => Next::SayAndEnd("thanks"),
            Some(Say::Goodbye) => Next::SayAndEnd("goodbye"),
            Some(Say::Stopped) => Next::SayAndEnd("closed"),
            None => Next::End,
        }
    }
}

impl Desk for CallDesk {
    fn ringing(&self) -> Future_<'_, ()> {
        Box::pin(async {
            self.report(CallEvent::Ringing).await;
        })
    }

    fn answered(&self) -> Future_<'_, Next> {
        Box::pin(async {
            match self.report(CallEvent::Answered).await {
                Some(_) => Next::Say(self.order.purpose.key()),
                None => Next::End,
            }
        })
    }

    fn pressed(&self, key: Key) -> Future_<'_, Next> {
        Box::pin(async move {
            let heard = self.with_line(|line| {
                line.silences = 0;
                line.keyed.press(key)
            });
            match heard {
                Heard::More | Heard::Cleared => Next::Hush,
                Heard::Nothing => Next::Listen,
                Heard::Repeat => Next::Say(self.order.purpose.key()),
                Heard::NotMe => self.decided(CallEvent::NotMe).await,
                Heard::Try(code) => match Digits::keyed(&code.to_text()) {
                    Some(digits) => self.decided(CallEvent::Keyed(digits)).await,
                    None => Next::End,
                },
            }
        })
    }

    fn quiet(&self) -> Future_<'_, Next> {
        let silences = self.with_line(|line| {
            line.keyed.clear();
            line.silences += 1;
            line.silences
        });
        let next = if silences > REPEATS {
            Next::SayAndEnd("timeout")
        } else {
            Next::Say(self.order.purpose.key())
        };
        Box::pin(std::future::ready(next))
    }

    fn ended(&self, outcome: Outcome) -> Future_<'_, ()> {
        Box::pin(async move {
            self.report(CallEvent::Ended(outcome)).await;
        })
    }
}
