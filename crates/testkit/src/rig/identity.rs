//! People of the stories: an account with a password, and the authenticator apps they hold.

use super::{Answer, Browser, Rig};
use app::account::NewAccount;
use app::hash::Place;
use domain::account::{Account, PasswordOrigin};
use domain::audit::Actor;
use domain::ids::{AccountId, DeviceId};
use domain::locale::Locale;
use domain::mail::MailKind;
use domain::throttle::Standing;
use domain::time::Timestamp;
use factors::password::Password;
use factors::totp;
use store::device::Device;

/// The password of every identity unless a story says otherwise.
pub const PASSWORD: &str = "harbour lantern quiet maple";

/// A root user of a story.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The account.
    pub account: Account,
    /// The password.
    pub password: String,
}

/// An authenticator app in somebody's hand.
#[derive(Debug)]
pub struct Authenticator {
    /// The device it was registered as.
    pub id: DeviceId,
    /// Its seed.
    pub seed: totp::Seed,
    /// How far its clock is ahead, in steps of 30 s.
    pub ahead: i64,
}

impl Authenticator {
    /// An app that took in a key as a page shows it.
    pub fn from_key(id: DeviceId, key: &str) -> Self {
        let seed = totp::Seed::parse(key).expect("a key of 160 bits");
        Self { id, seed, ahead: 0 }
    }

    /// The code it shows at a moment.
    pub fn code(&self, now: Timestamp) -> String {
        let shown = totp::code_at(&self.seed, now.millis() + self.ahead * totp::STEP_MS);
        shown.to_text().to_string()
    }

    /// A code it does not show within an hour of that moment.
    pub fn wrong_code(&self, now: Timestamp) -> String {
        let near: Vec<String> = (-120..=120)
            .map(|away| totp::code_at(&self.seed, now.millis() + away * totp::STEP_MS))
            .map(|code| code.to_text().to_string())
            .collect();
        let mut all = (0..1_000_000).map(|n| format!("{n:06}"));
        all.find(|code| !near.contains(code)).expect("a code")
    }
}

impl Rig {
    /// An account whose password was chosen at opening, with its address proved.
    pub async fn account(&self, name: &str, email: &str) -> Identity {
        self.account_with(name, email, PasswordOrigin::Opening)
            .await
    }

    /// An account whose password came about in this way.
    pub async fn account_with(&self, name: &str, email: &str, origin: PasswordOrigin) -> Identity {
        let ctx = self.ctx();
        let password = Password::prepare(PASSWORD).expect("a password");
        let place = Place::of(&ctx, Standing::Known);
        let salt = ctx.dice.bytes("salt");
        let phc = self.app.hashes().hash(password, salt, &place).await;
        let new = NewAccount {
            name: name.to_owned(),
            email: email.to_owned(),
            email_proved: true,
            phone: None,
            locale: Locale::En,
            password: Some((phc.expect("a hash"), origin)),
        };
        let account = self.app.create_account(&ctx, Actor::System, new).await;
        Identity {
            account: account.expect("an account"),
            password: PASSWORD.to_owned(),
        }
    }

    /// An app registered behind the pages.
    pub async fn device(&self, identity: &Identity, name: &str) -> Authenticator {
        let dice = self.ctx().dice;
        let id = DeviceId::draw(&dice, "");
        let seed = totp::Seed::from_bytes(dice.bytes("seed"));
        let row = Device {
            id: id.clone(),
            account: identity.account.id.clone(),
            name: name.to_owned(),
            offset_steps: 0,
            registered_at: self.now(),
            last_used_at: None,
            suspended_until: None,
            hold: None,
            case: None,
        };
        let (key, bytes) = (name.to_lowercase(), *seed.as_bytes());
        self.db()
            .write(move |tx| store::device::insert(tx, &row, &key, &bytes))
            .await
            .expect("a device");
        Authenticator { id, seed, ahead: 0 }
    }

    /// The devices of an account as the store has them.
    pub async fn devices(&self, account: &AccountId) -> Vec<Device> {
        let id = account.clone();
        let found = self
            .db()
            .read(move |tx| store::device::of_account(tx, &id))
            .await;
        found.expect("devices")
    }

    /// Names the address and gives the password; answers the page after it.
    pub async fn give_password(&self, browser: &mut Browser, identity: &Identity) -> Answer {
        let page = browser
            .submit(
                "/signin",
                &[("user", "root"), ("email", &identity.account.email)],
            )
            .await;
        let action = page.action("/password");
        browser
            .submit(&action, &[("password", &identity.password)])
            .await
    }

    /// Signs in with the app, or with the mailed code where there is none and the browser is new.
    pub async fn sign_in(
        &self,
        browser: &mut Browser,
        identity: &Identity,
        device: Option<&Authenticator>,
    ) -> Answer {
        let mut page = self.give_password(browser, identity).await;
        if let Some(device) = device {
            if page.input("device").as_deref() != Some(device.id.as_str())
                || page.input("code").is_none()
            {
                let action = page.action("/device");
                page = browser
                    .submit(&action, &[("device", device.id.as_str())])
                    .await;
            }
            let action = page.action("/factor");
            let code = device.code(self.now());
            let fields = [("device", device.id.as_str()), ("code", code.as_str())];
            return browser.submit(&action, &fields).await;
        }
        if page.path.starts_with("/console") {
            return page;
        }
        let letter = self
            .mail(MailKind::SignInCode, &identity.account.email)
            .await;
        let code = letter.and_then(|l| l.order.code).expect("a mailed code");
        let action = page.action("/mail-code");
        browser.submit(&action, &[("code", &code)]).await
    }
}
