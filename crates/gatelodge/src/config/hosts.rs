//! Every host that this installation needs, from its own settings (R-AVL-05): what people's networks must let through,
//! and where the server itself connects to.

use super::{Config, MailTransport, SipTransport, SmsTransport, SmtpTls};
use crate::place::Place;
use serde::Serialize;
use web::host_and_port;

/// Something that must be let through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Host {
    /// `people`: from people's browsers, and to their mailboxes; `server`: from this machine; `carrier`: from carriers.
    #[serde(rename = "for")]
    pub(crate) who: &'static str,
    /// What it is needed for.
    pub(crate) what: &'static str,
    /// A host, or the address of a sender of mails.
    pub(crate) host: String,
    /// The port; ports where it is several. Nothing for a sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<String>,
    /// What carries it.
    pub(crate) protocol: &'static str,
}

impl Host {
    fn new(
        (who, what): (&'static str, &'static str),
        host: impl Into<String>,
        port: Option<String>,
        protocol: &'static str,
    ) -> Self {
        let host = host.into();
        Self {
            who,
            what,
            host,
            port,
            protocol,
        }
    }
}

impl Config {
    /// The list, people first.
    pub(crate) fn hosts(&self, place: &Place) -> anyhow::Result<Vec<Host>> {
        let (host, port) = host_and_port(&self.base(self.listen));
        let protocol = if self.public_url.is_some() {
            "https"
        } else {
            "http"
        };
        let port = Some(port.to_string());
        let mut all = vec![Host::new(("people", "pages"), host, port, protocol)];
        let senders = self.senders();
        for sender in [senders.sign_in, senders.recovery] {
            all.push(Host::new(("people", "mails from"), sender, None, "mail"));
        }
        self.mail_server(&mut all);
        self.trunks(&mut all);
        self.carriers(&mut all);
        if let store::Config::Postgres { url, .. } = self.store(place)? {
            let hosts = database_hosts(&url).into_iter();
            all.extend(hosts.map(|(host, port)| {
                Host::new(("server", "database"), host, Some(port), "postgresql")
            }));
        }
        Ok(all)
    }

    fn mail_server(&self, all: &mut Vec<Host>) {
        let smtp = &self.mail.smtp;
        let Some(host) = smtp
            .host
            .as_ref()
            .filter(|_| self.mail.transport == MailTransport::Smtp)
        else {
            return;
        };
        let usual = match smtp.tls {
            SmtpTls::Starttls => 587,
            SmtpTls::Implicit => 465,
            SmtpTls::Off => 25,
        };
        let port = Some(smtp.port.unwrap_or(usual).to_string());
        all.push(Host::new(("server", "mails"), host, port, "smtp"));
    }

    fn trunks(&self, all: &mut Vec<Host>) {
        if !self.voice.transport.by_sip() {
            return;
        }
        for trunk in &self.voice.sip.trunk {
            let (protocol, usual) = match trunk.transport {
                SipTransport::Udp => ("sip over udp", 5_060),
                SipTransport::Tcp => ("sip over tcp", 5_060),
                SipTransport::Tls => ("sip over tls", 5_061),
            };
            let port = Some(trunk.port.unwrap_or(usual).to_string());
            all.push(Host::new(("server", "calls"), &trunk.host, port, protocol));
        }
        let [first, last] = self.voice.sip.sound_ports;
        let ports = Some(format!("our {first}-{last}"));
        for network in &self.voice.trunk_networks {
            let sound = ("server", "sound of calls");
            all.push(Host::new(sound, network, ports.clone(), "rtp over udp"));
        }
    }
}

