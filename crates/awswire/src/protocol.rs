//! The three protocols: an input is decoded and checked, an output or a refusal is put into its envelope.

mod json;
pub mod json11;
pub mod query;
pub mod rest_json;

use crate::constraint;
use crate::error::WireError;
use crate::model::{NONE, Operation};
use crate::value::{Part as _, Structure, Value};

/// The input of a call, decoded and checked.
#[derive(Debug)]
pub struct Input {
    operation: Operation,
    value: Value,
}

impl Input {
    pub(crate) fn checked(operation: Operation, value: Value) -> Result<Self, WireError> {
        if operation.input() != NONE {
            constraint::check(operation.service(), operation.input(), &value)?;
        }
        Ok(Self { operation, value })
    }

    /// As the operation's struct. Another operation's struct is a mistake of whoever dispatches.
    ///
    /// # Errors
    /// `InternalFailure` for a struct that belongs to another operation.
    pub fn read<T: Structure>(self) -> Result<T, WireError> {
        if T::SHAPE != self.operation.input() || *T::SERVICE != *self.operation.service() {
            return Err(WireError::new(
                500,
                "InternalFailure",
                "The call was given to the wrong operation.",
            ));
        }
        let mut input = T::default();
        input.set(self.value);
        Ok(input)
    }
}
