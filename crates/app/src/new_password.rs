//! Changing the password within a session.

use crate::api::session_token;
use crate::commit::Writer;
use crate::context::Ctx;
use crate::password::{Chosen, Near};
use crate::reset::Renewed;
use crate::session::{may_freshly, root};
use crate::{App, Error};
use domain::account::{PasswordFacts, PasswordOrigin};
use domain::audit::{Event, Record};
use domain::mail::{MailKind, MailOrder};
use domain::refusal::Code;
use domain::session::{Act, Origin};

impl App {
    /// Sets a new password. Fresh proof (the present password among it) was given on the way here; all other
    /// sessions of the account end, and the address is told.
    ///
    /// The new one proves a recovery once it was used with a registered device; one set in a recovered or held session
    /// keeps the hold as well.
    ///
    /// # Errors
    /// `GL-SESSION-001`, `GL-SESSION-002`, `GL-PWD-001`, `GL-PWD-002`, `GL-REQ-009`.
    pub async fn change_password(
        &self,
        ctx: &Ctx,
        typed: &str,
        again: &str,
    ) -> Result<Renewed, Error> {
        let session = ctx.root()?.clone();
        let (account, devices) = self.my_account(ctx).await?;
        let near = Near {
            email: account.email,
            name: Some(account.name),
            with_mfa: !devices.is_empty(),
        };
        let phc = match self.choose_password(ctx, typed, again, &near).await? {
            Chosen::Unmet(unmet) => return Ok(Renewed::Unmet(unmet)),
            Chosen::Hash(phc) => phc,
        };
        let writer = Writer::of(self, ctx);
        self.db()
            .write(move |tx| {
                may_freshly(tx, &session, Act::ChangePassword, writer.now)?;
                let account =
                    store::account::find(tx, &session.account)?.ok_or(Code::SignInNeeded)?;
                let recovered = matches!(session.origin, Origin::Recovered { .. });
                let hold = session.hold.filter(|hold| hold.until > writer.now);
                let facts = PasswordFacts {
                    origin: if recovered || hold.is_some() {
                        PasswordOrigin::Recovered
                    } else {
                        PasswordOrigin::Changed
                    },
                    set_at: writer.now,
                    good: false,
                    hold,
                };
                store::account::set_password(tx, &account.id, &phc, &facts)?;
                store::session::end_others(tx, &account.id, &session.id)?;
                session_token::end_root(tx, &account.id, &writer.dice)?;
                let notice =
                    MailOrder::new(MailKind::PasswordChanged, &account.email, account.locale)
                        .account(&account.id)
                        .origin(&writer.client, writer.now);
                writer.tell(tx, 0, &account, &notice)?;
                writer.audit(
                    tx,
                    0,
                    &Record::new(Event::PasswordUpdated, root(&session)).from(&writer.client),
                )?;
                Ok(Renewed::Done)
            })
            .await
    }
}
