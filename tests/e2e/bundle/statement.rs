//! The statement for supply chains, and the chain, with tools that know nothing of this program.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{by_stock_tools, chain};
use crate::kit::{clinic_workspace, desk, dumped, json, run};

#[test]
fn openssl_verifies_the_statement_and_it_names_every_file() {
    let (desk, bundles) = chain(1);
    let bundle = &bundles[0];
    let envelope = json(&bundle.join("statement.dsse.json"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let decode = |value: &Value| STANDARD.decode(text(value)).expect("base64");
    let payload = decode(&envelope["payload"]);
    let kind = text(&envelope["payloadType"]);
    assert_eq!(kind, "application/vnd.in-toto+json");
    let mut signed = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    signed.extend(&payload);
    desk.write("signed", &signed);
    desk.write("sig", decode(&envelope["signatures"][0]["sig"]));
    let key = bundle.join("signer.pub.pem");
    let key = key.to_str().unwrap();
    let arguments = [
        "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", "signed", "-sigfile", "sig",
    ];
    let said = run("openssl", &desk.path(""), &arguments);
    assert!(said.contains("Verified Successfully"), "{said}");

    let statement: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "urn:rc-audit:report:1");
    assert_eq!(statement["predicate"]["verdict"], "fail");
    let mut named = Vec::new();
    for subject in statement["subject"].as_array().unwrap() {
        let name = text(&subject["name"]);
        let digest = hex::encode(Sha256::digest(std::fs::read(bundle.join(&name)).unwrap()));
        assert_eq!(text(&subject["digest"]["sha256"]), digest, "{name}");
        named.push(name);
    }
    for name in ["report.json", "report.html", "MANIFEST", "VERIFY.txt"] {
        assert!(named.iter().any(|it| it == name), "{name}: {named:?}");
    }
}

/// What the verifier of the supply chain's own tools says of a statement.
fn verifier(envelope: &Path, bundle: &Path, fingerprint: &str) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("dsse");
    let output = Command::new(script)
        .args([envelope, &bundle.join("signer.pub.pem")])
        .arg(fingerprint)
        .output()
        .expect("the script can be started");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn a_verifier_of_supply_chains_verifies_the_statement_with_either_kind_of_key() {
    for kind in [&[][..], &["--p256"]] {
        let desk = desk();
        let folder = dumped(&desk, &clinic_workspace());
        let key = desk.path("own.pem");
        let new = [&["key", "new", "--out", key.to_str().unwrap()], kind].concat();
        let made = desk.run(&new);
        made.expect(0, &[]);
        desk.check(&[Path::new("--key"), &key, &folder])
            .expect(1, &["Bundle:"]);
        let bundle = desk.bundle();
        let statement = bundle.join("statement.dsse.json");
        let envelope = json(&statement);
        let signer = envelope["signatures"][0]["keyid"].as_str().unwrap();
        let (good, said) = verifier(&statement, &bundle, signer);
        assert!(
            good && said.contains(&format!("verified by {signer}")),
            "{said}"
        );
        for part in ["payload", "payloadType"] {
            let mut changed = envelope.clone();
            let text = changed[part].as_str().unwrap();
            changed[part] = match text.strip_prefix('e') {
                Some(rest) => format!("f{rest}").into(),
                None => format!("{text}+more").into(),
            };
            let path = desk.write("changed.json", changed.to_string());
            let (good, said) = verifier(&path, &bundle, signer);
            assert!(!good && said.contains("VerificationError"), "{said}");
        }
    }
}

#[test]
fn a_shell_alone_checks_the_whole_chain() {
    let (_desk, bundles) = chain(4);
    let folder = bundles[0].parent().unwrap();
    let head = hex::encode(Sha256::digest(
        std::fs::read(bundles[3].join("MANIFEST")).unwrap(),
    ));
    // The last of the commands is about the chain; it is the same in every bundle.
    let check = || by_stock_tools(&bundles[0]).pop().expect("a command");
    let (good, said) = check();
    assert!(
        good && said.contains(&format!("unbroken to {head}")),
        "{said}"
    );
    let aside = folder.parent().unwrap().join("aside");
    let broken = |at: &str| {
        let (good, said) = check();
        assert!(!good && said.contains("broken at "), "{said}");
        assert!(said.contains(at), "{at}: {said}");
    };
    std::fs::rename(&bundles[1], &aside).unwrap();
    broken("-3");
    std::fs::rename(&aside, &bundles[1]).unwrap();
    for name in ["report.json", "MANIFEST", "MANIFEST.sshsig"] {
        let path = bundles[2].join(name);
        let whole = std::fs::read(&path).unwrap();
        let mut changed = whole.clone();
        changed[whole.len() / 2] ^= 1;
        std::fs::write(&path, changed).unwrap();
        broken("-3");
        std::fs::write(&path, whole).unwrap();
    }
    // A stranger's report in between is signed, but not by the key of the others.
    let (_other, strange) = chain(3);
    std::fs::rename(&bundles[2], &aside).unwrap();
    let mut command = Command::new("cp");
    command.arg("-a").arg(&strange[2]).arg(&bundles[2]);
    assert!(command.status().unwrap().success());
    broken("-3");
    std::fs::remove_dir_all(&bundles[2]).unwrap();
    std::fs::rename(&aside, &bundles[2]).unwrap();
    assert!(check().0);
}

#[test]
fn the_shell_knows_pruned_and_unsigned_reports() {
    let (desk, bundles) = chain(3);
    let folder = bundles[0].parent().unwrap();
    let path = folder.to_str().unwrap();
    desk.run(&["prune", "--keep", "2", path]).expect(0, &[]);
    desk.write("bad.pem", "no key");
    desk.check(&["--key", "bad.pem", "dump/rocketchat"])
        .expect(7, &["unsigned"]);
    desk.check(&["dump/rocketchat"]).expect(1, &[]);
    let newest = desk.bundles().pop().expect("a bundle");
    let (good, said) = by_stock_tools(&newest).pop().expect("a command");
    assert!(good, "{said}");
    assert!(said.contains("its files were taken away"), "{said}");
    let history = desk.run(&["history", path]);
    history.expect(10, &[]);
    assert!(history.stdout.contains("MANIFEST: it is missing"));
    assert!(
        history.stdout.contains("is not signed"),
        "{}",
        history.stdout
    );
}
