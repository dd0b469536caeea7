//! The public page, the choice of language, signing out, and the health checks.

use crate::cookie;
use crate::front::Front;
use crate::page::Page;
use crate::visit::Visit;
use app::ready::Unready;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::locale::Locale;
use domain::refusal::Code;
use http::StatusCode;

#[derive(Template)]
#[template(path = "public/front.html")]
struct FrontPage {
    page: Page,
}

/// `GET /`
pub(crate) async fn front(mut visit: Visit) -> Response {
    let title = visit.t().s("public-title");
    let template = FrontPage {
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST /language`
pub(crate) async fn language(mut visit: Visit) -> Response {
    let Some(locale) = visit.form.get("lang").and_then(Locale::from_tag) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    visit.set_cookie(cookie::LANGUAGE, locale.tag());
    let back = visit
        .form
        .get("return_to")
        .filter(|to| own_path(to))
        .unwrap_or("/")
        .to_owned();
    visit.see_other(&back)
}

/// `POST /signout`
pub(crate) async fn sign_out(mut visit: Visit) -> Response {
    match visit.app().sign_out(&visit.ctx).await {
        Ok(()) => {
            visit.clear_cookie(cookie::SESSION);
            visit.flash("ok", "flash-signed-out");
            visit.see_other("/")
        }
        Err(error) => visit.refuse(&error),
    }
}

/// A path of this server, to come back to: no scheme, no host, nothing that a browser could read as one.
fn own_path(to: &str) -> bool {
    to.starts_with('/')
        && !to.starts_with("//")
        && to.len() <= 1_024
        && to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

/// `GET /healthz`: the process answers.
pub(crate) async fn health() -> Response {
    (StatusCode::OK, "ok\n").into_response()
}

/// `GET /readyz`: the store answers too, and the clock can be right.
pub(crate) async fn ready(State(front): State<Front>) -> Response {
    match front.app().ready().await {
        Ok(()) => (StatusCode::OK, "ready\n").into_response(),
        Err(Unready::Store) => (StatusCode::SERVICE_UNAVAILABLE, "store\n").into_response(),
        Err(Unready::Behind | Unready::OffDatabase | Unready::Jumped) => {
            (StatusCode::SERVICE_UNAVAILABLE, "clock\n").into_response()
        }
    }
}
