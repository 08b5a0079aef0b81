//! Every kind of target gives the same findings, and every way to name a server works.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bson::{Bson, doc};
use rc_audit_tests::dump;
use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::{NOW, Workspace};

use crate::kit::{clinic_workspace, desk, gaps, guarded, json, outcomes};

/// The findings that every source of the clinic's workspace has to give.
fn from_server(desk: &Desk) -> BTreeMap<String, String> {
    let server = shared();
    let database = "targets_clinic";
    server.load(database, &clinic_workspace());
    let report = desk.report(&[server.address(database)]);
    assert_eq!(report["workspace"]["source"], "server");
    assert_eq!(gaps(&report).len(), 0);
    without_login(outcomes(&report))
}

/// All outcomes but those about the login, which only a server has.
fn without_login(mut outcomes: BTreeMap<String, String>) -> BTreeMap<String, String> {
    outcomes.retain(|rule, _| !["AUD-010", "AUD-011"].contains(&rule.as_str()));
    outcomes
}

#[test]
fn every_whole_copy_of_a_workspace_gives_the_findings_of_its_server() {
    let desk = desk();
    let workspace = clinic_workspace();
    let expected = from_server(&desk);
    assert!(expected.values().any(|it| it == "fail!"), "{expected:?}");
    assert!(expected.values().any(|it| it == "pass"), "{expected:?}");
    let mut copies: Vec<(PathBuf, &str)> = Vec::new();
    for gzip in [false, true] {
        let folder = desk.path(if gzip { "packed" } else { "plain" });
        dump::folder(&workspace, &folder, gzip);
        copies.push((folder.clone(), "dump_folder"));
        copies.push((folder.join(dump::DATABASE), "dump_folder"));
        let file = desk.path(if gzip { "archive.gz" } else { "archive" });
        dump::archive(&workspace, &file, gzip);
        copies.push((file, "dump_archive"));
    }
    let snapshot = desk.path("snapshot");
    desk.run(&[
        "collect".as_ref(),
        desk.path("plain").as_os_str(),
        "-o".as_ref(),
        snapshot.as_os_str(),
    ])
    .expect(0, &["Snapshot:", "SHA-256"]);
    copies.push((snapshot, "dump_folder"));
    for (path, source) in copies {
        let report = desk.report(&[&path]);
        let name = path.display();
        assert_eq!(report["workspace"]["source"], source, "{name}");
        assert_eq!(report["workspace"]["version"], "6.13.0", "{name}");
        assert_eq!(without_login(outcomes(&report)), expected, "{name}");
    }
}

#[test]
fn a_file_with_the_settings_alone_answers_what_it_can_and_says_what_it_lacks() {
    let desk = desk();
    let workspace = clinic_workspace();
    let whole = from_server_dump(&desk, &workspace);
    let mut first = None;
    for name in [
        "s.bson",
        "s.json",
        "s.jsonl",
        "s.bson.gz",
        "s.json.gz",
        "s.jsonl.gz",
    ] {
        let path = desk.path(name);
        dump::settings_file(&workspace, &path);
        desk.check(&[&path]).expect(4, &["Bundle:"]);
        let report = desk.report(&[&path]);
        assert_eq!(report["verdict"], "incomplete", "{name}");
        assert_eq!(report["workspace"]["source"], "settings_file", "{name}");
        let missing = gaps(&report);
        for collection in ["rocketchat_room", "rocketchat_statistics", "users"] {
            assert!(missing.contains(collection), "{name}: {missing:?}");
        }
        let found = outcomes(&report);
        for (rule, outcome) in &found {
            // Less evidence never turns a doubt or a failure into a pass.
            if outcome == "pass" {
                assert_eq!(whole[rule], "pass", "{name}: {rule}");
            }
        }
        assert_eq!(found["STAT-002"], "fail!", "{name}");
        assert_eq!(found["RET-009"], "unknown", "{name}");
        let first = first.get_or_insert_with(|| found.clone());
        assert_eq!(*first, found, "{name}");
    }
}

fn from_server_dump(desk: &Desk, workspace: &Workspace) -> BTreeMap<String, String> {
    let folder = crate::kit::dumped(desk, workspace);
    outcomes(&desk.report(&[folder]))
}

