//! Checking a bundle. Nothing is believed before its bytes are bound to a signature.

use crate::bundle::{File, NEXT_SIGNER, SIGNATURE, SIGNER, SSH_SIGNATURE};
use crate::digest::sha256;
use crate::manifest::{self, Manifest};
use crate::trust::signed::{self, Signed};
use crate::trust::{Claim, Standing, Trust};

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
    /// Whether the signer counts, and why.
    pub standing: Standing,
}

pub(crate) fn tampered(file: &str, why: impl Into<String>) -> Tampered {
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
    let signed = signed::check(&|name| find(name).ok())?;
    let text = std::str::from_utf8(find(manifest::NAME)?)
        .map_err(|_| tampered(manifest::NAME, "it is not a text"))?;
    let manifest =
        Manifest::parse(text).map_err(|error| tampered(manifest::NAME, error.to_string()))?;
    names(&manifest, &signed)?;
    for (digest, name) in &manifest.files {
        if sha256(find(name)?) != *digest {
            return Err(tampered(name, "its content is not the signed one"));
        }
    }
    let mut unsigned = vec![manifest::NAME, SIGNATURE, SSH_SIGNATURE];
    unsigned.extend(signed::UNLISTED);
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
    let standing = trust.judge(&Claim {
        key: &signed.key,
        certificate: signed.certificate.as_ref(),
        manifest: &manifest,
    });
    let trusted = standing.is_trusted();
    let checked = Checked {
        digest: sha256(text.as_bytes()),
        fingerprint: signed.key.fingerprint(),
        manifest,
        standing,
    };
    Ok(if trusted {
        Finding::Verified(checked)
    } else {
        Finding::NotTrusted(checked)
    })
}

/// The manifest names the keys that signed it, and no others.
fn names(manifest: &Manifest, signed: &Signed) -> Result<(), Tampered> {
    if manifest.key != signed.key.fingerprint() {
        return Err(tampered(
            manifest::NAME,
            "it names another key than the one that signed it",
        ));
    }
    match (&manifest.next_key, &signed.next) {
        (None, None) => Ok(()),
        (Some(named), Some(next)) if *named == next.fingerprint() => Ok(()),
        (Some(_), None) => Err(tampered(
            NEXT_SIGNER,
            "it is missing, and the manifest names a next key, which has to sign as well",
        )),
        _ => Err(tampered(
            NEXT_SIGNER,
            "the manifest does not name it as the next key",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::{self, Link, Signers};
    use crate::key::{Key, Signer as _};
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
            ..Trust::default()
        };
        (
            bundle::assemble(&report, files, &link, Some(&Signers::of(&key))).unwrap(),
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
