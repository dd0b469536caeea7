//! Getting back in after a device was lost, broken, out of step, stolen or deleted (requirements group REC).
//!
//! A [`Case`] gathers proofs, one after the other, for the browser that opened it. Four sets of proofs open a session:
//! (a) a good password with a saved code; (b) a good password with e-mail **and** phone; (c) a saved code with e-mail and
//! a day's wait, for a password that is not good; (d) a good password with e-mail, two recovery contacts and a day's
//! wait. Mail and phone are both *issued codes* (NIST SP 800-63B-4 section 4.2.1.2), so what carries the second set is a
//! password that no mail made.
//!
//! Invariants, each with a property test:
//! - no proof alone, and none together but those sets, ever gives a session (R-REC-22);
//! - before all proofs are in, nothing that is shown holds more of the phone number than its last four digits (R-REC-60);
//! - what lapses is asked for again and nothing else is lost (P-05 to P-07); an old code is never accepted;
//! - events of another call, of a call that is over, or told twice change nothing;
//! - somebody who only knows the address can neither open, stop nor slow down a case.
//!
//! The parts: `state` is the case and what may be shown of it, `contact` and `second` say which contacts may serve, `mail`, `phone`,
//! `saved_code` and `confirm` are the proofs, `wait` is the day between, `enter` opens the session, `objection` is "this was not me", `reclaim` is the
//! holder of the suspended device coming back.

mod confirm;
mod contact;
mod enter;
mod mail;
mod objection;
mod open;
mod phone;
mod reclaim;
mod saved_code;
pub(crate) mod second;
mod state;
mod view;
mod wait;

pub use confirm::{AGAIN_AFTER, Answer, Asked, MAILS_EACH};
pub use contact::{Beside, CONTACT_HOLD, Contact, Facts, Former, InForce, STEADY, Ways, ways};
pub use enter::SUSPENSION;
pub use mail::{LINK_LIFE, MAIL_TRIES, MAILS_PER_HOUR};
pub use objection::{FREEZE, LONG_HOLD, ObjectionFacts, PastFreeze};
pub use open::{Opening, PasswordAgain};
pub use phone::CallFacts;
pub use reclaim::{Reclaim, ReclaimFacts, reclaim};
pub use saved_code::{SavedCodeFacts, SavedCodeVerdict};
pub use second::{Second, Seconds, Which};
pub use state::{
    CASE_LIFE, Case, ClosedBy, MAIL_PROOF_LIFE, MAIL_PROOF_WITHIN, MailProof, PROOF_LIFE,
    PhoneProof, Status, Why,
};
pub use view::{Choice, MailView, PersonView, PhoneView, ProofView, Stage, View, cut};
pub use wait::{TOLD_AGAIN, WAIT, WaitsFor};

use crate::ids::{AccountId, CaseId, DeviceId, LinkId, RecoveryContactId, SavedCodeId};
use crate::secret::Secret;
use crate::time::{Span, Timestamp};

/// An objection link dies this long after the case (R-REC-59).
pub const OBJECTION_LIFE: Span = Span::hours(72);

/// The path of a mailed proof link.
pub fn proof_path(token: &str) -> String {
    format!("/signin/verify/{token}")
}

/// The path of a "this was not me" link.
pub fn objection_path(token: &str) -> String {
    format!("/signin/objection/{token}")
}

/// What a mailed link does when its button is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Proves the address to the case.
    Proof,
    /// Asks a recovery contact.
    Confirm {
        /// Whom.
        person: RecoveryContactId,
    },
    /// Says "this was not me".
    Objection {
        /// The contact it was mailed to.
        contact: String,
    },
}

/// A mailed link: the store keeps SHA-256 of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Its row.
    pub id: LinkId,
    /// The case it belongs to.
    pub case: CaseId,
    /// What it does.
    pub purpose: LinkPurpose,
    /// The bearer value in the path.
    pub token: Secret<String>,
    /// Its end.
    pub ends_at: Timestamp,
}

/// What only the recovery room writes, in the transaction of the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A link was mailed. A proof link makes the case's earlier ones worthless: the case knows the newest only.
    IssueLink(NewLink),
    /// The device is out of use; its holder may take the account back until then.
    SuspendDevice {
        /// Which.
        device: DeviceId,
        /// By which case.
        case: CaseId,
        /// End of the time in which its holder may object with it.
        until: Timestamp,
        /// Whether it was called stolen: then it restores nothing.
        stolen: bool,
    },
    /// E-mail and phone cannot open sessions of the account until then.
    Freeze {
        /// Whose.
        account: AccountId,
        /// The contact that objected.
        contact: String,
        /// When.
        at: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// Such a freeze is over: password with a registered device or a saved code were shown.
    LiftFreeze(AccountId),
    /// The sessions that the case opened end.
    EndRecovered(CaseId),
    /// What the case opened, and what was made in it, stays held until then.
    LengthenHold {
        /// The case.
        case: CaseId,
        /// The new end.
        until: Timestamp,
    },
    /// A saved code is used up; its replacement proves nothing until then.
    UseSavedCode {
        /// Which.
        code: SavedCodeId,
        /// By which case.
        case: CaseId,
        /// When.
        at: Timestamp,
    },
    /// The devices that were registered in sessions of the case are removed.
    RemoveDevicesOf(CaseId),
    /// A suspended device is in use again.
    RestoreDevice(DeviceId),
    /// A case for the operator: the holder of a device called stolen came back.
    OpenSupportCase {
        /// Whose.
        account: AccountId,
        /// The case that is disputed.
        case: CaseId,
    },
}

#[cfg(test)]
mod tests;
