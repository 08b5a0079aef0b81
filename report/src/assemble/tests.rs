use rc_audit_rules::ruleset::RuleSet;

use super::*;
use crate::sample::{Sample, rule};

fn of(severity: &str, value: &str, gap: bool) -> v1::Verdict {
    let settings = format!(r#"{{"Statistics_reporting":{{"value":{value},"type":"boolean"}}}}"#);
    let sample = Sample {
        rule: rule("Statistics_reporting", severity),
        settings,
        gap,
        ..Sample::default()
    };
    sample.report().verdict
}

#[test]
fn a_failure_counts_from_the_threshold_on() {
    assert_eq!(of("medium", "true", false), v1::Verdict::Fail);
    assert_eq!(of("low", "true", false), v1::Verdict::Pass);
    assert_eq!(of("high", "false", false), v1::Verdict::Pass);
}

#[test]
fn what_could_not_be_read_beats_every_result() {
    assert_eq!(of("high", "false", true), v1::Verdict::Incomplete);
    assert_eq!(of("high", "true", true), v1::Verdict::Incomplete);
}

#[test]
fn what_is_waived_fails_no_report_and_passes_no_rule() {
    let of = |accepted: &'static str, value: &str| {
        let settings =
            format!(r#"{{"Statistics_reporting":{{"value":{value},"type":"boolean"}}}}"#);
        let sample = Sample {
            rule: rule("Statistics_reporting", "high"),
            settings,
            accepted: Some(accepted),
            ..Sample::default()
        };
        sample.report()
    };
    let accepts = "{ \"Statistics_reporting (as stored)\" = true }";
    let report = of(accepts, "true");
    assert_eq!(report.verdict, v1::Verdict::Pass);
    assert_eq!(report.findings[0].outcome, v1::Outcome::Waived);
    assert_eq!(report.findings[0].underlying, Some(v1::Outcome::Fail));
    assert_eq!(report.findings[0].waiver.as_deref(), Some("W1"));
    assert_eq!(report.summary.by_outcome["pass"], 0);
    assert_eq!(report.summary.by_outcome["waived"], 1);
    assert_eq!(report.summary.score, Some(0));
    let report = of("{ \"Statistics_reporting (as stored)\" = false }", "true");
    assert_eq!(report.verdict, v1::Verdict::Fail);
    assert_eq!(report.findings[0].waiver, None);
    assert_eq!(report.waivers.by_state["other_value"], 1);
    // What cannot be read is not waived.
    let report = of(accepts, "{\"$other\":\"regex\"}");
    assert_ne!(report.findings[0].outcome, v1::Outcome::Waived);
}

#[test]
fn a_variable_that_the_release_does_not_read_yet_is_not_offered() {
    let rules = RuleSet::shipped().unwrap();
    let rule = rules.find("STAT-002").unwrap();
    let at = |version: &str| variable(rule, &RunningVersion::exactly(version.parse().unwrap()));
    assert_eq!(at("6.13.0"), "");
    assert!(at("8.7.0").starts_with("RC_DISABLE_STATISTICS_REPORTING=true"));
    // What is not known to be too old may read it.
    assert_ne!(variable(rule, &RunningVersion::default()), "");
}

#[test]
fn a_report_has_no_floating_point_number_and_no_secret() {
    let sample = Sample {
        settings: r#"{"Statistics_reporting":{"value":{"$double":"1.5"},"type":"boolean"}}"#
            .to_owned(),
        ..Sample::default()
    };
    let report = serde_json::to_value(sample.report()).unwrap();
    let found = &report["findings"][0]["observed"][0]["found"];
    assert_eq!(found, &serde_json::Value::from("1.5"));
    let secret = published(&Value::Withheld(rc_audit_rules::value::Withheld {
        set: true,
        long: true,
        is_default: false,
    }));
    assert_eq!(secret, serde_json::json!({ "secret": "set" }));
}

#[test]
fn a_workspace_name_is_fit_for_a_path() {
    assert_eq!(
        workspace_name("../a b", Some("0123456789")),
        "___a_b-01234567"
    );
    assert_eq!(workspace_name("", None), "workspace-unknown");
}
