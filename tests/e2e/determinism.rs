//! The same input gives the same bytes, on any number of threads and in any order of answers.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use rc_audit_tests::dump;
use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::{NOW, Plan, Workspace, clinic};
use serde_json::Value;

use crate::kit::{desk, json};

/// A workspace large enough to be split between threads.
fn workspace() -> Workspace {
    let mut plan = Plan::new("6.13.0");
    (plan.users, plan.rooms, plan.messages) = (80, 60, 1_500);
    let mut workspace = plan.build();
    clinic(&mut workspace);
    workspace.register();
    workspace
}

/// The files of the bundle that `check` writes to a new folder, with so many threads and the
/// desk's key.
fn files(desk: &Desk, threads: &str, target: &OsStr) -> BTreeMap<String, Vec<u8>> {
    let out = format!("out-{threads}-{}", target.display()).replace('/', "-");
    let mut command = desk.command();
    command.env("RAYON_NUM_THREADS", threads);
    command.args([
        "check",
        "--now",
        NOW,
        "--profile",
        "registered",
        "--out",
        &out,
    ]);
    Run::of(command.arg(target)).expect(1, &["Bundle:"]);
    let workspace = std::fs::read_dir(desk.path(&out)).unwrap().next().unwrap();
    let latest = workspace.unwrap().path().join("latest");
    std::fs::read_dir(latest)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn assert_same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) {
    assert!(one.keys().eq(other.keys()));
    assert_eq!(one.len(), 11);
    for (name, bytes) in one {
        assert!(*bytes == other[name], "{name} differs");
    }
}

#[test]
fn one_dump_gives_one_bundle_on_any_number_of_threads() {
    let desk = desk();
    let workspace = workspace();
    dump::folder(&workspace, &desk.path("dump"), false);
    dump::archive(&workspace, &desk.path("archive.gz"), true);
    dump::settings_file(&Workspace::of("7.7.1"), &desk.path("settings.jsonl"));
    for target in ["dump", "archive.gz"] {
        let one = files(&desk, "1", target.as_ref());
        assert_same(&one, &files(&desk, "8", target.as_ref()));
        assert_same(&one, &files(&desk, "3", target.as_ref()));
    }
}

/// What two reads of a server share: everything but the times that they took.
fn timeless(snapshot: &mut Value) {
    for name in ["started", "finished"] {
        snapshot[name] = Value::Null;
    }
    snapshot["source"]["cluster_time"] = Value::Null;
    for entry in snapshot["ledger"].as_array_mut().unwrap() {
        entry["milliseconds"] = Value::Null;
    }
}

#[test]
fn one_server_gives_one_snapshot_however_many_queries_run_at_once() {
    let desk = desk();
    let server = shared();
    server.load("determinism", &workspace());
    let address = server.address("determinism");
    for (at_once, name) in [("1", "one"), ("8", "eight"), ("64", "many")] {
        desk.run(&["collect", "--at-once", at_once, "-o", name, &address])
            .expect(0, &[]);
    }
    let read = |name: &str| {
        let mut snapshot = json(&desk.path(name));
        timeless(&mut snapshot);
        // Line by line, the order of keys and of rows counts too.
        serde_json::to_string_pretty(&snapshot).unwrap()
    };
    let one = read("one");
    assert!(one.lines().count() > 1_000);
    for name in ["eight", "many"] {
        let other = read(name);
        let differing = one.lines().zip(other.lines()).find(|(a, b)| a != b);
        assert_eq!(differing, None, "{name}");
        assert_eq!(one.len(), other.len(), "{name}");
    }
    let alone = files(&desk, "1", "one".as_ref());
    assert_same(&alone, &files(&desk, "8", "one".as_ref()));
}
