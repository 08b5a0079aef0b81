//! A signature as OpenSSH and as OpenSSL write it: it has one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rc_audit_report::key::{Kind, Signature};

fuzz_target!(|data: &[u8]| {
    for kind in [Kind::Ed25519, Kind::P256] {
        if let Some(signature) = Signature::from_raw(kind, data) {
            assert_eq!(signature.raw(), data);
            assert_eq!(Signature::from_ssh(&signature.ssh()), Some(signature));
        }
    }
    if let Some(signature) = Signature::from_ssh(data) {
        let raw = Signature::from_raw(signature.kind(), &signature.raw());
        assert_eq!(raw, Some(signature));
    }
});
