use zeroize::Zeroizing;

use super::*;
use crate::key::{Key, Signer as _};

fn key(seed: u8) -> PublicKey {
    Key::from_seed(&Zeroizing::new([seed; 32])).public()
}

fn manifest() -> Manifest {
    Manifest {
        workspace: "rocketchat-2a49cc55".to_owned(),
        seq: 3,
        finished: "2026-11-20T06:00:00Z".to_owned(),
        ..Manifest::default()
    }
}

fn judged(trust: &Trust, key: &PublicKey) -> Standing {
    trust.judge(&Claim {
        key,
        certificate: None,
        manifest: &manifest(),
    })
}

/// What a list with one line says of the key in it.
fn listed(before: &str) -> Standing {
    let line = format!(
        "# who may sign\n\n{before} {} a comment\n",
        key(1).to_openssh()
    );
    let trust = Trust {
        allowed: AllowedSigners::parse(&line).unwrap(),
        ..Trust::default()
    };
    assert!(!judged(&trust, &key(2)).is_trusted());
    judged(&trust, &key(1))
}

#[test]
fn nobody_is_trusted_unasked() {
    assert!(!judged(&Trust::default(), &key(1)).is_trusted());
    let pinned = Trust {
        fingerprints: vec![key(1).fingerprint()],
        ..Trust::default()
    };
    assert!(judged(&pinned, &key(1)).is_trusted());
    assert!(!judged(&pinned, &key(2)).is_trusted());
}

#[test]
fn a_list_says_who_may_sign_what_and_when() {
    for good in [
        "rocketchat-2a49cc55",
        "*",
        "a,rocketchat-*,b",
        "\"rocketchat-2a49cc55\"",
        "rocketchat-2a49cc5?",
        "* namespaces=\"rc-audit-report-v1\"",
        "* namespaces=\"git,rc-audit-*\"",
        "* NAMESPACES=\"*\",valid-after=\"20261120Z\"",
        "* valid-after=\"20261120060000Z\",valid-before=\"20261120060000Z\"",
        "* valid-before=\"202611200600Z\"",
    ] {
        let standing = listed(good);
        assert!(standing.is_trusted(), "{good}: {standing:?}");
        assert!(standing.reason().starts_with("line 3 "), "{standing:?}");
    }
    for (bad, why) in [
        ("rocketchat", "name"),
        ("*,!rocketchat-2a*", "name"),
        ("Rocketchat-2a49cc55", "name"),
        ("* namespaces=\"git\"", "namespace"),
        ("* namespaces=\"*,!rc-*\"", "namespace"),
        ("* valid-after=\"20261120060001Z\"", "not valid yet"),
        ("* valid-before=\"20261120055959Z\"", "no longer valid"),
        ("* cert-authority", "nobody"),
    ] {
        let standing = listed(bad);
        assert!(!standing.is_trusted(), "{bad}");
        assert!(standing.reason().contains(why), "{bad}: {standing:?}");
    }
}

#[test]
fn a_list_with_a_mistake_is_no_list() {
    let key = key(1).to_openssh();
    for line in [
        format!("* namespace=\"git\" {key}"),
        format!("* namespaces=git {key}"),
        format!("* namespaces=\"git {key}"),
        format!("* namespaces=\"a\",namespaces=\"b\" {key}"),
        format!("* cert-authority,cert-authority {key}"),
        format!("* cert-authority=\"yes\" {key}"),
        format!("* valid-after=\"20261120\" {key}"),
        format!("* valid-after=\"20261320Z\" {key}"),
        format!("* valid-after=\"2026112006Z\" {key}"),
        format!("* valid-after=\"+2261120Z\" {key}"),
        format!("* valid-after {key}"),
        format!("* cert-authority, {key}"),
        format!("\"* {key}"),
        "* ssh-ed25519 AAAA".to_owned(),
        "* restrict".to_owned(),
        "alone".to_owned(),
        key,
    ] {
        let list = format!("\n{line}\n");
        let error = AllowedSigners::parse(&list).unwrap_err();
        assert!(
            matches!(error, TrustError::Line { line: 2, .. }),
            "{line}: {error}"
        );
    }
    // Keys that can't have signed a bundle are no mistake.
    let others = "* ssh-rsa AAAA\n* sk-ssh-ed25519@openssh.com AAAA\n";
    assert!(AllowedSigners::parse(others).unwrap().is_empty());
}

#[test]
fn another_name_can_be_asked_for() {
    let line = format!("audit@clinic.example {}", key(1).to_openssh());
    let mut trust = Trust {
        allowed: AllowedSigners::parse(&line).unwrap(),
        ..Trust::default()
    };
    assert!(!judged(&trust, &key(1)).is_trusted());
    trust.identity = Some("audit@clinic.example".to_owned());
    assert!(judged(&trust, &key(1)).is_trusted());
}

#[test]
fn a_revoked_key_is_not_trusted_whatever_else_is_said() {
    let mut trust = Trust {
        fingerprints: vec![key(1).fingerprint()],
        keys: vec![key(1), key(2)],
        allowed: AllowedSigners::parse(&format!("* {}", key(1).to_openssh())).unwrap(),
        ..Trust::default()
    };
    for list in [
        key(1).to_openssh(),
        key(1).fingerprint(),
        format!("# stolen\n{} it was stolen\n", key(1).fingerprint()),
    ] {
        trust.revoked = Revoked::parse(list.as_bytes()).unwrap();
        assert!(!judged(&trust, &key(1)).is_trusted(), "{list}");
        assert!(judged(&trust, &key(2)).is_trusted(), "{list}");
        assert!(!trust.covers(&key(1)) && trust.covers(&key(2)));
    }
    for bad in [
        &b"SSHKRL\n\0\0\0\0\x01"[..],
        b"\xff",
        b"SHA256:short",
        b"ssh-ed25519",
        b"serial: 1",
    ] {
        assert!(Revoked::parse(bad).is_err());
    }
}

#[test]
fn trust_goes_on_to_the_key_that_a_trusted_bundle_named() {
    let mut trust = Trust {
        keys: vec![key(1)],
        ..Trust::default()
    };
    let naming = Manifest {
        seq: 2,
        next_key: Some(key(2).fingerprint()),
        ..manifest()
    };
    assert!(!judged(&trust, &key(2)).is_trusted());
    trust.follow(&naming);
    assert!(judged(&trust, &key(2)).is_trusted());
    assert!(!judged(&trust, &key(3)).is_trusted());
    let elsewhere = Manifest {
        workspace: "another".to_owned(),
        ..manifest()
    };
    let earlier = Manifest {
        seq: 2,
        ..manifest()
    };
    for manifest in [&elsewhere, &earlier] {
        let standing = trust.judge(&Claim {
            key: &key(2),
            certificate: None,
            manifest,
        });
        assert!(!standing.is_trusted(), "{standing:?}");
    }
    trust.revoked = Revoked::parse(key(2).fingerprint().as_bytes()).unwrap();
    assert!(!judged(&trust, &key(2)).is_trusted());
}
