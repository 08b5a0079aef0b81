//! Facts about usage reports: what was built, what the vendor's collector answered, what it held.
//!
//! Every report is stored as a document of `rocketchat_statistics`; from 6.5.0 on the collector's
//! answer is stored in it as `statsToken`. A token proves delivery. Its absence proves nothing
//! before 6.5.0, and later only that no answer came.

use super::{
    Context, Fact, Family, Kind, Spec, decided, flag, not_applicable, number, time, unknown,
};
use crate::query::{Field, Filter, Literal, Query, Reach, Reduce, Sort, Take};
use crate::settings::Settings;
use crate::snapshot::Row;
use crate::value::Value;
use crate::version::Release;

/// The newest reports.
pub const REPORTS: &str = "statistics.reports";
/// The oldest report.
pub const OLDEST: &str = "statistics.oldest";
/// The newest answer to a survey of the vendor.
pub const VOTES: &str = "statistics.votes";
/// The job that asks for updates.
pub const JOBS: &str = "statistics.jobs";

/// The first release that stores the collector's answer.
const TOKENS: Release = Release::new(6, 5, 0);

/// Fields of a report that identify somebody: name in the row, name in words.
const IDENTIFYING: &[(&str, &str)] = &[
    ("smtp_from", "sender address of the mail server"),
    ("smtp_host", "host of the mail server"),
    ("biggest_room", "name of the biggest federated room"),
    ("smallest_room", "name of the smallest federated room"),
    ("source_alias", "alias of an omnichannel source"),
];

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "statistics.delivered",
            kind: Kind::Number("reports"),
            about: "Reports since the isolation date that the vendor's collector answered.",
            derive: |context| {
                let since = context.parameters.time("isolated_since");
                delivered(context, since)
            },
        },
        Spec {
            id: "statistics.delivered_unregistered",
            kind: Kind::Number("reports"),
            about: "Reports that the collector answered since the workspace is unregistered.",
            derive: |context| {
                if decided(context.server.registered, || {
                    "whether the vendor's credentials are stored could not be decided".to_owned()
                })? {
                    return not_applicable("the workspace is registered");
                }
                let since = context
                    .settings
                    .stored()
                    .get("Cloud_Workspace_Client_Id")
                    .and_then(|setting| setting.updated_at);
                delivered(context, since)
            },
        },
        Spec {
            id: "statistics.newest_hours",
            kind: Kind::Number("hours"),
            about: "Age of the newest report.",
            derive: |context| match context.first_time(REPORTS, "at")? {
                Some(at) => Ok(Value::Int(context.hours_since(at))),
                None => unknown("there is no statistics document"),
            },
        },
        Spec {
            id: "statistics.oldest_days",
            kind: Kind::Number("days"),
            about: "Age of the oldest report that is kept.",
            derive: |context| match context.first_time(OLDEST, "at")? {
                Some(at) => Ok(Value::Int(context.days_since(at))),
                None => not_applicable("there is no statistics document"),
            },
        },
        Spec {
            id: "statistics.newest_delivered_days",
            kind: Kind::Number("days"),
            about: "Age of the newest report that the collector answered.",
            derive: |context| {
                let rows = context.rows(REPORTS)?;
                match rows
                    .rows
                    .iter()
                    .find(|row| flag(row, "answered"))
                    .and_then(|row| time(row, "at"))
                {
                    Some(at) => Ok(Value::Int(context.days_since(at))),
                    None => unknown("no report that is kept was answered"),
                }
            },
        },
        Spec {
            id: "statistics.identifying",
            kind: Kind::List,
            about: "Identifying fields that the newest delivered report held.",
            derive: identifying,
        },
        Spec {
            id: "statistics.votes",
            kind: Kind::Flag,
            about: "Whether answers to the vendor's surveys are stored since the isolation date.",
            derive: |context| {
                let newest = context.rows(VOTES)?.rows.first();
                let since = context.parameters.time("isolated_since");
                Ok(Value::Bool(newest.is_some_and(|row| {
                    match (time(row, "at"), since) {
                        (Some(at), Some(since)) => at >= since,
                        _ => true,
                    }
                })))
            },
        },
        Spec {
            id: "statistics.update_job",
            kind: Kind::Flag,
            about: "Whether the job that asks the vendor for updates is scheduled.",
            derive: |context| Ok(Value::Bool(context.count(JOBS, "version_check")? > 0)),
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![
        Query {
            id: REPORTS,
            collection: "rocketchat_statistics",
            filter: Filter::Any,
            take: Take::Rows {
                fields: vec![
                    Field::plain("at", "createdAt"),
                    Field::plain("version", "version"),
                    Field::filled("answered", "statsToken"),
                    Field::plain("schema", "migration.version"),
                    Field::plain("deploy_method", "deploy.method"),
                    Field::plain("deploy_platform", "deploy.platform"),
                    Field::plain("modules", "enterprise.modules"),
                    Field::filled("smtp_from", "settings.email.smtp.fromEmail"),
                    Field::filled("smtp_host", "settings.email.smtp.smtpHost"),
                    Field::filled("biggest_room", "matrixFederation.biggestRoom.name"),
                    Field::filled("smallest_room", "matrixFederation.smallestRoom.name"),
                    Field::filled("source_alias", "omnichannelSources.alias"),
                    Field {
                        name: "custom_services",
                        path: "services.oauth.custom",
                        reduce: Reduce::KeysBeyond(&[]),
                    },
                ],
                sort: Some(Sort {
                    by: "createdAt",
                    descending: true,
                }),
                at_most: 2_000,
            },
            reach: Reach::Index("createdAt"),
        },
        Query {
            id: OLDEST,
            collection: "rocketchat_statistics",
            filter: Filter::Any,
            take: Take::earliest("at", "createdAt"),
            reach: Reach::Index("createdAt"),
        },
        Query {
            id: VOTES,
            collection: "rocketchat_nps_vote",
            filter: Filter::Any,
            take: Take::latest("at", "ts"),
            reach: Reach::Whole,
        },
        Query {
            id: JOBS,
            collection: "rocketchat_cron",
            filter: Filter::Any,
            take: Take::Counts(vec![(
                "version_check",
                Filter::Is("name", Literal::Text("version_check")),
            )]),
            reach: Reach::Whole,
        },
    ]
}

