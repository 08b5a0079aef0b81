//! Facts about the evidence itself: whether it is of one supported, unforked server, and whether the
//! settings are what they seem.
//!
//! What the environment writes into settings is only half seen in a database: a document says that
//! a variable once wrote it, not that the variable is still there, and an override that equals the
//! default leaves no mark. Source: `SettingsRegistry.ts` and `overwriteSetting.ts`, 3.18 to 6.14.

use std::collections::BTreeSet;

use jiff::Unit;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Context, Fact, Family, Kind, Spec, not_applicable, number, text, unknown};
use crate::catalogue::{self, Default, Definition, Life};
use crate::environment::Variable;
use crate::query::{Field, Filter, Literal, Query, Reach, Reduce, Sort, Take};
use crate::release;
use crate::settings::Settings;
use crate::snapshot::StoredSetting;
use crate::value::Value;

/// The workspaces that the newest reports name.
pub const WORKSPACES: &str = "audit.workspaces";
/// Recorded changes of settings, by day.
pub const CHANGES: &str = "audit.changes";
/// Recorded searches in others' messages, by day.
pub const SEARCHES: &str = "audit.searches";

/// How many of the newest reports must name one workspace: about two months.
const REPORTS: u32 = 60;

/// The variables that write a setting at every start.
const OVERWRITE: &str = "OVERWRITE_SETTING_";

/// Settings that administrators add by name, so that no catalogue has them.
const NAMED_BY_ADMINISTRATORS: &[&str] = &["Accounts_OAuth_Custom-", "SAML_Custom_"];

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "audit.support_days",
            kind: Kind::Number("days"),
            about: "What is left of the vendor's support for the running release.",
            derive: support_days,
        },
        Spec {
            id: "audit.override_differences",
            kind: Kind::List,
            about: "Where the attached environment and the settings that it wrote do not agree.",
            derive: override_differences,
        },
        Spec {
            id: "audit.hidden_beyond",
            kind: Kind::List,
            about: "Settings that are hidden or blocked although their release shows them.",
            derive: hidden_beyond,
        },
        Spec {
            id: "audit.type_problems",
            kind: Kind::List,
            about: "Switches and numbers among the settings that hold something else.",
            derive: type_problems,
        },
        Spec {
            id: "audit.foreign_settings",
            kind: Kind::List,
            about: "Settings that no known release of Rocket.Chat defines.",
            derive: foreign_settings,
        },
        Spec {
            id: "audit.workspaces",
            kind: Kind::Number("workspaces"),
            about: "Different workspaces that the settings and the newest usage reports name.",
            derive: workspaces,
        },
        Spec {
            id: "audit.changes",
            kind: Kind::Number("changes"),
            about: "Changes of settings that the server recorded.",
            derive: |context| Ok(Value::from(sum(context, CHANGES)?)),
        },
        Spec {
            id: "audit.searches",
            kind: Kind::Number("searches"),
            about: "Searches in others' messages that the auditing panel recorded.",
            derive: |context| Ok(Value::from(sum(context, SEARCHES)?)),
        },
        Spec {
            id: "audit.newest_search_days",
            kind: Kind::Number("days"),
            about: "Age of the newest recorded search in others' messages.",
            derive: |context| {
                let tally = context.tally(SEARCHES)?;
                let newest = tally.counts.keys().filter_map(|day| day.parse().ok()).max();
                match newest.and_then(|day: Date| days_between(day, today(context))) {
                    Some(days) => Ok(Value::Int(days)),
                    None => not_applicable("no search is recorded"),
                }
            },
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    let by_day = |id, collection, filter, reach| Query {
        id,
        collection,
        filter,
        take: Take::by_day(&["ts"]),
        reach,
    };
    vec![
        Query {
            id: WORKSPACES,
            collection: "rocketchat_statistics",
            filter: Filter::Any,
            take: Take::Rows {
                fields: vec![Field {
                    // The kind of the mark, which is the server's own for the setting.
                    name: "workspace",
                    path: "uniqueId",
                    reduce: Reduce::Fingerprint,
                }],
                sort: Some(Sort {
                    by: "createdAt",
                    descending: true,
                }),
                at_most: REPORTS,
            },
            reach: Reach::Index("createdAt"),
        },
        by_day(
            CHANGES,
            "rocketchat_server_events",
            Filter::Is("t", Literal::Text("settings.changed")),
            Reach::Index("t, ip, ts"),
        ),
        by_day(SEARCHES, "rocketchat_audit_log", Filter::Any, Reach::Whole),
    ]
}

