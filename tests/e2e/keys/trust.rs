//! Whose signature counts, and that `ssh-keygen` says the same of the same list.

use std::path::Path;

use rc_audit_tests::program::Desk;

use super::{desk, fingerprint, signed, ssh_key, ssh_keygen, verify, workspace};
use crate::kit::run;

/// The moment at which the made-up reports were signed, as OpenSSH writes it.
const SIGNED: &str = "20261120060000Z";

/// Writes a list of allowed signers and says whether `verify` and `ssh-keygen` accept a bundle by it.
fn both(desk: &Desk, bundle: &Path, name: &str, signature: &str, list: &str) -> (bool, bool) {
    let path = desk.write("list", list);
    let run = verify(
        desk,
        &["--allowed-signers", "list", "--principal", name],
        &[bundle],
    );
    assert!(
        [0, 11].contains(&run.code),
        "{list}\n{}{}",
        run.stdout,
        run.stderr
    );
    let at = format!("verify-time={SIGNED}");
    let stock = ssh_keygen(bundle, &path, name, signature, &["-O", &at]);
    (run.code == 0, stock)
}

#[test]
fn a_list_of_allowed_signers_means_what_openssh_means_by_it() {
    let desk = desk();
    ssh_key(&desk, "key", "-t ed25519");
    ssh_key(&desk, "other", "-t ed25519");
    let bundle = signed(&desk, "out", &["--key", "key"]);
    let name = workspace(&bundle);
    let read = |name: &str| std::fs::read_to_string(desk.path(name)).unwrap();
    let (key, other) = (read("key.pub"), read("other.pub"));
    let start = name.split('-').next().unwrap();
    for (line, good) in [
        (format!("{name} {key}"), true),
        (format!("* {key}"), true),
        (format!("a,{start}-*,b {key}"), true),
        (format!("{start} {key}"), false),
        (format!("*,!{name} {key}"), false),
        (format!("# nothing\n\n* {other}* {key}"), true),
        (format!("* {other}"), false),
        (format!("* namespaces=\"git,rc-audit-*\" {key}"), true),
        (format!("* namespaces=\"git\" {key}"), false),
        (format!("* namespaces=\"*,!rc-*\" {key}"), false),
        (format!("* valid-after=\"20261120055959Z\" {key}"), true),
        (format!("* valid-after=\"20261120060001Z\" {key}"), false),
        (format!("* valid-before=\"20261120060001Z\" {key}"), true),
        (format!("* valid-before=\"20261120055959Z\" {key}"), false),
        (
            format!("* valid-after=\"20260101Z\",valid-before=\"20270101Z\" {key}"),
            true,
        ),
        (format!("* cert-authority {key}"), false),
    ] {
        let said = both(&desk, &bundle, &name, "MANIFEST.sshsig", &line);
        assert_eq!(said, (good, good), "{line}");
    }
    // Another name, if it is asked for; the workspace's name, if none is.
    let line = format!("auditor {key}");
    assert_eq!(
        both(&desk, &bundle, "auditor", "MANIFEST.sshsig", &line),
        (true, true)
    );
    let without = verify(&desk, &["--allowed-signers", "list"], &[&bundle]);
    without.expect(11, &[]);
    assert!(
        without.stdout.contains("does not allow the name"),
        "{}",
        without.stdout
    );
    for bad in ["* namespace=\"x\"", "* valid-after=\"20261120\"", "*"] {
        desk.write("list", format!("# one\n{bad} {key}").replace("* ssh", "*"));
        verify(&desk, &["--allowed-signers", "list"], &[&bundle]).expect(2, &["list: line 2"]);
    }
}

