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
