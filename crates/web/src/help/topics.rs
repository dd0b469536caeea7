//! Which topics help has, with their sections, where these lead on, and which refusals they explain.

use app::settings::Contact;
use domain::refusal::Code;

/// A page of help.
pub(super) struct Topic {
    /// Its name in the address, and in the keys of its texts.
    pub(super) name: &'static str,
    pub(super) sections: &'static [Section],
}

/// A part of a topic, with an address of its own: `/help/{topic}#{name}`.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) ways: &'static [Way],
    /// A contact of the operator that it leads to; without it there is no such section (G-35).
    pub(super) contact: Option<Contact>,
}

/// Where a section leads on: the address, and the key of the text of its link.
pub(super) struct Way(pub(super) &'static str, pub(super) &'static str);

const fn topic(name: &'static str, sections: &'static [Section]) -> Topic {
    Topic { name, sections }
}

const fn plain(name: &'static str) -> Section {
    leading(name, &[])
}

const fn leading(name: &'static str, ways: &'static [Way]) -> Section {
    Section {
        name,
        ways,
        contact: None,
    }
}

const fn asking(name: &'static str, contact: Contact) -> Section {
    Section {
        name,
        ways: &[],
        contact: Some(contact),
    }
}

const SIGN_IN: Way = Way("/signin", "shell-sign-in");
const FORGOT: Way = Way("/signin/forgot", "password-forgot");
const ADDRESSES: Way = Way("/signin/addresses", "addresses-title");
const OPEN: Way = Way("/open", "sign-in-open");
const ACCOUNT: Way = Way("/console/account", "shell-nav-account");
const EMAIL: Way = Way("/console/account/email", "help-mail-change");
const CREDENTIALS: Way = Way("/console/security-credentials", "shell-nav-credentials");
const NEW_DEVICE: Way = Way(
    "/console/security-credentials/devices/new",
    "device-register",
);
const TO_PASSWORD: Way = Way("/help/password", "help-password");
const TO_MFA: Way = Way("/help/mfa", "help-mfa");
const TO_MAIL: Way = Way("/help/mail", "help-mail");
const TO_NO_ACCESS: Way = Way("/help/mail#no-access", "help-mail-no-access");
const TO_SAVED_CODES: Way = Way("/help/saved-codes", "help-saved-codes");
const TO_CONTACTS: Way = Way("/help/recovery-contacts", "help-recovery-contacts");
const CONTACTS: Way = Way(
    "/console/security-credentials/recovery-contacts",
    "recovery-contact-title",
);
const TO_RECOVERY: Way = Way("/help/recovery", "help-recovery");
const TO_USER_TYPES: Way = Way("/help/user-types", "help-user-types");
const TO_REACH: Way = Way("/help/reach", "reach-title");
const SUPPORT: Way = Way("/support", "support-title");
const TO_WORDS: Way = Way("/help/words", "help-words");

/// "Which kind of user am I?"
pub(super) const USER_TYPES: Topic = topic(
    "user-types",
    &[
        leading("root", &[SIGN_IN]),
        plain("iam"),
        plain("workforce"),
        plain("federated"),
        leading("builder", &[TO_WORDS]),
    ],
);

