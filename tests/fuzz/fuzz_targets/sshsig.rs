//! An armoured signature: exactly one text verifies.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rc_audit_report::key::{Key, PublicKey, Signer as _};
use rc_audit_report::sshsig;
use zeroize::Zeroizing;

static KEYS: LazyLock<Vec<(PublicKey, String)>> = LazyLock::new(|| {
    let seed = Zeroizing::new([7; 32]);
    [Key::from_seed(&seed), Key::from_p256_seed(&seed).unwrap()]
        .iter()
        .map(|key| {
            let signature = sshsig::sign(key, b"message\n").unwrap();
            let text = sshsig::armour(&key.public().blob(), &signature);
            (key.public(), text)
        })
        .collect()
});

fuzz_target!(|data: &[u8]| {
    for (key, text) in KEYS.iter() {
        assert_eq!(
            sshsig::verifies(key, &key.blob(), b"message\n", data),
            data == text.as_bytes()
        );
    }
});
