//! Virtual MFA devices of users, and codes that are given with a call.
//!
//! A device is made with a drawn seed, told once, and serves nobody until two of its codes were given in a row. A code
//! counts once. Wrong ones are counted in a write of their own, which stays whatever becomes of the call.
//!
//! Invariant: a device of a root user is registered, moved and removed on its pages only. Here its codes are checked for
//! calls of that root user, and for nothing else.

use super::named::{self, Listed, New, Paging, missing};
use super::user::named_or_own;
use crate::api::{Ask, Call, Gate, session_token};
use crate::sts::Code;
use crate::{App, Error};
use domain::iam::caller::Principal;
use domain::iam::entity::{Entity, Kind, MfaDevice, Tag, User};
use domain::iam::quota;
use domain::iam::said::Wire;
use domain::secret::Secret;
use domain::step::CounterKey;
use domain::throttle::Throttle;
use domain::time::{Span, Timestamp};
use factors::qr;
use factors::totp::{self, Seed};
use std::sync::Arc;
use store::iam::{entity, standing};
use store::{Tx, counter, device};

/// Wrong codes within a day after which a key is asked for none any more (the leaked key that guesses).
const MOST_WRONG: u32 = 20;
/// How long they are counted.
const COUNTED_FOR: Span = Span::hours(24);

/// A device that gave a right code: by what its sessions are revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved(pub String);

/// A device just made: its seed is told this once.
#[derive(Debug)]
pub struct Made {
    /// The device.
    pub device: Entity<MfaDevice>,
    /// The seed, in base32.
    pub seed: Secret<String>,
    /// A QR code of it, as PNG.
    pub picture: Vec<u8>,
}

/// A device, and the user it is assigned to.
pub type Assigned = (Entity<MfaDevice>, Option<Entity<User>>);

/// A device and two codes that it showed one after the other.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The user.
    pub user: String,
    /// The device, by its serial number.
    pub serial: String,
    /// The first code.
    pub first: String,
    /// The one after it.
    pub second: String,
}

impl App {
    /// Checks the code that was given with a call, if one was. Right or wrong, it is used up, and counted.
    ///
    /// # Errors
    /// `AccessDenied`, in the words of AWS.
    pub async fn prove_code(&self, call: &Arc<Call>, code: &Code) -> Result<Option<Proved>, Error> {
        let (serial, digits) = match (&code.serial, &code.code) {
            (None, None) => return Ok(None),
            (Some(serial), Some(digits)) => (serial.clone(), digits.clone()),
            _ => return Err(self.turn_away(call, BOTH).await),
        };
        let taken = Arc::clone(call);
        let checked = self
            .db()
            .write(move |tx| check(tx, &taken, &serial, &digits));
        match checked.await? {
            Ok(proved) => Ok(Some(proved)),
            Err(said) => Err(self.turn_away(call, said).await),
        }
    }

    async fn turn_away(&self, call: &Arc<Call>, said: &'static str) -> Error {
        let said = Wire::AccessDenied.say(said);
        match self.refused(call, &said).await {
            Ok(()) => said.into(),
            Err(error) => error,
        }
    }
}

const BOTH: &str =
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
const WRONG: &str = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
const UNKNOWN: &str = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial \
    number is valid and associated with this user.";

/// What a code is checked against.
struct Device {
    id: String,
    seed: Seed,
    offset: i64,
}

fn check(
    tx: &mut Tx<'_>,
    call: &Call,
    serial: &str,
    digits: &str,
) -> Result<Result<Proved, &'static str>, Error> {
    let Some(found) = of_caller(tx, call, serial)? else {
        return Ok(Err(UNKNOWN));
    };
    let key = CounterKey(format!("sts-mfa:{}:{}", call.caller.key, found.id));
    let mut wrong = counter::find(tx, &key)?;
    if call.now.millis() - wrong.last_at >= COUNTED_FOR.as_millis() {
        wrong = Throttle::default();
    }
    if wrong.failures >= MOST_WRONG {
        return Ok(Err(UNKNOWN));
    }
    let code = totp::Code::parse(digits);
    let step =
        code.and_then(|code| totp::check(&found.seed, code, call.now.millis(), found.offset));
    let fresh = match step {
        Some(step) => device::burn_named(tx, &found.id, step.number())?,
        None => false,
    };
    if fresh {
        return Ok(Ok(Proved(session_token::of_device(&found.id))));
    }
    wrong.failures += 1;
    wrong.last_at = call.now.millis();
    counter::set(tx, &key, wrong)?;
    Ok(Err(WRONG))
}

