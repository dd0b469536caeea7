//! The buttons of a case, and which of its pages is due.

use super::path;
use super::people::people_page;
use super::shown::{
    code_page, mail_page, over_page, password_page, phone_page, ready_page, why_page,
};
use crate::cookie;
use crate::visit::Visit;
use app::Error;
use app::recovery::Went;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::CaseId;
use domain::recovery::{Stage, Which, Why};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

/// Where a recovered person lands: the page that names the lost device (R-REC-31).
pub(crate) const LANDING: &str = "/console/security-credentials";

/// `GET /signin/r/{case}`
pub(crate) async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(case) = id.parse() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    render(visit, &case, StatusCode::OK, None).await
}

macro_rules! step {
    ($(#[doc = $doc:literal])* $name:ident = |$visit:ident, $case:ident| $verb:expr) => {
        $(#[doc = $doc])*
        pub(crate) async fn $name(Path(id): Path<String>, $visit: Visit) -> Response {
            let Ok($case) = id.parse::<CaseId>() else {
                return $visit.refuse(&Code::FlowOver.into());
            };
            let went = $verb.await;
            went_on($visit, &$case, went).await
        }
    };
}

/// Which of two addresses or numbers was chosen.
fn which(visit: &Visit) -> Which {
    Which::from_key(visit.form.or_blank("which"))
}

step! {
    /// `POST /signin/r/{case}/mail`: *Send verification email*, *Resend the email*.
    mail = |visit, case| visit.app().case_send_mail(&visit.ctx, &case, which(&visit))
}
step! {
    /// `POST /signin/r/{case}/code`: the mailed code.
    code = |visit, case| visit.app().case_mail_code(&visit.ctx, &case, visit.form.or_blank("code"))
}
step! {
    /// `POST /signin/r/{case}/call`: *Call me now*.
    call = |visit, case| visit.app().case_call(&visit.ctx, &case, which(&visit))
}
step! {
    /// `POST /signin/r/{case}/ask`: *Ask my recovery contacts*.
    ask = |visit, case| visit.app().case_ask(&visit.ctx, &case)
}
step! {
    /// `POST /signin/r/{case}/password`: the password again.
    password = |visit, case| visit.app().case_password(&visit.ctx, &case, visit.form.or_blank("password"))
}
step! {
    /// `POST /signin/r/{case}/enter`: *Sign in to the console*.
    enter = |visit, case| visit.app().case_enter(&visit.ctx, &case)
}

/// `POST /signin/r/{case}/saved-code`
pub(crate) async fn saved_code(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(case) = id.parse::<CaseId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let typed = visit.form.or_blank("code");
    match visit.app().case_saved_code(&visit.ctx, &case, typed).await {
        Ok(Went::Refused(refusal)) => {
            let status = status_of(&refusal);
            with_code(visit, &case, status, Some(refusal)).await
        }
        went => went_on(visit, &case, went).await,
    }
}

/// `POST /signin/r/{case}/why`
pub(crate) async fn why(Path(id): Path<String>, visit: Visit) -> Response {
    let (Ok(case), Some(why)) = (
        id.parse::<CaseId>(),
        Why::from_key(visit.form.or_blank("why")),
    ) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let went = visit.app().case_why(&visit.ctx, &case, why).await;
    went_on(visit, &case, went).await
}

/// `POST /signin/r/{case}/close`
pub(crate) async fn close(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(case) = id.parse::<CaseId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let went = visit.app().case_close(&visit.ctx, &case).await;
    if matches!(went, Ok(Went::On)) {
        visit.flash("ok", "flash-recovery-closed");
    }
    went_on(visit, &case, went).await
}

fn status_of(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}

async fn went_on(mut visit: Visit, case: &CaseId, went: Result<Went, Error>) -> Response {
    match went {
        Ok(Went::On) => visit.see_other(&path(case)),
        Ok(Went::In(opened)) => {
            visit.set_cookie(cookie::SESSION, opened.token.expose());
            // After a theft a new password comes before anything else; its page says so itself.
            let token = opened.token.expose();
            match visit.app().find_session(&visit.ctx, token).await {
                Ok(Some(found)) if found.password_required => {}
                _ => visit.flash("ok", "flash-recovery-in"),
            }
            visit.see_other(LANDING)
        }
        Ok(Went::Refused(refusal)) => {
            let status = status_of(&refusal);
            render(visit, case, status, Some(refusal)).await
        }
        Err(error) => visit.refuse(&error),
    }
}

async fn render(
    visit: Visit,
    id: &CaseId,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Response {
    if visit.query.or_blank("by") == "code" {
        return with_code(visit, id, status, refusal).await;
    }
    let seen = match visit.app().look_at_case(&visit.ctx, id).await {
        Ok(seen) => seen,
        Err(error) => return visit.refuse(&error),
    };
    if visit.query.has("why") && seen.view.stage != Stage::Over {
        return why_page(visit, &seen);
    }
    let view = &seen.view;
    let stage = match visit.query.or_blank("by") {
        "phone" => view.stage_by_phone,
        "contacts" if view.stage == Stage::Phone && view.mail_and_contacts_way.is_ok() => {
            Stage::Contacts
        }
        _ => view.stage,
    };
    match stage {
        Stage::Password => password_page(visit, &seen, status, refusal.as_ref()),
        Stage::Contacts => people_page(visit, &seen, status, refusal.as_ref()),
        Stage::SavedCode => code_page(visit, &seen, status, refusal.as_ref()),
        Stage::Mail => mail_page(visit, &seen, status, refusal.as_ref()),
        Stage::Phone => phone_page(visit, &seen, status, refusal.as_ref()),
        Stage::Ready => ready_page(visit, &seen, status, refusal.as_ref()),
        Stage::Over => over_page(visit, &seen, status),
    }
}

async fn with_code(
    visit: Visit,
    id: &CaseId,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Response {
    let seen = match visit.app().look_at_case(&visit.ctx, id).await {
        Ok(seen) => seen,
        Err(error) => return visit.refuse(&error),
    };
    match seen.view.stage {
        Stage::Over => return over_page(visit, &seen, status),
        Stage::Password => return password_page(visit, &seen, status, refusal.as_ref()),
        Stage::Ready => return ready_page(visit, &seen, status, refusal.as_ref()),
        Stage::Mail | Stage::Phone | Stage::Contacts | Stage::SavedCode => {}
    }
    code_page(visit, &seen, status, refusal.as_ref())
}
