//! factors.
