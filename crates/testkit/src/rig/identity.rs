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

/// Where devices, saved codes and sessions are.
pub const CREDENTIALS: &str = "/console/security-credentials";

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
    /// An app that took in a key as a page shows it, registered as this device.
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

    /// Registers an app through the pages, in a session that is fresh. Answers it and the page after.
    pub async fn register(&self, browser: &mut Browser, name: &str) -> (Authenticator, Answer) {
        let page = browser.open(&format!("{CREDENTIALS}/devices/new")).await;
        assert!(page.input("name").is_some(), "{}", page.text());
        let page = browser
            .submit(&format!("{CREDENTIALS}/devices/new"), &[("name", name)])
            .await;
        self.assign(browser, &page).await
    }

    /// Takes in the key that the page of a new device shows, and types the code.
    pub async fn assign(&self, browser: &mut Browser, page: &Answer) -> (Authenticator, Answer) {
        let key = page
            .element("key")
            .unwrap_or_else(|| panic!("no key on {}:\n{}", page.path, page.text()));
        let nobody = DeviceId::draw(&self.ctx().dice, "nobody");
        let mut app = Authenticator::from_key(nobody, &key);
        let code = app.code(self.now());
        let answer = browser.submit(&page.path, &[("code", &code)]).await;
        if let Some(id) = self.newest_device().await {
            app.id = id;
        }
        (app, answer)
    }

    async fn newest_device(&self) -> Option<DeviceId> {
        let page = self
            .db()
            .read(|tx| store::account::page(tx, "", 100))
            .await
            .expect("accounts");
        let mut newest: Option<Device> = None;
        for account in page {
            for device in self.devices(&account.id).await {
                if newest
                    .as_ref()
                    .is_none_or(|n| n.registered_at <= device.registered_at)
                {
                    newest = Some(device);
                }
            }
        }
        newest.map(|device| device.id)
    }

    /// The codes that a page shows to be kept; says that they are.
    pub async fn keep_codes(&self, browser: &mut Browser, page: &Answer) -> Vec<String> {
        let list = page.element("codes").expect("codes to be kept");
        let codes = list.split_whitespace().map(str::to_owned).collect();
        browser.submit(&page.path, &[("kept", "yes")]).await;
        codes
    }

    /// Gives fresh proof where the page asks for it, and answers the page behind.
    pub async fn prove(
        &self,
        browser: &mut Browser,
        page: &Answer,
        identity: &Identity,
        device: Option<&Authenticator>,
    ) -> Answer {
        let back = page.input("return_to").expect("a page that asks for proof");
        let code = device.map(|d| d.code(self.now())).unwrap_or_default();
        let id = device.map(|d| d.id.to_string()).unwrap_or_default();
        let mut fields = vec![
            ("return_to", back.as_str()),
            ("password", identity.password.as_str()),
        ];
        if device.is_some() {
            fields.extend([("device", id.as_str()), ("code", code.as_str())]);
        }
        browser.submit("/console/step-up", &fields).await
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
        browser.open("/signin?return_to=/console/home").await;
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
