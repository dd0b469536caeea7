//! TLS: certificate and key from files, read again when told to, 1.2 and 1.3 only.

use anyhow::{Context, anyhow, bail};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ServerSessionMemoryCache;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Sessions that a client may resume; each is a few hundred bytes.
const RESUMABLE: usize = 256;

/// Certificate and key of the server, to be exchanged while it runs.
#[derive(Debug)]
pub(crate) struct Reloadable {
    cert: PathBuf,
    key: PathBuf,
    now: RwLock<Arc<ServerConfig>>,
}

impl Reloadable {
    /// Reads both files.
    pub(crate) fn load(cert: PathBuf, key: PathBuf) -> anyhow::Result<Self> {
        let now = RwLock::new(read(&cert, &key)?);
        Ok(Self { cert, key, now })
    }

    /// What new connections are answered with.
    pub(crate) fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads both files again. If they do not fit, everything stays as it was.
    pub(crate) fn reload(&self) {
        match read(&self.cert, &self.key) {
            Ok(fresh) => {
                *self.now.write().unwrap_or_else(PoisonError::into_inner) = fresh;
                tracing::info!("the certificate was read again");
            }
            Err(error) => tracing::error!(
                error = format!("{error:#}"),
                "the certificate was not read again, the one before stays"
            ),
        }
    }
}

/// Reads certificate and key and sees that they fit together.
pub(crate) fn read(cert: &Path, key: &Path) -> anyhow::Result<Arc<ServerConfig>> {
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| anyhow!("{}: {error}", cert.display()))?;
    if chain.is_empty() {
        bail!("{} holds no certificate", cert.display());
    }
    let meta = std::fs::metadata(key).with_context(|| key.display().to_string())?;
    // Packages often set keys up for a group: root:ssl-cert 0640.
    if meta.mode() & 0o027 != 0 {
        bail!(
            "{} has mode {:04o}, so others can read or change it: chmod 600 {}",
            key.display(),
            meta.mode() & 0o7777,
            key.display()
        );
    }
    let private =
        PrivateKeyDer::from_pem_file(key).map_err(|error| anyhow!("{}: {error}", key.display()))?;
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .with_context(|| format!("{} and {}", cert.display(), key.display()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.session_storage = ServerSessionMemoryCache::new(RESUMABLE);
    Ok(Arc::new(config))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}
