//! Keys that can't be used and places that can't be written.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use rc_audit_tests::program::Run;
use rc_audit_tests::workspace::{NOW, Workspace};

use super::refuse;
use crate::kit::{below, desk, dumped, run};

/// Runs the program so that no file may grow beyond a size, as on a disk that is full.
const CRAMPED: &str = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_full_disk_leaves_no_part_of_a_bundle() {
    let desk = desk();
    let folder = dumped(&desk, &Workspace::of("6.13.0"));
    desk.check(&[&folder]).expect(1, &["Bundle:"]);
    let before = below(&desk.path("out"));
    let program = desk.command();
    // Blocks of 512 bytes: the first number stops the first file, the second the larger one.
    let length = |name: &str| std::fs::metadata(desk.bundle().join(name)).unwrap().len();
    let largest = length("report.json").max(length("report.html"));
    for blocks in [8, largest / 512 - 1] {
        let mut command = Command::new("sh");
        command.args(["-c", CRAMPED, "cramped", &blocks.to_string()]);
        command.arg(program.get_program());
        command
            .args(["check", "--now", NOW, "--out", "out"])
            .arg(&folder);
        command.current_dir(desk.path(""));
        command.env("XDG_STATE_HOME", desk.path("state"));
        Run::of(&mut command).expect(8, &["writing to out/", "nothing half-written"]);
        assert_eq!(below(&desk.path("out")), before);
    }
    // What was there is as good as before, and the next run goes on from it.
    desk.check(&[&folder]).expect(1, &["Bundle:"]);
    let mut bundles = desk.bundles();
    bundles.sort();
    desk.run(&["verify", bundles[0].parent().unwrap().to_str().unwrap()])
        .expect(11, &[]);
}

#[test]
fn a_place_that_is_taken_is_left_alone() {
    let desk = desk();
    let folder = dumped(&desk, &Workspace::of("6.13.0"));
    let folder = folder.to_str().unwrap();
    desk.check(&[folder]).expect(1, &["Bundle:"]);
    let chain = desk.bundle().parent().unwrap().to_owned();
    let taken = chain.join("20261120T060000Z-2");
    std::fs::write(&taken, "mine").unwrap();
    refuse(
        &desk,
        &[folder],
        8,
        &["20261120T060000Z-2 exists", "Nothing was overwritten"],
    );
    assert_eq!(std::fs::read_to_string(&taken).unwrap(), "mine");
    std::fs::remove_file(&taken).unwrap();

    let lock = OpenOptions::new()
        .write(true)
        .open(chain.join(".lock"))
        .unwrap();
    lock.lock().unwrap();
    refuse(
        &desk,
        &[folder],
        8,
        &["another run is writing", "Wait for it"],
    );
    drop(lock);

    desk.write("file", "mine");
    let mut command = desk.command();
    command.args(["check", "--now", NOW, "--out", "file", folder]);
    Run::of(&mut command).expect(8, &["writing to file/"]);
    assert_eq!(std::fs::read_to_string(desk.path("file")).unwrap(), "mine");

    desk.check(&[folder]).expect(1, &["-2"]);
}

#[test]
fn a_snapshot_takes_the_place_of_plain_files_only() {
    let desk = desk();
    let folder = dumped(&desk, &Workspace::of("6.13.0"));
    let folder = folder.to_str().unwrap();
    run("mkfifo", &desk.path(""), &["pipe"]);
    // Like a pipe, a device such as /dev/null must not be replaced by a file.
    desk.run(&["collect", folder, "-o", "pipe"])
        .expect(8, &["pipe", "no plain file"]);
    let kind = std::fs::symlink_metadata(desk.path("pipe"))
        .unwrap()
        .file_type();
    assert!(kind.is_fifo());
    desk.run(&["collect", folder, "-o", "nowhere/snapshot"])
        .expect(8, &["writing to nowhere/snapshot failed"]);
    desk.run(&["collect", folder, "-o", "snapshot"])
        .expect(0, &[]);
    desk.run(&["collect", folder, "-o", "snapshot"])
        .expect(0, &[]);
}

#[test]
fn a_key_that_can_not_be_used_leaves_an_unsigned_report_that_says_so() {
    let desk = desk();
    let folder = dumped(&desk, &Workspace::of("6.13.0"));
    let folder = folder.to_str().unwrap();
    desk.run(&["key", "new", "--out", "open.pem"])
        .expect(0, &[]);
    set_mode(&desk.path("open.pem"), 0o644);
    let garbage = desk.write("garbage.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n");
    set_mode(&garbage, 0o600);
    run(
        "openssl",
        &desk.path(""),
        &[
            "genpkey",
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-384",
            "-out",
            "ec.pem",
        ],
    );
    set_mode(&desk.path("ec.pem"), 0o600);
    let cases: &[(&str, &[&str])] = &[
        (
            "open.pem",
            &["can be read by others (mode 0644)", "chmod 600"],
        ),
        ("garbage.pem", &["can't be used", "rc-audit key new"]),
        ("ec.pem", &["can't be used", "Ed25519"]),
        ("none.pem", &["none.pem can't be read", "rc-audit key new"]),
    ];
    for (count, (name, texts)) in cases.iter().enumerate() {
        let run = desk.check(&["--key", name, folder]);
        run.expect(7, texts)
            .expect(7, &["without a signature", "Signer: none"]);
        let bundles = desk.bundles();
        assert_eq!(bundles.len(), count + 1);
        let newest = bundles.last().unwrap();
        assert!(newest.join("UNSIGNED.txt").exists());
        assert!(!newest.join("MANIFEST").exists());
        desk.run(&["verify", newest.to_str().unwrap()])
            .expect(10, &[]);
    }
    // A key of openssl is as good as one of the program's own.
    run(
        "openssl",
        &desk.path(""),
        &["genpkey", "-algorithm", "ed25519", "-out", "own.pem"],
    );
    set_mode(&desk.path("own.pem"), 0o600);
    desk.check(&["--key", "own.pem", folder])
        .expect(1, &["Signer: SHA256:"]);
    let mut command = desk.command();
    command.env_remove("XDG_STATE_HOME");
    command.args(["check", "--now", NOW, "--out", "out", folder]);
    Run::of(&mut command).expect(7, &["no place to keep the signing key", "--key"]);
}

#[test]
fn a_key_is_never_overwritten_and_nobody_else_can_read_it() {
    let desk = desk();
    desk.run(&["key", "new"]).expect(0, &["Key:"]);
    let shown = desk.run(&["key", "show"]);
    shown.expect(0, &[]);
    desk.run(&["key", "new"]).expect(7, &["overwritten"]);
    assert_eq!(desk.run(&["key", "show"]).stdout, shown.stdout);
    let path = desk.path("state/rc-audit/signing-key.pem");
    let mode = File::open(path)
        .unwrap()
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
