//! One operation: its input read, a verb called, its output written.

use crate::front::wire;
use app::api::{Call, Verb};
use app::iam::{Listed, PAGE, Paging};
use app::{App, Error};
use awswire::model::Operation;
use awswire::protocol::query::{self, Form};
use awswire::value::{Request, Timestamp};
use awswire::{Reply, WireError};
use std::borrow::Borrow;
use std::sync::Arc;

/// A call on its way to its verb.
pub(crate) struct At<'f> {
    pub(crate) app: App,
    pub(crate) call: Arc<Call>,
    pub(crate) operation: Operation,
    /// Its parameters. They are read once it is known that the operation is served.
    pub(crate) form: &'f Form<'f>,
}

/// What a call is done with, once its input was taken out.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) call: Arc<Call>,
}

impl At<'_> {
    /// Serves the call: `verb` gets its input and gives its output.
    pub(crate) async fn serve<T: Request, F>(
        self,
        verb: impl FnOnce(Desk, T) -> F,
    ) -> Result<Reply, WireError>
    where
        F: Future<Output = Result<T::Output, Error>>,
    {
        let Self {
            app,
            call,
            operation,
            form,
        } = self;
        let input = query::input(operation, form)?.read::<T>()?;
        let id = call.request.clone();
        let output = verb(Desk { app, call }, input).await;
        let output = output.map_err(|error| wire(operation.service(), error))?;
        Ok(query::reply(operation, output, &id))
    }

    /// Says that the operation is known and not served.
    pub(crate) fn unserved(self) -> Result<Reply, WireError> {
        let (name, version) = (self.operation.name(), self.operation.service().version);
        let said = format!("Gatelodge does not serve the action {name} of version {version}.");
        Err(WireError::new(400, "InvalidAction", said))
    }
}

impl Desk {
    /// Does something that writes.
    pub(crate) async fn perform<I, O>(
        &self,
        verb: Verb<I, O>,
        input: impl Borrow<I> + Send + 'static,
    ) -> Result<O, Error>
    where
        I: ?Sized + 'static,
        O: Send + 'static,
    {
        self.app.perform(&self.call, verb, input).await
    }

    /// Looks something up.
    pub(crate) async fn look<I, O>(
        &self,
        verb: Verb<I, O>,
        input: impl Borrow<I> + Send + 'static,
    ) -> Result<O, Error>
    where
        I: ?Sized + 'static,
        O: Send + 'static,
    {
        self.app.look(&self.call, verb, input).await
    }
}

/// A moment as the wire has it: whole seconds.
pub(crate) fn time(at: domain::time::Timestamp) -> Timestamp {
    Timestamp::from_millis(at.millis())
}

/// Which page of a list is asked for.
pub(crate) fn paging(below: Option<String>, marker: Option<String>, most: Option<i32>) -> Paging {
    let most = most.and_then(|most| u32::try_from(most).ok());
    Paging {
        below: below.unwrap_or_else(|| "/".to_owned()),
        after: marker.unwrap_or_default(),
        size: most.unwrap_or(PAGE),
    }
}

/// The items of a page as the wire has them, whether more follow, and what the next page goes on after.
pub(crate) fn listed<T, W>(
    page: Listed<T>,
    item: impl Fn(T) -> W,
) -> (Vec<W>, bool, Option<String>) {
    let items = page.items.into_iter().map(item).collect();
    (items, page.next.is_some(), page.next)
}

/// A number that the constraints of the model keep from being negative.
pub(crate) fn number(value: Option<i32>) -> Option<u32> {
    value.and_then(|value| u32::try_from(value).ok())
}

/// A count as the wire has it.
pub(crate) fn count(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
