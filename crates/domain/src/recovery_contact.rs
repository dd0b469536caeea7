//! Recovery contacts: people whom the root user named beforehand, each of whom can say that it is really them.
//!
//! Two of them together stand in for the telephone in set (d) of a recovery, after password and e-mail and before a
//! day's wait (`recovery::confirm`). Nobody becomes one without accepting by a link in a mail of their own, and nobody
//! counts before 30 days have gone by since: a thief who names two friends in somebody else's session gains nothing
//! before the owner, who is told at once and can remove them, has had a month.
//!
//! Invariant: a recovery contact is another mailbox than the account's and than every other recovery contact's.

use crate::ids::{AccountId, RecoveryContactId};
use crate::locale::Locale;
use crate::recovery::STEADY;
use crate::refusal::{Code, Refusal};
use crate::time::{Span, Timestamp};

/// So many may be named.
pub const MOST: usize = 5;
/// So many must confirm.
pub const NEEDED: usize = 2;
/// The life of a mailed invitation.
pub const INVITATION_LIFE: Span = Span::days(14);

/// The path of a mailed invitation.
pub fn invitation_path(token: &str) -> String {
    format!("/recovery-contact/{token}")
}

/// Somebody who was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryContact {
    /// The row.
    pub id: RecoveryContactId,
    /// Whose.
    pub account: AccountId,
    /// What the root user calls them.
    pub name: String,
    /// Their address as it was typed.
    pub email: String,
    /// The language of their mails.
    pub locale: Locale,
    /// When they were named.
    pub named_at: Timestamp,
    /// When they accepted, if they did.
    pub accepted_at: Option<Timestamp>,
}

impl RecoveryContact {
    /// From when on they count, if they accepted.
    pub fn counts_from(&self) -> Option<Timestamp> {
        self.accepted_at.map(|at| at + STEADY)
    }

    /// Whether they count now.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.counts_from().is_some_and(|from| from <= now)
    }

    /// Of the name, the first letter: enough for the owner to know whom to call, too little for anybody else.
    pub fn initial(&self) -> String {
        let first: String = self.name.chars().take(1).collect();
        format!("{first}•••")
    }
}

/// When the second of them counts, and with it the way; nothing while fewer than two accepted.
pub fn way_from(people: &[RecoveryContact]) -> Option<Timestamp> {
    let mut from: Vec<_> = people
        .iter()
        .filter_map(RecoveryContact::counts_from)
        .collect();
    from.sort_unstable();
    from.get(NEEDED - 1).copied()
}

/// May somebody with this address be named, beside those there are? `own` are the addresses of the account.
///
/// # Errors
/// `GL-REC-022` when there are five, `GL-REC-023` when the mailbox is the account's own or somebody's who was named.
pub fn may_name(people: &[RecoveryContact], own: &[String], email: &str) -> Result<(), Refusal> {
    if people.len() >= MOST {
        return Err(Code::TooManyRecoveryContacts.into());
    }
    let wanted = mailbox(email);
    let mut taken = people.iter().map(|p| p.email.as_str());
    if taken.any(|known| mailbox(known) == wanted) || own.iter().any(|o| mailbox(o) == wanted) {
        return Err(Refusal::new(Code::RecoveryContactTaken).at("email"));
    }
    Ok(())
}

/// An address without what many servers let everybody append to their own: two people are meant, not two spellings.
fn mailbox(email: &str) -> String {
    let email = email.to_ascii_lowercase();
    match email.rsplit_once('@') {
        Some((local, domain)) => {
            let bare = local.split('+').next().unwrap_or(local);
            format!("{bare}@{domain}")
        }
        None => email,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::sample::{EMAIL, NOW, account};

    /// Somebody who accepted so many days ago; `None`: not yet.
    pub(crate) fn person(number: u8, days: Option<i64>) -> RecoveryContact {
        RecoveryContact {
            id: RecoveryContactId::draw(&Dice::new([number; 32]), ""),
            account: account().id,
            name: format!("Person {number}"),
            email: format!("person{number}@example.net"),
            locale: Locale::En,
            named_at: NOW - Span::days(100),
            accepted_at: days.map(|days| NOW - Span::days(days)),
        }
    }

    #[test]
    fn somebody_counts_a_month_after_accepting_and_the_way_with_the_second() {
        assert_eq!(person(1, None).counts_from(), None);
        assert!(!person(1, Some(29)).counts(NOW) && person(1, Some(30)).counts(NOW));
        assert_eq!(way_from(&[person(1, Some(90)), person(2, None)]), None);
        let people = [person(1, Some(1)), person(2, Some(90)), person(3, Some(5))];
        assert_eq!(way_from(&people), Some(NOW + Span::days(25)));
        assert_eq!(person(1, None).initial(), "P•••");
    }

    #[test]
    fn five_people_other_than_oneself_and_each_once() {
        let code = |people: &[RecoveryContact], email: &str| {
            let own = [EMAIL.to_owned(), "former@example.com".to_owned()];
            may_name(people, &own, email).err().map(|r| r.code)
        };
        let people: Vec<_> = (1..5).map(|n| person(n, None)).collect();
        assert_eq!(code(&people, "other@example.net"), None);
        for taken in [
            "PERSON1@example.net",
            "person2+b@Example.net",
            "Root@example.com",
            "root+x@example.com",
            "former@example.com",
        ] {
            assert_eq!(code(&people, taken), Some(Code::RecoveryContactTaken));
        }
        let people: Vec<_> = (1..6).map(|n| person(n, None)).collect();
        assert_eq!(
            code(&people, "other@example.net"),
            Some(Code::TooManyRecoveryContacts)
        );
    }
}
