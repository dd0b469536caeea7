//! Support cases as operators see them: the queue, one case, its note, the approval of a second operator, a no.
//!
//! Who may: operators who are signed in; what they decide, with the authenticator used within ten minutes. Operators read
//! what the asker typed, and of the account its number and a cut contact; no verb here shows or sets a password, a device
//! or a code (R-TS-36, R-IAM-10). One operator alone, and two of whom one gave the right to the other lately, get nowhere
//! (`domain::operator::may_approve`).

use super::effect;
use crate::commit::Writer;
use crate::contact::{told, told_of_case};
use crate::context::Ctx;
use crate::link::{self, For};
use crate::{App, Error};
use domain::audit::{Event, Record};
use domain::ids::{OperatorId, SupportId};
use domain::operator::{Operator, may_approve};
use domain::recovery::cut;
use domain::refusal::Code;
use domain::support::{Case, Deed, EndedBy, LONG_WAIT, Lost, Stage, UNHANDLED, stop_path};
use store::Tx;

/// Cases that the queue shows at most.
const MOST_LISTED: u32 = 200;

/// A case with what an operator may know of its account.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The case.
    pub case: Case,
    /// The contact that is said to be lost, cut; nothing without an account or such a contact.
    pub present: Option<String>,
    /// The name of whoever wrote the note.
    pub noted_by: Option<String>,
    /// The name of whoever approved.
    pub approved_by: Option<String>,
}

impl App {
    /// The queue, newest first.
    ///
    /// # Errors
    /// Only faults.
    pub async fn support_cases(&self) -> Result<Vec<Case>, Error> {
        self.db()
            .read(|tx| Ok(store::support::list(tx, MOST_LISTED)?))
            .await
    }

    /// One case.
    ///
    /// # Errors
    /// `GL-SUP-002`.
    pub async fn support_case(&self, id: &SupportId) -> Result<Opened, Error> {
        let id = id.clone();
        self.db()
            .read(move |tx| {
                let case = store::support::find(tx, &id)?.ok_or(Code::NoSuchSupport)?;
                Ok(Opened {
                    present: case.present.as_deref().map(cut),
                    noted_by: name_of(tx, case.noted.as_ref())?,
                    approved_by: name_of(tx, case.approved.as_ref())?,
                    case,
                })
            })
            .await
    }

    /// An operator writes down how the asker's identity was looked at.
    ///
    /// # Errors
    /// `GL-OPER-001`, `GL-OPER-004`, `GL-SUP-002`, `GL-SUP-003`, `GL-SUP-008` at its field.
    pub async fn note_support(&self, ctx: &Ctx, id: &SupportId, typed: &str) -> Result<(), Error> {
        let (who, writer) = (ctx.fresh_operator()?.clone(), Writer::of(self, ctx));
        let (id, typed) = (id.clone(), typed.to_owned());
        self.db()
            .write(move |tx| {
                let mut case = locked(tx, &id)?;
                case.take_note(who.operator.id.as_str(), &typed, writer.now)?;
                store::support::put(tx, &case)?;
                let record = case.record(Event::SupportNoted, who.session.actor());
                writer.audit(tx, 500, &record.from(&writer.client))
            })
            .await
    }

