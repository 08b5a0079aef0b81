//! Facts about retention: scope, ages, exemptions, and whether pruning really happens.
//!
//! Global ages are days up to 6.9 and milliseconds from 6.10 on; ages of single rooms are days in
//! every version. Source: `cronPruneMessages` and `cleanRoomHistory` of the server, 3.18 to 6.14.

mod queries;

use queries::{
    CONVERSATIONS, EXEMPT, OLDEST, OVERRIDES, OWN_POLICY, RUNS, TRASH, TRASH_INDEXES, UPLOADS,
    UPLOADS_AT_MOST,
};

use super::schedule::{self, Frequency};
use super::{
    Absent, Context, Fact, Family, Kind, Spec, decided, not_applicable, number, text, time, unknown,
};
use crate::settings::Effective;
use crate::snapshot::SourceKind;
use crate::value::Value;
use crate::version::Release;

/// The first release with ages in milliseconds.
const MILLISECONDS: Release = Release::new(6, 10, 0);
const DAY_MS: f64 = 86_400_000.0;

/// The types of rooms that the global policy can cover: room type, suffix of the settings, word.
const TYPES: &[(&str, &str, &str)] = &[
    ("c", "Channels", "channels"),
    ("p", "Groups", "private groups"),
    ("d", "DMs", "direct messages"),
];

/// This family.
pub const FAMILY: Family = Family {
    queries: queries::all,
    facts: &[
        Spec {
            id: "retention.on",
            kind: Kind::Flag,
            about: "Whether the server prunes messages at all.",
            derive: |context| Ok(Value::Bool(context.on("RetentionPolicy_Enabled")?)),
        },
        Spec {
            id: "retention.days_from_environment",
            kind: Kind::List,
            about: "Ages in days that were last written from an environment variable.",
            derive: |context| {
                Ok(TYPES
                    .iter()
                    .map(|(_, suffix, _)| format!("RetentionPolicy_MaxAge_{suffix}"))
                    .filter(|id| {
                        let stored = context.settings.stored().get(id);
                        stored.and_then(|setting| setting.source.as_deref())
                            == Some("processEnvValue")
                    })
                    .collect())
            },
        },
        Spec {
            id: "retention.uncovered",
            kind: Kind::List,
            about: "Types of rooms that the global policy leaves out.",
            derive: |context| {
                let mut left_out = Vec::new();
                for (_, suffix, word) in TYPES {
                    if !context.on(&format!("RetentionPolicy_AppliesTo{suffix}"))? {
                        left_out.push(*word);
                    }
                }
                Ok(left_out.into_iter().collect())
            },
        },
        Spec {
            id: "retention.beyond_limit",
            kind: Kind::List,
            about: "Covered types of rooms whose age is above the policy's limit or no number.",
            derive: beyond_limit,
        },
        Spec {
            id: "retention.dangerous_ages",
            kind: Kind::List,
            about: "Global ages that would delete everything, or compare wrongly, if in effect.",
            derive: dangerous_ages,
        },
        Spec {
            id: "retention.override_problems",
            kind: Kind::List,
            about: "What is wrong with the retention of rooms that override the global policy.",
            derive: override_problems,
        },
        Spec {
            id: "retention.exempt_rooms",
            kind: Kind::Number("rooms"),
            about: "Rooms whose retention is switched off.",
            derive: |context| Ok(Value::from(context.count(EXEMPT, "all")?)),
        },
        Spec {
            id: "retention.exempt_beyond_holds",
            kind: Kind::Number("rooms"),
            about: "Rooms whose retention is switched off, beyond those on hold.",
            derive: |context| {
                let exempt = Value::from(context.count(EXEMPT, "all")?)
                    .as_int()
                    .unwrap_or(i64::MAX);
                let held = context.parameters.number("rooms_on_hold");
                Ok(Value::Int(exempt.saturating_sub(held).max(0)))
            },
        },
        Spec {
            id: "retention.daily",
            kind: Kind::Flag,
            about: "Whether the pruning schedule is valid and runs at least once a day.",
            derive: |context| {
                Ok(Value::Bool(matches!(
                    period(context)?,
                    Some(Frequency::Daily(_))
                )))
            },
        },
        Spec {
            id: "retention.job_problems",
            kind: Kind::List,
            about: "What is wrong with the newest runs of the pruning job.",
            derive: job_problems,
        },
        Spec {
            id: "retention.overdue_rooms",
            kind: Kind::Number("rooms"),
            about: "Rooms with a message that should have been pruned.",
            derive: overdue_rooms,
        },
        Spec {
            id: "retention.conversation_days",
            kind: Kind::Number("days"),
            about: "Age of the oldest closed omnichannel conversation.",
            derive: |context| match context.first_time(CONVERSATIONS, "closed")? {
                Some(closed) => Ok(Value::Int(context.days_since(closed))),
                None => not_applicable("there is no closed omnichannel conversation"),
            },
        },
        Spec {
            id: "retention.trash_expires",
            kind: Kind::Flag,
            about: "Whether the trash has an index that removes documents after 30 days.",
            derive: |context| {
                let rows = context.rows(TRASH_INDEXES)?;
                Ok(Value::Bool(rows.rows.iter().any(|row| {
                    text(row, "keys") == Some("_deletedAt")
                        && row.get("expires").and_then(Value::as_int) == Some(30 * 86_400)
                })))
            },
        },
        Spec {
            id: "retention.trash_days",
            kind: Kind::Number("days"),
            about: "Age of the oldest document in the trash.",
            derive: |context| match context.first_time(TRASH, "deleted")? {
                Some(deleted) => Ok(Value::Int(context.days_since(deleted))),
                None => Ok(Value::Int(0)),
            },
        },
        Spec {
            id: "retention.orphaned_uploads",
            kind: Kind::Number("files"),
            about: "Uploads to rooms that no message refers to any more.",
            derive: |context| {
                let orphaned = context.count(UPLOADS, "orphaned")?;
                if orphaned == 0 && context.count(UPLOADS, "all")? >= u64::from(UPLOADS_AT_MOST) {
                    return unknown("there are more uploads than the query reads");
                }
                Ok(Value::from(orphaned))
            },
        },
    ],
};

