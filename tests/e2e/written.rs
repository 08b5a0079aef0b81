//! What people write: waivers, plans, statements and layers of a policy, as files beside a dump.

mod targets;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rc_audit_tests::program::{Desk, Run};
use serde_json::Value;

use crate::kit::{clinic_workspace, desk, dumped, json, outcomes, run};

/// The day for which the example is made.
const DAY: &str = "2026-11-20T06:00:00Z";

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/clinic");
    path.join(name).display().to_string()
}

/// Runs 'check' on the example for a moment, with options.
fn clinic(desk: &Desk, now: &str, options: &[&str]) -> Run {
    let mut command = desk.command();
    command.args(["check", &example("dump"), "--now", now, "--out", "out"]);
    Run::of(command.args(options))
}

fn all_files() -> Vec<String> {
    [
        ("--policy", "organisation.toml"),
        ("--policy", "policy.toml"),
        ("--waivers", "waivers.toml"),
        ("--plans", "plans.toml"),
        ("--attest", "attest.toml"),
    ]
    .iter()
    .flat_map(|(option, file)| [(*option).to_owned(), example(file)])
    .collect()
}

fn states(report: &Value) -> BTreeMap<String, String> {
    let entries = report["waivers"]["entries"].as_array().expect("waivers");
    let text = |it: &Value, key: &str| it[key].as_str().expect("a text").to_owned();
    entries
        .iter()
        .map(|it| (text(it, "rule"), text(it, "state")))
        .collect()
}

