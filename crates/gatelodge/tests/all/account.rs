//! The life of an account: suspended, closed, reopened, and what becomes of its address.

use domain::account::State;
use domain::audit::Actor;
use domain::mail::MailKind;
use domain::time::Span;
use testkit::rig::{Identity, Rig, each_engine, on_sqlite};

async fn turn(rig: &Rig, who: &Identity, next: State) -> Result<(), String> {
    let by = Actor::Operator {
        user: "operator".to_owned(),
    };
    let moved = rig
        .app
        .move_account(&rig.ctx(), by, &who.account.id, next)
        .await;
    moved.map(drop).map_err(|error| error.to_string())
}

#[test]
fn a_closed_account_can_be_reopened_for_ninety_days_and_no_longer_r_con_11() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        turn(rig, &root, State::Closed).await.expect("closing");
        let page = rig.give_password(&mut rig.browser(), &root).await;
        assert!(
            page.text().contains("GL-SIGNIN-011") || page.status.is_client_error(),
            "{}",
            page.text()
        );
        rig.wait(Span::days(89));
        turn(rig, &root, State::Active)
            .await
            .expect("reopening in time");
        turn(rig, &root, State::Closed)
            .await
            .expect("closing again");
        rig.wait(Span::days(90));
        assert!(
            turn(rig, &root, State::Active)
                .await
                .unwrap_err()
                .contains("GL-ACC-007")
        );
    });
}

#[test]
fn the_address_of_a_closed_account_opens_no_other_r_con_12() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        turn(rig, &root, State::Closed).await.expect("closing");
        rig.wait(Span::days(200));
        let mut browser = rig.browser();
        browser.open("/open").await;
        browser
            .submit("/open", &[("email", "root@example.com")])
            .await;
        assert_eq!(rig.count_mails(MailKind::SignUpTaken).await, 1);
        assert_eq!(rig.count_mails(MailKind::SignUpCode).await, 0);
    });
}

#[test]
fn suspending_ends_every_session_at_once_and_tells_the_owner() {
    each_engine(async |rig| {
        let root = rig.account("Example", "root@example.com").await;
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &root, None).await;
        turn(rig, &root, State::Suspended)
            .await
            .expect("suspending");
        let page = browser.get("/console/home").await;
        assert_eq!(
            page.location.as_deref(),
            Some("/signin?return_to=%2Fconsole%2Fhome")
        );
        assert_eq!(rig.count_mails(MailKind::AccountState).await, 1);
        turn(rig, &root, State::Active).await.expect("reactivating");
        let page = rig.give_password(&mut browser, &root).await;
        assert_eq!(page.path, "/console/home", "{}", page.text());
    });
}

#[test]
fn everything_has_a_path_on_one_host_r_url_25() {
    on_sqlite(async |rig| {
        for path in ["/", "/signin", "/signin/forgot", "/open", "/help"] {
            let page = rig.browser().get(path).await;
            assert_eq!(page.status.as_u16(), 200, "{path}");
            assert!(
                page.links().iter().all(|link| !link.starts_with("http")),
                "{path} names a host: {:?}",
                page.links()
            );
        }
    });
}