/// A global age as it stands in the settings.
struct Age {
    setting: String,
    value: Value,
    /// Milliseconds in one unit of the value.
    unit: f64,
}

impl Age {
    /// The age in milliseconds, if it is a number.
    fn milliseconds(&self) -> Option<f64> {
        self.value.as_number().map(|number| number * self.unit)
    }
}

/// The setting that holds the age of a type of rooms in the running version.
fn age(context: &Context<'_>, suffix: &str) -> Result<Age, Absent> {
    let in_milliseconds = decided(context.server.version.reached(MILLISECONDS), || {
        format!(
            "ages are days before {MILLISECONDS} and milliseconds since; the version is {}",
            context.server.version
        )
    })?;
    let (setting, unit) = if in_milliseconds {
        (format!("RetentionPolicy_TTL_{suffix}"), 1.0)
    } else {
        (format!("RetentionPolicy_MaxAge_{suffix}"), DAY_MS)
    };
    match context.settings.get(&setting).effective {
        Effective::Value(value) => Ok(Age {
            setting,
            value,
            unit,
        }),
        Effective::NotInVersion { why } | Effective::Unknown { why } => unknown(why),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a number of days is far below 2^53"
)]
fn limit_ms(context: &Context<'_>) -> f64 {
    context.parameters.number("retention_days") as f64 * DAY_MS
}

/// A duration in words: days with one decimal at most.
fn in_days(milliseconds: f64) -> String {
    let days = (milliseconds / DAY_MS * 10.0).round() / 10.0;
    format!("{days} days")
}

fn beyond_limit(context: &Context<'_>) -> Fact {
    let mut covered = false;
    let mut found = Vec::new();
    for (_, suffix, word) in TYPES {
        if !context.on(&format!("RetentionPolicy_AppliesTo{suffix}"))? {
            continue;
        }
        covered = true;
        let age = age(context, suffix)?;
        match age.milliseconds() {
            Some(length) if length > 0.0 && length <= limit_ms(context) => {}
            Some(length) => found.push(format!("{word}: {}", in_days(length))),
            None => found.push(format!("{word}: {} is no number", age.setting)),
        }
    }
    if !covered {
        return not_applicable("the global policy covers no type of rooms");
    }
    Ok(found.into_iter().collect())
}

