//! The circumstances of one request: who, from where, when, in which language, with which dice.
//!
//! The clock is read and the dice are thrown here, once a request, and nowhere else.

use crate::operator::SignedIn;
use crate::token::TokenHash;
use crate::{App, Error};
use domain::client::Client;
use domain::dice::Dice;
use domain::ids::RequestId;
use domain::locale::Locale;
use domain::refusal::Code;
use domain::session::Session;
use domain::sign_in::Moment;
use domain::time::Timestamp;
use std::sync::Arc;

/// The circumstances of one request.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The present.
    pub now: Timestamp,
    /// The dice thrown for this request.
    pub dice: Dice,
    /// Address and device.
    pub client: Client,
    /// The language of the page.
    pub locale: Locale,
    /// The browser, by the hash of its cookie; nothing before it has one.
    pub browser: Option<TokenHash>,
    /// The cookie of a browser that completed a sign-in, by its hash.
    pub known: Option<TokenHash>,
    /// The session of a root user, when signed in. Never beside an operator's.
    pub session: Option<Session>,
    /// The session of an operator, on pages for operators.
    pub operator: Option<Arc<SignedIn>>,
    /// Names the request in logs and on error pages.
    pub request: RequestId,
}

impl Ctx {
    /// A context for `client`, now, with fresh dice.
    pub fn new(app: &App, client: Client, locale: Locale) -> Self {
        let now = app.now();
        let dice = Dice::new(app.ports().entropy.seed()).at(now);
        Self {
            now,
            request: RequestId::draw(&dice, ""),
            dice,
            client,
            locale,
            browser: None,
            known: None,
            session: None,
            operator: None,
        }
    }

    /// What the machines need of it.
    pub fn moment(&self) -> Moment<'_> {
        Moment {
            now: self.now,
            client: &self.client,
            locale: self.locale,
            dice: &self.dice,
        }
    }

    /// The browser, for flows that are bound to it.
    ///
    /// # Errors
    /// `GL-SIGNIN-001` when the browser sends no cookie.
    pub fn browser(&self) -> Result<&TokenHash, Error> {
        self.browser.as_ref().ok_or_else(|| Code::FlowOver.into())
    }

    /// The session of the root user.
    ///
    /// # Errors
    /// `GL-SESSION-001` when nobody is signed in.
    pub fn root(&self) -> Result<&Session, Error> {
        self.session
            .as_ref()
            .ok_or_else(|| Code::SignInNeeded.into())
    }

    /// The session of the operator.
    ///
    /// # Errors
    /// `GL-OPER-001` when no operator is signed in.
    pub fn operator(&self) -> Result<&SignedIn, Error> {
        self.operator
            .as_deref()
            .ok_or_else(|| Code::OperatorSignInNeeded.into())
    }

    /// The same with the authenticator used within ten minutes: for what an operator decides.
    ///
    /// # Errors
    /// `GL-OPER-001`, `GL-OPER-004`.
    pub fn fresh_operator(&self) -> Result<&SignedIn, Error> {
        let found = self.operator()?;
        if found.session.fresh(self.now) {
            Ok(found)
        } else {
            Err(Code::OperatorProofNeeded.into())
        }
    }
}
