//! Many workspaces in one run: each has its bundle, one that fails hides no other, and a run that was
//! broken off goes on.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use bson::doc;
use rc_audit_tests::dump;
use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::{NOW, Workspace};
use serde_json::{Value, json};

use crate::kit::{clinic_workspace, desk, json, run};

/// The bundles of reports on many workspaces below `out`, oldest first.
fn fleets(desk: &Desk) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(desk.path("out/fleet"))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.is_symlink())
        .collect();
    found.sort();
    found
}

/// Loads so many workspaces into databases that begin with a name.
fn load(name: &str, count: usize) -> Vec<String> {
    let mut workspace = Workspace::of("6.4.8");
    (0..count)
        .map(|number| {
            let database = format!("{name}_{number}");
            workspace.set("uniqueID", format!("{name}-{number}"));
            shared().load(&database, &workspace);
            database
        })
        .collect()
}

fn drop_all(databases: &[String]) {
    for database in databases {
        shared().command(database, doc! { "dropDatabase": 1 });
    }
}

/// A file of targets, one for each database.
fn targets(databases: &[String]) -> String {
    let mut text = "format = 1\n".to_owned();
    for database in databases {
        let address = shared().address(database);
        // Writing to a text can't fail.
        let _ = writeln!(
            text,
            "[[target]]\nname = 'the {database}'\nuri = '{address}'"
        );
    }
    text
}

#[test]
fn what_one_target_does_wrong_hides_and_stops_no_other() {
    let desk = desk();
    let databases = load("fleet_wrong", 2);
    dump::folder(&clinic_workspace(), &desk.path("lists/dump"), true);
    let mut text = targets(&databases);
    text.push_str(
        "[[target]]\nname = 'clinic'\npath = 'dump'\nprofile = 'airgapped'\n\
         [[target]]\nname = 'copy'\npath = 'dump'\n\
         [[target]]\nname = 'nobody'\nuri = 'mongodb://u:hidden@127.0.0.1:1/chat'\n\
         [[target]]\nname = 'no such file'\nuri_file = 'nowhere'\n\
         [[target]]\nname = 'empty'\nuri = 'ADDRESS'\n",
    );
    let text = text.replace("ADDRESS", &shared().address("fleet_wrong_empty"));
    let list = desk.write("lists/targets.toml", text);
    let started = ["--connect-seconds", "1", "--targets"].map(std::ffi::OsStr::new);
    let run = desk.check(&[&started[..], &[list.as_os_str()]].concat());
    let said = run.expect(
        8,
        &[
            "nobody: no server answers",
            "no such file",
            "fleet_wrong_empty",
            "copy",
            "same name in bundles",
        ],
    );
    assert!(!said.stderr.contains("hidden") && !said.stdout.contains("hidden"));

    let fleets = fleets(&desk);
    let fleet = json(&fleets[0].join("fleet.json"));
    let schema = desk.run(&["schema", "fleet"]).stdout;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&fleet)
        .map(|it| it.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(
        (fleet["verdict"].as_str(), fleet["exit"].as_u64()),
        (Some("incomplete"), Some(8))
    );
    let names = |part: &str| -> Vec<String> {
        let all = fleet[part].as_array().unwrap().iter();
        all.map(|it| it["target"].as_str().unwrap().to_owned())
            .collect()
    };
    // One of the two copies comes first, and that one is audited.
    let mut audited = names("workspaces");
    let mut missing = names("missing");
    let copy = missing
        .iter()
        .position(|it| it == "copy" || it == "clinic")
        .unwrap();
    audited.push(missing.remove(copy));
    audited.sort();
    assert_eq!(
        audited,
        ["clinic", "copy", "the fleet_wrong_0", "the fleet_wrong_1"]
    );
    assert_eq!(missing, ["empty", "no such file", "nobody"]);

    let page = std::fs::read_to_string(fleets[0].join("fleet.html")).unwrap();
    for member in fleet["workspaces"].as_array().unwrap() {
        let bundle = member["bundle"].as_str().unwrap();
        let link = format!("../../{bundle}/report.html");
        assert!(page.contains(&link.replace('=', "&#x3D;")), "{link}");
        assert!(fleets[0].join(&link).is_file(), "{link}");
        let listed = run_sha(&desk.path("out").join(bundle).join("report.json"));
        assert_eq!(member["report"], listed.as_str());
        let manifest = run_sha(&desk.path("out").join(bundle).join("MANIFEST"));
        assert_eq!(member["manifest"], manifest.as_str());
    }
    assert!(!page.contains("<script") && page.contains("default-src"));

    // What stock tools say of the bundle is what this program says.
    crate::kit::run("sha256sum", &fleets[0], &["--strict", "-c", "MANIFEST"]);
    desk.run(&["verify", "--rerender", "out/fleet"])
        .expect(11, &[]);
    std::fs::write(fleets[0].join("fleet.json"), b"{}").unwrap();
    desk.run(&["verify", "out/fleet"]).expect(10, &[]);
    drop_all(&databases);
}

fn run_sha(path: &Path) -> String {
    let folder = path.parent().unwrap();
    let line = run("sha256sum", folder, &[path.file_name().unwrap()]);
    line.split(' ').next().unwrap().to_owned()
}

/// Starts a run that takes its time, and waits until the first workspace is done.
fn begun(desk: &Desk, list: &Path) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = desk
        .command()
        .args([
            "check",
            "--now",
            NOW,
            "--out",
            "out",
            "--rate",
            "60",
            "--jobs",
            "1",
            "--targets",
        ])
        .arg(list)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("[1/") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "it ended");
    }
    (child, said)
}

