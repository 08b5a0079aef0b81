//! Reports follow each other: what is missing, put in another's place, late or rewritten shows.

use std::path::{Path, PathBuf};

use rc_audit_tests::program::{Desk, Run};
use serde_json::Value;

use super::{chain, fingerprint, verify};
use crate::kit::{clinic_workspace, desk, dumped, json};

/// Audits the clinic for a moment, with the bundle below a folder. Its evidence ages, so that some
/// moments are incomplete (4) where the others fail (1); here either is a report like the other.
fn check_at(desk: &Desk, now: &str, out: &str, more: &[&str]) -> Run {
    let mut command = desk.command();
    command.args(["check", "dump/rocketchat", "--now", now, "--out", out]);
    let mut run = Run::of(command.args(more));
    if run.code == 4 {
        run.code = 1;
    }
    run
}

/// A desk with so many daily reports from the 20th on, in `out`.
fn daily(days: u32) -> (Desk, PathBuf) {
    let desk = desk();
    dumped(&desk, &clinic_workspace());
    for day in 0..days {
        let now = format!("2026-11-{:02}T06:00:00Z", 20 + day);
        check_at(&desk, &now, "out", &[]).expect(1, &["Bundle:"]);
    }
    let folder = desk.bundles()[0].parent().unwrap().to_owned();
    (desk, folder)
}

