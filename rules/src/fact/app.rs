//! Facts about apps: which are installed, where they came from, who made them, what they log.
//!
//! Where an app came from is written since 6.x; before that the server takes an app with
//! marketplace data for one from the marketplace, and so do these facts. An app without a list of
//! granted permissions has the old default ones, calls to other servers among them. Source:
//! `getInstallationSourceFromAppStorageItem.ts` and `AppPermissions.ts`.

use super::{Absent, Context, Fact, Family, Kind, Rows, Spec, flag, number, text, unknown};
use crate::query::{Field, Filter, Query, Reach, Take};
use crate::settings::{Effective, Settings};
use crate::snapshot::Row;
use crate::value::Value;

/// The installed apps.
pub const APPS: &str = "app.apps";
/// The number of log entries.
pub const LOGS: &str = "app.logs";
/// The indexes of the log.
pub const LOG_INDEXES: &str = "app.log_indexes";

const DAY: i64 = 86_400;

/// The choices for how long logs are kept, and what they mean in days.
const LOG_DAYS: &[(&str, i64)] = &[("7_days", 7), ("14_days", 14), ("30_days", 30)];

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "app.installed",
            kind: Kind::Number("apps"),
            about: "Apps that are installed, running or not.",
            derive: |context| Ok(number(context.rows(APPS)?.rows.len())),
        },
        Spec {
            id: "app.unapproved",
            kind: Kind::List,
            about: "Installed apps that are not among approved_apps.",
            derive: |context| unlisted(context, "approved_apps", |_| true),
        },
        Spec {
            id: "app.marketplace",
            kind: Kind::List,
            about: "Apps from the marketplace that are not among imported_apps.",
            derive: |context| unlisted(context, "imported_apps", is_from_marketplace),
        },
        Spec {
            id: "app.private",
            kind: Kind::List,
            about: "Apps that somebody uploaded and that are not among approved_apps.",
            derive: |context| unlisted(context, "approved_apps", |row| !is_from_marketplace(row)),
        },
        Spec {
            id: "app.conference",
            kind: Kind::List,
            about: "Apps that run and may provide video conferences.",
            derive: |context| {
                let apps = context.rows(APPS)?;
                let found = apps.rows.iter().filter(|row| {
                    let permissions = row.get("permissions").and_then(Value::as_texts);
                    is_on(row)
                        && permissions
                            .is_some_and(|names| names.contains(&"video-conference-provider"))
                });
                listed(apps, found.map(name).collect())
            },
        },
        Spec {
            id: "app.vendors",
            kind: Kind::List,
            about: "Makers of installed apps, with the app and whether it may call other servers.",
            derive: |context| {
                let apps = context.rows(APPS)?;
                let all = apps.rows.iter().map(|row| {
                    let maker = text(row, "author").unwrap_or("maker unknown");
                    let calls = if may_call_out(row) {
                        ", may call other servers"
                    } else {
                        ""
                    };
                    format!("{maker}: {}{calls}", name(row))
                });
                listed(apps, all.collect())
            },
        },
        Spec {
            id: "app.networked",
            kind: Kind::List,
            about: "Apps that are switched on and may call other servers.",
            derive: |context| networked(context, true),
        },
        Spec {
            id: "app.networked_idle",
            kind: Kind::List,
            about: "Installed apps that are switched off and could call other servers once on.",
            derive: |context| networked(context, false),
        },
        Spec {
            id: "app.log_problems",
            kind: Kind::List,
            about: "What keeps the log of apps longer than the policy or the setting says.",
            derive: log_problems,
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![
        Query {
            id: APPS,
            collection: "rocketchat_apps",
            filter: Filter::Any,
            take: Take::Rows {
                fields: vec![
                    Field::plain("id", "id"),
                    Field::plain("slug", "info.nameSlug"),
                    Field::plain("version", "info.version"),
                    Field::plain("author", "info.author.name"),
                    Field::plain("status", "status"),
                    Field::plain("source", "installationSource"),
                    Field::filled("marketplace", "marketplaceInfo"),
                    Field::plain("permissions", "permissionsGranted.name"),
                ],
                sort: None,
                at_most: 1_000,
            },
            reach: Reach::Whole,
        },
        Query::size(LOGS, "rocketchat_apps_logs"),
        Query {
            id: LOG_INDEXES,
            collection: "rocketchat_apps_logs",
            filter: Filter::Any,
            take: Take::Indexes,
            reach: Reach::Whole,
        },
    ]
}

/// A list drawn from the apps: empty only if all of them were read.
fn listed(apps: Rows<'_>, found: Vec<String>) -> Fact {
    if found.is_empty() && !apps.complete {
        return unknown("there are more apps than the query reads");
    }
    Ok(found.into_iter().collect())
}

