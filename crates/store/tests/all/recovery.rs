//! Cases, calls, freezes, suspensions, contacts and saved codes, on both engines.

use super::sample::{NOW, make_account};
use domain::call::{CallRecord, Outcome, Progress, Purpose};
use domain::client::Client;
use domain::dice::Dice;
use domain::ids::{AccountId, CallId, CaseId, DeviceId, RecoveryContactId, SavedCodeId};
use domain::locale::Locale;
use domain::recovery::{
    Case, ClosedBy, MailProof, OBJECTION_LIFE, PhoneProof, ReclaimFacts, Status, TOLD_AGAIN,
    WaitsFor, Which, Why,
};
use domain::recovery_contact::RecoveryContact;
use domain::time::{Span, Timestamp};
use store::contact::{self, Held, Kind};
use store::saved_code::SavedCode;
use store::testing::engines;
use store::{Db, StoreError, Tx};

fn dice(n: u8) -> Dice {
    Dice::new([n; 32])
}

fn client() -> Client {
    Client {
        address: "192.0.2.1".parse().unwrap(),
        device: "Firefox, Linux".into(),
    }
}

fn case(account: &AccountId, n: u8) -> Case {
    Case {
        id: CaseId::draw(&dice(n), "case"),
        account: account.clone(),
        opened_at: NOW,
        client: client(),
        locale: Locale::Ja,
        phrase: 7,
        why: Why::Lost,
        theft_told: false,
        lost: vec![DeviceId::draw(&dice(n), "")],
        password_at: NOW,
        password_set_at: NOW,
        mail: MailProof::None,
        mail_ever: false,
        mails: Vec::new(),
        phone: PhoneProof::None,
        mail_which: Which::First,
        phone_which: Which::First,
        saved_code: None,
        asked: Vec::new(),
        waits_from: None,
        waits_for: WaitsFor::Contacts,
        told_again: false,
        not_before: None,
        objected: false,
        status: Status::Open,
    }
}

fn write<T: Send + 'static>(
    db: &Db,
    f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    db.write_blocking(f).unwrap()
}

#[test]
fn a_case_is_kept_sealed_and_found_by_its_browser() {
    for db in engines() {
        let account = make_account(&db, 1);
        let (mut kept, browser) = (case(&account, 1), vec![9_u8; 32]);
        let (row, cookie) = (kept.clone(), browser.clone());
        write(&db, move |tx| store::recovery::insert(tx, &row, &cookie));
        let id = kept.id.clone();
        let stored = write(&db, move |tx| store::recovery::lock(tx, &id)).unwrap();
        assert_eq!((&stored.case, &stored.browser), (&kept, &browser));

        let (who, cookie) = (account.clone(), browser.clone());
        let open_at = move |db: &Db, now: Timestamp| {
            let (who, cookie) = (who.clone(), cookie.clone());
            write(db, move |tx| {
                store::recovery::of_browser(tx, &cookie, &who, now)
            })
        };
        assert_eq!(open_at(&db, NOW), Some(kept.id.clone()));
        assert_eq!(
            open_at(&db, NOW + Span::hours(1)),
            None,
            "dead without the mail proof"
        );

        kept.mail_ever = true;
        let next = kept.clone();
        write(&db, move |tx| store::recovery::save(tx, &next));
        assert_eq!(
            open_at(&db, NOW + Span::hours(23)),
            Some(kept.id.clone()),
            "the mail proof lengthens its life"
        );
    }
}

#[test]
fn cases_out_of_time_are_handed_to_the_timer_and_kept_for_objections() {
    for db in engines() {
        let account = make_account(&db, 2);
        let mut kept = case(&account, 2);
        let row = kept.clone();
        write(&db, move |tx| store::recovery::insert(tx, &row, &[1; 32]));
        let late = NOW + Span::hours(1);
        let overdue = |db: &Db, now| write(db, move |tx| store::recovery::overdue(tx, now, 9));
        assert!(overdue(&db, late - Span::millis(1)).is_empty());
        assert_eq!(overdue(&db, late), [kept.id.clone()]);

        kept.status = Status::Closed {
            at: late,
            by: ClosedBy::Time,
        };
        let closed = kept.clone();
        write(&db, move |tx| store::recovery::save(tx, &closed));
        assert!(overdue(&db, late).is_empty());
        let last = late + OBJECTION_LIFE;
        let id = kept.id.clone();
        let there = move |db: &Db| {
            let id = id.clone();
            write(db, move |tx| store::recovery::find(tx, &id)).is_some()
        };
        write(&db, move |tx| {
            store::recovery::clean(tx, last - Span::millis(1))
        });
        assert!(there(&db));
        write(&db, move |tx| store::recovery::clean(tx, last));
        assert!(!there(&db));
    }
}

