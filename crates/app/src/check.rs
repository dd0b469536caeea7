//! The security check: the verbs behind its page, its picture and its sound, in a sign-in, before a reset mail and before a support case.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::reset::order_reset;
use crate::sign_in::{self, Moved};
use crate::{App, Error, flow, support};
use domain::check::{ADMITS, Answer, Check, Figure, Shown, Verdict};
use domain::dice::Dice;
use domain::guessing::{Limits, Risk};
use domain::ids::FlowId;
use domain::refusal::Code;
use domain::sign_in::SignIn;
use domain::step::{Effect, Step};
use domain::support::{Asked as Case, Draft};
use factors::email::Email;
use factors::picture;
use serde::{Deserialize, Serialize};
use store::Tx;

pub use domain::check::LENGTH;

/// The kind of flow that a reset mail waits in.
pub(crate) const RESET: &str = "reset-check";
/// The kind of flow that an operator's sign-in waits in.
pub(crate) const OPERATOR: &str = "operator-check";

/// What a check stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// The password of a sign-in.
    Password,
    /// The mail with a link to a new password.
    ResetMail,
    /// Address, password and code of an operator.
    Operator,
    /// A support case.
    Support,
}

impl Before {
    /// The kind of flow that waits for it, beside that of a sign-in.
    const fn kind(self) -> &'static str {
        match self {
            Self::Password => sign_in::KIND,
            Self::ResetMail => RESET,
            Self::Operator => OPERATOR,
            Self::Support => support::KIND,
        }
    }
}

/// A check as its page shows it.
#[derive(Debug, Clone)]
pub struct View {
    /// The address that was named.
    pub email: String,
    /// The set, and the task where work will do.
    pub shown: Shown,
}

/// A reset mail or an operator's sign-in that waits for a check; nothing waits any more once it was passed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    email: String,
    check: Option<Check>,
    /// Passwords that a passed check still admits for this address.
    #[serde(default)]
    admits: u32,
}

impl Asked {
    pub(crate) fn new(email: &str, check: Check) -> Self {
        Self {
            email: email.to_owned(),
            check: Some(check),
            admits: 0,
        }
    }

    /// Takes one try of those that a passed check admits for this address; false when none is left.
    pub(crate) fn admit(&mut self, email: &Email) -> bool {
        let same = Email::parse(&self.email).is_ok_and(|asked| asked.key() == email.key());
        let admitted = same && self.admits > 0;
        self.admits -= u32::from(admitted);
        admitted
    }

    fn over(self) -> Self {
        Self {
            check: None,
            ..self
        }
    }
}

/// What a support case waits for, if it is a check.
fn waiting(draft: Draft) -> Result<(Case, Check), Error> {
    match draft {
        Draft::AwaitCheck {
            asked,
            check: Some(check),
        } => Ok((asked, check)),
        _ => Err(Code::OutOfOrder.into()),
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
            Before::ResetMail | Before::Operator => {
                let found = flow::look(self, ctx, before.kind(), id).await?;
                let Asked { email, check, .. } = found;
                Ok(check.map(|check| (email, check)))
            }
            Before::Support => match flow::look(self, ctx, support::KIND, id).await? {
                Draft::AwaitCheck { asked, check } => Ok(check.map(|check| (asked.named, check))),
                _ => Ok(None),
            },
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
        let refused = match before {
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
                .refused
            }
            Before::ResetMail | Before::Operator => {
                let writer = Writer::of(self, ctx);
                flow::step(self, ctx, before.kind(), id, move |tx, mut asked: Asked| {
                    let check = asked.check.take().ok_or(Code::OutOfOrder)?;
                    Ok(match check.answer(&answer, &owned.moment()) {
                        Verdict::Passed(record) if before == Before::Operator => {
                            asked.admits = ADMITS;
                            Step::to(asked).with(Effect::Audit(record))
                        }
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
                .refused
            }
            Before::Support => {
                let writer = Writer::of(self, ctx);
                flow::step(self, ctx, support::KIND, id, move |tx, draft: Draft| {
                    let (asked, check) = waiting(draft)?;
                    Ok(match check.answer(&answer, &owned.moment()) {
                        Verdict::Passed(record) => {
                            let next = support::go_on(tx, &writer, &owned, asked)?;
                            Step::to(next).with(Effect::Audit(record))
                        }
                        Verdict::Again(check, refusal) => {
                            let check = Some(check);
                            Step::refuse(Draft::AwaitCheck { asked, check }, refusal)
                        }
                        Verdict::Over(record) => {
                            let over = Draft::AwaitCheck { asked, check: None };
                            Step::refuse(over, Code::CheckTooOften).with(Effect::Audit(record))
                        }
                    })
                })
                .await?
                .refused
            }
        };
        Ok(refused.map_or(Moved::On, Moved::Refused))
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
            Before::Password => flow::step(
                self,
                ctx,
                sign_in::KIND,
                id,
                move |_, flow: sign_in::Flow| {
                    let step = flow.machine.check_again(&owned.moment())?;
                    Ok(sign_in::step_of(step, flow.landing))
                },
            )
            .await
            .map(drop)?,
            Before::ResetMail | Before::Operator => {
                flow::step(self, ctx, before.kind(), id, move |_, mut asked: Asked| {
                    let check = asked.check.take().ok_or(Code::OutOfOrder)?;
                    asked.check = Some(check.again(&owned.moment()));
                    Ok(Step::to(asked))
                })
                .await
                .map(drop)?
            }
            Before::Support => flow::step(self, ctx, support::KIND, id, move |_, draft: Draft| {
                let (asked, check) = waiting(draft)?;
                let check = Some(check.again(&owned.moment()));
                Ok(Step::to(Draft::AwaitCheck { asked, check }))
            })
            .await
            .map(drop)?,
        };
        Ok(Moved::On)
    }
}
