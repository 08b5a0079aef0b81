//! Whatever is changed, removed, added, swapped or left out is found.

use std::path::Path;

use rc_audit_tests::workspace::Workspace;

use super::{chain, fingerprint, verify};
use crate::kit::{clinic_workspace, desk, dumped};

/// The names of the files of a bundle.
fn names(bundle: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(bundle)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn one_changed_byte_in_any_file_is_found() {
    let (desk, bundles) = chain(1);
    let own = fingerprint(&desk);
    let names = names(&bundles[0]);
    assert_eq!(names.len(), 11, "{names:?}");
    for name in &names {
        let path = bundles[0].join(name);
        let whole = std::fs::read(&path).unwrap();
        for at in [0, whole.len() / 3, whole.len() / 2, whole.len() - 2] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&path, changed).unwrap();
            let run = verify(&desk, &[&own], &[&bundles[0]]);
            assert_eq!(run.code, 10, "{name} at {at}: {}", run.stdout);
            assert!(run.stdout.contains("NOT GOOD"), "{}", run.stdout);
        }
        std::fs::write(&path, &whole).unwrap();
    }
    verify(&desk, &[&own], &[&bundles[0]]).expect(0, &[]);
}

#[test]
fn a_file_that_is_missing_added_or_of_another_kind_is_found() {
    let (desk, bundles) = chain(1);
    let own = fingerprint(&desk);
    let bundle = &bundles[0];
    let aside = desk.path("aside");
    let bad = |what: &str| {
        let run = verify(&desk, &[&own], &[bundle]);
        assert_eq!(run.code, 10, "{what}: {}", run.stdout);
    };
    for name in names(bundle) {
        let path = bundle.join(&name);
        std::fs::rename(&path, &aside).unwrap();
        bad(&name);
        std::fs::create_dir(&path).unwrap();
        bad(&name);
        std::fs::remove_dir(&path).unwrap();
        std::os::unix::fs::symlink(&aside, &path).unwrap();
        bad(&name);
        std::fs::remove_file(&path).unwrap();
        std::fs::rename(&aside, &path).unwrap();
    }
    for name in ["report.pdf", ".hidden", "REPORT.JSON"] {
        std::fs::write(bundle.join(name), "more").unwrap();
        bad(name);
        std::fs::remove_file(bundle.join(name)).unwrap();
    }
    verify(&desk, &[&own], &[bundle]).expect(0, &[]);
}

#[test]
fn reports_and_keys_can_not_be_swapped() {
    let (desk, bundles) = chain(2);
    let own = fingerprint(&desk);
    let exchange = |name: &str| {
        let (one, other) = (bundles[0].join(name), bundles[1].join(name));
        let aside = desk.path("aside");
        std::fs::rename(&one, &aside).unwrap();
        std::fs::rename(&other, &one).unwrap();
        std::fs::rename(&aside, &other).unwrap();
    };
    // Two runs on one dump for one moment give one report, so another one is put in its place.
    let strange = desk.check(&[
        "--fail-on".as_ref(),
        "high".as_ref(),
        desk.path("dump").as_os_str(),
    ]);
    strange.expect(1, &[]);
    let third = desk.bundles().into_iter().max().unwrap();
    for name in ["report.json", "report.html"] {
        let path = bundles[0].join(name);
        let whole = std::fs::read(&path).unwrap();
        let strange = std::fs::read(third.join(name)).unwrap();
        assert_ne!(whole, strange, "{name}");
        std::fs::write(&path, strange).unwrap();
        verify(&desk, &[&own], &[&bundles[0]]).expect(10, &[]);
        std::fs::write(&path, whole).unwrap();
    }
    for name in ["MANIFEST", "MANIFEST.sig", "MANIFEST.sshsig"] {
        exchange(name);
        verify(&desk, &[&own], &[&bundles[0]]).expect(10, &[]);
        exchange(name);
    }

    // A stranger signs the same report anew: all of it is intact, and nobody trusts it.
    let stranger = desk_of_a_stranger();
    let forged = stranger.bundle();
    verify(&desk, &[&own], &[&forged]).expect(11, &[]);
    for name in ["signer.pub", "signer.pub.pem"] {
        let path = bundles[0].join(name);
        let whole = std::fs::read(&path).unwrap();
        std::fs::copy(forged.join(name), &path).unwrap();
        verify(&desk, &[&own], &[&bundles[0]]).expect(10, &[]);
        std::fs::write(&path, whole).unwrap();
    }
    verify(&desk, &[&own], &[&bundles[0], &bundles[1], &third]).expect(0, &[]);
}

fn desk_of_a_stranger() -> rc_audit_tests::program::Desk {
    let desk = desk();
    let folder = dumped(&desk, &clinic_workspace());
    desk.check(&[folder]).expect(1, &["Bundle:"]);
    desk
}

#[test]
fn a_chain_with_a_gap_or_a_fork_is_broken() {
    let (desk, bundles) = chain(2);
    let own = fingerprint(&desk);
    let folder = bundles[0].parent().unwrap();
    // Another history from the first bundle on, signed with the same key.
    let mut command = std::process::Command::new("cp");
    assert!(
        command
            .arg("-a")
            .arg(desk.path("out"))
            .arg(desk.path("fork"))
            .status()
            .unwrap()
            .success()
    );
    let forked = desk.path("fork").join(folder.file_name().unwrap());
    let second = bundles[1].file_name().unwrap();
    std::fs::remove_dir_all(forked.join(second)).unwrap();
    dumped(&desk, &Workspace::of("6.13.0"));
    let mut command = desk.command();
    command.args([
        "check",
        "--now",
        rc_audit_tests::workspace::NOW,
        "--out",
        "fork",
    ]);
    rc_audit_tests::program::Run::of(command.arg(desk.path("dump"))).expect(1, &[]);
    let fork = forked.join(second);
    assert!(fork.exists());
    for _ in 0..2 {
        desk.check(&[desk.path("dump")]).expect(1, &["Bundle:"]);
    }
    let all = desk.bundles();
    assert_eq!(all.len(), 4);
    verify(&desk, &[&own], &[folder]).expect(0, &[]);
    let broken = |paths: &[&Path], what: &str| {
        let run = verify(&desk, &[&own], paths);
        run.expect(12, &[]);
        assert!(run.stdout.contains(what), "{}", run.stdout);
        // Every bundle by itself is good, and a broken chain is worse than an unknown signer.
        assert!(!run.stdout.contains("NOT GOOD"), "{}", run.stdout);
        verify(&desk, &[], paths).expect(12, &[]);
    };
    broken(&[&all[0], &all[2]], "something is missing");
    broken(&[folder, &fork], "two bundles have the number 2");
    broken(
        &[&all[0], &fork, &all[2]],
        "number 3 does not follow from number 2",
    );
    verify(&desk, &[&own], &[&all[0], &fork]).expect(0, &[]);

    // A bundle that was changed is worse than either.
    std::fs::write(all[3].join("report.json"), "{}").unwrap();
    verify(&desk, &[&own], &[&all[0], &all[2], &all[3]]).expect(10, &[]);
}
