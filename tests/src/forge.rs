//! Bundles made or changed by somebody who has the key, for tests and the benchmark.

use std::fs;
use std::path::Path;

use rc_audit_report::bundle::{SIGNATURE, SSH_SIGNATURE};
use rc_audit_report::checkpoint::{self, Checkpoint};
use rc_audit_report::digest::sha256;
use rc_audit_report::key::{Key, Signer as _};
use rc_audit_report::manifest::{self, Manifest};
use rc_audit_report::{dsse, sshsig, timestamp};
use sha2::{Digest as _, Sha256};

/// The manifest of a bundle.
pub fn manifest(bundle: &Path) -> Manifest {
    let text = fs::read_to_string(bundle.join(manifest::NAME)).expect("a manifest");
    Manifest::parse(&text).expect("a manifest")
}

/// The key in a file of PKCS#8.
pub fn key(path: &Path) -> Key {
    Key::read(&fs::read_to_string(path).expect("a key"), None).expect("a key")
}

/// Signs the files of a bundle anew as they are now, under a manifest that is changed before.
pub fn sign_anew(bundle: &Path, key: &Key, change: impl FnOnce(&mut Manifest)) {
    let mut manifest = manifest(bundle);
    for (digest, name) in &mut manifest.files {
        *digest = sha256(&fs::read(bundle.join(name)).expect("a listed file"));
    }
    change(&mut manifest);
    sign_text(bundle, key, &manifest, &manifest.to_text());
}

/// Signs a text as the manifest of a bundle, with everything that is made from a manifest.
pub fn sign_text(bundle: &Path, key: &Key, manifest: &Manifest, text: &str) {
    let digest = sha256(text.as_bytes());
    let write = |name: &str, bytes: &[u8]| {
        fs::write(bundle.join(name), bytes).expect("a file can be written");
    };
    write(manifest::NAME, text.as_bytes());
    let raw = key.sign(text.as_bytes()).expect("a signature").raw();
    write(SIGNATURE, &raw);
    let signature = sshsig::sign(key, text.as_bytes()).expect("a signature");
    let armoured = sshsig::armour(&key.public().blob(), &signature);
    write(SSH_SIGNATURE, armoured.as_bytes());
    let line = Checkpoint::at(manifest, &digest)
        .sign(key)
        .expect("a signature");
    write(checkpoint::NAME, line.as_bytes());
    let statement = dsse::sign(manifest, &digest, key).expect("a statement");
    write(dsse::NAME, statement.as_bytes());
    write(
        timestamp::QUERY,
        &timestamp::query(&Sha256::digest(text).into()),
    );
}
