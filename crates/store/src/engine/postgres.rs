//! PostgreSQL: a few threads with a connection each. The server groups commits itself.
//!
//! Units run at READ COMMITTED and lock the rows they read to change; serialization failures and deadlocks run again.
//! A connection that is lost before COMMIT was sent costs a reconnect and a rerun. Lost after, the outcome is unknown
//! and said to be so: running again might do the work twice.
//! A server that is away fails what waits at once; the next unit tries to connect again.

use super::lane::{Lane, Queue, Station, Work};
use super::sqlite::ignored_failure;
use super::tls::Rustls;
use super::tx::{Failure, Link, Trouble, Tx};
use super::value::{Cells, Row, Value};
use super::{PgTls, Shared, Topic};
use crate::error::StoreError;
use crate::ring::KeyRing;
use crate::sql::{Sql, for_postgres};
use postgres::config::{Host, SslMode, TargetSessionAttrs};
use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, NoTls, Statement};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Connections that write, and connections that read, at most.
const WRITERS: usize = 4;
const READERS: usize = 2;
/// How long to wait for one host, where the address does not say.
const CONNECT: Duration = Duration::from_secs(3);
/// Reruns of one unit, at most.
const RERUNS: u32 = 8;

/// For every connection. A forgotten transaction must not hold locks for ever, nor a statement a thread.
const SESSION: &str = "set lock_timeout = '5s'; set statement_timeout = '30s'; \
     set idle_in_transaction_session_timeout = '60s'; set default_transaction_isolation = 'read committed'; \
     set client_min_messages = 'warning'; set bytea_output = 'hex'";

/// The server's clock, in milliseconds of UTC, as it is at this moment and not at the beginning of the transaction.
pub(super) const CLOCK: Sql = Sql {
    name: "store::engine::CLOCK",
    text: "select cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)",
};

/// Unique indexes and the columns they are of, `table.first, table.second`, as SQLite would name them.
const UNIQUE: &str = "select index.relname::text, \
         string_agg(owner.relname::text || '.' || att.attname::text, ', ' order by key.place) \
     from pg_index ix \
     join pg_class index on index.oid = ix.indexrelid \
     join pg_class owner on owner.oid = ix.indrelid \
     cross join lateral unnest(ix.indkey::int2[]) with ordinality key (number, place) \
     join pg_attribute att on att.attrelid = owner.oid and att.attnum = key.number \
     where ix.indisunique and ix.indexprs is null and owner.relnamespace = current_schema()::regnamespace \
     group by index.relname";

/// Where and how to connect.
pub(crate) struct Server {
    config: postgres::Config,
    tls: Option<Rustls>,
}

