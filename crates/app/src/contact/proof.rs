//! The proof of a number by a call: the page shows digits, the phone keys them (R-CON-18). It is the account's contact, or
//! the one that a support case is to put in its place.

use super::number::Reading;
use crate::commit::Writer;
use crate::context::Ctx;
use crate::session::{may, root};
use crate::settings::{Settings, Transport};
use crate::sign_in::{live_counter, name_of};
use crate::{App, Error, call, flow, support};
use domain::audit::Actor;
use domain::call::{CallEvent, Outlook, Say, forbids_a_call, outlook};
use domain::contact::{Kind, PhoneProof, ProofFacts, ProofView};
use domain::ids::{AccountId, CallId, FlowId, SupportId};
use domain::refusal::{Code, Refusal};
use domain::session::Act;
use domain::step::CounterKey;
use domain::support::Case;
use domain::time::Timestamp;
use store::Tx;
use store::contact::{self, Held};

/// The kind of the flow.
const KIND: &str = "phone-proof";

/// What the page of a proof shows.
#[derive(Debug, Clone)]
pub struct ProofPage {
    /// The number, which is the person's own and shown in full.
    pub reading: Reading,
    /// When it was last proved.
    pub proved_at: Option<Timestamp>,
    /// The calls.
    pub view: ProofView,
    /// Whether it is proved to a support case.
    pub of_case: bool,
    /// The account, whose last digits the voice speaks.
    pub account: AccountId,
}

/// What the page before the first call shows.
#[derive(Debug, Clone)]
pub struct BeforeProof {
    /// The number.
    pub reading: Reading,
    /// When it was last proved.
    pub proved_at: Option<Timestamp>,
    /// Calls left and the end of a block (P-04).
    pub outlook: Outlook,
}

/// What a step needs from the settings. Owned, as a step may be run again.
#[derive(Clone)]
pub(crate) struct Gather {
    settings: Settings,
}

impl Gather {
    pub(crate) fn of(app: &App) -> Self {
        Self {
            settings: app.settings().clone(),
        }
    }

    pub(crate) fn facts(
        &self,
        tx: &mut Tx<'_>,
        of: (&AccountId, Option<&SupportId>),
        number: &str,
        block: &str,
        now: Timestamp,
    ) -> Result<ProofFacts, Error> {
        let (account, case) = of;
        let current = match case {
            Some(case) => support::awaits_call(tx, case, number, now)?.then_some(Kind::Phone),
            None => on_file(tx, account, number)?.map(|(kind, _)| kind),
        };
        let name = name_of(tx.ring(), "telephone objection", number)?;
        let objections_key = CounterKey(format!("phone-objected:{account}:{name}"));
        Ok(ProofFacts {
            current,
            calls: self.settings.voice != Transport::Off,
            cost: self.settings.cost(tx, number, now)?,
            past: store::call::recent(tx, account, number, block, now)?,
            objections: live_counter(tx, &objections_key, now)?,
            objections_key,
        })
    }
}

/// Which of the account's numbers this is, if it still is one.
fn on_file(
    tx: &mut Tx<'_>,
    account: &AccountId,
    number: &str,
) -> Result<Option<(Kind, Held)>, Error> {
    for kind in [Kind::Phone, Kind::SecondPhone] {
        let kept = contact::find(tx, account, kind.into())?;
        let kept = kept.filter(|kept| kept.removed_at.is_none() && kept.present.value == number);
        if let Some(kept) = kept {
            return Ok(Some((kind, kept.present)));
        }
    }
    Ok(None)
}

/// The number that is to be proved.
fn to_prove(tx: &mut Tx<'_>, account: &AccountId, kind: Kind) -> Result<Held, Error> {
    let kept = contact::find(tx, account, kind.into())?;
    let kept = kept.filter(|kept| kept.removed_at.is_none());
    let none = match kind.second() {
        true => Code::NoSecond,
        false => Code::NoPhone,
    };
    Ok(kept.ok_or(none)?.present)
}

impl App {
    /// What is shown before the first call.
    ///
    /// # Errors
    /// `GL-REC-009` or `GL-CON-003` without a number, `GL-SESSION-001`.
    pub async fn before_phone_proof(&self, ctx: &Ctx, kind: Kind) -> Result<BeforeProof, Error> {
        let (session, block, now) = (ctx.root()?.clone(), ctx.client.block(), ctx.now);
        self.db()
            .read(move |tx| {
                let present = to_prove(tx, &session.account, kind)?;
                let past = store::call::recent(tx, &session.account, &present.value, &block, now)?;
                Ok(BeforeProof {
                    reading: Reading::of(&present.value).ok_or(Code::NoPhone)?,
                    proved_at: present.proved_at,
                    outlook: outlook(&past, now),
                })
            })
            .await
    }

