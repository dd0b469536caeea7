//! The pages on which a number is proved by a call. They follow the call with scripts and without.

use super::value_of;
use crate::call;
use crate::page::Page;
use crate::recovery::Refused;
use crate::support;
use crate::text::T;
use crate::visit::Visit;
use app::contact::ProofPage;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::call::{CallView, forbids_a_call};
use domain::contact::{HOLD, Kind, ProofEnd, Stage};
use domain::ids::{AccountId, FlowId};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

/// Where a proof goes on.
const PATH: &str = "/console/account/phone/proof";

/// The page before the first call.
pub(crate) const fn path(kind: Kind) -> &'static str {
    match kind.second() {
        true => "/console/account/second-phone/proof",
        false => PATH,
    }
}

/// How often the page asks again where scripts are off.
const REFRESH_SECONDS: u32 = 5;

#[derive(Template)]
#[template(path = "contact/proof.html")]
struct Call {
    page: Page,
    path: String,
    number: String,
    last: String,
    refused: Option<Refused>,
    part: Option<call::Part>,
    running: bool,
    still: bool,
    left: u32,
    wrong_left: u32,
    blocked: Option<String>,
    blocked_wait: u64,
    again: String,
    back: Back,
}

#[derive(Template)]
#[template(path = "contact/proved.html")]
struct Done {
    page: Page,
    text: String,
    proved: bool,
    /// Where the number is looked at again; nowhere in a support case.
    check: &'static str,
    back: Back,
}

