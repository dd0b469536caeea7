//! Adapters against real counterparts on loopback.
#[cfg(test)]
mod sip;
#[cfg(test)]
mod smtp;
