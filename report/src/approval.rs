//! Whether waivers count because of who signed their file.

use jiff::Timestamp;

use crate::digest;
use crate::key::PublicKey;
use crate::sshsig;
use crate::trust::{AllowedSigners, Revoked};
use crate::v1::WaiverFile;

/// Whose signature of a file of waivers counts.
#[derive(Clone, Debug, Default)]
pub struct Approval {
    /// Those whose signature is demanded; none if no signature is.
    pub signers: Option<AllowedSigners>,
    /// Keys that no longer count.
    pub revoked: Revoked,
}

/// A file of waivers, and its signature as far as the bytes tell.
#[derive(Debug)]
pub struct Signed {
    name: String,
    digest: String,
    /// The key that signed it, or why what stands beside it is no signature of it; none if nothing
    /// stands there.
    key: Option<Result<PublicKey, String>>,
}

impl Signed {
    /// A file and the signature beside it, if there is one.
    #[must_use]
    pub fn new(name: &str, bytes: &[u8], signature: Option<&[u8]>) -> Self {
        let key = signature.map(|signature| {
            sshsig::signer(sshsig::WAIVERS, bytes, signature).map_err(|error| error.to_string())
        });
        Self {
            name: name.to_owned(),
            digest: digest::tagged(bytes),
            key,
        }
    }

    /// The digest of the file.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether its waivers count at a moment. A signature has no time of its own, so a key counts as
    /// long as the list allows it.
    #[must_use]
    pub fn judge(&self, approval: &Approval, now: Timestamp) -> WaiverFile {
        let (signature, counts, note) = match (&self.key, &approval.signers) {
            (None, None) => ("none", true, String::new()),
            (None, Some(_)) => (
                "none",
                false,
                "a signature is demanded, and there is none".into(),
            ),
            // A signature that does not fit means that somebody changed the file, demanded or not.
            (Some(Err(why)), _) => ("bad", false, why.clone()),
            (Some(Ok(key)), _) if approval.revoked.covers(&key.fingerprint()) => (
                "not_trusted",
                false,
                "the key that signed it is revoked".into(),
            ),
            (Some(Ok(_)), None) => (
                "not_trusted",
                true,
                "nobody was named whose signature counts".into(),
            ),
            (Some(Ok(key)), Some(signers)) => match signers.signer(key, sshsig::WAIVERS, now) {
                Ok(names) => ("trusted", true, format!("signed by {names}")),
                Err(why) => {
                    let why = why.unwrap_or_else(|| {
                        "the allowed signers do not have the key that signed it".to_owned()
                    });
                    ("not_trusted", false, why)
                }
            },
        };
        let key = self.key.as_ref().and_then(|key| key.as_ref().ok());
        WaiverFile {
            name: self.name.clone(),
            digest: self.digest.clone(),
            signature: signature.to_owned(),
            signer: key.map(PublicKey::fingerprint),
            note,
            counts,
        }
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::key::{Key, Signer as _};

    const FILE: &[u8] = b"format = 1\n";
    const NOW: &str = "2026-11-20T06:00:00Z";

    fn key(seed: u8) -> Key {
        Key::from_seed(&Zeroizing::new([seed; 32]))
    }

    /// A signature as ssh-keygen makes it, in the namespace of waivers.
    fn signature(key: &Key, bytes: &[u8]) -> Vec<u8> {
        sshsig::approve(key, bytes).unwrap().into_bytes()
    }

    fn signers(options: &str) -> Approval {
        let line = format!(
            "dpo@clinic.example {options} {}\n",
            key(1).public().to_openssh()
        );
        Approval {
            signers: Some(AllowedSigners::parse(&line).unwrap()),
            revoked: Revoked::default(),
        }
    }

    /// Whether waivers count, and why, of a file that a key signed.
    fn judged(approval: &Approval, signed_by: Option<u8>) -> (bool, String, String) {
        let signature = signed_by.map(|seed| signature(&key(seed), FILE));
        let file = Signed::new("waivers.toml", FILE, signature.as_deref());
        let file = file.judge(approval, NOW.parse().unwrap());
        (file.counts, file.signature, file.note)
    }

    fn is(approval: &Approval, signed_by: Option<u8>, counts: bool, signature: &str, note: &str) {
        let found = judged(approval, signed_by);
        assert_eq!(
            (found.0, found.1.as_str()),
            (counts, signature),
            "{}",
            found.2
        );
        assert!(found.2.contains(note), "{}", found.2);
    }

    #[test]
    fn a_signature_that_is_demanded_has_to_be_one_of_an_allowed_signer() {
        let allowed = signers("namespaces=\"rc-audit-waivers-v1\"");
        is(&allowed, Some(1), true, "trusted", "dpo@clinic.example");
        is(
            &allowed,
            Some(2),
            false,
            "not_trusted",
            "do not have the key",
        );
        is(&allowed, None, false, "none", "demanded");
        is(&Approval::default(), None, true, "none", "");
        is(
            &Approval::default(),
            Some(2),
            true,
            "not_trusted",
            "nobody was named",
        );
    }

    #[test]
    fn a_key_counts_as_long_as_the_list_allows_and_not_once_it_is_revoked() {
        for (options, counts) in [
            ("valid-before=\"20261121Z\"", true),
            ("valid-before=\"20261120Z\"", false),
            ("valid-after=\"20261120Z\"", true),
            ("valid-after=\"20261121Z\"", false),
            ("namespaces=\"rc-audit-report-v1\"", false),
            ("cert-authority", false),
        ] {
            assert_eq!(judged(&signers(options), Some(1)).0, counts, "{options}");
        }
        let mut approval = signers("namespaces=\"*\"");
        let line = key(1).public().to_openssh();
        approval.revoked = Revoked::parse(line.as_bytes()).unwrap();
        is(&approval, Some(1), false, "not_trusted", "revoked");
        approval.signers = None;
        is(&approval, Some(1), false, "not_trusted", "revoked");
    }

    #[test]
    fn a_file_that_was_changed_after_it_was_signed_counts_for_nothing() {
        let signature = signature(&key(1), FILE);
        for approval in [signers("namespaces=\"*\""), Approval::default()] {
            let file = Signed::new("waivers.toml", b"format = 1\n\n", Some(&signature));
            let file = file.judge(&approval, NOW.parse().unwrap());
            assert_eq!((file.counts, file.signature.as_str()), (false, "bad"));
            assert!(file.note.contains("changed"), "{}", file.note);
            assert_eq!(file.signer, None);
        }
        let report = sshsig::sign(&key(1), FILE).unwrap();
        let report = sshsig::armour(&key(1).public().blob(), &report);
        let file = Signed::new("waivers.toml", FILE, Some(report.as_bytes()));
        let note = file.judge(&Approval::default(), NOW.parse().unwrap()).note;
        assert!(note.contains("-n rc-audit-waivers-v1"), "{note}");
    }
}
