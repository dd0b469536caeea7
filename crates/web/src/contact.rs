//! The pages of contact information: its form, the reading of the number, and what follows.
//!
//! A number is shown as it was read before it is saved, with scripts while typing and without them on the next page.

pub(crate) mod email;
pub(crate) mod proof;
pub(crate) mod second;
pub(crate) mod undo;

use crate::account::{self, may_change, shown};
use crate::page::Page;
use crate::text::T;
use crate::visit::Visit;
use app::Error;
use app::contact::{Drafted, Reading, Unreadable};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::contact::{HOLD, Kind};
use domain::ids::FlowId;
use domain::recovery::STEADY;
use domain::refusal::{Code, Refusal};
use http::{StatusCode, header};

#[derive(Template)]
#[template(path = "contact/edit.html")]
struct Edit {
    page: Page,
    action: String,
    lead: String,
    /// Of a second number nobody is named.
    second: bool,
    person: String,
    phone: String,
    countries: Vec<(String, String, bool)>,
    hint: String,
    allowed: String,
}

#[derive(Template)]
#[template(path = "contact/confirm.html")]
struct Confirm {
    page: Page,
    action: String,
    reading: String,
    home: String,
    held: String,
    told: String,
    again: &'static str,
}

/// A number as it was understood, in a line.
pub(crate) fn read_out(t: T, reading: &Reading) -> String {
    let kind = t.s(format!("phone-kind-{}", reading.kind));
    match &reading.country {
        Some(country) => t.f(
            "contact-preview",
            &[
                ("international", reading.international.clone()),
                ("country", t.s(format!("country-{country}"))),
                ("kind", kind),
            ],
        ),
        None => t.f(
            "contact-preview-nowhere",
            &[
                ("international", reading.international.clone()),
                ("kind", kind),
            ],
        ),
    }
}

/// Why a number cannot be the contact, in a sentence.
pub(crate) fn refused_number(t: T, unreadable: &Unreadable) -> String {
    match (unreadable.why, &unreadable.country) {
        ("country", Some(country)) => t.f(
            "phone-refused-country",
            &[("country", t.s(format!("country-{country}")))],
        ),
        ("country", None) => t.s("phone-refused-nowhere"),
        (why, _) => t.s(format!("phone-refused-{why}")),
    }
}

/// What was typed into the form.
#[derive(Default)]
struct Typed {
    person: String,
    phone: String,
    country: Option<String>,
}

impl Typed {
    fn of(visit: &Visit) -> Self {
        Self {
            person: visit.form.or_blank("person").to_owned(),
            phone: visit.form.or_blank("phone").to_owned(),
            country: visit.form.get("country").map(str::to_owned),
        }
    }
}

/// `GET /console/account/contact`
pub(crate) async fn edit(visit: Visit) -> Response {
    if let Err(error) = may_change(&visit).await {
        return visit.refuse(&error);
    }
    let overview = match visit.app().account_overview(&visit.ctx).await {
        Ok(overview) => overview,
        Err(error) => return visit.refuse(&error),
    };
    let number = overview.number.map(|number| number.reading);
    let typed = Typed {
        person: overview.person,
        country: number.as_ref().and_then(|reading| reading.country.clone()),
        phone: number
            .map(|reading| reading.international)
            .unwrap_or_default(),
    };
    form(visit, Kind::Phone, typed)
}

/// `GET /console/account/second-phone`
pub(crate) async fn edit_second(visit: Visit) -> Response {
    match may_change(&visit).await {
        Ok(()) => form(visit, Kind::SecondPhone, Typed::default()),
        Err(error) => visit.refuse(&error),
    }
}

/// Where a number is typed.
const fn form_of(kind: Kind) -> &'static str {
    match kind.second() {
        true => "/console/account/second-phone",
        false => "/console/account/contact",
    }
}

