//! A snapshot that was collected elsewhere.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = rc_audit::fuzzing::snapshot(data);
});
