//! A list of allowed signers.
#![no_main]

use std::sync::LazyLock;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use rc_audit_report::key::{Key, PublicKey, Signer as _};
use rc_audit_report::trust::AllowedSigners;
use zeroize::Zeroizing;

static KEY: LazyLock<PublicKey> =
    LazyLock::new(|| Key::from_seed(&Zeroizing::new([7; 32])).public());
static STRANGER: LazyLock<PublicKey> = LazyLock::new(|| {
    Key::from_p256_seed(&Zeroizing::new([9; 32]))
        .unwrap()
        .public()
});

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(list) = AllowedSigners::parse(text)
    {
        let at = Timestamp::UNIX_EPOCH;
        let _ = list.key(&KEY, "rocketchat-2a49cc55", at);
        let _ = list.authority(&KEY, "rocketchat-2a49cc55", at);
        // Nobody writes the key of a stranger by chance.
        assert!(list.key(&STRANGER, "rocketchat-2a49cc55", at).is_err());
    }
});
