//! Adapters against real counterparts on loopback.
#[cfg(test)]
mod desk;
mod http;
mod sip;
#[cfg(test)]
mod smtp;
