//! PostgreSQL's own ways to fail: gone, restarted, out of order; and the protection of the connection.

use super::sample::{INSERT, count, insert};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use store::testing::{Cluster, on_cluster, ring};
use store::{Config, Db, PgTls, Sql, StoreError, params};

const READ: Sql = Sql {
    name: "READ",
    text: "select until from lease where name = $1 /*for update*/",
};
const WRITE: Sql = Sql {
    name: "WRITE",
    text: "update lease set until = $2 where name = $1",
};

#[test]
fn a_restart_in_the_middle_of_a_unit_costs_a_rerun_and_nothing_else() {
    let Some(cluster) = Cluster::own(&[]) else {
        return;
    };
    let db = on_cluster(&cluster);
    insert(&db, "before", 0).unwrap();
    let (begun, wait) = channel();
    let (go, gate) = channel::<()>();
    let gate = Mutex::new(gate);
    let runs = Arc::new(AtomicU32::new(0));
    let unit = {
        let (db, runs) = (Db::clone(&db), Arc::clone(&runs));
        std::thread::spawn(move || -> Result<(), StoreError> {
            db.write_blocking(move |tx| {
                tx.run(&INSERT, params!["first", "me", 0])?;
                if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                    begun.send(()).unwrap();
                    gate.lock().unwrap().recv().unwrap();
                }
                tx.run(&INSERT, params!["second", "me", 0]).map(drop)
            })
        })
    };
    wait.recv().unwrap();
    cluster.stop();
    cluster.start();
    go.send(()).unwrap();
    assert_eq!(unit.join().unwrap(), Ok(()));
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert!(db.stats().reruns >= 1);
    assert_eq!(count(&db), Ok(3), "each of it once");
}

#[test]
fn a_server_that_is_away_is_said_to_be_and_comes_back_by_itself() {
    let Some(cluster) = Cluster::own(&[]) else {
        return;
    };
    let db = on_cluster(&cluster);
    insert(&db, "before", 0).unwrap();
    cluster.stop();
    assert!(matches!(
        insert(&db, "while", 0),
        Err(StoreError::Unavailable(_))
    ));
    assert!(matches!(count(&db), Err(StoreError::Unavailable(_))));
    let error = Db::open(db.config(), ring()).unwrap_err();
    assert!(error.is_passing(), "{error}");
    cluster.start();
    insert(&db, "after", 0).unwrap();
    assert_eq!(count(&db), Ok(2));
}

/// Whether the server stored it cannot be known then, and doing it twice would be wrong.
#[test]
fn a_connection_lost_during_the_commit_is_reported_and_the_unit_not_run_again() {
    let Some(db) = store::testing::postgres() else {
        return;
    };
    const SETUP: [&str; 2] = [
        "create function die() returns trigger language plpgsql as \
         'begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(9); return null; end'",
        "create constraint trigger die after insert on lease deferrable initially deferred \
         for each row when (new.name = 'fatal') execute function die()",
    ];
    for text in SETUP {
        let sql = Sql {
            name: "SETUP",
            text,
        };
        let done: Result<u64, StoreError> = db.write_blocking(move |tx| tx.run(&sql, &[]));
        done.unwrap();
    }
    let runs = Arc::new(AtomicU32::new(0));
    let inside = Arc::clone(&runs);
    let done: Result<u64, StoreError> = db.write_blocking(move |tx| {
        inside.fetch_add(1, Ordering::SeqCst);
        tx.run(&INSERT, params!["fatal", "me", 0])
    });
    assert!(
        matches!(&done, Err(StoreError::Unavailable(text)) if text.contains("may have been done")),
        "{done:?}"
    );
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    insert(&db, "after", 0).unwrap();
    assert_eq!(count(&db), Ok(1));
}

