//! Pages around the password: forgotten, chosen anew behind a link, unlocked, changed within a session.
//!
//! A GET of a mailed link puts its token into a cookie and goes on to a clean address, so that no token stays in the
//! address bar, a log or a Referer; only a press does something.

use crate::cookie;
use crate::page::Page;
use crate::text::T;
use crate::visit::Visit;
use app::Error;
use app::password::Unmet;
use app::reset::Renewed;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::FlowId;
use domain::refusal::Code;
use http::StatusCode;

#[derive(Template)]
#[template(path = "password/forgot.html")]
struct Ask {
    page: Page,
    action: &'static str,
    lead: &'static str,
    note: &'static str,
    email: String,
}

#[derive(Template)]
#[template(path = "password/sent.html")]
struct Sent {
    page: Page,
    lead: &'static str,
    again: &'static str,
}

#[derive(Template)]
#[template(path = "password/choose.html")]
struct Choose {
    page: Page,
    /// Whether the present password may be kept instead.
    keepable: bool,
    action: &'static str,
    email: String,
    least: u32,
    required: bool,
}

#[derive(Template)]
#[template(path = "password/done.html")]
struct Done {
    page: Page,
    lead: &'static str,
}

#[derive(Template)]
#[template(path = "password/confirm.html")]
struct Confirm {
    page: Page,
    /// Whether a new password may be chosen instead.
    renewable: bool,
    text: String,
    action: &'static str,
    button: String,
}

/// The least number of characters, by whether the account has MFA.
pub(crate) const fn least(with_mfa: bool) -> u32 {
    if with_mfa { 8 } else { 15 }
}

/// A sentence for each rule that a password breaks.
pub fn unmet_sentences(t: T, unmet: &[Unmet]) -> Vec<String> {
    let sentence = |rule: &Unmet| match rule {
        Unmet::TooShort { least, has } => {
            t.f("password-too-short", &[("least", *least), ("has", *has)])
        }
        Unmet::TooLong { most, has } => t.f("password-too-long", &[("most", *most), ("has", *has)]),
        Unmet::Common => t.s("password-common"),
        Unmet::Nearby(_) => t.s("password-nearby"),
        Unmet::Guessable => t.s("password-guessable"),
        Unmet::Leaked => t.s("password-leaked"),
    };
    unmet.iter().map(sentence).collect()
}

/// The same at the field of the form.
pub(crate) fn wrong_password(visit: &mut Visit, unmet: &[Unmet]) {
    for text in unmet_sentences(visit.t(), unmet) {
        visit.wrong_because("password", Code::PasswordRules.as_str(), text);
    }
}

/// A form that takes an address and has something mailed to it; it says the same whatever was typed.
struct ByMail {
    action: &'static str,
    /// The keys of its texts: title, what is mailed, what to know, what is said afterwards, and when to ask again.
    texts: [&'static str; 5],
}

const FORGOT: ByMail = ByMail {
    action: "/signin/forgot",
    texts: [
        "password-forgot",
        "password-forgot-lead",
        "password-mfa-stays",
        "password-sent",
        "password-sent-spam",
    ],
};

const ADDRESSES: ByMail = ByMail {
    action: "/signin/addresses",
    texts: [
        "addresses-title",
        "addresses-lead",
        "addresses-note",
        "addresses-sent",
        "addresses-again",
    ],
};

impl ByMail {
    fn ask(&self, mut visit: Visit, email: String) -> Response {
        let [title, lead, note, ..] = self.texts;
        let (title, status) = (visit.t().s(title), status_of(&visit));
        let page = visit.page(title);
        let action = self.action;
        visit.render(
            status,
            &Ask {
                page,
                action,
                lead,
                note,
                email,
            },
        )
    }

    fn asked(&self, mut visit: Visit, email: String, done: Result<(), Error>) -> Response {
        match done {
            Ok(()) => visit.see_other(&format!("{}/sent", self.action)),
            Err(Error::Refused(refusal)) if refusal.field.is_some() => {
                visit.wrong("email", &refusal);
                self.ask(visit, email)
            }
            Err(error) => visit.refuse(&error),
        }
    }

