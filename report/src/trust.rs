//! Whose signature counts. A key that only the bundle vouches for never does.
//!
//! A signer is trusted because its fingerprint was pinned, because its key was given, because a list
//! of allowed signers names its key or its authority, or because a trusted bundle before this one
//! named it as the next. A revoked key is not trusted, whatever else is said of it and whenever it
//! signed: the moment of a signature is what the signer says it is.

mod allowed;
mod revoked;
pub(crate) mod signed;

use jiff::Timestamp;

pub use self::allowed::AllowedSigners;
pub use self::revoked::Revoked;
use crate::key::{Certificate, PublicKey};
use crate::manifest::Manifest;

/// Why a text with keys was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TrustError {
    /// A line is not what belongs there.
    #[error("line {line}: {why}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// The whole text is in a form that is not read.
    #[error("{0}")]
    Form(String),
}

/// Whose signature counts.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Fingerprints that are trusted, `SHA256:…`.
    pub fingerprints: Vec<String>,
    /// Keys that are trusted.
    pub keys: Vec<PublicKey>,
    /// Keys and authorities that are trusted under conditions.
    pub allowed: AllowedSigners,
    /// Keys that are no longer trusted.
    pub revoked: Revoked,
    /// The name that a list of allowed signers has to give; the workspace's without it.
    pub identity: Option<String>,
    /// What trusted bundles said of the keys that come next.
    pub followed: Followed,
}

/// The keys that trusted bundles named: workspace, number of the bundle, fingerprint.
#[derive(Clone, Debug, Default)]
pub struct Followed(Vec<(String, u64, String)>);

/// Whose signature it is, and of what.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The key that signed.
    pub key: &'a PublicKey,
    /// What an authority says of the key.
    pub certificate: Option<&'a Certificate>,
    /// What was signed.
    pub manifest: &'a Manifest,
}

/// Whether a signer counts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It does, for this reason.
    Trusted(String),
    /// It does not, for this reason.
    NotTrusted(String),
    /// It does not, whatever else is said of it.
    Revoked(String),
}

impl Standing {
    /// Whether the signer counts.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        matches!(self, Self::Trusted(_))
    }

    /// The reason.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Trusted(reason) | Self::NotTrusted(reason) | Self::Revoked(reason) => reason,
        }
    }
}

impl Trust {
    /// Whether a signer counts.
    #[must_use]
    pub fn judge(&self, claim: &Claim<'_>) -> Standing {
        if self.revoked.covers(&claim.key.fingerprint()) {
            return Standing::Revoked("its key is revoked".to_owned());
        }
        if self.covers(claim.key) {
            return Standing::Trusted("its key was given as trusted".to_owned());
        }
        let allowed = self.by_list(claim);
        if let Ok(reason) = allowed {
            return Standing::Trusted(reason);
        }
        if let Some(seq) = self.named_by(claim) {
            return Standing::Trusted(format!("bundle {seq} named its key as the next"));
        }
        let why = allowed.err().flatten();
        Standing::NotTrusted(why.unwrap_or_else(|| "nobody named its key as trusted".to_owned()))
    }

    /// Whether a key counts by itself, whatever it signed.
    #[must_use]
    pub fn covers(&self, key: &PublicKey) -> bool {
        let fingerprint = key.fingerprint();
        !self.revoked.covers(&fingerprint)
            && (self.keys.contains(key) || self.fingerprints.contains(&fingerprint))
    }

    /// Remembers what a trusted bundle says of the key that comes next.
    pub fn follow(&mut self, manifest: &Manifest) {
        if let Some(next) = &manifest.next_key {
            let entry = (manifest.workspace.clone(), manifest.seq, next.clone());
            if !self.followed.0.contains(&entry) {
                self.followed.0.push(entry);
            }
        }
    }

    /// Whether a trusted bundle of a workspace, whatever its number, named a key as the next.
    #[must_use]
    pub fn follows(&self, workspace: &str, key: &PublicKey) -> bool {
        let fingerprint = key.fingerprint();
        !self.revoked.covers(&fingerprint)
            && self
                .followed
                .0
                .iter()
                .any(|(name, _, next)| name == workspace && *next == fingerprint)
    }

    /// The number of an earlier, trusted bundle of the workspace that named the key as the next.
    fn named_by(&self, claim: &Claim<'_>) -> Option<u64> {
        let fingerprint = claim.key.fingerprint();
        self.followed
            .0
            .iter()
            .find(|(workspace, seq, next)| {
                *workspace == claim.manifest.workspace
                    && *seq < claim.manifest.seq
                    && *next == fingerprint
            })
            .map(|(_, seq, _)| *seq)
    }

    /// What the list of allowed signers says; without a line for the signer nothing.
    fn by_list(&self, claim: &Claim<'_>) -> Result<String, Option<String>> {
        if self.allowed.is_empty() {
            return Err(None);
        }
        let name = self.identity.as_ref().unwrap_or(&claim.manifest.workspace);
        let at: Timestamp = claim
            .manifest
            .finished
            .parse()
            .map_err(|_| Some("the moment at which it signed can't be read".to_owned()))?;
        let mut problem = None;
        match self.allowed.key(claim.key, name, at) {
            Ok(line) => return Ok(format!("line {line} of the allowed signers has its key")),
            Err(why) => problem = problem.or(why),
        }
        if let Some(certificate) = claim.certificate {
            if self.revoked.covers(&certificate.fingerprint())
                || self.revoked.covers(&certificate.authority().fingerprint())
            {
                return Err(Some(
                    "its certificate, or the authority behind it, is revoked".to_owned(),
                ));
            }
            match self.allowed.authority(&certificate.authority(), name, at) {
                Ok(line) => {
                    certificate.covers(name, at).map_err(Some)?;
                    return Ok(format!(
                        "line {line} of the allowed signers has the authority of its certificate"
                    ));
                }
                Err(why) => problem = problem.or(why),
            }
        }
        Err(problem)
    }
}
#[cfg(test)]
mod tests;
