//! https: a certificate and its key, read once at the start.

use crate::{
    config::{Loaded, Tls},
    fault::Fault,
    files,
};
use std::{path::Path, sync::Arc};
use tokio_rustls::rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use ximu_text::Text;

/// The settings of a TLS listener; `None` when a proxy in front does it.
///
/// # Errors
/// When a file cannot be read or the two do not belong together.
pub fn load(loaded: &Loaded, tls: Option<&Tls>) -> Result<Option<Arc<ServerConfig>>, Fault> {
    let Some(tls) = tls else { return Ok(None) };
    let (certificate, key) = (loaded.at(&tls.certificate), loaded.at(&tls.key));
    let wrong = |path: &Path, expected: &str, found: &dyn std::fmt::Display| {
        let said = format!("{}: expected {expected}, found: {found}", path.display());
        Fault::new("tls", said, Text::advice_tls_both)
    };
    let chain = CertificateDer::pem_slice_iter(&files::read(&certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong(&certificate, "certificates", &error))?;
    if chain.is_empty() {
        return Err(wrong(&certificate, "certificates", &"none"));
    }
    let secret = PrivateKeyDer::from_pem_slice(&files::read(&key)?)
        .map_err(|error| wrong(&key, "a private key", &error))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|error| wrong(&key, "the key of this certificate", &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(Arc::new(config)))
}
