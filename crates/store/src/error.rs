//! What the store can answer other than a result.
//!
//! Invariant: no message holds a value of a row or a parameter. Names of statements, tables, columns and
//! constraints, and the engine's own code, are all that is ever said; what a database adds of its own words may
//! repeat a person's data.

/// Why a statement or a unit of work did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A row that had to be there is not.
    #[error("{statement}: no such row")]
    NotFound {
        /// The statement that asked.
        statement: &'static str,
    },
    /// The change contradicts what is stored: a unique index is violated, a row is still referred to, or
    /// [`Tx::run_one`](crate::Tx::run_one) did not meet exactly one row.
    ///
    /// For a unique index `what` names its columns, in index order and on both engines alike:
    /// `table.column` or `table.first, table.second`; for an index over expressions, the index. For a foreign key it is `reference`; for `run_one` it is
    /// the name of the statement.
    #[error("conflict on {what}")]
    Conflict {
        /// What was in the way.
        what: String,
    },
    /// Too much waits already, or another process holds the store for longer than the timeout. Worth another try.
    #[error("the store is busy")]
    Busy,
    /// The database cannot be reached, or was lost while it answered. Worth another try; the text says whether
    /// the work may nevertheless have been done.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// The disk, or the space given to the store, is full. Nothing was written.
    #[error("the store is out of space")]
    Full,
    /// What is stored is not what can have been written.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// A sealed column does not open: it was changed, moved from another row, or sealed by a key that is gone.
    #[error("{place}: sealed value does not open")]
    Sealed {
        /// Table and column.
        place: String,
    },
    /// The store, the key ring or the folder may not be used as it stands; the text says what to do.
    #[error("{0}")]
    Unfit(String),
    /// A fault of the program or of the engine.
    #[error("store fault: {0}")]
    Other(String),
}

impl StoreError {
    /// Whether it is a unique violation of exactly these columns, written as in [`StoreError::Conflict`].
    pub fn is_conflict_on(&self, columns: &str) -> bool {
        matches!(self, Self::Conflict { what } if what == columns)
    }

    /// Whether the same work may well succeed a moment later.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_))
    }

    pub(crate) fn closing() -> Self {
        Self::Unavailable("it is being closed".to_owned())
    }

    pub(crate) fn fault(text: impl Into<String>) -> Self {
        Self::Other(text.into())
    }

    pub(crate) fn unfit(text: impl Into<String>) -> Self {
        Self::Unfit(text.into())
    }

    /// A file that could not be read or written: the kind of error and the path, no content.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Unfit(format!("{}: {error}", path.display())),
        }
    }
}
