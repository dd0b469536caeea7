//! Opening an account by oneself, or the first one behind the set-up link.

use crate::budget::{self, About};
use crate::commit::{Opened, Writer};
use crate::contact;
use crate::context::Ctx;
use crate::flow::{self, Stepped};
use crate::link::{self, For};
use crate::password::{Chosen, Near};
use crate::sign_in::{draw_mail_code, mail_code_hmac};
use crate::{App, Error};
use domain::account::{Account, PasswordFacts, PasswordOrigin, State, name};
use domain::audit::{Actor, Event, Record};
use domain::ids::{AccountId, FlowId};
use domain::mail::MailKind;
use domain::refusal::{Code, Refusal};
use domain::session::{ABSOLUTE, Origin};
use domain::sign_up::SignUp;
use domain::step::{Effect, NewSession, Step};
use domain::time::{Span, Timestamp};
use factors::email::Email;
use factors::keypad;
use factors::password_rules::Unmet;
use store::Tx;
use store::contact::{Held, Kind};

const KIND: &str = "sign-up";
/// The life of the set-up link.
pub const SET_UP_LIFE: Span = Span::minutes(30);

/// What a step of opening an account came to.
#[derive(Debug)]
pub enum Opening {
    /// On to the next page.
    On,
    /// The account exists and its root user is signed in.
    In(Box<Opened>),
    /// The password breaks rules.
    Unmet(Vec<Unmet>),
    /// Refused, and the page is shown again.
    Refused(Refusal),
}

/// What is asked for once the address is proved, as typed.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// The account's name.
    pub account_name: String,
    /// The contact person's name.
    pub contact_name: String,
    /// The contact person's number; may be left out.
    pub phone: String,
}

impl App {
    /// Begins to open an account with this address, unless that is left to the operator here.
    ///
    /// # Errors
    /// `GL-ACC-005`, `GL-SIGNIN-006`, `GL-SIGNIN-001`.
    pub async fn begin_sign_up(
        &self,
        ctx: &Ctx,
        typed: &str,
        set_up: Option<&str>,
    ) -> Result<FlowId, Error> {
        if let Some(token) = set_up {
            self.look_at_set_up(ctx, token).await?;
        } else if !self.settings().self_open {
            return Err(Code::NotSelfOpen.into());
        }
        let email = Email::parse(typed).map_err(|_| Refusal::new(Code::NotAnEmail).at("email"))?;
        let (browser, writer, owned) = (*ctx.browser()?, Writer::of(self, ctx), ctx.clone());
        let id = FlowId::draw(&ctx.dice, KIND);
        let row = id.clone();
        self.db()
            .write(move |tx| {
                let code = draw_mail_code(tx.ring(), &owned)?;
                let step = SignUp::begin(
                    email.shown(),
                    taken(tx, &email, owned.now)?,
                    &code,
                    &owned.moment(),
                );
                let state = serde_json::to_vec(&step.next)
                    .map_err(|_| Error::Fault("a flow state cannot be written"))?;
                let ends = owned.now + domain::sign_in::ABSOLUTE_LIFE;
                store::flow::insert(tx, &row, KIND, &browser, &state, owned.now, ends)?;
                let effects = limited(tx, step.effects, &email, &owned)?;
                writer.apply(tx, &effects)?;
                writer.audit(
                    tx,
                    9,
                    &Record::new(Event::SignUpStarted, Actor::Anonymous).from(&owned.client),
                )
            })
            .await?;
        Ok(id)
    }

    /// Where the flow stands.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`.
    pub async fn look_at_sign_up(&self, ctx: &Ctx, id: &FlowId) -> Result<SignUp, Error> {
        flow::look(self, ctx, KIND, id).await
    }

    /// The mailed code was typed.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`. A wrong code is [`Opening::Refused`].
    pub async fn prove_sign_up(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        typed: &str,
    ) -> Result<Opening, Error> {
        let (code, now) = (keypad::MailCode::parse(typed), ctx.now);
        let stepped = flow::step(self, ctx, KIND, id, move |tx, state: SignUp| {
            let hmac = code
                .as_ref()
                .map(|c| mail_code_hmac(tx.ring(), &c.to_text()))
                .transpose()?;
            Ok(state.code(hmac.as_deref(), now)?)
        })
        .await?;
        Ok(opening(stepped))
    }

