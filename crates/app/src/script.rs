//! What a call asks for, and in which order (R-REC-45, C-04): the six digits of the page, or first the person's own number
//! and then the digits, where the operator set it so.
//!
//! The number proves nothing, because the call went to it; a wrong one is asked for again and counts nowhere (P-03).

use domain::call::CallOrder;
use factors::keypad::KeyedNumber;
use factors::phone::Phone;

/// The prompt that asks for the number; `#` ends it.
pub const OWN_NUMBER: &str = "own-number";

/// In which order a call asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// For the digits alone.
    Digits,
    /// For the person's own number, then for the digits.
    NumberFirst,
}

impl Script {
    /// The prompt that a call begins with.
    pub(crate) const fn opening(self, order: &CallOrder) -> &'static str {
        match self {
            Self::Digits => order.purpose.key(),
            Self::NumberFirst => OWN_NUMBER,
        }
    }
}

/// Collects the number of a call, in the forms in which its owner may key it.
pub(crate) fn own_number(order: &CallOrder) -> KeyedNumber {
    let national = Phone::from_e164(&order.to).map(|phone| phone.national());
    KeyedNumber::of([order.to.as_str()].into_iter().chain(national.as_deref()))
}
