//! Pages for operators, below `/operator`: sign-in, set-up, fresh proof, and home.
//!
//! They know a session of their own, under a cookie of its own: one of an account opens nothing here, and one of an operator
//! nothing anywhere else (`visit`). Whoever writes a page for operators takes [`Operator`], which lets in nobody else;
//! what an operator *decides* asks `ctx.fresh_operator()` as well, and sends people to `/operator/proof` by its refusal.
//! No page here shows or takes a password, a code or a key of an account.

use crate::check;
use crate::cookie;
use crate::device::qr;
use crate::front::Front;
use crate::page::Page;
use crate::password::{keep_link, least, wrong_password};
use crate::text::Moment;
use crate::visit::Visit;
use app::Error;
use app::check::Before;
use app::landing::OPERATOR_HOME;
use app::operator::{Finished, Offered, Opened, SignedIn, Tried};
use app::session::Proved;
use askama::Template;
use axum::extract::{FromRequest, Path, Request};
use axum::response::Response;
use domain::ids::FlowId;
use domain::refusal::{Code, Refusal};
use http::StatusCode;
use std::sync::Arc;

/// A visit of somebody who is signed in as an operator. Everybody else is sent to the sign-in for operators.
pub(crate) struct Operator {
    /// The visit; a page of it carries the operator in its bar.
    pub(crate) visit: Visit,
    /// Who, in which session; `who.session.device_at` says when the authenticator was last used.
    pub(crate) who: Arc<SignedIn>,
}

impl FromRequest<Front> for Operator {
    type Rejection = Response;

    async fn from_request(request: Request, front: &Front) -> Result<Self, Response> {
        let visit = Visit::from_request(request, front).await?;
        match visit.ctx.operator.clone() {
            Some(who) => Ok(Self { visit, who }),
            None => Err(visit.refuse(&Code::OperatorSignInNeeded.into())),
        }
    }
}

#[derive(Template)]
#[template(path = "operator/sign_in.html")]
struct SignIn {
    page: Page,
    return_to: Option<String>,
    flow: Option<String>,
    email: String,
}

#[derive(Template)]
#[template(path = "operator/proof.html")]
struct Proof {
    page: Page,
    return_to: String,
    email: String,
}

#[derive(Template)]
#[template(path = "operator/set_up.html")]
struct SetUp {
    page: Page,
    name: String,
    email: String,
    least: u32,
    qr: Option<qr::Qr>,
    uri: String,
    key: String,
}

#[derive(Template)]
#[template(path = "operator/home.html")]
struct Home {
    page: Page,
    /// Whether settings were changed and are not in force.
    changed: bool,
    operators: Vec<Listed>,
    sessions: Vec<Row>,
}

struct Listed {
    name: String,
    me: bool,
    since: Moment,
    ready: bool,
}

struct Row {
    this: bool,
    device: String,
    address: String,
    opened: Moment,
    seen: Moment,
}

/// `GET /operator`
pub(crate) async fn sign_in(visit: Visit) -> Response {
    if visit.ctx.operator.is_some() {
        return visit.see_other(OPERATOR_HOME);
    }
    let return_to = visit.query.get("return_to").map(str::to_owned);
    show_sign_in(visit, return_to.as_deref(), None, None)
}

/// `GET /operator/f/{flow}`: the security check, or the sign-in behind it.
pub(crate) async fn flow(Path(id): Path<String>, visit: Visit) -> Response {
    match id.parse::<FlowId>() {
        Ok(flow) => check::with_check(visit, Before::Operator, &flow, StatusCode::OK, None).await,
        Err(_) => visit.refuse(&Code::FlowOver.into()),
    }
}

/// The sign-in behind a security check that was passed.
pub(crate) fn behind_check(visit: Visit, flow: &FlowId) -> Response {
    show_sign_in(visit, None, Some(flow.to_string()), None)
}

