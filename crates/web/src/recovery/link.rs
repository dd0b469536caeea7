//! The pages of mailed links: the proof of an address, and "this was not me".
//!
//! The token stands in the address once: the first GET moves it into a cookie and goes on to a clean path, so that it
//! is in no history, no log and no `Referer`. Nothing happens before a button is pressed.

use super::path;
use crate::cookie;
use crate::page::Page;
use crate::visit::Visit;
use app::recovery::Objected;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::client::Client;
use domain::ids::CaseId;
use domain::recovery::Status;
use domain::refusal::Code;
use domain::time::Timestamp;

pub(super) struct Asked {
    pub(super) account: String,
    pub(super) device: String,
    pub(super) address: String,
    pub(super) time: String,
    pub(super) phrase: String,
}

impl Asked {
    pub(super) fn of(
        visit: &Visit,
        account: &str,
        client: &Client,
        at: Timestamp,
        phrase: u16,
    ) -> Self {
        Self {
            account: account.to_owned(),
            device: client.device.clone(),
            address: client.address.to_string(),
            time: visit.when(at).exact,
            phrase: domain::locale::phrase(phrase, visit.ctx.locale),
        }
    }
}

#[derive(Template)]
#[template(path = "recovery/link.html")]
struct LinkTemplate {
    page: Page,
    asked: Asked,
}

#[derive(Template)]
#[template(path = "recovery/link_done.html")]
struct LinkDone {
    page: Page,
    waiting: Option<String>,
}

#[derive(Template)]
#[template(path = "recovery/objection.html")]
struct ObjectionTemplate {
    page: Page,
    asked: Asked,
    completed: bool,
}

#[derive(Template)]
#[template(path = "recovery/objected.html")]
struct ObjectedTemplate {
    page: Page,
    text: String,
}

/// `GET /signin/verify/{token}`
pub(crate) async fn proof_link(Path(token): Path<String>, visit: Visit) -> Response {
    moved(visit, &token, "/signin/verify")
}

/// `GET /signin/objection/{token}`
pub(crate) async fn objection_link(Path(token): Path<String>, visit: Visit) -> Response {
    moved(visit, &token, "/signin/objection")
}

fn moved(mut visit: Visit, token: &str, page: &str) -> Response {
    if !app::token::shaped(token) {
        return visit.refuse(&Code::LinkOver.into());
    }
    visit.set_cookie(cookie::LINK, token);
    visit.see_other(page)
}

/// `GET /signin/verify`
pub(crate) async fn proof(mut visit: Visit) -> Response {
    let token = visit.link().to_owned();
    match visit.app().look_at_proof_link(&visit.ctx, &token).await {
        Ok(seen) if seen.proved => done(visit, seen.waiting.as_ref()),
        Ok(seen) => {
            let title = visit.t().s("recovery-link-title");
            let account = seen.account.grouped();
            let asked = Asked::of(&visit, &account, &seen.client, seen.opened_at, seen.phrase);
            let template = LinkTemplate {
                asked,
                page: visit.page(title),
            };
            visit.ok(&template)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /signin/verify`
pub(crate) async fn proof_confirmed(visit: Visit) -> Response {
    let token = visit.link().to_owned();
    // Pressed twice: what was proved by the first press is shown again.
    let seen = match visit.app().look_at_proof_link(&visit.ctx, &token).await {
        Ok(seen) => seen,
        Err(error) => return visit.refuse(&error),
    };
    if !seen.proved
        && let Err(error) = visit.app().confirm_proof_link(&visit.ctx, &token).await
    {
        return visit.refuse(&error);
    }
    done(visit, seen.waiting.as_ref())
}

fn done(mut visit: Visit, waiting: Option<&CaseId>) -> Response {
    let title = visit.t().s("recovery-link-done-title");
    let template = LinkDone {
        waiting: waiting.map(path),
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `GET /signin/objection`
pub(crate) async fn objection(mut visit: Visit) -> Response {
    let token = visit.link().to_owned();
    match visit.app().look_at_objection(&visit.ctx, &token).await {
        Ok(seen) if seen.objected => {
            let text = visit.t().s("recovery-objected-already");
            thanks(visit, text)
        }
        Ok(seen) => {
            let title = visit.t().s("recovery-objection-title");
            let account = seen.account.grouped();
            let asked = Asked::of(&visit, &account, &seen.client, seen.opened_at, seen.phrase);
            let template = ObjectionTemplate {
                asked,
                completed: matches!(seen.status, Status::Completed { .. }),
                page: visit.page(title),
            };
            visit.ok(&template)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /signin/objection`
pub(crate) async fn objected(mut visit: Visit) -> Response {
    let token = visit.link().to_owned();
    let did = match visit.app().object(&visit.ctx, &token).await {
        Ok(did) => did,
        Err(error) => return visit.refuse(&error),
    };
    let t = visit.t();
    let text = match did {
        Objected::Closed => t.s("recovery-objected-closed"),
        Objected::Undone => t.s("recovery-objected-undone"),
        Objected::Already => t.s("recovery-objected-already"),
        Objected::Delayed(until) => t.f(
            "recovery-objected-delayed",
            &[("time", visit.when(until).shown)],
        ),
    };
    visit.clear_cookie(cookie::LINK);
    thanks(visit, text)
}

fn thanks(mut visit: Visit, text: String) -> Response {
    let title = visit.t().s("recovery-objected-title");
    let template = ObjectedTemplate {
        text,
        page: visit.page(title),
    };
    visit.ok(&template)
}
