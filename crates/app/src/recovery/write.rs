//! Writing what a recovery decided: links, suspensions, freezes, holds, and calls into the outbox.

use crate::api::session_token;
use crate::commit::Writer;
use crate::{Error, support, token};
use domain::call::CallOrder;
use domain::ids::{AccountId, CaseId, OutboxId};
use domain::recovery::{Act, LinkPurpose, NewLink, ReclaimFacts};
use domain::session::Hold;
use domain::time::{Span, Timestamp};
use store::Tx;
use store::link::Link;
use store::outbox::{Draft, Kind};

/// The purpose of links that prove an address to a case.
pub(super) const PROOF: &str = "recovery-proof";
/// The purpose of links that ask a recovery contact.
pub(super) const CONFIRM: &str = "recovery-confirm";
/// The purpose of "this was not me" links.
pub(super) const OBJECTION: &str = "recovery-objection";
/// A stolen device is out of use until it is deleted.
const FOR_GOOD: Span = Span::days(36_500);

/// Writes one act.
pub(crate) fn write(tx: &mut Tx<'_>, writer: &Writer, act: &Act) -> Result<(), Error> {
    let now = writer.now;
    match act {
        Act::IssueLink(new) => issue(tx, new, now)?,
        Act::SuspendDevice {
            device,
            case,
            until,
            stolen,
        } => {
            let Some(account) = owner(tx, device)? else {
                return Ok(());
            };
            let out_until = if *stolen { now + FOR_GOOD } else { *until };
            store::device::suspend(tx, device, Some(out_until))?;
            session_token::end_device(tx, device.as_str(), &writer.dice)?;
            let known = ReclaimFacts {
                account,
                device: device.clone(),
                case: case.clone(),
                until: *until,
                stolen: *stolen,
            };
            store::recovery::suspend(tx, &known, now)?;
        }
        Act::Freeze {
            account,
            contact,
            at,
            until,
        } => store::recovery::freeze(tx, account, contact, *at, *until)?,
        Act::LiftFreeze(account) => store::recovery::lift_freeze(tx, account)?,
        Act::EndRecovered(case) => {
            store::session::end_by_case(tx, case)?;
        }
        Act::LengthenHold { case, until } => {
            let hold = Some(Hold { until: *until });
            store::session::hold_by_case(tx, case, hold)?;
            store::device::hold_by_case(tx, case, hold)?;
            if let Some(account) = account_of(tx, case)? {
                store::saved_code::lengthen_hold(tx, &account, *until)?;
            }
        }
        Act::UseSavedCode { code, at, .. } => store::saved_code::use_up(tx, code, *at).map(drop)?,
        Act::RemoveDevicesOf(case) => remove_made_in(tx, writer, case)?,
        Act::RestoreDevice(device) => {
            store::device::suspend(tx, device, None)?;
            store::recovery::forget_suspension(tx, device)?;
        }
        Act::OpenSupportCase { account, case } => support::dispute(tx, writer, account, case)?,
    }
    Ok(())
}

/// Removes the devices that were registered in a recovery, what they opened, and the codes that were made in it.
fn remove_made_in(tx: &mut Tx<'_>, writer: &Writer, case: &CaseId) -> Result<(), Error> {
    let Some(account) = account_of(tx, case)? else {
        return Ok(());
    };
    for device in store::device::of_account(tx, &account)? {
        if device.case.as_ref() == Some(case) {
            store::session::end_by_device(tx, &account, &device.id)?;
            store::device::remove(tx, &account, &device.id)?;
            session_token::end_device(tx, device.id.as_str(), &writer.dice)?;
        }
    }
    store::saved_code::remove_held(tx, &account, writer.now)?;
    Ok(())
}

fn account_of(tx: &mut Tx<'_>, case: &CaseId) -> Result<Option<AccountId>, Error> {
    Ok(store::recovery::find(tx, case)?.map(|stored| stored.case.account))
}

fn owner(tx: &mut Tx<'_>, device: &domain::ids::DeviceId) -> Result<Option<AccountId>, Error> {
    Ok(store::device::find(tx, device)?.map(|d| d.account))
}

fn issue(tx: &mut Tx<'_>, new: &NewLink, now: Timestamp) -> Result<(), Error> {
    let (purpose, subject) = match &new.purpose {
        LinkPurpose::Proof => (PROOF, new.case.to_string()),
        LinkPurpose::Confirm { person } => (CONFIRM, format!("{} {person}", new.case)),
        LinkPurpose::Objection { contact } => (OBJECTION, format!("{} {contact}", new.case)),
    };
    let link = Link {
        id: new.id.clone(),
        account: None,
        subject,
        created_at: now,
        expires_at: new.ends_at,
        used_at: None,
    };
    Ok(store::link::insert(
        tx,
        purpose,
        &link,
        &token::hash(new.token.expose()),
    )?)
}

/// Puts a call into the outbox. Its id is the message id: whatever happens, it is dialled once at most.
pub(crate) fn place_call(
    tx: &mut Tx<'_>,
    order: &CallOrder,
    id: &OutboxId,
    erase: bool,
) -> Result<(), Error> {
    let body =
        serde_json::to_vec(order).map_err(|_| Error::Fault("a call order has no JSON form"))?;
    let draft = Draft {
        id,
        kind: Kind::Call,
        topic: order.purpose.key(),
        message_id: order.call.as_str(),
        reference: Some(order.call.as_str()),
        locale: order.locale,
        recipient: &order.to,
        body: &body,
        erase,
        created_at: order.at,
        due_at: order.at,
    };
    store::outbox::push(tx, &draft)?;
    Ok(())
}
