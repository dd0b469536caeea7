//! What we send: one stream of 20 ms frames, sound while a prompt plays and silence between, so that the far side never
//! takes the line for dead.

use super::FRAME;
use super::g711::Law;
use super::packet::Packet;
use std::sync::Arc;

/// A prompt, ready to be sent.
pub type Sound = Arc<[i16]>;

/// The stream of one call.
#[derive(Debug)]
pub struct Stream {
    law: Law,
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    playing: Option<(Sound, usize)>,
    begins: bool,
    packet: Vec<u8>,
}

impl Stream {
    /// A stream whose source, first number and first timestamp are these random bytes (RFC 3550 section 5.1).
    pub fn new(law: Law, random: [u8; 10]) -> Self {
        let [s0, s1, s2, s3, t0, t1, t2, t3, n0, n1] = random;
        Self {
            law,
            sequence: u16::from_be_bytes([n0, n1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([s0, s1, s2, s3]),
            playing: None,
            begins: true,
            packet: Vec::with_capacity(super::packet::HEAD + FRAME),
        }
    }

    /// The law it speaks in.
    pub const fn law(&self) -> Law {
        self.law
    }

    /// Speaks in this law from now on, in the middle of a prompt too.
    pub fn speak(&mut self, law: Law) {
        self.law = law;
    }

    /// Begins to play, in the place of what plays.
    pub fn play(&mut self, sound: Sound) {
        self.begins = true;
        self.playing = Some((sound, 0));
    }

    /// Falls silent.
    pub fn hush(&mut self) {
        self.playing = None;
    }

    /// Whether something plays.
    pub const fn plays(&self) -> bool {
        self.playing.is_some()
    }

    /// The packet of the next 20 ms.
    pub fn next_packet(&mut self) -> &[u8] {
        let mut frame = [self.law.silence(); FRAME];
        let mut over = false;
        if let Some((sound, at)) = &mut self.playing {
            let rest = sound.get(*at..).unwrap_or_default();
            for (to, from) in frame.iter_mut().zip(rest) {
                *to = self.law.encode(*from);
            }
            *at += FRAME;
            over = *at >= sound.len();
        }
        if over {
            self.playing = None;
        }
        let packet = Packet {
            marker: std::mem::take(&mut self.begins),
            payload_type: self.law.payload_type(),
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
            payload: &frame,
        };
        packet.write(&mut self.packet);
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
        &self.packet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_goes_out_whole_and_in_order_and_is_followed_by_silence() {
        let samples: Vec<i16> = (0..400).map(|n| n * 50).collect();
        let mut stream = Stream::new(Law::A, [0xFF; 10]);
        stream.play(samples.clone().into());
        let mut heard = Vec::new();
        for number in 0..4_u16 {
            let bytes = stream.next_packet().to_vec();
            let packet = Packet::parse(&bytes).unwrap();
            assert_eq!(packet.sequence, number.wrapping_sub(1));
            assert_eq!(packet.timestamp, (u32::from(number) * 160).wrapping_sub(1));
            assert_eq!((packet.ssrc, packet.payload_type), (u32::MAX, 8));
            assert_eq!(packet.marker, number == 0);
            heard.extend_from_slice(packet.payload);
        }
        assert!(!stream.plays());
        let wanted: Vec<u8> = samples.iter().map(|s| Law::A.encode(*s)).collect();
        assert_eq!(heard[..400], wanted);
        assert!(heard[400..].iter().all(|byte| *byte == Law::A.silence()));
    }
}