#[test]
fn units_that_lock_each_other_out_run_again() {
    let Some(db) = store::testing::postgres() else {
        return;
    };
    insert(&db, "a", 0).unwrap();
    insert(&db, "b", 0).unwrap();
    // Each takes one row and then the other's: PostgreSQL ends one of them, which must run again.
    let meet = Arc::new(std::sync::Barrier::new(2));
    let units: Vec<_> = [("a", "b"), ("b", "a")]
        .map(|(first, second)| {
            let (db, meet) = (Db::clone(&db), Arc::clone(&meet));
            let met = AtomicU32::new(0);
            std::thread::spawn(move || -> Result<(), StoreError> {
                db.write_blocking(move |tx| {
                    let seen = tx.one(&READ, params![first], |row| row.int(0))?;
                    if met.fetch_add(1, Ordering::SeqCst) == 0 {
                        meet.wait();
                    }
                    let other = tx.one(&READ, params![second], |row| row.int(0))?;
                    tx.run_one(&WRITE, params![first, seen + 1])?;
                    tx.run_one(&WRITE, params![second, other + 1])
                })
            })
        })
        .into_iter()
        .collect();
    for unit in units {
        assert_eq!(unit.join().unwrap(), Ok(()));
    }
    assert!(db.stats().reruns >= 1);
    let sum: Result<i64, StoreError> = db.read_blocking(|tx| {
        const SUM: Sql = Sql {
            name: "SUM",
            text: "select cast(sum(until) as bigint) from lease",
        };
        tx.one(&SUM, &[], |row| row.int(0))
    });
    assert_eq!(sum, Ok(4), "no update was lost");
}

#[test]
fn a_locked_row_makes_the_second_unit_wait() {
    let Some(db) = store::testing::postgres() else {
        return;
    };
    insert(&db, "a", 0).unwrap();
    let units: Vec<_> = (0..8)
        .map(|_| {
            let db = Db::clone(&db);
            std::thread::spawn(move || -> Result<(), StoreError> {
                db.write_blocking(|tx| {
                    let seen = tx.one(&READ, params!["a"], |row| row.int(0))?;
                    tx.run_one(&WRITE, params!["a", seen + 1])
                })
            })
        })
        .collect();
    for unit in units {
        assert_eq!(unit.join().unwrap(), Ok(()));
    }
    let value: Result<i64, StoreError> =
        db.read_blocking(|tx| tx.one(&READ_PLAIN, params!["a"], |row| row.int(0)));
    assert_eq!(value, Ok(8));
}

const READ_PLAIN: Sql = Sql {
    name: "READ_PLAIN",
    text: "select until from lease where name = $1",
};

#[test]
fn a_schema_changed_by_another_node_does_not_stop_this_one() {
    let Some(db) = store::testing::postgres() else {
        return;
    };
    const ALL: Sql = Sql {
        name: "ALL",
        text: "select name from lease order by name",
    };
    let list = |db: &Db| -> Result<Vec<String>, StoreError> {
        db.read_blocking(|tx| tx.all(&ALL, &[], |row| row.text(0)))
    };
    insert(&db, "a", 0).unwrap();
    assert_eq!(list(&db), Ok(vec!["a".to_owned()]));
    const CHANGE: Sql = Sql {
        name: "CHANGE",
        text: "alter table lease alter column name type varchar(100)",
    };
    let done: Result<u64, StoreError> = db.write_blocking(|tx| tx.run(&CHANGE, &[]));
    done.unwrap();
    assert_eq!(list(&db), Ok(vec!["a".to_owned()]));
}

#[test]
fn off_the_machine_there_is_no_connection_without_tls() {
    for url in [
        "postgres://u:p@db.example.com/x",
        "host=/tmp,db.example.com user=u",
        "postgres://u@192.0.2.1/x",
    ] {
        let error = Db::open(
            Config::Postgres {
                url: url.to_owned(),
                tls: PgTls::Off,
            },
            ring(),
        )
        .unwrap_err();
        assert!(
            matches!(&error, StoreError::Unfit(text) if text.contains("TLS")),
            "{url}: {error}"
        );
        assert!(!error.to_string().contains("example.com"), "{error}");
    }
    let error = Db::open(
        Config::Postgres {
            url: "what is this".to_owned(),
            tls: PgTls::Off,
        },
        ring(),
    )
    .unwrap_err();
    assert!(matches!(error, StoreError::Unfit(_)), "{error}");
}

