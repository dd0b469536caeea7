//! Support cases, as the one who asks sees them: the form, the code that proves the new address, the case, its end.
//!
//! Who may: anybody, signed out. How often: five an hour and ten a day from one network; about one name as many as
//! networks there are, but after two in an hour or five in a day a security check comes first, so that a stranger who
//! knows the address keeps nobody out. What is told: the new address gets a code and later the link to the case; the
//! account's contacts hear nothing before two operators agreed. An address without an account leads to the same pages and
//! the same rows; only operators learn that there is none. Of a lost telephone nothing is mailed and nobody called before two
//! operators agreed ([`phone`]).

mod effect;
mod enter;
mod office;
mod phone;

pub(crate) use effect::{dispute, stop_by_sign_in};
pub use office::Opened;
pub(crate) use phone::{awaits_call, phone_proven};

use crate::budget::{self, About};
use crate::commit::Writer;
use crate::contact::{Reading, account_by_mail, email_is_free};
use crate::context::Ctx;
use crate::link::{self, For};
use crate::sign_in::{draw_mail_code, mail_code_hmac};
use crate::{App, Error, check, flow};
use domain::audit::{Actor, Event};
use domain::check::Check;
use domain::client::Client;
use domain::guessing::Risk;
use domain::ids::{AccountId, FlowId, LinkId, SupportId};
use domain::mail::{MailKind, MailOrder};
use domain::refusal::{Code, Refusal};
use domain::step::Step;
use domain::support::{Asked, Case, Draft, EndedBy, Lost, Stage, Wants, follow_path, text};
use domain::time::{Span, Timestamp};
use factors::email::Email;
use factors::keypad;
use store::Tx;

/// The kind of flow that the form is.
pub(crate) const KIND: &str = "support";
/// A case can be followed for so long.
const FOLLOWED: Span = Span::days(120);

/// The form as it was typed.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The address of the account.
    pub email: String,
    /// What is lost.
    pub lost: Lost,
    /// The new contact.
    pub value: String,
    /// What happened.
    pub text: String,
}

/// A case as its asker sees it: nothing about the account, not even whether there is one (R-TS-35, R-TS-38).
#[derive(Debug, Clone)]
pub struct Followed {
    /// Its number.
    pub id: SupportId,
    /// What is to be replaced.
    pub lost: Lost,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
    /// The new number.
    pub number: Option<Reading>,
    /// Whether the new contact is proved.
    pub proved: bool,
    /// What the asker has to prove now.
    pub wants: Option<Wants>,
}

/// What the page behind a link that stops a case says.
#[derive(Debug, Clone)]
pub struct StopPage {
    /// The account's number.
    pub account: AccountId,
    /// What is to be replaced.
    pub lost: Lost,
    /// From where the case was opened.
    pub client: Client,
    /// When.
    pub opened_at: Timestamp,
    /// When it takes effect.
    pub until: Timestamp,
}

impl App {
    /// The form was sent. The answer is the same whatever address was named.
    ///
    /// # Errors
    /// `GL-SIGNIN-006`, `GL-ACC-001`, `GL-REC-006` and `GL-SUP-008` at their fields; `GL-SUP-001`, `GL-SIGNIN-001`, `GL-REC-011` for
    /// a telephone where no calls are placed, `GL-REQ-003` where nobody is let in.
    pub async fn begin_support(&self, ctx: &Ctx, typed: &Typed) -> Result<FlowId, Error> {
        let named = address(&typed.email, "email")?;
        let value = match typed.lost {
            Lost::All if self.settings().support_long_wait.is_none() => {
                return Err(Code::MalformedForm.into());
            }
            Lost::Email | Lost::All => address(&typed.value, "name")?.shown().to_owned(),
            Lost::Device => return Err(Code::MalformedForm.into()),
            Lost::Phone if !self.support_by_phone() => return Err(Code::CallsOff.into()),
            Lost::Phone => {
                let read = self.read_phone(&typed.value, None);
                read.map_err(|e| Refusal::from(e).at("name"))?.e164
            }
        };
        let asked = Asked {
            named: named.shown().to_owned(),
            lost: typed.lost,
            value,
            text: text(&typed.text).map_err(|refusal| refusal.at("how"))?,
        };
        let (owned, writer) = (ctx.clone(), Writer::of(self, ctx));
        let settings = self.settings().clone();
        let limits = settings.guessing;
        self.db()
            .write(move |tx| {
                // Switched on by a change that is not in force yet.
                if asked.lost == Lost::All {
                    let holds = crate::channel::holds(tx, &settings, owned.now)?;
                    holds.long_wait.ok_or(Code::WayOff)?;
                }
                let block = owned.client.block();
                let many = budget::take_case(tx, &block, named.key(), owned.now)?;
                let risk = check::risk(tx, &owned, &limits)?;
                let draft = match risk.or(many.then_some(Risk::SUPPORT)) {
                    Some(risk) => Draft::AwaitCheck {
                        asked: asked.clone(),
                        check: Some(Check::new(risk, limits.work_bits, &owned.moment())),
                    },
                    None => go_on(tx, &writer, &owned, asked.clone())?,
                };
                flow::begin_in(tx, &owned, KIND, &draft)
            })
            .await
    }

