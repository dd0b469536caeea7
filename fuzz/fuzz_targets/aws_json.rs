//! JSON bodies given to the operations that take them: read or refused, in time and words that follow their length.
#![no_main]

use awswire::protocol::json11;
use awswire::{cloudtrail, signin};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [which, body @ ..] = data else { return };
    let mut all = cloudtrail::SERVICE
        .operations()
        .chain(signin::SERVICE.operations());
    let Some(operation) = all.nth(usize::from(*which) % 14) else {
        return;
    };
    if let Err(error) = json11::input(operation, body) {
        let reply = json11::refusal(&error);
        assert!(
            reply.body.len() <= body.len() * 60 + 30_000,
            "{} of {}",
            reply.body.len(),
            body.len()
        );
    }
});
