//! "Mail me my sign-in addresses": which account an address signs in to, told to its mailbox alone (P-23).
//!
//! Anyone can ask for anybody's, so the answer is the same whatever was typed, and the same rows are written. Such mails
//! get a part of those that anyone can cause (`budget`): a stranger who asks again and again cannot use up the mails by
//! which the owner sets a new password.

use crate::budget::{self, About};
use crate::commit::Writer;
use crate::context::Ctx;
use crate::reset::{about, mailable};
use crate::{App, Error, landing};
use domain::audit::{Actor, Event, Record};
use domain::mail::{MailKind, MailOrder};
use domain::refusal::{Code, Refusal};
use factors::email::Email;

impl App {
    /// Mails what an address signs in to. The answer is the same whatever was typed.
    ///
    /// # Errors
    /// `GL-SIGNIN-006` when it is no address.
    pub async fn mail_sign_in_addresses(&self, ctx: &Ctx, typed: &str) -> Result<(), Error> {
        let email = Email::parse(typed).map_err(|_| Refusal::new(Code::NotAnEmail).at("email"))?;
        let (writer, ctx) = (Writer::of(self, ctx), ctx.clone());
        self.db()
            .write(move |tx| {
                let account = mailable(tx, &email)?;
                let may = budget::take(tx, email.key(), About::Other, ctx.now)?.is_some();
                let to = account.as_ref().map_or(email.shown(), |a| &a.email);
                let mut mail = MailOrder::new(MailKind::SignInAddresses, to, ctx.locale)
                    .origin(&ctx.client, ctx.now);
                mail.link = Some(landing::CONSOLE_HOME.to_owned());
                mail.account = account.as_ref().map(|a| a.id.clone());
                if account.is_none() || !may {
                    mail.kind = MailKind::Decoy;
                }
                writer.mail(tx, 0, &mail)?;
                let record = Record::new(Event::SignInAddressesRequested, Actor::Anonymous)
                    .from(&ctx.client);
                writer.audit(tx, 0, &about(record, account.as_ref()))
            })
            .await
    }
}
