//! The audit log under attack: by someone who can write the database but has no key ring.

use domain::audit::{Actor, Event, Record};
use domain::client::Client;
use domain::dice::Dice;
use domain::ids::AccountId;
use domain::time::{Span, Timestamp};
use std::path::PathBuf;
use store::audit::{self, Fault, Heads, Report};
use store::testing::{TestDb, engines};
use store::{Db, Engine, KeyRing, Sql, StoreError};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn account() -> AccountId {
    "111122223333".parse().unwrap()
}

fn dice(number: u8) -> Dice {
    Dice::new([number; 32])
}

/// Writes a record in a transaction of its own; `number` keeps them apart and in order.
fn write(db: &Db, number: u8) {
    try_write(db, number).unwrap();
}

fn try_write(db: &Db, number: u8) -> Result<(), StoreError> {
    db.write_blocking(move |tx| {
        let client = Client {
            address: "192.0.2.7".parse().unwrap(),
            device: "Firefox, Windows".to_owned(),
        };
        let record = Record::new(
            Event::ConsoleLogin,
            Actor::Root {
                account: account(),
                session: None,
            },
        )
        .from(&client)
        .detail("number", number.to_string());
        audit::append(
            tx,
            &dice(number),
            NOW + Span::millis(i64::from(number)),
            &record,
        )
        .map(drop)
    })
}

fn seal(db: &Db) {
    if db.engine() == Engine::Postgres {
        let done: Result<Option<u64>, StoreError> =
            db.write_blocking(|tx| audit::seal_as(tx, "node", NOW));
        assert!(done.unwrap().is_some());
    }
}

/// A log of ten records in a few blocks.
fn log(db: &Db) {
    for number in 0..10 {
        write(db, number);
        if number % 3 == 2 {
            seal(db);
        }
    }
    seal(db);
}

fn tamper(db: &Db, text: &'static str) {
    let done: Result<u64, StoreError> = db.write_blocking(move |tx| {
        tx.run(
            &Sql {
                name: "tamper",
                text,
            },
            &[],
        )
    });
    assert!(done.unwrap() > 0, "the attack changed nothing: {text}");
}

fn check(db: &Db) -> Report {
    audit::verify(db, None, NOW + Span::seconds(60)).unwrap()
}

#[test]
fn an_honest_log_is_sound() {
    for db in engines() {
        assert!(check(&db).is_sound(), "an empty one too");
        log(&db);
        let report = check(&db);
        assert!(report.is_sound(), "{report}");
        assert_eq!((report.records, report.last, report.waiting), (10, 10, 0));
        assert_eq!(
            report.blocks,
            if db.engine() == Engine::Sqlite { 10 } else { 4 }
        );
        assert!(
            report.to_string().contains("tail: unanchored after 0"),
            "{report}"
        );
        // Another process seals on where this one stopped.
        let other = db.open_another();
        write(&other, 10);
        seal(&other);
        let report = check(&db);
        assert!(report.is_sound() && report.last == 11, "{report}");
    }
}

