//! Whether a browser reaches what it needs here, and the hosts that a network has to let through (R-TS-06, R-AVL-05).
//!
//! The list comes from the settings. The test needs no script: the page itself, a picture and a cookie show what gets
//! through, and the person looks whether they did.

use crate::page::Page;
use crate::text::Moment;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;
use domain::mail::Sender;

#[derive(Template)]
#[template(path = "help/reach.html")]
struct Reach {
    page: Page,
    /// The one host that everything comes from, and its port.
    host: String,
    port: u16,
    /// The same as an address.
    origin: String,
    secure: bool,
    /// Whether the browser brought our cookie along.
    cookie: bool,
    /// The address that the request came from.
    seen_from: String,
    clock: Moment,
    /// Keeps the picture from being an older one.
    fresh: i64,
    /// The addresses that mails come from, each with an id on the page.
    senders: [(&'static str, String); 2],
}

/// `GET /help/reach`
pub(crate) async fn reach(mut visit: Visit) -> Response {
    let cookie = visit.keeps_cookies();
    let serving = visit.front.serving();
    let origin = serving.origins.first().cloned().unwrap_or_default();
    let (host, port) = host_and_port(&origin);
    let secure = serving.secure;
    let senders = &visit.app().settings().senders;
    let [sign_in, recovery] = Sender::ALL.map(|sender| senders.of(sender).to_owned());
    let title = visit.t().s("reach-title");
    let template = Reach {
        host,
        port,
        origin,
        secure,
        cookie,
        seen_from: visit.ctx.client.address.to_string(),
        clock: visit.when(visit.ctx.now),
        fresh: visit.ctx.now.millis(),
        senders: [("sender", sign_in), ("recovery-sender", recovery)],
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// Host and port of an origin, `scheme://host[:port]`.
pub fn host_and_port(origin: &str) -> (String, u16) {
    let (scheme, rest) = origin.split_once("://").unwrap_or(("https", origin));
    let usual = if scheme == "http" { 80 } else { 443 };
    match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            (host.to_owned(), port.parse().unwrap_or(usual))
        }
        _ => (rest.to_owned(), usual),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_an_origin_is_told_also_where_it_is_the_usual_one() {
        let cases = [
            ("https://id.example.com", "id.example.com", 443),
            ("https://id.example.com:8443", "id.example.com", 8_443),
            ("http://localhost", "localhost", 80),
            ("http://[::1]:8080", "[::1]", 8_080),
            ("https://[2001:db8::1]", "[2001:db8::1]", 443),
        ];
        for (origin, host, port) in cases {
            assert_eq!(host_and_port(origin), (host.to_owned(), port));
        }
    }
}
