//! Keys as OpenSSH, OpenSSL and this program write them.

use rc_audit_tests::program::Run;

use super::{check, desk, fingerprint, signed, ssh_key, verify};
use crate::bundle::by_stock_tools;
use crate::kit::run;

/// What makes each kind of key, its file, and whether it has a passphrase.
const KINDS: &[(&str, &str, bool)] = &[
    ("ssh-keygen", "-t ed25519", false),
    ("ssh-keygen", "-t ed25519 -N a-passphrase", true),
    ("ssh-keygen", "-t ecdsa -b 256", false),
    (
        "ssh-keygen",
        "-t ecdsa -b 256 -N a-passphrase -Z aes256-gcm@openssh.com",
        true,
    ),
    ("openssl", "genpkey -algorithm ed25519", false),
    (
        "openssl",
        "genpkey -algorithm ed25519 -aes256 -pass pass:a-passphrase",
        true,
    ),
    (
        "openssl",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        false,
    ),
    (
        "openssl",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes128 -pass pass:a-passphrase",
        true,
    ),
    ("rc-audit", "", false),
    ("rc-audit", "--p256", false),
];

#[test]
fn every_kind_of_key_signs_what_stock_tools_verify() {
    let desk = desk();
    let folder = desk.path("");
    desk.write("passphrase", "a-passphrase\n");
    run("chmod", &folder, &["600", "passphrase"]);
    for (index, (maker, how, has_passphrase)) in KINDS.iter().enumerate() {
        let name = format!("key-{index}");
        let mut arguments: Vec<&str> = how.split_whitespace().collect();
        match *maker {
            "ssh-keygen" => ssh_key(&desk, &name, how),
            "openssl" => {
                arguments.extend(["-out", &name]);
                run("openssl", &folder, &arguments);
                run("chmod", &folder, &["600", &name]);
            }
            _ => {
                desk.run(&[&["key", "new", "--out", &name][..], &arguments].concat())
                    .expect(0, &[]);
            }
        }
        let mut options = vec!["--key", &name];
        if *has_passphrase {
            Run::of(&mut check(&desk, "none", &options))
                .expect(7, &["passphrase", "--passphrase-file", "ssh-agent"]);
            options.extend(["--passphrase-file", "passphrase"]);
        }
        let bundle = signed(&desk, &format!("out-{index}"), &options);
        let said = by_stock_tools(&bundle);
        assert_eq!(said.len(), 6, "{how}: {said:?}");
        assert!(said.iter().all(|(good, _)| *good), "{how}: {said:?}");
        let public = bundle.join("signer.pub");
        let own = fingerprint(&desk, public.to_str().unwrap());
        verify(&desk, &["--signer", &own], &[&bundle]).expect(0, &[]);
        verify(&desk, &["--signer", public.to_str().unwrap()], &[&bundle]).expect(0, &[]);
        verify(&desk, &[], &[&bundle]).expect(11, &[]);

        // The same input and key give the same bytes.
        let again = signed(&desk, &format!("again-{index}"), &options);
        for entry in std::fs::read_dir(&bundle).unwrap() {
            let name = entry.unwrap().file_name();
            let bytes = |bundle: &std::path::Path| std::fs::read(bundle.join(&name)).unwrap();
            assert_eq!(bytes(&bundle), bytes(&again), "{how}: {}", name.display());
        }
    }
}

