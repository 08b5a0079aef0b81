//! A key changes, and the trust in it goes on.

use std::path::Path;

use rc_audit_tests::program::{Desk, Run};

use super::{check, desk, fingerprint, newest, signed, ssh_key, verify};
use crate::bundle::by_stock_tools;

fn shown(desk: &Desk) -> String {
    let run = desk.run(&["key", "show", "--as", "fingerprint"]);
    run.expect(0, &[]).stdout.trim().to_owned()
}

#[test]
fn a_bundle_names_the_next_key_and_is_signed_by_both() {
    let desk = desk();
    let first = signed(&desk, "out", &[]);
    let old = shown(&desk);
    desk.run(&["key", "rotate", "--finish"])
        .expect(7, &["no rotation has begun"]);
    let begun = desk.run(&["key", "rotate", "--p256"]);
    begun.expect(0, &[&old, "key rotate --finish"]);
    let new = begun.stdout.trim().to_owned();
    assert_ne!(old, new);
    desk.run(&["key", "rotate"])
        .expect(7, &["A rotation has begun"]);
    assert_eq!(shown(&desk), old);

    let second = signed(&desk, "out", &[]);
    let manifest = std::fs::read_to_string(second.join("MANIFEST")).unwrap();
    assert!(
        manifest.contains(&format!("\n# next-key: {new}\n")),
        "{manifest}"
    );
    let said = by_stock_tools(&second);
    assert_eq!(said.len(), 7, "{said:?}");
    assert!(said.iter().all(|(good, _)| *good), "{said:?}");

    let finished = desk.run(&["key", "rotate", "--finish"]);
    finished.expect(0, &[&old, "old.pem"]);
    assert_eq!(finished.stdout.trim(), new);
    assert_eq!(shown(&desk), new);
    let third = signed(&desk, "out", &[]);
    let manifest = std::fs::read_to_string(third.join("MANIFEST")).unwrap();
    assert!(!manifest.contains("next-key"));

    // Whoever pinned the old key is led to the new one, and by that bundle alone.
    let folder = third.parent().unwrap();
    let run = verify(&desk, &["--signer", &old], &[folder]);
    run.expect(0, &[]);
    assert!(
        run.stdout.contains("bundle 2 named its key as the next"),
        "{}",
        run.stdout
    );
    verify(&desk, &["--signer", &old], &[&second, &third]).expect(0, &[]);
    verify(&desk, &["--signer", &old], &[&third]).expect(11, &[]);
    verify(&desk, &["--signer", &new], &[&third]).expect(0, &[]);
    verify(&desk, &["--signer", &new], &[&second]).expect(11, &[]);
    verify(&desk, &[], &[folder]).expect(11, &[]);
    verify(&desk, &["--signer", &old], &[&first]).expect(0, &[]);
    desk.write("revoked", &old);
    let revoked = ["--signer", &old, "--revoked", "revoked"];
    verify(&desk, &revoked, &[folder]).expect(11, &[]);
    desk.write("revoked", &new);
    let run = verify(&desk, &revoked, &[folder]);
    run.expect(11, &[]);
    assert_eq!(
        run.stdout.matches(": verified,").count(),
        2,
        "{}",
        run.stdout
    );
}

#[test]
fn half_a_rotation_is_none() {
    let desk = desk();
    for name in ["one", "two", "three"] {
        ssh_key(&desk, name, "-t ed25519");
    }
    let bundle = signed(&desk, "out", &["--key", "one", "--next-key", "two"]);
    let other = signed(&desk, "other", &["--key", "one", "--next-key", "three"]);
    let plain = signed(&desk, "plain", &["--key", "one"]);
    let own = fingerprint(&desk, "one.pub");
    let judge = |bundle: &Path| verify(&desk, &["--signer", &own], &[bundle]);
    judge(&bundle).expect(0, &[]);
    judge(&plain).expect(0, &[]);
    let files = [
        "MANIFEST.next.sig",
        "MANIFEST.next.sshsig",
        "next-signer.pub",
        "next-signer.pub.pem",
    ];
    for name in files {
        let path = bundle.join(name);
        let whole = std::fs::read(&path).unwrap();
        // Away, damaged, of another rotation, and in a bundle that names no next key.
        std::fs::remove_file(&path).unwrap();
        judge(&bundle).expect(10, &[]);
        let mut changed = whole.clone();
        changed[whole.len() / 2] ^= 1;
        for wrong in [changed, std::fs::read(other.join(name)).unwrap()] {
            std::fs::write(&path, wrong).unwrap();
            let run = judge(&bundle);
            run.expect(10, &[]);
            assert!(run.stdout.contains("NOT GOOD"), "{}", run.stdout);
        }
        std::fs::write(&path, &whole).unwrap();
        std::fs::write(plain.join(name), &whole).unwrap();
        judge(&plain).expect(10, &[]);
    }
    judge(&bundle).expect(0, &[]);
    // All four of another rotation are a whole one, but not the one that was named.
    for name in files {
        std::fs::copy(other.join(name), bundle.join(name)).unwrap();
    }
    judge(&bundle).expect(10, &[]);
    Run::of(&mut check(
        &desk,
        "same",
        &["--key", "one", "--next-key", "one"],
    ))
    .expect(2, &["the next key is the same"]);
    let unusable = check(&desk, "none", &["--key", "one", "--next-key", "four"]).output();
    assert_eq!(unusable.unwrap().status.code(), Some(7));
    assert!(newest(&desk, "none").join("UNSIGNED.txt").exists());
}
