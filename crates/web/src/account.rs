//! `/console/account`: what is on file about the account and its root user, and what was changed lately.

use crate::contact::email::dropping;
use crate::page::Page;
use crate::text::{Moment, T};
use crate::visit::Visit;
use app::Error;
use app::contact::Overview;
use askama::Template;
use axum::response::Response;
use domain::contact::{Change, HOLD, Kind, PROVE_AGAIN_AFTER, SHOWN_FOR, Stage, UndoneBy};
use domain::locale::Locale;
use domain::mail::Sender;
use domain::recovery::STEADY;
use domain::refusal::Code;
use domain::session::Act;
use domain::time::{Span, Timestamp};
use http::StatusCode;

/// The address of the page.
pub(crate) const PATH: &str = "/console/account";

#[derive(Template)]
#[template(path = "account/page.html")]
struct AccountPage {
    page: Page,
    name: String,
    account_id: String,
    language: &'static str,
    email: String,
    email_proof: Proof,
    person: String,
    number: Option<NumberPart>,
    beside: Vec<BesidePart>,
    waiting: Option<Waiting>,
    pending: Vec<Pending>,
    changes: Vec<Row>,
    days: i64,
    due_days: i64,
    senders: [String; 2],
}

/// When a contact was last proved, and whether that is long ago.
pub(crate) struct Proof {
    /// The moment, if there was one.
    pub(crate) at: Option<Moment>,
    /// Whether it is time for another.
    pub(crate) due: bool,
}

impl Proof {
    pub(crate) fn of(visit: &Visit, at: Option<Timestamp>) -> Self {
        Self {
            at: at.map(|at| visit.when(at)),
            due: at.is_none_or(|at| visit.ctx.now.since(at) >= PROVE_AGAIN_AFTER),
        }
    }
}

struct NumberPart {
    international: String,
    national: String,
    proof: Proof,
}

/// A second address or number, or the place of one.
struct BesidePart {
    /// The word for it in addresses.
    key: &'static str,
    label: String,
    /// Nothing while there is none.
    value: Option<String>,
    proof: Proof,
    /// From or until when it serves, where that has an end.
    serves: Option<String>,
    removed: bool,
    email: bool,
}

struct Waiting {
    email: String,
    until: String,
    drop: String,
}

struct Pending {
    id: String,
    title: String,
    text: String,
    may_be_lost: bool,
}

struct Row {
    when: Moment,
    what: String,
    device: String,
    address: String,
    state: String,
}

#[derive(Template)]
#[template(path = "account/name.html")]
struct NamePage {
    page: Page,
    name: String,
}

#[derive(Template)]
#[template(path = "account/language.html")]
struct LanguagePage {
    page: Page,
    languages: Vec<(&'static str, &'static str, bool)>,
}

/// `GET /console/account`
pub(crate) async fn show(mut visit: Visit) -> Response {
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let title = visit.t().s("account-title");
    let senders = &visit.app().settings().senders;
    let senders = [Sender::SignIn, Sender::Recovery].map(|sender| senders.of(sender).to_owned());
    let mut changes: Vec<Row> = overview
        .changes
        .iter()
        .filter_map(|change| row(&visit, change, overview.lost.contains(&change.kind)))
        .collect();
    changes.reverse();
    let template = AccountPage {
        waiting: waiting(&visit, &overview),
        pending: pending(&visit, &overview),
        changes,
        days: days(SHOWN_FOR),
        due_days: days(PROVE_AGAIN_AFTER),
        number: overview.number.as_ref().map(|number| NumberPart {
            international: number.reading.international.clone(),
            national: number.reading.national.clone(),
            proof: Proof::of(&visit, number.proved_at),
        }),
        beside: Kind::SECOND
            .map(|kind| beside(&visit, &overview, kind))
            .into(),
        email_proof: Proof::of(&visit, overview.account.email_proved_at),
        name: overview.account.name,
        account_id: overview.account.id.grouped(),
        language: overview.account.locale.endonym(),
        email: overview.account.email,
        person: overview.person,
        senders,
        page: visit.page(title),
    };
    visit.ok(&template)
}

const fn days(span: Span) -> i64 {
    span.as_millis() / 86_400_000
}

fn waiting(visit: &Visit, overview: &Overview) -> Option<Waiting> {
    let change = overview
        .changes
        .iter()
        .find(|change| matches!(change.stage, Stage::Waiting { .. }))?;
    Some(Waiting {
        email: change.value.clone(),
        until: visit.when(change.pending_until(visit.ctx.now)?).shown,
        drop: visit.t().s(match change.kind.second() {
            true => dropping(change.kind),
            false => "account-waiting-drop",
        }),
    })
}

fn beside(visit: &Visit, overview: &Overview, kind: Kind) -> BesidePart {
    let t = visit.t();
    let found = overview.beside.iter().find(|b| b.kind == kind);
    let from = found
        .and_then(|b| b.serves_from)
        .map(|at| ("second-serves-from", at));
    let until = found
        .and_then(|b| b.serves_until)
        .map(|at| ("second-serves-until", at));
    BesidePart {
        key: kind.key(),
        label: t.s(kind.key()),
        value: found.map(|b| shown(kind, &b.value)),
        proof: Proof::of(visit, found.and_then(|b| b.proved_at)),
        serves: until
            .or(from)
            .map(|(key, at)| t.f(key, &[("time", visit.when(at).shown)])),
        removed: until.is_some(),
        email: kind.is_email(),
    }
}

