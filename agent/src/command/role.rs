//! The smallest role that an audit can do with, as the commands that make it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rc_audit_rules::query::{Query, Take};

/// The collection that everything else rests on.
const SETTINGS: &str = "rocketchat_settings";

/// The commands for the MongoDB shell. Reading is granted collection by collection, so that no other
/// can be read, such as those that hold the bytes of files.
pub(super) fn commands(database: &str, queries: &[Query]) -> String {
    let mut actions: BTreeMap<&str, BTreeSet<&str>> =
        BTreeMap::from([(SETTINGS, BTreeSet::from(["find"]))]);
    for query in queries {
        let own = match query.take {
            Take::Indexes => "listIndexes",
            Take::Size => "collStats",
            _ => "find",
        };
        actions.entry(query.collection).or_default().insert(own);
        for other in query.collections().filter(|it| *it != query.collection) {
            actions.entry(other).or_default().insert("find");
        }
    }
    let name = quoted(database);
    let mut text = format!(
        "db.getSiblingDB({name}).createRole({{ role: \"rcAudit\", roles: [], privileges: [\n"
    );
    let mut line = |collection: &str, actions: &str| {
        let collection = quoted(collection);
        // Writing to a text can't fail.
        let _ = writeln!(
            text,
            "  {{ resource: {{ db: {name}, collection: {collection} }}, actions: [{actions}] }},"
        );
    };
    line("", "\"listCollections\"");
    for (collection, actions) in actions {
        let actions: Vec<String> = actions.into_iter().map(quoted).collect();
        line(collection, &actions.join(", "));
    }
    let _ = writeln!(
        text,
        "] }})\ndb.getSiblingDB({name}).createUser({{ user: \"rcAudit\", pwd: passwordPrompt(),\n  \
         roles: [{{ role: \"rcAudit\", db: {name} }}] }})"
    );
    text
}

/// A text as the shell reads it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