/// The device of this serial number, if it is the caller's.
fn of_caller(tx: &mut Tx<'_>, call: &Call, serial: &str) -> Result<Option<Device>, Error> {
    let account = &call.caller.account;
    let Some(name) = name_of(account.as_str(), serial) else {
        return Ok(None);
    };
    match &call.caller.principal {
        Principal::User { id, .. } => {
            let found: Option<Entity<MfaDevice>> = entity::find(tx, account, name)?;
            let own = found.filter(|one| {
                one.body
                    .assigned
                    .as_ref()
                    .is_some_and(|(user, _)| user == id)
            });
            own.map(|one| read(tx, &one)).transpose()
        }
        Principal::Root => {
            let devices = device::of_account(tx, account)?;
            let found = devices.into_iter().find(|one| {
                one.name == name && !one.suspended(call.now) && one.held(call.now).is_none()
            });
            let Some(found) = found else {
                return Ok(None);
            };
            let seed = device::seed(tx, &found.id)?;
            Ok(Some(Device {
                id: found.id.to_string(),
                seed: seed_of(seed.expose())?,
                offset: found.offset_steps,
            }))
        }
        _ => Ok(None),
    }
}

fn read(tx: &mut Tx<'_>, one: &Entity<MfaDevice>) -> Result<Device, Error> {
    let seed = entity::secret(tx, &one.id)?;
    Ok(Device {
        id: one.id.as_str().to_owned(),
        seed: seed_of(seed.expose())?,
        offset: one.body.offset_steps,
    })
}

fn seed_of(bytes: &[u8]) -> Result<Seed, Error> {
    Seed::from_slice(bytes).ok_or(Error::Fault("a stored seed has another length"))
}

/// The name of a device, from its serial number in this account.
fn name_of<'a>(account: &str, serial: &'a str) -> Option<&'a str> {
    let rest = serial.strip_prefix("arn:aws:iam::")?;
    let (of, path) = rest.split_once(":mfa/")?;
    let name = path.rsplit('/').next()?;
    (of == account && !name.is_empty()).then_some(name)
}

/// `CreateVirtualMFADevice`, by name, path and tags.
///
/// # Errors
/// `EntityAlreadyExists`, `LimitExceeded`.
pub fn create(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (name, path, tags): &(String, Option<String>, Vec<Tag>),
) -> Result<Made, Error> {
    let seed = Seed::from_bytes(gate.dice().bytes("mfa seed"));
    let new = New {
        name,
        path: path.as_deref(),
        tags,
        body: MfaDevice::default(),
        secret: Some(seed.as_bytes()),
        facts: &[],
    };
    let device = named::make(tx, gate, new)?;
    let label = format!("{name}@{}", gate.account());
    Ok(Made {
        device,
        seed: Secret::new(seed.to_base32().to_string()),
        picture: qr::png(&seed.otpauth_uri("Gatelodge", &label)).unwrap_or_default(),
    })
}

/// The device of a serial number of the caller's account.
fn by_serial(tx: &mut Tx<'_>, gate: &Gate, serial: &str) -> Result<Entity<MfaDevice>, Error> {
    let unknown = || Error::from(missing(Kind::MfaDevice, serial));
    let name = name_of(gate.account().as_str(), serial).ok_or_else(unknown)?;
    let found: Option<Entity<MfaDevice>> = match gate.changes() {
        true => entity::lock(tx, gate.account(), name)?,
        false => entity::find(tx, gate.account(), name)?,
    };
    found
        .filter(|found| found.arn() == serial)
        .ok_or_else(unknown)
}

