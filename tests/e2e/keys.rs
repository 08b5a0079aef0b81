//! Keys of every kind that is read, who holds them, whose signature counts, and attacks on
//! signatures, with what stock tools say of the same.

mod agent;
mod attacks;
mod files;
mod kinds;
mod rotation;
mod trust;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::NOW;

use crate::kit::{self, clinic_workspace, dumped, tool};

/// A desk with a dump of the clinic.
fn desk() -> Desk {
    let desk = kit::desk();
    dumped(&desk, &clinic_workspace());
    desk
}

/// `check` of the desk's dump, with the bundle under `out`.
fn check(desk: &Desk, out: &str, arguments: &[&str]) -> Command {
    let mut command = desk.command();
    command
        .args(["check", "--quiet", "--now", NOW, "--out", out])
        .args(arguments)
        .arg(kit::database(desk));
    command
}

/// Makes a bundle below `out`, which has to be signed, and gives the newest one there.
fn signed(desk: &Desk, out: &str, arguments: &[&str]) -> PathBuf {
    Run::of(&mut check(desk, out, arguments)).expect(1, &[]);
    newest(desk, out)
}

/// The newest bundle below `out`.
fn newest(desk: &Desk, out: &str) -> PathBuf {
    let workspace = std::fs::read_dir(desk.path(out))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::canonicalize(workspace.join("latest")).unwrap()
}

/// Runs `verify` with these arguments on bundles.
fn verify(desk: &Desk, arguments: &[&str], bundles: &[&Path]) -> Run {
    Run::of(desk.command().arg("verify").args(arguments).args(bundles))
}

/// Makes a key with `ssh-keygen`.
fn ssh_key(desk: &Desk, name: &str, arguments: &str) {
    let mut all: Vec<&str> = vec!["-q", "-f", name, "-C", "made-up"];
    all.extend(arguments.split(' '));
    if !arguments.contains("-N ") {
        all.extend(["-N", ""]);
    }
    kit::run("ssh-keygen", &desk.path(""), &all);
}

/// The fingerprint of a public key, by `ssh-keygen`.
fn fingerprint(desk: &Desk, public: &str) -> String {
    let said = kit::run("ssh-keygen", &desk.path(""), &["-l", "-f", public]);
    said.split(' ').nth(1).expect("a fingerprint").to_owned()
}

/// The name of the workspace of a bundle.
fn workspace(bundle: &Path) -> String {
    let folder = bundle.parent().unwrap().file_name().unwrap();
    folder.to_str().unwrap().to_owned()
}

/// Whether `ssh-keygen` verifies a manifest by a list of allowed signers.
fn ssh_keygen(bundle: &Path, list: &Path, name: &str, signature: &str, more: &[&str]) -> bool {
    let manifest = std::fs::File::open(bundle.join("MANIFEST")).unwrap();
    tool("ssh-keygen")
        .args(["-Y", "verify", "-n", "rc-audit-report-v1", "-I", name])
        .args(["-s", signature, "-f"])
        .arg(list)
        .args(more)
        .current_dir(bundle)
        .stdin(manifest)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}

/// Whether `openssl` verifies a manifest with the command that suits the signer's kind.
fn openssl(bundle: &Path) -> bool {
    let recipe = std::fs::read_to_string(bundle.join("VERIFY.txt")).unwrap();
    let line = recipe
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("openssl "))
        .unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    tool("openssl")
        .args(&words[1..])
        .current_dir(bundle)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}
