//! The schema: numbered changes, applied at start, in order, in one transaction, each once.
//!
//! To add one, make the folder `migrations/NNNN_name` with `common.sql`, or with `sqlite.sql` and `postgres.sql` where
//! the engines differ, and add a line to [`ALL`]. A change that was released is never edited: add another.
//! A table of short rows says `/*without rowid*/` at its end: on SQLite its primary key is then the table itself, and
//! a row is one page to write instead of two. Long rows keep the two, or the tree above them would grow deep.
//!
//! Invariant: a schema that is newer than the program, or that was changed otherwise, is refused and not touched.

use crate::engine::{Engine, Tx};
use crate::error::StoreError;
use crate::params;
use crate::sql::{Sql, statements};

/// One change of the schema.
struct Migration {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migration {
    ($number:literal, $folder:literal, common) => {
        migration!(@ $number, $folder, "common.sql", "common.sql")
    };
    ($number:literal, $folder:literal, both) => {
        migration!(@ $number, $folder, "sqlite.sql", "postgres.sql")
    };
    (@ $number:literal, $folder:literal, $sqlite:literal, $postgres:literal) => {
        Migration {
            number: $number,
            name: $folder,
            sqlite: include_str!(concat!("migrations/", $folder, "/", $sqlite)),
            postgres: include_str!(concat!("migrations/", $folder, "/", $postgres)),
        }
    };
}

/// Every change, by number without a gap.
const ALL: &[Migration] = &[
    migration!(1, "0001_base", common),
    migration!(2, "0002_accounts", common),
    migration!(3, "0003_recovery", common),
    migration!(4, "0004_contact", common),
    migration!(5, "0005_check", common),
    migration!(6, "0006_nudge", common),
    migration!(7, "0007_operator", common),
    migration!(8, "0008_second_contact", common),
    migration!(9, "0009_drill", common),
    migration!(10, "0010_support", common),
    migration!(11, "0011_recovery_contact", common),
    migration!(12, "0012_drill_which", common),
    migration!(13, "0013_channel", common),
    migration!(14, "0014_sms", common),
    migration!(15, "0015_iam", common),
];

statements! {
    APPLIED = "select number, digest from schema_change order by number";
    NOTE = "insert into schema_change (number, name, digest) values ($1, $2, $3)";
}

/// The mark of a table whose primary key is the table itself, where the engine knows such.
const ROWLESS: &str = "/*without rowid*/";

const TABLE: &str = "create table if not exists schema_change \
     (number bigint not null primary key, name text not null, digest text not null)";

/// One node at a time: on SQLite the transaction itself sees to it.
const LOCK: Sql = Sql {
    name: "store::migrate::LOCK",
    text: "select 1 from (select pg_advisory_xact_lock(hashtext('gatelodge schema ' || current_schema()))) lock",
};

/// Brings the schema up to date and binds the store to its ring. The transaction around it is the caller's.
pub(crate) fn prepare(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        tx.all(&LOCK, &[], |_| Ok(()))?;
    }
    tx.batch(TABLE)?;
    let applied = tx.all(&APPLIED, &[], |row| Ok((row.int(0)?, row.text(1)?)))?;
    let newest = applied.last().map_or(0, |(number, _)| *number);
    let known = ALL.last().map_or(0, |change| change.number);
    if newest > known {
        return Err(StoreError::unfit(format!(
            "the schema is at change {newest}, this version knows up to {known}: use the newer version of Gatelodge"
        )));
    }
    for change in ALL {
        let text = match tx.engine() {
            Engine::Sqlite => change.sqlite,
            Engine::Postgres => change.postgres,
        };
        let digest = digest(text);
        match applied.iter().find(|(number, _)| *number == change.number) {
            Some((_, noted)) if *noted == digest => {}
            Some(_) => {
                return Err(StoreError::unfit(format!(
                    "schema change {} is not the one that was applied to this store",
                    change.name
                )));
            }
            None => {
                match tx.engine() {
                    Engine::Sqlite => tx.batch(&text.replace(ROWLESS, "without rowid"))?,
                    Engine::Postgres => tx.batch(text)?,
                }
                tx.run(&NOTE, params![change.number, change.name, digest])?;
                tracing::info!(change = change.name, "schema change applied");
            }
        }
    }
    crate::meta::bind(tx)
}

fn digest(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    data_encoding::HEXLOWER.encode(digest.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dense_and_every_folder_is_listed_under_its_number() {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/migrations");
        let mut folders: Vec<String> = std::fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        folders.sort();
        let listed: Vec<&str> = ALL.iter().map(|change| change.name).collect();
        assert_eq!(folders, listed);
        for (change, number) in ALL.iter().zip(1..) {
            assert_eq!(change.number, number, "{} is out of order", change.name);
            assert!(
                change.name.starts_with(&format!("{number:04}_")),
                "{} does not begin with {number:04}_",
                change.name
            );
        }
    }
}
