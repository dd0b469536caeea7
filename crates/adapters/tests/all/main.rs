//! Adapters against real counterparts on loopback.
#[cfg(test)]
mod desk;
#[cfg(test)]
mod http;
#[cfg(test)]
mod sip;
#[cfg(test)]
mod smtp;
