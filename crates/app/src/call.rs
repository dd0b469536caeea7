//! What telephones report, whatever the call was for: the one way in for every voice transport.

use crate::context::Ctx;
use crate::{App, Error};
use domain::call::{CallEvent, Purpose, Say};
use domain::ids::CallId;
use domain::refusal::Code;

impl App {
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
            Purpose::PhoneProof(_) => Err(Code::CallOver.into()),
        }
    }
}
