//! The outbox: nothing lost, nothing dialled twice, nothing left lying about.

use domain::dice::Dice;
use domain::ids::OutboxId;
use domain::locale::Locale;
use domain::time::{Span, Timestamp};
use store::outbox::{self, Channel, Claimed, Draft, Entry, Kind, State};
use store::testing::engines;
use store::{Db, Sql, StoreError, params};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const LEASE: Span = Span::seconds(60);

fn id(number: u8) -> OutboxId {
    OutboxId::draw(&Dice::new([number; 32]), "")
}

fn push(db: &Db, number: u8, kind: Kind, erase: bool, due_at: Timestamp) -> bool {
    let done: Result<bool, StoreError> = db.write_blocking(move |tx| {
        let message_id = format!("<{number}@signin.example.com>");
        outbox::push(
            tx,
            &Draft {
                id: &id(number),
                kind,
                topic: "recovery-proof",
                message_id: &message_id,
                reference: Some("rec_case"),
                locale: Locale::ZhTw,
                recipient: "root@example.com",
                body: b"the code is 123456",
                erase,
                created_at: NOW + Span::millis(i64::from(number)),
                due_at,
            },
        )
    });
    done.unwrap()
}

fn claim(db: &Db, channel: Channel, by: &'static str, now: Timestamp) -> Vec<Claimed> {
    let done: Result<Vec<Claimed>, StoreError> =
        db.write_blocking(move |tx| outbox::claim(tx, channel, by, now, LEASE, 10));
    done.unwrap()
}

fn find(db: &Db, number: u8) -> Entry {
    let done: Result<Option<Entry>, StoreError> =
        db.read_blocking(move |tx| outbox::find(tx, &id(number)));
    done.unwrap().unwrap()
}

#[test]
fn a_mail_goes_out_once_and_its_body_is_erased() {
    for db in engines() {
        let bells = [Channel::Mail, Channel::Call].map(|channel| db.subscribe(channel.topic()));
        assert!(push(&db, 1, Kind::Mail, true, NOW));
        let woken = bells.map(|bell| bell.has_changed().unwrap());
        assert_eq!(
            woken,
            [true, false],
            "who carries mails is woken, and nobody else"
        );
        assert!(
            claim(&db, Channel::Call, "w", NOW).is_empty(),
            "the telephone does not take mails"
        );
        assert!(
            claim(&db, Channel::Mail, "w", NOW - Span::millis(1)).is_empty(),
            "not due yet"
        );
        let [mail] = <[Claimed; 1]>::try_from(claim(&db, Channel::Mail, "w", NOW)).unwrap();
        assert_eq!(mail.recipient.expose(), "root@example.com");
        assert_eq!(mail.body.expose(), b"the code is 123456");
        assert_eq!((mail.locale, mail.attempt), (Locale::ZhTw, 1));
        assert!(
            claim(&db, Channel::Mail, "v", NOW).is_empty(),
            "it is in hand"
        );
        let done: Result<(), StoreError> =
            db.write_blocking(|tx| outbox::mark_sent(tx, &id(1), "v", NOW));
        assert!(
            matches!(done, Err(StoreError::Conflict { .. })),
            "not in that hand"
        );
        let done: Result<(), StoreError> =
            db.write_blocking(|tx| outbox::mark_sent(tx, &id(1), "w", NOW));
        assert_eq!(done, Ok(()));
        let entry = find(&db, 1);
        assert_eq!((entry.state, entry.done_at), (State::Sent, Some(NOW)));
        assert!(entry.body.is_none(), "erased");
        assert!(claim(&db, Channel::Mail, "w", NOW + Span::hours(9)).is_empty());
    }
}

