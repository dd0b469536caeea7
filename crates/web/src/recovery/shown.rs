//! The pages of a case, one for each moment, made from what may be shown and nothing else.

use super::case::LANDING;
use super::trouble::{Answer, answers};
use super::{Refused, Way, path};
use crate::call;
use crate::page::Page;
use crate::text::T;
use crate::visit::Visit;
use app::recovery::CasePage;
use askama::Template;
use axum::response::Response;
use domain::mail::MailKind;
use domain::recovery::{Beside, Choice, ClosedBy, ProofView, Status, WaitsFor, Which, Why};
use domain::refusal::{Code, Refusal};
use http::StatusCode;

/// How often the page asks again where scripts are off.
const REFRESH_SECONDS: u32 = 5;

/// What every page of a case shows around its own part.
pub(super) struct Frame {
    pub(super) path: String,
    /// Where it is ended.
    pub(super) end: String,
    pub(super) account: String,
    pub(super) device: String,
    pub(super) address: String,
    pub(super) begun: String,
    pub(super) phrase: String,
    pub(super) until: String,
    pub(super) said: String,
    pub(super) refused: Option<Refused>,
    pub(super) saved_code: bool,
    pub(super) mail_and_phone: bool,
    pub(super) mail_and_contacts: bool,
    /// A saved code and the e-mail, then a wait, instead of e-mail and phone.
    pub(super) waiting: bool,
}

#[derive(Template)]
#[template(path = "recovery/mail.html")]
struct MailPage {
    page: Page,
    frame: Frame,
    email: String,
    /// The addresses to choose from, where there is something to choose.
    choices: Vec<Chosen>,
    former: bool,
    lapsed: bool,
    sent: Option<Sent>,
    left: usize,
    next_at: Option<String>,
    send: String,
    over: bool,
    live: bool,
    following: bool,
    mail_state: String,
    sender: String,
    closed: Option<Refused>,
}

/// An address or a number that can be chosen.
struct Chosen {
    which: &'static str,
    shown: String,
    hint: String,
    checked: bool,
}

/// What there is to choose from; nothing where only the account's own serves. `sort`: `email` or `phone`.
fn chosen(t: T, sort: &str, choices: &[&Choice], asked: Which) -> Vec<Chosen> {
    if !choices.iter().any(|choice| choice.which == Which::Second) {
        return Vec::new();
    }
    let asked = choices.iter().find(|choice| choice.which == asked);
    let checked = asked.or(choices.first()).map(|choice| choice.which);
    let card = |choice: &&Choice| Chosen {
        which: choice.which.key(),
        shown: match sort {
            "phone" => t.f("recovery-which-ends", &[("digits", choice.shown.as_str())]),
            _ => choice.shown.clone(),
        },
        hint: match (choice.which, choice.removed) {
            (_, true) => t.s("recovery-which-removed"),
            (Which::First, _) => t.s(format!("account-{sort}")),
            (Which::Second, _) => t.s(format!("second-{sort}")),
        },
        checked: Some(choice.which) == checked,
    };
    choices.iter().map(card).collect()
}

struct Sent {
    until: String,
    over: bool,
}

#[derive(Template)]
#[template(path = "recovery/phone.html")]
struct PhonePage {
    page: Page,
    frame: Frame,
    last_four: String,
    choices: Vec<Chosen>,
    former: bool,
    lapsed: bool,
    call: Option<call::Part>,
    running: bool,
    left: u32,
    wrong_left: u32,
    blocked: Option<String>,
    blocked_wait: u64,
    mail_until: String,
    still: bool,
    again: String,
}

#[derive(Template)]
#[template(path = "recovery/code.html")]
struct CodePage {
    page: Page,
    frame: Frame,
    left: u32,
    closed: Option<Refused>,
}

#[derive(Template)]
#[template(path = "recovery/password.html")]
struct PasswordPage {
    page: Page,
    frame: Frame,
    email: String,
}

#[derive(Template)]
#[template(path = "recovery/ready.html")]
struct ReadyPage {
    page: Page,
    frame: Frame,
    /// No call was part of it.
    by_code: bool,
    by_contacts: bool,
    lost: String,
    stolen: bool,
    delayed: Option<(String, String)>,
    waits: Option<(String, String)>,
    closed: Option<Refused>,
}

#[derive(Template)]
#[template(path = "recovery/why.html")]
struct WhyPage {
    page: Page,
    frame: Frame,
    whys: Vec<Answer>,
}

