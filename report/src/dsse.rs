//! The files of a bundle as an in-toto statement in a DSSE envelope, for tools of supply chains.
//!
//! It says nothing that the manifest does not say, so checking it means making it again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::bundle::BundleError;
use crate::key::{PublicKey, Signer};
use crate::manifest::{self, Manifest};

/// The name of the file in a bundle.
pub const NAME: &str = "statement.dsse.json";
/// What the payload is.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// What is said of the files.
const PREDICATE_TYPE: &str = "urn:rc-audit:report:1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Statement<'a> {
    #[serde(rename = "_type")]
    kind: &'static str,
    subject: Vec<Subject<'a>>,
    predicate_type: &'static str,
    predicate: Predicate<'a>,
}

#[derive(Serialize)]
struct Subject<'a> {
    name: &'a str,
    digest: Digest<'a>,
}

#[derive(Serialize)]
struct Digest<'a> {
    sha256: &'a str,
}

#[derive(Serialize)]
struct Predicate<'a> {
    workspace: &'a str,
    seq: u64,
    prev: &'a str,
    started: &'a str,
    finished: &'a str,
    verdict: &'a str,
    tool: &'a str,
    rules: &'a str,
    policy: &'a str,
    waivers: &'a str,
    snapshot: &'a str,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    keyid: String,
    sig: String,
}

/// The signed statement of a manifest. `digest` is the SHA-256 of the manifest.
pub fn sign(manifest: &Manifest, digest: &str, key: &dyn Signer) -> Result<String, BundleError> {
    let payload = payload(manifest, digest)?;
    let signature = STANDARD.encode(key.sign(&signed(&payload))?.raw());
    Ok(envelope(&payload, &key.public(), signature)?)
}

/// Whether a text is exactly what [`sign`] writes for this manifest and key.
#[must_use]
pub fn verifies(manifest: &Manifest, digest: &str, key: &PublicKey, text: &str) -> bool {
    let check = || -> Option<bool> {
        let given: Envelope = serde_json::from_str(text).ok()?;
        let [Signature { sig, .. }] = given.signatures.as_slice() else {
            return None;
        };
        let signature = STANDARD.decode(sig).ok()?;
        let payload = payload(manifest, digest).ok()?;
        let again = envelope(&payload, key, sig.clone()).ok()?;
        let sound = key.verifies(&signed(&payload), &signature);
        Some(sound && again == text)
    };
    check() == Some(true)
}

fn payload(manifest: &Manifest, digest: &str) -> serde_json::Result<String> {
    let files = manifest
        .files
        .iter()
        .map(|(digest, name)| (name.as_str(), digest.as_str()));
    serde_json::to_string(&Statement {
        kind: "https://in-toto.io/Statement/v1",
        subject: files
            .chain([(manifest::NAME, digest)])
            .map(|(name, sha256)| Subject {
                name,
                digest: Digest { sha256 },
            })
            .collect(),
        predicate_type: PREDICATE_TYPE,
        predicate: Predicate {
            workspace: &manifest.workspace,
            seq: manifest.seq,
            prev: &manifest.prev,
            started: &manifest.started,
            finished: &manifest.finished,
            verdict: &manifest.verdict,
            tool: &manifest.tool,
            rules: &manifest.rules,
            policy: &manifest.policy,
            waivers: &manifest.waivers,
            snapshot: &manifest.snapshot,
        },
    })
}

fn envelope(payload: &str, key: &PublicKey, sig: String) -> serde_json::Result<String> {
    let mut text = serde_json::to_string(&Envelope {
        payload: STANDARD.encode(payload),
        payload_type: PAYLOAD_TYPE.to_owned(),
        signatures: vec![Signature {
            keyid: key.fingerprint(),
            sig,
        }],
    })?;
    text.push('\n');
    Ok(text)
}

/// What is signed: the pre-authentication encoding of DSSE.
fn signed(payload: &str) -> Vec<u8> {
    format!(
        "DSSEv1 {} {PAYLOAD_TYPE} {} {payload}",
        PAYLOAD_TYPE.len(),
        payload.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::key::Key;

    #[test]
    fn a_statement_is_of_one_manifest_and_one_key() {
        let key = Key::from_seed(&Zeroizing::new([7; 32]));
        let manifest = Manifest {
            workspace: "clinic-0123".to_owned(),
            seq: 7,
            files: vec![("a".repeat(64), "report.json".to_owned())],
            ..Manifest::default()
        };
        let digest = "b".repeat(64);
        let text = sign(&manifest, &digest, &key).unwrap();
        let public = key.public();
        assert!(verifies(&manifest, &digest, &public, &text));
        let other = Key::from_seed(&Zeroizing::new([8; 32])).public();
        assert!(!verifies(&manifest, &digest, &other, &text));
        assert!(!verifies(&manifest, &"c".repeat(64), &public, &text));
        let later = Manifest {
            seq: 8,
            ..manifest.clone()
        };
        assert!(!verifies(&later, &digest, &public, &text));
        // The same in other words is not the same.
        for (from, to) in [
            ("{\"payload\"", "{ \"payload\""),
            ("in-toto+json", "in-toto"),
            (
                "\"signatures\"",
                "\"payload\":\"\",\"payloadType\":\"\",\"signatures\"",
            ),
            ("}]}", "}],\"more\":1}"),
            ("\n", ""),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert!(!verifies(&manifest, &digest, &public, &changed), "{to}");
        }
    }
}
