//! TLS as a client: one provider of cryptography for the whole program, and whom we trust.

use std::{path::Path, sync::Arc};

use anyhow::{Context, bail};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Makes `ring` the provider of this program: whatever speaks TLS later finds it.
pub(crate) fn install() {
    // An error says that there is a provider already: the first one stays.
    drop(ring::default_provider().install_default());
}

/// Whom we trust: the authorities of this machine and, where named, those of a PEM file. Refused
/// where that is nobody, for no certificate would ever be good.
pub(crate) fn client(ca_file: Option<&Path>) -> anyhow::Result<Arc<ClientConfig>> {
    install();
    let mut roots = RootCertStore::empty();
    // A store that is broken in part is used as far as it goes: the start does not hang on one file.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        add(&mut roots, path)
            .with_context(|| format!("its `ca_file` {} cannot be used", path.display()))?;
    }
    if roots.is_empty() {
        bail!(
            "this machine names no certificate authority: install its list (ca-certificates), or name \
             an authority in `ca_file`"
        );
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(Arc::new(config))
}

fn add(roots: &mut RootCertStore, path: &Path) -> anyhow::Result<()> {
    let before = roots.len();
    for certificate in CertificateDer::pem_file_iter(path)? {
        roots.add(certificate?)?;
    }
    if roots.len() == before {
        bail!("it holds no certificate: expected PEM, -----BEGIN CERTIFICATE-----");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_authorities_is_refused_for_what_is_wrong_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.pem");
        let refused = || format!("{:#}", client(Some(&path)).unwrap_err());
        assert!(refused().contains("ca.pem cannot be used"), "{}", refused());
        std::fs::write(&path, "no certificate\n").unwrap();
        assert!(refused().contains("expected PEM"), "{}", refused());
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        std::fs::write(&path, broken).unwrap();
        assert!(refused().contains("cannot be used"), "{}", refused());
        let key = rcgen::KeyPair::generate().unwrap();
        let authority = rcgen::CertificateParams::default().self_signed(&key).unwrap();
        std::fs::write(&path, authority.pem()).unwrap();
        assert!(client(Some(&path)).is_ok());
    }
}
