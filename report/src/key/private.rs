//! Private keys: what is read, what is refused, and signing with them.

use ed25519_dalek::{Signer as _, SigningKey};
use p256::pkcs8::EncodePrivateKey as _;
use pkcs8::der::pem::LineEnding;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::{
    DecodePrivateKey as _, EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfoRef,
    SecretDocument,
};
use ssh_key::private::KeypairData;
use zeroize::Zeroizing;

use super::{AT_MOST, KeyError, PublicKey, Signature, Signer};

/// The most rounds of OpenSSH's passphrase function; `ssh-keygen` makes 16 or 24.
const ROUNDS: u32 = 2_000;
/// The most iterations of PBKDF2; OpenSSL makes 2,048, and a million is a generous choice.
const ITERATIONS: u32 = 20_000_000;
/// The most memory that scrypt may take, in bytes.
const MEMORY: u64 = 256 * 1024 * 1024;

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ELLIPTIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A private key. Its bytes are wiped from memory when it is dropped.
pub struct Key(Inner);

enum Inner {
    Ed25519(SigningKey),
    P256(p256::ecdsa::SigningKey),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.public().fingerprint())
    }
}

impl Signer for Key {
    fn public(&self) -> PublicKey {
        match &self.0 {
            Inner::Ed25519(key) => PublicKey::from_ed25519(key.verifying_key()),
            Inner::P256(key) => PublicKey::from_p256(*key.verifying_key()),
        }
    }

    /// Signs bytes. The same bytes give the same signature: Ed25519 is so by itself, and the
    /// number that ECDSA needs is drawn from key and message as RFC 6979 says.
    fn sign(&self, message: &[u8]) -> Result<Signature, KeyError> {
        match &self.0 {
            Inner::Ed25519(key) => Ok(Signature::ed25519(key.sign(message))),
            Inner::P256(key) => {
                let signature: p256::ecdsa::Signature = key
                    .try_sign(message)
                    .map_err(|error| KeyError::Signing(error.to_string()))?;
                Ok(Signature::p256(&signature))
            }
        }
    }
}

impl Key {
    /// The Ed25519 key with these 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &Zeroizing<[u8; 32]>) -> Self {
        Self(Inner::Ed25519(SigningKey::from_bytes(seed)))
    }

    /// The P-256 key with these 32 random bytes. About one in 2³² is none; then draw others.
    pub fn from_p256_seed(seed: &Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        p256::ecdsa::SigningKey::from_slice(seed.as_slice())
            .map(|key| Self(Inner::P256(key)))
            .map_err(|_| KeyError::Private)
    }

    /// Reads a private key as OpenSSH writes it, or PKCS#8 in PEM. An encrypted one without a
    /// passphrase is [`KeyError::Passphrase`].
    pub fn read(text: &str, passphrase: Option<&str>) -> Result<Self, KeyError> {
        if text.len() > AT_MOST {
            return Err(KeyError::Private);
        }
        let begins = |label: &str| text.contains(&format!("-----BEGIN {label}-----"));
        if begins("OPENSSH PRIVATE KEY") {
            return openssh(text, passphrase);
        }
        if begins("ENCRYPTED PRIVATE KEY") {
            return encrypted(text, passphrase);
        }
        if begins("PRIVATE KEY") {
            let (_, document) = SecretDocument::from_pem(text).map_err(|_| KeyError::Private)?;
            return plain(&document);
        }
        let old = ["EC", "RSA", "DSA"].map(|kind| format!("{kind} PRIVATE KEY"));
        Err(if old.iter().any(|label| begins(label)) {
            KeyError::OldForm
        } else {
            KeyError::Private
        })
    }

    /// Writes a PKCS#8 PEM text.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        match &self.0 {
            Inner::Ed25519(key) => key.to_pkcs8_pem(LineEnding::LF),
            Inner::P256(key) => p256::SecretKey::from(key).to_pkcs8_pem(LineEnding::LF),
        }
        .map_err(|_| KeyError::Encode)
    }
}