fn record(account: &AccountId, n: u8, number: &str, block: &str) -> CallRecord {
    CallRecord {
        call: CallId::draw(&dice(n), number),
        account: account.clone(),
        purpose: Purpose::Recovery(CaseId::draw(&dice(n), "")),
        number: number.into(),
        block: block.into(),
        placed_at: NOW,
        changed_at: NOW,
        connected: false,
        wrong: 0,
        progress: Progress::Dialling,
        price: 10,
    }
}

#[test]
fn calls_are_counted_for_account_number_and_network_and_lost_ones_are_not() {
    for db in engines() {
        let (mine, other) = (make_account(&db, 3), make_account(&db, 4));
        let mut answered = record(&mine, 1, "+886912345678", "192.0.2.0/24");
        let same_number = record(&other, 2, "+886912345678", "203.0.113.0/24");
        let same_block = record(&other, 3, "+886911111111", "192.0.2.0/24");
        let foreign = record(&other, 4, "+886911111111", "203.0.113.0/24");
        let mut lost = record(&mine, 5, "+886912345678", "192.0.2.0/24");
        lost.progress = Progress::Ended(Outcome::Lost);
        let all = [answered.clone(), same_number, same_block, foreign, lost];
        write(&db, move |tx| {
            all.iter().try_for_each(|c| store::call::put(tx, c))
        });
        answered.connected = true;
        answered.wrong = 2;
        answered.progress = Progress::Ended(Outcome::HungUp);
        let changed = answered.clone();
        write(&db, move |tx| store::call::put(tx, &changed));

        let who = mine.clone();
        let seen = write(&db, move |tx| {
            store::call::recent(tx, &who, "+886912345678", "192.0.2.0/24", NOW)
        });
        let marks: Vec<_> = seen
            .iter()
            .map(|c| (c.same_account, c.same_number, c.same_block))
            .collect();
        assert_eq!(seen.len(), 3, "neither the lost call nor the foreign one");
        assert!(marks.contains(&(true, true, true)));
        assert!(marks.contains(&(false, true, false)));
        assert!(marks.contains(&(false, false, true)));
        let mine_seen = seen.iter().find(|c| c.same_account).unwrap();
        assert!(mine_seen.connected && mine_seen.wrong == 2 && !mine_seen.running);

        let spent = write(&db, |tx| store::call::spent(tx, NOW - Span::hours(1)));
        assert_eq!(spent.len(), 4, "of all accounts, but for the lost call");
        assert!(spent.iter().all(|s| s.price == 10 && s.at == NOW));
        let later = write(&db, |tx| store::call::spent(tx, NOW));
        assert_eq!(later.len(), 0);

        let id = answered.call.clone();
        let placed = write(&db, move |tx| store::call::find(tx, &id)).unwrap();
        assert_eq!((placed.account, placed.purpose), (mine, answered.purpose));
        let gone = write(&db, move |tx| store::call::clean(tx, NOW + Span::hours(25)));
        assert_eq!(gone, 5);
    }
}

#[test]
fn a_freeze_has_an_end_and_can_be_lifted_but_is_still_counted() {
    for db in engines() {
        let account = make_account(&db, 5);
        let who = account.clone();
        write(&db, move |tx| {
            store::recovery::freeze(tx, &who, "root5@example.com", NOW, NOW + Span::hours(24))
        });
        let until = |db: &Db| {
            let who = account.clone();
            write(db, move |tx| store::recovery::frozen_until(tx, &who))
        };
        assert_eq!(until(&db), Some(NOW + Span::hours(24)));
        let who = account.clone();
        write(&db, move |tx| store::recovery::lift_freeze(tx, &who));
        assert_eq!(until(&db), None);
        let who = account.clone();
        let counted = write(&db, move |tx| {
            store::recovery::freezes(tx, &who, NOW - Span::days(30))
        });
        assert_eq!(counted.len(), 1, "lifting does not give freezes back");
    }
}

