//! Logs of the network, held against the map.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::kit::{below, desk, dumped, json, outcomes, run};
use rc_audit_tests::program::Desk;
use rc_audit_tests::workspace::Workspace;

/// A day's work of a proxy: the vendor, a webhook that nobody entered, an own host, something refused.
const PROXY: &str = "\
1795060800.000 190 10.0.0.5 TCP_TUNNEL/200 5070 CONNECT collector.rocket.chat:443 - HIER_DIRECT/203.0.113.7 -
1795068000.000 12 10.0.0.5 TCP_MISS/200 900 GET http://private-user:private-word@tracker.example.net/private-path?key=private-key private-login HIER_DIRECT/203.0.113.8 text/html
1795071600.000 0 10.0.0.5 TCP_DENIED/403 3000 CONNECT gateway.rocket.chat:443 - HIER_NONE/- -
1795075200.000 9 10.0.0.5 TCP_TUNNEL/200 3000 CONNECT files.internal:443 - HIER_DIRECT/10.0.0.9 -
1795078800.000 9 10.0.0.77 TCP_TUNNEL/200 3000 CONNECT news.example.com:443 - HIER_DIRECT/203.0.113.9 -
";

/// A firewall's lines about one address, with another message of the kernel between them.
const FIREWALL: &str = "\
Nov 19 00:00:00 chat kernel: [1.1] egress IN= OUT=eth0 SRC=10.0.0.5 DST=203.0.113.70 LEN=60 PROTO=TCP SPT=40000 DPT=443
Nov 19 01:00:00 chat kernel: [2.2] usb 1-1: new device
Nov 20 00:00:00 chat kernel: [3.3] egress IN= OUT=eth0 SRC=10.0.0.5 DST=10.0.0.25 LEN=60 PROTO=TCP SPT=40000 DPT=25
";

/// A month in which only a relay inside was reached.
const QUIET: &str = "\
time,destination,port,bytes
2026-10-20T00:00:00Z,10.0.0.25,25,900
2026-11-19T23:00:00Z,10.0.0.25,25,900
";

fn report(desk: &Desk, arguments: &[&str]) -> Value {
    let mut all = vec!["--format", "json", "--quiet", "dump"];
    all.extend(arguments);
    desk.report(&all)
}

fn desk_with_a_workspace() -> Desk {
    let desk = desk();
    dumped(&desk, &Workspace::of("7.7.1"));
    desk.write("proxy.log", PROXY);
    desk.write("firewall.log", FIREWALL);
    desk.write("quiet.csv", QUIET);
    desk
}

fn rule(report: &Value, id: &str) -> String {
    outcomes(report)[id].clone()
}

/// The digest of a file, by another program.
fn digest(desk: &Desk, name: &str) -> String {
    let line = run("sha256sum", &desk.path("."), &[name]);
    let digest = line.split(' ').next().expect("a digest");
    format!("sha256:{digest}")
}

/// The standing of each destination.
fn standings(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let all = report["contacts"]["destinations"].as_array();
    all.expect("destinations")
        .iter()
        .map(|it| (text(&it["name"]), text(&it["standing"])))
        .collect()
}

fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, standing): &(&str, &str)| ((*name).to_owned(), (*standing).to_owned());
    wanted.iter().map(owned).collect()
}

#[test]
fn without_a_log_nothing_is_said_of_contacts() {
    let report = report(&desk_with_a_workspace(), &["--profile", "registered"]);
    assert_eq!(report["contacts"], Value::Null);
    for id in ["EGR-001", "EGR-002", "EGR-003"] {
        assert_eq!(rule(&report, id), "not_applicable", "{id}");
    }
}

#[test]
fn contacts_are_told_apart_by_what_the_map_says() {
    let desk = desk_with_a_workspace();
    let with = |profile| {
        let logs = ["--egress-log", "proxy.log", "--egress-log", "firewall.log"];
        report(&desk, &[&["--profile", profile], &logs[..]].concat())
    };
    let registered = with("registered");
    assert_eq!(
        standings(&registered),
        pairs(&[
            ("news.example.com", "undeclared"),
            ("tracker.example.net", "undeclared"),
            ("203.0.113.70", "undeclared_address"),
            ("gateway.rocket.chat", "refused"),
            ("collector.rocket.chat", "declared"),
            ("10.0.0.25", "inside"),
            ("files.internal", "inside"),
        ])
    );
    assert_eq!(rule(&registered, "EGR-001"), "fail");
    // An address without a name may be the vendor's.
    assert_eq!(rule(&registered, "EGR-002"), "unknown");
    assert_eq!(rule(&registered, "EGR-003"), "fail");
    let statistics = &registered["flows"][0];
    assert_eq!(statistics["last_contact"], "2026-11-19T04:00:00Z");
    let airgapped = with("airgapped");
    assert_eq!(rule(&airgapped, "EGR-002"), "fail");
    assert_eq!(
        standings(&airgapped)[0],
        ("collector.rocket.chat".to_owned(), "forbidden".to_owned())
    );
    let logs = &airgapped["contacts"]["logs"];
    let kinds: Vec<&Value> = vec![&logs[0]["format"], &logs[1]["format"], &logs[1]["other"]];
    assert_eq!(kinds, [&Value::from("squid"), &"kernel".into(), &1.into()]);
    let attached = airgapped["evidence"]["attachments"].as_array().unwrap();
    let wanted = digest(&desk, "proxy.log");
    assert!(
        attached
            .iter()
            .any(|it| it["kind"] == "egress_log" && it["digest"] == wanted)
    );
}

