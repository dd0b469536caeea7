//! Contacts, what they were before, and their changes, on both engines.

use super::sample::{NOW, make_account};
use domain::client::Client;
use domain::contact::{Change, Kind as Changed, Stage, UndoneBy};
use domain::dice::Dice;
use domain::ids::{AccountId, ChangeId, OutboxId};
use domain::locale::Locale;
use domain::time::{Span, Timestamp};
use store::StoreError;
use store::contact::{self, Held, Kind};
use store::outbox::{self, Draft};
use store::testing::engines;

fn held(value: &str, changed_at: Option<Timestamp>) -> Held {
    Held {
        value: value.into(),
        changed_at,
        proved_at: Some(NOW),
    }
}

fn change(account: &AccountId, n: u8, begun_at: Timestamp) -> Change {
    Change {
        id: ChangeId::draw(&Dice::new([n; 32]), ""),
        account: account.clone(),
        kind: Changed::Phone,
        value: "+886912345678".into(),
        former: None,
        client: Client {
            address: "192.0.2.1".parse().unwrap(),
            device: "Firefox, Linux".into(),
        },
        begun_at,
        stage: Stage::Made { since: begun_at },
    }
}

#[test]
fn a_former_address_is_found_while_it_is_held_however_it_is_written() {
    for db in engines() {
        let id = make_account(&db, 1);
        let account = id.clone();
        let found = db
            .write_blocking(move |tx| {
                contact::put(
                    tx,
                    &account,
                    Kind::Email,
                    &held("new@example.org", Some(NOW)),
                    Some(&held("Old@Example.com", None)),
                )?;
                Ok::<_, StoreError>((
                    contact::find_by_former_email(tx, "old@example.com", NOW - Span::hours(1))?,
                    contact::find_by_former_email(tx, "old@example.com", NOW)?,
                    contact::find_by_former_email(tx, "new@example.org", NOW - Span::hours(1))?,
                ))
            })
            .unwrap();
        assert_eq!(found, (Some(id.clone()), None, None));
        let account = id.clone();
        let found = db
            .write_blocking(move |tx| {
                contact::former_is_lost(tx, &account, Kind::Email)?;
                contact::find_by_former_email(tx, "old@example.com", NOW - Span::hours(1))
            })
            .unwrap();
        assert_eq!(found, None, "what root said is lost serves nothing");
    }
}

#[test]
fn what_a_contact_was_is_forgotten_once_the_present_value_is_proved_and_old() {
    for db in engines() {
        let id = make_account(&db, 1);
        let other = make_account(&db, 2);
        let (forgotten, kept, unproved) = db
            .write_blocking(move |tx| {
                let late = NOW - Span::days(31);
                let former = held("old", None);
                contact::put(tx, &id, Kind::Phone, &held("a", Some(late)), Some(&former))?;
                contact::put(tx, &id, Kind::Email, &held("b", Some(NOW)), Some(&former))?;
                let mut never = held("c", Some(late));
                never.proved_at = None;
                contact::put(tx, &other, Kind::Phone, &never, Some(&former))?;
                contact::forget_former(tx, NOW - Span::days(30))?;
                let mut former =
                    |id, kind| Ok::<_, StoreError>(contact::find(tx, id, kind)?.unwrap().former);
                Ok::<_, StoreError>((
                    former(&id, Kind::Phone)?,
                    former(&id, Kind::Email)?,
                    former(&other, Kind::Phone)?,
                ))
            })
            .unwrap();
        assert_eq!(forgotten, None);
        assert!(kept.is_some());
        assert!(unproved.is_some(), "it still serves recovery");
    }
}

#[test]
fn changes_are_kept_in_their_order_until_nobody_need_be_told() {
    for db in engines() {
        let id = make_account(&db, 1);
        let (first, second) = (change(&id, 1, NOW), change(&id, 2, NOW + Span::hours(1)));
        let (mut undone, account) = (second.clone(), id.clone());
        undone
            .undo(UndoneBy::Link, NOW + Span::hours(2))
            .expect("within its time");
        let (a, b, c) = (first.clone(), second.clone(), undone.clone());
        let (all, left) = db
            .write_blocking(move |tx| {
                contact::put_change(tx, &b)?;
                contact::put_change(tx, &a)?;
                contact::put_change(tx, &c)?;
                assert_eq!(contact::change(tx, &c.id)?, Some(c.clone()));
                let all = contact::changes(tx, &account)?;
                contact::clean(tx, NOW + Span::days(30))?;
                Ok::<_, StoreError>((all, contact::look_at_changes(tx, &account)?))
            })
            .unwrap();
        assert_eq!(all, [first, undone.clone()]);
        assert_eq!(left, [undone]);
    }
}

#[test]
fn queued_notices_of_a_change_are_taken_back_and_others_stay() {
    for db in engines() {
        let (withdrawn, left) = db
            .write_blocking(|tx| {
                for (n, reference) in [(1, "chg_a"), (2, "chg_a"), (3, "chg_b")] {
                    let row = OutboxId::draw(&Dice::new([n; 32]), "");
                    let draft = Draft {
                        id: &row,
                        kind: outbox::Kind::Mail,
                        topic: "phone-changed",
                        message_id: row.as_str(),
                        reference: Some(reference),
                        locale: Locale::En,
                        recipient: "root@example.com",
                        body: b"{}",
                        erase: false,
                        created_at: NOW,
                        due_at: NOW + Span::hours(24),
                    };
                    outbox::push(tx, &draft)?;
                }
                let withdrawn = outbox::withdraw(tx, "chg_a")?;
                Ok::<_, StoreError>((withdrawn, outbox::backlog(tx)?.waiting))
            })
            .unwrap();
        assert_eq!((withdrawn, left), (2, 1));
    }
}

#[test]
fn a_second_contact_that_is_removed_stays_for_thirty_days_unless_it_is_put_back() {
    for db in engines() {
        let id = make_account(&db, 1);
        let (kept, gone, back) = db
            .write_blocking(move |tx| {
                for kind in [Kind::SecondEmail, Kind::SecondPhone] {
                    contact::put(tx, &id, kind, &held("second", Some(NOW)), None)?;
                    contact::set_removed(tx, &id, kind, Some(NOW))?;
                    contact::former_is_lost(tx, &id, kind)?;
                }
                contact::set_removed(tx, &id, Kind::SecondPhone, None)?;
                contact::forget_former(tx, NOW - Span::millis(1))?;
                let kept = contact::find(tx, &id, Kind::SecondEmail)?;
                contact::forget_former(tx, NOW)?;
                let gone = contact::find(tx, &id, Kind::SecondEmail)?;
                Ok::<_, StoreError>((kept, gone, contact::find(tx, &id, Kind::SecondPhone)?))
            })
            .unwrap();
        let kept = kept.expect("for thirty days");
        assert_eq!((kept.removed_at, kept.former_lost), (Some(NOW), true));
        assert_eq!(gone, None);
        let back = back.expect("it came back");
        assert_eq!((back.removed_at, back.former_lost), (None, false));
    }
}