#[test]
fn a_device_put_out_of_use_remembers_its_case_and_is_removed_when_it_was_replaced() {
    for db in engines() {
        let account = make_account(&db, 6);
        let known = ReclaimFacts {
            account: account.clone(),
            device: DeviceId::draw(&dice(6), ""),
            case: CaseId::draw(&dice(6), ""),
            until: NOW + Span::hours(72),
            stolen: false,
        };
        let row = known.clone();
        write(&db, move |tx| store::recovery::suspend(tx, &row, NOW));
        let device = known.device.clone();
        let found = write(&db, move |tx| store::recovery::suspension(tx, &device));
        assert_eq!(found, Some(known.clone()));
        let due = |db: &Db| {
            write(db, |tx| {
                store::recovery::to_remove(tx, NOW + Span::days(4), 9)
            })
        };
        assert!(due(&db).is_empty(), "it comes back into use");
        let (who, device) = (account.clone(), known.device.clone());
        assert!(write(&db, move |tx| store::recovery::remove_later(
            tx, &who, &device
        )));
        assert_eq!(due(&db), [(known.device.clone(), account.clone())]);
        let who = account.clone();
        let listed = write(&db, move |tx| store::recovery::suspensions(tx, &who));
        assert!(listed.iter().any(|s| s.device == known.device && s.remove));
        let device = known.device.clone();
        write(&db, move |tx| {
            store::recovery::forget_suspension(tx, &device)
        });
        assert!(due(&db).is_empty());

        let (id, who) = (known.case.clone(), account.clone());
        write(&db, move |tx| store::recovery::dispute(tx, &id, &who, NOW));
        assert_eq!(write(&db, |tx| store::recovery::disputes(tx, 9)).len(), 1);
    }
}

#[test]
fn a_contact_keeps_what_it_was_before() {
    for db in engines() {
        let account = make_account(&db, 7);
        let old = Held {
            value: "+886911111111".into(),
            changed_at: None,
            proved_at: Some(NOW),
        };
        let new = Held {
            value: "+886922222222".into(),
            changed_at: Some(NOW),
            proved_at: None,
        };
        let (who, first, second) = (account.clone(), old.clone(), new.clone());
        write(&db, move |tx| {
            contact::put(tx, &who, Kind::Phone, &first, None)?;
            contact::put(tx, &who, Kind::Phone, &second, Some(&first))?;
            contact::prove(tx, &who, Kind::Phone, NOW + Span::minutes(1))
        });
        let find = |db: &Db| {
            let who = account.clone();
            write(db, move |tx| contact::find(tx, &who, Kind::Phone)).unwrap()
        };
        let kept = find(&db);
        assert_eq!(kept.present.value, new.value);
        assert_eq!(kept.present.proved_at, Some(NOW + Span::minutes(1)));
        assert_eq!(kept.former, Some(old));
        assert!(!kept.former_lost);
        let who = account.clone();
        write(&db, move |tx| {
            contact::former_is_lost(tx, &who, Kind::Phone)
        });
        assert!(find(&db).former_lost);
        let who = account.clone();
        write(&db, move |tx| contact::remove(tx, &who, Kind::Phone));
        let who = account.clone();
        assert_eq!(
            write(&db, move |tx| contact::find(tx, &who, Kind::Phone)),
            None
        );
    }
}

