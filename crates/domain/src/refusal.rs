//! The catalogue of refusals: what can be said no to, with a code that never changes or is used again.
//!
//! A refusal is expected: a person or a client did something that cannot be done. It names what happened, what
//! to do next and who can mend it (R-TS-39); the texts are in `locales/*/refusal.ftl` under the code.
//!
//! Invariant: append only. A code whose cause is gone stays in the list as retired.

use crate::time::Timestamp;

/// Who can mend what was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mender {
    /// The person reading.
    You,
    /// Nobody: the time given must go by.
    Time,
    /// The one who runs this installation.
    Operator,
}

impl Mender {
    /// The key of its name in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::You => "mender-you",
            Self::Time => "mender-time",
            Self::Operator => "mender-operator",
        }
    }
}

macro_rules! catalogue {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $status:literal, $mender:ident, $topic:literal;)*) => {
        /// What was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $doc])* $name,)*
        }

        impl Code {
            /// Every code, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The permanent code, such as `GL-MFA-003`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status of a page that shows it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// Who can mend it.
            pub const fn mender(self) -> Mender {
                match self { $(Self::$name => Mender::$mender,)* }
            }

            /// The help topic that explains it.
            pub const fn topic(self) -> &'static str {
                match self { $(Self::$name => $topic,)* }
            }
        }
    };
}

