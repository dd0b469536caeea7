//! A few facts about the store itself: which installation it is of, and its generation.
//!
//! Invariant: a store is used with its own ring only, and at the ring's generation only. An older copy put back in
//! place has an older generation once a restore has raised it, and does not start.

use crate::engine::Tx;
use crate::error::StoreError;
use crate::params;
use crate::sql::statements;

statements! {
    GET = "select value from meta where name = $1";
    SET = "insert into meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";
}

const INSTALLATION: &str = "installation";
const GENERATION: &str = "generation";

/// A fact by its name.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, StoreError> {
    tx.opt(&GET, params![name], |row| row.text(0))
}

/// Writes a fact down.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    tx.run(&SET, params![name, value]).map(drop)
}

/// The store's generation: 1, and one more for each restore.
pub fn generation(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let text = get(tx, GENERATION)?
        .ok_or_else(|| StoreError::Corrupt("meta: no generation".to_owned()))?;
    text.parse()
        .map_err(|_| StoreError::Corrupt("meta: the generation is no number".to_owned()))
}

/// Raises the generation of a restored store. Save the ring with the same generation afterwards; in between neither
/// starts, and the restore can be run again.
pub fn set_generation(tx: &mut Tx<'_>, generation: u64) -> Result<(), StoreError> {
    set(tx, GENERATION, &generation.to_string())
}

/// Binds a new store to the ring, and checks a known one against it.
pub(crate) fn bind(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let ring = tx.ring();
    let Some(installation) = get(tx, INSTALLATION)? else {
        set(tx, INSTALLATION, ring.installation())?;
        return set_generation(tx, ring.generation());
    };
    if installation != ring.installation() {
        return Err(StoreError::unfit(
            "this key ring belongs to another installation: name the ring that was made with this store",
        ));
    }
    let (stored, kept) = (generation(tx)?, ring.generation());
    match stored.cmp(&kept) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(StoreError::unfit(format!(
            "the store is of generation {stored}, its key ring of {kept}: an older copy was put in place; use `restore`"
        ))),
        std::cmp::Ordering::Greater => Err(StoreError::unfit(format!(
            "the key ring is of generation {kept}, the store of {stored}: use the ring the last restore wrote"
        ))),
    }
}
