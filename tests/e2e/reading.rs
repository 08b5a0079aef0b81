//! How the program reads a server: the same data as from a dump, gently, and without a write.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document, doc};
use rc_audit_tests::dump;
use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::Desk;
use rc_audit_tests::workspace::{Plan, Workspace, clinic};
use serde_json::Value;

use crate::kit::{clinic_workspace, desk, gaps, guarded, json, outcomes};

/// What a snapshot holds of the workspace itself, without where and when it was read. Rows that no
/// order was asked for are a set: a server gives them as the index has them that it chose.
fn data(desk: &Desk, target: &str, name: &str) -> BTreeMap<&'static str, Value> {
    desk.run(&["collect", target, "-o", name])
        .expect(0, &["Snapshot:"]);
    let mut snapshot = json(&desk.path(name));
    for entry in snapshot["ledger"].as_array().expect("a ledger").clone() {
        let shape = entry["shape"].as_str().expect("a shape");
        let query = entry["query"].as_str().expect("a query");
        let ordered = shape.contains(", latest ") || shape.contains(", earliest ");
        if let Some(rows) = snapshot["data"].get_mut(query)
            && let Some(rows) = rows.pointer_mut("/rows/rows").and_then(Value::as_array_mut)
            && !ordered
        {
            rows.sort_by_key(Value::to_string);
        }
    }
    ["settings", "groups", "licence", "data"]
        .map(|part| (part, snapshot[part].clone()))
        .into()
}

/// A workspace with values of every type in places where another type is usual.
fn odd(mut workspace: Workspace) -> Workspace {
    workspace
        .set("Push_gateway", Bson::Null)
        .set("Site_Name", 12)
        .set("Organization_Name", "  ")
        .set("RetentionPolicy_Enabled", "true")
        .set("RetentionPolicy_AppliesToDMs", true)
        .set("RetentionPolicy_Precision", 1.5)
        .set("Cloud_Workspace_Client_Id", vec!["a", "b"])
        .set("Update_EnableChecker", doc! { "a": { "b": [1, 2] } })
        .set("NPS_survey_enabled", 3_000_000_000_i64)
        // What looks like the marks that the database puts in the place of texts.
        .set(
            "Layout_Home_Body",
            doc! { "kind": "string", "set": true, "long": true },
        )
        .set("SMTP_Username", "é".repeat(31))
        .set("SMTP_Password", "é".repeat(32))
        .set("SMTP_Host", "smtp://a:b@h.example/x,//c@d\n e ")
        .set("From_Email", Bson::MinKey)
        .set("Layout_Home_Title", bson::DateTime::from_millis(1))
        .set("Livechat_title", Vec::<Bson>::new())
        .set(
            "FileUpload_MaxFileSize",
            "1".parse::<bson::Decimal128>().unwrap(),
        );
    workspace.setting("Allow_Marketing_Emails").remove("value");
    let rooms = workspace.documents("rocketchat_room");
    for (number, retention) in [
        doc! { "enabled": "true", "overrideGlobal": true, "maxAge": "30" },
        doc! { "enabled": true, "overrideGlobal": true, "maxAge": Bson::Null },
        doc! { "enabled": true, "overrideGlobal": true, "maxAge": 30_i64, "ignoreThreads": false },
        doc! { "enabled": true, "overrideGlobal": true, "maxAge": 4.5, "excludePinned": false },
        doc! { "enabled": false },
    ]
    .into_iter()
    .enumerate()
    {
        rooms[number].insert("retention", retention);
        rooms[number].insert("encrypted", number % 2 == 0);
    }
    let users = workspace.documents("users");
    users[1].insert("roles", "admin");
    users[2].insert("emails", Bson::Null);
    users[3].insert("createdAt", "a long time ago");
    users[4].insert("e2e", doc! { "public_key": "" });
    let messages = workspace.documents("rocketchat_message");
    messages[0].insert("msg", Bson::Null);
    messages[1].insert("t", Bson::Null);
    messages[2].insert("ts", "yesterday");
    messages[3].remove("rid");
    workspace
}

