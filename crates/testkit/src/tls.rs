//! A certificate that signs itself: what a server of the tests shows, and the file by which its clients trust it.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// The certificate's file; gone when dropped.
#[derive(Debug)]
pub struct Authority(tempfile::TempDir);

impl Authority {
    /// Where the certificate lies, in PEM.
    pub fn file(&self) -> PathBuf {
        self.0.path().join("ca.pem")
    }
}

/// Takes TLS connections as a host of this name.
pub(crate) fn acceptor(name: &str) -> (TlsAcceptor, Authority) {
    let (config, authority) = server(name);
    (TlsAcceptor::from(config), authority)
}

/// TLS as a host of this name shows it.
pub fn server(name: &str) -> (Arc<ServerConfig>, Authority) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    let authority = Authority(tempfile::tempdir().expect("a folder"));
    std::fs::write(authority.file(), cert.pem()).expect("the certificate's file");
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("a usable certificate");
    (Arc::new(config), authority)
}
