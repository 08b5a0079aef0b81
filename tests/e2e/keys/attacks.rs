//! Attacks on signatures and keys of real bundles, and what `ssh-keygen` and `openssl` say of the
//! same files. Where the stock tools accept more than one form of a signature, only the form that
//! is written here is accepted here.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rc_audit_report::key::{Key, PublicKey, Signature, Signer, split, string};
use rc_audit_report::sshsig;
use rc_audit_tests::program::Desk;

use super::{desk, fingerprint, openssl, signed, ssh_key, ssh_keygen, verify, workspace};
use crate::kit::run;

/// A bundle that can be changed, and the key that signed it.
struct Target {
    desk: Desk,
    bundle: PathBuf,
    fingerprint: String,
    key: Key,
}

impl Target {
    fn new(kind: &str) -> Self {
        let desk = desk();
        ssh_key(&desk, "key", kind);
        let bundle = signed(&desk, "out", &["--key", "key"]);
        let text = std::fs::read_to_string(desk.path("key")).unwrap();
        Self {
            fingerprint: fingerprint(&desk, "key.pub"),
            key: Key::read(&text, None).unwrap(),
            desk,
            bundle,
        }
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.bundle.join(name)).unwrap()
    }

    /// Whether this program, `ssh-keygen` and `openssl` accept the bundle. A list with the key of the
    /// bundle itself stands for an auditor who trusts it.
    fn accepted(&self) -> [bool; 3] {
        let run = verify(
            &self.desk,
            &["--signer", &self.fingerprint],
            &[&self.bundle],
        );
        assert!([0, 10].contains(&run.code), "{}{}", run.stdout, run.stderr);
        let mut line = b"* ".to_vec();
        line.extend(self.read("signer.pub"));
        let list = self.desk.write("list", line);
        let name = workspace(&self.bundle);
        [
            run.code == 0,
            ssh_keygen(&self.bundle, &list, &name, "MANIFEST.sshsig", &[]),
            openssl(&self.bundle),
        ]
    }

    /// Puts files in the place of those of the bundle, asks everybody, and puts the old ones back.
    fn with(&self, files: &[(&str, Vec<u8>)]) -> [bool; 3] {
        let old: Vec<Vec<u8>> = files.iter().map(|(name, _)| self.read(name)).collect();
        for (name, bytes) in files {
            std::fs::write(self.bundle.join(name), bytes).unwrap();
        }
        let accepted = self.accepted();
        for ((name, _), bytes) in files.iter().zip(old) {
            std::fs::write(self.bundle.join(name), bytes).unwrap();
        }
        accepted
    }

    /// The signature in `MANIFEST.sshsig`.
    fn signature(&self) -> Signature {
        sshsig::sign(&self.key, &self.read("MANIFEST")).unwrap()
    }
}

/// An armoured text around a signature in any form.
fn armoured(public: &PublicKey, signature: &[u8]) -> Vec<u8> {
    let mut blob = b"SSHSIG\0\0\0\x01".to_vec();
    for part in [
        &public.blob()[..],
        b"rc-audit-report-v1",
        b"",
        b"sha512",
        signature,
    ] {
        blob.extend(string(part));
    }
    let encoded = STANDARD.encode(blob);
    let lines: Vec<&str> = encoded
        .as_bytes()
        .chunks(70)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
        lines.join("\n")
    )
    .into_bytes()
}

const NOBODY: [bool; 3] = [false; 3];
const EVERYBODY: [bool; 3] = [true; 3];