#[test]
fn nothing_of_it_lies_open_in_the_database() {
    const RAW: Sql = Sql {
        name: "RAW",
        text: "select recipient, body from outbox",
    };
    for db in engines() {
        push(&db, 1, Kind::Mail, false, NOW);
        push(&db, 2, Kind::Mail, false, NOW);
        let raw: Result<_, StoreError> =
            db.read_blocking(|tx| tx.all(&RAW, &[], |row| Ok((row.blob(0)?, row.blob(1)?))));
        for (recipient, body) in raw.unwrap() {
            assert!(!recipient.windows(7).any(|part| part == b"example"));
            assert!(!body.windows(6).any(|part| part == b"123456"));
        }
        // A body moved to another row does not open; the worker gives that row up and goes on with the others.
        let swap: Result<u64, StoreError> = db.write_blocking(|tx| {
            const SWAP: Sql = Sql {
                name: "SWAP",
                text: "update outbox set body = (select body from outbox where id = $2) where id = $1",
            };
            tx.run(&SWAP, params![id(1), id(2)])
        });
        assert_eq!(swap, Ok(1));
        let claimed = claim(&db, Channel::Mail, "w", NOW);
        assert_eq!(
            claimed.iter().map(|mail| &mail.id).collect::<Vec<_>>(),
            [&id(2)]
        );
        assert_eq!(find(&db, 1).state, State::Failed);
    }
}

#[test]
fn a_message_id_is_taken_once() {
    for db in engines() {
        assert!(push(&db, 1, Kind::Mail, true, NOW));
        let again: Result<bool, StoreError> = db.write_blocking(|tx| {
            outbox::push(
                tx,
                &Draft {
                    id: &id(9),
                    kind: Kind::Mail,
                    topic: "recovery-proof",
                    message_id: "<1@signin.example.com>",
                    reference: None,
                    locale: Locale::En,
                    recipient: "root@example.com",
                    body: b"",
                    erase: true,
                    created_at: NOW,
                    due_at: NOW,
                },
            )
        });
        assert_eq!(again, Ok(false));
        assert_eq!(claim(&db, Channel::Mail, "w", NOW).len(), 1);
    }
}

#[test]
fn a_mail_in_a_dead_hand_is_given_again_with_the_same_message_id() {
    for db in engines() {
        push(&db, 1, Kind::Mail, true, NOW);
        let first = claim(&db, Channel::Mail, "dead", NOW);
        assert!(claim(&db, Channel::Mail, "w", NOW + Span::seconds(59)).is_empty());
        let second = claim(&db, Channel::Mail, "w", NOW + Span::seconds(60));
        assert_eq!(second[0].message_id, first[0].message_id);
        assert_eq!(second[0].attempt, 2);
        let late: Result<(), StoreError> =
            db.write_blocking(|tx| outbox::mark_sent(tx, &id(1), "dead", NOW));
        assert!(late.is_err(), "the dead hand has lost it");
        // A server that starts alone waits for no lease.
        let lost: Result<_, StoreError> = db.write_blocking(|tx| outbox::recover(tx, NOW, true));
        assert_eq!(lost, Ok(Vec::new()));
        let third = claim(&db, Channel::Mail, "x", NOW + Span::seconds(61));
        assert_eq!(
            (third[0].message_id.as_str(), third[0].attempt),
            (first[0].message_id.as_str(), 3)
        );
    }
}

#[test]
fn a_call_in_a_dead_hand_is_closed_and_not_dialled_again() {
    for db in engines() {
        push(&db, 1, Kind::Call, false, NOW);
        push(&db, 2, Kind::Call, false, NOW + Span::hours(1));
        assert_eq!(claim(&db, Channel::Call, "dead", NOW).len(), 1);
        assert_eq!(find(&db, 1).state, State::Dialling);
        let extended: Result<(), StoreError> =
            db.write_blocking(|tx| outbox::extend(tx, &id(1), "dead", NOW + Span::seconds(90)));
        assert_eq!(extended, Ok(()));
        let recover = |now: Timestamp, alone: bool| {
            let lost: Result<_, StoreError> =
                db.write_blocking(move |tx| outbox::recover(tx, now, alone));
            lost.unwrap()
        };
        assert_eq!(recover(NOW + Span::seconds(89), false), []);
        assert!(
            claim(&db, Channel::Call, "w", NOW + Span::minutes(5)).is_empty(),
            "never dialled twice"
        );
        let lost = recover(NOW + Span::seconds(90), false);
        assert_eq!(lost.len(), 1);
        assert_eq!(
            (&lost[0].id, lost[0].reference.as_deref()),
            (&id(1), Some("rec_case"))
        );
        let entry = find(&db, 1);
        assert_eq!(entry.state, State::Lost);
        assert!(entry.body.is_none());
        assert!(claim(&db, Channel::Call, "w", NOW + Span::minutes(5)).is_empty());
        // At a start nobody else can be dialling.
        assert_eq!(
            claim(&db, Channel::Call, "dead", NOW + Span::hours(1)).len(),
            1
        );
        assert_eq!(recover(NOW + Span::hours(1), true).len(), 1);
        assert_eq!(find(&db, 2).state, State::Lost);
    }
}

