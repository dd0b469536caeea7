//! The three protocols: an input is decoded and checked, an output or a refusal is put into its envelope.

pub mod query;
