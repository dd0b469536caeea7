//! Rehearsing a recovery, and how ready an account is for one (R-SEC-09): the verbs behind the pages, and the report of an
//! account for the operator's commands.
//!
//! Who may: the root user in a session that is not held, with fresh proof to begin and to try a saved code. How often:
//! mails, calls and wrong codes count where they always count. Who is told: nobody but who gets the mail and the call,
//! which say what it is; the audit log has every step. What comes of it: a row that says how the last one went.

use crate::commit::Writer;
use crate::contact::{CallGather, Reading, count_code};
use crate::context::Ctx;
use crate::recovery::{Gather, MailState, known, mail_state, saved_code_counter};
use crate::session::{may, may_freshly, root};
use crate::settings::Settings;
use crate::sign_in::{draw_mail_code, live_counter, mail_code_hmac, standing};
use crate::{App, Error, flow, saved_code};
use domain::account::Account;
use domain::call::{CallEvent, CallView, Say, forbids_a_call};
use domain::contact::{Kind, ProofFacts};
use domain::drill::{Codes, Drill, Facts, Report, SavedCodeFacts, Tried, due, long_ago, report};
use domain::ids::{AccountId, CallId, FlowId};
use domain::mail::MailKind;
use domain::recovery::{self, Ways, Which};
use domain::refusal::{Code, Refusal};
use domain::session::Act;
use domain::step::Step;
use domain::time::Timestamp;
use factors::keypad;
use factors::phone::Phone;
use store::Tx;

/// The kind of the flow.
const KIND: &str = "drill";

/// What the readiness report of an account is made of, and the report.
#[derive(Debug, Clone)]
pub struct Readiness {
    /// What is on file.
    pub facts: Facts,
    /// The devices in use, each with its last use.
    pub devices: Vec<(String, Option<Timestamp>)>,
    /// The saved codes.
    pub codes: saved_code::Summary,
    /// The number that would serve, as it reads.
    pub reading: Option<Reading>,
    /// The report.
    pub report: Report,
}

/// What the page of a rehearsal shows.
#[derive(Debug, Clone)]
pub struct DrillPage {
    /// The rehearsal.
    pub drill: Drill,
    /// How far the last mail got.
    pub mail_state: MailState,
    /// The number that would serve, as it reads.
    pub reading: Option<Reading>,
    /// The last call, and those that are left.
    pub calls: CallView,
    /// Saved codes that prove something now.
    pub codes: u32,
}

/// What looking an account over needs of the settings. Owned, as a step may be run again.
#[derive(Clone)]
struct Looks {
    recovery: Gather,
    settings: Settings,
}

impl Looks {
    fn of(app: &App) -> Self {
        Self {
            recovery: Gather::of(app),
            settings: app.settings().clone(),
        }
    }

    fn over(&self, tx: &mut Tx<'_>, id: &AccountId, now: Timestamp) -> Result<Readiness, Error> {
        let known = self.recovery.facts(tx, id, now)?;
        let mut devices = store::device::of_account(tx, id)?;
        devices.retain(|device| !device.suspended(now));
        let codes = saved_code::summary(tx, id, now)?;
        let number = number_of(&known, now);
        let phone = number.as_deref().and_then(Phone::from_e164);
        let second = known
            .number_of(Which::Second, now)
            .and_then(Phone::from_e164);
        let facts = Facts {
            devices: devices.len(),
            codes: Codes {
                left: codes.left,
                held_until: codes.held_until,
            },
            may_be_called: phone
                .as_ref()
                .is_some_and(|p| self.settings.may_be_called(p)),
            second_may_be_called: second.is_some_and(|p| self.settings.may_be_called(&p)),
            last: store::drill::last(tx, id)?,
            known,
        };
        Ok(Readiness {
            report: report(&facts, now),
            devices: devices
                .into_iter()
                .map(|d| (d.name, d.last_used_at))
                .collect(),
            codes,
            reading: phone.as_ref().map(Reading::from),
            facts,
        })
    }
}

/// The number that would serve a recovery now.
fn number_of(known: &recovery::Facts, now: Timestamp) -> Option<String> {
    known.number_of(Which::First, now).map(str::to_owned)
}

/// The address and the number that are tried: the account's own as they would serve now, or second ones that do.
fn contacts_of(
    known: &recovery::Facts,
    tried: Tried,
    now: Timestamp,
) -> Result<(String, Option<String>), Refusal> {
    let email = match tried.email {
        Which::First => known.email.in_force(now).value,
        Which::Second => known.email_of(Which::Second, now)?.value,
    };
    let phone = match tried.phone {
        Which::First => number_of(known, now),
        Which::Second => Some(known.phone_of(Which::Second, now)?.value.to_owned()),
    };
    Ok((email.to_owned(), phone))
}

/// Whether the owner had better rehearse.
pub(crate) fn is_due(
    tx: &mut Tx<'_>,
    account: &Account,
    ways: Ways,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(last) = store::drill::last(tx, &account.id)? else {
        return Ok(long_ago(account.created_at, now));
    };
    Ok(due(Some(&last), &known(tx, ways, &account.id, now)?, now))
}

