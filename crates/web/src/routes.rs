//! The whole route table.

use crate::front::{self, Front};
use crate::visit::Glance;
use crate::{
    account, assets, channel, check, console, contact, device, drill, guard, help, operator,
    outbox, password, public, recovery, recovery_contact, sign_in, sign_up, support, voice,
};
use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use domain::refusal::Code;

/// The addresses that carriers are given, and nothing else, behind the guard.
pub fn for_carriers(front: Front) -> Router {
    guarded(Router::new().route(&of_calls(), carriers()), front, None)
}

/// Every address that a carrier may be given.
fn of_calls() -> String {
    format!("{}{{*call}}", front::VOICE)
}

fn carriers() -> MethodRouter<Front> {
    get(voice::callback).post(voice::callback)
}

/// A front for programs that stands beside the pages, behind the same guard.
#[derive(Debug, Clone)]
pub struct Beside {
    /// Which requests are for it.
    pub takes: fn(&Request) -> bool,
    /// What answers them.
    pub router: Router,
}

/// All pages, and what stands beside them, behind the guard.
pub fn router(front: Front, beside: Beside) -> Router {
    guarded(pages(), front, Some(beside))
}

fn pages() -> Router<Front> {
    Router::new()
        .route("/", get(public::front))
        .route("/language", post(public::language))
        .route("/signout", post(public::sign_out))
        .route("/healthz", get(public::health))
        .route("/readyz", get(public::ready))
        .route("/static/{name}", get(assets::plain))
        .route("/static/{hash}/{name}", get(assets::hashed))
        .route("/help", get(help::index))
        .route("/help/reach", get(help::reach))
        .route(
            "/help/user-types",
            get(help::user_types).post(help::find_kind),
        )
        .route("/help/{topic}", get(help::topic))
        .route("/signin", get(sign_in::chooser).post(sign_in::name_user))
        .route("/signin/f/{flow}", get(sign_in::flow))
        .route("/signin/f/{flow}/password", post(sign_in::password))
        .route("/signin/f/{flow}/device", post(sign_in::device))
        .route("/signin/f/{flow}/factor", post(sign_in::factor))
        .route("/signin/f/{flow}/mail-code", post(sign_in::mail_code))
        .route("/signin/f/{flow}/mail-instead", post(sign_in::mail_instead))
        .route("/signin/f/{flow}/mail-again", post(sign_in::mail_again))
        .route("/signin/f/{flow}/unlock", post(password::request_unlock))
        .route("/signin/forgot", get(password::forgot).post(password::send))
        .route("/signin/forgot/sent", get(password::sent))
        .route(
            "/signin/addresses",
            get(password::addresses).post(password::mail_addresses),
        )
        .route("/signin/addresses/sent", get(password::addresses_sent))
        .route("/reset/{token}", get(password::open_reset))
        .route("/reset/not-me/{token}", get(password::open_objection))
        .route(
            "/signin/reset",
            get(password::reset).post(password::set_reset),
        )
        .route(
            "/signin/reset/not-me",
            get(password::objection).post(password::object),
        )
        .route("/unlock/{token}", get(password::open_unlock))
        .route(
            "/signin/unlock",
            get(password::unlock).post(password::set_unlock),
        )
        .route("/signin/unlock/sent", get(password::unlock_sent))
        .route("/set-up/{token}", get(sign_up::open_set_up))
        .route("/signin/f/{flow}/troubleshoot", get(recovery::trouble))
        .route(
            "/signin/f/{flow}/recover",
            get(recovery::begin).post(recovery::begun),
        )
        .route(
            "/signin/f/{flow}/resync",
            get(recovery::resync).post(recovery::resynced),
        )
        .route("/signin/r/{case}", get(recovery::show))
        .route("/signin/r/{case}/mail", post(recovery::mail))
        .route("/signin/r/{case}/code", post(recovery::code))
        .route("/signin/r/{case}/call", post(recovery::call))
        .route("/signin/r/{case}/saved-code", post(recovery::saved_code))
        .route("/signin/r/{case}/password", post(recovery::password))
        .route("/signin/r/{case}/why", post(recovery::why))
        .route("/signin/r/{case}/enter", post(recovery::enter))
        .route("/signin/r/{case}/close", post(recovery::close))
        .route("/signin/verify/{token}", get(recovery::proof_link))
        .route(
            "/signin/verify",
            get(recovery::proof).post(recovery::proof_confirmed),
        )
        .route("/signin/r/{case}/ask", post(recovery::ask))
        .route("/signin/confirm/{token}", get(recovery::question_link))
        .route(
            "/signin/confirm",
            get(recovery::question).post(recovery::answered),
        )
        .route("/recovery-contact/{token}", get(recovery_contact::link))
        .route(
            "/recovery-contact",
            get(recovery_contact::invitation).post(recovery_contact::answer),
        )
        .route("/signin/objection/{token}", get(recovery::objection_link))
        .route(
            "/signin/objection",
            get(recovery::objection).post(recovery::objected),
        )
        .route("/console/recovery", get(recovery::hold))
        .route("/console/recovery/lift", post(recovery::lift))
        .route("/console/recovery/undo", post(recovery::undo))
        .route("/console/recovery/code", post(recovery::by_code))
        .route("/open", get(sign_up::email).post(sign_up::begin))
        .route("/open/f/{flow}", get(sign_up::flow))
        .route("/open/f/{flow}/code", post(sign_up::code))
        .route("/open/f/{flow}/mail-again", post(sign_up::mail_again))
        .route("/open/f/{flow}/details", post(sign_up::details))
        .route(
            "/console/password",
            get(password::change).post(password::set_change),
        )
        .route(&of_calls(), carriers())
        .route("/console", get(console::root))
        .route("/console/home", get(console::home))
        .route("/console/home/later", post(console::later))
        .merge(check_pages())
        .merge(support_pages())
        .merge(device_pages())
        .merge(outbox_pages())
        .merge(account_pages())
        .merge(operator_pages())
}