impl Config {
    /// Carriers that are reached by HTTP, and where they reach us.
    fn carriers(&self, all: &mut Vec<Host>) {
        let calls = self.voice.transport.by_http();
        let texts = self.sms.transport == SmsTransport::Http;
        if !calls && !texts {
            return;
        }
        for carrier in &self.voice.http.carrier {
            let calls = calls.then_some(("calls", &carrier.calls_url));
            let texts = carrier.messages_url.iter().filter(|_| texts);
            for (what, url) in calls.into_iter().chain(texts.map(|url| ("texts", url))) {
                let (protocol, rest) = match url.split_once("://") {
                    Some(("http", rest)) => ("http", rest),
                    Some((_, rest)) => ("https", rest),
                    None => continue,
                };
                let authority = rest.split('/').next().unwrap_or_default();
                let (host, port) = host_and_port(&format!("{protocol}://{authority}"));
                let port = Some(port.to_string());
                all.push(Host::new(("server", what), host, port, protocol));
            }
        }
        let own = self.voice.http.callback_url.as_ref();
        let origin = own.map_or_else(
            || self.base(self.listen),
            |url| url.trim_end_matches('/').to_owned(),
        );
        let protocol = if origin.starts_with("http://") {
            "http"
        } else {
            "https"
        };
        let (host, port) = host_and_port(&origin);
        let told = match (calls, texts) {
            (true, true) => "calls and texts told of",
            (true, false) => "calls told of",
            (false, _) => "texts told of",
        };
        let told = ("carrier", told);
        all.push(Host::new(told, host, Some(port.to_string()), protocol));
    }
}

/// Hosts and ports of an address of PostgreSQL, without user and password; nothing where it is a socket or in another
/// form than an address.
fn database_hosts(url: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = url.split_once("://") else {
        return Vec::new();
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
    let each = hosts.split(',').filter(|host| !host.is_empty());
    each.map(|host| match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name.to_owned(), port.to_owned()),
        _ => (host.to_owned(), "5432".to_owned()),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriers_and_where_they_reach_us_are_named() {
        let config = Config::parse(
            "public_url = 'https://id.example.com'\n[voice]\ntransport = 'http'\n[[voice.http.carrier]]\n\
             calls_url = 'https://api.example.com:8443/v1/calls'\n[[voice.http.carrier]]\n\
             calls_url = 'http://192.0.2.7/calls'\n",
        );
        let mut all = Vec::new();
        config.unwrap().carriers(&mut all);
        let port = |port: &str| Some(port.to_owned());
        let calls = ("server", "calls");
        let told = ("carrier", "calls told of");
        assert_eq!(
            all,
            [
                Host::new(calls, "api.example.com", port("8443"), "https"),
                Host::new(calls, "192.0.2.7", port("80"), "http"),
                Host::new(told, "id.example.com", port("443"), "https"),
            ]
        );
    }

    #[test]
    fn carriers_of_texts_alone_are_named_as_such() {
        let config = Config::parse(
            "public_url = 'https://id.example.com'\n[sms]\ntransport = 'http'\n[[voice.http.carrier]]\n\
             messages_url = 'https://sms.example.com/v1'\n",
        );
        let mut all = Vec::new();
        config.unwrap().carriers(&mut all);
        let all: Vec<_> = all.iter().map(|host| (host.what, &*host.host)).collect();
        let told = ("texts told of", "id.example.com");
        assert_eq!(all, [("texts", "sms.example.com"), told]);
    }

    #[test]
    fn hosts_of_a_database_are_told_without_its_password() {
        let pair = |host: &str, port: &str| (host.to_owned(), port.to_owned());
        let cases = [
            (
                "postgres://u:p%40x@db.example.com/x",
                vec![pair("db.example.com", "5432")],
            ),
            (
                "postgresql://u:a@b@one.example.com:6432,two.example.com/x?y=z",
                vec![
                    pair("one.example.com", "6432"),
                    pair("two.example.com", "5432"),
                ],
            ),
            ("postgres:///x?host=/run/postgresql", vec![]),
            ("host=db.example.com password=hunter2", vec![]),
            (
                "postgres://u@[2001:db8::1]/x",
                vec![pair("[2001:db8::1]", "5432")],
            ),
        ];
        for (url, hosts) in cases {
            assert_eq!(database_hosts(url), hosts, "{url}");
        }
    }
}
