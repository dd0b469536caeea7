//! The pages of `/signin`: chooser, security check (`check`), password, device, code by mail or text.
//!
//! A GET writes no row: a flow begins with the POST that names an address.

use crate::check;
use crate::cookie;
use crate::outbox;
use crate::page::Page;
use crate::refused;
use crate::visit::Visit;
use app::Error;
use app::check::Before;
use app::sign_in::{Device, Moved, View};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::{DeviceId, FlowId};
use domain::mail::MailKind;
use domain::refusal::{Code, Refusal};
use domain::sign_in::SignIn;
use http::StatusCode;

#[derive(Template)]
#[template(path = "sign_in/chooser.html")]
struct Chooser {
    page: Page,
    return_to: Option<String>,
    email: String,
}

#[derive(Template)]
#[template(path = "sign_in/password.html")]
struct PasswordPage {
    page: Page,
    flow: String,
    email: String,
    email_query: String,
    closed: bool,
}

#[derive(Template)]
#[template(path = "sign_in/choose_device.html")]
struct ChooseDevice {
    page: Page,
    flow: String,
    email: String,
    devices: Vec<Choice>,
}

struct Choice {
    id: String,
    name: String,
    hint: String,
    first: bool,
}

#[derive(Template)]
#[template(path = "sign_in/factor.html")]
struct Factor {
    page: Page,
    flow: String,
    email: String,
    device_id: String,
    device_name: String,
    several: bool,
    /// How wrong the device's clock was found to be, in words.
    clock: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in/mail_code.html")]
struct MailCodePage {
    page: Page,
    flow: String,
    again: String,
    instead: String,
    email: String,
    /// The last four digits of the number that the code went to as a text.
    texted: Option<String>,
    state: String,
}

/// `GET /signin`
pub(crate) async fn chooser(visit: Visit) -> Response {
    if visit.ctx.session.is_some() && !visit.query.has("return_to") {
        return visit.see_other(app::landing::CONSOLE_HOME);
    }
    let return_to = visit.query.get("return_to").and_then(app::landing::checked);
    show_chooser(visit, StatusCode::OK, return_to, String::new())
}

/// `POST /signin`
pub(crate) async fn name_user(mut visit: Visit) -> Response {
    let (kind, email) = match (visit.form.must("user"), visit.form.must("email")) {
        (Ok(kind), Ok(email)) => (kind.to_owned(), email.to_owned()),
        _ => return visit.refuse(&Code::MalformedForm.into()),
    };
    let return_to = visit.form.get("return_to").and_then(app::landing::checked);
    match kind.as_str() {
        "root" => {}
        "iam" => return visit.refuse(&Code::NoIamUsers.into()),
        _ => return visit.refuse(&Code::MalformedForm.into()),
    }
    match visit
        .app()
        .begin_sign_in(&visit.ctx, &email, return_to.as_deref())
        .await
    {
        Ok(flow) => visit.see_other(&path(&flow)),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            visit.wrong("email", &refusal);
            show_chooser(visit, StatusCode::UNPROCESSABLE_ENTITY, return_to, email)
        }
        Err(error) => visit.refuse(&error),
    }
}

fn show_chooser(
    mut visit: Visit,
    status: StatusCode,
    return_to: Option<String>,
    email: String,
) -> Response {
    let title = visit.t().s("sign-in-title");
    let template = Chooser {
        page: visit.page(title),
        return_to,
        email,
    };
    visit.render(status, &template)
}

/// `GET /signin/f/{flow}`: whatever the flow waits for.
pub(crate) async fn flow(Path(id): Path<String>, visit: Visit) -> Response {
    with_flow(visit, &id, StatusCode::OK, None).await
}

/// `POST /signin/f/{flow}/password`
pub(crate) async fn password(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(typed) = visit.form.must("password").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let moved = visit.app().offer_password(&visit.ctx, &flow, &typed).await;
    moved_on(visit, &id, moved).await
}

