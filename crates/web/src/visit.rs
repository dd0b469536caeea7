//! One request of a person, as a page sees it: who, what was sent, in which language; and how to answer.

use crate::form::{Fields, LARGEST, Malformed};
use crate::front::Front;
use crate::page::{FieldError, Flash, Page, Person, SignedIn};
use crate::text::{Clockface, Moment, T};
use crate::{assets, cookie, guard, refused};
use app::settings::OnTrial;
use app::{Ctx, Error};
use askama::Template;
use axum::extract::{FromRequest, Request};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::client::{Client, device_name};
use domain::locale::Locale;
use domain::refusal::{Code, Refusal};
use domain::time::Timestamp;
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// One request of a person.
#[derive(Debug)]
pub struct Visit {
    /// What every page needs.
    pub front: Front,
    /// The circumstances.
    pub ctx: Ctx,
    /// The fields of the form; empty for a GET.
    pub form: Fields,
    /// The fields of the query.
    pub query: Fields,
    /// Path and query, to come back to after a change of language.
    pub here: String,
    /// Whether a new password is asked for before anything else.
    pub password_required: bool,
    /// Whether a device must be registered before anything else.
    device_required: bool,
    returning: bool,
    link: String,
    /// The page to come back to after a sign-in or fresh proof: this one, or the one whose form was sent.
    back: String,
    csrf: String,
    zone: String,
    flash: Option<String>,
    cookies: Vec<String>,
    signed_in: Option<SignedIn>,
    errors: Vec<FieldError>,
}

impl FromRequest<Front> for Visit {
    type Rejection = Response;

    async fn from_request(request: Request, front: &Front) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let mut visit = Self::arrive(front, &parts)
            .await
            .map_err(|error| refused::bare_error(&error))?;
        let query = parts.uri.query().unwrap_or("").as_bytes();
        visit.query = match Fields::parse(query) {
            Ok(fields) => fields,
            Err(Malformed) => return Err(visit.refuse(&Code::MalformedForm.into())),
        };
        let path = parts.uri.path();
        if visit.password_required && !open_before(&BEFORE_PASSWORD, path) {
            return Err(visit.see_other("/console/password"));
        }
        if visit.device_required && !open_before(&BEFORE_DEVICE, path) {
            return Err(visit.see_other("/console/security-credentials/devices/new"));
        }
        if parts.method.is_safe() {
            return Ok(visit);
        }
        if !guard::from_our_page(front, &parts.method, &parts.headers) {
            return Err(visit.refuse(&Code::ForeignOrigin.into()));
        }
        if !is_form(&parts.headers) {
            return Err(visit.refuse(&Code::WrongMediaType.into()));
        }
        let read = guard::body(body, LARGEST).await;
        let form =
            read.and_then(|bytes| Fields::parse(&bytes).map_err(|Malformed| Code::MalformedForm));
        visit.form = match form {
            Ok(form) => form,
            Err(code) => return Err(visit.refuse(&code.into())),
        };
        let token = visit.form.or_blank("csrf");
        if !domain::secret::equal(token.as_bytes(), visit.csrf.as_bytes()) {
            return Err(visit.refuse(&Code::FormToken.into()));
        }
        Ok(visit)
    }
}

/// A request that is only answered, never acted on: its body is not read, so no form can be wrong. For addresses that
/// do not exist or not in this way.
#[derive(Debug)]
pub(crate) struct Glance(pub(crate) Visit);

impl FromRequest<Front> for Glance {
    type Rejection = Response;

    async fn from_request(request: Request, front: &Front) -> Result<Self, Response> {
        let (parts, _) = request.into_parts();
        let visit = Visit::arrive(front, &parts).await;
        visit.map(Self).map_err(|error| refused::bare_error(&error))
    }
}

/// What can be reached while a new password is required: setting it, and proving oneself for it.
const BEFORE_PASSWORD: [&str; 2] = ["/console/password", "/console/step-up"];
/// What can be reached while a device is required.
const BEFORE_DEVICE: [&str; 3] = [
    "/console/password",
    "/console/step-up",
    "/console/security-credentials",
];

fn open_before(open: &[&str], path: &str) -> bool {
    !path.starts_with("/console") || open.iter().any(|open| path.starts_with(open))
}

