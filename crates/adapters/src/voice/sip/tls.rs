//! TLS towards trunks, with the library's seam for another TLS stack than its own: ours, whose one provider of
//! cryptography the whole product shares.
//!
//! Invariant: a certificate is always checked, against the name of the trunk as it is configured and against the roots of
//! that trunk.

use crate::voice::tls::trusting;
use rsipstack::platform::tls::{TlsClientConfig, TlsConnector, TlsStream, set_client_connector};
use rsipstack::{Error, Result};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

/// What one reading takes at most.
const CHUNK: usize = 8_192;

/// The trunks that are reached by TLS, by their configured names. The seam knows one connector for the whole process.
static TRUSTED: OnceLock<RwLock<HashMap<String, Trusted>>> = OnceLock::new();

/// What a certificate must be for, and by whom.
#[derive(Clone)]
struct Trusted {
    host: String,
    config: Arc<ClientConfig>,
}

fn trusted() -> &'static RwLock<HashMap<String, Trusted>> {
    TRUSTED.get_or_init(|| {
        set_client_connector(Arc::new(Ours));
        RwLock::default()
    })
}

/// From now on the trunk at this host, which is also known by its domain, is trusted by these roots, or by those this
/// machine trusts.
pub(super) fn trust(
    host: &str,
    domain: Option<&str>,
    ca_file: Option<&Path>,
) -> std::result::Result<(), String> {
    let config = trusting(ca_file)?;
    let mut trusted = trusted().write().unwrap_or_else(PoisonError::into_inner);
    for name in std::iter::once(host).chain(domain) {
        let host = host.to_owned();
        let config = Arc::clone(&config);
        trusted.insert(name.to_owned(), Trusted { host, config });
    }
    Ok(())
}

/// Opens a checked connection to the trunk of that name.
pub(super) async fn connect(
    name: &str,
    at: SocketAddr,
) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let known = || {
        let known = trusted().read().unwrap_or_else(PoisonError::into_inner);
        known.get(name).cloned()
    };
    let trunk = known().ok_or_else(|| std::io::Error::other("no trunk of ours is called so"))?;
    let server = ServerName::try_from(trunk.host).map_err(std::io::Error::other)?;
    let stream = TcpStream::connect(at).await?;
    stream.set_nodelay(true)?;
    tokio_rustls::TlsConnector::from(trunk.config)
        .connect(server, stream)
        .await
}

/// The connector of the seam.
struct Ours;

type Connected<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl TlsConnector for Ours {
    fn connect<'a, 'b, 'c>(
        &'a self,
        config: &'b TlsClientConfig,
        at: SocketAddr,
    ) -> Connected<'c, Box<dyn TlsStream>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            let stream = connect(&config.server_name, at).await?;
            let local = stream.get_ref().0.local_addr()?;
            let (read, write) = tokio::io::split(stream);
            Ok(Box::new(Session {
                read: Mutex::new(read),
                write: Mutex::new(write),
                local,
            }) as Box<dyn TlsStream>)
        })
    }
}

type Inner = tokio_rustls::client::TlsStream<TcpStream>;

/// A connection as the seam wants it.
struct Session {
    read: Mutex<ReadHalf<Inner>>,
    write: Mutex<WriteHalf<Inner>>,
    local: SocketAddr,
}

impl TlsStream for Session {
    fn recv<'a, 'c>(&'a self) -> Connected<'c, Vec<u8>>
    where
        'a: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            let mut chunk = vec![0; CHUNK];
            let length = self.read.lock().await.read(&mut chunk).await?;
            chunk.truncate(length);
            Ok(chunk)
        })
    }

    fn send_all<'a, 'c>(&'a self, data: Vec<u8>) -> Connected<'c, ()>
    where
        'a: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            let mut write = self.write.lock().await;
            write.write_all(&data).await?;
            write.flush().await.map_err(Error::from)
        })
    }

    fn shutdown<'a, 'c>(&'a self) -> Connected<'c, ()>
    where
        'a: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            self.write
                .lock()
                .await
                .shutdown()
                .await
                .map_err(Error::from)
        })
    }

    fn local_addr(&self) -> Result<SocketAddr> {
        Ok(self.local)
    }
}