#[test]
fn one_authority_covers_many_workspaces() {
    let desk = desk();
    ssh_key(&desk, "authority", "-t ed25519");
    ssh_key(&desk, "stranger", "-t ecdsa -b 256");
    ssh_key(&desk, "key", "-t ecdsa -b 256");
    let name = workspace(&signed(&desk, "first", &["--key", "key"]));
    let certify = |authority: &str, more: &[&str]| {
        let arguments = [
            &["-q", "-s", authority, "-I", "made-up"][..],
            more,
            &["key.pub"],
        ];
        run("ssh-keygen", &desk.path(""), &arguments.concat());
    };
    let bundle = |out: &str| {
        signed(
            &desk,
            out,
            &["--key", "key", "--certificate", "key-cert.pub"],
        )
    };
    let authority = std::fs::read_to_string(desk.path("authority.pub")).unwrap();
    let list = format!("* cert-authority,namespaces=\"rc-audit-report-v1\" {authority}");
    let names = format!("another,{name}");
    let always = ["-V", "20260101000000Z:20270101000000Z"];
    let said =
        |out: &str, list: &str| both(&desk, &bundle(out), &name, "MANIFEST.cert.sshsig", list);

    certify("authority", &[&["-n", &names][..], &always].concat());
    assert_eq!(said("good", &list), (true, true));
    let good = super::newest(&desk, "good");
    for (bad, why) in [
        (format!("* {authority}"), "an authority is no signer"),
        (
            format!("*,!{name} cert-authority {authority}"),
            "another name",
        ),
        (
            format!("* cert-authority,namespaces=\"git\" {authority}"),
            "another namespace",
        ),
        (
            format!("* cert-authority,valid-before=\"20260101Z\" {authority}"),
            "too late",
        ),
    ] {
        let said = both(&desk, &good, &name, "MANIFEST.cert.sshsig", &bad);
        assert_eq!(said, (false, false), "{why}");
    }
    // The instructions in the bundle lead to the same.
    let said_by = crate::bundle::by_stock_tools(&good);
    assert!(said_by.iter().all(|(good, _)| *good), "{said_by:?}");
    let recipe = std::fs::read_to_string(good.join("VERIFY.txt")).unwrap();
    let command: String = recipe
        .split("\n\n")
        .find(|paragraph| paragraph.contains("ALLOWED_SIGNERS"))
        .unwrap()
        .to_owned();
    let run_it = |list: &str| {
        std::process::Command::new("sh")
            .args(["-c", &command])
            .env("ALLOWED_SIGNERS", desk.write("list", list))
            .current_dir(&good)
            .output()
            .unwrap()
            .status
            .success()
    };
    assert!(run_it(&list));
    assert!(!run_it(&format!("* {authority}")));

    certify("stranger", &[&["-n", &names][..], &always].concat());
    assert_eq!(said("by-stranger", &list), (false, false));
    certify("authority", &[&["-n", "another"][..], &always].concat());
    assert_eq!(said("for-another", &list), (false, false));
    certify(
        "authority",
        &["-n", &names, "-V", "20260101000000Z:20261120060000Z"],
    );
    assert_eq!(said("ended", &list), (false, false));
    certify(
        "authority",
        &["-n", &names, "-V", "20261120060001Z:20270101000000Z"],
    );
    assert_eq!(said("early", &list), (false, false));

    // What can't be shown is refused before anything is read.
    let refused = |more: &[&str], texts: &[&str]| {
        certify("authority", more);
        let options = ["--key", "key", "--certificate", "key-cert.pub"];
        rc_audit_tests::program::Run::of(&mut super::check(&desk, "refused", &options))
            .expect(7, texts);
    };
    refused(&["-n", &names, "-h"], &["one of a host"]);
    refused(
        &["-n", &names, "-O", "force-command=x"],
        &["critical options"],
    );
    ssh_key(&desk, "other", "-t ed25519");
    let options = ["--key", "other", "--certificate", "key-cert.pub"];
    rc_audit_tests::program::Run::of(&mut super::check(&desk, "refused", &options))
        .expect(7, &["can't be used"]);
    // A certificate is no key.
    desk.run(&["key", "show", "--key", "key-cert.pub"])
        .expect(7, &["is a certificate", "--certificate"]);
}

#[test]
fn what_is_revoked_is_not_trusted_whatever_else_is_said() {
    let desk = desk();
    for name in ["authority", "key"] {
        ssh_key(&desk, name, "-t ed25519");
    }
    let name = workspace(&signed(&desk, "first", &["--key", "key"]));
    let arguments = [
        "-q",
        "-s",
        "authority",
        "-I",
        "made-up",
        "-n",
        &name,
        "-V",
        "20260101000000Z:20270101000000Z",
        "key.pub",
    ];
    run("ssh-keygen", &desk.path(""), &arguments);
    let options = ["--key", "key", "--certificate", "key-cert.pub"];
    let bundle = signed(&desk, "out", &options);
    let own = fingerprint(&desk, "key.pub");
    let read = |name: &str| std::fs::read_to_string(desk.path(name)).unwrap();
    desk.write("pinned", format!("{name} {}", read("key.pub")));
    desk.write(
        "list",
        format!("* cert-authority {}", read("authority.pub")),
    );
    let by = |more: &[&str]| verify(&desk, more, &[&bundle]);
    let pinned = ["--signer", &own];
    let listed = ["--allowed-signers", "pinned"];
    let certified = ["--allowed-signers", "list"];
    for way in [pinned, listed, certified] {
        by(&way).expect(0, &[]);
    }
    let revoking = |list: &str, way: [&str; 2]| {
        desk.write("revoked", list);
        by(&[&way[..], &["--revoked", "revoked"]].concat())
    };
    for list in [
        read("key.pub"),
        own.clone(),
        format!("# lost\n{own} in a train\n"),
    ] {
        for way in [pinned, listed, certified] {
            let run = revoking(&list, way);
            run.expect(11, &[]);
            assert!(run.stdout.contains("is revoked"), "{}", run.stdout);
        }
    }
    let authority = fingerprint(&desk, "authority.pub");
    for list in [read("authority.pub"), authority, read("key-cert.pub")] {
        revoking(&list, certified).expect(11, &[]);
        revoking(&list, pinned).expect(0, &[]);
    }
    revoking("SHA256:short", pinned).expect(2, &["revoked: line 1"]);
    // A revocation list of OpenSSH is refused, not taken for an empty one.
    run(
        "ssh-keygen",
        &desk.path(""),
        &["-q", "-k", "-f", "krl", "key.pub"],
    );
    by(&["--signer", &own, "--revoked", "krl"]).expect(2, &["KRL", "SHA256:"]);
    assert!(!ssh_keygen(
        &bundle,
        &desk.path("pinned"),
        &name,
        "MANIFEST.sshsig",
        &["-r", desk.path("krl").to_str().unwrap()]
    ));
}
