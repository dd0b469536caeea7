//! Makes the second contacts of a trial older than they are: for the stories in a browser, which cannot wait for the thirty
//! days after which they serve a recovery.
//!
//! `aged FOLDER DAYS` moves the beginning of every second address and number in the store of that data folder back.
#![expect(
    clippy::expect_used,
    reason = "a helper of the tests, never part of the product"
)]

use rusqlite::Connection;
use std::path::PathBuf;
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;

fn main() {
    let mut given = std::env::args().skip(1);
    let folder = given.next().map(PathBuf::from);
    let days: Option<i64> = given.next().and_then(|days| days.parse().ok());
    let (Some(folder), Some(days)) = (folder, days) else {
        unreachable!("usage: aged FOLDER DAYS");
    };
    let store = Connection::open(folder.join("gatelodge.db")).expect("the store");
    store
        .busy_timeout(Duration::from_secs(10))
        .expect("patience");
    store
        .execute(
            "update contact set changed_at = changed_at - ?1 where kind in ('second-email', 'second-phone')",
            [days * DAY_MS],
        )
        .expect("they are older");
}
