//! What is written down for good: who did what, from where, with which outcome. Never a secret.
//!
//! The names of events are permanent, like the codes of refusals. Where AWS CloudTrail has a name for the same
//! event (`ConsoleLogin`, `PasswordRecoveryRequested`, …) it is used.

use crate::client::Client;
use crate::iam::access_key::AccessKeyId;
use crate::iam::caller::{Caller, Principal};
use crate::iam::said::Wire;
use crate::ids::{AccountId, OperatorId, SessionId};
use crate::refusal::Code;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! events {
    ($($name:ident $(= $doc:literal)?;)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Event {
            $($(#[doc = $doc])? $name,)*
            /// A signed call of an operation of this name, as AWS CloudTrail records it.
            Call(&'static str),
        }

        impl Event {
            /// Every event besides the calls, whose names are those of the operations.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its permanent name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                    Self::Call(operation) => operation,
                }
            }
        }
    };
}

events! {
    AccountCreated = "An account and its root user were made.";
    AccountSuspended = "An account was suspended.";
    AccountReactivated = "A suspended account was opened again.";
    AccountClosed = "An account was closed.";
    AccountReopened = "A closed account was opened again within 90 days.";
    AccountNameChanged = "The account's name was changed.";
    SignUpStarted = "Somebody began to open an account.";
    GuessingNoticed = "Wrong passwords over many names raised the risk of a network or of the installation.";
    SecurityCheckPassed = "A security check was passed; the rule that asked for it is in the detail.";
    SecurityCheckFailed = "A security check was given up after too many wrong answers.";
    PasswordChecked = "A password was offered.";
    MfaChecked = "A code of an MFA device was offered.";
    MailCodeChecked = "A mailed or texted code was offered.";
    ConsoleLogin = "A sign-in was completed.";
    Logout = "A session was ended by its person.";
    SessionsEnded = "Other sessions were ended.";
    StepUpChecked = "Fresh proof was offered within a session.";
    PasswordRecoveryRequested = "A link to a new password was asked for.";
    PasswordRecoveryCompleted = "A new password was set by a mailed link.";
    PasswordRecoveryObjected = "Somebody said that a link to a new password was not asked for; it is void.";
    PasswordUpdated = "The password was changed within a session.";
    SignInAddressesRequested = "Somebody asked what an address signs in to; the answer is mailed.";
    PasswordUnlocked = "A mailed link opened the password to a browser.";
    EmailUpdateStarted = "A new address was named.";
    EmailUpdated = "The new address was proved and counts.";
    EmailUpdateUndone = "The old address took the change back.";
    ContactUpdated = "Contact information was changed.";
    PhoneProofStarted = "A call to prove a number was ordered.";
    PhoneProved = "A number was proved by a call.";
    PhoneUpdateUndone = "The change of the number was taken back.";
    PhoneProofEnded = "A call to prove a number ended; the outcome is in the detail.";
    EmailUpdateDropped = "The new address was given up before it was proved.";
    FormerContactLost = "The root user said, with a registered device, that the former contact is lost.";
    SecondContactAdded = "A second address or number was entered; which, is in the detail.";
    SecondContactRemoved = "A second address or number was removed.";
    SecondContactUndone = "A change of a second address or number was taken back.";
    EnableMFADevice = "An MFA device was registered.";
    DeactivateMFADevice = "An MFA device was removed.";
    RenameMFADevice = "An MFA device was renamed.";
    ResyncMFADevice = "An MFA device was resynchronized.";
    DriftDiagnosed = "A device's clock error was measured and told.";
    SuspendMFADevice = "An MFA device was put out of use after a recovery.";
    RestoreMFADevice = "A suspended MFA device was put back by its holder.";
    SavedCodesIssued = "Saved recovery codes were made.";
    SavedCodeChecked = "A saved recovery code was offered.";
    RecoveryOpened = "A recovery case was opened.";
    RecoveryMailSent = "The mail that proves the address was ordered.";
    RecoveryMailProved = "The address was proved.";
    RecoveryWaits = "All but a day's wait was proved; the wait began.";
    RecoveryCallPlaced = "A call was ordered.";
    RecoveryCallEnded = "A call ended; the outcome is in the detail.";
    RecoveryDigitsChecked = "Digits were keyed.";
    RecoveryPhoneProved = "The phone was proved.";
    RecoveryBlocked = "Phone verification was blocked for a time.";
    RecoveryCompleted = "A recovered session was opened.";
    RecoveryClosed = "A case was closed.";
    RecoveryObjected = "Somebody said: this was not me.";
    RecoveryReasonGiven = "The person said what happened to the device.";
    RecoveryReclaimed = "The holder of the suspended device took the account back.";
    RecoveryContactNamed = "Somebody was named as a recovery contact.";
    RecoveryContactInvited = "The invitation of a recovery contact was mailed again.";
    RecoveryContactAnswered = "Somebody who was named said yes or no; which is in the detail.";
    RecoveryContactRemoved = "A recovery contact was removed.";
    RecoveryContactAsked = "A recovery contact was asked in a recovery.";
    RecoveryContactConfirmed = "A recovery contact said: it is really them.";
    RecoveryContactDenied = "A recovery contact said: I do not know of this.";
    HoldLifted = "A hold ended early by an older device or saved code.";
    MailHandedOver = "A mail was taken by the next server.";
    MailFailed = "A mail was refused for good.";
    TextHandedOver = "A text was taken by a carrier.";
    TextDelivered = "A carrier told that a text arrived.";
    TextFailed = "A text was refused for good, or did not arrive.";
    ClockJumped = "The server's clock jumped; what was in force was moved by as much.";
    AdvicePutOff = "A piece of advice on console home was put off.";
    OperatorCreated = "An operator was made and given the right to serve support cases.";
    OperatorRemoved = "An operator was removed.";
    OperatorRecovered = "An operator's password and authenticator were taken away by a command on the host.";
    OperatorSetUp = "An operator set a password and registered an authenticator.";
    OperatorSignIn = "Address, password and code of an operator were offered.";
    OperatorProof = "Fresh proof was offered within a session of an operator.";
    OperatorSignOut = "A session of an operator was ended by its person.";
    OperatorSessionsEnded = "Other sessions of an operator were ended by its person.";
    RehearsalBegun = "The signed-in root user began to rehearse a recovery; its mail was ordered.";
    RehearsalCallPlaced = "A call of a rehearsal was ordered.";
    RehearsalCallEnded = "A call of a rehearsal ended; the outcome is in the detail.";
    RehearsalMailRead = "A code mailed in a rehearsal was typed; it proves nothing.";
    RehearsalCodeTried = "A saved code was tried in a rehearsal; it is not used up and proves nothing.";
    RehearsalEnded = "A rehearsal ended; what came of it is in the detail.";
    SupportOpened = "Somebody opened a support case without signing in; which contact is lost is in the detail.";
    SupportNoted = "An operator wrote down how the identity of the asker of a support case was looked at.";
    SupportApproved = "A second operator approved a support case; its wait began.";
    SupportMailProved = "The asker of an approved support case proved the account's own mailbox.";
    SupportEnded = "A support case ended without an effect; by what is in the detail.";
    SupportCompleted = "A support case replaced one contact.";
    ChannelRecorded = "The first start wrote down the settings of a channel as approved; which is in the detail.";
    ChannelChanged = "A start found settings of a channel changed: it is paused for recovery cases; the keys are in the detail.";
    ChannelApproved = "An operator approved changed settings of a channel.";
    ChannelDeclined = "An operator said of changed settings of a channel that they are not ours.";
    ChannelSettled = "A pause of a channel ended; how is in the detail.";
    CommandRun = "The operator ran a command that changed something.";
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Actor {
    /// Somebody who proved nothing yet.
    Anonymous,
    /// The root user of an account, in a session if there is one.
    Root {
        /// The account.
        account: AccountId,
        /// The session.
        session: Option<SessionId>,
    },
    /// The operator at the command line, by system user.
    Operator {
        /// The system user's name or number.
        user: String,
    },
    /// An operator at the pages for operators, in a session if there is one.
    SignedInOperator {
        /// The operator.
        operator: OperatorId,
        /// The session.
        session: Option<SessionId>,
    },
    /// Who signed a call with an access key.
    Principal {
        /// The account of the principal.
        account: AccountId,
        /// The principal.
        principal: Principal,
        /// The key that signed.
        #[serde(rename = "accessKeyId")]
        key: AccessKeyId,
        /// When the credentials were issued; nothing for a key that lasts.
        #[serde(rename = "issuedAt", skip_serializing_if = "Option::is_none")]
        issued_at: Option<Timestamp>,
        /// When an MFA device was used for them.
        #[serde(rename = "mfaAt", skip_serializing_if = "Option::is_none")]
        mfa_at: Option<Timestamp>,
    },
    /// Gatelodge itself: a timer or a transport.
    System,
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self::Principal {
            account: caller.account.clone(),
            principal: caller.principal.clone(),
            key: caller.key.clone(),
            issued_at: caller.session.as_ref().map(|session| session.issued_at),
            mfa_at: caller.session.as_ref().and_then(|session| session.mfa_at),
        }
    }
}

/// One record, before it gets its number and its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What happened.
    pub event: Event,
    /// Who did it.
    pub actor: Actor,
    /// The account it concerns.
    pub account: Option<AccountId>,
    /// From where.
    pub client: Option<Client>,
    /// The code of the refusal, if it was refused: ours, or what the caller of an operation was told.
    pub refused: Option<&'static str>,
    /// Further facts. Never a secret, never what a person typed as one.
    pub detail: BTreeMap<&'static str, String>,
}