#[test]
fn a_signature_of_another_key_or_bundle_is_refused_by_all() {
    for kind in ["-t ed25519", "-t ecdsa -b 256"] {
        let target = Target::new(kind);
        assert_eq!(target.accepted(), EVERYBODY);
        ssh_key(&target.desk, "other", kind);
        let other = signed(&target.desk, "other-out", &["--key", "other"]);
        let later = signed(&target.desk, "out", &["--key", "key"]);
        for strange in [&other, &later] {
            let files = ["MANIFEST.sig", "MANIFEST.sshsig"]
                .map(|name| (name, std::fs::read(strange.join(name)).unwrap()));
            assert_eq!(target.with(&files), NOBODY, "{kind}");
            // One of the two is as bad as both.
            for file in &files {
                assert!(!target.with(std::slice::from_ref(file))[0], "{kind}");
            }
        }
        // The stranger's whole set over this manifest: whole, but not by whom the manifest names.
        let names = ["signer.pub", "signer.pub.pem"];
        let mut files: Vec<(&str, Vec<u8>)> = names
            .map(|name| (name, std::fs::read(other.join(name)).unwrap()))
            .to_vec();
        let text = std::fs::read_to_string(target.desk.path("other")).unwrap();
        let key = Key::read(&text, None).unwrap();
        let manifest = target.read("MANIFEST");
        let signature = sshsig::sign(&key, &manifest).unwrap();
        files.push(("MANIFEST.sig", key.sign(&manifest).unwrap().raw()));
        let text = armoured(&key.public(), &signature.ssh());
        files.push(("MANIFEST.sshsig", text));
        assert_eq!(target.with(&files), [false, true, true], "{kind}");
        assert_eq!(target.accepted(), EVERYBODY);
    }
}

/// What `ssh-keygen` makes of the manifest with other options.
fn by_ssh_keygen(target: &Target, options: &[&str]) -> Vec<u8> {
    let manifest = std::fs::read(target.bundle.join("MANIFEST")).unwrap();
    target.desk.write("message", manifest);
    let _ = std::fs::remove_file(target.desk.path("message.sig"));
    let arguments = [
        &["-q", "-Y", "sign", "-f", "key"][..],
        options,
        &["message"],
    ];
    run("ssh-keygen", &target.desk.path(""), &arguments.concat());
    std::fs::read(target.desk.path("message.sig")).unwrap()
}

#[test]
fn a_signature_for_another_purpose_or_with_another_digest_is_refused() {
    let target = Target::new("-t ed25519");
    let same = by_ssh_keygen(&target, &["-n", "rc-audit-report-v1"]);
    assert_eq!(same, target.read("MANIFEST.sshsig"));
    for namespace in ["file", "git", "rc-audit-report-v2"] {
        let strange = by_ssh_keygen(&target, &["-n", namespace]);
        let said = target.with(&[("MANIFEST.sshsig", strange)]);
        assert_eq!(said, [false, false, true], "{namespace}");
    }
    // OpenSSH takes the shorter digest as well; here only one is written.
    let weaker = ["-n", "rc-audit-report-v1", "-O", "hashalg=sha256"];
    let said = target.with(&[("MANIFEST.sshsig", by_ssh_keygen(&target, &weaker))]);
    assert_eq!(said, [false, true, true]);
}

