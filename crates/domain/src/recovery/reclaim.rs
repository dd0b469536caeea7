//! The holder of the suspended device signs in with it: somebody else recovered the account, or the device was found.
//!
//! Whoever shows password **and** the device that a recovery put out of use is the stronger of the two: the recovered
//! sessions end, what they registered is removed, the device is restored. Only after "it was stolen" the device proves
//! nothing, because then the thief may be the one who holds it; the hold is lengthened and the operator is asked.

use crate::audit::{Actor, Event, Record};
use crate::ids::{AccountId, CaseId, DeviceId};
use crate::sign_in::Moment;
use crate::step::Effect;
use crate::time::Timestamp;

use super::Act;
use super::objection::LONG_HOLD;

/// A suspension, as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReclaimFacts {
    /// Whose device it is.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// The case that suspended it.
    pub case: CaseId,
    /// Until when it may object.
    pub until: Timestamp,
    /// Whether it was called stolen.
    pub stolen: bool,
}

/// What password and a right, fresh code of a suspended device lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reclaim {
    /// The account is taken back; the sign-in goes on with the restored device.
    Restored,
    /// The device was called stolen: no sign-in, but the hold is longer and the operator is asked.
    Disputed,
    /// Its time is over: it stays out of use.
    Over,
}

/// Decides it, with what is to be written.
pub fn reclaim(facts: &ReclaimFacts, at: &Moment<'_>) -> (Reclaim, Vec<Effect>) {
    if at.now >= facts.until {
        return (Reclaim::Over, Vec::new());
    }
    let act = |act| Effect::Recovery(Box::new(act));
    let record = |event| {
        let actor = Actor::Root {
            account: facts.account.clone(),
            session: None,
        };
        Effect::Audit(Box::new(
            Record::new(event, actor)
                .from(at.client)
                .detail("case", facts.case.as_str())
                .detail("device", facts.device.as_str()),
        ))
    };
    if facts.stolen {
        return (
            Reclaim::Disputed,
            vec![
                act(Act::LengthenHold {
                    case: facts.case.clone(),
                    until: at.now + LONG_HOLD,
                }),
                act(Act::OpenSupportCase {
                    account: facts.account.clone(),
                    case: facts.case.clone(),
                }),
                record(Event::RecoveryReclaimed),
            ],
        );
    }
    (
        Reclaim::Restored,
        vec![
            act(Act::EndRecovered(facts.case.clone())),
            act(Act::RemoveDevicesOf(facts.case.clone())),
            act(Act::RestoreDevice(facts.device.clone())),
            act(Act::LiftFreeze(facts.account.clone())),
            record(Event::RecoveryReclaimed),
            record(Event::RestoreMFADevice),
        ],
    )
}