#[test]
fn a_run_that_was_broken_off_leaves_whole_bundles_and_goes_on() {
    let desk = desk();
    let databases = load("fleet_stop", 4);
    let list = desk.write("targets.toml", targets(&databases));
    let (mut child, mut said) = begun(&desk, &list);

    // Another run may not write to the same folder at the same time.
    let second = ["--targets".as_ref(), list.as_os_str()];
    desk.check(&second).expect(8, &["another run is writing"]);

    run("kill", Path::new("/"), &["-INT", &child.id().to_string()]);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut said, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
    assert!(rest.contains("missing: the fleet_stop_"), "{rest}");
    assert!(rest.contains("--resume"), "{rest}");
    assert_eq!(fleets(&desk), Vec::<PathBuf>::new());
    let before = desk.bundles();
    assert!((1..4).contains(&before.len()), "{before:?}");
    desk.run(&["verify", "out"]).expect(11, &[]);

    // A bundle that is not what was written does not count as done.
    let broken = before[0].join("report.json");
    let mut bytes = std::fs::read(&broken).unwrap();
    bytes[10] ^= 1;
    std::fs::write(&broken, bytes).unwrap();

    let resume =
        |list: &Path| desk.check(&["--resume".as_ref(), "--targets".as_ref(), list.as_os_str()]);
    let again = resume(&list);
    assert!(matches!(again.code, 1 | 4), "{}", again.stderr);
    let fleet = json(&fleets(&desk)[0].join("fleet.json"));
    assert_eq!(fleet["summary"]["audited"], 4);
    assert_eq!(fleet["missing"], json!([]));
    // The one that was changed is there twice, and no other.
    assert_eq!(desk.bundles().len(), 5);

    // With nothing to go on with, a run is one like any other, and drift is told.
    let mut changed = Workspace::of("6.4.8");
    changed
        .set("uniqueID", "fleet_stop-1")
        .set("Push_enable", true);
    changed.set("E2E_Enable", true);
    shared().load(&databases[1], &changed);
    let next = resume(&list);
    assert!(matches!(next.code, 1 | 4), "{}", next.stderr);
    let fleet = json(&fleets(&desk)[1].join("fleet.json"));
    let changed: Vec<&Value> = fleet["workspaces"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["drift"]["outcomes"] != json!([]))
        .map(|it| &it["target"])
        .collect();
    assert_eq!(changed, [&json!("the fleet_stop_1")]);
    assert_eq!(fleet["summary"]["changed"], 1);
    let history = desk.run(&["history", "out/fleet"]).stdout;
    assert!(history.contains("fleet"), "{history}");
    drop_all(&databases);
}

#[test]
fn what_time_did_not_suffice_for_is_unknown() {
    let desk = desk();
    let database = load("fleet_budget", 1).remove(0);
    let address = shared().address(&database);
    let whole = desk.report(&[&address]);
    let started = std::time::Instant::now();
    let part = desk.report(&["--rate", "20", "--budget", "2s", &address]);
    // Pauses are at least as long as asked for, however slow the machine is.
    let answered = |report: &Value| {
        let queries = report["evidence"]["queries"].as_array().unwrap().len();
        queries - report["evidence"]["gaps"].as_array().unwrap().len()
    };
    let asked = answered(&part);
    assert!(asked < answered(&whole), "{asked}");
    let least =
        std::time::Duration::from_millis(50) * u32::try_from(asked.saturating_sub(40)).unwrap();
    assert!(started.elapsed() >= least);
    assert_eq!(part["verdict"], "incomplete");
    let gaps = part["evidence"]["gaps"].as_array().unwrap();
    assert!(!gaps.is_empty());
    for gap in gaps {
        assert_eq!(gap["reason"], "timed_out", "{gap}");
    }
    let (whole, part) = (crate::kit::outcomes(&whole), crate::kit::outcomes(&part));
    for (rule, outcome) in part.iter().filter(|(_, outcome)| *outcome == "pass") {
        assert_eq!(*outcome, whole[rule], "{rule}");
    }
    // What was not even begun is told, and is doubt.
    let databases = load("fleet_late", 3);
    let list = desk.write("targets.toml", targets(&databases));
    let arguments = ["--rate", "10", "--budget", "1s", "--jobs", "1", "--targets"];
    let mut command = desk.command();
    command.args(["check", "--now", NOW, "--out", "out"]);
    Run::of(command.args(arguments).arg(&list)).expect(4, &["the time for the whole run was over"]);
    let fleet = json(&fleets(&desk)[0].join("fleet.json"));
    assert_eq!(fleet["verdict"], "incomplete");
    assert!(
        fleet["summary"]["missing"].as_u64() > Some(0),
        "{}",
        fleet["summary"]
    );
    drop_all(&databases);
    drop_all(&[database]);
}

#[test]
fn the_example_of_many_targets_is_audited_as_it_stands() {
    let desk = desk();
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/fleet/targets.toml");
    let run = desk.check(&["--targets".as_ref(), list.as_os_str()]);
    run.expect(4, &["Page:"]);
    let fleet = json(&fleets(&desk)[0].join("fleet.json"));
    let profiles: Vec<&Value> = fleet["workspaces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["profile"])
        .collect();
    assert_eq!(profiles, ["airgapped", "registered"]);
    // The same targets at the same moment give the same report, whatever came first.
    let mut again = desk.command();
    again.args([
        "check",
        "--now",
        NOW,
        "--out",
        "again",
        "--jobs",
        "1",
        "--targets",
    ]);
    Run::of(again.arg(&list)).expect(4, &[]);
    let first = std::fs::read(fleets(&desk)[0].join("fleet.json")).unwrap();
    let second = std::fs::read(desk.path("again/fleet/latest/fleet.json")).unwrap();
    assert_eq!(
        String::from_utf8(first).unwrap(),
        String::from_utf8(second).unwrap()
    );
}