#[test]
fn a_signature_that_was_changed_into_another_valid_one_is_refused() {
    // S of Ed25519 and S plus the order of the group solve the same equation.
    let target = Target::new("-t ed25519");
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de14").unwrap();
    let mut order: Vec<u8> = order;
    order.resize(31, 0);
    order.push(0x10);
    let shift = |raw: &[u8]| {
        let mut changed = raw.to_vec();
        let mut carry = 0;
        for (byte, more) in changed[32..].iter_mut().zip(&order) {
            let sum = u16::from(*byte) + u16::from(*more) + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        changed
    };
    let raw = shift(&target.read("MANIFEST.sig"));
    let mut ssh = string(b"ssh-ed25519");
    ssh.extend(string(&shift(&target.signature().raw())));
    let text = armoured(&target.key.public(), &ssh);
    let said = target.with(&[("MANIFEST.sig", raw), ("MANIFEST.sshsig", text)]);
    // OpenSSH 9.2 accepts it.
    assert!(!said[0] && !said[2], "{said:?}");

    // Of ECDSA, s and its negative both verify; the lower one is written.
    let target = Target::new("-t ecdsa -b 256");
    let manifest = target.read("MANIFEST");
    let high = |signature: &Signature| negated(&signature.ssh());
    let (der, _) = high(&target.key.sign(&manifest).unwrap());
    let (_, ssh) = high(&target.signature());
    let text = armoured(&target.key.public(), &ssh);
    let one = target.with(&[("MANIFEST.sig", der.clone())]);
    let other = target.with(&[("MANIFEST.sshsig", text.clone())]);
    let said = target.with(&[("MANIFEST.sig", der), ("MANIFEST.sshsig", text)]);
    assert_eq!([one, other, said], [[false, true, true]; 3]);
}

/// The signature with the other s, in DER and as OpenSSH writes it.
fn negated(ssh: &[u8]) -> (Vec<u8>, Vec<u8>) {
    const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let (name, rest) = split(ssh).unwrap();
    let (body, _) = split(rest).unwrap();
    let (r, rest) = split(body).unwrap();
    let (s, _) = split(rest).unwrap();
    let order = hex::decode(ORDER).unwrap();
    let mut low = vec![0; 32 - s.iter().skip_while(|byte| **byte == 0).count()];
    low.extend(s.iter().skip_while(|byte| **byte == 0));
    let mut other = vec![0; 32];
    let mut borrow = 0;
    for index in (0..32).rev() {
        let difference = i16::from(order[index]) - i16::from(low[index]) - borrow;
        borrow = i16::from(difference < 0);
        other[index] = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    // The lower s is below half the order, so this one begins with a byte above 0x7f.
    other.insert(0, 0);
    let number = |bytes: &[u8]| {
        let mut der = vec![2, u8::try_from(bytes.len()).unwrap()];
        der.extend(bytes);
        der
    };
    let numbers = [number(r), number(&other)].concat();
    let mut der = vec![0x30, u8::try_from(numbers.len()).unwrap()];
    der.extend(numbers);
    let mut blob = string(name);
    blob.extend(string(&[string(r), string(&other)].concat()));
    (der, blob)
}

#[test]
fn a_key_whose_signatures_anybody_can_make_is_refused() {
    let target = Target::new("-t ed25519");
    // With the neutral element as key, R the neutral element and S zero sign every message.
    let mut point = vec![0; 32];
    point[0] = 1;
    let signature = [point.clone(), vec![0; 32]].concat();
    let mut blob = string(b"ssh-ed25519");
    blob.extend(string(&point));
    let mut pem = hex::decode("302a300506032b6570032100").unwrap();
    pem.extend(&point);
    let mut ssh = string(b"ssh-ed25519");
    ssh.extend(string(&signature));
    let mut armour = b"SSHSIG\0\0\0\x01".to_vec();
    for part in [&blob[..], b"rc-audit-report-v1", b"", b"sha512", &ssh] {
        armour.extend(string(part));
    }
    let said = target.with(&[
        (
            "signer.pub",
            format!("ssh-ed25519 {}\n", STANDARD.encode(&blob)).into(),
        ),
        (
            "signer.pub.pem",
            format!(
                "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                STANDARD.encode(pem)
            )
            .into(),
        ),
        ("MANIFEST.sig", signature),
        (
            "MANIFEST.sshsig",
            format!(
                "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
                STANDARD.encode(armour)
            )
            .into(),
        ),
    ]);
    // OpenSSH 9.2 and OpenSSL 3.0 accept it.
    assert!(!said[0], "{said:?}");
}

#[test]
fn more_than_a_signature_or_a_key_is_refused() {
    for kind in ["-t ed25519", "-t ecdsa -b 256"] {
        let target = Target::new(kind);
        let text = target.read("MANIFEST.sshsig");
        let twice = [&text[..], &text].concat();
        let more: &[(&str, Vec<u8>)] = &[
            ("MANIFEST.sshsig", twice),
            ("MANIFEST.sshsig", [&text[..], b"\n"].concat()),
            ("MANIFEST.sshsig", [b"# note\n", &text[..]].concat()),
            ("MANIFEST.sshsig", [&text[..], b"more"].concat()),
            (
                "MANIFEST.sig",
                [&target.read("MANIFEST.sig")[..], b"\0"].concat(),
            ),
            ("MANIFEST.sig", Vec::new()),
            ("signer.pub", target.read("signer.pub").repeat(2)),
            (
                "signer.pub",
                [&target.read("signer.pub")[..], &b"x".repeat(1 << 20)].concat(),
            ),
            ("signer.pub.pem", target.read("signer.pub.pem").repeat(2)),
            (
                "signer.pub.pem",
                [&target.read("signer.pub.pem")[..], b"\n"].concat(),
            ),
        ];
        for (name, bytes) in more {
            let said = target.with(&[(name, bytes.clone())]);
            assert!(!said[0], "{kind}: {name} of {} bytes", bytes.len());
        }
        let mut longer = target.signature().ssh();
        longer.push(0);
        let text = armoured(&target.key.public(), &longer);
        assert!(!target.with(&[("MANIFEST.sshsig", text)])[0]);
        assert_eq!(target.accepted(), EVERYBODY);
    }
}

#[test]
fn another_kind_of_key_in_the_place_of_the_signer_s_is_refused() {
    let target = Target::new("-t ed25519");
    ssh_key(&target.desk, "rsa", "-t rsa -b 2048");
    let rsa = std::fs::read(target.desk.path("rsa.pub")).unwrap();
    let line = String::from_utf8(target.read("signer.pub")).unwrap();
    for public in [
        rsa,
        line.replace("ssh-ed25519", "ecdsa-sha2-nistp256").into(),
        line.replace("ssh-ed25519", "sk-ssh-ed25519@openssh.com")
            .into(),
        format!("namespaces=\"x\" {line}").into(),
    ] {
        assert!(!target.with(&[("signer.pub", public)])[0]);
    }
    // An ECDSA signature with the name of Ed25519, and the other way round.
    let other = Target::new("-t ecdsa -b 256");
    let swap = |target: &Target, from: &[u8], to: &[u8]| {
        let ssh = target.signature().ssh();
        let (name, body) = split(&ssh).unwrap();
        assert_eq!(name, from);
        let text = armoured(&target.key.public(), &[&string(to)[..], body].concat());
        target.with(&[("MANIFEST.sshsig", text)])
    };
    let (one, two) = (&b"ssh-ed25519"[..], &b"ecdsa-sha2-nistp256"[..]);
    assert_eq!(swap(&target, one, two), [false, false, true]);
    assert_eq!(swap(&other, two, one), [false, false, true]);
}

/// Signs a bundle anew after `change` was made to it, as its signer could.
fn signed_anew(target: &Target, change: impl Fn(&Path)) {
    change(&target.bundle);
    let manifest = String::from_utf8(target.read("MANIFEST")).unwrap();
    let header: Vec<&str> = manifest.lines().filter(|it| it.starts_with('#')).collect();
    let names = manifest
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once("  ").unwrap().1);
    let mut command = Command::new("sha256sum");
    let output = command
        .args(names)
        .current_dir(&target.bundle)
        .output()
        .unwrap();
    let digests = String::from_utf8(output.stdout).unwrap();
    let text = format!("{}\n{digests}", header.join("\n"));
    let signature = sshsig::sign(&target.key, text.as_bytes()).unwrap();
    let armoured = armoured(&target.key.public(), &signature.ssh());
    let raw = target.key.sign(text.as_bytes()).unwrap().raw();
    for (name, bytes) in [
        ("MANIFEST", text.into_bytes()),
        ("MANIFEST.sshsig", armoured),
        ("MANIFEST.sig", raw),
    ] {
        std::fs::write(target.bundle.join(name), bytes).unwrap();
    }
}

#[test]
fn a_signer_can_not_show_one_key_to_openssh_and_another_to_openssl() {
    let target = Target::new("-t ed25519");
    signed_anew(&target, |_| {});
    assert_eq!(target.accepted(), EVERYBODY);
    ssh_key(&target.desk, "other", "-t ed25519");
    let text = std::fs::read_to_string(target.desk.path("other")).unwrap();
    let other = Key::read(&text, None).unwrap();
    signed_anew(&target, |bundle| {
        let pem = other.public().to_pem().unwrap();
        std::fs::write(bundle.join("signer.pub.pem"), pem).unwrap();
    });
    let manifest = target.read("MANIFEST");
    let raw = other.sign(&manifest).unwrap().raw();
    // Each tool by itself is content, and the comparison in the instructions is not.
    let said = target.with(&[("MANIFEST.sig", raw.clone())]);
    assert_eq!(said, [false, true, true]);
    std::fs::write(target.bundle.join("MANIFEST.sig"), raw).unwrap();
    let said = crate::bundle::by_stock_tools(&target.bundle);
    let failing: Vec<usize> = (0..said.len()).filter(|at| !said[*at].0).collect();
    assert_eq!(failing, [3], "{said:?}");
}
