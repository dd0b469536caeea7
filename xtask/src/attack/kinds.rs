//! The kinds of attackers: what each holds, what the threat model says that they get, and what the owner may lose by it.

use super::attacker::{Attacker, Gain, Held};
use super::owner::Owner;
use super::world::World;
use super::{desk, pairs, people, strangers, taken, thieves};

/// What an attack of this kind is to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Nobody of this kind gets in.
    Kept,
    /// A way in, and stated as one: what they hold is what the owner signs in or recovers with.
    WayIn,
    /// Holds everything. That they get in and the owner does not shows that both would be noticed.
    Control,
}

/// What the owner keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeps {
    /// Every way, with the same password; a new browser may need the mailed unlock.
    All,
    /// The same, but a browser that is not known may have to wait for the device.
    AtHome,
    /// Every way but the link that was ordered before, and the way may begin with a reset by mail.
    ByMail,
    /// Not what this attack takes.
    Nothing,
}

/// A kind of attacker.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) holds: &'static str,
    /// Whether the owner has a device.
    pub(super) with_app: bool,
    pub(super) role: Role,
    pub(super) keeps: Keeps,
    /// What the threat model says that they get.
    pub(super) stated: &'static [Gain],
    /// Takes out of the owner's things what the attacker holds; what the owner is doing at that time is begun here.
    pub(super) take: fn(&World<'_>, &mut Owner) -> anyhow::Result<Held>,
    pub(super) attack: fn(&mut Attacker<'_>) -> anyhow::Result<()>,
}

/// A kind that is kept out and takes nothing from the owner, to begin with.
const KEPT: Kind = Kind {
    name: "",
    holds: "the e-mail address",
    with_app: true,
    role: Role::Kept,
    keeps: Keeps::All,
    stated: &[],
    take: |_, _| Ok(Held::default()),
    attack: |_| Ok(()),
};

use Gain::{
    AccountId, CaseApproved, DeviceName, FourDigits, HeldSession, Look, Office, OwnDevice,
    OwnPassword, PasswordRight, Session,
};

/// All of them.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "address",
        attack: strangers::address,
        ..KEPT
    },
    Kind {
        name: "flood",
        holds: "the e-mail address, 12 networks",
        attack: strangers::flood,
        ..KEPT
    },
    Kind {
        name: "stuffing",
        holds: "a list of names and passwords",
        attack: strangers::stuffing,
        ..KEPT
    },
    Kind {
        name: "hostile-headers",
        holds: "the way to the server",
        attack: strangers::hostile_headers,
        ..KEPT
    },
    Kind {
        name: "foreign-page",
        holds: "a page that the owner visits",
        take: |_, owner| {
            Ok(Held {
                visited_by: Some(owner.home.like()),
                ..Held::default()
            })
        },
        attack: strangers::foreign_page,
        ..KEPT
    },
    Kind {
        name: "own-account",
        holds: "an account of their own, the owner's ids",
        take: |world, owner| {
            Ok(Held {
                addresses: taken::addresses(world, owner)?,
                ..Held::default()
            })
        },
        attack: strangers::own_account,
        ..KEPT
    },
    Kind {
        name: "host-user",
        holds: "another user of the machine",
        attack: strangers::outbox,
        ..KEPT
    },
    Kind {
        name: "password",
        holds: "the password",
        keeps: Keeps::AtHome,
        stated: &[PasswordRight, DeviceName, AccountId],
        take: taken::with_password,
        attack: thieves::password,
        ..KEPT
    },
    Kind {
        name: "password-at-once",
        holds: "the password, 24 networks",
        keeps: Keeps::AtHome,
        stated: &[PasswordRight, DeviceName],
        take: taken::with_password,
        attack: thieves::guessing_at_once,
        ..KEPT
    },
    Kind {
        name: "replay",
        holds: "all that was typed at a sign-in",
        keeps: Keeps::AtHome,
        stated: &[PasswordRight, DeviceName],
        take: taken::typed,
        attack: thieves::replay,
        ..KEPT
    },
    Kind {
        name: "mailbox",
        holds: "the mailbox",
        keeps: Keeps::ByMail,
        stated: &[PasswordRight, DeviceName, AccountId, OwnPassword],
        take: taken::with_mailbox,
        attack: thieves::mailbox,
        ..KEPT
    },
    Kind {
        name: "telephone",
        holds: "the telephone, while it rings",
        take: taken::ringing,
        attack: thieves::telephone,
        ..KEPT
    },
    Kind {
        name: "telephone-nine",
        holds: "the telephone, while it rings",
        take: taken::ringing,
        attack: thieves::key_nine,
        ..KEPT
    },
    Kind {
        name: "device",
        holds: "the device",
        take: |_, owner| {
            Ok(Held {
                app: owner.app.clone(),
                ..Held::default()
            })
        },
        attack: thieves::device,
        ..KEPT
    },
    Kind {
        name: "saved-code",
        holds: "a saved code",
        take: |_, owner| {
            Ok(Held {
                saved_code: owner.saved_codes.first().cloned(),
                ..Held::default()
            })
        },
        attack: thieves::saved_code,
        ..KEPT
    },
    Kind {
        name: "session",
        holds: "an open session",
        stated: &[Look],
        take: |_, owner| {
            Ok(Held {
                browser: Some(owner.early.like()),
                ..Held::default()
            })
        },
        attack: thieves::session,
        ..KEPT
    },
    Kind {
        name: "known-cookie",
        holds: "the cookie of a known browser",
        keeps: Keeps::AtHome,
        take: |_, owner| {
            Ok(Held {
                browser: Some(owner.home.opened_anew()),
                ..Held::default()
            })
        },
        attack: thieves::known_cookie,
        ..KEPT
    },
    Kind {
        name: "links",
        holds: "links and addresses of a history",
        stated: &[AccountId],
        take: taken::history,
        attack: thieves::links,
        ..KEPT
    },
    Kind {
        name: "password+mailbox",
        holds: "password, mailbox",
        stated: &[PasswordRight, DeviceName, FourDigits, AccountId],
        take: taken::with_both,
        attack: pairs::password_and_mailbox,
        ..KEPT
    },
    Kind {
        name: "password+telephone",
        holds: "password, telephone",
        keeps: Keeps::AtHome,
        stated: &[PasswordRight, DeviceName, AccountId],
        take: |_, owner| {
            Ok(Held {
                phone: Some(owner.phone.clone()),
                ..taken::password_of(owner)
            })
        },
        attack: pairs::password_and_telephone,
        ..KEPT
    },
    Kind {
        name: "mailbox+telephone",
        holds: "mailbox, telephone",
        keeps: Keeps::ByMail,
        stated: &[PasswordRight, DeviceName, AccountId, OwnPassword],
        take: |_, owner| {
            Ok(Held {
                phone: Some(owner.phone.clone()),
                ..taken::mailbox_of(owner)
            })
        },
        attack: pairs::mailbox_and_telephone,
        ..KEPT
    },
    Kind {
        name: "recovery-contacts",
        holds: "the mailboxes of two recovery contacts",
        stated: &[AccountId],
        take: people::befriended,
        attack: people::alone,
        ..KEPT
    },
    Kind {
        name: "password+contacts",
        holds: "password, two recovery contacts",
        stated: &[PasswordRight, DeviceName, AccountId],
        take: people::with_password,
        attack: people::and_password,
        ..KEPT
    },
    Kind {
        name: "own-contacts",
        holds: "password, mailbox, two who were named today",
        stated: &[PasswordRight, DeviceName, FourDigits, AccountId],
        take: people::with_both,
        attack: people::and_both,
        ..KEPT
    },
    Kind {
        name: "support-flood",
        holds: "the e-mail address, 8 networks",
        attack: desk::flood,
        ..KEPT
    },
    Kind {
        name: "operator",
        holds: "password, device of an operator",
        stated: &[Office, AccountId],
        take: desk::one,
        attack: desk::alone,
        ..KEPT
    },
    Kind {
        name: "operator, two names",
        holds: "the same, twice with one mailbox",
        stated: &[Office, AccountId],
        take: desk::two_names,
        attack: desk::as_two,
        ..KEPT
    },
    Kind {
        name: "operator-password",
        holds: "an operator's password",
        take: desk::password,
        attack: desk::without_device,
        ..KEPT
    },
    Kind {
        name: "operator-session",
        holds: "an operator's session, minutes after its sign-in",
        stated: &[Office, AccountId],
        take: desk::session,
        attack: desk::with_session,
        ..KEPT
    },
    Kind {
        name: "two operators",
        holds: "password, device of two operators",
        role: Role::WayIn,
        stated: &[Office, AccountId, CaseApproved],
        take: desk::two,
        attack: desk::as_two,
        ..KEPT
    },
    Kind {
        name: "password, no device",
        holds: "password; the account has no device",
        with_app: false,
        stated: &[PasswordRight],
        take: taken::with_password,
        attack: pairs::password_without_device,
        ..KEPT
    },
    Kind {
        name: "password+device",
        holds: "password, device",
        role: Role::WayIn,
        stated: &[PasswordRight, DeviceName, Session],
        take: |_, owner| {
            Ok(Held {
                app: owner.app.clone(),
                ..taken::password_of(owner)
            })
        },
        attack: pairs::password_and_device,
        ..KEPT
    },
    Kind {
        name: "mailbox+device",
        holds: "mailbox, device",
        role: Role::WayIn,
        keeps: Keeps::ByMail,
        stated: &[PasswordRight, DeviceName, OwnPassword, Session],
        take: |_, owner| {
            Ok(Held {
                app: owner.app.clone(),
                ..taken::mailbox_of(owner)
            })
        },
        attack: pairs::mailbox_and_device,
        ..KEPT
    },
    Kind {
        name: "password+saved-code",
        holds: "password, a saved code",
        role: Role::WayIn,
        keeps: Keeps::ByMail,
        stated: &[
            PasswordRight,
            DeviceName,
            OwnPassword,
            OwnDevice,
            HeldSession,
        ],
        take: |_, owner| {
            Ok(Held {
                saved_code: owner.saved_codes.first().cloned(),
                ..taken::password_of(owner)
            })
        },
        attack: pairs::password_and_saved_code,
        ..KEPT
    },
    Kind {
        name: "the recovery",
        holds: "password, mailbox, telephone",
        role: Role::WayIn,
        keeps: Keeps::ByMail,
        stated: &[
            PasswordRight,
            DeviceName,
            FourDigits,
            OwnPassword,
            OwnDevice,
            HeldSession,
        ],
        take: |_, owner| {
            Ok(Held {
                phone: Some(owner.phone.clone()),
                password: Some(owner.person.password.clone()),
                ..taken::mailbox_of(owner)
            })
        },
        attack: pairs::recovery,
        ..KEPT
    },
    Kind {
        name: "held-session",
        holds: "the session of a recovery",
        role: Role::WayIn,
        keeps: Keeps::ByMail,
        stated: &[Look, OwnPassword, OwnDevice],
        take: taken::recovered,
        attack: pairs::recovered,
        ..KEPT
    },
    Kind {
        name: "mailbox, no device",
        holds: "mailbox; the account has no device",
        with_app: false,
        role: Role::WayIn,
        keeps: Keeps::ByMail,
        stated: &[PasswordRight, OwnPassword, HeldSession],
        take: taken::with_mailbox,
        attack: pairs::mailbox_without_device,
    },
    Kind {
        name: "password+mailbox, no device",
        holds: "password, mailbox; the account has no device",
        with_app: false,
        role: Role::WayIn,
        stated: &[PasswordRight, Session],
        take: taken::with_both,
        attack: pairs::both_without_device,
        ..KEPT
    },
    Kind {
        name: "fresh-session",
        holds: "a session, minutes after its sign-in",
        role: Role::WayIn,
        keeps: Keeps::Nothing,
        stated: &[Look, OwnPassword, OwnDevice],
        take: taken::just_signed_in,
        attack: pairs::fresh_session,
        ..KEPT
    },
    Kind {
        name: "everything",
        holds: "password, device, mailbox",
        role: Role::Control,
        keeps: Keeps::Nothing,
        stated: &[PasswordRight, DeviceName, OwnPassword, OwnDevice, Session],
        take: |_, owner| {
            Ok(Held {
                app: owner.app.clone(),
                ..taken::password_of(owner)
            })
        },
        attack: pairs::everything,
        ..KEPT
    },
];
