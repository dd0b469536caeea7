//! Console home: where a sign-in leads, and what is to be done.

use crate::account::{Proof, change_notices};
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
    changes: Vec<String>,
    email_proof: Proof,
    phone: Option<Proof>,
}

/// `GET /console`
pub(crate) async fn root(visit: Visit) -> Response {
    visit.see_other(app::landing::CONSOLE_HOME)
}

/// `GET /console/home`
pub(crate) async fn home(mut visit: Visit) -> Response {
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let recovered = match visit.app().recent_recoveries(&visit.ctx).await {
        Ok(recent) => !recent.is_empty(),
        Err(error) => return visit.refuse(&error),
    };
    let session = visit.ctx.session.as_ref();
    let hold = session
        .filter(|s| s.held(visit.ctx.now, overview.has_device))
        .and_then(|s| s.hold);
    let held = hold.map(|h| visit.when(h.until).shown);
    let title = visit.t().s("console-home");
    let template = Home {
        changes: change_notices(&visit, &overview),
        email_proof: Proof::of(&visit, overview.account.email_proved_at),
        phone: overview
            .number
            .as_ref()
            .map(|number| Proof::of(&visit, number.proved_at)),
        name: overview.account.name,
        account_id: overview.account.id.grouped(),
        email: overview.account.email,
        has_device: overview.has_device,
        held,
        recovered,
        page: visit.page(title),
    };
    visit.ok(&template)
}
