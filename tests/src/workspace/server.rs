//! What the server keeps about itself.

use jiff::SignedDuration;
use rc_audit_rules::version::Release;

use super::{Maker, moment};
use bson::{Bson, Document, doc};

const PERMISSIONS: &str = include_str!("../../data/permissions.txt");

/// Roles of a first start, by scope.
const ROLES: &[(&str, &[&str])] = &[
    (
        "Users",
        &[
            "admin",
            "user",
            "bot",
            "app",
            "guest",
            "anonymous",
            "livechat-agent",
            "livechat-manager",
        ],
    ),
    ("Subscriptions", &["moderator", "leader", "owner"]),
];

/// Schema numbers, each with the first release that this maker gives it to.
const SCHEMAS: &[(Release, i32)] = &[
    (Release::new(8, 3, 0), 335),
    (Release::new(7, 7, 0), 318),
    (Release::new(7, 0, 0), 314),
    (Release::new(6, 5, 0), 304),
    (Release::new(6, 4, 0), 303),
    (Release::new(6, 0, 0), 291),
    (Release::new(5, 4, 0), 281),
    (Release::new(4, 8, 0), 265),
];
const OLDEST_SCHEMA: i32 = 232;

/// How long the retention job is left to run, in seconds.
const RUN: i64 = 3;

type Collections = Vec<(&'static str, Vec<Document>)>;

impl Maker<'_> {
    pub(super) fn server(&mut self, settings: &[Document]) -> Collections {
        let started = self.before(20);
        let schema = self.schema();
        vec![
            (
                "migrations",
                vec![
                    doc! { "_id": "control", "version": schema, "locked": false, "_updatedAt": started },
                    doc! { "_id": "upgrade", "hash": self.hexadecimal(40), "_updatedAt": started },
                ],
            ),
            (
                "instances",
                vec![doc! {
                    "_id": self.uuid(), "name": "rocket.chat", "pid": 1, "_createdAt": started,
                    "_updatedAt": moment(self.plan.now),
                    "extraInformation": { "host": "127.0.0.1", "port": "3000", "nodeVersion": "v14.21.3" },
                }],
            ),
            ("rocketchat_statistics", self.statistics(schema, settings)),
            ("rocketchat_permissions", self.permissions(settings)),
            ("rocketchat_roles", self.roles()),
            ("rocketchat_cron", self.jobs()),
            ("rocketchat_cron_history", self.runs()),
            ("rocketchat__trash", self.trash()),
        ]
    }

    fn schema(&self) -> i32 {
        let release = self.plan.version.release;
        SCHEMAS
            .iter()
            .find(|(since, _)| release >= *since)
            .map_or(OLDEST_SCHEMA, |(_, schema)| *schema)
    }

    /// One report a day, none of which a collector answered.
    fn statistics(&mut self, schema: i32, settings: &[Document]) -> Vec<Document> {
        let id = settings
            .iter()
            .find(|setting| super::has(setting, "_id", "uniqueID"))
            .map_or("", |setting| setting.get_str("value").unwrap());
        (0..self.plan.statistics)
            .map(|day| {
                let at = self.plan.now
                    - SignedDuration::from_hours(24 * i64::try_from(day).unwrap() + 3);
                doc! {
                    "_id": self.hexadecimal(24), "uniqueId": id,
                    "version": self.plan.version.to_string(),
                    "tag": self.plan.version.to_string(), "branch": "HEAD",
                    "totalUsers": i32::try_from(self.plan.users).unwrap(),
                    "totalRooms": i32::try_from(self.plan.rooms).unwrap(),
                    "migration": { "version": schema, "locked": false },
                    "deploy": { "method": "docker", "platform": "compose" },
                    "enterprise": { "modules": Bson::Array(Vec::new()), "tags": Bson::Array(Vec::new()) },
                    "settings": {}, "mongoVersion": "6.0.5", "instanceCount": 1,
                    "createdAt": moment(at), "_updatedAt": moment(at),
                }
            })
            .collect()
    }

    /// The ordinary ones, and one for every setting that is not hidden.
    fn permissions(&self, settings: &[Document]) -> Vec<Document> {
        let at = moment(self.installed);
        let for_settings = settings
            .iter()
            .filter(|setting| !setting.get_bool("hidden").unwrap_or(false))
            .map(|setting| {
                let id = setting.get_str("_id").unwrap();
                let mut permission = doc! {
                    "_id": format!("change-setting-{id}"), "level": "settings", "settingId": id,
                    "roles": Bson::Array(Vec::new()), "sorter": 0, "_updatedAt": at,
                };
                if let Ok(group) = setting.get_str("group") {
                    permission.insert("group", group);
                    permission.insert("groupPermissionId", format!("change-setting-{group}"));
                }
                permission
            });
        PERMISSIONS
            .lines()
            .filter_map(|line| line.split_once(':'))
            .filter(|(id, _)| !id.starts_with('#'))
            .map(|(id, roles)| {
                let roles: Vec<&str> = roles.split_whitespace().collect();
                doc! { "_id": id, "roles": roles, "_updatedAt": at }
            })
            .chain(for_settings)
            .collect()
    }

    fn roles(&self) -> Vec<Document> {
        let at = moment(self.installed);
        let mut documents = Vec::new();
        for (scope, names) in ROLES {
            for name in *names {
                documents.push(doc! {
                    "_id": *name, "name": *name, "scope": *scope, "description": "",
                    "mandatory2fa": false, "protected": true, "_updatedAt": at,
                });
            }
        }
        documents
    }

    fn jobs(&mut self) -> Vec<Document> {
        [
            "Prune old messages by retention policy",
            "Generate and save statistics",
            "CloudWorkspaceSync",
        ]
        .into_iter()
        .map(|name| {
            doc! {
                "_id": self.hexadecimal(24), "name": name, "type": "single", "repeatInterval": "0 * * * *",
                "nextRunAt": moment(self.plan.now), "lastRunAt": self.before(1),
            }
        })
        .collect()
    }

    /// Runs of the retention job every half hour for two days.
    fn runs(&mut self) -> Vec<Document> {
        (1..=96)
            .map(|half| {
                let at = self.plan.now - SignedDuration::from_mins(30 * half);
                doc! {
                    "_id": self.hexadecimal(24), "name": "Prune old messages by retention policy",
                    "intendedAt": moment(at), "startedAt": moment(at),
                    "finishedAt": moment(at + SignedDuration::from_secs(RUN)), "_updatedAt": moment(at),
                }
            })
            .collect()
    }

    fn trash(&mut self) -> Vec<Document> {
        (1..6)
            .map(|day| {
                doc! {
                    "_id": self.id(), "__collection__": "subscription",
                    "_deletedAt": self.before(day * 4), "_updatedAt": self.before(day * 4),
                }
            })
            .collect()
    }
}
