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
    // What it is not, by the text of the system's words and of its path.
    type Wrong = fn(Text, &str, &str) -> String;
    let wrong = |path: &Path, said: Wrong, found: &dyn std::fmt::Display| {
        let (path, found) = (path.display().to_string(), found.to_string());
        Fault::new("tls", |t: Text| said(t, &found, &path), Text::advice_tls_both)
    };
    let no_certificates: Wrong = |t, found, path| t.found_tls_certificates(found, path);
    let no_key: Wrong = |t, found, path| t.found_tls_key(found, path);
    let no_pair: Wrong = |t, found, path| t.found_tls_pair(found, path);
    let chain = CertificateDer::pem_slice_iter(&files::read(&certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong(&certificate, no_certificates, &error))?;
    if chain.is_empty() {
        return Err(wrong(&certificate, no_certificates, &"none"));
    }
    let secret =
        PrivateKeyDer::from_pem_slice(&files::read(&key)?).map_err(|error| wrong(&key, no_key, &error))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|error| wrong(&key, no_pair, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(Arc::new(config)))
}
