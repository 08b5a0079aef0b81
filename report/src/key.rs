//! Keys: Ed25519, as PKCS#8 for OpenSSL and as an OpenSSH public key, from the same 32 bytes.
//!
//! Formats: RFC 8410 (private and public keys in PEM), RFC 4253 section 6.6 and RFC 8709 (SSH).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The name of the algorithm in SSH's formats.
const SSH_NAME: &str = "ssh-ed25519";

/// Why a key was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// The text is not an Ed25519 private key in PKCS#8.
    #[error(
        "not an unencrypted Ed25519 private key in PKCS#8 (-----BEGIN PRIVATE KEY-----); make one \
         with 'rc-audit key new' or 'openssl genpkey -algorithm ed25519'"
    )]
    Private,
    /// The text is not an Ed25519 public key as OpenSSH writes it.
    #[error("not an Ed25519 public key as OpenSSH writes it (ssh-ed25519 AAAA…)")]
    Public,
    /// The key could not be written.
    #[error("the key could not be encoded")]
    Encode,
}

/// A private key. Its bytes are wiped from memory when it is dropped.
pub struct Key(SigningKey);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.public().fingerprint())
    }
}

impl Key {
    /// The key with these 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &Zeroizing<[u8; 32]>) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads a PKCS#8 PEM text.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(text)
            .map(Self)
            .map_err(|_| KeyError::Private)
    }

    /// Writes a PKCS#8 PEM text.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        self.0
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| KeyError::Encode)
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// A public key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a line as `ssh-keygen` writes it; a comment behind the key is ignored.
    pub fn from_openssh(line: &str) -> Result<Self, KeyError> {
        let mut words = line.split_ascii_whitespace();
        let (Some(SSH_NAME), Some(encoded)) = (words.next(), words.next()) else {
            return Err(KeyError::Public);
        };
        let blob = STANDARD.decode(encoded).map_err(|_| KeyError::Public)?;
        Self::from_blob(&blob)
    }

    /// Reads the binary form of SSH.
    pub fn from_blob(blob: &[u8]) -> Result<Self, KeyError> {
        let rest = blob
            .strip_prefix(string(SSH_NAME.as_bytes()).as_slice())
            .ok_or(KeyError::Public)?;
        let bytes: [u8; 32] = rest
            .strip_prefix(&[0, 0, 0, 32])
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(KeyError::Public)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Public)?;
        // A weak key verifies signatures that nobody made.
        if key.is_weak() {
            return Err(KeyError::Public);
        }
        Ok(Self(key))
    }

    /// The binary form of SSH.
    #[must_use]
    pub fn blob(&self) -> Vec<u8> {
        let mut blob = string(SSH_NAME.as_bytes());
        blob.extend(string(self.0.as_bytes()));
        blob
    }

    /// The line as `ssh-keygen` writes it, without a comment.
    #[must_use]
    pub fn to_openssh(&self) -> String {
        format!("{SSH_NAME} {}", STANDARD.encode(self.blob()))
    }

    /// The public key as OpenSSL reads it.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0
            .to_public_key_pem(LineEnding::LF)
            .map_err(|_| KeyError::Encode)
    }

    /// The fingerprint as `ssh-keygen -l` shows it: `SHA256:…`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!(
            "SHA256:{}",
            STANDARD_NO_PAD.encode(Sha256::digest(self.blob()))
        )
    }

    /// Whether `signature` is one of `message` by this key. Malleable signatures are refused.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

/// A string of SSH's formats: the length as four bytes, then the bytes.
pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut out = length.to_be_bytes().to_vec();
    out.extend_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_seed(&Zeroizing::new([7; 32]))
    }

    #[test]
    fn a_key_round_trips_through_both_formats() {
        let pem = key().to_pem().unwrap();
        assert_eq!(Key::from_pem(&pem).unwrap().public(), key().public());
        let line = key().public().to_openssh();
        let with_comment = format!("{line} somebody@somewhere");
        assert_eq!(PublicKey::from_openssh(&with_comment), Ok(key().public()));
    }

    #[test]
    fn a_signature_is_of_one_message_and_one_key() {
        let signature = key().sign(b"message");
        assert!(key().public().verifies(b"message", &signature));
        assert!(!key().public().verifies(b"messagE", &signature));
        let other = Key::from_seed(&Zeroizing::new([8; 32]));
        assert!(!other.public().verifies(b"message", &signature));
    }

    #[test]
    fn other_keys_are_refused() {
        assert_eq!(
            Key::from_pem("-----BEGIN OPENSSH PRIVATE KEY-----").unwrap_err(),
            KeyError::Private
        );
        for line in [
            "",
            "ssh-rsa AAAA",
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "ssh-ed25519 !",
        ] {
            assert_eq!(
                PublicKey::from_openssh(line),
                Err(KeyError::Public),
                "{line}"
            );
        }
        let mut weak = string(SSH_NAME.as_bytes());
        weak.extend(string(&[0; 32]));
        assert_eq!(PublicKey::from_blob(&weak), Err(KeyError::Public));
    }

    #[test]
    fn debug_shows_no_private_byte() {
        assert_eq!(
            format!("{:?}", key()),
            format!("Key({})", key().public().fingerprint())
        );
    }
}