/// The apps that a test picks and the policy does not name, by id or by short name.
fn unlisted(context: &Context<'_>, parameter: &str, picks: fn(&Row) -> bool) -> Fact {
    let apps = context.rows(APPS)?;
    let names = context.parameters.list(parameter);
    let is_listed = |row: &Row| {
        ["id", "slug"]
            .into_iter()
            .any(|field| text(row, field).is_some_and(|name| names.contains(&name)))
    };
    let found = apps
        .rows
        .iter()
        .filter(|row| picks(row) && !is_listed(row))
        .map(name);
    listed(apps, found.collect())
}

/// An app in words: `jitsi 1.0.2`, with a mark if it does not run.
fn name(row: &Row) -> String {
    let slug = text(row, "slug").or_else(|| text(row, "id"));
    let slug = slug.unwrap_or("an app without a name");
    let version = text(row, "version").unwrap_or("of unknown version");
    let rest = if is_on(row) { "" } else { " (not running)" };
    format!("{slug} {version}{rest}")
}

fn is_on(row: &Row) -> bool {
    matches!(
        text(row, "status"),
        Some("auto_enabled" | "manually_enabled")
    )
}

/// The apps that may call other servers and are on, or off.
fn networked(context: &Context<'_>, on: bool) -> Fact {
    let apps = context.rows(APPS)?;
    let found = apps
        .rows
        .iter()
        .filter(|row| may_call_out(row) && is_on(row) == on)
        .map(name);
    listed(apps, found.collect())
}

fn is_from_marketplace(row: &Row) -> bool {
    match text(row, "source") {
        Some(source) => source == "marketplace",
        None => flag(row, "marketplace"),
    }
}

fn may_call_out(row: &Row) -> bool {
    match row.get("permissions").and_then(Value::as_texts) {
        Some(names) => names.iter().any(|name| name.starts_with("networking")),
        None => true,
    }
}

fn log_problems(context: &Context<'_>) -> Fact {
    let indexes = context.rows(LOG_INDEXES)?;
    let expiry = indexes
        .rows
        .iter()
        .filter_map(|row| row.get("expires").and_then(Value::as_int))
        .min();
    let Some(seconds) = expiry else {
        // Without a single entry there may be no collection either, and nothing to keep.
        return Ok(if context.count(LOGS, "all")? == 0 {
            Value::List(Vec::new())
        } else {
            ["no index removes old entries"].into_iter().collect()
        });
    };
    let limit = context.parameters.number("app_log_days");
    let days = seconds.div_euclid(DAY);
    let mut problems = Vec::new();
    if seconds > limit.saturating_mul(DAY) {
        problems.push(format!("the index keeps entries for {days} days"));
    }
    if let Some(chosen) = chosen_days(context)?
        && chosen.saturating_mul(DAY) != seconds
    {
        problems.push(format!(
            "the setting says {chosen} days, the index {days}: it follows only a change while the \
             server runs"
        ));
    }
    Ok(problems.into_iter().collect())
}

