//! The services as generated from their models: one file each, tables and structs (`cargo xtask codegen`).

pub mod cloudtrail;
pub mod iam;
pub mod signin;
pub mod sts;
