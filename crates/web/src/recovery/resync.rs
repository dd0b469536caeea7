//! *Re-sync with our servers*, from troubleshooting: two codes tell how wrong the device's clock is.

use super::Refused;
use crate::page::Page;
use crate::visit::Visit;
use app::Error;
use app::recovery::Troubles;
use app::sign_in::Moved;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::{DeviceId, FlowId};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

#[derive(Template)]
#[template(path = "recovery/resync.html")]
struct Resync {
    page: Page,
    flow: String,
    devices: Vec<Choice>,
    only: Option<(String, String)>,
    found: Option<Refused>,
    refused: Option<Refused>,
}

struct Choice {
    id: String,
    name: String,
    checked: bool,
}

async fn look(visit: &Visit, id: &str) -> Result<(FlowId, Troubles), Error> {
    let flow: FlowId = id.parse().map_err(|_| Code::FlowOver)?;
    let troubles = visit.app().troubles(&visit.ctx, &flow).await?;
    Ok((flow, troubles))
}

/// `GET /signin/f/{flow}/resync`
pub(crate) async fn resync(Path(id): Path<String>, visit: Visit) -> Response {
    match look(&visit, &id).await {
        Ok((flow, troubles)) => show(visit, &flow, &troubles, StatusCode::OK, None),
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /signin/f/{flow}/resync`
pub(crate) async fn resynced(Path(id): Path<String>, visit: Visit) -> Response {
    let (Ok(first), Ok(second)) = (visit.form.must("first"), visit.form.must("second")) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let Ok(device) = visit.form.or_blank("device").parse::<DeviceId>() else {
        return visit.refuse(&Code::NoSuchDevice.into());
    };
    let (flow, troubles) = match look(&visit, &id).await {
        Ok(found) => found,
        Err(error) => return visit.refuse(&error),
    };
    let told = visit
        .app()
        .offer_two_codes(&visit.ctx, &flow, &device, first, second)
        .await;
    let refusal = match told {
        Ok(Moved::Refused(refusal)) | Err(Error::Refused(refusal)) => refusal,
        Ok(_) => return visit.see_other(&format!("/signin/f/{flow}")),
        Err(error) => return visit.refuse(&error),
    };
    let status = match refusal.code {
        Code::DeviceDrifts => StatusCode::OK,
        code => StatusCode::from_u16(code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
    };
    show(visit, &flow, &troubles, status, Some(&refusal))
}

fn show(
    mut visit: Visit,
    flow: &FlowId,
    troubles: &Troubles,
    status: StatusCode,
    refusal: Option<&Refusal>,
) -> Response {
    let found = refusal.filter(|r| r.code == Code::DeviceDrifts);
    let at_field = refusal.filter(|r| r.field.is_some());
    let elsewhere = refusal.filter(|r| r.field.is_none() && r.code != Code::DeviceDrifts);
    if let Some(refusal) = at_field {
        visit.wrong("second", refusal);
    }
    let several = troubles.devices.len() > 1;
    let mut devices = troubles.devices.iter();
    let title = visit.t().s("recovery-resync-page");
    let template = Resync {
        flow: format!("/signin/f/{flow}"),
        only: match several {
            true => None,
            false => devices.next().map(|d| (d.id.to_string(), d.name.clone())),
        },
        devices: devices
            .filter(|_| several)
            .map(|d| Choice {
                id: d.id.to_string(),
                name: d.name.clone(),
                checked: troubles.chosen.as_ref() == Some(&d.id),
            })
            .collect(),
        found: found.map(|r| Refused::of(&visit, r)),
        refused: elsewhere.map(|r| Refused::of(&visit, r)),
        page: visit.page(title),
    };
    visit.render(status, &template)
}
