//! Facts about the record of sessions: who logged in when, from which address, with which device.
//!
//! A row is written at each login and again each day that the connection lives. At night the job of
//! the monitor marks rows as computed, and only marked rows are removed, 45 days later. Source:
//! `SAUMonitor.ts` and the model of sessions of the server, 3.18 to 6.14.

use super::{Context, Fact, Family, Kind, Spec, decided, not_applicable, text, unknown};
use crate::query::{Filter, Literal, Query, Reach, Take};
use crate::settings::Settings;
use crate::value::Value;

/// The newest row.
pub const NEWEST: &str = "session.newest";
/// The oldest row that the nightly job left out.
pub const UNCOMPUTED: &str = "session.uncomputed";
/// The indexes of the record.
pub const INDEXES: &str = "session.indexes";
/// The newest login of any user.
pub const LOGIN: &str = "session.login";

const COLLECTION: &str = "rocketchat_sessions";

/// How long a computed row is kept, in days.
const KEPT: i64 = 45;
/// By how many days the record may lag behind the logins.
const LAG: i64 = 2;

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "session.unrecorded",
            kind: Kind::Flag,
            about: "Whether somebody logged in days after the newest session on record.",
            derive: unrecorded,
        },
        Spec {
            id: "session.expires",
            kind: Kind::Flag,
            about: "Whether the record of sessions has the index that removes rows after 45 days.",
            derive: |context| {
                if context.rows(NEWEST)?.rows.is_empty() {
                    return not_applicable("no session is on record");
                }
                let indexes = context.rows(INDEXES)?;
                Ok(Value::Bool(indexes.rows.iter().any(|row| {
                    let seconds = row.get("expires").and_then(Value::as_int);
                    text(row, "keys") == Some("_computedAt")
                        && seconds.is_some_and(|it| (0..=KEPT * 86_400).contains(&it))
                })))
            },
        },
        Spec {
            id: "session.uncomputed_days",
            kind: Kind::Number("days"),
            about: "Age of the oldest session that the nightly job left out, so that it never expires.",
            derive: |context| match context.first_time(UNCOMPUTED, "at")? {
                Some(at) => {
                    super::retention::fresh(context)?;
                    Ok(Value::Int(context.days_since(at)))
                }
                None => Ok(Value::Int(0)),
            },
        },
        Spec {
            id: "session.device_management",
            kind: Kind::Flag,
            about: "Whether a licence in force grants the management of devices.",
            derive: |context| {
                let licence = &context.server.licence;
                decided(licence.grants_all(["device-management"]), || {
                    format!(
                        "whether the licence grants device-management could not be decided ({})",
                        licence.basis
                    )
                })
                .map(Value::Bool)
            },
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![
        Query {
            id: NEWEST,
            collection: COLLECTION,
            filter: Filter::OfType("createdAt", "date"),
            take: Take::latest("at", "createdAt"),
            reach: Reach::Index("createdAt"),
        },
        Query {
            id: UNCOMPUTED,
            collection: COLLECTION,
            filter: Filter::All(vec![
                Filter::Is("type", Literal::Text("session")),
                Filter::Missing("_computedAt"),
                Filter::OfType("createdAt", "date"),
            ]),
            take: Take::earliest("at", "createdAt"),
            reach: Reach::Index("type, year, month, day"),
        },
        Query {
            id: INDEXES,
            collection: COLLECTION,
            filter: Filter::Any,
            take: Take::Indexes,
            reach: Reach::Whole,
        },
        Query {
            id: LOGIN,
            collection: "users",
            filter: Filter::OfType("lastLogin", "date"),
            take: Take::latest("at", "lastLogin"),
            reach: Reach::Index("lastLogin"),
        },
    ]
}

