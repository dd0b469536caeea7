//! Calls of the API: who signed one, whether they may, and what is written down of it.
//!
//! A front decodes a call and hands it in as a [`Call`]; each verb of the rooms behind (`iam`, `sts`) runs as a unit of
//! work in which it asks its [`Gate`] before it touches anything. A call that writes leaves its record in the same
//! transaction; one that only reads leaves it with others, a second later at most; one that is refused leaves a record
//! of its own, as the refusal undid its unit.

pub mod credential;
mod gate;
mod record;
pub(crate) mod rights;
pub mod session_token;

pub use gate::{Ask, Gate};
pub(crate) use record::Waiting;
pub(crate) use rights::Shelf;

use crate::{App, Error};
use domain::client::Client;
use domain::dice::Dice;
use domain::iam::caller::Caller;
use domain::iam::said::Said;
use domain::time::Timestamp;
use serde_json::Value;
use std::borrow::Borrow;
use std::sync::Arc;
use store::Tx;

/// What a call came about as.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who signed it.
    pub caller: Caller,
    /// The service it was signed for: `iam`, `sts`.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The region it was signed for.
    pub region: String,
    /// The number by which it is told apart, as callers are told it.
    pub request: String,
    /// Address and program.
    pub client: Client,
    /// The program, as it names itself.
    pub user_agent: String,
    /// Whether it came over TLS.
    pub secure: bool,
    /// The present.
    pub now: Timestamp,
    /// The dice thrown for it.
    pub dice: Dice,
    /// Its parameters as they are written down: without secrets.
    pub parameters: Value,
}

/// A verb of the API: a unit of work that asks its gate before it touches anything.
pub type Verb<I, O> = fn(&mut Tx<'_>, &Gate, &I) -> Result<O, Error>;

impl App {
    /// Does what a call asks for.
    ///
    /// # Errors
    /// What the verb says; its refusals are written down.
    pub async fn perform<I, O>(
        &self,
        call: &Arc<Call>,
        verb: Verb<I, O>,
        input: impl Borrow<I> + Send + 'static,
    ) -> Result<O, Error>
    where
        I: ?Sized + 'static,
        O: Send + 'static,
    {
        let (app, taken) = (self.clone(), Arc::clone(call));
        let done = self
            .db()
            .write(move |tx| {
                let gate = Gate::open(&app, tx, &taken, true)?;
                let done = verb(tx, &gate, input.borrow())?;
                record::done(tx, &taken)?;
                Ok(done)
            })
            .await;
        self.settle(call, done).await
    }

    /// Answers what a call asks for without changing anything.
    ///
    /// # Errors
    /// What the verb says; its refusals are written down.
    pub async fn look<I, O>(
        &self,
        call: &Arc<Call>,
        verb: Verb<I, O>,
        input: impl Borrow<I> + Send + 'static,
    ) -> Result<O, Error>
    where
        I: ?Sized + 'static,
        O: Send + 'static,
    {
        let (app, taken) = (self.clone(), Arc::clone(call));
        let seen = self
            .db()
            .point(move |tx| {
                let gate = Gate::open(&app, tx, &taken, false)?;
                verb(tx, &gate, input.borrow())
            })
            .await;
        if seen.is_ok() {
            self.waiting().push(call);
        }
        self.settle(call, seen).await
    }

    /// Writes a refusal down, since the unit that was refused left nothing.
    async fn settle<T>(&self, call: &Arc<Call>, done: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::Said(said)) = &done {
            self.refused(call, said).await?;
        }
        done
    }

    /// Writes down that a call was refused.
    ///
    /// # Errors
    /// Only faults.
    pub async fn refused(&self, call: &Arc<Call>, said: &Said) -> Result<(), Error> {
        let (call, said) = (Arc::clone(call), said.clone());
        self.db()
            .write(move |tx| record::refused(tx, &call, &said))
            .await
    }
}