#[test]
fn a_server_and_a_dump_of_it_give_the_same_data() {
    let desk = desk();
    let server = shared();
    let mut many = Plan::new("7.7.1");
    (many.seed, many.users, many.rooms, many.messages) = (7, 60, 40, 900);
    let workspaces = [
        ("clinic", clinic_workspace()),
        ("old", Workspace::of("3.18.2")),
        ("many", many.build()),
        ("odd", odd(clinic_workspace())),
    ];
    for (name, workspace) in workspaces {
        let database = format!("reading_{name}");
        server.load(&database, &workspace);
        dump::folder(&workspace, &desk.path(name), false);
        let from_server = data(&desk, &server.address(&database), "server.snapshot");
        let from_dump = data(&desk, name, "dump.snapshot");
        for (part, read) in &from_server {
            assert_same(&format!("{name}: {part}"), read, &from_dump[part]);
        }
        server.command(&database, doc! { "dropDatabase": 1 });
    }
}

/// Compares entry by entry, because a whole snapshot is too long to be read in a message.
fn assert_same(place: &str, one: &Value, other: &Value) {
    if let (Value::Object(one), Value::Object(other)) = (one, other) {
        let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
        for name in names {
            assert_eq!(one.get(name), other.get(name), "{place}.{name}");
        }
    } else {
        assert_eq!(one, other, "{place}");
    }
}

#[test]
fn a_collection_that_the_login_may_not_read_is_a_gap_and_no_pass() {
    let desk = desk();
    let guarded = guarded();
    let database = "reading_denied";
    let workspace = clinic_workspace();
    guarded.server.load(database, &workspace);
    let list = doc! { "db": database, "collection": "" };
    let privileges: Vec<Document> = workspace
        .collections()
        .keys()
        .filter(|name| *name != "users")
        .map(|name| {
            let resource = doc! { "db": database, "collection": name };
            doc! { "resource": resource, "actions": ["find", "listIndexes", "collStats"] }
        })
        .chain([doc! { "resource": list, "actions": ["listCollections"] }])
        .collect();
    guarded.server.command(
        database,
        doc! { "createRole": "allButUsers", "privileges": privileges, "roles": [] },
    );
    let role = doc! { "role": "allButUsers", "db": database };
    guarded.user("limited", vec![role.into()]);
    guarded.user(
        "whole",
        vec![doc! { "role": "read", "db": database }.into()],
    );
    let whole = outcomes(&desk.report(&[guarded.address("whole", database)]));

    let address = guarded.address("limited", database);
    desk.check(&[&address]).expect(4, &["Bundle:"]);
    let report = desk.report(&[&address]);
    assert_eq!(report["verdict"], "incomplete");
    let found = outcomes(&report);
    // Who has keys, whose tokens are left, who is an administrator: all of that stands in users.
    for rule in ["REG-014", "REG-015", "E2E-012", "PUSH-013"] {
        assert_eq!(found[rule], "unknown", "{rule}");
    }
    for (rule, outcome) in found.iter().filter(|(_, outcome)| *outcome != "unknown") {
        assert_eq!(*outcome, whole[rule], "{rule}");
    }
    for gap in report["evidence"]["gaps"].as_array().unwrap() {
        assert_eq!(gap["reason"], "denied", "{gap}");
        assert!(
            gap["collection"].as_str().unwrap().contains("users"),
            "{gap}"
        );
    }

    guarded.user(
        "nobody",
        vec![doc! { "role": "read", "db": "elsewhere" }.into()],
    );
    let out = desk.bundles().len();
    desk.check(&[guarded.address("nobody", database)]).expect(
        4,
        &["may not read", "rocketchat_settings", "grantRolesToUser"],
    );
    assert_eq!(desk.bundles().len(), out);
}

