//! What no browser of ours sends: foreign hosts, wrong methods, bodies too large, cut cookies, connections that say
//! nothing. Each is answered clearly, and never as a fault of ours.

use super::wire::{Answer, drain, exchange};
use super::{Home, PATIENCE, Server};
use std::io::Write;
use std::net::TcpStream;

const PATHS: [&str; 8] = [
    "/",
    "/signin",
    "/signin/f/flw_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    "/console/home",
    "/healthz",
    "/readyz",
    "/static/favicon.svg",
    "/no/such/page",
];

fn raw(server: &Server, bytes: &str) -> Answer {
    Answer::parse(&exchange(server.address(), bytes.as_bytes()))
}

#[test]
fn a_host_that_is_not_ours_is_answered_421_on_every_path() {
    let home = Home::new();
    let server = home.serve();
    let ours = server.host();
    let port = server.address().port();
    let heads = [
        "Host: evil.example\r\n".to_owned(),
        format!("Host: evil.example:{port}\r\n"),
        "Host: localhost\r\n".to_owned(),
        format!("Host: {ours}.evil.example\r\n"),
        format!("Host: {ours}\r\nHost: evil.example\r\n"),
        format!("Host: {ours}\r\nHost: {ours}\r\n"),
        "Host: \r\n".to_owned(),
        String::new(),
        format!("Host: {ours}\r\nX-Forwarded-Host: evil.example\r\n"),
        format!("Host: {ours}\r\nX-Forwarded-For: 192.0.2.1\r\n"),
        format!("Host: {ours}\r\nForwarded: for=192.0.2.1\r\n"),
        format!("Host: {ours}\r\nVia: 1.1 elsewhere\r\n"),
    ];
    for head in &heads {
        for path in PATHS {
            let answer = raw(
                &server,
                &format!("GET {path} HTTP/1.1\r\nConnection: close\r\n{head}\r\n"),
            );
            assert_eq!(answer.status, 421, "{path} {head:?}");
            assert!(!answer.body.contains("evil.example"));
        }
    }
    let posted = "POST /signin HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(raw(&server, posted).status, 421);
    let absolute =
        format!("GET http://evil.example/ HTTP/1.1\r\nHost: {ours}\r\nConnection: close\r\n\r\n");
    assert_eq!(raw(&server, &absolute).status, 421);
    let old = "GET / HTTP/1.0\r\n\r\n";
    assert_eq!(raw(&server, old).status, 421);
    for host in [
        ours.clone(),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        ours.to_uppercase(),
    ] {
        let answer = raw(
            &server,
            &format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        );
        assert_eq!(answer.status, 200, "{host}");
    }
}

#[test]
fn a_wrong_method_and_an_unknown_address_get_a_proper_page_whatever_is_sent() {
    let home = Home::new();
    let server = home.serve();
    let client = server.client();
    for (method, path) in [
        ("PUT", "/"),
        ("DELETE", "/signin"),
        ("PUT", "/signin/forgot"),
        ("POST", "/console/home"),
        ("GET", "/signout"),
        ("PATCH", "/healthz"),
    ] {
        let answer = client.clone().send(&client.head(method, path), b"");
        assert_eq!(answer.status, 405, "{method} {path}");
        assert!(
            answer.is_page_of("GL-REQ-005"),
            "{method} {path}: {}",
            answer.body
        );
        assert!(answer.header("allow").is_some(), "{method} {path}");
    }
    let with_body = format!("{}Content-Type: text/plain\r\n", client.head("PUT", "/"));
    assert_eq!(client.clone().send(&with_body, b"anything").status, 405);
    for method in ["GET", "POST", "BREW"] {
        let answer = client.clone().send(&client.head(method, "/no/such"), b"");
        assert_eq!(answer.status, 404, "{method}");
        assert!(answer.is_page_of("GL-REQ-004"));
    }
}

