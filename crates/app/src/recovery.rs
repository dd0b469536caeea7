//! Getting back in after a device was lost: the verbs behind the pages of a recovery case.
//!
//! A case belongs to the browser that opened it; only the mailed link, the telephone and the objection come from
//! elsewhere, and each of them finds the case by a secret of its own. Every step loads, decides and saves in one write.

mod call;
mod facts;
mod link;
mod people;
mod undo;
mod write;

pub(crate) use facts::{Gather, known, phone_of, saved_code_counter, ways};
pub use link::{LinkPage, Objected, ObjectionPage};
pub use people::Question;
pub(crate) use people::device_used;
pub use undo::Recent;
pub(crate) use write::{place_call, write};

use crate::commit::{Opened, Writer};
use crate::context::Ctx;
use crate::hash::Place;
use crate::sign_in::{draw_mail_code, live_counter, mail_code_hmac, standing};
use crate::{App, Error};
use domain::call::outlook;
use domain::ids::{CallId, CaseId, DeviceId, FlowId};
use domain::mail::MailKind;
use domain::recovery::{
    Beside, Case, Facts, MailProof, Opening, PasswordAgain, SavedCodeFacts, SavedCodeVerdict, View,
    Which, Why,
};
use domain::refusal::{Code, Refusal};
use domain::sign_in::SignIn;
use domain::step::{CounterKey, Step};
use domain::throttle::{Gate, Standing};
use factors::keypad;
use factors::password::Password;
use store::Tx;
use store::device::Device;
use store::outbox::State;

/// What *Troubleshoot your authentication device* shows: what is on file, and which ways back in are open.
#[derive(Debug, Clone)]
pub struct Troubles {
    /// The address as it was typed.
    pub email: String,
    /// The device that was chosen, if one was.
    pub chosen: Option<DeviceId>,
    /// The registered devices that are in use.
    pub devices: Vec<Device>,
    /// Saved codes that are left.
    pub saved_codes: u32,
    /// Whether a saved code may be used.
    pub saved_code_way: Result<Beside, Refusal>,
    /// Whether e-mail and phone may be.
    pub mail_and_phone_way: Result<(), Refusal>,
    /// Whether e-mail and recovery contacts may be.
    pub mail_and_contacts_way: Result<(), Refusal>,
    /// Whether the password proves a recovery at all.
    pub password_good: bool,
    /// The case that this browser has open already.
    pub open: Option<CaseId>,
}

/// A case as its page shows it.
#[derive(Debug, Clone)]
pub struct CasePage {
    /// What may be shown.
    pub view: View,
    /// The numbers that may be called now.
    pub free: Vec<Which>,
    /// The names of the devices that are gone.
    pub lost: Vec<String>,
    /// Saved codes that are left.
    pub saved_codes: u32,
    /// How far the last mail got.
    pub mail_state: MailState,
    /// Whether the browser is signed in by this very case already.
    pub entered: bool,
}

/// How far a mail got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It waits to be handed over, or is being handed over.
    Queued,
    /// The next server took it.
    Sent,
    /// It was refused for good.
    Failed,
}

impl MailState {
    /// The word in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// What a step of a case came to.
#[derive(Debug)]
pub enum Went {
    /// On: the page is shown again as it is now.
    On,
    /// A session was opened.
    In(Box<Opened>),
    /// Refused, and the page says so.
    Refused(Refusal),
}

impl App {
    /// What can be done about the device, for a sign-in flow that waits for one (R-REC-01 to R-REC-04).
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, and `GL-SIGNIN-009` when the flow does not wait for a device.
    pub async fn troubles(&self, ctx: &Ctx, flow: &FlowId) -> Result<Troubles, Error> {
        let SignIn::AwaitFactor {
            account,
            email,
            device,
            ..
        } = self.look_at_sign_in(ctx, flow).await?.machine
        else {
            return Err(Code::OutOfOrder.into());
        };
        let (browser, now, gather) = (*ctx.browser()?, ctx.now, facts::Gather::of(self));
        self.db()
            .read(move |tx| {
                let known = gather.facts(tx, &account, now)?;
                let devices = store::device::of_account(tx, &account)?;
                Ok(Troubles {
                    email: email.clone(),
                    chosen: device.clone(),
                    devices: devices.into_iter().filter(|d| !d.suspended(now)).collect(),
                    saved_codes: facts::saved_codes_left(tx, &account, now)?,
                    saved_code_way: known.saved_code_way(now),
                    mail_and_phone_way: known.mail_and_phone(now),
                    mail_and_contacts_way: known.mail_and_contacts(now),
                    password_good: known.password_good(),
                    open: store::recovery::of_browser(tx, &browser, &account, now)?,
                })
            })
            .await
    }