#[test]
fn a_quiet_log_is_evidence_with_its_limit() {
    let desk = desk_with_a_workspace();
    let report = report(
        &desk,
        &["--profile", "airgapped", "--egress-log", "quiet.csv"],
    );
    for id in ["EGR-001", "EGR-002", "EGR-003"] {
        assert_eq!(rule(&report, id), "pass", "{id}");
    }
    let contacts = &report["contacts"];
    assert_eq!(contacts["no_vendor_contact_since"], "2026-10-20T00:00:00Z");
    let vendor = contacts["vendor"].as_str().unwrap();
    assert_eq!(
        vendor,
        "The operator's log shows no contact by name with the vendor or a subprocessor between \
         2026-10-20T00:00:00Z and 2026-11-19T23:00:00Z."
    );
    assert!(
        contacts["limit"]
            .as_str()
            .unwrap()
            .contains("operator's evidence")
    );
    // A log that ended long ago says nothing of today.
    let late = [
        "check",
        "dump",
        "--json",
        "--quiet",
        "--now",
        "2026-12-20T00:00:00Z",
        "--egress-log",
        "quiet.csv",
    ];
    let run = desk.run(&late);
    let late: Value = serde_json::from_str(&run.stdout).expect("a report");
    assert_eq!(rule(&late, "EGR-003"), "fail");
}

#[test]
fn one_line_that_cannot_be_read_is_named_and_keeps_a_log_from_passing() {
    let desk = desk_with_a_workspace();
    desk.write("quiet.csv", format!("{QUIET}2026-11-19T23:00:00Z,,443,\n"));
    let report = report(
        &desk,
        &["--profile", "airgapped", "--egress-log", "quiet.csv"],
    );
    let log = &report["contacts"]["logs"][0];
    assert_eq!(log["unread"], 1);
    assert_eq!(log["unread_at"][0], 4);
    assert_eq!(log["lines"], 4);
    assert_eq!(rule(&report, "EGR-001"), "unknown");
    assert_eq!(rule(&report, "EGR-002"), "unknown");
}

#[test]
fn a_time_that_cannot_be_right_covers_nothing() {
    let desk = desk_with_a_workspace();
    let day = "time,destination\n2026-11-19T00:00:00Z,10.0.0.25\n2026-11-19T09:00:00Z,10.0.0.25\n";
    for time in ["1970-01-01T00:00:09Z", "2099-01-01T00:00:00Z"] {
        desk.write("odd.csv", format!("{day}{time},10.0.0.25\n"));
        let report = report(&desk, &["--egress-log", "odd.csv"]);
        assert_eq!(report["contacts"]["from"], "2026-11-19T00:00:00Z");
        assert_eq!(report["contacts"]["to"], "2026-11-19T09:00:00Z");
        assert_eq!(report["contacts"]["logs"][0]["unread_at"][0], 4);
        assert_eq!(rule(&report, "EGR-003"), "fail");
    }
}

#[test]
fn lines_of_other_machines_do_not_count_against_this_one() {
    let desk = desk_with_a_workspace();
    let report = report(
        &desk,
        &[
            "--profile",
            "registered",
            "--egress-log",
            "proxy.log",
            "--egress-from",
            "10.0.0.5",
        ],
    );
    assert!(
        standings(&report)
            .iter()
            .all(|(name, _)| name != "news.example.com")
    );
    assert_eq!(report["contacts"]["logs"][0]["elsewhere"], 1);
    assert_eq!(report["contacts"]["counted_from"][0], "10.0.0.5");
}

