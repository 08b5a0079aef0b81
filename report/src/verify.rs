//! Checking a bundle. Nothing is believed before its bytes are bound to a signature.

use sha2::{Digest as _, Sha256};

use crate::bundle::{SIGNATURE, SIGNER, SSH_SIGNATURE, UNLISTED};
use crate::checkpoint::{self, Checkpoint, Claimed};
use crate::digest::sha256;
use crate::dsse;
use crate::key::PublicKey;
use crate::manifest::{self, Manifest};
use crate::prune;
use crate::sshsig;
use crate::timestamp;

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

/// A file of a bundle as it was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What was read of it.
    pub content: Content,
}

/// What was read of a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Content {
    /// All of it.
    Bytes(Vec<u8>),
    /// Its SHA-256, hexadecimal.
    Digest(String),
    /// Nothing: only signatures were asked for.
    Unread,
}

/// Whether the bytes of a file are needed; of the others the SHA-256 is enough.
#[must_use]
pub fn needs_bytes(name: &str) -> bool {
    UNLISTED.contains(&name)
        || [prune::NAME, prune::SIGNATURE, timestamp::ANSWER].contains(&name)
        || prune::stays(name)
        || name.starts_with("MANIFEST.")
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
    /// The signer's key.
    pub key: PublicKey,
    /// That the files were taken away on purpose; none if they are there.
    pub pruned: Option<Pruned>,
    /// Whether all files that are there were read.
    pub read: bool,
}

/// That the files of a report were taken away.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pruned {
    /// When.
    pub time: String,
    /// The fingerprint of the key that signed the record of it.
    pub by: String,
}

/// What is wrong with a file.
#[must_use]
pub fn tampered(file: &str, why: impl Into<String>) -> Tampered {
    Tampered {
        file: file.to_owned(),
        why: why.into(),
    }
}

/// Checks the files of a bundle. `files` are all regular files of its folder.
#[must_use]
pub fn verify(files: &[Item], trust: &Trust) -> Finding {
    check(files, trust).unwrap_or_else(Finding::Tampered)
}

fn check(files: &[Item], trust: &Trust) -> Result<Finding, Tampered> {
    let find = |name: &str| bytes(files, name);
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
    let armoured = self::text(files, SSH_SIGNATURE)?;
    if !sshsig::verifies(&key, text, armoured) {
        return Err(tampered(
            SSH_SIGNATURE,
            "it is not a signature of the manifest by the key in signer.pub",
        ));
    }
    let text = self::text(files, manifest::NAME)?;
    let manifest =
        Manifest::parse(text).map_err(|error| tampered(manifest::NAME, error.to_string()))?;
    if manifest.key != key.fingerprint() {
        return Err(tampered(
            manifest::NAME,
            "it names another key than the one that signed it",
        ));
    }
    let digest = sha256(text.as_bytes());
    derived(files, &manifest, &digest, &key)?;
    let record = pruned(files, &manifest, &digest)?;
    // Files may be taken away by the signer, or after a change of keys by another trusted key.
    let rightly = record
        .as_ref()
        .is_none_or(|(_, by)| *by == key || trust.covers(by));
    let pruned = record.map(|(time, by)| Pruned {
        time,
        by: by.fingerprint(),
    });
    listed(files, &manifest, pruned.is_some())?;
    let checked = Checked {
        digest,
        fingerprint: key.fingerprint(),
        key,
        manifest,
        pruned,
        read: !files.iter().any(|file| file.content == Content::Unread),
    };
    Ok(if rightly && trust.covers(&key) {
        Finding::Verified(checked)
    } else {
        Finding::NotTrusted(checked)
    })
}

fn bytes<'a>(files: &'a [Item], name: &str) -> Result<&'a [u8], Tampered> {
    match files.iter().find(|file| file.name == name) {
        Some(Item {
            content: Content::Bytes(bytes),
            ..
        }) => Ok(bytes),
        Some(_) => Err(tampered(name, "it was not read")),
        None => Err(tampered(name, "it is missing")),
    }
}

fn text<'a>(files: &'a [Item], name: &str) -> Result<&'a str, Tampered> {
    std::str::from_utf8(bytes(files, name)?).map_err(|_| tampered(name, "it is not a text"))
}

