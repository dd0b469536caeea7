//! Support cases on the pages for operators: the queue, one case, its note, the approval, a no.

use crate::contact::value_of;
use crate::operator::Operator;
use crate::page::Page;
use crate::recovery::Refused;
use crate::text::Moment;
use crate::visit::Visit;
use app::Error;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::contact::Kind;
use domain::ids::SupportId;
use domain::refusal::{Code, Refusal};
use domain::support::{Case, EndedBy, LONGEST_TEXT, Lost, Stage};
use http::StatusCode;

const QUEUE: &str = "/operator/support";

/// A case in a row, or as facts.
struct Row {
    number: String,
    what: String,
    opened: Moment,
    /// How far it is: a badge and its words.
    badge: (&'static str, String),
}

#[derive(Template)]
#[template(path = "support/queue.html")]
struct Queue {
    page: Page,
    cases: Vec<Row>,
}

#[derive(Template)]
#[template(path = "support/office.html")]
struct OfficePage {
    page: Page,
    row: Row,
    account: Option<String>,
    named: String,
    present: Option<String>,
    value: String,
    proved: bool,
    /// Whether the account's own mailbox was proved to it.
    mailbox: bool,
    from: String,
    text: String,
    note: String,
    /// Whether it is about a device called stolen: of it nobody asked anything.
    dispute: bool,
    /// The recovery that is disputed, or that came of it.
    recovery: Option<String>,
    /// Who wrote the note and when, and who approved.
    noted: Option<(String, Moment)>,
    approved: Option<(String, Moment)>,
    until: Option<Moment>,
    may_note: bool,
    may_approve: bool,
    may_decline: bool,
    approve: String,
    decline: String,
    refused: Option<Refused>,
    most: usize,
}

/// `GET /operator/support`
pub(crate) async fn queue(operator: Operator) -> Response {
    let mut visit = operator.visit;
    match visit.app().support_cases().await {
        Ok(cases) => {
            let cases = cases.iter().map(|case| row(&visit, case)).collect();
            let title = visit.t().s("support-queue-title");
            let page = visit.page(title);
            visit.ok(&Queue { page, cases })
        }
        Err(error) => visit.refuse(&error),
    }
}

fn row(visit: &Visit, case: &Case) -> Row {
    let t = visit.t();
    let (badge, key) = match case.stage {
        Stage::Open => ("warn", "open"),
        Stage::Noted => ("warn", "noted"),
        Stage::Waits { .. } => ("ok", "waits"),
        Stage::Done { .. } if case.asked.lost == Lost::All => ("ok", "in"),
        Stage::Done { .. } => ("ok", "done"),
        Stage::Over { by, .. } => (
            "",
            match by {
                EndedBy::SignIn => "over-sign-in",
                EndedBy::Link => "over-link",
                EndedBy::Asker => "over-asker",
                EndedBy::Operator => "over-operator",
                EndedBy::Time => "over-time",
            },
        ),
    };
    Row {
        number: case.id.to_string(),
        what: t.s(format!("support-kind-{}", case.asked.lost.key())),
        opened: visit.when(case.opened_at),
        badge: (badge, t.s(format!("support-badge-{key}"))),
    }
}

/// `GET /operator/support/{case}`
pub(crate) async fn case(Path(id): Path<String>, operator: Operator) -> Response {
    show(operator, &id, None).await
}

/// `POST /operator/support/{case}/note`
pub(crate) async fn note(Path(id): Path<String>, operator: Operator) -> Response {
    let (Ok(case), Ok(typed)) = (id.parse(), operator.visit.form.must("how")) else {
        return operator.visit.refuse(&Code::MalformedForm.into());
    };
    let visit = &operator.visit;
    let noted = visit.app().note_support(&visit.ctx, &case, typed).await;
    answer(operator, &id, noted, "flash-support-noted").await
}

/// `POST /operator/support/{case}/approve`
pub(crate) async fn approve(Path(id): Path<String>, operator: Operator) -> Response {
    let Ok(case) = id.parse() else {
        return operator.visit.refuse(&Code::NoSuchSupport.into());
    };
    let visit = &operator.visit;
    let approved = visit.app().approve_support(&visit.ctx, &case).await;
    answer(operator, &id, approved, "flash-support-approved").await
}

/// `POST /operator/support/{case}/decline`
pub(crate) async fn decline(Path(id): Path<String>, operator: Operator) -> Response {
    let Ok(case) = id.parse() else {
        return operator.visit.refuse(&Code::NoSuchSupport.into());
    };
    let visit = &operator.visit;
    let declined = visit.app().decline_support(&visit.ctx, &case).await;
    answer(operator, &id, declined, "flash-support-ended").await
}

/// Back to the case, with a word of what was done, or why not.
async fn answer(
    mut operator: Operator,
    id: &str,
    done: Result<(), Error>,
    flash: &str,
) -> Response {
    match done {
        Ok(()) => {
            operator.visit.flash("ok", flash);
            operator.visit.see_other(&format!("{QUEUE}/{id}"))
        }
        Err(Error::Refused(refusal)) if stays(refusal.code) => {
            show(operator, id, Some(&refusal)).await
        }
        Err(error) => operator.visit.refuse(&error),
    }
}

/// What is told on the page of the case. The rest sends the operator elsewhere first.
const fn stays(code: Code) -> bool {
    !matches!(
        code,
        Code::OperatorSignInNeeded | Code::OperatorProofNeeded | Code::NoSuchSupport
    )
}

async fn show(operator: Operator, id: &str, refusal: Option<&Refusal>) -> Response {
    let Operator { mut visit, who } = operator;
    let Ok(id) = id.parse::<SupportId>() else {
        return visit.refuse(&Code::NoSuchSupport.into());
    };
    let opened = match visit.app().support_case(&id).await {
        Ok(opened) => opened,
        Err(error) => return visit.refuse(&error),
    };
    let mut status = StatusCode::OK;
    let mut refused = None;
    if let Some(refusal) = refusal {
        status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::CONFLICT);
        match refusal.field {
            Some(field) => visit.wrong(field, refusal),
            None => refused = Some(Refused::of(&visit, refusal)),
        }
    }
    let case = opened.case;
    let deed = |deed: Option<&domain::support::Deed>, name: Option<String>| {
        deed.map(|deed| (name.unwrap_or_else(|| deed.by.clone()), visit.when(deed.at)))
    };
    let mine = case
        .noted
        .as_ref()
        .is_some_and(|deed| deed.by == who.operator.id.as_str());
    let title = visit.t().s("support-office-title");
    let typed = visit.form.get("how").map(str::to_owned);
    let template = OfficePage {
        row: row(&visit, &case),
        account: case.account.as_ref().map(domain::ids::AccountId::grouped),
        present: opened.present,
        value: match case.asked.lost {
            Lost::Phone => value_of(Kind::Phone, &case.asked.value),
            _ => case.asked.value.clone(),
        },
        dispute: case.asked.lost == Lost::Device,
        recovery: case.recovery.as_ref().map(ToString::to_string),
        proved: case.proved_at.is_some(),
        mailbox: case.mailbox_at.is_some(),
        from: case.client.address.to_string(),
        noted: deed(case.noted.as_ref(), opened.noted_by),
        approved: deed(case.approved.as_ref(), opened.approved_by),
        until: match case.stage {
            Stage::Waits { until } => Some(visit.when(until)),
            _ => None,
        },
        may_note: matches!(case.stage, Stage::Open | Stage::Noted),
        may_approve: matches!(case.stage, Stage::Noted) && !mine && case.asked.lost != Lost::Device,
        may_decline: case.runs(),
        approve: format!("{QUEUE}/{id}/approve"),
        decline: format!("{QUEUE}/{id}/decline"),
        refused,
        most: LONGEST_TEXT,
        note: typed.unwrap_or(case.note),
        named: case.asked.named,
        text: case.asked.text,
        page: visit.page(title),
    };
    visit.render(status, &template)
}
