//! What a request tells about the browser that made it: shown to people so that they recognise themselves.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Address and device of a request, as mails, pages and audit records name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The address, after trusted proxies were looked through.
    pub address: IpAddr,
    /// A short name of browser and system, such as `Firefox, Windows`.
    pub device: String,
}

impl Client {
    /// The network that abuse is counted by: /24 of IPv4, /56 of IPv6.
    pub fn block(&self) -> String {
        match self.address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(v6) => {
                let bits = u128::from_be_bytes(v6.octets()) & (u128::MAX << 72);
                format!("{}/56", std::net::Ipv6Addr::from(bits))
            }
        }
    }
}

/// How a request came in, as the edge saw it: handed to fronts that have no pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The address, after trusted proxies were looked through.
    pub address: IpAddr,
    /// Whether it came over TLS.
    pub secure: bool,
}

/// Names browser and system from a `User-Agent` header, in words a person knows. Unknown ones are called so.
pub fn device_name(user_agent: &str) -> String {
    const BROWSERS: &[(&str, &str)] = &[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: &[(&str, &str)] = &[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, n)| *n)
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_people_know_them() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0",
                "Edge, Windows",
            ),
            ("curl/8.0", "curl"),
            ("", "unknown"),
        ];
        for (agent, name) in cases {
            assert_eq!(device_name(agent), name);
        }
    }

    #[test]
    fn blocks_are_the_nets_that_one_holder_has() {
        let client = |a: &str| Client {
            address: a.parse().unwrap(),
            device: String::new(),
        };
        assert_eq!(client("203.0.113.9").block(), "203.0.113.0/24");
        assert_eq!(client("::ffff:203.0.113.9").block(), "203.0.113.0/24");
        assert_eq!(client("2001:db8:1:2ff::1").block(), "2001:db8:1:200::/56");
    }
}
