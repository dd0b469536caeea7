//! What a mail is to say, before it is words: kind, reader, facts. The front that owns the texts composes it.
//!
//! Orders are written to the outbox in the transaction that caused them, sealed, and wiped once sent.

use crate::client::Client;
use crate::ids::AccountId;
use crate::locale::Locale;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which of the installation's addresses a mail comes from (R-CON-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// `no-reply@signin.‹base›`: everything but recovery.
    SignIn,
    /// `recover-mfa-no-reply@verify.signin.‹base›`: the proof of an address in a recovery (R-REC-16).
    Recovery,
}

impl Sender {
    /// Every sender.
    pub const ALL: [Self; 2] = [Self::SignIn, Self::Recovery];

    /// Its address, below the domain that the operator set for mails.
    pub fn address(self, base: &str) -> String {
        match self {
            Self::SignIn => format!("no-reply@signin.{base}"),
            Self::Recovery => format!("recover-mfa-no-reply@verify.signin.{base}"),
        }
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $key:literal, $sender:ident, $class:ident;)*) => {
        /// What a mail is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum MailKind {
            $($(#[doc = $doc])* #[serde(rename = $key)] $name,)*
        }

        impl MailKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its permanent name: in the outbox, and as `mail-‹key›-…` in the texts.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// The kind of that name.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.key() == key)
            }

            /// The address it comes from.
            pub const fn sender(self) -> Sender {
                match self { $(Self::$name => Sender::$sender,)* }
            }

            /// How it may be limited.
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }
        }
    };
}

/// Which limit a mail is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Anyone can cause it: 3 an hour and 10 a day per recipient.
    Anyone,
    /// Only somebody who gave the right password, or is signed in, can cause it.
    Proven,
    /// A security notice: never limited.
    Notice,
    /// Not sent at all: the decoy of a mail, so that a name that does not exist costs the same.
    Decoy,
}

kinds! {
    /// The one-time code of a sign-in without MFA from an unknown browser (R-ROOT-10).
    SignInCode = "sign-in-code", SignIn, Proven;
    /// The link that lets the password be tried again.
    Unlock = "unlock", SignIn, Anyone;
    /// The link to a new password.
    PasswordReset = "password-reset", SignIn, Anyone;
    /// Link and code that prove the address in a recovery.
    RecoveryProof = "recovery-proof", Recovery, Proven;
    /// The code of a rehearsal, from where a recovery's mail would come; it proves nothing.
    Rehearsal = "rehearsal", Recovery, Proven;
    /// The code that proves an address at sign-up.
    SignUpCode = "sign-up-code", SignIn, Anyone;
    /// To the owner of an address that somebody tried to open an account with.
    SignUpTaken = "sign-up-taken", SignIn, Anyone;
    /// The code that proves a new address.
    EmailProof = "email-proof", SignIn, Anyone;
    /// To the owner of an address that somebody wanted to use for another account.
    EmailTaken = "email-taken", SignIn, Anyone;
    /// To the owner of an address who asked what it signs in to (P-23).
    SignInAddresses = "sign-in-addresses", SignIn, Anyone;
    /// Notice: the e-mail is about to change or was changed; with an undo link.
    EmailChanged = "email-changed", SignIn, Notice;
    /// Notice: the phone number was changed; with an undo link.
    PhoneChanged = "phone-changed", SignIn, Notice;
    /// Notice: a change of e-mail or phone was taken back.
    ContactRestored = "contact-restored", SignIn, Notice;
    /// Notice: a second address or number was entered; with an undo link.
    SecondAdded = "second-added", SignIn, Notice;
    /// Notice: a second address or number was removed; with an undo link.
    SecondRemoved = "second-removed", SignIn, Notice;
    /// Notice: the password was changed.
    PasswordChanged = "password-changed", SignIn, Notice;
    /// Notice: sign-in from a browser not seen before.
    NewSignIn = "new-sign-in", SignIn, Notice;
    /// Notice: an MFA device was registered.
    DeviceAdded = "device-added", SignIn, Notice;
    /// Notice: an MFA device was removed.
    DeviceRemoved = "device-removed", SignIn, Notice;
    /// Notice: an MFA device was renamed.
    DeviceRenamed = "device-renamed", SignIn, Notice;
    /// Notice: an MFA device was resynchronized.
    DeviceResynced = "device-resynced", SignIn, Notice;
    /// Notice: saved recovery codes were made anew.
    SavedCodesRenewed = "saved-codes-renewed", SignIn, Notice;
    /// Notice: saved recovery codes were made beside those there are.
    SavedCodesMade = "saved-codes-made", SignIn, Notice;
    /// Notice: a saved recovery code was used.
    SavedCodeUsed = "saved-code-used", SignIn, Notice;
    /// Notice: a recovery was begun.
    RecoveryBegun = "recovery-begun", SignIn, Notice;
    /// Notice: a recovery has all its proofs and waits for a day.
    RecoveryWaits = "recovery-waits", SignIn, Notice;
    /// Notice: a recovery was completed.
    RecoveryDone = "recovery-done", SignIn, Notice;
    /// Notice: a recovery was closed or failed.
    RecoveryClosed = "recovery-closed", SignIn, Notice;
    /// Notice: phone verification is blocked for a time.
    RecoveryBlocked = "recovery-blocked", SignIn, Notice;
    /// Notice: the person objected; what that did.
    Objected = "objected", SignIn, Notice;
    /// Notice: somebody who gave the password says that the device was stolen; nothing has taken effect yet.
    RecoveryStolen = "recovery-stolen", SignIn, Notice;
    /// Notice: somebody signed in with a device that a recovery called stolen; the hold is longer and a support case open.
    RecoveryDisputed = "recovery-disputed", SignIn, Notice;
    /// The code that proves the new address of a support case.
    SupportCode = "support-code", SignIn, Anyone;
    /// To whoever opened a support case, at the address that was proved: its number, and the link that leads to it.
    SupportOpened = "support-opened", SignIn, Proven;
    /// Notice: a support case was approved and will replace a contact; with a link that stops it.
    SupportWaits = "support-waits", SignIn, Notice;
    /// Notice: a support case that the contacts were told of ended without an effect.
    SupportClosed = "support-closed", SignIn, Notice;
    /// To somebody who was named as a recovery contact: a link to say yes or no.
    RecoveryContactInvited = "recovery-contact-invited", SignIn, Proven;
    /// To a recovery contact in a recovery: a link to say whether it is really the owner.
    RecoveryContactAsked = "recovery-contact-asked", SignIn, Proven;
    /// To somebody who was a recovery contact and was removed.
    RecoveryContactRemoved = "recovery-contact-removed", SignIn, Notice;
    /// Notice: a recovery contact was named, accepted, declined or was removed.
    RecoveryContactChanged = "recovery-contact-changed", SignIn, Notice;
    /// Notice: a recovery contact does not know of a recovery.
    RecoveryContactDenied = "recovery-contact-denied", SignIn, Notice;
    /// Notice: the account was suspended, reactivated, closed or reopened.
    AccountState = "account-state", SignIn, Notice;
    /// An access key of the root user was made.
    RootKeyMade = "root-key-made", SignIn, Notice;
    /// Notice: an operator signed in from a browser not seen before.
    OperatorSignIn = "operator-sign-in", SignIn, Notice;
    /// Notice to operators: settings of a channel were changed, approved, declined, or the pause is over.
    ChannelChanged = "channel-changed", SignIn, Notice;
    /// Nothing: written where a mail would have been.
    Decoy = "none", SignIn, Decoy;
}

