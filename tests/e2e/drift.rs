//! A workspace over many nights: what changed, since when, and what to do about it.

mod remedy;

use std::path::{Path, PathBuf};

use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::Workspace;
use serde_json::Value;

use crate::kit::{clinic_workspace, desk, dumped, json};

/// Audits what is dumped for a night of November.
fn night(desk: &Desk, day: u32, more: &[&str]) -> Run {
    let now = format!("2026-11-{day:02}T06:00:00Z");
    let mut command = desk.command();
    command.args(["check", "dump/rocketchat", "--now", &now, "--out", "out"]);
    Run::of(command.args(["--quiet", "--format", "json"]).args(more))
}

/// Lets somebody change a setting, and audits the night after.
fn changed(desk: &Desk, workspace: &mut Workspace, id: &str, value: bool, day: u32) -> Run {
    workspace.set(id, value);
    // A dump written over another would keep the files of collections that are gone.
    if desk.path("dump").exists() {
        std::fs::remove_dir_all(desk.path("dump")).expect("a dump of the night before");
    }
    dumped(desk, workspace);
    night(desk, day, &["--fail-on", "new"])
}

fn newest(desk: &Desk) -> PathBuf {
    let bundle = desk.bundles().pop().expect("a bundle");
    bundle.parent().expect("a folder").join("latest")
}

fn finding(report: &Value, rule: &str) -> Value {
    let findings = report["findings"].as_array().expect("findings");
    let found = findings.iter().find(|it| it["rule"] == rule);
    found.unwrap_or_else(|| panic!("no {rule}")).clone()
}

/// The day in a time.
fn day_of(time: &Value) -> Option<&str> {
    time.as_str()?.get(8..10)
}

/// The class of change of a rule in a comparison, and the kinds of its causes.
fn change(comparison: &Value, rule: &str) -> (String, Vec<String>) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let changes = comparison["findings"].as_array().expect("changes");
    let Some(change) = changes.iter().find(|it| it["rule"] == rule) else {
        return ("unchanged".to_owned(), Vec::new());
    };
    let causes = change["causes"].as_array().expect("causes");
    let kinds = causes.iter().map(|cause| text(&cause["kind"])).collect();
    (text(&change["class"]), kinds)
}

fn kinds(report: &Value) -> Vec<String> {
    let notices = report["evidence"]["chain"].as_array().expect("notices");
    let kinds = notices
        .iter()
        .map(|it| it["kind"].as_str().expect("a kind"));
    kinds.map(str::to_owned).collect()
}

/// The rule and the setting that drift in these stories.
const RULE: &str = "EXT-005";
const SETTING: &str = "API_Embed";

