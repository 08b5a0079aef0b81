//! Facts about the rights of data subjects: copies on request, what outlives an erasure, what a
//! restriction leaves behind.
//!
//! Deleting a user removes or reassigns messages and rooms; sessions, device tokens, requests for
//! copies and the archives made for them stay. Source: `deleteUser.ts` and `processDataDownloads.ts`
//! of the server, 3.18 to 6.14.

use super::{Absent, Context, Fact, Family, Kind, Spec, Tally, unknown};
use crate::query::{Filter, Literal, Query, Reach, Take};
use crate::settings::Settings;
use crate::value::Value;

/// Requests for a copy that are not completed, by day.
pub const OPEN_EXPORTS: &str = "subject_rights.open_exports";
/// Requests for a copy, by day.
pub const EXPORTS: &str = "subject_rights.exports";
/// Archives made for such requests, by day.
pub const ARCHIVES: &str = "subject_rights.archives";
/// Users who object to mass mail.
pub const USERS: &str = "subject_rights.users";
/// Deactivated users with an access token.
pub const TOKENS: &str = "subject_rights.tokens";

/// What points to a user and outlives one: query, collection, how it is found, words.
const REMAINS: &[(&str, &str, Reach, &str)] = &[
    (
        "subject_rights.orphaned_sessions",
        "rocketchat_sessions",
        Reach::Index("userId, sessionId"),
        "sessions with addresses and devices",
    ),
    (
        "subject_rights.orphaned_devices",
        "_raix_push_app_tokens",
        Reach::Whole,
        "tokens of devices",
    ),
    (
        "subject_rights.orphaned_exports",
        EXPORT_COLLECTION,
        Reach::Index("userId"),
        "requests for a copy of the data",
    ),
    (
        "subject_rights.orphaned_archives",
        ARCHIVE_COLLECTION,
        Reach::Whole,
        "archives with a copy of the data",
    ),
];

const EXPORT_COLLECTION: &str = "rocketchat_export_operations";
const ARCHIVE_COLLECTION: &str = "rocketchat_user_data_files";

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "subject_rights.overdue_exports",
            kind: Kind::Number("requests"),
            about: "Requests for a copy of one's data that are open for longer than export_days.",
            derive: |context| {
                let days = context.parameters.number("export_days");
                older(context, context.tally(OPEN_EXPORTS)?, days).map(Value::from)
            },
        },
        Spec {
            id: "subject_rights.old_exports",
            kind: Kind::Number("requests"),
            about: "Requests for a copy, with a copy of the account, kept beyond export_kept_days.",
            derive: |context| {
                let days = context.parameters.number("export_kept_days");
                older(context, context.tally(EXPORTS)?, days).map(Value::from)
            },
        },
        Spec {
            id: "subject_rights.old_archives",
            kind: Kind::Number("archives"),
            about: "Archives with somebody's data that are kept beyond export_kept_days.",
            derive: |context| {
                let days = context.parameters.number("export_kept_days");
                older(context, context.tally(ARCHIVES)?, days).map(Value::from)
            },
        },
        Spec {
            id: "subject_rights.remains",
            kind: Kind::List,
            about: "What is left of users who no longer exist.",
            derive: remains,
        },
        Spec {
            id: "subject_rights.unsubscribed",
            kind: Kind::Number("users"),
            about: "Users who object to mass mail.",
            derive: |context| Ok(Value::from(context.count(USERS, "unsubscribed")?)),
        },
        Spec {
            id: "subject_rights.inactive_with_tokens",
            kind: Kind::Number("users"),
            about: "Deactivated users who still have a personal access token.",
            derive: |context| Ok(Value::from(context.count(TOKENS, "all")?)),
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    let by_day = |id, collection, filter, days| Query {
        id,
        collection,
        filter,
        take: Take::by_day(days),
        reach: Reach::Whole,
    };
    let mut queries = vec![
        by_day(
            OPEN_EXPORTS,
            EXPORT_COLLECTION,
            Filter::IsNot("status", Literal::Text("completed")),
            &["createdAt"],
        ),
        by_day(EXPORTS, EXPORT_COLLECTION, Filter::Any, &["createdAt"]),
        by_day(
            ARCHIVES,
            ARCHIVE_COLLECTION,
            Filter::Any,
            &["uploadedAt", "_updatedAt"],
        ),
        Query {
            id: USERS,
            collection: "users",
            filter: Filter::Any,
            take: Take::Counts(vec![(
                "unsubscribed",
                Filter::Is("mailer.unsubscribed", Literal::Bool(true)),
            )]),
            reach: Reach::Whole,
        },
        Query {
            id: TOKENS,
            collection: "users",
            filter: Filter::All(vec![
                Filter::Is("active", Literal::Bool(false)),
                Filter::Element(
                    "services.resume.loginTokens",
                    Box::new(Filter::Is("type", Literal::Text("personalAccessToken"))),
                ),
            ]),
            take: Take::Counts(vec![("all", Filter::Any)]),
            reach: Reach::Whole,
        },
    ];
    queries.extend(REMAINS.iter().map(|(id, collection, reach, _)| Query {
        id,
        collection,
        filter: Filter::Filled("userId"),
        take: Take::Orphans {
            key: "userId",
            parent: "users",
            parent_key: "_id",
            parent_filter: Filter::Exists("_id"),
        },
        reach: *reach,
    }));
    queries
}

