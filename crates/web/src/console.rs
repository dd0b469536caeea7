//! Console home: where a sign-in leads, and what is to be done.

mod task;

use crate::account::change_notices;
use crate::page::Page;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;
use domain::nudge::Nudge;
use domain::refusal::Code;
use task::{Task, done, sign_ins, task};

#[derive(Template)]
#[template(path = "console/home.html")]
struct Home {
    page: Page,
    name: String,
    account_id: String,
    email: String,
    /// The address of this page, to be kept.
    address: String,
    held: Option<String>,
    recovered: bool,
    changes: Vec<String>,
    due: Vec<Task>,
    done: Vec<Task>,
    later: Vec<Task>,
    /// How often the root user signed in lately, a sentence each.
    sign_ins: Vec<String>,
}

/// `GET /console`
pub(crate) async fn root(visit: Visit) -> Response {
    visit.see_other(app::landing::CONSOLE_HOME)
}

/// `GET /console/home`
pub(crate) async fn home(mut visit: Visit) -> Response {
    let home = match visit.app().console_home(&visit.ctx).await {
        Ok(home) => home,
        Err(error) => return visit.refuse(&error),
    };
    let advice = home.advice;
    let hold = visit.ctx.session.as_ref().and_then(|s| s.hold);
    let held = hold.filter(|_| advice.facts.held);
    let held = held.map(|h| visit.when(h.until).shown);
    let due = advice.due.iter();
    let later = advice.later.iter();
    let public_url = &visit.app().settings().public_url;
    let title = visit.t().s("console-home");
    let template = Home {
        changes: change_notices(&visit, &home.changes),
        due: due
            .map(|nudge| task(&visit, &advice.facts, *nudge, None))
            .collect(),
        later: later
            .map(|(nudge, until)| task(&visit, &advice.facts, *nudge, Some(*until)))
            .collect(),
        done: done(&visit, &advice.facts),
        sign_ins: sign_ins(&visit, &advice),
        address: format!("{public_url}{}", app::landing::CONSOLE_HOME),
        name: home.account.name,
        account_id: home.account.id.grouped(),
        email: home.account.email,
        held,
        recovered: home.recovered,
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST /console/home/later`: a piece of advice is put off for a while.
pub(crate) async fn later(mut visit: Visit) -> Response {
    let Some(nudge) = visit.form.get("nudge").and_then(Nudge::from_key) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().put_off(&visit.ctx, nudge).await {
        Ok(()) => {
            visit.flash("ok", "flash-nudge-later");
            visit.see_other(app::landing::CONSOLE_HOME)
        }
        Err(error) => visit.refuse(&error),
    }
}