    /// Opens a case from a sign-in flow whose password was right. The same browser gets its open case back.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`; `GL-REC-002` when the password is not good, and why else no way is open.
    pub async fn open_case(
        &self,
        ctx: &Ctx,
        flow: &FlowId,
        why: Why,
        lost: Vec<DeviceId>,
    ) -> Result<CaseId, Error> {
        let machine = self.look_at_sign_in(ctx, flow).await?.machine;
        let SignIn::AwaitFactor {
            account,
            password_at,
            device,
            ..
        } = machine
        else {
            return Err(Code::OutOfOrder.into());
        };
        let (browser, gather, writer, ctx) = (
            *ctx.browser()?,
            facts::Gather::of(self),
            Writer::of(self, ctx),
            ctx.clone(),
        );
        let opened = self
            .db()
            .write(move |tx| {
                let now = writer.now;
                // Pressed twice at once, the second press finds the case of the first.
                store::recovery::lock_account(tx, &account)?;
                if let Some(open) = store::recovery::of_browser(tx, &browser, &account, now)? {
                    return Ok(Ok(open));
                }
                // What is out of use already stays so in its own way, whatever the form names.
                let on_file = store::device::of_account(tx, &account)?;
                let in_use = on_file.iter().filter(|d| !d.suspended(now));
                let mut gone: Vec<DeviceId> = in_use
                    .map(|d| d.id.clone())
                    .filter(|id| lost.contains(id))
                    .collect();
                if gone.is_empty() {
                    let first = device
                        .clone()
                        .or_else(|| on_file.first().map(|d| d.id.clone()));
                    gone.extend(first);
                }
                let known = gather.facts(tx, &account, now)?;
                let step = Case::open(
                    &known,
                    Opening {
                        password_at,
                        why,
                        lost: gone,
                        saved_codes: facts::saved_codes_left(tx, &account, now)?,
                    },
                    &ctx.moment(),
                );
                let made = match (step.next, step.show) {
                    (Some(case), Ok(())) => {
                        store::recovery::insert(tx, &case, &browser)?;
                        Ok(case.id)
                    }
                    (_, Err(refusal)) => Err(refusal),
                    (None, Ok(())) => {
                        return Err(Error::Fault("a case was opened and is not there"));
                    }
                };
                writer.apply(tx, &step.effects)?;
                Ok(made)
            })
            .await?;
        opened.map_err(Error::from)
    }

    /// What the page of a case shows.
    ///
    /// # Errors
    /// `GL-SIGNIN-001` when there is no such case or it is another browser's.
    pub async fn look_at_case(&self, ctx: &Ctx, id: &CaseId) -> Result<CasePage, Error> {
        let (ctx, id, gather) = (ctx.clone(), id.clone(), facts::Gather::of(self));
        self.db()
            .read(move |tx| {
                let case = ours(store::recovery::find(tx, &id)?, &ctx)?;
                let known = gather.facts(tx, &case.account, ctx.now)?;
                let block = ctx.client.block();
                let past = gather.past(tx, (&known, case.phone_which), &block, ctx.now)?;
                let view = case.view(&known, &past, ctx.now);
                let mut free = Vec::new();
                for choice in &view.phone.numbers {
                    let past = gather.past(tx, (&known, choice.which), &block, ctx.now)?;
                    free.extend(
                        outlook(&past, ctx.now)
                            .block
                            .is_none()
                            .then_some(choice.which),
                    );
                }
                let names = store::device::of_account(tx, &case.account)?;
                let entered = ctx.session.as_ref().is_some_and(|s| {
                    matches!(&s.origin, domain::session::Origin::Recovered { case } if *case == id)
                });
                Ok(CasePage {
                    mail_state: mail_state(tx, id.as_str(), MailKind::RecoveryProof)?,
                    view,
                    free,
                    lost: names
                        .into_iter()
                        .filter(|d| case.lost.contains(&d.id))
                        .map(|d| d.name)
                        .collect(),
                    saved_codes: facts::saved_codes_left(tx, &case.account, ctx.now)?,
                    entered,
                })
            })
            .await
    }

