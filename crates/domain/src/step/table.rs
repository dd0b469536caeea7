//! Every input at every state, as a table for a snapshot: what a machine refuses changes only on purpose.

use super::Step;
use crate::refusal::{Code, Refusal};
use crate::time::Timestamp;
use std::fmt::Write;

/// What a machine answers: it goes on, perhaps with a refusal to show, or refuses the input and changes nothing.
pub(crate) type Answer = Result<Option<Code>, Code>;

/// An input by its name.
pub(crate) type Input<S> = (&'static str, fn(S, Timestamp) -> Answer);

/// The answer in a step.
pub(crate) fn answer<S>(result: Result<Step<S>, Refusal>) -> Answer {
    match result {
        Ok(step) => Ok(step.show.err().map(|r| r.code)),
        Err(refusal) => Err(refusal.code),
    }
}

/// Fires every input at every state.
pub(crate) fn table<S: Clone>(states: &[(&str, S, Timestamp)], inputs: &[Input<S>]) -> String {
    let mut table = String::new();
    for (state, flow, now) in states {
        for (input, run) in inputs {
            let cell = match run(flow.clone(), *now) {
                Ok(None) => "goes on".to_owned(),
                Ok(Some(code)) => format!("goes on with {}", code.as_str()),
                Err(code) => format!("refused {}", code.as_str()),
            };
            writeln!(table, "{state:<12} {input:<11} {cell}").unwrap();
        }
    }
    table
}
