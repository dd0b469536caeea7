//! An account, a browser and a moment for the tests of the machines.
use crate::account::{Account, PasswordFacts, PasswordOrigin, State};
use crate::call::{Budget, Cost, Digits, PastCall};
use crate::client::Client;
use crate::dice::Dice;
use crate::locale::Locale;
use crate::secret::Secret;
use crate::sign_in::{MailCode, Moment};
use crate::time::{Span, Timestamp};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
pub(crate) const EMAIL: &str = "root@example.com";
pub(crate) const PHONE: &str = "+886912345678";

/// Opened long ago, with a good password; its person reads Japanese, so that a mail in the page's language shows.
pub(crate) fn account() -> Account {
    let opened = NOW - Span::days(400);
    Account {
        id: "111122223333".parse().unwrap(),
        name: "Example".into(),
        email: EMAIL.into(),
        email_proved_at: Some(opened),
        email_set_at: opened,
        locale: Locale::Ja,
        state: State::Active,
        state_since: opened,
        created_at: opened,
        password: Some(PasswordFacts {
            origin: PasswordOrigin::Opening,
            set_at: opened,
            good: true,
            hold: None,
        }),
    }
}

pub(crate) fn client() -> Client {
    Client {
        address: "192.0.2.1".parse().unwrap(),
        device: "Firefox, Linux".into(),
    }
}

/// Runs `f` at a moment; every moment has dice of its own.
pub(crate) fn at<T>(now: Timestamp, f: impl FnOnce(&Moment<'_>) -> T) -> T {
    let client = client();
    let mut seed = [3; 32];
    seed[..8].copy_from_slice(&now.millis().to_be_bytes());
    let dice = Dice::new(seed);
    f(&Moment {
        now,
        client: &client,
        locale: Locale::ZhTw,
        dice: &dice,
    })
}

pub(crate) fn code() -> MailCode {
    MailCode {
        digits: Secret::from("12345678"),
        hmac: vec![7; 32],
    }
}

/// Six digits that are not those.
pub(crate) fn other_digits(digits: &Digits) -> Digits {
    let other = match digits.expose() {
        "000000" => "111111",
        _ => "000000",
    };
    Digits::keyed(other).unwrap()
}

/// What a call costs where there is plenty of room.
pub(crate) fn cost() -> Cost {
    Cost {
        price: 10,
        budget: Budget {
            hour: Some(1_000),
            number: Some(1_000),
        },
        hour: Vec::new(),
        to_number: Vec::new(),
    }
}

/// A call that is over, to the same number, for the same account, from the same network.
pub(crate) fn past_call(ago: Span, connected: bool, wrong: u32) -> PastCall {
    PastCall {
        placed_at: NOW - ago,
        changed_at: NOW - ago,
        connected,
        running: false,
        wrong,
        same_number: true,
        same_account: true,
        same_block: true,
        price: 10,
    }
}
