//! Bundles that somebody made to mislead `verify`, or to keep it busy.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rc_audit_report::manifest::Manifest;
use rc_audit_tests::forge;
use rc_audit_tests::program::{Desk, Run};
use rustix::fs::inotify;
use serde_json::Value;

use super::{chain, fingerprint, verify};
use crate::kit::run;

/// The most memory that looking at a bundle takes, in bytes, beyond its report.
const MEMORY: u64 = 64 * 1024 * 1024;

/// A desk with one bundle, and its signer.
fn one() -> (Desk, PathBuf, String) {
    let (desk, bundles) = chain(1);
    let own = fingerprint(&desk);
    (desk, bundles[0].clone(), own)
}

fn key(desk: &Desk) -> rc_audit_report::key::Key {
    forge::key(&desk.path("state/rc-audit/signing-key.pem"))
}

/// Checks that a bundle is refused because of a file, and that a message says so.
fn refused(desk: &Desk, own: &str, bundle: &Path, file: &str, why: &str) {
    let run = verify(desk, &[own], &[bundle]);
    assert_eq!(run.code, 10, "{file}: {}", run.stdout);
    assert!(
        run.stdout.contains(&format!("NOT GOOD: {file}: {why}")),
        "{}",
        run.stdout
    );
}

fn rerender(desk: &Desk, own: &str, bundle: &Path) -> Run {
    let bundle = bundle.to_str().unwrap();
    desk.run(&["verify", "--rerender", "--signer", own, bundle])
}

#[test]
fn the_same_report_in_other_bytes_is_another_report() {
    let (desk, bundle, own) = one();
    let path = bundle.join("report.json");
    let whole = std::fs::read_to_string(&path).unwrap();
    let value: Value = serde_json::from_str(&whole).unwrap();
    let twice = whole.replacen(
        "\"verdict\": \"fail\"",
        "\"verdict\": \"fail\", \"verdict\": \"pass\"",
        1,
    );
    assert_ne!(twice, whole);
    for (what, text) in [
        ("written again", value.to_string()),
        ("a name twice", twice),
        ("a mark in front", format!("\u{feff}{whole}")),
        ("more behind", format!("{whole}\n")),
        ("other ends of lines", whole.replace('\n', "\r\n")),
    ] {
        std::fs::write(&path, text).unwrap();
        refused(&desk, &own, &bundle, "report.json", "its content is not");
        assert_eq!(rerender(&desk, &own, &bundle).code, 10, "{what}");
    }
    std::fs::write(&path, &whole).unwrap();
    rerender(&desk, &own, &bundle).expect(0, &[]);
}

#[test]
fn a_page_or_a_manifest_that_does_not_fit_its_report_is_found_even_if_it_is_signed() {
    let (desk, bundle, own) = one();
    let key = key(&desk);
    let mut twice = std::fs::read_to_string(bundle.join("report.json")).unwrap();
    let page = std::fs::read_to_string(bundle.join("report.html")).unwrap();
    let bad = |why: &str| {
        verify(&desk, &[&own], &[&bundle]).expect(0, &[]);
        let run = rerender(&desk, &own, &bundle);
        run.expect(10, &[]);
        assert!(run.stdout.contains(why), "{why}: {}", run.stdout);
    };
    rerender(&desk, &own, &bundle).expect(0, &[]);
    let lie = page.replacen("Failed", "Passed", 1);
    assert_ne!(lie, page);
    std::fs::write(bundle.join("report.html"), lie).unwrap();
    forge::sign_anew(&bundle, &key, |_| {});
    bad("report.html: it is not the page");
    std::fs::write(bundle.join("report.html"), &page).unwrap();
    let changes: [fn(&mut Manifest); 5] = [
        |manifest| manifest.verdict = "pass".to_owned(),
        |manifest| manifest.rules = format!("sha256:{}", "0".repeat(64)),
        |manifest| manifest.waivers = format!("sha256:{}", "0".repeat(64)),
        |manifest| manifest.policy = format!("sha256:{}", "0".repeat(64)),
        |manifest| manifest.challenge = "today".to_owned(),
    ];
    for change in changes {
        forge::sign_anew(&bundle, &key, change);
        bad("report.json: it says something else than the manifest");
        forge::sign_anew(&bundle, &key, |manifest| {
            let report: Value = serde_json::from_str(&twice).unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            manifest.verdict = text(&report["verdict"]);
            manifest.rules = text(&report["tool"]["rules"]);
            manifest.policy = text(&report["policy"]["digest"]);
            manifest.waivers = "-".to_owned();
            manifest.challenge = "-".to_owned();
        });
    }
    rerender(&desk, &own, &bundle).expect(0, &[]);
    let at = twice.find("\"value\": ").expect("a parameter");
    let before = "\"value\": 1,\n        ";
    twice.insert_str(at, before);
    std::fs::write(bundle.join("report.json"), twice).unwrap();
    forge::sign_anew(&bundle, &key, |_| {});
    let run = rerender(&desk, &own, &bundle);
    run.expect(10, &[]);
    assert!(run.stdout.contains("report.json: it "), "{}", run.stdout);
}

