//! Which service and operation a request is for, and its answer as HTTP.

use crate::authenticate::{Signed, signed};
use crate::operation::At;
use crate::{iam, sts};
use app::api::Call;
use app::{App, Error};
use awswire::model::Service;
use awswire::protocol::query::{self, Form};
use awswire::sigv4::Request;
use awswire::{Reply, WireError};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use domain::client::{Arrival, Client, device_name};
use domain::dice::Dice;
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, request::Parts};
use http_body_util::{BodyExt, Limited};
use serde_json::{Map, Value};
use std::net::IpAddr;
use std::sync::Arc;

/// The largest body: a policy may be 128 KiB of text, each of its characters escaped.
const LARGEST: usize = 1_024 * 1_024;
/// What is shown of a program's name.
const LONGEST_AGENT: usize = 512;
/// Characters of a parameter that are written down: more than the longest policy that is taken.
const LONGEST_TOLD: usize = 16 * 1_024;
/// Parameters that are never written down.
const UNTOLD: [&str; 10] = [
    "AuthenticationCode1",
    "AuthenticationCode2",
    "NewPassword",
    "OldPassword",
    "Password",
    "PrivateKey",
    "SAMLAssertion",
    "TokenCode",
    "TradeInToken",
    "WebIdentityToken",
];

/// Whether a request is a call: a POST to the root, where no page takes one, or a GET that names an action.
pub fn takes(request: &HttpRequest) -> bool {
    if request.uri().path() != "/" {
        return false;
    }
    let names_one = |query: &str| {
        let mut parts = query.split('&');
        parts.any(|part| part.starts_with("Action=") || part.starts_with("X-Amz-Signature="))
    };
    match *request.method() {
        Method::POST => true,
        Method::GET => request.uri().query().is_some_and(names_one),
        _ => false,
    }
}

/// Answers calls.
pub fn router(app: App) -> Router {
    Router::new().fallback(answer).with_state(app)
}

async fn answer(State(app): State<App>, request: HttpRequest) -> Response {
    let dice = Dice::new(app.ports().entropy.seed()).at(app.now());
    let id = request_id(&dice);
    let (parts, body) = request.into_parts();
    let reply = match Limited::new(body, LARGEST).collect().await {
        Ok(body) => Box::pin(called(&app, dice, &id, &parts, &body.to_bytes())).await,
        Err(_) => {
            let said = WireError::new(413, "RequestEntityTooLarge", "The request is too large.");
            query::refusal(&awswire::sts::SERVICE, &said, &id)
        }
    };
    respond(reply, &id)
}

/// A number that tells a request apart, in the form of a UUID of version 4 (RFC 9562 section 5.4).
fn request_id(dice: &Dice) -> String {
    let number = u128::from_be_bytes(dice.bytes("request id"));
    let number = number & !(0xf << 76) & !(0b11 << 62) | (0x4 << 76) | (0b10 << 62);
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    let (a, b, c, d, e) = (
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    );
    format!("{a}-{b}-{c}-{d}-{e}")
}

/// The service of a form, by the version it names: each version is of one service only.
fn service(form: &Form<'_>) -> &'static Service {
    let version = form.get("Version");
    let of = |service: &&'static Service| Some(service.version) == version;
    let services = [&awswire::iam::SERVICE, &awswire::sts::SERVICE];
    services
        .into_iter()
        .find(of)
        .unwrap_or(&awswire::sts::SERVICE)
}

async fn called(app: &App, dice: Dice, id: &str, parts: &Parts, body: &[u8]) -> Reply {
    let get = parts.method == Method::GET;
    let in_query = parts.uri.query().unwrap_or_default();
    let form = Form::parse(if get { in_query.as_bytes() } else { body });
    let form = match form {
        Ok(form) => form,
        Err(said) => return query::refusal(&awswire::sts::SERVICE, &said, id),
    };
    let service = service(&form);
    let done = Box::pin(done(app, dice, id, parts, body, service, &form));
    match done.await {
        Ok(reply) => reply,
        Err(said) => query::refusal(service, &said, id),
    }
}

async fn done(
    app: &App,
    dice: Dice,
    id: &str,
    parts: &Parts,
    body: &[u8],
    service: &'static Service,
    form: &Form<'_>,
) -> Result<Reply, WireError> {
    let operation = query::named(service, form)?;
    let request = Request {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        authority: parts.uri.authority().map(http::uri::Authority::as_str),
    };
    // A signature in the address is taken for the one call that only tells who signed it.
    let query_form = operation.name() == "GetCallerIdentity";
    let Signed { caller, region } = signed(app, service, &request, body, query_form).await?;
    let (client, agent, secure) = arrival(parts);
    let call = Call {
        caller,
        service: service.name,
        operation: operation.name(),
        region,
        request: id.to_owned(),
        client,
        user_agent: agent,
        secure,
        now: app.now(),
        dice,
        parameters: told(form),
    };
    let at = At {
        app: app.clone(),
        call: Arc::new(call),
        operation,
        form,
    };
    match service.name {
        "iam" => Box::pin(iam::serve(at)).await,
        _ => Box::pin(sts::serve(at)).await,
    }
}

/// Where a call came from, as the edge saw it.
fn arrival(parts: &Parts) -> (Client, String, bool) {
    let arrival = parts.extensions.get::<Arrival>().copied();
    let arrival = arrival.unwrap_or(Arrival {
        address: IpAddr::from([127, 0, 0, 1]),
        secure: false,
    });
    let agent = parts.headers.get(header::USER_AGENT);
    let agent = agent
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let agent: String = agent.chars().take(LONGEST_AGENT).collect();
    let client = Client {
        address: arrival.address,
        device: device_name(&agent),
    };
    (client, agent, arrival.secure)
}

/// The parameters of a call as they are written down.
fn told(form: &Form<'_>) -> Value {
    let told = form.pairs().filter(|(name, _)| {
        let last = name.rsplit('.').next().unwrap_or(name);
        !matches!(*name, "Action" | "Version")
            && !name.starts_with("X-Amz-")
            && !UNTOLD.contains(&last)
    });
    let short = |value: &str| match value.char_indices().nth(LONGEST_TOLD) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    };
    let told: Map<String, Value> = told
        .map(|(name, value)| (name.to_owned(), Value::from(short(value))))
        .collect();
    Value::Object(told)
}

/// What a verb ended in, as the service says it. A refusal of the pages' own catalogue can only be that the store is away.
pub(crate) fn wire(service: &Service, error: Error) -> WireError {
    match error {
        Error::Said(said) => WireError::new(said.code.status(), said.code.as_str(), said.message),
        Error::Refused(refusal) => {
            tracing::warn!(%refusal, service = service.name, "a call was not served");
            WireError::new(
                503,
                "ServiceUnavailable",
                "The service is unavailable. Try again later.",
            )
        }
        Error::Store(_) | Error::Fault(_) => {
            tracing::error!(%error, service = service.name, "fault in a call");
            WireError::new(
                500,
                "InternalFailure",
                "The request could not be processed.",
            )
        }
    }
}

fn respond(reply: Reply, id: &str) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    if let Ok(status) = http::StatusCode::from_u16(reply.status) {
        *response.status_mut() = status;
    }
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(reply.content_type),
    );
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    let kind = reply
        .error_type
        .and_then(|kind| HeaderValue::from_str(&kind).ok());
    if let Some(kind) = kind {
        headers.insert(HeaderName::from_static("x-amzn-errortype"), kind);
    }
    response
}
