//! A code that was mailed and waits to be typed on the page that asked for it.

use super::{CODE_TRIES, MOST_MAILS};
use crate::refusal::{Code, Refusal};
use crate::secret::equal;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// A mailed code that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailedCode {
    /// HMAC of the mailed code; nothing fits an empty one.
    pub code: Vec<u8>,
    /// When it was mailed.
    pub mailed_at: Timestamp,
    /// Wrong entries it still admits.
    pub tries_left: u32,
    /// Mails so far.
    pub mails: u32,
}

impl MailedCode {
    /// A code just mailed, in the mail of that number.
    pub const fn new(hmac: Vec<u8>, mails: u32, now: Timestamp) -> Self {
        Self {
            code: hmac,
            mailed_at: now,
            tries_left: CODE_TRIES,
            mails,
        }
    }

    /// The number of the next mail.
    ///
    /// # Errors
    /// `GL-SIGNIN-012` when the mails are used up.
    pub fn next(&self, life: Span) -> Result<u32, Refusal> {
        if self.mails >= MOST_MAILS {
            return Err(Refusal::new(Code::MailWait).until(self.mailed_at + life));
        }
        Ok(self.mails + 1)
    }

    /// A code was typed; `hmac` is that of what was typed, nothing if it has not even the shape. A refusal is to be saved
    /// too: it costs a try.
    ///
    /// # Errors
    /// `GL-SIGNIN-007` with the tries left, `GL-SIGNIN-008` when the code has run out.
    pub fn typed(
        &mut self,
        hmac: Option<&[u8]>,
        life: Span,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if now.since(self.mailed_at) >= life || self.tries_left == 0 {
            return Err(Refusal::new(Code::MailCodeOver).at("code"));
        }
        if !self.code.is_empty() && hmac.is_some_and(|typed| equal(typed, &self.code)) {
            return Ok(());
        }
        self.tries_left -= 1;
        Err(Refusal::new(Code::WrongMailCode)
            .at("code")
            .left(self.tries_left))
    }
}