#[test]
fn forms_that_are_not_ours_are_refused_each_with_its_reason() {
    let home = Home::new();
    let server = home.serve();
    let mut client = server.client();
    client.get("/signin");
    let origin = format!("Origin: http://{}\r\n", server.host());
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    let token = format!("csrf={}&user=root&email=root%40example.com", client.csrf);
    let cases = [
        (
            origin.clone() + kind,
            "user=root".to_owned(),
            403,
            "GL-REQ-001",
        ),
        (
            origin.clone() + kind,
            format!("{token}x").replace("csrf=", "csrf=x"),
            403,
            "GL-REQ-001",
        ),
        (
            "Origin: http://evil.example\r\n".to_owned() + kind,
            token.clone(),
            403,
            "GL-REQ-002",
        ),
        (
            "Origin: null\r\n".to_owned() + kind,
            token.clone(),
            403,
            "GL-REQ-002",
        ),
        (
            "Sec-Fetch-Site: cross-site\r\n".to_owned() + kind,
            token.clone(),
            403,
            "GL-REQ-002",
        ),
        (
            origin.clone() + "Sec-Fetch-Site: cross-site\r\n" + kind,
            token.clone(),
            403,
            "GL-REQ-002",
        ),
        (kind.to_owned(), token.clone(), 403, "GL-REQ-002"),
        (
            origin.clone() + "Content-Type: application/json\r\n",
            "{}".to_owned(),
            415,
            "GL-REQ-007",
        ),
        (origin.clone(), token.clone(), 415, "GL-REQ-007"),
        (
            origin.clone() + kind,
            format!("{token}&email=b%40example.com"),
            400,
            "GL-REQ-003",
        ),
        (
            origin.clone() + kind,
            "csrf=%FF%FE".to_owned(),
            400,
            "GL-REQ-003",
        ),
        (
            origin.clone() + kind,
            format!("{token}&x={}", "y".repeat(40_000)),
            413,
            "GL-REQ-006",
        ),
    ];
    for (lines, body, status, code) in cases {
        let head = client.head("POST", "/signin") + &lines;
        let answer = client.clone().send(&head, body.as_bytes());
        assert_eq!(answer.status, status, "{lines} {}", answer.body);
        assert!(answer.is_page_of(code), "{lines} {}", answer.body);
    }
    let whole = client.head("POST", "/signin") + &origin + kind;
    assert_eq!(client.clone().send(&whole, token.as_bytes()).status, 303);
}

#[test]
fn a_body_of_ten_megabytes_is_refused_and_the_refusal_arrives() {
    let home = Home::new();
    let server = home.serve();
    let mut client = server.client();
    client.get("/signin");
    let big = vec![b'a'; 10 * 1_024 * 1_024];
    let lines = format!(
        "Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        server.host()
    );
    for path in ["/signin", "/language", "/signout"] {
        let head = client.head("POST", path) + &lines;
        let answer = client.clone().send(&head, &big);
        assert_eq!(answer.status, 413, "{path}");
        assert!(answer.is_page_of("GL-REQ-006"), "{path}");
    }
    // One that announces more than anybody would read is answered at once.
    let head = client.head("POST", "/signin") + &lines + "Content-Length: 99999999999\r\n\r\n";
    let answer = Answer::parse(&exchange(server.address(), head.as_bytes()));
    assert_eq!(answer.status, 413);
}

#[test]
fn what_is_no_http_is_answered_400_or_closed() {
    let home = Home::new();
    let server = home.serve();
    let host = server.host();
    let cases = [
        "\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nContent-Length: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nX: \u{0}\r\n\r\n"),
        format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n",
            "x".repeat(100_000)
        ),
        format!(
            "GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n",
            "x".repeat(100_000)
        ),
        format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\n{}\r\n",
            "A: b\r\n".repeat(1_000)
        ),
    ];
    for case in &cases {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = stream.write_all(case.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let answer = Answer::parse(&drain(&mut stream));
        assert!(
            matches!(answer.status, 0 | 400 | 414 | 431),
            "{}: {}",
            case.escape_debug().take(60).collect::<String>(),
            answer.status
        );
    }
    assert_eq!(server.client().get("/healthz").status, 200);
}

