//! Checking a bundle. Nothing is believed before its bytes are bound to a signature.

use sha2::{Digest as _, Sha256};

use crate::bundle::{NEXT_SIGNER, SIGNER, UNLISTED, VERIFY};
use crate::checkpoint::{self, Checkpoint, Claimed};
use crate::digest::sha256;
use crate::dsse;
use crate::fleet;
use crate::key::{Certificate, PublicKey};
use crate::manifest::{self, Manifest};
use crate::prune;
use crate::timestamp;
use crate::trust::signed::{self, Signed};
use crate::trust::{Claim, Standing, Trust};

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

/// Whether a file is one that the signature of the manifest is checked with.
#[must_use]
pub fn signs(name: &str) -> bool {
    let rests_on_it = [
        dsse::NAME,
        checkpoint::NAME,
        timestamp::QUERY,
        timestamp::ANSWER,
    ];
    needs_bytes(name) && name != VERIFY && !rests_on_it.contains(&name)
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
    /// What an authority says of the signer's key.
    pub certificate: Option<Certificate>,
    /// That the files were taken away on purpose; none if they are there.
    pub pruned: Option<Pruned>,
    /// Whether all files that are there were read.
    pub read: bool,
    /// Whether the signer counts, and why.
    pub standing: Standing,
}

/// That the files of a report were taken away.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pruned {
    /// When.
    pub time: String,
    /// The key that signed the record of it.
    pub by: PublicKey,
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
    let signed = signed::check(&|name| bytes(files, name).ok())?;
    let text = text(files, manifest::NAME)?;
    let manifest =
        Manifest::parse(text).map_err(|error| tampered(manifest::NAME, error.to_string()))?;
    names(&manifest, &signed)?;
    let digest = sha256(text.as_bytes());
    derived(files, &manifest, &digest, &signed.key)?;
    let pruned = pruned(files, &manifest, &digest)?;
    listed(files, &manifest, pruned.is_some())?;
    let checked = Checked {
        digest,
        fingerprint: signed.key.fingerprint(),
        key: signed.key,
        certificate: signed.certificate,
        manifest,
        pruned,
        read: !files.iter().any(|file| file.content == Content::Unread),
        standing: Standing::NotTrusted(String::new()),
    };
    Ok(standing(checked, trust))
}

/// What trust makes of a bundle whose bytes are the signed ones. Its files may be taken away by the
/// signer, or after a change of keys by another trusted key.
fn standing(mut checked: Checked, trust: &Trust) -> Finding {
    checked.standing = trust.judge(&Claim {
        key: &checked.key,
        certificate: checked.certificate.as_ref(),
        manifest: &checked.manifest,
    });
    if checked.standing.is_trusted()
        && let Some(Pruned { by, .. }) = &checked.pruned
        && *by != checked.key
        && !trust.covers(by)
        && !trust.follows(&checked.manifest.workspace, by)
    {
        checked.standing = Standing::NotTrusted(format!(
            "its files were taken away with another key, {}, that nobody named as trusted",
            by.fingerprint()
        ));
    }
    if checked.standing.is_trusted() {
        Finding::Verified(checked)
    } else {
        Finding::NotTrusted(checked)
    }
}

/// Judges bundles again together: a trusted one vouches for the key that it names as the next.
pub fn judge_together(findings: &mut [&mut Finding], trust: &mut Trust) {
    let place = |finding: &Finding| match finding {
        Finding::Verified(checked) | Finding::NotTrusted(checked) => {
            (checked.manifest.workspace.clone(), checked.manifest.seq)
        }
        Finding::Tampered(_) => (String::new(), 0),
    };
    findings.sort_by_cached_key(|finding| place(finding));
    // The second time, what the newest say of their keys is known for the oldest.
    for _ in 0..2 {
        for finding in findings.iter_mut() {
            if let Finding::Verified(checked) | Finding::NotTrusted(checked) = &**finding {
                let judged = standing(checked.clone(), trust);
                if let Finding::Verified(checked) = &judged {
                    trust.follow(&checked.manifest);
                }
                **finding = judged;
            }
        }
    }
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

/// What is made from the manifest alone is made again and compared, as far as it was read.
fn derived(
    files: &[Item],
    manifest: &Manifest,
    digest: &str,
    key: &PublicKey,
) -> Result<(), Tampered> {
    let made = [checkpoint::NAME, dsse::NAME, timestamp::QUERY];
    let mut unread = true;
    for name in made {
        let file = files.iter().find(|file| file.name == name);
        unread &= file.ok_or_else(|| tampered(name, "it is missing"))?.content == Content::Unread;
    }
    if unread {
        return Ok(());
    }
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
fn pruned(files: &[Item], manifest: &Manifest, digest: &str) -> Result<Option<Pruned>, Tampered> {
    if !files.iter().any(|file| file.name == prune::NAME) {
        return Ok(None);
    }
    let record = text(files, prune::NAME)?;
    let signature = text(files, prune::SIGNATURE)?;
    prune::read(manifest, digest, record, signature)
        .map(|(time, by)| Some(Pruned { time, by }))
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
    known.extend(signed::UNLISTED);
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
    let report = if manifest.workspace == fleet::NAME {
        fleet::FILE
    } else {
        "report.json"
    };
    for needed in [report, SIGNER] {
        if !manifest.files.iter().any(|(_, name)| name == needed) {
            return Err(tampered(needed, "the manifest does not list it"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::{self, File, Link, Signers};
    use crate::key::{Key, Signer as _};
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
            ..Trust::default()
        };
        let files = bundle::assemble(&report, files, &link, Some(&Signers::of(&key))).unwrap();
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