#[derive(Template)]
#[template(path = "recovery/over.html")]
struct OverPage {
    page: Page,
    text: String,
    onward: &'static str,
    entered: bool,
}

pub(super) fn frame(visit: &Visit, seen: &CasePage, refusal: Option<&Refusal>) -> Frame {
    let view = &seen.view;
    let said = visit.t().s(format!("recovery-why-{}", view.why.key()));
    Frame {
        path: path(&view.case),
        end: format!("{}/close", path(&view.case)),
        account: view.account.grouped(),
        device: view.client.device.clone(),
        address: view.client.address.to_string(),
        begun: visit.when(view.opened_at).shown,
        phrase: domain::locale::phrase(view.phrase, visit.ctx.locale),
        until: visit.when(view.ends_at).shown,
        said,
        refused: refusal
            .filter(|r| r.field.is_none())
            .map(|r| Refused::of(visit, r)),
        saved_code: view.saved_code_way.is_ok()
            && view.saved_code == ProofView::Missing
            && seen.saved_codes > 0,
        waiting: view.saved_code_way == Ok(Beside::MailAndWait),
        mail_and_phone: view.mail_and_phone_way.is_ok(),
        mail_and_contacts: view.mail_and_contacts_way.is_ok(),
    }
}

/// Marks the field, when that is what was refused.
fn mark(visit: &mut Visit, refusal: Option<&Refusal>, field: &str) {
    if let Some(refusal) = refusal.filter(|r| r.field == Some(field)) {
        visit.wrong(field, refusal);
    }
}

pub(super) fn mail_page(
    mut visit: Visit,
    seen: &CasePage,
    status: StatusCode,
    refusal: Option<&Refusal>,
) -> Response {
    mark(&mut visit, refusal, "code");
    let (view, now) = (&seen.view, visit.ctx.now);
    let sent = view.mail.sent.map(|(_, until, tries)| Sent {
        until: visit.when(until).shown,
        over: until <= now || tries == 0,
    });
    let title = visit.t().s(match sent {
        Some(_) => "recovery-mail-sent-title",
        None => "recovery-mail-title",
    });
    let live = sent.as_ref().is_some_and(|s| !s.over);
    // To be looked for in the spam folder (R-REC-16, R-REC-17).
    let sender = visit
        .app()
        .settings()
        .senders
        .of(MailKind::RecoveryProof.sender())
        .to_owned();
    let following = live && visit.query.has("follow");
    let send = match sent {
        Some(_) => "recovery-mail-resend",
        None => "recovery-mail-send",
    };
    let template = MailPage {
        send: visit.t().s(send),
        over: sent.as_ref().is_some_and(|s| s.over),
        live,
        following,
        mail_state: visit
            .t()
            .s(format!("recovery-mail-state-{}", seen.mail_state.key())),
        frame: frame(&visit, seen, refusal),
        email: view.email.clone(),
        choices: chosen(
            visit.t(),
            "email",
            &view.emails.iter().collect::<Vec<_>>(),
            view.mail_which,
        ),
        former: view.former_email,
        lapsed: view.mail.proof == ProofView::Lapsed,
        sent,
        left: view.mail.left,
        next_at: view.mail.next_at.map(|at| visit.when(at).shown),
        sender,
        closed: Way::of(&visit, &view.mail_way).closed,
        page: visit.page(title),
    };
    // The page follows the mail: pressing the link elsewhere takes it on. It must not wipe out a code being typed.
    let refresh = (following && status.is_success()).then_some(REFRESH_SECONDS);
    visit.render_every(status, refresh, &template)
}

pub(super) fn phone_page(
    mut visit: Visit,
    seen: &CasePage,
    status: StatusCode,
    refusal: Option<&Refusal>,
) -> Response {
    let (view, t) = (&seen.view, visit.t());
    let phone = &view.phone;
    let running = phone.call.running;
    let last_four = phone.last_four.clone().unwrap_or_default();
    let call = call::Part::of(
        &visit,
        &phone.call,
        &last_four,
        ("recovery-call-script", &view.account),
    );
    let title = t.s(match running {
        true => "recovery-call-title",
        false => "recovery-phone-title",
    });
    let still = visit.query.has("still");
    // A number that was called too often is no choice while another can be called.
    let free = |choice: &&Choice| seen.free.is_empty() || seen.free.contains(&choice.which);
    let choices: Vec<&Choice> = phone.numbers.iter().filter(free).collect();
    let (blocked, blocked_wait) = match running || !seen.free.is_empty() {
        true => (None, 0),
        false => call::blocked(&visit, &phone.call.outlook),
    };
    let template = PhonePage {
        choices: chosen(t, "phone", &choices, phone.which),
        frame: frame(&visit, seen, refusal),
        former: view.former_phone,
        lapsed: phone.proof == ProofView::Lapsed,
        running,
        left: phone.call.outlook.left,
        wrong_left: phone.call.outlook.wrong_left,
        blocked,
        blocked_wait,
        mail_until: given_until(&visit, view.mail.proof),
        last_four,
        again: t.s(match call.is_some() {
            true => "recovery-call-again",
            false => "recovery-call-now",
        }),
        call,
        still,
        page: visit.page(title),
    };
    let refresh = (running && !still).then_some(REFRESH_SECONDS);
    visit.render_every(status, refresh, &template)
}

