//! The account page and contact information: numbers however written, their proof, the e-mail, and every way back.

mod email;
mod hold;
mod phone;
mod proof;
mod second;

use domain::call::{CallEvent, Say};
use domain::mail::MailKind;
use domain::time::Span;
use testkit::rig::{
    Answer, Authenticator, Browser, Identity, Letter, Rig, each_engine, on_sqlite, wrong_digits,
};

const EMAIL: &str = "root@example.com";
const OLD: &str = "+886223456789";
const NEW: &str = "+886912345678";
const CONTACT: &str = "/console/account/contact";

/// A root user with a device and a proved number, signed in.
struct Owner {
    root: Identity,
    app: Authenticator,
    browser: Browser,
}

async fn owner(rig: &Rig) -> Owner {
    let root = rig.account("Example", EMAIL).await;
    let app = rig.device(&root, "my app").await;
    give(rig, &root, OLD).await;
    rig.wait(Span::days(60));
    let mut browser = rig.browser();
    let page = rig.sign_in(&mut browser, &root, Some(&app)).await;
    assert_eq!(page.path, "/console/home", "{}", page.text());
    Owner { root, app, browser }
}

/// A contact person and a proved number, on file since the opening.
async fn give(rig: &Rig, root: &Identity, number: &str) {
    use store::contact::{Held, Kind, put};
    let held = |value: &str, proved_at| Held {
        value: value.to_owned(),
        changed_at: None,
        proved_at,
    };
    let (person, phone) = (held("Lin", None), held(number, Some(rig.now())));
    let id = root.account.id.clone();
    rig.db()
        .write(move |tx| {
            put(tx, &id, Kind::Person, &person, None)?;
            put(tx, &id, Kind::Phone, &phone, None)
        })
        .await
        .expect("a contact");
}

/// Types contact information and answers the page after it.
async fn type_number(browser: &mut Browser, number: &str) -> Answer {
    browser
        .submit(CONTACT, &[("person", "Lin"), ("phone", number)])
        .await
}

/// Types a number and confirms its reading.
async fn save_number(browser: &mut Browser, number: &str) -> Answer {
    let page = type_number(browser, number).await;
    assert!(page.path.starts_with(CONTACT), "{}", page.text());
    let action = page.action(&page.path);
    browser.submit(&action, &[]).await
}

/// Fresh proof, for what was done more than ten minutes after the last.
async fn prove_myself(rig: &Rig, owner: &mut Owner) {
    rig.wait(Span::seconds(60));
    let code = owner.app.code(rig.now());
    let page = owner
        .browser
        .submit(
            "/console/step-up",
            &[
                ("return_to", "/console/account"),
                ("password", &owner.root.password),
                ("device", owner.app.id.as_str()),
                ("code", &code),
            ],
        )
        .await;
    assert_eq!(page.path, "/console/account", "{}", page.text());
}

/// The number on file and when it was last proved.
async fn on_file(rig: &Rig, root: &Identity) -> Option<(String, bool)> {
    let id = root.account.id.clone();
    let kept = rig
        .db()
        .read(move |tx| store::contact::find(tx, &id, store::contact::Kind::Phone))
        .await
        .expect("the contact");
    kept.map(|kept| (kept.present.value, kept.present.proved_at.is_some()))
}

/// All mails of a kind to an address, oldest first.
async fn letters(rig: &Rig, kind: MailKind, to: &str) -> Vec<Letter> {
    let mut all = rig.mails().await;
    all.retain(|letter| letter.order.kind == kind && letter.order.to == to);
    all
}

/// When the rows of a kind of mail to an address are due, in order.
async fn due(rig: &Rig, to: &str) -> Vec<i64> {
    let rows = rig.outbox().await;
    let mut due: Vec<i64> = rows
        .iter()
        .filter(|entry| entry.recipient.expose() == to && entry.topic == "phone-changed")
        .map(|entry| entry.due_at.millis() - rig.now().millis())
        .collect();
    due.sort_unstable();
    due
}

#[test]
fn the_account_page_shows_what_is_on_file_and_why_it_matters_r_con_01_r_con_13_r_con_15() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        let home = owner.browser.open("/console/home").await;
        let menu = home.links();
        assert!(menu.iter().any(|to| to == "/console/account"), "{menu:?}");
        let page = owner.browser.open("/console/account").await;
        for shown in [
            "Example",
            EMAIL,
            "Lin",
            "+886 2 2345 6789",
            "At home: 02 2345 6789",
            "Keep the email address and the phone number up to date",
            "lead you back in when you have lost a device",
            "Let these two senders through",
            "no-reply@signin.example.com",
            "recover-mfa-no-reply@verify.signin.example.com",
            &owner.root.account.id.grouped(),
        ] {
            assert!(page.shows(shown), "{shown}: {}", page.text());
        }
    });
}

