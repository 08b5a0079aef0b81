//! Traps around how long messages are kept.

use bson::{Bson, Document, doc};
use rc_audit_tests::workspace::{Workspace, days_before};

use super::{ALL, Trap, UNREGISTERED, check, room};

/// Milliseconds of a day, as the server stores them.
const DAY: f64 = 86_400_000.0;

/// Retention is on for every kind of room, and threads are no exception.
fn on(workspace: &mut Workspace) {
    workspace
        .set("RetentionPolicy_Enabled", true)
        .set("RetentionPolicy_DoNotPruneThreads", false)
        .set("RetentionPolicy_DoNotPruneDiscussion", false);
    for kind in ["Channels", "Groups", "DMs"] {
        workspace.set(&format!("RetentionPolicy_AppliesTo{kind}"), true);
    }
}

fn days(workspace: &mut Workspace, value: impl Into<Bson>) {
    on(workspace);
    workspace.set("RetentionPolicy_MaxAge_DMs", value);
}

fn milliseconds(workspace: &mut Workspace, value: impl Into<Bson>) {
    on(workspace);
    workspace.set("RetentionPolicy_TTL_DMs", value);
}

/// A private room with a policy of its own.
fn own(workspace: &mut Workspace, retention: Document) {
    on(workspace);
    room(workspace, "p").insert("retention", retention);
}

#[test]
fn ages_are_days_up_to_6_9_and_milliseconds_from_6_10() {
    check(&[
        Trap::new(
            "a month in days",
            &["5.4.4", "6.4.8", "6.9.7"],
            ALL,
            |it| days(it, 30),
            &[
                ("RET-003", "pass"),
                ("RET-004", "pass"),
                ("RET-019", "not_applicable"),
            ],
        ),
        Trap::new(
            "more than a year in days",
            &["5.4.4", "6.9.7"],
            UNREGISTERED,
            |it| days(it, 400),
            &[("RET-003", "fail"), ("RET-004", "pass")],
        ),
        Trap::new(
            "milliseconds where days count",
            &["6.4.8"],
            UNREGISTERED,
            |it| days(it, 30.0 * DAY),
            &[("RET-003", "fail")],
        ),
        Trap::new(
            "an age of a later release is not read",
            &["6.4.8"],
            UNREGISTERED,
            |it| {
                days(it, 400);
                it.leftover("RetentionPolicy_TTL_DMs", 30.0 * DAY);
            },
            // A database that speaks of two releases may leave the question open, but not pass.
            &[("RET-003", "fail|unknown")],
        ),
        Trap::new(
            "a month in milliseconds, of any type of number",
            &["6.10.0", "6.13.0", "8.3.0"],
            ALL,
            |it| {
                milliseconds(it, 30.0 * DAY);
                it.set("RetentionPolicy_TTL_Channels", 2_592_000_000_i64)
                    .set("RetentionPolicy_TTL_Groups", 86_400_000);
            },
            &[
                ("RET-003", "pass"),
                ("RET-004", "pass"),
                ("RET-019", "pass"),
            ],
        ),
        Trap::new(
            "days where milliseconds count delete everything",
            &["6.13.0"],
            UNREGISTERED,
            |it| milliseconds(it, 30),
            &[("RET-004", "fail")],
        ),
        Trap::new(
            "more than a year in milliseconds",
            &["6.13.0"],
            UNREGISTERED,
            |it| milliseconds(it, 400.0 * DAY),
            &[("RET-003", "fail"), ("RET-004", "pass")],
        ),
        Trap::new(
            "the mark that the move left behind is no age",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                milliseconds(it, 30.0 * DAY);
                it.set("RetentionPolicy_MaxAge_DMs", -1);
            },
            &[
                ("RET-003", "pass"),
                ("RET-004", "pass"),
                ("RET-019", "pass"),
            ],
        ),
        Trap::new(
            "that mark in an older release",
            &["6.4.8"],
            UNREGISTERED,
            |it| days(it, -1),
            &[("RET-003", "fail"), ("RET-004", "fail")],
        ),
        Trap::new(
            "days that the next upgrade writes over the age",
            &["6.13.0"],
            ALL,
            |it| {
                on(it);
                it.overwrite("RetentionPolicy_MaxAge_DMs", 30);
            },
            &[("RET-003", "pass"), ("RET-019", "fail")],
        ),
    ]);
}

#[test]
fn an_age_that_is_no_number_deletes_everything() {
    check(&[
        Trap::new(
            "zero",
            &["6.13.0"],
            ALL,
            |it| milliseconds(it, 0),
            &[("RET-004", "fail")],
        ),
        Trap::new(
            "zero days",
            &["5.4.4"],
            UNREGISTERED,
            |it| days(it, 0),
            &[("RET-004", "fail")],
        ),
        Trap::new(
            "null",
            &["6.13.0"],
            UNREGISTERED,
            |it| milliseconds(it, Bson::Null),
            &[("RET-004", "fail")],
        ),
        Trap::new(
            "a blank text",
            &["6.13.0"],
            UNREGISTERED,
            |it| milliseconds(it, ""),
            &[("RET-004", "fail")],
        ),
        Trap::new(
            "no number at all",
            &["6.13.0"],
            UNREGISTERED,
            |it| milliseconds(it, f64::NAN),
            &[("RET-004", "fail")],
        ),
        Trap::new(
            "a text from the environment",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                on(it);
                it.overwrite("RetentionPolicy_TTL_DMs", "2592000000");
            },
            &[("RET-003", "fail"), ("RET-004", "fail")],
        ),
    ]);
}

