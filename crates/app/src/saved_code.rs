//! Saved recovery codes: made with the first device, shown once, used once, replaced and renewed.
//!
//! A code is kept as an Argon2id hash; its first two characters select the row, so that a try costs one hash. The
//! codes themselves live in the sealed state of a flow until the person says that they are kept, and nowhere else.
//! A code that was made in a held session proves nothing until the hold ends.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::hash::Place;
use crate::session::{may_freshly, root};
use crate::{App, Error, flow};
use domain::audit::{Event, Record};
use domain::device::notice;
use domain::ids::{AccountId, FlowId, SavedCodeId, SessionId};
use domain::mail::MailKind;
use domain::refusal::Code;
use domain::session::{Act, Session};
use domain::throttle::Standing;
use domain::time::Timestamp;
pub use factors::saved_code::SET_SIZE;
use factors::saved_code::{CODE_BYTES, SavedCode, SavedCodes, Selector, replacement};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::saved_code::SavedCode as Row;
use zeroize::Zeroize;

const KIND: &str = "saved-codes";

/// What is on file of an account's saved codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Codes that prove something now.
    pub left: u32,
    /// Codes that were used and wait for their replacement.
    pub used: u32,
    /// Codes that will prove something when the hold they were made in ends.
    pub held: u32,
    /// The end of that hold.
    pub held_until: Option<Timestamp>,
    /// When the newest were made.
    pub made_at: Option<Timestamp>,
}

/// Codes that were drawn and hashed, and are not on file yet.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    codes: Vec<SavedCode>,
    hashes: Vec<String>,
}

/// The state of the flow that shows new codes until they are kept.
#[derive(Serialize, Deserialize)]
struct Shown {
    session: SessionId,
    codes: Vec<String>,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.codes.zeroize();
    }
}

impl App {
    /// New codes that the person has not said to have kept yet.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SIGNIN-001` when they were kept, or belong to another session.
    pub async fn look_at_saved_codes(&self, ctx: &Ctx, id: &FlowId) -> Result<Vec<String>, Error> {
        let session = ctx.root()?.clone();
        let shown = ours(flow::look(self, ctx, KIND, id).await?, &session)?;
        Ok(shown.codes.clone())
    }

    /// "I have kept them": from now on nobody can see them again.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SIGNIN-001`.
    pub async fn keep_saved_codes(&self, ctx: &Ctx, id: &FlowId) -> Result<(), Error> {
        let (session, ctx, id) = (ctx.root()?.clone(), ctx.clone(), id.clone());
        self.db()
            .write(move |tx| {
                ours(flow::lock(tx, &ctx, KIND, &id)?, &session)?;
                Ok(store::flow::end(tx, &id)?)
            })
            .await
    }

    /// Makes all codes anew; the earlier ones prove nothing any more.
    ///
    /// # Errors
    /// `GL-SESSION-001` to `-003`, `GL-REQ-009`.
    pub async fn renew_saved_codes(&self, ctx: &Ctx) -> Result<FlowId, Error> {
        self.may_do(ctx, Act::Write).await?;
        let drawn = draw_set(self, ctx).await?;
        let (session, writer, ctx) = (ctx.root()?.clone(), Writer::of(self, ctx), ctx.clone());
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::Write, writer.now)?;
                store::saved_code::remove_all(tx, &session.account)?;
                let kind = MailKind::SavedCodesRenewed;
                keep(tx, &ctx, &writer, &session, &drawn, kind)
            })
            .await
    }

    /// Makes a code in the place of each one that was used. A held session may do so too: what is made in it proves
    /// nothing before the hold ends.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SESSION-002`, `GL-SIGNIN-009` when none was used, `GL-REQ-009`.
    pub async fn replace_used_codes(&self, ctx: &Ctx) -> Result<FlowId, Error> {
        self.may_do(ctx, Act::RegisterDevice).await?;
        let session = ctx.root()?.clone();
        let id = session.account.clone();
        let on_file = self
            .db()
            .read(move |tx| store::saved_code::of_account(tx, &id).map_err(Error::from))
            .await?;
        let drawn = draw_replacements(self, ctx, &on_file).await?;
        let (writer, ctx) = (Writer::of(self, ctx), ctx.clone());
        let expected = used(&on_file);
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::RegisterDevice, writer.now)?;
                let now_used = used(&store::saved_code::of_account(tx, &session.account)?);
                if now_used.is_empty() || now_used != expected {
                    return Err(Code::OutOfOrder.into());
                }
                store::saved_code::remove_used(tx, &session.account)?;
                let kind = MailKind::SavedCodesMade;
                keep(tx, &ctx, &writer, &session, &drawn, kind)
            })
            .await
    }
}

