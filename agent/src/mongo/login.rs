//! What the login may do, as the server tells it.

use std::collections::BTreeSet;

use mongodb::bson::{Bson, Document};
use rc_audit_rules::snapshot::Login;

/// Actions that change nothing. Whatever else there is, now or in a later release, counts as
/// writing.
const READING: &[&str] = &[
    "changeStream",
    "collStats",
    "connPoolStats",
    "dbHash",
    "dbStats",
    "find",
    "getClusterParameter",
    "getCmdLineOpts",
    "getDefaultRWConcern",
    "getLog",
    "getParameter",
    "getShardMap",
    "getShardVersion",
    "hostInfo",
    "indexStats",
    "inprog",
    "killCursors",
    "listCollections",
    "listDatabases",
    "listIndexes",
    "listSearchIndexes",
    "listSessions",
    "listShards",
    "netstat",
    "planCacheRead",
    "queryStatsRead",
    "queryStatsReadTransformed",
    "replSetGetConfig",
    "replSetGetStatus",
    "serverStatus",
    "top",
    "useUUID",
    "validate",
    "viewRole",
    "viewUser",
];

/// Every database.
const EVERY: &str = "*";

/// What the login may do beyond reading this database; none if the answer is not understood.
pub(super) fn of(status: &Document, database: &str) -> Option<Login> {
    let info = status.get_document("authInfo").ok()?;
    let users = info.get_array("authenticatedUsers").ok()?;
    let mut login = Login {
        asked: !users.is_empty(),
        ..Login::default()
    };
    for privilege in info.get_array("authenticatedUserPrivileges").ok()? {
        let privilege = privilege.as_document()?;
        let actions: BTreeSet<&str> = privilege
            .get_array("actions")
            .ok()?
            .iter()
            .filter_map(Bson::as_str)
            .collect();
        let beyond = actions.iter().filter(|action| !READING.contains(action));
        login
            .writes
            .extend(beyond.map(|action| (*action).to_owned()));
        let resource = privilege.get_document("resource").ok()?;
        if !actions.contains("find") && !actions.contains("anyAction") {
            continue;
        }
        if resource.get_bool("anyResource").unwrap_or(false) {
            login.elsewhere.insert(EVERY.to_owned());
        } else if let Ok(name) = resource.get_str("db")
            && name != database
        {
            let name = if name.is_empty() { EVERY } else { name };
            login.elsewhere.insert(name.to_owned());
        }
    }
    Some(login)
}

#[cfg(test)]
mod tests {
    use mongodb::bson::doc;

    use super::*;

    fn login(privileges: Vec<Document>) -> Login {
        let user = doc! { "user": "audit", "db": "admin" };
        let info = doc! {
            "authenticatedUsers": [user], "authenticatedUserPrivileges": privileges,
        };
        of(&doc! { "authInfo": info }, "rocketchat").unwrap()
    }

    #[test]
    fn reading_one_database_is_no_more_than_that() {
        let resource = doc! { "db": "rocketchat", "collection": "users" };
        let found = login(vec![
            doc! { "resource": resource, "actions": ["find", "listIndexes"] },
        ]);
        assert!(found.asked && found.writes.is_empty() && found.elsewhere.is_empty());
    }

    #[test]
    fn writing_and_other_databases_are_seen_also_where_they_are_not_named() {
        let found = login(vec![
            doc! { "resource": { "db": "rocketchat", "collection": "" }, "actions": ["find", "insert"] },
            doc! { "resource": { "db": "payroll", "collection": "" }, "actions": ["find"] },
            doc! { "resource": { "db": "stage", "collection": "" }, "actions": ["listIndexes"] },
            doc! { "resource": { "db": "", "collection": "" }, "actions": ["find"] },
            doc! { "resource": { "cluster": true }, "actions": ["shutdown", "serverStatus"] },
        ]);
        assert_eq!(
            found.writes,
            ["insert", "shutdown"].map(str::to_owned).into()
        );
        assert_eq!(found.elsewhere, ["*", "payroll"].map(str::to_owned).into());
        let any = login(vec![
            doc! { "resource": { "anyResource": true }, "actions": ["anyAction"] },
        ]);
        assert_eq!(any.writes, ["anyAction"].map(str::to_owned).into());
        assert_eq!(any.elsewhere, ["*"].map(str::to_owned).into());
    }

    #[test]
    fn a_server_without_logins_is_told_from_a_login_without_rights() {
        let nobody = doc! { "authInfo": {
            "authenticatedUsers": [], "authenticatedUserPrivileges": [],
        } };
        assert!(!of(&nobody, "rocketchat").unwrap().asked);
        assert_eq!(of(&doc! { "ok": 1 }, "rocketchat"), None);
    }
}
