//! Pages that open an account: address, mailed code, details; and the set-up link of an empty installation.

use crate::cookie;
use crate::page::Page;
use crate::password::{keep_link, wrong_password};
use crate::visit::Visit;
use app::Error;
use app::sign_up::{Details, Opening};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::FlowId;
use domain::refusal::{Code, Refusal};
use domain::sign_up::SignUp;
use http::StatusCode;

#[derive(Template)]
#[template(path = "sign_up/email.html")]
struct EmailPage {
    page: Page,
    email: String,
}

#[derive(Template)]
#[template(path = "sign_up/code.html")]
pub(crate) struct CodePage {
    pub(crate) page: Page,
    pub(crate) flow: String,
    pub(crate) again: String,
    pub(crate) email: String,
    /// Where to begin anew, and the words of the link.
    pub(crate) other: (&'static str, String),
}

#[derive(Template)]
#[template(path = "sign_up/details.html")]
struct DetailsPage {
    page: Page,
    flow: String,
    email: String,
    account_name: String,
    contact_name: String,
    phone: String,
    least: u32,
}

/// `GET /set-up/{token}`
pub(crate) async fn open_set_up(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, "/open")
}

/// `GET /open`
pub(crate) async fn email(visit: Visit) -> Response {
    let set_up = visit.link().to_owned();
    if !visit.app().settings().self_open
        && let Err(error) = visit.app().look_at_set_up(&visit.ctx, &set_up).await
    {
        let unasked = set_up.is_empty();
        return visit.refuse(&if unasked {
            Code::NotSelfOpen.into()
        } else {
            error
        });
    }
    show_email(visit, StatusCode::OK, String::new())
}

fn show_email(mut visit: Visit, status: StatusCode, email: String) -> Response {
    let title = visit.t().s("sign-up-title");
    let page = visit.page(title);
    visit.render(status, &EmailPage { page, email })
}

/// `POST /open`
pub(crate) async fn begin(mut visit: Visit) -> Response {
    let Ok(email) = visit.form.must("email").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let set_up = Some(visit.link()).filter(|link| !link.is_empty());
    match visit.app().begin_sign_up(&visit.ctx, &email, set_up).await {
        Ok(flow) => visit.see_other(&path(&flow)),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            visit.wrong("email", &refusal);
            show_email(visit, StatusCode::UNPROCESSABLE_ENTITY, email)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /open/f/{flow}`
pub(crate) async fn flow(Path(id): Path<String>, visit: Visit) -> Response {
    show(visit, &id, StatusCode::OK).await
}

/// `POST /open/f/{flow}/code`
pub(crate) async fn code(Path(id): Path<String>, visit: Visit) -> Response {
    let (Ok(flow), Ok(typed)) = (id.parse::<FlowId>(), visit.form.must("code")) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let moved = visit.app().prove_sign_up(&visit.ctx, &flow, typed).await;
    moved_on(visit, &id, moved).await
}

/// `POST /open/f/{flow}/mail-again`
pub(crate) async fn mail_again(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let moved = visit.app().sign_up_mail_again(&visit.ctx, &flow).await;
    if matches!(moved, Ok(Opening::On)) {
        visit.flash("ok", "flash-mail-sent");
    }
    moved_on(visit, &id, moved).await
}

/// `POST /open/f/{flow}/details`
pub(crate) async fn details(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let (Ok(typed), Ok(again)) = (
        visit.form.must("password"),
        visit.form.must("password_again"),
    ) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let text = |name: &str| visit.form.or_blank(name).to_owned();
    let details = Details {
        account_name: text("account_name"),
        contact_name: text("contact_name"),
        phone: text("phone"),
    };
    let set_up = Some(visit.link()).filter(|link| !link.is_empty());
    let moved = visit
        .app()
        .complete_sign_up(&visit.ctx, &flow, &details, (typed, again), set_up)
        .await;
    moved_on(visit, &id, moved).await
}

async fn moved_on(mut visit: Visit, id: &str, moved: Result<Opening, Error>) -> Response {
    let refused = |visit: &mut Visit, refusal: &Refusal| {
        visit.wrong(refusal.field.unwrap_or("code"), refusal);
        refusal.code.status()
    };
    let status = match moved {
        Ok(Opening::On) => return visit.see_other(&format!("/open/f/{id}")),
        Ok(Opening::In(opened)) => {
            visit.clear_cookie(cookie::LINK);
            visit.set_cookie(cookie::SESSION, opened.token.expose());
            visit.set_cookie(cookie::KNOWN, opened.known.expose());
            visit.flash("ok", "flash-account-open");
            return visit.see_other("/console/security-credentials");
        }
        Ok(Opening::Unmet(unmet)) => {
            wrong_password(&mut visit, &unmet);
            422
        }
        Ok(Opening::Refused(refusal)) => refused(&mut visit, &refusal),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => refused(&mut visit, &refusal),
        Err(error) => return visit.refuse(&error),
    };
    show(
        visit,
        id,
        StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
    )
    .await
}

async fn show(mut visit: Visit, id: &str, status: StatusCode) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let state = match visit.app().look_at_sign_up(&visit.ctx, &flow).await {
        Ok(state) => state,
        Err(error) => return visit.refuse(&error),
    };
    let flow = path(&flow);
    match state {
        SignUp::AwaitCode { email, .. } => {
            let title = visit.t().s("sign-in-mail-title");
            let other = ("/open", visit.t().s("sign-up-other-email"));
            let page = visit.page(title);
            visit.render(
                status,
                &CodePage {
                    page,
                    again: format!("{flow}/mail-again"),
                    flow,
                    email,
                    other,
                },
            )
        }
        SignUp::AwaitDetails { email } => {
            let title = visit.t().s("sign-up-details");
            let text = |name: &str| visit.form.or_blank(name).to_owned();
            let (account_name, contact_name, phone) =
                (text("account_name"), text("contact_name"), text("phone"));
            let page = visit.page(title);
            let least = crate::password::least(false);
            visit.render(
                status,
                &DetailsPage {
                    page,
                    flow,
                    email,
                    account_name,
                    contact_name,
                    phone,
                    least,
                },
            )
        }
        SignUp::Done => visit.see_other(app::landing::CONSOLE_HOME),
    }
}

fn path(id: &FlowId) -> String {
    format!("/open/f/{id}")
}