fn given_until(visit: &Visit, proof: ProofView) -> String {
    match proof {
        ProofView::Given { until } => visit.when(until).shown,
        ProofView::Missing | ProofView::Lapsed => String::new(),
    }
}

pub(super) fn password_page(
    mut visit: Visit,
    seen: &CasePage,
    status: StatusCode,
    refusal: Option<&Refusal>,
) -> Response {
    let title = visit.t().s("recovery-password-title");
    // That the proof lapsed is what the page says anyway.
    let refusal = refusal.filter(|r| r.code != Code::ProofLapsed);
    mark(&mut visit, refusal, "password");
    let template = PasswordPage {
        frame: frame(&visit, seen, refusal),
        email: seen.view.email.clone(),
        page: visit.page(title),
    };
    visit.render(status, &template)
}

pub(super) fn ready_page(
    mut visit: Visit,
    seen: &CasePage,
    status: StatusCode,
    refusal: Option<&Refusal>,
) -> Response {
    let (view, t) = (&seen.view, visit.t());
    let later = |until| (visit.when(until).shown, t.span(visit.ctx.now.until(until)));
    let waits = view.waits_until.map(later);
    let (mut delayed, mut closed) = (None, None);
    match &view.may_enter {
        Ok(()) => {}
        Err(_) if waits.is_some() => {}
        Err(refusal) => match refusal.until.filter(|_| refusal.code == Code::CaseDelayed) {
            Some(until) => delayed = Some(later(until)),
            None => closed = Some(Refused::of(&visit, refusal)),
        },
    }
    let title = t.s(match (&waits, &delayed) {
        (Some(_), _) => "recovery-waits-title",
        (None, Some(_)) => "recovery-delayed-title",
        (None, None) => "recovery-ready-title",
    });
    let template = ReadyPage {
        frame: frame(&visit, seen, refusal),
        by_code: !matches!(view.phone.proof, ProofView::Given { .. }),
        by_contacts: view.waits_for == WaitsFor::Contacts,
        lost: seen.lost.join(", "),
        stolen: view.why == Why::Stolen,
        delayed,
        waits,
        closed,
        page: visit.page(title),
    };
    visit.render(status, &template)
}

pub(super) fn why_page(mut visit: Visit, seen: &CasePage) -> Response {
    let title = visit.t().s("recovery-begin-title");
    let template = WhyPage {
        frame: frame(&visit, seen, None),
        whys: answers(&visit, seen.view.why),
        page: visit.page(title),
    };
    visit.ok(&template)
}

pub(super) fn over_page(mut visit: Visit, seen: &CasePage, status: StatusCode) -> Response {
    let t = visit.t();
    let text = match seen.view.status {
        Status::Completed { at } => {
            t.f("recovery-over-completed", &[("time", visit.when(at).shown)])
        }
        Status::Closed { by, .. } => t.s(format!("recovery-over-{}", by.key())),
        Status::Open => t.s(format!("recovery-over-{}", ClosedBy::Time.key())),
    };
    let title = t.s("recovery-over-title");
    let template = OverPage {
        text,
        onward: if seen.entered { LANDING } else { "/signin" },
        entered: seen.entered,
        page: visit.page(title),
    };
    visit.render(status, &template)
}

pub(super) fn code_page(
    mut visit: Visit,
    seen: &CasePage,
    status: StatusCode,
    refusal: Option<&Refusal>,
) -> Response {
    let title = visit.t().s("recovery-code-title");
    mark(&mut visit, refusal, "code");
    let template = CodePage {
        frame: frame(&visit, seen, refusal),
        left: seen.saved_codes,
        closed: Way::of(&visit, &seen.view.saved_code_way).closed,
        page: visit.page(title),
    };
    visit.render(status, &template)
}
