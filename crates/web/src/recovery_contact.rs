//! The pages of recovery contacts: who was named, naming and removing, and the invitation that they answer.

use crate::account::may_change;
use crate::cookie;
use crate::device;
use crate::page::Page;
use crate::password::keep_link;
use crate::text::Moment;
use crate::visit::Visit;
use app::Error;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::RecoveryContactId;
use domain::locale::Locale;
use domain::recovery_contact::{MOST, RecoveryContact};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

/// The address of the list, below *Security credentials*.
pub(crate) fn here() -> String {
    format!("{}/recovery-contacts", device::HERE)
}

#[derive(Template)]
#[template(path = "recovery_contact/list.html")]
struct List {
    page: Page,
    here: String,
    people: Vec<Row>,
    room: bool,
}

struct Row {
    path: String,
    name: String,
    email: String,
    state: State,
}

enum State {
    Invited,
    From(Moment),
    Counts,
}

#[derive(Template)]
#[template(path = "recovery_contact/new.html")]
struct New {
    page: Page,
    here: String,
    name: String,
    email: String,
    languages: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Template)]
#[template(path = "recovery_contact/remove.html")]
struct Remove {
    page: Page,
    here: String,
    path: String,
    accepted: bool,
}

#[derive(Template)]
#[template(path = "recovery_contact/invitation.html")]
struct Invited {
    page: Page,
    account: String,
    email: String,
    accepted: bool,
}

#[derive(Template)]
#[template(path = "recovery_contact/said.html")]
struct Said {
    page: Page,
    text: String,
}

/// `GET …/recovery-contacts`
pub(crate) async fn list(mut visit: Visit) -> Response {
    let people = match visit.app().recovery_contacts(&visit.ctx).await {
        Ok(people) => people,
        Err(error) => return visit.refuse(&error),
    };
    let title = visit.t().s("recovery-contact-title");
    let template = List {
        here: here(),
        room: people.len() < MOST,
        people: people.into_iter().map(|p| row(&visit, p)).collect(),
        page: visit.page(title),
    };
    visit.ok(&template)
}

fn row(visit: &Visit, person: RecoveryContact) -> Row {
    Row {
        path: format!("{}/{}", here(), person.id),
        state: match person.counts_from() {
            None => State::Invited,
            Some(from) if from > visit.ctx.now => State::From(visit.when(from)),
            Some(_) => State::Counts,
        },
        name: person.name,
        email: person.email,
    }
}

/// `GET …/recovery-contacts/new`
pub(crate) async fn new(visit: Visit) -> Response {
    if let Err(error) = may_change(&visit).await {
        return visit.refuse(&error);
    }
    let language = visit.ctx.locale;
    form(visit, StatusCode::OK, "", "", language)
}

fn form(
    mut visit: Visit,
    status: StatusCode,
    name: &str,
    email: &str,
    language: Locale,
) -> Response {
    let title = visit.t().s("recovery-contact-new-title");
    let template = New {
        here: here(),
        name: name.to_owned(),
        email: email.to_owned(),
        languages: Locale::ALL
            .map(|l| (l.tag(), l.endonym(), l == language))
            .to_vec(),
        page: visit.page(title),
    };
    visit.render(status, &template)
}

/// `POST …/recovery-contacts/new`
pub(crate) async fn invite(mut visit: Visit) -> Response {
    let typed = |name| visit.form.or_blank(name).to_owned();
    let (name, email) = (typed("name"), typed("email"));
    let Some(language) = visit.form.get("lang").and_then(Locale::from_tag) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let named = visit
        .app()
        .name_recovery_contact(&visit.ctx, &name, &email, language)
        .await;
    match named {
        Ok(()) => {
            visit.flash("ok", "flash-recovery-contact-named");
            visit.see_other(&here())
        }
        Err(Error::Refused(Refusal {
            field: Some(field), ..
        })) if !["name", "email"].contains(&field) => visit.refuse(&Code::MalformedForm.into()),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            let field = refusal.field.unwrap_or_default();
            visit.wrong(field, &refusal);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            form(visit, status, &name, &email, language)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST …/recovery-contacts/{contact}/invite`
pub(crate) async fn invite_again(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(id) = id.parse::<RecoveryContactId>() else {
        return visit.refuse(&Code::NoSuchRecoveryContact.into());
    };
    let app = visit.app();
    match app.invite_recovery_contact_again(&visit.ctx, &id).await {
        Ok(()) => {
            visit.flash("ok", "flash-recovery-contact-again");
            visit.see_other(&here())
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `GET …/recovery-contacts/{contact}/remove`
pub(crate) async fn ask_remove(Path(id): Path<String>, mut visit: Visit) -> Response {
    if let Err(error) = may_change(&visit).await {
        return visit.refuse(&error);
    }
    let people = match visit.app().recovery_contacts(&visit.ctx).await {
        Ok(people) => people,
        Err(error) => return visit.refuse(&error),
    };
    let Some(person) = people.into_iter().find(|p| p.id.as_str() == id) else {
        return visit.refuse(&Code::NoSuchRecoveryContact.into());
    };
    let title = visit
        .t()
        .f("recovery-contact-remove-title", &[("name", person.name)]);
    let template = Remove {
        here: here(),
        path: format!("{}/{}", here(), person.id),
        accepted: person.accepted_at.is_some(),
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST …/recovery-contacts/{contact}/remove`
pub(crate) async fn remove(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(id) = id.parse::<RecoveryContactId>() else {
        return visit.refuse(&Code::NoSuchRecoveryContact.into());
    };
    match visit.app().remove_recovery_contact(&visit.ctx, &id).await {
        Ok(()) => {
            visit.flash("ok", "flash-recovery-contact-removed");
            visit.see_other(&here())
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `GET /recovery-contact/{token}`
pub(crate) async fn link(Path(token): Path<String>, visit: Visit) -> Response {
    keep_link(visit, &token, "/recovery-contact")
}

/// `GET /recovery-contact`
pub(crate) async fn invitation(mut visit: Visit) -> Response {
    let token = visit.link().to_owned();
    let seen = match visit.app().look_at_invitation(&visit.ctx, &token).await {
        Ok(seen) => seen,
        Err(error) => return visit.refuse(&error),
    };
    let title = visit.t().s(match seen.accepted {
        true => "recovery-contact-accepted-title",
        false => "recovery-contact-invited-title",
    });
    let template = Invited {
        account: seen.account.grouped(),
        email: seen.email,
        accepted: seen.accepted,
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST /recovery-contact`
pub(crate) async fn answer(mut visit: Visit) -> Response {
    let Some(accepts) = yes(&visit) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let token = visit.link().to_owned();
    let app = visit.app();
    match app.answer_invitation(&visit.ctx, &token, accepts).await {
        Ok(()) if accepts => visit.see_other("/recovery-contact"),
        Ok(()) => {
            visit.clear_cookie(cookie::LINK);
            let t = visit.t();
            let template = Said {
                text: t.s("recovery-contact-declined-text"),
                page: visit.page(t.s("recovery-contact-declined-title")),
            };
            visit.ok(&template)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// Which of the two buttons was pressed.
pub(crate) fn yes(visit: &Visit) -> Option<bool> {
    match visit.form.or_blank("answer") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