#[test]
fn a_collection_that_does_not_exist_is_empty_and_no_gap() {
    let desk = desk();
    let server = shared();
    let mut workspace = clinic_workspace();
    for name in [
        "_raix_push_app_tokens",
        "rocketchat_uploads",
        "rocketchat_nps_vote",
        "rocketchat__trash",
        "rocketchat_cron_history",
    ] {
        workspace.drop(name);
    }
    server.load("reading_absent", &workspace);
    let report = desk.report(&[server.address("reading_absent")]);
    assert_eq!(gaps(&report), BTreeSet::new());
    let found = outcomes(&report);
    assert_eq!(found["PUSH-013"], "pass");
    assert_eq!(found["RET-018"], "pass");
    // The job that deletes has never run, which is no lack of evidence.
    assert_eq!(found["RET-012"], "fail");
    // A dump without a collection that every server makes is a part of a database, and what it
    // lacks is not known.
    let folder = crate::kit::dumped(&desk, &workspace);
    let report = desk.report(&[folder]);
    assert!(gaps(&report).contains("rocketchat_uploads"));
    assert!(gaps(&report).contains("_raix_push_app_tokens"));
    let found = outcomes(&report);
    assert_eq!(found["RET-018"], "unknown");
    assert_eq!(found["PUSH-013"], "unknown");
}

#[test]
fn a_query_that_the_server_ends_is_a_gap_with_its_reason() {
    const SLOW: i32 = 50;
    const FAILED: i32 = 8;
    let desk = desk();
    let server = shared();
    let database = "reading_slow";
    server.load(database, &clinic_workspace());
    // The fault is bound to this name, so that it meets nobody else on the server.
    let address = format!("{}?appName=rc-audit-slow", server.address(database));
    let fault = |collection: &str, code: i32| {
        server.command(
            "admin",
            doc! { "configureFailPoint": "failCommand", "mode": "alwaysOn", "data": {
                "failCommands": ["aggregate"], "errorCode": code, "appName": "rc-audit-slow",
                "namespace": format!("{database}.{collection}"),
            } },
        );
    };
    let whole = outcomes(&desk.report(&[&address]));
    for (code, reason) in [(SLOW, "timed_out"), (FAILED, "failed")] {
        fault("rocketchat_room", code);
        desk.check(&[&address]).expect(4, &["Bundle:"]);
        let report = desk.report(&[&address]);
        for gap in report["evidence"]["gaps"].as_array().unwrap() {
            assert_eq!(gap["reason"], reason, "{gap}");
            assert!(
                gap["collection"]
                    .as_str()
                    .unwrap()
                    .starts_with("rocketchat_room")
            );
        }
        let found = outcomes(&report);
        for rule in [
            "RET-009", "RET-010", "RET-013", "RET-014", "E2E-008", "E2E-010",
        ] {
            assert_eq!(found[rule], "unknown", "{rule}");
        }
        for (rule, outcome) in found.iter().filter(|(_, outcome)| *outcome != "unknown") {
            assert_eq!(*outcome, whole[rule], "{rule}");
        }
    }
    // What passes by itself is asked again: `WriteConflict`, which the driver leaves to its callers.
    server.command(
        "admin",
        doc! { "configureFailPoint": "failCommand", "mode": { "times": 3 }, "data": {
            "failCommands": ["aggregate"], "errorCode": 112, "appName": "rc-audit-slow",
            "namespace": format!("{database}.rocketchat_room"),
        } },
    );
    assert_eq!(outcomes(&desk.report(&[&address])), whole);
    let out = desk.bundles().len();
    fault("rocketchat_settings", SLOW);
    desk.check(&[&address])
        .expect(4, &["reading_slow.rocketchat_settings", "--query-seconds"]);
    assert_eq!(desk.bundles().len(), out);
    server.command(
        "admin",
        doc! { "configureFailPoint": "failCommand", "mode": "off" },
    );
}

/// What the profiler of a server kept of the program's commands.
fn profiled(server: &rc_audit_tests::mongod::Mongod, database: &str) -> Vec<Document> {
    let answer = server.command(
        database,
        doc! { "find": "system.profile", "filter": { "appName": "rc-audit" }, "batchSize": 10_000 },
    );
    answer
        .get_document("cursor")
        .and_then(|cursor| cursor.get_array("firstBatch"))
        .expect("a first batch")
        .iter()
        .map(|it| it.as_document().expect("a document").clone())
        .collect()
}

