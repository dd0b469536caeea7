//! Support cases as the asker sees them: the form, the code, the case; and the page behind "this was not me".
//!
//! Every page says the same whether the account exists or not, until two operators agreed. The link of a case is kept in the cookie of mailed links.

pub(crate) mod office;

use crate::check;
use crate::contact::proof::status_of;
use crate::contact::{read_out, refused_number};
use crate::cookie;
use crate::page::Page;
use crate::password::keep_link;
use crate::recovery::{LANDING, Refused};
use crate::sign_up::CodePage;
use crate::text::Moment;
use crate::visit::Visit;
use app::Error;
use app::check::Before;
use app::support::Typed;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::call::forbids_a_call;
use domain::ids::FlowId;
use domain::refusal::{Code, Refusal};
use domain::support::{COME_WITHIN, Draft, EndedBy, LONGEST_TEXT, Lost, Stage, Wants, follow_path};
use domain::time::Span;
use http::StatusCode;

const FORM: &str = "/support";
/// The page of a case.
pub(crate) const CASE: &str = "/support/case";
/// The calls that prove the new number of a case.
pub(crate) const CALLS: &str = "/support/call";

#[derive(Template)]
#[template(path = "support/form.html")]
struct FormPage {
    page: Page,
    email: String,
    lost: String,
    value: String,
    text: String,
    most: usize,
    days: i64,
    /// Whether a lost telephone can be replaced here.
    phone: bool,
    /// The days of the wait where nothing is left at all, if anybody is let in then.
    all: Option<i64>,
}

