//! What lies in a store, row by row as text: for tests that compare before and after.

use crate::engine::{Engine, Tx};
use crate::sql::Sql;
use crate::{StoreError, params};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Each table with its rows, sorted. Equal contents mean that nothing was written in between.
pub type Contents = BTreeMap<String, Vec<String>>;

/// Everything in the store.
///
/// # Errors
/// Only faults.
pub fn contents(tx: &mut Tx<'_>) -> Result<Contents, StoreError> {
    let mut all = Contents::new();
    for table in tables(tx)? {
        let text = match tx.engine() {
            Engine::Postgres => format!("select cast(t as text) from \"{table}\" as t order by 1"),
            Engine::Sqlite => {
                let columns = format!("select name from pragma_table_info('{table}') order by cid");
                let columns = tx.all(&sql(columns), params![], |row| row.text(0))?;
                let quoted: Vec<String> = columns
                    .iter()
                    .map(|column| format!("quote(\"{column}\")"))
                    .collect();
                format!(
                    "select {} from \"{table}\" order by 1",
                    quoted.join(" || ',' || ")
                )
            }
        };
        let rows = tx.all(&sql(text), params![], |row| row.text(0))?;
        all.insert(table, rows);
    }
    Ok(all)
}

fn tables(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let text = match tx.engine() {
        Engine::Postgres => {
            "select cast(table_name as text) from information_schema.tables \
             where table_schema = current_schema() order by 1"
        }
        Engine::Sqlite => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1"
        }
    };
    tx.all(&sql(text.to_owned()), params![], |row| row.text(0))
}

/// A statement that is put together while running. Its text is kept for good, as every other statement's is.
fn sql(text: String) -> Sql {
    static TEXTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let text = match texts.get(text.as_str()) {
        Some(known) => known,
        None => {
            let kept: &'static str = Box::leak(text.into_boxed_str());
            texts.insert(kept);
            kept
        }
    };
    Sql {
        name: "store::testing::contents",
        text,
    }
}
