//! Certificates of OpenSSH: an authority says that a key may sign under certain names.
//!
//! Format: PROTOCOL.certkeys of OpenSSH. One line with an authority in an auditor's list covers the
//! keys of many workspaces.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ssh_key::certificate::CertType;
use ssh_key::public::KeyData;

use super::{AT_MOST, KeyError, PublicKey, fingerprint_of};

/// A certificate whose signature by its authority is good. Whether the authority counts, and for
/// what, is another question.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certificate {
    blob: Vec<u8>,
    key: PublicKey,
    authority: PublicKey,
    inner: ssh_key::Certificate,
}

impl Certificate {
    /// Reads a line as `ssh-keygen -s` writes it into a file `…-cert.pub`.
    pub fn from_openssh(line: &str) -> Result<Self, KeyError> {
        let refused = KeyError::Certificate;
        let line = line.strip_suffix('\n').unwrap_or(line);
        if line.len() > AT_MOST || line.contains('\n') {
            return Err(refused("it is not one line"));
        }
        let mut words = line.split_ascii_whitespace();
        let (Some(name), Some(encoded)) = (words.next(), words.next()) else {
            return Err(refused("it is not one line with a kind and a certificate"));
        };
        let blob = STANDARD
            .decode(encoded)
            .map_err(|_| refused("it is not base64"))?;
        let inner = ssh_key::Certificate::from_bytes(&blob)
            .map_err(|_| refused("it is not the binary form of one"))?;
        if inner.to_bytes().ok().as_ref() != Some(&blob) {
            return Err(refused("it is written in an unusual way"));
        }
        let key = public(inner.public_key())?;
        if name != format!("{}-cert-v01@openssh.com", key.kind().ssh_name()) {
            return Err(refused("its kind is not the one that it begins with"));
        }
        let authority = public(inner.signature_key())?;
        if inner.cert_type() != CertType::User {
            return Err(refused("it is one of a host; make it without -h"));
        }
        if inner.critical_options().iter().next().is_some() {
            return Err(refused("it has critical options, and none is known here"));
        }
        inner
            .verify_signature()
            .map_err(|_| refused("its authority did not sign it"))?;
        Ok(Self {
            blob,
            key,
            authority,
            inner,
        })
    }

    /// The key that it speaks of.
    #[must_use]
    pub fn key(&self) -> PublicKey {
        self.key
    }

    /// The key that signed it.
    #[must_use]
    pub fn authority(&self) -> PublicKey {
        self.authority
    }

    /// The binary form of SSH.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// The line as `ssh-keygen` writes it, without a comment.
    #[must_use]
    pub fn to_openssh(&self) -> String {
        format!(
            "{}-cert-v01@openssh.com {}",
            self.key.kind().ssh_name(),
            STANDARD.encode(&self.blob)
        )
    }

    /// The fingerprint of the certificate itself.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint_of(&self.blob)
    }

    /// The names under which its key may sign.
    #[must_use]
    pub fn names(&self) -> &[String] {
        self.inner.valid_principals()
    }

    /// Whether its key may sign under a name at a moment; if not, why.
    pub fn covers(&self, name: &str, at: Timestamp) -> Result<(), String> {
        if !self.names().iter().any(|it| it == name) {
            return Err(format!("its certificate is not one for '{name}'"));
        }
        // Times before 1970 are none that a certificate can have.
        let at = u64::try_from(at.as_second()).unwrap_or(0);
        if at < self.inner.valid_after() {
            return Err("its certificate was not valid yet when this was signed".to_owned());
        }
        if at >= self.inner.valid_before() {
            return Err("its certificate had ended when this was signed".to_owned());
        }
        Ok(())
    }
}

fn public(data: &KeyData) -> Result<PublicKey, KeyError> {
    let mut blob = Vec::new();
    ssh_key::encoding::Encode::encode(data, &mut blob).map_err(|_| KeyError::Encode)?;
    PublicKey::from_blob(&blob)
}