    /// Where the form stands.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`.
    pub async fn look_at_support(&self, ctx: &Ctx, id: &FlowId) -> Result<Draft, Error> {
        flow::look(self, ctx, KIND, id).await
    }

    /// The path by which the case is followed that the form led to; nothing before that.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`.
    pub async fn support_token(&self, ctx: &Ctx, id: &FlowId) -> Result<Option<String>, Error> {
        let (ctx, id) = (ctx.clone(), id.clone());
        self.db()
            .point(move |tx| match flow::find(tx, &ctx, KIND, &id)? {
                Draft::Done { link } => link::token_of(tx.ring(), &link).map(Some),
                _ => Ok(None),
            })
            .await
    }

    /// The mailed code was typed. The right one opens the case; a wrong one costs a try and is `Some`.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`.
    pub async fn prove_support(
        &self,
        ctx: &Ctx,
        id: &FlowId,
        typed: &str,
    ) -> Result<Option<Refusal>, Error> {
        let (code, owned) = (keypad::MailCode::parse(typed), ctx.clone());
        let writer = Writer::of(self, ctx);
        let stepped = flow::step(self, ctx, KIND, id, move |tx, mut draft: Draft| {
            let hmac = code
                .as_ref()
                .map(|c| mail_code_hmac(tx.ring(), &c.to_text()))
                .transpose()?;
            let of_case = match &draft {
                Draft::AwaitCode { case, .. } => case.clone(),
                _ => None,
            };
            match (draft.prove(hmac.as_deref(), owned.now), of_case) {
                (Ok(_), Some(case)) => Ok(Step::to(phone::mailbox_proven(tx, &writer, &case)?)),
                (Ok(asked), None) => Ok(Step::to(open(tx, &writer, &owned, asked, true)?)),
                (Err(refusal), _) if refusal.code == Code::OutOfOrder => Err(refusal.into()),
                (Err(refusal), _) => Ok(Step::refuse(draft, refusal)),
            }
        });
        Ok(stepped.await?.refused)
    }

    /// Another code was asked for.
    ///
    /// # Errors
    /// `GL-SIGNIN-001`, `GL-SIGNIN-009`, `GL-SIGNIN-012`.
    pub async fn support_mail_again(&self, ctx: &Ctx, id: &FlowId) -> Result<(), Error> {
        let (owned, writer) = (ctx.clone(), Writer::of(self, ctx));
        let stepped = flow::step(self, ctx, KIND, id, move |tx, draft: Draft| {
            let (asked, mails) = draft.may_mail_again()?;
            let next = match &draft {
                Draft::AwaitCode {
                    case: Some(case), ..
                } => phone::mail_proof(tx, &writer, &owned, case, mails + 1)?,
                _ => mail_code(tx, &writer, &owned, asked.clone(), mails + 1)?,
            };
            Ok(Step::to(next))
        });
        stepped.await.map(drop)
    }

    /// A case, for whoever has its link.
    ///
    /// # Errors
    /// `GL-LINK-001`.
    pub async fn follow_support(&self, ctx: &Ctx, token: &str) -> Result<Followed, Error> {
        let (token, now) = (token.to_owned(), ctx.now);
        self.db()
            .read(move |tx| {
                let case = follows(tx, &token, now)?;
                Ok(Followed {
                    wants: case.wants(now),
                    number: match case.asked.lost {
                        Lost::Phone => Reading::of(&case.asked.value),
                        Lost::Email | Lost::All | Lost::Device => None,
                    },
                    proved: case.proved_at.is_some(),
                    id: case.id,
                    lost: case.asked.lost,
                    opened_at: case.opened_at,
                    stage: case.stage,
                })
            })
            .await
    }

    /// The asker takes the case back.
    ///
    /// # Errors
    /// `GL-LINK-001`, `GL-SUP-003`.
    pub async fn take_support_back(&self, ctx: &Ctx, token: &str) -> Result<(), Error> {
        self.end_by_link(ctx, For::SupportFollow, token, EndedBy::Asker)
            .await
    }

