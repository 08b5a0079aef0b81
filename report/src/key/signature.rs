//! A signature in its three forms: 64 bytes, what OpenSSL reads, what OpenSSH reads.

use super::{Kind, split, string};

/// A signature, in the one form that it can have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signature {
    kind: Kind,
    /// R and S of Ed25519, or r and s of ECDSA, big-endian. Of the two values of s that verify,
    /// this is always the lower one.
    bytes: [u8; 64],
}

impl Signature {
    pub(super) fn ed25519(signature: ed25519_dalek::Signature) -> Self {
        Self {
            kind: Kind::Ed25519,
            bytes: signature.to_bytes(),
        }
    }

    pub(super) fn p256(signature: &p256::ecdsa::Signature) -> Self {
        Self {
            kind: Kind::P256,
            bytes: signature.normalize_s().to_bytes().into(),
        }
    }

    /// Reads what OpenSSL reads. Anything but what [`Signature::raw`] writes is refused.
    #[must_use]
    pub fn from_raw(kind: Kind, raw: &[u8]) -> Option<Self> {
        let signature = match kind {
            Kind::Ed25519 => Self {
                kind,
                bytes: raw.try_into().ok()?,
            },
            Kind::P256 => Self::p256(&p256::ecdsa::Signature::from_der(raw).ok()?),
        };
        (signature.raw() == raw).then_some(signature)
    }

    /// Reads what OpenSSH and its agent write. An agent may give the higher s; it is replaced by
    /// the lower one.
    #[must_use]
    pub fn from_ssh(blob: &[u8]) -> Option<Self> {
        let (name, rest) = split(blob)?;
        let (body, []) = split(rest)? else {
            return None;
        };
        match Kind::by_ssh_name(std::str::from_utf8(name).ok()?)? {
            Kind::Ed25519 => Some(Self {
                kind: Kind::Ed25519,
                bytes: body.try_into().ok()?,
            }),
            Kind::P256 => {
                let (r, rest) = split(body)?;
                let (s, []) = split(rest)? else {
                    return None;
                };
                let signature =
                    p256::ecdsa::Signature::from_scalars(scalar(r)?, scalar(s)?).ok()?;
                Some(Self::p256(&signature))
            }
        }
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) fn bytes(&self) -> &[u8; 64] {
        &self.bytes
    }

    /// What OpenSSL reads: 64 bytes for Ed25519, DER for ECDSA.
    #[must_use]
    pub fn raw(&self) -> Vec<u8> {
        match self.kind {
            Kind::Ed25519 => self.bytes.to_vec(),
            Kind::P256 => p256::ecdsa::Signature::from_slice(&self.bytes)
                .map(|signature| signature.to_der().as_bytes().to_vec())
                .unwrap_or_default(),
        }
    }

    /// What OpenSSH reads.
    #[must_use]
    pub fn ssh(&self) -> Vec<u8> {
        let mut blob = string(self.kind.ssh_name().as_bytes());
        match self.kind {
            Kind::Ed25519 => blob.extend(string(&self.bytes)),
            Kind::P256 => {
                let (r, s) = self.bytes.split_at(32);
                let mut body = integer(r);
                body.extend(integer(s));
                blob.extend(string(&body));
            }
        }
        blob
    }
}

/// A number of SSH's formats: no leading zeros but the one that keeps it from being negative.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0);
    let digits = bytes
        .get(start.unwrap_or(bytes.len())..)
        .unwrap_or_default();
    if digits.first().is_some_and(|byte| *byte >= 0x80) {
        let mut positive = vec![0];
        positive.extend_from_slice(digits);
        return string(&positive);
    }
    string(digits)
}

/// The 32 bytes of a number of SSH's formats.
fn scalar(bytes: &[u8]) -> Option<[u8; 32]> {
    let digits = match bytes {
        [0, rest @ ..] => rest,
        [first, ..] if *first >= 0x80 => return None,
        _ => bytes,
    };
    let mut whole = [0; 32];
    let start = whole.len().checked_sub(digits.len())?;
    whole.get_mut(start..)?.copy_from_slice(digits);
    Some(whole)
}
