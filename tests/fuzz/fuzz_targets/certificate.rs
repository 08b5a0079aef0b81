//! A certificate of OpenSSH.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use rc_audit_report::key::Certificate;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(certificate) = Certificate::from_openssh(text)
    {
        let again = Certificate::from_openssh(&certificate.to_openssh()).unwrap();
        assert_eq!(again.key(), certificate.key());
        assert_eq!(again.fingerprint(), certificate.fingerprint());
        for at in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            let _ = certificate.covers("rocketchat-2a49cc55", at);
        }
    }
});