    /// What a link is about that stops a case.
    ///
    /// # Errors
    /// `GL-LINK-001` when it is unknown or over, or the case is.
    pub async fn look_at_support_stop(&self, ctx: &Ctx, token: &str) -> Result<StopPage, Error> {
        let (token, now) = (token.to_owned(), ctx.now);
        self.db()
            .read(move |tx| {
                let link = link::look(tx, For::SupportStop, &token, now)?;
                let case = store::support::find(tx, &case_of(&link)?)?.ok_or(Code::LinkOver)?;
                let (Stage::Waits { until }, Some(account)) = (case.stage, case.account) else {
                    return Err(Code::LinkOver.into());
                };
                Ok(StopPage {
                    account,
                    lost: case.asked.lost,
                    client: case.client,
                    opened_at: case.opened_at,
                    until,
                })
            })
            .await
    }

    /// "This was not me" behind such a link: the case is over for good.
    ///
    /// # Errors
    /// `GL-LINK-001`, `GL-SUP-003`.
    pub async fn stop_support(&self, ctx: &Ctx, token: &str) -> Result<(), Error> {
        self.end_by_link(ctx, For::SupportStop, token, EndedBy::Link)
            .await
    }

    async fn end_by_link(
        &self,
        ctx: &Ctx,
        purpose: For,
        token: &str,
        by: EndedBy,
    ) -> Result<(), Error> {
        let (token, writer) = (token.to_owned(), Writer::of(self, ctx));
        self.db()
            .write(move |tx| {
                let link = link::open(tx, purpose, &token, writer.now)?;
                effect::end(tx, &writer, &case_of(&link)?, by, Actor::Anonymous)
            })
            .await
    }
}

fn address(typed: &str, field: &'static str) -> Result<Email, Refusal> {
    Email::parse(typed).map_err(|_| Refusal::new(Code::NotAnEmail).at(field))
}

/// The case of a link by which it is followed.
fn follows(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<Case, Error> {
    let link = link::look(tx, For::SupportFollow, token, now)?;
    store::support::find(tx, &case_of(&link)?)?.ok_or_else(|| Code::LinkOver.into())
}

fn case_of(link: &store::link::Link) -> Result<SupportId, Error> {
    link.subject.parse().map_err(|_| Code::LinkOver.into())
}

/// No check stands before it any more: a new address is mailed a code, with a new number the case is open.
pub(crate) fn go_on(
    tx: &mut Tx<'_>,
    writer: &Writer,
    ctx: &Ctx,
    asked: Asked,
) -> Result<Draft, Error> {
    match asked.lost {
        Lost::Email | Lost::All => mail_code(tx, writer, ctx, asked, 1),
        Lost::Phone | Lost::Device => open(tx, writer, ctx, asked, false),
    }
}

/// Mails a code to the new address, or a decoy when it had enough mails.
fn mail_code(
    tx: &mut Tx<'_>,
    writer: &Writer,
    ctx: &Ctx,
    asked: Asked,
    mails: u32,
) -> Result<Draft, Error> {
    let email = address(&asked.value, "name")?;
    let taken = !email_is_free(tx, email.key(), ctx.now)?;
    let code = draw_mail_code(tx.ring(), ctx)?;
    let (draft, mut mail) = Draft::mailed(asked, taken, &code, mails, (ctx.now, ctx.locale));
    if budget::take(tx, email.key(), About::named(taken), ctx.now)?.is_none() {
        mail.kind = MailKind::Decoy;
    }
    writer.mail(tx, 500, &mail)?;
    Ok(draft)
}

/// Opens the case, whether the account exists or not.
fn open(
    tx: &mut Tx<'_>,
    writer: &Writer,
    ctx: &Ctx,
    asked: Asked,
    proved: bool,
) -> Result<Draft, Error> {
    let named = address(&asked.named, "email")?;
    let account = account_by_mail(tx, named.key(), ctx.now)?;
    let nobody = AccountId::nobody();
    let id = account.as_ref().map_or(&nobody, |account| &account.id);
    let number = effect::present(tx, id, Lost::Phone)?;
    let found = account.map(|account| match asked.lost {
        Lost::Email | Lost::All => (account.id, Some(account.email)),
        Lost::Phone | Lost::Device => (account.id, number),
    });
    let case = Case::open(asked, found, proved, &ctx.moment());
    store::support::put(tx, &case)?;
    let link: LinkId = link::mint(
        tx,
        &ctx.dice,
        For::SupportFollow,
        None,
        case.id.as_str(),
        (ctx.now, FOLLOWED),
    )?
    .id;
    if proved {
        let mut mail = MailOrder::new(MailKind::SupportOpened, &case.asked.value, ctx.locale)
            .fact("case", case.id.as_str());
        mail.link = Some(follow_path(&link::token_of(tx.ring(), &link)?));
        writer.mail(tx, 500, &mail)?;
    }
    let record = case.record(Event::SupportOpened, Actor::Anonymous);
    let record = record.from(&ctx.client);
    writer.audit(tx, 500, &record.detail("contact", case.asked.lost.key()))?;
    Ok(Draft::Done { link })
}
