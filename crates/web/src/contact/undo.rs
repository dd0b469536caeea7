//! The pages on which a change of a contact is taken back: behind the mailed link, and for root within a session.

use super::value_of;
use crate::account::{self, may_change};
use crate::cookie;
use crate::page::Page;
use crate::password::keep_link;
use crate::text::Moment;
use crate::visit::Visit;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::contact::Change;
use domain::ids::ChangeId;
use domain::refusal::Code;

#[derive(Template)]
#[template(path = "contact/undo.html")]
struct Undo {
    page: Page,
    text: String,
    what: String,
    device: String,
    address: String,
    until: Moment,
}

#[derive(Template)]
#[template(path = "contact/undone.html")]
struct Undone {
    page: Page,
    text: String,
}

#[derive(Template)]
#[template(path = "contact/decide.html")]
pub(super) struct Decide {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) text: String,
    pub(super) warning: String,
    pub(super) button: String,
}

/// `GET /contact/undo/{token}`
pub(crate) async fn link(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, "/contact/undo")
}

/// `GET /contact/undo`
pub(crate) async fn show(mut visit: Visit) -> Response {
    let about = match visit.app().look_at_undo(&visit.ctx, visit.link()).await {
        Ok(about) => about,
        Err(error) => return visit.refuse(&error),
    };
    let t = visit.t();
    let text = t.f(
        format!("contact-undo-{}", about.key),
        &[
            ("time", visit.when(about.since).shown),
            ("account", about.account.grouped()),
        ],
    );
    let title = t.s("contact-undo-title");
    let template = Undo {
        text,
        what: t.s(match about.comes_back {
            true => "contact-undo-what",
            false if about.kind.second() => "contact-undo-second",
            false => "contact-undo-first",
        }),
        device: about.client.device,
        address: about.client.address.to_string(),
        until: visit.when(about.until),
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST /contact/undo`
pub(crate) async fn press(mut visit: Visit) -> Response {
    match visit.app().undo_by_link(&visit.ctx, visit.link()).await {
        Ok(kind) => {
            visit.clear_cookie(cookie::LINK);
            let t = visit.t();
            let title = t.s("contact-undone-title");
            let template = Undone {
                text: match kind.second() {
                    true => t.s("contact-undone-second"),
                    false => t.s(format!("contact-undone-{}", kind.key())),
                },
                page: visit.page(title),
            };
            visit.ok(&template)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// What root decides about a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    TakeBack,
    FormerLost,
}

/// `GET /console/account/change/{change}/undo`
pub(crate) async fn ask_back(Path(id): Path<String>, visit: Visit) -> Response {
    ask(visit, &id, Deed::TakeBack).await
}

/// `GET /console/account/change/{change}/lost`
pub(crate) async fn ask_lost(Path(id): Path<String>, visit: Visit) -> Response {
    ask(visit, &id, Deed::FormerLost).await
}

async fn ask(mut visit: Visit, id: &str, deed: Deed) -> Response {
    if let Err(error) = may_change(&visit).await {
        return visit.refuse(&error);
    }
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let found = overview.changes.iter().find(|c| c.id.as_str() == id);
    let until = found.and_then(Change::undo_until);
    let (Some(change), Some(until)) = (found, until.filter(|until| visit.ctx.now < *until)) else {
        return visit.refuse(&Code::LinkOver.into());
    };
    let t = visit.t();
    let value = value_of(change.kind, &change.value);
    let former = change
        .former
        .as_deref()
        .map(|former| value_of(change.kind, former));
    let (title, text) = match (deed, former) {
        (Deed::TakeBack, Some(former)) if change.removes() => (
            "contact-back-title",
            t.f("contact-back-removed", &[("former", former)]),
        ),
        (Deed::TakeBack, None) if change.kind.second() => (
            "contact-back-title",
            t.f("contact-back-second", &[("value", value)]),
        ),
        (Deed::FormerLost, Some(former)) if change.removes() => (
            "contact-lost-title",
            t.f(
                "contact-lost-removed",
                &[("former", former), ("time", visit.when(until).shown)],
            ),
        ),
        (Deed::TakeBack, Some(former)) => (
            "contact-back-title",
            t.f(
                format!("contact-back-{}", change.kind.key()),
                &[("former", former), ("value", value)],
            ),
        ),
        (Deed::TakeBack, None) => (
            "contact-back-title",
            t.f("contact-back-first", &[("value", value)]),
        ),
        (Deed::FormerLost, Some(former)) => (
            "contact-lost-title",
            t.f(
                "contact-lost-text",
                &[
                    ("former", former),
                    ("value", value),
                    ("time", visit.when(until).shown),
                ],
            ),
        ),
        (Deed::FormerLost, None) => return visit.refuse(&Code::LinkOver.into()),
    };
    let (warning, button, end) = match deed {
        Deed::TakeBack => (String::new(), "contact-back-button", "undo"),
        Deed::FormerLost => (t.s("contact-lost-warning"), "contact-lost-button", "lost"),
    };
    let title = t.s(title);
    let template = Decide {
        action: format!("/console/account/change/{id}/{end}"),
        text,
        warning,
        button: t.s(button),
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST /console/account/change/{change}/undo`
pub(crate) async fn take_back(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(change) = id.parse::<ChangeId>() else {
        return visit.refuse(&Code::LinkOver.into());
    };
    match visit.app().take_change_back(&visit.ctx, &change).await {
        Ok(_) => {
            visit.flash("ok", "flash-contact-restored");
            visit.see_other(account::PATH)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /console/account/change/{change}/lost`
pub(crate) async fn say_lost(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(change) = id.parse::<ChangeId>() else {
        return visit.refuse(&Code::LinkOver.into());
    };
    match visit.app().former_contact_lost(&visit.ctx, &change).await {
        Ok(_) => {
            visit.flash("ok", "flash-contact-lost");
            visit.see_other(account::PATH)
        }
        Err(error) => visit.refuse(&error),
    }
}
