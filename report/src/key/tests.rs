use zeroize::Zeroizing;

use super::*;

fn ed25519() -> Key {
    Key::from_seed(&Zeroizing::new([7; 32]))
}

fn p256() -> Key {
    Key::from_p256_seed(&Zeroizing::new([7; 32])).unwrap()
}

#[test]
fn a_key_round_trips_through_all_formats() {
    for key in [ed25519(), p256()] {
        let pem = key.to_pem().unwrap();
        assert_eq!(Key::read(&pem, None).unwrap().public(), key.public());
        let line = key.public().to_openssh();
        let with_comment = format!("{line} somebody@somewhere");
        assert_eq!(PublicKey::from_openssh(&with_comment), Ok(key.public()));
        assert!(is_fingerprint(&key.public().fingerprint()));
    }
}

#[test]
fn a_signature_is_of_one_message_and_one_key() {
    for (key, other) in [(ed25519(), p256()), (p256(), ed25519())] {
        let signature = key.sign(b"message").unwrap();
        assert!(key.public().verifies(b"message", &signature.raw()));
        assert!(!key.public().verifies(b"messagE", &signature.raw()));
        assert!(!other.public().verifies(b"message", &signature.raw()));
        assert!(!other.public().made(b"message", &signature));
        assert_eq!(Signature::from_ssh(&signature.ssh()), Some(signature));
    }
}

#[test]
fn the_same_message_gives_the_same_signature() {
    for key in [ed25519(), p256()] {
        assert_eq!(key.sign(b"message"), key.sign(b"message"));
    }
    // RFC 6979, A.2.5, with SHA-256 and the message "sample"; s is the lower of the two.
    let seed = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    let seed: [u8; 32] = hex::decode(seed).unwrap().try_into().unwrap();
    let key = Key::from_p256_seed(&Zeroizing::new(seed)).unwrap();
    assert_eq!(
        hex::encode(key.sign(b"sample").unwrap().bytes()),
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
         0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"
    );
}

#[test]
fn a_changed_signature_that_would_still_be_right_is_refused() {
    let key = p256();
    let signature = key.sign(b"message").unwrap();
    let low = p256::ecdsa::Signature::from_slice(signature.bytes()).unwrap();
    let (r, s) = low.split_scalars();
    let high = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
    let plain = p256::ecdsa::VerifyingKey::from(&p256_signing());
    assert!(plain.verify(b"message", &high).is_ok());
    assert!(!key.public().verifies(b"message", high.to_der().as_bytes()));
    assert!(key.public().verifies(b"message", low.to_der().as_bytes()));
    let mut longer = low.to_der().as_bytes().to_vec();
    longer.push(0);
    assert!(!key.public().verifies(b"message", &longer));

    // The order of the group, which may be added to S of Ed25519 without changing the equation.
    let order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    let order = hex::decode(order).unwrap();
    let mut changed = ed25519().sign(b"message").unwrap().raw();
    let mut carry = 0;
    for (byte, more) in changed[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert!(!ed25519().public().verifies(b"message", &changed));
}

fn p256_signing() -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap()
}

#[test]
fn a_key_that_verifies_what_nobody_signed_is_refused() {
    // Points of small order, and ways to write a point that are not the usual one.
    for bytes in [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ] {
        let mut weak = string(b"ssh-ed25519");
        weak.extend(string(&hex::decode(bytes).unwrap()));
        assert_eq!(
            PublicKey::from_blob(&weak),
            Err(KeyError::Public),
            "{bytes}"
        );
    }
    // No point of the curve, the point at infinity, and a compressed point.
    let compressed = p256_signing().verifying_key().to_sec1_point(true);
    for point in [&[4; 65][..], &[0; 1], &[0; 65], compressed.as_bytes()] {
        let mut blob = string(b"ecdsa-sha2-nistp256");
        blob.extend(string(b"nistp256"));
        blob.extend(string(point));
        assert_eq!(PublicKey::from_blob(&blob), Err(KeyError::Public));
    }
}

#[test]
fn other_keys_are_refused_by_name() {
    for line in ["ssh-rsa AAAA", "sk-ssh-ed25519@openssh.com AAAA"] {
        assert!(matches!(
            PublicKey::from_openssh(line),
            Err(KeyError::Kind(_))
        ));
    }
    let good = ed25519().public().to_openssh();
    let swapped = good.replace("ssh-ed25519", "ecdsa-sha2-nistp256");
    for line in [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 !",
        &format!("{good}\n{good}\n"),
        &format!("{good} {}", "x".repeat(AT_MOST)),
        &swapped,
        &good.replace("ssh-ed25519", "SSH-ED25519"),
    ] {
        assert_eq!(
            PublicKey::from_openssh(line),
            Err(KeyError::Public),
            "{line}"
        );
    }
    assert_eq!(Key::read("", None).unwrap_err(), KeyError::Private);
    let text = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
    assert_eq!(Key::read(text, None).unwrap_err(), KeyError::Private);
    let text = "-----BEGIN EC PRIVATE KEY-----\n";
    assert_eq!(Key::read(text, None).unwrap_err(), KeyError::OldForm);
    let long = ed25519().to_pem().unwrap().repeat(200);
    assert_eq!(Key::read(&long, None).unwrap_err(), KeyError::Private);
}

#[test]
fn numbers_of_a_signature_may_be_short() {
    // About one in 128 signatures has an r or s that is shorter than 32 bytes, half have a leading 0.
    let key = p256();
    for number in 0..600_u32 {
        let signature = key.sign(&number.to_be_bytes()).unwrap();
        assert_eq!(
            Signature::from_raw(Kind::P256, &signature.raw()).as_ref(),
            Some(&signature)
        );
        assert_eq!(
            Signature::from_ssh(&signature.ssh()).as_ref(),
            Some(&signature)
        );
    }
}

#[test]
fn debug_shows_no_private_byte() {
    for key in [ed25519(), p256()] {
        let fingerprint = key.public().fingerprint();
        assert_eq!(format!("{key:?}"), format!("Key({fingerprint})"));
    }
}
