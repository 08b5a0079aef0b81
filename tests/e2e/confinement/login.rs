//! What the login of the audit may do: asked, told, and as little as can be.

use bson::{Document, doc};
use rc_audit_tests::mongod::Mongod;
use rc_audit_tests::program::Desk;
use serde_json::Value;

use crate::kit::{clinic_workspace, desk, gaps, guarded, outcomes};

/// Commands that read.
const READS: [&str; 6] = [
    "aggregate",
    "getMore",
    "listIndexes",
    "listCollections",
    "buildInfo",
    "connectionStatus",
];

/// The part of the printed commands that makes the role, as a command of the server.
fn role(printed: &str, database: &str) -> Document {
    let mut privileges = Vec::new();
    for line in printed.lines().filter(|line| line.contains("resource:")) {
        // The shell takes names without quotation marks, JSON does not.
        let mut json = line.trim().trim_end_matches(',').to_owned();
        for name in ["resource", "db", "collection", "actions"] {
            json = json.replace(&format!("{name}: "), &format!("\"{name}\": "));
        }
        let value: Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{line}"));
        assert_eq!(value["resource"]["db"], database);
        privileges.push(bson::serialize_to_bson(&value).unwrap());
    }
    assert!(privileges.len() > 20, "{printed}");
    doc! { "createRole": "rcAudit", "privileges": privileges, "roles": [] }
}

/// What 'doctor' prints for a login, and its exit code.
fn doctor(desk: &Desk, address: &str) -> (i32, String) {
    let run = desk.run(&["doctor", address]);
    assert!(!run.stdout.contains("secret-"), "{}", run.stdout);
    (run.code, run.stdout)
}

/// Runs an audit while the server writes down every command: each is a read, and afterwards nothing
/// is different.
fn while_watched(server: &Mongod, database: &str, audit: impl FnOnce() -> Value) -> Value {
    let hash = || {
        server
            .command(database, doc! { "dbHash": 1 })
            .get("md5")
            .cloned()
    };
    let before = hash();
    server.command(
        database,
        doc! { "create": "system.profile", "capped": true, "size": 16 << 20 },
    );
    server.command(database, doc! { "profile": 2 });
    let report = audit();
    server.command(database, doc! { "profile": 0 });
    assert_eq!(hash(), before);
    let answer = server.command(
        database,
        doc! { "find": "system.profile", "filter": { "appName": "rc-audit" }, "batchSize": 10_000 },
    );
    let entries = answer
        .get_document("cursor")
        .and_then(|it| it.get_array("firstBatch"))
        .unwrap();
    assert!(entries.len() > 30, "{}", entries.len());
    for entry in entries {
        let entry = entry.as_document().unwrap();
        let command = entry.get_document("command").unwrap();
        let name = command.keys().next().unwrap().as_str();
        assert!(READS.contains(&name), "{entry}");
        let pipeline = command.get_array("pipeline").map(|it| format!("{it:?}"));
        assert!(
            !pipeline.is_ok_and(|it| it.contains("$out") || it.contains("$merge")),
            "{entry}"
        );
    }
    report
}

#[test]
fn the_smallest_role_that_the_doctor_prints_is_enough_and_no_more() {
    let desk = desk();
    let guarded = guarded();
    let (server, database) = (&guarded.server, "login_smallest");
    server.load(database, &clinic_workspace());
    server.load("login_payroll", &clinic_workspace());

    // Somebody who may do everything is told so, with the way out.
    let whole = format!(
        "mongodb://root:a-root-password@127.0.0.1:{}/{database}?authSource=admin",
        server.port()
    );
    let (code, printed) = doctor(&desk, &whole);
    assert_eq!(code, 1, "{printed}");
    for text in [
        "may do more than read",
        "insert",
        "other databases",
        "createRole",
        "createUser",
    ] {
        assert!(printed.contains(text), "{text}: {printed}");
    }
    assert!(!printed.contains("a-root-password"));
    let wide = desk.report(&[&whole]);
    assert_eq!(outcomes(&wide)["AUD-010"], "fail");
    assert_eq!(outcomes(&wide)["AUD-011"], "fail");

    server.command(database, role(&printed, database));
    guarded.user(
        "smallest",
        vec![doc! { "role": "rcAudit", "db": database }.into()],
    );
    let address = guarded.address("smallest", database);
    let (code, printed) = doctor(&desk, &address);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("the login can only read"), "{printed}");
    assert!(!printed.contains("createRole"), "{printed}");

    let report = while_watched(&guarded.server, database, || {
        desk.report(&["--require-confinement", &address])
    });
    assert_eq!(gaps(&report), std::collections::BTreeSet::new());
    let found = outcomes(&report);
    assert_eq!(found["AUD-010"], "pass");
    assert_eq!(found["AUD-011"], "pass");
    for (rule, outcome) in outcomes(&wide)
        .iter()
        .filter(|(rule, _)| !["AUD-010", "AUD-011"].contains(&rule.as_str()))
    {
        assert_eq!(&found[rule], outcome, "{rule}");
    }
    // Each command of the reading is in the report's own record.
    let ledger: Vec<&str> = report["evidence"]["queries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["shape"].as_str().unwrap())
        .collect();
    for command in ["hello", "buildInfo", "connectionStatus", "listCollections"] {
        assert!(
            ledger.iter().any(|shape| shape.starts_with(command)),
            "{command}"
        );
    }

    // A role that lacks one of them is told by name.
    server.command(
        database,
        doc! { "revokePrivilegesFromRole": "rcAudit", "privileges": [
            { "resource": { "db": database, "collection": "users" }, "actions": ["find"] },
        ] },
    );
    let (code, printed) = doctor(&desk, &address);
    assert_eq!(code, 4, "{printed}");
    assert!(
        printed.contains("users") && printed.contains("createRole"),
        "{printed}"
    );
}

#[test]
fn a_server_that_asks_for_no_login_is_a_finding_and_a_dump_has_none() {
    let desk = desk();
    let server = rc_audit_tests::mongod::shared();
    server.load("login_open", &clinic_workspace());
    let (code, printed) = doctor(&desk, &server.address("login_open"));
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("asks for no login"), "{printed}");
    let found = outcomes(&desk.report(&[server.address("login_open")]));
    assert_eq!(
        (found["AUD-010"].as_str(), found["AUD-011"].as_str()),
        ("fail", "fail")
    );
    let dump = crate::kit::dumped(&desk, &clinic_workspace());
    let found = outcomes(&desk.report(&[dump]));
    assert_eq!(found["AUD-010"], "not_applicable");
}
