//! The JSON 1.1 protocol: the operation in `X-Amz-Target`, an object in, an object out.

use super::{Input, json};
use crate::error::{Reply, WireError};
use crate::model::{NONE, Operation, Service};
use crate::value::{Answer, Value};

const JSON: &str = "application/x-amz-json-1.1";

/// Which operation a target asks for.
///
/// # Errors
/// It is none of this service.
pub fn named(service: &'static Service, target: &str) -> Result<Operation, WireError> {
    let name = target
        .strip_prefix(service.target_prefix)
        .and_then(|rest| rest.strip_prefix('.'));
    let found = name.and_then(|name| service.operation(name));
    found.ok_or_else(|| WireError::new(404, "UnknownOperationException", ""))
}

/// Reads the input of an operation and checks its constraints.
///
/// # Errors
/// A body that cannot be read as its input, or values that break its constraints.
pub fn input(operation: Operation, body: &[u8]) -> Result<Input, WireError> {
    let service = operation.service();
    let value = match operation.input() {
        NONE => Value::Structure(Vec::new()),
        shape => json::read(service, service.shape(shape), body)?,
    };
    Input::checked(operation, value)
}

/// The answer to a call.
#[must_use]
pub fn reply<T: Answer>(operation: Operation, output: T) -> Reply {
    let service = operation.service();
    Reply {
        status: 200,
        content_type: JSON,
        error_type: None,
        body: json::write(
            service,
            service.shape(operation.output()),
            &output.into_value(),
        ),
    }
}

/// A refusal. The code stands in the body and in a header: clients look in one or the other.
#[must_use]
pub fn refusal(error: &WireError) -> Reply {
    Reply {
        status: error.status,
        content_type: JSON,
        error_type: Some(error.code.to_string()),
        body: json::refusal(Some(&error.code), "Message", error),
    }
}

#[cfg(test)]
mod tests;
