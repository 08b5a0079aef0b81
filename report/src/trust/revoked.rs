//! Keys that are no longer trusted.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::TrustError;
use crate::key::{fingerprint_of, is_fingerprint, split};

/// How OpenSSH's own revocation lists begin.
const LIST: &[u8] = b"SSHKRL\n";

/// The fingerprints of keys and certificates that are revoked.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Revoked(BTreeSet<String>);

impl Revoked {
    /// Reads a list with a public key, a certificate or a fingerprint on each line.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrustError> {
        if bytes.starts_with(LIST) {
            return Err(TrustError::Form(
                "it is a binary revocation list (KRL), which is not read here; give a list with a \
                 public key or a fingerprint (SHA256:…) on each line"
                    .to_owned(),
            ));
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|_| TrustError::Form("it is not a text".to_owned()))?;
        let mut revoked = BTreeSet::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            revoked.insert(entry(line).ok_or_else(|| {
                TrustError::Line {
                    line: index + 1,
                    why: "neither a public key as OpenSSH writes it nor a fingerprint (SHA256:…)"
                        .to_owned(),
                }
            })?);
        }
        Ok(Self(revoked))
    }

    /// Whether a fingerprint is revoked.
    #[must_use]
    pub fn covers(&self, fingerprint: &str) -> bool {
        self.0.contains(fingerprint)
    }

    /// Adds what another list revokes.
    pub fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// The fingerprint of what a line names. A key of any kind may be an authority's.
fn entry(line: &str) -> Option<String> {
    let mut words = line.split_ascii_whitespace();
    let first = words.next()?;
    if is_fingerprint(first) {
        return Some(first.to_owned());
    }
    let blob = STANDARD.decode(words.next()?).ok()?;
    let (name, rest) = split(&blob)?;
    (name == first.as_bytes() && !rest.is_empty()).then(|| fingerprint_of(&blob))
}