#[test]
fn the_example_shows_what_is_accepted_planned_and_stated() {
    let desk = desk();
    let files = all_files();
    let mut options: Vec<&str> = files.iter().map(String::as_str).collect();
    options.extend(["--format", "html,plan"]);
    let shown = clinic(&desk, DAY, &options);
    shown.expect(1, &["Bundle:"]);
    let bundle = desk.bundle();
    let report = json(&bundle.join("report.json"));
    let outcome = outcomes(&report);
    for (rule, wanted) in [
        ("EXT-026", "waived"),
        ("RET-005", "waived"),
        ("AUTH-004", "waived"),
        // Ninety days were found, and sixty are accepted.
        ("AUTH-011", "fail"),
        ("AUD-004", "pass"),
        ("SEC-008", "fail"),
    ] {
        assert_eq!(outcome[rule], wanted, "{rule}");
    }
    assert_eq!(report["summary"]["by_outcome"]["waived"], 3);
    let state = states(&report);
    assert_eq!(state["AUTH-011"], "other_value");
    assert_eq!(state["RET-005"], "applied");
    let finding = |rule: &str| {
        let findings = report["findings"].as_array().unwrap().iter();
        findings.clone().find(|it| it["rule"] == rule).unwrap()
    };
    let threads = finding("RET-005");
    assert_eq!(threads["underlying"], "fail");
    assert_eq!(threads["waiver"], "W2");
    let waiver = &report["waivers"]["entries"][1];
    assert_eq!(waiver["ends"], "2026-12-06T00:00:00Z");
    assert_eq!(waiver["days_left"], 15);
    assert_eq!(waiver["expiring"], true);
    assert_eq!(waiver["accepted"], threads["acceptance"]["fingerprint"]);
    // The layers, what they set and what they lock.
    let policy = &report["policy"];
    assert_eq!(policy["layers"][0]["name"], "organisation.toml");
    assert_eq!(
        policy["origins"]["parameters.retention_days"],
        "organisation.toml"
    );
    assert_eq!(policy["locks"]["waivers"]["layer"], "organisation.toml");
    assert_eq!(report["waivers"]["max_days"], 180);
    // The digest of the file is the one that sha256sum gives, in the report and in what is signed.
    let digest = run("sha256sum", &bundle, &[&example("waivers.toml")]);
    let digest = format!("sha256:{}", digest.split(' ').next().unwrap());
    assert_eq!(report["waivers"]["digest"], digest.as_str());
    let manifest = std::fs::read_to_string(bundle.join("MANIFEST")).unwrap();
    assert!(
        manifest.contains(&format!("# waivers: {digest}\n")),
        "{manifest}"
    );
    let document = &report["statements"][1]["evidence"];
    assert_eq!(document["found"], "same", "{document}");

    for text in [
        "3 failures are waived",
        "What was found is not what was accepted, so the finding is back: AUTH-011",
        "Plans that are overdue: SEC-008 (2026-11-15)",
        "Waivers that end within 30 days: RET-005 (2026-12-05)",
        "(waived to the end of 2026-12-05, UTC)",
    ] {
        let flat = shown
            .stdout
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(flat.contains(text), "no '{text}' in {}", shown.stdout);
    }
    let page = std::fs::read_to_string(bundle.join("report.html")).unwrap();
    for text in [
        "id=\"written\"",
        "class=\"left\"",
        "DSB-34",
        "Without the waiver: failed.",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let table = std::fs::read_to_string(bundle.join("plan.csv")).unwrap();
    let line = |rule: &str| table.lines().find(|line| line.starts_with(rule)).unwrap();
    assert!(line("SEC-008").contains("Head of IT operations,2026-11-15,-5,overdue"));
    assert!(
        line("RET-005").ends_with(",2026-12-05"),
        "{}",
        line("RET-005")
    );
    assert!(!table.contains("\nSTAT-001"));

    // On the last day a waiver counts to its end in UTC, and then the finding is back.
    for (now, wanted) in [
        ("2026-12-05T23:59:59Z", "waived"),
        ("2026-12-06T00:59:59+01:00", "waived"),
        ("2026-12-06T00:00:00Z", "fail"),
    ] {
        let mut options = options.clone();
        options.extend(["--json", "--format", "json", "--quiet"]);
        let report: Value = serde_json::from_str(&clinic(&desk, now, &options).stdout).unwrap();
        assert_eq!(outcomes(&report)["RET-005"], wanted, "{now}");
    }
}

/// A file of waivers for the made-up workspace, with what stands in it for each.
fn waivers(entries: &[(&str, &str, &str)]) -> String {
    let mut text = "format = 1\n".to_owned();
    for (rule, workspace, accepted) in entries {
        let _ = write!(
            text,
            "[[waiver]]\nrule = \"{rule}\"\nworkspace = \"{workspace}\"\nreason = \"A test.\"\n\
             approver = \"tester\"\nticket = \"T-1\"\nfrom = 2026-11-01\nuntil = 2026-12-31\n\
             accepted = {accepted}\n"
        );
    }
    text
}

/// What AUTH-011 finds in the example.
const DAYS: (&str, &str, &str) = ("AUTH-011", "*", "{ Accounts_LoginExpiration = 90 }");

#[test]
fn a_waiver_that_nothing_needs_is_a_mistake_and_the_report_is_written_all_the_same() {
    let desk = desk();
    let check = |text: &str, options: &[&str]| {
        desk.write("w.toml", text);
        let mut all = vec!["--waivers", "w.toml", "--fail-on", "none"];
        all.extend(options);
        let before = desk.bundles().len();
        let run = clinic(&desk, DAY, &all);
        assert_eq!(desk.bundles().len(), before + 1, "{}", run.stderr);
        run
    };
    check(&waivers(&[DAYS]), &[]).expect(0, &["Bundle:"]);
    for (text, wanted) in [
        (waivers(&[DAYS, ("STAT-001", "*", "{}")]), "W2 (STAT-001"),
        (waivers(&[DAYS, ("STAT-999", "*", "{}")]), "W2 (STAT-999"),
        (waivers(&[("AUTH-011", "other", "{}")]), "workspace other)"),
    ] {
        check(&text, &[]).expect(2, &["nothing needs these waivers", wanted]);
        let allowed = check(&text, &["--allow-unmatched-waivers"]);
        allowed.expect(0, &[]);
        assert!(
            !allowed.stderr.contains("nothing needs"),
            "{}",
            allowed.stderr
        );
    }
}

#[test]
fn waivers_count_only_with_the_signature_that_is_demanded() {
    let desk = desk();
    let folder = desk.path("");
    let key = |name: &str| {
        let options = ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name];
        run("ssh-keygen", &folder, &options);
        let line = std::fs::read_to_string(desk.path(&format!("{name}.pub"))).unwrap();
        line.trim().to_owned()
    };
    let (approver, stranger) = (key("approver"), key("stranger"));
    let namespaces = "namespaces=\"rc-audit-waivers-v1\"";
    desk.write(
        "signers",
        format!(
            "dpo@clinic.example {namespaces} {approver}\n\
             old@clinic.example {namespaces},valid-before=\"20261119Z\" {stranger}\n"
        ),
    );
    desk.write("revoked", &approver);
    let text = waivers(&[DAYS]);
    let sign = |name: &str| {
        desk.write("w.toml", &text);
        let _ = std::fs::remove_file(desk.path("w.toml.sig"));
        let options = [
            "-Y",
            "sign",
            "-q",
            "-n",
            "rc-audit-waivers-v1",
            "-f",
            name,
            "w.toml",
        ];
        run("ssh-keygen", &folder, &options);
    };
    let outcome = |options: &[&str], said: &str| {
        let mut all = vec!["--waivers", "w.toml", "--json", "--format", "json"];
        all.extend(options);
        let run = clinic(&desk, DAY, &all);
        assert!(run.stderr.contains(said), "{}", run.stderr);
        let report: Value = serde_json::from_str(&run.stdout).expect("a report");
        let file = &report["waivers"]["files"][0];
        let signature = file["signature"].as_str().unwrap().to_owned();
        (outcomes(&report)["AUTH-011"].clone(), signature)
    };
    let is = |found: (String, String), outcome: &str, signature: &str| {
        assert_eq!((found.0.as_str(), found.1.as_str()), (outcome, signature));
    };
    let demanded = ["--waivers-signers", "signers"];
    desk.write("w.toml", &text);
    is(outcome(&[], ""), "waived", "none");
    is(outcome(&demanded, "signature is demanded"), "fail", "none");
    sign("approver");
    is(outcome(&demanded, ""), "waived", "trusted");
    is(outcome(&[], ""), "waived", "not_trusted");
    let revoked = [&demanded[..], &["--waivers-revoked", "revoked"]].concat();
    is(outcome(&revoked, "revoked"), "fail", "not_trusted");
    // Changed after signing, which counts for nothing even where no signature is demanded.
    desk.write("w.toml", text.replace("= 90", "= 91"));
    is(
        outcome(&demanded, "changed after it was signed"),
        "fail",
        "bad",
    );
    is(outcome(&[], "changed after it was signed"), "fail", "bad");
    sign("stranger");
    is(outcome(&demanded, "no longer valid"), "fail", "not_trusted");
    // What the policy demands and locks, the command line cannot take back.
    desk.write(
        "p.toml",
        "format = 1\n[waivers]\nsigners = \"signers\"\n[[lock]]\nkey = \"waivers.signers\"\n\
         reason = \"The officer signs.\"\n",
    );
    is(
        outcome(&["--policy", "p.toml"], "no longer valid"),
        "fail",
        "not_trusted",
    );
    clinic(
        &desk,
        DAY,
        &[
            "--waivers",
            "w.toml",
            "--policy",
            "p.toml",
            "--waivers-signers",
            "revoked",
        ],
    )
    .expect(2, &["locked by p.toml", "The officer signs."]);
}

