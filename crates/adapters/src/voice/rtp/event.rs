//! Keys as telephone events (RFC 4733): many packets for one press, told apart by their timestamps.
//!
//! A press is counted once, at the first packet of it that arrives, be it the start, the middle or the end: the start
//! may be lost, and every packet may come twice or late. A key that is held for so long that its sender begins a new
//! segment is still one press.

/// One telephone-event payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// 0 to 9 the digits, 10 `*`, 11 `#`; others are not keys of a telephone.
    pub number: u8,
    /// Whether the key was let go.
    pub end: bool,
    /// Samples since the timestamp.
    pub duration: u16,
}

impl Event {
    /// Reads a payload; further events in the same packet (RFC 4733 section 2.5.1.5 leaves that to other kinds) are
    /// left alone.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let (event, _) = payload.split_first_chunk::<4>()?;
        let [number, flags, high, low] = *event;
        Some(Self {
            number,
            end: flags & 0x80 != 0,
            duration: u16::from_be_bytes([high, low]),
        })
    }

    /// The payload.
    pub fn to_bytes(self) -> [u8; 4] {
        let [high, low] = self.duration.to_be_bytes();
        // Volume 10, as telephones send it.
        let flags = if self.end { 0x80 | 10 } else { 10 };
        [self.number, flags, high, low]
    }
}

/// Older timestamps within so many samples (8 s) belong to presses that are over.
const LATE: u32 = 64_000;
/// From this duration on, a sender may go on in a new segment.
const SEGMENT: u16 = 0xF000;

/// The presses of one sender.
#[derive(Debug, Default)]
pub struct Presses {
    last: Option<Press>,
}

#[derive(Debug)]
struct Press {
    timestamp: u32,
    event: Event,
}

impl Presses {
    /// Takes a packet and gives the number of the event if it is a new press.
    pub fn hear(&mut self, timestamp: u32, event: Event) -> Option<u8> {
        let Some(last) = &mut self.last else {
            self.last = Some(Press { timestamp, event });
            return Some(event.number);
        };
        let ahead = timestamp.wrapping_sub(last.timestamp);
        if ahead == 0 {
            last.event.end |= event.end;
            last.event.duration = last.event.duration.max(event.duration);
            return None;
        }
        if ahead.wrapping_neg() <= LATE {
            return None;
        }
        let held = !last.event.end
            && last.event.number == event.number
            && last.event.duration >= SEGMENT
            && ahead <= u32::from(u16::MAX) + 1;
        self.last = Some(Press { timestamp, event });
        (!held).then_some(event.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(number: u8, duration: u16, end: bool) -> Event {
        Event {
            number,
            end,
            duration,
        }
    }

    /// The packets of one press, as a telephone sends them.
    fn press(number: u8) -> Vec<Event> {
        let held = [160, 320, 480].map(|d| at(number, d, false));
        [held.as_slice(), &[at(number, 640, true); 3]].concat()
    }

    #[test]
    fn a_press_counts_once_whichever_of_its_packets_come() {
        for lost in 0..6 {
            let mut presses = Presses::default();
            let heard: Vec<u8> = press(5)
                .into_iter()
                .skip(lost)
                .filter_map(|event| presses.hear(1000, event))
                .collect();
            assert_eq!(heard, [5], "{lost} lost");
        }
    }

    #[test]
    fn the_same_key_twice_is_two_presses() {
        let mut presses = Presses::default();
        let both = press(5).into_iter().map(|e| (1000, e));
        let both = both.chain(press(5).into_iter().map(|e| (2000, e)));
        assert_eq!(both.filter_map(|(t, e)| presses.hear(t, e)).count(), 2);
    }

    #[test]
    fn packets_of_an_earlier_press_that_come_late_are_no_press() {
        let mut presses = Presses::default();
        assert_eq!(presses.hear(u32::MAX - 100, at(1, 640, true)), Some(1));
        assert_eq!(presses.hear(900, at(2, 160, false)), Some(2));
        assert_eq!(presses.hear(u32::MAX - 100, at(1, 640, true)), None);
        assert_eq!(presses.hear(900, at(2, 640, true)), None);
    }

    #[test]
    fn a_key_held_for_long_is_one_press() {
        let mut presses = Presses::default();
        assert_eq!(presses.hear(0, at(7, 0xFFFF, false)), Some(7));
        assert_eq!(presses.hear(0xFFFF, at(7, 160, false)), None);
        assert_eq!(presses.hear(0xFFFF, at(7, 800, true)), None);
        assert_eq!(presses.hear(0xFFFF + 4000, at(7, 160, false)), Some(7));
    }

    proptest! {
        #[test]
        fn loss_doubling_and_shuffling_within_a_press_change_nothing(
            keys in proptest::collection::vec(0_u8..12, 1..12),
            start: u32,
            chosen in proptest::collection::vec((0_usize..6, 0_usize..6), 12),
        ) {
            let mut presses = Presses::default();
            let mut heard = Vec::new();
            for (index, key) in keys.iter().enumerate() {
                let timestamp = start.wrapping_add(u32::try_from(index).unwrap() * 2000);
                let packets = press(*key);
                // Any two of its packets, in any order, perhaps the same twice.
                let (first, second) = chosen[index];
                for packet in [packets[first], packets[second]] {
                    heard.extend(presses.hear(timestamp, packet));
                }
            }
            prop_assert_eq!(heard, keys);
        }

        #[test]
        fn any_bytes_are_an_event_or_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            let event = Event::parse(&bytes);
            prop_assert_eq!(event.is_some(), bytes.len() >= 4);
            if let Some(event) = event {
                prop_assert_eq!(Event::parse(&event.to_bytes()), Some(event));
            }
        }
    }
}
