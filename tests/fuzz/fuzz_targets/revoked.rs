//! A list of revoked keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rc_audit_report::trust::Revoked;

fuzz_target!(|data: &[u8]| {
    if let Ok(list) = Revoked::parse(data) {
        assert!(!list.covers(""));
        // A list that revokes nothing has nothing but blanks and notes.
        let text = std::str::from_utf8(data).unwrap();
        let notes = text
            .lines()
            .map(str::trim)
            .all(|line| line.is_empty() || line.starts_with('#'));
        assert_eq!(list == Revoked::default(), notes);
    }
});
