//! What is wrong with an installation: a permanent code, what was found, and what to do.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Good to know.
    Note,
    /// Works, but should be mended.
    Warning,
    /// Does not work, or is not safe.
    Error,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) code: &'static str,
    pub(crate) level: Level,
    /// The key of the configuration, the file or the part it is about.
    pub(crate) about: String,
    pub(crate) found: String,
    pub(crate) remedy: String,
}

impl Finding {
    /// An error about a key, a file or a part.
    pub(crate) fn error(
        code: &'static str,
        about: impl Into<String>,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            code,
            level: Level::Error,
            about: about.into(),
            found: found.into(),
            remedy: remedy.into(),
        }
    }

    /// The same, less bad.
    #[must_use]
    pub(crate) fn at(mut self, level: Level) -> Self {
        self.level = level;
        self
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let level = match self.level {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "ERROR",
        };
        write!(
            f,
            "{} {level} {}: {}\n    {}",
            self.code, self.about, self.found, self.remedy
        )
    }
}
