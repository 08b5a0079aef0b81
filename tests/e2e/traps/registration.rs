//! Traps around registration and licences.

use bson::{Bson, doc};
use rc_audit_tests::workspace::Workspace;

use super::{AIRGAPPED, ALL, ALONE, Licence, REGISTERED, Trap, UNREGISTERED, check, statistics};

const OFFLINE: Licence = Licence {
    modules: &["auditing"],
    offline: true,
    until: "2029-01-01T00:00:00Z",
};

/// Registered without a connection, as the vendor's procedure for isolated sites does.
fn offline(workspace: &mut Workspace) {
    workspace.register();
    OFFLINE.install(workspace);
}

fn administrator(workspace: &mut Workspace, address: &str, active: bool) {
    let user = doc! {
        "_id": "support", "username": "support", "type": "user", "active": active,
        "roles": ["user", "admin"], "emails": [{ "address": address, "verified": true }],
        "createdAt": rc_audit_tests::workspace::moment(workspace.plan.now),
    };
    workspace.insert("users", user);
}

#[test]
fn registration_is_what_is_held_and_not_what_was_wished() {
    check(&[
        Trap::new(
            "registered, as declared",
            &["6.13.0"],
            REGISTERED,
            |it| _ = it.register(),
            &[
                ("REG-001", "pass"),
                ("REG-002", "pass"),
                ("REG-003", "pass"),
            ],
        ),
        Trap::new(
            "registered, but declared otherwise",
            &["6.4.8", "7.7.1"],
            UNREGISTERED,
            |it| _ = it.register(),
            &[("REG-001", "fail"), ("REG-008", "fail")],
        ),
        Trap::new(
            "credentials that are blank or null",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                it.set("Cloud_Workspace_Client_Id", "  ")
                    .set("Cloud_Workspace_Client_Secret", Bson::Null);
            },
            &[
                ("REG-001", "pass"),
                ("REG-002", "pass"),
                ("REG-008", "pass"),
            ],
        ),
        Trap::new(
            "the wish outlives the registration",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                it.set("Register_Server", true)
                    .set("Cloud_Service_Agree_PrivacyTerms", true);
            },
            &[
                ("REG-001", "pass"),
                ("REG-002", "fail"),
                ("REG-003", "fail"),
                ("PUSH-001", "fail"),
                ("PUSH-007", "fail"),
            ],
        ),
        Trap::new(
            "a token is left",
            &["6.13.0"],
            UNREGISTERED,
            |it| _ = it.set("Cloud_Workspace_Access_Token", "left-over-token"),
            &[("REG-001", "pass"), ("REG-008", "fail")],
        ),
        Trap::new(
            "a token is left in the collection of 7.0",
            &["7.7.1"],
            UNREGISTERED,
            |it| {
                let token = doc! { "_id": "1", "accessToken": "left-over-token" };
                it.insert("rocketchat_workspace_credentials", token);
            },
            &[("REG-008", "fail")],
        ),
        Trap::new(
            "a second copy of the token from before 7.0",
            &["7.7.1"],
            ALL,
            |it| _ = it.leftover("Cloud_Workspace_Access_Token", "left-over-token"),
            &[("REG-011", "fail")],
        ),
    ]);
}

#[test]
fn an_offline_registration_is_told_from_one_that_calls_out() {
    check(&[
        Trap::new(
            "offline",
            &["6.13.0", "7.7.1"],
            AIRGAPPED,
            offline,
            &[
                ("REG-001", "pass"),
                ("REG-003", "not_applicable"),
                ("REG-010", "pass"),
                ("LIC-002", "not_applicable"),
            ],
        ),
        Trap::new(
            "offline, on a release that heeds the flag",
            &["8.7.0"],
            AIRGAPPED,
            |it| {
                offline(it);
                it.set("Statistics_reporting", false);
            },
            &[
                ("REG-010", "pass"),
                ("LIC-002", "pass"),
                ("STAT-002", "pass"),
                ("STAT-014", "pass"),
            ],
        ),
        Trap::new(
            "the flag stops nothing before 8.7",
            &["8.3.0"],
            AIRGAPPED,
            |it| {
                offline(it);
                it.set("Statistics_reporting", false);
            },
            &[("STAT-002", "fail!")],
        ),
        Trap::new(
            "an online workspace with the flag",
            &["8.7.0"],
            REGISTERED,
            offline,
            &[("LIC-002", "fail")],
        ),
        Trap::new(
            "registered online",
            &["6.13.0"],
            AIRGAPPED,
            |it| _ = it.register(),
            &[("REG-001", "fail"), ("REG-010", "fail")],
        ),
        Trap::new(
            "offline, with an access token",
            &["6.13.0"],
            AIRGAPPED,
            |it| {
                offline(it);
                it.set("Cloud_Workspace_Access_Token", "made-up-token");
            },
            &[("REG-010", "fail")],
        ),
        Trap::new(
            "offline, with a report that was answered",
            &["6.13.0"],
            AIRGAPPED,
            |it| {
                offline(it);
                statistics(it, 2).insert("statsToken", "made-up-token");
            },
            &[("REG-010", "fail"), ("STAT-003", "fail")],
        ),
    ]);
}

