//! How a server finds what a query asks for: by the index that the query rests on, or by reading a
//! collection that stays small.

use std::collections::BTreeMap;

use bson::{Document, doc};
use rc_audit_rules::query::{Query, Reach, Take};
use rc_audit_tests::mongod::shared;
use rc_audit_tests::workspace::{Plan, Workspace, busy};

use super::{collect, desk, queries, remove};

const DATABASE: &str = "answers_plans";

/// From this many documents on the database has a choice.
const MANY: usize = 1_000;

/// What grows with every message, login, notification or day, so that no query reads all of it.
const GROWING: &[&str] = &[
    "rocketchat_apps_logs",
    "rocketchat_cron_history",
    "rocketchat_message",
    "rocketchat_message_read_receipt",
    "rocketchat_notification_queue",
    "rocketchat_read_receipts",
    "rocketchat_server_events",
    "rocketchat_sessions",
    "rocketchat_statistics",
    "rocketchat_subscription",
    "rocketchat_uploads",
    "rocketchat__trash",
];

#[test]
fn what_is_many_is_found_by_an_index_and_nothing_is_written() {
    let workspace = large();
    let (asked, entries) = watched(&workspace);
    let size = |collection| workspace.collections().get(collection).map_or(0, Vec::len);
    let mut wrong = Vec::new();
    for query in asked {
        if matches!(query.take, Take::Size | Take::Indexes) {
            continue;
        }
        let (id, ending) = (query.id, format!(", {}", query.id));
        let entry = entries
            .iter()
            .find(|entry| aggregates(entry) && comment(entry).ends_with(&ending))
            .unwrap_or_else(|| panic!("{id} is not in the profile"));
        let plan = entry.get_str("planSummary").expect("a plan");
        if let Reach::Index(fields) = query.reach {
            // Where the answer is among the first in order, the order's own index is quicker.
            let order = match &query.take {
                Take::Rows { sort, .. } => sort.map(|sort| sort.by),
                _ => None,
            };
            let mut starts = fields.split(',').take(1).chain(order);
            let found = starts.any(|field| plan.contains(&format!("{{ {field}:")));
            if !found && !plan.contains("IDHACK") {
                wrong.push(format!("{id} rests on {fields}, but: {plan}"));
            }
        } else if plan.contains("COLLSCAN") {
            let collection = query.collection;
            assert!(
                GROWING.iter().all(|it| *it != collection),
                "{id} reads {collection}"
            );
        }
        // A join that reads a collection for each document looks at far more than there is.
        let there: usize = query.collections().map(size).sum();
        let examined = number(entry, "docsExamined");
        if examined > 3 * there + 100 {
            wrong.push(format!("{id} looks at {examined} of {there} documents"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A busy workspace in which what grows has grown.
fn large() -> Workspace {
    let mut plan = Plan::new("7.7.1");
    (plan.users, plan.messages, plan.statistics) = (1_100, 11_000, 1_100);
    let mut workspace = plan.build();
    busy(&mut workspace);
    for collection in [
        "rocketchat_message",
        "rocketchat_permissions",
        "rocketchat_sessions",
        "rocketchat_server_events",
        "rocketchat_statistics",
        "rocketchat_subscription",
        "rocketchat_uploads",
        "users",
    ] {
        let size = workspace.documents(collection).len();
        assert!(size > MANY, "{collection}: {size}");
    }
    workspace
}

/// What was asked for, and the database's record of how it was found.
fn watched(workspace: &Workspace) -> (Vec<Query>, Vec<Document>) {
    let server = shared();
    server.load(DATABASE, workspace);
    let before = server.command(DATABASE, doc! { "dbHash": 1 });
    // The profile is kept in a collection that has to hold all of it.
    server.command(
        DATABASE,
        doc! { "create": "system.profile", "capped": true, "size": 32 << 20 },
    );
    server.command(DATABASE, doc! { "profile": 2 });
    let snapshot = collect(&desk(), &server.address(DATABASE));
    server.command(DATABASE, doc! { "profile": 0 });
    let after = server.command(DATABASE, doc! { "dbHash": 1 });
    assert_eq!(before.get("md5"), after.get("md5"), "the data changed");
    let gaps: Vec<_> = snapshot.gaps().collect();
    assert!(gaps.is_empty(), "{gaps:?}");
    let entries = profile();
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in &entries {
        *kinds
            .entry(entry.get_str("op").expect("a kind"))
            .or_default() += 1;
    }
    for kind in ["insert", "update", "remove"] {
        assert_eq!(kinds.get(kind), None, "{kinds:?}");
    }
    remove(DATABASE);
    (queries(&snapshot), entries)
}

fn profile() -> Vec<Document> {
    let command = doc! {
        "find": "system.profile", "batchSize": 10_000, "singleBatch": true,
    };
    let answer = shared().command(DATABASE, command);
    let batch = answer
        .get_document("cursor")
        .and_then(|cursor| cursor.get_array("firstBatch"));
    batch
        .expect("the profile")
        .iter()
        .map(|entry| entry.as_document().expect("an entry").clone())
        .collect()
}

fn aggregates(entry: &Document) -> bool {
    entry
        .get_document("command")
        .is_ok_and(|command| command.contains_key("aggregate"))
}

fn comment(entry: &Document) -> &str {
    let command = entry.get_document("command").expect("a command");
    command.get_str("comment").unwrap_or_default()
}

fn number(document: &Document, field: &str) -> usize {
    let value = document.get(field);
    let number = value.and_then(|it| it.as_i32().map(i64::from).or_else(|| it.as_i64()));
    usize::try_from(number.unwrap_or(0)).expect("a count")
}