impl Server {
    pub(crate) fn new(url: &str, tls: &PgTls) -> Result<Self, StoreError> {
        // libpq's stricter modes are what we always do; the driver knows the plain ones only.
        let url = url
            .replace("sslmode=verify-full", "sslmode=require")
            .replace("sslmode=verify-ca", "sslmode=require");
        let mut config: postgres::Config = url
            .parse()
            .map_err(|_| StoreError::unfit("the address of PostgreSQL cannot be read"))?;
        let sockets = config
            .get_hosts()
            .iter()
            .all(|host| matches!(host, Host::Unix(_)));
        let near = config.get_hosts().iter().all(is_local)
            && config.get_hostaddrs().iter().all(|ip| ip.is_loopback());
        if *tls == PgTls::Off && !near {
            return Err(StoreError::unfit(
                "TLS towards PostgreSQL can be off for unix sockets and loopback addresses only",
            ));
        }
        if !sockets
            && *tls != PgTls::Off
            && config
                .get_hosts()
                .iter()
                .any(|host| matches!(host, Host::Unix(_)))
        {
            return Err(StoreError::unfit(
                "unix sockets and other hosts of PostgreSQL cannot be mixed",
            ));
        }
        let tls = if sockets { None } else { Rustls::new(tls)? };
        config.ssl_mode(if tls.is_some() {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_hosts().len() > 1 {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if config.get_application_name().is_none() {
            config.application_name("gatelodge");
        }
        config.notice_callback(|notice| {
            tracing::debug!(code = notice.code().code(), "PostgreSQL gave a notice")
        });
        Ok(Self { config, tls })
    }

    fn connect(&self, mode: Mode) -> Result<Conn, StoreError> {
        let client = match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        };
        let mut client = client.map_err(|error| unreachable(&error))?;
        client
            .batch_execute(SESSION)
            .map_err(|error| unreachable(&error))?;
        if mode == Mode::Read {
            client
                .batch_execute("set default_transaction_read_only = on")
                .map_err(|error| unreachable(&error))?;
        }
        let rows = client
            .query(UNIQUE, &[])
            .map_err(|error| unreachable(&error))?;
        let named = rows
            .iter()
            .filter_map(|row| Some((row.try_get(0).ok()?, row.try_get(1).ok()?)));
        Ok(Conn {
            client,
            statements: HashMap::new(),
            uniques: named.collect(),
        })
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
    }
}

/// Why no connection could be made, without the address, which may hold a password.
fn unreachable(error: &postgres::Error) -> StoreError {
    if let Some(code) = error.code() {
        if *code == SqlState::INVALID_PASSWORD
            || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        {
            return StoreError::unfit("PostgreSQL refuses this user or password");
        }
        if *code == SqlState::INVALID_CATALOG_NAME {
            return StoreError::unfit("PostgreSQL has no database of this name");
        }
        return StoreError::Unavailable(format!(
            "PostgreSQL answers with SQLSTATE {}",
            code.code()
        ));
    }
    let cause = std::error::Error::source(error).map(ToString::to_string);
    StoreError::Unavailable(format!(
        "PostgreSQL cannot be reached: {}",
        cause.unwrap_or_else(|| error.to_string())
    ))
}

/// One connection and what it has prepared.
pub(crate) struct Conn {
    client: Client,
    statements: HashMap<(usize, usize), Statement>,
    uniques: HashMap<String, String>,
}

impl Conn {
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), Failure> {
        self.client
            .batch_execute(text)
            .map_err(|error| self.failure("batch", &error))
    }

    pub(crate) fn prepare(&mut self, sql: &Sql) -> Result<(), Failure> {
        self.prepared(sql).map(drop)
    }

    pub(crate) fn run(&mut self, sql: &Sql, params: &[Value<'_>]) -> Result<u64, Failure> {
        let statement = self.prepared(sql)?;
        if !statement.columns().is_empty() {
            return Err(Failure::unit(StoreError::fault(format!(
                "{}: gives rows, use one, opt or all",
                sql.name
            ))));
        }
        let params = bound(sql, &statement, params)?;
        self.client
            .execute(&statement, &params)
            .map_err(|error| self.failure(sql.name, &error))
    }

    pub(crate) fn each(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<(), Failure> {
        let statement = self.prepared(sql)?;
        let params = bound(sql, &statement, params)?;
        let rows = self
            .client
            .query(&statement, &params)
            .map_err(|error| self.failure(sql.name, &error))?;
        for row in &rows {
            if !visit(&Row {
                cells: Cells::Postgres(row),
                statement: sql.name,
            }) {
                break;
            }
        }
        Ok(())
    }

    fn prepared(&mut self, sql: &Sql) -> Result<Statement, Failure> {
        // A text constant is known by its place in memory: no hashing of long texts.
        let key = (sql.text.as_ptr().addr(), sql.text.len());
        if let Some(statement) = self.statements.get(&key) {
            return Ok(statement.clone());
        }
        let made = self.client.prepare(&for_postgres(sql.text));
        let statement = made.map_err(|error| self.failure(sql.name, &error))?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }

    /// Says what an error of PostgreSQL means here. Its words are not used: they may repeat values.
    fn failure(&mut self, place: &str, error: &postgres::Error) -> Failure {
        let Some(cause) = error.as_db_error() else {
            if is_lost(error) || self.client.is_closed() {
                let lost =
                    StoreError::Unavailable("the connection to PostgreSQL was lost".to_owned());
                return Failure {
                    error: lost,
                    trouble: Trouble::Lost,
                };
            }
            // What the driver says itself speaks of types and counts only.
            return Failure::unit(StoreError::fault(format!("{place}: {}", outermost(error))));
        };
        let code = cause.code();
        let constraint = cause.constraint().unwrap_or("?");
        let unit = Failure::unit;
        match code.code() {
            "23505" => {
                let what = self
                    .uniques
                    .get(constraint)
                    .map_or(constraint, String::as_str)
                    .to_owned();
                unit(StoreError::Conflict { what })
            }
            "23503" => unit(StoreError::Conflict {
                what: "reference".to_owned(),
            }),
            "40001" | "40P01" => Failure {
                error: StoreError::Busy,
                trouble: Trouble::Again,
            },
            // A plan prepared before another node changed the schema.
            "0A000" if cause.routine() == Some("RevalidateCachedQuery") => {
                self.statements.clear();
                Failure {
                    error: StoreError::Busy,
                    trouble: Trouble::Again,
                }
            }
            "55P03" | "57014" => unit(StoreError::Busy),
            "53100" | "53200" => unit(StoreError::Full),
            "25006" => unit(StoreError::fault(format!(
                "{place}: writes where only reading is allowed"
            ))),
            "XX001" | "XX002" => unit(StoreError::Corrupt(format!(
                "{place}: SQLSTATE {}",
                code.code()
            ))),
            state if state.starts_with("08") || state.starts_with("57P") || state == "25P03" => {
                let lost = StoreError::Unavailable(format!(
                    "PostgreSQL ended the connection, SQLSTATE {state}"
                ));
                Failure {
                    error: lost,
                    trouble: Trouble::Lost,
                }
            }
            state if state.starts_with("23") => unit(StoreError::fault(format!(
                "{place}: SQLSTATE {state}, constraint {constraint}"
            ))),
            state => unit(StoreError::fault(format!("{place}: SQLSTATE {state}"))),
        }
    }
}

fn bound<'p>(
    sql: &Sql,
    statement: &Statement,
    params: &'p [Value<'p>],
) -> Result<Vec<&'p (dyn ToSql + Sync)>, Failure> {
    if statement.params().len() != params.len() {
        let text = format!("{}: does not take {} parameters", sql.name, params.len());
        return Err(Failure::unit(StoreError::fault(text)));
    }
    Ok(params
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect())
}