#[test]
fn what_the_policy_names_as_own_or_approved_is_declared() {
    let desk = desk_with_a_workspace();
    desk.write(
        "policy.toml",
        "format = 1\nprofile = \"registered\"\n[parameters]\nown_domains = [\"203.0.113.70\"]\n\
         approved_hosts = [\"example.net\", \"news.example.com\"]\negress_log_days = 1\n",
    );
    let report = report(
        &desk,
        &[
            "--policy",
            "policy.toml",
            "--egress-log",
            "proxy.log",
            "--egress-log",
            "firewall.log",
        ],
    );
    for id in ["EGR-001", "EGR-002", "EGR-003"] {
        assert_eq!(rule(&report, id), "pass", "{id}");
    }
}

#[test]
fn a_packed_log_says_the_same_as_a_plain_one() {
    let desk = desk_with_a_workspace();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(PROXY.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    desk.write("proxy.log.gz", &packed);
    let contacts = |name| report(&desk, &["--egress-log", name])["contacts"].clone();
    let (plain, mut unpacked) = (contacts("proxy.log"), contacts("proxy.log.gz"));
    let wanted = digest(&desk, "proxy.log.gz");
    assert_eq!(unpacked["logs"][0]["digest"], wanted);
    unpacked["logs"][0]["digest"] = plain["logs"][0]["digest"].clone();
    assert_eq!(plain, unpacked);
    // One that was cut short is no evidence.
    desk.write("cut.gz", &packed[..packed.len() - 9]);
    refused(
        &desk,
        &["--egress-log", "cut.gz"],
        &["cut.gz", "can't be read"],
    );
}

/// Expects exit 2 with these texts, and nothing written.
fn refused(desk: &Desk, arguments: &[&str], texts: &[&str]) {
    let before = below(&desk.path("out"));
    let mut all = vec!["dump"];
    all.extend(arguments);
    desk.check(&all).expect(2, texts);
    assert_eq!(before, below(&desk.path("out")));
}

#[test]
fn what_is_no_log_is_refused_before_anything_is_judged() {
    let desk = desk_with_a_workspace();
    desk.write("empty", "");
    desk.write("letter", "Dear auditor,\nnothing was sent.\nYours\n");
    desk.write("half", format!("{QUIET}x\ny\nz\n"));
    desk.write("zeros", vec![0; 4 << 20]);
    desk.write("endless", vec![b'x'; 20 << 20]);
    let long = "a".repeat(100_000);
    desk.write(
        "long",
        format!("time,destination\n2026-11-01T00:00:00Z,{long}\n"),
    );
    for (name, texts) in [
        ("empty", &["empty is no log of contacts", "it is empty"][..]),
        (
            "letter",
            &[
                "letter is no log of contacts",
                "time,destination,port,bytes",
            ],
        ),
        (
            "half",
            &["half", "3 of its 6 lines can't be read", "4, 5, 6"],
        ),
        ("zeros", &["zeros is no log of contacts"]),
        ("endless", &["endless can't be read", "a line is longer"]),
        ("long", &["long", "1 of its 2 lines can't be read"]),
        ("missing", &["missing can't be read"]),
        ("dump", &["dump can't be read"]),
    ] {
        refused(&desk, &["--egress-log", name], texts);
    }
    refused(
        &desk,
        &["--egress-log", "quiet.csv", "--egress-log", "quiet.csv"],
        &["quiet.csv was attached already"],
    );
    refused(
        &desk,
        &["--egress-log", "proxy.log", "--egress-from", "192.0.2.1"],
        &["no line", "--egress-from"],
    );
    refused(&desk, &["--egress-from", "10.0.0.5"], &["--egress-log"]);
    refused(
        &desk,
        &["--egress-log", "proxy.log", "--egress-from", "chat"],
        &["--egress-from", "chat"],
    );
}

#[test]
fn of_a_destination_only_the_host_is_written_and_every_form_names_it() {
    let desk = desk_with_a_workspace();
    let run = desk.check(&["dump", "--format", "html,csv", "--egress-log", "proxy.log"]);
    let mut written = vec![run.stdout.clone(), run.stderr];
    let bundle = desk.bundle();
    for path in below(&bundle) {
        written.push(String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned());
    }
    for text in &written {
        assert!(!text.contains("private-"), "{text}");
    }
    let page = std::fs::read_to_string(bundle.join("report.html")).unwrap();
    for text in [&page, &run.stdout] {
        assert!(text.contains("tracker.example.net"), "{text}");
        assert!(text.contains("Whom the server reached"));
    }
    let flows = std::fs::read_to_string(bundle.join("flows.csv")).unwrap();
    assert!(flows.contains("last_contact") && flows.contains("2026-11-19T04:00:00Z"));
    let schema: Value = serde_json::from_str(&desk.run(&["schema"]).stdout).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let report = json(&bundle.join("report.json"));
    assert!(validator.validate(&report).is_ok());
}
