//! The pages of MFA devices, saved codes, sessions and fresh proof: *Security credentials* and what it leads to.
//!
//! What is sensitive asks for fresh proof when its page is opened, and again when its form is sent.

pub(crate) mod act;
pub(crate) mod qr;
pub(crate) mod register;
pub(crate) mod saved_code;
pub(crate) mod session;
pub(crate) mod step_up;

use crate::page::Page;
use crate::text::Moment;
use crate::visit::Visit;
use app::device::Listed;
use app::saved_code::Summary;
use askama::Template;
use axum::response::Response;
use domain::ids::DeviceId;
use domain::session::Session;

/// Where all of it is found.
pub(crate) const HERE: &str = "/console/security-credentials";

#[derive(Template)]
#[template(path = "device/credentials.html")]
struct CredentialsPage {
    page: Page,
    held_until: Option<Moment>,
    replaces_lost: bool,
    lost: Vec<String>,
    password_advised: bool,
    mfa_due: Option<Moment>,
    devices: Vec<DeviceRow>,
    room: bool,
    sessions: Vec<session::Row>,
    others: bool,
    saved: Summary,
    saved_made: Option<Moment>,
    saved_held: Option<Moment>,
    password_set: Option<Moment>,
}

struct DeviceRow {
    id: String,
    path: String,
    name: String,
    registered: Moment,
    used: Option<Moment>,
    state: DeviceState,
    menu: String,
}

enum DeviceState {
    InUse,
    Held(Moment),
    Suspended(Moment),
    Stolen(Moment),
    Goes(Moment),
}

/// `GET /console/security-credentials`
pub(crate) async fn credentials(mut visit: Visit) -> Response {
    let found = match visit.app().security_credentials(&visit.ctx).await {
        Ok(found) => found,
        Err(error) => return visit.refuse(&error),
    };
    let (t, now) = (visit.t(), visit.ctx.now);
    let lost = found.devices.iter().filter(|listed| listed.lost);
    let this = visit.ctx.session.as_ref().map(|s: &Session| s.id.clone());
    let used = found.devices.iter().filter(|d| !d.device.suspended(now));
    let sessions: Vec<session::Row> = found
        .sessions
        .iter()
        .map(|one| session::row(&visit, one, Some(&one.id) == this.as_ref()))
        .collect();
    let template = CredentialsPage {
        held_until: found.held_until.map(|at| visit.when(at)),
        replaces_lost: found.replaces_lost,
        password_advised: found.password_advised,
        lost: lost.map(|listed| listed.device.name.clone()).collect(),
        mfa_due: found.mfa_due.map(|at| visit.when(at)),
        room: domain::device::room(used.count()).is_ok(),
        devices: found.devices.iter().map(|d| row(&visit, d)).collect(),
        others: sessions.len() > 1,
        sessions,
        saved: found.saved_codes,
        saved_made: found.saved_codes.made_at.map(|at| visit.when(at)),
        saved_held: found.saved_codes.held_until.map(|at| visit.when(at)),
        password_set: found.account.password.map(|p| visit.when(p.set_at)),
        page: visit.page(t.s("shell-nav-credentials")),
    };
    visit.ok(&template)
}

fn row(visit: &Visit, listed: &Listed) -> DeviceRow {
    let (device, now) = (&listed.device, visit.ctx.now);
    let state = match (listed.goes_at, device.suspended_until, device.held(now)) {
        (Some(at), _, _) if listed.stolen => DeviceState::Stolen(visit.when(at)),
        (Some(at), _, _) => DeviceState::Goes(visit.when(at)),
        (None, Some(until), _) if until > now => DeviceState::Suspended(visit.when(until)),
        (None, _, Some(hold)) => DeviceState::Held(visit.when(hold.until)),
        (None, _, None) => DeviceState::InUse,
    };
    let name = device.name.clone();
    DeviceRow {
        id: device.id.to_string(),
        path: path(&device.id),
        registered: visit.when(device.registered_at),
        used: device.last_used_at.map(|at| visit.when(at)),
        state,
        menu: visit.t().f("device-menu", &[("device", name.as_str())]),
        name,
    }
}

/// The address of a device.
fn path(id: &DeviceId) -> String {
    format!("{HERE}/devices/{id}")
}
