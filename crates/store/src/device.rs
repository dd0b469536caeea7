//! Rows of MFA devices and of the codes they used up. Seeds are sealed, bound to their row.

use crate::engine::{Row, Tx};
use crate::sql::statements;
use crate::{StoreError, params};
use domain::ids::{AccountId, CaseId, DeviceId};
use domain::secret::Secret;
use domain::session::Hold;
use domain::time::Timestamp;

statements! {
    INSERT = "insert into mfa_device (id, account_id, name, name_key, seed, offset_steps, registered_at, hold_until, case_id) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_ACCOUNT = "select id, account_id, name, offset_steps, registered_at, last_used_at, suspended_until, hold_until, case_id \
        from mfa_device where account_id = $1 order by registered_at, id";
    FIND = "select id, account_id, name, offset_steps, registered_at, last_used_at, suspended_until, hold_until, case_id \
        from mfa_device where id = $1";
    SEED = "select seed from mfa_device where id = $1";
    REMOVE = "delete from mfa_device where id = $1 and account_id = $2";
    REMOVE_BY_CASE = "delete from mfa_device where case_id = $1";
    RENAME = "update mfa_device set name = $3, name_key = $4 where id = $1 and account_id = $2";
    OFFSET = "update mfa_device set offset_steps = $2 where id = $1";
    USED = "update mfa_device set last_used_at = $2 where id = $1";
    SUSPEND = "update mfa_device set suspended_until = $2 where id = $1";
    HOLD_BY_CASE = "update mfa_device set hold_until = $2 where case_id = $1";
    BURN = "insert into burnt_step (device_id, step) values ($1, $2) on conflict (device_id, step) do nothing";
    IS_BURNT = "select step from burnt_step where device_id = $1 and step = $2";
    FORGET_STEPS = "delete from burnt_step where step < $1";
    FORGET_DEVICE_STEPS = "delete from burnt_step where device_id = $1";
}

/// A registered device, without its seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whose.
    pub account: AccountId,
    /// The name the person gave it.
    pub name: String,
    /// How many 30-second steps its clock is off.
    pub offset_steps: i64,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// When it last signed in.
    pub last_used_at: Option<Timestamp>,
    /// Put out of use until then, after a recovery.
    pub suspended_until: Option<Timestamp>,
    /// Sessions opened with it are held until then, as it was made in a held session.
    pub hold: Option<Hold>,
    /// The recovery it was made in.
    pub case: Option<CaseId>,
}

impl Device {
    /// Whether it is out of use.
    pub fn suspended(&self, now: Timestamp) -> bool {
        self.suspended_until.is_some_and(|until| until > now)
    }

    /// The hold that its sessions have, if it still runs.
    pub fn held(&self, now: Timestamp) -> Option<Hold> {
        self.hold.filter(|hold| hold.until > now)
    }
}

fn device(row: &Row<'_>) -> Result<Device, StoreError> {
    let case = row.opt_text(8)?.map(|id| id.parse()).transpose();
    Ok(Device {
        id: row.parse(0)?,
        account: row.parse(1)?,
        name: row.text(2)?,
        offset_steps: row.int(3)?,
        registered_at: row.time(4)?,
        last_used_at: row.opt_time(5)?,
        suspended_until: row.opt_time(6)?,
        hold: row.opt_time(7)?.map(|until| Hold { until }),
        case: case.map_err(|_| StoreError::Corrupt("mfa_device.case_id".to_owned()))?,
    })
}

/// Writes a new device with its seed. `name_key` is the name as it is compared.
///
/// # Errors
/// A conflict when the account has a device of that name.
pub fn insert(
    tx: &mut Tx<'_>,
    device: &Device,
    name_key: &str,
    seed: &[u8],
) -> Result<(), StoreError> {
    let sealed = tx.seal("mfa_device", "seed", device.id.as_str(), seed)?;
    tx.run(
        &INSERT,
        params![
            device.id.as_str(),
            device.account.as_str(),
            device.name.as_str(),
            name_key,
            sealed,
            device.offset_steps,
            device.registered_at,
            device.hold.map(|h| h.until),
            device.case.as_ref().map(CaseId::as_str)
        ],
    )
    .map(drop)
}

