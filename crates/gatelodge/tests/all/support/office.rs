//! What two operators approve, who stops it, and what a dishonest help desk gets.

use super::{NEW, ROOT, letter, opened};
use domain::audit::Actor;
use domain::contact::Kind;
use domain::ids::{OperatorId, SupportId};
use domain::locale::Locale;
use domain::mail::MailKind;
use domain::support::OTHER_LOCKED;
use domain::time::Span;
use factors::totp;
use testkit::rig::{Answer, Browser, Identity, PASSWORD, Rig, each_engine, on_sqlite};

pub(super) const QUEUE: &str = "/operator/support";

/// Somebody of the help desk, signed in.
pub(crate) struct Desk {
    pub(super) id: OperatorId,
    pub(crate) browser: Browser,
}

pub(crate) fn host() -> Actor {
    Actor::Operator {
        user: "root (0)".to_owned(),
    }
}

pub(crate) async fn hired(rig: &Rig, name: &str, by: Actor) -> Desk {
    let email = format!("{name}@example.com");
    let made = rig
        .app
        .create_operator(&rig.ctx(), by, name, &email, Locale::En)
        .await
        .expect("an operator");
    let mut browser = rig.browser();
    let page = browser.open(&made.path).await;
    let seed = totp::Seed::parse(&page.element("key").expect("a key")).expect("a seed");
    let code = totp::code_at(&seed, rig.now().millis())
        .to_text()
        .to_string();
    let fields = [
        ("password", PASSWORD),
        ("password_again", PASSWORD),
        ("code", &code),
    ];
    let page = browser.submit("/operator/set-up", &fields).await;
    assert_eq!(page.path, "/operator/home", "{}", page.text());
    Desk {
        id: made.operator.id,
        browser,
    }
}

impl Desk {
    pub(super) async fn note(&mut self, case: &SupportId) -> Answer {
        let path = format!("{QUEUE}/{case}");
        self.browser.open(&path).await;
        let fields = [("how", "Saw the passport at the branch office.")];
        self.browser.submit(&format!("{path}/note"), &fields).await
    }

    pub(super) async fn press(&mut self, case: &SupportId, what: &str) -> Answer {
        let path = format!("{QUEUE}/{case}");
        self.browser.open(&path).await;
        self.browser.submit(&format!("{path}/{what}"), &[]).await
    }
}

pub(crate) async fn only_case(rig: &Rig) -> SupportId {
    let mut cases = rig.app.support_cases().await.expect("cases");
    assert_eq!(cases.len(), 1);
    cases.remove(0).id
}

/// A case that two operators approved.
async fn approved(rig: &Rig) -> (SupportId, Browser) {
    let mut asker = rig.browser();
    opened(rig, &mut asker, ROOT, NEW).await;
    let case = only_case(rig).await;
    agree(rig, &case).await;
    (case, asker)
}

/// Two operators approve a case.
pub(crate) async fn agree(rig: &Rig, case: &SupportId) {
    let page = hired(rig, "mina", host()).await.note(case).await;
    assert!(page.shows("The note is saved"), "{}", page.text());
    let page = hired(rig, "noor", host())
        .await
        .press(case, "approve")
        .await;
    assert!(page.shows("The case is approved"), "{}", page.text());
}

/// Lets days go by, with what falls due in them.
pub(super) async fn days(rig: &Rig, days: i64) {
    for _ in 0..days {
        rig.wait(Span::minutes(24 * 60 + 1));
        rig.app.sweep_support(&rig.ctx()).await.expect("a sweep");
        rig.settle().await;
    }
}

async fn email_of(rig: &Rig, root: &Identity) -> String {
    let account = rig.app.account(&root.account.id).await;
    account.expect("the account").email
}

// G-23, R-TS-36, R-REC-24: one contact is replaced and nothing else; the other one is locked.
#[test]
fn a_week_after_two_operators_agreed_one_contact_is_replaced_and_nothing_else_r_ts_36_r_rec_24() {
    each_engine(async |rig| {
        let mut root = rig.account("Example", ROOT).await;
        rig.device(&root, "phone").await;
        let (case, mut asker) = approved(rig).await;
        rig.settle().await;
        let before = rig.contents().await;
        let ordered = rig.count_mails(MailKind::SupportWaits).await;
        assert_eq!(ordered, 4, "for days 0, 1, 3 and 6");
        days(rig, 6).await;
        assert_eq!(email_of(rig, &root).await, ROOT);
        let page = asker.open("/support/case").await;
        assert!(page.shows("approved"), "{}", page.text());
        days(rig, 1).await;
        assert_eq!(email_of(rig, &root).await, NEW);
        assert!(asker.open("/support/case").await.shows("was replaced"));
        let after = rig.contents().await;
        for table in ["mfa_device", "saved_code", "session", "known_browser"] {
            assert_eq!(before[table], after[table], "{table}");
        }
        // Whoever still reads the old mailbox is told by the notice of every change, and can take it back.
        let notice = letter(rig, MailKind::EmailChanged, ROOT).await;
        assert!(notice.order.objection.is_some());
        // The password is what it was, and the other contact is locked for 30 days.
        root.account.email = NEW.to_owned();
        let (id, now) = (root.account.id.clone(), rig.now());
        let locked = rig
            .app
            .db()
            .read(move |tx| store::support::locked_until(tx, &id, Kind::Phone, now))
            .await
            .expect("a lock");
        assert!(
            locked.is_some_and(|until| until <= now + OTHER_LOCKED && until > now + Span::days(29))
        );
        let shown = rig.app.support_case(&case).await.expect("the case");
        assert_eq!(shown.case.stage.key(), "done");
        let audit = rig.audit(&root).await;
        for event in [
            "SupportOpened",
            "SupportNoted",
            "SupportApproved",
            "SupportCompleted",
        ] {
            assert!(audit.iter().any(|e| e == event), "{event}: {audit:?}");
        }
    });
}

