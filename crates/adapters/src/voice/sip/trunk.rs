//! A trunk: where a carrier is reached, how it lets us in, and how it wants numbers and callers written.

use super::tls;
use domain::secret::Secret;
use rsipstack::dialog::authenticate::Credential;
use rsipstack::sip::{Auth, Host, HostWithPort, Param, Scheme, Transport, Uri};
use rsipstack::transport::SipAddr;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

/// What carries the signalling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carriage {
    /// Datagrams: what is lost is sent again.
    Udp,
    /// One connection in clear.
    Tcp,
    /// One connection whose certificate is checked.
    Tls,
}

impl Carriage {
    pub(super) const fn transport(self) -> Transport {
        match self {
            Self::Udp => Transport::Udp,
            Self::Tcp => Transport::Tcp,
            Self::Tls => Transport::Tls,
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
        }
    }
}

/// How a trunk wants the number that is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberForm {
    /// `+886912345678`
    Plus,
    /// `886912345678`
    Digits,
    /// Such a text before the digits, as in `00886912345678`.
    Prefix(String),
}

/// User and password, for digests.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user, in addresses too.
    pub user: String,
    /// The name in the digest, where it is another.
    pub auth_user: Option<String>,
    /// The password.
    pub password: Secret<String>,
}

/// A trunk as the operator describes it.
#[derive(Clone)]
pub struct TrunkConfig {
    /// What it is called in logs.
    pub name: String,
    /// Its name or address; its certificate must be for this.
    pub host: String,
    /// Its port, if not the usual one.
    pub port: Option<u16>,
    /// What carries the signalling.
    pub carriage: Carriage,
    /// Certificates that may stand at the root of its own (PEM), instead of those this machine trusts.
    pub ca_file: Option<PathBuf>,
    /// The domain in addresses, where it is not the host.
    pub domain: Option<String>,
    /// User and password; without them the trunk knows us by our address.
    pub login: Option<Login>,
    /// Registers for so long at a time.
    pub register: Option<Duration>,
    /// The number that calls show.
    pub caller_id: Option<String>,
    /// The same for numbers of a country (ISO 3166-1, two letters).
    pub caller_ids: BTreeMap<String, String>,
    /// How it wants numbers.
    pub number: NumberForm,
    /// The countries it is used for; all if empty.
    pub countries: Vec<String>,
}

impl std::fmt::Debug for TrunkConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?} {})", self.name, self.carriage, self.host)
    }
}

/// Why a trunk cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadTrunk {
    /// Its host or domain.
    #[error("{0}: {1} is neither a name nor an address")]
    Host(String, String),
    /// The file with the certificates.
    #[error("{0}: the certificates in {1} cannot be used: {2}")]
    Certificates(String, PathBuf, String),
}

/// A trunk, ready to be asked.
#[derive(Debug)]
pub(super) struct Trunk {
    pub(super) config: TrunkConfig,
    host: HostWithPort,
    domain: HostWithPort,
    /// What its registrar said last, once it was asked.
    pub(super) registered: Mutex<Option<u16>>,
}

impl Trunk {
    pub(super) fn new(config: &TrunkConfig) -> Result<Self, BadTrunk> {
        let host = read(&config.name, &config.host)?;
        let port = config.port.unwrap_or(config.carriage.port());
        let domain = match &config.domain {
            Some(domain) => HostWithPort {
                host: read(&config.name, domain)?,
                port: None,
            },
            None => HostWithPort {
                host: host.clone(),
                port: Some(port.into()),
            },
        };
        if config.carriage == Carriage::Tls {
            let trusted = tls::trust(
                &config.host,
                config.domain.as_deref(),
                config.ca_file.as_deref(),
            );
            trusted.map_err(|said| {
                let file = config.ca_file.clone().unwrap_or_default();
                BadTrunk::Certificates(config.name.clone(), file, said)
            })?;
        }
        Ok(Self {
            config: config.clone(),
            host: HostWithPort {
                host,
                port: Some(port.into()),
            },
            domain,
            registered: Mutex::default(),
        })
    }

    /// Whether it may be asked for numbers of this country.
    pub(super) fn serves(&self, country: &str) -> bool {
        let countries = &self.config.countries;
        countries.is_empty() || countries.iter().any(|c| c.eq_ignore_ascii_case(country))
    }

    /// Whether addresses at this domain are reached at its host.
    pub(super) fn has_domain(&self, host: &Host) -> bool {
        self.config.domain.is_some() && self.domain.host == *host
    }

    /// Where it is reached.
    pub(super) fn address(&self) -> SipAddr {
        SipAddr::new(self.config.carriage.transport(), self.host.clone())
    }