fn is_lost(error: &postgres::Error) -> bool {
    error.is_closed()
        || std::error::Error::source(error)
            .is_some_and(|cause| cause.downcast_ref::<std::io::Error>().is_some())
}

/// The driver's sentence and the reason under it.
fn outermost(error: &postgres::Error) -> String {
    std::error::Error::source(error)
        .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// What a lane's connections are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Read,
}

/// Brings the schema up to date, on a thread of its own: the driver cannot run on a thread that polls tasks.
pub(crate) fn prepare_schema(server: &Arc<Server>, ring: &KeyRing) -> Result<(), StoreError> {
    let (server, ring) = (Arc::clone(server), ring.clone());
    let work = move || {
        let mut conn = server.connect(Mode::Write)?;
        let now = |conn: &mut Conn, text| conn.batch(text).map_err(|failure| failure.error);
        now(&mut conn, "begin")?;
        let done = crate::migrate::prepare(&mut Tx::new(Link::Postgres(&mut conn), &ring));
        now(&mut conn, if done.is_ok() { "commit" } else { "rollback" }).and(done)
    };
    let thread = std::thread::Builder::new()
        .name("store-schema".to_owned())
        .spawn(work);
    let thread = thread.map_err(|error| {
        StoreError::Unavailable(format!("no thread to be had: {}", error.kind()))
    })?;
    thread
        .join()
        .unwrap_or_else(|_| Err(StoreError::fault("preparing the schema panicked")))
}

/// The threads of one mode.
pub(crate) fn lane(server: &Arc<Server>, ring: &KeyRing, shared: &Arc<Shared>, mode: Mode) -> Lane {
    let (server, ring, shared) = (Arc::clone(server), ring.clone(), Arc::clone(shared));
    let (name, most) = match mode {
        Mode::Write => ("store-write", WRITERS),
        Mode::Read => ("store-read", READERS),
    };
    Lane::new(name, most, move || {
        let (server, ring, shared) = (Arc::clone(&server), ring.clone(), Arc::clone(&shared));
        Box::new(Desk {
            server,
            ring,
            shared,
            mode,
            conn: None,
        })
    })
}

