//! Signatures as `ssh-keygen -Y` makes and checks them.
//!
//! Format: PROTOCOL.sshsig of OpenSSH. The namespace keeps a signature from meaning anything else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha512};

use crate::key::{KeyError, PublicKey, Signature, Signer, split, string};

/// The namespace of bundles.
pub const NAMESPACE: &str = "rc-audit-report-v1";
/// The namespace of files of waivers.
pub const WAIVERS: &str = "rc-audit-waivers-v1";
/// The longest text that is read, in bytes. A certificate makes the longest.
pub const AT_MOST: usize = 32 * 1024;

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: [u8; 4] = [0, 0, 0, 1];
const HASH: &[u8] = b"sha512";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
/// Characters of base64 on a line, as OpenSSH writes them.
const WIDTH: usize = 70;

/// What is signed in place of the message. It does not name the key, so a signature can be shown
/// with the key or with a certificate of it.
fn to_be_signed(namespace: &str, message: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(string(namespace.as_bytes()));
    bytes.extend(string(b""));
    bytes.extend(string(HASH));
    bytes.extend(string(&Sha512::digest(message)));
    bytes
}

/// Signs a message.
pub fn sign(signer: &dyn Signer, message: &[u8]) -> Result<Signature, KeyError> {
    signer.sign(&to_be_signed(NAMESPACE, message))
}

/// A signature as an armoured text. `shown` is the key in its binary form, or a certificate of it.
#[must_use]
pub fn armour(shown: &[u8], signature: &Signature) -> String {
    armoured(NAMESPACE, shown, signature)
}

fn armoured(namespace: &str, shown: &[u8], signature: &Signature) -> String {
    let mut blob = head(namespace, shown);
    blob.extend(string(&signature.ssh()));
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

/// Everything before the signature itself.
fn head(namespace: &str, shown: &[u8]) -> Vec<u8> {
    let mut blob = MAGIC.to_vec();
    blob.extend(VERSION);
    blob.extend(string(shown));
    blob.extend(string(namespace.as_bytes()));
    blob.extend(string(b""));
    blob.extend(string(HASH));
    blob
}

/// Whether an armoured text is a signature of `message` by `key` in our namespace, written exactly
/// as [`armour`] writes it. `shown` is what stands in it for the key.
#[must_use]
pub fn verifies(key: &PublicKey, shown: &[u8], message: &[u8], armoured: &[u8]) -> bool {
    parse(shown, armoured)
        .is_some_and(|signature| key.made(&to_be_signed(NAMESPACE, message), &signature))
}

/// A signature of a file of waivers, as an approver makes one with `ssh-keygen`.
#[cfg(test)]
pub(crate) fn approve(signer: &dyn Signer, message: &[u8]) -> Result<String, KeyError> {
    let signature = signer.sign(&to_be_signed(WAIVERS, message))?;
    Ok(armoured(WAIVERS, &signer.public().blob(), &signature))
}

/// The key that signed a message in a namespace, which says nothing of whose key that is. `armoured`
/// may be of any width, as tools of other people write it.
pub fn signer(namespace: &str, message: &[u8], armoured: &[u8]) -> Result<PublicKey, Unfit> {
    let blob = blob(armoured).ok_or(Unfit::Form)?;
    let rest = blob.strip_prefix(MAGIC).ok_or(Unfit::Form)?;
    let rest = rest.strip_prefix(&VERSION).ok_or(Unfit::Form)?;
    let (shown, rest) = split(rest).ok_or(Unfit::Form)?;
    let (given, rest) = split(rest).ok_or(Unfit::Form)?;
    let (_, rest) = split(rest).ok_or(Unfit::Form)?;
    let (hash, rest) = split(rest).ok_or(Unfit::Form)?;
    let Some((signature, [])) = split(rest) else {
        return Err(Unfit::Form);
    };
    if given != namespace.as_bytes() {
        let given = String::from_utf8_lossy(given);
        let given = given.chars().filter(|it| !it.is_control()).take(60);
        return Err(Unfit::Namespace(given.collect(), namespace.to_owned()));
    }
    if hash != HASH {
        return Err(Unfit::Hash);
    }
    let key = PublicKey::from_blob(shown)?;
    let signature = Signature::from_ssh(signature).ok_or(Unfit::Form)?;
    if key.made(&to_be_signed(namespace, message), &signature) {
        Ok(key)
    } else {
        Err(Unfit::Message)
    }
}

/// Why a text is no signature of a message.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It is no signature.
    #[error("it is no signature as ssh-keygen -Y sign writes it")]
    Form,
    /// It was made for something else.
    #[error("it was made for '{0}'; sign with: ssh-keygen -Y sign -n {1}")]
    Namespace(String, String),
    /// It was made with another hash.
    #[error("it was made with another hash than SHA-512, which ssh-keygen -Y sign takes by itself")]
    Hash,
    /// The key is of no kind that is read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It is one of other bytes.
    #[error("it is a signature of other bytes: the file was changed after it was signed")]
    Message,
}

