//! What calls and texts may cost, so that nobody can spend the operator's money by ordering them.
//!
//! Every call counts that was dialled, answered or not. Prices and limits are in a unit of the operator's own, such as
//! hundredths of a currency; what a carrier really bills is not asked.

use super::{DAY, PastCall};
use crate::time::{Span, Timestamp};

/// The window of the installation's limit.
pub const HOUR: Span = Span::hours(1);
/// Of the hour's budget, in hundredths, what any call may use; the rest is for recoveries, which have passed password
/// and e-mail before they call.
const FOR_ALL: u64 = 70;

/// So much of an hour's budget any call may use.
pub fn for_all(hour: u32) -> u64 {
    u64::from(hour) * FOR_ALL / 100
}

/// What calls may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// All calls of the installation in an hour; nothing means without a limit.
    pub hour: Option<u32>,
    /// All calls to one number in 24 hours; nothing means without a limit.
    pub number: Option<u32>,
}

/// A call that was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// When it was ordered.
    pub at: Timestamp,
    /// What it cost.
    pub price: u32,
}

/// What the next call would cost, and what was spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The price of a call to this number.
    pub price: u32,
    /// The limits.
    pub budget: Budget,
    /// What all calls and texts of the installation cost in the last hour, from the oldest on.
    pub hour: Vec<Spent>,
    /// What texts to this number cost in the last 24 hours.
    pub to_number: Vec<Spent>,
}

/// For whom the whole of the budget is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// A recovery, which has passed password and e-mail.
    Whole,
    /// Everything else.
    Part,
}

impl Cost {
    /// When there is room for this call, if there is none now. `past` are the calls of the last 24 hours.
    pub fn wait(&self, share: Share, past: &[PastCall], now: Timestamp) -> Option<Timestamp> {
        let hour = self.budget.hour.map(|limit| match share {
            Share::Whole => u64::from(limit),
            Share::Part => for_all(limit),
        });
        let mut to_number: Vec<Spent> = past
            .iter()
            .filter(|call| call.same_number)
            .map(|call| Spent {
                at: call.placed_at,
                price: call.price,
            })
            .chain(self.to_number.iter().copied())
            .collect();
        to_number.sort_unstable_by_key(|spent| spent.at);
        let hour = hour.and_then(|limit| self.room(&self.hour, HOUR, limit, now));
        let number = self.budget.number.map(u64::from);
        let number = number.and_then(|limit| self.room(&to_number, DAY, limit, now));
        hour.max(number)
    }

    /// When so much of `spent` is out of the window that the price fits below the limit; nothing if it fits now.
    fn room(&self, spent: &[Spent], span: Span, limit: u64, now: Timestamp) -> Option<Timestamp> {
        let within: Vec<&Spent> = spent.iter().filter(|s| now.since(s.at) < span).collect();
        let mut sum: u64 = within.iter().map(|s| u64::from(s.price)).sum();
        let mut until = None;
        let mut oldest = within.into_iter();
        while sum + u64::from(self.price) > limit {
            match oldest.next() {
                Some(first) => {
                    sum -= u64::from(first.price);
                    until = Some(first.at + span);
                }
                // Dearer than the whole limit: never, said as the longest time there is.
                None => return Some(now + span),
            }
        }
        until
    }
}