#[test]
fn a_passphrase_comes_from_a_file_systemd_or_the_environment_and_has_to_be_right() {
    let desk = desk();
    ssh_key(&desk, "key", "-t ed25519 -N a-passphrase");
    let show = || {
        let mut command = desk.command();
        command.args(["key", "show", "--key", "key", "--as", "fingerprint"]);
        command
    };
    let own = format!("{}\n", fingerprint(&desk, "key.pub"));
    let variable = "RC_AUDIT_KEY_PASSPHRASE";
    let run_ = Run::of(show().env(variable, "a-passphrase"));
    assert_eq!(run_.expect(0, &[]).stdout, own);
    Run::of(show().env(variable, "another")).expect(7, &["the passphrase is wrong"]);

    desk.write("credentials/rc-audit-key-passphrase", "a-passphrase");
    let credentials = desk.path("credentials");
    run("chmod", &credentials, &["600", "rc-audit-key-passphrase"]);
    let run_ = Run::of(show().env("CREDENTIALS_DIRECTORY", &credentials));
    assert_eq!(run_.expect(0, &[]).stdout, own);

    desk.write("open", "a-passphrase\n");
    run("chmod", &desk.path(""), &["644", "open"]);
    let by_file = |name: &str| Run::of(show().args(["--passphrase-file", name]));
    by_file("open").expect(7, &["passphrase file", "can be read by others"]);
    desk.write("empty", "\n");
    run("chmod", &desk.path(""), &["600", "empty", "open"]);
    by_file("empty").expect(7, &["the first line of empty is empty"]);
    by_file("open").expect(0, &[]);
    // Whatever happens, the passphrase is not said.
    for run_ in [by_file("open"), Run::of(show().env(variable, "another"))] {
        assert!(!run_.stderr.contains("another") && !run_.stderr.contains("a-passphrase"));
    }
}

#[test]
fn other_kinds_are_refused_by_name_and_with_what_to_do() {
    let desk = desk();
    let folder = desk.path("");
    ssh_key(&desk, "rsa", "-t rsa -b 2048");
    ssh_key(&desk, "p384", "-t ecdsa -b 384");
    for (name, how) in [
        (
            "rsa.pem",
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        ),
        (
            "p384.pem",
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        ),
        ("x25519.pem", "genpkey -algorithm X25519"),
        ("old.pem", "ecparam -name prime256v1 -genkey -noout"),
    ] {
        let arguments: Vec<&str> = how.split(' ').chain(["-out", name]).collect();
        run("openssl", &folder, &arguments);
        run("chmod", &folder, &["600", name]);
    }
    for (name, texts) in [
        ("rsa", &["ssh-rsa", "only Ed25519", "rc-audit key new"][..]),
        ("p384", &["ecdsa-sha2-nistp384", "rc-audit key new"]),
        ("rsa.pem", &["RSA", "rc-audit key new"]),
        ("p384.pem", &["another curve", "rc-audit key new"]),
        ("x25519.pem", &["1.3.101.110"]),
        ("old.pem", &["old form", "openssl pkcs8 -topk8"]),
        ("rsa.pub", &["ssh-rsa", "only Ed25519"]),
    ] {
        let shown = desk.run(&["key", "show", "--key", name]);
        shown.expect(7, texts);
        assert_eq!(shown.stdout, "");
    }
    Run::of(&mut check(&desk, "out", &["--key", "rsa"]))
        .expect(7, &["ssh-rsa", "without a signature"]);
}

#[test]
fn a_key_is_shown_in_every_form_that_an_auditor_may_want() {
    let desk = desk();
    desk.run(&["key", "new", "--p256"]).expect(0, &[]);
    let form = |form: &str| {
        desk.run(&["key", "show", "--as", form])
            .expect(0, &[])
            .stdout
            .clone()
    };
    let all = desk.run(&["key", "show"]).stdout;
    let parts = ["fingerprint", "openssh", "allowed-signers", "pem"].map(form);
    assert_eq!(all, parts.concat());
    let [own, line, list, pem] = parts;
    desk.write("line", &line);
    assert_eq!(fingerprint(&desk, "line"), own.trim());
    desk.write("list", &list);
    desk.write("pem", pem);
    let read = run(
        "openssl",
        &desk.path(""),
        &["pkey", "-pubin", "-in", "pem", "-text", "-noout"],
    );
    assert!(read.contains("P-256"), "{read}");
    let bundle = signed(&desk, "out", &[]);
    verify(&desk, &["--allowed-signers", "list"], &[&bundle]).expect(0, &[]);
    let list = desk.path("list");
    let name = super::workspace(&bundle);
    assert!(super::ssh_keygen(
        &bundle,
        &list,
        &name,
        "MANIFEST.sshsig",
        &[]
    ));
    // A public key is shown without whoever holds the private one.
    let shown = desk.run(&["key", "show", "--key", "line", "--as", "openssh"]);
    assert_eq!(shown.expect(0, &[]).stdout, line);
}