    fn sent(&self, visit: Visit) -> Response {
        let [_, _, _, lead, again] = self.texts;
        mail_sent(visit, lead, again)
    }
}

/// The address that a link brought along.
fn brought(visit: &Visit) -> String {
    visit.query.or_blank("email").chars().take(254).collect()
}

/// `GET /signin/forgot`
pub(crate) async fn forgot(visit: Visit) -> Response {
    let email = brought(&visit);
    FORGOT.ask(visit, email)
}

/// `POST /signin/forgot`: the answer is the same whatever was typed.
pub(crate) async fn send(visit: Visit) -> Response {
    let Ok(email) = visit.form.must("email").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().request_reset(&visit.ctx, &email).await {
        Ok(Some(check)) => visit.see_other(&format!("/signin/forgot/f/{check}")),
        Ok(None) => FORGOT.asked(visit, email, Ok(())),
        Err(error) => FORGOT.asked(visit, email, Err(error)),
    }
}

/// `GET /signin/forgot/sent`
pub(crate) async fn sent(visit: Visit) -> Response {
    FORGOT.sent(visit)
}

/// `GET /signin/addresses`: "mail me my sign-in addresses" (P-23).
pub(crate) async fn addresses(visit: Visit) -> Response {
    let email = brought(&visit);
    ADDRESSES.ask(visit, email)
}

/// `POST /signin/addresses`: the answer is the same whatever was typed.
pub(crate) async fn mail_addresses(visit: Visit) -> Response {
    let Ok(email) = visit.form.must("email").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let done = visit.app().mail_sign_in_addresses(&visit.ctx, &email).await;
    ADDRESSES.asked(visit, email, done)
}

/// `GET /signin/addresses/sent`
pub(crate) async fn addresses_sent(visit: Visit) -> Response {
    ADDRESSES.sent(visit)
}

fn mail_sent(mut visit: Visit, lead: &'static str, again: &'static str) -> Response {
    let title = visit.t().s("sign-in-mail-title");
    let page = visit.page(title);
    visit.ok(&Sent { page, lead, again })
}

/// `GET /reset/{token}`
pub(crate) async fn open_reset(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, "/signin/reset")
}

/// `GET /reset/not-me/{token}`
pub(crate) async fn open_objection(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, "/signin/reset/not-me")
}

/// `GET /unlock/{token}`
pub(crate) async fn open_unlock(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, "/signin/unlock")
}

/// Puts the token of a mailed link into a cookie and goes on to the page that shows it.
pub(crate) fn keep_link(mut visit: Visit, token: &str, on: &str) -> Response {
    if !app::token::shaped(token) {
        return visit.refuse(&Code::LinkOver.into());
    }
    visit.set_cookie(cookie::LINK, token);
    visit.see_other(on)
}

/// `GET /signin/reset`
pub(crate) async fn reset(visit: Visit) -> Response {
    show_reset(visit).await
}

async fn show_reset(mut visit: Visit) -> Response {
    let found = visit.app().look_at_reset(&visit.ctx, visit.link()).await;
    let (title, status) = (visit.t().s("password-reset"), status_of(&visit));
    match found {
        Ok(about) => {
            let page = visit.page(title);
            let template = Choose {
                page,
                keepable: true,
                action: "/signin/reset",
                email: about.email,
                least: least(about.with_mfa),
                required: false,
            };
            visit.render(status, &template)
        }
        Err(error) => visit.refuse(&error),
    }
}