/// How many reports since a moment the collector answered.
fn delivered(context: &Context<'_>, since: Option<jiff::Timestamp>) -> Fact {
    let reports = context.rows(REPORTS)?;
    let counts = |row: &&Row| {
        flag(row, "answered")
            && match (time(row, "at"), since) {
                (Some(at), Some(since)) => at >= since,
                _ => true,
            }
    };
    let count = reports.rows.iter().filter(counts).count();
    let reaches_back = reports.complete
        || since.is_some_and(|since| {
            reports
                .rows
                .last()
                .and_then(|row| time(row, "at"))
                .is_some_and(|at| at < since)
        });
    if count == 0 && !reaches_back {
        return unknown(
            "there are more reports than the query reads, and none of those it read was answered",
        );
    }
    Ok(number(count))
}

/// The identifying fields of the newest report that left the server.
fn identifying(context: &Context<'_>) -> Fact {
    let reports = context.rows(REPORTS)?;
    let left = |row: &&Row| {
        if flag(row, "answered") {
            return Ok(true);
        }
        // Without tokens, a report counts as sent unless sending was switched off.
        let old = super::text(row, "version")
            .and_then(|version| version.parse::<crate::version::Version>().ok())
            .is_some_and(|version| version.release < TOKENS);
        Ok(old && context.on("Statistics_reporting")?)
    };
    for row in reports.rows {
        if !left(&row)? {
            continue;
        }
        let mut held: Vec<&str> = IDENTIFYING
            .iter()
            .filter(|(field, _)| flag(row, field))
            .map(|(_, words)| *words)
            .collect();
        if row
            .get("custom_services")
            .and_then(Value::as_int)
            .is_some_and(|count| count > 0)
        {
            held.push("names of custom login services");
        }
        return Ok(held.into_iter().collect());
    }
    if reports.rows.is_empty() {
        return unknown("there is no statistics document");
    }
    not_applicable("no report that is kept was delivered")
}