/// `POST /operator`
pub(crate) async fn offer(mut visit: Visit) -> Response {
    let field = |name: &str| visit.form.must(name).map(str::to_owned);
    let (Ok(email), Ok(password), Ok(code)) = (field("email"), field("password"), field("code"))
    else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let flow = visit.form.get("flow").and_then(|id| id.parse().ok());
    let return_to = visit.form.get("return_to").map(str::to_owned);
    let offered = Offered {
        email: &email,
        password: &password,
        code: &code,
    };
    let shown = flow.as_ref().map(ToString::to_string);
    match visit
        .app()
        .operator_sign_in(&visit.ctx, &offered, flow)
        .await
    {
        Ok(Tried::In(opened)) => {
            let on = checked(return_to.as_deref());
            enter(&mut visit, &opened);
            visit.see_other(&on)
        }
        Ok(Tried::CheckFirst(flow)) => visit.see_other(&format!("/operator/f/{flow}")),
        Ok(Tried::Refused(refusal)) => {
            show_sign_in(visit, return_to.as_deref(), shown, Some(&refusal))
        }
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            show_sign_in(visit, return_to.as_deref(), shown, Some(&refusal))
        }
        Err(error) => visit.refuse(&error),
    }
}

fn show_sign_in(
    mut visit: Visit,
    return_to: Option<&str>,
    flow: Option<String>,
    refusal: Option<&Refusal>,
) -> Response {
    if let Some(refusal) = refusal {
        visit.wrong(refusal.field.unwrap_or("password"), refusal);
    }
    let title = visit.t().s("operator-sign-in-title");
    let template = SignIn {
        return_to: return_to.and_then(app::landing::checked_operator),
        flow,
        email: visit.form.or_blank("email").to_owned(),
        page: visit.page(title),
    };
    visit.render(status(refusal), &template)
}

/// `GET /operator/set-up/{token}`
pub(crate) async fn open_set_up(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, "/operator/set-up")
}

/// `GET /operator/set-up`
pub(crate) async fn set_up(visit: Visit) -> Response {
    show_set_up(visit, StatusCode::OK).await
}