/// A server with a certificate, reached over TCP.
struct Protected {
    cluster: Arc<Cluster>,
    port: u16,
    dir: tempfile::TempDir,
}

fn protected(name: &str) -> Option<Protected> {
    let dir = tempfile::tempdir().unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let ca = rcgen::CertifiedIssuer::self_signed(params, ca_key).unwrap();
    std::fs::write(dir.path().join("ca.pem"), ca.pem()).unwrap();
    let other = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    std::fs::write(dir.path().join("other.pem"), other.cert.pem()).unwrap();

    let key = rcgen::KeyPair::generate().unwrap();
    let cert = rcgen::CertificateParams::new(vec![name.to_owned()])
        .unwrap()
        .signed_by(&key, &ca)
        .unwrap();
    // The kernel names a port that is free now; the server takes it a moment later.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let cluster = Cluster::own(&[])?;
    cluster.stop();
    cluster.put("server.crt", &cert.pem());
    cluster.put("server.key", &key.serialize_pem());
    cluster.put(
        "tcp.conf",
        &format!("listen_addresses = '127.0.0.1'\nport = {port}\nssl = on\n"),
    );
    cluster.put(
        "postgresql.conf",
        "include 'conf.d.conf'\ninclude 'tcp.conf'\n",
    );
    cluster.start();
    Some(Protected { cluster, port, dir })
}

impl Protected {
    fn open(&self, host: &str, ca: &str, mode: &str) -> Result<Db, StoreError> {
        let url = format!(
            "postgres://gatelodge@{host}:{}/postgres?sslmode={mode}",
            self.port
        );
        Db::open(
            Config::Postgres {
                url,
                tls: PgTls::Ca(self.dir.path().join(ca)),
            },
            ring(),
        )
    }
}

#[test]
fn the_server_s_certificate_and_name_are_verified() {
    let Some(server) = protected("localhost") else {
        return;
    };
    for mode in ["require", "verify-full", "verify-ca", "disable"] {
        let db = server.open("localhost", "ca.pem", mode).unwrap();
        const SSL: Sql = Sql {
            name: "SSL",
            text: "select cast(version as text) from pg_stat_ssl where pid = pg_backend_pid() and ssl",
        };
        let version: Result<String, StoreError> =
            db.read_blocking(|tx| tx.one(&SSL, &[], |row| row.text(0)));
        assert_eq!(version, Ok("TLSv1.3".to_owned()), "{mode}");
    }
    let error = server
        .open("localhost", "other.pem", "require")
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Unavailable(_)),
        "an issuer that is not trusted: {error}"
    );
    let error = server.open("127.0.0.1", "ca.pem", "require").unwrap_err();
    assert!(
        matches!(error, StoreError::Unavailable(_)),
        "a name the certificate does not have: {error}"
    );
    drop(server.cluster);
}

#[test]
fn a_server_without_tls_is_refused_where_tls_is_on() {
    let Some(server) = protected("localhost") else {
        return;
    };
    server.cluster.stop();
    server.cluster.put(
        "tcp.conf",
        &format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nssl = off\n",
            server.port
        ),
    );
    server.cluster.start();
    let error = server.open("localhost", "ca.pem", "require").unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    // On loopback it can be switched off in so many words. Of several hosts the first that answers is taken.
    let dead = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!(
        "postgres://gatelodge@127.0.0.1:{dead},127.0.0.1:{}/postgres",
        server.port
    );
    Db::open(
        Config::Postgres {
            url,
            tls: PgTls::Off,
        },
        ring(),
    )
    .unwrap();
}
