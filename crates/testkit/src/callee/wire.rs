//! What carries the signalling: datagrams, or connections whose messages are told apart by their lengths.

use super::Carriage;
use crate::tls::{self, Authority};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// The way back to whoever sent something.
#[derive(Debug, Clone)]
pub(super) enum Path {
    Datagrams(Arc<UdpSocket>, SocketAddr),
    Connection(mpsc::UnboundedSender<String>, &'static str),
}

impl Path {
    pub(super) fn send(&self, text: &str) {
        match self {
            // A full buffer loses a datagram, as the network would.
            Self::Datagrams(socket, to) => drop(socket.try_send_to(text.as_bytes(), *to)),
            Self::Connection(out, _) => drop(out.send(text.to_owned())),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Datagrams(..) => "UDP",
            Self::Connection(_, name) => name,
        }
    }
}

/// A listening place.
pub(super) enum Listener {
    Datagrams(Arc<UdpSocket>),
    Connections(TcpListener, Option<TlsAcceptor>),
}

pub(super) async fn listen(carriage: Carriage) -> (Listener, Option<Authority>) {
    if carriage == Carriage::Udp {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await.expect("a port");
        return (Listener::Datagrams(Arc::new(socket)), None);
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    if carriage == Carriage::Tcp {
        return (Listener::Connections(listener, None), None);
    }
    let (acceptor, authority) = tls::acceptor("localhost");
    (
        Listener::Connections(listener, Some(acceptor)),
        Some(authority),
    )
}

impl Listener {
    pub(super) fn port(&self) -> u16 {
        let at = match self {
            Self::Datagrams(socket) => socket.local_addr(),
            Self::Connections(listener, _) => listener.local_addr(),
        };
        at.expect("an address").port()
    }

    pub(super) fn serve(self, take: impl Fn(Vec<u8>, Path) + Clone + Send + Sync + 'static) {
        match self {
            Self::Datagrams(socket) => {
                tokio::spawn(async move {
                    let mut buffer = vec![0; 65_536];
                    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                        let bytes = buffer.get(..length).unwrap_or_default().to_vec();
                        take(bytes, Path::Datagrams(Arc::clone(&socket), from));
                    }
                });
            }
            Self::Connections(listener, tls) => {
                tokio::spawn(async move {
                    while let Ok((stream, _)) = listener.accept().await {
                        let (tls, take) = (tls.clone(), take.clone());
                        tokio::spawn(async move {
                            match tls {
                                Some(tls) => {
                                    if let Ok(stream) = tls.accept(stream).await {
                                        converse(stream, "TLS", take).await;
                                    }
                                }
                                None => converse(stream, "TCP", take).await,
                            }
                        });
                    }
                });
            }
        }
    }
}

async fn converse<S>(stream: S, name: &'static str, take: impl Fn(Vec<u8>, Path))
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let (mut read, mut write) = tokio::io::split(stream);
    let (out, mut waiting) = mpsc::unbounded_channel::<String>();
    tokio::spawn(async move {
        while let Some(text) = waiting.recv().await {
            if write.write_all(text.as_bytes()).await.is_err() || write.flush().await.is_err() {
                return;
            }
        }
    });
    let mut buffer = Vec::new();
    while read
        .read_buf(&mut buffer)
        .await
        .is_ok_and(|length| length > 0)
    {
        while let Some(length) = whole(&buffer) {
            let rest = buffer.split_off(length);
            let message = std::mem::replace(&mut buffer, rest);
            take(message, Path::Connection(out.clone(), name));
        }
    }
}

/// The length of the first message, once it is whole.
fn whole(buffer: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(buffer);
    let (head, _) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let named = name.trim().eq_ignore_ascii_case("content-length");
        named.then(|| value.trim().parse::<usize>().ok()).flatten()
    });
    let total = head.len() + 4 + length.unwrap_or(0);
    (buffer.len() >= total).then_some(total)
}