fn status_of(visit: &Visit) -> StatusCode {
    match visit.has_errors() {
        false => StatusCode::OK,
        true => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// `POST /signin/reset`
pub(crate) async fn set_reset(mut visit: Visit) -> Response {
    let (Ok(typed), Ok(again)) = (
        visit.form.must("password"),
        visit.form.must("password_again"),
    ) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit
        .app()
        .complete_reset(&visit.ctx, visit.link(), typed, again)
        .await
    {
        Ok(Renewed::Done) => {
            visit.clear_cookie(cookie::LINK);
            visit.clear_cookie(cookie::SESSION);
            let title = visit.t().s("password-reset-done");
            let page = visit.page(title);
            visit.ok(&Done {
                page,
                lead: "password-reset-done-lead",
            })
        }
        Ok(Renewed::Unmet(unmet)) => {
            wrong_password(&mut visit, &unmet);
            show_reset(visit).await
        }
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            visit.wrong(refusal.field.unwrap_or("password"), &refusal);
            show_reset(visit).await
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /signin/reset/not-me`
pub(crate) async fn objection(visit: Visit) -> Response {
    let found = visit
        .app()
        .look_at_reset_objection(&visit.ctx, visit.link())
        .await;
    if let Err(error) = found {
        return visit.refuse(&error);
    }
    let text = visit.t().s("password-not-me");
    confirm(
        visit,
        "password-not-me-title",
        text,
        "/signin/reset/not-me",
        "password-not-me-button",
    )
}

/// `POST /signin/reset/not-me`
pub(crate) async fn object(mut visit: Visit) -> Response {
    match visit.app().object_to_reset(&visit.ctx, visit.link()).await {
        Ok(()) => {
            visit.clear_cookie(cookie::LINK);
            let title = visit.t().s("password-not-me-title");
            let page = visit.page(title);
            visit.ok(&Done {
                page,
                lead: "password-not-me-done",
            })
        }
        Err(error) => visit.refuse(&error),
    }
}

fn confirm(
    mut visit: Visit,
    title: &str,
    text: String,
    action: &'static str,
    button: &str,
) -> Response {
    let (title, button) = (visit.t().s(title), visit.t().s(button));
    let page = visit.page(title);
    visit.ok(&Confirm {
        page,
        renewable: action == "/signin/unlock",
        text,
        action,
        button,
    })
}

/// `POST /signin/f/{flow}/unlock`
pub(crate) async fn request_unlock(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    match visit.app().request_unlock(&visit.ctx, &flow).await {
        Ok(()) => visit.see_other("/signin/unlock/sent"),
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /signin/unlock/sent`
pub(crate) async fn unlock_sent(visit: Visit) -> Response {
    mail_sent(visit, "password-unlock-sent", "password-sent-spam")
}

/// `GET /signin/unlock`
pub(crate) async fn unlock(visit: Visit) -> Response {
    match visit.app().look_at_unlock(&visit.ctx, visit.link()).await {
        Ok(email) => {
            let text = visit.t().f("password-unlock", &[("email", email)]);
            confirm(
                visit,
                "password-unlock-title",
                text,
                "/signin/unlock",
                "password-unlock-button",
            )
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /signin/unlock`
pub(crate) async fn set_unlock(mut visit: Visit) -> Response {
    match visit.app().unlock(&visit.ctx, visit.link()).await {
        Ok(()) => {
            visit.clear_cookie(cookie::LINK);
            let title = visit.t().s("password-unlock-done");
            let page = visit.page(title);
            visit.ok(&Done {
                page,
                lead: "password-unlock-done-lead",
            })
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /console/password`
pub(crate) async fn change(visit: Visit) -> Response {
    show_change(visit).await
}

async fn show_change(mut visit: Visit) -> Response {
    let (account, devices) = match visit.app().my_account(&visit.ctx).await {
        Ok(found) => found,
        Err(error) => return visit.refuse(&error),
    };
    if let Err(error) = visit.app().require_fresh_proof(&visit.ctx, &devices) {
        return visit.refuse(&error);
    }
    let (title, status) = (visit.t().s("password-change"), status_of(&visit));
    let required = visit.password_required;
    let page = visit.page(title);
    let template = Choose {
        page,
        keepable: false,
        action: "/console/password",
        email: account.email,
        least: least(!devices.is_empty()),
        required,
    };
    visit.render(status, &template)
}

/// `POST /console/password`
pub(crate) async fn set_change(mut visit: Visit) -> Response {
    let (Ok(typed), Ok(again)) = (
        visit.form.must("password"),
        visit.form.must("password_again"),
    ) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().change_password(&visit.ctx, typed, again).await {
        Ok(Renewed::Done) => {
            visit.flash("ok", "flash-password-changed");
            visit.see_other("/console/security-credentials")
        }
        Ok(Renewed::Unmet(unmet)) => {
            wrong_password(&mut visit, &unmet);
            show_change(visit).await
        }
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            visit.wrong(refusal.field.unwrap_or("password"), &refusal);
            show_change(visit).await
        }
        Err(error) => visit.refuse(&error),
    }
}
