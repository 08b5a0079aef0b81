//! A private key as OpenSSH and OpenSSL write it, with and without a passphrase.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rc_audit_report::key::{Key, Signer as _};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for passphrase in [None, Some("a-passphrase")] {
        if let Ok(key) = Key::read(text, passphrase) {
            let signature = key.sign(b"message\n").unwrap();
            assert!(key.public().made(b"message\n", &signature));
            let pem = key.to_pem().unwrap();
            assert_eq!(Key::read(&pem, None).unwrap().public(), key.public());
        }
    }
});
