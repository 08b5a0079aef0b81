//! Runs every way in turns, and prints and keeps what it cost.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rc_audit_tests::workspace::NOW;
use serde::{Deserialize, Serialize};
use wait4::Wait4 as _;

use crate::plot;

/// The part that aims are set for, and the way in it.
pub(crate) const ONE: &str = "one workspace, people and messages times";
pub(crate) const WHOLE: &str = "audit, JSON and HTML";
/// How long it may take, in percent of the bare read.
const AT_MOST_TIME: u64 = 300;
/// How much work of its own it may do, in milliseconds.
const AT_MOST_WORK: u64 = 50;
/// How much memory it may hold, in KiB.
const AT_MOST_MEMORY: u64 = 40 * 1024;

/// What is compared: several ways to do the same.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Case {
    pub(crate) part: String,
    pub(crate) size: usize,
    pub(crate) ways: Vec<Way>,
}

/// One way to do it: a program and its arguments.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Way {
    pub(crate) name: String,
    arguments: Vec<String>,
}

/// What one process cost.
#[derive(Clone, Copy, Debug)]
struct Cost {
    wall: Duration,
    work: Duration,
    memory: u64,
}

/// What is kept of a way.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) part: String,
    pub(crate) size: usize,
    pub(crate) way: String,
    /// Medians.
    pub(crate) milliseconds: u64,
    pub(crate) least: u64,
    pub(crate) most: u64,
    pub(crate) own_work: u64,
    pub(crate) kibibytes: u64,
    /// The time, of that of the first way of the case.
    pub(crate) percent_of_first: u64,
}

impl Way {
    pub(crate) fn bare(name: &str, file: &Path) -> Self {
        let this = std::env::current_exe().expect("this program");
        Self {
            name: name.to_owned(),
            arguments: vec![
                this.display().to_string(),
                "--bare".to_owned(),
                file.display().to_string(),
            ],
        }
    }

    pub(crate) fn python(address: &str, prefix: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/audit/three_settings.py");
        Self {
            name: "pymongo, 3 settings".to_owned(),
            arguments: vec![
                "python3".to_owned(),
                script.display().to_string(),
                address.to_owned(),
                prefix.to_owned(),
            ],
        }
    }

    pub(crate) fn audit(name: &str, address: &str, format: &str, list: Option<&Path>) -> Self {
        let mut arguments = vec![env!("CARGO_BIN_EXE_agent-under-test").to_owned()];
        for argument in [
            "check",
            "--exit-zero",
            "--quiet",
            "--now",
            NOW,
            "--out",
            "out",
        ] {
            arguments.push(argument.to_owned());
        }
        arguments.extend(["--format".to_owned(), format.to_owned()]);
        match list {
            Some(list) => arguments.extend(["--targets".to_owned(), list.display().to_string()]),
            None => arguments.push(address.to_owned()),
        }
        Self {
            name: name.to_owned(),
            arguments,
        }
    }

    /// Runs it once. Bundles go to a folder of their own, which stays: a file system takes long to make
    /// files where others were just removed.
    fn run(&self, folder: &Path) -> Cost {
        let (program, arguments) = self.arguments.split_first().expect("a program");
        let own = tempfile::tempdir_in(folder)
            .expect("a folder can be made")
            .keep();
        let started = Instant::now();
        let child = Command::new(program)
            .args(arguments)
            .current_dir(&own)
            .env("XDG_STATE_HOME", own.join("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process can be started");
        let used = child.wait4().expect("a process ends");
        let wall = started.elapsed();
        assert!(used.status.success(), "{}: {}", self.name, used.status);
        Cost {
            wall,
            work: used.rusage.utime + used.rusage.stime,
            memory: used.rusage.maxrss / 1024,
        }
    }
}

/// Takes turns with all ways of each case.
pub(crate) fn run(file: &Path, rounds: usize, results: &Path) {
    let folder = file.parent().expect("a folder");
    let bytes = std::fs::read(file).expect("the cases");
    let cases: Vec<Case> = serde_json::from_slice(&bytes).expect("JSON");
    let mut lines = Vec::new();
    anstream::println!("Medians of {rounds} rounds, each way a process started cold\n");
    for case in cases {
        let mut costs: Vec<Vec<Cost>> = case.ways.iter().map(|_| Vec::new()).collect();
        for round in 0..=rounds {
            for (way, costs) in case.ways.iter().zip(&mut costs) {
                let cost = way.run(folder);
                // The first round only warms the caches of server and disk.
                if round > 0 {
                    costs.push(cost);
                }
            }
        }
        anstream::println!("{}, {}", case.part, case.size);
        let first = median(&costs[0], |it| it.wall);
        for (way, costs) in case.ways.iter().zip(&costs) {
            let line = line(&case, way, costs, first);
            print(&line);
            lines.push(line);
        }
        anstream::println!();
    }
    aims(&lines);
    let json = serde_json::to_vec_pretty(&lines).expect("JSON");
    std::fs::write(results.join("results.json"), json).expect("a file can be written");
    plot::draw(&lines, results);
    anstream::println!("{}", results.join("results.json").display());
}

/// Holds a whole workspace against what it may cost.
fn aims(lines: &[Line]) {
    let aimed = |it: &&Line| (it.part.as_str(), it.size, it.way.as_str()) == (ONE, 1, WHOLE);
    let Some(line) = lines.iter().find(aimed) else {
        return;
    };
    for (what, found, wanted) in [
        ("% of the bare read", line.percent_of_first, AT_MOST_TIME),
        ("ms of own work", line.own_work, AT_MOST_WORK),
        ("KiB", line.kibibytes, AT_MOST_MEMORY),
    ] {
        let verdict = if found < wanted { "met" } else { "MISSED" };
        anstream::println!("{verdict:<7} {found} {what}; less than {wanted} is wanted");
    }
    anstream::println!();
}

fn line(case: &Case, way: &Way, costs: &[Cost], first: Duration) -> Line {
    let wall = median(costs, |it| it.wall);
    let walls = || costs.iter().map(|it| milliseconds(it.wall));
    Line {
        part: case.part.clone(),
        size: case.size,
        way: way.name.clone(),
        milliseconds: milliseconds(wall),
        least: walls().min().unwrap_or(0),
        most: walls().max().unwrap_or(0),
        own_work: milliseconds(median(costs, |it| it.work)),
        kibibytes: median(costs, |it| it.memory),
        percent_of_first: milliseconds(wall) * 100 / milliseconds(first).max(1),
    }
}

fn median<T: Ord + Copy>(costs: &[Cost], take: impl Fn(&Cost) -> T) -> T {
    let mut values: Vec<T> = costs.iter().map(take).collect();
    values.sort_unstable();
    values[values.len() / 2]
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).expect("less than an age")
}

fn print(line: &Line) {
    anstream::println!(
        "  {:<22}{:>8} ms ({} to {}){:>8} ms of own work{:>7}.{} MiB{:>5}.{:02} times",
        line.way,
        line.milliseconds,
        line.least,
        line.most,
        line.own_work,
        line.kibibytes / 1024,
        line.kibibytes % 1024 * 10 / 1024,
        line.percent_of_first / 100,
        line.percent_of_first % 100
    );
}
