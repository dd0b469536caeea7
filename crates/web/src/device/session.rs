//! The list of sessions, and ending them.

use super::HERE;
use crate::text::Moment;
use crate::visit::Visit;
use axum::response::Response;
use domain::ids::SessionId;
use domain::refusal::Code;
use domain::session::{Origin, Session};

/// A session in the list.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) this: bool,
    pub(super) device: String,
    pub(super) address: String,
    pub(super) opened: Moment,
    pub(super) seen: Moment,
    pub(super) how: &'static str,
}

pub(super) fn row(visit: &Visit, session: &Session, this: bool) -> Row {
    let how = match (&session.origin, session.mfa_at) {
        (Origin::Recovered { .. }, _) => "session-recovered",
        (Origin::SignIn, Some(_)) => "session-mfa",
        (Origin::SignIn, None) => "session-password",
    };
    Row {
        id: session.id.to_string(),
        this,
        device: session.client.device.clone(),
        address: session.client.address.to_string(),
        opened: visit.when(session.opened_at),
        seen: visit.when(session.seen_at),
        how,
    }
}

/// `POST …/sessions/end`: one, or all others.
pub(crate) async fn end(mut visit: Visit) -> Response {
    let only = match visit.form.get("session").map(str::parse).transpose() {
        Ok(only) => only,
        Err(_) => return visit.refuse(&Code::MalformedForm.into()),
    };
    let only: Option<SessionId> = only;
    match visit.app().end_sessions(&visit.ctx, only).await {
        Ok(_) => {
            visit.flash("ok", "flash-sessions-ended");
            visit.see_other(HERE)
        }
        Err(error) => visit.refuse(&error),
    }
}