/// Where a page leads back to, in words.
type Back = (&'static str, String);

fn back(t: T, of_case: bool) -> Back {
    match of_case {
        true => (support::CASE, t.s("support-case-title")),
        false => (crate::account::PATH, t.s("phone-proof-to-account")),
    }
}

/// `GET /console/account/phone/proof`, `GET /console/account/second-phone/proof`
pub(crate) async fn begin(visit: Visit, kind: Kind) -> Response {
    before(visit, kind, StatusCode::OK, None).await
}

async fn before(
    mut visit: Visit,
    kind: Kind,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Response {
    let before = match visit.app().before_phone_proof(&visit.ctx, kind).await {
        Ok(before) => before,
        Err(error) => return visit.refuse(&error),
    };
    let t = visit.t();
    let last = match before.proved_at {
        Some(at) => t.f("phone-proof-last", &[("time", visit.when(at).shown)]),
        None => t.s("phone-proof-never"),
    };
    let (blocked, blocked_wait) = call::blocked(&visit, &before.outlook);
    let title = t.s("phone-proof-title");
    let template = Call {
        path: path(kind).to_owned(),
        number: before.reading.international,
        last,
        refused: refusal
            .filter(|_| blocked.is_none())
            .map(|r| Refused::of(&visit, &r)),
        part: None,
        running: false,
        still: false,
        left: before.outlook.left,
        wrong_left: before.outlook.wrong_left,
        blocked,
        blocked_wait,
        again: t.s("recovery-call-now"),
        back: back(t, false),
        page: visit.page(title),
    };
    visit.render(status, &template)
}

/// `POST` of the same: *Call me now*.
pub(crate) async fn start(visit: Visit, kind: Kind) -> Response {
    match visit.app().begin_phone_proof(&visit.ctx, kind).await {
        Ok(flow) => visit.see_other(&format!("{PATH}/{flow}")),
        Err(app::Error::Refused(refusal)) if forbids_a_call(refusal.code) => {
            let status = status_of(&refusal);
            before(visit, kind, status, Some(refusal)).await
        }
        Err(error) => visit.refuse(&error),
    }
}

pub(crate) fn status_of(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}

/// `GET /console/account/phone/proof/{flow}`
pub(crate) async fn follow(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    if let Err(error) = asked(&visit) {
        return visit.refuse(&error);
    }
    show(visit, &flow, StatusCode::OK, None).await
}

/// `POST /console/account/phone/proof/{flow}/call`: *Call again*.
pub(crate) async fn again(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    if let Err(error) = asked(&visit) {
        return visit.refuse(&error);
    }
    match visit.app().call_for_proof(&visit.ctx, &flow).await {
        Ok(None) => {
            let on = on(&visit, &flow);
            visit.see_other(&on)
        }
        Ok(Some(refusal)) => {
            let status = status_of(&refusal);
            show(visit, &flow, status, Some(refusal)).await
        }
        Err(error) => visit.refuse(&error),
    }
}

async fn show(
    visit: Visit,
    flow: &FlowId,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Response {
    let seen = match visit.app().look_at_phone_proof(&visit.ctx, flow).await {
        Ok(seen) => seen,
        Err(error) => return visit.refuse(&error),
    };
    match seen.view.end {
        Some(ProofEnd::Proved) if seen.of_case => visit.see_other(support::CASE),
        Some(end) => done(visit, &seen, end).await,
        None => {
            let t = visit.t();
            let following = Following {
                call: &seen.view.call,
                number: &seen.view.number,
                says: ("phone-proof-script", &seen.account),
                last: match seen.proved_at {
                    Some(at) => t.f("phone-proof-last", &[("time", visit.when(at).shown)]),
                    None => t.s("phone-proof-never"),
                },
                path: on(&visit, flow),
                of_case: seen.of_case,
            };
            calling(visit, following, status, refusal)
        }
    }
}

async fn done(mut visit: Visit, seen: &ProofPage, end: ProofEnd) -> Response {
    let t = visit.t();
    let number = value_of(Kind::Phone, &seen.view.number);
    if seen.of_case {
        let title = t.s("phone-proof-objected-title");
        let template = Done {
            text: t.f("phone-proof-objected", &[("number", number)]),
            check: "",
            back: back(t, true),
            proved: false,
            page: visit.page(title),
        };
        return visit.ok(&template);
    }
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let serves_from = overview
        .changes
        .iter()
        .find_map(|change| match change.stage {
            Stage::Made { since }
                if change.kind == Kind::Phone
                    && change.value == seen.view.number
                    && visit.ctx.now < since + HOLD
                    && !overview.lost.contains(&Kind::Phone) =>
            {
                Some(since + HOLD)
            }
            _ => None,
        });
    let second = overview.beside.iter().find(|b| b.value == seen.view.number);
    let serves_from = second.map_or(serves_from, |second| second.serves_from);
    let (title, text) = match (end, serves_from) {
        (ProofEnd::Objected, _) => (
            "phone-proof-objected-title",
            t.f("phone-proof-objected", &[("number", number)]),
        ),
        (ProofEnd::Proved, Some(from)) => (
            "phone-proof-done-title",
            t.f(
                "phone-proof-done-held",
                &[("number", number), ("time", visit.when(from).shown)],
            ),
        ),
        (ProofEnd::Proved, None) => (
            "phone-proof-done-title",
            t.f("phone-proof-done", &[("number", number)]),
        ),
    };
    let title = t.s(title);
    let template = Done {
        text,
        check: match second {
            Some(_) => crate::account::PATH,
            None => "/console/account/contact",
        },
        proved: end == ProofEnd::Proved,
        back: back(t, false),
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// A call as its page follows it, in a proof and in a rehearsal.
pub(crate) struct Following<'a> {
    pub(crate) call: &'a CallView,
    /// The number, in E.164.
    pub(crate) number: &'a str,
    /// The key of what the voice says, and the account whose last four digits it speaks.
    pub(crate) says: (&'static str, &'a AccountId),
    /// When the number was last proved.
    pub(crate) last: String,
    pub(crate) path: String,
    /// Whether it is a support case that it leads back to.
    pub(crate) of_case: bool,
}

/// The page of a call: its digits while it runs, the button after it.
pub(crate) fn calling(
    mut visit: Visit,
    of: Following<'_>,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Response {
    let t = visit.t();
    let start = of.number.len().saturating_sub(4);
    let last_four = of.number.get(start..).unwrap_or_default();
    let part = call::Part::of(&visit, of.call, last_four, of.says);
    let running = of.call.running;
    let title = t.s(match running {
        true => "recovery-call-title",
        false => "phone-proof-title",
    });
    let still = visit.query.has("still");
    let (blocked, blocked_wait) = match running {
        true => (None, 0),
        false => call::blocked(&visit, &of.call.outlook),
    };
    let refresh = (running && !still).then_some(REFRESH_SECONDS);
    let template = Call {
        path: of.path,
        number: value_of(Kind::Phone, of.number),
        last: of.last,
        refused: refusal
            .filter(|_| blocked.is_none())
            .map(|r| Refused::of(&visit, &r)),
        running,
        part,
        still,
        left: of.call.outlook.left,
        wrong_left: of.call.outlook.wrong_left,
        blocked,
        blocked_wait,
        again: t.s("recovery-call-again"),
        back: back(t, of.of_case),
        page: visit.page(title),
    };
    visit.render_every(status, refresh, &template)
}

/// Whether it is a support case that asks: there nobody is signed in.
fn of_case(visit: &Visit) -> bool {
    visit.here.starts_with(support::CALLS)
}

/// On the account page somebody has to be signed in, before anything is said of the flow.
fn asked(visit: &Visit) -> Result<(), app::Error> {
    match of_case(visit) {
        true => Ok(()),
        false => visit.ctx.root().map(drop),
    }
}

/// The page of a proof: below the account page, or below that of a support case.
fn on(visit: &Visit, flow: &FlowId) -> String {
    let base = match of_case(visit) {
        true => support::CALLS,
        false => PATH,
    };
    format!("{base}/{flow}")
}