fn sum(context: &Context<'_>, query: &str) -> Result<u64, super::Absent> {
    Ok(context.tally(query)?.counts.values().sum())
}

fn today(context: &Context<'_>) -> Date {
    context.now.to_zoned(TimeZone::UTC).date()
}

/// Days from one day to a later one; negative to an earlier.
fn days_between(from: Date, to: Date) -> Option<i64> {
    Some(i64::from(to.since((Unit::Day, from)).ok()?.get_days()))
}

fn support_days(context: &Context<'_>) -> Fact {
    let running = &context.server.version;
    let Some(lines) = release::possible(running) else {
        return unknown(format!(
            "how long {running} is supported is not in this program's table of releases"
        ));
    };
    let left = |day: Option<Date>| {
        day.and_then(|day| days_between(today(context), day))
            .unwrap_or(i64::MIN)
    };
    let at_most = left(lines.iter().map(|line| line.ends_by).max());
    if at_most < 0 {
        return Ok(Value::Int(at_most));
    }
    let tag = running.exact.as_ref().and_then(|it| it.tag.as_deref());
    if let Some(tag) = tag {
        return unknown(format!(
            "the server is a pre-release ({tag}), and support is promised for releases"
        ));
    }
    let at_least = left(lines.iter().map(|line| line.ends).min());
    if at_least < 0 {
        return unknown(format!(
            "support for {running} ends about now, and the exact day is not known"
        ));
    }
    Ok(Value::Int(at_least))
}

fn override_differences(context: &Context<'_>) -> Fact {
    let environment = context.environment;
    if !environment.attached {
        return unknown(
            "no environment file is attached (--env-file), and an override that equals the default \
             leaves no mark in the database",
        );
    }
    let stored = context.settings.stored();
    let mut found = Vec::new();
    let mut undecided = Vec::new();
    for (name, variable) in &environment.variables {
        let Some(id) = name.strip_prefix(OVERWRITE) else {
            continue;
        };
        match stored.get(id) {
            None if context.settings.left_out(id).is_some() => undecided.push(id),
            None => found.push(format!(
                "{id}: set by the environment, but not in the database"
            )),
            // Without a mark nothing tells whether a text that is not read is the variable's.
            Some(setting)
                if setting.equals_environment.is_none() && is_unread(setting, variable) =>
            {
                undecided.push(id);
            }
            Some(setting) => {
                found.extend(difference(setting, variable).map(|why| format!("{id}: {why}")));
            }
        }
    }
    for (id, setting) in stored {
        if setting.source.as_deref() == Some("processEnvValue")
            && !environment.variables.contains_key(id)
            && !environment
                .variables
                .contains_key(&format!("{OVERWRITE}{id}"))
        {
            found.push(format!(
                "{id}: once written by the environment, which does not set it now"
            ));
        }
    }
    if found.is_empty() && !undecided.is_empty() {
        return unknown(format!(
            "the database does not show whether the environment wrote {}",
            undecided.join(", ")
        ));
    }
    context.unless_empty_of_a_part(found.into_iter().collect())
}

/// Whether variable or setting hold a text of which only its being set is known. A boolean is no such
/// text: the server turns it into one for settings of every type.
fn is_unread(setting: &StoredSetting, variable: &Variable) -> bool {
    match variable {
        Variable::Set => true,
        Variable::Empty => false,
        Variable::Text(text) => {
            matches!(setting.value, Some(Value::Withheld(_))) && text.parse::<i64>().is_ok()
        }
    }
}

