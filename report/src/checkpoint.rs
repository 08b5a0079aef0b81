//! A checkpoint: one line that tells how a chain ended, short enough for a journal or for paper.
//!
//! `rc-audit-checkpoint/1 WORKSPACE NUMBER DIGEST FINGERPRINT SIGNATURE`. What is signed is the line
//! before the last blank; the first word keeps that signature from meaning anything else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::key::{KeyError, PublicKey, Signer};
use crate::manifest::{self, Manifest};

/// The first word.
const FIRST: &str = "rc-audit-checkpoint/1";
/// The name of the file in a bundle.
pub const NAME: &str = "CHECKPOINT";
/// The longest line that is read, in bytes.
const AT_MOST: usize = 1024;

/// How a chain ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    /// The workspace's name.
    pub workspace: String,
    /// The number of the newest report.
    pub seq: u64,
    /// The SHA-256 of its manifest, hexadecimal.
    pub head: String,
    /// The fingerprint of the key that signed it.
    pub key: String,
}

/// A checkpoint as somebody gave it, with a signature that is still to be checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claimed {
    /// What it says.
    pub checkpoint: Checkpoint,
    signature: Vec<u8>,
}

/// Why a line is not a checkpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "not a checkpoint; it is one line: {FIRST}, the workspace, the number, a SHA-256, the \
     fingerprint of a key and a signature"
)]
pub struct NotACheckpoint;

impl Checkpoint {
    /// The checkpoint at a report. `digest` is the SHA-256 of its manifest.
    #[must_use]
    pub fn at(manifest: &Manifest, digest: &str) -> Self {
        Self {
            workspace: manifest.workspace.clone(),
            seq: manifest.seq,
            head: digest.to_owned(),
            key: manifest.key.clone(),
        }
    }

    /// What is signed.
    fn body(&self) -> String {
        format!(
            "{FIRST} {} {} {} {}",
            self.workspace, self.seq, self.head, self.key
        )
    }

    /// The signed line, with its end.
    pub fn sign(&self, key: &dyn Signer) -> Result<String, KeyError> {
        let body = self.body();
        let signature = STANDARD.encode(key.sign(body.as_bytes())?.raw());
        Ok(format!("{body} {signature}\n"))
    }
}

impl Claimed {
    /// Reads a line. Blanks around it are not part of it.
    pub fn parse(text: &str) -> Result<Self, NotACheckpoint> {
        let line = text.trim();
        if line.len() > AT_MOST {
            return Err(NotACheckpoint);
        }
        let words: Vec<&str> = line.split(' ').collect();
        let [FIRST, workspace, seq, head, key, signature] = words.as_slice() else {
            return Err(NotACheckpoint);
        };
        let claimed = Self {
            checkpoint: Checkpoint {
                workspace: (*workspace).to_owned(),
                seq: seq.parse().map_err(|_| NotACheckpoint)?,
                head: (*head).to_owned(),
                key: (*key).to_owned(),
            },
            signature: STANDARD.decode(signature).map_err(|_| NotACheckpoint)?,
        };
        let whole = format!("{} {signature}", claimed.checkpoint.body());
        let sound = manifest::is_header_value(line)
            && manifest::is_digest(head)
            && key.starts_with("SHA256:")
            && whole == line;
        sound.then_some(claimed).ok_or(NotACheckpoint)
    }

    /// Whether it was signed with this key, which is the one that it names.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.fingerprint() == self.checkpoint.key
            && key.verifies(self.checkpoint.body().as_bytes(), &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::key::Key;

    #[test]
    fn a_line_is_of_one_key_and_no_word_of_it_can_be_changed() {
        let key = Key::from_seed(&Zeroizing::new([7; 32]));
        let checkpoint = Checkpoint {
            workspace: "clinic-0123".to_owned(),
            seq: 7,
            head: "ab".repeat(32),
            key: key.public().fingerprint(),
        };
        let line = checkpoint.sign(&key).unwrap();
        let claimed = Claimed::parse(&format!("  {line}\n")).unwrap();
        assert_eq!(claimed.checkpoint, checkpoint);
        assert!(claimed.is_signed_by(&key.public()));
        let other = Key::from_seed(&Zeroizing::new([8; 32]));
        assert!(!claimed.is_signed_by(&other.public()));
        for (from, to) in [
            ("clinic-0123", "clinic-0124"),
            (" 7 ", " 8 "),
            ("abab", "abac"),
        ] {
            let changed = Claimed::parse(&line.replacen(from, to, 1)).unwrap();
            assert!(!changed.is_signed_by(&key.public()), "{to}");
        }
        for (from, to) in [
            (FIRST, "rc-audit-checkpoint/2"),
            (" 7 ", " 07 "),
            (" 7 ", "  7 "),
            ("abab", "ABAB"),
            ("SHA256:", "MD5:"),
            ("clinic", "cli\nnic"),
        ] {
            assert_eq!(
                Claimed::parse(&line.replacen(from, to, 1)),
                Err(NotACheckpoint),
                "{to}"
            );
        }
        assert_eq!(Claimed::parse(""), Err(NotACheckpoint));
    }
}
