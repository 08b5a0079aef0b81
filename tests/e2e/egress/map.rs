//! Three workspaces and the state of every flow in each, as an administrator would tell it.

use std::fmt::Write as _;

use serde_json::Value;

use crate::kit::{desk, dumped};
use crate::traps::Licence;
use rc_audit_tests::workspace::{Plan, Workspace};

const ACTIVE: &str = "active";
const DORMANT: &str = "dormant";
const OFF: &str = "off";
const UNKNOWN: &str = "unknown";
const ABSENT: &str = "not_applicable";

/// Each flow: its state in a workspace as after the first start, in a registered one with push through
/// the gateway, and in an isolated one with an offline licence; and why, where that is not obvious.
const STATES: [(&str, [&str; 3], &str); 56] = [
    (
        "B1",
        [ACTIVE, ACTIVE, OFF],
        "no setting is read since 6.5.1; from 8.7 on the offline licence stops it",
    ),
    (
        "B2",
        [ACTIVE, OFF, OFF],
        "the wizard sends as soon as it is shown; who has credentials needs no registration",
    ),
    (
        "B3",
        [OFF, ACTIVE, OFF],
        "only who has credentials synchronises; from 8.7 on an offline licence stops it",
    ),
    ("B4", [OFF, ACTIVE, OFF], "comes with the synchronisation"),
    ("B5", [OFF, ACTIVE, OFF], "needs credentials"),
    ("B6", [OFF, ACTIVE, OFF], "needs credentials"),
    (
        "B7",
        [ACTIVE, ACTIVE, OFF],
        "nobody is asked, registered or not",
    ),
    ("B8", [ACTIVE, ACTIVE, OFF], ""),
    (
        "B9",
        [ACTIVE, ACTIVE, OFF],
        "the poll needs no registration",
    ),
    ("B10", [OFF, ACTIVE, OFF], "needs credentials"),
    ("B11", [OFF, OFF, OFF], ""),
    (
        "B12",
        [DORMANT, ACTIVE, OFF],
        "by default only the registration is missing",
    ),
    (
        "B13",
        [OFF, OFF, OFF],
        "no keys, and nobody has any who has no apps of their own",
    ),
    ("B14", [OFF, OFF, OFF], ""),
    (
        "B15",
        [OFF, ACTIVE, OFF],
        "needs credentials; it is on by default",
    ),
    ("B16", [OFF, OFF, OFF], ""),
    (
        "B17",
        [ACTIVE, ACTIVE, ACTIVE],
        "the reader's browser follows these links, whatever licence the server has",
    ),
    ("B18", [OFF, OFF, OFF], ""),
    ("B19", [ABSENT, ABSENT, ABSENT], "up to 5.x"),
    (
        "B20",
        [ACTIVE, ACTIVE, OFF],
        "on by default; from 8.7 on an offline licence stops it",
    ),
    ("B21", [OFF, OFF, OFF], ""),
    (
        "B22",
        [ACTIVE, ACTIVE, ACTIVE],
        "on by default, and no licence stops it",
    ),
    ("B23", [ACTIVE, ACTIVE, ACTIVE], "browsers load them"),
    ("B24", [OFF, OFF, OFF], ""),
    ("B25", [OFF, OFF, OFF], ""),
    ("B26", [OFF, OFF, OFF], ""),
    ("B27", [OFF, OFF, OFF], ""),
    ("B28", [OFF, OFF, OFF], ""),
    ("B29", [OFF, OFF, OFF], ""),
    ("B30", [OFF, OFF, OFF], ""),
    ("B31", [OFF, OFF, OFF], ""),
    ("B32", [OFF, OFF, OFF], ""),
    ("B33", [OFF, OFF, OFF], "since 5.0 it takes an app"),
    ("B34", [OFF, OFF, OFF], ""),
    (
        "B35",
        [UNKNOWN, ACTIVE, ACTIVE],
        "without a host in the settings, MAIL_URL decides, which no database shows",
    ),
    ("B36", [OFF, OFF, OFF], ""),
    ("B37", [OFF, OFF, OFF], ""),
    ("B38", [OFF, OFF, OFF], ""),
    ("B39", [OFF, OFF, OFF], ""),
    ("B40", [OFF, OFF, OFF], ""),
    ("B41", [OFF, OFF, OFF], ""),
    ("B42", [OFF, OFF, OFF], ""),
    ("B43", [OFF, OFF, OFF], ""),
    ("B44", [OFF, OFF, OFF], ""),
    ("B45", [OFF, OFF, OFF], ""),
    ("B46", [OFF, OFF, OFF], ""),
    ("B47", [OFF, OFF, OFF], ""),
    ("B48", [ABSENT, ABSENT, OFF], "a licence brings it"),
    ("B49", [OFF, OFF, OFF], ""),
    (
        "B50",
        [ABSENT, ABSENT, ABSENT],
        "this release does not have it",
    ),
    (
        "B51",
        [ABSENT, ABSENT, ABSENT],
        "this release does not have it",
    ),
    (
        "B52",
        [ABSENT, ABSENT, ABSENT],
        "this release does not have it",
    ),
    ("B53", [ABSENT, ABSENT, ABSENT], "up to 4.x"),
    (
        "B54",
        [ACTIVE, ACTIVE, ACTIVE],
        "people may name an address as their picture, and no licence stops it",
    ),
    (
        "B55",
        [UNKNOWN, UNKNOWN, UNKNOWN],
        "the devices of people send it",
    ),
    ("B56", [OFF, OFF, OFF], ""),
];