#[test]
fn a_sign_in_with_a_device_ends_a_case_for_good() {
    each_engine(async |rig| {
        let root = rig.account("Example", ROOT).await;
        let device = rig.device(&root, "phone").await;
        let (case, mut asker) = approved(rig).await;
        days(rig, 3).await;
        rig.sign_in(&mut rig.browser(), &root, Some(&device)).await;
        rig.settle().await;
        assert_eq!(rig.count_mails(MailKind::SupportClosed).await, 1);
        // The asker is not told why: that would tell of the account.
        let page = asker.open("/support/case").await;
        assert!(
            page.shows("ended without an effect") && !page.shows("device"),
            "{}",
            page.text()
        );
        days(rig, 8).await;
        let told = rig.count_mails(MailKind::SupportWaits).await;
        assert_eq!(told, 3, "the notice of day 6 is withdrawn");
        assert_eq!(email_of(rig, &root).await, ROOT);
        let mut late = hired(rig, "late", host()).await;
        assert!(late.press(&case, "approve").await.shows("GL-SUP-003"));
        assert!(late.note(&case).await.shows("GL-SUP-003"));
    });
}

#[test]
fn the_link_of_any_notice_ends_a_case_and_an_operator_can() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", ROOT).await;
        let (case, _) = approved(rig).await;
        days(rig, 6).await;
        let notice = letter(rig, MailKind::SupportWaits, ROOT).await;
        let mut owner = rig.browser();
        let page = owner.open(&notice.order.objection.expect("a link")).await;
        assert_eq!(page.path, "/support/not-me", "{}", page.text());
        assert_eq!(
            rig.app.support_case(&case).await.unwrap().case.stage.key(),
            "waits",
            "a GET changes nothing"
        );
        let page = owner.submit("/support/not-me", &[]).await;
        assert!(page.shows("The case is over"), "{}", page.text());
        days(rig, 3).await;
        assert_eq!(email_of(rig, &root).await, ROOT);
        // Another one, declined while it waits.
        let mut asker = rig.browser();
        opened(rig, &mut asker, ROOT, "third@example.net").await;
        let cases = rig.app.support_cases().await.unwrap();
        let next = cases.iter().find(|c| c.id != case).unwrap().id.clone();
        let mut desk = hired(rig, "olga", host()).await;
        assert!(desk.press(&next, "decline").await.shows("The case is over"));
        assert!(
            asker
                .open("/support/case")
                .await
                .shows("ended without an effect")
        );
    });
}

// The dishonest help desk: one alone, and two of whom one made the other.
#[test]
fn a_dishonest_help_desk_gets_nowhere_alone_or_with_somebody_it_made() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", ROOT).await;
        opened(rig, &mut rig.browser(), ROOT, NEW).await;
        let case = only_case(rig).await;
        let mut mina = hired(rig, "mina", host()).await;
        assert!(mina.press(&case, "approve").await.shows("GL-SUP-004"));
        mina.note(&case).await;
        assert!(mina.press(&case, "approve").await.shows("GL-SUP-005"));
        let by_mina = Actor::SignedInOperator {
            operator: mina.id.clone(),
            session: None,
        };
        let mut puppet = hired(rig, "puppet", by_mina).await;
        let page = puppet.press(&case, "approve").await;
        assert!(page.shows("GL-OPER-009"), "{}", page.text());
        // The owner's own mailbox, a `+` behind it, among the operators.
        let mut own = hired(rig, "root+desk", host()).await;
        assert!(own.press(&case, "approve").await.shows("GL-OPER-010"));
        days(rig, 10).await;
        assert_eq!(email_of(rig, &root).await, ROOT);
        assert_eq!(rig.count_mails(MailKind::SupportWaits).await, 0);
        let tried = rig.audit(&root).await;
        let tried = tried
            .iter()
            .filter(|e| e.starts_with("SupportApproved"))
            .count();
        assert_eq!(tried, 4, "what was tried in vain is written down");
    });
}

#[test]
fn nobody_but_operators_sees_a_case_and_a_decision_asks_for_the_authenticator_again() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", ROOT).await;
        opened(rig, &mut rig.browser(), ROOT, NEW).await;
        let case = only_case(rig).await;
        let mut owner = rig.browser();
        rig.sign_in(&mut owner, &root, None).await;
        for path in [QUEUE.to_owned(), format!("{QUEUE}/{case}")] {
            let page = owner.open(&path).await;
            assert_eq!(
                page.path.split('?').next(),
                Some("/operator"),
                "{}",
                page.text()
            );
        }
        let mut mina = hired(rig, "mina", host()).await;
        let page = mina.browser.open(&format!("{QUEUE}/{case}")).await;
        // R-TS-36: what the asker typed, and a cut contact; the mailbox that was named was typed.
        assert!(
            page.shows("r•••@e•••") && page.shows(NEW),
            "{}",
            page.text()
        );
        rig.wait(Span::minutes(11));
        let page = mina.press(&case, "decline").await;
        assert_eq!(
            page.path.split('?').next(),
            Some("/operator/proof"),
            "{}",
            page.text()
        );
        assert_eq!(
            rig.app.support_case(&case).await.unwrap().case.stage.key(),
            "open"
        );
    });
}
