//! Public keys and signatures: Ed25519, or ECDSA on P-256 for verifiers that know nothing newer.
//!
//! Formats: RFC 8410 and RFC 5480 (public keys in PEM), RFC 4253 section 6.6, RFC 8709 and RFC 5656
//! (SSH). Every signature has one form: what is not written exactly as it would be written here is
//! refused, so that nobody can make a second valid signature out of a first.

mod certificate;
mod private;
mod signature;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::EncodePublicKey as _;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use p256::ecdsa::signature::Verifier as _;
use sha2::{Digest as _, Sha256};

pub use self::certificate::Certificate;
pub use self::private::Key;
pub use self::signature::Signature;

/// The longest text that is read as a key, in bytes.
pub const AT_MOST: usize = 16 * 1024;

/// Why a key was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// The text is no private key in a form that is read.
    #[error(
        "not a private key that can be read: an OpenSSH key (-----BEGIN OPENSSH PRIVATE KEY-----) or \
         PKCS#8 (-----BEGIN PRIVATE KEY-----); make one with 'rc-audit key new', 'ssh-keygen -t \
         ed25519' or 'openssl genpkey -algorithm ed25519'"
    )]
    Private,
    /// The text is a private key in the form of older programs.
    #[error("a private key in an old form; 'openssl pkcs8 -topk8 -in OLD -out NEW' converts it")]
    OldForm,
    /// The key is of another kind.
    #[error("a key of the kind {0}; only Ed25519 and ECDSA on P-256 are used")]
    Kind(String),
    /// The key is encrypted, and no passphrase was given.
    #[error("it is encrypted with a passphrase, and none was given")]
    Passphrase,
    /// The key could not be decrypted.
    #[error("it could not be decrypted: the passphrase is wrong, or the file is damaged")]
    WrongPassphrase,
    /// Deriving the key from the passphrase would take too long or too much memory.
    #[error("its passphrase is stretched further than any program does by itself ({0})")]
    Stretched(String),
    /// The text is no public key in a form that is read.
    #[error(
        "not an Ed25519 or P-256 public key as OpenSSH writes it (ssh-ed25519 AAAA… or \
         ecdsa-sha2-nistp256 AAAA…)"
    )]
    Public,
    /// The text is no certificate that can be used.
    #[error("not an OpenSSH certificate that can be used: {0}")]
    Certificate(&'static str),
    /// The key could not be written.
    #[error("the key could not be encoded")]
    Encode,
    /// Whoever holds the key did not sign.
    #[error("{0}")]
    Signing(String),
}

/// The kind of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Ed25519, RFC 8032.
    Ed25519,
    /// ECDSA with SHA-256 on the curve P-256, FIPS 186.
    P256,
}

impl Kind {
    /// The name in SSH's formats.
    #[must_use]
    pub fn ssh_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::P256 => "ecdsa-sha2-nistp256",
        }
    }

    /// The kind with a name of SSH.
    #[must_use]
    pub fn by_ssh_name(name: &str) -> Option<Self> {
        [Self::Ed25519, Self::P256]
            .into_iter()
            .find(|kind| kind.ssh_name() == name)
    }
}

/// Something that signs: a key in memory, or one that an agent or a token holds.
pub trait Signer {
    /// The public half of its key.
    fn public(&self) -> PublicKey;

    /// Signs bytes.
    fn sign(&self, message: &[u8]) -> Result<Signature, KeyError>;
}

/// A public key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PublicKey(Inner);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Inner {
    Ed25519(VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
}

impl PublicKey {
    /// Reads a line as `ssh-keygen` writes it; a comment behind the key is ignored.
    pub fn from_openssh(line: &str) -> Result<Self, KeyError> {
        let line = line.strip_suffix('\n').unwrap_or(line);
        if line.len() > AT_MOST || line.contains('\n') {
            return Err(KeyError::Public);
        }
        let mut words = line.split_ascii_whitespace();
        let (Some(name), Some(encoded)) = (words.next(), words.next()) else {
            return Err(KeyError::Public);
        };
        let Some(kind) = Kind::by_ssh_name(name) else {
            return Err(if is_kind(name) {
                KeyError::Kind(name.to_owned())
            } else {
                KeyError::Public
            });
        };
        let blob = STANDARD.decode(encoded).map_err(|_| KeyError::Public)?;
        let key = Self::from_blob(&blob)?;
        if key.kind() != kind {
            return Err(KeyError::Public);
        }
        Ok(key)
    }

    /// Reads the binary form of SSH.
    pub fn from_blob(blob: &[u8]) -> Result<Self, KeyError> {
        let (name, rest) = split(blob).ok_or(KeyError::Public)?;
        let name = std::str::from_utf8(name).map_err(|_| KeyError::Public)?;
        match Kind::by_ssh_name(name) {
            Some(Kind::Ed25519) => ed25519(rest),
            Some(Kind::P256) => p256(rest),
            None if is_kind(name) => return Err(KeyError::Kind(name.to_owned())),
            None => None,
        }
        .ok_or(KeyError::Public)
    }