/// As after the first start of 7.7.1, with the network open.
fn online() -> Workspace {
    Plan::new("7.7.1").build()
}

/// Registered, with mail through a provider; push goes through the gateway by default then.
fn registered() -> Workspace {
    let mut workspace = Plan::new("7.7.1").build();
    workspace
        .register()
        .set("Show_Setup_Wizard", "completed")
        .set("SMTP_Host", "smtp.mailer.example");
    workspace
}

/// Registered offline with a licence for offline use, in a release that heeds it, and a relay inside.
fn isolated() -> Workspace {
    let mut plan = Plan::new("8.7.0");
    plan.licensed = true;
    let mut workspace = plan.build();
    workspace
        .register()
        .set("Show_Setup_Wizard", "completed")
        .set("SMTP_Host", "10.20.0.25");
    let licence = Licence {
        modules: &["auditing", "offline"],
        offline: true,
        until: "2029-01-01T00:00:00Z",
    };
    licence.install(&mut workspace);
    workspace
}

fn report(workspace: &Workspace, profile: &str) -> Value {
    let desk = desk();
    let folder = dumped(&desk, workspace);
    let folder = folder.to_str().expect("a path");
    desk.report(&["--profile", profile, "--format", "json", folder])
}

#[test]
fn every_flow_of_three_workspaces_has_the_state_that_an_administrator_knows() {
    let reports = [
        report(&online(), "unregistered"),
        report(&registered(), "registered"),
        report(&isolated(), "airgapped"),
    ];
    let mut complaints = String::new();
    for (column, report) in reports.iter().enumerate() {
        let flows = report["flows"].as_array().expect("flows");
        assert_eq!(flows.len(), STATES.len());
        for (flow, (id, states, why)) in flows.iter().zip(STATES) {
            assert_eq!(flow["id"], id);
            if flow["state"] != states[column] {
                let basis = &flow["basis"];
                let state = &flow["state"];
                let wanted = states[column];
                let _ = writeln!(
                    complaints,
                    "{id} in workspace {column}: {state}, wanted {wanted} ({why}): {basis}"
                );
            }
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn the_hosts_of_three_workspaces_are_those_that_a_firewall_would_see() {
    let hosts = |workspace: &Workspace, profile: &str| -> Vec<String> {
        let report = report(workspace, profile);
        let flows = report["flows"].as_array().expect("flows");
        let active = flows
            .iter()
            .filter(|flow| flow["state"] == ACTIVE && flow["way"] == "server");
        let mut hosts: Vec<String> = active
            .flat_map(|flow| flow["hosts"].as_array().expect("hosts"))
            .map(|host| host["name"].as_str().expect("a name").to_owned())
            .collect();
        hosts.sort();
        hosts.dedup();
        hosts
    };
    assert_eq!(
        hosts(&online(), "unregistered"),
        [
            "cloud.rocket.chat",
            "collector.rocket.chat",
            "gravatar.com",
            "marketplace.rocket.chat",
            "releases.rocket.chat",
        ]
    );
    assert_eq!(
        hosts(&registered(), "registered"),
        [
            "billing.rocket.chat",
            "cloud.rocket.chat",
            "collector.rocket.chat",
            "gateway.rocket.chat",
            "gravatar.com",
            "marketplace.rocket.chat",
            "nps.rocket.chat",
            "releases.rocket.chat",
            "smtp.mailer.example",
        ]
    );
    assert_eq!(hosts(&isolated(), "airgapped"), ["10.20.0.25"]);
}

#[test]
fn a_network_that_keeps_the_vendor_out_keeps_nobody_else_out() {
    let desk = desk();
    let folder = dumped(&desk, &registered());
    let folder = folder.to_str().expect("a path");
    let states = |fact: &str| -> Vec<String> {
        desk.write(
            "attest.toml",
            format!(
                "format = 1\n[[statement]]\nfact = \"{fact}\"\ntext = \"The firewall drops it.\"\n\
                 by = \"network team\"\nfrom = 2026-01-01\nuntil = 2026-12-31\n"
            ),
        );
        let report = desk.report(&["--attest", "attest.toml", "--format", "json", folder]);
        ["B1", "B12", "B20", "B22", "B35"]
            .iter()
            .map(|id| {
                let flows = report["flows"].as_array().expect("flows");
                let flow = flows.iter().find(|flow| flow["id"] == *id);
                flow.expect("the flow")["state"]
                    .as_str()
                    .expect("a state")
                    .to_owned()
            })
            .collect()
    };
    assert_eq!(states("vendor_blocked"), [OFF, OFF, ACTIVE, ACTIVE, ACTIVE]);
    assert_eq!(states("egress_blocked"), [OFF; 5]);
}