#[test]
fn ages_and_alarms_are_right_on_each_night_and_can_t_be_quietly_reset() {
    let desk = desk();
    let mut workspace = clinic_workspace();
    let seen = |desk: &Desk| {
        let report = json(&newest(desk).join("report.json"));
        let finding = finding(&report, RULE);
        let day = |value: &Value| day_of(value).map(str::to_owned);
        let ages = (day(&finding["first_seen"]), day(&finding["last_failed"]));
        (report, ages)
    };
    let day = |text: &str| Some(text.to_owned());

    // There is nothing to compare the first night with, and it says so and loses nothing.
    let first = changed(&desk, &mut workspace, SETTING, false, 10);
    first.expect(2, &["there is none", "--baseline"]);
    let (report, ages) = seen(&desk);
    assert_eq!(ages, (None, None));
    assert_eq!(report["comparison"], Value::Null);

    changed(&desk, &mut workspace, SETTING, true, 11).expect(1, &[]);
    let (report, ages) = seen(&desk);
    assert_eq!(ages, (day("11"), None));
    let (class, causes) = change(&report["comparison"], RULE);
    assert_eq!((class.as_str(), causes), ("new", vec!["value".to_owned()]));

    // What is no longer new raises no alarm, and ages.
    changed(&desk, &mut workspace, SETTING, true, 12).expect(0, &[]);
    assert_eq!(seen(&desk).1, (day("11"), None));

    changed(&desk, &mut workspace, SETTING, false, 13).expect(0, &[]);
    let (report, ages) = seen(&desk);
    assert_eq!(ages, (None, day("12")));
    assert_eq!(change(&report["comparison"], RULE).0, "fixed");

    changed(&desk, &mut workspace, SETTING, true, 14).expect(1, &[]);
    let (report, ages) = seen(&desk);
    assert_eq!(ages, (day("14"), day("12")));
    assert_eq!(change(&report["comparison"], RULE).0, "returned");
    let trend = report["history"]["trend"].as_array().unwrap();
    let dates: Vec<&str> = trend
        .iter()
        .filter_map(|it| day_of(&it["judged_at"]))
        .collect();
    assert_eq!(dates, ["10", "11", "12", "13"]);

    // A night without a collection is no night on which it was mended.
    workspace.drop("rocketchat_integrations");
    let run = changed(&desk, &mut workspace, SETTING, true, 15);
    run.expect(4, &[]);
    let (report, ages) = seen(&desk);
    assert_eq!(ages, (day("14"), day("12")));
    let (class, causes) = change(&report["comparison"], "EXT-026");
    assert_eq!(
        (class.as_str(), causes),
        ("changed", vec!["gap".to_owned()])
    );

    // Whoever takes the last report away finds its age in the one before, and is told of.
    std::fs::remove_file(newest(&desk).join("report.json")).unwrap();
    let run = changed(&desk, &mut workspace, SETTING, true, 16);
    // Against number 5 the collection is newly missing, which is an alarm of its own.
    run.expect(4, &["number 6", "is told from number 5 on"]);
    let (report, ages) = seen(&desk);
    assert_eq!(ages, (day("14"), day("12")));
    assert_eq!(kinds(&report), ["history_gap"]);

    // Whoever takes all of them away is told of too, on the page as well.
    for bundle in desk.bundles() {
        std::fs::remove_dir_all(bundle).unwrap();
    }
    let run = night(&desk, 17, &["--fail-on", "new", "--format", "html"]);
    run.expect(2, &["since when a failure is there begins anew"]);
    let (report, ages) = seen(&desk);
    assert_eq!(ages, (day("17"), None));
    assert_eq!(kinds(&report), ["head_missing", "history_missing"]);
    let page = std::fs::read_to_string(newest(&desk).join("report.html")).unwrap();
    assert!(
        page.contains("The report before this one can&#x27;t be read"),
        "{page}"
    );
}

/// Two bundles of a workspace between which a setting was changed.
fn two(desk: &Desk) -> (String, String) {
    let mut workspace = clinic_workspace();
    changed(desk, &mut workspace, SETTING, false, 10).expect(2, &[]);
    changed(desk, &mut workspace, SETTING, true, 11).expect(1, &[]);
    let bundles = desk.bundles();
    let text = |path: &Path| path.to_str().expect("a text").to_owned();
    (text(&bundles[0]), text(&bundles[1]))
}

