//! Operators: set-up, sign-in, fresh proof, and how little a session of one is worth elsewhere.

use super::check::{THERE, browser_at, raise, work};
use domain::audit::Actor;
use domain::locale::Locale;
use domain::mail::MailKind;
use domain::time::Span;
use factors::totp;
use http::StatusCode;
use std::collections::BTreeMap;
use testkit::rig::{Answer, Browser, CREDENTIALS, PASSWORD, Rig, each_engine, on_sqlite};

const EMAIL: &str = "day.desk@example.com";

/// An operator with an authenticator in the hand.
struct Desk {
    seed: totp::Seed,
}

impl Desk {
    fn code(&self, rig: &Rig) -> String {
        let code = totp::code_at(&self.seed, rig.now().millis());
        code.to_text().to_string()
    }
}

fn host() -> Actor {
    Actor::Operator {
        user: "root (0)".to_owned(),
    }
}

async fn invited(rig: &Rig) -> String {
    let ctx = rig.ctx();
    let made = rig
        .app
        .create_operator(&ctx, host(), "Day Desk", EMAIL, Locale::En)
        .await;
    made.expect("an operator").path
}

/// Goes through the set-up; the page after it, and who can sign in from then on.
async fn set_up(rig: &Rig, browser: &mut Browser, path: &str) -> (Answer, Desk) {
    let page = browser.open(path).await;
    assert_eq!(page.path, "/operator/set-up", "{}", page.text());
    let key = page.element("key").expect("a key");
    let desk = Desk {
        seed: totp::Seed::parse(&key).expect("a key of 160 bits"),
    };
    let code = desk.code(rig);
    let page = finish(browser, PASSWORD, &code).await;
    (page, desk)
}

async fn finish(browser: &mut Browser, password: &str, code: &str) -> Answer {
    let fields = [
        ("password", password),
        ("password_again", password),
        ("code", code),
    ];
    browser.submit("/operator/set-up", &fields).await
}

async fn operator(rig: &Rig, browser: &mut Browser) -> Desk {
    let path = invited(rig).await;
    let (page, desk) = set_up(rig, browser, &path).await;
    assert_eq!(page.path, "/operator/home", "{}", page.text());
    desk
}

async fn sign_in(browser: &mut Browser, email: &str, password: &str, code: &str) -> Answer {
    browser.open("/operator").await;
    let fields = [("email", email), ("password", password), ("code", code)];
    browser.submit("/operator", &fields).await
}

/// G-02: nothing counts before password and authenticator are both there.
#[test]
fn a_set_up_asks_for_a_long_password_and_a_code_that_fits_and_works_once() {
    each_engine(async |rig| {
        let path = invited(rig).await;
        let mut browser = rig.browser();
        let page = browser.open(&path).await;
        let key = page.element("key").expect("a key");
        let desk = Desk {
            seed: totp::Seed::parse(&key).unwrap(),
        };
        let short = finish(&mut browser, "fourteen chars", &desk.code(rig)).await;
        assert!(short.shows("needs at least 15"), "{}", short.text());
        let wrong = finish(&mut browser, PASSWORD, "000000").await;
        assert!(wrong.shows("GL-MFA-001"), "{}", wrong.text());
        assert_eq!(
            wrong.element("key"),
            Some(key),
            "the same key is shown again"
        );
        let refused = sign_in(&mut rig.browser(), EMAIL, PASSWORD, &desk.code(rig)).await;
        assert!(refused.shows("GL-OPER-002"), "{}", refused.text());

        let (home, desk) = set_up(rig, &mut browser, &path).await;
        assert_eq!(home.path, "/operator/home", "{}", home.text());
        assert!(home.shows("Day Desk"), "{}", home.text());
        let again = rig.browser().open(&path).await;
        assert!(again.shows("GL-OPER-005"), "{}", again.text());
        rig.wait(Span::seconds(30));
        let home = sign_in(&mut rig.browser(), EMAIL, PASSWORD, &desk.code(rig)).await;
        assert_eq!(home.path, "/operator/home", "{}", home.text());
        assert_eq!(rig.count_mails(MailKind::OperatorSignIn).await, 2);
    });
}

