//! The outbox of a trial server: who gets in, what is shown, and how little a mail can do there.

use app::settings::Settings;
use domain::mail::{MailKind, MailOrder};
use domain::time::Span;
use http::StatusCode;
use testkit::rig::{Answer, Browser, OUTBOX_KEY, Rig, each_engine, on_sqlite, settings};
use testkit::stores;

async fn opened(rig: &Rig) -> Browser {
    let mut browser = rig.browser();
    let page = browser.open(&format!("/outbox?key={OUTBOX_KEY}")).await;
    assert_eq!(
        (page.status, page.path.as_str()),
        (StatusCode::OK, "/outbox")
    );
    browser
}

/// Somebody asks for a new password.
async fn ask(rig: &Rig, email: &str) {
    let mut browser = rig.browser();
    browser.submit("/signin/forgot", &[("email", email)]).await;
    rig.wait(Span::seconds(6));
    rig.settle().await;
}

fn mails(page: &Answer) -> Vec<String> {
    let mut links = page.links();
    links.retain(|link| link.starts_with("/outbox/mail/"));
    links
}

#[test]
fn the_outbox_opens_with_its_key_only() {
    on_sqlite(async |rig| {
        let mut stranger = rig.browser();
        for path in [
            "/outbox",
            "/outbox?key=",
            "/outbox?key=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "/outbox/mail/out_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "/outbox/phone/886912345678",
            "/outbox/voice/cal_aaaaaaaaaaaaaaaaaaaaaaaaaa/1",
        ] {
            let page = stranger.open(path).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
            assert!(
                page.shows("GL-OUTBOX-001") && page.shows("outbox-key"),
                "where the key is"
            );
        }
        let answer = stranger.get(&format!("/outbox?key={OUTBOX_KEY}")).await;
        assert_eq!(
            answer.location.as_deref(),
            Some("/outbox"),
            "the key leaves the address at once"
        );
        let cookies = answer.headers.get_all("set-cookie").iter();
        let cookie = cookies
            .filter_map(|line| line.to_str().ok())
            .find(|line| line.starts_with("gl_outbox="));
        let cookie = cookie.expect("a cookie");
        assert!(
            cookie.contains("SameSite=Strict") && cookie.contains("HttpOnly"),
            "{cookie}"
        );
        assert_eq!(stranger.open("/outbox").await.status, StatusCode::OK);
        let page = rig.browser().open("/outbox").await;
        assert_eq!(
            page.status,
            StatusCode::FORBIDDEN,
            "the key is not passed on"
        );
    });
}

#[test]
fn a_real_installation_has_no_outbox() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let real = Settings {
            mail: app::settings::Transport::Off,
            voice: app::settings::Transport::Off,
            ..settings()
        };
        let rig = Rig::with(stores::sqlite(), real);
        let page = rig
            .browser()
            .open(&format!("/outbox?key={OUTBOX_KEY}"))
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(rig.app.calls(9).await.is_err());
    });
}

#[test]
fn mails_are_listed_from_the_newest_on_and_for_one_reader() {
    each_engine(async |rig| {
        for (name, email) in [("One", "one@example.com"), ("Two", "two@example.com")] {
            rig.account(name, email).await;
            ask(rig, email).await;
        }
        ask(rig, "nobody@example.com").await;
        let mut browser = opened(rig).await;
        let page = browser.open("/outbox").await;
        assert_eq!(mails(&page).len(), 2, "no decoy: {}", page.text());
        let text = page.text();
        assert!(
            text.find("two@example.com") < text.find("one@example.com"),
            "{text}"
        );
        let page = browser.open("/outbox?to=ONE%40example.com").await;
        assert_eq!(mails(&page).len(), 1);
        assert!(page.shows("Only to ONE@example.com"));
        let page = browser.open(&mails(&page)[0]).await;
        assert!(
            page.shows("no-reply@signin.example.com")
                && page.shows("The mail server has taken the mail")
        );
        // The link in it works, at this very host.
        let reset = page
            .links()
            .into_iter()
            .find(|link| link.starts_with("/reset/"))
            .expect("a link");
        assert_eq!(browser.open(&reset).await.path, "/signin/reset");
    });
}