/// A value as its owner reads it: a number in its international form.
pub(crate) fn shown(kind: Kind, value: &str) -> String {
    match kind {
        _ if value.is_empty() || kind.is_email() => value.to_owned(),
        _ => app::contact::Reading::of(value)
            .map_or_else(|| value.to_owned(), |reading| reading.international),
    }
}

/// The changes that can still be taken back.
fn pending(visit: &Visit, overview: &Overview) -> Vec<Pending> {
    let t = visit.t();
    let now = visit.ctx.now;
    let live = overview.changes.iter().filter_map(|change| {
        let until = change.undo_until().filter(|until| now < *until)?;
        let Stage::Made { since } = change.stage else {
            return None;
        };
        let lost = overview.lost.contains(&change.kind);
        let key = match (&change.former, lost) {
            (None, _) if change.kind.second() => "account-pending-second",
            (Some(_), true) if change.removes() => "account-pending-gone",
            (None, _) => "account-pending-first",
            (Some(_), true) => "account-pending-lost",
            (Some(_), false) => "account-pending-text",
        };
        let former = change.former.as_deref().unwrap_or_default();
        let text = t.f(
            key,
            &[
                ("since", visit.when(since).shown),
                ("from", visit.when(since + STEADY).shown),
                ("until", visit.when(until).shown),
                ("device", change.client.device.clone()),
                ("former", shown(change.kind, former)),
            ],
        );
        Some(Pending {
            id: change.id.to_string(),
            title: match change.kind.second() {
                true => what(t, change),
                false => t.s(format!("account-pending-{}-title", change.key())),
            },
            text,
            may_be_lost: overview.has_device && change.former.is_some() && !lost,
        })
    });
    live.collect()
}

/// What was changed within the last 30 days, a sentence each, for console home.
pub(crate) fn change_notices(visit: &Visit, changes: &[Change]) -> Vec<String> {
    let t = visit.t();
    let made = changes.iter().filter_map(|change| {
        let Stage::Made { since } = change.stage else {
            return None;
        };
        let time = ("time", visit.when(since).shown);
        if change.kind.second() {
            return Some(t.f("account-notice-second", &[("what", what(t, change)), time]));
        }
        Some(t.f(format!("account-notice-{}", change.key()), &[time]))
    });
    made.collect()
}

/// What was changed, in a few words.
fn what(t: T, change: &Change) -> String {
    t.s(format!("account-change-{}", change.key()))
}

/// `lost`: that the one before is lost was said, so that the new one serves at once.
fn row(visit: &Visit, change: &Change, lost: bool) -> Option<Row> {
    let t = visit.t();
    let now = visit.ctx.now;
    let enters = change.kind.second() && !change.removes();
    let (when, state) = match &change.stage {
        Stage::Made { since } if enters && now < *since + STEADY => {
            let time = visit.when(*since + STEADY).shown;
            (*since, t.f("account-change-first", &[("time", time)]))
        }
        Stage::Made { since } if !lost && now < *since + HOLD => {
            let key = match &change.former {
                Some(_) => "account-change-held",
                None => "account-change-first",
            };
            let time = visit.when(*since + HOLD).shown;
            (*since, t.f(key, &[("time", time)]))
        }
        Stage::Made { since } => (*since, t.s("account-change-made")),
        Stage::Undone { since, by } => {
            let key = match by {
                UndoneBy::Link | UndoneBy::Root => "account-change-undone",
                UndoneBy::Correction => "account-change-corrected",
            };
            (
                change.begun_at,
                t.f(key, &[("time", visit.when(*since).shown)]),
            )
        }
        Stage::Waiting { .. } | Stage::Dropped => return None,
    };
    Some(Row {
        when: visit.when(when),
        what: what(t, change),
        device: change.client.device.clone(),
        address: change.client.address.to_string(),
        state,
    })
}

/// `GET /console/account/name`
pub(crate) async fn name(visit: Visit) -> Response {
    match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => name_page(visit, StatusCode::OK, overview.account.name),
        Err(error) => visit.refuse(&error),
    }
}

fn name_page(mut visit: Visit, status: StatusCode, name: String) -> Response {
    let title = visit.t().s("account-name-title");
    let page = visit.page(title);
    visit.render(status, &NamePage { page, name })
}

/// `POST /console/account/name`
pub(crate) async fn rename(mut visit: Visit) -> Response {
    let Ok(typed) = visit.form.must("name").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().rename_account(&visit.ctx, &typed).await {
        Ok(()) => {
            visit.flash("ok", "flash-account-renamed");
            visit.see_other(PATH)
        }
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            visit.wrong("name", &refusal);
            name_page(visit, StatusCode::UNPROCESSABLE_ENTITY, typed)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /console/account/language`
pub(crate) async fn language(mut visit: Visit) -> Response {
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let title = visit.t().s("account-language-title");
    let present = overview.account.locale;
    let template = LanguagePage {
        languages: Locale::ALL
            .map(|l| (l.tag(), l.endonym(), l == present))
            .to_vec(),
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST /console/account/language`
pub(crate) async fn set_language(mut visit: Visit) -> Response {
    let Some(locale) = visit.form.get("lang").and_then(Locale::from_tag) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    match visit.app().set_account_language(&visit.ctx, locale).await {
        Ok(()) => {
            visit.flash("ok", "flash-account-language");
            visit.see_other(PATH)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// Sends people who may not change a contact now to what mends it, before they fill in a form.
pub(crate) async fn may_change(visit: &Visit) -> Result<(), Error> {
    visit.app().may_do(&visit.ctx, Act::Write).await
}
