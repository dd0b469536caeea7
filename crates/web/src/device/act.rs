//! Renaming, resynchronizing and removing a device, each on a page of its own.

use super::{HERE, path};
use crate::page::Page;
use crate::text::Moment;
use crate::visit::Visit;
use app::Error;
use app::device::Listed;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::DeviceId;
use domain::refusal::{Code, Refusal};
use domain::session::Act;
use http::StatusCode;

#[derive(Template)]
#[template(path = "device/rename.html")]
struct Rename {
    page: Page,
    device: String,
    path: String,
    name: String,
}

#[derive(Template)]
#[template(path = "device/remove.html")]
struct Remove {
    page: Page,
    device: String,
    path: String,
    last: bool,
    this_session: bool,
    goes_at: Option<Moment>,
}

#[derive(Template)]
#[template(path = "device/resync.html")]
struct Resync {
    page: Page,
    device: String,
    path: String,
}

/// `GET …/devices/{device}/rename`
pub(crate) async fn rename(Path(id): Path<String>, visit: Visit) -> Response {
    match known(&visit, &id).await {
        Ok(listed) => show_rename(visit, &listed, None),
        Err(error) => visit.refuse(&error),
    }
}

/// `POST …/devices/{device}/rename`
pub(crate) async fn set_name(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(name) = visit.form.must("name") else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let listed = match known(&visit, &id).await {
        Ok(listed) => listed,
        Err(error) => return visit.refuse(&error),
    };
    let renamed = visit
        .app()
        .rename_device(&visit.ctx, &listed.device.id, name)
        .await;
    match renamed {
        Ok(()) => {
            visit.flash("ok", "flash-device-renamed");
            visit.see_other(HERE)
        }
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            show_rename(visit, &listed, Some(&refusal))
        }
        Err(error) => visit.refuse(&error),
    }
}

fn show_rename(mut visit: Visit, listed: &Listed, refusal: Option<&Refusal>) -> Response {
    if let Some(refusal) = refusal {
        visit.wrong("name", refusal);
    }
    let device = listed.device.name.clone();
    let title = visit.t().s("device-rename-title");
    let template = Rename {
        path: path(&listed.device.id),
        name: visit.form.get("name").unwrap_or(&device).to_owned(),
        page: visit.page(title),
        device,
    };
    visit.render(status(refusal), &template)
}

/// `GET …/devices/{device}/remove`
pub(crate) async fn remove(Path(id): Path<String>, mut visit: Visit) -> Response {
    let listed = match known(&visit, &id).await {
        Ok(listed) => listed,
        Err(error) => return visit.refuse(&error),
    };
    let devices = match visit.app().my_account(&visit.ctx).await {
        Ok((_, devices)) => devices,
        Err(error) => return visit.refuse(&error),
    };
    let device = listed.device;
    let session = visit.ctx.session.as_ref();
    let suspended = device.suspended_until.filter(|at| *at > visit.ctx.now);
    let title = visit.t().s("device-remove-title");
    let template = Remove {
        path: path(&device.id),
        last: devices.iter().all(|other| other.id == device.id),
        this_session: session.is_some_and(|s| s.device.as_ref() == Some(&device.id)),
        goes_at: suspended.map(|at| visit.when(at)),
        device: device.name,
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST …/devices/{device}/remove`
pub(crate) async fn confirm_remove(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(id) = id.parse::<DeviceId>() else {
        return visit.refuse(&Code::NoSuchDevice.into());
    };
    match visit.app().remove_device(&visit.ctx, &id).await {
        Ok(later) => {
            let said = match later {
                None => "flash-device-removed",
                Some(_) => "flash-device-goes",
            };
            visit.flash("ok", said);
            visit.see_other(HERE)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `GET …/devices/{device}/resync`
pub(crate) async fn resync(Path(id): Path<String>, visit: Visit) -> Response {
    match known(&visit, &id).await {
        Ok(listed) => show_resync(visit, &listed, None),
        Err(error) => visit.refuse(&error),
    }
}

/// `POST …/devices/{device}/resync`
pub(crate) async fn set_clock(Path(id): Path<String>, mut visit: Visit) -> Response {
    let (Ok(first), Ok(second)) = (visit.form.must("first"), visit.form.must("second")) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let listed = match known(&visit, &id).await {
        Ok(listed) => listed,
        Err(error) => return visit.refuse(&error),
    };
    let done = visit
        .app()
        .resync_device(&visit.ctx, &listed.device.id, first, second)
        .await;
    match done {
        Ok(None) => {
            visit.flash("ok", "flash-device-resynced");
            visit.see_other(HERE)
        }
        Ok(Some(refusal)) => show_resync(visit, &listed, Some(&refusal)),
        Err(error) => visit.refuse(&error),
    }
}

fn show_resync(mut visit: Visit, listed: &Listed, refusal: Option<&Refusal>) -> Response {
    if let Some(refusal) = refusal {
        visit.wrong("second", refusal);
    }
    let title = visit.t().s("device-resync-title");
    let template = Resync {
        device: listed.device.name.clone(),
        path: path(&listed.device.id),
        page: visit.page(title),
    };
    visit.render(status(refusal), &template)
}

/// The device of the address, if this session may change it now.
async fn known(visit: &Visit, id: &str) -> Result<Listed, Error> {
    let id: DeviceId = id.parse().map_err(|_| Code::NoSuchDevice)?;
    visit.app().may_do(&visit.ctx, Act::Write).await?;
    visit.app().my_device(&visit.ctx, &id).await
}

fn status(refusal: Option<&Refusal>) -> StatusCode {
    refusal.map_or(StatusCode::OK, |r| {
        StatusCode::from_u16(r.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
    })
}
