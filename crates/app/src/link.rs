//! Links in mails: made, sent again, opened, used up.
//!
//! The token of a link is derived from the key ring and the link's id, so that the same link can be mailed again
//! although the store keeps only its SHA-256. A GET of a link changes nothing; a press does.

use crate::{Error, token};
use domain::dice::{Dice, base32};
use domain::ids::{AccountId, LinkId};
use domain::refusal::Code;
use domain::time::{Span, Timestamp};
use store::link::Link;
use store::{KeyRing, Purpose, Tx};

/// A link that is asked for again so soon is mailed again as it is.
pub(crate) const SAME_LINK: Span = Span::minutes(15);

const TOKEN: Purpose = Purpose::new("link token");

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// A new password.
    Reset,
    /// Making a reset link void.
    ResetObjection,
    /// Trying the password again from a browser that was shut out.
    Unlock,
    /// Opening the first account.
    SetUp,
    /// Password and authenticator of an operator; the subject is the operator's id.
    OperatorSetUp,
    /// Taking a change of a contact back.
    ContactUndo,
    /// Following a support case.
    SupportFollow,
    /// Stopping a support case.
    SupportStop,
    /// Asking somebody who was named whether they will be a recovery contact.
    RecoveryContact,
}

impl For {
    /// The permanent word in rows.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Reset => "password-reset",
            Self::ResetObjection => "password-reset-objection",
            Self::Unlock => "password-unlock",
            Self::SetUp => "set-up",
            Self::OperatorSetUp => "operator-set-up",
            Self::ContactUndo => "contact-undo",
            Self::SupportFollow => "support-follow",
            Self::SupportStop => "support-stop",
            Self::RecoveryContact => "recovery-contact",
        }
    }
}

/// The bearer value of a link.
pub(crate) fn token_of(ring: &KeyRing, id: &LinkId) -> Result<String, Error> {
    let mac = ring.hmac(TOKEN, id.as_str().as_bytes())?;
    Ok(base32(mac.get(..20).unwrap_or(&mac)))
}

/// Makes a link. Without an account it leads nowhere, but costs the same.
pub(crate) fn mint(
    tx: &mut Tx<'_>,
    dice: &Dice,
    purpose: For,
    account: Option<&AccountId>,
    subject: &str,
    (now, life): (Timestamp, Span),
) -> Result<Link, Error> {
    let link = Link {
        id: LinkId::draw(dice, purpose.key()),
        account: account.cloned(),
        subject: subject.to_owned(),
        created_at: now,
        expires_at: now + life,
        used_at: None,
    };
    let token = token_of(tx.ring(), &link.id)?;
    store::link::insert(tx, purpose.key(), &link, &token::hash(&token))?;
    Ok(link)
}

/// The living link of a token, to look at.
///
/// # Errors
/// `GL-LINK-001`.
pub(crate) fn look(
    tx: &mut Tx<'_>,
    purpose: For,
    token: &str,
    now: Timestamp,
) -> Result<Link, Error> {
    living(
        store::link::look(tx, purpose.key(), &token::hash(token))?,
        now,
    )
}

/// The living link of a token, to be used up in this transaction; others wait.
///
/// # Errors
/// `GL-LINK-001`.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    purpose: For,
    token: &str,
    now: Timestamp,
) -> Result<Link, Error> {
    living(
        store::link::find(tx, purpose.key(), &token::hash(token))?,
        now,
    )
}

/// What opens the password of an account, anew or again: both are proofs of the mailbox, and each does what the other does.
const PASSWORD: [For; 2] = [For::Reset, For::Unlock];

/// The living link of a token about a password, to look at.
///
/// # Errors
/// `GL-LINK-001`.
pub(crate) fn look_at_password(
    tx: &mut Tx<'_>,
    token: &str,
    now: Timestamp,
) -> Result<(For, Link), Error> {
    for purpose in PASSWORD {
        let found = store::link::look(tx, purpose.key(), &token::hash(token))?;
        if let Some(link) = found.filter(|link| link.live(now)) {
            return Ok((purpose, link));
        }
    }
    Err(Code::LinkOver.into())
}

/// The living link of a token about a password, to be used up in this transaction; others wait.
///
/// # Errors
/// `GL-LINK-001`.
pub(crate) fn open_password(
    tx: &mut Tx<'_>,
    token: &str,
    now: Timestamp,
) -> Result<(For, Link), Error> {
    let (purpose, _) = look_at_password(tx, token, now)?;
    Ok((purpose, open(tx, purpose, token, now)?))
}

fn living(found: Option<Link>, now: Timestamp) -> Result<Link, Error> {
    found
        .filter(|link| link.live(now))
        .ok_or_else(|| Code::LinkOver.into())
}
