//! Bundles: what stock tools say of them, what `verify` finds, and what a reader may rely on.

mod attacks;
mod chain;
mod page;
mod stamps;
mod statement;
mod tampering;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rc_audit_tests::dump;
use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::Workspace;
use serde_json::Value;

use crate::kit::{clinic_workspace, desk, dumped, json, tool};

/// A desk with a chain of so many bundles of the clinic.
fn chain(length: usize) -> (Desk, Vec<PathBuf>) {
    let desk = desk();
    let folder = dumped(&desk, &clinic_workspace());
    for _ in 0..length {
        desk.check(&[&folder]).expect(1, &["Bundle:"]);
    }
    let bundles = desk.bundles();
    assert_eq!(bundles.len(), length);
    (desk, bundles)
}

/// The fingerprint of the desk's own key.
pub(crate) fn fingerprint(desk: &Desk) -> String {
    let shown = desk.run(&["key", "show"]).stdout;
    shown.lines().next().expect("a fingerprint").to_owned()
}

/// What `verify` says of paths, with these signers trusted.
pub(crate) fn verify(desk: &Desk, signers: &[&str], paths: &[&Path]) -> Run {
    let mut command = desk.command();
    command.arg("verify");
    for signer in signers {
        command.args(["--signer", signer]);
    }
    Run::of(command.args(paths))
}

/// The commands that the bundle's own instructions give: the indented paragraphs that begin with
/// the name of a tool.
fn commands(instructions: &str) -> Vec<String> {
    const FIRST: &[&str] = &[
        "ssh-keygen",
        "openssl",
        "signers=$(mktemp)",
        "test",
        "sha256sum",
        "(cd",
    ];
    instructions
        .split("\n\n")
        .filter(|paragraph| paragraph.lines().all(|line| line.starts_with("   ")))
        .filter(|paragraph| {
            paragraph
                .split_whitespace()
                .next()
                .is_some_and(|word| FIRST.contains(&word))
        })
        .map(str::to_owned)
        .collect()
}

/// Runs the commands of the instructions in a bundle; each gives whether it succeeded, and what it
/// said.
pub(crate) fn by_stock_tools(bundle: &Path) -> Vec<(bool, String)> {
    for name in ["openssl", "ssh-keygen", "sha256sum"] {
        tool(name);
    }
    let instructions = std::fs::read_to_string(bundle.join("VERIFY.txt")).unwrap();
    commands(&instructions)
        .iter()
        // No authority has answered.
        .filter(|text| !text.trim_start().starts_with("openssl ts"))
        .map(|text| {
            let output = Command::new("sh")
                .args(["-c", text])
                .current_dir(bundle)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            (output.status.success(), said)
        })
        .collect()
}

#[test]
fn a_stranger_checks_a_bundle_with_the_commands_that_it_brings() {
    let (desk, bundles) = chain(1);
    let own = fingerprint(&desk);
    let said = by_stock_tools(&bundles[0]);
    assert_eq!(said.len(), 6, "{said:?}");
    assert!(said.iter().all(|(good, _)| *good), "{said:?}");
    assert!(said[0].1.contains(&own), "{said:?}");
    let instructions = std::fs::read_to_string(bundles[0].join("VERIFY.txt")).unwrap();
    assert!(instructions.contains(&format!("It must show: {own}")));

    let failing = |name: &str| -> Vec<usize> {
        let path = bundles[0].join(name);
        let whole = std::fs::read(&path).unwrap();
        let mut changed = whole.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        std::fs::write(&path, changed).unwrap();
        let said = by_stock_tools(&bundles[0]);
        std::fs::write(&path, whole).unwrap();
        (0..said.len()).filter(|at| !said[*at].0).collect()
    };
    // The fingerprint, openssl, ssh-keygen, the comparison of the two keys, the digests, the chain.
    assert_eq!(failing("report.json"), [4, 5]);
    assert_eq!(failing("report.html"), [4, 5]);
    assert!(failing("MANIFEST").starts_with(&[1, 2]));
    assert!(failing("MANIFEST").ends_with(&[5]));
    assert_eq!(failing("MANIFEST.sig"), [1]);
    assert_eq!(failing("MANIFEST.sshsig"), [2, 5]);
}

#[test]
fn the_name_of_a_database_can_do_nothing_to_the_commands() {
    let desk = desk();
    let folder = desk.path("dump");
    dump::folder(&Workspace::of("6.13.0"), &folder, false);
    let hostile = folder.join("x'; touch stolen; echo '$(touch stolen)");
    std::fs::rename(folder.join(dump::DATABASE), &hostile).unwrap();
    desk.check(&[&hostile]).expect(1, &["Bundle:"]);
    let bundle = desk.bundle();
    let said = by_stock_tools(&bundle);
    assert_eq!(said.len(), 6);
    assert!(said.iter().all(|(good, _)| *good), "{said:?}");
    assert!(!bundle.join("stolen").exists());
}

