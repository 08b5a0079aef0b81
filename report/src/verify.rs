//! Checking a bundle. Nothing is believed before its bytes are bound to a signature.

use crate::bundle::{File, SIGNATURE, SIGNER, SSH_SIGNATURE};
use crate::digest::sha256;
use crate::key::PublicKey;
use crate::manifest::{self, Manifest};
use crate::sshsig;

/// Whose signature counts.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Fingerprints that are trusted, `SHA256:…`.
    pub fingerprints: Vec<String>,
    /// Keys that are trusted.
    pub keys: Vec<PublicKey>,
}

impl Trust {
    fn covers(&self, key: &PublicKey) -> bool {
        self.keys.contains(key) || self.fingerprints.contains(&key.fingerprint())
    }
}

/// What a check found. Only [`Finding::Verified`] is good.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Finding {
    /// Unchanged, and signed by a trusted key.
    Verified(Checked),
    /// Unchanged, and signed by a key that nobody named as trusted.
    NotTrusted(Checked),
    /// Something is missing, changed or added.
    Tampered(Tampered),
}

/// The first thing that is wrong with a bundle.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tampered {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub why: String,
}

/// A bundle whose bytes are the signed ones.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checked {
    /// The manifest.
    pub manifest: Manifest,
    /// The SHA-256 of the manifest, hexadecimal.
    pub digest: String,
    /// The fingerprint of the signer's key.
    pub fingerprint: String,
}

fn tampered(file: &str, why: impl Into<String>) -> Tampered {
    Tampered {
        file: file.to_owned(),
        why: why.into(),
    }
}

/// Checks the files of a bundle. `files` are all regular files of its folder.
#[must_use]
pub fn verify(files: &[File], trust: &Trust) -> Finding {
    check(files, trust).unwrap_or_else(Finding::Tampered)
}

fn check(files: &[File], trust: &Trust) -> Result<Finding, Tampered> {
    let find = |name: &str| {
        files
            .iter()
            .find(|file| file.name == name)
            .map(|file| file.bytes.as_slice())
            .ok_or_else(|| tampered(name, "it is missing"))
    };
    let text = find(manifest::NAME)?;
    let signature: &[u8; 64] = find(SIGNATURE)?
        .try_into()
        .map_err(|_| tampered(SIGNATURE, "it is not 64 bytes long"))?;
    let line =
        std::str::from_utf8(find(SIGNER)?).map_err(|_| tampered(SIGNER, "it is not a text"))?;
    let key = PublicKey::from_openssh(line).map_err(|error| tampered(SIGNER, error.to_string()))?;
    if !key.verifies(text, signature) {
        return Err(tampered(
            manifest::NAME,
            "it is not what the key in signer.pub signed; the manifest, the signature or the key \
             was changed",
        ));
    }
    let armoured = std::str::from_utf8(find(SSH_SIGNATURE)?)
        .map_err(|_| tampered(SSH_SIGNATURE, "it is not a text"))?;
    if !sshsig::verifies(&key, text, armoured) {
        return Err(tampered(
            SSH_SIGNATURE,
            "it is not a signature of the manifest by the key in signer.pub",
        ));
    }
    let text =
        std::str::from_utf8(text).map_err(|_| tampered(manifest::NAME, "it is not a text"))?;
    let manifest =
        Manifest::parse(text).map_err(|error| tampered(manifest::NAME, error.to_string()))?;
    if manifest.key != key.fingerprint() {
        return Err(tampered(
            manifest::NAME,
            "it names another key than the one that signed it",
        ));
    }
    for (digest, name) in &manifest.files {
        if sha256(find(name)?) != *digest {
            return Err(tampered(name, "its content is not the signed one"));
        }
    }
    let unsigned = [manifest::NAME, SIGNATURE, SSH_SIGNATURE];
    for file in files {
        let listed = manifest.files.iter().any(|(_, name)| *name == file.name);
        if !listed && !unsigned.contains(&file.name.as_str()) {
            return Err(tampered(&file.name, "the manifest does not list it"));
        }
    }
    for needed in ["report.json", SIGNER] {
        if !manifest.files.iter().any(|(_, name)| name == needed) {
            return Err(tampered(needed, "the manifest does not list it"));
        }
    }
    let checked = Checked {
        digest: sha256(text.as_bytes()),
        fingerprint: key.fingerprint(),
        manifest,
    };
    Ok(if trust.covers(&key) {
        Finding::Verified(checked)
    } else {
        Finding::NotTrusted(checked)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::{self, Link};
    use crate::key::Key;
    use crate::sample::Sample;

    fn bundle() -> (Vec<File>, Trust) {
        let key = Key::from_seed(&zeroize::Zeroizing::new([7; 32]));
        let report = Sample::default().report();
        let files = vec![File::new(
            "report.json",
            crate::json::render(&report).unwrap(),
        )];
        let link = Link {
            seq: 1,
            prev: "0".repeat(64),
            next_due: "2026-11-02T12:00:01Z".to_owned(),
        };
        let trust = Trust {
            fingerprints: vec![key.public().fingerprint()],
            keys: Vec::new(),
        };
        (
            bundle::assemble(&report, files, &link, Some(&key)).unwrap(),
            trust,
        )
    }

    #[test]
    fn an_untouched_bundle_is_verified_for_whoever_trusts_its_signer() {
        let (files, trust) = bundle();
        assert!(matches!(verify(&files, &trust), Finding::Verified(_)));
        let nobody = Trust::default();
        assert!(matches!(verify(&files, &nobody), Finding::NotTrusted(_)));
    }

    #[test]
    fn every_file_is_needed_and_every_byte_counts() {
        let (files, trust) = bundle();
        for index in 0..files.len() {
            let mut fewer = files.clone();
            let gone = fewer.remove(index);
            let found = verify(&fewer, &trust);
            assert!(
                matches!(found, Finding::Tampered(_)),
                "without {}",
                gone.name
            );
            let mut changed = files.clone();
            let middle = changed[index].bytes.len() / 2;
            changed[index].bytes[middle] ^= 1;
            let found = verify(&changed, &trust);
            assert!(
                matches!(found, Finding::Tampered(_)),
                "changed {}",
                gone.name
            );
        }
    }

    #[test]
    fn a_file_that_nobody_signed_is_noticed() {
        let (mut files, trust) = bundle();
        files.push(File::new("note.txt", *b"trust me"));
        assert!(matches!(verify(&files, &trust), Finding::Tampered(_)));
    }
}