#[derive(Template)]
#[template(path = "support/case.html")]
struct CasePage {
    page: Page,
    number: String,
    opened: Moment,
    what: String,
    /// The new number, as it was read.
    new: Option<String>,
    proved: bool,
    wants: Option<Wants>,
    /// Why there is no code or call now.
    refused: Option<Refused>,
    /// What kind of notice, and its words.
    state: (&'static str, String),
    next: String,
    link: String,
    runs: bool,
    done: bool,
}

#[derive(Template)]
#[template(path = "support/stop.html")]
struct StopPage {
    page: Page,
    text: String,
    device: String,
    address: String,
    opened: Moment,
    until: Moment,
}

#[derive(Template)]
#[template(path = "support/stopped.html")]
struct Stopped {
    page: Page,
}

/// `GET /support`
pub(crate) async fn form(visit: Visit) -> Response {
    show_form(visit, StatusCode::OK)
}

fn show_form(mut visit: Visit, status: StatusCode) -> Response {
    let title = visit.t().s("support-title");
    let email = visit.form.or_blank("email").to_owned();
    let lost = visit.form.or_blank("why").to_owned();
    let value = visit.form.or_blank("name").to_owned();
    let text = visit.form.or_blank("how").to_owned();
    let days = |wait: Span| wait.as_minutes_up() / (24 * 60);
    let all = visit.app().settings().support_long_wait.map(days);
    let days = days(visit.app().settings().support_wait);
    let phone = visit.app().support_by_phone();
    let page = visit.page(title);
    let template = FormPage {
        page,
        email,
        lost,
        value,
        text,
        most: LONGEST_TEXT,
        days,
        phone,
        all,
    };
    visit.render(status, &template)
}

/// `POST /support`
pub(crate) async fn begin(mut visit: Visit) -> Response {
    let (Ok(email), Ok(lost), Ok(value), Ok(text)) = (
        visit.form.must("email"),
        visit.form.must("why"),
        visit.form.must("name"),
        visit.form.must("how"),
    ) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let Some(lost) = Lost::from_key(lost) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let typed = Typed {
        email: email.to_owned(),
        lost,
        value: value.to_owned(),
        text: text.to_owned(),
    };
    match visit.app().begin_support(&visit.ctx, &typed).await {
        Ok(flow) => visit.see_other(&path(&flow)),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            match visit.app().read_phone(&typed.value, None) {
                Err(why) if typed.lost == Lost::Phone && why.code == refusal.code => {
                    let text = refused_number(visit.t(), &why);
                    visit.wrong_because("name", why.code.as_str(), text);
                }
                _ => visit.wrong(refusal.field.unwrap_or("email"), &refusal),
            }
            show_form(visit, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /support/f/{flow}`
pub(crate) async fn flow(Path(id): Path<String>, visit: Visit) -> Response {
    show(visit, &id, StatusCode::OK).await
}

/// `POST /support/f/{flow}/code`
pub(crate) async fn code(Path(id): Path<String>, mut visit: Visit) -> Response {
    let (Ok(flow), Ok(typed)) = (id.parse::<FlowId>(), visit.form.must("code")) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().prove_support(&visit.ctx, &flow, typed).await {
        Ok(None) => visit.see_other(&path(&flow)),
        Ok(Some(refusal)) => {
            visit.wrong("code", &refusal);
            show(visit, &id, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => elsewhere(visit, &flow, &error),
    }
}

/// `POST /support/f/{flow}/mail-again`
pub(crate) async fn mail_again(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    match visit.app().support_mail_again(&visit.ctx, &flow).await {
        Ok(()) => {
            visit.flash("ok", "flash-mail-sent");
            visit.see_other(&path(&flow))
        }
        Err(error) => elsewhere(visit, &flow, &error),
    }
}

/// Pressed late, twice or in another tab: on to where the form is (P-05).
fn elsewhere(visit: Visit, flow: &FlowId, error: &Error) -> Response {
    match error.refusal() {
        Some(refusal) if refusal.code == Code::OutOfOrder => visit.see_other(&path(flow)),
        _ => visit.refuse(error),
    }
}

async fn show(mut visit: Visit, id: &str, status: StatusCode) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    match visit.app().look_at_support(&visit.ctx, &flow).await {
        Ok(Draft::AwaitCheck { check: None, .. }) => visit.refuse(&Code::CheckTooOften.into()),
        Ok(Draft::AwaitCheck { .. }) => {
            check::with_check(visit, Before::Support, &flow, status, None).await
        }
        Ok(Draft::Back) => visit.see_other(CASE),
        Ok(Draft::AwaitCode { asked, case, .. }) => {
            let title = visit.t().s("sign-in-mail-title");
            // The account's own mailbox is named as the asker named it: which one serves is not for them to learn.
            let (other, email) = match case {
                Some(_) => ((CASE, "support-case-title"), asked.named),
                None => ((FORM, "support-again"), asked.value),
            };
            let other = (other.0, visit.t().s(other.1));
            let template = CodePage {
                page: visit.page(title),
                again: format!("{}/mail-again", path(&flow)),
                flow: path(&flow),
                email,
                other,
            };
            visit.render(status, &template)
        }
        Ok(Draft::Done { .. }) => match visit.app().support_token(&visit.ctx, &flow).await {
            Ok(token) => keep_link(visit, &token.unwrap_or_default(), CASE),
            Err(error) => visit.refuse(&error),
        },
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /support/c/{token}`
pub(crate) async fn follow(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, CASE)
}

/// `GET /support/case`
pub(crate) async fn case(visit: Visit) -> Response {
    show_case(visit, None).await
}

async fn show_case(mut visit: Visit, refusal: Option<Refusal>) -> Response {
    let case = match visit.app().follow_support(&visit.ctx, visit.link()).await {
        Ok(case) => case,
        Err(error) => return visit.refuse(&error),
    };
    let t = visit.t();
    let (kind, key, until) = match case.stage {
        Stage::Open | Stage::Noted => ("info", "open", None),
        Stage::Waits { until } if case.wants == Some(Wants::Nothing) => {
            ("info", "come", Some(until + COME_WITHIN))
        }
        Stage::Waits { until } => ("info", "waits", Some(until)),
        Stage::Done { .. } if case.lost == Lost::All => ("ok", "in", None),
        Stage::Done { .. } => ("ok", "done", None),
        Stage::Over {
            by: EndedBy::Asker, ..
        } => ("info", "taken-back", None),
        Stage::Over { .. } => ("warn", "over", None),
    };
    let time = until.map(|at| visit.when(at).shown).unwrap_or_default();
    let title = t.s("support-case-title");
    let public_url = &visit.app().settings().public_url;
    let template = CasePage {
        number: case.id.to_string(),
        opened: visit.when(case.opened_at),
        what: t.s(format!("support-kind-{}", case.lost.key())),
        new: case.number.map(|reading| read_out(t, &reading)),
        proved: case.proved,
        wants: case.wants,
        refused: refusal.as_ref().map(|refusal| Refused::of(&visit, refusal)),
        state: (kind, t.f(format!("support-stage-{key}"), &[("time", time)])),
        next: match case.wants {
            None => t.s(format!("support-next-{key}")),
            Some(_) => String::new(),
        },
        link: format!("{public_url}{}", follow_path(visit.link())),
        runs: matches!(kind, "info") && key != "taken-back",
        done: key == "done",
        page: visit.page(title),
    };
    let status = refusal.as_ref().map_or(StatusCode::OK, status_of);
    visit.render(status, &template)
}

/// `POST /support/case/mail`: a code to the account's own mailbox.
pub(crate) async fn mail_proof(visit: Visit) -> Response {
    let mailed = visit.app().mail_support_proof(&visit.ctx, visit.link());
    match mailed.await {
        Ok(flow) => visit.see_other(&path(&flow)),
        Err(error) => not_now(visit, error).await,
    }
}

/// `POST /support/case/call`: *Call me now*.
pub(crate) async fn call(visit: Visit) -> Response {
    let called = visit.app().begin_support_call(&visit.ctx, visit.link());
    match called.await {
        Ok(flow) => visit.see_other(&format!("{CALLS}/{flow}")),
        Err(error) => not_now(visit, error).await,
    }
}

/// `POST /support/case/enter`: the wait of a case about everything is over.
pub(crate) async fn enter(mut visit: Visit) -> Response {
    let entered = visit.app().enter_support(&visit.ctx, visit.link());
    match entered.await {
        Ok(opened) => {
            visit.set_cookie(cookie::SESSION, opened.token.expose());
            visit.clear_cookie(cookie::LINK);
            // A new password comes before anything else; its page says so itself.
            visit.see_other(LANDING)
        }
        Err(error) => not_now(visit, error).await,
    }
}

/// What time mends is told on the page of the case; what was pressed late leads there.
async fn not_now(visit: Visit, error: Error) -> Response {
    match error {
        Error::Refused(refusal) if refusal.code == Code::OutOfOrder => visit.see_other(CASE),
        Error::Refused(refusal)
            if refusal.code == Code::MailWait || forbids_a_call(refusal.code) =>
        {
            show_case(visit, Some(refusal)).await
        }
        error => visit.refuse(&error),
    }
}

/// `POST /support/case/end`
pub(crate) async fn take_back(mut visit: Visit) -> Response {
    match visit
        .app()
        .take_support_back(&visit.ctx, visit.link())
        .await
    {
        Ok(()) => {
            visit.flash("ok", "flash-support-ended");
            visit.see_other(CASE)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /support/not-me/{token}`
pub(crate) async fn stop_link(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, "/support/not-me")
}

/// `GET /support/not-me`
pub(crate) async fn stop(mut visit: Visit) -> Response {
    let found = visit.app().look_at_support_stop(&visit.ctx, visit.link());
    let about = match found.await {
        Ok(about) => about,
        Err(error) => return visit.refuse(&error),
    };
    let t = visit.t();
    let title = t.s("support-stop-title");
    let template = StopPage {
        text: t.f(
            format!("support-stop-{}", about.lost.key()),
            &[("account", about.account.grouped())],
        ),
        device: about.client.device,
        address: about.client.address.to_string(),
        opened: visit.when(about.opened_at),
        until: visit.when(about.until),
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST /support/not-me`
pub(crate) async fn stopped(mut visit: Visit) -> Response {
    match visit.app().stop_support(&visit.ctx, visit.link()).await {
        Ok(()) => {
            visit.clear_cookie(cookie::LINK);
            let title = visit.t().s("support-stopped-title");
            let page = visit.page(title);
            visit.ok(&Stopped { page })
        }
        Err(error) => visit.refuse(&error),
    }
}

fn path(flow: &FlowId) -> String {
    format!("{FORM}/f/{flow}")
}