#[test]
fn what_was_written_can_be_read_and_exported() {
    for db in engines() {
        log(&db);
        let read: Result<_, StoreError> =
            db.read_blocking(|tx| audit::of_account(tx, &account(), None, 4));
        let page = read.unwrap();
        assert!(page.more);
        let (first, last) = (
            page.items.first().unwrap(),
            page.items.last().unwrap().clone(),
        );
        assert_eq!(first.event, "ConsoleLogin");
        assert_eq!(first.outcome, "ok");
        assert_eq!(first.detail.as_deref(), Some(r#"{"number":"9"}"#));
        assert!(first.client.as_deref().unwrap().contains("192.0.2.7"));
        let read: Result<_, StoreError> = db.read_blocking(move |tx| {
            audit::of_account(tx, &account(), Some((last.at, &last.id)), 100)
        });
        assert_eq!(read.unwrap().items.len(), 6);
        let read: Result<_, StoreError> = db.read_blocking(|tx| audit::export(tx, 8, 100));
        let seqs: Vec<Option<i64>> = read.unwrap().items.iter().map(|entry| entry.seq).collect();
        assert_eq!(seqs, [Some(9), Some(10)]);
        let newest: Result<_, StoreError> = db.read_blocking(audit::newest);
        assert_eq!(newest, Ok(Some(NOW + Span::millis(9))));
    }
}

#[test]
fn an_edited_record_is_found() {
    for attack in [
        "update audit_record set event = 'Logout' where seq = 4",
        "update audit_record set outcome = 'GL-MFA-001' where seq = 4",
        "update audit_record set account = null where seq = 4",
        "update audit_record set at = at + 1 where seq = 4",
        "update audit_record set client = '{\"address\":\"198.51.100.1\"}' where seq = 4",
        "update audit_record set client = null where seq = 4",
        "update audit_record set detail = '{}' where seq = 4",
    ] {
        for db in engines() {
            log(&db);
            tamper(&db, attack);
            let report = check(&db);
            let named = |fault: &Fault| matches!(fault, Fault::RecordChanged { .. });
            assert!(
                report.faults.iter().any(named),
                "{:?} {attack}: {report}",
                db.engine()
            );
        }
    }
}

#[test]
fn a_removed_record_is_found() {
    for db in engines() {
        log(&db);
        tamper(&db, "delete from audit_record where seq = 4");
        let report = check(&db);
        assert!(
            report
                .faults
                .contains(&Fault::RecordMissing { sequence: 4 }),
            "{report}"
        );
    }
}

#[test]
fn reordered_records_are_found() {
    for db in engines() {
        log(&db);
        // Within one block on PostgreSQL, across blocks on SQLite.
        tamper(&db, "update audit_record set seq = -1 where seq = 4");
        tamper(&db, "update audit_record set seq = 4 where seq = 5");
        tamper(&db, "update audit_record set seq = 5 where seq = -1");
        let report = check(&db);
        assert!(
            report
                .faults
                .iter()
                .any(|f| matches!(f, Fault::BlockChanged { .. })),
            "{report}"
        );
    }
}

#[test]
fn an_inserted_record_is_found_wherever_it_claims_to_stand() {
    for place in ["null", "11", "0"] {
        for db in engines() {
            log(&db);
            let text: String = format!(
                "insert into audit_record (id, seq, at, event, account, outcome, commitment, key_id, mac, salt, actor, \
                 client, detail) select 'aud_forged', {place}, at, event, account, outcome, commitment, key_id, mac, \
                 salt, actor, client, detail from audit_record where seq = 4"
            );
            tamper(&db, text.leak());
            // The server goes on, and must not seal what it did not write.
            let written = try_write(&db, 20);
            let sealed: Result<u64, StoreError> = db.write_blocking(audit::seal_due);
            // A place that was taken from it stops the sealer: nothing goes on without its record.
            if place == "11" {
                assert!(
                    matches!(sealed, Err(StoreError::Corrupt(_))) || written.is_err(),
                    "{sealed:?}"
                );
            } else {
                assert_eq!((written, sealed.is_ok()), (Ok(()), true));
            }
            let report = check(&db);
            assert!(!report.is_sound(), "{:?} at {place}: {report}", db.engine());
            assert!(report.to_string().contains("aud_forged"), "{report}");
        }
    }
}

#[test]
fn removed_and_edited_blocks_are_found() {
    for (attack, wanted) in [
        (
            "delete from audit_block where number = 2",
            Fault::BlockMissing { block: 3 },
        ),
        (
            "update audit_block set root = previous where number = 2",
            Fault::BlockForged { block: 2 },
        ),
        (
            "update audit_block set previous = root where number = 2",
            Fault::ChainBroken { block: 2 },
        ),
        (
            "update audit_block set generation = 7 where number = 2",
            Fault::BlockForged { block: 2 },
        ),
        (
            "update audit_block set mac = root where number = 2",
            Fault::BlockForged { block: 2 },
        ),
    ] {
        for db in engines() {
            log(&db);
            tamper(&db, attack);
            let report = check(&db);
            assert!(
                report.faults.contains(&wanted),
                "{:?} {attack}: {report}",
                db.engine()
            );
        }
    }
}

/// The attacker knows the program and calculates a whole new chain over records of their liking, with a ring of
/// their own; the installation's name is no secret.
#[test]
fn a_chain_calculated_anew_without_the_ring_is_found() {
    for db in engines() {
        log(&db);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ring.json");
        db.ring().save(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let secret = text
            .split("\"secret\": \"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let forged = text.replace(secret, &data_encoding::BASE64.encode(&[9; 32]));
        std::fs::write(&path, forged).unwrap();
        let ring = KeyRing::load(&path).unwrap();
        assert_eq!(ring.installation(), db.ring().installation());

        tamper(&db, "delete from audit_block");
        tamper(&db, "delete from audit_record");
        let attacker = Db::open(db.config(), ring).unwrap();
        log(&attacker);
        assert!(
            check(&attacker).is_sound(),
            "for the attacker's ring it is in order"
        );
        let report = check(&db);
        assert!(
            report.faults.contains(&Fault::BlockForged { block: 1 }),
            "{report}"
        );
    }
}

/// A heads file beside the store, and the store's place in it.
struct Anchor {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

impl Anchor {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("heads.log");
        Self { _dir: dir, path }
    }

    fn note(&self, db: &Db, at: Timestamp, stopping: bool) -> bool {
        let head: Result<_, StoreError> = db.read_blocking(audit::head);
        let mut heads = Heads::open(&self.path, db.ring()).unwrap();
        heads.note(&head.unwrap().unwrap(), at, stopping).unwrap()
    }

    fn check(&self, db: &Db) -> Report {
        audit::verify(db, Some(&self.path), NOW + Span::seconds(60)).unwrap()
    }
}

#[test]
fn heads_are_written_every_minute_or_thousand_records_and_at_the_stop() {
    for db in engines() {
        let anchor = Anchor::new();
        log(&db);
        assert!(anchor.note(&db, NOW, false), "the first");
        assert!(
            !anchor.note(&db, NOW + Span::hours(1), false),
            "nothing happened since"
        );
        assert!(
            !anchor.note(&db, NOW + Span::hours(1), true),
            "nothing happened since, at a stop too"
        );
        write(&db, 10);
        seal(&db);
        assert!(!anchor.note(&db, NOW + Span::seconds(59), false));
        let report = anchor.check(&db);
        assert!(
            report.is_sound() && report.anchored == 10 && report.last == 11,
            "{report}"
        );
        assert!(
            report.to_string().contains("tail: unanchored after 10"),
            "{report}"
        );
        assert!(anchor.note(&db, NOW + Span::seconds(60), false));
        write(&db, 11);
        seal(&db);
        assert!(
            anchor.note(&db, NOW + Span::seconds(61), true),
            "at the stop"
        );
        let report = anchor.check(&db);
        assert!(report.is_sound() && report.anchored == 12, "{report}");
        assert!(!report.to_string().contains("tail:"), "{report}");
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&anchor.path).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
        let head = store::audit::Head {
            generation: 1,
            block: 2_000,
            sequence: 1_012,
            hash: [0; 32],
        };
        let heads = Heads::open(&anchor.path, db.ring()).unwrap();
        assert!(
            heads.is_due(&head, NOW + Span::seconds(62)),
            "1 000 records"
        );
        assert!(!heads.is_due(
            &store::audit::Head {
                sequence: 1_011,
                ..head
            },
            NOW + Span::seconds(62)
        ));
    }
}

#[test]
fn a_cut_tail_is_found_against_the_newest_head() {
    for db in engines() {
        let anchor = Anchor::new();
        log(&db);
        anchor.note(&db, NOW, true);
        tamper(&db, "delete from audit_record where seq > 6");
        tamper(&db, "delete from audit_block where last_seq > 6");
        assert!(check(&db).is_sound(), "without a head nobody can tell");
        let report = anchor.check(&db);
        assert!(
            report
                .faults
                .contains(&Fault::TailCut { last: 6, known: 10 }),
            "{report}"
        );
        // Growing again over the cut does not hide it.
        for number in 10..15 {
            write(&db, number);
            seal(&db);
        }
        let report = anchor.check(&db);
        assert!(
            report
                .faults
                .iter()
                .any(|f| matches!(f, Fault::Exchanged { .. })),
            "{report}"
        );
    }
}

/// An older copy, put back below a server that does not know: on SQLite the file itself is exchanged.
#[test]
fn an_older_copy_put_back_is_found() {
    let db = store::testing::sqlite();
    let anchor = Anchor::new();
    log(&db);
    anchor.note(&db, NOW, true);
    let store::Config::Sqlite { path, .. } = db.config() else {
        panic!("SQLite is a file")
    };
    let db = db.reopened_after(|| {
        std::fs::copy(&path, path.with_extension("old")).unwrap();
    });
    for number in 10..13 {
        write(&db, number);
    }
    anchor.note(&db, NOW + Span::minutes(2), true);
    assert!(anchor.check(&db).is_sound());
    let db = db.reopened_after(|| {
        std::fs::copy(path.with_extension("old"), &path).unwrap();
    });
    let report = anchor.check(&db);
    assert!(
        report.faults.contains(&Fault::TailCut {
            last: 10,
            known: 13
        }),
        "{report}"
    );
}

/// A restore raises the generation in store and ring: then the lost tail is told, and is no fault.
#[test]
fn a_restore_is_told_apart_from_an_attack() {
    for db in engines() {
        let anchor = Anchor::new();
        log(&db);
        anchor.note(&db, NOW, true);
        tamper(&db, "delete from audit_record where seq > 6");
        tamper(&db, "delete from audit_block where last_seq > 6");
        let done: Result<(), StoreError> =
            db.write_blocking(|tx| store::meta::set_generation(tx, 2));
        done.unwrap();
        let restored = Db::open(db.config(), db.ring().with_generation(2)).unwrap();
        for number in 10..20 {
            write(&restored, number);
            seal(&restored);
        }
        anchor.note(&restored, NOW + Span::minutes(2), true);
        let report = anchor.check(&restored);
        assert!(report.is_sound(), "{report}");
        assert_eq!(report.lost_by_restore, 1, "{report}");
        assert_eq!(report.anchored, 16, "{report}");
    }
}

#[test]
fn a_heads_file_that_was_meddled_with_is_told() {
    let db = store::testing::sqlite();
    let anchor = Anchor::new();
    log(&db);
    anchor.note(&db, NOW, true);
    let good = std::fs::read_to_string(&anchor.path).unwrap();
    // A crash cut the line: it is skipped, and the next head stands on a line of its own.
    std::fs::write(&anchor.path, format!("{good}{}", &good.trim()[..40])).unwrap();
    write(&db, 10);
    assert!(anchor.note(&db, NOW + Span::minutes(2), true));
    let report = anchor.check(&db);
    assert!(report.is_sound() && report.anchored == 11, "{report}");
    // Somebody made the head fit a shorter log.
    std::fs::write(
        &anchor.path,
        good.replace("\"sequence\":10", "\"sequence\":9"),
    )
    .unwrap();
    let report = anchor.check(&db);
    assert_eq!(report.faults.len(), 1, "{report}");
    assert!(
        matches!(report.faults.first(), Some(Fault::HeadForged { .. })),
        "{report}"
    );
}

#[test]
fn a_record_that_waits_too_long_is_a_fault() {
    for db in engines() {
        log(&db);
        if db.engine() == Engine::Sqlite {
            // No record waits here by itself: it is sealed by the commit that wrote it.
            tamper(&db, "delete from audit_block where number = 10");
            tamper(&db, "update audit_record set seq = null where seq = 10");
        } else {
            write(&db, 9 + 1);
        }
        let waits = NOW + Span::millis(if db.engine() == Engine::Sqlite { 9 } else { 10 });
        let soon = audit::verify(&db, None, waits + Span::seconds(10)).unwrap();
        assert!(soon.is_sound() && soon.waiting == 1, "{soon}");
        let late = audit::verify(&db, None, waits + Span::millis(10_001)).unwrap();
        assert!(
            matches!(late.faults.first(), Some(Fault::Unsealed { .. })),
            "{late}"
        );
    }
}

#[test]
fn erasing_a_person_keeps_the_seal() {
    for db in engines() {
        log(&db);
        let erased: Result<u64, StoreError> = db.write_blocking(|tx| audit::erase(tx, &account()));
        assert_eq!(erased, Ok(10));
        let report = check(&db);
        assert!(report.is_sound() && report.erased == 10, "{report}");
        let read: Result<_, StoreError> = db.read_blocking(|tx| audit::export(tx, 0, 100));
        for entry in read.unwrap().items {
            assert_eq!(
                (entry.actor, entry.client, entry.detail),
                (None, None, None)
            );
            assert_eq!(entry.event, "ConsoleLogin");
        }
    }
}

#[test]
fn one_node_seals_at_a_time_and_another_takes_over() {
    for db in engines() {
        let seal = |db: &Db, holder: &'static str, at: Timestamp| {
            let done: Result<Option<u64>, StoreError> =
                db.write_blocking(move |tx| audit::seal_as(tx, holder, at));
            done.unwrap()
        };
        write(&db, 0);
        assert!(seal(&db, "one", NOW).is_some());
        assert_eq!(seal(&db, "two", NOW + Span::seconds(4)), None);
        assert!(
            seal(&db, "one", NOW + Span::seconds(4)).is_some(),
            "renewed"
        );
        assert_eq!(seal(&db, "two", NOW + Span::seconds(8)), None);
        assert!(
            seal(&db, "two", NOW + Span::seconds(9)).is_some(),
            "taken over"
        );
        let done: Result<(), StoreError> =
            db.write_blocking(|tx| store::lease::release(tx, "audit-seal", "two"));
        done.unwrap();
        assert!(
            seal(&db, "one", NOW + Span::seconds(9)).is_some(),
            "given back"
        );
    }
}

#[test]
fn a_refused_unit_leaves_no_record_and_a_backlog_takes_several_blocks() {
    for db in engines() {
        let failed: Result<(), StoreError> = db.write_blocking(|tx| {
            let record = Record::new(Event::Logout, Actor::System);
            audit::append(tx, &dice(1), NOW, &record)?;
            Err(StoreError::Busy)
        });
        assert_eq!(failed, Err(StoreError::Busy));
        assert_eq!(check(&db).last, 0);
        let done: Result<(), StoreError> = db.write_blocking(|tx| {
            for number in 0..1_500_u32 {
                let record = Record::new(Event::Logout, Actor::System);
                audit::append(tx, &dice(1).derive(&number.to_string()), NOW, &record)?;
            }
            Ok(())
        });
        done.unwrap();
        seal(&db);
        let report = check(&db);
        assert!(report.is_sound(), "{report}");
        assert_eq!((report.blocks, report.records), (2, 1_500));
        let twice: Result<(), StoreError> = db.write_blocking(|tx| {
            let record = Record::new(Event::Logout, Actor::System);
            audit::append(tx, &dice(1).derive("7"), NOW, &record).map(drop)
        });
        assert!(
            twice.unwrap_err().is_conflict_on("audit_record.id"),
            "dice are thrown once for each record"
        );
    }
}

#[test]
fn the_ring_s_rotation_keeps_the_log_whole() {
    for db in engines() {
        log(&db);
        let ring = db
            .ring()
            .with_new_key(&[7; 32])
            .unwrap()
            .with_active(2)
            .unwrap();
        let rotated = Db::open(db.config(), ring).unwrap();
        write(&rotated, 10);
        seal(&rotated);
        let report = check(&rotated);
        assert!(report.is_sound() && report.last == 11, "{report}");
        // With the old ring the newest block cannot be checked, and says so.
        assert!(!check(&db).is_sound());
    }
}

#[test]
fn closing_and_opening_goes_on_where_it_stood() {
    for db in engines() {
        log(&db);
        let db: TestDb = db.reopened();
        write(&db, 10);
        seal(&db);
        let report = check(&db);
        assert!(report.is_sound() && report.last == 11, "{report}");
    }
}