#[test]
fn two_reports_are_compared_with_causes_and_a_stranger_s_are_refused() {
    let desk = desk();
    let (before, now) = two(&desk);
    let same = desk.run(&["diff", &now, &now]);
    same.expect(0, &["intact, signed by SHA256:"]);
    let text = desk.run(&["diff", &before, &now]);
    text.expect(20, &[]);
    for part in ["new ", RULE, "pass → fail", "API_Embed: false → true"] {
        assert!(text.stdout.contains(part), "no {part} in\n{}", text.stdout);
    }
    let run = desk.run(&["diff", "--json", &before, &now]);
    let comparison: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(change(&comparison, RULE).0, "new");
    assert_eq!(comparison["with"], "named");
    let back = desk.run(&["diff", "--json", &now, &before]);
    back.expect(20, &["younger"]);
    let back: Value = serde_json::from_str(&back.stdout).unwrap();
    assert_eq!(change(&back, RULE).0, "fixed");
    let list = desk
        .run(&["diff", "--as", "markdown", &before, &now])
        .stdout;
    assert!(
        list.contains("| new | ") && list.contains(&format!("**{RULE}**")),
        "{list}"
    );

    // The baseline is the same comparison, in the report and on the page.
    let run = night(
        &desk,
        12,
        &[
            "--baseline",
            &before,
            "--fail-on",
            "new",
            "--format",
            "html",
        ],
    );
    run.expect(1, &[]);
    let report = json(&newest(&desk).join("report.json"));
    assert_eq!(report["comparison"]["with"], "baseline");
    assert_eq!(
        change(&report["comparison"], RULE),
        change(&comparison, RULE)
    );
    let page = std::fs::read_to_string(newest(&desk).join("report.html")).unwrap();
    assert!(page.contains("named as baseline"), "{page}");
    assert_eq!(night(&desk, 13, &["--fail-on", "new"]).code, 0);

    // Whose signature it is was asked for, so another's does not do.
    let signer = format!("SHA256:{}", "A".repeat(43));
    let run = desk.run(&["diff", "--signer", &signer, &before, &now]);
    run.expect(11, &["signed by"]);
    let file = format!("{now}/report.json");
    desk.run(&["diff", &before, &file])
        .expect(20, &["nothing shows whose it is"]);
    let run = desk.run(&["diff", "--signer", &signer, &file, &now]);
    run.expect(2, &["no signature goes with it"]);

    // A changed bundle, one of another workspace, and ones that this version can't read.
    let bytes = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, bytes.replace("\"fail\"", "\"pass\"")).unwrap();
    desk.run(&["diff", &before, &now])
        .expect(10, &["NOT GOOD: report.json"]);
    let refused = |what: &str, changed: &str, text: &str| {
        assert!(bytes.contains(what), "no {what}");
        let other = desk.write("other.json", bytes.replacen(what, changed, 1));
        let other = other.to_str().unwrap();
        desk.run(&["diff", &before, other]).expect(2, &[text]);
        other.to_owned()
    };
    refused(
        "rc-audit-report/1",
        "rc-audit-report/7",
        "the format rc-audit-report/7",
    );
    refused(
        "\"outcome\": \"fail\"",
        "\"outcome\": \"dubious\"",
        "unknown variant `dubious`",
    );
    refused("{", "[", "no report");
    let mark = json(Path::new(&before).join("report.json").as_path());
    let mark = mark["workspace"]["unique_id_fingerprint"]
        .as_str()
        .unwrap()
        .to_owned();
    let other = refused(&mark, &"0".repeat(mark.len()), "different workspaces");
    let run = desk.run(&["diff", "--any-workspace", &before, &other]);
    run.expect(20, &["different workspaces"]);
    let run = night(&desk, 14, &["--baseline", &other]);
    run.expect(2, &["the baseline is of the workspace"]);
    let chain = Path::new(&before).parent().unwrap().to_str().unwrap();
    desk.run(&["diff", chain, &before])
        .expect(2, &["'latest' is the newest"]);
    desk.run(&["prune", "--keep", "1", chain]).expect(10, &[]);
    std::fs::write(&file, &bytes).unwrap();
    desk.run(&["prune", "--keep", "1", chain]).expect(0, &[]);
    desk.run(&["diff", &before, &now])
        .expect(2, &["its report was taken away on"]);
}

#[test]
fn a_comparison_of_reports_by_different_keys_says_so() {
    const SAID: &str = "signed by different keys";
    let desk = desk();
    let (before, now) = two(&desk);
    let one = desk.run(&["diff", &before, &now]);
    assert!(!one.stderr.contains(SAID), "{}", one.stderr);
    std::fs::rename(desk.path("state"), desk.path("old-state")).unwrap();
    night(&desk, 14, &[]).expect(1, &[]);
    let other = newest(&desk).display().to_string();
    let run = desk.run(&["diff", &now, &other]);
    assert!(run.stderr.contains(SAID), "{}", run.stderr);
}
