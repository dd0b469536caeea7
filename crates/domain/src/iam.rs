//! IAM: the identities of an account besides its root user, what they are named, and the keys by which programs sign.
//!
//! What IAM knows of is an [`Entity`]: a user, a group, a role, a managed policy, an MFA device. All share a head (unique
//! id, name, path, tags) and differ in a body. Reference for names and formats: *IAM identifiers* of the AWS IAM User
//! Guide.

pub mod access_key;
pub mod caller;
pub mod entity;
pub mod quota;
pub mod said;
