//! The socket that sound goes through: an even port of the range, at the address that the description names.

use domain::dice::Dice;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use tokio::net::UdpSocket;

/// Ports that are tried before the range counts as full.
const TRIES: u16 = 64;

/// Binds a random even port of the range; one that the system picks if the range is empty.
pub(super) async fn bind(
    local: IpAddr,
    ports: &RangeInclusive<u16>,
    dice: &Dice,
) -> std::io::Result<UdpSocket> {
    let first = ports.start().checked_next_multiple_of(2);
    let pairs = first.map_or(0, |first| {
        ports
            .end()
            .checked_sub(first)
            .map_or(0, |span| span / 2 + 1)
    });
    let (Some(first), 1..) = (first, pairs) else {
        return anywhere(local).await;
    };
    let [high, low] = dice.bytes("sound port");
    let start = u16::from_be_bytes([high, low]) % pairs;
    let mut last = std::io::ErrorKind::AddrInUse.into();
    for step in 0..pairs.min(TRIES) {
        // Both are below `pairs`, which is at most half of all ports.
        let port = first + (start + step) % pairs * 2;
        match UdpSocket::bind(SocketAddr::new(local, port)).await {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// An even port that the system picks: odd ones are given back at the end.
async fn anywhere(local: IpAddr) -> std::io::Result<UdpSocket> {
    let mut odd = Vec::new();
    loop {
        let socket = UdpSocket::bind(SocketAddr::new(local, 0)).await?;
        if socket.local_addr()?.port() % 2 == 0 || odd.len() > usize::from(TRIES) {
            return Ok(socket);
        }
        odd.push(socket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[tokio::test]
    async fn ports_are_even_and_of_the_range_and_a_full_range_is_an_error() {
        let local = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let dice = Dice::new([3; 32]);
        #[expect(clippy::reversed_empty_ranges, reason = "an empty range is the case")]
        let any = bind(local, &(1..=0), &dice).await.unwrap();
        let port = any.local_addr().unwrap().port();
        assert_eq!(port % 2, 0);
        drop(any);
        let one = bind(local, &(port - 1..=port + 1), &dice).await.unwrap();
        assert_eq!(one.local_addr().unwrap().port(), port);
        assert!(bind(local, &(port - 1..=port + 1), &dice).await.is_err());
    }
}
