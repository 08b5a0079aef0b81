//! Digests as they stand in manifests and reports.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of bytes, as 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The same with the algorithm in front: `sha256:…`.
#[must_use]
pub fn tagged(bytes: &[u8]) -> String {
    format!("sha256:{}", sha256(bytes))
}
