//! What the benchmark compares with: the least that the same work can cost on this machine.
//!
//! `bare SIZE` listens on a free loopback port and says which: `/page` answers SIZE bytes by axum alone, `/commit`
//! makes one durable SQLite commit of its own per request.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a helper of the benchmark, never part of the product"
)]

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use std::sync::{Arc, Mutex};

fn main() {
    let size = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .expect("usage: bare SIZE");
    let folder = tempfile::tempdir().expect("a folder");
    let db = rusqlite::Connection::open(folder.path().join("bare.db")).expect("a database");
    db.execute_batch("pragma journal_mode=wal; pragma synchronous=full; create table t (id integer primary key, v text)")
        .expect("a table");
    let (db, page) = (Arc::new(Mutex::new(db)), "x".repeat(size));
    let commit = move || {
        let db = Arc::clone(&db);
        async move {
            let insert = move || {
                db.lock()
                    .expect("a lock")
                    .execute("insert into t (v) values ('row')", [])
                    .expect("a commit")
            };
            tokio::task::spawn_blocking(insert).await.expect("a thread");
            "done"
        }
    };
    let router = Router::new()
        .route(
            "/page",
            get(
                move || async move { ([(CONTENT_TYPE, "text/html; charset=utf-8")], page.clone()) },
            ),
        )
        .route("/commit", post(commit));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        println!(
            "http://localhost:{}",
            listener.local_addr().expect("an address").port()
        );
        axum::serve(listener, router).await.expect("serving");
    });
}
