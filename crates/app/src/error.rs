//! What a verb can end in besides success.

use domain::iam::said::Said;
use domain::refusal::{Code, Refusal};
use store::StoreError;

/// Why a verb did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Expected: the person or client asked for something that cannot be.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// The same, of an operation of the API: AWS's code and a sentence.
    #[error("refused: {0}")]
    Said(Said),
    /// The store failed. Nothing was changed.
    #[error(transparent)]
    Store(StoreError),
    /// Something that cannot be was found.
    #[error("fault: {0}")]
    Fault(&'static str),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<Said> for Error {
    fn from(said: Said) -> Self {
        Self::Said(said)
    }
}

impl From<StoreError> for Error {
    /// A store that is away, busy or full is a refusal that says to try again; the rest is a fault.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Unavailable(_) | StoreError::Full => {
                tracing::warn!(%error, "the store refused work");
                Self::Refused(Code::StoreAway.into())
            }
            other => Self::Store(other),
        }
    }
}

impl Error {
    /// The refusal, if it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Said(_) | Self::Store(_) | Self::Fault(_) => None,
        }
    }
}
