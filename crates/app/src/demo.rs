//! Sample identities of a demonstration: what takes a browser, a telephone and minutes in real life, done at once.
//!
//! Invariant: nothing here is fixed. Passwords, seeds and codes are drawn afresh for each demonstration, and kept as
//! everybody else's are.

use crate::account::NewAccount;
use crate::commit::Writer;
use crate::context::Ctx;
use crate::hash::Place;
use crate::password::Near;
use crate::{App, Error, operator};
use domain::account::{Account, PasswordOrigin};
use domain::audit::{Actor, Event, Record};
use domain::dice::base32;
use domain::iam::access_key::AccessKeyId;
use domain::ids::{DeviceId, RecoveryContactId, SavedCodeId};
use domain::operator::Operator;
use domain::recovery::STEADY;
use domain::recovery_contact::RecoveryContact;
use domain::throttle::Standing;
use factors::saved_code::SavedCodes;
use factors::totp;
use store::contact::{Held, Kind};
use store::device::Device;
use store::saved_code::SavedCode;

/// Who is to be made up.
#[derive(Debug, Clone, Copy)]
pub struct Sketch<'a> {
    /// The name of the account.
    pub name: &'a str,
    /// The root user's address.
    pub email: &'a str,
    /// Its telephone number, E.164.
    pub phone: &'a str,
    /// Its recovery contacts, by name and address: they accepted long ago.
    pub people: &'a [(&'a str, &'a str)],
}

/// A sample identity, with everything that its person would know or hold.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The account.
    pub account: Account,
    /// The root user's password; good.
    pub password: String,
    /// Its telephone number, proved; E.164.
    pub phone: String,
    /// The key of its authenticator, in base32.
    pub totp_secret: String,
    /// Its saved recovery codes, as they are shown.
    pub recovery_codes: Vec<String>,
    /// An access key of it.
    pub access_key: AccessKeyId,
    /// What requests by that key are signed with.
    pub secret_access_key: String,
}

/// A sample operator, with everything that the person would know or hold.
#[derive(Debug, Clone)]
pub struct SampleOperator {
    /// The operator.
    pub operator: Operator,
    /// The password.
    pub password: String,
    /// The key of the authenticator, in base32.
    pub totp_secret: String,
}

impl App {
    /// Makes up an operator who is set up: password and authenticator.
    ///
    /// # Errors
    /// Faults, and `GL-OPER-007` when the address is taken.
    pub async fn make_up_operator(
        &self,
        ctx: &Ctx,
        by: Actor,
        name: &str,
        email: &str,
    ) -> Result<SampleOperator, Error> {
        let ctx = Ctx {
            dice: ctx.dice.derive(email),
            ..ctx.clone()
        };
        let (password, (phc, _)) = self.drawn_password(&ctx, name, email).await?;
        let made = self
            .create_operator(&ctx, by, name, email, ctx.locale)
            .await?;
        let (operator, seed) = (
            made.operator,
            totp::Seed::from_bytes(ctx.dice.bytes("seed")),
        );
        let totp_secret = seed.to_base32().to_string();
        let (writer, kept) = (Writer::of(self, &ctx), operator.clone());
        self.db()
            .write(move |tx| {
                operator::keep(tx, &ctx, &kept, &phc, &seed)?;
                let record = Record::new(Event::OperatorSetUp, Actor::System)
                    .detail("operator", kept.id.as_str())
                    .detail("by", "demonstration");
                writer.audit(tx, 1, &record)
            })
            .await?;
        Ok(SampleOperator {
            operator,
            password,
            totp_secret,
        })
    }

    /// A password as hard to guess as a token, and what is kept of it.
    async fn drawn_password(
        &self,
        ctx: &Ctx,
        name: &str,
        email: &str,
    ) -> Result<(String, (String, PasswordOrigin)), Error> {
        let password = in_groups(&base32(&ctx.dice.bytes::<13>("password")));
        let near = Near {
            email: email.to_owned(),
            name: Some(name.to_owned()),
            with_mfa: false,
        };
        let hash = self.first_password(ctx, &near, &password).await?;
        let hash = hash.map_err(|_| Error::Fault("a drawn password breaks the rules"))?;
        Ok((password, hash))
    }

