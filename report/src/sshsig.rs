//! Signatures as `ssh-keygen -Y` makes and checks them.
//!
//! Format: PROTOCOL.sshsig of OpenSSH. The namespace keeps a signature from meaning anything else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha512};

use crate::key::{Key, PublicKey, string};

/// The namespace of bundles.
pub const NAMESPACE: &str = "rc-audit-report-v1";

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: [u8; 4] = [0, 0, 0, 1];
const HASH: &[u8] = b"sha512";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
/// Characters of base64 on a line, as OpenSSH writes them.
const WIDTH: usize = 70;

/// What is signed in place of the message.
fn to_be_signed(message: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(string(NAMESPACE.as_bytes()));
    bytes.extend(string(b""));
    bytes.extend(string(HASH));
    bytes.extend(string(&Sha512::digest(message)));
    bytes
}

/// Signs a message; the result is the armoured text.
#[must_use]
pub fn sign(key: &Key, message: &[u8]) -> String {
    let mut signature = string(b"ssh-ed25519");
    signature.extend(string(&key.sign(&to_be_signed(message))));
    let mut blob = MAGIC.to_vec();
    blob.extend(VERSION);
    blob.extend(string(&key.public().blob()));
    blob.extend(string(NAMESPACE.as_bytes()));
    blob.extend(string(b""));
    blob.extend(string(HASH));
    blob.extend(string(&signature));
    let encoded = STANDARD.encode(blob);
    let mut text = format!("{BEGIN}\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(WIDTH));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(END);
    text.push('\n');
    text
}

/// Whether an armoured text is a signature of `message` by `key` in our namespace.
#[must_use]
pub fn verifies(key: &PublicKey, message: &[u8], armoured: &str) -> bool {
    parse(key, armoured).is_some_and(|signature| key.verifies(&to_be_signed(message), &signature))
}

/// The signature's bytes, if everything else is exactly what [`sign`] writes for this key.
fn parse(key: &PublicKey, armoured: &str) -> Option<[u8; 64]> {
    let body = armoured.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let encoded: String = body.split_ascii_whitespace().collect();
    let blob = STANDARD.decode(encoded).ok()?;
    let mut wanted = MAGIC.to_vec();
    wanted.extend(VERSION);
    wanted.extend(string(&key.blob()));
    wanted.extend(string(NAMESPACE.as_bytes()));
    wanted.extend(string(b""));
    wanted.extend(string(HASH));
    let rest = blob.strip_prefix(wanted.as_slice())?;
    let mut head = string(b"ssh-ed25519");
    head.extend([0, 0, 0, 64]);
    // The length of the whole signature stands before it.
    let whole = u32::try_from(head.len() + 64).ok()?.to_be_bytes();
    rest.strip_prefix(whole.as_slice())?
        .strip_prefix(head.as_slice())?
        .try_into()
        .ok()
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn key() -> Key {
        Key::from_seed(&Zeroizing::new([7; 32]))
    }

    #[test]
    fn only_the_signed_message_verifies() {
        let text = sign(&key(), b"message");
        assert!(verifies(&key().public(), b"message", &text));
        assert!(!verifies(&key().public(), b"messagE", &text));
        let other = Key::from_seed(&Zeroizing::new([8; 32]));
        assert!(!verifies(&other.public(), b"message", &text));
    }

    #[test]
    fn another_namespace_or_a_cut_text_does_not_verify() {
        let text = sign(&key(), b"message");
        assert!(!verifies(
            &key().public(),
            b"message",
            &text.replace("SIGNATURE", "MESSAGE")
        ));
        let cut: String = text
            .lines()
            .filter(|line| !line.starts_with("AAAA"))
            .collect();
        assert!(!verifies(&key().public(), b"message", &cut));
        assert!(!verifies(&key().public(), b"message", ""));
    }
}