#[test]
fn a_long_list_goes_on_page_by_page() {
    on_sqlite(async |rig| {
        for number in 0..31 {
            let email = format!("user{number}@example.com");
            rig.account("Example", &email).await;
            ask(rig, &email).await;
        }
        let mut browser = opened(rig).await;
        let page = browser.open("/outbox").await;
        assert_eq!(mails(&page).len(), 30);
        let older = page
            .links()
            .into_iter()
            .find(|link| link.starts_with("/outbox?after="))
            .expect("older mails");
        let page = browser.open(&older).await;
        assert_eq!(mails(&page).len(), 1);
        assert!(page.shows("user0@example.com"));
        for bad in ["/outbox?after=x", "/outbox?after=1.2"] {
            assert_eq!(browser.open(bad).await.status, StatusCode::OK);
        }
        for bad in [
            "/outbox/mail/x",
            "/outbox/mail/out_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "/outbox/phone/0",
        ] {
            let page = browser.open(bad).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{bad}");
            assert!(page.shows("GL-OUTBOX-002"));
        }
    });
}

#[test]
fn a_mail_is_shown_as_text_and_only_our_links_can_be_followed() {
    on_sqlite(async |rig| {
        let name = "<script>alert(1)</script> http://evil.example/";
        rig.account(name, "root@example.com").await;
        ask(rig, "root@example.com").await;
        let mut browser = opened(rig).await;
        let page = browser.open("/outbox").await;
        let page = browser.open(&mails(&page)[0]).await;
        assert!(!page.body.contains("<script>alert"));
        assert!(
            page.links()
                .iter()
                .all(|link| link.starts_with('/') || link.starts_with('#')),
            "{:?}",
            page.links()
        );
    });
}

#[test]
fn every_kind_of_mail_can_be_read_in_every_language() {
    on_sqlite(async |rig| {
        use store::outbox::{Draft, Kind};
        for locale in domain::locale::Locale::ALL {
            for kind in MailKind::ALL
                .iter()
                .filter(|kind| **kind != MailKind::Decoy)
            {
                let mut order = MailOrder::new(*kind, "root@example.com", locale);
                order.link = Some("/go/on".to_owned());
                let body = serde_json::to_vec(&order).unwrap();
                let id = domain::ids::OutboxId::draw(&rig.ctx().dice, "");
                let now = rig.now();
                rig.db()
                    .write(move |tx| {
                        let draft = Draft {
                            id: &id,
                            kind: Kind::Mail,
                            topic: kind.key(),
                            message_id: id.as_str(),
                            reference: None,
                            locale,
                            recipient: "root@example.com",
                            body: &body,
                            erase: false,
                            created_at: now,
                            due_at: now,
                        };
                        store::outbox::push(tx, &draft)
                    })
                    .await
                    .unwrap();
                rig.wait(Span::millis(1));
            }
        }
        let mut browser = opened(rig).await;
        let mut next = Some("/outbox".to_owned());
        let mut seen = 0;
        while let Some(path) = next {
            let page = browser.open(&path).await;
            seen += mails(&page).len();
            next = page
                .links()
                .into_iter()
                .find(|link| link.starts_with("/outbox?after="));
        }
        assert_eq!(seen, 3 * (MailKind::ALL.len() - 1));
    });
}

#[test]
fn the_page_that_asks_for_the_mailed_code_says_where_the_mail_is_p_08() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        let page = rig.give_password(&mut browser, &root).await;
        assert!(page.shows("The mail is about to leave"), "{}", page.text());
        rig.wait(Span::seconds(6));
        rig.settle().await;
        let page = browser.open(&page.path).await;
        assert!(
            page.shows("The mail server has taken the mail"),
            "{}",
            page.text()
        );
    });
}
