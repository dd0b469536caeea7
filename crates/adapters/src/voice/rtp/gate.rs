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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PHONE: ([u8; 4], u16) = ([192, 0, 2, 7], 4000);

    fn phone() -> SocketAddr {
        PHONE.into()
    }

    fn packet(payload_type: u8, ssrc: u32, timestamp: u32, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let packet = Packet {
            marker: false,
            payload_type,
            sequence: 1,
            timestamp,
            ssrc,
            payload,
        };
        packet.write(&mut bytes);
        bytes
    }

    fn key(number: u8, ssrc: u32, timestamp: u32) -> Vec<u8> {
        let event = Event {
            number,
            end: true,
            duration: 800,
        };
        packet(101, ssrc, timestamp, &event.to_bytes())
    }

    #[test]
    fn only_the_negotiated_address_port_and_kinds_are_heard() {
        let mut gate = Gate::new(phone(), 0, Some(101));
        let elsewhere = [([192, 0, 2, 8], 4000), ([192, 0, 2, 7], 4001)];
        for from in elsewhere {
            assert_eq!(gate.hear(from.into(), &key(1, 7, 0)), Heard::Nothing);
        }
        assert_eq!(
            gate.hear(phone(), &packet(8, 9, 0, &[0; 160])),
            Heard::Nothing
        );
        assert_eq!(
            gate.hear(phone(), &packet(96, 9, 0, &[1, 0, 0, 0])),
            Heard::Nothing
        );
        assert_eq!(
            gate.hear(phone(), &packet(0, 7, 0, &[0; 160])),
            Heard::Sound
        );
        assert_eq!(gate.hear(phone(), &key(1, 7, 0)), Heard::Key(1));
        assert_eq!(gate.hear(phone(), &key(1, 7, 0)), Heard::Nothing);
    }

    #[test]
    fn a_second_source_is_an_intruder() {
        let mut gate = Gate::new(phone(), 0, Some(101));
        assert_eq!(
            gate.hear(phone(), &packet(0, 7, 0, &[0; 160])),
            Heard::Sound
        );
        assert_eq!(gate.hear(phone(), &key(1, 8, 0)), Heard::Intruder);
    }

    #[test]
    fn what_rang_before_the_answer_gives_way_once_and_presses_nothing() {
        let mut gate = Gate::new(phone(), 0, Some(101));
        gate.before_the_answer(phone(), &key(9, 1, 0));
        assert_eq!(
            gate.hear(phone(), &packet(0, 1, 0, &[0; 160])),
            Heard::Sound
        );
        assert_eq!(
            gate.hear(phone(), &packet(0, 2, 0, &[0; 160])),
            Heard::Sound
        );
        assert_eq!(
            gate.hear(phone(), &packet(0, 1, 0, &[0; 160])),
            Heard::Intruder
        );
        let mut gate = Gate::new(phone(), 0, Some(101));
        gate.before_the_answer(phone(), &packet(0, 1, 0, &[0; 160]));
        assert_eq!(gate.hear(phone(), &key(5, 1, 900)), Heard::Key(5));
        assert_eq!(
            gate.hear(phone(), &packet(0, 2, 0, &[0; 160])),
            Heard::Intruder
        );
    }

    #[test]
    fn a_session_that_moves_has_another_address_and_may_have_another_source() {
        let mut gate = Gate::new(phone(), 0, Some(101));
        assert_eq!(gate.hear(phone(), &key(1, 7, 0)), Heard::Key(1));
        let moved = SocketAddr::from(([192, 0, 2, 7], 5000));
        gate.moved(moved, 8, Some(96));
        assert_eq!(gate.hear(phone(), &key(2, 7, 5000)), Heard::Nothing);
        assert_eq!(gate.hear(moved, &packet(8, 8, 0, &[0; 160])), Heard::Sound);
        gate.moved(moved, 8, Some(96));
        assert_eq!(
            gate.hear(moved, &packet(8, 9, 0, &[0; 160])),
            Heard::Intruder
        );
    }

    proptest! {
        #[test]
        fn no_bytes_from_elsewhere_are_ever_heard(
            bytes in proptest::collection::vec(any::<u8>(), 0..64), port in 1_u16..u16::MAX,
        ) {
            prop_assume!(port != PHONE.1);
            let mut gate = Gate::new(phone(), 0, Some(101));
            prop_assert_eq!(gate.hear((PHONE.0, port).into(), &bytes), Heard::Nothing);
        }
    }
}
