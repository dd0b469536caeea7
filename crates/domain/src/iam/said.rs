//! What callers of the API are told when something cannot be: AWS's code, its HTTP status, and a sentence.
//!
//! Codes and most sentences are AWS's own, because programs look at them. Beside each stands where it is from:
//! the service models (`errors` of each operation), or the page *Common errors* of the API references.

/// A refusal as it goes out over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What was refused.
    pub code: Wire,
    /// The sentence.
    pub message: String,
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $status:literal;)*) => {
        /// The codes, by their names on the wire.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Wire { $($(#[doc = $doc])* $name,)* }

        impl Wire {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it stands in an answer.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// The refusal with this sentence.
            pub fn say(self, message: impl Into<String>) -> Said {
                Said { code: self, message: message.into() }
            }
        }
    };
}

codes! {
    /// No policy allows it, or one denies it.
    AccessDenied = 403;
    /// The access key or its session token is not known, or not in force.
    InvalidClientTokenId = 403;
    /// The session token has run out, or was revoked.
    ExpiredToken = 403;
    /// The signature is not that of the key.
    SignatureDoesNotMatch = 403;
    /// There is no such thing.
    NoSuchEntity = 404;
    /// There is one already.
    EntityAlreadyExists = 409;
    /// Something hangs on it.
    DeleteConflict = 409;
    /// A quota is used up.
    LimitExceeded = 409;
    /// A parameter that is well formed and makes no sense.
    InvalidInput = 400;
    /// A parameter that breaks a rule.
    ValidationError = 400;
    /// A policy document that cannot be understood.
    MalformedPolicyDocument = 400;
    /// The code of an MFA device is wrong.
    InvalidAuthenticationCode = 403;
    /// It belongs to a service and is not changed here.
    UnmodifiableEntity = 400;
    /// The policy is not for entities of this kind.
    PolicyNotAttachable = 400;
    /// The policies and tags of a session are too much together.
    PackedPolicyTooLarge = 400;
    /// Two callers changed the same thing at one time.
    ConcurrentModification = 409;
    /// The operation is not served.
    InvalidAction = 400;
    /// Too much at one time; worth another try.
    Throttling = 400;
    /// The store cannot be reached; worth another try.
    ServiceUnavailable = 503;
    /// A fault of the server.
    InternalFailure = 500;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_as_aws_spells_them() {
        assert_eq!(Wire::NoSuchEntity.as_str(), "NoSuchEntity");
        assert_eq!(Wire::NoSuchEntity.status(), 404);
        assert!(
            Wire::ALL
                .iter()
                .all(|code| (400..600).contains(&code.status()))
        );
        let said = Wire::NoSuchEntity.say("The user with name Zhang cannot be found.");
        assert_eq!(
            said.to_string(),
            "NoSuchEntity: The user with name Zhang cannot be found."
        );
    }
}
