//! Instructions of the parts that reach nothing outside, counted by callgrind: each part is done once and
//! then twice, and the difference is what it costs. No other load on the machine changes that.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use rc_audit_report::assemble::{self, Frame, Written};
use rc_audit_report::bundle::{self, File, Link, Signers};
use rc_audit_report::digest::sha256;
use rc_audit_report::html::Renderer;
use rc_audit_report::json;
use rc_audit_report::key::Key;
use rc_audit_report::messages::Language;
use rc_audit_report::v1::{Confinement, Report};
use rc_audit_rules::attestation::Attestations;
use rc_audit_rules::environment::Environment;
use rc_audit_rules::evaluate::evaluate;
use rc_audit_rules::evidence::Evidence;
use rc_audit_rules::finding::Severity;
use rc_audit_rules::policy::Policy;
use rc_audit_rules::ruleset::RuleSet;
use rc_audit_rules::snapshot::Snapshot;
use rc_audit_tests::dump;
use rc_audit_tests::workspace::Plan;
use zeroize::Zeroizing;

/// The parts in their order; each rests on those before it.
const PARTS: [&str; 8] = [
    "rules",
    "templates",
    "snapshot",
    "judge",
    "json",
    "html",
    "next html",
    "sign",
];

/// Counts all parts and prints them.
pub(crate) fn count(folder: &Path, results: &Path) {
    let dump = folder.join("dump");
    dump::folder(&Plan::new("6.13.0").build(), &dump, false);
    let snapshot = folder.join("snapshot");
    let status = Command::new(env!("CARGO_BIN_EXE_agent-under-test"))
        .args([
            "collect".as_ref(),
            dump.as_os_str(),
            "-o".as_ref(),
            snapshot.as_os_str(),
        ])
        .stderr(Stdio::null())
        .status()
        .expect("the program");
    assert!(status.success(), "{status}");
    let mut found = BTreeMap::new();
    anstream::println!("Instructions of one workspace, on one thread");
    for part in PARTS {
        let cost = instructions(&snapshot, part, 2) - instructions(&snapshot, part, 1);
        anstream::println!("  {part:<12}{cost:>14}");
        found.insert(part, cost);
    }
    let json = serde_json::to_vec_pretty(&found).expect("JSON");
    let path = results.join("instructions.json");
    std::fs::write(&path, json).expect("a file can be written");
    anstream::println!("{}", path.display());
}

fn instructions(snapshot: &Path, part: &str, times: u32) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().expect("this program"))
        .arg("--pure")
        .arg(snapshot)
        .args([part, &times.to_string()])
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .expect("valgrind is missing: apt-get install valgrind");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let line = said
        .lines()
        .find_map(|line| line.split("Collected :").nth(1));
    let number = line.expect("what callgrind counted").trim();
    number
        .split(' ')
        .next()
        .and_then(|it| it.parse().ok())
        .expect("a number")
}

/// Does everything up to a part once, and that part so many times.
pub(crate) fn run(snapshot: &Path, part: &str, times: u32) {
    let often = |name: &str| if name == part { times } else { 1 };
    let bytes = std::fs::read(snapshot).expect("a snapshot");
    let rules = again(often("rules"), || RuleSet::shipped().expect("the rules"));
    let renderer = again(often("templates"), || {
        Renderer::new(Language::English).expect("the templates")
    });
    let snapshot: Snapshot = again(often("snapshot"), || {
        serde_json::from_slice(&bytes).expect("a snapshot")
    });
    let report = again(often("judge"), || judge(&rules, &snapshot));
    let json = again(often("json"), || json::render(&report).expect("JSON"));
    let digest = sha256(&json);
    let page = again(often("html"), || {
        renderer.render(&report, &digest).expect("a page")
    });
    // What the page of a further workspace takes that says nearly the same.
    let renderer = renderer.for_many();
    again(1 + often("next html"), || {
        renderer.render(&report, &digest).expect("a page")
    });
    let key = Key::from_seed(&Zeroizing::new([7; 32]));
    let link = Link {
        seq: 1,
        prev: "0".repeat(64),
        next_due: "2026-11-21T06:00:00Z".to_owned(),
    };
    let files = again(often("sign"), || {
        let files = vec![
            File::new("report.json", json.clone()),
            File::new("report.html", page.clone()),
        ];
        bundle::assemble(&report, files, &link, Some(&Signers::of(&key))).expect("a bundle")
    });
    assert!(files.len() > 5);
}

/// Does something so many times, and gives what it gave last.
fn again<T>(times: u32, mut make: impl FnMut() -> T) -> T {
    for _ in 1..times {
        std::hint::black_box(make());
    }
    make()
}

fn judge(rules: &RuleSet, snapshot: &Snapshot) -> Report {
    let policy = Policy::standard();
    let (environment, attestations) = (Environment::default(), Attestations::default());
    let now = snapshot.finished;
    let evidence = Evidence::draw(snapshot, &policy, &environment, &attestations, now);
    let judgements = evaluate(rules.rules(), &evidence);
    assemble::report(
        rules.rules(),
        &judgements,
        &evidence,
        Frame {
            tool_version: "0",
            tool_digest: None,
            rules_digest: rules.digest(),
            snapshot_digest: "0".repeat(64),
            started: snapshot.started,
            finished: snapshot.finished,
            challenge: None,
            language: Language::English,
            fail_on: Some(Severity::Medium),
            confinement: Confinement::default(),
            attachments: Vec::new(),
            written: Written::default(),
        },
    )
}
