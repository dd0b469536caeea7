//! What every page needs: the verbs, and how this installation is reached from outside.

use app::App;
use std::net::IpAddr;
use std::sync::Arc;

/// What the addresses begin with that carriers are given.
pub const VOICE: &str = "/voice/";

/// How the installation is reached.
#[derive(Debug, Clone)]
pub struct Serving {
    /// The origins that are ours, `scheme://host[:port]`; the first one is the public one.
    pub origins: Vec<String>,
    /// The origin that carriers are given for their calls, where it is another; no page is shown there.
    pub carriers_origin: Option<String>,
    /// Whether people reach us over TLS: cookies are then `__Host-` and Secure, and HSTS is sent.
    pub secure: bool,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<Network>,
    /// Whether this is a trial server: forwarded requests are refused, `/outbox` exists.
    pub trial: bool,
    /// SHA-256 of the key that opens `/outbox`; only on trial.
    pub outbox_key: Option<app::token::TokenHash>,
    /// A request that waits longer than this is answered with 503.
    pub request_limit: std::time::Duration,
    /// The zone of times where the person's own is not known (IANA name).
    pub time_zone: String,
}

impl Serving {
    /// Whether this `Host` is one of our origins; for the addresses of carriers, also that which they are given.
    fn answers_as(&self, host: &str, path: &str) -> bool {
        let theirs = self
            .carriers_origin
            .iter()
            .filter(|_| path.starts_with(VOICE));
        let mut hosts = self
            .origins
            .iter()
            .chain(theirs)
            .filter_map(|o| o.split("://").nth(1));
        hosts.any(|ours| ours.eq_ignore_ascii_case(host))
    }
}

/// A network of addresses, `address/bits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads `192.0.2.0/24`, `2001:db8::/32` or a single address.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (
                address.parse::<IpAddr>().ok()?,
                Some(bits.parse::<u8>().ok()?),
            ),
            None => (text.parse::<IpAddr>().ok()?, None),
        };
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether the address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(a)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                u32::from(net) & mask == u32::from(a) & mask
            }
            (IpAddr::V6(net), IpAddr::V6(a)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.bits))
                    .unwrap_or(0);
                u128::from(net) & mask == u128::from(a) & mask
            }
            _ => false,
        }
    }
}

/// What every page needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Front(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    app: App,
    serving: Serving,
}

impl Front {
    /// Puts the parts together.
    pub fn new(app: App, serving: Serving) -> Self {
        Self(Arc::new(Parts { app, serving }))
    }

    /// The verbs.
    pub fn app(&self) -> &App {
        &self.0.app
    }

    /// How we are reached.
    pub fn serving(&self) -> &Serving {
        &self.0.serving
    }

    /// Whether a `Host` is ours.
    pub fn is_our_host(&self, host: &str, path: &str) -> bool {
        self.0.serving.answers_as(host, path)
    }

    /// Whether an `Origin` is ours.
    pub fn is_our_origin(&self, origin: &str) -> bool {
        self.0
            .serving
            .origins
            .iter()
            .any(|ours| ours.eq_ignore_ascii_case(origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_host_of_carriers_there_is_nothing_but_their_calls() {
        let serving = Serving {
            origins: vec!["https://id.example.com".to_owned()],
            carriers_origin: Some("https://calls.example.com".to_owned()),
            secure: true,
            trusted_proxies: Vec::new(),
            trial: false,
            outbox_key: None,
            request_limit: std::time::Duration::from_secs(30),
            time_zone: "UTC".to_owned(),
        };
        for (host, path, ours) in [
            ("id.example.com", "/signin", true),
            ("ID.example.com", "/voice/first/abc", true),
            ("calls.example.com", "/voice/first/abc", true),
            ("calls.example.com", "/signin", false),
            ("calls.example.com", "/voice", false),
            ("other.example.com", "/voice/first/abc", false),
        ] {
            assert_eq!(serving.answers_as(host, path), ours, "{host} {path}");
        }
    }

    #[test]
    fn networks_contain_their_addresses_only() {
        let cases = [
            ("192.0.2.0/24", "192.0.2.200", true),
            ("192.0.2.0/24", "192.0.3.1", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "::ffff:127.0.0.1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
        ];
        for (net, address, inside) in cases {
            assert_eq!(
                Network::parse(net)
                    .unwrap()
                    .contains(address.parse().unwrap()),
                inside,
                "{net} {address}"
            );
        }
        assert_eq!(Network::parse("192.0.2.0/33"), None);
        assert_eq!(Network::parse("nowhere"), None);
    }
}