#[test]
fn what_fails_is_tried_later_or_given_up() {
    for db in engines() {
        push(&db, 1, Kind::Mail, false, NOW);
        claim(&db, Channel::Mail, "w", NOW);
        let later = NOW + Span::minutes(5);
        let done: Result<(), StoreError> = db
            .write_blocking(move |tx| outbox::mark_retry(tx, &id(1), "w", later, "451 try later"));
        assert_eq!(done, Ok(()));
        let entry = find(&db, 1);
        assert_eq!(
            (entry.state, entry.error.as_deref()),
            (State::Queued, Some("451 try later"))
        );
        let next: Result<_, StoreError> =
            db.read_blocking(|tx| outbox::next_due(tx, Channel::Mail));
        assert_eq!(next, Ok(Some(later)));
        let calls: Result<_, StoreError> =
            db.read_blocking(|tx| outbox::next_due(tx, Channel::Call));
        assert_eq!(calls, Ok(None));
        assert!(claim(&db, Channel::Mail, "w", later - Span::millis(1)).is_empty());
        assert_eq!(claim(&db, Channel::Mail, "w", later).len(), 1);
        let next: Result<_, StoreError> =
            db.read_blocking(|tx| outbox::next_due(tx, Channel::Mail));
        assert_eq!(next, Ok(Some(later + LEASE)), "the end of the lease");
        let done: Result<(), StoreError> = db.write_blocking(move |tx| {
            outbox::mark_failed(tx, &id(1), "w", later, "550 no such mailbox")
        });
        assert_eq!(done, Ok(()));
        let entry = find(&db, 1);
        assert_eq!((entry.state, entry.attempts), (State::Failed, 2));
        assert!(entry.body.is_none(), "given up means erased");
    }
}

#[test]
fn the_page_that_waits_is_told_how_far_the_newest_has_come() {
    for db in engines() {
        let newest = || {
            let found: Result<_, StoreError> =
                db.read_blocking(|tx| outbox::newest(tx, "rec_case", "recovery-proof"));
            found.unwrap().map(|it| (it.state, it.attempts))
        };
        assert_eq!(newest(), None);
        push(&db, 1, Kind::Mail, true, NOW);
        push(&db, 2, Kind::Mail, true, NOW + Span::hours(1));
        claim(&db, Channel::Mail, "w", NOW);
        assert_eq!(newest(), Some((State::Queued, 0)), "the second");
        claim(&db, Channel::Mail, "w", NOW + Span::hours(1));
        assert_eq!(newest(), Some((State::Sending, 1)));
        let other: Result<_, StoreError> =
            db.read_blocking(|tx| outbox::newest(tx, "rec_case", "recovery-begun"));
        assert_eq!(other, Ok(None));
    }
}

#[test]
fn a_worker_that_stops_gives_up_its_own_calls_only() {
    for db in engines() {
        push(&db, 1, Kind::Call, false, NOW);
        assert_eq!(claim(&db, Channel::Call, "w", NOW).len(), 1);
        push(&db, 2, Kind::Call, false, NOW);
        assert_eq!(claim(&db, Channel::Call, "v", NOW).len(), 1);
        let lost: Result<_, StoreError> = db.write_blocking(|tx| outbox::abandon(tx, "w", NOW));
        let ids: Vec<_> = lost.unwrap().into_iter().map(|call| call.id).collect();
        assert_eq!(ids, [id(1)]);
        assert_eq!(
            (find(&db, 1).state, find(&db, 2).state),
            (State::Lost, State::Dialling)
        );
    }
}

