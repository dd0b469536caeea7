//! What the telephone reports of a case's call.

use super::facts::Gather;
use crate::commit::Writer;
use crate::context::Ctx;
use crate::{App, Error};
use domain::call::{CallEvent, Say};
use domain::ids::{CallId, CaseId};
use domain::refusal::Code;
use domain::step::Effect;

/// The calls whose receiver is to be put down once the step is written.
pub(super) fn hang_ups(effects: &[Effect]) -> Vec<CallId> {
    let calls = effects.iter().filter_map(|e| match e {
        Effect::HangUp(call) => Some(call.clone()),
        _ => None,
    });
    calls.collect()
}

impl App {
    /// The telephone reports something of a recovery's call. What the voice says next is the answer.
    ///
    /// # Errors
    /// `GL-REC-016` and `GL-REC-001` for events that come late, twice or from nowhere; nothing changes then.
    pub(crate) async fn case_call_event(
        &self,
        ctx: &Ctx,
        case: &CaseId,
        call: &CallId,
        event: CallEvent,
    ) -> Result<Say, Error> {
        let (owned, case, call) = (ctx.clone(), case.clone(), call.clone());
        let (gather, writer) = (Gather::of(self), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                let stored = store::recovery::lock(tx, &case)?.ok_or(Code::CallOver)?;
                store::recovery::lock_account(tx, &stored.case.account)?;
                let block = stored.case.client.block();
                let known = gather.facts(tx, &stored.case.account, owned.now)?;
                let asked = (&known, stored.case.phone_which);
                let known = gather.of_call(tx, asked, &block, owned.now)?;
                let (step, say) = stored
                    .case
                    .call_event(&known, &call, &event, &owned.moment())?;
                store::recovery::save(tx, &step.next)?;
                writer.apply(tx, &step.effects)?;
                Ok(say)
            })
            .await
    }
}
