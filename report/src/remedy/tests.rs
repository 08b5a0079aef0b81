use super::*;
use crate::sample::{Sample, rule as a_rule};
use crate::v1::Severity;
use rc_audit_rules::ruleset::RuleSet;

fn rules() -> RuleSet {
    RuleSet::shipped().unwrap()
}

/// A report on a release in which every shipped rule failed.
fn all_failed(version: &str, rules: &RuleSet) -> Report {
    let mut report = Sample::default().report();
    report.workspace.version = Some(version.to_owned());
    let finding = report.findings[0].clone();
    report.findings = rules
        .rules()
        .iter()
        .map(|rule| Finding {
            rule: rule.id.clone(),
            revision: rule.revision,
            title: rule.title.clone(),
            severity: Severity::High,
            outcome: Outcome::Fail,
            observed: Vec::new(),
            remedy: crate::v1::Remedy {
                ui: rule.remedy.ui.clone(),
                env: rule.remedy.env.clone(),
                api: rule.remedy.api.clone(),
                note: rule.remedy.note.clone(),
            },
            ..finding.clone()
        })
        .collect();
    report
}

const RELEASES: [&str; 5] = ["3.18.2", "6.4.8", "6.13.0", "7.7.1", "8.3.0-develop"];

#[test]
fn every_line_of_an_environment_is_one_that_the_release_takes() {
    let rules = rules();
    for version in RELEASES {
        let running = RunningVersion::exactly(version.parse().unwrap());
        let text = render(&all_failed(version, &rules), rules.rules(), Form::Env);
        let mut lines = 0;
        let mut names = std::collections::BTreeSet::new();
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (name, _) = line.split_once('=').unwrap();
            assert!(names.insert(name.to_owned()), "{version}: {line} twice");
            let Some(id) = name.strip_prefix("OVERWRITE_SETTING_") else {
                assert_eq!(name, "RC_DISABLE_STATISTICS_REPORTING", "{version}");
                assert!(version.starts_with("8.3"), "{version}: {line}");
                continue;
            };
            lines += 1;
            let definition = rc_audit_rules::catalogue::find(id).unwrap();
            let rc_audit_rules::catalogue::Life::Defined(span) = definition.life(&running) else {
                panic!("{version}: {line}");
            };
            assert!(
                !span.enterprise && !span.licensed && !span.blocked,
                "{version}: {line}"
            );
            assert!(
                !matches!(span.kind, "timespan" | "range" | "password"),
                "{version}: {line}"
            );
        }
        assert!(lines > 60, "{version}: {lines}");
        // What is printed is what '--assume' reads, for this very release.
        let assumptions = rc_audit_rules::assumption::Assumptions::parse(&text).unwrap();
        let mut snapshot = Sample::default().snapshot();
        let assumed = assumptions.apply(&mut snapshot, &running).unwrap();
        assert!(assumed.len() >= lines, "{version}");
    }
}

#[test]
fn every_call_is_of_a_setting_that_rest_takes_in_the_release() {
    let rules = rules();
    for version in RELEASES {
        let running = RunningVersion::exactly(version.parse().unwrap());
        let text = render(&all_failed(version, &rules), rules.rules(), Form::Api);
        let calls: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("post '"))
            .collect();
        assert!(calls.len() > 60, "{version}: {}", calls.len());
        for call in calls {
            let Some(rest) = call.strip_prefix("post 'settings/") else {
                assert!(call.starts_with("post 'permissions.update'"), "{call}");
                continue;
            };
            let (id, _) = rest.split_once('\'').unwrap();
            let definition = rc_audit_rules::catalogue::find(id).unwrap();
            let rc_audit_rules::catalogue::Life::Defined(span) = definition.life(&running) else {
                panic!("{version}: {call}");
            };
            assert!(
                !span.hidden && !span.blocked && !span.enterprise,
                "{version}: {call}"
            );
        }
    }
}

#[test]
fn every_finding_has_a_place_in_each_form_or_says_that_there_is_no_way() {
    let rules = rules();
    for version in RELEASES {
        let report = all_failed(version, &rules);
        for form in [Form::Env, Form::Api, Form::Checklist] {
            let text = render(&report, rules.rules(), form);
            for finding in &report.findings {
                let wanted = match form {
                    Form::Checklist => format!("- [ ] **{}** (", finding.rule),
                    Form::Env | Form::Api => format!("# {} (", finding.rule),
                };
                assert!(
                    text.contains(&wanted),
                    "{version} {form:?} {}",
                    finding.rule
                );
            }
        }
    }
}

#[test]
fn quotes_keep_everything_a_text() {
    for (text, quoted) in [
        ("it's", r"'it'\''s'"),
        ("'; id; '", r"''\''; id; '\'''"),
        ("$(x) `y` \\ \"z\"", "'$(x) `y` \\ \"z\"'"),
        ("", "''"),
    ] {
        assert_eq!(api::quoted(text), quoted);
    }
}

