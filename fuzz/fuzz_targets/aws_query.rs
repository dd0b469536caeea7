//! Forms given to every operation of IAM and STS: read or refused, in time and words that follow their length.
#![no_main]

use awswire::protocol::query::{self, Form};
use awswire::{iam, sts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [which, rest @ ..] = data else { return };
    // So many of IAM's as a byte can name, and all of STS.
    let all = iam::SERVICE.operations().chain(sts::SERVICE.operations());
    let Some(operation) = all.into_iter().nth(usize::from(*which)) else {
        return;
    };
    let Ok(form) = Form::parse(rest) else { return };
    let _ = query::named(operation.service(), &form);
    match query::input(operation, &form) {
        Ok(input) => drop(input),
        Err(error) => {
            let reply = query::refusal(operation.service(), &error, "id");
            assert!(
                reply.body.len() <= rest.len() * 60 + 30_000,
                "{} of {}",
                reply.body.len(),
                rest.len()
            );
        }
    }
});
