//! Saved recovery codes: shown until they are kept, replaced when used, renewed.

use super::HERE;
use crate::page::Page;
use crate::visit::Visit;
use app::Error;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::FlowId;
use domain::refusal::Code;
use domain::session::Act;
use http::StatusCode;

#[derive(Template)]
#[template(path = "device/saved_codes.html")]
struct Codes {
    page: Page,
    path: String,
    codes: Vec<String>,
    file: String,
    account: String,
}

#[derive(Template)]
#[template(path = "device/renew.html")]
struct Renew {
    page: Page,
}

/// `GET …/saved-codes/{flow}`
pub(crate) async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    codes(visit, &id, StatusCode::OK).await
}

/// `POST …/saved-codes/{flow}`: they are kept.
pub(crate) async fn keep(Path(id): Path<String>, mut visit: Visit) -> Response {
    if !visit.form.has("kept") {
        let text = visit.t().s("saved-kept-first");
        visit.wrong_because("kept", Code::MalformedForm.as_str(), text);
        return codes(visit, &id, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    match visit.app().keep_saved_codes(&visit.ctx, &flow).await {
        Ok(()) => {
            visit.flash("ok", "flash-saved-kept");
            visit.see_other(HERE)
        }
        Err(error) => visit.refuse(&error),
    }
}

async fn codes(mut visit: Visit, id: &str, status: StatusCode) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let codes = match visit.app().look_at_saved_codes(&visit.ctx, &flow).await {
        Ok(codes) => codes,
        Err(error) => return visit.refuse(&error),
    };
    let title = visit.t().s("saved-title");
    let account = visit.ctx.session.as_ref().map(|s| s.account.clone());
    let account = account.map_or_else(String::new, |id| id.grouped());
    let template = Codes {
        path: format!("{HERE}/saved-codes/{flow}"),
        file: format!("gatelodge-codes-{account}.txt"),
        page: visit.page(title),
        account,
        codes,
    };
    visit.render(status, &template)
}

/// `GET …/saved-codes/renew`
pub(crate) async fn ask_renew(mut visit: Visit) -> Response {
    if let Err(error) = visit.app().may_do(&visit.ctx, Act::Write).await {
        return visit.refuse(&error);
    }
    let title = visit.t().s("saved-renew-title");
    let template = Renew {
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST …/saved-codes/renew`
pub(crate) async fn renew(visit: Visit) -> Response {
    let made = visit.app().renew_saved_codes(&visit.ctx).await;
    shown_next(visit, made)
}

/// `POST …/saved-codes/replace`
pub(crate) async fn replace(visit: Visit) -> Response {
    let made = visit.app().replace_used_codes(&visit.ctx).await;
    shown_next(visit, made)
}

fn shown_next(visit: Visit, made: Result<FlowId, Error>) -> Response {
    match made {
        Ok(flow) => visit.see_other(&format!("{HERE}/saved-codes/{flow}")),
        Err(error) => visit.refuse(&error),
    }
}
