//! Mails that anybody can cause who knows an address: so few that nobody fills a mailbox, and shared out so that nobody
//! uses them up for the one who owns it (decision 0009). And those to recovery contacts, who did not ask for any: an
//! invitation takes somebody with fresh proof, and has a share of its own, which takes nothing from the mailbox's owner.
//!
//! Three an hour and ten a day for one recipient: two and seven about a password, one and three about anything else. The
//! last one about a password carries a link that lives until the next can be sent. Browsers that are known for the
//! account have a share of their own. Names that do not exist have the same counters, and write the same rows.

use crate::Error;
use crate::sign_in::name_of;
use domain::refusal::{Code, Refusal};
use domain::step::CounterKey;
use domain::throttle::Standing;
use domain::time::{Span, Timestamp};
use store::Tx;

/// The mails of an hour and of a day.
type Limits = [(Span, u32); 2];

const fn limits(an_hour: u32, a_day: u32) -> Limits {
    [(Span::hours(1), an_hour), (Span::days(1), a_day)]
}

const PASSWORD: Limits = limits(2, 7);
const KNOWN: Limits = limits(3, 10);
const OTHER: Limits = limits(1, 3);
const NEW: Limits = limits(3, 10);
const INVITATION: Limits = limits(3, 10);
const CONFIRMATION: Limits = limits(3, 6);

/// What a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// The password of an account, asked for by a browser of this standing with it.
    Password(Standing),
    /// The proof of an address that has no account: nobody's mails about a password are taken by these.
    NewAddress,
    /// Anything else about the address of an account: an account or a change of address that somebody else began with it,
    /// its sign-in addresses.
    Other,
    /// An invitation to be a recovery contact, by somebody signed in with fresh proof; to whomever it goes.
    Invitation,
    /// A question to a recovery contact, after password and e-mail of the account.
    Confirmation,
}

impl About {
    /// What is mailed when somebody names an address in order to prove it.
    pub(crate) const fn named(taken: bool) -> Self {
        if taken { Self::Other } else { Self::NewAddress }
    }

    const fn share(self) -> (&'static str, Limits) {
        match self {
            Self::Password(Standing::Unknown) => ("mails", PASSWORD),
            Self::Password(Standing::Known) => ("mails known", KNOWN),
            Self::NewAddress => ("mails else", NEW),
            Self::Other => ("mails else", OTHER),
            Self::Invitation => ("mails invite", INVITATION),
            Self::Confirmation => ("mails confirm", CONFIRMATION),
        }
    }
}

/// A place among the mails of a recipient.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Until when no further mail of this share can be sent, if this is the last for now.
    pub(crate) last_until: Option<Timestamp>,
}

/// Takes a place for a mail to this recipient, who may not exist. None: nothing more is sent for now.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    email_key: &str,
    about: About,
    now: Timestamp,
) -> Result<Option<Place>, Error> {
    let (share, limits) = about.share();
    let name = name_of(tx.ring(), share, email_key)?;
    let (keys, free, last_until) = windows(tx, &format!("{share}:{name}"), limits, now)?;
    // About a password, and of invitations, only what is sent counts, so that asking again and again does not end a day.
    // Of the rest every try counts: where an address has an account less is sent, and no row may tell.
    if free || !matches!(about, About::Password(_) | About::Invitation) {
        for key in &keys {
            store::counter::add(tx, key, now)?;
        }
    }
    Ok(free.then_some(Place { last_until }))
}

/// The counters of each window, whether there is room in all of them, and until when there is none after the next.
fn windows(
    tx: &mut Tx<'_>,
    what: &str,
    limits: Limits,
    now: Timestamp,
) -> Result<(Vec<CounterKey>, bool, Option<Timestamp>), Error> {
    let (mut keys, mut free, mut last_until) = (Vec::new(), true, None);
    for (window, most) in limits {
        let bucket = now.millis() / window.as_millis();
        let key = CounterKey(format!("{what}:{}:{bucket}", window.as_millis()));
        let sent = store::counter::find(tx, &key)?.failures;
        free &= sent < most;
        if sent + 1 >= most {
            let ends = Timestamp::from_millis((bucket + 1) * window.as_millis());
            last_until = last_until.max(Some(ends));
        }
        keys.push(key);
    }
    Ok((keys, free, last_until))
}

/// Support cases that one network may begin.
const CASES_OF_BLOCK: Limits = limits(5, 10);
/// Support cases about one name in an hour and in a day, above which a security check comes first: nobody is refused,
/// since whoever begins them may be a stranger and the next the owner.
const CASES_OF_NAME: Limits = limits(2, 5);

/// Counts a support case about a name that may not exist, begun in this network. Says whether the name had so many that
/// a security check comes first.
///
/// # Errors
/// `GL-SUP-001` with the time, when the network had its cases.
pub(crate) fn take_case(
    tx: &mut Tx<'_>,
    block: &str,
    email_key: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let (mut keys, free, until) =
        windows(tx, &format!("support from:{block}"), CASES_OF_BLOCK, now)?;
    if let (false, Some(until)) = (free, until) {
        return Err(Refusal::new(Code::SupportOften).until(until).into());
    }
    let name = name_of(tx.ring(), "support", email_key)?;
    let (of_name, free, _) = windows(tx, &format!("support about:{name}"), CASES_OF_NAME, now)?;
    keys.extend(of_name);
    for key in &keys {
        store::counter::add(tx, key, now)?;
    }
    Ok(!free)
}