/// The notices of the newest report below `out`.
fn notices(folder: &Path) -> Vec<(String, String)> {
    let report = json(&folder.join("latest/report.json"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    report["evidence"]["chain"]
        .as_array()
        .expect("notices")
        .iter()
        .map(|notice| (text(&notice["kind"]), text(&notice["text"])))
        .collect()
}

/// The checkpoint that a run printed as its last line.
fn checkpoint(run: &Run) -> String {
    let line = run.stderr.lines().last().expect("a line");
    assert!(line.starts_with("rc-audit-checkpoint/1 "), "{line}");
    line.to_owned()
}

fn history(desk: &Desk, folder: &Path) -> Value {
    let run = desk.run(&["history", "--json", folder.to_str().unwrap()]);
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[test]
fn a_chain_whose_end_is_gone_goes_on_and_says_so() {
    let (desk, folder) = daily(2);
    let own = fingerprint(&desk);
    assert_eq!(notices(&folder), []);
    std::fs::remove_dir_all(folder.join("20261121T060000Z-2")).unwrap();
    let run = check_at(&desk, "2026-11-22T06:00:00Z", "out", &["--quiet"]);
    run.expect(1, &["warning:", "number 2 was written and is not there"]);
    assert!(folder.join("20261122T060000Z-3").is_dir());
    let found = notices(&folder);
    let kinds: Vec<&str> = found.iter().map(|(kind, _)| kind.as_str()).collect();
    // Ages come from the reports that are left.
    assert_eq!(kinds, ["head_missing", "history_gap"]);
    let page = std::fs::read_to_string(folder.join("latest/report.html")).unwrap();
    assert!(page.contains("number 2 was written and is not there"));
    let broken = verify(&desk, &[&own], &[&folder]);
    broken.expect(12, &[]);
    assert!(
        broken.stdout.contains("something is missing"),
        "{}",
        broken.stdout
    );

    // An emptied folder does not begin at 1 again.
    std::fs::remove_dir_all(desk.path("out")).unwrap();
    let run = check_at(&desk, "2026-11-23T06:00:00Z", "out", &[]);
    run.expect(1, &["number 3 was written", "the folder is none"]);
    assert!(folder.join("20261123T060000Z-4").is_dir());
    verify(&desk, &[&own], &[&folder]).expect(12, &[]);

    // Another folder is another chain, and one that this machine never saw is said to be so.
    check_at(&desk, "2026-11-23T06:00:00Z", "other", &[]);
    let other = desk.path("other").join(folder.file_name().unwrap());
    assert_eq!(notices(&other), []);
    std::fs::remove_dir_all(desk.path("state/rc-audit/heads")).unwrap();
    check_at(&desk, "2026-11-24T06:00:00Z", "other", &[]).expect(1, &["warning:"]);
    assert_eq!(notices(&other)[0].0, "head_unknown");
    verify(&desk, &[&own], &[&other]).expect(0, &[]);
    std::fs::write(
        std::fs::read_dir(desk.path("state/rc-audit/heads"))
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path(),
        "{",
    )
    .unwrap();
    check_at(&desk, "2026-11-25T06:00:00Z", "other", &[]).expect(1, &["is damaged"]);
}

#[test]
fn a_report_in_the_place_of_another_is_noticed_by_the_next_run() {
    let (desk, folder) = daily(2);
    let own = fingerprint(&desk);
    // The same key, the same moment, another content.
    for (day, challenge) in [("20", "a"), ("21", "b")] {
        let now = format!("2026-11-{day}T06:00:00Z");
        check_at(&desk, &now, "other", &["--challenge", challenge]).expect(1, &[]);
    }
    let other = desk.path("other").join(folder.file_name().unwrap());
    for name in ["20261120T060000Z-1", "20261121T060000Z-2"] {
        std::fs::remove_dir_all(folder.join(name)).unwrap();
        std::fs::rename(other.join(name), folder.join(name)).unwrap();
    }
    // By itself it is a good chain, which is why somebody has to remember.
    verify(&desk, &[&own], &[&folder]).expect(0, &[]);
    check_at(&desk, "2026-11-22T06:00:00Z", "out", &[])
        .expect(1, &["warning:", "number 2 in the folder is not the report"]);
    assert_eq!(notices(&folder)[0].0, "head_differs");
    let run = verify(&desk, &[&own], &[&folder]);
    run.expect(12, &[]);
    assert!(
        run.stdout
            .contains("number 3 does not follow from number 2"),
        "{}",
        run.stdout
    );
    // A run with another memory adds to the chain, and the next one here says so.
    let mut command = desk.command();
    command.env("XDG_STATE_HOME", desk.path("second"));
    let key = desk.path("state/rc-audit/signing-key.pem");
    command.args(["check", "dump/rocketchat", "--out", "out", "--key"]);
    command.arg(key).args(["--now", "2026-11-23T06:00:00Z"]);
    Run::of(&mut command).expect(4, &["nothing on this machine shows"]);
    check_at(&desk, "2026-11-24T06:00:00Z", "out", &[]).expect(1, &["added by another run"]);
    assert_eq!(notices(&folder)[0].0, "head_moved");
}

#[test]
fn runs_at_the_same_time_make_one_chain() {
    let (desk, folder) = daily(1);
    let own = fingerprint(&desk);
    let running: Vec<_> = (0..6)
        .map(|count| {
            let mut command = desk.command();
            let now = format!("2026-11-20T07:00:{count:02}Z");
            command.args(["check", "dump/rocketchat", "--out", "out", "--now", &now]);
            command.stdout(std::process::Stdio::null());
            command.stderr(std::process::Stdio::null());
            command.spawn().expect("the program can be started")
        })
        .collect();
    let mut written = 1;
    for mut child in running {
        match child.wait().unwrap().code() {
            Some(1) => written += 1,
            // Another one was writing.
            code => assert_eq!(code, Some(8)),
        }
    }
    assert!(written > 1);
    let run = verify(&desk, &[&own], &[&folder]);
    run.expect(0, &[]);
    assert_eq!(run.stdout.matches("verified, signed by").count(), written);
}

#[test]
fn history_tells_verdicts_gaps_late_ones_and_clocks_that_went_back() {
    let (desk, folder) = daily(2);
    check_at(&desk, "2026-11-25T06:00:00Z", "out", &["--fail-on", "none"])
        .expect(0, &["warning:", "a report was due by 2026-11-22T06:00:00Z"]);
    assert_eq!(notices(&folder)[0].0, "late");
    check_at(&desk, "2026-11-24T06:00:00Z", "out", &[]).expect(1, &["a clock was set back"]);
    assert_eq!(notices(&folder)[0].0, "clock");
    let run = desk.run(&["history", folder.to_str().unwrap()]);
    run.expect(0, &[]);
    for text in [
        ": 4 reports",
        "2026-11-25T06:00:00Z  pass              better",
        "2026-11-24T06:00:00Z  incomplete        worse",
        "-  number 3 was due by 2026-11-22T06:00:00Z",
        "-  number 4 was read at 2026-11-24T06:00:00Z, before number 3",
        "The chain is unbroken.",
        "The next report is due by",
    ] {
        let due = text == "The next report is due by";
        let known = run.stdout.contains(text) || (due && run.stdout.contains("was due by"));
        assert!(known, "{text}\n{}", run.stdout);
    }
    let listed = history(&desk, &folder);
    let chain = &listed["workspaces"][0];
    let trends: Vec<&str> = chain["reports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|report| report["trend"].as_str().unwrap())
        .collect();
    assert_eq!(trends, ["first", "same", "better", "worse"]);
    assert_eq!(chain["next_due"], "2026-11-25T06:00:00Z");
    // 'verify' says the same and does not call it broken.
    let own = fingerprint(&desk);
    let run = verify(&desk, &[&own], &[&folder]);
    run.expect(0, &[]);
    assert_eq!(run.stdout.matches(": note: ").count(), 2, "{}", run.stdout);

    std::fs::remove_dir_all(folder.join("20261121T060000Z-2")).unwrap();
    let run = desk.run(&["history", folder.to_str().unwrap()]);
    run.expect(12, &[]);
    assert!(run.stdout.contains("!!  between number 1 and number 3"));
    assert!(run.stdout.contains("broken in one place"));
    let remark = &history(&desk, &folder)["workspaces"][0]["remarks"][0];
    assert_eq!(
        (&remark["kind"], &remark["breaks"]),
        (&"gap".into(), &true.into())
    );
    std::fs::remove_dir_all(folder.join("20261120T060000Z-1")).unwrap();
    let run = desk.run(&["history", folder.to_str().unwrap()]);
    run.expect(12, &[]);
    assert!(run.stdout.contains("the beginning is missing"));
    std::fs::write(folder.join("latest/MANIFEST.sig"), [0; 64]).unwrap();
    let run = desk.run(&["history", desk.path("out").to_str().unwrap()]);
    run.expect(10, &[]);
    assert!(run.stdout.contains("NOT GOOD"), "{}", run.stdout);
    let stranger = format!("SHA256:{}", "A".repeat(43));
    std::fs::remove_dir_all(std::fs::canonicalize(folder.join("latest")).unwrap()).unwrap();
    desk.run(&["history", "--signer", &own, folder.to_str().unwrap()])
        .expect(12, &[]);
    let (desk, folder) = daily(1);
    let folder = folder.to_str().unwrap();
    desk.run(&["history", "--signer", &stranger, folder])
        .expect(11, &[]);
}

#[test]
fn a_checkpoint_shows_what_was_rewritten_or_cut_off() {
    let (desk, folder) = daily(2);
    let own = fingerprint(&desk);
    let run = check_at(&desk, "2026-11-22T06:00:00Z", "out", &["--quiet"]);
    let line = checkpoint(run.expect(1, &[]));
    check_at(&desk, "2026-11-23T06:00:00Z", "out", &[]).expect(1, &[]);
    let since = |line: &str, path: &Path| {
        let path = path.to_str().unwrap();
        desk.run(&["verify", "--signer", &own, "--since", line, path])
    };
    since(&line, &folder).expect(0, &[]);
    desk.write("noted", format!("{line}\n"));
    since("noted", &folder).expect(0, &[]);
    let shown = desk.run(&["history", "--checkpoint", folder.to_str().unwrap()]);
    shown.expect(0, &[]);
    assert!(shown.stdout.contains(" 4 "), "{}", shown.stdout);
    since(&shown.stdout, &folder).expect(0, &[]);

    // Cut off, with everything that is left in order.
    let aside = desk.path("aside");
    std::fs::create_dir(&aside).unwrap();
    let newest = ["20261122T060000Z-3", "20261123T060000Z-4"];
    for name in newest {
        std::fs::rename(folder.join(name), aside.join(name)).unwrap();
    }
    verify(&desk, &[&own], &[&folder]).expect(0, &[]);
    let run = since(&line, &folder);
    run.expect(12, &[]);
    assert!(
        run.stdout
            .contains("cut off: the checkpoint knows number 3"),
        "{}",
        run.stdout
    );
    for name in newest {
        std::fs::rename(aside.join(name), folder.join(name)).unwrap();
    }
    // The old ones taken away.
    std::fs::rename(folder.join("20261120T060000Z-1"), aside.join("1")).unwrap();
    since(&line, &folder).expect(12, &[]);
    since(&line, &folder.join(newest[0])).expect(12, &[]);
    std::fs::rename(aside.join("1"), folder.join("20261120T060000Z-1")).unwrap();
    since(&line, &folder).expect(0, &[]);

    // Written anew with the same key.
    for day in 20..24 {
        let now = format!("2026-11-{day}T06:00:00Z");
        check_at(&desk, &now, "anew", &["--challenge", "anew"]).expect(1, &[]);
    }
    let anew = desk.path("anew").join(folder.file_name().unwrap());
    verify(&desk, &[&own], &[&anew]).expect(0, &[]);
    let run = since(&line, &anew);
    run.expect(12, &[]);
    assert!(run.stdout.contains("rewritten"), "{}", run.stdout);

    // A checkpoint that nobody signed.
    let run = since(&line.replace(" 3 ", " 2 "), &folder);
    run.expect(12, &[]);
    assert!(run.stdout.contains("not genuine"), "{}", run.stdout);
    let run = since(
        &line.replace(&own, &format!("SHA256:{}", "A".repeat(43))),
        &folder,
    );
    run.expect(12, &[]);
    assert!(run.stdout.contains("none of the reports"), "{}", run.stdout);
    let mut elsewhere = line.clone();
    elsewhere = elsewhere.replace("rocketchat-", "elsewhere-");
    since(&elsewhere, &folder).expect(12, &[]);
    since("rc-audit-checkpoint/1 x", &folder).expect(2, &["not a checkpoint"]);
}

#[test]
fn a_key_that_no_report_named_before_breaks_the_chain() {
    let (desk, folder) = daily(1);
    let own = fingerprint(&desk);
    desk.run(&["key", "new", "--out", "other.pem"])
        .expect(0, &[]);
    let other = desk.run(&["key", "show", "--key", "other.pem"]).stdout;
    let other = other.lines().next().unwrap();
    let more = ["--key", "other.pem"];
    check_at(&desk, "2026-11-21T06:00:00Z", "out", &more).expect(1, &[]);
    let run = verify(&desk, &[&own, other], &[&folder]);
    run.expect(12, &[]);
    assert!(run.stdout.contains("is signed with another key"));
}

#[test]
fn a_pruned_chain_stays_verifiable() {
    let (desk, folder) = daily(4);
    let own = fingerprint(&desk);
    let path = folder.to_str().unwrap();
    let names = |number: &str| {
        let mut names: Vec<String> = std::fs::read_dir(folder.join(number))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    desk.run(&["prune", path]).expect(2, &["--keep"]);
    desk.run(&["prune", "--keep", "2", "--dry-run", path])
        .expect(0, &["2 reports would be pruned"]);
    assert!(names("20261120T060000Z-1").contains(&"report.json".to_owned()));
    desk.run(&["prune", "--keep", "2", path])
        .expect(0, &["2 reports pruned"]);
    desk.run(&["prune", "--keep", "2", path])
        .expect(0, &["0 reports pruned"]);
    let left = names("20261121T060000Z-2");
    assert!(left.iter().all(|name| !name.starts_with("report")));
    assert!(left.contains(&"PRUNED".to_owned()), "{left:?}");
    let run = verify(&desk, &[&own], &[&folder]);
    run.expect(0, &[]);
    assert_eq!(run.stdout.matches("body pruned on").count(), 2);
    assert_eq!(run.stdout.matches(": verified, signed by").count(), 2);
    verify(&desk, &[], &[&folder]).expect(11, &[]);
    let listed = history(&desk, &folder);
    assert!(listed["workspaces"][0]["reports"][0]["pruned"].is_string());
    check_at(&desk, "2026-11-24T06:00:00Z", "out", &[]).expect(1, &[]);
    verify(&desk, &[&own], &[&folder]).expect(0, &[]);

    // The newest report is never pruned, nor is one that is not good, nor by a stranger's key.
    desk.run(&["prune", "--older-than", "36500", path])
        .expect(0, &["0 reports pruned"]);
    desk.run(&["prune", "--keep", "0", path])
        .expect(0, &["2 reports pruned"]);
    verify(&desk, &[&own], &[&folder.join("latest")]).expect(0, &[]);
    let last = folder.join("20261124T060000Z-5");
    assert!(last.join("report.json").exists());
    check_at(&desk, "2026-11-25T06:00:00Z", "out", &[]).expect(1, &[]);
    std::fs::write(last.join("report.json"), "{}").unwrap();
    desk.run(&["prune", "--keep", "1", path])
        .expect(10, &["left alone"]);
    assert!(last.join("report.json").exists());
    desk.run(&["key", "new", "--out", "other.pem"])
        .expect(0, &[]);
    desk.run(&["prune", "--keep", "1", "--key", "other.pem", path])
        .expect(7, &["signed none of these reports"]);
    for time in ["2001-01-01T06:00:00Z", "2001-01-02T06:00:00Z"] {
        check_at(&desk, time, "ages-ago", &[]).expect(1, &[]);
    }
    let ago = desk.path("ages-ago").join(folder.file_name().unwrap());
    desk.run(&["prune", "--older-than", "30", ago.to_str().unwrap()])
        .expect(0, &["1 report pruned"]);
    verify(&desk, &[&own], &[&ago]).expect(0, &[]);
    let above = desk.path("out");
    desk.run(&["prune", "--keep", "1", above.to_str().unwrap()])
        .expect(2, &["one workspace at a time"]);
}

#[test]
fn only_a_signed_record_makes_a_missing_file_a_pruned_one() {
    let (desk, folder) = daily(3);
    let own = fingerprint(&desk);
    let path = folder.to_str().unwrap();
    desk.run(&["prune", "--keep", "2", path]).expect(0, &[]);
    let (first, second) = (
        folder.join("20261120T060000Z-1"),
        folder.join("20261121T060000Z-2"),
    );
    verify(&desk, &[&own], &[&first]).expect(0, &[]);
    // The record of another report, or one without its signature, does not help.
    for name in ["report.json", "report.html"] {
        std::fs::remove_file(second.join(name)).unwrap();
    }
    verify(&desk, &[&own], &[&second]).expect(10, &[]);
    for name in ["PRUNED", "PRUNED.sshsig"] {
        std::fs::copy(first.join(name), second.join(name)).unwrap();
        verify(&desk, &[&own], &[&second]).expect(10, &[]);
    }
    for name in ["MANIFEST", "CHECKPOINT", "PRUNED.sshsig", "signer.pub"] {
        let bytes = std::fs::read(first.join(name)).unwrap();
        std::fs::remove_file(first.join(name)).unwrap();
        verify(&desk, &[&own], &[&first]).expect(10, &[]);
        std::fs::write(first.join(name), bytes).unwrap();
    }
    verify(&desk, &[&own], &[&first]).expect(0, &[]);
    // A record by a stranger is no reason to trust the gap.
    let text = std::fs::read_to_string(first.join("PRUNED")).unwrap();
    let stranger = {
        let desk = crate::kit::desk();
        desk.run(&["key", "new", "--out", "other.pem"])
            .expect(0, &[]);
        desk.run(&["key", "show", "--key", "other.pem"]).stdout
    };
    let key = stranger.lines().nth(1).unwrap();
    let changed: Vec<String> = text
        .lines()
        .map(|line| match line.strip_prefix("# key: ") {
            Some(_) => format!("# key: {key}"),
            None => line.to_owned(),
        })
        .collect();
    std::fs::write(first.join("PRUNED"), changed.join("\n") + "\n").unwrap();
    verify(&desk, &[&own], &[&first]).expect(10, &[]);
}

#[test]
fn an_old_report_is_not_taken_for_a_new_one() {
    let (desk, folder) = daily(3);
    let own = fingerprint(&desk);
    // Number 1 again, as number 4 of today.
    let replay = folder.join("20261123T060000Z-4");
    let mut command = std::process::Command::new("cp");
    command.arg("-a").arg(folder.join("20261120T060000Z-1"));
    assert!(command.arg(&replay).status().unwrap().success());
    for path in [&replay, &folder] {
        let run = verify(&desk, &[&own], &[path]);
        run.expect(12, &[]);
        assert!(
            run.stdout
                .contains("the folder is that of number 4, what is in it is number 1"),
            "{}",
            run.stdout
        );
    }
    std::fs::remove_dir_all(&replay).unwrap();
    // Two that change places.
    let (one, two) = ("20261121T060000Z-2", "20261122T060000Z-3");
    for (from, to) in [(one, "aside"), (two, one), ("aside", two)] {
        std::fs::rename(folder.join(from), folder.join(to)).unwrap();
    }
    verify(&desk, &[&own], &[&folder]).expect(12, &[]);
    for (from, to) in [(one, "aside"), (two, one), ("aside", two)] {
        std::fs::rename(folder.join(from), folder.join(to)).unwrap();
    }
    verify(&desk, &[&own], &[&folder]).expect(0, &[]);
    // Under a name of the reader's own it is what it is.
    std::fs::rename(folder.join(two), desk.path("for-the-auditor")).unwrap();
    let carried = desk.path("for-the-auditor");
    verify(&desk, &[&own], &[&carried]).expect(0, &[]);

    let run = |more: &[&str]| {
        let mut arguments = vec!["verify", "--signer", &own, "for-the-auditor"];
        arguments.extend(more);
        desk.run(&arguments)
    };
    let at_most_a_day = |bundles| {
        let day = ["verify", "--max-age", "24", "--signer", &own, bundles];
        desk.run(&day)
    };
    let now = jiff::Timestamp::now().to_string();
    check_at(&desk, &now, "just-now", &[]).expect(1, &[]);
    at_most_a_day("just-now").expect(0, &[]);
    check_at(&desk, "2001-01-01T06:00:00Z", "ages-ago", &[]).expect(1, &[]);
    let old = at_most_a_day("ages-ago");
    old.expect(12, &[]);
    assert!(old.stdout.contains("too old"), "{}", old.stdout);
    let wrong = run(&["--challenge", "today's word"]);
    wrong.expect(12, &[]);
    assert!(wrong.stdout.contains("does not have the challenge"));
    let challenge = ["--challenge", "today's word"];
    let made = check_at(&desk, "2026-11-23T06:00:00Z", "asked", &challenge);
    made.expect(1, &[]);
    let asked = desk.path("asked").join(folder.file_name().unwrap());
    let mut arguments = vec!["verify", "--signer", &own, asked.to_str().unwrap()];
    arguments.extend(challenge);
    desk.run(&arguments).expect(0, &[]);
}

#[test]
fn signatures_alone_are_never_called_verified() {
    let (desk, bundles) = chain(2);
    let own = fingerprint(&desk);
    let folder = bundles[0].parent().unwrap().to_str().unwrap();
    let quick = || desk.run(&["verify", "--signatures-only", "--signer", &own, folder]);
    let run = quick();
    run.expect(0, &[]);
    assert!(!run.stdout.contains("verified"), "{}", run.stdout);
    assert_eq!(run.stdout.matches("the files were not read").count(), 2);
    std::fs::write(bundles[0].join("MANIFEST.sig"), [7; 64]).unwrap();
    quick().expect(10, &[]);
}