    /// A new code was asked for.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`, `GL-SIGNIN-012`.
    pub async fn sign_up_mail_again(&self, ctx: &Ctx, id: &FlowId) -> Result<Opening, Error> {
        let owned = ctx.clone();
        let stepped = flow::step(self, ctx, KIND, id, move |tx, state: SignUp| {
            let SignUp::AwaitCode { email, .. } = &state else {
                return Err(Code::OutOfOrder.into());
            };
            let email = Email::parse(email).map_err(|_| Code::OutOfOrder)?;
            let code = draw_mail_code(tx.ring(), &owned)?;
            let mut step =
                state.mail_again(taken(tx, &email, owned.now)?, &code, &owned.moment())?;
            step.effects = limited(tx, step.effects, &email, &owned)?;
            Ok(step)
        })
        .await?;
        Ok(opening(stepped))
    }

    /// Name, contact and password were given: the account is made and its root user signed in.
    ///
    /// # Errors
    /// `GL-ACC-001`, `GL-ACC-002`, `GL-ACC-004`, `GL-PWD-001`, `GL-PWD-002`, `GL-REQ-009`, `GL-SIGNIN-001`.
    pub async fn complete_sign_up(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        details: &Details,
        password: (&str, &str),
        set_up: Option<&str>,
    ) -> Result<Opening, Error> {
        let state = self.look_at_sign_up(ctx, id).await?;
        let email = Email::parse(state.proved()?).map_err(|_| Code::OutOfOrder)?;
        let account_name = name(&details.account_name).map_err(|r| r.at("account_name"))?;
        let contact_name = name(&details.contact_name).map_err(|r| r.at("contact_name"))?;
        let phone = self.typed_phone(&details.phone)?;
        let near = Near {
            email: email.shown().to_owned(),
            name: Some(account_name.clone()),
            with_mfa: false,
        };
        let phc = match self
            .choose_password(ctx, password.0, password.1, &near)
            .await?
        {
            Chosen::Unmet(unmet) => return Ok(Opening::Unmet(unmet)),
            Chosen::Hash(phc) => phc,
        };
        let (owned, writer) = (ctx.clone(), Writer::of(self, ctx));
        let set_up = set_up.map(str::to_owned);
        let stepped = flow::step(self, ctx, KIND, id, move |tx, state: SignUp| {
            state.proved()?;
            if taken(tx, &email, owned.now)? {
                return Err(Refusal::new(Code::EmailTaken).at("email").into());
            }
            if let Some(token) = &set_up {
                let link = link::open(tx, For::SetUp, token, owned.now)?;
                if !store::link::use_up(tx, &link.id, owned.now)? {
                    return Err(Code::SetUpOver.into());
                }
            }
            let account = made(tx, &owned, &email, &account_name, &phc)?;
            let given = |value: &str| Held {
                value: value.to_owned(),
                changed_at: None,
                proved_at: None,
            };
            store::contact::put(tx, &account.id, Kind::Person, &given(&contact_name), None)?;
            if let Some(phone) = &phone {
                store::contact::put(tx, &account.id, Kind::Phone, &given(&phone.e164), None)?;
            }
            let actor = Actor::Root {
                account: account.id.clone(),
                session: None,
            };
            writer.audit(
                tx,
                9,
                &Record::new(Event::AccountCreated, actor).from(&owned.client),
            )?;
            Ok(signed_in(&account, &owned))
        })
        .await?;
        Ok(opening(stepped))
    }

    pub(crate) fn typed_phone(&self, typed: &str) -> Result<Option<contact::Reading>, Error> {
        if typed.trim().is_empty() {
            return Ok(None);
        }
        Ok(Some(self.read_phone(typed, None).map_err(Refusal::from)?))
    }