/// Many people, many rooms and many messages, but few members for each room, which keeps loading
/// short.
fn large() -> Workspace {
    let mut plan = Plan::new("6.13.0");
    (plan.rooms, plan.messages) = (1_500, 5_000);
    let mut workspace = plan.build();
    clinic(&mut workspace);
    let known = plan.users;
    (plan.users, plan.rooms, plan.messages) = (2_000, 1, 1);
    let mut people = plan.build();
    let more = people.documents("users").split_off(1 + known);
    workspace.documents("users").extend(more);
    workspace
}

/// Runs `check` on a large workspace while the server writes down every command.
fn watched(desk: &Desk, database: &str) -> Vec<Document> {
    let server = shared();
    server.load(database, &large());
    let before = server.command(database, doc! { "dbHash": 1 });
    // The profile is kept in a collection that has to hold all of it.
    server.command(
        database,
        doc! { "create": "system.profile", "capped": true, "size": 16 << 20 },
    );
    server.command(database, doc! { "profile": 2 });
    desk.check(&["--query-seconds", "37", &server.address(database)])
        .expect(1, &["Bundle:"]);
    server.command(database, doc! { "profile": 0 });
    let after = server.command(database, doc! { "dbHash": 1 });
    assert_eq!(before.get("md5"), after.get("md5"), "the data changed");
    profiled(server, database)
}

#[test]
fn every_query_is_a_bounded_read_that_can_be_recognised() {
    let desk = desk();
    let database = "reading_profile";
    let commands = watched(&desk, database);
    let mut aggregations = 0;
    for entry in &commands {
        let command = entry.get_document("command").expect("a command");
        let name = command.keys().next().expect("a name").as_str();
        match name {
            "aggregate" => aggregations += 1,
            // What is left of a cursor is bound by the limit of its query.
            "getMore" => {}
            "listCollections" | "listIndexes" | "buildInfo" => continue,
            _ => panic!("{name}: {entry}"),
        }
        let comment = command.get_str("comment").unwrap_or_default();
        assert!(
            comment.starts_with("rc-audit: read-only audit, "),
            "{entry}"
        );
        if name == "getMore" {
            continue;
        }
        let limit = command
            .get("maxTimeMS")
            .and_then(|it| it.as_i32().map(i64::from).or_else(|| it.as_i64()));
        assert_eq!(limit, Some(37_000), "{entry}");
        let concern = command.get_document("readConcern").expect("a read concern");
        assert_eq!(concern.get_str("level").ok(), Some("majority"), "{entry}");
        let stages = command.get_array("pipeline").expect("a pipeline");
        let reduces = stages.iter().any(|stage| {
            let stage = stage.as_document().expect("a stage");
            ["$project", "$group", "$facet"]
                .iter()
                .any(|it| stage.contains_key(it))
        });
        assert!(reduces, "whole documents leave the database: {entry}");
        for stage in stages {
            let stage = stage.as_document().expect("a stage");
            assert!(
                !stage.contains_key("$out") && !stage.contains_key("$merge"),
                "{entry}"
            );
        }
    }
    assert!(aggregations > 15, "{aggregations}");

    let sizes = [
        ("users", 2_000),
        ("rocketchat_room", 1_500),
        ("rocketchat_uploads", 3 * 5_000 / 30),
    ];
    for entry in &commands {
        let namespace = entry.get_str("ns").expect("a namespace");
        let collection = namespace.split_once('.').expect("a collection").1;
        let examined = entry
            .get("docsExamined")
            .and_then(|it| it.as_i32().map(i64::from).or_else(|| it.as_i64()))
            .unwrap_or(0);
        // Nothing is looked at more than twice, also not through a $lookup.
        assert!(examined <= 20_000, "{examined}: {entry}");
        if entry
            .get_str("planSummary")
            .is_ok_and(|it| it.contains("COLLSCAN"))
        {
            // All files are wanted, up to a bound; of what grows faster only parts are.
            let large = ["rocketchat_message", "rocketchat_subscription"];
            assert!(!large.contains(&collection), "{entry}");
            if let Some((_, size)) = sizes.iter().find(|(name, _)| *name == collection) {
                assert!(examined <= size + 20, "{examined}: {entry}");
            }
        }
    }
}
