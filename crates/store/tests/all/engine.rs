//! The waist: what a unit of work may rely on.

use super::sample::{INSERT, count, insert};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use store::testing::{TestDb, engines};
use store::{Db, Engine, Sql, StoreError, Topic, params};

const FIND: Sql = Sql {
    name: "FIND",
    text: "select holder, until from lease where name = $1",
};
const RAISE: Sql = Sql {
    name: "RAISE",
    text: "update lease set until = until + 1 where name = $1",
};
const LIST: Sql = Sql {
    name: "LIST",
    text: "select name, until from lease where (until, name) > ($1, $2) order by until, name limit $3",
};

#[test]
fn every_registered_statement_is_understood_by_both_engines() {
    for db in engines() {
        for sql in store::registry() {
            let done: Result<(), StoreError> = db.write_blocking(move |tx| tx.prepare(sql));
            assert_eq!(done, Ok(()), "{:?}: {}", db.engine(), sql.name);
        }
    }
}

#[test]
fn values_go_in_and_come_out_alike() {
    const ECHO: Sql = Sql {
        name: "ECHO",
        text: "select cast($2 as text), cast($1 as bigint), cast($3 as bytea), cast($1 as bigint), cast($4 as text)",
    };
    for db in engines() {
        // SQLite has no type BYTEA and casts to a number: there the bytes come through a table.
        if db.engine() == Engine::Postgres {
            let read: Result<_, StoreError> = db.read_blocking(|tx| {
                tx.one(
                    &ECHO,
                    params![-7, "é'\"", [0_u8, 255], None::<&str>],
                    |row| {
                        Ok((
                            row.text(0)?,
                            row.int(1)?,
                            row.blob(2)?,
                            row.int(3)?,
                            row.opt_text(4)?,
                        ))
                    },
                )
            });
            assert_eq!(read, Ok(("é'\"".to_owned(), -7, vec![0, 255], -7, None)));
        }
        insert(&db, "a", i64::MIN).unwrap();
        let read: Result<_, StoreError> = db
            .read_blocking(|tx| tx.one(&FIND, params!["a"], |row| Ok((row.text(0)?, row.int(1)?))));
        assert_eq!(read, Ok(("me".to_owned(), i64::MIN)));
        // Placeholders out of order and twice.
        const SWAPPED: Sql = Sql {
            name: "SWAPPED",
            text: "insert into lease (until, name, holder) values ($2, $1, $1)",
        };
        let done: Result<(), StoreError> =
            db.write_blocking(|tx| tx.run(&SWAPPED, params!["b", 5]).map(drop));
        assert_eq!(done, Ok(()));
        let read: Result<_, StoreError> = db
            .read_blocking(|tx| tx.one(&FIND, params!["b"], |row| Ok((row.text(0)?, row.int(1)?))));
        assert_eq!(read, Ok(("b".to_owned(), 5)));
        // Too few and too many.
        for params in [params!["b"], params!["b", 5, 6]] {
            let owned: Vec<i64> = params.iter().map(|_| 1).collect();
            let done: Result<(), StoreError> = db.write_blocking(move |tx| {
                let values: Vec<store::Value<'_>> =
                    owned.iter().map(store::ToValue::to_value).collect();
                tx.run(&SWAPPED, &values).map(drop)
            });
            assert!(matches!(done, Err(StoreError::Other(_))), "{done:?}");
        }
    }
}

#[test]
fn conflicts_are_named_alike() {
    for db in engines() {
        insert(&db, "a", 1).unwrap();
        let error = insert(&db, "a", 2).unwrap_err();
        assert!(
            error.is_conflict_on("lease.name"),
            "{:?}: {error}",
            db.engine()
        );
        let missing: Result<i64, StoreError> =
            db.read_blocking(|tx| tx.one(&FIND, params!["nobody"], |row| row.int(1)));
        assert_eq!(missing, Err(StoreError::NotFound { statement: "FIND" }));
        let none: Result<(), StoreError> =
            db.write_blocking(|tx| tx.run_one(&RAISE, params!["nobody"]));
        assert_eq!(
            none,
            Err(StoreError::Conflict {
                what: "RAISE".to_owned()
            })
        );
    }
}

