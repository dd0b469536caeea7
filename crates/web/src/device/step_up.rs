//! `/console/step-up`: password and device once more, before something that concerns the safety of the account.
//!
//! Whatever refused for want of fresh proof sends people here, and here sends them back.

use crate::cookie;
use crate::page::Page;
use crate::visit::Visit;
use app::device::Device;
use app::session::{ProofAsked, Proved};
use askama::Template;
use axum::response::Response;
use domain::refusal::{Code, Refusal};
use http::StatusCode;

#[derive(Template)]
#[template(path = "device/step_up.html")]
struct StepUp {
    page: Page,
    email: String,
    return_to: String,
    devices: Vec<Choice>,
}

struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

/// `GET /console/step-up`
pub(crate) async fn show(visit: Visit) -> Response {
    let return_to = checked(visit.query.get("return_to"));
    // A device that is to be tried is asked for although the last proof is fresh.
    let wanted = visit.query.or_blank("device").to_owned();
    let is_wanted = |device: &Device| device.id.as_str() == wanted;
    match visit.app().proof_asked(&visit.ctx).await {
        Ok(asked) if asked.fresh && !asked.devices.iter().any(is_wanted) => {
            visit.see_other(&return_to)
        }
        Ok(asked) => page(visit, asked, return_to, None),
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /console/step-up`
pub(crate) async fn prove(mut visit: Visit) -> Response {
    let return_to = checked(visit.form.get("return_to"));
    let Ok(password) = visit.form.must("password").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let device = match visit.form.get("device").map(str::parse).transpose() {
        Ok(device) => device,
        Err(_) => return visit.refuse(&Code::NoSuchDevice.into()),
    };
    let code = visit.form.or_blank("code").to_owned();
    let proved = visit
        .app()
        .step_up(&visit.ctx, &password, device, &code)
        .await;
    match proved {
        Ok(Proved::Fresh(token)) => {
            visit.set_cookie(cookie::SESSION, token.expose());
            visit.see_other(&return_to)
        }
        Ok(Proved::Refused(refusal)) => again(visit, return_to, &refusal).await,
        Err(error) => visit.refuse(&error),
    }
}

async fn again(visit: Visit, return_to: String, refusal: &Refusal) -> Response {
    match visit.app().proof_asked(&visit.ctx).await {
        Ok(asked) => page(visit, asked, return_to, Some(refusal)),
        Err(error) => visit.refuse(&error),
    }
}

fn page(
    mut visit: Visit,
    asked: ProofAsked,
    return_to: String,
    refusal: Option<&Refusal>,
) -> Response {
    let status = refusal.map_or(StatusCode::OK, |r| {
        StatusCode::from_u16(r.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
    });
    let sent = visit.form.get("device").or(visit.query.get("device"));
    let chosen = sent.unwrap_or("").to_owned();
    let several = asked.devices.len() > 1;
    let devices = asked.devices.iter().enumerate().map(|(n, device)| Choice {
        id: device.id.to_string(),
        name: device.name.clone(),
        chosen: device.id.as_str() == chosen || (!several || chosen.is_empty()) && n == 0,
    });
    // A pause belongs to no field; it is told where it counts.
    if let Some(refusal) = refusal {
        let field = match refusal.code {
            Code::DeviceWait => "code",
            _ => refusal.field.unwrap_or("password"),
        };
        visit.wrong(field, refusal);
    }
    let title = visit.t().s("step-up-title");
    let template = StepUp {
        email: asked.email,
        devices: devices.collect(),
        return_to,
        page: visit.page(title),
    };
    visit.render(status, &template)
}

fn checked(return_to: Option<&str>) -> String {
    return_to
        .and_then(app::landing::checked)
        .unwrap_or_else(|| app::landing::CONSOLE_HOME.to_owned())
}
