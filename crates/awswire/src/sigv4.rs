//! Signature Version 4: what a request presents, and whether who sent it had the secret.
//!
//! Two steps, two types. [`Presented`] is what the request says of itself: nothing in it is to be believed, it serves to look
//! the key up. [`Verified`] comes from [`Presented::verify`] alone. Between the two the caller finds the secret and derives
//! the [`SigningKey`], which may be kept for a day by its scope.
//!
//! A verified request may still be sent twice: within five minutes nothing here tells the second from the first. Who answers
//! calls that must not happen twice asks for a client token.
//!
//! ```
//! use awswire::sigv4::{Payload, Presented, Refused, Request, Rules, SigningKey};
//! use awswire::value::Timestamp;
//!
//! let headers = http::HeaderMap::new();
//! let request = Request { method: "POST", path: "/", query: "", headers: &headers, authority: None };
//! let refused = Presented::read(&request).err();
//! assert_eq!(refused, Some(Refused::Missing));
//! ```

mod canonical;
mod key;
mod present;
mod verify;

use std::borrow::Cow;

use crate::error::WireError;
use crate::model::Protocol;
use crate::time;
use crate::value::Timestamp;

pub use canonical::Paths;
pub use key::SigningKey;
pub use present::{Form, Presented, Request};
pub use verify::{Payload, Rules, Verified};

/// The only algorithm that is taken.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// How far a signer's clock may be off.
pub const SKEW_MILLIS: i64 = 5 * 60 * 1_000;

/// Why a signature is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is none.
    #[error("no signature")]
    Missing,
    /// What is there is no whole signature.
    #[error("incomplete: {0}")]
    Incomplete(String),
    /// Signed with another algorithm, such as the asymmetric one (SigV4a).
    #[error("algorithm {0}")]
    Algorithm(String),
    /// Made for another service.
    #[error("for another service than {0}")]
    Service(String),
    /// The scope is not what it must be, in these words.
    #[error("scope: {0}")]
    Scope(String),
    /// A header that must be signed is not.
    #[error("{0} is not signed")]
    Unsigned(String),
    /// The body is not covered, or is not what the signature covers.
    #[error("payload: {0}")]
    Payload(&'static str),
    /// Too old.
    #[error("expired")]
    Expired {
        /// When it was signed.
        signed: Timestamp,
        /// The present.
        now: Timestamp,
        /// For how long it was good.
        millis: i64,
    },
    /// From the future.
    #[error("not yet current")]
    Early {
        /// When it was signed.
        signed: Timestamp,
        /// The present.
        now: Timestamp,
    },
    /// It is another signature than the secret makes.
    #[error("does not match")]
    Mismatch,
    /// The key or the session token is not known: said by whoever looks keys up.
    #[error("unknown key")]
    UnknownKey,
    /// The session token is expired: said by whoever opens tokens.
    #[error("expired token")]
    TokenExpired,
}

impl Refused {
    /// As the service says it. Nothing that was computed is told.
    #[must_use]
    pub fn into_wire(self, protocol: Protocol) -> WireError {
        let query = protocol == Protocol::Query;
        let (plain, json) = self.codes();
        let status = match (&self, protocol) {
            (Self::Incomplete(_) | Self::Algorithm(_), _) | (_, Protocol::Json11) => 400,
            _ => 403,
        };
        WireError::new(status, if query { plain } else { json }, self.message())
    }

    fn codes(&self) -> (&'static str, &'static str) {
        match self {
            Self::Missing => (
                "MissingAuthenticationToken",
                "MissingAuthenticationTokenException",
            ),
            Self::Incomplete(_) | Self::Algorithm(_) => {
                ("IncompleteSignature", "IncompleteSignatureException")
            }
            Self::UnknownKey => ("InvalidClientTokenId", "UnrecognizedClientException"),
            Self::TokenExpired => ("ExpiredToken", "ExpiredTokenException"),
            _ => ("SignatureDoesNotMatch", "InvalidSignatureException"),
        }
    }

    /// Recorded from the services, but for those marked, which no service is known to say.
    fn message(&self) -> Cow<'static, str> {
        let text = match self {
            Self::Missing => return "Request is missing Authentication Token".into(),
            Self::UnknownKey => {
                return "The security token included in the request is invalid.".into();
            }
            Self::TokenExpired => {
                return "The security token included in the request is expired".into();
            }
            Self::Mismatch => {
                return "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                        Access Key and signing method. Consult the service documentation for details."
                    .into();
            }
            // Ours.
            Self::Payload(what) => return (*what).into(),
            Self::Incomplete(what) | Self::Scope(what) => what.clone(),
            Self::Algorithm(name) if name.contains("ECDSA") => {
                // The second sentence is ours.
                format!("Unsupported AWS 'algorithm': '{name}'. Sign with {ALGORITHM}.")
            }
            Self::Algorithm(name) => format!("Unsupported AWS 'algorithm': '{name}'"),
            Self::Service(service) => {
                format!("Credential should be scoped to correct service: '{service}'. ")
            }
            Self::Unsigned(header) => {
                format!("'{header}' must be a 'SignedHeader' in the AWS Authorization.")
            }
            Self::Expired {
                signed,
                now,
                millis,
            } => {
                let limit = Timestamp::from_millis(now.as_millis() - millis);
                let [signed, limit, now] = [*signed, limit, *now].map(time::basic);
                let length = length(*millis);
                format!(
                    "Signature expired: {signed} is now earlier than {limit} ({now} - {length})"
                )
            }
            Self::Early { signed, now } => {
                let limit = Timestamp::from_millis(now.as_millis() + SKEW_MILLIS);
                let [signed, limit, now] = [*signed, limit, *now].map(time::basic);
                let length = length(SKEW_MILLIS);
                format!(
                    "Signature not yet current: {signed} is still later than {limit} ({now} + {length})"
                )
            }
        };
        text.into()
    }
}

/// What was sent, as far as it is repeated: an answer is not as long as whatever somebody sends.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

fn length(millis: i64) -> String {
    match millis / 1_000 {
        seconds if seconds % 60 == 0 => format!("{} min.", seconds / 60),
        seconds => format!("{seconds} sec."),
    }
}

#[cfg(test)]
mod tests;