fn form(mut visit: Visit, kind: Kind, typed: Typed) -> Response {
    let t = visit.t();
    let (title, lead) = match kind.second() {
        true => ("second-phone-title", "second-phone-lead"),
        false => ("contact-title", "contact-lead"),
    };
    let named = |letters: &str| t.s(format!("country-{letters}"));
    let all = visit.app().phone_countries();
    let first = all.first().map(|(letters, _)| letters.clone());
    let chosen = typed
        .country
        .filter(|letters| all.iter().any(|(known, _)| known == letters))
        .or_else(|| first.clone())
        .unwrap_or_default();
    let hint = if all.len() > 1 {
        t.s("contact-phone-hint-choice")
    } else {
        t.f("contact-phone-hint", &[("country", named(&chosen))])
    };
    let countries: Vec<(String, String, bool)> = all
        .iter()
        .map(|(letters, code)| {
            let option = t.f(
                "contact-country-option",
                &[("country", named(letters)), ("code", code.to_string())],
            );
            (letters.clone(), option, *letters == chosen)
        })
        .collect();
    let names: Vec<String> = all.iter().map(|(letters, _)| named(letters)).collect();
    let separator = match visit.ctx.locale {
        domain::locale::Locale::En => ", ",
        _ => "、",
    };
    let status = match visit.has_errors() {
        false => StatusCode::OK,
        true => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = t.s(title);
    let template = Edit {
        action: form_of(kind).to_owned(),
        lead: t.s(lead),
        second: kind.second(),
        person: typed.person,
        phone: typed.phone,
        countries: if all.len() > 1 { countries } else { Vec::new() },
        hint,
        allowed: t.f(
            "contact-phone-allowed",
            &[("countries", names.join(separator))],
        ),
        page: visit.page(title),
    };
    visit.render(status, &template)
}

/// `POST /console/account/contact`
pub(crate) async fn draft(visit: Visit) -> Response {
    if let Err(error) = may_change(&visit).await {
        return visit.refuse(&error);
    }
    let typed = Typed::of(&visit);
    let drafted = visit
        .app()
        .draft_contact(
            &visit.ctx,
            &typed.person,
            &typed.phone,
            typed.country.as_deref(),
        )
        .await;
    read(visit, Kind::Phone, typed, drafted)
}

/// `POST /console/account/second-phone`
pub(crate) async fn draft_second(visit: Visit) -> Response {
    if let Err(error) = may_change(&visit).await {
        return visit.refuse(&error);
    }
    let typed = Typed::of(&visit);
    let country = typed.country.as_deref();
    let drafted = visit
        .app()
        .draft_second_phone(&visit.ctx, &typed.phone, country)
        .await;
    read(visit, Kind::SecondPhone, typed, drafted)
}

fn read(mut visit: Visit, kind: Kind, typed: Typed, drafted: Result<Drafted, Error>) -> Response {
    match drafted {
        Ok(Drafted::Confirm(flow)) => visit.see_other(&format!("/console/account/contact/{flow}")),
        Ok(Drafted::Saved) => {
            visit.flash("ok", "flash-contact-saved");
            visit.see_other(account::PATH)
        }
        Ok(Drafted::Unread { person, number }) => {
            if person {
                visit.wrong("person", &Refusal::new(Code::NotAName));
            }
            if let Some(why) = number {
                let text = refused_number(visit.t(), &why);
                visit.wrong_because("phone", why.code.as_str(), text);
            }
            form(visit, kind, typed)
        }
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            visit.wrong("phone", &refusal);
            form(visit, kind, typed)
        }
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /console/account/phone/preview`: one line of plain text, for the script of the form.
pub(crate) async fn preview(visit: Visit) -> Response {
    if let Err(error) = visit.ctx.root() {
        return visit.refuse(&error);
    }
    preview_line(&visit)
}

/// How the number that is being typed reads. Nothing while nothing was typed.
pub(crate) fn preview_line(visit: &Visit) -> Response {
    let t = visit.t();
    let typed = visit.form.or_blank("phone");
    let (status, line) = match visit.app().read_phone(typed, visit.form.get("country")) {
        Ok(reading) => (StatusCode::OK, read_out(t, &reading)),
        Err(unreadable) if unreadable.why == "empty" => (StatusCode::OK, String::new()),
        Err(unreadable) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            format!(
                "{} {}",
                refused_number(t, &unreadable),
                unreadable.code.as_str()
            ),
        ),
    };
    (
        status,
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        line,
    )
        .into_response()
}

/// `GET /console/account/contact/{flow}`
pub(crate) async fn confirm(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let found = visit.app().look_at_draft(&visit.ctx, &flow).await;
    let (draft, reading, overview) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(&error),
    };
    if draft.saved {
        return visit.see_other(account::PATH);
    }
    let t = visit.t();
    let until = visit.when(visit.ctx.now + HOLD).shown;
    let proved = overview
        .number
        .as_ref()
        .is_some_and(|n| n.proved_at.is_some());
    let correcting = overview
        .changes
        .iter()
        .any(|c| c.kind == Kind::Phone && c.former.is_some() && c.undo_until().is_some());
    let from = visit.when(visit.ctx.now + STEADY).shown;
    let held = match (draft.kind.second(), proved || correcting) {
        (true, _) => t.f("contact-confirm-first", &[("time", from)]),
        (_, true) => t.f("contact-confirm-held", &[("time", until)]),
        (_, false) => t.f("contact-confirm-first", &[("time", until)]),
    };
    let title = t.s("contact-confirm-title");
    let template = Confirm {
        action: format!("/console/account/contact/{flow}"),
        reading: read_out(t, &reading),
        home: t.f("contact-confirm-home", &[("national", reading.national)]),
        held,
        again: form_of(draft.kind),
        told: t.f("contact-confirm-told", &[("email", overview.account.email)]),
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// `POST /console/account/contact/{flow}`
pub(crate) async fn save(Path(id): Path<String>, mut visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let kind = match visit.app().look_at_draft(&visit.ctx, &flow).await {
        Ok((draft, ..)) => draft.kind,
        Err(error) => return visit.refuse(&error),
    };
    match visit.app().save_contact(&visit.ctx, &flow).await {
        Ok(()) => {
            visit.flash("ok", "flash-phone-saved");
            visit.see_other(proof::path(kind))
        }
        Err(error) => visit.refuse(&error),
    }
}

/// A value of a contact on pages of this room.
pub(crate) fn value_of(kind: Kind, value: &str) -> String {
    shown(kind, value)
}