fn guarded(pages: Router<Front>, front: Front, beside: Option<Beside>) -> Router {
    pages
        .fallback(no_such_page)
        .method_not_allowed_fallback(wrong_method)
        .layer(axum::middleware::from_fn_with_state(
            (front.clone(), beside),
            guard::enter,
        ))
        .with_state(front)
}

fn check_pages() -> Router<Front> {
    Router::new()
        .route("/signin/f/{flow}/check", post(check::answer))
        .route("/signin/f/{flow}/check/again", post(check::again))
        .route("/signin/f/{flow}/check/{set}/picture", get(check::picture))
        .route("/signin/f/{flow}/check/{set}/sound", get(check::sound))
        .route(
            "/signin/forgot/f/{flow}/check/{set}/sound",
            get(check::sound_reset),
        )
        .route("/signin/forgot/f/{flow}", get(check::reset))
        .route("/signin/forgot/f/{flow}/check", post(check::answer_reset))
        .route(
            "/signin/forgot/f/{flow}/check/again",
            post(check::again_reset),
        )
        .route(
            "/signin/forgot/f/{flow}/check/{set}/picture",
            get(check::picture_reset),
        )
}

fn support_pages() -> Router<Front> {
    Router::new()
        .route("/support", get(support::form).post(support::begin))
        .route("/support/f/{flow}", get(support::flow))
        .route("/support/f/{flow}/code", post(support::code))
        .route("/support/f/{flow}/mail-again", post(support::mail_again))
        .route("/support/f/{flow}/check", post(check::answer_support))
        .route("/support/f/{flow}/check/again", post(check::again_support))
        .route(
            "/support/f/{flow}/check/{set}/picture",
            get(check::picture_support),
        )
        .route(
            "/support/f/{flow}/check/{set}/sound",
            get(check::sound_support),
        )
        .route("/support/c/{token}", get(support::follow))
        .route("/support/case", get(support::case))
        .route("/support/case/end", post(support::take_back))
        .route("/support/case/mail", post(support::mail_proof))
        .route("/support/case/enter", post(support::enter))
        .route("/support/case/call", post(support::call))
        .route("/support/call/{flow}", get(contact::proof::follow))
        .route("/support/call/{flow}/call", post(contact::proof::again))
        .route("/operator/support", get(support::office::queue))
        .route("/operator/support/{case}", get(support::office::case))
        .route("/operator/support/{case}/note", post(support::office::note))
        .route(
            "/operator/support/{case}/approve",
            post(support::office::approve),
        )
        .route(
            "/operator/support/{case}/decline",
            post(support::office::decline),
        )
        .route("/support/not-me/{token}", get(support::stop_link))
        .route("/support/not-me", get(support::stop).post(support::stopped))
}

fn device_pages() -> Router<Front> {
    let at = |path: &str| format!("{}{path}", device::HERE);
    Router::new()
        .route(device::HERE, get(device::credentials))
        .route(
            &at("/devices/new"),
            get(device::register::name).post(device::register::begin),
        )
        .route(
            &at("/devices/new/{flow}"),
            get(device::register::set_up).post(device::register::assign),
        )
        .route(
            &at("/devices/{device}/rename"),
            get(device::act::rename).post(device::act::set_name),
        )
        .route(
            &at("/devices/{device}/resync"),
            get(device::act::resync).post(device::act::set_clock),
        )
        .route(
            &at("/devices/{device}/remove"),
            get(device::act::remove).post(device::act::confirm_remove),
        )
        .route(
            &at("/saved-codes/renew"),
            get(device::saved_code::ask_renew).post(device::saved_code::renew),
        )
        .route(
            &at("/saved-codes/replace"),
            post(device::saved_code::replace),
        )
        .route(
            &at("/saved-codes/{flow}"),
            get(device::saved_code::show).post(device::saved_code::keep),
        )
        .route(&at("/recovery-contacts"), get(recovery_contact::list))
        .route(
            &at("/recovery-contacts/new"),
            get(recovery_contact::new).post(recovery_contact::invite),
        )
        .route(
            &at("/recovery-contacts/{contact}/invite"),
            post(recovery_contact::invite_again),
        )
        .route(
            &at("/recovery-contacts/{contact}/remove"),
            get(recovery_contact::ask_remove).post(recovery_contact::remove),
        )
        .route(&at("/sessions/end"), post(device::session::end))
        .route(&at("/readiness"), get(drill::ready))
        .route(&at("/drill"), post(drill::begin))
        .route(&at("/drill/{flow}"), get(drill::show))
        .route(&at("/drill/{flow}/{act}"), post(drill::act))
        .route(
            "/console/step-up",
            get(device::step_up::show).post(device::step_up::prove),
        )
}

