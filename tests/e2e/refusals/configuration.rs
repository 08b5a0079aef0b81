//! Files that people write: a mistake is refused with file, line, key and the names there are.

use rc_audit_tests::workspace::Workspace;

use super::refuse;
use crate::kit::{desk, dumped};

/// A rule of a site that is right.
const RULE: &str = r#"format = 1
id = "SITE-001"
revision = 1
since = "0.1.0"
title = "Statistics are switched off"
severity = "low"
severity_reason = "a test"
references = []
rationale = "A test."

[remedy]
ui = "Administration > Settings > General"

[check]
setting = "Statistics_reporting"
is = false

[[case]]
name = "off"
version = "6.4.8"
settings = { Statistics_reporting = false }
expect = "pass"

[[case]]
name = "on"
version = "6.4.8"
settings = { Statistics_reporting = true }
expect = "fail"
"#;

#[test]
fn a_mistake_in_a_policy_is_named_with_what_is_possible() {
    let desk = desk();
    let folder = dumped(&desk, &Workspace::of("6.4.8"));
    let folder = folder.to_str().unwrap();
    let cases: &[(&str, &[&str])] = &[
        (
            "format = 1\nprofil = \"airgapped\"\n",
            &["policy.toml:2:1", "profil", "`profile`", "`packs`"],
        ),
        (
            "format = 1\nprofile = \"airgaped\"\n",
            &["policy.toml:2:11", "airgaped", "`airgapped`"],
        ),
        ("format = 2\n", &["format is 2", "reads format 1"]),
        (
            "format = 1\npacks = [\"strikt\"]\n",
            &["strikt", "base, strict"],
        ),
        (
            "format = 1\n[parameters]\nretention_day = 3\n",
            &["retention_day", "retention_days"],
        ),
        (
            "format = 1\n[parameters]\nretention_days = 0\n",
            &["retention_days", "1"],
        ),
        (
            "format = 1\n[severities]\n\"STAT-999\" = \"low\"\n",
            &["STAT-999", "no such rule"],
        ),
        (
            "format = 1\n[severities]\n\"STAT-001\" = \"mild\"\n",
            &["policy.toml:3:14", "mild", "`low`"],
        ),
        (
            "format = 1\n[[exclude]]\nrule = \"STAT-001\"\nreason = \" \"\n",
            &["STAT-001", "no reason"],
        ),
        ("format = 1\ninterval_hours = 0\n", &["interval_hours"]),
        ("format = \n", &["policy.toml:1:"]),
        (
            "format = 1\nrules = \"nowhere\"\n",
            &["nowhere can't be read"],
        ),
    ];
    for (text, wanted) in cases {
        desk.write("policy.toml", text);
        let mut wanted = wanted.to_vec();
        if !text.contains("nowhere") {
            wanted.push("policy.toml");
        }
        refuse(&desk, &["--policy", "policy.toml", folder], 2, &wanted);
    }
    refuse(
        &desk,
        &["--policy", "none.toml", folder],
        2,
        &["none.toml can't be read"],
    );
}

#[test]
fn a_mistake_in_a_rule_of_the_site_is_named_with_its_line() {
    let desk = desk();
    let folder = dumped(&desk, &Workspace::of("6.4.8"));
    let folder = folder.to_str().unwrap();
    desk.write("policy.toml", "format = 1\nrules = \"site\"\n");
    let path = "site/SITE-001.toml";
    let cases: &[(&str, &str, &[&str])] = &[
        ("titel", "title = ", &["SITE-001.toml:5", "titel", "title"]),
        ("is = fales", "is = false\n", &["SITE-001.toml:16"]),
        (
            "severity = \"mild\"",
            "severity = \"low\"",
            &["SITE-001.toml:6", "mild", "critical"],
        ),
        (
            "setting = \"Statistics_reportin\"",
            "setting = \"Statistics_reporting\"",
            &[
                "SITE-001.toml:14",
                "Statistics_reportin",
                "Statistics_reporting",
            ],
        ),
        (
            "fact = \"push.gatewy\"",
            "setting = \"Statistics_reporting\"",
            &["SITE-001.toml:14", "push.gatewy", "push.gateway"],
        ),
        ("id = \"STAT-001\"", "id = \"SITE-001\"", &["STAT-001"]),
        (
            "expect = \"good\"",
            "expect = \"pass\"",
            &["SITE-001.toml", "good", "pass"],
        ),
    ];
    desk.write(path, RULE);
    let rule = desk.report(&["--policy", "policy.toml", folder]);
    assert!(crate::kit::outcomes(&rule).contains_key("SITE-001"));
    for (wrong, right, wanted) in cases {
        let wrong = if right.ends_with(" = ") {
            format!("{wrong} = ")
        } else {
            format!("{wrong}{}", if right.ends_with('\n') { "\n" } else { "" })
        };
        let text = RULE.replacen(right, &wrong, 1);
        assert_ne!(text, RULE, "{right}");
        desk.write(path, text);
        refuse(&desk, &["--policy", "policy.toml", folder], 2, wanted);
    }
}

#[test]
fn a_mistake_in_what_people_state_is_named() {
    let desk = desk();
    let folder = dumped(&desk, &Workspace::of("6.4.8"));
    let folder = folder.to_str().unwrap();
    let statement = |fact: &str, until: &str| {
        format!(
            "format = 1\n[[statement]]\nfact = \"{fact}\"\ntext = \"The firewall drops it.\"\n\
             by = \"network team\"\nfrom = 2026-01-01\nuntil = {until}\n"
        )
    };
    desk.write("good.toml", statement("egress_blocked", "2026-12-31"));
    desk.check(&["--attest", "good.toml", folder])
        .expect(1, &["Bundle:"]);
    desk.write("bad.toml", statement("egress_blokced", "2026-12-31"));
    let attest = |texts: &[&str]| {
        refuse(&desk, &["--attest", "bad.toml", folder], 2, texts);
    };
    attest(&["bad.toml:3:8", "egress_blokced", "egress_blocked"]);
    desk.write("bad.toml", statement("egress_blocked", "2025-12-31"));
    attest(&["'until' lies before 'from'"]);
    desk.write("bad.toml", statement("egress_blocked", "\"soon\""));
    attest(&["bad.toml:7:9", "without quotes"]);
    desk.write("environment", "NAME=value\nno separator\n");
    refuse(
        &desk,
        &["--env-file", "environment", folder],
        2,
        &["environment, line 2", "no '='"],
    );
    desk.run(&["check", "--now", "yesterday", folder])
        .expect(2, &["--now", "yesterday"]);
    refuse(
        &desk,
        &["--challenge", "two\nlines", folder],
        2,
        &["one line"],
    );
}