impl Record {
    /// A record of something done.
    pub fn new(event: Event, actor: Actor) -> Self {
        let account = match &actor {
            Actor::Root { account, .. } | Actor::Principal { account, .. } => Some(account.clone()),
            _ => None,
        };
        Self {
            event,
            actor,
            account,
            client: None,
            refused: None,
            detail: BTreeMap::new(),
        }
    }

    /// Names the account it concerns.
    #[must_use]
    pub fn about(mut self, account: &AccountId) -> Self {
        self.account = Some(account.clone());
        self
    }

    /// Says from where.
    #[must_use]
    pub fn from(mut self, client: &Client) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// Marks it as refused.
    #[must_use]
    pub const fn refused(mut self, code: Code) -> Self {
        self.refused = Some(code.as_str());
        self
    }

    /// Marks it as refused with a code of the API.
    #[must_use]
    pub const fn said(mut self, code: Wire) -> Self {
        self.refused = Some(code.as_str());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn detail(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.detail.insert(name, value.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_names_the_account_of_its_actor() {
        let account: AccountId = "111122223333".parse().unwrap();
        let actor = Actor::Root {
            account: account.clone(),
            session: None,
        };
        assert_eq!(
            Record::new(Event::ConsoleLogin, actor).account,
            Some(account)
        );
        assert_eq!(Event::EnableMFADevice.name(), "EnableMFADevice");
    }
}
