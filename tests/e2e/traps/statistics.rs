//! Traps around usage reports and other calls home.

use bson::doc;
use rc_audit_tests::workspace::{Workspace, days_before};

use super::{AIRGAPPED, ALL, ALONE, REGISTERED, Trap, UNREGISTERED, check, statistics};

fn opted_out(workspace: &mut Workspace) {
    workspace.set("Statistics_reporting", false);
}

fn answered_20_days_ago(workspace: &mut Workspace) {
    statistics(workspace, 20).insert("statsToken", "made-up-token");
}

/// The newest report names the sender of mails.
fn with_sender(workspace: &mut Workspace) {
    let sender = doc! { "smtp": { "smtpHost": "mail.example", "fromEmail": "a@example" } };
    statistics(workspace, 0).insert("settings", doc! { "email": sender });
}

#[test]
fn a_stored_opt_out_counts_only_while_the_server_reads_it() {
    check(&[
        Trap::new(
            "switched off where it works",
            &["6.4.8", "6.5.0", "6.5.0-rc.2"],
            ALONE,
            opted_out,
            &[("STAT-001", "pass"), ("STAT-002", "not_applicable")],
        ),
        Trap::new(
            "a registered workspace may report",
            &["6.4.8"],
            REGISTERED,
            opted_out,
            &[
                ("STAT-001", "not_applicable"),
                ("STAT-002", "not_applicable"),
            ],
        ),
        Trap::new(
            "switched off where nothing reads it",
            &["6.5.1", "6.5.3", "7.7.1"],
            ALL,
            opted_out,
            &[("STAT-001", "not_applicable"), ("STAT-002", "fail!")],
        ),
        Trap::new(
            "absent, so the default sends",
            &["4.8.2"],
            UNREGISTERED,
            |it| _ = it.unset("Statistics_reporting"),
            &[("STAT-001", "fail")],
        ),
        Trap::new(
            "the text false, which is true to the server",
            &["5.4.4"],
            ALONE,
            |it| _ = it.set("Statistics_reporting", "false"),
            &[("STAT-001", "fail!")],
        ),
        Trap::new(
            "the variable of the process keeps reports in",
            &["8.3.0"],
            ALONE,
            opted_out,
            &[("STAT-002", "pass"), ("STAT-010", "pass")],
        )
        .environment("RC_DISABLE_STATISTICS_REPORTING=TRUE\n"),
        Trap::new(
            "any other text of the variable does not",
            &["8.3.0"],
            AIRGAPPED,
            opted_out,
            &[("STAT-002", "fail!"), ("STAT-010", "fail|unknown")],
        )
        .environment("RC_DISABLE_STATISTICS_REPORTING=1\n"),
        Trap::new(
            "nor does it before 8.0",
            &["7.7.1"],
            AIRGAPPED,
            opted_out,
            &[("STAT-002", "fail!"), ("STAT-010", "not_applicable")],
        )
        .environment("RC_DISABLE_STATISTICS_REPORTING=true\n"),
        Trap::new(
            "without the environment nobody knows",
            &["8.3.0"],
            AIRGAPPED,
            |_| (),
            &[("STAT-010", "unknown")],
        ),
    ]);
}