/// What is in the armour.
fn blob(armoured: &[u8]) -> Option<Vec<u8>> {
    if armoured.len() > AT_MOST {
        return None;
    }
    let text = std::str::from_utf8(armoured).ok()?;
    let body = text.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let encoded: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(encoded).ok()
}

fn parse(shown: &[u8], armoured: &[u8]) -> Option<Signature> {
    if armoured.len() > AT_MOST {
        return None;
    }
    let text = std::str::from_utf8(armoured).ok()?;
    let body = text.strip_prefix(BEGIN)?.trim_end().strip_suffix(END)?;
    let encoded: String = body.split('\n').collect();
    let blob = STANDARD.decode(encoded).ok()?;
    let (signature, []) = split(blob.strip_prefix(head(NAMESPACE, shown).as_slice())?)? else {
        return None;
    };
    let signature = Signature::from_ssh(signature)?;
    (armour(shown, &signature).as_bytes() == armoured).then_some(signature)
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::key::Key;

    fn keys() -> [Key; 2] {
        let seed = Zeroizing::new([7; 32]);
        [Key::from_seed(&seed), Key::from_p256_seed(&seed).unwrap()]
    }

    fn signed(key: &Key) -> String {
        armour(&key.public().blob(), &sign(key, b"message").unwrap())
    }

    fn verifies(key: &Key, message: &[u8], text: &str) -> bool {
        super::verifies(
            &key.public(),
            &key.public().blob(),
            message,
            text.as_bytes(),
        )
    }

    #[test]
    fn only_the_signed_message_verifies() {
        for key in keys() {
            let text = signed(&key);
            assert!(verifies(&key, b"message", &text));
            assert!(!verifies(&key, b"messagE", &text));
        }
        let [one, other] = keys();
        assert!(!verifies(&other, b"message", &signed(&one)));
        assert!(!verifies(&one, b"message", &signed(&other)));
    }

    #[test]
    fn a_text_has_one_form() {
        for key in keys() {
            let text = signed(&key);
            let lines: Vec<&str> = text.lines().collect();
            let unwrapped = format!("{BEGIN}\n{}\n{END}\n", lines[1..lines.len() - 1].concat());
            for changed in [
                String::new(),
                text.trim_end().to_owned(),
                format!("\n{text}"),
                format!("{text}\n"),
                format!("{text}{text}"),
                format!("{text}# more\n"),
                text.replace('\n', "\r\n"),
                text.replace("SIGNATURE", "MESSAGE"),
                unwrapped,
                lines[..lines.len() - 2].join("\n"),
            ] {
                assert_ne!(changed, text);
                assert!(!verifies(&key, b"message", &changed), "{changed}");
            }
        }
    }

    #[test]
    fn the_signer_of_other_peoples_files_is_found_whatever_the_width() {
        for key in keys() {
            let text = signed(&key);
            let wide = text.replacen('\n', " ", 1).replace('\n', "\r\n");
            for text in [&text, &wide] {
                let found = signer(NAMESPACE, b"message", text.as_bytes());
                assert_eq!(found.unwrap(), key.public());
            }
            let refused = |namespace: &str, message: &[u8], text: &str| {
                let found = signer(namespace, message, text.as_bytes());
                found.unwrap_err().to_string()
            };
            assert!(refused(NAMESPACE, b"messagE", &text).contains("was changed"));
            assert!(refused(WAIVERS, b"message", &text).contains(WAIVERS));
            assert!(refused(NAMESPACE, b"message", "").contains("no signature"));
            let cut = text.replacen("\n", "\nAAAA", 1);
            assert!(refused(NAMESPACE, b"message", &cut).contains("no signature"));
        }
    }

    #[test]
    fn another_namespace_version_or_digest_is_refused() {
        let [key, _] = keys();
        let text = signed(&key);
        let body: String = text.lines().filter(|it| !it.starts_with('-')).collect();
        let blob = STANDARD.decode(body).unwrap();
        let same = |blob: &[u8]| {
            let encoded = STANDARD.encode(blob);
            let lines: Vec<&str> = encoded
                .as_bytes()
                .chunks(WIDTH)
                .map(|line| std::str::from_utf8(line).unwrap())
                .collect();
            format!("{BEGIN}\n{}\n{END}\n", lines.join("\n"))
        };
        assert_eq!(same(&blob), text);
        for (from, to) in [
            (&b"SSHSIG\0\0\0\x01"[..], &b"SSHSIG\0\0\0\x02"[..]),
            (b"rc-audit-report-v1", b"rc-audit-report-v2"),
            (b"\0\0\0\x06sha512", b"\0\0\0\x06sha256"),
            (b"ssh-ed25519", b"ssh-ed25518"),
        ] {
            let at = blob
                .windows(from.len())
                .position(|window| window == from)
                .unwrap();
            let mut changed = blob.clone();
            changed[at..at + to.len()].copy_from_slice(to);
            assert!(!verifies(&key, b"message", &same(&changed)));
        }
        let mut longer = blob.clone();
        longer.push(0);
        assert!(!verifies(&key, b"message", &same(&longer)));
    }
}