fn plain(document: &SecretDocument) -> Result<Key, KeyError> {
    let info: PrivateKeyInfoRef<'_> = document.decode_msg().map_err(|_| KeyError::Private)?;
    let inner = match info.algorithm.oid {
        ED25519 => SigningKey::from_pkcs8_der(document.as_bytes()).map(Inner::Ed25519),
        // Any other curve is refused there.
        ELLIPTIC => p256::ecdsa::SigningKey::from_pkcs8_der(document.as_bytes()).map(Inner::P256),
        RSA => return Err(KeyError::Kind("RSA".to_owned())),
        other => return Err(KeyError::Kind(other.to_string())),
    };
    inner.map(Key).map_err(|_| match info.algorithm.oid {
        ELLIPTIC => KeyError::Kind("ECDSA on another curve, or damaged".to_owned()),
        _ => KeyError::Private,
    })
}

fn encrypted(text: &str, passphrase: Option<&str>) -> Result<Key, KeyError> {
    let (_, document) = SecretDocument::from_pem(text).map_err(|_| KeyError::Private)?;
    let info: EncryptedPrivateKeyInfoRef<'_> =
        document.decode_msg().map_err(|_| KeyError::Private)?;
    let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
        return Err(KeyError::OldForm);
    };
    let stretched = match &parameters.kdf {
        Kdf::Pbkdf2(kdf) => (kdf.iteration_count > ITERATIONS)
            .then(|| format!("{} iterations", kdf.iteration_count)),
        Kdf::Scrypt(kdf) => {
            let memory = kdf
                .cost_parameter
                .saturating_mul(u64::from(kdf.block_size))
                .saturating_mul(128);
            let work = memory.saturating_mul(u64::from(kdf.parallelization));
            (work > MEMORY).then(|| format!("{work} bytes"))
        }
        _ => return Err(KeyError::OldForm),
    };
    if let Some(how) = stretched {
        return Err(KeyError::Stretched(how));
    }
    let passphrase = passphrase.ok_or(KeyError::Passphrase)?;
    let document = info
        .decrypt(passphrase)
        .map_err(|_| KeyError::WrongPassphrase)?;
    plain(&document)
}

fn openssh(text: &str, passphrase: Option<&str>) -> Result<Key, KeyError> {
    let mut key = ssh_key::PrivateKey::from_openssh(text).map_err(|_| KeyError::Private)?;
    if key.is_encrypted() {
        if let ssh_key::Kdf::Bcrypt { rounds, .. } = key.kdf()
            && *rounds > ROUNDS
        {
            return Err(KeyError::Stretched(format!("{rounds} rounds")));
        }
        let passphrase = passphrase.ok_or(KeyError::Passphrase)?;
        key = key
            .decrypt(passphrase)
            .map_err(|_| KeyError::WrongPassphrase)?;
    }
    let (inner, stated) = match key.key_data() {
        KeypairData::Ed25519(pair) => (
            Inner::Ed25519(SigningKey::from_bytes(&Zeroizing::new(
                pair.private.to_bytes(),
            ))),
            key.public_key().to_bytes(),
        ),
        KeypairData::Ecdsa(pair) if pair.curve() == ssh_key::EcdsaCurve::NistP256 => (
            Inner::P256(
                p256::ecdsa::SigningKey::from_slice(pair.private_key_bytes())
                    .map_err(|_| KeyError::Private)?,
            ),
            key.public_key().to_bytes(),
        ),
        _ => return Err(KeyError::Kind(key.algorithm().to_string())),
    };
    let made = Key(inner);
    // Two halves that do not belong together would give signatures that nobody can verify.
    match stated {
        Ok(blob) if blob == made.public().blob() => Ok(made),
        _ => Err(KeyError::Private),
    }
}
