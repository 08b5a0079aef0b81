//! Cost of checking ten years of daily reports, beside `sha256sum` over the same bytes.
//!
//! Every report is signed anew over files that are those of one real report, by hard links, so that
//! the disk is not what is measured. The kinds take turns in every round; what is compared is the
//! ratio of medians.
//!
//! `cargo bench -p rc-audit-tests --bench chain` runs it; `-- --reports 365` makes it shorter.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark that can't go on stops with a message"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use rc_audit_report::digest::sha256;
use rc_audit_tests::program::Desk;
use rc_audit_tests::workspace::{Workspace, clinic};
use rc_audit_tests::{dump, forge};

/// How long the signatures and manifests of ten years may take.
const AT_MOST: Duration = Duration::from_secs(1);
/// How many reports that are.
const TEN_YEARS: u32 = 3650;

/// Compare the cost of checking a chain of reports with that of sha256sum
#[derive(Debug, Parser)]
struct Options {
    /// How many reports
    #[arg(long, default_value_t = TEN_YEARS)]
    reports: u32,
    /// How many rounds
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// A way to look at the chain.
struct Way {
    name: &'static str,
    command: Vec<String>,
    times: Vec<Duration>,
}

fn main() {
    let options = Options::parse();
    let desk = Desk::new(env!("CARGO_BIN_EXE_agent-under-test"));
    let folder = chain(&desk, options.reports);
    let own = desk.run(&["key", "show", "--as", "fingerprint"]).stdout;
    let program = env!("CARGO_BIN_EXE_agent-under-test");
    let way = |name, words: &[&str]| Way {
        name,
        command: words.iter().map(|word| (*word).to_owned()).collect(),
        times: Vec::new(),
    };
    let path = folder.to_str().unwrap();
    let signer = ["--quiet", "--signer", own.trim(), path];
    let verify = [program, "verify"];
    let mut ways = [
        way(
            "verify --signatures-only",
            &[verify.as_slice(), &["--signatures-only"], &signer].concat(),
        ),
        way("history", &[program, "history", path]),
        way("verify", &[verify.as_slice(), &signer].concat()),
        way(
            "sha256sum",
            &[
                "sh",
                "-c",
                "find \"$0\" -type f -print0 | xargs -0 sha256sum",
                path,
            ],
        ),
        way(
            "sha256sum, as many as cores",
            &[
                "sh",
                "-c",
                "find \"$0\" -type f -print0 | xargs -0 -n 256 -P \"$(nproc)\" sha256sum",
                path,
            ],
        ),
    ];
    for _ in 0..options.rounds {
        for way in &mut ways {
            let mut command = Command::new(&way.command[0]);
            command.args(&way.command[1..]).stdout(Stdio::null());
            let start = Instant::now();
            let status = command.status().expect("a program that can be started");
            way.times.push(start.elapsed());
            assert!(status.success(), "{}: {status}", way.name);
        }
    }
    print(&mut ways, &folder, options.reports);
}

/// A chain of so many reports.
fn chain(desk: &Desk, reports: u32) -> PathBuf {
    let mut workspace = Workspace::of("6.13.0");
    clinic(&mut workspace);
    dump::folder(&workspace, &desk.path("dump"), false);
    desk.check(&["dump/rocketchat"]);
    let first = desk.bundle();
    let folder = first.parent().unwrap().to_owned();
    let key = forge::key(&desk.path("state/rc-audit/signing-key.pem"));
    let mut before = first.clone();
    for seq in 2..=reports {
        let mut manifest = forge::manifest(&before);
        manifest.prev = sha256(manifest.to_text().as_bytes());
        manifest.seq = u64::from(seq);
        for time in [
            &mut manifest.started,
            &mut manifest.finished,
            &mut manifest.next_due,
        ] {
            let then: Timestamp = time.parse().unwrap();
            *time = (then + SignedDuration::from_hours(24)).to_string();
        }
        let stamp = manifest.finished.replace(['-', ':'], "");
        let bundle = folder.join(format!("{stamp}-{seq}"));
        std::fs::create_dir(&bundle).unwrap();
        for (_, name) in &manifest.files {
            std::fs::hard_link(first.join(name), bundle.join(name)).unwrap();
        }
        forge::sign_text(&bundle, &key, &manifest, &manifest.to_text());
        before = bundle;
    }
    folder
}

fn print(ways: &mut [Way], folder: &Path, reports: u32) {
    let say = |text: String| {
        use std::io::Write as _;
        let _ = writeln!(anstream::stdout(), "{text}");
    };
    let files = |bundle: &Path| -> Vec<(String, u64)> {
        let mut files: Vec<(String, u64)> = std::fs::read_dir(bundle)
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let name = entry.file_name().into_string().unwrap();
                (name, entry.metadata().unwrap().len())
            })
            .collect();
        files.sort();
        files
    };
    let newest = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.is_symlink())
        .max()
        .unwrap();
    let all = files(&newest);
    say(format!(
        "Files of one report, in bytes ({reports} reports):"
    ));
    for (name, length) in &all {
        say(format!("  {length:>9}  {name}"));
    }
    let sum = |files: &[(String, u64)]| files.iter().map(|(_, length)| length).sum::<u64>();
    let kept: Vec<(String, u64)> = all
        .iter()
        .filter(|(name, _)| !name.starts_with("report."))
        .cloned()
        .collect();
    say(format!(
        "  {:>9}  in all; {} without the report itself",
        sum(&all),
        sum(&kept)
    ));
    for way in &mut *ways {
        way.times.sort();
    }
    let median = |way: &Way| way.times[way.times.len() / 2];
    let plain = median(&ways[3]).as_secs_f64();
    for way in &*ways {
        let time = median(way).as_secs_f64();
        say(format!(
            "{:<28} {time:>8.3} s  {:>6.3} of sha256sum",
            way.name,
            time / plain
        ));
    }
    if reports >= TEN_YEARS {
        say(format!(
            "signatures and manifests of ten years within {AT_MOST:?}: {}",
            if median(&ways[0]) <= AT_MOST {
                "yes"
            } else {
                "no"
            }
        ));
    }
}