#[test]
fn switches_against_calling_home_end_with_6_5() {
    let both = |it: &mut Workspace| {
        it.set("Troubleshoot_Disable_Statistics_Generator", true)
            .set("Troubleshoot_Disable_Workspace_Sync", true);
    };
    check(&[
        Trap::new(
            "both switches where they work",
            &["6.4.8"],
            AIRGAPPED,
            both,
            &[("STAT-008", "not_applicable"), ("STAT-009", "pass")],
        ),
        Trap::new(
            "both switches where nothing reads them",
            &["6.5.0", "6.13.0"],
            ALL,
            both,
            &[("STAT-008", "fail!"), ("STAT-009", "not_applicable")],
        ),
        Trap::new(
            "neither switch",
            &["6.4.8"],
            AIRGAPPED,
            |_| (),
            &[("STAT-009", "fail")],
        ),
        Trap::new(
            "surveys and update check off",
            &["6.13.0"],
            ALONE,
            |it| {
                it.set("NPS_survey_enabled", false)
                    .set("Update_EnableChecker", false);
            },
            &[("STAT-012", "pass"), ("STAT-013", "pass")],
        ),
        Trap::new(
            "surveys and update check off in words only",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                it.set("NPS_survey_enabled", "false")
                    .set("Update_EnableChecker", "false");
            },
            &[("STAT-012", "fail|fail!"), ("STAT-013", "fail|fail!")],
        ),
        Trap::new(
            "the update check runs although its switch is off",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                it.set("Update_EnableChecker", false).insert(
                    "rocketchat_cron",
                    doc! { "_id": "u", "name": "version_check" },
                );
            },
            &[("STAT-013", "fail|fail!")],
        ),
        Trap::new(
            "the countdown to reading only",
            &["7.7.1"],
            ALONE,
            |it| _ = it.set("Cloud_Workspace_AirGapped_Restrictions_Remaining_Days", 5),
            &[("STAT-006", "fail")],
        ),
        Trap::new(
            "no countdown, and none before 7.0",
            &["7.7.1"],
            ALONE,
            |_| (),
            &[("STAT-006", "pass")],
        ),
        Trap::new(
            "there is no countdown before 7.0",
            &["6.13.0"],
            ALONE,
            |_| (),
            &[("STAT-006", "not_applicable")],
        ),
    ]);
}

#[test]
fn an_answered_report_is_proof_and_a_missing_answer_is_none() {
    check(&[
        Trap::new(
            "an answer from any time",
            &["6.13.0"],
            ALONE,
            answered_20_days_ago,
            &[
                ("STAT-003", "fail|not_applicable"),
                ("STAT-004", "fail|not_applicable"),
            ],
        ),
        Trap::new(
            "an answer in an isolated workspace",
            &["6.5.3", "6.13.0"],
            AIRGAPPED,
            answered_20_days_ago,
            &[("STAT-003", "fail"), ("STAT-004", "not_applicable")],
        ),
        Trap::new(
            "an answer in an unregistered workspace",
            &["6.13.0"],
            UNREGISTERED,
            answered_20_days_ago,
            &[("STAT-003", "not_applicable"), ("STAT-004", "fail")],
        ),
        Trap::new(
            "an answer from before the isolation",
            &["6.13.0"],
            AIRGAPPED,
            answered_20_days_ago,
            &[("STAT-003", "pass")],
        )
        .policy("[parameters]\nisolated_since = 2026-11-10"),
        Trap::new(
            "an answer from after it",
            &["6.13.0"],
            AIRGAPPED,
            answered_20_days_ago,
            &[("STAT-003", "fail")],
        )
        .policy("[parameters]\nisolated_since = 2026-10-20"),
        Trap::new(
            "no report for three days",
            &["6.13.0"],
            AIRGAPPED,
            |it| _ = it.documents("rocketchat_statistics").drain(..3),
            &[("STAT-003", "unknown")],
        ),
        Trap::new(
            "reports carried no answers before 6.5",
            &["6.4.8"],
            ALONE,
            |_| (),
            &[
                ("STAT-003", "not_applicable"),
                ("STAT-004", "not_applicable"),
            ],
        ),
        Trap::new(
            "an answered report that names a person's address",
            &["6.13.0"],
            ALL,
            |it| {
                with_sender(it);
                statistics(it, 0).insert("statsToken", "made-up-token");
            },
            &[("STAT-007", "fail")],
        ),
        Trap::new(
            "the same report, which nobody answered",
            &["6.13.0"],
            UNREGISTERED,
            with_sender,
            &[("STAT-007", "pass|not_applicable")],
        ),
        Trap::new(
            "a report of long ago",
            &["5.4.4", "6.13.0"],
            UNREGISTERED,
            |it| {
                let at = days_before(it.plan.now, 500);
                statistics(it, 29).insert("createdAt", at);
            },
            &[("STAT-011", "fail")],
        ),
    ]);
}