    /// *Call me now*: begins a proof of this number with its first call.
    ///
    /// # Errors
    /// `GL-REC-009` or `GL-CON-003` without a number, and whatever forbids a call now; `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn begin_phone_proof(&self, ctx: &Ctx, kind: Kind) -> Result<FlowId, Error> {
        let (session, owned) = (ctx.root()?.clone(), ctx.clone());
        let (gather, writer) = (Gather::of(self), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                may(tx, &session, Act::Write, owned.now)?;
                store::recovery::lock_account(tx, &session.account)?;
                let number = to_prove(tx, &session.account, kind)?.value;
                let facts = gather.facts(
                    tx,
                    (&session.account, None),
                    &number,
                    &owned.client.block(),
                    owned.now,
                )?;
                // The id that the flow is about to get: its calls name it.
                let flow = FlowId::draw(&owned.dice, KIND);
                let proof = PhoneProof::begin(flow, session.account.clone(), number);
                let called = proof.call_now(&facts, &root(&session), &owned.moment());
                let step = call::asked(called, owned.now)?;
                writer.apply(tx, &step.effects)?;
                flow::begin_in(tx, &owned, KIND, &step.next)
            })
            .await
    }

    /// *Call me now* again, in the same proof. A refusal is shown on its page.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn call_for_proof(&self, ctx: &Ctx, id: &FlowId) -> Result<Option<Refusal>, Error> {
        let owned = ctx.clone();
        let gather = Gather::of(self);
        let called = flow::step(self, ctx, KIND, id, move |tx, proof: PhoneProof| {
            let by = prover(&proof, &owned)?;
            if let (None, Some(session)) = (&proof.case, &owned.session) {
                may(tx, session, Act::Write, owned.now)?;
            }
            store::recovery::lock_account(tx, &proof.account)?;
            let block = owned.client.block();
            let of = (&proof.account, proof.case.as_ref());
            let facts = gather.facts(tx, of, &proof.number, &block, owned.now)?;
            call::asked(proof.call_now(&facts, &by, &owned.moment()), owned.now)
        })
        .await;
        match called {
            Ok(_) => Ok(None),
            Err(Error::Refused(refusal)) if forbids_a_call(refusal.code) => Ok(Some(refusal)),
            Err(error) => Err(error),
        }
    }

    /// What the page of a proof shows now.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SESSION-001`.
    pub async fn look_at_phone_proof(&self, ctx: &Ctx, id: &FlowId) -> Result<ProofPage, Error> {
        let proof: PhoneProof = flow::look(self, ctx, KIND, id).await?;
        prover(&proof, ctx)?;
        let (block, now) = (ctx.client.block(), ctx.now);
        self.db()
            .read(move |tx| {
                let present = on_file(tx, &proof.account, &proof.number)?;
                let past = store::call::recent(tx, &proof.account, &proof.number, &block, now)?;
                Ok(ProofPage {
                    reading: Reading::of(&proof.number).ok_or(Code::FlowOver)?,
                    proved_at: present.and_then(|(_, held)| held.proved_at),
                    view: proof.view(&past, now),
                    of_case: proof.case.is_some(),
                    account: proof.account.clone(),
                })
            })
            .await
    }

    /// *Call me now* for the new number of a support case.
    pub(crate) async fn begin_case_proof(&self, ctx: &Ctx, case: Case) -> Result<FlowId, Error> {
        let owned = ctx.clone();
        let (gather, writer) = (Gather::of(self), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                let account = case.account.clone().ok_or(Code::OutOfOrder)?;
                store::recovery::lock_account(tx, &account)?;
                let (number, block) = (&case.asked.value, owned.client.block());
                let of = (&account, Some(&case.id));
                let facts = gather.facts(tx, of, number, &block, owned.now)?;
                let flow = FlowId::draw(&owned.dice, KIND);
                let proof = PhoneProof::begin(flow, account.clone(), number.clone());
                let proof = proof.to_case(case.id.clone());
                let called = proof.call_now(&facts, &Actor::Anonymous, &owned.moment());
                let step = call::asked(called, owned.now)?;
                writer.apply(tx, &step.effects)?;
                flow::begin_in(tx, &owned, KIND, &step.next)
            })
            .await
    }

    /// The telephone reports something of a proof's call.
    ///
    /// # Errors
    /// `GL-REC-016` for events that come late, twice or from nowhere; nothing changes then.
    pub(crate) async fn proof_call_event(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        call: &CallId,
        event: CallEvent,
    ) -> Result<Say, Error> {
        let (owned, call, gather) = (ctx.clone(), call.clone(), Gather::of(self));
        flow::told(self, ctx, KIND, id, move |tx, proof: PhoneProof| {
            store::recovery::lock_account(tx, &proof.account)?;
            let block = owned.client.block();
            let of = (&proof.account, proof.case.as_ref());
            let facts = gather.facts(tx, of, &proof.number, &block, owned.now)?;
            Ok(proof.call_event(&facts, &call, &event, &owned.moment())?)
        })
        .await
    }
}

/// Who takes the steps of a proof: root in a session of that account, or whoever follows a support case in this browser.
fn prover(proof: &PhoneProof, ctx: &Ctx) -> Result<Actor, Error> {
    if proof.case.is_some() {
        return Ok(Actor::Anonymous);
    }
    let session = ctx.root()?;
    if proof.account != session.account {
        return Err(Code::FlowOver.into());
    }
    Ok(root(session))
}