#[test]
fn defaults_and_leftovers_are_no_decision() {
    check(&[
        Trap::new(
            "mails of the vendor are agreed to by default",
            &["3.18.2", "6.13.0", "8.3.0"],
            ALL,
            |_| (),
            &[("REG-004", "fail")],
        ),
        Trap::new(
            "refused in words only",
            &["6.13.0"],
            UNREGISTERED,
            |it| _ = it.set("Allow_Marketing_Emails", "false"),
            &[("REG-004", "fail|fail!")],
        ),
        Trap::new(
            "the wizard is open again after an upgrade",
            &["6.13.0"],
            ALONE,
            |it| _ = it.set("Show_Setup_Wizard", "in_progress"),
            &[("REG-005", "fail")],
        ),
        Trap::new(
            "before 6.0 its step sends nothing",
            &["5.4.4"],
            ALONE,
            |it| _ = it.set("Show_Setup_Wizard", "in_progress"),
            &[("REG-005", "not_applicable")],
        ),
        Trap::new(
            "an address of the vendor points elsewhere",
            &["6.13.0"],
            ALL,
            |it| _ = it.set("Cloud_Url", "https://sink.example"),
            &[("REG-009", "fail")],
        ),
        Trap::new(
            "which the operator wants",
            &["6.13.0"],
            UNREGISTERED,
            |it| _ = it.set("Cloud_Url", "https://sink.example"),
            &[("REG-009", "pass")],
        )
        .policy("[parameters]\nvendor_endpoints = [\"https://sink.example\"]"),
        Trap::new(
            "a copy of the database",
            &["6.5.3", "7.7.1"],
            ALL,
            |it| _ = it.set("Deployment_FingerPrint_Verified", false),
            &[("REG-013", "fail")],
        ),
        Trap::new(
            "somebody of the vendor is administrator",
            &["6.13.0"],
            ALL,
            |it| administrator(it, "jane@support.rocket.chat", true),
            &[("REG-015", "fail")],
        ),
        Trap::new(
            "a deactivated account is no way in",
            &["6.13.0"],
            UNREGISTERED,
            |it| administrator(it, "jane@rocket.chat", false),
            &[("REG-015", "pass")],
        ),
        Trap::new(
            "a name that only ends alike",
            &["6.13.0"],
            UNREGISTERED,
            |it| administrator(it, "jane@notrocket.chat", true),
            &[("REG-015", "pass")],
        ),
    ]);
}

#[test]
fn a_setting_that_needs_a_licence_counts_only_with_it() {
    check(&[
        Trap::new(
            "a wish without a licence",
            &["6.13.0"],
            ALL,
            |it| _ = it.set("Message_Read_Receipt_Enabled", true),
            &[("LIC-001", "fail"), ("LIC-003", "fail|fail!")],
        ),
        Trap::new(
            "with it",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                it.set("Message_Read_Receipt_Enabled", true);
                Licence::with(&["message-read-receipt"]).install(it);
            },
            &[("LIC-001", "pass")],
        ),
        Trap::new(
            "with one that ends next week",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                it.set("Message_Read_Receipt_Enabled", true);
                Licence {
                    until: "2026-11-27T00:00:00Z",
                    ..Licence::with(&["message-read-receipt"])
                }
                .install(it);
            },
            &[("LIC-001", "fail")],
        ),
        Trap::new(
            "a status that nothing supports",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                it.set("Message_Read_Receipt_Enabled", true)
                    .set("Enterprise_License_Status", "Valid");
            },
            &[
                ("LIC-001", "fail|unknown"),
                ("LIC-003", "fail|fail!|unknown"),
            ],
        ),
    ]);
}
