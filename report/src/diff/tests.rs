use super::*;
use crate::sample::{Sample, rule};
use crate::v1::{Flow, Gap};

/// A report on a setting that should be off, judged on a day of November.
fn report(on: bool, day: u32) -> Report {
    let mut report = Sample {
        rule: rule("Statistics_reporting", "high"),
        settings: format!(r#"{{"Statistics_reporting":{{"value":{on},"type":"boolean"}}}}"#),
        ..Sample::default()
    }
    .report();
    report.judged_at = format!("2026-11-{day:02}T00:00:00Z");
    report
}

fn only(before: &Report, now: &Report) -> FindingChange {
    let comparison = compare(before, now, With::Named);
    assert_eq!(comparison.findings.len(), 1, "{:?}", comparison.findings);
    comparison.findings[0].clone()
}

fn kinds(change: &FindingChange) -> Vec<&str> {
    change.causes.iter().map(|it| it.kind.as_str()).collect()
}

#[test]
fn a_report_is_the_same_as_itself() {
    let one = report(true, 1);
    let comparison = compare(&one, &one, With::Named);
    assert!(comparison.is_empty());
    assert_eq!(comparison.differs, []);
    assert_eq!(comparison.by_class["unchanged"], 1);
    let names: Vec<&str> = comparison.by_class.keys().map(String::as_str).collect();
    let mut all = CLASSES.to_vec();
    all.sort_unstable();
    assert_eq!(names, all);
}

#[test]
fn a_new_failure_is_told_with_the_value_behind_it() {
    let change = only(&report(false, 1), &report(true, 2));
    assert_eq!(change.class, "new");
    assert_eq!(
        (change.before.as_deref(), change.now.as_deref()),
        (Some("pass"), Some("fail"))
    );
    let cause = &change.causes[0];
    assert_eq!(
        (cause.kind.as_str(), cause.subject.as_str()),
        ("value", "Statistics_reporting (as stored)")
    );
    assert_eq!(
        (cause.before.as_str(), cause.now.as_str()),
        ("false", "true")
    );
    let back = only(&report(true, 1), &report(false, 2));
    assert_eq!(back.class, "fixed");
}

#[test]
fn a_failure_that_was_mended_once_has_returned() {
    let mut mended = report(false, 2);
    mended.findings[0].last_failed = Some("2026-11-01T00:00:00Z".to_owned());
    let change = only(&mended, &report(true, 3));
    assert_eq!(change.class, "returned");
    assert_eq!(change.last_failed.as_deref(), Some("2026-11-01T00:00:00Z"));
    // Also if it was mended and came back between two reports that both have it.
    let mut again = report(true, 4);
    again.findings[0].first_seen = Some("2026-11-03T00:00:00Z".to_owned());
    again.findings[0].last_failed = Some("2026-11-01T00:00:00Z".to_owned());
    assert_eq!(only(&report(true, 1), &again).class, "returned");
}

#[test]
fn what_could_not_be_read_is_worse_and_says_which_collection() {
    let before = report(false, 1);
    let mut now = report(false, 2);
    now.findings[0].outcome = Outcome::Unknown;
    now.evidence.gaps.push(Gap {
        query: "settings".to_owned(),
        collection: "rocketchat_settings".to_owned(),
        reason: "denied".to_owned(),
        detail: "the login may not read it".to_owned(),
    });
    let change = only(&before, &now);
    assert_eq!(change.class, "worse");
    assert_eq!(kinds(&change), ["gap"]);
    assert_eq!(change.causes[0].subject, "rocketchat_settings");
    let comparison = compare(&before, &now, With::Named);
    assert_eq!(comparison.newly_undecided(Severity::Medium).count(), 1);
    assert_eq!(comparison.new_gaps().count(), 1);
    let back = compare(&now, &before, With::Named);
    assert_eq!(back.new_gaps().count(), 0);
    assert_eq!(back.findings[0].class, "better");
}

#[test]
fn a_failure_that_could_not_be_decided_for_a_day_is_no_new_one() {
    let mut unknown = report(true, 2);
    unknown.findings[0].outcome = Outcome::Unknown;
    unknown.findings[0].first_seen = Some("2026-11-01T00:00:00Z".to_owned());
    assert_eq!(only(&unknown, &report(true, 3)).class, "changed");
    unknown.findings[0].first_seen = None;
    assert_eq!(only(&unknown, &report(true, 3)).class, "new");
}

#[test]
fn each_other_cause_is_told_from_a_value() {
    let before = report(false, 1);
    let fails = || {
        let mut now = report(false, 2);
        now.findings[0].outcome = Outcome::Fail;
        now
    };
    let mut now = fails();
    now.findings[0].revision = 2;
    assert_eq!(kinds(&only(&before, &now)), ["rule"]);

    let mut now = fails();
    now.findings[0].observed[0].expected = "at most 30".to_owned();
    assert_eq!(kinds(&only(&before, &now)), ["parameter"]);

    let mut now = fails();
    now.workspace.version = Some("6.13.0".to_owned());
    assert_eq!(kinds(&only(&before, &now)), ["version"]);

    let mut now = fails();
    now.workspace.licence.state = "valid".to_owned();
    assert_eq!(kinds(&only(&before, &now)), ["licence"]);

    let mut now = fails();
    now.policy.profile = "airgapped".to_owned();
    assert_eq!(kinds(&only(&before, &now)), ["policy"]);

    let mut now = fails();
    now.tool.version = "9.0.0".to_owned();
    assert_eq!(kinds(&only(&before, &now)), ["tool"]);

    let mut now = fails();
    now.tool.rules = "sha256:11".to_owned();
    assert_eq!(kinds(&only(&before, &now)), ["rules"]);

    let mut now = fails();
    now.findings[0].reason = "Another day.".to_owned();
    assert_eq!(kinds(&only(&before, &now)), ["evidence"]);

    let mut now = fails();
    now.findings[0].observed[0].found = serde_json::json!(true);
    now.findings[0].observed[0].origin = "environment".to_owned();
    assert_eq!(kinds(&only(&before, &now)), ["environment"]);
}

#[test]
fn a_waiver_that_ends_brings_the_finding_back() {
    let mut waived = report(true, 1);
    waived.findings[0].outcome = Outcome::Waived;
    waived.findings[0].underlying = Some(Outcome::Fail);
    waived.findings[0].waiver = Some("until 2026-11-01".to_owned());
    let change = only(&waived, &report(true, 2));
    assert_eq!(
        (change.class.as_str(), kinds(&change)),
        ("returned", vec!["waiver"])
    );
    let change = only(&report(true, 1), &waived);
    assert_eq!(
        (change.class.as_str(), kinds(&change)),
        ("better", vec!["waiver"])
    );
}

#[test]
fn why_a_waiver_no_longer_counts_is_told_and_a_new_number_for_it_is_nothing() {
    let entry = |id: &str, state: &str, why: &str| -> crate::v1::Waiver {
        serde_json::from_value(serde_json::json!({
            "id": id, "file": "waivers.toml", "line": 3, "rule": "SITE-001", "workspace": "*",
            "reason": "We know", "approver": "Head of IT", "ticket": "T-1",
            "from": "2026-10-01", "until": "2026-11-01", "ends": "2026-11-02T00:00:00Z",
            "days_left": 0, "accepted": {}, "state": state, "why": why, "expiring": false,
            "overlaps": null,
        }))
        .unwrap()
    };
    let waived = |day, id: &str| {
        let mut report = report(true, day);
        report.findings[0].outcome = Outcome::Waived;
        report.findings[0].underlying = Some(Outcome::Fail);
        report.findings[0].waiver = Some(id.to_owned());
        report.waivers.entries = vec![entry(id, "applied", "")];
        report
    };
    let mut ended = report(true, 2);
    ended.waivers.entries = vec![entry("W1", "expired", "it ended on 2026-11-01")];
    let cause = &only(&waived(1, "W1"), &ended).causes[0];
    assert_eq!(cause.kind, "waiver");
    assert_eq!(cause.before, "We know (Head of IT, until 2026-11-01)");
    assert_eq!(cause.now, "it ended on 2026-11-01");
    assert!(compare(&waived(1, "W1"), &waived(2, "W7"), With::Named).is_empty());
}

#[test]
fn what_the_policy_leaves_out_is_better_and_not_fixed() {
    let mut excluded = report(true, 2);
    excluded.findings[0].outcome = Outcome::NotApplicable;
    excluded.findings[0].underlying = Some(Outcome::Fail);
    let why = "not ours".to_owned();
    excluded.policy.excluded.insert("SITE-001".to_owned(), why);
    let change = only(&report(true, 1), &excluded);
    assert_eq!(
        (change.class.as_str(), kinds(&change)),
        ("better", vec!["policy"])
    );
}

#[test]
fn a_rule_that_only_one_report_has_is_added_or_removed_or_a_new_failure() {
    let without = |mut report: Report| {
        report.findings.clear();
        report
    };
    let change = only(&without(report(false, 1)), &report(false, 2));
    assert_eq!(
        (change.class.as_str(), kinds(&change)),
        ("added", vec!["rule"])
    );
    assert_eq!(
        only(&without(report(true, 1)), &report(true, 2)).class,
        "new"
    );
    let change = only(&report(true, 1), &without(report(true, 2)));
    assert_eq!((change.class.as_str(), change.now), ("removed", None));
}

#[test]
fn a_setting_that_moves_is_told_even_if_nothing_comes_of_it_and_a_count_is_not() {
    let before = report(true, 1);
    let mut now = report(true, 2);
    now.findings[0].observed[0].found = serde_json::json!("yes");
    assert_eq!(only(&before, &now).class, "changed");
    now.findings[0].observed[0].origin = "data".to_owned();
    let mut counted = before.clone();
    counted.findings[0].observed[0].origin = "data".to_owned();
    assert!(compare(&counted, &now, With::Named).is_empty());
}

#[test]
fn a_setting_that_only_another_rule_saw_is_a_cause_as_well() {
    let before = {
        let mut report = report(false, 1);
        let mut other = report.findings[0].clone();
        other.rule = "SITE-002".to_owned();
        other.outcome = Outcome::NotApplicable;
        report.findings.push(other);
        report
    };
    let mut now = report(true, 2);
    let mut other = now.findings[0].clone();
    other.rule = "SITE-002".to_owned();
    other.outcome = Outcome::Fail;
    other.observed.clear();
    now.findings.push(other);
    let comparison = compare(&before, &now, With::Named);
    let change = comparison.findings.iter().find(|it| it.rule == "SITE-002");
    assert_eq!(kinds(change.unwrap()), ["value"]);
}

#[test]
fn flows_open_and_close_and_say_why() {
    let flow = |state: &str, basis: &str| -> Flow {
        serde_json::from_value(serde_json::json!({
            "id": "B1", "title": "A way out", "state": state, "data": [], "content": "",
            "trigger": "", "recipient": "", "party": "vendor", "way": "server", "host": "",
            "hosts": [], "location": "", "registration": "no", "basis": [basis],
            "last_contact": null, "switch_off": "", "proof": "",
        }))
        .unwrap()
    };
    let with = |flow: Flow| {
        let mut report = report(true, 1);
        report.flows = vec![flow];
        report
    };
    for (before, now, class) in [
        ("off", "active", "opened"),
        ("not_applicable", "dormant", "opened"),
        ("active", "off", "closed"),
        ("active", "unknown", "changed"),
    ] {
        let comparison = compare(&with(flow(before, "x")), &with(flow(now, "y")), With::Named);
        assert_eq!(comparison.flows[0].class, class, "{before} → {now}");
        assert_eq!(comparison.flows[0].causes[0].now, "y");
    }
}

#[test]
fn a_statement_of_the_vendor_is_told_with_the_rules_behind_it() {
    let mut before = report(false, 1);
    let mut now = report(true, 2);
    for (report, verdict) in [(&mut before, "supported"), (&mut now, "contradicted")] {
        report.clauses.truncate(2);
        report.clauses[0].verdict = verdict.to_owned();
        report.clauses[0].findings = vec!["SITE-001".to_owned(), "STAT-001".to_owned()];
    }
    let comparison = compare(&before, &now, With::Named);
    assert_eq!(comparison.clauses.len(), 1);
    let change = &comparison.clauses[0];
    assert_eq!(change.id, now.clauses[0].id);
    assert_eq!(
        (change.before.as_str(), change.now.as_str()),
        ("supported", "contradicted")
    );
    assert_eq!(change.findings, ["SITE-001"]);
}

#[test]
fn a_long_list_is_told_by_what_is_new_and_gone() {
    let list = |range: std::ops::Range<u32>| {
        let items = range.map(|index| format!("host-{index}.example.org"));
        serde_json::json!(items.collect::<Vec<_>>())
    };
    let mut before = report(true, 1);
    before.findings[0].observed[0].found = list(0..50_000);
    let mut now = report(true, 2);
    now.findings[0].observed[0].found = list(1..50_001);
    let change = only(&before, &now);
    let cause = &change.causes[0];
    assert_eq!(cause.before, "50000 items, gone: host-0.example.org");
    assert_eq!(cause.now, "50000 items, new: host-50000.example.org");
}

#[test]
fn what_is_shown_has_no_sign_that_a_terminal_or_markdown_obeys() {
    let hostile = "\u{1b}[31m<b>|`x`\u{202e}";
    let before = report(false, 1);
    let mut now = report(true, 2);
    now.findings[0].title = hostile.to_owned();
    now.findings[0].observed[0].found = serde_json::json!(hostile);
    now.workspace.name = hostile.to_owned();
    let comparison = compare(&before, &now, With::Named);
    let paint = |_, text: &str| text.to_owned();
    for text in [
        render(&comparison, &paint),
        summary(&comparison, &paint),
        markdown(&comparison),
    ] {
        assert!(text.contains("SITE-001"), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
    let text = markdown(&comparison);
    assert!(text.contains("\\<b>\\|\\`x\\`"), "{text}");
    assert_eq!(plain("a_b _c_ [x](y)"), "a_b \\_c\\_ \\[x\\](y)");
    let rows: Vec<&str> = text.lines().filter(|it| it.contains("SITE-001")).collect();
    let bars = rows[0].replace("\\|", "");
    assert_eq!(bars.matches('|').count(), 7, "{}", rows[0]);
}

#[test]
fn reports_are_of_one_workspace_by_its_mark_and_else_by_its_name() {
    let one = report(true, 1);
    let mut other = report(true, 2);
    assert!(same_workspace(&one, &other));
    other.workspace.name = "elsewhere-12345678".to_owned();
    assert!(!same_workspace(&one, &other));
    let mark = |report: &Report, mark: &str| {
        let mut report = report.clone();
        report.workspace.unique_id_fingerprint = Some(mark.to_owned());
        report
    };
    assert!(same_workspace(&mark(&one, "a"), &mark(&other, "a")));
    assert!(!same_workspace(&mark(&one, "a"), &mark(&one, "b")));
}