#[test]
fn conflicts_of_wide_partial_and_computed_indexes_and_of_references_are_named_alike() {
    const SETUP: [&str; 4] = [
        "create unique index pair on lease (holder, until)",
        "create unique index partly on lease (until) where until > 100",
        "create unique index computed on lease (lower(name))",
        "create table child (id text primary key, lease text not null references lease (name))",
    ];
    const CHILD: Sql = Sql {
        name: "CHILD",
        text: "insert into child (id, lease) values ($1, $2)",
    };
    const DROP: Sql = Sql {
        name: "DROP",
        text: "delete from lease where name = $1",
    };
    for db in engines() {
        for text in SETUP {
            let sql = Sql {
                name: "SETUP",
                text,
            };
            let done: Result<u64, StoreError> = db.write_blocking(move |tx| tx.run(&sql, &[]));
            done.unwrap();
        }
        // Connections made from now on know the new indexes, as after a migration.
        let db = db.reopened();
        insert(&db, "a", 1).unwrap();
        let what = |done: Result<(), StoreError>| match done.unwrap_err() {
            StoreError::Conflict { what } => what,
            other => panic!("{other}"),
        };
        assert_eq!(what(insert(&db, "b", 1)), "lease.holder, lease.until");
        assert_eq!(what(insert(&db, "A", 2)), "computed");
        let other: Result<u64, StoreError> =
            db.write_blocking(|tx| tx.run(&INSERT, params!["c", "you", 101]));
        other.unwrap();
        assert_eq!(what(insert(&db, "d", 101)), "lease.until");
        let child = |lease: &'static str| -> Result<(), StoreError> {
            db.write_blocking(move |tx| tx.run(&CHILD, params![lease, lease]).map(drop))
        };
        assert_eq!(what(child("nobody")), "reference");
        child("a").unwrap();
        let drop_parent: Result<(), StoreError> =
            db.write_blocking(|tx| tx.run(&DROP, params!["a"]).map(drop));
        assert_eq!(what(drop_parent), "reference");
    }
}

#[test]
fn a_unit_is_all_or_nothing_and_spent_after_a_failed_statement() {
    for db in engines() {
        insert(&db, "a", 1).unwrap();
        let done: Result<(), StoreError> = db.write_blocking(|tx| {
            tx.run(&INSERT, params!["b", "me", 1])?;
            // The failure is ignored on purpose: the unit must not be stored all the same.
            let failed = tx.run(&INSERT, params!["a", "me", 1]);
            assert!(failed.is_err());
            let after = tx.run(&INSERT, params!["c", "me", 1]);
            assert!(matches!(after, Err(StoreError::Other(_))));
            Ok(())
        });
        assert!(matches!(done, Err(StoreError::Other(_))), "{done:?}");
        assert_eq!(count(&db).unwrap(), 1, "{:?}", db.engine());
    }
}

#[test]
fn reads_cannot_write() {
    for db in engines() {
        let done: Result<u64, StoreError> =
            db.read_blocking(|tx| tx.run(&INSERT, params!["a", "me", 1]));
        assert!(
            matches!(done, Err(StoreError::Other(_))),
            "{:?}: {done:?}",
            db.engine()
        );
        assert_eq!(count(&db).unwrap(), 0);
    }
}

#[test]
fn pages_end_where_the_rows_end() {
    for db in engines() {
        for (name, until) in [("a", 1), ("b", 1), ("c", 2)] {
            insert(&db, name, until).unwrap();
        }
        let page = |after: i64, name: &'static str, size: u32| {
            let page: Result<_, StoreError> = db.read_blocking(move |tx| {
                tx.page(&LIST, params![after, name], size, |row| row.text(0))
            });
            page.map(|page| (page.items.join(""), page.more)).unwrap()
        };
        assert_eq!(page(0, "", 2), ("ab".to_owned(), true));
        assert_eq!(page(1, "a", 2), ("bc".to_owned(), false));
        assert_eq!(page(1, "b", 1), ("c".to_owned(), false));
        assert_eq!(page(2, "c", 5), (String::new(), false));
    }
}

#[test]
fn a_panic_costs_its_own_unit_and_no_thread() {
    for db in engines() {
        let done: Result<(), StoreError> = db.write_blocking(|tx| {
            tx.run(&INSERT, params!["a", "me", 1])?;
            panic!("on purpose");
        });
        assert_eq!(
            done,
            Err(StoreError::Other("a unit of work panicked".to_owned()))
        );
        let done: Result<(), StoreError> = db.read_blocking(|_| panic!("on purpose"));
        assert!(done.is_err());
        insert(&db, "b", 1).unwrap();
        assert_eq!(count(&db).unwrap(), 1, "{:?}", db.engine());
    }
}

