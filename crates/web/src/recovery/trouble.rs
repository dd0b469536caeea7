//! *Troubleshoot your authentication device*: what can be done, and the question that opens a case.

use super::{Refused, Way, path};
use crate::page::Page;
use crate::visit::Visit;
use app::Error;
use app::recovery::Troubles;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::{DeviceId, FlowId};
use domain::recovery::{Beside, Why};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

#[derive(Template)]
#[template(path = "recovery/trouble.html")]
struct Trouble {
    page: Page,
    flow: String,
    email: String,
    others: Option<String>,
    saved_codes: u32,
    saved: Way,
    alternative: Way,
    /// Whether recovery contacts can stand in for the telephone.
    contacts: bool,
    open: Option<String>,
    password_good: bool,
    /// What works with a password that is not good.
    next: &'static str,
}

#[derive(Template)]
#[template(path = "recovery/begin.html")]
struct Begin {
    page: Page,
    flow: String,
    email: String,
    by_code: bool,
    /// The code alone does not do: e-mail and a wait come after it.
    waiting: bool,
    by_phone: bool,
    by_contacts: bool,
    whys: Vec<Answer>,
    devices: Vec<Gone>,
    refused: Option<Refused>,
}

/// What the field of a device begins with.
const GONE: &str = "gone-";

/// An answer to "what happened".
pub(super) struct Answer {
    pub(super) value: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) checked: bool,
}

struct Gone {
    field: String,
    name: String,
    ticked: bool,
}

/// The answers in the words of the page.
pub(super) fn answers(visit: &Visit, said: Why) -> Vec<Answer> {
    let t = visit.t();
    let all = Why::ALL.into_iter().map(|why| Answer {
        value: why.key(),
        label: t.s(format!("recovery-why-{}", why.key())),
        hint: t.s(format!("recovery-why-{}-hint", why.key())),
        checked: why == said,
    });
    all.collect()
}

async fn look(visit: &Visit, id: &str) -> Result<(FlowId, Troubles), Error> {
    let flow: FlowId = id.parse().map_err(|_| Code::FlowOver)?;
    let troubles = visit.app().troubles(&visit.ctx, &flow).await?;
    Ok((flow, troubles))
}

/// `GET /signin/f/{flow}/troubleshoot`
pub(crate) async fn trouble(Path(id): Path<String>, mut visit: Visit) -> Response {
    let (flow, troubles) = match look(&visit, &id).await {
        Ok(found) => found,
        Err(error) => return visit.refuse(&error),
    };
    let several = troubles.devices.len() > 1;
    let others: Vec<String> = troubles
        .devices
        .iter()
        .filter(|d| several && troubles.chosen.as_ref() != Some(&d.id))
        .map(|d| d.name.clone())
        .collect();
    let title = visit.t().s("recovery-trouble-title");
    let template = Trouble {
        flow: format!("/signin/f/{flow}"),
        email: troubles.email,
        others: (!others.is_empty()).then(|| others.join(", ")),
        saved_codes: troubles.saved_codes,
        saved: Way::of(&visit, &troubles.saved_code_way),
        alternative: Way::of(&visit, &troubles.mail_and_phone_way),
        contacts: troubles.mail_and_contacts_way.is_ok(),
        open: troubles.open.as_ref().map(path),
        password_good: troubles.password_good,
        next: match troubles.saved_code_way.is_ok() && troubles.saved_codes > 0 {
            true => "recovery-not-good-code",
            false => "recovery-not-good-next",
        },
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `GET /signin/f/{flow}/recover`: what happened to the device?
pub(crate) async fn begin(Path(id): Path<String>, visit: Visit) -> Response {
    let by_code = visit.query.or_blank("by") == "code";
    match look(&visit, &id).await {
        Ok((flow, troubles)) => ask(visit, &flow, &troubles, by_code, StatusCode::OK, None),
        Err(error) => visit.refuse(&error),
    }
}

fn ask(
    mut visit: Visit,
    flow: &FlowId,
    troubles: &Troubles,
    by_code: bool,
    status: StatusCode,
    refusal: Option<&Refusal>,
) -> Response {
    let several = troubles.devices.len() > 1;
    let gone = troubles.devices.iter().filter(|_| several).map(|d| Gone {
        field: format!("{GONE}{}", d.id),
        name: d.name.clone(),
        ticked: troubles.chosen.as_ref().is_none_or(|c| *c == d.id),
    });
    let title = visit.t().s("recovery-begin-title");
    let template = Begin {
        flow: format!("/signin/f/{flow}"),
        email: troubles.email.clone(),
        by_code,
        waiting: troubles.saved_code_way == Ok(Beside::MailAndWait),
        by_phone: troubles.mail_and_phone_way.is_ok(),
        by_contacts: troubles.mail_and_contacts_way.is_ok(),
        whys: answers(&visit, Why::Lost),
        devices: gone.collect(),
        refused: refusal.map(|r| Refused::of(&visit, r)),
        page: visit.page(title),
    };
    visit.render(status, &template)
}

/// `POST /signin/f/{flow}/recover`: opens the case.
pub(crate) async fn begun(Path(id): Path<String>, visit: Visit) -> Response {
    let by_code = visit.form.or_blank("by") == "code";
    let Some(why) = Why::from_key(visit.form.or_blank("why")) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    // Which of them are the person's own, the verb sees.
    let ticked = visit
        .form
        .names()
        .filter_map(|name| name.strip_prefix(GONE));
    let gone: Vec<DeviceId> = ticked.filter_map(|id| id.parse().ok()).collect();
    match visit.app().open_case(&visit.ctx, &flow, why, gone).await {
        Ok(case) if by_code => visit.see_other(&format!("{}?by=code", path(&case))),
        Ok(case) => visit.see_other(&path(&case)),
        Err(Error::Refused(refusal)) if refusal.code != Code::FlowOver => {
            let status = StatusCode::from_u16(refusal.code.status());
            let status = status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            match look(&visit, &id).await {
                Ok((flow, found)) => ask(visit, &flow, &found, by_code, status, Some(&refusal)),
                Err(error) => visit.refuse(&error),
            }
        }
        Err(error) => visit.refuse(&error),
    }
}
