//! A root user loses the device and gets back in: the whole way, its variants, and those who try to abuse it.

mod abuse;
pub(crate) mod after;
mod calls;
mod clock;
mod objections;
mod pages;
mod people;
mod telephone;
mod wait;
mod way;

use domain::call::{CallEvent, CallOrder, Outcome, Say};
use domain::mail::MailKind;
use factors::saved_code::SavedCodes;
use store::contact::{Held, Kind};
use testkit::rig::{Answer, Authenticator, Browser, Identity, Rig, wrong_digits};

pub(crate) const PHONE: &str = "+886912345678";
pub(crate) const EMAIL: &str = "root@example.com";

/// A root user with a registered app and a proved phone, both as old as the account.
pub(crate) struct Owner {
    pub(crate) root: Identity,
    pub(crate) app: Authenticator,
}

pub(crate) async fn owner(rig: &Rig) -> Owner {
    let root = rig.account("Example", EMAIL).await;
    let app = rig.device(&root, "old phone").await;
    give_phone(rig, &root, PHONE).await;
    // The account is not as young as its first sign-in.
    rig.wait(domain::time::Span::days(60));
    Owner { root, app }
}

async fn give_phone(rig: &Rig, root: &Identity, number: &str) {
    let held = Held {
        value: number.to_owned(),
        changed_at: None,
        proved_at: Some(rig.now()),
    };
    let id = root.account.id.clone();
    rig.db()
        .write(move |tx| store::contact::put(tx, &id, Kind::Phone, &held, None))
        .await
        .expect("a contact");
}

/// Saved codes behind the pages, as texts.
pub(crate) async fn saved_codes(rig: &Rig, root: &Identity) -> Vec<String> {
    let ctx = rig.ctx();
    let bytes = std::array::from_fn(|n| ctx.dice.bytes(&format!("saved {n}")));
    let set = SavedCodes::from_bytes(&bytes);
    let mut texts = Vec::new();
    for (n, code) in set.codes().iter().enumerate() {
        let place = app::hash::Place::of(&ctx, domain::throttle::Standing::Known);
        let salt = ctx.dice.bytes(&format!("salt {n}"));
        let phc = rig
            .app
            .hashes()
            .hash(code.to_password(), salt, &place)
            .await;
        let row = store::saved_code::SavedCode {
            id: domain::ids::SavedCodeId::draw(&ctx.dice, &n.to_string()),
            phc: phc.expect("a hash"),
            made_at: rig.now(),
            hold_until: None,
            used_at: None,
        };
        let (id, selector) = (root.account.id.clone(), code.selector());
        rig.db()
            .write(move |tx| store::saved_code::insert(tx, &id, selector.as_str(), &row))
            .await
            .expect("a row");
        texts.push(code.to_text().to_string());
    }
    texts
}

/// Password given, *Troubleshoot MFA* pressed, the device said to be lost: the page of the case.
pub(crate) async fn begin(rig: &Rig, browser: &mut Browser, owner: &Owner, why: &str) -> Answer {
    let factor = rig.give_password(browser, &owner.root).await;
    let page = browser.open(&factor.link("/troubleshoot")).await;
    let way = page.link("/recover");
    browser.open(&way).await;
    browser.submit(&way, &[("why", why)]).await
}

/// The address of the case whose page this is.
pub(crate) fn case_path(page: &Answer) -> String {
    page.path.split('?').next().unwrap_or_default().to_owned()
}

async fn mailed_code(rig: &Rig) -> String {
    let letter = rig.mail(MailKind::RecoveryProof, EMAIL).await;
    letter
        .and_then(|l| l.order.code)
        .expect("a code in the mail")
}

async fn mailed_link(rig: &Rig) -> String {
    let letter = rig.mail(MailKind::RecoveryProof, EMAIL).await;
    letter
        .and_then(|l| l.order.link)
        .expect("a link in the mail")
}

async fn objection_link(rig: &Rig, kind: MailKind) -> String {
    let letter = rig.mail(kind, EMAIL).await;
    letter
        .and_then(|l| l.order.objection)
        .expect("a link to object with")
}

/// The e-mail is sent and its code typed.
pub(crate) async fn prove_mail(rig: &Rig, browser: &mut Browser, case: &str) -> Answer {
    browser.submit(&format!("{case}/mail"), &[]).await;
    let code = mailed_code(rig).await;
    browser
        .submit(&format!("{case}/code"), &[("code", &code)])
        .await
}

/// *Call me now*, a second after whatever was before: so the newest call is the newest.
async fn press_call(rig: &Rig, browser: &mut Browser, case: &str) -> Answer {
    rig.wait(domain::time::Span::seconds(1));
    browser.submit(&format!("{case}/call"), &[]).await
}

/// The call is ordered on the page and the digits are keyed on the phone.
async fn prove_phone(rig: &Rig, browser: &mut Browser, case: &str) -> Answer {
    press_call(rig, browser, case).await;
    let order = rig.last_call().await;
    rig.answer_phone(&order).await;
    let said = rig
        .report(&order, CallEvent::Keyed(order.digits.clone()))
        .await;
    assert_eq!(said, Some(Say::Thanks));
    browser.open(case).await
}

/// All proofs in.
pub(crate) async fn all_proofs(
    rig: &Rig,
    browser: &mut Browser,
    owner: &Owner,
    why: &str,
) -> String {
    let page = begin(rig, browser, owner, why).await;
    let case = case_path(&page);
    prove_mail(rig, browser, &case).await;
    prove_phone(rig, browser, &case).await;
    case
}

pub(crate) async fn enter(browser: &mut Browser, case: &str) -> Answer {
    browser.post(&format!("{case}/enter"), &[]).await
}

pub(crate) async fn sessions(rig: &Rig, owner: &Owner) -> Vec<domain::session::Session> {
    let id = owner.root.account.id.clone();
    rig.db()
        .read(move |tx| store::session::of_account(tx, &id))
        .await
        .expect("sessions")
}

const FAILURES: [(Outcome, &str); 5] = [
    (Outcome::Busy, "The line was busy."),
    (Outcome::Declined, "The call was declined."),
    (Outcome::NoAnswer, "Nobody answered."),
    (Outcome::Barred, "does not let such calls through"),
    (Outcome::Failed, "could not be connected"),
];

/// A saved code that is in no set.
fn stray_code() -> String {
    let bytes = std::array::from_fn(|n| [u8::try_from(n).unwrap_or(0) ^ 0xa5; 10]);
    let set = SavedCodes::from_bytes(&bytes);
    set.codes()[0].to_text().to_string()
}
