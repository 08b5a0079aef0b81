//! What is drawn from the documents of each release.

use rc_audit_tests::workspace::{Workspace, days_before};
use serde_json::Value;

use super::{ALL, report};
use crate::kit::{desk, outcomes};

/// Releases of eight years, the oldest first.
const RELEASES: &[&str] = &[
    "3.18.2", "4.8.2", "5.4.4", "6.4.8", "6.5.3", "6.13.0", "7.7.1", "8.3.0",
];

#[test]
fn every_release_is_recognised_and_breaks_no_rule_in_any_profile() {
    let desk = desk();
    for version in RELEASES {
        let workspace = Workspace::of(version);
        for profile in ALL {
            let report = report(&desk, &workspace, &["--profile", profile]);
            assert_eq!(report["workspace"]["version"], *version, "{profile}");
            assert_eq!(report["workspace"]["version_conflict"], Value::Null);
            assert_eq!(report["workspace"]["deployment"], "docker/compose");
            assert_eq!(report["policy"]["profile"], *profile);
            assert_eq!(report["policy"]["profile_declared"], true);
            for (rule, outcome) in outcomes(&report) {
                assert_ne!(outcome, "error", "{rule} on {version}, {profile}");
            }
        }
    }
}

#[test]
fn an_old_report_does_not_date_a_server_that_was_upgraded_since() {
    let desk = desk();
    let mut workspace = Workspace::of("6.5.3");
    workspace.set("Statistics_reporting", false);
    let long_ago = days_before(workspace.plan.now, 700);
    for report in workspace.documents("rocketchat_statistics") {
        report.insert("version", "6.4.8");
        report.insert("migration", bson::doc! { "version": 303, "locked": false });
        report.insert("createdAt", long_ago);
    }
    let report = report(&desk, &workspace, &["--profile", "unregistered"]);
    assert_eq!(report["workspace"]["version"], Value::Null);
    // The stored opt-out counts only if the release that reads it is known to run.
    let found = outcomes(&report);
    assert!(["unknown", "not_applicable"].contains(&found["STAT-001"].as_str()));
    assert!(["unknown", "fail!"].contains(&found["STAT-002"].as_str()));
}

#[test]
fn a_workspace_without_any_trace_of_its_release_leaves_what_depends_on_it_open() {
    let desk = desk();
    let mut workspace = Workspace::of("6.13.0");
    workspace
        .drop("rocketchat_statistics")
        .drop("migrations")
        .set("Statistics_reporting", false)
        .set("RetentionPolicy_Enabled", true);
    workspace
        .documents("rocketchat_settings")
        .retain(|setting| {
            let id = setting.get_str("_id").unwrap_or_default();
            id.starts_with("RetentionPolicy_E") || id.starts_with("Statistics")
        });
    let report = report(&desk, &workspace, &["--profile", "airgapped"]);
    assert_eq!(report["workspace"]["version"], Value::Null);
    assert_eq!(report["verdict"], "incomplete");
    let found = outcomes(&report);
    for rule in ["STAT-001", "STAT-002", "STAT-003", "RET-012"] {
        assert_eq!(found[rule], "unknown", "{rule}");
    }
}

#[test]
fn without_a_declared_profile_the_report_infers_one_and_says_from_what() {
    let desk = desk();
    let mut workspace = Workspace::of("7.7.1");
    let policy = |workspace: &Workspace| report(&desk, workspace, &[])["policy"].clone();
    let before = policy(&workspace);
    assert_eq!(before["profile"], "unregistered");
    assert_eq!(before["profile_declared"], false);
    workspace.register();
    assert_eq!(policy(&workspace)["profile"], "registered");
    super::Licence {
        offline: true,
        ..super::Licence::with(&[])
    }
    .install(&mut workspace);
    let after = policy(&workspace);
    assert_eq!(after["profile"], "airgapped");
    assert!(after["profile_basis"].as_str().unwrap().contains("offline"));
}
