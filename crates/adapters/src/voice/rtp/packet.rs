//! The RTP packet (RFC 3550 section 5.1): fixed head, sources, extension, payload, padding.

/// A packet, as it lies in what was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The first packet of something.
    pub marker: bool,
    /// What the payload is.
    pub payload_type: u8,
    /// Counts packets.
    pub sequence: u16,
    /// Counts samples.
    pub timestamp: u32,
    /// Who sends.
    pub ssrc: u32,
    /// What is carried.
    pub payload: &'a [u8],
}

/// The length of the head without sources and extension.
pub const HEAD: usize = 12;

impl<'a> Packet<'a> {
    /// Reads a packet; `None` for anything that is none, RTCP among it.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, mut rest) = bytes.split_first_chunk::<HEAD>()?;
        let [flags, kind, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] = *head;
        if flags >> 6 != 2 {
            return None;
        }
        rest = rest.get(usize::from(flags & 15) * 4..)?;
        if flags & 0x10 != 0 {
            let (head, after) = rest.split_first_chunk::<4>()?;
            let [_, _, high, low] = *head;
            rest = after.get(usize::from(u16::from_be_bytes([high, low])) * 4..)?;
        }
        if flags & 0x20 != 0 {
            let padding = usize::from(*rest.last()?);
            let kept = rest.len().checked_sub(padding)?;
            rest = rest.get(..kept).filter(|_| padding > 0)?;
        }
        Some(Self {
            marker: kind & 0x80 != 0,
            payload_type: kind & 0x7F,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([c0, c1, c2, c3]),
            payload: rest,
        })
    }

    /// Writes the packet: no sources, no extension, no padding.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.clear();
        to.push(0x80);
        to.push(self.payload_type & 0x7F | if self.marker { 0x80 } else { 0 });
        to.extend_from_slice(&self.sequence.to_be_bytes());
        to.extend_from_slice(&self.timestamp.to_be_bytes());
        to.extend_from_slice(&self.ssrc.to_be_bytes());
        to.extend_from_slice(self.payload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sources_extension_and_padding_are_passed_over() {
        let mut bytes = vec![
            0x80 | 0x20 | 0x10 | 2,
            0x80 | 101,
            1,
            2,
            0,
            0,
            0,
            9,
            0,
            0,
            0,
            7,
        ];
        bytes.extend([0; 8]);
        bytes.extend([0xBE, 0xDE, 0, 1, 1, 2, 3, 4]);
        bytes.extend([42, 43, 0, 0, 3]);
        let packet = Packet::parse(&bytes).unwrap();
        assert!(packet.marker);
        assert_eq!((packet.payload_type, packet.sequence), (101, 258));
        assert_eq!((packet.timestamp, packet.ssrc), (9, 7));
        assert_eq!(packet.payload, [42, 43]);
    }

    #[test]
    fn what_is_none_is_nothing() {
        let good = [0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
        assert!(Packet::parse(&good).is_some());
        for length in 0..good.len() {
            assert_eq!(Packet::parse(&good[..length]), None);
        }
        for flags in [0x40, 0xC0, 0x81, 0x90, 0xA0] {
            let mut bad = good;
            bad[0] = flags;
            assert_eq!(Packet::parse(&bad), None, "{flags:x}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            marker: bool, payload_type in 0_u8..128, sequence: u16, timestamp: u32, ssrc: u32,
            payload in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let packet = Packet { marker, payload_type, sequence, timestamp, ssrc, payload: &payload };
            let mut bytes = Vec::new();
            packet.write(&mut bytes);
            prop_assert_eq!(Packet::parse(&bytes), Some(packet));
        }

        #[test]
        fn any_bytes_are_a_packet_within_them_or_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Some(packet) = Packet::parse(&bytes) {
                prop_assert!(packet.payload.len() + HEAD <= bytes.len());
            }
        }
    }
}