/// How a stored value differs from the variable that writes it at each start.
fn difference(setting: &StoredSetting, variable: &Variable) -> Option<&'static str> {
    let value = setting.value.as_ref();
    match variable {
        // Old servers ignore an empty variable, newer ones take it for the value.
        Variable::Empty if value.is_some_and(Value::is_set) => {
            Some("empty in the environment, which blanks it on newer versions")
        }
        Variable::Text(_) | Variable::Set if is_unread(setting, variable) => {
            (setting.equals_environment == Some(false))
                .then_some("changed since the environment wrote it, which the next start undoes")
        }
        Variable::Text(text) => {
            let same = match (value, text.to_ascii_lowercase().as_str()) {
                (Some(value), "true") => value == &Value::Bool(true),
                (Some(value), "false") => value == &Value::Bool(false),
                (Some(Value::Text(value)), _) => value == text,
                (Some(value), number) => {
                    value.as_int().is_some() && value.as_int() == number.parse().ok()
                }
                (None, _) => false,
            };
            (!same)
                .then_some("the environment says something else, which the next start brings back")
        }
        Variable::Empty | Variable::Set => None,
    }
}

fn hidden_beyond(context: &Context<'_>) -> Fact {
    let mut found = Vec::new();
    let mut doubtful = Vec::new();
    for (id, setting) in known(context)? {
        let Some(definition) = catalogue::find(id) else {
            continue;
        };
        let (spans, sure) = match definition.life(&context.server.version) {
            Life::Defined(span) => (vec![span], true),
            Life::Unsure(spans) => (spans, false),
            Life::Outside { .. } => continue,
        };
        for (word, is, shipped) in [
            ("hidden", setting.hidden, spans.iter().any(|it| it.hidden)),
            (
                "blocked",
                setting.blocked,
                spans.iter().any(|it| it.blocked),
            ),
        ] {
            if is && !shipped {
                let into = if sure { &mut found } else { &mut doubtful };
                into.push((id, word));
            }
        }
    }
    if found.is_empty() && !doubtful.is_empty() {
        return unknown(format!(
            "whether {} settings are hidden or blocked by the release itself depends on the version, which is {}",
            doubtful.len(),
            context.server.version
        ));
    }
    let allowed = context.parameters.list("hidden_settings");
    context.unless_empty_of_a_part(
        found
            .into_iter()
            .filter(|(id, _)| !allowed.contains(id))
            .map(|(id, word)| format!("{id} is {word}"))
            .collect(),
    )
}

fn type_problems(context: &Context<'_>) -> Fact {
    let mut found = Vec::new();
    for (id, setting) in known(context)? {
        let definition = catalogue::find(id);
        let life = definition.map(|it| it.life(&context.server.version));
        if matches!(life, Some(Life::Outside { .. })) {
            // A leftover has no effect.
            continue;
        }
        let kind = setting
            .kind
            .as_deref()
            .or_else(|| definition.and_then(Definition::newest).map(|it| it.kind));
        let value = setting.value.as_ref();
        let wanted = match kind {
            Some("boolean") if value.and_then(Value::as_bool).is_none() => "a boolean",
            Some("int" | "timespan" | "range") if value.and_then(Value::as_int).is_none() => {
                "a whole number"
            }
            _ => continue,
        };
        if definition.is_some_and(|it| value.is_some_and(|value| is_shipped(it, value))) {
            continue;
        }
        let kind = value.map_or("nothing", Value::kind);
        found.push(format!("{id}: {kind} where {wanted} belongs"));
    }
    context.unless_empty_of_a_part(found.into_iter().collect())
}

/// Whether some release starts with this value. A few ship a text or a boolean in the place of a
/// number, and an upgrade keeps it.
fn is_shipped(definition: &Definition, value: &Value) -> bool {
    let mut defaults = definition.spans.iter().map(|span| span.default);
    defaults.any(|default| matches!(default, Default::Value(it) if Value::from(it) == *value))
}

fn foreign_settings(context: &Context<'_>) -> Fact {
    let is_named = |id: &str| {
        NAMED_BY_ADMINISTRATORS
            .iter()
            .any(|prefix| id.starts_with(prefix))
    };
    context.unless_empty_of_a_part(
        known(context)?
            // A button of the panel holds no value, and the catalogue has none of them.
            .filter(|(_, setting)| setting.kind.as_deref() != Some("action"))
            .filter(|(id, _)| catalogue::find(id).is_none() && !is_named(id))
            .map(|(id, _)| id)
            .collect(),
    )
}

/// The settings in the evidence. An empty list proves nothing.
fn known<'a>(
    context: &Context<'a>,
) -> Result<impl Iterator<Item = (&'a str, &'a StoredSetting)>, super::Absent> {
    let stored = context.settings.stored();
    if stored.is_empty() {
        return unknown("the evidence holds no setting");
    }
    Ok(stored.iter().map(|(id, setting)| (id.as_str(), setting)))
}