/// Every topic, in the order of the index.
pub(super) const TOPICS: &[Topic] = &[
    topic(
        "sign-in",
        &[
            leading("page", &[SIGN_IN, TO_USER_TYPES]),
            leading("email", &[ADDRESSES]),
            leading("password", &[TO_PASSWORD]),
            plain("pause"),
            leading("device", &[TO_MFA]),
            plain("again"),
            leading("sign-out", &[CREDENTIALS]),
            leading("reach", &[TO_REACH]),
        ],
    ),
    topic(
        "mfa",
        &[
            plain("refused"),
            leading("clock", &[TO_REACH]),
            plain("other"),
            leading("lost", &[SIGN_IN, TO_RECOVERY, TO_SAVED_CODES]),
            leading("new", &[CREDENTIALS]),
            leading("enable", &[NEW_DEVICE]),
            leading("remove", &[CREDENTIALS]),
            leading("number", &[ACCOUNT]),
        ],
    ),
    topic(
        "recovery",
        &[
            leading("need", &[TO_SAVED_CODES, TO_CONTACTS, TO_NO_ACCESS]),
            leading("steps", &[SIGN_IN]),
            plain("call"),
            plain("blocked"),
            plain("hold"),
            plain("not-me"),
            leading("cannot", &[SUPPORT]),
        ],
    ),
    topic(
        "saved-codes",
        &[
            leading("use", &[SIGN_IN]),
            plain("refused"),
            leading("renew", &[CREDENTIALS]),
        ],
    ),
    topic(
        "recovery-contacts",
        &[
            leading("name", &[CONTACTS]),
            leading("use", &[SIGN_IN, TO_RECOVERY]),
            leading("none", &[TO_RECOVERY]),
            plain("invited"),
            plain("asked"),
        ],
    ),
    topic(
        "password",
        &[
            leading("forgot", &[FORGOT, TO_NO_ACCESS]),
            plain("mfa"),
            plain("rules"),
            plain("closed"),
            plain("not-me"),
        ],
    ),
    topic(
        "mail",
        &[
            plain("look"),
            plain("code"),
            plain("senders"),
            plain("link"),
            leading("no-access", &[TO_SAVED_CODES, EMAIL, SUPPORT]),
        ],
    ),
    topic(
        "contact",
        &[
            plain("number"),
            plain("call"),
            leading("change", &[ACCOUNT]),
            plain("hold"),
        ],
    ),
    topic(
        "account",
        &[
            leading("number", &[ACCOUNT]),
            leading("forgotten", &[ADDRESSES, TO_MAIL]),
            leading("taken", &[FORGOT]),
            plain("suspended"),
            leading("open", &[OPEN]),
            leading("manage", &[ACCOUNT, CREDENTIALS]),
            asking("billing", Contact::Billing),
            asking("retail", Contact::Retail),
        ],
    ),
    USER_TYPES,
    topic(
        "words",
        &[
            plain("account"),
            leading("root", &[TO_USER_TYPES]),
            plain("user"),
            plain("administrator"),
            plain("credentials"),
            plain("corporate"),
            plain("profile"),
            leading("code", &[TO_MAIL]),
        ],
    ),
    topic(
        "request",
        &[
            plain("fresh"),
            plain("cookies"),
            plain("address"),
            plain("busy"),
        ],
    ),
    topic(
        "support",
        &[
            leading("which", &[SIGN_IN, FORGOT, TO_RECOVERY, TO_NO_ACCESS]),
            leading("form", &[SUPPORT]),
            plain("way"),
            plain("cannot"),
            plain("lock"),
        ],
    ),
    topic(
        "privacy",
        &[plain("kept"), plain("log"), plain("cookies"), plain("ask")],
    ),
    topic(
        "operator",
        &[
            plain("sign-in"),
            plain("set-up"),
            plain("approve"),
            plain("change"),
            plain("power"),
        ],
    ),
    topic("outbox", &[plain("open"), plain("call"), plain("real")]),
];

/// The section of its topic that explains a refusal best; nothing where the whole topic does.
pub(super) const fn explained(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::FormToken => "cookies",
        Code::ChangeOver | Code::DeciderNew => "change",
        Code::ForeignOrigin | Code::WrongHost => "address",
        Code::MalformedForm | Code::TooLarge | Code::WrongMediaType => "fresh",
        Code::Busy | Code::StoreAway => "busy",
        Code::FlowOver | Code::SignInNeeded | Code::StepUpNeeded => "again",
        Code::WrongCredentials => "password",
        Code::NoIamUsers => "page",
        Code::PasswordWait | Code::PasswordClosed => "pause",
        Code::NotAnEmail => "email",
        Code::AccountSuspended | Code::AccountClosed => "suspended",
        Code::EmailTaken => "taken",
        Code::NotSelfOpen => "open",
        Code::NoSuchAccount | Code::NotAPhone => "number",
        Code::MailWait => "look",
        Code::LinkOver => "link",
        Code::WrongFactorCode | Code::CodeBurnt | Code::WrongSavedCode | Code::SavedCodeWait => {
            "refused"
        }
        Code::DeviceDrifts | Code::CodesDoNotFollow | Code::DriftChecksOver => "clock",
        Code::DeviceWait | Code::DeviceSuspended => "other",
        Code::TooManyDevices => "new",
        Code::SessionHeld | Code::ChangePending => "hold",
        Code::PasswordNotGood => "need",
        Code::MailProofNeeded | Code::ProofLapsed => "steps",
        Code::CallsBlocked => "blocked",
        Code::CallRunning | Code::CallOver | Code::CallBudget | Code::WrongDigits => "call",
        Code::RecoveryFrozen | Code::CaseDelayed => "not-me",
        Code::NoPhone | Code::CallsOff | Code::ContactUnproved | Code::NumberRefused => "cannot",
        Code::FewRecoveryContacts => "none",
        Code::TooManyRecoveryContacts
        | Code::RecoveryContactTaken
        | Code::NoSuchRecoveryContact
        | Code::RecoveryContactAccepted => "name",
        Code::PasswordRules => "rules",
        Code::OperatorSignInNeeded | Code::OperatorWrong | Code::OperatorClosed => "sign-in",
        Code::OperatorSetUpOver | Code::NoSuchOperator | Code::OperatorExists => "set-up",
        Code::OperatorProofNeeded
        | Code::ApproverOpened
        | Code::ApproverApart
        | Code::OfThatAccount => "approve",
        Code::SupportOften | Code::SupportText => "form",
        Code::SupportOver | Code::NoteNeeded | Code::SecondOperator => "way",
        Code::ContactLocked => "lock",
        _ => return None,
    })
}
