//! The pages on which the root user's address is changed: name the new one, enter the code that was mailed to it.

use crate::account::{self, may_change};
use crate::page::Page;
use crate::visit::Visit;
use app::Error;
use app::contact::Overview;
use askama::Template;
use axum::response::Response;
use domain::contact::{Change, Stage};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

/// The page that waits for the code.
const CODE: &str = "/console/account/email/code";

#[derive(Template)]
#[template(path = "contact/email.html")]
struct NewEmail {
    page: Page,
    present: String,
    email: String,
}

#[derive(Template)]
#[template(path = "contact/email_code.html")]
struct EmailCode {
    page: Page,
    lead: String,
    held: bool,
}

/// `GET /console/account/email`
pub(crate) async fn edit(visit: Visit) -> Response {
    if let Err(error) = may_change(&visit).await {
        return visit.refuse(&error);
    }
    form(visit, StatusCode::OK, String::new()).await
}

async fn form(mut visit: Visit, status: StatusCode, email: String) -> Response {
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let title = visit.t().s("email-change-title");
    let template = NewEmail {
        present: overview.account.email,
        email,
        page: visit.page(title),
    };
    visit.render(status, &template)
}

/// `POST /console/account/email`: another address, or the present one to be proved anew.
pub(crate) async fn send(mut visit: Visit) -> Response {
    let Ok(typed) = visit.form.must("email").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().change_email(&visit.ctx, &typed).await {
        Ok(()) => visit.see_other(CODE),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            visit.wrong("email", &refusal);
            form(visit, StatusCode::UNPROCESSABLE_ENTITY, typed).await
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /console/account/email/prove`: the present address is proved anew.
pub(crate) async fn prove_present(visit: Visit) -> Response {
    let sent = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => {
            let present = overview.account.email;
            visit.app().change_email(&visit.ctx, &present).await
        }
        Err(error) => Err(error),
    };
    match sent {
        Ok(()) => visit.see_other(CODE),
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /console/account/email/code`
pub(crate) async fn code(visit: Visit) -> Response {
    waiting(visit, StatusCode::OK, None).await
}

fn waits(overview: &Overview) -> Option<&Change> {
    overview
        .changes
        .iter()
        .find(|change| matches!(change.stage, Stage::Waiting { .. }))
}

async fn waiting(mut visit: Visit, status: StatusCode, refusal: Option<Refusal>) -> Response {
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let now = visit.ctx.now;
    let found = waits(&overview).and_then(|change| Some((change, change.pending_until(now)?)));
    let Some((change, until)) = found else {
        return visit.see_other(account::PATH);
    };
    let t = visit.t();
    let lead = t.f(
        "email-code-lead",
        &[
            ("email", change.value.clone()),
            ("time", visit.when(until).shown),
        ],
    );
    if let Some(refusal) = &refusal {
        visit.wrong("code", refusal);
    }
    let title = t.s("email-code-title");
    let anew = change.value.eq_ignore_ascii_case(&overview.account.email);
    let template = EmailCode {
        held: change.former.is_some() && !anew,
        lead,
        page: visit.page(title),
    };
    visit.render(status, &template)
}

/// `POST /console/account/email/code`
pub(crate) async fn prove(mut visit: Visit) -> Response {
    let Ok(typed) = visit.form.must("code").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let before = match visit.app().account_overview(&visit.ctx).await {
        Ok(before) => before,
        Err(error) => return visit.refuse(&error),
    };
    // Pressed twice: the first press did it.
    let Some(change) = waits(&before) else {
        return visit.see_other(account::PATH);
    };
    let anew = change.value.eq_ignore_ascii_case(&before.account.email);
    match visit.app().prove_new_email(&visit.ctx, &typed).await {
        Ok(None) => {
            let told = match anew {
                true => "flash-email-proved",
                false => "flash-email-changed",
            };
            visit.flash("ok", told);
            visit.see_other(account::PATH)
        }
        Ok(Some(refusal)) => {
            let status = StatusCode::from_u16(refusal.code.status())
                .unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            waiting(visit, status, Some(refusal)).await
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /console/account/email/again`
pub(crate) async fn again(mut visit: Visit) -> Response {
    match visit.app().email_code_again(&visit.ctx).await {
        Ok(()) => {
            visit.flash("ok", "flash-mail-sent");
            visit.see_other(CODE)
        }
        Err(Error::Refused(refusal)) if refusal.code == Code::OutOfOrder => {
            visit.see_other(account::PATH)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /console/account/email/drop`
pub(crate) async fn drop_it(mut visit: Visit) -> Response {
    match visit.app().drop_new_email(&visit.ctx).await {
        Ok(()) => {
            visit.flash("info", "flash-email-dropped");
            visit.see_other(account::PATH)
        }
        Err(error) => visit.refuse(&error),
    }
}
