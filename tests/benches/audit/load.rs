//! What is measured: workspaces on a server.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bson::{Document, doc};
use rc_audit_tests::mongod::Mongod;
use rc_audit_tests::workspace::{NOW, Plan};

/// As many messages as are made up; more are copies of these.
const MADE: usize = 10_000;

/// An aggregation: the collection and the stages, in Extended JSON.
pub(crate) type Question = (String, serde_json::Value);

/// What an audit asks of a workspace.
pub(crate) struct Asked {
    pub(crate) questions: Vec<Question>,
    /// The collections that it reads.
    pub(crate) collections: Vec<String>,
}

/// Fails early without what the comparison needs.
pub(crate) fn needs_python() {
    let found = Command::new("python3")
        .args(["-c", "import pymongo"])
        .stderr(Stdio::null())
        .status();
    assert!(
        found.is_ok_and(|status| status.success()),
        "the comparison needs python3 with pymongo: python3 -m pip install pymongo"
    );
}

/// Loads a whole workspace of 6.13.0 with so many messages, and gives its database.
pub(crate) fn whole(server: &Mongod, name: &str, messages: usize) -> String {
    let mut plan = Plan::new("6.13.0");
    plan.messages = messages.min(MADE);
    server.load(name, &plan.build());
    let copies = i32::try_from(messages / MADE).expect("a number");
    if copies > 1 {
        // The server copies them, since a million are too many to be made up.
        server.command(
            name,
            doc! { "aggregate": "rocketchat_message", "cursor": {}, "pipeline": [
                { "$addFields": { "copy": { "$range": [1, copies] } } },
                { "$unwind": "$copy" },
                { "$set": { "_id": { "$concat": ["$_id", "-", { "$toString": "$copy" }] } } },
                { "$unset": "copy" },
                { "$merge": "rocketchat_message" },
            ] },
        );
    }
    name.to_owned()
}

/// Loads so many workspaces of which only the settings are stored.
pub(crate) fn settings(server: &Mongod, prefix: &str, count: usize) -> Vec<String> {
    let mut workspace = Plan::new("6.13.0").build();
    let first = format!("{prefix}0");
    let others: Vec<String> = workspace.collections().keys().cloned().collect();
    for name in others.iter().filter(|name| *name != "rocketchat_settings") {
        workspace.drop(name);
    }
    workspace.set("uniqueID", first.as_str());
    server.load(&first, &workspace);
    (0..count)
        .map(|number| {
            let database = format!("{prefix}{number}");
            if number > 0 {
                let later = i64::try_from(number).expect("a number") * 61_000;
                let out = doc! { "db": &database, "coll": "rocketchat_settings" };
                server.command(
                    &first,
                    doc! { "aggregate": "rocketchat_settings", "cursor": {}, "pipeline": [
                        // No two of them were written at the same moment.
                        { "$set": {
                            "value": { "$cond": [
                                { "$eq": ["$_id", "uniqueID"] }, &database, "$value",
                            ] },
                            "_updatedAt": { "$add": ["$_updatedAt", later] },
                        } },
                        { "$out": out },
                    ] },
                );
            }
            database
        })
        .collect()
}

/// A list of targets, one for each database.
pub(crate) fn targets(
    server: &Mongod,
    folder: &Path,
    prefix: &str,
    databases: &[String],
) -> PathBuf {
    let mut text = "format = 1\n".to_owned();
    for database in databases {
        let address = server.address(database);
        // Writing to a text can't fail.
        let _ = writeln!(
            text,
            "[[target]]\nname = \"{database}\"\nuri = \"{address}\""
        );
    }
    let path = folder.join(format!("{prefix}targets.toml"));
    std::fs::write(&path, text).expect("a file can be written");
    path
}

/// What an audit asks of a workspace, as the server's own record of it says.
pub(crate) fn asked(server: &Mongod, folder: &Path, database: &str) -> Asked {
    server.command(
        database,
        doc! { "create": "system.profile", "capped": true, "size": 32 << 20 },
    );
    server.command(database, doc! { "profile": 2 });
    let out = folder.join("once");
    let status = Command::new(env!("CARGO_BIN_EXE_agent-under-test"))
        .args(["check", "--exit-zero", "--quiet", "--now", NOW, "--out"])
        .arg(&out)
        .arg(server.address(database))
        .env_clear()
        .env("XDG_STATE_HOME", folder.join("state"))
        .stderr(Stdio::null())
        .status()
        .expect("the program");
    assert!(status.success(), "{status}");
    let _ = std::fs::remove_dir_all(&out);
    server.command(database, doc! { "profile": 0 });
    let entries = server.command(
        database,
        doc! { "find": "system.profile", "filter": { "command.aggregate": { "$exists": true } },
        "batchSize": 10_000, "singleBatch": true },
    );
    server.command(database, doc! { "drop": "system.profile" });
    let entries = entries
        .get_document("cursor")
        .and_then(|cursor| cursor.get_array("firstBatch"))
        .expect("the profile");
    let commands = entries
        .iter()
        .filter_map(|entry| entry.as_document()?.get_document("command").ok());
    let questions: Vec<Question> = commands.filter_map(question).collect();
    assert!(!questions.is_empty(), "nothing was asked");
    let mut collections: Vec<String> = questions.iter().map(|it| it.0.clone()).collect();
    collections.sort();
    collections.dedup();
    Asked {
        questions,
        collections,
    }
}

fn question(command: &Document) -> Option<Question> {
    let collection = command.get_str("aggregate").ok()?.to_owned();
    let stages = command.get_array("pipeline").ok()?;
    // A command that is too long is cut, and would be another question.
    let stages = bson::Bson::from(stages.clone()).into_canonical_extjson();
    Some((collection, stages))
}
