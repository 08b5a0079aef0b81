//! Facts about the server itself: schema, build, running processes, permissions.

use super::{Context, Family, Kind, Spec, decided, number, time, unknown};
use crate::query::{Field, Filter, Literal, Query, Reach, Take};
use crate::settings::Settings;
use crate::value::Value;

/// The two documents of `migrations`: the schema number and the build.
pub const MIGRATIONS: &str = "server.migrations";
/// The processes that run.
pub const INSTANCES: &str = "server.instances";
/// The permissions other than those of single settings.
pub const PERMISSIONS: &str = "server.permissions";

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "server.instances",
            kind: Kind::Number("processes"),
            about: "Server processes that were registered as running.",
            derive: |context| Ok(number(context.rows(INSTANCES)?.rows.len())),
        },
        Spec {
            id: "server.deploy_method",
            kind: Kind::Word,
            about: "How the server was installed, as its newest statistics document says.",
            derive: |context| match &context.server.deployment {
                Some(deployment) => {
                    let method = deployment.split('/').next().unwrap_or(deployment);
                    Ok(Value::from(method))
                }
                None => unknown("no statistics document says how the server was installed"),
            },
        },
        Spec {
            id: "server.registered",
            kind: Kind::Flag,
            about: "Whether the workspace holds the vendor's client id and secret.",
            derive: |context| {
                decided(context.server.registered, || {
                    "whether the vendor's credentials are stored could not be decided".to_owned()
                })
                .map(Value::Bool)
            },
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![
        Query {
            id: MIGRATIONS,
            collection: "migrations",
            filter: Filter::OneOf(
                "_id",
                vec![Literal::Text("control"), Literal::Text("upgrade")],
            ),
            take: Take::Rows {
                fields: vec![
                    Field::plain("id", "_id"),
                    Field::plain("version", "version"),
                    Field::plain("hash", "hash"),
                    Field::plain("locked", "locked"),
                ],
                sort: None,
                at_most: 2,
            },
            reach: Reach::Index("_id"),
        },
        Query {
            id: INSTANCES,
            collection: "instances",
            filter: Filter::Any,
            take: Take::Rows {
                fields: vec![Field::plain("created", "_createdAt")],
                sort: None,
                at_most: 1_000,
            },
            reach: Reach::Whole,
        },
        Query {
            id: PERMISSIONS,
            collection: "rocketchat_permissions",
            filter: Filter::IsNot("level", Literal::Text("settings")),
            take: Take::Rows {
                fields: vec![Field::plain("id", "_id"), Field::plain("roles", "roles")],
                sort: None,
                at_most: 5_000,
            },
            reach: Reach::Whole,
        },
    ]
}

/// When the oldest running process started, if any runs.
pub(super) fn oldest_start(
    context: &Context<'_>,
) -> Result<Option<jiff::Timestamp>, super::Absent> {
    let rows = context.rows(INSTANCES)?;
    Ok(rows
        .rows
        .iter()
        .filter_map(|row| time(row, "created"))
        .min())
}

/// The roles that hold a permission; not applicable where the permission does not exist.
pub fn roles(context: &Context<'_>, permission: &str) -> super::Fact {
    let rows = context.rows(PERMISSIONS)?;
    let holder = rows
        .rows
        .iter()
        .find(|row| super::text(row, "id") == Some(permission));
    match holder {
        Some(row) => match row.get("roles") {
            Some(Value::List(roles)) => Ok(Value::List(roles.clone())),
            Some(other) => unknown(format!(
                "the roles of permission {permission} are a {}, not a list",
                other.kind()
            )),
            None => Ok(Value::List(Vec::new())),
        },
        None if rows.complete => {
            super::not_applicable(format!("this version has no permission {permission}"))
        }
        None => unknown("the list of permissions is longer than the bound of the query"),
    }
}
