//! Addresses and networks of conditions, IPv4 and IPv6.
//!
//! Without a prefix a network is one address. An IPv4 address written the IPv6 way (`::ffff:192.0.2.1`) is the IPv4
//! address. Source: IAM User Guide, `reference_policies_elements_condition_operators` (IP address operators).

use std::net::IpAddr;

/// An address: its bits from the left, and of which family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address {
    bits: u128,
    six: bool,
}

impl Address {
    pub(crate) fn new(text: &str) -> Option<Self> {
        let address: IpAddr = text.parse().ok()?;
        Some(match address.to_canonical() {
            IpAddr::V4(four) => Self {
                bits: u128::from(four.to_bits()) << 96,
                six: false,
            },
            IpAddr::V6(six) => Self {
                bits: six.to_bits(),
                six: true,
            },
        })
    }
}

/// A network in CIDR form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Network {
    address: Address,
    mask: u128,
}

impl Network {
    pub(crate) fn new(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (Address::new(address)?, Some(prefix)),
            None => (Address::new(text)?, None),
        };
        let most = if address.six { 128 } else { 32 };
        let prefix = match prefix {
            None => most,
            Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse::<u32>().ok()?,
            Some(_) => return None,
        };
        (prefix <= most).then(|| Self {
            address,
            mask: u128::MAX.checked_shl(128 - prefix).unwrap_or(0),
        })
    }

    pub(crate) fn holds(&self, address: Address) -> bool {
        address.six == self.address.six && (address.bits ^ self.address.bits) & self.mask == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(network: &str, address: &str) -> bool {
        Network::new(network)
            .unwrap()
            .holds(Address::new(address).unwrap())
    }

    #[test]
    fn networks_hold_their_addresses() {
        assert!(holds("203.0.113.0/24", "203.0.113.255"));
        assert!(holds("203.0.113.77/24", "203.0.113.1"));
        assert!(!holds("203.0.113.0/24", "203.0.114.0"));
        assert!(holds("0.0.0.0/0", "255.1.2.3"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!(!holds("::/0", "192.0.2.1"));
        assert!(holds("192.0.2.1", "192.0.2.1"));
        assert!(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
        assert!(holds(
            "2001:DB8:1234:5678::/64",
            "2001:db8:1234:5678:0:1::9"
        ));
        assert!(holds("2001:db8::1", "2001:DB8:0::1"));
        assert!(!holds("2001:db8::/33", "2001:db8:8000::"));
        for text in [
            "",
            "1.2.3",
            "1.2.3.4/33",
            "::/129",
            "1.2.3.4/",
            "1.2.3.4/+8",
            "a/8",
            "01.2.3.4",
        ] {
            assert!(Network::new(text).is_none(), "{text}");
        }
    }
}