/// The devices of an account, oldest first.
///
/// # Errors
/// Only faults.
pub fn of_account(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<Device>, StoreError> {
    tx.all(&OF_ACCOUNT, params![account.as_str()], device)
}

/// One device.
///
/// # Errors
/// Only faults.
pub fn find(tx: &mut Tx<'_>, id: &DeviceId) -> Result<Option<Device>, StoreError> {
    tx.opt(&FIND, params![id.as_str()], device)
}

/// The seed of a device.
///
/// # Errors
/// Not found, or sealed by a key that is not in the ring.
pub fn seed(tx: &mut Tx<'_>, id: &DeviceId) -> Result<Secret<Vec<u8>>, StoreError> {
    let sealed = tx.one(&SEED, params![id.as_str()], |row| row.blob(0))?;
    tx.open("mfa_device", "seed", id.as_str(), &sealed)
}

/// Removes a device; says whether there was one.
///
/// # Errors
/// Only faults.
pub fn remove(tx: &mut Tx<'_>, account: &AccountId, id: &DeviceId) -> Result<bool, StoreError> {
    tx.run(&FORGET_DEVICE_STEPS, params![id.as_str()])?;
    Ok(tx.run(&REMOVE, params![id.as_str(), account.as_str()])? > 0)
}

/// Removes what was registered in a recovery.
///
/// # Errors
/// Only faults.
pub fn remove_by_case(tx: &mut Tx<'_>, case: &CaseId) -> Result<u64, StoreError> {
    tx.run(&REMOVE_BY_CASE, params![case.as_str()])
}

/// Renames a device.
///
/// # Errors
/// A conflict when the name is taken or the device is gone.
pub fn rename(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &DeviceId,
    name: &str,
    name_key: &str,
) -> Result<(), StoreError> {
    tx.run_one(
        &RENAME,
        params![id.as_str(), account.as_str(), name, name_key],
    )
}

/// Keeps the clock error found by resynchronizing, in steps.
///
/// # Errors
/// Only faults.
pub fn set_offset(tx: &mut Tx<'_>, id: &DeviceId, steps: i64) -> Result<(), StoreError> {
    tx.run_one(&OFFSET, params![id.as_str(), steps])
}

/// Puts a device out of use until then, or back into use.
///
/// # Errors
/// Only faults.
pub fn suspend(tx: &mut Tx<'_>, id: &DeviceId, until: Option<Timestamp>) -> Result<(), StoreError> {
    tx.run(&SUSPEND, params![id.as_str(), until]).map(drop)
}

/// Lengthens or lifts the hold of what was registered in a recovery.
///
/// # Errors
/// Only faults.
pub fn hold_by_case(tx: &mut Tx<'_>, case: &CaseId, hold: Option<Hold>) -> Result<(), StoreError> {
    tx.run(&HOLD_BY_CASE, params![case.as_str(), hold.map(|h| h.until)])
        .map(drop)
}

/// The device signed in.
///
/// # Errors
/// Only faults.
pub fn used(tx: &mut Tx<'_>, id: &DeviceId, at: Timestamp) -> Result<(), StoreError> {
    tx.run(&USED, params![id.as_str(), at]).map(drop)
}

/// Uses up a code's time step; false when it was used before.
///
/// # Errors
/// Only faults.
pub fn burn(tx: &mut Tx<'_>, id: &DeviceId, step: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&BURN, params![id.as_str(), step])? > 0)
}

/// The same for whatever else shows codes, by a name of its own.
///
/// # Errors
/// Only faults.
pub fn burn_named(tx: &mut Tx<'_>, name: &str, step: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&BURN, params![name, step])? > 0)
}

/// Whether a code's time step was used.
///
/// # Errors
/// Only faults.
pub fn is_burnt(tx: &mut Tx<'_>, id: &DeviceId, step: i64) -> Result<bool, StoreError> {
    Ok(tx
        .opt(&IS_BURNT, params![id.as_str(), step], |row| row.int(0))?
        .is_some())
}

/// Forgets steps so old that no window reaches them.
///
/// # Errors
/// Only faults.
pub fn clean(tx: &mut Tx<'_>, before_step: i64) -> Result<u64, StoreError> {
    tx.run(&FORGET_STEPS, params![before_step])
}
