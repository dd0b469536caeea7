//! The security check: the verbs behind its page, its picture and its sound, in a sign-in and before a reset mail.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::reset::order_reset;
use crate::sign_in::{self, Moved};
use crate::{App, Error, flow};
use domain::check::{Answer, Check, Figure, Shown, Verdict};
use domain::dice::Dice;
use domain::guessing::{Limits, Risk};
use domain::ids::FlowId;
use domain::refusal::Code;
use domain::sign_in::SignIn;
use domain::step::{Effect, Step};
use factors::email::Email;
use factors::picture;
use serde::{Deserialize, Serialize};
use store::Tx;

pub use domain::check::LENGTH;

/// The kind of flow that a reset mail waits in.
pub(crate) const RESET: &str = "reset-check";

/// What a check stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// The password of a sign-in.
    Password,
    /// The mail with a link to a new password.
    ResetMail,
}

/// A check as its page shows it.
#[derive(Debug, Clone)]
pub struct View {
    /// The address that was named.
    pub email: String,
    /// The set, and the task where work will do.
    pub shown: Shown,
}

/// A reset mail that waits for a check; nothing waits any more once it was ordered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    email: String,
    check: Option<Check>,
}

impl Asked {
    pub(crate) fn new(email: &str, check: Check) -> Self {
        Self {
            email: email.to_owned(),
            check: Some(check),
        }
    }

    fn over(self) -> Self {
        Self {
            check: None,
            ..self
        }
    }
}

/// The risk of whoever makes this request.
pub(crate) fn risk(tx: &mut Tx<'_>, ctx: &Ctx, limits: &Limits) -> Result<Option<Risk>, Error> {
    let network = store::guessing::find(tx, &ctx.client.block())?;
    let installation = store::guessing::installation(tx, limits.hour_failures, ctx.now)?;
    Ok(domain::guessing::risk(
        &network,
        installation,
        limits,
        ctx.now,
    ))
}

impl App {
    /// The check that a flow waits for; nothing when it waits for something else, or for nothing.
    ///
    /// # Errors
    /// `GL-SIGNIN-001` when the flow is over or another browser's.
    pub async fn look_at_check(
        &self,
        ctx: &Ctx,
        before: Before,
        id: &FlowId,
    ) -> Result<Option<View>, Error> {
        let found = self.find_check(ctx, before, id).await?;
        Ok(found.map(|(email, check)| View {
            email,
            shown: check.shown(),
        }))
    }

    /// The picture of a set, as a PNG file.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-REQ-004` for a set that is void.
    pub async fn check_picture(
        &self,
        ctx: &Ctx,
        before: Before,
        id: &FlowId,
        set: u32,
    ) -> Result<Vec<u8>, Error> {
        let Figure { characters, seed } = self.figure(ctx, before, id, set).await?;
        Ok(picture::png(&characters, &seed))
    }

    /// A set spoken in the language of the page, as a WAV file.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-REQ-004` for a set that is void.
    pub async fn check_sound(
        &self,
        ctx: &Ctx,
        before: Before,
        id: &FlowId,
        set: u32,
    ) -> Result<Vec<u8>, Error> {
        let Figure { characters, seed } = self.figure(ctx, before, id, set).await?;
        let mut thrown = [0; 32];
        for (to, from) in thrown.iter_mut().zip(seed) {
            *to = from;
        }
        let voice = &self.ports().voice;
        Ok(voice.spelled(&characters, ctx.locale, &Dice::new(thrown)))
    }

    async fn figure(
        &self,
        ctx: &Ctx,
        before: Before,
        id: &FlowId,
        set: u32,
    ) -> Result<Figure, Error> {
        let found = self.find_check(ctx, before, id).await?;
        let figure = found.and_then(|(_, check)| check.figure(set));
        figure.ok_or_else(|| Code::NoSuchPage.into())
    }

    async fn find_check(
        &self,
        ctx: &Ctx,
        before: Before,
        id: &FlowId,
    ) -> Result<Option<(String, Check)>, Error> {
        match before {
            Before::Password => {
                let flow: sign_in::Flow = flow::look(self, ctx, sign_in::KIND, id).await?;
                Ok(match flow.machine {
                    SignIn::AwaitCheck { email, check } => Some((email, check)),
                    _ => None,
                })
            }
            Before::ResetMail => {
                let Asked { email, check } = flow::look(self, ctx, RESET, id).await?;
                Ok(check.map(|check| (email, check)))
            }
        }
    }

    /// The check was answered. [`Moved::On`] leads to the password, or says that the mail was ordered.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`. Anything but the right answer is [`Moved::Refused`].
    pub async fn answer_check(
        &self,
        ctx: &Ctx,
        before: Before,
        id: &FlowId,
        answer: Answer,
    ) -> Result<Moved, Error> {
        let owned = ctx.clone();
        let stepped = match before {
            Before::Password => {
                flow::step(
                    self,
                    ctx,
                    sign_in::KIND,
                    id,
                    move |_, flow: sign_in::Flow| {
                        let step = flow.machine.check(&answer, &owned.moment())?;
                        Ok(sign_in::step_of(step, flow.landing))
                    },
                )
                .await?
            }
            Before::ResetMail => {
                let writer = Writer::of(self, ctx);
                flow::step(self, ctx, RESET, id, move |tx, mut asked: Asked| {
                    let check = asked.check.take().ok_or(Code::OutOfOrder)?;
                    Ok(match check.answer(&answer, &owned.moment()) {
                        Verdict::Passed(record) => {
                            let email = Email::parse(&asked.email)
                                .map_err(|_| Error::Fault("a stored address is none"))?;
                            order_reset(tx, &writer, &owned, &email)?;
                            // The order has the first place in the record of this step.
                            writer.audit(tx, 1, &record)?;
                            Step::to(asked.over())
                        }
                        Verdict::Again(check, refusal) => {
                            asked.check = Some(check);
                            Step::refuse(asked, refusal)
                        }
                        Verdict::Over(record) => Step::refuse(asked.over(), Code::CheckTooOften)
                            .with(Effect::Audit(record)),
                    })
                })
                .await?
            }
        };
        Ok(stepped.refused.map_or(Moved::On, Moved::Refused))
    }

    /// Other characters were asked for: those before are void.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`.
    pub async fn check_again(
        &self,
        ctx: &Ctx,
        before: Before,
        id: &FlowId,
    ) -> Result<Moved, Error> {
        let owned = ctx.clone();
        match before {
            Before::Password => {
                flow::step(
                    self,
                    ctx,
                    sign_in::KIND,
                    id,
                    move |_, flow: sign_in::Flow| {
                        let step = flow.machine.check_again(&owned.moment())?;
                        Ok(sign_in::step_of(step, flow.landing))
                    },
                )
                .await?
            }
            Before::ResetMail => {
                flow::step(self, ctx, RESET, id, move |_, mut asked: Asked| {
                    let check = asked.check.take().ok_or(Code::OutOfOrder)?;
                    asked.check = Some(check.again(&owned.moment()));
                    Ok(Step::to(asked))
                })
                .await?
            }
        };
        Ok(Moved::On)
    }
}
