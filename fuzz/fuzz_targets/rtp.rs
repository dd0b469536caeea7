//! Packets of sound and keys from a trunk: whatever comes, no more keys than packets, and none from elsewhere.
#![no_main]

use adapters::voice::rtp::event::Event;
use adapters::voice::rtp::gate::{Gate, Heard};
use adapters::voice::rtp::packet::Packet;
use libfuzzer_sys::fuzz_target;
use std::net::SocketAddr;

fuzz_target!(|packets: Vec<Vec<u8>>| {
    let phone = SocketAddr::from(([192, 0, 2, 7], 4000));
    let elsewhere = SocketAddr::from(([192, 0, 2, 8], 4000));
    let mut gate = Gate::new(phone, 0, Some(101));
    for bytes in &packets {
        if let Some(packet) = Packet::parse(bytes) {
            let _ = Event::parse(packet.payload);
            let mut written = Vec::new();
            packet.write(&mut written);
            assert_eq!(Packet::parse(&written), Some(packet));
        }
        assert_eq!(gate.hear(elsewhere, bytes), Heard::Nothing);
        gate.hear(phone, bytes);
    }
});
