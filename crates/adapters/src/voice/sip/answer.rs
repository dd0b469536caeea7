//! What the final answer of a carrier means: how the call ended, and whether the next carrier is asked.

use crate::voice::carriers::Tried;
use domain::call::Outcome;

/// What became of asking a carrier that answered this.
pub(in crate::voice) fn tried(code: u16, rang: bool) -> Tried {
    if !asks_next(code, rang) {
        return Tried::Over(outcome(code));
    }
    Tried::Failed {
        said: format!("it answered {code}"),
        outcome: outcome(code),
    }
}

/// Whether another trunk may be asked after this answer: only if the trunk itself failed, never because of what the
/// number or the person said. `rang` is whether the phone rang: then a time-out is the person's.
pub const fn asks_next(code: u16, rang: bool) -> bool {
    match code {
        408 => !rang,
        500..600 => true,
        _ => false,
    }
}

/// How the call ended.
pub const fn outcome(code: u16) -> Outcome {
    match code {
        486 | 600 => Outcome::Busy,
        603 | 607 | 608 => Outcome::Declined,
        408 | 480 | 487 => Outcome::NoAnswer,
        // No such number, a number that is not whole, or one that this trunk may not call.
        403 | 404 | 410 | 433 | 484 | 485 | 604 => Outcome::Barred,
        // Above all 401 and 407 (our credentials), 3xx (never followed: it would call whom nobody allowed), 488, 5xx.
        _ => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fault_of_a_trunk_leads_to_the_next() {
        for code in [500, 502, 503, 504, 599] {
            assert!(asks_next(code, false) && asks_next(code, true), "{code}");
        }
        assert!(asks_next(408, false) && !asks_next(408, true));
        for code in [
            301, 302, 401, 403, 404, 407, 480, 484, 486, 487, 488, 600, 603, 604,
        ] {
            assert!(!asks_next(code, false), "{code}");
        }
    }
}
