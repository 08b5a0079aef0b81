//! Cost of an audit beside a bare read of the same documents.
//!
//! Everything is a process of its own, started cold, and the kinds take turns in every round, so
//! that whatever else the machine does meets all of them alike. What is compared is the ratio of
//! medians; the times by themselves say as much about the machine.
//!
//! `cargo bench -p rc-audit-tests` runs it; `-- --rounds 5` makes it shorter.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark that can't go on stops with a message"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use rc_audit_tests::dump;
use rc_audit_tests::mongod::{Mongod, Options as Server};
use rc_audit_tests::workspace::{NOW, Plan};
use tempfile::TempDir;
use wait4::Wait4 as _;

/// How many times the bare read the audit may take.
const AT_MOST_TIMES: f64 = 3.0;
/// How much work of its own it may do.
const AT_MOST_WORK: Duration = Duration::from_millis(50);
/// How much memory it may hold, in MiB.
const AT_MOST_MEMORY: f64 = 40.0;
/// How many times as many people and messages.
const SIZES: [usize; 3] = [1, 10, 100];

/// Compare the cost of an audit with that of a bare read
#[derive(Debug, Parser)]
struct Options {
    /// How many rounds
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Read all documents of these collections with the bare driver, and end
    #[arg(long, num_args = 2.., value_names = ["ADDRESS", "COLLECTION"], hide = true)]
    bare: Vec<String>,
    /// Measure the ways in this file, and end
    #[arg(long, value_name = "FILE", hide = true)]
    ways: Option<PathBuf>,
    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// One way to do the work, and what it cost each time.
struct Way {
    name: String,
    size: usize,
    target: String,
    collections: Vec<String>,
    costs: Vec<Cost>,
}

/// What one process cost.
#[derive(Clone, Copy, Debug)]
struct Cost {
    wall: Duration,
    work: Duration,
    memory: u64,
}

fn main() {
    let options = Options::parse();
    if let Some((address, collections)) = options.bare.split_first() {
        assert!(Mongod::read_all(address, collections) > 0, "nothing there");
        return;
    }
    if let Some(file) = &options.ways {
        return measure(file, options.rounds);
    }
    let folder = TempDir::new().expect("a folder can be made");
    let server = Mongod::start(&Server {
        replica_set: Some("rs0"),
        ..Server::default()
    });
    let ways: Vec<serde_json::Value> = SIZES
        .into_iter()
        .flat_map(|size| prepare(&server, folder.path(), size))
        .collect();
    // What a process held counts as held by what it starts, so measuring is left to one that never
    // made a workspace.
    let file = folder.path().join("ways");
    let bytes = serde_json::to_vec(&ways).expect("JSON");
    std::fs::write(&file, bytes).expect("a file can be written");
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(["--rounds", &options.rounds.to_string(), "--ways"])
        .arg(file)
        .status()
        .expect("a process can be started");
    assert!(status.success(), "{status}");
}

/// Takes turns with all ways, and prints what they cost.
fn measure(file: &Path, rounds: usize) {
    let folder = file.parent().expect("a folder");
    let bytes = std::fs::read(file).expect("the ways");
    let ways: Vec<(String, usize, String, Vec<String>)> =
        serde_json::from_slice(&bytes).expect("JSON");
    let mut ways: Vec<Way> = ways
        .into_iter()
        .map(|(name, size, target, collections)| Way {
            name,
            size,
            target,
            collections,
            costs: Vec::new(),
        })
        .collect();
    for round in 0..=rounds {
        for way in &mut ways {
            let cost = way.run(folder);
            // The first round only warms the caches of server and disk.
            if round > 0 {
                way.costs.push(cost);
            }
        }
    }
    print(&ways, rounds);
}

/// Loads a workspace of 6.13.0 that is so many times as large, and gives the ways to read it.
fn prepare(server: &Mongod, folder: &Path, size: usize) -> [serde_json::Value; 3] {
    let mut plan = Plan::new("6.13.0");
    plan.users *= size;
    plan.messages *= size;
    let workspace = plan.build();
    let database = format!("size{size}");
    server.load(&database, &workspace);
    let dump = folder.join(&database);
    dump::folder(&workspace, &dump, false);
    let address = server.address(&database);
    let out = folder.join("once");
    check(folder, &address, &out).status().expect("the program");
    let collections = read_collections(&out);
    let _ = std::fs::remove_dir_all(&out);
    [
        serde_json::json!(["check server", size, address, []]),
        serde_json::json!(["bare read", size, address, collections]),
        serde_json::json!(["check dump", size, dump, []]),
    ]
}

/// The collections that the only bundle below a folder says were read.
fn read_collections(out: &Path) -> Vec<String> {
    let workspace = std::fs::read_dir(out).expect("a bundle").next();
    let latest = workspace.expect("a workspace").expect("a folder").path();
    let report = std::fs::read(latest.join("latest/report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
    let names: BTreeSet<String> = report["evidence"]["queries"]
        .as_array()
        .expect("queries")
        .iter()
        .filter_map(|query| query["namespace"].as_str()?.split_once('.'))
        // Commands are no collections.
        .filter(|(_, name)| !name.starts_with('$'))
        .map(|(_, name)| name.to_owned())
        // Asked about through others only.
        .chain(["rocketchat_message", "rocketchat_subscription"].map(str::to_owned))
        .collect();
    names.into_iter().collect()
}

/// A whole audit, from nothing to a signed bundle.
fn check(folder: &Path, target: &str, out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_agent-under-test"));
    command
        .args(["check", "--exit-zero", "--now", NOW, "--out"])
        .arg(out)
        .arg(target)
        .env_clear()
        .env("XDG_STATE_HOME", folder.join("state"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

impl Way {
    fn run(&self, folder: &Path) -> Cost {
        let out: PathBuf = folder.join("out");
        let mut command = if self.collections.is_empty() {
            check(folder, &self.target, &out)
        } else {
            let mut command = Command::new(std::env::current_exe().expect("this program"));
            command
                .arg("--bare")
                .arg(&self.target)
                .args(&self.collections);
            command
        };
        let started = Instant::now();
        let child = command.spawn().expect("a process can be started");
        let used = child.wait4().expect("a process ends");
        let wall = started.elapsed();
        assert!(used.status.success(), "{}: {}", self.name, used.status);
        let _ = std::fs::remove_dir_all(out);
        Cost {
            wall,
            work: used.rusage.utime + used.rusage.stime,
            memory: used.rusage.maxrss,
        }
    }

    fn median<T: Ord + Copy>(&self, take: impl Fn(&Cost) -> T) -> T {
        let mut values: Vec<T> = self.costs.iter().map(take).collect();
        values.sort_unstable();
        values[values.len() / 2]
    }

    fn wall(&self) -> f64 {
        milliseconds(self.median(|cost| cost.wall))
    }

    fn memory(&self) -> f64 {
        let kibibytes = self.median(|cost| cost.memory) / 1024;
        f64::from(u32::try_from(kibibytes).expect("less than 4 TiB")) / 1024.0
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn print(ways: &[Way], rounds: usize) {
    anstream::println!("Medians of {rounds} rounds, each a process started cold\n");
    anstream::println!(
        "{:>5}  {:<13}{:>10}{:>22}{:>11}{:>11}{:>9}",
        "size",
        "what",
        "ms",
        "least to most",
        "work ms",
        "MiB",
        "ratio"
    );
    for of_size in ways.chunks(3) {
        let bare = of_size[1].wall();
        for way in of_size {
            let least = way.costs.iter().map(|cost| cost.wall).min().expect("a run");
            let most = way.costs.iter().map(|cost| cost.wall).max().expect("a run");
            let range = format!("{:.1} to {:.1}", milliseconds(least), milliseconds(most));
            anstream::println!(
                "{:>5}  {:<13}{:>10.1}{range:>22}{:>11.1}{:>11.1}{:>9.2}",
                format!("x{}", way.size),
                way.name,
                way.wall(),
                milliseconds(way.median(|cost| cost.work)),
                way.memory(),
                way.wall() / bare
            );
        }
    }
    let audit = &ways[0];
    let last = &ways[ways.len() - 3];
    anstream::println!(
        "\nAn audit of {} times as many people and messages takes {:.1} times as long.",
        last.size,
        last.wall() / audit.wall()
    );
    let times = audit.wall() / ways[1].wall();
    aim("times the bare read", times, AT_MOST_TIMES);
    let work = milliseconds(audit.median(|cost| cost.work));
    aim("ms of own work", work, milliseconds(AT_MOST_WORK));
    aim("MiB at most", audit.memory(), AT_MOST_MEMORY);
}

fn aim(what: &str, found: f64, wanted: f64) {
    let verdict = if found < wanted { "met" } else { "MISSED" };
    anstream::println!("{verdict:<7} {found:.1} {what}; less than {wanted:.0} is wanted");
}
