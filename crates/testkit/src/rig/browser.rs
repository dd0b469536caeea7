//! A browser without scripts: cookies, forms and redirects, through the real router.

use super::log::Secrets;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tower::ServiceExt;

/// Where a rig is reached.
pub(crate) const ORIGIN: &str = "http://localhost:8080";
/// No story redirects more often.
const MOST_REDIRECTS: usize = 10;

/// A browser with its own cookies.
#[derive(Debug, Clone)]
pub struct Browser {
    router: Router,
    /// The cookies it holds.
    pub cookies: BTreeMap<String, String>,
    /// `Accept-Language`.
    pub language: String,
    /// `User-Agent`.
    pub agent: String,
    /// Where it connects from.
    pub peer: SocketAddr,
    /// The token of the last page with a form.
    csrf: String,
    /// The last page, as `Referer` names it.
    here: String,
    /// What went through it and must not be logged.
    secrets: Arc<Secrets>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Path and query of the page that answered, after redirects if they were followed.
    pub path: String,
    /// Where it redirects to.
    pub location: Option<String>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Browser {
    pub(super) fn new(router: Router, secrets: Arc<Secrets>) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            language: "en".to_owned(),
            agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
                .to_owned(),
            peer: SocketAddr::from(([127, 0, 0, 1], 40_000)),
            csrf: String::new(),
            here: String::new(),
            secrets,
        }
    }

    /// Opens a page and follows redirects.
    pub async fn open(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.follow(answer).await
    }

    /// Sends a form with the token of the last page, and follows redirects.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields).await;
        self.follow(answer).await
    }

    /// One GET, redirects not followed.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).body(Body::empty());
        self.send(path, request.expect("a request")).await
    }

    /// One POST with the token of the last page, redirects not followed.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        if self.csrf.is_empty() {
            self.get("/signin").await;
        }
        for (name, value) in fields {
            self.secrets.keep_typed(name, value);
            self.secrets.keep_typed(name, &encoded(value));
        }
        let mut body = form(&[("csrf", &self.csrf)]);
        if !fields.is_empty() {
            body.push('&');
            body.push_str(&form(fields));
        }
        self.post_raw(path, body).await
    }

    /// One POST with this body and nothing added, redirects not followed.
    pub async fn post_raw(&mut self, path: &str, body: impl Into<Body>) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::ORIGIN, ORIGIN)
            .header(header::REFERER, format!("{ORIGIN}{}", self.here))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.into());
        self.send(path, request.expect("a request")).await
    }

    /// Any request as it is, with this browser's cookies.
    pub async fn send(&mut self, path: &str, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let request_method = request.method().clone();
        let response = self.router.clone().oneshot(request).await;
        let (parts, body) = response.expect("an answer").into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        if request_method == Method::GET && parts.status.is_success() {
            self.here = path.to_owned();
        }
        let answer = Answer {
            status: parts.status,
            path: path.to_owned(),
            location: text_of(&parts.headers, header::LOCATION.as_str()),
            body: String::from_utf8_lossy(&bytes).into_owned(),
            headers: parts.headers,
        };
        self.keep_cookies(&answer.headers);
        if let Some(csrf) = answer.input("csrf") {
            self.secrets.keep(&csrf);
            self.csrf = csrf;
        }
        // A new device's key and saved codes are seen on a page only.
        self.secrets
            .keep(&answer.element("key").unwrap_or_default());
        for code in answer.element("codes").unwrap_or_default().split(' ') {
            self.secrets.keep(code);
        }
        answer
    }

    /// The token that its next form carries.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// The beginning of a request as this browser makes it: host, cookies, what it is and speaks.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8080")
            .header(header::USER_AGENT, &self.agent)
            .header(header::ACCEPT_LANGUAGE, &self.language);
        if !self.cookies.is_empty() {
            let pairs = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            request = request.header(header::COOKIE, pairs.collect::<Vec<_>>().join("; "));
        }
        request
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        let lines = headers.get_all(header::SET_COOKIE).iter();
        for line in lines.filter_map(|line| line.to_str().ok()) {
            let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('='))
            else {
                continue;
            };
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.secrets.keep(value);
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..MOST_REDIRECTS {
            let Some(to) = answer
                .location
                .clone()
                .filter(|_| answer.status.is_redirection())
            else {
                return answer;
            };
            answer = self.get(&to).await;
        }
        panic!("redirected in a circle at {}", answer.path)
    }
}

impl Answer {
    /// The words of the page: without tags, blanks collapsed.
    pub fn text(&self) -> String {
        words(&self.body)
    }

    /// Whether the page shows these words.
    pub fn shows(&self, wanted: &str) -> bool {
        self.text().contains(wanted)
    }

    /// The value of the first input of this name.
    pub fn input(&self, name: &str) -> Option<String> {
        let wanted = Some(name.to_owned());
        let mut tags = self.tags("input");
        tags.find(|tag| attribute(tag, "name") == wanted)
            .map(|tag| attribute(tag, "value").unwrap_or_default())
    }

    /// Where the forms of the page go, in their order.
    pub fn actions(&self) -> Vec<String> {
        self.tags("form")
            .filter_map(|tag| attribute(tag, "action"))
            .collect()
    }

    /// The first form whose address ends so.
    pub fn action(&self, end: &str) -> String {
        let found = self
            .actions()
            .into_iter()
            .find(|action| action.ends_with(end));
        found.unwrap_or_else(|| panic!("no form to …{end} at {}:\n{}", self.path, self.text()))
    }

    /// Where the links of the page go, in their order.
    pub fn links(&self) -> Vec<String> {
        self.tags("a")
            .filter_map(|tag| attribute(tag, "href"))
            .collect()
    }

    /// The first link whose address ends so.
    pub fn link(&self, end: &str) -> String {
        let found = self.links().into_iter().find(|link| link.ends_with(end));
        found.unwrap_or_else(|| panic!("no link to …{end} at {}:\n{}", self.path, self.text()))
    }

    /// The words inside the element of this id.
    pub fn element(&self, id: &str) -> Option<String> {
        let mark = format!(" id=\"{id}\"");
        let (before, after) = self.body.split_once(&mark)?;
        let name: String = before
            .rsplit('<')
            .next()?
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let inside = after.split_once('>')?.1;
        Some(words(inside.split(&format!("</{name}>")).next()?))
    }

    fn tags<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let start = format!("<{name} ");
        let pieces: Vec<&str> = self.body.split(start.as_str()).skip(1).collect();
        pieces
            .into_iter()
            .filter_map(|piece| piece.split('>').next())
    }
}

/// One audit record in a line: its name, and the refusal if it was one.
pub(crate) fn line(entry: &store::audit::Entry) -> String {
    match entry.outcome.as_str() {
        "ok" => entry.event.clone(),
        code => format!("{} {code}", entry.event),
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned)
}

fn form(fields: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(&encoded(name));
        out.push('=');
        out.push_str(&encoded(value));
    }
    out
}

fn encoded(text: &str) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    text.bytes()
        .map(|b| {
            if plain(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let padded = format!(" {tag}");
    let (_, rest) = padded.split_once(&format!(" {name}=\""))?;
    rest.split('"').next().map(decoded)
}

fn words(html: &str) -> String {
    let mut out = String::new();
    for piece in html.split('<') {
        let visible = match piece.split_once('>') {
            Some((_, visible)) => visible,
            None => piece,
        };
        out.push(' ');
        out.push_str(&decoded(visible));
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn decoded(html: &str) -> String {
    let mut out = html.to_owned();
    for (entity, text) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        out = out.replace(entity, text);
    }
    out
}
