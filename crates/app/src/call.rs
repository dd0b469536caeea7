//! What telephones report, whatever the call was for: the one way in for every voice transport.

use crate::context::Ctx;
use crate::{App, Error};
use domain::call::{CallEvent, Outcome, Purpose, Say};
use domain::ids::CallId;
use domain::refusal::{Code, Refusal};
use domain::time::Timestamp;

/// A call was asked for. Where the budget forbids it the log says so: at the press, not at each event of the calls that
/// used it up.
pub(crate) fn asked<T>(placed: Result<T, Refusal>, now: Timestamp) -> Result<T, Error> {
    if let Err(refusal) = &placed
        && refusal.code == Code::CallBudget
    {
        let seconds = refusal
            .until
            .map(|until| until.since(now).as_millis() / 1_000);
        tracing::warn!(
            seconds,
            "the budget for calls is used up: a call was refused, as others will be for so long"
        );
    }
    placed.map_err(Error::from)
}

impl App {
    /// The process that dialled a call died: the call is neither dialled again nor counted.
    ///
    /// # Errors
    /// Only faults.
    pub(crate) async fn call_was_lost(&self, ctx: &Ctx, call: &CallId) -> Result<(), Error> {
        let ended = CallEvent::Ended(Outcome::Lost);
        match self.report_call(ctx, call, ended).await {
            // Over already, or its case is.
            Ok(_) | Err(Error::Refused(_)) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    /// A telephone reports what happened to a call. What the voice says next is the answer.
    ///
    /// # Errors
    /// `GL-REC-016` and `GL-REC-001` for events that come late, twice or from nowhere; nothing changes then.
    pub async fn report_call(
        &self,
        ctx: &Ctx,
        call: &CallId,
        event: CallEvent,
    ) -> Result<Say, Error> {
        let id = call.clone();
        let placed = self
            .db()
            .read(move |tx| store::call::find(tx, &id).map_err(Error::from))
            .await?
            .ok_or(Code::CallOver)?;
        match placed.purpose {
            Purpose::Recovery(case) => self.case_call_event(ctx, &case, call, event).await,
            Purpose::PhoneProof(flow) => self.proof_call_event(ctx, &flow, call, event).await,
            Purpose::Drill(flow) => self.drill_call_event(ctx, &flow, call, event).await,
        }
    }
}
