//! Registering a device: a name, then the QR code and one code that fits.

use super::HERE;
use super::qr;
use crate::page::Page;
use crate::visit::Visit;
use app::Error;
use app::enrol::Assigned;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::{DeviceId, FlowId};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

#[derive(Template)]
#[template(path = "device/name.html")]
struct NamePage {
    page: Page,
    name: String,
    replaces: Option<String>,
    replaces_id: String,
    lost: Vec<String>,
    stolen: bool,
    required: bool,
}

#[derive(Template)]
#[template(path = "device/set_up.html")]
struct SetUp {
    page: Page,
    flow: String,
    name: String,
    replaces: Option<String>,
    qr: Option<qr::Qr>,
    uri: String,
    key: String,
}

/// `GET /console/security-credentials/devices/new`
pub(crate) async fn name(visit: Visit) -> Response {
    let replaces = match replaced(visit.query.get("replaces")) {
        Ok(replaces) => replaces,
        Err(error) => return visit.refuse(&error),
    };
    show_name(visit, replaces, None).await
}

/// `POST /console/security-credentials/devices/new`
pub(crate) async fn begin(visit: Visit) -> Response {
    let replaces = match replaced(visit.form.get("replaces")) {
        Ok(replaces) => replaces,
        Err(error) => return visit.refuse(&error),
    };
    let Ok(name) = visit.form.must("name") else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let begun = visit
        .app()
        .begin_enrolment(&visit.ctx, name, replaces.as_ref())
        .await;
    match begun {
        Ok(flow) => visit.see_other(&format!("{HERE}/devices/new/{flow}")),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            show_name(visit, replaces, Some(refusal)).await
        }
        Err(error) => visit.refuse(&error),
    }
}

async fn show_name(
    mut visit: Visit,
    replaces: Option<DeviceId>,
    refusal: Option<Refusal>,
) -> Response {
    let base = visit.t().s("device-first-name");
    let proposed = visit
        .app()
        .propose_device(&visit.ctx, replaces.as_ref(), &base)
        .await;
    let proposed = match proposed {
        Ok(proposed) => proposed,
        Err(error) => return visit.refuse(&error),
    };
    let title = match (&proposed.replaces, proposed.lost.is_empty()) {
        (Some(_), _) => "device-replace-title",
        (None, false) => "device-lost-title",
        (None, true) => "device-new-title",
    };
    if let Some(refusal) = &refusal {
        visit.wrong("name", refusal);
    }
    let title = visit.t().s(title);
    let typed = visit.form.get("name").map(str::to_owned);
    let template = NamePage {
        name: typed.unwrap_or(proposed.name),
        replaces_id: replaces.map(|id| id.to_string()).unwrap_or_default(),
        replaces: proposed.replaces.map(|d| d.name),
        lost: proposed.lost.into_iter().map(|d| d.name).collect(),
        stolen: proposed.stolen,
        required: proposed.required,
        page: visit.page(title),
    };
    visit.render(status(refusal.as_ref()), &template)
}

/// `GET /console/security-credentials/devices/new/{flow}`
pub(crate) async fn set_up(Path(id): Path<String>, visit: Visit) -> Response {
    show_set_up(visit, &id, None).await
}

/// `POST /console/security-credentials/devices/new/{flow}`: *Assign MFA*.
pub(crate) async fn assign(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let Ok(code) = visit.form.must("code") else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().assign_device(&visit.ctx, &flow, code).await {
        Ok(Assigned::Registered { saved_codes }) => {
            visit.flash("ok", "flash-device-registered");
            match saved_codes {
                Some(flow) => visit.see_other(&format!("{HERE}/saved-codes/{flow}")),
                None => visit.see_other(HERE),
            }
        }
        Ok(Assigned::Refused(refusal)) => show_set_up(visit, &id, Some(refusal)).await,
        Err(error) => visit.refuse(&error),
    }
}

async fn show_set_up(mut visit: Visit, id: &str, refusal: Option<Refusal>) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let setting = match visit.app().look_at_enrolment(&visit.ctx, &flow).await {
        Ok(setting) => setting,
        Err(error) => return visit.refuse(&error),
    };
    if let Some(refusal) = &refusal {
        visit.wrong("code", refusal);
    }
    let title = visit.t().s("device-set-up-title");
    let template = SetUp {
        flow: format!("{HERE}/devices/new/{flow}"),
        name: setting.name,
        replaces: setting.replaces,
        qr: qr::draw(setting.uri.expose()),
        uri: setting.uri.expose().clone(),
        key: setting.key.expose().clone(),
        page: visit.page(title),
    };
    visit.render(status(refusal.as_ref()), &template)
}

fn replaced(id: Option<&str>) -> Result<Option<DeviceId>, Error> {
    let named = id.filter(|id| !id.is_empty()).map(str::parse).transpose();
    named.map_err(|_| Code::NoSuchDevice.into())
}

fn status(refusal: Option<&Refusal>) -> StatusCode {
    refusal.map_or(StatusCode::OK, |r| {
        StatusCode::from_u16(r.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
    })
}
