//! The REST-JSON protocol: the operation in the path, an object in, an object out.

use super::json11;
use super::{Input, json};
use crate::error::{Reply, WireError};
use crate::model::{Operation, Service};
use crate::value::Answer;

const JSON: &str = "application/json";

/// Which operation is posted to this path and query. Where several share a path, the one whose parameter is there.
///
/// # Errors
/// It is none of this service.
pub fn named(service: &'static Service, path: &str, query: &str) -> Result<Operation, WireError> {
    let mut plain = None;
    for operation in service.operations() {
        match operation.path().split_once('?') {
            None if operation.path() == path => plain = Some(operation),
            Some((its, parameter))
                if its == path && query.split('&').any(|given| given == parameter) =>
            {
                return Ok(operation);
            }
            _ => {}
        }
    }
    plain.ok_or_else(|| WireError::new(404, "UnknownOperationException", ""))
}

/// Reads the input of an operation and checks its constraints.
///
/// # Errors
/// A body that cannot be read as its input, or values that break its constraints.
pub fn input(operation: Operation, body: &[u8]) -> Result<Input, WireError> {
    json11::input(operation, body)
}

/// The answer to a call.
#[must_use]
pub fn reply<T: Answer>(operation: Operation, output: T) -> Reply {
    Reply {
        content_type: JSON,
        ..json11::reply(operation, output)
    }
}

/// A refusal. The code stands in a header, where clients look first; OAuth's own words are further members of the body.
#[must_use]
pub fn refusal(error: &WireError) -> Reply {
    Reply {
        status: error.status,
        content_type: JSON,
        error_type: Some(error.code.to_string()),
        body: json::refusal(None, "message", error),
    }
}
