//! Adapters against real counterparts on loopback.
#[cfg(test)]
mod smtp;