    /// The person says what happened to the device.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-REC-001`.
    pub async fn case_why(&self, ctx: &Ctx, id: &CaseId, why: Why) -> Result<Went, Error> {
        self.case_step(ctx, id, move |_, case, known, ctx| {
            Ok(case.say_why(known, why, &ctx.moment())?)
        })
        .await
    }

    /// *Send verification email*, or *Resend the email*, to this of two addresses.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`. What is refused is [`Went::Refused`].
    pub async fn case_send_mail(
        &self,
        ctx: &Ctx,
        id: &CaseId,
        which: Which,
    ) -> Result<Went, Error> {
        self.case_step(ctx, id, move |tx, case, known, ctx| {
            let fresh = draw_mail_code(tx.ring(), ctx)?;
            let case = case.by_mail(which, ctx.now);
            Ok(case.send_mail(known, &fresh, &ctx.moment())?)
        })
        .await
    }

    /// The mailed code was typed.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`. What is refused is [`Went::Refused`].
    pub async fn case_mail_code(&self, ctx: &Ctx, id: &CaseId, typed: &str) -> Result<Went, Error> {
        let typed = keypad::MailCode::parse(typed);
        self.case_step(ctx, id, move |tx, case, known, ctx| {
            let right = match (&case.mail, &typed) {
                (MailProof::Sent { code, .. }, Some(digits)) => {
                    domain::secret::equal(&mail_code_hmac(tx.ring(), &digits.to_text())?, code)
                }
                _ => false,
            };
            Ok(case.mail_code(known, right, &ctx.moment())?)
        })
        .await
    }

    /// *Call me now*, at this of two numbers.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`. What is refused is [`Went::Refused`].
    pub async fn case_call(&self, ctx: &Ctx, id: &CaseId, which: Which) -> Result<Went, Error> {
        let gather = facts::Gather::of(self);
        self.case_step(ctx, id, move |tx, case, known, ctx| {
            let case = case.by_phone(which, ctx.now);
            let asked = (known, case.phone_which);
            let known = gather.of_call(tx, asked, &ctx.client.block(), ctx.now)?;
            crate::call::asked(case.call(&known, &ctx.moment()), ctx.now)
        })
        .await
    }

    /// *Sign in to the console*.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`. What is refused is [`Went::Refused`].
    pub async fn case_enter(&self, ctx: &Ctx, id: &CaseId) -> Result<Went, Error> {
        self.case_step(ctx, id, |_, case, known, ctx| {
            Ok(case.enter(known, &ctx.moment())?)
        })
        .await
    }

    /// The person gives up.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`. What is refused is [`Went::Refused`].
    pub async fn case_close(&self, ctx: &Ctx, id: &CaseId) -> Result<Went, Error> {
        self.case_step(ctx, id, |_, case, known, ctx| {
            Ok(case.close(known, &ctx.moment())?)
        })
        .await
    }

    /// The password is given again, after its proof lapsed. It is hashed outside of the step.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-REQ-009`. A wrong password is [`Went::Refused`].
    pub async fn case_password(&self, ctx: &Ctx, id: &CaseId, typed: &str) -> Result<Went, Error> {
        // The case counts for itself: this browser gave the right password before, and what strangers do to the
        // account's password must not stop it.
        const STANDING: Standing = Standing::Known;
        let counter_key = CounterKey(format!("case-password:{id}"));
        let (seen, row, key) = (ctx.clone(), id.clone(), counter_key.clone());
        let (phc, gate) = self
            .db()
            .read(move |tx| {
                let case = ours(store::recovery::find(tx, &row)?, &seen)?;
                let gate = live_counter(tx, &key, seen.now)?.gate(STANDING, seen.now);
                let phc = store::account::password_hash(tx, &case.account)?;
                Ok::<_, Error>((phc, gate))
            })
            .await?;
        let right = match (Password::prepare(typed), gate) {
            (Ok(password), Gate::Open) => {
                self.hashes()
                    .verify(password, phc.as_deref(), &Place::of(ctx, STANDING))
                    .await?
            }
            _ => false,
        };
        self.case_step(ctx, id, move |tx, case, known, ctx| {
            // What was hashed must still be what is on file.
            let same = store::account::password_hash(tx, &case.account)? == phc;
            let check = PasswordAgain {
                right: right && same,
                counter: live_counter(tx, &counter_key, ctx.now)?,
                counter_key: counter_key.clone(),
                standing: STANDING,
            };
            Ok(case.password(known, &check, &ctx.moment())?)
        })
        .await
    }

