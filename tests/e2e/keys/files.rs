//! Files of keys that others could read or replace.

use std::os::unix::fs::symlink;
use std::path::Path;

use rc_audit_tests::program::{Desk, Run};

use super::{check, desk, newest};
use crate::kit::run;

fn mode(path: &Path, mode: &str) {
    run("chmod", Path::new("/"), &[mode, path.to_str().unwrap()]);
}

/// What `key show` says of a key.
fn show(desk: &Desk, path: &str) -> Run {
    desk.run(&["key", "show", "--key", path, "--as", "fingerprint"])
}

#[test]
fn a_key_that_others_can_read_or_write_is_refused_with_the_command_that_closes_it() {
    let desk = desk();
    desk.run(&["key", "new", "--out", "keys/own.pem"])
        .expect(0, &[]);
    let path = desk.path("keys/own.pem");
    let real = std::fs::canonicalize(&path).unwrap();
    for (open, how) in [
        ("640", "read"),
        ("604", "read"),
        ("660", "written"),
        ("602", "written"),
    ] {
        mode(&path, open);
        let chmod = format!("chmod 600 {}", real.display());
        show(&desk, "keys/own.pem").expect(7, &[how, &format!("mode 0{open}"), &chmod]);
    }
    mode(&path, "600");
    show(&desk, "keys/own.pem").expect(0, &[]);
    for open in ["777", "770", "702"] {
        mode(&desk.path("keys"), open);
        let folder = real.parent().unwrap().display();
        let chmod = format!("chmod go-w {folder}");
        show(&desk, "keys/own.pem").expect(7, &["can be replaced by others", &chmod]);
    }
    // In a folder like /tmp nobody can replace another's file.
    mode(&desk.path("keys"), "1777");
    show(&desk, "keys/own.pem").expect(0, &[]);
    mode(&desk.path("keys"), "755");
    show(&desk, "keys/own.pem").expect(0, &[]);

    // A check with such a key writes the report, marked as unsigned.
    mode(&path, "644");
    Run::of(&mut check(&desk, "out", &["--key", "keys/own.pem"])).expect(7, &["chmod 600"]);
    assert!(newest(&desk, "out").join("UNSIGNED.txt").exists());
}

#[test]
fn a_link_is_as_safe_as_every_folder_on_the_way() {
    let desk = desk();
    desk.run(&["key", "new", "--out", "keys/own.pem"])
        .expect(0, &[]);
    for folder in ["links", "more"] {
        std::fs::create_dir(desk.path(folder)).unwrap();
        mode(&desk.path(folder), "755");
    }
    symlink("../more/second.pem", desk.path("links/first.pem")).unwrap();
    symlink(desk.path("keys/own.pem"), desk.path("more/second.pem")).unwrap();
    let direct = show(&desk, "keys/own.pem").expect(0, &[]).stdout.clone();
    assert_eq!(show(&desk, "links/first.pem").expect(0, &[]).stdout, direct);
    for folder in ["links", "more", "keys"] {
        mode(&desk.path(folder), "777");
        show(&desk, "links/first.pem").expect(7, &["can be replaced by others", folder]);
        mode(&desk.path(folder), "755");
    }
    // A folder that is a link itself.
    symlink("links", desk.path("way")).unwrap();
    show(&desk, "way/first.pem").expect(0, &[]);
    mode(&desk.path("more"), "775");
    show(&desk, "way/first.pem").expect(7, &["more"]);
    mode(&desk.path("more"), "755");
    symlink("round.pem", desk.path("links/round.pem")).unwrap();
    show(&desk, "links/round.pem").expect(7, &["can't be read"]);
}

#[test]
fn what_is_no_file_with_a_key_ends_soon_and_with_a_reason() {
    let desk = desk();
    run("mkfifo", &desk.path(""), &["-m", "600", "pipe"]);
    show(&desk, "pipe").expect(7, &["no plain file"]);
    show(&desk, "/dev/zero").expect(7, &["no plain file"]);
    show(&desk, ".").expect(7, &["no plain file"]);
    run("truncate", &desk.path(""), &["-s", "8G", "huge"]);
    mode(&desk.path("huge"), "600");
    show(&desk, "huge").expect(7, &["larger than"]);
    show(&desk, "nowhere").expect(7, &["nowhere can't be read", "rc-audit key new"]);
    // A link that leads nowhere is not a reason to make a key there.
    std::fs::create_dir_all(desk.path("state/rc-audit")).unwrap();
    let link = desk.path("state/rc-audit/signing-key.pem");
    symlink(desk.path("elsewhere"), &link).unwrap();
    Run::of(&mut check(&desk, "out", &[])).expect(7, &["can't be read"]);
    desk.run(&["key", "new"]).expect(7, &["exists"]);
    assert!(!desk.path("elsewhere").exists());
}
