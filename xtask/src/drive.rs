//! Driving a real server from outside: what the crash harness, the benchmark and the timing check share.
//!
//! A plain HTTP/1.1 client over one connection, a server process, and the walk of a person through the pages. No
//! library of the product is behind it but the one-time codes: what passes here passes for a browser.

pub(crate) mod cores;
pub(crate) mod http;
pub(crate) mod process;
pub(crate) mod walk;