/// `POST /operator/set-up`
pub(crate) async fn finish(mut visit: Visit) -> Response {
    let field = |name: &str| visit.form.must(name).map(str::to_owned);
    let (Ok(password), Ok(again), Ok(code)) =
        (field("password"), field("password_again"), field("code"))
    else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let link = visit.link().to_owned();
    let done = visit
        .app()
        .set_up_operator(&visit.ctx, &link, (&password, &again), &code);
    let refusal = match done.await {
        Ok(Finished::In(opened)) => {
            visit.clear_cookie(cookie::LINK);
            enter(&mut visit, &opened);
            visit.flash("ok", "flash-operator-set-up");
            return visit.see_other(OPERATOR_HOME);
        }
        Ok(Finished::Unmet(unmet)) => {
            wrong_password(&mut visit, &unmet);
            return show_set_up(visit, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Ok(Finished::Refused(refusal)) => refusal,
        Err(Error::Refused(refusal)) if refusal.field.is_some() => refusal,
        Err(error) => return visit.refuse(&error),
    };
    visit.wrong(refusal.field.unwrap_or("code"), &refusal);
    show_set_up(visit, status(Some(&refusal))).await
}

async fn show_set_up(mut visit: Visit, status: StatusCode) -> Response {
    let found = visit
        .app()
        .look_at_operator_set_up(&visit.ctx, visit.link())
        .await;
    let found = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(&error),
    };
    let title = visit.t().s("operator-set-up-title");
    let template = SetUp {
        name: found.operator.name,
        email: found.operator.email,
        least: least(false),
        qr: qr::draw(found.uri.expose()),
        uri: found.uri.expose().clone(),
        key: found.key.expose().clone(),
        page: visit.page(title),
    };
    visit.render(status, &template)
}

/// `GET /operator/home`
pub(crate) async fn home(Operator { mut visit, who }: Operator) -> Response {
    let operators = match visit.app().operators().await {
        Ok(operators) => operators,
        Err(error) => return visit.refuse(&error),
    };
    let sessions = match visit.app().my_operator_sessions(&visit.ctx).await {
        Ok(sessions) => sessions,
        Err(error) => return visit.refuse(&error),
    };
    let operators = operators.into_iter().map(|operator| Listed {
        me: operator.id == who.operator.id,
        since: visit.when(operator.granted_at),
        ready: operator.set_up_at.is_some(),
        name: operator.name,
    });
    let operators = operators.collect();
    let sessions = sessions.into_iter().map(|session| Row {
        this: session.id == who.session.id,
        device: session.client.device,
        address: session.client.address.to_string(),
        opened: visit.when(session.opened_at),
        seen: visit.when(session.seen_at),
    });
    let sessions = sessions.collect();
    let changed = match visit.app().changed_channels().await {
        Ok(changed) => !changed.is_empty(),
        Err(error) => return visit.refuse(&error),
    };
    let title = visit.t().s("operator-home");
    let template = Home {
        changed,
        operators,
        sessions,
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `GET /operator/proof`
pub(crate) async fn proof(Operator { visit, who }: Operator) -> Response {
    let return_to = checked(visit.query.get("return_to"));
    if who.session.fresh(visit.ctx.now) {
        return visit.see_other(&return_to);
    }
    show_proof(visit, &who, return_to, None)
}

/// `POST /operator/proof`
pub(crate) async fn prove(Operator { mut visit, who }: Operator) -> Response {
    let return_to = checked(visit.form.get("return_to"));
    let (Ok(password), Ok(code)) = (visit.form.must("password"), visit.form.must("code")) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().operator_proof(&visit.ctx, password, code).await {
        Ok(Proved::Fresh(token)) => {
            visit.set_cookie(cookie::OPERATOR, token.expose());
            visit.see_other(&return_to)
        }
        Ok(Proved::Refused(refusal)) => show_proof(visit, &who, return_to, Some(&refusal)),
        Err(error) => visit.refuse(&error),
    }
}

fn show_proof(
    mut visit: Visit,
    who: &SignedIn,
    return_to: String,
    refusal: Option<&Refusal>,
) -> Response {
    if let Some(refusal) = refusal {
        visit.wrong("password", refusal);
    }
    let title = visit.t().s("step-up-title");
    let template = Proof {
        return_to,
        email: who.operator.email.clone(),
        page: visit.page(title),
    };
    visit.render(status(refusal), &template)
}

/// `POST /operator/sign-out`
pub(crate) async fn sign_out(Operator { mut visit, .. }: Operator) -> Response {
    match visit.app().end_operator_sessions(&visit.ctx, false).await {
        Ok(()) => {
            visit.clear_cookie(cookie::OPERATOR);
            visit.flash("ok", "flash-signed-out");
            visit.see_other("/operator")
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /operator/sessions/end`: all others of this operator.
pub(crate) async fn end_others(Operator { mut visit, .. }: Operator) -> Response {
    match visit.app().end_operator_sessions(&visit.ctx, true).await {
        Ok(()) => {
            visit.flash("ok", "flash-sessions-ended");
            visit.see_other(OPERATOR_HOME)
        }
        Err(error) => visit.refuse(&error),
    }
}

fn enter(visit: &mut Visit, opened: &Opened) {
    visit.set_cookie(cookie::OPERATOR, opened.token.expose());
    visit.set_cookie(cookie::OPERATOR_KNOWN, opened.known.expose());
}

fn checked(return_to: Option<&str>) -> String {
    return_to
        .and_then(app::landing::checked_operator)
        .unwrap_or_else(|| OPERATOR_HOME.to_owned())
}

fn status(refusal: Option<&Refusal>) -> StatusCode {
    refusal.map_or(StatusCode::OK, |r| {
        StatusCode::from_u16(r.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
    })
}