/// The days that an administrator chose; none where the panel does not offer the choice.
fn chosen_days(context: &Context<'_>) -> Result<Option<i64>, Absent> {
    const SETTING: &str = "Apps_Logs_TTL";
    let resolved = context.settings.get(SETTING);
    if resolved.stored.is_some_and(|stored| stored.hidden) {
        return Ok(None);
    }
    match resolved.effective {
        Effective::Value(value) => match LOG_DAYS
            .iter()
            .find(|(choice, _)| value.as_text() == Some(choice))
        {
            Some((_, days)) => Ok(Some(*days)),
            None => unknown(format!("{SETTING} is none of its choices")),
        },
        Effective::NotInVersion { .. } => Ok(None),
        Effective::Unknown { why } => unknown(why),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, counts, rows};
    use super::*;

    fn apps() -> Given {
        let app = |slug: &str, more: &[(&'static str, Value)]| -> Vec<(&'static str, Value)> {
            let mut fields = vec![
                ("id", Value::from(format!("id-{slug}"))),
                ("slug", Value::from(slug)),
                ("version", Value::from("1.0.0")),
                ("status", Value::from("manually_enabled")),
                ("marketplace", Value::Bool(false)),
            ];
            fields.extend_from_slice(more);
            fields
        };
        let market = app("market", &[("source", Value::from("marketplace"))]);
        let mut old = app("old", &[("author", Value::from("Acme"))]);
        old[4].1 = Value::Bool(true);
        let mut own = app("own", &[("source", Value::from("private"))]);
        own.push(("permissions", ["user.read"].into_iter().collect()));
        own[3].1 = Value::from("disabled");
        Given::new().answer(APPS, rows(&[&market, &old, &own]))
    }

    #[test]
    fn an_app_is_listed_by_id_or_short_name() {
        assert_eq!(
            apps().list("app.unapproved"),
            ["market 1.0.0", "old 1.0.0", "own 1.0.0 (not running)"]
        );
        let listed = apps().parameter("approved_apps = ['id-market', 'own']");
        assert_eq!(listed.list("app.unapproved"), ["old 1.0.0"]);
        assert!(listed.list("app.private").is_empty());
    }

    #[test]
    fn an_app_provides_conferences_with_the_permission_and_while_it_runs() {
        let found = |status: &str, permission: &str| {
            let app = [
                ("slug", Value::from("jitsi")),
                ("version", Value::from("2.0.0")),
                ("status", Value::from(status)),
                ("permissions", [permission].into_iter().collect()),
            ];
            Given::new()
                .answer(APPS, rows(&[&app]))
                .list("app.conference")
        };
        let wanted = "video-conference-provider";
        assert_eq!(found("auto_enabled", wanted), ["jitsi 2.0.0"]);
        assert!(found("manually_disabled", wanted).is_empty());
        assert!(found("auto_enabled", "video-conference.read").is_empty());
        assert!(apps().list("app.conference").is_empty());
    }

    #[test]
    fn marketplace_data_stands_for_a_source_that_is_not_written() {
        assert_eq!(
            apps().list("app.marketplace"),
            ["market 1.0.0", "old 1.0.0"]
        );
        assert_eq!(apps().list("app.private"), ["own 1.0.0 (not running)"]);
    }

    #[test]
    fn no_list_of_permissions_means_the_old_ones() {
        assert_eq!(
            apps().list("app.vendors"),
            [
                "maker unknown: market 1.0.0, may call other servers",
                "Acme: old 1.0.0, may call other servers",
                "maker unknown: own 1.0.0 (not running)",
            ]
        );
    }

    #[test]
    fn an_app_calls_out_while_it_is_on_and_may() {
        assert_eq!(apps().list("app.networked"), ["market 1.0.0", "old 1.0.0"]);
        assert!(
            apps().list("app.networked_idle").is_empty(),
            "own is off, and may not"
        );
        let off: &[(&str, Value)] = &[
            ("slug", Value::from("off")),
            ("status", Value::from("disabled")),
            ("permissions", ["networking.default"].into_iter().collect()),
        ];
        let given = Given::new().answer(APPS, rows(&[off]));
        assert!(given.list("app.networked").is_empty());
        assert_eq!(given.list("app.networked_idle").len(), 1);
        assert!(Given::new().derive("app.networked").is_err());
    }

    #[test]
    fn more_apps_than_were_read_are_no_clean_bill() {
        let given = Given::new().answer(
            APPS,
            crate::snapshot::Dataset::Rows {
                rows: Vec::new(),
                complete: false,
            },
        );
        assert!(given.derive("app.unapproved").is_err());
    }

    #[test]
    fn the_index_decides_how_long_entries_stay() {
        let given = |seconds: Option<i64>, entries| {
            let plain: &[(&str, Value)] = &[("keys", Value::from("_id"))];
            let expiring = [
                ("keys", Value::from("_updatedAt")),
                ("expires", Value::Int(seconds.unwrap_or_default())),
            ];
            let all: Vec<&[(&str, Value)]> = match seconds {
                Some(_) => vec![plain, &expiring],
                None => vec![plain],
            };
            Given::new()
                .answer(LOG_INDEXES, rows(&all))
                .answer(LOGS, counts(&[("all", entries)]))
        };
        let problems = |given: Given| given.list("app.log_problems");
        assert!(problems(given(Some(30 * DAY), 5)).is_empty());
        assert!(problems(given(None, 0)).is_empty());
        assert_eq!(problems(given(None, 5)).len(), 1);
        let week =
            |seconds| given(Some(seconds), 5).stored("Apps_Logs_TTL", r#"{"value":"7_days"}"#);
        assert!(problems(week(7 * DAY)).is_empty());
        assert_eq!(problems(week(30 * DAY)).len(), 1);
        let strict = |given: Given| given.parameter("app_log_days = 7");
        assert_eq!(problems(strict(week(30 * DAY))).len(), 2);
        let hidden =
            given(Some(30 * DAY), 5).stored("Apps_Logs_TTL", r#"{"value":"7_days","hidden":true}"#);
        assert!(problems(hidden).is_empty());
        let wrong = given(Some(30 * DAY), 5).stored("Apps_Logs_TTL", r#"{"value":30}"#);
        assert!(wrong.derive("app.log_problems").is_err());
    }
}