#[test]
fn a_decoy_is_a_row_like_a_mail() {
    for db in engines() {
        push(&db, 1, Kind::Decoy, true, NOW);
        let [decoy] = <[Claimed; 1]>::try_from(claim(&db, Channel::Mail, "w", NOW)).unwrap();
        assert_eq!(decoy.kind, Kind::Decoy);
        assert_eq!(Kind::Decoy.as_str(), "none");
    }
}

#[test]
fn a_crowd_of_workers_gets_each_row_once() {
    for db in engines() {
        for number in 0..40 {
            push(&db, number, Kind::Mail, true, NOW);
        }
        let workers: Vec<_> = ["a", "b", "c", "d"]
            .map(|by| {
                let db = Db::clone(&db);
                std::thread::spawn(move || {
                    let mut got = Vec::new();
                    loop {
                        let batch: Result<Vec<Claimed>, StoreError> =
                            db.write_blocking(move |tx| {
                                outbox::claim(tx, Channel::Mail, by, NOW, LEASE, 3)
                            });
                        let batch = batch.unwrap();
                        if batch.is_empty() {
                            return got;
                        }
                        got.extend(batch.into_iter().map(|mail| mail.message_id));
                    }
                })
            })
            .into_iter()
            .collect();
        let mut all: Vec<String> = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect();
        all.sort();
        let before = all.len();
        all.dedup();
        assert_eq!(
            before,
            all.len(),
            "{:?}: a row was given twice",
            db.engine()
        );
        // Where rows are skipped because another worker looks at them, a round may end early; none is lost.
        let rest = claim_all(&db);
        assert_eq!(all.len() + rest, 40, "{:?}", db.engine());
    }
}

fn claim_all(db: &Db) -> usize {
    let rest: Result<Vec<Claimed>, StoreError> =
        db.write_blocking(|tx| outbox::claim(tx, Channel::Mail, "rest", NOW, LEASE, 100));
    rest.unwrap().len()
}

#[test]
fn lists_and_counts_say_what_is_there() {
    for db in engines() {
        for number in 0..5 {
            push(
                &db,
                number,
                Kind::Mail,
                false,
                NOW + Span::minutes(i64::from(number)),
            );
        }
        let page: Result<_, StoreError> = db.read_blocking(|tx| outbox::list(tx, None, 3));
        let page = page.unwrap();
        assert!(page.more);
        let ids: Vec<_> = page.items.iter().map(|entry| entry.id.clone()).collect();
        assert_eq!(ids, [id(4), id(3), id(2)], "from the newest on");
        assert_eq!(
            page.items[0].body.as_ref().unwrap().expose(),
            b"the code is 123456"
        );
        let last = (page.items[2].created_at, page.items[2].id.clone());
        let rest: Result<_, StoreError> =
            db.read_blocking(move |tx| outbox::list(tx, Some((last.0, &last.1)), 3));
        assert_eq!(rest.unwrap().items.len(), 2);
        let case: Result<_, StoreError> =
            db.read_blocking(|tx| outbox::of_reference(tx, "rec_case"));
        assert_eq!(case.unwrap().len(), 5);
        let backlog: Result<_, StoreError> = db.read_blocking(outbox::backlog);
        assert_eq!(
            backlog,
            Ok(outbox::Backlog {
                waiting: 5,
                first_due: Some(NOW)
            })
        );
        claim(&db, Channel::Mail, "w", NOW);
        let done: Result<(), StoreError> =
            db.write_blocking(|tx| outbox::mark_sent(tx, &id(0), "w", NOW));
        assert_eq!(done, Ok(()));
        let purged: Result<u64, StoreError> =
            db.write_blocking(|tx| outbox::purge(tx, NOW + Span::days(90)));
        assert_eq!(purged, Ok(1), "only what is done with");
    }
}