#[test]
fn verify_trusts_nobody_that_it_was_not_told_to() {
    let (desk, bundles) = chain(2);
    let own = fingerprint(&desk);
    let folder = bundles[0].parent().unwrap();
    verify(&desk, &[], &[folder]).expect(11, &[]);
    let run = verify(&desk, &[&own], &[folder]);
    run.expect(0, &[]);
    assert_eq!(run.stdout.matches("verified, signed by").count(), 2);
    verify(&desk, &[&own], &[&bundles[0], &bundles[1]]).expect(0, &[]);
    verify(&desk, &[&own], &[&folder.join("latest")]).expect(0, &[]);

    let public = bundles[0].join("signer.pub");
    verify(&desk, &[public.to_str().unwrap()], &[folder]).expect(0, &[]);
    let line = std::fs::read_to_string(&public).unwrap();
    desk.write("list", format!("* {line}"));
    verify(&desk, &["list"], &[folder]).expect(2, &["list, line 1", "--allowed-signers"]);
    let other = format!("SHA256:{}", "A".repeat(43));
    verify(&desk, &[&other], &[folder]).expect(11, &[]);
    verify(&desk, &[&other, &own], &[folder]).expect(0, &[]);

    desk.write("nobody", "no key at all\n");
    verify(&desk, &["nobody"], &[folder]).expect(2, &["nobody, line 1", "public key"]);
    desk.write("empty", "# nobody yet\n");
    verify(&desk, &["empty"], &[folder]).expect(2, &["no public key"]);
    verify(&desk, &["SHA256:short"], &[folder]).expect(2, &["no fingerprint"]);
    verify(&desk, &[], &[&desk.path("nowhere")]).expect(2, &["nowhere"]);
    verify(&desk, &[], &[&desk.path("dump")]).expect(2, &["is no bundle"]);
    let quiet = desk.run(&["verify", "--quiet", folder.to_str().unwrap()]);
    quiet.expect(11, &[]);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn a_bundle_says_what_was_asked_and_is_closed_to_others() {
    let desk = desk();
    let folder = dumped(&desk, &clinic_workspace());
    desk.check(&[
        "--challenge".as_ref(),
        "read on a Friday".as_ref(),
        folder.as_os_str(),
    ])
    .expect(1, &["Bundle:", "Page:", "Signer:"]);
    let bundle = desk.bundle();
    let manifest = std::fs::read_to_string(bundle.join("MANIFEST")).unwrap();
    for line in [
        "# seq: 1",
        "# challenge: read on a Friday",
        "# verdict: fail",
        "# started: 2026-11-20T06:00:00Z",
        "# next-due: 2026-11-21T06:00:00Z",
    ] {
        assert!(manifest.lines().any(|it| it == line), "{line}:\n{manifest}");
    }
    let report = json(&bundle.join("report.json"));
    assert_eq!(report["challenge"], "read on a Friday");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&bundle), 0o750);
    for entry in std::fs::read_dir(&bundle).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o640, "{}", path.display());
    }
    desk.check(&[&folder]).expect(1, &["Bundle:"]);
    let latest = bundle.parent().unwrap().join("latest");
    let newest = desk.bundles().into_iter().max().unwrap();
    assert_eq!(
        std::fs::canonicalize(latest).unwrap(),
        std::fs::canonicalize(newest).unwrap()
    );
}

#[test]
fn every_report_meets_the_schema_that_the_program_prints() {
    let desk = desk();
    let schema: Value = serde_json::from_str(&desk.run(&["schema"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let settings = desk.path("settings.json.gz");
    dump::settings_file(&Workspace::of("8.3.0"), &settings);
    let clinic = dumped(&desk, &clinic_workspace());
    let mut reports = vec![desk.report(&[&settings]), desk.report(&[&clinic])];
    for profile in ["airgapped", "registered"] {
        let arguments = ["--profile".as_ref(), profile.as_ref(), clinic.as_os_str()];
        reports.push(desk.report(&arguments));
    }
    for report in &reports {
        let problems: Vec<String> = validator
            .iter_errors(report)
            .map(|error| error.to_string())
            .collect();
        assert!(problems.is_empty(), "{problems:?}");
        assert!(!report.to_string().contains("null,null"));
    }
    for (pointer, wrong) in [
        ("/verdict", Value::from("good")),
        ("/findings/0/outcome", Value::from("fine")),
        ("/summary/score", Value::from(1.5)),
        ("/workspace/licence/offline", Value::from("no")),
    ] {
        let mut report = reports[1].clone();
        *report.pointer_mut(pointer).expect("a field") = wrong;
        assert!(!validator.is_valid(&report), "{pointer}");
    }
    let mut report = reports[1].clone();
    report["more"] = Value::from(1);
    assert!(!validator.is_valid(&report));
}
