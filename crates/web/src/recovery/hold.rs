//! Recoveries of the last days, in the console: what is held, and who may end the hold.

use super::Refused;
use crate::page::Page;
use crate::visit::Visit;
use app::Error;
use askama::Template;
use axum::response::Response;
use domain::ids::CaseId;
use domain::refusal::{Code, Refusal};
use domain::session::Origin;
use http::StatusCode;

const PATH: &str = "/console/recovery";

#[derive(Template)]
#[template(path = "recovery/hold.html")]
struct HoldPage {
    page: Page,
    recoveries: Vec<Shown>,
    held_until: Option<String>,
    by_time: bool,
    saved_code: bool,
    refused: Option<Refused>,
}

struct Shown {
    case: String,
    text: String,
    said: String,
    lost: Option<String>,
    may_decide: bool,
}

/// `GET /console/recovery`
pub(crate) async fn hold(visit: Visit) -> Response {
    page(visit, StatusCode::OK, None).await
}

async fn page(mut visit: Visit, status: StatusCode, refusal: Option<Refusal>) -> Response {
    let found = match visit.app().recent_recoveries(&visit.ctx).await {
        Ok(found) => found,
        Err(error) => return visit.refuse(&error),
    };
    let devices = match visit.app().my_account(&visit.ctx).await {
        Ok((_, devices)) => devices,
        Err(error) => return visit.refuse(&error),
    };
    let (t, now) = (visit.t(), visit.ctx.now);
    let has_device = devices.iter().any(|d| !d.suspended(now));
    let session = visit.ctx.session.as_ref();
    let hold = session
        .filter(|s| s.held(now, has_device))
        .and_then(|s| s.hold);
    let recovered = session.is_some_and(|s| matches!(s.origin, Origin::Recovered { .. }));
    let recoveries = found.into_iter().map(|r| Shown {
        case: r.case.to_string(),
        text: t.f(
            "recovery-hold-done",
            &[
                ("time", visit.when(r.at).shown),
                ("device", r.client.device.clone()),
                ("address", r.client.address.to_string()),
            ],
        ),
        said: t.f(
            "recovery-why-said",
            &[("why", t.s(format!("recovery-why-{}", r.why.key())))],
        ),
        lost: (!r.lost.is_empty())
            .then(|| t.f("recovery-hold-lost", &[("devices", r.lost.join(", "))])),
        may_decide: r.may_decide,
    });
    let recoveries = recoveries.collect();
    if let Some(refusal) = refusal.as_ref().filter(|r| r.field == Some("code")) {
        visit.wrong("code", refusal);
    }
    let template = HoldPage {
        recoveries,
        held_until: hold.map(|h| visit.when(h.until).shown),
        by_time: hold.is_some_and(|h| h.until > now),
        saved_code: recovered && hold.is_some_and(|h| h.until > now),
        refused: refusal
            .as_ref()
            .filter(|r| r.field.is_none())
            .map(|r| Refused::of(&visit, r)),
        page: visit.page(t.s("recovery-hold-title")),
    };
    visit.render(status, &template)
}

/// `POST /console/recovery/lift`: "it was me".
pub(crate) async fn lift(visit: Visit) -> Response {
    let Ok(case) = visit.form.or_blank("case").parse::<CaseId>() else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let done = visit.app().lift_hold(&visit.ctx, &case).await;
    decided(visit, done, "flash-recovery-lifted")
}

/// `POST /console/recovery/undo`: "it was not me".
pub(crate) async fn undo(visit: Visit) -> Response {
    let Ok(case) = visit.form.or_blank("case").parse::<CaseId>() else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let done = visit.app().undo_recovery(&visit.ctx, &case).await;
    decided(visit, done, "flash-recovery-undone")
}

fn decided(mut visit: Visit, done: Result<(), Error>, said: &str) -> Response {
    match done {
        Ok(()) => {
            visit.flash("ok", said);
            visit.see_other(PATH)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /console/recovery/code`: a saved code older than the recovery.
pub(crate) async fn by_code(mut visit: Visit) -> Response {
    let typed = visit.form.or_blank("code");
    match visit.app().lift_hold_by_code(&visit.ctx, typed).await {
        Ok(None) => {
            visit.flash("ok", "flash-recovery-lifted");
            visit.see_other(PATH)
        }
        Ok(Some(refusal)) => {
            let status = StatusCode::from_u16(refusal.code.status());
            page(
                visit,
                status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
                Some(refusal),
            )
            .await
        }
        Err(error) => visit.refuse(&error),
    }
}