catalogue! {
    // Requests: what arrives at the edge.
    /// The form lacks its token, or the token is another browser's.
    FormToken = "GL-REQ-001", 403, You, "request";
    /// The request came from another site.
    ForeignOrigin = "GL-REQ-002", 403, You, "request";
    /// A field is missing, doubled, too long or not text.
    MalformedForm = "GL-REQ-003", 400, You, "request";
    /// Nothing lives at this address.
    NoSuchPage = "GL-REQ-004", 404, You, "request";
    /// The address exists, the method does not.
    WrongMethod = "GL-REQ-005", 405, You, "request";
    /// The body is larger than a form may be.
    TooLarge = "GL-REQ-006", 413, You, "request";
    /// The body is not a form.
    WrongMediaType = "GL-REQ-007", 415, You, "request";
    /// The request was made for another host.
    WrongHost = "GL-REQ-008", 421, Operator, "request";
    /// Too many password checks wait already.
    Busy = "GL-REQ-009", 503, Time, "request";
    /// The store cannot be reached or is full; nothing was changed.
    StoreAway = "GL-REQ-010", 503, Operator, "request";

    // Sign-in.
    /// The flow is unknown, another browser's, or over.
    FlowOver = "GL-SIGNIN-001", 410, You, "sign-in";
    /// E-mail and password do not fit together.
    WrongCredentials = "GL-SIGNIN-002", 422, You, "sign-in";
    /// This installation has no IAM users yet.
    NoIamUsers = "GL-SIGNIN-003", 422, Operator, "sign-in";
    /// Too many wrong passwords from browsers that never signed in; wait.
    PasswordWait = "GL-SIGNIN-004", 429, Time, "sign-in";
    /// The password is closed to browsers that never signed in; a mailed unlock opens it.
    PasswordClosed = "GL-SIGNIN-005", 429, You, "sign-in";
    /// What was typed is not an e-mail address.
    NotAnEmail = "GL-SIGNIN-006", 422, You, "sign-in";
    /// The mailed code is wrong.
    WrongMailCode = "GL-SIGNIN-007", 422, You, "sign-in";
    /// The mailed code has run out.
    MailCodeOver = "GL-SIGNIN-008", 422, You, "sign-in";
    /// The step belongs to another moment of the flow.
    OutOfOrder = "GL-SIGNIN-009", 409, You, "sign-in";
    /// The account is suspended.
    AccountSuspended = "GL-SIGNIN-010", 403, Operator, "account";
    /// The account is closed.
    AccountClosed = "GL-SIGNIN-011", 403, Operator, "account";
    /// Too many mails were asked for; wait.
    MailWait = "GL-SIGNIN-012", 429, Time, "mail";
    /// The characters of the security check are not those that were shown; others are shown now.
    CheckWrong = "GL-SIGNIN-013", 422, You, "sign-in";
    /// The security check was answered too late, or for characters that were replaced; others are shown now.
    CheckOver = "GL-SIGNIN-014", 422, You, "sign-in";
    /// A security check comes before the password is looked at.
    CheckFirst = "GL-SIGNIN-015", 422, You, "sign-in";
    /// Too many wrong answers to one security check; begin again.
    CheckTooOften = "GL-SIGNIN-016", 429, You, "sign-in";

    // MFA devices.
    /// The code is not the chosen device's present one.
    WrongFactorCode = "GL-MFA-001", 422, You, "mfa";
    /// The code was used before; wait for the next.
    CodeBurnt = "GL-MFA-002", 422, Time, "mfa";
    /// Too many wrong codes for this device; wait.
    DeviceWait = "GL-MFA-003", 429, Time, "mfa";
    /// Eight devices are registered already.
    TooManyDevices = "GL-MFA-004", 422, You, "mfa";
    /// No device of this name or id.
    NoSuchDevice = "GL-MFA-005", 404, You, "mfa";
    /// The name is taken or not a name.
    BadDeviceName = "GL-MFA-006", 422, You, "mfa";
    /// The two codes do not follow one another within the window.
    CodesDoNotFollow = "GL-MFA-007", 422, You, "mfa";
    /// The device is suspended after a recovery.
    DeviceSuspended = "GL-MFA-008", 403, You, "mfa";
    /// The clock of the device differs; resynchronize it.
    DeviceDrifts = "GL-MFA-009", 422, You, "mfa";
    /// The saved recovery code is wrong or used.
    WrongSavedCode = "GL-MFA-010", 422, You, "saved-codes";
    /// Too many tries today.
    SavedCodeWait = "GL-MFA-011", 429, Time, "saved-codes";
    /// Today's drift checks of this device are used up.
    DriftChecksOver = "GL-MFA-012", 429, Time, "mfa";

    // Sessions.
    /// Nobody is signed in.
    SignInNeeded = "GL-SESSION-001", 401, You, "sign-in";
    /// The act asks for fresh proof.
    StepUpNeeded = "GL-SESSION-002", 403, You, "sign-in";
    /// The session is held after a recovery; the time of the end is shown.
    SessionHeld = "GL-SESSION-003", 403, Time, "recovery";

    // Recovery.
    /// The case is closed.
    CaseClosed = "GL-REC-001", 410, You, "recovery";
    /// The password was made by mail or by somebody else and cannot prove a recovery.
    PasswordNotGood = "GL-REC-002", 403, You, "recovery";
    /// E-mail must be proved first.
    MailProofNeeded = "GL-REC-003", 409, You, "recovery";
    /// The phone may not be used now; the time is shown.
    CallsBlocked = "GL-REC-004", 429, Time, "recovery";
    /// A call is running already.
    CallRunning = "GL-REC-005", 409, Time, "recovery";
    /// The number may not be called.
    NumberRefused = "GL-REC-006", 422, Operator, "recovery";
    /// A contact changed too short a time ago to serve.
    ContactHeld = "GL-REC-007", 403, Time, "recovery";
    /// Recovery by e-mail and phone is frozen after an objection.
    RecoveryFrozen = "GL-REC-008", 403, Time, "recovery";
    /// No phone number is on file.
    NoPhone = "GL-REC-009", 422, Operator, "recovery";
    /// The proofs are not all in.
    ProofsMissing = "GL-REC-010", 409, You, "recovery";
    /// Telephone calls are switched off here.
    CallsOff = "GL-REC-011", 422, Operator, "recovery";
    /// The contact was never proved and cannot prove a recovery.
    ContactUnproved = "GL-REC-012", 403, Operator, "recovery";
    /// A proof has lapsed and is asked for again; the others stay.
    ProofLapsed = "GL-REC-013", 409, You, "recovery";
    /// Somebody objected; the case goes on at the time shown.
    CaseDelayed = "GL-REC-014", 429, Time, "recovery";
    /// This way back in is switched off here.
    WayOff = "GL-REC-015", 403, Operator, "recovery";
    /// The event belongs to a call that is over, or to another one; nothing changes.
    CallOver = "GL-REC-016", 409, You, "recovery";
    /// The mailed code is wrong.
    WrongProofCode = "GL-REC-017", 422, You, "recovery";
    /// The mailed code or link has run out, or a newer one was mailed.
    ProofCodeOver = "GL-REC-018", 422, You, "recovery";
    /// The budget for calls is used up; the time when there is room again is shown.
    CallBudget = "GL-REC-019", 429, Time, "recovery";
    /// All proofs are in; the session may be opened at the time shown.
    CaseWaits = "GL-REC-020", 429, Time, "recovery";
    /// Fewer than two recovery contacts accepted.
    FewRecoveryContacts = "GL-REC-021", 422, Operator, "recovery-contacts";
    /// Five recovery contacts are named already.
    TooManyRecoveryContacts = "GL-REC-022", 422, You, "recovery-contacts";
    /// The address is the account's own, or belongs to a recovery contact already.
    RecoveryContactTaken = "GL-REC-023", 422, You, "recovery-contacts";
    /// No recovery contact of this id.
    NoSuchRecoveryContact = "GL-REC-024", 404, You, "recovery-contacts";
    /// Who accepted already is not invited again.
    RecoveryContactAccepted = "GL-REC-025", 409, You, "recovery-contacts";

    // Rehearsals, and what a readiness report finds.
    /// There is no second device: with the only one lost, this way is gone.
    NoOtherDevice = "GL-DRILL-001", 409, You, "mfa";
    /// No saved code is left.
    NoSavedCode = "GL-DRILL-002", 409, You, "saved-codes";
    /// The saved codes were made in a held session and prove nothing until the time shown.
    SavedCodesHeld = "GL-DRILL-003", 409, Time, "saved-codes";
    /// In the last rehearsal the code of the mail was not typed.
    RehearsalMailMissed = "GL-DRILL-004", 409, You, "mail";
    /// In the last rehearsal the digits were not keyed on the phone.
    RehearsalCallMissed = "GL-DRILL-005", 409, You, "recovery";
    /// Getting back in was not rehearsed lately, or not since a contact was changed.
    NotRehearsed = "GL-DRILL-006", 409, You, "recovery";

    // Links in mails.
    /// The link is unknown, used or over.
    LinkOver = "GL-LINK-001", 410, You, "mail";

    // The outbox of a trial server.
    /// The outbox is opened by the link that the server printed at its start.
    OutboxKey = "GL-OUTBOX-001", 403, You, "outbox";
    /// No mail or call of this id.
    NoSuchMail = "GL-OUTBOX-002", 404, You, "outbox";
    /// Mails and calls go out for real here: they are not shown, and no telephone is played.
    NotOnTrial = "GL-OUTBOX-003", 403, Operator, "outbox";

    // Passwords.
    /// The password breaks rules, which the page names one by one.
    PasswordRules = "GL-PWD-001", 422, You, "password";
    /// The two entries differ.
    PasswordsDiffer = "GL-PWD-002", 422, You, "password";
    /// The present password is wrong.
    WrongPassword = "GL-PWD-003", 422, You, "password";

    // Accounts and contacts.
    /// What was typed is not a telephone number.
    NotAPhone = "GL-ACC-001", 422, You, "contact";
    /// What was typed is not a name (1 to 128 characters, no control characters).
    NotAName = "GL-ACC-002", 422, You, "account";
    /// Another change of the same contact is pending.
    ChangePending = "GL-ACC-003", 409, You, "contact";
    /// The address already belongs to an account.
    EmailTaken = "GL-ACC-004", 409, You, "account";
    /// Opening accounts is left to the operator here.
    NotSelfOpen = "GL-ACC-005", 403, Operator, "account";
    /// No account of this number.
    NoSuchAccount = "GL-ACC-006", 404, You, "account";
    /// The account's state does not allow this.
    WrongAccountState = "GL-ACC-007", 409, You, "account";
    /// The set-up link is unknown, used or over.
    SetUpOver = "GL-ACC-008", 410, Operator, "account";
    /// The digits keyed on the phone were wrong.
    WrongDigits = "GL-ACC-009", 422, You, "contact";
    /// Only the root user with a registered device may do this.
    DeviceNeeded = "GL-ACC-010", 403, You, "contact";
    /// Root users have no access keys on this installation.
    RootKeysOff = "GL-ACC-011", 403, Operator, "account";
    /// The root user has two access keys already.
    TooManyRootKeys = "GL-ACC-012", 409, You, "account";
    /// A second contact must be another than the first.
    ContactTwice = "GL-CON-001", 422, You, "contact";
    /// There is a second contact of this kind already.
    SecondThere = "GL-CON-002", 409, You, "contact";
    /// There is no second contact of this kind.
    NoSecond = "GL-CON-003", 404, You, "contact";

    // Operators.
    /// No operator is signed in.
    OperatorSignInNeeded = "GL-OPER-001", 401, You, "operator";
    /// Address, password and code of an operator do not fit together.
    OperatorWrong = "GL-OPER-002", 422, You, "operator";
    /// After too many wrong tries only browsers are let in that this operator signed in with before.
    OperatorClosed = "GL-OPER-003", 429, Operator, "operator";
    /// The act asks for password and code within ten minutes.
    OperatorProofNeeded = "GL-OPER-004", 403, You, "operator";
    /// The set-up link of an operator is unknown, used or over.
    OperatorSetUpOver = "GL-OPER-005", 410, Operator, "operator";
    /// No operator of this id or address.
    NoSuchOperator = "GL-OPER-006", 404, Operator, "operator";
    /// An operator has this address already.
    OperatorExists = "GL-OPER-007", 409, Operator, "operator";
    /// Whoever opened a case cannot approve it as well.
    ApproverOpened = "GL-OPER-008", 403, You, "operator";
    /// One of the two gave the other the right a short time ago.
    ApproverApart = "GL-OPER-009", 403, Time, "operator";
    /// One of the two belongs to the account that the case is about.
    OfThatAccount = "GL-OPER-010", 403, You, "operator";
    /// Settings of mail were changed: recoveries do not use it until time and an operator have seen to it.
    MailPaused = "GL-OPER-011", 403, Operator, "recovery";
    /// The same of calls.
    CallsPaused = "GL-OPER-012", 403, Operator, "recovery";
    /// The change of settings was decided, put back, or replaced by another.
    ChangeOver = "GL-OPER-013", 409, Operator, "operator";
    /// An operator who was made or set up after a change of settings does not decide about it yet.
    DeciderNew = "GL-OPER-014", 403, Time, "operator";

    // Support cases.
    /// Too many support cases were begun from this network; wait.
    SupportOften = "GL-SUP-001", 429, Time, "support";
    /// No support case of this number.
    NoSuchSupport = "GL-SUP-002", 404, You, "support";
    /// The support case is decided or over; this cannot be done any more.
    SupportOver = "GL-SUP-003", 409, You, "support";
    /// Nobody has written down yet how the asker's identity was looked at.
    NoteNeeded = "GL-SUP-004", 409, Operator, "support";
    /// Whoever wrote the note cannot approve as well.
    SecondOperator = "GL-SUP-005", 403, Operator, "support";
    /// No account has the address that was named.
    CaseWithoutAccount = "GL-SUP-006", 409, Operator, "support";
    /// Support replaced a contact lately: the other one cannot be changed before the time shown.
    ContactLocked = "GL-SUP-007", 403, Time, "support";
    /// The text is missing, too long, or holds control characters.
    SupportText = "GL-SUP-008", 422, You, "support";
    /// The account has no such contact: support replaces one and adds none.
    NothingToReplace = "GL-SUP-009", 409, Operator, "support";
    /// Nothing comes of a case about a device that was called stolen.
    NothingToApprove = "GL-SUP-010", 409, Operator, "support";
}