impl App {
    /// How ready the account of the session is.
    ///
    /// # Errors
    /// `GL-SESSION-001`.
    pub async fn readiness(&self, ctx: &Ctx) -> Result<Readiness, Error> {
        let (id, now, looks) = (ctx.root()?.account.clone(), ctx.now, Looks::of(self));
        self.db().read(move |tx| looks.over(tx, &id, now)).await
    }

    /// How ready an account is, for the operator. Nobody is called and nothing is mailed.
    ///
    /// # Errors
    /// `GL-ACC-006`.
    pub async fn readiness_of(&self, id: &AccountId) -> Result<Readiness, Error> {
        let (id, now, looks) = (id.clone(), self.now(), Looks::of(self));
        self.db()
            .read(move |tx| {
                store::account::find(tx, &id)?.ok_or(Code::NoSuchAccount)?;
                looks.over(tx, &id, now)
            })
            .await
    }

    /// Begins a rehearsal of these two: its mail is ordered.
    ///
    /// # Errors
    /// `GL-SIGNIN-012` when too many codes were mailed, why a second contact would not serve now, `GL-SESSION-001` to
    /// `-003`.
    pub async fn begin_drill(&self, ctx: &Ctx, tried: Tried) -> Result<FlowId, Error> {
        let (session, owned, gather) = (ctx.root()?.clone(), ctx.clone(), Gather::of(self));
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, owned.now)?;
                count_code(tx, &session.account, owned.now)?;
                let known = gather.facts(tx, &session.account, owned.now)?;
                let to = contacts_of(&known, tried, owned.now)?;
                let code = draw_mail_code(tx.ring(), &owned)?;
                // The id that the flow is about to get: its mails and calls name it.
                let id = FlowId::draw(&owned.dice, KIND);
                let account = session.account.clone();
                let (drill, mail) =
                    Drill::begin(id.clone(), account, to, tried, &code, &owned.moment());
                writer.clone().regarding(id.as_str()).mail(tx, 0, &mail)?;
                let record = domain::audit::Record::new(
                    domain::audit::Event::RehearsalBegun,
                    root(&session),
                );
                writer.audit(tx, 0, &record.from(&owned.client))?;
                flow::begin_in(tx, &owned, KIND, &drill)
            })
            .await
    }

    /// What the page of a rehearsal shows.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SESSION-001`.
    pub async fn look_at_drill(&self, ctx: &Ctx, id: &FlowId) -> Result<DrillPage, Error> {
        let (session, owned, id) = (ctx.root()?.clone(), ctx.clone(), id.clone());
        self.db()
            .read(move |tx| {
                let drill: Drill = flow::find(tx, &owned, KIND, &id)?;
                let drill = ours(drill, &session.account)?;
                let number = drill
                    .phone
                    .as_ref()
                    .map_or("", |phone| phone.number.as_str());
                let block = owned.client.block();
                let past = store::call::recent(tx, &drill.account, number, &block, owned.now)?;
                Ok(DrillPage {
                    mail_state: mail_state(tx, id.as_str(), MailKind::Rehearsal)?,
                    reading: Reading::of(number),
                    calls: drill.calls(&past, owned.now),
                    codes: store::saved_code::left(tx, &drill.account, owned.now)?,
                    drill,
                })
            })
            .await
    }

    /// Another mail with another code.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`, `GL-SIGNIN-012`, `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn drill_mail(&self, ctx: &Ctx, id: &FlowId) -> Result<(), Error> {
        let owned = ctx.clone();
        self.drill_step(ctx, id, false, move |tx, mut drill| {
            count_code(tx, &drill.account, owned.now)?;
            let code = draw_mail_code(tx.ring(), &owned)?;
            let mail = drill.mail_again(&code, &owned.moment())?;
            Ok(Step::to(drill).with(domain::step::Effect::Mail(Box::new(mail))))
        })
        .await
        .map(drop)
    }

    /// The mailed code was typed. A wrong one is `Some`.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn drill_code(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        typed: &str,
    ) -> Result<Option<Refusal>, Error> {
        let (session, owned) = (ctx.root()?.clone(), ctx.clone());
        let code = keypad::MailCode::parse(typed);
        self.drill_step(ctx, id, false, move |tx, drill| {
            let hmac = code
                .as_ref()
                .map(|c| mail_code_hmac(tx.ring(), &c.to_text()));
            let hmac = hmac.transpose()?;
            Ok(drill.code(hmac.as_deref(), &root(&session), &owned.moment()))
        })
        .await
    }

    /// *Call me now*. A refusal that forbids a call now is shown on the page.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-REC-009`, `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn drill_call(&self, ctx: &Ctx, id: &FlowId) -> Result<Option<Refusal>, Error> {
        let (session, owned, looks) = (ctx.root()?.clone(), ctx.clone(), CallLooks::of(self));
        let called = self
            .drill_step(ctx, id, false, move |tx, drill| {
                let facts = looks.of_call(tx, &drill, &owned)?;
                let called = drill.call(&facts, &root(&session), &owned.moment());
                crate::call::asked(called, owned.now)
            })
            .await;
        match called {
            Err(Error::Refused(refusal)) if forbids_a_call(refusal.code) => Ok(Some(refusal)),
            called => called,
        }
    }

    /// A saved code was tried: it is looked at and stays as it is. A wrong one is `Some`.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-MFA-011`, `GL-REQ-009`, `GL-SESSION-001` to `-003`.
    pub async fn drill_saved_code(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        typed: &str,
    ) -> Result<Option<Refusal>, Error> {
        self.may_do(ctx, Act::Write).await?;
        let (session, owned) = (ctx.root()?.clone(), ctx.clone());
        let found = saved_code::check(self, ctx, &session.account, typed).await?;
        self.drill_step(ctx, id, true, move |tx, drill| {
            let (account, now) = (&drill.account, owned.now);
            let standing = standing(tx, account, owned.known, now)?;
            let counter_key = saved_code_counter(account, standing);
            let known = SavedCodeFacts {
                right: found.is_some(),
                counter: live_counter(tx, &counter_key, now)?,
                counter_key,
                standing,
            };
            Ok(drill.saved_code(&known, &root(&session), &owned.moment())?)
        })
        .await
    }

    /// The rehearsal is over: what came of it is kept. While a call runs it goes on, or what the call told would count
    /// nowhere.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-REC-005` while a call runs, `GL-SESSION-001`, `GL-SESSION-003`.
    pub async fn end_drill(&self, ctx: &Ctx, id: &FlowId) -> Result<(), Error> {
        let (session, owned, id) = (ctx.root()?.clone(), ctx.clone(), id.clone());
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                let drill: Drill = flow::lock(tx, &owned, KIND, &id)?;
                let drill = ours(drill, &session.account)?;
                may(tx, &session, Act::Write, owned.now)?;
                if drill.calls(&[], owned.now).running {
                    return Err(Code::CallRunning.into());
                }
                let (past, record) = drill.end(&root(&session), &owned.moment());
                store::drill::put(tx, &drill.account, &past)?;
                writer.audit(tx, 0, &record)?;
                Ok(store::flow::end(tx, &id)?)
            })
            .await
    }

    /// The telephone reports something of a rehearsal's call.
    ///
    /// # Errors
    /// `GL-REC-016` for events that come late, twice or from nowhere; nothing changes then.
    pub(crate) async fn drill_call_event(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        call: &CallId,
        event: CallEvent,
    ) -> Result<Say, Error> {
        let (owned, call, looks) = (ctx.clone(), call.clone(), CallLooks::of(self));
        flow::told(self, ctx, KIND, id, move |tx, drill: Drill| {
            store::recovery::lock_account(tx, &drill.account)?;
            let facts = looks.of_call(tx, &drill, &owned)?;
            Ok(drill.call_event(&facts, &call, &event, &owned.moment())?)
        })
        .await
    }

    /// One step of a rehearsal of this account, in a session that may.
    async fn drill_step<F>(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        freshly: bool,
        f: F,
    ) -> Result<Option<Refusal>, Error>
    where
        F: Fn(&mut Tx<'_>, Drill) -> Result<Step<Drill>, Error> + Send + 'static,
    {
        let (session, now) = (ctx.root()?.clone(), ctx.now);
        let stepped = flow::step(self, ctx, KIND, id, move |tx, drill: Drill| {
            let drill = ours(drill, &session.account)?;
            match freshly {
                true => may_freshly(tx, &session, Act::Write, now)?,
                false => may(tx, &session, Act::Write, now).map(drop)?,
            }
            store::recovery::lock_account(tx, &session.account)?;
            f(tx, drill)
        })
        .await?;
        Ok(stepped.refused)
    }
}