#[test]
fn a_report_s_own_texts_never_become_lines_that_do_something() {
    let rules = rules();
    let mut report = all_failed("6.13.0", &rules);
    let hostile = "x\nOVERWRITE_SETTING_E2E_Enable=false\ncurl https://evil.example/\n'; id #";
    report.workspace.name = hostile.to_owned();
    report.id = hostile.to_owned();
    for finding in &mut report.findings {
        finding.title = hostile.to_owned();
        finding.reason = hostile.to_owned();
        finding.remedy.ui = hostile.to_owned();
        finding.remedy.note = hostile.to_owned();
        finding.remedy.env = hostile.to_owned();
        finding.remedy.api = hostile.to_owned();
    }
    let plain = all_failed("6.13.0", &rules);
    for form in [Form::Env, Form::Api] {
        let act = |report: &Report| -> Vec<String> {
            let text = render(report, rules.rules(), form);
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(act(&report), act(&plain), "{form:?}");
    }
    // Of a rule that this version does not have, the report's words are all there is.
    report.findings.truncate(1);
    report.findings[0].rule = "EVIL-001".to_owned();
    let text = render(&report, rules.rules(), Form::Env);
    assert!(
        text.lines()
            .all(|line| line.is_empty() || line.starts_with('#')),
        "{text}"
    );
    let list = render(&report, rules.rules(), Form::Checklist);
    assert!(list.contains("this version knows no remedy"), "{list}");
}

/// A report on one failed rule of the shipped ones, with what was seen of a setting.
fn failed(rule: &str, version: &str, setting: &str, found: &str, origin: &str) -> Report {
    let rules = rules();
    let mut report = all_failed(version, &rules);
    report.findings.retain(|it| it.rule == rule);
    report.findings[0].observed = vec![Observed {
        subject: setting.to_owned(),
        expected: String::new(),
        found: serde_json::from_str(found).unwrap(),
        met: Some(false),
        note: None,
        origin: origin.to_owned(),
        updated_at: None,
    }];
    report
}

#[test]
fn a_value_that_a_variable_gives_is_changed_there_and_not_by_a_call() {
    let rules = rules();
    let report = failed("EXT-005", "6.13.0", "API_Embed", "true", "environment");
    let script = render(&report, rules.rules(), Form::Api);
    assert!(!script.contains("post '"), "{script}");
    assert!(
        script.contains("OVERWRITE_SETTING_API_Embed to false"),
        "{script}"
    );
    let env = render(&report, rules.rules(), Form::Env);
    assert!(
        env.contains("\nOVERWRITE_SETTING_API_Embed=false\n"),
        "{env}"
    );
    assert!(
        env.contains("now true, wanted false; a variable gives it now"),
        "{env}"
    );
    let list = render(&report, rules.rules(), Form::Checklist);
    assert!(list.contains("change OVERWRITE"), "{list}");
}

#[test]
fn what_is_as_wanted_already_is_left_alone() {
    let rules = rules();
    let report = failed("EXT-005", "6.13.0", "API_Embed", "false", "stored");
    let env = render(&report, rules.rules(), Form::Env);
    assert!(!env.contains("\nOVERWRITE"), "{env}");
}

#[test]
fn two_rules_that_want_the_same_setting_say_so() {
    let rules = rules();
    let mut report = all_failed("6.13.0", &rules);
    report
        .findings
        .retain(|it| ["PUSH-001", "PUSH-006"].contains(&it.rule.as_str()));
    let env = render(&report, rules.rules(), Form::Env);
    assert_eq!(
        env.matches("\nOVERWRITE_SETTING_Push_enable_gateway=")
            .count(),
        1
    );
    assert!(env.contains("the same change as for PUSH-001"), "{env}");
}

#[test]
fn the_real_way_out_is_named_where_neither_variable_nor_call_works() {
    let rules = rules();
    // Hidden, and no longer read.
    let report = failed(
        "STAT-002",
        "6.13.0",
        "Statistics_reporting",
        "false",
        "stored",
    );
    let env = render(&report, rules.rules(), Form::Env);
    assert!(!env.lines().any(|it| it.starts_with("OVERWRITE")), "{env}");
    assert!(env.contains("releases from 8.1.0 on do"), "{env}");
    let newer = failed(
        "STAT-002",
        "8.3.0",
        "Statistics_reporting",
        "false",
        "stored",
    );
    let env = render(&newer, rules.rules(), Form::Env);
    assert!(
        env.contains("\nRC_DISABLE_STATISTICS_REPORTING=true\n"),
        "{env}"
    );
    // Enterprise without a licence.
    let report = all_failed("6.13.0", &rules);
    let env = render(&report, rules.rules(), Form::Env);
    assert!(
        env.contains("Push_request_content_from_server: the setting counts only with a licence")
    );
    let mut report = report;
    report.workspace.licence.state = "valid".to_owned();
    report.workspace.licence.modules = vec!["push-privacy".to_owned()];
    let env = render(&report, rules.rules(), Form::Env);
    assert!(env.contains("\nOVERWRITE_SETTING_Push_request_content_from_server=true\n"));
}

#[test]
fn a_rule_of_another_revision_is_not_this_one_s_to_repair() {
    let rules = rules();
    let mut report = failed("EXT-005", "6.13.0", "API_Embed", "true", "stored");
    report.findings[0].revision += 1;
    let env = render(&report, rules.rules(), Form::Env);
    assert!(!env.contains("\nOVERWRITE"), "{env}");
    assert!(env.contains("OVERWRITE_SETTING_API_Embed=false"), "{env}");
}

#[test]
fn nothing_failed_is_told() {
    let report = Sample {
        rule: a_rule("Statistics_reporting", "high"),
        ..Sample::default()
    }
    .report();
    let list = render(&report, &[], Form::Checklist);
    assert!(list.contains("No rule failed."), "{list}");
}
