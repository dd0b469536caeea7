//! Serving for real: TLS with a certificate that can be exchanged, and a proxy in front whose word counts.

use super::wire::{Answer, drain};
use super::{Home, PATIENCE, REAL, Server, eventually, put};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

const HOST: &str = "id.example.com";

/// A real installation that speaks TLS itself.
fn tls_home() -> (Home, CertificateDer<'static>) {
    let text = REAL.replace(
        "trusted_proxies = ['127.0.0.1']",
        "tls = { cert_file = 'crt', key_file = 'key' }",
    );
    let home = Home::with_config(&text);
    let cert = new_certificate(&home);
    (home, cert)
}

fn new_certificate(home: &Home) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
    put(&home.file("key"), 0o600, &made.signing_key.serialize_pem());
    put(&home.file("crt"), 0o600, &made.cert.pem());
    made.cert.der().clone()
}

type Secured = StreamOwned<ClientConnection, TcpStream>;

/// Connects, trusting this certificate alone.
fn connect(
    server: &Server,
    trusted: &CertificateDer<'static>,
    alpn: &[&[u8]],
) -> Result<Secured, String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from(HOST).unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    while connection.is_handshaking() {
        connection
            .complete_io(&mut stream)
            .map_err(|error| error.to_string())?;
    }
    Ok(StreamOwned::new(connection, stream))
}

fn get(server: &Server, trusted: &CertificateDer<'static>, path: &str) -> Answer {
    let mut stream = connect(server, trusted, &[b"http/1.1"]).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    Answer::parse(&drain(&mut stream))
}

#[test]
fn over_tls_pages_are_bound_to_their_host() {
    let (home, cert) = tls_home();
    let server = home.serve();
    assert_eq!(server.ready["url"], "https://id.example.com");
    let answer = get(&server, &cert, "/signin");
    assert_eq!(answer.status, 200);
    let hsts = answer.header("strict-transport-security").unwrap();
    assert!(hsts.starts_with("max-age=31536000"));
    let cookies: Vec<&str> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .map(|(_, line)| line.as_str())
        .collect();
    assert!(
        cookies
            .iter()
            .any(|line| line.starts_with("__Host-gl_browser="))
    );
    for line in cookies {
        assert!(
            line.contains("; Secure") && line.contains("; HttpOnly"),
            "{line}"
        );
    }
    assert_eq!(
        get(&server, &cert, "/outbox").status,
        404,
        "nothing of a trial server"
    );
    let plain = server.proxied().get("/healthz");
    assert_eq!(plain.status, 0, "plain HTTP is not spoken here");
    assert!(!answer.body.contains("localhost"));
}

#[test]
fn both_versions_of_http_are_spoken() {
    let (home, cert) = tls_home();
    let server = home.serve();
    let mut stream = connect(&server, &cert, &[b"h2", b"http/1.1"]).unwrap();
    assert_eq!(stream.conn.alpn_protocol(), Some(b"h2".as_slice()));
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    let mut head = [0; 9];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(head[3], 4, "a SETTINGS frame (RFC 9113 section 6.5)");
    let stream = connect(&server, &cert, &[]).unwrap();
    assert_eq!(stream.conn.alpn_protocol(), None);
    assert_eq!(get(&server, &cert, "/healthz").status, 200);
}

#[test]
fn a_new_certificate_is_read_at_sighup_and_a_broken_one_is_not() {
    let (home, old) = tls_home();
    let server = home.serve();
    let open = connect(&server, &old, &[b"http/1.1"]).unwrap();
    put(&home.file("crt"), 0o600, "no certificate\n");
    server.signal(rustix::process::Signal::HUP);
    eventually("the complaint", || {
        server.log().contains("the one before stays").then_some(())
    });
    assert_eq!(get(&server, &old, "/healthz").status, 200);
    let new = new_certificate(&home);
    server.signal(rustix::process::Signal::HUP);
    eventually("the new certificate", || connect(&server, &new, &[]).ok());
    assert!(connect(&server, &old, &[]).is_err());
    let mut open = open;
    write!(
        open,
        "GET /healthz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    assert_eq!(
        Answer::parse(&drain(&mut open)).status,
        200,
        "open connections stay"
    );
    assert_eq!(server.stop().0, 0);
}

#[test]
fn a_key_that_others_can_read_or_that_does_not_fit_is_refused() {
    let (home, _) = tls_home();
    let elsewhere = home.dir.path().join("key");
    let key = std::fs::read_to_string(home.file("key")).unwrap();
    put(&elsewhere, 0o644, &key);
    let text = std::fs::read_to_string(home.file("gatelodge.toml")).unwrap();
    home.config(&text.replace("'key'", &format!("'{}'", elsewhere.display())));
    home.run(&["serve"]).refused("chmod 600");
    home.config(&text);
    let other = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
    put(&home.file("key"), 0o600, &other.signing_key.serialize_pem());
    home.run(&["serve"]).refused("GL-CFG-031");
}

/// Where the last password was offered from, by the audit log.
fn last_address(home: &Home) -> String {
    let log = home.run(&["audit", "export"]).printed;
    let line = log
        .lines()
        .rfind(|line| line.contains("\"PasswordChecked\""))
        .unwrap();
    let record: serde_json::Value = serde_json::from_str(line).unwrap();
    record["client"]["address"].as_str().unwrap().to_owned()
}

#[test]
fn what_a_proxy_says_of_the_client_counts_only_if_it_is_trusted() {
    let cases = [
        ("['127.0.0.1']", "203.0.113.7", "203.0.113.7"),
        // From the right, only as far as proxies are trusted: what a client writes itself is never reached.
        ("['127.0.0.1']", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (
            "['127.0.0.1', '192.0.2.0/24']",
            "203.0.113.7, 192.0.2.9",
            "203.0.113.7",
        ),
        ("['127.0.0.1']", "not an address", "127.0.0.1"),
        ("['192.0.2.1']", "203.0.113.7", "127.0.0.1"),
    ];
    for (proxies, said, expected) in cases {
        let home = Home::with_config(&REAL.replace("['127.0.0.1']", proxies));
        home.account("root@example.com");
        let server = home.serve();
        let mut client = server.proxied();
        client.extra = format!("X-Forwarded-For: {said}\r\nX-Forwarded-Proto: https\r\n");
        let begun = client.begin("root@example.com");
        let flow = begun.header("location").unwrap().to_owned();
        client.get(&flow);
        let answer = client.post(&format!("{flow}/password"), &[("password", "wrong")]);
        assert_eq!(answer.status, 422, "{}", answer.body);
        server.stop();
        assert_eq!(last_address(&home), expected, "{proxies} {said}");
    }
}