fn workspaces(context: &Context<'_>) -> Fact {
    let Some(own) = &context.server.unique_id else {
        return unknown("the workspace's own id is not in the settings");
    };
    let mut marks: BTreeSet<&str> = context
        .rows(WORKSPACES)?
        .rows
        .iter()
        .filter_map(|row| text(row, "workspace"))
        .collect();
    if marks.is_empty() {
        return unknown("no statistics document names its workspace");
    }
    marks.insert(own);
    Ok(number(marks.len()))
}

#[cfg(test)]
mod tests {
    use super::super::Absent;
    use super::super::given::{Given, rows, tally};
    use super::*;
    use crate::version::RunningVersion;

    #[test]
    fn support_ends_with_the_last_day_of_the_line() {
        let days = |version: &str| Given::new().version(version).derive("audit.support_days");
        // The first of November 2026 is one day after the end of 8.4.
        assert_eq!(days("8.4.2"), Ok(Value::Int(-1)));
        assert_eq!(days("8.5.0"), Ok(Value::Int(241)));
        assert!(days("6.13.0").unwrap().as_int().unwrap() < -500);
        assert!(days("6.13.0-rc.1").unwrap().as_int().unwrap() < -500);
        for undecided in ["8.5.0-rc.1", "9.0.0"] {
            assert!(days(undecided).is_err(), "{undecided}");
        }
        let nothing = Given::new().running(RunningVersion::default());
        assert!(nothing.derive("audit.support_days").is_err());
    }

