//! The far end of the calls that the benchmark places: a telephone behind a trunk that takes any number of calls.
//!
//! `far PACKETS` says on which loopback port it listens, and then does what the lines of its standard input say:
//! `press NUMBER KEYS` keys these in the call to this number, once so many packets of it were heard; `begun NUMBER` tells when
//! that call came in, was answered and was first heard, in microseconds of the time of day; `jitter` tells how many packets
//! came and the 99th percentile of how far from 20 ms apart they were, in milliseconds.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of the benchmark, never part of the product"
)]

use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use testkit::callee::{Callee, Script};

fn main() {
    let listens = std::env::args().nth(1).and_then(|s| s.parse().ok());
    let script = Script {
        listens: listens.expect("usage: far PACKETS"),
        ..Script::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let callee = runtime.block_on(Callee::start(script));
    println!("{}", callee.port);
    for line in std::io::stdin().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["press", number, keys] => callee.press_at(number, keys),
            ["begun", number] => println!("{}", runtime.block_on(begun(&callee, number))),
            ["jitter"] => println!("{}", jitter(&callee)),
            _ => panic!("what is {line}?"),
        }
    }
}

async fn begun(callee: &Callee, number: &str) -> Value {
    let micros = |at: SystemTime| {
        let since = at.duration_since(UNIX_EPOCH).expect("a time");
        u64::try_from(since.as_micros()).expect("this age")
    };
    let mut packets = 0;
    loop {
        packets += 1;
        callee.heard(packets).await;
        if let Some(call) = callee.begun().iter().find(|call| call.number == number) {
            let (invited, answered) = (micros(call.invited), micros(call.answered));
            return json!({ "invited": invited, "answered": answered, "heard": micros(call.heard) });
        }
    }
}

fn jitter(callee: &Callee) -> Value {
    let mut all = callee.jitter();
    all.sort_unstable();
    let p99 = all.get(all.len() * 99 / 100);
    json!({ "packets": all.len(), "p99": p99.map(|apart| apart.as_secs_f64() * 1_000.0) })
}
