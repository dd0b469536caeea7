//! "This was not me", the hold, and the holder of the old device.
use super::*;
use domain::refusal::Code;
use domain::time::Span;
use testkit::rig::{each_engine, on_sqlite};

async fn press(rig: &Rig, link: &str) -> Answer {
    let mut browser = rig.browser();
    browser.open(link).await;
    browser.submit("/signin/objection", &[]).await
}

#[test]
fn an_objection_before_completion_closes_the_case_and_freezes_for_a_day() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        let link = objection_link(rig, MailKind::RecoveryBegun).await;
        let mut reader = rig.browser();
        let moved = reader.get(&link).await;
        assert_eq!(moved.location.as_deref(), Some("/signin/objection"));
        let page = reader.open(&link).await;
        assert!(
            page.shows("Was this not you?") && page.shows("127.0.0.1"),
            "{}",
            page.text()
        );
        assert!(
            browser.open(&case).await.shows("Sign in to the console"),
            "looking stops nothing"
        );

        let page = press(rig, &link).await;
        assert!(
            page.shows("For 24 hours, nobody can get in"),
            "{}",
            page.text()
        );
        assert!(browser.open(&case).await.shows("this was not me"));
        assert_eq!(enter(&mut browser, &case).await.status.as_u16(), 410);
        assert_eq!(rig.count_mails(MailKind::Objected).await, 1);
        assert_eq!(press(rig, &link).await.status.as_u16(), 410, "single use");

        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        assert!(page.shows("GL-REC-008"), "frozen: {}", page.text());
        let page = rig
            .sign_in(&mut rig.browser(), &owner.root, Some(&owner.app))
            .await;
        assert_eq!(
            page.path, "/console/password",
            "the device still works and a new password is asked for"
        );
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let page = browser.open(&format!("{}/troubleshoot", factor.path)).await;
        assert!(
            !page.shows("GL-REC-008"),
            "password and device lift the freeze: {}",
            page.text()
        );
    });
}

#[test]
fn a_second_objection_within_a_week_only_delays() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        begin(rig, &mut browser, &owner, "lost").await;
        press(rig, &objection_link(rig, MailKind::RecoveryBegun).await).await;
        rig.wait(Span::hours(25));
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        let page = press(rig, &objection_link(rig, MailKind::RecoveryBegun).await).await;
        assert!(page.shows("put off until"), "{}", page.text());
        let page = browser.open(&case).await;
        assert!(page.shows("This recovery must wait"), "{}", page.text());
        assert_eq!(enter(&mut browser, &case).await.status.as_u16(), 429);
        rig.wait(Span::hours(24));
        browser
            .submit(
                &format!("{case}/password"),
                &[("password", &owner.root.password)],
            )
            .await;
        prove_mail(rig, &mut browser, &case).await;
        prove_phone(rig, &mut browser, &case).await;
        assert_eq!(
            enter(&mut browser, &case).await.status.as_u16(),
            303,
            "the owner is not shut out"
        );
    });
}

#[test]
fn an_objection_after_completion_ends_the_session_but_removes_no_device() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        enter(&mut browser, &case).await;
        let page = press(rig, &objection_link(rig, MailKind::RecoveryDone).await).await;
        assert!(page.shows("The session is ended"), "{}", page.text());
        assert!(sessions(rig, &owner).await.is_empty());
        assert!(
            browser
                .open("/console/home")
                .await
                .path
                .starts_with("/signin")
        );
        assert_eq!(rig.devices(&owner.root.account.id).await.len(), 1);
    });
}

#[test]
fn an_objection_dies_72_hours_after_the_case() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        enter(&mut browser, &case).await;
        let link = objection_link(rig, MailKind::RecoveryDone).await;
        rig.wait(Span::hours(72));
        assert_eq!(press(rig, &link).await.status.as_u16(), 410);
    });
}

#[test]
fn the_old_device_ends_the_recovered_session_and_lifts_the_hold() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let mut thief = rig.browser();
        let case = all_proofs(rig, &mut thief, &owner, "lost").await;
        enter(&mut thief, &case).await;
        let made = rig.device(&owner.root, "made in the recovery").await;
        let (id, of) = (made.id.clone(), sessions(rig, &owner).await);
        let recovered = of.first().map(|s| s.origin.clone());
        let Some(domain::session::Origin::Recovered { case: case_id }) = recovered else {
            panic!("not recovered")
        };
        bind_device(rig, &id, &case_id).await;

        let mut browser = rig.browser();
        let page = rig
            .sign_in(&mut browser, &owner.root, Some(&owner.app))
            .await;
        assert!(page.path.starts_with("/console"), "{}", page.text());
        let left = sessions(rig, &owner).await;
        assert!(left.iter().all(|s| s.hold.is_none()) && left.len() == 1);
        assert!(
            thief
                .open("/console/home")
                .await
                .path
                .starts_with("/signin")
        );
        let devices = rig.devices(&owner.root.account.id).await;
        let names: Vec<_> = devices.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(
            names,
            ["old phone"],
            "what was made in the recovery is gone"
        );
        assert!(
            !devices.iter().any(|d| d.suspended(rig.now())),
            "and the old device is in use"
        );
    });
}