#[test]
fn a_set_up_link_ends_after_half_an_hour_and_with_the_next_one() {
    on_sqlite(async |rig| {
        let path = invited(rig).await;
        let next = rig.app.recover_operator(&rig.ctx(), host(), EMAIL).await;
        let next = next.expect("a link").path;
        assert!(rig.browser().open(&path).await.shows("GL-OPER-005"));
        assert!(!rig.browser().open(&next).await.shows("GL-OPER-005"));
        rig.wait(Span::minutes(30));
        assert!(rig.browser().open(&next).await.shows("GL-OPER-005"));
    });
}

#[test]
fn a_recovery_on_the_host_ends_the_sessions_and_takes_password_and_device_away() {
    each_engine(async |rig| {
        let mut browser = rig.browser();
        let desk = operator(rig, &mut browser).await;
        let again = rig.app.recover_operator(&rig.ctx(), host(), EMAIL).await;
        let path = again.expect("a link").path;
        let page = browser.open("/operator/home").await;
        assert!(
            page.path.starts_with("/operator?return_to="),
            "{}",
            page.path
        );
        rig.wait(Span::seconds(30));
        let page = sign_in(&mut browser, EMAIL, PASSWORD, &desk.code(rig)).await;
        assert!(page.shows("GL-OPER-002"), "{}", page.text());
        let (home, renewed) = set_up(rig, &mut browser, &path).await;
        assert_eq!(home.path, "/operator/home", "{}", home.text());
        assert_ne!(renewed.seed.as_bytes(), desk.seed.as_bytes());

        let gone = rig.app.remove_operator(&rig.ctx(), host(), EMAIL).await;
        assert_eq!(gone.expect("an operator").name, "Day Desk");
        let page = browser.open("/operator/home").await;
        assert!(
            page.path.starts_with("/operator?return_to="),
            "{}",
            page.path
        );
    });
}

#[test]
fn what_an_operator_decides_asks_for_the_device_again_after_ten_minutes() {
    each_engine(async |rig| {
        let mut browser = rig.browser();
        let desk = operator(rig, &mut browser).await;
        let proof = "/operator/proof?return_to=%2Foperator%2Fhome%23operators";
        assert_eq!(browser.open(proof).await.path, "/operator/home#operators");
        rig.wait(Span::minutes(10));
        let page = browser.open(proof).await;
        assert!(page.shows("Confirm that it is you"), "{}", page.text());
        let before = browser.cookies.get("gl_operator").cloned();
        let offer = |code: String| {
            [
                ("return_to", "/operator/home".to_owned()),
                ("password", PASSWORD.to_owned()),
                ("code", code),
            ]
        };
        for (code, ends) in [
            ("000000".to_owned(), "/operator/proof"),
            (desk.code(rig), "/operator/home"),
        ] {
            let fields = offer(code);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let page = browser.submit("/operator/proof", &fields).await;
            assert_eq!(page.path, ends, "{}", page.text());
        }
        assert_ne!(browser.cookies.get("gl_operator").cloned(), before);
        assert_eq!(browser.open(proof).await.path, "/operator/home#operators");
    });
}

/// Every page for operators, with the method it takes.
const PAGES: &[(&str, bool)] = &[
    ("/operator/home", true),
    ("/operator/proof", true),
    ("/operator/sign-out", false),
    ("/operator/sessions/end", false),
    ("/operator/proof", false),
];

#[test]
fn a_session_of_an_account_opens_no_page_for_operators_nor_the_other_way_round() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        for (path, get) in PAGES {
            let page = match get {
                true => browser.get(path).await,
                false => {
                    browser.open("/operator").await;
                    browser.post(path, &[]).await
                }
            };
            let to = page.location.unwrap_or_default();
            assert!(to.starts_with("/operator?return_to="), "{path}: {to}");
        }
        // The cookie of one under the name of the other is none either.
        let mut browser = rig.browser();
        operator(rig, &mut browser).await;
        let token = browser.cookies["gl_operator"].clone();
        assert!(!browser.cookies.contains_key("gl_session"));
        browser.cookies.insert("gl_session".to_owned(), token);
        for path in [
            "/console/home",
            "/console/account",
            CREDENTIALS,
            "/console/password",
        ] {
            let page = browser.get(path).await;
            let to = page.location.unwrap_or_default();
            assert!(to.starts_with("/signin?return_to="), "{path}: {to}");
        }
    });
}

