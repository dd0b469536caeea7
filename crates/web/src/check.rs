//! The pages of the security check: the task that a script does, the picture, the sound, and what was answered; in a sign-in, before a
//! reset mail and before a support case.

use crate::assets;
use crate::operator;
use crate::page::Page;
use crate::visit::Visit;
use app::Error;
use app::check::{Before, View};
use app::sign_in::Moved;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::check::Answer;
use domain::ids::FlowId;
use domain::refusal::{Code, Refusal};
use http::{StatusCode, header};

#[derive(Template)]
#[template(path = "check/page.html")]
struct CheckPage {
    page: Page,
    whose: String,
    email: String,
    /// Where another address is given.
    change: &'static str,
    action: String,
    again: String,
    set_url: String,
    set: u32,
    work: Option<Work>,
    /// What was refused, where no field shows it.
    refused: Option<String>,
    /// Whether the field is where the person goes on: not when the page has just been told something else.
    focus: bool,
}

/// The task of a page.
struct Work {
    salt: String,
    bits: u8,
    script: &'static str,
}

/// `POST /signin/f/{flow}/check`
pub(crate) async fn answer(path: Path<String>, visit: Visit) -> Response {
    answered(path, visit, Before::Password).await
}

/// `POST /signin/forgot/f/{flow}/check`
pub(crate) async fn answer_reset(path: Path<String>, visit: Visit) -> Response {
    answered(path, visit, Before::ResetMail).await
}

/// `POST /operator/f/{flow}/check`
pub(crate) async fn answer_operator(path: Path<String>, visit: Visit) -> Response {
    answered(path, visit, Before::Operator).await
}

/// `POST /operator/f/{flow}/check/again`
pub(crate) async fn again_operator(path: Path<String>, visit: Visit) -> Response {
    changed(path, visit, Before::Operator).await
}

/// `GET /operator/f/{flow}/check/{set}/picture`
pub(crate) async fn picture_operator(path: Path<(String, String)>, visit: Visit) -> Response {
    drawn(path, visit, Before::Operator).await
}

/// `GET /operator/f/{flow}/check/{set}/sound`
pub(crate) async fn sound_operator(path: Path<(String, String)>, visit: Visit) -> Response {
    spoken(path, visit, Before::Operator).await
}

/// `POST /signin/f/{flow}/check/again`
pub(crate) async fn again(path: Path<String>, visit: Visit) -> Response {
    changed(path, visit, Before::Password).await
}

/// `POST /signin/forgot/f/{flow}/check/again`
pub(crate) async fn again_reset(path: Path<String>, visit: Visit) -> Response {
    changed(path, visit, Before::ResetMail).await
}

/// `GET /signin/f/{flow}/check/{set}/picture`
pub(crate) async fn picture(path: Path<(String, String)>, visit: Visit) -> Response {
    drawn(path, visit, Before::Password).await
}

/// `GET /signin/forgot/f/{flow}/check/{set}/picture`
pub(crate) async fn picture_reset(path: Path<(String, String)>, visit: Visit) -> Response {
    drawn(path, visit, Before::ResetMail).await
}

/// `GET /signin/f/{flow}/check/{set}/sound`
pub(crate) async fn sound(path: Path<(String, String)>, visit: Visit) -> Response {
    spoken(path, visit, Before::Password).await
}

/// `GET /signin/forgot/f/{flow}/check/{set}/sound`
pub(crate) async fn sound_reset(path: Path<(String, String)>, visit: Visit) -> Response {
    spoken(path, visit, Before::ResetMail).await
}

/// `POST /support/f/{flow}/check`
pub(crate) async fn answer_support(path: Path<String>, visit: Visit) -> Response {
    answered(path, visit, Before::Support).await
}

/// `POST /support/f/{flow}/check/again`
pub(crate) async fn again_support(path: Path<String>, visit: Visit) -> Response {
    changed(path, visit, Before::Support).await
}

/// `GET /support/f/{flow}/check/{set}/picture`
pub(crate) async fn picture_support(path: Path<(String, String)>, visit: Visit) -> Response {
    drawn(path, visit, Before::Support).await
}

/// `GET /support/f/{flow}/check/{set}/sound`
pub(crate) async fn sound_support(path: Path<(String, String)>, visit: Visit) -> Response {
    spoken(path, visit, Before::Support).await
}

/// `GET /signin/forgot/f/{flow}`: the check, or that the mail was ordered.
pub(crate) async fn reset(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    with_check(visit, Before::ResetMail, &flow, StatusCode::OK, None).await
}

async fn answered(Path(id): Path<String>, visit: Visit, before: Before) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let Some(answer) = given(&visit) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let moved = visit
        .app()
        .answer_check(&visit.ctx, before, &flow, answer)
        .await;
    moved_on(visit, before, &flow, moved).await
}

