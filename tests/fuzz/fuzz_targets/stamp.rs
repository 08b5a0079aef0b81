//! The answer of a time stamp authority, and a list of authorities.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rc_audit_report::timestamp::{Authorities, check};

/// The authority and the text of the seeds.
static AUTHORITIES: LazyLock<Authorities> = LazyLock::new(|| {
    std::fs::read("target/fuzz/authority.pem")
        .ok()
        .and_then(|pem| Authorities::from_pem(&pem).ok())
        .expect("tests/fuzz/seeds stamp makes it")
});

fuzz_target!(|data: &[u8]| {
    let _ = check(data, b"message\n", &AUTHORITIES);
    assert!(check(data, b"another message\n", &AUTHORITIES).is_err());
    let _ = Authorities::from_pem(data);
});