/// `EnableMFADevice`: assigns a device to a user by two codes that it showed one after the other.
///
/// # Errors
/// `NoSuchEntity`, `EntityAlreadyExists`, `InvalidAuthenticationCode`, `LimitExceeded`.
pub fn enable(tx: &mut Tx<'_>, gate: &Gate, pair: &Pair) -> Result<(), Error> {
    let user: Entity<User> = named::the(tx, gate, &pair.user)?;
    let mut device = by_serial(tx, gate, &pair.serial)?;
    if device.body.assigned.is_some() {
        let said = format!(
            "MFA Device with serial number {} is already assigned.",
            pair.serial
        );
        return Err(Wire::EntityAlreadyExists.say(said).into());
    }
    let present = entity::devices_of(tx, &user.id)?;
    with_mfa(gate, &user, !present.is_empty())?;
    named::within(
        quota::MFA_DEVICES,
        u32::try_from(present.len()).unwrap_or(u32::MAX),
    )?;
    device.body.offset_steps = agree(tx, gate, &device, pair, 0)?;
    device.body.assigned = Some((user.id.clone(), gate.now()));
    entity::save(tx, &device)?;
    entity::assign(tx, &device.id, Some(&user.id))?;
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

/// Further devices of one's own are added and removed in a session with MFA only, whatever policies say: somebody with
/// a leaked key must not put theirs beside it (AWS security bulletin AWS-2023-001).
fn with_mfa(gate: &Gate, user: &Entity<User>, has_one: bool) -> Result<(), Error> {
    let caller = &gate.call().caller;
    let own = matches!(&caller.principal, Principal::User { id, .. } if *id == user.id);
    let proved = caller
        .session
        .as_ref()
        .is_some_and(|session| session.mfa_at.is_some());
    if own && has_one && !proved {
        let said = "MultiFactorAuthentication required to change the MFA devices of this user.";
        return Err(Wire::AccessDenied.say(said).into());
    }
    Ok(())
}

/// How far off the clock of a device is by two of its codes in a row, neither of which was seen before.
fn agree(
    tx: &mut Tx<'_>,
    gate: &Gate,
    device: &Entity<MfaDevice>,
    pair: &Pair,
    around: i64,
) -> Result<i64, Error> {
    let wrong = || {
        Error::from(
            Wire::InvalidAuthenticationCode.say("Authentication code for device is not valid."),
        )
    };
    let read = |text: &str| totp::Code::parse(text).ok_or_else(wrong);
    let (first, second) = (read(&pair.first)?, read(&pair.second)?);
    let seed = seed_of(entity::secret(tx, &device.id)?.expose())?;
    let now = gate.now().millis() + around * totp::STEP_MS;
    let offset =
        totp::resync(&seed, first, second, now, totp::RESYNC_BOUND_STEPS).ok_or_else(wrong)?;
    let step = offset.step_at(now);
    // The pair is used up for further pairs; for a call one of them still counts, as with AWS.
    for step in [step, step.plus(-1)] {
        let burnt = format!("pair {}", device.id.as_str());
        if !store::device::burn_named(tx, &burnt, step.number())? {
            return Err(wrong());
        }
    }
    Ok(around + offset.steps())
}

/// `ResyncMFADevice`.
///
/// # Errors
/// `NoSuchEntity`, `InvalidAuthenticationCode`.
pub fn resync(tx: &mut Tx<'_>, gate: &Gate, pair: &Pair) -> Result<(), Error> {
    let user: Entity<User> = named::the(tx, gate, &pair.user)?;
    let mut device = assigned(tx, gate, &user, &pair.serial)?;
    let around = device.body.offset_steps;
    device.body.offset_steps = agree(tx, gate, &device, pair, around)?;
    Ok(entity::save(tx, &device)?)
}

fn assigned(
    tx: &mut Tx<'_>,
    gate: &Gate,
    user: &Entity<User>,
    serial: &str,
) -> Result<Entity<MfaDevice>, Error> {
    let device = by_serial(tx, gate, serial)?;
    let theirs = device
        .body
        .assigned
        .as_ref()
        .is_some_and(|(id, _)| *id == user.id);
    if theirs {
        Ok(device)
    } else {
        Err(missing(Kind::MfaDevice, serial).into())
    }
}

/// `DeactivateMFADevice`, by user and serial number. The device stays, assigned to nobody; sessions that were got with
/// it end.
///
/// # Errors
/// `NoSuchEntity`, `AccessDenied` for one's own without MFA.
pub fn deactivate(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (user, serial): &(Option<String>, String),
) -> Result<(), Error> {
    let user: Entity<User> = named::the(tx, gate, &named_or_own(gate, user)?)?;
    let mut device = assigned(tx, gate, &user, serial)?;
    with_mfa(gate, &user, true)?;
    device.body.assigned = None;
    entity::save(tx, &device)?;
    entity::assign(tx, &device.id, None)?;
    let subject = session_token::of_device(device.id.as_str());
    standing::revoke(tx, &subject, gate.dice())?;
    Ok(standing::changed(tx, gate.account(), gate.dice())?)
}

/// `DeleteVirtualMFADevice`.
///
/// # Errors
/// `NoSuchEntity`, `DeleteConflict` while it is assigned.
pub fn delete(tx: &mut Tx<'_>, gate: &Gate, serial: &str) -> Result<(), Error> {
    gate.may(&Ask::on(serial))?;
    let device = by_serial(tx, gate, serial)?;
    if device.body.assigned.is_some() {
        return Err(Wire::DeleteConflict
            .say("MFA VirtualDevice in use. Must deactivate first.")
            .into());
    }
    Ok(entity::remove(tx, &device)?)
}

/// `ListMFADevices`: the devices of a user, each with since when.
///
/// # Errors
/// `NoSuchEntity`.
pub fn list(
    tx: &mut Tx<'_>,
    gate: &Gate,
    user: &Option<String>,
) -> Result<(String, Vec<(String, Timestamp)>), Error> {
    if let (None, Principal::Root) = (user, &gate.call().caller.principal) {
        gate.may(&Ask::on(&gate.call().caller.arn()))?;
        let devices = device::of_account(tx, gate.account())?;
        let serial = |name: &str| format!("arn:aws:iam::{}:mfa/{name}", gate.account());
        let listed = devices
            .iter()
            .map(|one| (serial(&one.name), one.registered_at));
        return Ok((String::new(), listed.collect()));
    }
    let user: Entity<User> = named::the(tx, gate, &named_or_own(gate, user)?)?;
    let devices = entity::devices_of(tx, &user.id)?;
    let listed = devices.into_iter().filter_map(|one| {
        let (_, at) = one.body.assigned.as_ref()?;
        Some((one.arn(), *at))
    });
    Ok((user.name, listed.collect()))
}

/// `ListVirtualMFADevices`: devices of the account, each with the user it is assigned to.
///
/// # Errors
/// `AccessDenied`.
pub fn list_virtual(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (wanted, paging): &(Option<bool>, Paging),
) -> Result<Listed<Assigned>, Error> {
    gate.may(&Ask::on(&domain::iam::entity::arn(
        Kind::MfaDevice,
        gate.account(),
        "/",
        "*",
    )))?;
    let page = entity::page::<MfaDevice>(tx, gate.account(), "/", &paging.after, paging.size)?;
    let page = Listed::of(page, entity::mark);
    let mut items = Vec::new();
    for device in page.items {
        let assigned = device.body.assigned.clone();
        if wanted.is_none_or(|wanted| wanted == assigned.is_some()) {
            let user = assigned
                .map(|(id, _)| entity::by_id::<User>(tx, &id))
                .transpose()?;
            items.push((device, user.flatten()));
        }
    }
    Ok(Listed {
        items,
        next: page.next,
    })
}