fn dangerous_ages(context: &Context<'_>) -> Fact {
    let mut found = Vec::new();
    for (_, suffix, _) in TYPES {
        let age = age(context, suffix)?;
        let why = match (&age.value, age.milliseconds()) {
            (_, Some(length)) if length >= DAY_MS => continue,
            (_, Some(0.0)) => "0 deletes everything at the next run".to_owned(),
            (_, Some(length)) if length < 0.0 => {
                "a negative age deletes nothing or fails".to_owned()
            }
            (_, Some(_)) => "an age under one day".to_owned(),
            (Value::Double(_), None) => "not a finite number deletes everything".to_owned(),
            (Value::Null, None) => "null deletes everything at the next run".to_owned(),
            (Value::Text(text), None) if text.trim().is_empty() => {
                "an empty text deletes everything at the next run".to_owned()
            }
            (value, None) => format!("a {} where a number belongs", value.kind()),
        };
        found.push(format!("{}: {why}", age.setting));
    }
    Ok(found.into_iter().collect())
}

fn override_problems(context: &Context<'_>) -> Fact {
    let rows = context.rows(OVERRIDES)?;
    let limit = limit_ms(context) / DAY_MS;
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for row in rows.rows {
        let is = |field: &str, wanted: bool| row.get(field) == Some(&Value::Bool(wanted));
        let mut note = |problem| *counts.entry(problem).or_default() += 1;
        if is("enabled", false) {
            note("switched off");
        } else if !is("enabled", true) {
            note("without 'enabled', so never pruned");
        }
        match row.get("max_age") {
            None => note("without 'maxAge', so never pruned"),
            Some(value) => match value.as_number() {
                None => note("'maxAge' is no number, so never pruned"),
                Some(days) if days < 0.0 => note("negative 'maxAge', so never pruned"),
                Some(0.0) => note("'maxAge' 0 deletes everything"),
                Some(days) if days > limit => note("'maxAge' above the limit"),
                Some(_) => {}
            },
        }
        if !is("keep_threads", false) {
            note("threads stay for ever");
        }
        if !is("keep_pinned", false) {
            note("pinned messages stay for ever");
        }
        if is("files_only", true) {
            note("only files are removed");
        }
    }
    if counts.is_empty() && !rows.complete {
        return unknown("there are more rooms with an override than the query reads");
    }
    Ok(counts
        .into_iter()
        .map(|(problem, count)| {
            format!(
                "{count} {}: {problem}",
                if count == 1 { "room" } else { "rooms" }
            )
        })
        .collect())
}

/// How often pruning runs; none if the schedule is not one.
fn period(context: &Context<'_>) -> Result<Option<Frequency>, Absent> {
    let own = context.on("RetentionPolicy_Advanced_Precision")?;
    if own {
        match context
            .settings
            .get("RetentionPolicy_Advanced_Precision_Cron")
            .effective
        {
            Effective::Value(Value::Text(expression)) if !expression.is_empty() => {
                return Ok(schedule::frequency(&expression));
            }
            // The server falls back to the plain choice when there is no expression.
            Effective::Value(value) if !value.truthy() => {}
            Effective::Value(_) => return Ok(None),
            Effective::NotInVersion { why } | Effective::Unknown { why } => return unknown(why),
        }
    }
    match context.settings.get("RetentionPolicy_Precision").effective {
        Effective::Value(value) => Ok(match value.as_text() {
            Some("0") => Some(Frequency::Daily(30)),
            Some("1") => Some(Frequency::Daily(60)),
            Some("2") => Some(Frequency::Daily(6 * 60)),
            Some("3") => Some(Frequency::Daily(24 * 60)),
            _ => None,
        }),
        Effective::NotInVersion { why } | Effective::Unknown { why } => unknown(why),
    }
}

