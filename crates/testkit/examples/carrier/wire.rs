//! HTTP over sockets, byte by byte.

use crate::orders::Orders;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// How long one side waits for the other.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request or an answer as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message {
    /// The line that it begins with.
    pub(crate) first: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key == name);
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value.as_str())
    }

    /// The status of an answer.
    pub(crate) fn status(&self) -> u16 {
        let status = self.first.split(' ').nth(1);
        status.and_then(|s| s.parse().ok()).unwrap_or_default()
    }
}

/// Reads a head and a body as long as the head says.
pub(crate) fn read(stream: &mut impl Read) -> Option<Message> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let text = String::from_utf8(head).ok()?;
    let mut lines = text.trim_end().split("\r\n");
    let mut message = Message {
        first: lines.next()?.to_owned(),
        ..Message::default()
    };
    for line in lines {
        let (name, value) = line.split_once(':')?;
        let header = (name.to_ascii_lowercase(), value.trim().to_owned());
        message.headers.push(header);
    }
    let length = message
        .header("content-length")
        .map_or(Some(0), |text| text.parse().ok())?;
    message.body.resize(length, 0);
    stream.read_exact(&mut message.body).ok()?;
    Some(message)
}

/// Sends bytes to a server on this machine and reads its answer.
pub(crate) fn exchange(authority: &str, bytes: &[u8]) -> Option<Message> {
    let authority = authority.replace("localhost", "127.0.0.1");
    let mut stream = TcpStream::connect(authority).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(bytes).ok()?;
    read(&mut stream)
}

/// What an order waits for that is answered late.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<bool>, Condvar);

impl Gate {
    pub(crate) fn open(&self) {
        *self.0.lock().expect("a lock") = true;
        self.1.notify_all();
    }

    pub(crate) fn wait(&self) {
        let closed = self.0.lock().expect("a lock");
        drop(self.1.wait_while(closed, |open| !*open).expect("a lock"));
    }
}

/// Takes connections, one request each.
pub(crate) fn serve(
    listener: &TcpListener,
    tls: Option<&Arc<ServerConfig>>,
    orders: &Arc<Mutex<Orders>>,
) {
    for stream in listener.incoming().flatten() {
        let (tls, orders) = (tls.cloned(), Arc::clone(orders));
        std::thread::spawn(move || {
            stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
            match tls {
                None => answer(stream, &orders),
                Some(config) => {
                    let session = ServerConnection::new(config).expect("a session");
                    answer(StreamOwned::new(session, stream), &orders);
                }
            }
        });
    }
}

fn answer(mut stream: impl Read + Write, orders: &Mutex<Orders>) {
    let Some(request) = read(&mut stream) else {
        return;
    };
    let answered = orders.lock().expect("a lock").take(&request);
    if let Some(gate) = &answered.after {
        gate.wait();
    }
    let Some((status, body)) = answered.says else {
        // Says nothing, and keeps the connection until the other side has had enough.
        let _ = stream.read(&mut [0]);
        return;
    };
    let head = format!(
        "HTTP/1.1 {status} As Said\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
    let _ = stream.flush();
}