#[test]
fn subscribers_are_woken_by_commits_only() {
    const TOPIC: Topic = Topic::new("test");
    for db in engines() {
        let bell = db.subscribe(TOPIC);
        let failed: Result<(), StoreError> = db.write_blocking(|tx| {
            tx.wake(TOPIC);
            Err(StoreError::Busy)
        });
        assert_eq!(failed, Err(StoreError::Busy));
        assert!(!bell.has_changed().unwrap());
        let done: Result<(), StoreError> = db.write_blocking(|tx| {
            tx.wake(TOPIC);
            Ok(())
        });
        assert_eq!(done, Ok(()));
        assert!(bell.has_changed().unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_async_entries_answer() {
    let stores = tokio::task::spawn_blocking(engines).await.unwrap();
    for db in stores {
        let done: Result<u64, StoreError> =
            db.write(|tx| tx.run(&INSERT, params!["a", "me", 4])).await;
        assert_eq!(done, Ok(1));
        let read: Result<i64, StoreError> = db
            .read(|tx| tx.one(&FIND, params!["a"], |row| row.int(1)))
            .await;
        assert_eq!(read, Ok(4));
        let point: Result<i64, StoreError> = db
            .point(|tx| tx.one(&FIND, params!["a"], |row| row.int(1)))
            .await;
        assert_eq!(point, Ok(4));
        tokio::task::spawn_blocking(move || drop(db)).await.unwrap();
    }
}

/// Starts `clients` threads that write one row each at the same moment.
fn crowd(db: &TestDb, clients: usize) {
    let barrier = Arc::new(Barrier::new(clients));
    let threads: Vec<_> = (0..clients)
        .map(|client| {
            let (db, barrier) = (Db::clone(db), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                for turn in 0..8 {
                    let name = format!("{client}-{turn}");
                    let done: Result<(), StoreError> = db.write_blocking(move |tx| {
                        tx.run(&INSERT, params![name, "me", 1]).map(drop)
                    });
                    done.unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn many_writers_share_commits_and_each_is_stored() {
    for db in engines() {
        let before = db.stats();
        crowd(&db, 16);
        assert_eq!(count(&db).unwrap(), 128);
        let after = db.stats();
        assert_eq!(after.units - before.units, 128);
        if db.engine() == Engine::Sqlite {
            assert!(
                after.commits - before.commits < 128,
                "{after:?}: nothing was grouped"
            );
        }
        let db = db.reopened();
        assert_eq!(
            count(&db).unwrap(),
            128,
            "{:?}: what was acknowledged is there after a restart",
            db.engine()
        );
    }
}

#[test]
fn a_failing_unit_leaves_the_others_of_its_group_alone() {
    for db in engines() {
        // The writer is held in its first unit until all others wait: they are one group.
        let (held, release) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let holder = {
            let (db, held, release) = (Db::clone(&db), Arc::clone(&held), Arc::clone(&release));
            let once = AtomicU32::new(0);
            std::thread::spawn(move || {
                db.write_blocking(move |tx| {
                    if once.fetch_add(1, Ordering::SeqCst) == 0 {
                        held.wait();
                        release.wait();
                    }
                    tx.run(&INSERT, params!["holder", "me", 1]).map(drop)
                })
            })
        };
        held.wait();
        let writers: Vec<_> = (0..6_i64)
            .map(|n| {
                let db = Db::clone(&db);
                std::thread::spawn(move || -> Result<(), StoreError> {
                    db.write_blocking(move |tx| {
                        tx.run(&INSERT, params![format!("w{n}"), "me", n])?;
                        match n % 3 {
                            0 => Ok(()),
                            1 => Err(StoreError::Busy),
                            _ => panic!("on purpose"),
                        }
                    })
                })
            })
            .collect();
        release.wait();
        holder.join().unwrap().unwrap();
        let results: Vec<bool> = writers
            .into_iter()
            .map(|writer| writer.join().unwrap().is_ok())
            .collect();
        assert_eq!(results, [true, false, false, true, false, false]);
        assert_eq!(count(&db).unwrap(), 3, "{:?}", db.engine());
    }
}

#[test]
fn two_handles_see_each_other() {
    for db in engines() {
        let other = db.open_another();
        insert(&db, "a", 1).unwrap();
        insert(&other, "b", 1).unwrap();
        assert_eq!(
            (count(&db).unwrap(), count(&other).unwrap()),
            (2, 2),
            "{:?}",
            db.engine()
        );
    }
}
