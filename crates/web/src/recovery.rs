//! The pages of a recovery: troubleshooting, the case and its proofs, mailed links, objections, the hold.
//!
//! A GET shows, a POST acts; a mailed link only shows a page. Whatever is pressed late or twice leads to the case as it
//! is now, never to an error (P-05).

mod case;
mod hold;
mod link;
mod people;
mod resync;
mod shown;
mod trouble;

pub(crate) use case::{
    LANDING, ask, call, close, code, enter, mail, password, saved_code, show, why,
};
pub(crate) use hold::{by_code, hold, lift, undo};
pub(crate) use link::{objected, objection, objection_link, proof, proof_confirmed, proof_link};
pub(crate) use people::{answered, question, question_link};
pub(crate) use resync::{resync, resynced};
pub(crate) use trouble::{begin, begun, trouble};

use crate::visit::Visit;
use domain::ids::CaseId;
use domain::refusal::Refusal;

/// The address of a case.
fn path(id: &CaseId) -> String {
    format!("/signin/r/{id}")
}

/// A refusal that a page shows beside what it is about: its words, its code, its help.
pub(crate) struct Refused {
    pub(crate) text: String,
    pub(crate) next: String,
    pub(crate) code: &'static str,
    pub(crate) help: String,
}

impl Refused {
    pub(crate) fn of(visit: &Visit, refusal: &Refusal) -> Self {
        Self {
            text: visit.say(refusal),
            next: visit.t().s(format!("{}-next", refusal.code.as_str())),
            code: refusal.code.as_str(),
            help: format!("/help/{}", refusal.code.as_str()),
        }
    }
}

/// A way back in that is open, or why not.
struct Way {
    open: bool,
    closed: Option<Refused>,
}

impl Way {
    fn of<T>(visit: &Visit, way: &Result<T, Refusal>) -> Self {
        Self {
            open: way.is_ok(),
            closed: way
                .as_ref()
                .err()
                .map(|refusal| Refused::of(visit, refusal)),
        }
    }
}
