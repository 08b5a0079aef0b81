//! A dump, an archive or a settings file, as 'check' takes them, down to the report.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = rc_audit::fuzzing::dump(data);
});
