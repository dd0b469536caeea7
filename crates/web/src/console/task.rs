//! The words of console home's list: what to do and why, what is done, and how often the root user signs in.

use crate::device::HERE as CREDENTIALS;
use crate::visit::Visit;
use app::nudge::Advice;
use domain::contact::PROVE_AGAIN_AFTER;
use domain::nudge::{Facts, Nudge, UNUSED};
use domain::time::Timestamp;

/// A line of the list.
pub(super) struct Task {
    /// The word of the nudge in forms.
    pub(super) key: &'static str,
    pub(super) title: String,
    pub(super) why: String,
    /// Where it is done; blank where there is nothing to do.
    pub(super) to: String,
    /// The words of the button that leads there.
    pub(super) act: String,
    /// Whether it is done by sending a form there.
    pub(super) post: bool,
    pub(super) can_wait: bool,
    /// Until when it was put off.
    pub(super) until: String,
}

/// Where a nudge leads, and the keys of its title, its reason and its button.
fn parts(nudge: Nudge) -> [&'static str; 4] {
    let new_device = "/console/security-credentials/devices/new";
    let proof = "/console/account/phone/proof";
    let email = "/console/account/email/prove";
    match nudge {
        Nudge::NewPassword => [
            "/console/password",
            "device-password-advised",
            "device-password-advised-why",
            "password-change",
        ],
        Nudge::RegisterDevice => [
            new_device,
            "console-mfa-off",
            "console-mfa-off-why",
            "console-do",
        ],
        Nudge::SecondDevice => [
            new_device,
            "nudge-second",
            "nudge-second-why",
            "device-register",
        ],
        Nudge::NoCodes => [
            "/console/security-credentials/saved-codes/renew",
            "nudge-codes-none",
            "nudge-codes-none-why",
            "nudge-codes-make",
        ],
        Nudge::FewCodes => [
            "/console/security-credentials#saved-codes",
            "nudge-codes-few",
            "nudge-codes-few-why",
            "console-see",
        ],
        Nudge::FewContacts => [
            "/console/security-credentials/recovery-contacts",
            "nudge-contacts-few",
            "nudge-contacts-few-why",
            "console-see",
        ],
        Nudge::UnusedDevice => [
            "/console/step-up?device=",
            "nudge-unused",
            "nudge-unused-why",
            "nudge-try",
        ],
        Nudge::AddPhone => [
            "/console/account/contact",
            "account-todo-no-phone",
            "account-todo-no-phone-why",
            "account-todo-add",
        ],
        Nudge::ProvePhone => [
            proof,
            "account-todo-phone",
            "account-todo-phone-why",
            "account-prove-phone",
        ],
        Nudge::CheckPhone => [
            proof,
            "account-todo-phone-due",
            "account-todo-proved",
            "account-prove-phone-again",
        ],
        Nudge::ProveEmail => [
            email,
            "account-todo-email-due",
            "account-todo-email-why",
            "account-prove-email",
        ],
        Nudge::CheckEmail => [
            email,
            "account-todo-email-due",
            "account-todo-proved",
            "account-prove-email",
        ],
        Nudge::Rehearse => [
            "/console/security-credentials/readiness",
            "nudge-rehearse",
            "nudge-rehearse-why",
            "nudge-try",
        ],
    }
}

/// A nudge in words.
pub(super) fn task(visit: &Visit, facts: &Facts, nudge: Nudge, until: Option<Timestamp>) -> Task {
    let t = visit.t();
    let [to, title, why, act] = parts(nudge);
    let unused = facts.unused(visit.ctx.now);
    let proved_at = match nudge {
        Nudge::CheckPhone => facts.phone.flatten(),
        _ => facts.email_proved_at,
    };
    let device = unused.map_or(String::new(), |device| device.name.clone());
    let time = proved_at.map_or(String::new(), |at| visit.when(at).shown);
    let days = UNUSED.as_millis() / 86_400_000;
    let to = match (nudge, unused) {
        (Nudge::UnusedDevice, Some(device)) => format!("{to}{}", device.id),
        _ => to.to_owned(),
    };
    let said = |key: &str| {
        t.with(
            key,
            &[
                ("device", &device),
                ("time", &time),
                ("n", &facts.codes),
                ("days", &days),
            ],
        )
    };
    Task {
        key: nudge.key(),
        title: said(title),
        why: said(why),
        to,
        act: t.s(act),
        post: matches!(nudge, Nudge::ProveEmail | Nudge::CheckEmail),
        can_wait: nudge.can_wait(),
        until: until.map_or(String::new(), |until| {
            t.f("nudge-until", &[("time", visit.when(until).shown)])
        }),
    }
}

/// What is in order, so that people see what is guarded and how.
pub(super) fn done(visit: &Visit, facts: &Facts) -> Vec<Task> {
    let t = visit.t();
    let line = |title: &str, why: String, to: &str| Task {
        key: "",
        title: t.s(title),
        why,
        to: to.to_owned(),
        act: t.s("console-see"),
        post: false,
        can_wait: false,
        until: String::new(),
    };
    let fresh = |at: &Timestamp| visit.ctx.now.since(*at) < PROVE_AGAIN_AFTER;
    let proved = |title: &str, at: Timestamp| {
        let why = t.f("account-todo-proved", &[("time", visit.when(at).shown)]);
        line(title, why, "")
    };
    let mut all = Vec::new();
    if !facts.devices.is_empty() {
        let why = t.s("console-mfa-on-why");
        all.push(line("console-mfa-on", why, CREDENTIALS));
    }
    let phone = facts.phone.flatten().filter(fresh);
    all.extend(phone.map(|at| proved("account-todo-phone-proved", at)));
    let email = facts.email_proved_at.filter(fresh);
    all.extend(email.map(|at| proved("account-todo-email-proved", at)));
    all
}

/// How often the root user signed in, and when before this (R-SEC-15).
pub(super) fn sign_ins(visit: &Visit, advice: &Advice) -> Vec<String> {
    let t = visit.t();
    let often = t.f("console-root-often", &[("n", advice.sign_ins)]);
    let before = advice.before.map(|at| {
        let time = visit.when(at).shown;
        t.f("console-root-before", &[("time", time)])
    });
    std::iter::once(often).chain(before).collect()
}
