//! A year of nightly reports on a workspace whose settings drift: on each night, ages, classes of change
//! and alarms are held against a model that knows only which setting was changed when. One setting is
//! wrong all year; a waiver of it is written anew in each quarter, a fortnight late, as a plan and a
//! statement are.
//!
//! `cargo bench -p rc-audit-tests --bench year` runs it; `-- --nights 24` makes it shorter.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark that can't go on stops with a message"
)]

use std::time::{Duration, Instant};

use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use rc_audit_tests::dump;
use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::Plan;
use serde_json::Value;

/// Audit a drifting workspace for a year of nights
#[derive(Debug, Parser)]
struct Options {
    /// How many nights
    #[arg(long, default_value_t = 365)]
    nights: u32,
    /// What cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Settings that somebody changes, the rule that minds, and the value that it minds.
const DRIFT: [(&str, &str, bool); 4] = [
    ("API_Embed", "EXT-005", true),
    ("Accounts_SetDefaultAvatar", "EXT-008", true),
    ("Accounts_Password_Policy_Enabled", "AUTH-007", false),
    ("Email_notification_show_message", "EXT-021", true),
];

/// A setting that is never right, and the rule that minds.
const WAIVED: (&str, &str) = ("Allow_Invalid_SelfSigned_Certs", "SEC-016");
/// A rule that people answer.
const STATED: &str = "AUD-004";
/// After how many nights waiver, plan and statement are written anew.
const ROUND: u32 = 73;
/// On which nights of a round they are good: they are written some nights before.
const GOOD: std::ops::RangeInclusive<u32> = 14..=66;
/// How many nights before they are good they are written.
const EARLY: u32 = 4;
/// In how many days an end is soon, unless a policy says otherwise.
const SOON: u32 = 30;

/// What has to be said of a rule.
#[derive(Default)]
struct Model {
    bad: bool,
    since: Option<String>,
    last: Option<String>,
}

fn main() {
    let options = Options::parse();
    let desk = Desk::new(env!("CARGO_BIN_EXE_agent-under-test"));
    let mut models: [Model; DRIFT.len()] = std::array::from_fn(|_| Model::default());
    let mut random = 20_260_101_u64;
    let (mut alarms, mut count, mut spent) = (0, 0, Duration::ZERO);
    let start: Timestamp = "2026-01-01T03:00:00Z".parse().expect("a time");
    let mut before = String::new();
    for night in 0..options.nights {
        let time = start
            .checked_add(SignedDuration::from_hours(24 * i64::from(night)))
            .expect("a year");
        let now = time.to_string();
        // Half way through, somebody upgrades.
        let upgrade = options.nights / 2;
        let version = if night < upgrade { "6.13.0" } else { "7.7.1" };
        let mut workspace = Plan {
            now: time,
            ..Plan::new(version)
        }
        .build();
        let mut alarm = false;
        let mut touched = Vec::new();
        for ((setting, rule, bad), model) in DRIFT.iter().zip(&mut models) {
            // About every tenth night somebody touches a setting.
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            if night == 0 || (random >> 33).is_multiple_of(10) {
                let was = model.bad;
                model.bad = night != 0 && !was;
                if model.bad {
                    let class = if model.last.is_some() {
                        "returned"
                    } else {
                        "new"
                    };
                    model.since = Some(now.clone());
                    // Only what is medium or worse raises an alarm.
                    alarm |= *rule != "EXT-021";
                    touched.push((*rule, class));
                } else if was {
                    model.since = None;
                    model.last = Some(before.clone());
                    touched.push((*rule, "fixed"));
                }
            }
            workspace.set(setting, model.bad == *bad);
        }
        workspace.set(WAIVED.0, true);
        write_anew(&desk, start, night);
        // A waiver that ended gives its finding back, which nobody had to mind before.
        alarm |= night % ROUND == GOOD.end() + 1;
        std::fs::remove_dir_all(desk.path("dump")).ok();
        dump::folder(&workspace, &desk.path("dump"), false);
        let began = Instant::now();
        let run = audit(&desk, &now);
        spent += began.elapsed();
        let wanted = match (night, alarm) {
            (0, _) => 2,
            (_, true) => 1,
            (_, false) => 0,
        };
        // An upgrade brings failures of its own.
        let alone = night != upgrade || night == 0;
        assert!(
            !alone || run.code == wanted,
            "night {night}: {}",
            run.stderr
        );
        let newest = desk.bundles().pop().expect("a bundle");
        let report = newest
            .parent()
            .expect("a folder")
            .join("latest/report.json");
        let report: Value = serde_json::from_slice(&std::fs::read(report).expect("a report"))
            .expect("a report in JSON");
        judge(&report, night, &models, &touched);
        written(&report, night);
        let differs = report["comparison"]["differs"].as_array();
        let upgraded = differs
            .into_iter()
            .flatten()
            .any(|it| it["kind"] == "version");
        assert_eq!(upgraded, !alone, "night {night}");
        alarms += u32::from(alarm);
        count += touched.len();
        before = now;
    }
    anstream::println!(
        "{} nights, {count} changes, {alarms} alarms, all of them right; {:.0} ms a night",
        options.nights,
        spent.as_secs_f64() * 1000.0 / f64::from(options.nights)
    );
}

/// Audits the dump for a night.
fn audit(desk: &Desk, now: &str) -> Run {
    let written = [
        ("--waivers", "waivers.toml"),
        ("--plans", "plans.toml"),
        ("--attest", "attest.toml"),
    ];
    let mut command = desk.command();
    command.args(["check", "dump", "--now", now, "--out", "out", "--quiet"]);
    command.args(["--format", "json", "--fail-on", "new"]);
    command.args(written.iter().flat_map(|(option, file)| [option, file]));
    Run::of(&mut command)
}

/// Writes waiver, plan and statement if this is a night on which somebody does.
fn write_anew(desk: &Desk, start: Timestamp, night: u32) {
    let round = night / ROUND * ROUND;
    if night != 0 && night - round != GOOD.start() - EARLY {
        return;
    }
    // The first are written as if they were of a round before, and have ended.
    let day = |of_round: u32| {
        let nights = i64::from(round + of_round) - if night == 0 { i64::from(ROUND) } else { 0 };
        let time = start.checked_add(SignedDuration::from_hours(24 * nights));
        time.expect("a year").strftime("%Y-%m-%d").to_string()
    };
    let (from, until) = (day(*GOOD.start()), day(*GOOD.end()));
    let (setting, rule) = WAIVED;
    desk.write(
        "waivers.toml",
        format!(
            "format = 1\n[[waiver]]\nrule = '{rule}'\nworkspace = '*'\nreason = 'An old relay.'\n\
             approver = 'board'\nticket = 'T-1'\nfrom = {from}\nuntil = {until}\n\
             accepted = {{ {setting} = true }}\n"
        ),
    );
    desk.write(
        "plans.toml",
        format!(
            "format = 1\n[[plan]]\nrule = '{rule}'\nworkspace = '*'\nowner = 'IT'\ndue = {until}\n\
             note = 'Replace it.'\n"
        ),
    );
    desk.write(
        "attest.toml",
        format!(
            "format = 1\n[[statement]]\nrule = '{STATED}'\ntext = 'Compared.'\nby = 'officer'\n\
             from = {from}\nuntil = {until}\n"
        ),
    );
}

/// Holds what is said of waiver, plan and statement against the night.
fn written(report: &Value, night: u32) {
    let of_round = night % ROUND;
    let (first, last) = (*GOOD.start(), *GOOD.end());
    let good = GOOD.contains(&of_round);
    let state = if good {
        "applied"
    } else if (first - EARLY..first).contains(&of_round) {
        "not_yet_valid"
    } else {
        "expired"
    };
    let soon = good && last - of_round <= SOON;
    let waiver = &report["waivers"]["entries"][0];
    assert_eq!(waiver["state"], state, "night {night}");
    assert_eq!(waiver["expiring"], soon, "night {night}");
    let outcome = |rule: &str| {
        let findings = report["findings"].as_array().expect("findings");
        let finding = findings.iter().find(|it| it["rule"] == rule);
        finding.expect("a finding")["outcome"].clone()
    };
    assert_eq!(
        outcome(WAIVED.1),
        if good { "waived" } else { "fail" },
        "night {night}"
    );
    assert_eq!(
        outcome(STATED),
        if good { "pass" } else { "manual" },
        "night {night}"
    );
    let statement = &report["statements"][0];
    assert_eq!(statement["expiring"], soon, "night {night}");
    let ahead = state != "expired";
    let plan = &report["plans"][0];
    assert_eq!(
        plan["state"],
        if ahead { "open" } else { "overdue" },
        "night {night}"
    );
}

/// Holds a report against what has to be said on that night.
fn judge(report: &Value, night: u32, models: &[Model], touched: &[(&str, &str)]) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for ((_, rule, _), model) in DRIFT.iter().zip(models) {
        let findings = list(&report["findings"]);
        let finding = findings
            .iter()
            .find(|it| it["rule"] == *rule)
            .expect("a finding");
        assert_eq!(
            finding["outcome"] == "fail",
            model.bad,
            "{rule} on night {night}"
        );
        assert_eq!(
            finding["first_seen"].as_str(),
            model.since.as_deref(),
            "{rule} on night {night}"
        );
        assert_eq!(
            finding["last_failed"].as_str(),
            model.last.as_deref(),
            "{rule} on night {night}"
        );
        let all = list(&report["comparison"]["findings"]);
        let change = all.iter().find(|it| it["rule"] == *rule);
        let class = change.map(|it| it["class"].as_str().expect("a class").to_owned());
        let wanted = touched
            .iter()
            .find(|(id, _)| id == rule)
            .map(|(_, class)| *class);
        assert_eq!(class.as_deref(), wanted, "{rule} on night {night}");
    }
    let trend = list(&report["history"]["trend"]);
    assert_eq!(
        trend.len(),
        usize::try_from(night.min(30)).expect("a number")
    );
}
