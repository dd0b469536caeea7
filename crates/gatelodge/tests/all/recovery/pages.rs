//! The pages of a recovery as they are read, from the first question to the console.

use super::*;
use crate::snapshots::Album;
use testkit::rig::on_sqlite;

#[test]
fn pages_of_a_recovery() {
    on_sqlite(async |rig| {
        let mut album = Album::default();
        let owner = owner(rig).await;
        let mut browser = rig.browser();
        let page = rig.give_password(&mut browser, &owner.root).await;
        let trouble = browser.open(&page.link("/troubleshoot")).await;
        album.add("troubleshoot", &trouble);
        let way = trouble.link("/recover");
        album.add("what happened", &browser.open(&way).await);
        let page = browser.submit(&way, &[("why", "lost")]).await;
        let case = case_path(&page);
        album.add("the case", &page);
        let page = browser.submit(&format!("{case}/mail"), &[]).await;
        album.add("mail sent", &page);
        let mut elsewhere = rig.browser();
        let page = elsewhere.open(&mailed_link(rig).await).await;
        album.add("the mailed link, in another browser", &page);
        let page = elsewhere.submit(&page.path, &[]).await;
        album.add("confirmed there", &page);
        album.add("mail proved", &browser.open(&case).await);
        let page = press_call(rig, &mut browser, &case).await;
        album.add("calling", &page);
        let order = rig.last_call().await;
        rig.answer_phone(&order).await;
        rig.report(&order, testkit::rig::wrong_digits(&order)).await;
        album.add("wrong digits", &browser.open(&case).await);
        rig.report(&order, CallEvent::Keyed(order.digits.clone()))
            .await;
        album.add("all proofs in", &browser.open(&case).await);
        let page = browser.submit(&format!("{case}/enter"), &[]).await;
        album.add("in again, held", &page);
        album.add("the hold", &browser.open("/console/recovery").await);
        let link = objection_link(rig, MailKind::RecoveryDone).await;
        album.add("this was not me", &rig.browser().open(&link).await);
        insta::assert_snapshot!("pages_of_a_recovery", album.0);
    });
}
