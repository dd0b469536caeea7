//! What every request goes through before a page sees it, and what every answer carries.
//!
//! Before: the host is one of ours (else 421, on every path), a trial server was not reached through a proxy. After:
//! the headers that keep browsers from doing what we never want.

use crate::front::Front;
use crate::refused;
use crate::routes::Beside;
use crate::visit::Glance;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::client::Arrival;
use domain::refusal::Code;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use std::net::{IpAddr, SocketAddr};
use tower::ServiceExt;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Lets a request in if it was meant for us.
pub(crate) async fn enter(
    State((front, beside)): State<(Front, Option<Beside>)>,
    request: Request,
    next: Next,
) -> Response {
    let asset = request.uri().path().starts_with("/static/");
    let (mut parts, body) = request.into_parts();
    let arrival = Arrival {
        address: client_address(&front, &parts),
        secure: front.serving().secure,
    };
    parts.extensions.insert(arrival);
    let request = Request::from_parts(parts, body);
    let mut response = if wrong_host(&front, &request) {
        refused::bare(Code::WrongHost)
    } else if !is_text(request.uri().path()) {
        nowhere(&front, request).await
    } else if let Some(beside) = beside.filter(|beside| (beside.takes)(&request)) {
        let answer = async { beside.router.oneshot(request).await.into_response() };
        within(&front, answer).await
    } else {
        within(&front, next.run(request)).await
    };
    dress(response.headers_mut(), front.serving().secure, asset);
    response
}

/// Whether a path is text once its escapes are undone; no address of ours is anything else.
fn is_text(path: &str) -> bool {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8();
    decoded.is_ok_and(|text| !text.contains('\0'))
}

async fn nowhere(front: &Front, request: Request) -> Response {
    match Glance::from_request(request, front).await {
        Ok(Glance(visit)) => visit.refuse(&Code::NoSuchPage.into()),
        Err(response) => response,
    }
}

/// The answer, or 503 when it takes too long: a slow client or a slow store must not hold a connection for ever.
async fn within(front: &Front, answer: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(front.serving().request_limit, answer).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!("a request took too long and was given up");
            let mut response = refused::bare(Code::Busy);
            let retry = HeaderValue::from_static("5");
            response.headers_mut().insert(header::RETRY_AFTER, retry);
            response
        }
    }
}

fn wrong_host(front: &Front, request: &Request) -> bool {
    let headers = request.headers();
    let host = match request.uri().authority() {
        // HTTP/2 carries the host here; a Host header beside it must say the same.
        Some(authority) => {
            let header = headers.get(header::HOST).and_then(|v| v.to_str().ok());
            if header.is_some_and(|h| !h.eq_ignore_ascii_case(authority.as_str())) {
                return true;
            }
            Some(authority.as_str())
        }
        None => {
            let mut hosts = headers.get_all(header::HOST).iter();
            match (hosts.next(), hosts.next()) {
                (Some(only), None) => only.to_str().ok(),
                _ => None,
            }
        }
    };
    let forwarded = [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    ];
    let through_proxy =
        front.serving().trial && forwarded.iter().any(|name| headers.contains_key(*name));
    through_proxy || !host.is_some_and(|host| front.is_our_host(host, request.uri().path()))
}

fn dress(headers: &mut HeaderMap, secure: bool, asset: bool) {
    let mut put = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, CSP);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(header::X_FRAME_OPTIONS, "DENY");
    put(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    put(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    put(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    );
    if !asset {
        put(header::CACHE_CONTROL, "no-store");
    }
    if secure {
        put(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
}

/// The address of the client, as [`enter`] saw it.
pub(crate) fn came_from(request: &http::request::Parts) -> IpAddr {
    let arrival = request.extensions.get::<Arrival>();
    arrival.map_or(IpAddr::from([127, 0, 0, 1]), |arrival| arrival.address)
}

/// Whether a form came from a page of ours (Fetch Metadata, or the Origin header where a browser lacks it).
pub(crate) fn from_our_page(front: &Front, method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("origin"), text("sec-fetch-site")) {
        (Some(origin), site) => {
            front.is_our_origin(origin) && site.is_none_or(|s| s == "same-origin")
        }
        (None, site) => site == Some("same-origin"),
    }
}

/// The page of ours whose form was sent, as the browser names it: path and query.
pub(crate) fn sent_from(
    front: &Front,
    headers: &HeaderMap,
    within: fn(&str) -> Option<String>,
) -> Option<String> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let path = referer.match_indices('/').nth(2).map(|(at, _)| at)?;
    let (origin, path) = referer.split_at_checked(path)?;
    let path = within(path)?;
    front.is_our_origin(origin).then_some(path)
}

/// The address of the client: the peer's, or what trusted proxies say, read from the right.
fn client_address(front: &Front, request: &http::request::Parts) -> IpAddr {
    let peer = request
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_canonical());
    let mut address = peer.unwrap_or(IpAddr::from([127, 0, 0, 1]));
    let trusted = |a: IpAddr| {
        front
            .serving()
            .trusted_proxies
            .iter()
            .any(|net| net.contains(a))
    };
    let chain: Vec<&str> = request
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    for hop in chain.into_iter().rev() {
        if !trusted(address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(next) => address = next.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

/// What of a body that is too large is still taken in, so that the browser has sent it and reads our answer.
const LINGER: usize = 16 * 1_024 * 1_024;

/// Reads a body of at most `most` bytes.
pub(crate) async fn body(mut body: Body, most: usize) -> Result<Vec<u8>, Code> {
    use http_body_util::BodyExt;
    let announced = axum::body::HttpBody::size_hint(&body).lower();
    if announced > u64::try_from(LINGER).unwrap_or(u64::MAX) {
        return Err(Code::TooLarge);
    }
    let (mut bytes, mut seen) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Code::MalformedForm)?.into_data() else {
            continue;
        };
        seen = seen.saturating_add(data.len());
        if seen <= most {
            bytes.extend_from_slice(&data);
        } else if seen > LINGER {
            break;
        }
    }
    if seen > most {
        Err(Code::TooLarge)
    } else {
        Ok(bytes)
    }
}