#[test]
fn a_member_of_a_replica_set_can_be_named_with_and_without_the_set() {
    let desk = desk();
    let server = shared();
    let database = "targets_replica";
    server.load(database, &clinic_workspace());
    let plain = server.address(database);
    let mut seen = Vec::new();
    for address in [
        plain.clone(),
        format!("{plain}?replicaSet=rs0"),
        format!("{plain}?directConnection=true"),
    ] {
        let report = desk.report(&[&address]);
        assert!(report["evidence"]["cluster_time"].is_string(), "{address}");
        seen.push(outcomes(&report));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    let wrong = format!("{plain}?replicaSet=another");
    desk.check(&["--connect-seconds", "1", &wrong])
        .expect(5, &["no server answers at 127.0.0.1"]);
}

#[test]
fn the_address_is_taken_from_a_file_or_the_environment() {
    let desk = desk();
    let server = shared();
    let database = "targets_named";
    server.load(database, &Workspace::of("7.7.1"));
    let address = server.address(database);
    let file = desk.write("address", format!("{address}\n"));
    let credential = desk.write("credentials/rc-audit-uri", &address);
    let settings: [(&str, &std::ffi::OsStr); 3] = [
        ("RC_AUDIT_URI", address.as_ref()),
        ("MONGO_URL", address.as_ref()),
        (
            "CREDENTIALS_DIRECTORY",
            credential.parent().unwrap().as_os_str(),
        ),
    ];
    for (name, value) in settings {
        let mut command = desk.command();
        command.args(["collect", "-o", name]).env(name, value);
        Run::of(&mut command).expect(0, &["Snapshot:"]);
        assert_eq!(
            json(&desk.path(name))["source"]["database"],
            database,
            "{name}"
        );
    }
    let report = desk.report(&["--uri-file".as_ref(), file.as_os_str()]);
    assert_eq!(report["workspace"]["database"], database);
    // What is meant for the agent wins over what the server itself uses.
    let mut command = desk.command();
    command
        .args(["collect", "-o", "both"])
        .env("RC_AUDIT_URI", &address)
        .env("MONGO_URL", "mongodb://127.0.0.1:1/nowhere");
    Run::of(&mut command).expect(0, &["Snapshot:"]);
}

#[test]
fn a_login_works_over_tls_and_through_a_unix_socket() {
    let desk = desk();
    let guarded = guarded();
    let database = "targets_login";
    guarded.server.load(database, &clinic_workspace());
    guarded.user(
        "reader",
        vec![doc! { "role": "read", "db": database }.into()],
    );
    let address = guarded.address("reader", database);
    let plain = desk.report(&[&address]);
    assert_eq!(gaps(&plain).len(), 0, "the role 'read' is enough");
    assert_eq!(plain["evidence"]["cluster_time"], serde_json::Value::Null);

    let authority = desk.write("authority.pem", &guarded.authority);
    let tls = format!("{address}&tls=true");
    let trusted = format!("{tls}&tlsCAFile={}", authority.display());
    assert_eq!(outcomes(&desk.report(&[&trusted])), outcomes(&plain));
    desk.check(&["--connect-seconds", "2", &tls])
        .expect(5, &["certificate", "tlsCAFile"]);
    desk.check(&[&format!("{tls}&tlsCAFile=/nonexistent.pem")])
        .expect(2, &["TLS options", "tlsCAFile"]);

    let port = guarded.server.port();
    let socket = guarded.server.folder().join(format!("mongodb-{port}.sock"));
    let encoded = socket.display().to_string().replace('/', "%2F");
    let local = format!("mongodb://reader:secret-reader@{encoded}/{database}?authSource=admin");
    assert_eq!(outcomes(&desk.report(&[&local])), outcomes(&plain));
    for run in [&address, &trusted, &local].map(|it| desk.check(&[it])) {
        assert!(!run.stdout.contains("secret-reader"), "{}", run.stdout);
        assert!(!run.stderr.contains("secret-reader"), "{}", run.stderr);
    }
}

#[test]
fn without_a_database_in_the_address_every_workspace_is_audited() {
    let desk = desk();
    let guarded = guarded();
    let databases = ["targets_fleet_a", "targets_fleet_b", "targets_fleet_none"];
    let mut small = Workspace::of("5.4.4");
    guarded.server.load(databases[0], &small);
    small.set("uniqueID", "another-workspace");
    guarded.server.load(databases[1], &small);
    guarded
        .server
        .command(databases[2], doc! { "create": "something" });
    let roles: Vec<Bson> = databases
        .iter()
        .map(|it| doc! { "role": "read", "db": *it }.into())
        .collect();
    guarded.user("fleet", roles);

    let run = desk.check(&[guarded.address("fleet", "")]);
    assert!(matches!(run.code, 1 | 4), "{}", run.stderr);
    let reports: Vec<_> = desk
        .bundles()
        .iter()
        .map(|bundle| json(&bundle.join("report.json"))["workspace"]["database"].clone())
        .collect();
    assert_eq!(reports, [databases[0], databases[1]]);

    desk.check(&[guarded.address("fleet", databases[2])])
        .expect(
            3,
            &[databases[2], "no workspace", databases[0], databases[1]],
        );
    // A snapshot holds one workspace, so a fleet is refused instead of cut to its first.
    let run = desk.run(&["collect", "-o", "one", &guarded.address("fleet", "")]);
    run.expect(2, &["several workspaces"]);
    assert!(!desk.path("one").exists());
}

#[test]
fn a_fleet_in_a_dump_is_audited_too() {
    let desk = desk();
    let folder = desk.path("dump");
    dump::folder(&Workspace::of("6.4.8"), &folder, false);
    std::fs::rename(folder.join(dump::DATABASE), folder.join("one")).unwrap();
    dump::folder(&Workspace::of("8.3.0"), &folder, true);
    let mut command = desk.command();
    command.args(["check", "--exit-zero", "--now", NOW, "--out", "out"]);
    Run::of(command.arg(&folder)).expect(0, &[]);
    let versions: Vec<_> = desk
        .bundles()
        .iter()
        .map(|bundle| json(&bundle.join("report.json"))["workspace"]["version"].clone())
        .collect();
    assert_eq!(versions, ["6.4.8", "8.3.0"]);
}