/// Who asked, from where and when: every mail says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Address and device.
    pub client: Client,
    /// The moment.
    pub at: Timestamp,
}

/// A mail to be composed and sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailOrder {
    /// What it is about.
    pub kind: MailKind,
    /// The reader's address as they wrote it.
    pub to: String,
    /// The reader's language.
    pub locale: Locale,
    /// The account it is about; its number and name are shown if so.
    pub account: Option<AccountId>,
    /// Who caused it.
    pub origin: Option<Origin>,
    /// A code to type.
    pub code: Option<String>,
    /// The path of the link that goes on, `/…`.
    pub link: Option<String>,
    /// The path of the "this was not me" link, `/…`.
    pub objection: Option<String>,
    /// The two-word phrase that the waiting page shows as well, by its number.
    pub phrase: Option<u16>,
    /// Further facts for the text, by name. Never a text that a person typed if the address is unproved.
    pub facts: BTreeMap<String, String>,
}

impl MailOrder {
    /// A mail that says nothing but its kind; the fields are filled in by `with_…`.
    pub fn new(kind: MailKind, to: impl Into<String>, locale: Locale) -> Self {
        Self {
            kind,
            to: to.into(),
            locale,
            account: None,
            origin: None,
            code: None,
            link: None,
            objection: None,
            phrase: None,
            facts: BTreeMap::new(),
        }
    }

    /// Names the account.
    #[must_use]
    pub fn account(mut self, id: &AccountId) -> Self {
        self.account = Some(id.clone());
        self
    }

    /// Says who asked.
    #[must_use]
    pub fn origin(mut self, client: &Client, at: Timestamp) -> Self {
        self.origin = Some(Origin {
            client: client.clone(),
            at,
        });
        self
    }

    /// Adds a fact for the text.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<String>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

impl std::fmt::Debug for MailOrder {
    /// Shows the kind only: the rest holds addresses, codes and links.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailOrder({})", self.kind.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_senders_lie_below_one_domain_r_con_14() {
        let addresses = Sender::ALL.map(|sender| sender.address("example.com"));
        assert_eq!(
            addresses,
            [
                "no-reply@signin.example.com",
                "recover-mfa-no-reply@verify.signin.example.com"
            ]
        );
        assert_eq!(MailKind::RecoveryProof.sender(), Sender::Recovery);
        for kind in MailKind::ALL {
            assert_eq!(MailKind::from_key(kind.key()), Some(*kind));
        }
        assert_eq!(MailKind::from_key("unheard-of"), None);
    }
}
