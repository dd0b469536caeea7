//! The desk of a real call: what a telephone tells becomes the events that the machines decide on, and what they answer
//! becomes what the voice does next. The receiver of a trial telephone does the same in the outbox.
//!
//! Invariant: keys are collected here and nowhere else, six to a try, so that no transport counts them in its own way.

use crate::ports::{Desk, Future_, Key, Next};
use crate::script::{OWN_NUMBER, Script, own_number};
use crate::{App, Error};
use domain::call::{CallEvent, CallOrder, Digits, Outcome, Say};
use factors::keypad::{Heard, HeardNumber, Keyed, KeyedNumber};
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
struct Line {
    /// The number, while it is asked for.
    number: Option<KeyedNumber>,
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
        let number = match app.settings().script {
            Script::Digits => None,
            Script::NumberFirst => Some(own_number(&order)),
        };
        let line = Line {
            number,
            keyed: Keyed::new(),
            silences: 0,
        };
        Self {
            app,
            order,
            line: Mutex::new(line),
        }
    }

    /// The prompt that says what is asked for now.
    fn prompt(&self) -> &'static str {
        match self.with_line(|line| line.number.is_some()) {
            true => OWN_NUMBER,
            false => self.order.purpose.key(),
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
                Some(_) => Next::Say(self.prompt()),
                None => Next::End,
            }
        })
    }

    fn pressed(&self, key: Key) -> Future_<'_, Next> {
        Box::pin(async move {
            let number = self.with_line(|line| {
                line.silences = 0;
                let heard = line.number.as_mut().map(|number| number.press(key));
                line.number = line
                    .number
                    .take()
                    .filter(|_| heard != Some(HeardNumber::Right));
                heard
            });
            match number {
                None => {}
                Some(HeardNumber::More) => return Next::Hush,
                Some(HeardNumber::Nothing) => return Next::Listen,
                Some(HeardNumber::NotMe) => return self.decided(CallEvent::NotMe).await,
                Some(HeardNumber::Right | HeardNumber::Wrong | HeardNumber::Repeat) => {
                    return Next::Say(self.prompt());
                }
            }
            match self.with_line(|line| line.keyed.press(key)) {
                Heard::More | Heard::Cleared => Next::Hush,
                Heard::Nothing => Next::Listen,
                Heard::Repeat => Next::Say(self.prompt()),
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
            if let Some(number) = &mut line.number {
                number.clear();
            }
            line.silences += 1;
            line.silences
        });
        let next = if silences > REPEATS {
            Next::SayAndEnd("timeout")
        } else {
            Next::Say(self.prompt())
        };
        Box::pin(std::future::ready(next))
    }

    fn ended(&self, outcome: Outcome) -> Future_<'_, ()> {
        Box::pin(async move {
            self.report(CallEvent::Ended(outcome)).await;
        })
    }
}