    /// Makes up an identity: account, good password, proved address and number, an authenticator, saved codes.
    ///
    /// # Errors
    /// Faults, and `GL-ACC-004` when the address is taken.
    pub async fn make_up(&self, ctx: &Ctx, sketch: Sketch<'_>) -> Result<Sample, Error> {
        let dice = ctx.dice.derive(sketch.email);
        let ctx = Ctx {
            dice: dice.clone(),
            ..ctx.clone()
        };
        let (password, hash) = self.drawn_password(&ctx, sketch.name, sketch.email).await?;
        let new = NewAccount {
            name: sketch.name.to_owned(),
            email: sketch.email.to_owned(),
            email_proved: true,
            phone: None,
            locale: ctx.locale,
            password: Some(hash),
        };
        let account = self.create_account(&ctx, Actor::System, new).await?;
        let seed = totp::Seed::from_bytes(dice.bytes("seed"));
        let codes = SavedCodes::from_bytes(&std::array::from_fn(|n| {
            dice.bytes(&format!("saved code {n}"))
        }));
        let rows = self.hashed(&ctx, &codes).await?;
        self.furnish(&ctx, &account, sketch.phone, &seed, rows)
            .await?;
        self.befriend(&ctx, &account, sketch.people).await?;
        let made = self
            .root_key(&ctx, Actor::System, &account.id, false)
            .await?;
        Ok(Sample {
            account,
            password,
            phone: sketch.phone.to_owned(),
            totp_secret: seed.to_base32().to_string(),
            recovery_codes: codes
                .codes()
                .iter()
                .map(|c| c.to_text().to_string())
                .collect(),
            access_key: made.key.id,
            secret_access_key: made.secret.expose().clone(),
        })
    }

    /// The rows of saved codes, each with its selector.
    async fn hashed(
        &self,
        ctx: &Ctx,
        codes: &SavedCodes,
    ) -> Result<Vec<(String, SavedCode)>, Error> {
        let mut rows = Vec::new();
        for (index, code) in codes.codes().iter().enumerate() {
            let salt = ctx.dice.bytes(&format!("salt {index}"));
            let place = Place::of(ctx, Standing::Known);
            let phc = self.hashes().hash(code.to_password(), salt, &place).await?;
            let row = SavedCode {
                id: SavedCodeId::draw(&ctx.dice, &index.to_string()),
                phc,
                made_at: ctx.now,
                hold_until: None,
                used_at: None,
            };
            rows.push((code.selector().as_str().to_owned(), row));
        }
        Ok(rows)
    }

    /// Gives the account its number, its authenticator and its saved codes.
    async fn furnish(
        &self,
        ctx: &Ctx,
        account: &Account,
        phone: &str,
        seed: &totp::Seed,
        codes: Vec<(String, SavedCode)>,
    ) -> Result<(), Error> {
        let (writer, id) = (Writer::of(self, ctx), account.id.clone());
        let device = Device {
            id: DeviceId::draw(&ctx.dice, ""),
            account: id.clone(),
            name: "Phone".to_owned(),
            offset_steps: 0,
            registered_at: ctx.now,
            last_used_at: None,
            suspended_until: None,
            hold: None,
            case: None,
        };
        let number = Held {
            value: phone.to_owned(),
            changed_at: None,
            proved_at: Some(ctx.now),
        };
        let person = Held {
            value: account.name.clone(),
            changed_at: None,
            proved_at: None,
        };
        let seed = *seed.as_bytes();
        self.db()
            .write(move |tx| {
                store::contact::put(tx, &id, Kind::Person, &person, None)?;
                store::contact::put(tx, &id, Kind::Phone, &number, None)?;
                store::device::insert(tx, &device, "phone", &seed)?;
                for (selector, code) in &codes {
                    store::saved_code::insert(tx, &id, selector, code)?;
                }
                let events = [
                    Event::PhoneProved,
                    Event::EnableMFADevice,
                    Event::SavedCodesIssued,
                ];
                for (index, event) in events.into_iter().enumerate() {
                    let record = Record::new(event, Actor::System)
                        .about(&id)
                        .detail("by", "demonstration");
                    writer.audit(tx, index + 1, &record)?;
                }
                Ok::<_, Error>(())
            })
            .await
    }
}

impl App {
    /// Gives the account its recovery contacts.
    async fn befriend(
        &self,
        ctx: &Ctx,
        account: &Account,
        people: &[(&str, &str)],
    ) -> Result<(), Error> {
        let people = people.iter().map(|(name, email)| RecoveryContact {
            id: RecoveryContactId::draw(&ctx.dice, email),
            account: account.id.clone(),
            name: (*name).to_owned(),
            email: (*email).to_owned(),
            locale: ctx.locale,
            named_at: ctx.now - STEADY,
            accepted_at: Some(ctx.now - STEADY),
        });
        let people: Vec<_> = people.collect();
        self.db()
            .write(move |tx| {
                for person in &people {
                    store::recovery_contact::insert(tx, person)?;
                }
                Ok::<_, Error>(())
            })
            .await
    }
}

/// Letters and digits in groups of five, to be read aloud and typed.
fn in_groups(text: &str) -> String {
    let groups: Vec<&str> = text
        .as_bytes()
        .chunks(5)
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join("-")
}
