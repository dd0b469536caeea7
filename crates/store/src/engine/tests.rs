//! Full disks and dead processes. Some of these run this very binary again as a child and do it harm.

use super::tx::Trouble;
use super::*;
use crate::params;
use crate::sql::Sql;
use crate::testing;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;

const INSERT: Sql = Sql {
    name: "INSERT",
    text: "insert into lease (name, holder, until) values ($1, $2, 0)",
};
const COUNT: Sql = Sql {
    name: "COUNT",
    text: "select cast(count(*) as bigint) from lease",
};

/// Tells a child what to do, and where.
const CHILD: &str = "GATELODGE_TEST_CHILD";

fn insert(db: &Db, name: String, size: usize) -> Result<(), StoreError> {
    db.write_blocking(move |tx| tx.run(&INSERT, params![name, "x".repeat(size)]).map(drop))
}

fn count(db: &Db) -> i64 {
    db.read_blocking(|tx| tx.one(&COUNT, &[], |row| row.int(0)))
        .unwrap()
}

#[test]
fn a_full_store_fails_only_the_unit_that_does_not_fit() {
    let db = testing::sqlite();
    let limited: Result<(), StoreError> =
        db.write_blocking(|tx| tx.batch("pragma max_page_count = 200"));
    limited.unwrap();
    // The writer is held until all others wait: they are one group, and one of them does not fit.
    let (held, wait) = channel();
    let (release, gate) = channel::<()>();
    let (gate, first) = (Mutex::new(gate), AtomicBool::new(true));
    let holder = {
        let db = Db::clone(&db);
        std::thread::spawn(move || -> Result<(), StoreError> {
            db.write_blocking(move |_| {
                if first.swap(false, Ordering::SeqCst) {
                    held.send(()).unwrap();
                    gate.lock().unwrap().recv().unwrap();
                }
                Ok(())
            })
        })
    };
    wait.recv().unwrap();
    let writers: Vec<_> = [100, 100, 2_000_000, 100, 100]
        .into_iter()
        .enumerate()
        .map(|(number, size)| {
            let db = Db::clone(&db);
            std::thread::spawn(move || insert(&db, format!("w{number}"), size))
        })
        .collect();
    release.send(()).unwrap();
    holder.join().unwrap().unwrap();
    let results: Vec<_> = writers
        .into_iter()
        .map(|writer| writer.join().unwrap())
        .collect();
    assert_eq!(
        results,
        [Ok(()), Ok(()), Err(StoreError::Full), Ok(()), Ok(())]
    );
    assert_eq!(count(&db), 4);
    assert!(db.stats().reruns >= 1, "{:?}", db.stats());
    let room: Result<(), StoreError> =
        db.write_blocking(|tx| tx.batch("pragma max_page_count = 100000"));
    room.unwrap();
    insert(&db, "large".to_owned(), 2_000_000).unwrap();
}

/// Runs one test of this binary as a child in `dir`; `limit` is the longest file it may write, in 512-byte blocks.
fn child(test: &str, dir: &Path, limit: Option<u32>) -> std::process::Child {
    let limit = limit.map_or_else(String::new, |blocks| {
        format!("trap '' XFSZ; ulimit -f {blocks}; ")
    });
    let me = std::env::current_exe().unwrap();
    Command::new("sh")
        .args([
            "-c",
            &format!("{limit}exec \"$0\" --exact \"$1\" --nocapture"),
        ])
        .args([me.as_os_str(), test.as_ref()])
        .env(CHILD, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn child_dir() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

fn open_in(dir: &Path) -> Db {
    let path = dir.join("store.db");
    Db::open(
        Config::Sqlite {
            path,
            durable: true,
        },
        testing::ring(),
    )
    .unwrap()
}

/// Says that a row was acknowledged, at once.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{line}").unwrap();
    out.flush().unwrap();
}

/// Not a test by itself: what the child of the next one does.
#[test]
fn child_writes_until_the_disk_is_full() {
    let Some(dir) = child_dir() else { return };
    let db = open_in(&dir);
    let mut number = 0;
    let error = loop {
        match insert(&db, format!("row {number}"), 50_000) {
            Ok(()) => say("stored"),
            Err(error) => break error,
        }
        number += 1;
    };
    assert!(
        matches!(error, StoreError::Unavailable(_) | StoreError::Full),
        "{error}"
    );
    // Reading goes on, and so does refusing.
    assert_eq!(count(&db), number);
    assert!(insert(&db, "again".to_owned(), 50_000).is_err());
    say("refused");
}

#[test]
fn a_disk_that_is_full_at_the_commit_loses_nothing_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let out = child(
        "engine::tests::child_writes_until_the_disk_is_full",
        dir.path(),
        Some(2_048),
    );
    let out = out.wait_with_output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains("refused"), "{text}");
    let stored = text.lines().filter(|line| *line == "stored").count();
    assert!(stored > 0, "{text}");
    let db = open_in(dir.path());
    assert_eq!(usize::try_from(count(&db)).unwrap(), stored);
    insert(&db, "there is room again".to_owned(), 50_000).unwrap();
    let whole: Result<String, StoreError> = db.read_blocking(|tx| {
        const CHECK: Sql = Sql {
            name: "CHECK",
            text: "pragma integrity_check",
        };
        tx.one(&CHECK, &[], |row| row.text(0))
    });
    assert_eq!(whole.as_deref(), Ok("ok"));
}

/// Not a test by itself: what the child of the next one does.
#[test]
fn child_writes_until_it_is_killed() {
    let Some(dir) = child_dir() else { return };
    let db = open_in(&dir);
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let db = Db::clone(&db);
            std::thread::spawn(move || {
                for turn in 0_u32.. {
                    let name = format!("row {writer} {turn}");
                    insert(&db, name.clone(), 100).unwrap();
                    say(&name);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    const HAS: Sql = Sql {
        name: "HAS",
        text: "select cast(count(*) as bigint) from lease where name = $1",
    };
    let dir = tempfile::tempdir().unwrap();
    let mut child = child(
        "engine::tests::child_writes_until_it_is_killed",
        dir.path(),
        None,
    );
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut rows = Vec::new();
    while rows.len() < 200 {
        let line = lines.next().unwrap().unwrap();
        rows.extend(line.starts_with("row ").then_some(line));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // The last line may be cut.
    rows.extend(
        lines
            .map_while(Result::ok)
            .filter(|line| line.starts_with("row ")),
    );
    rows.pop();
    let db = open_in(dir.path());
    for row in rows {
        let name = row.clone();
        let there: Result<i64, StoreError> =
            db.read_blocking(move |tx| tx.one(&HAS, params![name], |row| row.int(0)));
        assert_eq!(there, Ok(1), "{row} was acknowledged and is gone");
    }
}

#[test]
fn the_last_handle_may_be_dropped_inside_of_a_unit() {
    let db = testing::sqlite();
    let inner = Db::open(db.config(), testing::ring()).unwrap();
    let slot = Mutex::new(Some(inner.clone()));
    let done: Result<(), StoreError> = inner.write_blocking(move |_| {
        drop(slot.lock().unwrap().take());
        Ok(())
    });
    assert_eq!(done, Ok(()));
    drop(inner);
}

#[test]
fn a_unit_that_fails_again_and_again_is_answered() {
    for db in testing::engines() {
        let done: Result<(), StoreError> = db.write_blocking(|tx| {
            tx.spent = Some(Trouble::Again);
            Ok(())
        });
        assert!(done.is_err(), "{:?}: {done:?}", db.engine());
    }
}
