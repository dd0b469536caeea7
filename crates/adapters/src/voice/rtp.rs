//! Sound and keys as packets (RTP, RFC 3550; telephone events, RFC 4733): everything here is pure, the sockets are
//! elsewhere.
//!
//! Invariant: what comes from outside is read by functions that cannot fail other than by saying that it is nothing.

pub mod event;
pub mod g711;
pub mod gate;
pub mod packet;
pub mod stream;

/// Samples, and with G.711 also bytes, in one packet: 20 ms at 8 kHz.
pub const FRAME: usize = 160;
/// The time between two packets.
pub const PACE: std::time::Duration = std::time::Duration::from_millis(20);