/// What a call of a rehearsal needs. The number must be the one that would serve.
#[derive(Clone)]
struct CallLooks {
    recovery: Gather,
    calls: CallGather,
}

impl CallLooks {
    fn of(app: &App) -> Self {
        Self {
            recovery: Gather::of(app),
            calls: CallGather::of(app),
        }
    }

    fn of_call(&self, tx: &mut Tx<'_>, drill: &Drill, ctx: &Ctx) -> Result<ProofFacts, Error> {
        let number = drill
            .phone
            .as_ref()
            .map_or("", |phone| phone.number.as_str());
        let block = ctx.client.block();
        let facts = self
            .calls
            .facts(tx, (&drill.account, None), number, &block, ctx.now)?;
        let known = self.recovery.facts(tx, &drill.account, ctx.now)?;
        let which = drill.tried.phone;
        let kind = match which {
            Which::First => Kind::Phone,
            Which::Second => Kind::SecondPhone,
        };
        Ok(ProofFacts {
            current: (known.number_of(which, ctx.now) == Some(number)).then_some(kind),
            ..facts
        })
    }
}

fn ours(drill: Drill, account: &AccountId) -> Result<Drill, Error> {
    if drill.account == *account {
        Ok(drill)
    } else {
        Err(Code::FlowOver.into())
    }
}
