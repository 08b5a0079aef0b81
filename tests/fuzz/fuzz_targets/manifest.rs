//! A manifest, a checkpoint, and the statement and record that rest on a manifest.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rc_audit_report::chain::{self, Link};
use rc_audit_report::checkpoint::Claimed;
use rc_audit_report::key::{Key, Signer as _};
use rc_audit_report::manifest::{Manifest, is_file_name};
use rc_audit_report::{dsse, prune};
use zeroize::Zeroizing;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let key = Key::from_seed(&Zeroizing::new([7; 32])).public();
    let digest = "a".repeat(64);
    if let Ok(manifest) = Manifest::parse(text) {
        // What is read is what is signed.
        assert_eq!(manifest.to_text(), text);
        assert!(manifest.files.iter().all(|(_, name)| is_file_name(name)));
        let after = Manifest {
            seq: manifest.seq.saturating_add(1),
            prev: digest.clone(),
            ..manifest.clone()
        };
        let links = [&manifest, &after].map(|manifest| Link {
            manifest,
            digest: &digest,
        });
        let _ = chain::remarks(&links, true);
    }
    // Nobody signs by chance.
    if let Ok(claimed) = Claimed::parse(text) {
        assert!(!claimed.is_signed_by(&key));
    }
    let manifest = Manifest::default();
    assert!(!dsse::verifies(&manifest, &digest, &key, text));
    let (record, signature) = text.split_once('\0').unwrap_or((text, ""));
    assert!(prune::read(&manifest, &digest, record, signature).is_none());
});