#[test]
fn a_saved_code_is_used_once_and_proves_nothing_while_held() {
    for db in engines() {
        let account = make_account(&db, 8);
        let code = |n: u8, hold| SavedCode {
            id: SavedCodeId::draw(&dice(n), ""),
            phc: "$argon2id$".into(),
            made_at: NOW,
            hold_until: hold,
            used_at: None,
        };
        let held_until = NOW + Span::hours(24);
        let (free, held) = (code(1, None), code(2, Some(held_until)));
        let (who, a, b) = (account.clone(), free.clone(), held.clone());
        write(&db, move |tx| {
            store::saved_code::insert(tx, &who, "AB", &a)?;
            store::saved_code::insert(tx, &who, "CD", &b)
        });
        let left = |db: &Db, now| {
            let who = account.clone();
            write(db, move |tx| store::saved_code::left(tx, &who, now))
        };
        assert_eq!((left(&db, NOW), left(&db, held_until)), (1, 2));
        let who = account.clone();
        let found = write(&db, move |tx| {
            store::saved_code::of_selector(tx, &who, "CD")
        })
        .unwrap();
        assert!(!found.usable(NOW) && found.usable(held_until));
        let id = free.id.clone();
        let twice = write(&db, move |tx| {
            let first = store::saved_code::use_up(tx, &id, NOW)?;
            Ok((first, store::saved_code::use_up(tx, &id, NOW)?))
        });
        assert_eq!(twice, (true, false));
        let id = free.id.clone();
        let used = write(&db, move |tx| store::saved_code::find(tx, &id)).unwrap();
        assert!(!used.usable(NOW));
        let who = account.clone();
        write(&db, move |tx| store::saved_code::remove_all(tx, &who));
        assert_eq!(left(&db, held_until), 0);
    }
}

#[test]
fn recovery_contacts_are_kept_sealed_and_accept_once_and_a_waiting_case_is_told_of_again() {
    for db in engines() {
        let (account, other) = (make_account(&db, 1), make_account(&db, 2));
        let person = |n: u8| RecoveryContact {
            id: RecoveryContactId::draw(&dice(n), ""),
            account: account.clone(),
            name: format!("Person {n}"),
            email: format!("person{n}@example.net"),
            locale: Locale::Ja,
            named_at: NOW + Span::minutes(i64::from(n)),
            accepted_at: None,
        };
        let people = [person(1), person(2)];
        for person in people.clone() {
            write(&db, move |tx| store::recovery_contact::insert(tx, &person));
        }
        let id = account.clone();
        let kept = write(&db, move |tx| store::recovery_contact::of_account(tx, &id));
        assert_eq!(kept, people);
        let first = people[0].id.clone();
        let accepted = write(&db, move |tx| {
            let once = store::recovery_contact::accept(tx, &first, NOW)?;
            let twice = store::recovery_contact::accept(tx, &first, NOW + Span::hours(1))?;
            let stranger = store::recovery_contact::remove(tx, &other, &first)?;
            Ok((
                once,
                twice,
                stranger,
                store::recovery_contact::find(tx, &first)?,
            ))
        });
        let at = accepted.3.and_then(|person| person.accepted_at);
        assert_eq!(
            (accepted.0, accepted.1, accepted.2, at),
            (true, false, false, Some(NOW))
        );
        let (id, second) = (account.clone(), people[1].id.clone());
        let left = write(&db, move |tx| {
            store::recovery_contact::distrust_all(tx)?;
            store::recovery_contact::remove(tx, &id, &second)?;
            store::recovery_contact::of_account(tx, &id)
        });
        assert_eq!(left, people[..1], "after the trial nobody has accepted");

        let mut waiting = case(&account, 9);
        waiting.waits_from = Some(NOW);
        let case_id = waiting.id.clone();
        let told = write(&db, move |tx| {
            store::recovery::insert(tx, &waiting, &[1; 32])?;
            let early = store::recovery::to_tell(tx, NOW + TOLD_AGAIN - Span::seconds(1), 9)?;
            let due = store::recovery::to_tell(tx, NOW + TOLD_AGAIN, 9)?;
            let mut waiting = waiting.clone();
            waiting.told_again = true;
            store::recovery::save(tx, &waiting)?;
            let after = store::recovery::to_tell(tx, NOW + TOLD_AGAIN, 9)?;
            let open = store::recovery::open(tx, &waiting.account, NOW)?;
            Ok((early, due, after, open))
        });
        assert_eq!(told, (vec![], vec![case_id.clone()], vec![], vec![case_id]));
    }
}