    /// A second operator approves: every contact is told, and the wait begins.
    ///
    /// # Errors
    /// `GL-OPER-001`, `GL-OPER-004`, `GL-OPER-008` to `GL-OPER-010`, `GL-SUP-002` to `GL-SUP-006`, `GL-SUP-009`,
    /// `GL-SUP-010`. What was tried in vain is written down.
    pub async fn approve_support(&self, ctx: &Ctx, id: &SupportId) -> Result<(), Error> {
        let (who, writer) = (ctx.fresh_operator()?.clone(), Writer::of(self, ctx));
        let (id, settings) = (id.clone(), self.settings().clone());
        let done = self.db().write(move |tx| {
            let mut case = locked(tx, &id)?;
            let (by, record) = (
                &who.operator.id,
                case.record(Event::SupportApproved, who.session.actor()),
            );
            let record = record.from(&writer.client);
            let holds = crate::channel::holds(tx, &settings, writer.now)?;
            let wait = match case.asked.lost {
                Lost::All => holds.long_wait.unwrap_or(LONG_WAIT),
                _ => holds.wait,
            };
            let approved = case
                .approve(by.as_str(), wait, writer.now)
                .map_err(Error::from)
                .and_then(|()| apart(tx, &case, &who.operator, who.session.device_at, &writer));
            match approved {
                Ok(()) => start(tx, &writer, &case, record).map(|()| None),
                Err(Error::Refused(refusal)) => {
                    writer.audit(tx, 500, &record.refused(refusal.code))?;
                    Ok(Some(refusal))
                }
                Err(error) => Err(error),
            }
        });
        done.await?.map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    /// An operator declines, at any time before the effect.
    ///
    /// # Errors
    /// `GL-OPER-001`, `GL-OPER-004`, `GL-SUP-002`, `GL-SUP-003`.
    pub async fn decline_support(&self, ctx: &Ctx, id: &SupportId) -> Result<(), Error> {
        let (who, writer, id) = (
            ctx.fresh_operator()?.clone(),
            Writer::of(self, ctx),
            id.clone(),
        );
        self.db()
            .write(move |tx| effect::end(tx, &writer, &id, EndedBy::Operator, who.session.actor()))
            .await
    }
}

fn locked(tx: &mut Tx<'_>, id: &SupportId) -> Result<Case, Error> {
    store::support::lock(tx, id)?.ok_or_else(|| Code::NoSuchSupport.into())
}

fn find(tx: &mut Tx<'_>, deed: &Deed) -> Result<Option<Operator>, Error> {
    let Ok(id) = deed.by.parse::<OperatorId>() else {
        return Ok(None);
    };
    Ok(store::operator::find(tx, &id)?)
}

fn name_of(tx: &mut Tx<'_>, deed: Option<&Deed>) -> Result<Option<String>, Error> {
    let found = deed.map(|deed| find(tx, deed)).transpose()?.flatten();
    Ok(found.map(|operator| operator.name))
}

/// Whether the two operators of a case may decide about it together.
fn apart(
    tx: &mut Tx<'_>,
    case: &Case,
    approver: &Operator,
    device_at: domain::time::Timestamp,
    writer: &Writer,
) -> Result<(), Error> {
    let noted = case.noted.as_ref().map(|deed| find(tx, deed));
    let noted = noted.transpose()?.flatten();
    let opener = noted.filter(|operator| operator.removed_at.is_none());
    let opener = opener.ok_or(Code::NoteNeeded)?;
    let account = case.account.as_ref();
    let account = account.map(|id| store::account::find(tx, id)).transpose()?;
    let account = account.flatten().ok_or(Code::CaseWithoutAccount)?;
    let mut contacts = told(tx, &account, writer.now)?;
    contacts.extend([case.asked.named.clone(), case.asked.value.clone()]);
    let contacts: Vec<&str> = contacts.iter().map(String::as_str).collect();
    let may = may_approve(approver, device_at, &opener, &contacts, writer.now);
    Ok(may?)
}

/// Begins the wait: the notices of all its days are ordered, each with the link that stops the case.
fn start(tx: &mut Tx<'_>, writer: &Writer, case: &Case, record: Record) -> Result<(), Error> {
    let (Stage::Waits { until }, Some(id)) = (case.stage, &case.account) else {
        return Err(Code::SupportOver.into());
    };
    store::support::put(tx, case)?;
    let account = store::account::find(tx, id)?.ok_or(Code::CaseWithoutAccount)?;
    let life = (until + UNHANDLED).since(writer.now);
    let subject = case.id.as_str();
    let purpose = For::SupportStop;
    let link = link::mint(
        tx,
        &writer.dice,
        purpose,
        Some(id),
        subject,
        (writer.now, life),
    )?;
    let stop = stop_path(&link::token_of(tx.ring(), &link.id)?);
    let told = told_of_case(tx, &account, writer.now)?;
    let letters = writer.clone().regarding(subject);
    let notices = case.notices(&account, &told, &stop, writer.now);
    for (index, (delay, mail)) in notices.iter().enumerate() {
        letters.mail_after(tx, index, mail, *delay)?;
    }
    writer.audit(tx, 500, &record.detail("until", until.millis().to_string()))
}