/// `POST /signin/f/{flow}/device`: a choice, or none to choose again.
pub(crate) async fn device(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let chosen = match visit.form.get("device").map(str::parse).transpose() {
        Ok(chosen) => chosen,
        Err(_) => return visit.refuse(&Code::NoSuchDevice.into()),
    };
    let moved = visit.app().choose_device(&visit.ctx, &flow, chosen).await;
    moved_on(visit, &id, moved).await
}

/// `POST /signin/f/{flow}/factor`
pub(crate) async fn factor(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let (Ok(device), Ok(code)) = (
        visit.form.must("device"),
        visit.form.must("code").map(str::to_owned),
    ) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let Ok(device) = device.parse() else {
        return visit.refuse(&Code::NoSuchDevice.into());
    };
    let moved = visit
        .app()
        .offer_code(&visit.ctx, &flow, &device, &code)
        .await;
    moved_on(visit, &id, moved).await
}

/// `POST /signin/f/{flow}/mail-code`
pub(crate) async fn mail_code(Path(id): Path<String>, visit: Visit) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let Ok(code) = visit.form.must("code").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let moved = visit.app().offer_mail_code(&visit.ctx, &flow, &code).await;
    moved_on(visit, &id, moved).await
}

/// `POST /signin/f/{flow}/mail-again`
pub(crate) async fn mail_again(Path(id): Path<String>, visit: Visit) -> Response {
    send_again(id, visit, false).await
}

/// `POST /signin/f/{flow}/mail-instead`: by mail, whatever the last one went by.
pub(crate) async fn mail_instead(Path(id): Path<String>, visit: Visit) -> Response {
    send_again(id, visit, true).await
}

async fn send_again(id: String, mut visit: Visit, by_mail: bool) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    let moved = visit.app().mail_code_again(&visit.ctx, &flow, by_mail);
    let moved = moved.await;
    if matches!(moved, Ok(Moved::On)) {
        let view = visit.app().look_at_sign_in(&visit.ctx, &flow).await;
        let texted = view.is_ok_and(|view| view.machine.texted().is_some());
        let said = if texted {
            "flash-text-sent"
        } else {
            "flash-mail-sent"
        };
        visit.flash("ok", said);
    }
    moved_on(visit, &id, moved).await
}

async fn moved_on(mut visit: Visit, id: &str, moved: Result<Moved, Error>) -> Response {
    match moved {
        Ok(Moved::On) => visit.see_other(&format!("/signin/f/{id}")),
        Ok(Moved::In { opened, landing }) => {
            visit.set_cookie(cookie::SESSION, opened.token.expose());
            visit.set_cookie(cookie::KNOWN, opened.known.expose());
            visit.see_other(&landing)
        }
        // Pressed late, twice or in another tab: on to where the flow is (P-05).
        Ok(Moved::Refused(refusal)) | Err(Error::Refused(refusal))
            if refusal.code == Code::OutOfOrder =>
        {
            visit.see_other(&format!("/signin/f/{id}"))
        }
        Ok(Moved::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.code.status())
                .unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            with_flow(visit, id, status, Some(refusal)).await
        }
        Err(error) => visit.refuse(&error),
    }
}