#[test]
fn a_manifest_names_plain_files_once_and_in_the_known_format() {
    let (desk, bundle, own) = one();
    let key = key(&desk);
    let good = forge::manifest(&bundle);
    let text = good.to_text();
    let digest = &good.files[0].0;
    let line = |name: &str| format!("{text}{digest}  {name}\n");
    for name in [
        "/etc/hostname",
        "../report.json",
        "./report.json",
        "a/b",
        "REPORT.JSON",
        "report.json",
        ".hidden",
        "-rf",
        "a\u{1b}[2Kb",
        "a\tb",
        "a\\nb",
        "r\u{e9}port",
        "report.json\u{202e}",
        "",
        ".",
        "..",
    ] {
        forge::sign_text(&bundle, &key, &good, &line(name));
        refused(&desk, &own, &bundle, "MANIFEST", "line ");
    }
    for name in ["MANIFEST", "MANIFEST.sig", "CHECKPOINT"] {
        forge::sign_text(&bundle, &key, &good, &line(name));
        assert_eq!(verify(&desk, &[&own], &[&bundle]).code, 10, "{name}");
    }
    for (from, to) in [
        ("rc-audit-manifest/1", "rc-audit-manifest/0"),
        ("rc-audit-manifest/1", "rc-audit-manifest/2"),
        ("# rc-audit-manifest/1\n", ""),
        ("# key: ", "# more: "),
        ("\n# seq", "\r\n# seq"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        forge::sign_text(&bundle, &key, &good, &changed);
        refused(&desk, &own, &bundle, "MANIFEST", "line ");
    }
    // Without the report there is nothing to vouch for.
    forge::sign_text(&bundle, &key, &good, &text);
    forge::sign_anew(&bundle, &key, |manifest| {
        manifest.files.retain(|(_, name)| name != "report.json");
    });
    refused(&desk, &own, &bundle, "report.json", "the manifest does not");
    let long = text.clone() + &format!("{digest}  x\n").repeat(1000);
    forge::sign_text(&bundle, &key, &good, &long);
    refused(&desk, &own, &bundle, "MANIFEST", "longer than");
    forge::sign_text(&bundle, &key, &good, &text);
    verify(&desk, &[&own], &[&bundle]).expect(0, &[]);
}

#[test]
fn names_that_deceive_people_are_found_and_shown_harmlessly() {
    let (desk, bundle, own) = one();
    for name in [
        &b"report.json "[..],
        b"Report.json",
        b"a\x1b[2Kb",
        b"\xff\xfe",
        b"line\nbreak",
        b"REPORT.html",
        "report\u{2024}json".as_bytes(),
    ] {
        let path = bundle.join(OsStr::from_bytes(name));
        std::fs::write(&path, "more").unwrap();
        let run = verify(&desk, &[&own], &[&bundle]);
        run.expect(10, &[]);
        assert!(run.stdout.contains("the manifest does not list it"));
        assert!(!run.stdout.contains('\u{1b}'));
        std::fs::remove_file(path).unwrap();
    }
    verify(&desk, &[&own], &[&bundle]).expect(0, &[]);
}

#[test]
fn a_file_may_have_two_names_but_not_the_content_of_another() {
    let (desk, bundle, own) = one();
    let aside = desk.path("aside");
    // Copies for safety are often made so, and the bytes are what counts.
    std::fs::hard_link(bundle.join("report.json"), &aside).unwrap();
    verify(&desk, &[&own], &[&bundle]).expect(0, &[]);
    std::fs::remove_file(bundle.join("report.html")).unwrap();
    std::fs::hard_link(&aside, bundle.join("report.html")).unwrap();
    refused(&desk, &own, &bundle, "report.html", "its content is not");
}

/// Runs the program with a bound on the time, and gives the exit code, the most memory in bytes and
/// what it said. What the kernel tells of an ended process counts what its parent held, and this one
/// holds much, so the memory is looked at while the program runs.
fn bounded(desk: &Desk, arguments: &[&str]) -> (Option<i32>, u64, String) {
    let mut command = std::process::Command::new(desk.command().get_program());
    command.args(arguments).current_dir(desk.path(""));
    let out = std::fs::File::create(desk.path("said")).unwrap();
    command.stdout(out).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut memory = 0;
    let status = loop {
        memory = memory.max(held(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let said = std::fs::read_to_string(desk.path("said")).unwrap();
    (status.code(), memory, said)
}

/// The most memory that a process has held so far, in bytes; none if it has ended.
fn held(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes * 1024)
}

#[test]
fn endless_and_huge_files_take_neither_time_nor_memory() {
    let (desk, bundle, own) = one();
    let path = bundle.to_str().unwrap();
    let arguments = ["verify", "--rerender", "--signer", &own, path];
    let (code, usual, _) = bounded(&desk, &arguments);
    assert_eq!(code, Some(0));
    let aside = desk.path("aside");
    for name in ["report.json", "report.html", "MANIFEST", "MANIFEST.sshsig"] {
        let victim = bundle.join(name);
        std::fs::rename(&victim, &aside).unwrap();
        let bad = |what: &str, why: &str| {
            for more in [None, Some("--signatures-only")] {
                let mut arguments: Vec<&str> = arguments.to_vec();
                if let Some(more) = more {
                    arguments[1] = more;
                }
                let (code, memory, said) = bounded(&desk, &arguments);
                if more.is_some() && why.contains("larger") && name.starts_with("report") {
                    // It is not read, so its length does not matter.
                    assert_eq!(code, Some(0), "{name} {what}: {said}");
                    continue;
                }
                assert_eq!(code, Some(10), "{name} {what}: {said}");
                assert!(said.contains(why), "{name} {what}: {said}");
                assert!(memory < usual + MEMORY, "{name} {what}: {memory}");
            }
        };
        run("mkfifo", &bundle, &[name]);
        bad("a pipe", "it is no plain file");
        std::fs::remove_file(&victim).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &victim).unwrap();
        bad("a link", "it is no plain file");
        std::fs::remove_file(&victim).unwrap();
        let file = std::fs::File::create(&victim).unwrap();
        file.set_len(10 << 30).unwrap();
        bad("a hole of 10 GiB", "it is larger");
        std::fs::remove_file(&victim).unwrap();
        std::fs::rename(&aside, &victim).unwrap();
    }
    for name in 0..100 {
        std::fs::write(bundle.join(format!("more-{name}")), "").unwrap();
    }
    let (code, _, said) = bounded(&desk, &arguments);
    assert_eq!(code, Some(10));
    assert!(said.contains("more files than a bundle has"), "{said}");
    // A report by itself, for the verbs that read one.
    run("mkfifo", &desk.path(""), &["pipe"]);
    assert_eq!(bounded(&desk, &["egress", "pipe"]).0, Some(2));
    assert_eq!(bounded(&desk, &["egress", "/dev/zero"]).0, Some(2));
}

#[test]
fn deep_and_wide_reports_are_refused_and_not_followed() {
    let (desk, bundle, own) = one();
    let key = key(&desk);
    let deep = 100_000;
    let path = bundle.to_str().unwrap();
    for text in [
        "[".repeat(deep) + &"]".repeat(deep),
        "{\"findings\":".repeat(deep) + "1" + &"}".repeat(deep),
        format!("{{\"format\":{}1", "\"\\u0000".repeat(deep)),
        format!("{{\"format\":1{}}}", "0".repeat(deep)),
    ] {
        std::fs::write(bundle.join("report.json"), text).unwrap();
        forge::sign_anew(&bundle, &key, |_| {});
        verify(&desk, &[&own], &[&bundle]).expect(0, &[]);
        let arguments = ["verify", "--rerender", "--signer", &own, path];
        let (code, memory, said) = bounded(&desk, &arguments);
        assert_eq!(code, Some(10), "{said}");
        assert!(said.contains("it is no report of this version"), "{said}");
        assert!(memory < 2 * MEMORY, "{memory}");
        assert_eq!(bounded(&desk, &["egress", path]).0, Some(2));
    }
}

#[test]
fn every_file_is_opened_once_so_that_it_can_not_change_between_check_and_use() {
    let (desk, bundle, own) = one();
    let watch = inotify::init(inotify::CreateFlags::NONBLOCK).unwrap();
    inotify::add_watch(&watch, &bundle, inotify::WatchFlags::OPEN).unwrap();
    rerender(&desk, &own, &bundle).expect(0, &[]);
    let mut buffer = [std::mem::MaybeUninit::uninit(); 8192];
    let mut reader = inotify::Reader::new(&watch, &mut buffer);
    let mut opened = Vec::new();
    while let Ok(event) = reader.next() {
        if let Some(name) = event.file_name() {
            opened.push(name.to_str().unwrap().to_owned());
        }
    }
    opened.sort();
    let mut all: Vec<String> = std::fs::read_dir(&bundle)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    all.sort();
    assert_eq!(opened, all);
}
