//! Accounts: making, listing and the stages of their life, for the operator's commands and the demonstration.

mod guarded;

pub use guarded::{Dispute, Guarded, Waiting};

use crate::commit::Writer;
use crate::context::Ctx;
use crate::password::{Chosen, Near};
use crate::{App, Error};
use domain::account::{Account, PasswordFacts, PasswordOrigin, State, name};
use domain::audit::{Actor, Event, Record};
use domain::ids::AccountId;
use domain::locale::Locale;
use domain::mail::{MailKind, MailOrder};
use domain::refusal::{Code, Refusal};
use factors::email::Email;
use factors::password_rules::Unmet;
use store::contact::{Held, Kind};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// The root user's address, as typed.
    pub email: String,
    /// Whether the address was proved by whoever asks for the account.
    pub email_proved: bool,
    /// The root user's number, as typed; unproved.
    pub phone: Option<String>,
    /// The language of its mails.
    pub locale: Locale,
    /// The hash of its password, with how it came about, if there is one yet.
    pub password: Option<(String, PasswordOrigin)>,
}

impl App {
    /// Makes an account and its root user.
    ///
    /// # Errors
    /// `GL-ACC-001`, `GL-ACC-002`, `GL-SIGNIN-006`, `GL-ACC-004` when the address has an account already.
    pub async fn create_account(
        &self,
        ctx: &Ctx,
        by: Actor,
        new: NewAccount,
    ) -> Result<Account, Error> {
        let email =
            Email::parse(&new.email).map_err(|_| Refusal::new(Code::NotAnEmail).at("email"))?;
        let name = name(&new.name).map_err(|r| r.at("name"))?;
        let phone = self.typed_phone(new.phone.as_deref().unwrap_or(""))?;
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                let now = writer.now;
                let mut account = Account {
                    id: AccountId::draw(&writer.dice, ""),
                    name: name.clone(),
                    email: email.shown().to_owned(),
                    email_proved_at: new.email_proved.then_some(now),
                    email_set_at: now,
                    locale: new.locale,
                    state: State::Active,
                    state_since: now,
                    created_at: now,
                    password: None,
                };
                if !crate::contact::email_is_free(tx, email.key(), now)? {
                    return Err(Refusal::new(Code::EmailTaken).at("email").into());
                }
                let mut attempt = 0;
                while store::account::find(tx, &account.id)?.is_some() {
                    attempt += 1;
                    account.id = AccountId::draw(&writer.dice, &attempt.to_string());
                }
                store::account::insert(tx, &account, email.key())?;
                if let Some(phone) = &phone {
                    let held = Held {
                        value: phone.e164.clone(),
                        changed_at: None,
                        proved_at: None,
                    };
                    store::contact::put(tx, &account.id, Kind::Phone, &held, None)?;
                }
                if let Some((phc, origin)) = &new.password {
                    let facts = PasswordFacts {
                        origin: *origin,
                        set_at: now,
                        good: origin.good_at_once(),
                        hold: None,
                    };
                    store::account::set_password(tx, &account.id, phc, &facts)?;
                    account.password = Some(facts);
                }
                writer.audit(
                    tx,
                    0,
                    &Record::new(Event::AccountCreated, by.clone()).about(&account.id),
                )?;
                Ok(account)
            })
            .await
    }

    /// The hash of a first password that the operator gives to somebody else: it is *initial*, proves no recovery and
    /// must be replaced. On a trial server the operator stands for the person, and the password counts as chosen at
    /// opening.
    ///
    /// # Errors
    /// `GL-PWD-001`, `GL-REQ-009`. The inner error holds the rules that it breaks.
    pub async fn first_password(
        &self,
        ctx: &Ctx,
        near: &Near,
        password: &str,
    ) -> Result<Result<(String, PasswordOrigin), Vec<Unmet>>, Error> {
        let origin = if self.settings().trial() {
            PasswordOrigin::Opening
        } else {
            PasswordOrigin::Initial
        };
        Ok(
            match self.choose_password(ctx, password, password, near).await? {
                Chosen::Unmet(unmet) => Err(unmet),
                Chosen::Hash(phc) => Ok((phc, origin)),
            },
        )
    }

    /// The account of this number.
    ///
    /// # Errors
    /// `GL-ACC-006`.
    pub async fn account(&self, id: &AccountId) -> Result<Account, Error> {
        let id = id.clone();
        let found = self
            .db()
            .read(move |tx| store::account::find(tx, &id).map_err(Error::from))
            .await?;
        found.ok_or_else(|| Code::NoSuchAccount.into())
    }

    /// Accounts in the order of their numbers, after `after`.
    ///
    /// # Errors
    /// Only faults.
    pub async fn accounts(&self, after: &str, limit: i64) -> Result<Vec<Account>, Error> {
        let after = after.to_owned();
        self.db()
            .read(move |tx| store::account::page(tx, &after, limit).map_err(Error::from))
            .await
    }

    /// Moves an account to another stage of its life. Suspending and closing end its sessions at once.
    ///
    /// # Errors
    /// `GL-ACC-006`, `GL-ACC-007`.
    pub async fn move_account(
        &self,
        ctx: &Ctx,
        by: Actor,
        id: &AccountId,
        next: State,
    ) -> Result<Account, Error> {
        let (writer, id) = (Writer::of(self, ctx), id.clone());
        self.db()
            .write(move |tx| {
                let mut account = store::account::find(tx, &id)?.ok_or(Code::NoSuchAccount)?;
                let event = match (account.state, next) {
                    (State::Closed, State::Active) => Event::AccountReopened,
                    (_, State::Active) => Event::AccountReactivated,
                    (_, State::Suspended) => Event::AccountSuspended,
                    (_, State::Closed) => Event::AccountClosed,
                };
                account.state = account.moved_to(next, writer.now)?;
                account.state_since = writer.now;
                store::account::set_state(tx, &id, account.state, writer.now)?;
                if account.state != State::Active {
                    store::session::end_all(tx, &id)?;
                }
                writer.audit(tx, 0, &Record::new(event, by.clone()).about(&id))?;
                let notice = MailOrder::new(MailKind::AccountState, &account.email, account.locale)
                    .account(&id)
                    .fact("state", account.state.key());
                writer.tell(tx, 0, &account, &notice)?;
                Ok(account)
            })
            .await
    }
}