    /// Makes the set-up link of an installation without accounts: one use, 30 minutes, others void.
    ///
    /// # Errors
    /// Only faults. Nothing when there is an account already.
    pub async fn mint_set_up(&self, ctx: &Ctx) -> Result<Option<String>, Error> {
        let owned = ctx.clone();
        self.db()
            .write(move |tx| {
                if !store::account::page(tx, "", 1)?.is_empty() {
                    return Ok(None);
                }
                store::link::void_purpose(tx, For::SetUp.key(), owned.now)?;
                let link = link::mint(
                    tx,
                    &owned.dice,
                    For::SetUp,
                    None,
                    "",
                    (owned.now, SET_UP_LIFE),
                )?;
                Ok(Some(format!(
                    "/set-up/{}",
                    link::token_of(tx.ring(), &link.id)?
                )))
            })
            .await
    }

    /// Whether a set-up link still works.
    ///
    /// # Errors
    /// `GL-ACC-008`.
    pub async fn look_at_set_up(&self, ctx: &Ctx, token: &str) -> Result<(), Error> {
        let (token, now) = (token.to_owned(), ctx.now);
        let found = self
            .db()
            .read(move |tx| link::look(tx, For::SetUp, &token, now).map(drop))
            .await;
        found.map_err(|error| {
            if error.refusal().is_some() {
                Code::SetUpOver.into()
            } else {
                error
            }
        })
    }
}

fn taken(tx: &mut Tx<'_>, email: &Email, now: Timestamp) -> Result<bool, Error> {
    Ok(!contact::email_is_free(tx, email.key(), now)?)
}

/// Turns mails beyond the recipient's limit into decoys.
fn limited(
    tx: &mut Tx<'_>,
    effects: Vec<Effect>,
    email: &Email,
    ctx: &Ctx,
) -> Result<Vec<Effect>, Error> {
    let about = About::named(taken(tx, email, ctx.now)?);
    let within = budget::take(tx, email.key(), about, ctx.now)?.is_some();
    let each = effects.into_iter().map(|effect| match effect {
        Effect::Mail(mut mail) if !within => {
            mail.kind = MailKind::Decoy;
            Effect::Mail(mail)
        }
        other => other,
    });
    Ok(each.collect())
}

fn made(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    email: &Email,
    name: &str,
    phc: &str,
) -> Result<Account, Error> {
    let now = ctx.now;
    let facts = PasswordFacts {
        origin: PasswordOrigin::Opening,
        set_at: now,
        good: true,
        hold: None,
    };
    let account = Account {
        id: free_number(tx, ctx)?,
        name: name.to_owned(),
        email: email.shown().to_owned(),
        email_proved_at: Some(now),
        email_set_at: now,
        locale: ctx.locale,
        state: State::Active,
        state_since: now,
        created_at: now,
        password: Some(facts),
    };
    store::account::insert(tx, &account, email.key())?;
    store::account::set_password(tx, &account.id, phc, &facts)?;
    Ok(account)
}

/// An account number that is not taken.
pub(crate) fn free_number(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<AccountId, Error> {
    for attempt in 0..16 {
        let id = AccountId::draw(&ctx.dice, &format!("number {attempt}"));
        if store::account::find(tx, &id)?.is_none() {
            return Ok(id);
        }
    }
    Err(Error::Fault("no free account number was drawn"))
}

fn signed_in(account: &Account, ctx: &Ctx) -> Step<SignUp> {
    let session = NewSession {
        account: account.id.clone(),
        origin: Origin::SignIn,
        password_at: ctx.now,
        mfa_at: None,
        device: None,
        hold: None,
        ends_at: ctx.now + ABSOLUTE,
    };
    Step::to(SignUp::Done)
        .with(Effect::OpenSession(Box::new(session)))
        .with(Effect::KnowBrowser(account.id.clone()))
}

fn opening<S>(stepped: Stepped<S>) -> Opening {
    match (stepped.refused, stepped.opened) {
        (Some(refusal), _) => Opening::Refused(refusal),
        (None, Some(opened)) => Opening::In(Box::new(opened)),
        (None, None) => Opening::On,
    }
}