/// R-IAM-10, R-TS-36, R-TS-38: whoever holds a session of an operator finds nothing of an account's credentials.
#[test]
fn no_page_for_operators_shows_anything_of_an_account() {
    each_engine(async |rig| {
        let root = rig.account("Harbour Works", "owner@harbour.example").await;
        let phone = rig.device(&root, "owners phone").await;
        let mut browser = rig.browser();
        operator(rig, &mut browser).await;
        let key = phone.seed.to_base32().to_string();
        for (path, _) in PAGES.iter().filter(|(_, get)| *get) {
            rig.wait(Span::minutes(1));
            let page = browser.open(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            for secret in [
                "owner@harbour.example",
                "Harbour Works",
                "owners phone",
                root.account.id.as_str(),
                &key,
            ] {
                assert!(!page.body.contains(secret), "{path} shows {secret}");
            }
        }
    });
}

#[test]
fn who_guesses_learns_nothing_and_shuts_out_only_strangers() {
    each_engine(async |rig| {
        let mut mine = rig.browser();
        let desk = operator(rig, &mut mine).await;
        mine.submit("/operator/sign-out", &[]).await;
        rig.wait(Span::seconds(30));
        let mut said = Vec::new();
        for email in [EMAIL, "nobody@example.com"] {
            let mut stranger = rig.browser();
            let mut pages = Vec::new();
            for _ in 0..6 {
                let page = sign_in(
                    &mut stranger,
                    email,
                    "harbour lantern wrong maple",
                    "123456",
                )
                .await;
                pages.push((page.status, page.text().replace(email, "…")));
            }
            assert!(pages[5].1.contains("GL-SIGNIN-004"), "{}", pages[5].1);
            said.push(pages.iter().map(|(status, _)| *status).collect::<Vec<_>>());
            assert_eq!(pages[0].0, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(pages[0].1.contains("GL-OPER-002"), "{}", pages[0].1);
        }
        assert_eq!(said[0], said[1]);
        // The right password with a wrong code is told in the same words.
        let mut near = rig.browser();
        near.peer = ([192, 0, 2, 77], 40_000).into();
        rig.wait(Span::minutes(1));
        let page = sign_in(&mut near, EMAIL, PASSWORD, "123456").await;
        assert!(page.shows("GL-OPER-002"), "{}", page.text());
        let home = sign_in(&mut mine, EMAIL, PASSWORD, &desk.code(rig)).await;
        assert_eq!(home.path, "/operator/home", "{}", home.text());
    });
}

#[test]
fn signing_out_ends_the_session_and_ending_the_others_ends_those() {
    each_engine(async |rig| {
        let (mut one, mut two) = (rig.browser(), rig.browser());
        let desk = operator(rig, &mut one).await;
        rig.wait(Span::seconds(30));
        sign_in(&mut two, EMAIL, PASSWORD, &desk.code(rig)).await;
        let home = two.open("/operator/home").await;
        let page = two.submit(&home.action("/sessions/end"), &[]).await;
        assert_eq!(page.path, "/operator/home");
        assert!(
            one.open("/operator/home")
                .await
                .path
                .starts_with("/operator?")
        );
        let token = two.cookies["gl_operator"].clone();
        two.submit("/operator/sign-out", &[]).await;
        two.cookies.insert("gl_operator".to_owned(), token);
        assert!(
            two.open("/operator/home")
                .await
                .path
                .starts_with("/operator?")
        );
    });
}

#[test]
fn the_language_can_be_chosen_on_a_page_for_operators() {
    on_sqlite(async |rig| {
        let mut browser = rig.browser();
        operator(rig, &mut browser).await;
        browser.open("/operator/home").await;
        let fields = [("lang", "ja"), ("return_to", "/operator/home")];
        let page = browser.submit("/operator/language", &fields).await;
        assert!(page.shows("運用担当者ホーム"), "{}", page.text());
    });
}

/// Guessing that is spread over many names: a check stands before strangers, and before nobody who is known.
#[test]
fn while_the_risk_is_raised_a_stranger_does_a_check_first_and_a_known_browser_none() {
    each_engine(async |rig| {
        let mut mine = browser_at(rig, THERE);
        let desk = operator(rig, &mut mine).await;
        mine.submit("/operator/sign-out", &[]).await;
        raise(rig, THERE).await;
        rig.wait(Span::seconds(30));
        let home = sign_in(&mut mine, EMAIL, PASSWORD, &desk.code(rig)).await;
        assert_eq!(home.path, "/operator/home", "{}", home.text());

        rig.wait(Span::seconds(30));
        let mut elsewhere = browser_at(rig, THERE);
        for email in [EMAIL, "nobody@example.com"] {
            let page = sign_in(&mut elsewhere, email, PASSWORD, &desk.code(rig)).await;
            assert!(page.path.starts_with("/operator/f/"), "{}", page.text());
            let page = work(&mut elsewhere, &page).await;
            let flow = page.input("flow").expect("the sign-in behind the check");
            let code = desk.code(rig);
            let fields = [
                ("flow", flow.as_str()),
                ("email", email),
                ("password", PASSWORD),
                ("code", &code),
            ];
            let page = elsewhere.submit("/operator", &fields).await;
            let wanted = match email {
                EMAIL => "/operator/home",
                _ => "/operator",
            };
            assert_eq!(page.path, wanted, "{}", page.text());
            elsewhere.submit("/operator/sign-out", &[]).await;
            elsewhere.cookies.clear();
        }
    });
}

/// R-ROOT-26 for operators: the same page and as many rows, whether the address is an operator's or nobody's.
#[test]
fn an_operators_address_and_one_of_nobody_leave_the_same_rows() {
    each_engine(async |rig| {
        operator(rig, &mut rig.browser()).await;
        // The first failure within ten minutes begins a row for the whole installation, whoever it is.
        sign_in(
            &mut rig.browser(),
            "somebody@example.com",
            PASSWORD,
            "123456",
        )
        .await;
        let mut seen = Vec::new();
        for (email, peer) in [
            (EMAIL, "203.0.113.7:40000"),
            ("no.one@example.com", "198.51.100.7:40000"),
        ] {
            let mut stranger = browser_at(rig, peer);
            let rows = async || {
                let all = rig.contents().await.into_iter();
                all.map(|(table, rows)| (table, rows.len()))
                    .collect::<BTreeMap<_, _>>()
            };
            let before = rows().await;
            let page = sign_in(
                &mut stranger,
                email,
                "harbour lantern wrong maple",
                "123456",
            )
            .await;
            let mut grown = rows().await;
            for (table, count) in &mut grown {
                *count -= before[table];
            }
            assert!(
                grown["counter"] == 1 && grown["audit_record"] == 1,
                "{grown:?}"
            );
            seen.push((grown, page.status, page.text()));
        }
        assert_eq!(seen[0], seen[1]);
    });
}

/// What was set up on trial lay open to whoever had the outbox key or the machine: nobody goes on with it in earnest.
#[test]
fn an_operator_of_a_trial_is_nobody_after_it_until_set_up_anew() {
    each_engine(async |rig| {
        let fresh = app::standing::Standing::Trial;
        rig.app.standing(fresh).await.expect("a trial");
        let mut browser = rig.browser();
        let desk = operator(rig, &mut browser).await;
        let unused = {
            let made = rig
                .app
                .create_operator(&rig.ctx(), host(), "Night", "night@example.com", Locale::En)
                .await;
            made.expect("an operator").path
        };
        let left = rig.app.leave_trial(&rig.ctx(), host()).await;
        assert!(left.expect("no fault"), "it was on trial");
        let page = browser.open("/operator/home").await;
        assert!(page.path.starts_with("/operator?"), "{}", page.path);
        rig.wait(Span::seconds(30));
        let page = sign_in(&mut rig.browser(), EMAIL, PASSWORD, &desk.code(rig)).await;
        assert!(page.shows("GL-OPER-002"), "{}", page.text());
        let page = rig.browser().open(&unused).await;
        assert!(page.shows("GL-OPER-005"), "{}", page.text());
        let listed = rig.app.operators().await.expect("a list");
        assert!(listed.len() == 2 && listed.iter().all(|one| one.set_up_at.is_none()));
        // The host sets one up anew, and nobody else does.
        let again = rig.app.recover_operator(&rig.ctx(), host(), EMAIL).await;
        let (page, _) = set_up(rig, &mut rig.browser(), &again.expect("a link").path).await;
        assert_eq!(page.path, "/operator/home", "{}", page.text());
        let twice = rig.app.leave_trial(&rig.ctx(), host()).await;
        assert!(!twice.expect("no fault"), "a real one has nothing to leave");
    });
}
