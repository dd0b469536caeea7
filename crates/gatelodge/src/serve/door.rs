//! The door: takes connections in, speaks TLS and HTTP with them, and closes in order.
//!
//! A connection that says nothing, says it too slowly or takes too long is closed; how many there are at one time is
//! bounded, further ones wait in the system's queue. Plain HTTP from elsewhere than this machine is spoken with trusted
//! proxies only.

use super::tls::Reloadable;
use crate::config::Limits;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;
use web::front::Network;

/// The head of a request may be this long.
const LONGEST_HEAD: usize = 32 * 1_024;
/// Requests at one time on one HTTP/2 connection.
const STREAMS: u32 = 64;
/// What one HTTP/2 connection may send before it is told to go on; forms are small.
const WINDOW: u32 = 64 * 1_024;
/// How long to wait after a connection could not be taken in: the system is out of something.
const BREATH: Duration = Duration::from_millis(100);

/// What a connection meets.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    pub(crate) tls: Option<Arc<Reloadable>>,
    /// Who may speak plain HTTP from elsewhere.
    pub(crate) proxies: Vec<Network>,
}

impl Door {
    /// Takes connections in until `stop` is done, then lets open requests finish.
    pub(crate) async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let places = usize::try_from(self.limits.connections).unwrap_or(usize::MAX);
        let places = Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)));
        let last = Duration::from_secs(self.limits.stop_seconds.into());
        let graceful = GracefulShutdown::new();
        let door = Arc::new(self);
        let mut stop = std::pin::pin!(stop);
        loop {
            let taken = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                taken = taken => taken,
                () = &mut stop => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not taken in");
                    let _ = tokio::time::timeout(BREATH, std::future::pending::<()>()).await;
                    continue;
                }
            };
            let (door, watcher) = (Arc::clone(&door), graceful.watcher());
            tokio::spawn(async move {
                Box::pin(door.meet(stream, peer, watcher)).await;
                drop(place);
            });
        }
        drop(listener);
        if tokio::time::timeout(last, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("requests were cut off, as they took longer than the stop may");
        }
    }

    async fn meet(&self, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            if self.may_speak_plainly(peer.ip()) {
                self.http1(stream, peer, watcher).await;
            } else {
                tracing::warn!(%peer, "plain HTTP from elsewhere than a trusted proxy was not answered");
            }
            return;
        };
        let handshake = TlsAcceptor::from(tls.current()).accept(stream);
        match tokio::time::timeout(self.head_limit(), handshake).await {
            Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
                self.http2(stream, peer, watcher).await;
            }
            Ok(Ok(stream)) => self.http1(stream, peer, watcher).await,
            Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS came about"),
            Err(_) => tracing::debug!(%peer, "no TLS came about in time"),
        }
    }

    fn may_speak_plainly(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        peer.is_loopback() || self.proxies.iter().any(|net| net.contains(peer))
    }

    fn head_limit(&self) -> Duration {
        Duration::from_secs(self.limits.header_seconds.into())
    }

    async fn http1<S>(&self, stream: S, peer: SocketAddr, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.head_limit())
            .max_buf_size(LONGEST_HEAD);
        let service = service_fn(|request| self.answer(request, peer));
        let connection = http.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%peer, %error, "a connection broke");
        }
    }

    async fn http2<S>(&self, stream: S, peer: SocketAddr, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut http = http2::Builder::new(TokioExecutor::new());
        http.timer(TokioTimer::new())
            .keep_alive_interval(self.head_limit())
            .keep_alive_timeout(self.head_limit())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(LONGEST_HEAD).unwrap_or(u32::MAX))
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW);
        let router = self.router.clone();
        let service = service_fn(move |request| reply(router.clone(), request, peer));
        let connection = http.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%peer, %error, "a connection broke");
        }
    }

    fn answer(
        &self,
        request: hyper::Request<Incoming>,
        peer: SocketAddr,
    ) -> impl Future<Output = Result<axum::response::Response, Infallible>> + use<> {
        reply(self.router.clone(), request, peer)
    }
}

async fn reply(
    router: Router,
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
) -> Result<axum::response::Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_spoken_with_this_machine_and_trusted_proxies_only() {
        let door = Door {
            router: Router::new(),
            limits: Limits::default(),
            tls: None,
            proxies: ["192.0.2.0/24", "2001:db8::1"]
                .into_iter()
                .filter_map(Network::parse)
                .collect(),
        };
        for (peer, spoken) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("192.0.2.77", true),
            ("::ffff:192.0.2.77", true),
            ("2001:db8::1", true),
            ("198.51.100.1", false),
            ("2001:db8::2", false),
        ] {
            assert_eq!(
                door.may_speak_plainly(peer.parse().unwrap()),
                spoken,
                "{peer}"
            );
        }
    }
}
