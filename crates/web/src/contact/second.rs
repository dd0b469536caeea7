//! The pages on which a second address or number is removed. It is entered on the same pages as the first.

use super::undo::Decide;
use super::value_of;
use crate::account::{self, may_change};
use crate::visit::Visit;
use axum::response::Response;
use domain::contact::{HOLD, Kind};
use domain::refusal::Code;

/// `GET /console/account/second-email/remove`, `GET /console/account/second-phone/remove`
pub(crate) async fn ask(mut visit: Visit, kind: Kind) -> Response {
    if let Err(error) = may_change(&visit).await {
        return visit.refuse(&error);
    }
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let mut beside = overview.beside.into_iter();
    let found = beside.find(|b| b.kind == kind && b.serves_until.is_none());
    let Some(second) = found else {
        return visit.refuse(&Code::NoSecond.into());
    };
    let t = visit.t();
    let time = visit.when(visit.ctx.now + HOLD).shown;
    let facts = [("value", value_of(kind, &second.value)), ("time", time)];
    let serves = second.proved_at.is_some() && second.serves_from.is_none();
    let template = Decide {
        action: format!("/console/account/{}/remove", kind.key()),
        text: match serves {
            true => t.f("second-remove-held", &facts),
            false => t.f("second-remove-now", &facts),
        },
        warning: String::new(),
        button: t.s("second-remove-act"),
        page: visit.page(t.s(match kind.is_email() {
            true => "second-remove-title-email",
            false => "second-remove-title-phone",
        })),
    };
    visit.ok(&template)
}

/// `POST` of the same.
pub(crate) async fn remove(mut visit: Visit, kind: Kind) -> Response {
    match visit.app().remove_second(&visit.ctx, kind).await {
        Ok(()) => {
            visit.flash("ok", "flash-second-removed");
            visit.see_other(account::PATH)
        }
        Err(error) => visit.refuse(&error),
    }
}