/// What is made from the manifest alone is made again and compared.
fn derived(
    files: &[Item],
    manifest: &Manifest,
    digest: &str,
    key: &PublicKey,
) -> Result<(), Tampered> {
    let line = text(files, checkpoint::NAME)?;
    let claimed =
        Claimed::parse(line).map_err(|error| tampered(checkpoint::NAME, error.to_string()))?;
    if claimed.checkpoint != Checkpoint::at(manifest, digest) || !claimed.is_signed_by(key) {
        return Err(tampered(
            checkpoint::NAME,
            "it is not the signed checkpoint of this manifest",
        ));
    }
    if !dsse::verifies(manifest, digest, key, text(files, dsse::NAME)?) {
        return Err(tampered(
            dsse::NAME,
            "it is not the signed statement of this manifest",
        ));
    }
    let query = timestamp::query(&Sha256::digest(bytes(files, manifest::NAME)?).into());
    if bytes(files, timestamp::QUERY)? != query {
        return Err(tampered(
            timestamp::QUERY,
            "it does not ask for a time stamp of this manifest",
        ));
    }
    Ok(())
}

/// When and by whom the files were taken away, if a signed record says so.
fn pruned(
    files: &[Item],
    manifest: &Manifest,
    digest: &str,
) -> Result<Option<(String, PublicKey)>, Tampered> {
    if !files.iter().any(|file| file.name == prune::NAME) {
        return Ok(None);
    }
    let record = text(files, prune::NAME)?;
    let signature = text(files, prune::SIGNATURE)?;
    prune::read(manifest, digest, record, signature)
        .map(Some)
        .ok_or_else(|| tampered(prune::NAME, "it is not a signed record of this report"))
}

/// Every file that is listed is there and the signed one, and no other is there.
fn listed(files: &[Item], manifest: &Manifest, pruned: bool) -> Result<(), Tampered> {
    for (digest, name) in &manifest.files {
        let Some(file) = files.iter().find(|file| file.name == *name) else {
            if pruned && !prune::stays(name) {
                continue;
            }
            return Err(tampered(
                name,
                "it is missing; get the bundle again from where it was made",
            ));
        };
        let same = match &file.content {
            Content::Bytes(bytes) => sha256(bytes) == *digest,
            Content::Digest(found) => found == digest,
            Content::Unread => true,
        };
        if !same {
            return Err(tampered(
                name,
                "its content is not the signed one; do not rely on it, and get the bundle again \
                 from where it was made",
            ));
        }
    }
    let mut known: Vec<&str> = UNLISTED.to_vec();
    known.push(timestamp::ANSWER);
    if pruned {
        known.extend([prune::NAME, prune::SIGNATURE]);
    }
    for file in files {
        let listed = manifest.files.iter().any(|(_, name)| *name == file.name);
        if listed && known.contains(&file.name.as_str()) {
            return Err(tampered(
                manifest::NAME,
                format!("it lists {}, which rests on it", file.name),
            ));
        }
        if !listed && !known.contains(&file.name.as_str()) {
            return Err(tampered(
                &file.name,
                "the manifest does not list it; if it was put there by hand, move it elsewhere",
            ));
        }
    }
    for needed in ["report.json", SIGNER] {
        if !manifest.files.iter().any(|(_, name)| name == needed) {
            return Err(tampered(needed, "the manifest does not list it"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::{self, File, Link};
    use crate::key::Key;
    use crate::sample::Sample;

    fn bundle() -> (Vec<Item>, Trust) {
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
        let files = bundle::assemble(&report, files, &link, Some(&key)).unwrap();
        let items = files.into_iter().map(|file| item(&file.name, file.bytes));
        (items.collect(), trust)
    }

    fn item(name: &str, bytes: Vec<u8>) -> Item {
        Item {
            name: name.to_owned(),
            content: Content::Bytes(bytes),
        }
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
            let Content::Bytes(bytes) = &mut changed[index].content else {
                panic!("bytes");
            };
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
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
        files.push(item("note.txt", b"trust me".to_vec()));
        assert!(matches!(verify(&files, &trust), Finding::Tampered(_)));
    }
}
