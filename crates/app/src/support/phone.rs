//! A lost telephone: whoever follows the case proves the mailbox of the account by a mailed code, then the new number by a
//! call. Both only after two operators agreed, so that no stranger causes a mail or a call.
//!
//! How often: five codes a day for one case, and the limits of every call. Pages and rows of a case of nobody never get here.

use super::{KIND, follows};
use crate::channel::in_force;
use crate::commit::Writer;
use crate::contact::mail_for_recovery;
use crate::context::Ctx;
use crate::settings::Transport;
use crate::sign_in::draw_mail_code;
use crate::{App, Error, flow};
use domain::audit::{Actor, Event};
use domain::ids::{FlowId, SupportId};
use domain::refusal::{Code, Refusal};
use domain::step::CounterKey;
use domain::support::{Draft, Wants};
use domain::time::{Span, Timestamp};
use store::Tx;

/// Codes that one case mails in a day.
const MAILS_A_DAY: u32 = 5;

impl App {
    /// Whether a lost telephone can be replaced: the new one is proved by a call.
    pub fn support_by_phone(&self) -> bool {
        self.settings().voice != Transport::Off
    }

    /// The asker has a code mailed to the account's own mailbox.
    ///
    /// # Errors
    /// `GL-LINK-001`, `GL-SIGNIN-009` where none is asked for, `GL-SIGNIN-012` with the time.
    pub async fn mail_support_proof(&self, ctx: &Ctx, token: &str) -> Result<FlowId, Error> {
        let (token, owned) = (token.to_owned(), ctx.clone());
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                let id = follows(tx, &token, owned.now)?.id;
                let draft = mail_proof(tx, &writer, &owned, &id, 1)?;
                flow::begin_in(tx, &owned, KIND, &draft)
            })
            .await
    }

    /// *Call me now*, for the new number of a case.
    ///
    /// # Errors
    /// `GL-LINK-001`, `GL-SIGNIN-009` before the mailbox was proved, and whatever forbids a call now.
    pub async fn begin_support_call(&self, ctx: &Ctx, token: &str) -> Result<FlowId, Error> {
        let (token, now) = (token.to_owned(), ctx.now);
        let found = self.db().read(move |tx| follows(tx, &token, now));
        self.begin_case_proof(ctx, found.await?).await
    }
}

/// Mails a code to the mailbox that serves a recovery of the account.
pub(super) fn mail_proof(
    tx: &mut Tx<'_>,
    writer: &Writer,
    ctx: &Ctx,
    id: &SupportId,
    mails: u32,
) -> Result<Draft, Error> {
    let case = store::support::lock(tx, id)?.filter(|case| case.wants(ctx.now).is_some());
    let case = case.ok_or(Code::OutOfOrder)?;
    in_force(tx, ctx.now)?.0.mail(ctx.now)?;
    let account = case.account.as_ref().ok_or(Code::OutOfOrder)?;
    let account = store::account::find(tx, account)?.ok_or(Code::OutOfOrder)?;
    let day = Span::days(1).as_millis();
    let bucket = ctx.now.millis() / day;
    let key = CounterKey(format!("support mails:{id}:{bucket}"));
    if store::counter::find(tx, &key)?.failures >= MAILS_A_DAY {
        let next = Timestamp::from_millis((bucket + 1) * day);
        return Err(Refusal::new(Code::MailWait).until(next).into());
    }
    store::counter::add(tx, &key, ctx.now)?;
    let code = draw_mail_code(tx.ring(), ctx)?;
    let mailbox = mail_for_recovery(tx, &account, ctx.now)?;
    let (draft, mail) = Draft::to_case(&case, &mailbox, &code, mails, &ctx.moment());
    writer.mail(tx, 500, &mail)?;
    Ok(draft)
}

/// The code was right: the mailbox is proved, and the form leads back to the case.
pub(super) fn mailbox_proven(
    tx: &mut Tx<'_>,
    writer: &Writer,
    id: &SupportId,
) -> Result<Draft, Error> {
    let case = store::support::lock(tx, id)?.filter(|case| case.wants(writer.now).is_some());
    let mut case = case.ok_or(Code::OutOfOrder)?;
    in_force(tx, writer.now)?.0.mail(writer.now)?;
    case.mailbox_at = Some(writer.now);
    store::support::put(tx, &case)?;
    let record = case.record(Event::SupportMailProved, Actor::Anonymous);
    writer.audit(tx, 500, &record.from(&writer.client))?;
    Ok(Draft::Back)
}

/// Whether a case waits for a call to this number.
pub(crate) fn awaits_call(
    tx: &mut Tx<'_>,
    id: &SupportId,
    number: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let case = store::support::find(tx, id)?;
    let waits = case.filter(|case| case.wants(now) == Some(Wants::Call));
    Ok(waits.is_some_and(|case| case.asked.value == number))
}

/// The right digits were keyed: the new number is proved.
pub(crate) fn phone_proven(tx: &mut Tx<'_>, id: &SupportId, now: Timestamp) -> Result<(), Error> {
    if let Some(mut case) = store::support::lock(tx, id)? {
        case.proved_at = Some(now);
        store::support::put(tx, &case)?;
    }
    Ok(())
}
