//! Which keys signed a manifest. Nothing here says that they count.

use crate::bundle::{
    CERTIFICATE, CERTIFIED, NEXT_SIGNATURE, NEXT_SIGNER, NEXT_SIGNER_PEM, NEXT_SSH_SIGNATURE,
    SIGNATURE, SIGNER, SIGNER_PEM, SSH_SIGNATURE,
};
use crate::key::{Certificate, PublicKey};
use crate::manifest;
use crate::sshsig;
use crate::verify::{Tampered, tampered};

/// Signatures that only some bundles have, which no manifest can list because they rest on it.
pub(crate) const UNLISTED: [&str; 3] = [NEXT_SIGNATURE, NEXT_SSH_SIGNATURE, CERTIFIED];

/// The keys that signed a manifest.
pub(crate) struct Signed {
    /// The signer's key.
    pub(crate) key: PublicKey,
    /// The key that will sign from now on, which signed as well.
    pub(crate) next: Option<PublicKey>,
    /// What an authority says of the signer's key.
    pub(crate) certificate: Option<Certificate>,
}

/// The names of the four files that belong to one signer.
struct Names {
    key: &'static str,
    pem: &'static str,
    raw: &'static str,
    ssh: &'static str,
}

const OWN: Names = Names {
    key: SIGNER,
    pem: SIGNER_PEM,
    raw: SIGNATURE,
    ssh: SSH_SIGNATURE,
};

const NEXT: Names = Names {
    key: NEXT_SIGNER,
    pem: NEXT_SIGNER_PEM,
    raw: NEXT_SIGNATURE,
    ssh: NEXT_SSH_SIGNATURE,
};

/// Checks every signature of a bundle. `find` gives the content of a file.
pub(crate) fn check<'a>(find: &dyn Fn(&str) -> Option<&'a [u8]>) -> Result<Signed, Tampered> {
    let need = |name: &str| find(name).ok_or_else(|| tampered(name, "it is missing"));
    let message = need(manifest::NAME)?;
    let key = signer(&OWN, message, &need)?;
    let any_of_next = [NEXT.key, NEXT.pem, NEXT.raw, NEXT.ssh]
        .iter()
        .any(|name| find(name).is_some());
    let next = any_of_next
        .then(|| signer(&NEXT, message, &need))
        .transpose()?;
    if next == Some(key) {
        return Err(tampered(NEXT.key, "it is the same key as signer.pub"));
    }
    let certified = find(CERTIFICATE).is_some() || find(CERTIFIED).is_some();
    let certificate = certified
        .then(|| certificate(&key, message, &need))
        .transpose()?;
    Ok(Signed {
        key,
        next,
        certificate,
    })
}

fn signer<'a>(
    names: &Names,
    message: &[u8],
    need: &dyn Fn(&str) -> Result<&'a [u8], Tampered>,
) -> Result<PublicKey, Tampered> {
    let line = std::str::from_utf8(need(names.key)?)
        .map_err(|_| tampered(names.key, "it is not a text"))?;
    let key =
        PublicKey::from_openssh(line).map_err(|error| tampered(names.key, error.to_string()))?;
    let raw = need(names.raw)?;
    if !key.verifies(message, raw) {
        return Err(tampered(
            manifest::NAME,
            format!(
                "it is not what the key in {} signed; the manifest, {} or the key was changed",
                names.key, names.raw
            ),
        ));
    }
    if !sshsig::verifies(&key, &key.blob(), message, need(names.ssh)?) {
        return Err(tampered(
            names.ssh,
            format!(
                "it is not a signature of the manifest by the key in {}, and nothing else",
                names.key
            ),
        ));
    }
    if key.to_pem().ok().as_deref().map(str::as_bytes) != Some(need(names.pem)?) {
        return Err(tampered(
            names.pem,
            format!("it is not the key in {}", names.key),
        ));
    }
    Ok(key)
}

fn certificate<'a>(
    key: &PublicKey,
    message: &[u8],
    need: &dyn Fn(&str) -> Result<&'a [u8], Tampered>,
) -> Result<Certificate, Tampered> {
    let line = std::str::from_utf8(need(CERTIFICATE)?)
        .map_err(|_| tampered(CERTIFICATE, "it is not a text"))?;
    let certificate = Certificate::from_openssh(line)
        .map_err(|error| tampered(CERTIFICATE, error.to_string()))?;
    if certificate.key() != *key {
        return Err(tampered(
            CERTIFICATE,
            "it is a certificate of another key than the one in signer.pub",
        ));
    }
    if !sshsig::verifies(key, certificate.blob(), message, need(CERTIFIED)?) {
        return Err(tampered(
            CERTIFIED,
            "it is not a signature of the manifest with the certificate in signer-cert.pub",
        ));
    }
    Ok(certificate)
}
