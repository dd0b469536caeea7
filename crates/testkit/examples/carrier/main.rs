//! A telephone carrier that is reached by HTTP, as a process of its own, as strict as a carrier would be.
//!
//! `carrier '{"login":"Basic user:password","key":"…","create":"ok"}'` listens on a free port of the loopback address and
//! says which in the first line of its standard output. Each further line there is what happened or what came of a
//! command; each line on standard input is a command: what the person called does, or an attack. It is written apart
//! from the product's own HTTP, forms and documents, so that a mistake made once is not made twice.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of the tests, never part of the product"
)]

mod callee;
mod document;
mod orders;
mod wire;

use callee::Callee;
use orders::Orders;
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// How it was started.
#[derive(Debug, Clone)]
struct Settings {
    /// What `Authorization` must be, in clear: `Basic user:password` or `Bearer token`.
    login: String,
    /// What our requests are signed with.
    key: String,
    /// How a well-formed order is answered: `ok`, a status, `garbage`, `silent`, or `late` (after a command says so).
    create: String,
    /// The same for texts: `ok`, a status, `garbage`, `silent`, or `unsubscribed`.
    text: String,
    /// Whether it is spoken to over TLS.
    tls: bool,
}

fn main() {
    let given = std::env::args().nth(1).expect("usage: carrier JSON");
    let given: Value = serde_json::from_str(&given).expect("settings in JSON");
    let text = |key: &str, usual: &str| given[key].as_str().unwrap_or(usual).to_owned();
    let settings = Settings {
        login: text("login", "Basic gate:an orange lamp"),
        key: text("key", ""),
        create: text("create", "ok"),
        text: text("text", "ok"),
        tls: given["tls"].as_bool().unwrap_or(false),
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (server, authority) = match settings.tls {
        true => {
            let (config, authority) = testkit::tls::server("localhost");
            (Some(config), Some(authority))
        }
        false => (None, None),
    };
    let ca = authority.as_ref().map(|authority| authority.file());
    say(&json!({ "port": port, "ca": ca }));
    let orders = Arc::new(Mutex::new(Orders::new(settings.clone(), port)));
    let callee = Callee::new(settings, Arc::clone(&orders));
    std::thread::spawn(move || wire::serve(&listener, server.as_ref(), &orders));
    obey(callee);
}

/// Does what it is told, line by line, until there is nothing more to read.
fn obey(mut callee: Callee) {
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let command: Value = serde_json::from_str(&line).expect("a command in JSON");
        say(&json!({ "reply": callee.does(&command) }));
    }
}

/// Prints a line.
fn say(what: &Value) {
    println!("{what}");
    std::io::stdout().flush().expect("a reader");
}