    /// The number called, as an address at the trunk.
    pub(super) fn callee(&self, number: &str) -> Uri {
        let digits = number.trim_start_matches('+');
        let user = match &self.config.number {
            NumberForm::Plus => format!("+{digits}"),
            NumberForm::Digits => digits.to_owned(),
            NumberForm::Prefix(prefix) => format!("{prefix}{digits}"),
        };
        self.uri(Some(user))
    }

    /// Who calls: the number for that country, else the usual one, else the user.
    pub(super) fn caller(&self, country: &str) -> Uri {
        let user = self.config.login.as_ref().map(|login| login.user.clone());
        self.uri(Some(
            self.caller_id(country)
                .map(str::to_owned)
                .or(user)
                .unwrap_or_else(|| "anonymous".to_owned()),
        ))
    }

    /// The number that a call to that country shows.
    pub(super) fn caller_id(&self, country: &str) -> Option<&str> {
        let config = &self.config;
        let own = config.caller_ids.get(country).or(config.caller_id.as_ref());
        own.map(String::as_str)
    }

    /// The registrar, or the trunk itself.
    pub(super) fn registrar(&self) -> Uri {
        self.uri(None)
    }

    fn uri(&self, user: Option<String>) -> Uri {
        let transport = self.config.carriage.transport();
        let params = match self.config.carriage {
            Carriage::Udp => Vec::new(),
            Carriage::Tcp | Carriage::Tls => vec![Param::Transport(transport)],
        };
        Uri {
            scheme: Some(Scheme::Sip),
            auth: user.map(|user| Auth {
                user,
                password: None,
            }),
            host_with_port: self.domain.clone(),
            params,
            headers: Vec::new(),
        }
    }

    /// User and password, for digests.
    pub(super) fn credential(&self) -> Option<Credential> {
        let login = self.config.login.as_ref()?;
        Some(Credential {
            username: login.user.clone(),
            password: login.password.expose().clone(),
            realm: None,
            auth_username: login.auth_user.clone(),
        })
    }
}

/// A host without a port.
fn read(trunk: &str, text: &str) -> Result<Host, BadTrunk> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse() {
        return Ok(Host::IpAddr(address));
    }
    let name = !text.is_empty()
        && text.len() < 254
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if name {
        Ok(Host::Domain(text.into()))
    } else {
        Err(BadTrunk::Host(trunk.to_owned(), text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> TrunkConfig {
        TrunkConfig {
            name: "first".to_owned(),
            host: "sip.example.com".to_owned(),
            port: None,
            carriage: Carriage::Udp,
            ca_file: None,
            domain: None,
            login: None,
            register: None,
            caller_id: Some("+886225550100".to_owned()),
            caller_ids: BTreeMap::from([("JP".to_owned(), "+81355550100".to_owned())]),
            number: NumberForm::Plus,
            countries: Vec::new(),
        }
    }

    #[test]
    fn numbers_and_callers_are_written_as_the_trunk_wants_them() {
        let trunk = Trunk::new(&config()).unwrap();
        let callee = |trunk: &Trunk| trunk.callee("+819012345678").to_string();
        assert_eq!(callee(&trunk), "sip:+819012345678@sip.example.com:5060");
        assert_eq!(
            trunk.caller("JP").to_string(),
            "sip:+81355550100@sip.example.com:5060"
        );
        assert_eq!(
            trunk.caller("TW").to_string(),
            "sip:+886225550100@sip.example.com:5060"
        );
        let other = TrunkConfig {
            number: NumberForm::Prefix("00".to_owned()),
            domain: Some("example.org".to_owned()),
            carriage: Carriage::Tcp,
            caller_id: None,
            ..config()
        };
        let trunk = Trunk::new(&other).unwrap();
        assert_eq!(
            callee(&trunk),
            "sip:00819012345678@example.org;transport=TCP"
        );
        assert_eq!(
            trunk.caller("TW").to_string(),
            "sip:anonymous@example.org;transport=TCP"
        );
    }

    #[test]
    fn a_trunk_for_some_countries_is_asked_for_these_alone() {
        let some = TrunkConfig {
            countries: vec!["TW".to_owned()],
            ..config()
        };
        let trunk = Trunk::new(&some).unwrap();
        assert!(trunk.serves("TW") && !trunk.serves("JP") && !trunk.serves(""));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for host in ["", "sip:example.com", "a b", "ex\r\nample", "[::1"] {
            let bad = TrunkConfig {
                host: host.to_owned(),
                ..config()
            };
            let good = host == "[::1";
            assert_eq!(Trunk::new(&bad).is_ok(), good, "{host}");
        }
    }
}
