//! The telephone: what it says, and how that travels.

pub mod prompts;
pub mod wav;
