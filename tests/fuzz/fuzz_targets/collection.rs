//! A collection of a dump that is a folder, beside settings that are sound.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = rc_audit::fuzzing::collection(data);
});