    pub(crate) fn from_ed25519(key: VerifyingKey) -> Self {
        Self(Inner::Ed25519(key))
    }

    pub(crate) fn from_p256(key: p256::ecdsa::VerifyingKey) -> Self {
        Self(Inner::P256(key))
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.0 {
            Inner::Ed25519(_) => Kind::Ed25519,
            Inner::P256(_) => Kind::P256,
        }
    }

    /// The binary form of SSH.
    #[must_use]
    pub fn blob(&self) -> Vec<u8> {
        let mut blob = string(self.kind().ssh_name().as_bytes());
        match &self.0 {
            Inner::Ed25519(key) => blob.extend(string(key.as_bytes())),
            Inner::P256(key) => {
                blob.extend(string(b"nistp256"));
                blob.extend(string(key.to_sec1_point(false).as_bytes()));
            }
        }
        blob
    }

    /// The line as `ssh-keygen` writes it, without a comment.
    #[must_use]
    pub fn to_openssh(&self) -> String {
        format!(
            "{} {}",
            self.kind().ssh_name(),
            STANDARD.encode(self.blob())
        )
    }

    /// The public key as OpenSSL reads it.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        match &self.0 {
            Inner::Ed25519(key) => key.to_public_key_pem(LineEnding::LF),
            Inner::P256(key) => p256::PublicKey::from(key).to_public_key_pem(LineEnding::LF),
        }
        .map_err(|_| KeyError::Encode)
    }

    /// The fingerprint as `ssh-keygen -l` shows it: `SHA256:…`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint_of(&self.blob())
    }

    /// Whether `raw` is a signature of `message` by this key, in the form of [`Signature::raw`]. A
    /// signature that somebody changed into another valid one is refused.
    #[must_use]
    pub fn verifies(&self, message: &[u8], raw: &[u8]) -> bool {
        Signature::from_raw(self.kind(), raw)
            .is_some_and(|signature| self.made(message, &signature))
    }

    /// Whether this key made a signature of `message`.
    #[must_use]
    pub fn made(&self, message: &[u8], signature: &Signature) -> bool {
        if signature.kind() != self.kind() {
            return false;
        }
        match &self.0 {
            Inner::Ed25519(key) => key
                .verify_strict(
                    message,
                    &ed25519_dalek::Signature::from_bytes(signature.bytes()),
                )
                .is_ok(),
            Inner::P256(key) => p256::ecdsa::Signature::from_slice(signature.bytes())
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }

    /// How many bytes at the end of either public file are the key itself.
    pub(crate) fn length(&self) -> usize {
        match self.kind() {
            Kind::Ed25519 => 32,
            Kind::P256 => 65,
        }
    }
}

fn ed25519(rest: &[u8]) -> Option<PublicKey> {
    let (bytes, []) = split(rest)? else {
        return None;
    };
    let key = VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()?;
    // A weak key verifies signatures that nobody made, and some keys can be written in two ways.
    let canonical = key.to_edwards().compress().as_bytes() == bytes;
    (!key.is_weak() && canonical).then_some(PublicKey(Inner::Ed25519(key)))
}

fn p256(rest: &[u8]) -> Option<PublicKey> {
    let (b"nistp256", rest) = split(rest)? else {
        return None;
    };
    let (point, []) = split(rest)? else {
        return None;
    };
    // OpenSSH knows the uncompressed form alone.
    if point.len() != 65 {
        return None;
    }
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?;
    let key = PublicKey(Inner::P256(key));
    key.blob().ends_with(point).then_some(key)
}

/// Whether a word can be the name of a kind of key.
fn is_kind(name: &str) -> bool {
    ["ssh-", "ecdsa-sha2-", "sk-"]
        .iter()
        .any(|start| name.starts_with(start))
        && name.len() <= 64
        && name.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The fingerprint of a binary key of SSH, whatever its kind.
#[must_use]
pub fn fingerprint_of(blob: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(blob)))
}

/// Whether a text is a fingerprint as [`PublicKey::fingerprint`] writes it.
#[must_use]
pub fn is_fingerprint(text: &str) -> bool {
    text.strip_prefix("SHA256:")
        .and_then(|encoded| STANDARD_NO_PAD.decode(encoded).ok())
        .is_some_and(|digest| digest.len() == 32)
}

/// A string of SSH's formats: the length as four bytes, then the bytes.
#[must_use]
pub fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut out = length.to_be_bytes().to_vec();
    out.extend_from_slice(bytes);
    out
}

/// The first string of SSH's formats in some bytes, and what follows it.
#[must_use]
pub fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}
#[cfg(test)]
mod tests;
