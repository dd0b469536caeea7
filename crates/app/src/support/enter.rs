//! Nothing left at all: whoever followed a case about everything is let in when its wait is over, once, by a press.
//!
//! Who may: whoever has the link of the case, which only the browser that opened it and the proved new mailbox got. What it
//! gives: a held session as after a recovery, which may register one device, set a password and read, and which every
//! contact is told of and can object to. The devices on file are out of use for 72 hours, not deleted: who holds one takes
//! the account back.

use super::{effect, follows};
use crate::commit::{Opened, Writer};
use crate::context::Ctx;
use crate::recovery::Gather;
use crate::{App, Error};
use domain::audit::{Actor, Event};
use domain::recovery::Case as Recovery;
use domain::refusal::Code;
use domain::support::Wants;

impl App {
    /// *Sign in to the console*.
    ///
    /// # Errors
    /// `GL-LINK-001`, `GL-SIGNIN-009` before the wait is over and after a first press, `GL-SUP-003` when the address of the
    /// account was changed meanwhile, and why the account is not open.
    pub async fn enter_support(&self, ctx: &Ctx, token: &str) -> Result<Opened, Error> {
        let (token, owned, browser) = (token.to_owned(), ctx.clone(), *ctx.browser()?);
        let (gather, writer) = (Gather::of(self), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                let id = follows(tx, &token, owned.now)?.id;
                let case = store::support::lock(tx, &id)?;
                let case = case.filter(|case| case.wants(owned.now) == Some(Wants::Nothing));
                let mut case = case.ok_or(Code::OutOfOrder)?;
                let account = case.account.clone().ok_or(Code::OutOfOrder)?;
                store::recovery::lock_account(tx, &account)?;
                let present = effect::present(tx, &account, case.asked.lost)?;
                if present != case.present {
                    return Err(Code::SupportOver.into());
                }
                let facts = gather.facts(tx, &account, owned.now)?;
                let devices = store::device::of_account(tx, &account)?.into_iter();
                let in_use = devices.filter(|d| !d.suspended(owned.now)).map(|d| d.id);
                let opened = (&case.client, case.opened_at);
                let step = Recovery::by_support(&facts, in_use.collect(), opened, &owned.moment())?;
                store::recovery::insert(tx, &step.next, &browser)?;
                case.recovery = Some(step.next.id.clone());
                case.done(owned.now);
                store::support::put(tx, &case)?;
                let record = case.record(Event::SupportCompleted, Actor::Anonymous);
                let record = record.detail("contact", case.asked.lost.key());
                writer.audit(tx, 501, &record.from(&owned.client))?;
                let opened = writer.apply(tx, &step.effects)?;
                opened.ok_or(Error::Fault("somebody was let in and has no session"))
            })
            .await
    }
}