#[test]
fn the_account_is_renamed_and_its_mails_change_language_r_root_21() {
    each_engine(async |rig| {
        let mut owner = owner(rig).await;
        let page = owner
            .browser
            .submit("/console/account/name", &[("name", " Beispiel 公司 ")])
            .await;
        assert_eq!(page.path, "/console/account");
        assert!(page.shows("Beispiel 公司"), "{}", page.text());
        for bad in ["", "a\u{202e}b", &"x".repeat(129)] {
            let page = owner
                .browser
                .submit("/console/account/name", &[("name", bad)])
                .await;
            assert_eq!(page.status, 422, "{bad}");
        }
        let page = owner.browser.open("/console/account/language").await;
        for (tag, name) in [("zh-TW", "繁體中文"), ("ja", "日本語"), ("en", "English")] {
            let choice = format!("id=\"lang-{tag}-label\">{name}<");
            assert!(page.body.contains(&choice), "{tag}: {}", page.body);
        }
        let page = owner
            .browser
            .submit("/console/account/language", &[("lang", "ja")])
            .await;
        assert!(page.shows("日本語"), "{}", page.text());
        let bad = owner
            .browser
            .submit("/console/account/language", &[("lang", "xx")])
            .await;
        assert_eq!(bad.status, 400);
        let audit = rig.audit(&owner.root).await;
        assert!(
            audit.contains(&"AccountNameChanged".to_owned()),
            "{audit:?}"
        );
    });
}

#[test]
fn nobody_sees_or_changes_contacts_without_a_session() {
    on_sqlite(async |rig| {
        for path in [
            "/console/account",
            "/console/account/name",
            "/console/account/language",
            CONTACT,
            "/console/account/email",
            "/console/account/email/code",
            "/console/account/phone/proof",
        ] {
            let page = rig.browser().get(path).await;
            let to = page.location.unwrap_or_default();
            assert!(to.starts_with("/signin?return_to="), "{path}: {to}");
            let page = rig
                .browser()
                .post(path, &[("email", "a@example.com")])
                .await;
            assert!(
                page.status == 405 || page.location.is_some() || page.status == 400,
                "{path}: {}",
                page.status
            );
        }
        let page = rig
            .browser()
            .post("/console/account/phone/preview", &[("phone", "0912345678")])
            .await;
        assert!(page.location.is_some());
    });
}

#[test]
fn the_list_of_things_to_do_tells_when_contacts_were_proved_p_12() {
    on_sqlite(async |rig| {
        let mut owner = owner(rig).await;
        let page = owner.browser.open("/console/home").await;
        assert!(page.shows("Your phone number is proved"), "{}", page.text());
        assert!(
            page.shows("Last proved on 15 Jan 2027, 08:00"),
            "{}",
            page.text()
        );
        rig.wait(Span::days(181));
        let mut browser = rig.browser();
        let page = rig
            .sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        assert!(
            page.shows("Is your phone number still the same?"),
            "{}",
            page.text()
        );
        assert!(page.shows("Is your email address still the same?"));
    });
}

#[test]
fn every_country_has_a_name_in_every_language_p_10() {
    for locale in domain::locale::Locale::ALL {
        let t = web::text::T::of(locale);
        for country in factors::phone::countries() {
            assert!(
                t.has(&format!("country-{country}")),
                "{country} in {locale:?}"
            );
        }
    }
}

#[test]
fn where_several_countries_may_be_called_one_is_chosen_and_a_plus_wins_p_10() {
    for db in testkit::stores::engines() {
        let settings = app::settings::Settings {
            call_countries: vec!["JP".to_owned(), "TW".to_owned()],
            ..testkit::rig::settings()
        };
        let rig = Rig::with(db, settings);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let root = rig.account("Example", EMAIL).await;
            let mut browser = rig.browser();
            rig.sign_in(&mut browser, &root, None).await;
            let page = browser.open(CONTACT).await;
            assert!(
                page.shows("Taiwan (+886) Japan (+81)"),
                "home first: {}",
                page.text()
            );
            for (typed, country, reading) in [
                (
                    "090-1234-5678",
                    "JP",
                    "+81 90-1234-5678 · Japan · mobile phone",
                ),
                (
                    "0912 345 678",
                    "TW",
                    "+886 912 345 678 · Taiwan · mobile phone",
                ),
                (
                    "+886 912 345 678",
                    "JP",
                    "+886 912 345 678 · Taiwan · mobile phone",
                ),
            ] {
                let fields = [("phone", typed), ("country", country)];
                let line = browser
                    .post("/console/account/phone/preview", &fields)
                    .await;
                assert_eq!(line.body, reading);
                let page = browser.submit(CONTACT, &fields).await;
                assert!(page.shows(reading), "{}", page.text());
            }
        });
    }
}
