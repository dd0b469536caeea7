//! The pages on which the root user's address is changed: name the new one, enter the code that was mailed to it.

use crate::account::{self, may_change};
use crate::page::Page;
use crate::visit::Visit;
use app::Error;
use app::contact::Overview;
use askama::Template;
use axum::response::Response;
use domain::contact::{Change, Kind, Stage};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

/// The page that waits for the code.
const CODE: &str = "/console/account/email/code";

#[derive(Template)]
#[template(path = "contact/email.html")]
struct NewEmail {
    page: Page,
    action: &'static str,
    lead: String,
    label: String,
    email: String,
}

#[derive(Template)]
#[template(path = "contact/email_code.html")]
struct EmailCode {
    page: Page,
    lead: String,
    held: bool,
    other: &'static str,
    drop: String,
}

/// Where an address is named.
const fn form_of(kind: Kind) -> &'static str {
    match kind.second() {
        true => "/console/account/second-email",
        false => "/console/account/email",
    }
}

/// `GET /console/account/email`, `GET /console/account/second-email`
pub(crate) async fn edit(visit: Visit, kind: Kind) -> Response {
    if let Err(error) = may_change(&visit).await {
        return visit.refuse(&error);
    }
    form(visit, kind, StatusCode::OK, String::new()).await
}

async fn form(mut visit: Visit, kind: Kind, status: StatusCode, email: String) -> Response {
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let t = visit.t();
    let [title, lead, label] = match kind.second() {
        true => [
            "second-email-title",
            "second-email-lead",
            "second-email-new",
        ],
        false => [
            "email-change-title",
            "email-change-lead",
            "email-change-new",
        ],
    };
    let title = t.s(title);
    let template = NewEmail {
        action: form_of(kind),
        lead: t.f(lead, &[("email", overview.account.email)]),
        label: t.s(label),
        email,
        page: visit.page(title),
    };
    visit.render(status, &template)
}

/// `POST` of the same: another address, or the present one to be proved anew.
pub(crate) async fn send(mut visit: Visit, kind: Kind) -> Response {
    let Ok(typed) = visit.form.must("email").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().change_email(&visit.ctx, kind, &typed).await {
        Ok(()) => visit.see_other(CODE),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            visit.wrong("email", &refusal);
            form(visit, kind, StatusCode::UNPROCESSABLE_ENTITY, typed).await
        }
        Err(error) => visit.refuse(&error),
    }
}

/// The address of this kind that is on file.
fn present(overview: Overview, kind: Kind) -> Option<String> {
    if kind == Kind::Email {
        return Some(overview.account.email);
    }
    let mut beside = overview.beside.into_iter();
    beside.find(|b| b.kind == kind).map(|b| b.value)
}

/// `POST /console/account/email/prove`, `…/second-email/prove`: the present address is proved anew.
pub(crate) async fn prove_present(visit: Visit, kind: Kind) -> Response {
    let email = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => present(overview, kind),
        Err(error) => return visit.refuse(&error),
    };
    let Some(email) = email else {
        return visit.refuse(&Code::NoSecond.into());
    };
    match visit.app().change_email(&visit.ctx, kind, &email).await {
        Ok(()) => visit.see_other(CODE),
        Err(error) => visit.refuse(&error),
    }
}

/// The button that gives a new address up.
pub(crate) const fn dropping(kind: Kind) -> &'static str {
    match kind.second() {
        true => "second-email-drop",
        false => "email-code-drop",
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
        other: form_of(change.kind),
        drop: t.s(dropping(change.kind)),
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
    let Some(change) = waits(&before).cloned() else {
        return visit.see_other(account::PATH);
    };
    let value = change.value.clone();
    let second = change.kind.second();
    let anew = present(before, change.kind).is_some_and(|p| p.eq_ignore_ascii_case(&value));
    match visit.app().prove_new_email(&visit.ctx, &typed).await {
        Ok(None) => {
            let told = match anew {
                true => "flash-email-proved",
                false if second => "flash-second-added",
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