    #[test]
    fn overrides_are_compared_both_ways() {
        let found = |given: Given| given.list("audit.override_differences");
        let setting = |json| Given::new().stored("E2E_Enable", json);
        let variable = "OVERWRITE_SETTING_E2E_Enable";
        let on = r#"{"value":true,"source":"processEnvValue","equals_environment":true}"#;
        assert!(matches!(
            setting(on).derive("audit.override_differences"),
            Err(Absent::Unknown(_))
        ));
        assert!(found(setting(on).environment(&[(variable, "true")])).is_empty());
        assert!(found(setting(on).environment(&[("E2E_Enable", "true")])).is_empty());
        assert_eq!(
            found(setting(on).environment(&[(variable, "false")])).len(),
            1
        );
        assert_eq!(found(setting(on).environment(&[(variable, "")])).len(), 1);
        assert_eq!(found(setting(on).environment(&[("HOME", "/")])).len(), 1);
        let text = r#"{"value":"true"}"#;
        assert_eq!(
            found(setting(text).environment(&[(variable, "true")])).len(),
            1
        );
        let edited = r#"{"value":"x","source":"processEnvValue","equals_environment":false}"#;
        assert_eq!(
            found(setting(edited).environment(&[(variable, "some text")])).len(),
            1
        );
        let unmarked = setting(r#"{"value":"x"}"#).environment(&[(variable, "some text")]);
        assert!(unmarked.derive("audit.override_differences").is_err());
        let port = r#"{"value":{"$withheld":{"set":true,"long":false,"is_default":false}}}"#;
        let port = setting(port).environment(&[(variable, "587")]);
        assert!(port.derive("audit.override_differences").is_err());
        let missing = Given::new().environment(&[(variable, "true")]);
        assert_eq!(found(missing).len(), 1);
    }

    #[test]
    fn a_release_may_hide_what_it_hides() {
        let hidden = r#"{"value":true,"hidden":true}"#;
        let given = |version: &str| {
            Given::new()
                .version(version)
                .stored("Statistics_reporting", hidden)
        };
        assert!(given("6.13.0").list("audit.hidden_beyond").is_empty());
        let early = given("6.4.8");
        assert_eq!(
            early.list("audit.hidden_beyond"),
            ["Statistics_reporting is hidden"]
        );
        let told = given("6.4.8").parameter("hidden_settings = ['Statistics_reporting']");
        assert!(told.list("audit.hidden_beyond").is_empty());
        let unread = Given::new()
            .version("9.1.0")
            .stored("E2E_Enable", r#"{"value":true,"blocked":true}"#);
        assert!(unread.derive("audit.hidden_beyond").is_err());
        assert!(Given::new().derive("audit.hidden_beyond").is_err());
    }

    #[test]
    fn a_wrong_type_is_named_unless_it_is_shipped_or_left_over() {
        let problems =
            |id: &str, json: &str| Given::new().stored(id, json).list("audit.type_problems");
        assert_eq!(
            problems("E2E_Enable", r#"{"value":"false","type":"boolean"}"#),
            ["E2E_Enable: string where a boolean belongs"]
        );
        let age = "RetentionPolicy_TTL_DMs";
        for json in [r#"{"value":null}"#, "{}", r#"{"value":{"$double":"0.5"}}"#] {
            assert_eq!(problems(age, json).len(), 1, "{json}");
        }
        assert!(problems(age, r#"{"value":{"$double":"2592000000"}}"#).is_empty());
        let drift = "SAML_Custom_Default_allowed_clock_drift";
        assert!(problems(drift, r#"{"value":false,"type":"int"}"#).is_empty());
        assert!(problems("LDAP_Port", r#"{"value":"389","type":"int"}"#).is_empty());
        assert_eq!(
            problems("LDAP_Port", r#"{"value":"636","type":"int"}"#).len(),
            1
        );
        let leftover = r#"{"value":"false","type":"boolean"}"#;
        assert!(problems("Apps_Framework_enabled", leftover).is_empty());
        assert_eq!(
            problems("Of_A_Fork", r#"{"value":1,"type":"boolean"}"#).len(),
            1
        );
    }

    #[test]
    fn names_that_administrators_give_and_buttons_are_not_foreign() {
        let given = Given::new()
            .stored("E2E_Enable", r#"{"value":true}"#)
            .stored("Restart", r#"{"value":"restart_server","type":"action"}"#)
            .stored("Accounts_OAuth_Custom-Clinic-url", r#"{"value":""}"#)
            .stored("Of_A_Fork", r#"{"value":true}"#);
        assert_eq!(given.list("audit.foreign_settings"), ["Of_A_Fork"]);
    }

    #[test]
    fn a_part_of_the_settings_shows_problems_and_never_their_absence() {
        let part = || {
            Given::new()
                .in_part()
                .stored("E2E_Enable", r#"{"value":true}"#)
        };
        for fact in [
            "audit.foreign_settings",
            "audit.hidden_beyond",
            "audit.type_problems",
            "licence.ineffective",
            "licence.relied_on",
            "registration.residue",
            "registration.redirected",
            "secret.settings",
        ] {
            let found = part().derive(fact);
            assert!(
                matches!(found, Err(Absent::Unknown(_))),
                "{fact}: {found:?}"
            );
        }
        let wrong = part().stored("OTR_Enable", r#"{"value":1,"type":"boolean"}"#);
        assert_eq!(wrong.list("audit.type_problems").len(), 1);
    }

    #[test]
    fn reports_of_a_copy_stand_out() {
        let mark = |id: &str| Value::from(crate::server::fingerprint("workspace", id));
        let given = |ids: &[&str]| {
            let fields: Vec<Vec<(&str, Value)>> =
                ids.iter().map(|id| vec![("workspace", mark(id))]).collect();
            let list: Vec<&[(&str, Value)]> = fields.iter().map(Vec::as_slice).collect();
            Given::new()
                .stored("uniqueID", r#"{"value":"own","type":"string"}"#)
                .answer(WORKSPACES, rows(&list))
                .derive("audit.workspaces")
        };
        assert_eq!(given(&["own", "own"]), Ok(Value::Int(1)));
        assert_eq!(given(&["other"]), Ok(Value::Int(2)));
        assert!(given(&[]).is_err());
    }

    #[test]
    fn searches_are_counted_and_the_newest_is_dated() {
        let given = |days: &[(&str, u64)]| Given::new().answer(SEARCHES, tally(days));
        let some = given(&[("2026-01-01", 2), ("2026-10-30", 1)]);
        assert_eq!(some.derive("audit.searches"), Ok(Value::Int(3)));
        assert_eq!(some.derive("audit.newest_search_days"), Ok(Value::Int(2)));
        assert!(matches!(
            given(&[]).derive("audit.newest_search_days"),
            Err(Absent::NotApplicable(_))
        ));
    }
}
