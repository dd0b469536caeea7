//! The page of a refusal: what happened, what to do next, who can mend it, and the code to name when asking.

use crate::page::Page;
use crate::visit::Visit;
use app::Error;
use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use domain::ids::RequestId;
use domain::refusal::{Code, Refusal};
use domain::time::Span;
use http::{HeaderValue, StatusCode, header};

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused {
    page: Page,
    code: &'static str,
    text: String,
    next: String,
    mender: String,
    help: String,
    home: &'static str,
}

/// The sentence of a refusal, with the time and the tries left where they may be told.
pub(crate) fn sentence(visit: &Visit, refusal: &Refusal) -> String {
    let t = visit.t();
    let mut text = t.s(refusal.code.as_str());
    let mut add = |more: String| {
        if visit.ctx.locale == domain::locale::Locale::En {
            text.push(' ');
        }
        text.push_str(&more);
    };
    if let Some(seconds) = refusal.drift {
        add(clock(visit, seconds));
    }
    if let Some(until) = refusal.until {
        let wait = t.span(visit.ctx.now.until(until));
        add(t.f(
            "refusal-until",
            &[("time", visit.when(until).shown), ("wait", wait)],
        ));
    }
    if let Some(left) = refusal.left {
        add(t.f("refusal-left", &[("n", left)]));
    }
    text
}

/// How far the clock of a device is ahead, in words.
pub(crate) fn clock(visit: &Visit, seconds: i64) -> String {
    let t = visit.t();
    let off = t.span(Span::seconds(seconds.abs()));
    match seconds {
        ..0 => t.f("refusal-drift-slow", &[("time", off)]),
        0 => t.s("refusal-drift-none"),
        1.. => t.f("refusal-drift-fast", &[("time", off)]),
    }
}

/// A refusal or a fault as a page.
pub(crate) fn page(visit: &mut Visit, error: &Error) -> Response {
    let Error::Refused(refusal) = error else {
        tracing::error!(%error, request = %visit.ctx.request, "fault");
        return fault(visit);
    };
    let code = refusal.code;
    let text = sentence(visit, refusal);
    let t = visit.t();
    let title = t.s("refusal-title");
    let template = Refused {
        code: code.as_str(),
        text,
        next: t.s(format!("{}-next", code.as_str())),
        mender: t.s(code.mender().key()),
        help: format!("/help/{}", code.as_str()),
        home: visit.start(),
        page: visit.page(title),
    };
    let mut response = show(status(code), &template, visit);
    if let Some(until) = refusal.until
        && matches!(code.status(), 429 | 503)
        && let Ok(value) = HeaderValue::from_str(
            &visit
                .ctx
                .now
                .until(until)
                .as_seconds_up()
                .max(1)
                .to_string(),
        )
    {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn fault(visit: &mut Visit) -> Response {
    let t = visit.t();
    let title = t.s("refusal-fault-title");
    let template = Refused {
        code: "GL-FAULT",
        text: t.s("refusal-fault"),
        next: t.f(
            "refusal-fault-next",
            &[("request", visit.ctx.request.as_str())],
        ),
        mender: t.s("mender-operator"),
        help: "/help/request".to_owned(),
        home: "/",
        page: visit.page(title),
    };
    show(StatusCode::INTERNAL_SERVER_ERROR, &template, visit)
}

fn show(status: StatusCode, template: &Refused, visit: &Visit) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => bare_fault(&visit.ctx.request),
    }
}

fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::BAD_REQUEST)
}

/// A refusal where no page can be made: the host is not ours, or the file does not exist.
pub(crate) fn bare(code: Code) -> Response {
    (status(code), format!("{}\n", code.as_str())).into_response()
}

/// The same for an error before the language is known.
pub(crate) fn bare_error(error: &Error) -> Response {
    match error {
        Error::Refused(refusal) => bare(refusal.code),
        Error::Said(_) | Error::Store(_) | Error::Fault(_) => {
            tracing::error!(%error, "fault before a page");
            (StatusCode::INTERNAL_SERVER_ERROR, "GL-FAULT\n").into_response()
        }
    }
}

/// A fault while making a page.
pub(crate) fn bare_fault(request: &RequestId) -> Response {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("GL-FAULT {request}\n"),
    )
        .into_response()
}
