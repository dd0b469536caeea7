//! Rows of IAM: entities, access keys, who is in which group, policies, and what revokes session tokens.

pub mod access_key;
pub mod entity;
pub mod policy;
pub mod standing;