/// How many documents of a tally by day are older than this; unknown where none is but some have no
/// date or were not counted.
pub(super) fn older(context: &Context<'_>, tally: Tally<'_>, days: i64) -> Result<u64, Absent> {
    let old = context.older_than(days, tally);
    if old == 0 {
        if !tally.complete {
            return unknown("there are more documents than the query reads");
        }
        if let Some(count) = tally.counts.get("") {
            return unknown(format!("{count} documents have no date"));
        }
    }
    Ok(old)
}

/// What is found counts even where another collection could not be read.
fn remains(context: &Context<'_>) -> Fact {
    let mut found = Vec::new();
    let mut gap = None;
    for (query, _, _, words) in REMAINS {
        match context.count(query, "orphaned") {
            Ok(0) => {}
            Ok(count) => found.push(format!("{count} {words}")),
            Err(why) => gap = gap.or(Some(why)),
        }
    }
    match gap {
        Some(why) if found.is_empty() => Err(why),
        _ => Ok(found.into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, counts, tally};
    use super::*;

    #[test]
    fn a_request_is_overdue_after_the_limit_and_without_a_date_undecided() {
        let derive = |days: &[(&str, u64)]| {
            Given::new()
                .answer(OPEN_EXPORTS, tally(days))
                .derive("subject_rights.overdue_exports")
        };
        // 25 days before the first of November is the seventh of October.
        assert_eq!(derive(&[("2026-10-07", 1)]), Ok(Value::Int(0)));
        assert_eq!(derive(&[("2026-10-06", 2), ("", 1)]), Ok(Value::Int(2)));
        assert!(matches!(derive(&[("", 1)]), Err(Absent::Unknown(_))));
        assert_eq!(derive(&[]), Ok(Value::Int(0)));
    }

    #[test]
    fn remains_are_found_beside_a_gap_but_never_ruled_out() {
        let orphans = |count| counts(&[("all", 9), ("orphaned", count)]);
        let some = |sessions| {
            let mut given = Given::new();
            for (query, ..) in &REMAINS[1..] {
                given = given.answer(query, orphans(0));
            }
            given.answer(REMAINS[0].0, orphans(sessions))
        };
        let derive = |given: Given| given.derive("subject_rights.remains");
        assert_eq!(derive(some(0)), Ok(Value::List(Vec::new())));
        assert!(derive(some(3)).unwrap().to_string().contains("3 sessions"));
        let alone = |count| Given::new().answer(REMAINS[1].0, orphans(count));
        assert!(matches!(derive(alone(0)), Err(Absent::Unknown(_))));
        assert!(derive(alone(1)).is_ok());
    }
}