async fn with_flow(
    visit: Visit,
    id: &str,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Response {
    let Ok(flow) = id.parse::<FlowId>() else {
        return visit.refuse(&Code::FlowOver.into());
    };
    match visit.app().look_at_sign_in(&visit.ctx, &flow).await {
        Ok(view) => {
            if matches!(view.machine, SignIn::AwaitCheck { .. }) {
                return check::with_check(visit, Before::Password, &flow, status, refusal).await;
            }
            let mailed = match view.machine {
                SignIn::AwaitMailCode { ref texted, .. } => {
                    let words = if texted.is_some() { "text" } else { "mail" };
                    let of = (flow.as_str(), MailKind::SignInCode);
                    outbox::sent_line(&visit, of, words).await
                }
                _ => String::new(),
            };
            show(visit, &flow, view, status, refusal, mailed)
        }
        Err(error) => visit.refuse(&error),
    }
}

fn show(
    mut visit: Visit,
    id: &FlowId,
    view: View,
    status: StatusCode,
    refusal: Option<Refusal>,
    state: String,
) -> Response {
    let t = visit.t();
    let flow = path(id);
    match view.machine {
        SignIn::AwaitCheck { .. } => visit.see_other(&flow),
        SignIn::AwaitPassword { email, .. } => {
            mark(&mut visit, "password", refusal.as_ref());
            let closed = refusal
                .is_some_and(|r| matches!(r.code, Code::PasswordClosed | Code::PasswordWait));
            let email_query =
                percent_encoding::utf8_percent_encode(&email, percent_encoding::NON_ALPHANUMERIC)
                    .to_string();
            let page = visit.page(t.s("sign-in-root-title"));
            visit.render(
                status,
                &PasswordPage {
                    page,
                    flow,
                    email,
                    email_query,
                    closed,
                },
            )
        }
        SignIn::AwaitFactor {
            email,
            device,
            clock,
            ..
        } => {
            let several = view.devices.len() > 1;
            let chosen = chosen(&view.devices, device.as_ref());
            match chosen {
                Some(chosen) => {
                    let (device_id, device_name) = (chosen.id.to_string(), chosen.name.clone());
                    let clock = clock.found_of(&chosen.id);
                    // How wrong the clock is, is what the page says anyway.
                    let refusal = refusal.filter(|r| r.code != Code::DeviceDrifts);
                    mark(&mut visit, "code", refusal.as_ref());
                    let clock = clock.map(|steps| refused::clock(&visit, steps * 30));
                    let page = visit.page(t.s("sign-in-factor-title"));
                    visit.render(
                        status,
                        &Factor {
                            page,
                            flow,
                            email,
                            device_id,
                            device_name,
                            several,
                            clock,
                        },
                    )
                }
                None => {
                    mark(&mut visit, "device", refusal.as_ref());
                    let page = visit.page(t.s("sign-in-factor-title"));
                    let devices = view.devices.iter().enumerate().map(|(n, d)| Choice {
                        id: d.id.to_string(),
                        name: d.name.clone(),
                        hint: if view.stolen.contains(&d.id) {
                            t.s("sign-in-device-stolen")
                        } else if d.suspended(visit.ctx.now) {
                            t.s("sign-in-device-suspended")
                        } else {
                            let date = visit.when(d.registered_at).shown;
                            t.f("sign-in-device-since", &[("date", date)])
                        },
                        first: n == 0,
                    });
                    let devices = devices.collect();
                    visit.render(
                        status,
                        &ChooseDevice {
                            page,
                            flow,
                            email,
                            devices,
                        },
                    )
                }
            }
        }
        SignIn::AwaitMailCode { email, texted, .. } => {
            mark(&mut visit, "code", refusal.as_ref());
            let title = match texted {
                Some(_) => "sign-in-text-title",
                None => "sign-in-mail-title",
            };
            let page = MailCodePage {
                page: visit.page(t.s(title)),
                again: format!("{flow}/mail-again"),
                instead: format!("{flow}/mail-instead"),
                flow,
                email,
                texted: view.texted,
                state,
            };
            visit.render(status, &page)
        }
        SignIn::Done => visit.see_other(&view.landing),
    }
}

/// Marks the field that a refusal is shown at.
fn mark(visit: &mut Visit, field: &str, refusal: Option<&Refusal>) {
    if let Some(refusal) = refusal {
        visit.wrong(field, refusal);
    }
}

/// The device that is asked for: the one chosen, or the only one.
fn chosen<'d>(devices: &'d [Device], chosen: Option<&DeviceId>) -> Option<&'d Device> {
    match (chosen, devices) {
        (Some(id), _) => devices.iter().find(|d| &d.id == id),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn path(id: &FlowId) -> String {
    format!("/signin/f/{id}")
}
