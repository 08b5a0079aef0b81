//! Bad input and bad places: the exit code, what to do next, and nothing half-written.

mod configuration;
mod damage;
mod places;

use std::ffi::OsStr;

use bson::doc;
use rc_audit_tests::dump;
use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::Workspace;

use crate::kit::{below, desk, dumped, guarded};

/// Runs `check`, which has to end with this code, these texts, and no new file.
fn refuse<A: AsRef<OsStr>>(desk: &Desk, arguments: &[A], code: i32, texts: &[&str]) -> Run {
    let before = below(&desk.path("out"));
    let run = desk.check(arguments);
    run.expect(code, texts);
    assert_eq!(below(&desk.path("out")), before);
    run
}

#[test]
fn a_target_that_is_none_is_refused_with_the_next_step() {
    let desk = desk();
    std::fs::create_dir(desk.path("empty")).unwrap();
    desk.write("text", "these are no documents of a database");
    desk.write("nothing.bson", "");
    desk.write("snapshot", "{\"format\":\"rc-audit-snapshot/9\"}");
    let cases: &[(&[&str], i32, &[&str])] = &[
        (&[], 2, &["nothing to read was named", "RC_AUDIT_URI"]),
        (&["nowhere"], 2, &["nowhere does not exist", "mongodb://"]),
        (&["empty"], 3, &["rocketchat_settings.bson", "mongodump"]),
        (&["text"], 2, &["text at byte 0", "make the dump again"]),
        (
            &["nothing.bson"],
            3,
            &["nothing.bson holds no rocketchat_settings"],
        ),
        (
            &["snapshot"],
            2,
            &["snapshot can't be used", "Collect it again"],
        ),
        (
            &["--uri-file", "text"],
            2,
            &["first line of text is no address"],
        ),
        (&["--uri-file", "nowhere"], 2, &["nowhere can't be read"]),
        (
            &["mongodb://u:secret@:1/x"],
            2,
            &["not one that MongoDB understands"],
        ),
        (
            &["mongodb+srv://u:secret@h/x"],
            2,
            &["mongodb+srv", "Write the hosts out"],
        ),
        (
            &["--profile", "quiet", "empty"],
            2,
            &["airgapped", "unregistered"],
        ),
        (&["--no-such-option"], 2, &["--no-such-option"]),
    ];
    for (arguments, code, texts) in cases {
        let run = refuse(&desk, arguments, *code, texts);
        assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    }
}

#[test]
fn a_server_that_does_not_answer_or_does_not_know_the_login_is_named() {
    let desk = desk();
    let nobody = "mongodb://somebody:secret-word@127.0.0.1:1/rocketchat";
    let run = refuse(
        &desk,
        &["--connect-seconds", "1", nobody],
        5,
        &[
            "no server answers at 127.0.0.1:1 within 1 s",
            "Check host and port",
        ],
    );
    assert!(!run.stderr.contains("secret-word"), "{}", run.stderr);
    let guarded = guarded();
    guarded.user(
        "refused",
        vec![doc! { "role": "read", "db": "refusals" }.into()],
    );
    let address = guarded.address("refused", "refusals");
    let wrong = address.replace("secret-refused", "wrong-word");
    let run = refuse(&desk, &[&wrong], 5, &["refused the login", "authSource"]);
    assert!(!run.stderr.contains("wrong-word"), "{}", run.stderr);
    let port = guarded.server.port();
    let without = format!("mongodb://127.0.0.1:{port}/refusals");
    refuse(
        &desk,
        &[&without],
        4,
        &["refusals.rocketchat_settings", "may not read"],
    );
}

#[test]
fn the_exit_code_follows_the_worst_that_counts() {
    let desk = desk();
    let mut workspace = Workspace::of("6.13.0");
    let folder = dumped(&desk, &workspace);
    let code = |arguments: &[&str]| {
        let mut all: Vec<&OsStr> = vec![folder.as_os_str()];
        all.extend(arguments.iter().map(OsStr::new));
        desk.check(&all).code
    };
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "none"]), 0);
    assert_eq!(code(&["--fail-on", "critical"]), 0);
    assert_eq!(code(&["--exit-zero"]), 0);
    // An isolated workspace whose newest report is old leaves a critical question open.
    workspace.documents("rocketchat_statistics").drain(..3);
    dumped(&desk, &workspace);
    assert_eq!(
        code(&["--profile", "airgapped", "--fail-on", "critical"]),
        4
    );
    let rules = desk.run(&["rules", "list"]).stdout;
    let mut policy = "format = 1\n".to_owned();
    for id in rules
        .lines()
        .filter(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
    {
        policy.extend(["[[exclude]]\nrule = \"", id, "\"\nreason = \"a test\"\n"]);
    }
    desk.write("policy.toml", policy);
    assert_eq!(code(&["--policy", "policy.toml"]), 3);
}

#[test]
fn one_bad_workspace_of_a_fleet_does_not_hide_the_others() {
    let desk = desk();
    let folder = desk.path("fleet");
    for (name, version) in [("one", "6.4.8"), ("two", "7.7.1"), ("three", "6.13.0")] {
        dump::folder(&Workspace::of(version), &folder, false);
        std::fs::rename(folder.join(dump::DATABASE), folder.join(name)).unwrap();
    }
    let bad = folder.join("two/rocketchat_settings.bson");
    let bytes = std::fs::read(&bad).unwrap();
    std::fs::write(&bad, &bytes[..bytes.len() - 3]).unwrap();
    desk.check(&[&folder])
        .expect(2, &["two/rocketchat_settings.bson", "in the middle"]);
    assert_eq!(desk.bundles().len(), 2);
}