#[test]
fn a_policy_that_is_on_may_cover_nothing() {
    check(&[
        Trap::new(
            "on, for no kind of room",
            &["5.4.4", "6.13.0"],
            ALL,
            |it| _ = it.set("RetentionPolicy_Enabled", true),
            &[("RET-001", "pass"), ("RET-002", "fail")],
        ),
        Trap::new(
            "on in words only",
            &["6.13.0"],
            UNREGISTERED,
            |it| _ = it.set("RetentionPolicy_Enabled", "true"),
            &[("RET-001", "fail|fail!|unknown")],
        ),
        Trap::new(
            "threads stay by default",
            &["4.8.2", "6.13.0"],
            UNREGISTERED,
            |it| {
                on(it);
                it.unset("RetentionPolicy_DoNotPruneThreads");
            },
            &[("RET-005", "fail")],
        ),
        Trap::new(
            "a switch of an older release is dead",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                on(it);
                it.leftover("RetentionPolicy_ExcludePinned", false)
                    .leftover("RetentionPolicy_DoNotExcludeDiscussion", false)
                    .set("RetentionPolicy_DoNotPrunePinned", true)
                    .set("RetentionPolicy_DoNotPruneDiscussion", true);
            },
            &[("RET-006", "fail"), ("RET-007", "fail")],
        ),
        Trap::new(
            "conversations with visitors are never covered",
            &["6.13.0"],
            ALL,
            |it| {
                on(it);
                let closed = days_before(it.plan.now, 400);
                let room = doc! { "_id": "visitor", "t": "l", "ts": closed, "closedAt": closed };
                it.insert("rocketchat_room", room);
            },
            &[("RET-014", "fail")],
        ),
        Trap::new(
            "an old message that the job should have deleted",
            &["6.4.8", "6.13.0"],
            UNREGISTERED,
            |it| {
                on(it);
                old_message(it, doc! {});
            },
            &[("RET-013", "fail")],
        ),
        Trap::new(
            "an old message of a thread, where threads stay",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                on(it);
                it.set("RetentionPolicy_DoNotPruneThreads", true);
                old_message(it, doc! { "tmid": "thread" });
            },
            &[("RET-013", "pass"), ("RET-005", "fail")],
        ),
        Trap::new(
            "the job ended with an error",
            &["6.4.8", "6.13.0"],
            UNREGISTERED,
            |it| {
                on(it);
                it.documents("rocketchat_cron_history")[0].insert("error", "made up");
            },
            &[("RET-012", "fail")],
        ),
        Trap::new(
            "the job has not run for days",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                on(it);
                let documents = it.documents("rocketchat_cron_history");
                documents.drain(..documents.len() / 2);
            },
            &[("RET-012", "fail")],
        ),
        Trap::new(
            "runs were not recorded this way before 6.3",
            &["5.4.4"],
            UNREGISTERED,
            on,
            &[("RET-012", "not_applicable")],
        ),
    ]);
}

/// A message in a channel from before any limit.
fn old_message(workspace: &mut Workspace, rest: Document) {
    let at = days_before(workspace.plan.now, 400);
    let mut message = doc! { "_id": "old", "rid": "GENERAL", "ts": at, "msg": "old" };
    message.extend(rest);
    workspace.insert("rocketchat_message", message);
}

#[test]
fn limits_of_rooms_are_days_and_count_only_when_complete() {
    const SHORT: &[(&str, &str)] = &[("RET-009", "pass"), ("RET-010", "pass")];
    const BROKEN: &[(&str, &str)] = &[("RET-009", "fail")];
    let releases: &[&str] = &["6.4.8", "6.13.0"];
    check(&[
        Trap::new(
            "a month in days, in every release",
            releases,
            ALL,
            |it| own(it, complete(30)),
            SHORT,
        ),
        Trap::new(
            "a decade in days",
            releases,
            UNREGISTERED,
            |it| own(it, complete(3650)),
            BROKEN,
        ),
        Trap::new(
            "milliseconds where days count",
            &["6.13.0"],
            UNREGISTERED,
            |it| own(it, complete(30.0 * DAY)),
            BROKEN,
        ),
        Trap::new(
            "zero days",
            &["6.13.0"],
            UNREGISTERED,
            |it| own(it, complete(0)),
            BROKEN,
        ),
        Trap::new(
            "less than zero",
            &["6.13.0"],
            UNREGISTERED,
            |it| own(it, complete(-1)),
            BROKEN,
        ),
        Trap::new(
            "a text",
            &["6.13.0"],
            UNREGISTERED,
            |it| own(it, complete("30")),
            BROKEN,
        ),
        Trap::new(
            "without the flag that enables it",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                let mut retention = complete(30);
                retention.remove("enabled");
                own(it, retention);
            },
            BROKEN,
        ),
        Trap::new(
            "without an age",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                let mut retention = complete(30);
                retention.remove("maxAge");
                own(it, retention);
            },
            BROKEN,
        ),
        Trap::new(
            "no policy of its own, so the global one counts",
            &["6.13.0"],
            UNREGISTERED,
            |it| own(it, doc! { "enabled": true, "maxAge": 3650 }),
            SHORT,
        ),
        Trap::new(
            "a room that is exempt",
            releases,
            ALL,
            |it| own(it, doc! { "enabled": false }),
            &[("RET-010", "fail")],
        ),
    ]);
}

/// A policy of a room that counts.
fn complete(age: impl Into<Bson>) -> Document {
    doc! {
        "enabled": true, "overrideGlobal": true, "maxAge": age, "excludePinned": false,
        "ignoreThreads": false, "filesOnly": false,
    }
}
