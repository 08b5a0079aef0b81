//! A public key as OpenSSH writes it, as a line and in its binary form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rc_audit_report::key::{PublicKey, is_fingerprint};

fuzz_target!(|data: &[u8]| {
    if let Ok(key) = PublicKey::from_blob(data) {
        assert_eq!(key.blob(), data);
        assert!(key.to_pem().is_ok());
        assert!(!key.verifies(b"message\n", data));
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(key) = PublicKey::from_openssh(text)
    {
        assert_eq!(PublicKey::from_openssh(&key.to_openssh()), Ok(key));
        assert!(is_fingerprint(&key.fingerprint()));
    }
});