struct Desk {
    server: Arc<Server>,
    ring: KeyRing,
    shared: Arc<Shared>,
    mode: Mode,
    conn: Option<Conn>,
}

/// What came of one run of a unit.
enum Attempt {
    /// The unit's own result counts.
    Done(Vec<Topic>),
    /// Nothing is stored; the unit is told this instead.
    Failed(StoreError),
    Again,
    Lost(StoreError),
    /// COMMIT was sent, and no answer came.
    Unknown,
}

impl Station for Desk {
    fn serve(&mut self, mut unit: Box<dyn Work>, queue: &Queue) {
        for _ in 0..=RERUNS {
            let mut conn = match self
                .conn
                .take()
                .map_or_else(|| self.server.connect(self.mode), Ok)
            {
                Ok(conn) => conn,
                Err(error) => {
                    tracing::warn!(%error, "PostgreSQL");
                    // Whoever waits, waits for the same server.
                    for other in queue.drain() {
                        other.settle(Err(error.clone()));
                    }
                    unit.settle(Err(error));
                    return;
                }
            };
            match self.attempt(&mut conn, unit.as_mut()) {
                Attempt::Done(wakes) => {
                    self.conn = Some(conn);
                    self.shared.ring_bells(&wakes);
                    unit.settle(Ok(()));
                    return;
                }
                Attempt::Failed(error) => {
                    self.conn = Some(conn);
                    unit.settle(Err(error));
                    return;
                }
                Attempt::Again => self.conn = Some(conn),
                Attempt::Lost(error) => {
                    tracing::warn!(%error, "PostgreSQL was lost, a unit runs again")
                }
                Attempt::Unknown => {
                    tracing::error!("PostgreSQL was lost during COMMIT");
                    let text = "PostgreSQL was lost during COMMIT; the work may have been done";
                    unit.settle(Err(StoreError::Unavailable(text.to_owned())));
                    return;
                }
            }
            self.shared.rerun(1);
        }
        unit.settle(Err(StoreError::Busy));
    }
}

impl Desk {
    fn attempt(&self, conn: &mut Conn, unit: &mut dyn Work) -> Attempt {
        let begin = match self.mode {
            Mode::Write => "begin",
            Mode::Read => "begin isolation level repeatable read read only",
        };
        if let Err(failure) = conn.batch(begin) {
            return match failure.trouble {
                Trouble::Lost => Attempt::Lost(failure.error),
                _ => Attempt::Failed(failure.error),
            };
        }
        let mut tx = Tx::new(Link::Postgres(conn), &self.ring);
        let good = unit.run(&mut tx);
        let Tx { wakes, spent, .. } = tx;
        match spent {
            Some(Trouble::Lost) => {
                return Attempt::Lost(StoreError::Unavailable(
                    "the connection was lost".to_owned(),
                ));
            }
            None if good && self.mode == Mode::Write => return self.commit(conn, wakes),
            _ => {}
        }
        match (conn.batch("rollback"), spent) {
            // The transaction is gone either way. If this run was to count it counts, as nothing was to be stored.
            (Err(failure), _) if failure.trouble != Trouble::Lost => Attempt::Failed(failure.error),
            (_, Some(Trouble::Again)) => Attempt::Again,
            (_, Some(_)) if good => Attempt::Failed(ignored_failure()),
            _ => Attempt::Done(Vec::new()),
        }
    }

    fn commit(&self, conn: &mut Conn, wakes: Vec<Topic>) -> Attempt {
        match conn.batch("commit") {
            Ok(()) => {
                self.shared.committed(1);
                Attempt::Done(wakes)
            }
            Err(Failure {
                trouble: Trouble::Again,
                ..
            }) => Attempt::Again,
            Err(Failure {
                trouble: Trouble::Lost,
                ..
            }) => Attempt::Unknown,
            Err(Failure { error, .. }) => Attempt::Failed(error),
        }
    }
}
