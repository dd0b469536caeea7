//! The pages of MFA devices, saved codes, sessions and fresh proof.

pub(crate) mod step_up;
