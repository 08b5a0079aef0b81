//! Taking the files of an old report away and leaving its place in the chain.
//!
//! What stays is the manifest, what is signed over it, and a signed record that the files were taken
//! away on purpose. Without the record a missing file is a missing file.

use crate::bundle::{CERTIFICATE, NEXT_SIGNER, NEXT_SIGNER_PEM, SIGNER, SIGNER_PEM, VERIFY};
use crate::key::{KeyError, PublicKey, Signer};
use crate::manifest::{Manifest, is_header_value};
use crate::sshsig;

/// The name of the record in a bundle.
pub const NAME: &str = "PRUNED";
/// The signature over the record.
pub const SIGNATURE: &str = "PRUNED.sshsig";
/// The first line.
const FIRST: &str = "# rc-audit-pruned/1";

/// Whether a file that the manifest lists stays when a report is pruned.
#[must_use]
pub fn stays(name: &str) -> bool {
    [
        SIGNER,
        SIGNER_PEM,
        NEXT_SIGNER,
        NEXT_SIGNER_PEM,
        CERTIFICATE,
        VERIFY,
    ]
    .contains(&name)
}

/// The record that the files of a report were taken away, and its signature. `digest` is the SHA-256
/// of the manifest, `time` when it is done.
pub fn record(
    manifest: &Manifest,
    digest: &str,
    time: &str,
    key: &dyn Signer,
) -> Result<(String, String), KeyError> {
    let public = key.public();
    let text = text(manifest, digest, time, &public);
    let signature = sshsig::sign(key, text.as_bytes())?;
    Ok((text, sshsig::armour(&public.blob(), &signature)))
}

fn text(manifest: &Manifest, digest: &str, time: &str, key: &PublicKey) -> String {
    format!(
        "{FIRST}\n# workspace: {}\n# seq: {}\n# manifest: {digest}\n# pruned: {time}\n# key: {}\n",
        manifest.workspace,
        manifest.seq,
        key.to_openssh()
    )
}

/// When and by which key the files were taken away, if a record is one of this report.
#[must_use]
pub fn read(
    manifest: &Manifest,
    digest: &str,
    record: &str,
    signature: &str,
) -> Option<(String, PublicKey)> {
    let value = |name: &str| {
        record
            .lines()
            .find_map(|line| line.strip_prefix("# ")?.strip_prefix(name))
    };
    let time = value("pruned: ").filter(|time| is_header_value(time))?;
    let key = PublicKey::from_openssh(value("key: ")?).ok()?;
    let sound = text(manifest, digest, time, &key) == record
        && sshsig::verifies(&key, &key.blob(), record.as_bytes(), signature.as_bytes());
    sound.then(|| (time.to_owned(), key))
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::key::Key;

    #[test]
    fn a_record_is_of_one_report() {
        let key = Key::from_seed(&Zeroizing::new([7; 32]));
        let manifest = Manifest {
            workspace: "clinic-0123".to_owned(),
            seq: 7,
            ..Manifest::default()
        };
        let digest = "b".repeat(64);
        let (text, signature) = record(&manifest, &digest, "2026-01-01T00:00:00Z", &key).unwrap();
        assert_eq!(
            read(&manifest, &digest, &text, &signature),
            Some(("2026-01-01T00:00:00Z".to_owned(), key.public()))
        );
        assert_eq!(read(&manifest, &"c".repeat(64), &text, &signature), None);
        let later = Manifest { seq: 8, ..manifest };
        assert_eq!(read(&later, &digest, &text, &signature), None);
        let changed = text.replace("2026", "2027");
        assert_eq!(read(&later, &digest, &changed, &signature), None);
    }
}
