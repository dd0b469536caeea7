//! The recovery contacts in a case: the page on which they are asked and waited for, and the page behind their links.

use super::link::Asked;
use super::shown::{Frame, frame};
use super::{Refused, path};
use crate::page::Page;
use crate::password::keep_link;
use crate::recovery_contact::yes;
use crate::visit::Visit;
use app::recovery::CasePage;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::recovery::{Answer, ProofView, View};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

/// How often the page asks again where scripts are off.
const REFRESH_SECONDS: u32 = 15;

#[derive(Template)]
#[template(path = "recovery/people.html")]
struct People {
    page: Page,
    frame: Frame,
    people: Vec<(String, String)>,
    asked: bool,
    /// Whether they can be asked now.
    open: bool,
    again_at: Option<String>,
    lapsed: bool,
    following: bool,
    closed: Option<Refused>,
    by_phone: String,
}

#[derive(Template)]
#[template(path = "recovery/question.html")]
struct Question {
    page: Page,
    name: String,
    lead: String,
    asked: Asked,
    answer: &'static str,
}

/// The page of a case that asks recovery contacts, or waits for them.
pub(super) fn people_page(
    mut visit: Visit,
    seen: &CasePage,
    status: StatusCode,
    refusal: Option<&Refusal>,
) -> Response {
    let (view, t) = (&seen.view, visit.t());
    let people = view.people.iter().map(|person| {
        let state = match (person.answer, person.mailed_at) {
            (Answer::None, None) => "recovery-people-due".to_owned(),
            (answer, _) => format!("recovery-people-{}", answer.key()),
        };
        (person.initial.clone(), t.s(state))
    });
    let people: Vec<_> = people.collect();
    let asked = view.people.iter().any(|p| p.mailed_at.is_some());
    let given = |proof: ProofView| matches!(proof, ProofView::Given { .. });
    let lapsed = !(given(view.password) && given(view.mail.proof));
    let following = asked && visit.query.has("follow");
    let title = t.s(match asked {
        true => "recovery-people-asked-title",
        false => "recovery-people-title",
    });
    let template = People {
        people,
        asked,
        open: view.may_ask.is_ok(),
        again_at: view.may_ask.err().flatten().map(|at| visit.when(at).shown),
        lapsed,
        following,
        closed: way(&visit, view),
        by_phone: format!("{}?by=phone", path(&view.case)),
        frame: frame(&visit, seen, refusal),
        page: visit.page(title),
    };
    let refresh = (following && status.is_success()).then_some(REFRESH_SECONDS);
    visit.render_every(status, refresh, &template)
}

fn way(visit: &Visit, view: &View) -> Option<Refused> {
    let refusal = view.mail_and_contacts_way.as_ref().err();
    refusal.map(|refusal| Refused::of(visit, refusal))
}

/// `GET /signin/confirm/{token}`
pub(crate) async fn question_link(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, "/signin/confirm")
}

/// `GET /signin/confirm`
pub(crate) async fn question(mut visit: Visit) -> Response {
    let token = visit.link().to_owned();
    let seen = match visit.app().look_at_question(&visit.ctx, &token).await {
        Ok(seen) => seen,
        Err(error) => return visit.refuse(&error),
    };
    let answer = seen.answer.key();
    let title = visit.t().s(format!("recovery-question-{answer}-title"));
    let account = seen.account.grouped();
    let template = Question {
        asked: Asked::of(&visit, &account, &seen.client, seen.opened_at, seen.phrase),
        lead: visit.t().s(format!("recovery-question-{answer}-lead")),
        name: seen.name,
        answer,
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST /signin/confirm`
pub(crate) async fn answered(visit: Visit) -> Response {
    let Some(really) = yes(&visit) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let token = visit.link().to_owned();
    match visit
        .app()
        .answer_question(&visit.ctx, &token, really)
        .await
    {
        Ok(()) => visit.see_other("/signin/confirm"),
        Err(error) => visit.refuse(&error),
    }
}