fn given(visit: &Visit) -> Option<Answer> {
    match (visit.form.get("work"), visit.form.get("set")) {
        (Some(numbers), None) => Some(Answer::Work(numbers.to_owned())),
        (None, Some(set)) => Some(Answer::Characters {
            set: set.parse().ok()?,
            typed: visit.form.get("code")?.to_owned(),
        }),
        _ => None,
    }
}

async fn changed(Path(id): Path<String>, mut visit: Visit, before: Before) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let moved = visit.app().check_again(&visit.ctx, before, &flow).await;
    if matches!(moved, Ok(Moved::On)) {
        visit.flash("info", "flash-check-new-set");
    }
    moved_on(visit, before, &flow, moved).await
}

async fn drawn(Path((id, set)): Path<(String, String)>, visit: Visit, before: Before) -> Response {
    let (Ok(flow), Ok(set)) = (id.parse::<FlowId>(), set.parse::<u32>()) else {
        return visit.refuse(&Code::NoSuchPage.into());
    };
    let drawn = visit.app().check_picture(&visit.ctx, before, &flow, set);
    let drawn = drawn.await;
    file(visit, "image/png", drawn)
}

async fn spoken(Path((id, set)): Path<(String, String)>, visit: Visit, before: Before) -> Response {
    let (Ok(flow), Ok(set)) = (id.parse::<FlowId>(), set.parse::<u32>()) else {
        return visit.refuse(&Code::NoSuchPage.into());
    };
    let spoken = visit.app().check_sound(&visit.ctx, before, &flow, set);
    let spoken = spoken.await;
    file(visit, "audio/wav", spoken)
}

fn file(visit: Visit, kind: &'static str, found: Result<Vec<u8>, Error>) -> Response {
    match found {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(error) => visit.refuse(&error),
    }
}

async fn moved_on(
    visit: Visit,
    before: Before,
    flow: &FlowId,
    moved: Result<Moved, Error>,
) -> Response {
    match moved {
        // Pressed late, twice or in another tab: on to where the flow is (P-05).
        Ok(Moved::Refused(refusal)) | Err(Error::Refused(refusal))
            if refusal.code == Code::OutOfOrder =>
        {
            visit.see_other(&path(before, flow))
        }
        Ok(Moved::Refused(refusal)) if refusal.code == Code::CheckTooOften => {
            visit.refuse(&refusal.code.into())
        }
        Ok(Moved::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.code.status())
                .unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            with_check(visit, before, flow, status, Some(refusal)).await
        }
        Ok(_) => visit.see_other(&path(before, flow)),
        Err(error) => visit.refuse(&error),
    }
}

/// The page of the check that a flow waits for; on to where it leads if it waits for none.
pub(crate) async fn with_check(
    visit: Visit,
    before: Before,
    flow: &FlowId,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Response {
    let found = visit.app().look_at_check(&visit.ctx, before, flow).await;
    match (found, before) {
        (Ok(Some(view)), _) => show(visit, before, flow, view, status, refusal.as_ref()),
        (Ok(None), Before::Password) => visit.see_other(&path(before, flow)),
        (Ok(None), Before::Operator) => operator::behind_check(visit, flow),
        (Ok(None), Before::ResetMail) => visit.see_other("/signin/forgot/sent"),
        (Ok(None), Before::Support) => visit.see_other("/support"),
        (Err(error), _) => visit.refuse(&error),
    }
}

fn show(
    mut visit: Visit,
    before: Before,
    flow: &FlowId,
    view: View,
    status: StatusCode,
    refusal: Option<&Refusal>,
) -> Response {
    let t = visit.t();
    let mut refused = None;
    match refusal {
        Some(refusal) if refusal.field.is_some() => visit.wrong("code", refusal),
        Some(refusal) => refused = Some(visit.say(refusal)),
        None => {}
    }
    let (whose, change) = match before {
        Before::Password => (t.s("sign-in-as"), "/signin"),
        Before::ResetMail => (t.s("check-for-reset"), "/signin/forgot"),
        Before::Operator => (t.s("sign-in-as"), "/operator"),
        Before::Support => (t.s("check-for-support"), "/support"),
    };
    let base = path(before, flow);
    let set = view.shown.set;
    let work = view.shown.work.map(|task| Work {
        salt: task.salt_text(),
        bits: task.bits,
        script: &assets::WORK_URL,
    });
    let page = visit.page(t.s("check-title"));
    let template = CheckPage {
        page,
        whose,
        email: view.email,
        change,
        action: format!("{base}/check"),
        again: format!("{base}/check/again"),
        set_url: format!("{base}/check/{set}"),
        set,
        focus: work.is_none(),
        work,
        refused,
    };
    visit.render(status, &template)
}

fn path(before: Before, flow: &FlowId) -> String {
    match before {
        Before::Password => format!("/signin/f/{flow}"),
        Before::ResetMail => format!("/signin/forgot/f/{flow}"),
        Before::Operator => format!("/operator/f/{flow}"),
        Before::Support => format!("/support/f/{flow}"),
    }
}