/// The row of the saved code that was typed, if it is one of the account's, unused, and proves something now. One hash
/// a try, also for a code that cannot be. Using it up, and counting the failure, is the caller's.
///
/// # Errors
/// `GL-REQ-009` when the pool is full.
pub(crate) async fn check(
    app: &App,
    ctx: &Ctx,
    account: &AccountId,
    typed: &str,
) -> Result<Option<SavedCodeId>, Error> {
    let Some(code) = SavedCode::parse(typed) else {
        return Ok(None);
    };
    let (id, now, known) = (account.clone(), ctx.now, ctx.known);
    let selector = code.selector();
    let (found, standing) = app
        .db()
        .read(move |tx| {
            let found = store::saved_code::of_selector(tx, &id, selector.as_str())?;
            Ok::<_, Error>((found, crate::sign_in::standing(tx, &id, known, now)?))
        })
        .await?;
    let phc = found.as_ref().map(|f| f.phc.as_str());
    let place = Place::of(ctx, standing);
    let right = app.hashes().verify(code.to_password(), phc, &place).await?;
    Ok(found.filter(|f| right && f.usable(now)).map(|f| f.id))
}

/// What is on file.
pub(crate) fn summary(
    tx: &mut Tx<'_>,
    account: &AccountId,
    now: Timestamp,
) -> Result<Summary, Error> {
    let mut summary = Summary::default();
    for (row, _) in store::saved_code::of_account(tx, account)? {
        summary.made_at = summary.made_at.max(Some(row.made_at));
        match (row.used_at, row.hold_until.filter(|until| *until > now)) {
            (Some(_), _) => summary.used += 1,
            (None, Some(until)) => {
                summary.held += 1;
                summary.held_until = summary.held_until.max(Some(until));
            }
            (None, None) => summary.left += 1,
        }
    }
    Ok(summary)
}

/// Draws and hashes a whole set.
///
/// # Errors
/// `GL-REQ-009` when the pool is full.
pub(crate) async fn draw_set(app: &App, ctx: &Ctx) -> Result<Drawn, Error> {
    let bytes: [[u8; CODE_BYTES]; SET_SIZE] =
        std::array::from_fn(|row| ctx.dice.bytes(&format!("saved code {row}")));
    hashed(app, ctx, SavedCodes::from_bytes(&bytes).codes().to_vec()).await
}

async fn draw_replacements(
    app: &App,
    ctx: &Ctx,
    on_file: &[(Row, String)],
) -> Result<Drawn, Error> {
    let selectors = on_file.iter().filter_map(|(_, text)| Selector::parse(text));
    let mut taken: Vec<Selector> = selectors.collect();
    let mut codes = Vec::new();
    for row in 0..used(on_file).len() {
        let code = replacement(&ctx.dice.bytes(&format!("saved code {row}")), &taken);
        taken.push(code.selector());
        codes.push(code);
    }
    hashed(app, ctx, codes).await
}

async fn hashed(app: &App, ctx: &Ctx, codes: Vec<SavedCode>) -> Result<Drawn, Error> {
    let place = Place::of(ctx, Standing::Known);
    let mut hashes = Vec::with_capacity(codes.len());
    for (row, code) in codes.iter().enumerate() {
        let salt = ctx.dice.bytes(&format!("saved code salt {row}"));
        let phc = app.hashes().hash(code.to_password(), salt, &place).await?;
        hashes.push(phc);
    }
    Ok(Drawn { codes, hashes })
}

/// Writes the set that comes with the first device, unless there is one by now.
pub(crate) fn keep_first(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    writer: &Writer,
    session: &Session,
    drawn: &Drawn,
) -> Result<Option<FlowId>, Error> {
    if !store::saved_code::of_account(tx, &session.account)?.is_empty() {
        return Ok(None);
    }
    let kind = MailKind::SavedCodesMade;
    keep(tx, ctx, writer, session, drawn, kind).map(Some)
}

/// Writes codes, tells the account, and begins the flow that shows them.
fn keep(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    writer: &Writer,
    session: &Session,
    drawn: &Drawn,
    kind: MailKind,
) -> Result<FlowId, Error> {
    let hold = session.hold.filter(|hold| hold.until > writer.now);
    for (index, (code, phc)) in drawn.codes.iter().zip(&drawn.hashes).enumerate() {
        let row = Row {
            id: SavedCodeId::draw(&writer.dice, &index.to_string()),
            phc: phc.clone(),
            made_at: writer.now,
            hold_until: hold.map(|hold| hold.until),
            used_at: None,
        };
        store::saved_code::insert(tx, &session.account, code.selector().as_str(), &row)?;
    }
    let count = drawn.codes.len().to_string();
    let record = Record::new(Event::SavedCodesIssued, root(session)).from(&writer.client);
    writer.audit(tx, kind as usize, &record.detail("codes", &count))?;
    let account = store::account::find(tx, &session.account)?.ok_or(Code::SignInNeeded)?;
    let mail = notice(kind, &account, "").origin(&writer.client, writer.now);
    writer.tell(tx, kind as usize, &account, &mail.fact("count", count))?;
    let codes = drawn.codes.iter().map(|code| code.to_text().to_string());
    let shown = Shown {
        session: session.id.clone(),
        codes: codes.collect(),
    };
    flow::begin_in(tx, ctx, KIND, &shown)
}

fn used(on_file: &[(Row, String)]) -> Vec<SavedCodeId> {
    let used = on_file.iter().filter(|(row, _)| row.used_at.is_some());
    used.map(|(row, _)| row.id.clone()).collect()
}

fn ours(shown: Shown, session: &Session) -> Result<Shown, Error> {
    if shown.session == session.id {
        Ok(shown)
    } else {
        Err(Code::FlowOver.into())
    }
}