/// A refusal with what is known about the way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What was refused.
    pub code: Code,
    /// When it will be possible again.
    pub until: Option<Timestamp>,
    /// How many tries are left; told only to somebody who gave the right password (see `throttle`).
    pub left: Option<u32>,
    /// The field of the form that must be mended.
    pub field: Option<&'static str>,
    /// How far the clock of a device is ahead of ours, in seconds; negative when it is behind.
    pub drift: Option<i64>,
}

impl Refusal {
    /// A refusal that says no more than its code.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            until: None,
            left: None,
            field: None,
            drift: None,
        }
    }

    /// Adds the moment when it becomes possible again.
    #[must_use]
    pub const fn until(mut self, moment: Timestamp) -> Self {
        self.until = Some(moment);
        self
    }

    /// Adds the tries left.
    #[must_use]
    pub const fn left(mut self, tries: u32) -> Self {
        self.left = Some(tries);
        self
    }

    /// Adds the field to mend.
    #[must_use]
    pub const fn at(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Adds how far the clock of the device is ahead.
    #[must_use]
    pub const fn drift(mut self, seconds: i64) -> Self {
        self.drift = Some(seconds);
        self
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_shaped() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            let text = code.as_str();
            assert!(seen.insert(text), "{text} twice");
            let parts: Vec<_> = text.split('-').collect();
            assert_eq!(parts.len(), 3, "{text}");
            assert_eq!(parts[0], "GL");
            assert!(
                parts[2].len() == 3 && parts[2].bytes().all(|b| b.is_ascii_digit()),
                "{text}"
            );
            assert!((400..600).contains(&code.status()), "{text}");
        }
    }
}