/// A TOML file as JSON, days as texts.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(is) => Value::from(*is),
        toml::Value::Datetime(time) => Value::from(time.to_string()),
        toml::Value::Array(items) => items.iter().map(as_json).collect(),
        toml::Value::Table(table) => table
            .iter()
            .map(|(key, value)| (key.clone(), as_json(value)))
            .collect(),
    }
}

fn rules_below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rules_below(&path, into);
        } else {
            into.push(path);
        }
    }
}

#[test]
fn every_file_that_is_shipped_fits_its_schema() {
    let desk = desk();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut rules = Vec::new();
    rules_below(&root.join("rules/catalog"), &mut rules);
    assert!(rules.len() > 200);
    let file = |name: &str| vec![PathBuf::from(example(name))];
    let policies = [file("organisation.toml"), file("policy.toml")].concat();
    for (kind, files) in [
        ("policy", policies),
        ("waivers", file("waivers.toml")),
        ("plans", file("plans.toml")),
        ("attest", file("attest.toml")),
        ("targets", vec![root.join("examples/fleet/targets.toml")]),
        ("rule", rules),
    ] {
        let schema = desk.run(&["schema", kind]);
        let schema: Value = serde_json::from_str(&schema.stdout).expect("a schema");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for path in files {
            let text = std::fs::read_to_string(&path).expect("a text");
            let value: toml::Value = toml::from_str(&text).expect("TOML");
            let mut value = as_json(&value);
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|it| it.to_string())
                .collect();
            assert_eq!(errors, Vec::<String>::new(), "{}", path.display());
            value["no_such_key"] = Value::from(1);
            assert!(!validator.is_valid(&value), "{}", path.display());
            if kind != "rule" {
                // The program refuses the same, with the place.
                desk.write(
                    "wrong.toml",
                    text.replacen("format = 1\n", "format = 1\nkey = 1\n", 1),
                );
                desk.run(&[kind, "lint", "wrong.toml"])
                    .expect(2, &["wrong.toml:", ":1: unknown field `key`"]);
            }
        }
    }
}