/// Compares the record with the users' last logins and not with the present, so that a quiet
/// workspace and an old dump are judged alike.
fn unrecorded(context: &Context<'_>) -> Fact {
    let Some(login) = context.first_time(LOGIN, "at")? else {
        return not_applicable("nobody ever logged in");
    };
    match context.first_time(NEWEST, "at")? {
        Some(session) => {
            let behind = login.duration_since(session).as_hours();
            Ok(Value::Bool(behind > LAG * 24))
        }
        None if context.days_since(login) >= KEPT - LAG => {
            unknown("nobody logged in for so long that every session would have been removed")
        }
        None => Ok(Value::Bool(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, days_ago, is_not_applicable, is_unknown, rows};
    use super::*;

    fn unrecorded(login: Option<i64>, session: Option<i64>) -> Fact {
        let with = |given: Given, query, days: Option<i64>| match days {
            Some(days) => given.answer(query, rows(&[&[("at", days_ago(days))]])),
            None => given.answer(query, rows(&[])),
        };
        let given = with(Given::new(), LOGIN, login);
        with(given, NEWEST, session).derive("session.unrecorded")
    }

    #[test]
    fn a_login_without_a_session_shows() {
        assert_eq!(unrecorded(Some(1), Some(1)), Ok(Value::Bool(false)));
        assert_eq!(unrecorded(Some(1), Some(3)), Ok(Value::Bool(false)));
        assert_eq!(unrecorded(Some(1), Some(4)), Ok(Value::Bool(true)));
        assert_eq!(unrecorded(Some(30), Some(1)), Ok(Value::Bool(false)));
        assert_eq!(unrecorded(Some(1), None), Ok(Value::Bool(true)));
        assert!(is_unknown(&unrecorded(Some(43), None)));
        assert!(is_not_applicable(&unrecorded(None, Some(1))));
        assert!(is_unknown(&Given::new().derive("session.unrecorded")));
    }

    #[test]
    fn only_the_right_index_removes_rows() {
        let expires = |keys: &str, seconds: i64| {
            Given::new()
                .answer(NEWEST, rows(&[&[("at", days_ago(1))]]))
                .answer(
                    INDEXES,
                    rows(&[&[("keys", keys.into()), ("expires", seconds.into())]]),
                )
                .derive("session.expires")
        };
        assert_eq!(expires("_computedAt", 3_888_000), Ok(Value::Bool(true)));
        assert_eq!(expires("_computedAt", 3_888_001), Ok(Value::Bool(false)));
        assert_eq!(expires("createdAt", 3_888_000), Ok(Value::Bool(false)));
        let empty = Given::new().answer(NEWEST, rows(&[]));
        assert!(is_not_applicable(&empty.derive("session.expires")));
        let plain = Given::new()
            .answer(NEWEST, rows(&[&[("at", days_ago(1))]]))
            .answer(INDEXES, rows(&[&[("keys", "_computedAt".into())]]));
        assert_eq!(plain.derive("session.expires"), Ok(Value::Bool(false)));
    }

    #[test]
    fn the_oldest_row_left_out_is_dated() {
        const REPORTS: &str = super::super::statistics::REPORTS;
        let id = "session.uncomputed_days";
        let none = Given::new().answer(UNCOMPUTED, rows(&[]));
        assert_eq!(none.derive(id), Ok(Value::Int(0)));
        let left = || Given::new().answer(UNCOMPUTED, rows(&[&[("at", days_ago(9))]]));
        let lately = left().answer(REPORTS, rows(&[&[("at", days_ago(0))]]));
        assert_eq!(lately.derive(id), Ok(Value::Int(9)));
        let stale = left().answer(REPORTS, rows(&[&[("at", days_ago(8))]]));
        assert!(is_unknown(&stale.derive(id)));
        // Of a dump without any report nothing says how old it is.
        assert!(is_unknown(&left().of_a_dump().derive(id)));
        assert!(is_unknown(&Given::new().derive(id)));
    }

    #[test]
    fn without_a_licence_there_is_no_management_of_devices() {
        assert_eq!(
            Given::new().derive("session.device_management"),
            Ok(Value::Bool(false))
        );
    }
}
