//! Console home: where a sign-in leads, and what is to be done.

use crate::page::Page;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "console/home.html")]
struct Home {
    page: Page,
    name: String,
    account_id: String,
    email: String,
    has_device: bool,
    held: Option<String>,
    recovered: bool,
}

/// `GET /console`
pub(crate) async fn root(visit: Visit) -> Response {
    visit.see_other(app::landing::CONSOLE_HOME)
}

/// `GET /console/home`
pub(crate) async fn home(mut visit: Visit) -> Response {
    let (account, devices) = match visit.app().my_account(&visit.ctx).await {
        Ok(found) => found,
        Err(error) => return visit.refuse(&error),
    };
    let recovered = match visit.app().recent_recoveries(&visit.ctx).await {
        Ok(recent) => !recent.is_empty(),
        Err(error) => return visit.refuse(&error),
    };
    let has_device = devices.iter().any(|d| !d.suspended(visit.ctx.now));
    let session = visit.ctx.session.as_ref();
    let hold = session
        .filter(|s| s.held(visit.ctx.now, has_device))
        .and_then(|s| s.hold);
    let held = hold.map(|h| visit.when(h.until).shown);
    let title = visit.t().s("console-home");
    let template = Home {
        page: visit.page(title),
        name: account.name,
        account_id: account.id.grouped(),
        email: account.email,
        has_device,
        held,
        recovered,
    };
    visit.ok(&template)
}