#[test]
fn a_lint_says_how_many_there_are_and_what_is_or_will_be_wrong() {
    let desk = desk();
    let lint = |arguments: &[&str], code: i32, said: &str| {
        let run = desk.run(arguments);
        assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(said), "{}", run.stdout);
    };
    let (base, own) = (example("organisation.toml"), example("policy.toml"));
    lint(&["policy", "lint", &base, &own], 0, "2 files, 0 complaints");
    lint(
        &["policy", "show", &base, &own],
        0,
        "retention_days = 30 # organisation.toml, locked",
    );
    let waivers = example("waivers.toml");
    let at = ["--now", DAY];
    let with = |verb: &[&str], more: &[&str]| -> Vec<String> {
        let all = [verb, &at, more].concat();
        all.iter().map(|it| (*it).to_owned()).collect()
    };
    let run_lint = |arguments: Vec<String>, code: i32, said: &str| {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        lint(&words, code, said);
    };
    run_lint(
        with(&["waivers", "lint", &waivers], &["--policy", &base]),
        0,
        "4 waivers, 0",
    );
    run_lint(with(&["waivers", "list", &waivers], &[]), 0, "15 days left");
    lint(
        &["waivers", "lint", &waivers, "--now", "2027-03-02T00:00:00Z"],
        1,
        "it has ended",
    );
    run_lint(
        with(&["attest", "lint", &example("attest.toml")], &[]),
        0,
        "2 statements, 0",
    );
    run_lint(
        with(&["plans", "lint", &example("plans.toml")], &[]),
        1,
        "its day is over",
    );
    lint(
        &["targets", "lint", &example("../fleet/targets.toml")],
        0,
        "2 targets, 0 complaints",
    );
    // A file that was saved elsewhere: a mark before it, and other line ends.
    let text = std::fs::read_to_string(&waivers).expect("a text");
    desk.write(
        "windows.toml",
        format!("\u{feff}{}", text.replace('\n', "\r\n")),
    );
    run_lint(
        with(&["waivers", "lint", "windows.toml"], &[]),
        0,
        "4 waivers, 0",
    );
    desk.write(
        "wrong.toml",
        text.replacen("until = 2027-03-01", "until = \"never\"", 1),
    );
    desk.run(&["waivers", "lint", "wrong.toml"]).expect(
        2,
        &["wrong.toml:12:9: a day such as 2026-01-31, without quotes, is wanted"],
    );
}

#[test]
fn a_layer_cannot_loosen_what_another_locks() {
    let desk = desk();
    desk.write(
        "own.toml",
        "format = 1\n[parameters]\nretention_days = 365\n",
    );
    let base = example("organisation.toml");
    let layers = ["--policy", &base, "--policy", "own.toml"];
    clinic(&desk, DAY, &layers).expect(
        2,
        &[
            "own.toml:3:18: 'parameters.retention_days' is locked by organisation.toml",
            "works agreement",
        ],
    );
    // The other way round there is nothing to loosen: the lock comes last and so does its value.
    let run = clinic(
        &desk,
        DAY,
        &["--policy", "own.toml", "--policy", &base, "--json"],
    );
    let report: Value = serde_json::from_str(&run.stdout).expect("a report");
    assert_eq!(
        report["policy"]["parameters"]["retention_days"]["value"],
        30
    );
}

#[test]
fn a_waiver_begins_as_what_the_report_shows() {
    let desk = desk();
    dumped(&desk, &clinic_workspace());
    desk.check(&["dump"]).expect(1, &["Bundle:"]);
    let bundle = desk.bundle().display().to_string();
    let begun = desk.run(&["waivers", "new", &bundle, "auth-011"]);
    assert_eq!(begun.code, 0, "{}", begun.stderr);
    let text = begun
        .stdout
        .replace("= \"\"", "= \"said\"")
        .replace("until = ", "until = 2027-01-31");
    desk.write("w.toml", format!("format = 1\n{text}"));
    let report = desk.report(&["dump", "--waivers", "w.toml"]);
    assert_eq!(outcomes(&report)["AUTH-011"], "waived");
    desk.run(&["waivers", "new", &bundle, "STAT-001"])
        .expect(2, &["STAT-001 did not fail"]);
    // A document that is another one than was stated answers nothing.
    let statement = format!(
        "format = 1\n[[statement]]\nrule = \"AUD-004\"\ntext = \"Compared.\"\nby = \"officer\"\n\
         from = 2026-01-01\nuntil = 2026-12-31\nevidence = \"p.pdf\"\nevidence_sha256 = \"{}\"\n",
        "0".repeat(64)
    );
    desk.write("a.toml", &statement);
    let outcome = |desk: &Desk| {
        let report = desk.report(&["dump", "--attest", "a.toml"]);
        outcomes(&report)["AUD-004"].clone()
    };
    assert_eq!(outcome(&desk), "pass");
    desk.write("p.pdf", "another one");
    assert_eq!(outcome(&desk), "manual");
    desk.run(&["attest", "lint", "a.toml", "--now", DAY]);
    desk.write("a.toml", statement.replace("AUD-004", "STAT-001"));
    desk.check(&["dump", "--attest", "a.toml"])
        .expect(2, &["a.toml:3:8: STAT-001 is answered by the database"]);
}
