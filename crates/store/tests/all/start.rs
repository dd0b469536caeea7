//! What a start refuses, and what it leaves on the disk.

use std::os::unix::fs::PermissionsExt;
use store::testing::{engines, ring};
use store::{Config, Db, KeyRing, Sql, StoreError, params};

fn refused(db: &store::testing::TestDb, ring: KeyRing) -> String {
    match Db::open(db.config(), ring) {
        Err(StoreError::Unfit(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_ring_of_another_installation_is_refused() {
    for db in engines() {
        let text = refused(&db, KeyRing::generate(&[1; 32]).unwrap());
        assert!(text.contains("another installation"), "{text}");
    }
}

#[test]
fn a_store_behind_its_ring_and_a_ring_behind_its_store_are_refused() {
    for db in engines() {
        let text = refused(&db, ring().with_generation(2));
        assert!(text.contains("older copy"), "{text}");
        let done: Result<(), StoreError> =
            db.write_blocking(|tx| store::meta::set_generation(tx, 3));
        done.unwrap();
        let text = refused(&db, ring().with_generation(2));
        assert!(text.contains("the ring the last restore wrote"), "{text}");
        Db::open(db.config(), ring().with_generation(3)).unwrap();
    }
}

#[test]
fn a_newer_schema_and_a_changed_change_are_refused() {
    const ADD: Sql = Sql {
        name: "ADD",
        text: "insert into schema_change (number, name, digest) values ($1, 'x', 'y')",
    };
    const EDIT: Sql = Sql {
        name: "EDIT",
        text: "update schema_change set digest = 'z' where number = $1",
    };
    for db in engines() {
        let done: Result<u64, StoreError> = db.write_blocking(|tx| tx.run(&ADD, params![9_999]));
        done.unwrap();
        let text = refused(&db, ring());
        assert!(text.contains("use the newer version"), "{text}");
    }
    for db in engines() {
        let done: Result<u64, StoreError> = db.write_blocking(|tx| tx.run(&EDIT, params![1]));
        done.unwrap();
        let text = refused(&db, ring());
        assert!(text.contains("0001_base"), "{text}");
    }
}

#[test]
fn several_processes_may_start_on_a_new_store_at_once() {
    for db in engines() {
        let openers: Vec<_> = (0..4)
            .map(|_| {
                let (config, ring) = (db.config(), ring());
                std::thread::spawn(move || Db::open(config, ring).map(drop))
            })
            .collect();
        for opener in openers {
            opener.join().unwrap().unwrap();
        }
    }
    // And on a file that is not there yet, as often as it takes to meet at the bad moment.
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store.db");
        let at_once = std::sync::Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let path = path.clone();
                    at_once.wait();
                    let opened = Db::open(
                        Config::Sqlite {
                            path,
                            durable: false,
                        },
                        ring(),
                    );
                    opened.map(drop).unwrap();
                });
            }
        });
    }
}

#[test]
fn the_files_are_for_their_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    let db = Db::open(
        Config::Sqlite {
            path,
            durable: true,
        },
        ring(),
    )
    .unwrap();
    let done: Result<(), StoreError> = db.write_blocking(|tx| store::meta::set(tx, "a", "b"));
    done.unwrap();
    let mut seen = 0;
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(
            entry.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            entry.file_name()
        );
        seen += 1;
    }
    assert!(seen >= 2, "the file and its log");
}

#[test]
fn what_cannot_be_a_store_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    std::fs::write(
        &path,
        "this is a letter and no database, but long enough to look at\n".repeat(100),
    )
    .unwrap();
    let error = Db::open(
        Config::Sqlite {
            path,
            durable: true,
        },
        ring(),
    )
    .unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
    let path = dir.path().join("missing").join("store.db");
    let error = Db::open(
        Config::Sqlite {
            path,
            durable: true,
        },
        ring(),
    )
    .unwrap_err();
    assert!(
        matches!(&error, StoreError::Unfit(text) if text.contains("missing")),
        "{error}"
    );
}

/// Bytes that were deleted are gone from the file, not only from the tables.
#[test]
fn what_is_deleted_is_overwritten() {
    const SET: Sql = Sql {
        name: "SET",
        text: "insert into meta (name, value) values ('needle', $1)",
    };
    const DROP: Sql = Sql {
        name: "DROP",
        text: "delete from meta where name = 'needle'",
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    let db = Db::open(
        Config::Sqlite {
            path: path.clone(),
            durable: false,
        },
        ring(),
    )
    .unwrap();
    let needle = "needle-in-the-haystack";
    let done: Result<u64, StoreError> = db.write_blocking(move |tx| tx.run(&SET, params![needle]));
    done.unwrap();
    let done: Result<u64, StoreError> = db.write_blocking(|tx| tx.run(&DROP, &[]));
    done.unwrap();
    drop(db);
    let bytes = std::fs::read(&path).unwrap();
    assert!(
        !bytes
            .windows(needle.len())
            .any(|part| part == needle.as_bytes())
    );
}