#[test]
fn cut_swapped_and_doubled_cookies_are_as_good_as_none() {
    let home = Home::new();
    home.account("root@example.com");
    let server = home.serve();
    let mut client = server.client();
    let begun = client.begin("root@example.com");
    let flow = begun.header("location").unwrap().to_owned();
    assert_eq!(client.get(&flow).status, 200);
    let browser = client.cookies["gl_browser"].clone();
    let odd = [
        browser[..16].to_owned(),
        String::new(),
        browser.to_uppercase(),
        format!("{browser}; gl_browser={browser}"),
        "\u{e9}".repeat(32),
        "x".repeat(4_000),
    ];
    for value in odd {
        let mut other = client.clone();
        other.cookies.insert("gl_browser".to_owned(), value.clone());
        let answer = other.get(&flow);
        assert!(
            answer.status < 500 && !answer.body.contains("type=\"password\""),
            "{value}: {}",
            answer.status
        );
        let mut other = client.clone();
        other.cookies.insert("gl_browser".to_owned(), value.clone());
        let answer = other.post(&format!("{flow}/password"), &[("password", "x")]);
        assert!(
            (400..500).contains(&answer.status),
            "{value}: {}",
            answer.status
        );
        let mut other = client.clone();
        other.cookies.insert("gl_session".to_owned(), value.clone());
        let answer = other.get("/console/home");
        assert_eq!(answer.status, 303, "{value}");
        assert!(answer.header("location").unwrap().starts_with("/signin"));
    }
    let mut stranger = server.client();
    stranger.get("/signin");
    let swapped = stranger.get(&flow);
    assert!(
        (400..500).contains(&swapped.status),
        "another browser's flow"
    );
}

#[test]
fn return_addresses_lead_nowhere_else() {
    let home = Home::new();
    let server = home.serve();
    let mut client = server.client();
    client.get("/signin");
    for to in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nX: y",
    ] {
        let answer = client.post("/language", &[("lang", "ja"), ("return_to", to)]);
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), Some("/"), "{to}");
        assert_eq!(answer.header("x"), None);
    }
}

#[test]
fn a_connection_that_says_nothing_or_too_little_is_closed() {
    let home = Home::with_config("limits = { header_seconds = 1 }\n");
    let server = home.serve();
    for bytes in ["", "GET /signin HTTP/1.1\r\nHost: loc"] {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        let answer = Answer::parse(&drain(&mut stream));
        assert!(matches!(answer.status, 0 | 408), "{}", answer.status);
    }
    // One that keeps the connection open after its answer is let go, too.
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.host());
    stream.write_all(request.as_bytes()).unwrap();
    assert_eq!(Answer::parse(&drain(&mut stream)).status, 200);
}

#[test]
fn a_body_that_never_ends_is_given_up() {
    let home = Home::with_config("limits = { request_seconds = 1 }\n");
    let server = home.serve();
    let mut client = server.client();
    client.get("/signin");
    let head = format!(
        "{}Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ncsrf=",
        client.head("POST", "/signin"),
        server.host()
    );
    let answer = Answer::parse(&exchange(server.address(), head.as_bytes()));
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some());
    assert!(
        answer.header("content-security-policy").is_some(),
        "dressed like every answer"
    );
}

#[test]
fn connections_beyond_the_bound_wait_their_turn() {
    let home = Home::with_config("limits = { connections = 2 }\n");
    let server = home.serve();
    let held: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.host());
            stream.write_all(request.as_bytes()).unwrap();
            let mut byte = [0];
            std::io::Read::read_exact(&mut stream, &mut byte).unwrap();
            stream
        })
        .collect();
    let mut third = TcpStream::connect(server.address()).unwrap();
    third
        .set_read_timeout(Some(std::time::Duration::from_millis(300)))
        .unwrap();
    let request = format!(
        "GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.host()
    );
    third.write_all(request.as_bytes()).unwrap();
    let mut byte = [0];
    assert!(
        std::io::Read::read(&mut third, &mut byte).is_err(),
        "no place yet"
    );
    drop(held);
    third.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(Answer::parse(&drain(&mut third)).status, 200);
}
