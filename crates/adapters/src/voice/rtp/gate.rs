//! Who may be heard: packets from the negotiated address and port, of one source, of the negotiated kinds.
//!
//! The source is fixed by the first sound or key after the answer; a second one ends the call, because nobody can know
//! which of the two is the person. One thing is forgiven: what played before the answer (a ringing tone of the carrier)
//! often runs on for a moment, so a source that was heard before the answer gives way once, within the first seconds,
//! and only if it pressed no key.

use super::event::{Event, Presses};
use super::packet::Packet;
use std::net::SocketAddr;

/// Packets after the answer in which an early source may still give way: 3 s of sound.
const GIVES_WAY: u32 = 150;

/// What a packet was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nothing for us: another sender, no RTP, another kind of payload, a key that was counted already.
    Nothing,
    /// Sound of the person called.
    Sound,
    /// A key, by its event number.
    Key(u8),
    /// A second source: the call must end.
    Intruder,
}

/// The gate of one call.
#[derive(Debug)]
pub struct Gate {
    from: SocketAddr,
    sound: u8,
    keys: Option<u8>,
    early: Option<u32>,
    source: Option<u32>,
    passed: u32,
    pressed: bool,
    presses: Presses,
}

impl Gate {
    /// Lets packets from this address through, of these payload types.
    pub fn new(from: SocketAddr, sound: u8, keys: Option<u8>) -> Self {
        Self {
            from,
            sound,
            keys,
            early: None,
            source: None,
            passed: 0,
            pressed: false,
            presses: Presses::default(),
        }
    }

    /// A packet that came before the call was answered: nothing counts, but its source is remembered.
    pub fn before_the_answer(&mut self, from: SocketAddr, bytes: &[u8]) {
        if let Some(packet) = self.read(from, bytes) {
            self.early = Some(packet.ssrc);
        }
    }

    /// The session was negotiated anew within the dialog: another address, perhaps another source.
    pub fn moved(&mut self, from: SocketAddr, sound: u8, keys: Option<u8>) {
        if from != self.from {
            self.early = None;
            self.source = None;
        }
        (self.from, self.sound, self.keys) = (from, sound, keys);
    }

    /// A packet that came in.
    pub fn hear(&mut self, from: SocketAddr, bytes: &[u8]) -> Heard {
        let Some(packet) = self.read(from, bytes) else {
            return Heard::Nothing;
        };
        self.passed = self.passed.saturating_add(1);
        let (payload_type, source) = (packet.payload_type, packet.ssrc);
        if self.source != Some(source) {
            if self.source.is_some_and(|known| !self.gives_way(known)) {
                return Heard::Intruder;
            }
            if self.source.replace(source).is_some() {
                self.early = None;
            }
            self.presses = Presses::default();
        }
        if payload_type == self.sound {
            return Heard::Sound;
        }
        let press = Event::parse(packet.payload)
            .and_then(|event| self.presses.hear(packet.timestamp, event));
        match press {
            Some(number) => {
                self.pressed = true;
                Heard::Key(number)
            }
            None => Heard::Nothing,
        }
    }

    fn gives_way(&self, source: u32) -> bool {
        self.early == Some(source) && self.passed <= GIVES_WAY && !self.pressed
    }

    fn read<'a>(&self, from: SocketAddr, bytes: &'a [u8]) -> Option<Packet<'a>> {
        if from != self.from {
            return None;
        }
        let packet = Packet::parse(bytes)?;
        let ours = packet.payload_type == self.sound || Some(packet.payload_type) == self.keys;
        ours.then_some(packet)
    }
}

#[cfg(test)]
mod tests;
