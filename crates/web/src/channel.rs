//! Changed settings on the pages for operators: what was changed, how long it pauses, yes or no.
//!
//! Who may: operators who are signed in look; to decide takes the authenticator within ten minutes (`app::channel`).
//! A form names the very change that its page showed, so that no other is approved by it.

use crate::operator::Operator;
use crate::page::Page;
use crate::recovery::Refused;
use crate::text::Moment;
use crate::visit::Visit;
use app::channel::Pending;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::channel::{Part, Verdict};
use domain::refusal::{Code, Refusal};
use domain::time::Timestamp;
use http::StatusCode;

const HERE: &str = "/operator/channel";

/// A change as it is shown.
struct Changed {
    part: &'static str,
    name: String,
    keys: Vec<String>,
    found: Moment,
    until: Moment,
    /// Names it in the forms.
    since: String,
    /// How far it is: a badge and its words.
    badge: (&'static str, String),
    /// Who decided, and when.
    by: Option<(String, Moment)>,
    approve: Option<String>,
    decline: Option<String>,
}

#[derive(Template)]
#[template(path = "operator/channel.html")]
struct Channels {
    page: Page,
    changes: Vec<Changed>,
    refused: Option<Refused>,
}

/// `GET /operator/channel`
pub(crate) async fn changes(operator: Operator) -> Response {
    show(operator.visit, None).await
}

/// `POST /operator/channel/{part}/{verdict}`
pub(crate) async fn decide(
    Path((part, verdict)): Path<(String, String)>,
    who: Operator,
) -> Response {
    let mut visit = who.visit;
    let (verdict, flash) = match verdict.as_str() {
        "approve" => (Verdict::Approved, "flash-channel-approved"),
        "decline" => (Verdict::Declined, "flash-channel-declined"),
        _ => return visit.refuse(&Code::NoSuchPage.into()),
    };
    let Some(part) = Part::from_key(&part) else {
        return visit.refuse(&Code::NoSuchPage.into());
    };
    let since = visit
        .form
        .must("set")
        .ok()
        .and_then(|text| text.parse().ok());
    let Some(since) = since.map(Timestamp::from_millis) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit
        .app()
        .decide_channel(&visit.ctx, part, since, verdict)
        .await
    {
        Ok(()) => {
            visit.flash("ok", flash);
            visit.see_other(HERE)
        }
        Err(app::Error::Refused(refusal))
            if matches!(refusal.code, Code::ChangeOver | Code::DeciderNew) =>
        {
            show(visit, Some(&refusal)).await
        }
        Err(error) => visit.refuse(&error),
    }
}

async fn show(mut visit: Visit, refusal: Option<&Refusal>) -> Response {
    let pending = match visit.app().changed_channels().await {
        Ok(pending) => pending,
        Err(error) => return visit.refuse(&error),
    };
    let changes = pending.iter().filter_map(|one| changed(&visit, one));
    let title = visit.t().s("channel-title");
    let template = Channels {
        changes: changes.collect(),
        refused: refusal.map(|refusal| Refused::of(&visit, refusal)),
        page: visit.page(title),
    };
    let status = refusal.and_then(|r| StatusCode::from_u16(r.code.status()).ok());
    visit.render(status.unwrap_or(StatusCode::OK), &template)
}

fn changed(visit: &Visit, one: &Pending) -> Option<Changed> {
    let (t, part) = (visit.t(), one.guarded.part.key());
    let change = one.guarded.change.as_ref()?;
    let decided = change.decided.as_ref();
    let (badge, key) = match decided {
        None if one.in_hands => ("warn", "waits"),
        None => ("warn", "nobody"),
        Some((Verdict::Approved, _)) => ("ok", "approved"),
        Some((Verdict::Declined, _)) => ("warn", "declined"),
    };
    let path = |word| decided.is_none().then(|| format!("{HERE}/{part}/{word}"));
    Some(Changed {
        part,
        name: t.s(format!("channel-{part}")),
        keys: change.keys().into_iter().map(str::to_owned).collect(),
        found: visit.when(change.since),
        until: visit.when(change.until),
        since: change.since.millis().to_string(),
        badge: (badge, t.s(format!("channel-badge-{key}"))),
        by: decided.map(|(_, deed)| {
            let name = one.decided_by.clone().unwrap_or_else(|| deed.by.clone());
            (name, visit.when(deed.at))
        }),
        approve: path("approve"),
        decline: path("decline"),
    })
}