fn outbox_pages() -> Router<Front> {
    Router::new()
        .route("/outbox", get(outbox::list))
        .route("/outbox/mail/{id}", get(outbox::mail))
        .route("/outbox/phone/{number}", get(outbox::call))
        .route("/outbox/phone/{number}/{act}", post(outbox::touch))
        .route("/outbox/voice/{call}/{turn}", get(outbox::recording))
}

fn operator_pages() -> Router<Front> {
    Router::new()
        .route("/operator", get(operator::sign_in).post(operator::offer))
        .route("/operator/f/{flow}", get(operator::flow))
        .route("/operator/f/{flow}/check", post(check::answer_operator))
        .route(
            "/operator/f/{flow}/check/again",
            post(check::again_operator),
        )
        .route(
            "/operator/f/{flow}/check/{set}/picture",
            get(check::picture_operator),
        )
        .route(
            "/operator/f/{flow}/check/{set}/sound",
            get(check::sound_operator),
        )
        .route("/operator/set-up/{token}", get(operator::open_set_up))
        .route(
            "/operator/set-up",
            get(operator::set_up).post(operator::finish),
        )
        .route("/operator/language", post(public::language))
        .route("/operator/home", get(operator::home))
        .route("/operator/channel", get(channel::changes))
        .route("/operator/channel/{part}/{verdict}", post(channel::decide))
        .route(
            "/operator/proof",
            get(operator::proof).post(operator::prove),
        )
        .route("/operator/sign-out", post(operator::sign_out))
        .route("/operator/sessions/end", post(operator::end_others))
}

fn account_pages() -> Router<Front> {
    use contact::{email, proof, second, undo};
    use domain::contact::Kind::{Email, Phone, SecondEmail, SecondPhone};
    Router::new()
        .route("/console/account", get(account::show))
        .route(
            "/console/account/name",
            get(account::name).post(account::rename),
        )
        .route(
            "/console/account/language",
            get(account::language).post(account::set_language),
        )
        .route(
            "/console/account/contact",
            get(contact::edit).post(contact::draft),
        )
        .route(
            "/console/account/contact/{flow}",
            get(contact::confirm).post(contact::save),
        )
        .route("/console/account/phone/preview", post(contact::preview))
        .route(
            "/console/account/phone/proof",
            get(|v| proof::begin(v, Phone)).post(|v| proof::start(v, Phone)),
        )
        .route("/console/account/phone/proof/{flow}", get(proof::follow))
        .route(
            "/console/account/phone/proof/{flow}/call",
            post(proof::again),
        )
        .route(
            "/console/account/email",
            get(|v| email::edit(v, Email)).post(|v| email::send(v, Email)),
        )
        .route(
            "/console/account/email/code",
            get(email::code).post(email::prove),
        )
        .route(
            "/console/account/email/prove",
            post(|v| email::prove_present(v, Email)),
        )
        .route("/console/account/email/again", post(email::again))
        .route("/console/account/email/drop", post(email::drop_it))
        .route(
            "/console/account/change/{change}/undo",
            get(undo::ask_back).post(undo::take_back),
        )
        .route(
            "/console/account/change/{change}/lost",
            get(undo::ask_lost).post(undo::say_lost),
        )
        .route(
            "/console/account/second-email",
            get(|v| email::edit(v, SecondEmail)).post(|v| email::send(v, SecondEmail)),
        )
        .route(
            "/console/account/second-email/prove",
            post(|v| email::prove_present(v, SecondEmail)),
        )
        .route(
            "/console/account/second-email/remove",
            get(|v| second::ask(v, SecondEmail)).post(|v| second::remove(v, SecondEmail)),
        )
        .route(
            "/console/account/second-phone",
            get(contact::edit_second).post(contact::draft_second),
        )
        .route(
            "/console/account/second-phone/proof",
            get(|v| proof::begin(v, SecondPhone)).post(|v| proof::start(v, SecondPhone)),
        )
        .route(
            "/console/account/second-phone/remove",
            get(|v| second::ask(v, SecondPhone)).post(|v| second::remove(v, SecondPhone)),
        )
        .route("/contact/undo/{token}", get(undo::link))
        .route("/contact/undo", get(undo::show).post(undo::press))
}

async fn no_such_page(Glance(visit): Glance) -> Response {
    visit.refuse(&Code::NoSuchPage.into())
}

async fn wrong_method(Glance(visit): Glance) -> Response {
    visit.refuse(&Code::WrongMethod.into())
}