/// Marks a device as registered in a recovered session.
async fn bind_device(rig: &Rig, device: &domain::ids::DeviceId, case: &domain::ids::CaseId) {
    let (account, seed) = {
        let id = device.clone();
        rig.db()
            .read(move |tx| {
                let found = store::device::find(tx, &id)?;
                Ok::<_, store::StoreError>((found, store::device::seed(tx, &id)?))
            })
            .await
            .expect("the device")
    };
    let mut row = account.expect("the device");
    row.case = Some(case.clone());
    let bytes = seed.expose().clone();
    rig.db()
        .write(move |tx| {
            store::device::remove(tx, &row.account, &row.id)?;
            store::device::insert(tx, &row, &row.name, &bytes)
        })
        .await
        .expect("bound");
}

#[test]
fn a_device_older_than_the_case_decides_in_the_console() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let tablet = rig.device(&owner.root, "tablet").await;
        rig.wait(Span::hours(1));
        for (act, held) in [("lift", false), ("undo", true)] {
            let mut browser = rig.browser();
            let factor = rig.give_password(&mut browser, &owner.root).await;
            let flow = factor.path.clone();
            browser.open(&format!("{flow}/recover")).await;
            let gone = format!("gone-{}", owner.app.id);
            let page = browser
                .submit(
                    &format!("{flow}/recover"),
                    &[("why", "lost"), (&gone, "yes")],
                )
                .await;
            let case = case_path(&page);
            prove_mail(rig, &mut browser, &case).await;
            prove_phone(rig, &mut browser, &case).await;
            enter(&mut browser, &case).await;
            let mut other = rig.browser();
            rig.sign_in(&mut other, &owner.root, Some(&tablet)).await;
            let home = other.open("/console/home").await;
            assert!(home.links().iter().any(|l| l == "/console/recovery"));
            let page = other.open("/console/recovery").await;
            assert!(
                page.shows("It was me") && page.shows("It was not me"),
                "{}",
                page.text()
            );
            let id = page
                .body
                .split("rec_")
                .nth(1)
                .map(|r| format!("rec_{}", &r[..26]));
            let id = id.expect("the case");
            let mine = browser.open("/console/recovery").await;
            assert!(
                !mine.shows("It was me"),
                "a recovered session decides nothing"
            );
            let forced = browser
                .submit("/console/recovery/lift", &[("case", &id)])
                .await;
            assert!(
                forced.shows(Code::ProofsMissing.as_str()),
                "{}",
                forced.text()
            );

            let done = other
                .submit(&format!("/console/recovery/{act}"), &[("case", &id)])
                .await;
            assert!(done.path.starts_with("/console"), "{}", done.text());
            let left = sessions(rig, &owner).await;
            let recovered = left
                .iter()
                .filter(|s| matches!(s.origin, domain::session::Origin::Recovered { .. }));
            let now = rig.now();
            let still: Vec<_> = recovered.map(|s| s.held(now, true)).collect();
            if held {
                assert!(still.is_empty(), "its sessions are over");
            } else {
                assert_eq!(still, [false], "the hold is over");
            }
            rig.wait(Span::hours(30));
            let id = owner.root.account.id.clone();
            rig.db()
                .write(move |tx| {
                    store::session::end_all(tx, &id)?;
                    store::account::require_new_password(tx, &id, false)
                })
                .await
                .expect("a fresh start");
            let app = owner.app.id.clone();
            rig.db()
                .write(move |tx| store::device::suspend(tx, &app, None))
                .await
                .expect("back in use");
        }
    });
}

#[test]
fn a_form_names_no_device_that_is_out_of_use() {
    each_engine(async |rig| {
        let owner = owner(rig).await;
        let tablet = rig.device(&owner.root, "tablet").await;
        let (app, until) = (owner.app.id.clone(), rig.now() + Span::hours(72));
        rig.db()
            .write(move |tx| store::device::suspend(tx, &app, Some(until)))
            .await
            .expect("out of use");
        let mut browser = rig.browser();
        let factor = rig.give_password(&mut browser, &owner.root).await;
        let begin = format!("{}/recover", factor.path);
        browser.open(&begin).await;
        let fields = [&owner.app.id, &tablet.id].map(|id| format!("gone-{id}"));
        let [app, other] = fields.each_ref().map(|field| (field.as_str(), "yes"));
        let strange = ("gone-mfa_none", "yes");
        let page = browser
            .submit(&begin, &[("why", "lost"), app, other, strange])
            .await;
        let id = case_path(&page).rsplit('/').next().map(str::parse);
        let id: domain::ids::CaseId = id.expect("a case").expect("its id");
        let stored = rig
            .db()
            .read(move |tx| store::recovery::find(tx, &id))
            .await;
        let case = stored.expect("the store").expect("the case").case;
        assert_eq!(case.lost, std::slice::from_ref(&tablet.id));
    });
}

#[test]
fn an_older_saved_code_ends_the_waiting_time() {
    on_sqlite(async |rig| {
        let owner = owner(rig).await;
        let codes = saved_codes(rig, &owner.root).await;
        rig.wait(Span::minutes(1));
        let mut browser = rig.browser();
        let case = all_proofs(rig, &mut browser, &owner, "lost").await;
        enter(&mut browser, &case).await;
        let page = browser.open("/console/recovery").await;
        assert!(page.shows("End the waiting time now"), "{}", page.text());
        let wrong = browser
            .submit("/console/recovery/code", &[("code", &stray_code())])
            .await;
        assert_eq!(wrong.status.as_u16(), 422, "{}", wrong.text());
        browser
            .submit("/console/recovery/code", &[("code", &codes[0])])
            .await;
        let now = rig.now();
        let left = sessions(rig, &owner).await;
        assert!(left.iter().all(|s| !s.held(now, true)), "over by time");
        assert!(
            left.iter().all(|s| s.held(now, false)),
            "a device is still asked for"
        );
    });
}
