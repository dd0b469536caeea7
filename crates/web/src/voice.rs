//! `/voice/…`: where carriers that are reached by HTTP ask and tell about a call. No page, no cookie, no form of ours:
//! who may speak here proves it by a signature, which the telephone checks.

use crate::front::Front;
use crate::guard;
use app::ports::Callback;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

/// What such a request may be long: a handful of fields.
const LARGEST: usize = 16 * 1_024;

/// A carrier asks or tells something.
pub(crate) async fn callback(State(front): State<Front>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let post = parts.method == Method::POST;
    let body = match guard::body(body, LARGEST).await {
        Ok(body) => body,
        Err(_) => return StatusCode::FORBIDDEN.into_response(),
    };
    let headers = parts.headers.iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    let path = parts.uri.path_and_query().map(|path| path.as_str());
    let callback = Callback {
        post,
        path: path.unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body,
    };
    let answer = front.app().called_back(callback).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::FORBIDDEN);
    let mut response = (status, answer.body).into_response();
    let kind = HeaderValue::from_static(answer.kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