    /// A saved recovery code was typed. It is hashed outside of the step.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-REQ-009`. A wrong code is [`Went::Refused`].
    pub async fn case_saved_code(
        &self,
        ctx: &Ctx,
        id: &CaseId,
        typed: &str,
    ) -> Result<Went, Error> {
        let (seen, row) = (ctx.clone(), id.clone());
        let owner = self
            .db()
            .read(move |tx| Ok::<_, Error>(ours(store::recovery::find(tx, &row)?, &seen)?.account))
            .await?;
        let found = crate::saved_code::check(self, ctx, &owner, typed).await?;
        self.case_step(ctx, id, move |tx, case, known, ctx| {
            let verdict = match &found {
                Some(code) if facts::saved_code_unused(tx, code, ctx.now)? => {
                    SavedCodeVerdict::Right(code.clone())
                }
                _ => SavedCodeVerdict::Wrong,
            };
            let standing = standing(tx, &case.account, ctx.known, ctx.now)?;
            let counter_key = facts::saved_code_counter(&case.account, standing);
            let counter = live_counter(tx, &counter_key, ctx.now)?;
            let left = facts::saved_codes_left(tx, &case.account, ctx.now)?;
            let used = u32::from(matches!(verdict, SavedCodeVerdict::Right(_)));
            let facts = SavedCodeFacts {
                verdict,
                left: left.saturating_sub(used),
                counter,
                counter_key,
                standing,
            };
            Ok(case.saved_code(known, &facts, &ctx.moment())?)
        })
        .await
    }

    /// Takes a step with a case of this browser: load, decide, save, write, in one transaction.
    async fn case_step<F>(&self, ctx: &Ctx, id: &CaseId, f: F) -> Result<Went, Error>
    where
        F: Fn(&mut Tx<'_>, Case, &Facts, &Ctx) -> Result<Step<Case>, Error> + Send + 'static,
    {
        let (owned, id, gather, writer) = (
            ctx.clone(),
            id.clone(),
            facts::Gather::of(self),
            Writer::of(self, ctx).regarding(id.as_str()),
        );
        let done = self
            .db()
            .write(move |tx| {
                let case = ours(store::recovery::lock(tx, &id)?, &owned)?;
                store::recovery::lock_account(tx, &case.account)?;
                let known = gather.facts(tx, &case.account, owned.now)?;
                // A refusal that changes nothing is an answer, not an error: the page shows it.
                let step = match f(tx, case, &known, &owned) {
                    Ok(step) => step,
                    Err(Error::Refused(refusal)) => return Ok((Some(refusal), None, Vec::new())),
                    Err(other) => return Err(other),
                };
                store::recovery::save(tx, &step.next)?;
                let opened = writer.apply(tx, &step.effects)?;
                Ok((step.show.err(), opened, call::hang_ups(&step.effects)))
            })
            .await?;
        let (refused, opened, hang_ups) = done;
        self.put_down(hang_ups).await;
        Ok(match (refused, opened) {
            (Some(refusal), _) => Went::Refused(refusal),
            (None, Some(opened)) => Went::In(Box::new(opened)),
            (None, None) => Went::On,
        })
    }

    /// Ends calls that are not wanted any more.
    async fn put_down(&self, calls: Vec<CallId>) {
        if let Some(telephone) = &self.ports().telephone {
            for call in calls {
                telephone.hang_up(&call).await;
            }
        }
    }
}

/// The case, if it is this browser's.
fn ours(stored: Option<store::recovery::Stored>, ctx: &Ctx) -> Result<Case, Error> {
    let stored = stored.ok_or(Code::FlowOver)?;
    if domain::secret::equal(&stored.browser, ctx.browser()?) {
        Ok(stored.case)
    } else {
        Err(Code::FlowOver.into())
    }
}

/// How far the newest mail of that kind got, of a case or flow.
pub(crate) fn mail_state(
    tx: &mut Tx<'_>,
    reference: &str,
    kind: MailKind,
) -> Result<MailState, Error> {
    let mails = store::outbox::of_reference(tx, reference)?;
    let wanted = kind.key();
    let newest = mails.into_iter().rfind(|entry| entry.topic == wanted);
    Ok(match newest.map(|entry| entry.state) {
        Some(State::Sent | State::Delivered) => MailState::Sent,
        Some(State::Failed | State::Lost) => MailState::Failed,
        Some(State::Queued | State::Sending | State::Dialling) | None => MailState::Queued,
    })
}
