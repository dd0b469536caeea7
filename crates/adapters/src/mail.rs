//! Mail that really goes out.

pub mod smtp;