/// Whether an address is one for operators: there, and only there, the session of an operator counts, and no other.
fn for_operators(path: &str) -> bool {
    app::landing::lies_in("/operator", path)
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    kind.split(';')
        .next()
        .unwrap_or("")
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

impl Visit {
    async fn arrive(front: &Front, parts: &http::request::Parts) -> Result<Self, Error> {
        let secure = front.serving().secure;
        let headers = &parts.headers;
        let text = |name: header::HeaderName| {
            headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or("")
        };
        let client = Client {
            address: guard::came_from(parts),
            device: device_name(text(header::USER_AGENT)),
        };
        let chosen = cookie::read(headers, cookie::LANGUAGE, secure).and_then(Locale::from_tag);
        let asked = Locale::negotiate(text(header::ACCEPT_LANGUAGE));
        let mut ctx = Ctx::new(front.app(), client, chosen.or(asked).unwrap_or(Locale::En));
        let mut cookies = Vec::new();
        let brought = cookie::token(headers, cookie::BROWSER, secure);
        let returning = brought.is_some();
        let browser = match brought {
            Some(token) => token.to_owned(),
            None => {
                let token = ctx.dice.token("browser").expose().clone();
                cookies.push(cookie::set(cookie::BROWSER, &token, secure));
                token
            }
        };
        ctx.browser = Some(app::token::hash(&browser));
        // Each realm reads its own cookies and no other's.
        let for_operators = for_operators(parts.uri.path());
        let known = match for_operators {
            true => cookie::OPERATOR_KNOWN,
            false => cookie::KNOWN,
        };
        ctx.known = cookie::token(headers, known, secure).map(app::token::hash);
        let mut signed_in = None;
        let (mut password_required, mut device_required) = (false, false);
        if for_operators {
            if let Some(token) = cookie::token(headers, cookie::OPERATOR, secure) {
                ctx.operator = front.app().find_operator_session(&ctx, token).await?;
            }
            if let (Some(who), None) = (&ctx.operator, chosen) {
                ctx.locale = who.operator.locale;
            }
        } else if let Some(token) = cookie::token(headers, cookie::SESSION, secure)
            && let Some(found) = front.app().find_session(&ctx, token).await?
        {
            if chosen.is_none() {
                ctx.locale = found.account.locale;
            }
            signed_in = Some(SignedIn {
                name: found.account.name,
                account_id_shown: found.account.id.grouped(),
                email: found.account.email,
            });
            password_required = found.password_required;
            device_required = found.device_required;
            ctx.session = Some(found.session);
        }
        let session = ctx.session.as_ref().map(|s| &s.id);
        let session = session.or(ctx.operator.as_ref().map(|who| &who.session.id));
        let csrf = front.app().form_token(&browser, session);
        let here = parts
            .uri
            .path_and_query()
            .map_or("/", |p| p.as_str())
            .to_owned();
        let back = if parts.method.is_safe() {
            here.clone()
        } else {
            let (within, home): (fn(&str) -> _, _) = match for_operators {
                true => (app::landing::checked_operator, app::landing::OPERATOR_HOME),
                false => (app::landing::checked, app::landing::CONSOLE_HOME),
            };
            guard::sent_from(front, headers, within).unwrap_or_else(|| home.to_owned())
        };
        let zone = cookie::read(headers, cookie::ZONE, secure)
            .filter(|z| z.len() <= 64)
            .map(|z| z.replace("%2F", "/"));
        Ok(Self {
            zone: zone.unwrap_or_else(|| front.serving().time_zone.clone()),
            flash: cookie::read(headers, cookie::FLASH, secure).map(str::to_owned),
            front: front.clone(),
            ctx,
            form: Fields::default(),
            query: Fields::default(),
            here,
            back,
            csrf,
            cookies,
            signed_in,
            errors: Vec::new(),
            password_required,
            device_required,
            returning,
            link: cookie::token(headers, cookie::LINK, secure)
                .unwrap_or("")
                .to_owned(),
        })
    }

    /// The verbs.
    pub fn app(&self) -> &app::App {
        self.front.app()
    }

    fn for_operators(&self) -> bool {
        for_operators(self.here.split('?').next().unwrap_or(""))
    }

    /// Where to begin again: among the pages for operators, at their sign-in.
    pub fn start(&self) -> &'static str {
        match (self.for_operators(), self.ctx.session.is_some()) {
            (true, _) => "/operator",
            (false, true) => app::landing::CONSOLE_HOME,
            (false, false) => "/signin",
        }
    }

    /// Whether the browser brought our cookie along; one that comes for the first time does not.
    pub fn keeps_cookies(&self) -> bool {
        self.returning
    }

    /// The token of the mailed link that led here; empty without one.
    pub fn link(&self) -> &str {
        &self.link
    }

    /// The texts in the language of the page.
    pub fn t(&self) -> T {
        T::of(self.ctx.locale)
    }

    /// A moment as this person reads it.
    pub fn when(&self, at: Timestamp) -> Moment {
        Clockface::new(&self.zone, self.ctx.locale).show(at)
    }

    /// The frame of a page with this title.
    pub fn page(&mut self, title: impl Into<String>) -> Page {
        let locale = self.ctx.locale;
        let flash = self.flash.take().and_then(|key| {
            self.cookies
                .push(cookie::clear(cookie::FLASH, self.front.serving().secure));
            let (kind, key) = key.split_once('.')?;
            let kind = ["ok", "info", "warn", "danger"]
                .into_iter()
                .find(|k| *k == kind)?;
            let known = key.starts_with("flash-") && self.t().has(key);
            known.then(|| Flash {
                kind,
                text: self.t().s(key),
            })
        });
        Page {
            lang: locale.tag(),
            theme: "",
            title: title.into(),
            t: self.t(),
            css_url: &assets::CSS_URL,
            js_url: &assets::JS_URL,
            csrf: self.csrf.clone(),
            here: self.here.clone(),
            trial: self.app().settings().on_trial().map(|what| match what {
                OnTrial::All => "shell-trial-text",
                OnTrial::Mail => "shell-trial-mail",
                OnTrial::Calls => "shell-trial-calls",
            }),
            refresh: None,
            signed_in: self.signed_in.clone(),
            realm: if self.for_operators() {
                "/operator"
            } else {
                ""
            },
            operator: self.ctx.operator.as_ref().map(|who| Person {
                name: who.operator.name.clone(),
                email: who.operator.email.clone(),
            }),
            languages: Locale::ALL
                .map(|l| (l.tag(), l.endonym(), l == locale))
                .to_vec(),
            flash,
            errors: self.errors.clone(),
        }
    }

    /// Adds a cookie to the answer.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies
            .push(cookie::set(name, value, self.front.serving().secure));
    }

    /// Removes a cookie with the answer.
    pub fn clear_cookie(&mut self, name: &str) {
        self.cookies
            .push(cookie::clear(name, self.front.serving().secure));
    }

    /// Shows a notice on the next page: `kind` is `ok`, `info`, `warn` or `danger`, `key` a text that begins `flash-`.
    pub fn flash(&mut self, kind: &str, key: &str) {
        self.set_cookie(cookie::FLASH, &format!("{kind}.{key}"));
    }

    /// Answers with a page.
    pub fn render(self, status: StatusCode, template: &impl Template) -> Response {
        self.render_every(status, None, template)
    }

    /// Answers with a page that asks again after `refresh` seconds, for browsers without scripts.
    pub fn render_every(
        self,
        status: StatusCode,
        refresh: Option<u32>,
        template: &impl Template,
    ) -> Response {
        let mut response = match template.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(error) => {
                tracing::error!(%error, "a template failed");
                refused::bare_fault(&self.ctx.request)
            }
        };
        if let Some(value) = refresh.and_then(|s| HeaderValue::from_str(&s.to_string()).ok()) {
            response.headers_mut().insert(header::REFRESH, value);
        }
        self.with_cookies(response)
    }

    /// Answers with a page.
    pub fn ok(self, template: &impl Template) -> Response {
        self.render(StatusCode::OK, template)
    }

    /// Sends the browser on by GET.
    pub fn see_other(self, path: &str) -> Response {
        self.with_cookies(Redirect::to(path).into_response())
    }

    /// Answers a refusal or a fault with a page of its own. What a sign-in or fresh proof mends leads there, and back
    /// to the page whose form was sent.
    pub fn refuse(mut self, error: &Error) -> Response {
        let way = match error.refusal().map(|refusal| refusal.code) {
            Some(Code::SignInNeeded) => Some("/signin"),
            Some(Code::StepUpNeeded) => Some("/console/step-up"),
            Some(Code::OperatorSignInNeeded) => Some("/operator"),
            Some(Code::OperatorProofNeeded) => Some("/operator/proof"),
            _ => None,
        };
        if let Some(way) = way {
            let back = percent_encoding::utf8_percent_encode(
                &self.back,
                percent_encoding::NON_ALPHANUMERIC,
            );
            let to = format!("{way}?return_to={back}");
            return self.see_other(&to);
        }
        let response = refused::page(&mut self, error);
        self.with_cookies(response)
    }

    /// The words of a refusal: sentence, time and tries left.
    pub fn say(&self, refusal: &Refusal) -> String {
        refused::sentence(self, refusal)
    }

    /// Marks a field as refused: the page that follows says why there, with the permanent code of the refusal.
    pub fn wrong(&mut self, field: &str, refusal: &Refusal) {
        let text = self.say(refusal);
        self.wrong_because(field, refusal.code.as_str(), text);
    }

    /// The same in words that fit the field better than those of the code alone.
    pub fn wrong_because(&mut self, field: &str, code: &'static str, text: String) {
        self.errors.push(FieldError {
            field: field.to_owned(),
            text,
            code,
        });
    }

    /// Whether a field was marked.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    fn with_cookies(self, mut response: Response) -> Response {
        for line in &self.cookies {
            if let Ok(value) = HeaderValue::from_str(line) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }
}

impl From<Malformed> for Box<Error> {
    fn from(_: Malformed) -> Self {
        Box::new(Code::MalformedForm.into())
    }
}
