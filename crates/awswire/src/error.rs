//! What is refused on the wire: a code and a message that every protocol wraps in its own envelope.

use std::borrow::Cow;

use crate::model::{Protocol, Service};

/// A refusal as it goes out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct WireError {
    /// What programs look at.
    pub code: Cow<'static, str>,
    /// What people read. It says nothing that the caller may not know.
    pub message: Cow<'static, str>,
    /// HTTP status; from 500 on the fault is the receiver's.
    pub status: u16,
    /// Further members of a JSON body, such as the `error` of an OAuth answer.
    pub fields: Vec<(&'static str, Cow<'static, str>)>,
}

impl WireError {
    /// A refusal.
    pub fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            status,
            fields: Vec::new(),
        }
    }

    /// With one more member in a JSON body.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// A value that breaks a constraint of the model, under the code of the service's protocol.
    pub fn validation(service: &Service, message: impl Into<Cow<'static, str>>) -> Self {
        let code = match service.protocol {
            Protocol::Query => "ValidationError",
            Protocol::Json11 | Protocol::RestJson => "ValidationException",
        };
        Self::new(400, code, message)
    }

    /// A form that cannot be read as the operation's input.
    pub(crate) fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "MalformedInput", message)
    }

    /// Is the fault the caller's?
    #[must_use]
    pub fn is_sender(&self) -> bool {
        self.status < 500
    }
}

/// An answer: what goes into the HTTP message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `x-amzn-ErrorType`, where JSON services say it.
    pub error_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}