/// The period in minutes; unknown where the schedule is broken, which another fact reports.
fn minutes(context: &Context<'_>) -> Result<i64, Absent> {
    match period(context)? {
        Some(Frequency::Daily(minutes)) => Ok(minutes),
        Some(Frequency::Rarer) => unknown("pruning does not run every day"),
        None => unknown("the pruning schedule is not valid"),
    }
}

/// Refuses evidence so old that "late" and "not read lately" can't be told apart.
pub(super) fn fresh(context: &Context<'_>) -> Result<(), Absent> {
    let newest = context.first_time(super::statistics::REPORTS, "at");
    match newest.ok().flatten().map(|at| context.hours_since(at)) {
        Some(hours) if hours > 48 => unknown(format!(
            "the newest sign of the server in the evidence is {hours} hours old; judge an old dump \
             with --now set to its time"
        )),
        None if context.snapshot.source.kind != SourceKind::Server => {
            unknown("no statistics document says how old the evidence is")
        }
        _ => Ok(()),
    }
}

fn job_problems(context: &Context<'_>) -> Fact {
    let runs = context.rows(RUNS)?;
    let allowed = minutes(context)?.saturating_mul(2);
    fresh(context)?;
    let mut problems = Vec::new();
    let ended = runs.rows.iter().find(|row| row.contains_key("finished"));
    match runs.rows.first().and_then(|row| time(row, "started")) {
        None => problems.push("no run is recorded".to_owned()),
        Some(started) => {
            let age = context.minutes_since(started);
            if age > allowed {
                problems.push(format!(
                    "the newest run is {age} minutes old, two periods are {allowed}"
                ));
            }
        }
    }
    match ended {
        Some(row) if super::flag(row, "error") => {
            problems.push("the newest finished run ended with an error".to_owned());
        }
        None if !runs.rows.is_empty() => problems.push("no recorded run finished".to_owned()),
        _ => {}
    }
    Ok(problems.into_iter().collect())
}

fn overdue_rooms(context: &Context<'_>) -> Fact {
    if context.on("RetentionPolicy_FilesOnly")? {
        return not_applicable("the policy removes files only; texts stay");
    }
    let slack = match period(context)? {
        Some(Frequency::Daily(minutes)) => minutes,
        _ => 24 * 60,
    };
    fresh(context)?;
    let is_overdue = |oldest: jiff::Timestamp, allowed_ms: f64| {
        let allowed_minutes = allowed_ms / 60_000.0;
        #[expect(
            clippy::cast_precision_loss,
            reason = "minutes since any date are far below 2^53"
        )]
        let age = context.minutes_since(oldest).saturating_sub(slack) as f64;
        age > allowed_minutes
    };
    let mut count = 0;
    let mut complete = true;
    let covered = TYPES
        .iter()
        .map(|(_, suffix, _)| context.on(&format!("RetentionPolicy_AppliesTo{suffix}")))
        .collect::<Result<Vec<_>, _>>()?
        .contains(&true);
    if covered {
        let rooms = context.rows(OLDEST)?;
        complete &= rooms.complete;
        for row in rooms.rows {
            let Some(oldest) = time(row, "first") else {
                continue;
            };
            let suffix = TYPES
                .iter()
                .find(|(kind, ..)| text(row, "t") == Some(kind))
                .map(|(_, suffix, _)| *suffix);
            let Some(suffix) = suffix else { continue };
            match age(context, suffix)?.milliseconds() {
                Some(allowed) => count += usize::from(is_overdue(oldest, allowed)),
                None => return unknown("an age is not a number, so nothing says what is overdue"),
            }
        }
    }
    for (query, ..) in OWN_POLICY {
        let rooms = context.rows(query)?;
        complete &= rooms.complete;
        for row in rooms.rows {
            let days = row.get("max_age").and_then(Value::as_number);
            if let (Some(oldest), Some(days)) = (time(row, "first"), days)
                && days >= 0.0
            {
                count += usize::from(is_overdue(oldest, days * DAY_MS));
            }
        }
    }
    if count == 0 && !complete {
        return unknown("there are more rooms than the query reads");
    }
    Ok(number(count))
}
