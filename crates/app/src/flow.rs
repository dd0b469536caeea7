//! Loading, stepping and saving a flow in one write, bound to the browser that began it.

use crate::commit::{self, Opened};
use crate::context::Ctx;
use crate::{App, Error};
use domain::call::Say;
use domain::ids::FlowId;
use domain::refusal::{Code, Refusal};
use domain::sign_in::{ABSOLUTE_LIFE, IDLE};
use domain::step::Step;
use domain::time::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use store::flow::Stored;
use store::{StoreError, Tx};

/// What a step came to.
#[derive(Debug)]
pub(crate) struct Stepped<S> {
    /// The refusal to show, if the step was one. It was saved all the same.
    pub(crate) refused: Option<Refusal>,
    /// The session that was opened, if one was.
    pub(crate) opened: Option<Opened>,
    /// Where the flow stands now.
    pub(crate) state: S,
}

/// Begins a flow of `kind` in state `state`.
pub(crate) async fn begin<S: Serialize>(
    app: &App,
    ctx: &Ctx,
    kind: &'static str,
    state: &S,
) -> Result<FlowId, Error> {
    let id = FlowId::draw(&ctx.dice, kind);
    let (browser, now) = (*ctx.browser()?, ctx.now);
    let body = encode(state)?;
    let row = id.clone();
    app.db()
        .write(move |tx| {
            store::flow::insert(tx, &row, kind, &browser, &body, now, now + ABSOLUTE_LIFE)
                .map_err(Error::from)
        })
        .await?;
    Ok(id)
}

/// Begins a flow within a transaction that does other things as well.
pub(crate) fn begin_in<S: Serialize>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: &'static str,
    state: &S,
) -> Result<FlowId, Error> {
    let id = FlowId::draw(&ctx.dice, kind);
    let (browser, ends) = (ctx.browser()?, ctx.now + ABSOLUTE_LIFE);
    store::flow::insert(tx, &id, kind, browser, &encode(state)?, ctx.now, ends)?;
    Ok(id)
}

/// The state of a flow, to be changed or ended in this transaction; others wait.
pub(crate) fn lock<S: DeserializeOwned>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: &'static str,
    id: &FlowId,
) -> Result<S, Error> {
    decode(store::flow::lock(tx, id, kind)?, ctx.browser()?, ctx.now)
}

/// Saves the state of a flow that [`lock`] gave.
pub(crate) fn save<S: Serialize>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: &FlowId,
    state: &S,
) -> Result<(), Error> {
    Ok(store::flow::save(tx, id, &encode(state)?, ctx.now)?)
}

/// Looks at a flow without touching it.
pub(crate) async fn look<S: DeserializeOwned + Send + 'static>(
    app: &App,
    ctx: &Ctx,
    kind: &'static str,
    id: &FlowId,
) -> Result<S, Error> {
    let (ctx, id) = (ctx.clone(), id.clone());
    app.db().point(move |tx| find(tx, &ctx, kind, &id)).await
}

/// The state of a flow, to be looked at in this transaction together with what it is about.
pub(crate) fn find<S: DeserializeOwned>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: &'static str,
    id: &FlowId,
) -> Result<S, Error> {
    decode(store::flow::find(tx, id, kind)?, ctx.browser()?, ctx.now)
}

/// Takes the step `f` with the flow in one write: load, step, save, effects.
pub(crate) async fn step<S, F>(
    app: &App,
    ctx: &Ctx,
    kind: &'static str,
    id: &FlowId,
    f: F,
) -> Result<Stepped<S>, Error>
where
    S: Serialize + DeserializeOwned + Send + 'static,
    F: Fn(&mut Tx<'_>, S) -> Result<Step<S>, Error> + Send + 'static,
{
    let (browser, id) = (*ctx.browser()?, id.clone());
    let writer = commit::Writer::of(app, ctx).regarding(id.as_str());
    app.db()
        .write(move |tx| {
            let state = decode(store::flow::lock(tx, &id, kind)?, &browser, writer.now)?;
            let step = f(tx, state)?;
            store::flow::save(tx, &id, &encode(&step.next)?, writer.now)?;
            let opened = writer.apply(tx, &step.effects)?;
            Ok(Stepped {
                refused: step.show.err(),
                opened,
                state: step.next,
            })
        })
        .await
}

/// The state of a flow for an event that comes from elsewhere than its browser and proved itself otherwise, such as a
/// telephone's.
fn lock_for_event<S: DeserializeOwned>(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: &FlowId,
) -> Result<Option<S>, Error> {
    store::flow::lock(tx, id, kind)?
        .map(|stored| read(&stored))
        .transpose()
}

/// A telephone reports something of a call that a flow of this kind ordered: the step, and what the voice says next.
///
/// # Errors
/// `GL-REC-016` when the flow is over, and what the step is refused for.
pub(crate) async fn told<S, F>(
    app: &App,
    ctx: &Ctx,
    kind: &'static str,
    id: &FlowId,
    f: F,
) -> Result<Say, Error>
where
    S: Serialize + DeserializeOwned + 'static,
    F: Fn(&mut Tx<'_>, S) -> Result<(Step<S>, Say), Error> + Send + 'static,
{
    let (owned, id, writer) = (ctx.clone(), id.clone(), commit::Writer::of(app, ctx));
    app.db()
        .write(move |tx| {
            let state: S = lock_for_event(tx, kind, &id)?.ok_or(Code::CallOver)?;
            let (step, say) = f(tx, state)?;
            save(tx, &owned, &id, &step.next)?;
            writer.apply(tx, &step.effects)?;
            Ok(say)
        })
        .await
}

fn encode<S: Serialize>(state: &S) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(state).map_err(|_| Error::Fault("a flow state cannot be written"))
}

fn decode<S: DeserializeOwned>(
    stored: Option<Stored>,
    browser: &[u8; 32],
    now: Timestamp,
) -> Result<S, Error> {
    let stored = stored.ok_or(Code::FlowOver)?;
    let ours = domain::secret::equal(&stored.browser, browser);
    let alive = now < stored.ends_at && now.since(stored.touched_at) < IDLE;
    if !(ours && alive) {
        return Err(Code::FlowOver.into());
    }
    read(&stored)
}

fn read<S: DeserializeOwned>(stored: &Stored) -> Result<S, Error> {
    serde_json::from_slice(&stored.state)
        .map_err(|_| StoreError::Corrupt("flow.state".to_owned()).into())
}
